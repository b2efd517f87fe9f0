"""Every week is filled in an order of priority, and every minute is accounted for.

The order of a week: booked clinic or standing duties; work with a deadline; meetings of governing body, executive
group, locality and council; preparation; reading; email and contact; briefing the practice; development. What comes
last is what is given up first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.state.codes import IS_MEETING, Kind, Work
from sim.state.ledger import Broken, broken_hours

Floats = NDArray[np.float64]
Whole = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass
class TimeAllocation(Process):
    """Fill the week.

    Contracted time is two budgets: the practice's (or post's) week less CCG sessions, and the sessions. Booked work
    draws on the first alone; everything else on the sessions and on what the practice leaves. Then evenings are used,
    ``15 h x logistic(e0 + e_x x - e_s strain)``; the rest is undone. Meetings are attended whole or not at all.
    Per person and kind: ``demand = paid + unpaid + undone``; per person: ``supply = paid + idle``, in whole minutes.
    """

    name = "time_allocation"
    columns = {
        "people": (
            Column("paid", "int32", "minutes", "done in contracted time, by Work", width=len(Work)),
            Column("unpaid", "int32", "minutes", "done in evenings, by Work", width=len(Work)),
            Column("undone", "int32", "minutes", "not done, by Work", width=len(Work)),
            Column("supply", "int32", "minutes", "contracted time of the week"),
            Column("idle", "int32", "minutes", "contracted time without work"),
            Column("worked", "int32", "minutes", "done in all, paid and unpaid"),
            Column("ccg_worked", "int32", "minutes", "of which for the CCG"),
            Column(
                "time_met",
                "float64",
                "share",
                "weeks in which paid time held all CCG work, moving average",
                default=1.0,
                settable=True,
            ),
        ),
        "ccgs": (Column("contact_kept", "float64", "share", "of managers' contact with practices, done this week"),),
        "seats": (Column("present", "bool", "-", "its holder is in the room: the body meets and time was found"),),
    }
    reads = {
        "people": "key present kind ccg contract sessions demand engagement strain",
        "seats": "person body",
        "bodies": "meets work",
    }
    evidence = (
        "role_overflows_contract",
        "clinic_commitments_fix_diary",
        "training_needs_time",
        "c14_total_week_hours",
    )
    directions = (
        Direction(
            "time_allocation.missed",
            None,
            0.4,
            "weeks until a matter is settled",
            +1,
            "clinic_commitments_fix_diary.decision_delay",
            "meetings missed are meetings without a quorum",
        ),
    )

    evening_level: float = param(
        -0.4,
        "logit",
        "evening work: logit of the share of the most that is given, by the average person unstrained",
        within=(-10, 10),
        source="about six hours a week; assumed",
    )
    evening_engagement: float = param(
        0.3,
        "logit/latent",
        "how much more evening work the engaged give",
        within=(0, 3),
        source="the engaged give more",
    )
    evening_strain: float = param(
        0.4,
        "logit/strain",
        "how much less the strained give",
        within=(0, 3),
        source="overload_burnout: the strained give less",
    )
    evening_most: float = param(
        15,
        "hours/week",
        "most evening work that anybody gives",
        within=(0, 60),
        source="c14_total_week_hours: 60 to 70 in all",
    )
    missed: float = param(
        0.08,
        "share",
        "weeks in which a clinic or illness keeps a person from all meetings",
        source="clinic_commitments_fix_diary; illness and leave",
    )
    memory_weeks: float = param(
        13,
        "weeks",
        "half-life of the record of whether time was enough for the role",
        within=(1, 104),
        source="a season; assumed",
    )

    def step(self, world: View) -> None:
        people = world.people
        logit = self.evening_level + self.evening_engagement * people.engagement - self.evening_strain * people.strain
        evening = (60 * self.evening_most / (1 + np.exp(-logit))).astype(np.int32)
        luck = world.luck.uniform("time.diary", world.week, people.key)
        fill(people, self, evening, luck, IS_MEETING, 1 - 2.0 ** (-1 / self.memory_weeks))
        attend(people, world.seats, world.bodies)
        keep_contact(people, world.ccgs)

    def audit(self, world: View) -> Iterator[Broken]:
        return broken_hours(world.people)


@rule
def fill(people: Table, own: TimeAllocation, evening: Whole, luck: Floats, is_meeting: Flags, rate: float) -> None:
    """Fill everybody's week with what is asked, in the order of the kinds of work. Whoever left has no time to fill.

    Args:
        evening: minutes of the evenings that each person would give, shape (people,).
        luck: uniform draws, shape (people,); below ``missed``, clinic or illness keep a person from all meetings.
        is_meeting: which kinds of work are done whole or not at all, by ``Work``.
        rate: weight of this week in the record of whether time was enough.
    """
    people.paid[:] = 0
    people.unpaid[:] = 0
    people.undone[:] = 0
    for i in range(people.size):
        supply = people.contract[i] if people.present[i] else 0
        sessions = min(people.sessions[i], supply) if people.kind[i] == Kind.GP else 0
        left, late = supply, evening[i]
        asked, in_time = 0, 0  # of work for the CCG
        for work in range(is_meeting.size):
            wanted = people.demand[i, work]
            if wanted == 0:
                continue
            stays_away = is_meeting[work] and (luck[i] < own.missed or wanted > left + late)
            taken_up = 0 if stays_away else wanted
            paid = min(taken_up, left - sessions if work == Work.BOOKED else left)
            unpaid = min(taken_up - paid, late)
            left, late = left - paid, late - unpaid
            people.paid[i, work], people.unpaid[i, work] = paid, unpaid
            people.undone[i, work] = wanted - paid - unpaid
            if work != Work.BOOKED:
                asked, in_time = asked + wanted, in_time + paid
        people.supply[i], people.idle[i] = supply, left
        people.worked[i] = supply - left + evening[i] - late
        people.ccg_worked[i] = people.worked[i] - people.paid[i, Work.BOOKED] - people.unpaid[i, Work.BOOKED]
        if asked > 0:
            people.time_met[i] += rate * ((1.0 if in_time == asked else 0.0) - people.time_met[i])


@rule
def attend(people: Table, seats: Table, bodies: Table) -> None:
    """Work out who is in the room: whose body meets, and who was asked to come and left none of it undone."""
    for seat in range(seats.size):
        b, i = seats.body[seat], seats.person[seat]
        asked = i >= 0 and bodies.meets[b] and people.demand[i, bodies.work[b]] > 0
        seats.present[seat] = asked and people.undone[i, bodies.work[b]] == 0


@rule
def keep_contact(people: Table, ccgs: Table) -> None:
    """Work out what share of the contact asked of managers they kept."""
    asked, kept = np.zeros(ccgs.size), np.zeros(ccgs.size)
    for i in range(people.size):
        if people.present[i] and people.kind[i] == Kind.MANAGER:
            asked[people.ccg[i]] += people.demand[i, Work.CONTACT]
            kept[people.ccg[i]] += people.demand[i, Work.CONTACT] - people.undone[i, Work.CONTACT]
    for c in range(ccgs.size):
        ccgs.contact_kept[c] = kept[c] / max(asked[c], 1.0)
