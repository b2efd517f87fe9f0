"""Every week is filled in an order of priority, and every minute is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Kind, Role, Work
from sim.business.bodies import BodyKind
from sim.calendar import WEEKS_A_YEAR
from sim.compiled import compiled
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World

MEETING_WORK = {
    BodyKind.GOVERNING_BODY: Work.GOVERNING_BODY,
    BodyKind.EXECUTIVE_GROUP: Work.EXECUTIVE_GROUP,
    BodyKind.LOCALITY: Work.LOCALITY_MEETING,
    BodyKind.MEMBER_COUNCIL: Work.MEMBER_COUNCIL,
}
WORK_OF_BODY = np.array([MEETING_WORK[kind] for kind in BodyKind])
"""Kind of work that attending each kind of body is."""
MEETINGS = tuple(sorted(MEETING_WORK.values()))
IS_MEETING = np.isin(list(Work), MEETINGS)
COMES_BACK = np.isin(list(Work), [Work.DEADLINE, Work.PREPARATION, Work.READING, Work.CONTACT])
"""Kinds of work of which a part is still to be done next week if undone."""
BOOKED, PREPARATION, READING, CONTACT = (
    int(work) for work in (Work.BOOKED, Work.PREPARATION, Work.READING, Work.CONTACT)
)
NO_ROLE, REPRESENTATIVE = int(Role.NONE), int(Role.REPRESENTATIVE)
Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Rows = NDArray[np.int64]
Whole = NDArray[np.int32]


@dataclass
class TimeAllocation(Process):
    """Fill the week.

    Contracted time is two budgets: the practice's (or post's) week less CCG sessions, and the sessions. Booked work
    draws on the first alone; everything else on the sessions and on what the practice leaves. Then evenings are used,
    ``15 h x logistic(e0 + e_x x - e_s strain)``; the rest is undone. Meetings are attended whole or not at all.
    Per person and kind: ``demand = paid + unpaid + undone``; per person: ``supply = paid + idle``, in whole minutes.

    A role asks for its reported weekly hours in all; what meetings leave of them is split over preparation, reading,
    contact, briefing the practice and development. Empty leadership seats raise what the other leaders have to do.
    """

    name = "time_allocation"
    reads = (
        "people.key", "people.present", "people.kind", "people.role", "people.ccg", "people.contract",
        "people.sessions", "people.booked", "people.deadline", "people.engagement", "people.strain",
        "ccgs.request_minutes", "ccgs.vacancy_load", "seats.person", "seats.body", "bodies.kind", "bodies.meets",
        "bodies.minutes", "bodies.months_between", "items.stage", "items.prepared", "items.ccg", "items.work",
        "practices.ccg",
    )  # fmt: skip
    writes = (
        "people.demand", "people.paid", "people.unpaid", "people.undone", "people.supply", "people.idle",
        "people.worked", "people.ccg_worked", "people.time_met",
    )  # fmt: skip
    evidence = (
        "role_overflows_contract", "clinic_commitments_fix_diary", "training_needs_time", "vacancies_cascade",
        "fire_fighting_leaves_no_time", "c14_email_hours", "c14_reading_extra_sessions", "c14_total_week_hours",
    )  # fmt: skip

    representative_hours: float = param(2, "hours/week", "one paid, one unpaid", low=0, high=20)
    locality_lead_hours: float = param(
        15, "hours/week", "c14_hours_locality_lead: 11 contracted, actual hours ran over", low=0, high=60
    )
    governing_body_hours: float = param(
        16, "hours/week", "c14_reading_extra_sessions: one or two unpaid sessions", low=0, high=60
    )
    chair_hours: float = param(32, "hours/week", "c14_hours_clinical_chair and unpaid work on top", low=0, high=60)
    leader_preparation: float = param(0.30, "share", "of a leader's hours outside meetings", low=0, high=1)
    leader_reading: float = param(0.25, "share", "c14_reading_extra_sessions", low=0, high=1)
    leader_contact: float = param(0.33, "share", "c14_email_hours: email takes hours a day", low=0, high=1)
    leader_briefing: float = param(0.05, "share", "own practice", low=0, high=1)
    representative_preparation: float = param(0.05, "share", "few papers reach representatives", low=0, high=1)
    representative_reading: float = param(0.30, "share", "papers of the council", low=0, high=1)
    representative_contact: float = param(0.15, "share", "email", low=0, high=1)
    representative_briefing: float = param(0.40, "share", "council_messages_stop_at_rep", low=0, high=1)
    member_minutes: float = param(20, "minutes/week", "newsletters and email of a GP without a role", low=0, high=300)
    practice_manager_minutes: float = param(60, "minutes/week", "CCG email and forums", low=0, high=600)
    preparation_weeks: float = param(3, "weeks", "managers spread preparation over some weeks", low=1, high=52)
    visit_minutes: float = param(30, "minutes/week", "a named manager's contact with one practice", low=0, high=600)
    development_minutes: float = param(60, "minutes/week", "what a manager's training would take", low=0, high=600)
    evening_level: float = param(
        -0.4, "logit", "six hours of evening work at mean engagement, unstrained", low=-10, high=10
    )
    evening_engagement: float = param(0.3, "logit/latent", "the engaged give more", low=0, high=3)
    evening_strain: float = param(0.4, "logit/strain", "overload_burnout: the strained give less", low=0, high=3)
    evening_most: float = param(15, "hours/week", "c14_total_week_hours: 60 to 70 in all", low=0, high=60)
    missed: float = param(0.08, "share", "clinic_commitments_fix_diary; illness and leave", low=0, high=1)
    carry: float = param(0.4, "share", "undone work that still has to be done next week", low=0, high=0.95)
    memory_weeks: float = param(13, "weeks", "half-life of the record of time for the role", low=1, high=104)

    def step(self, world: World) -> None:
        people = world.people
        people.idle[:], asked, paid, unpaid, booked = self._fill(world, self._asked(world))
        people.ccg_worked[:] = paid + unpaid
        people.worked[:] = people.ccg_worked + booked
        rate = 1 - 2.0 ** (-1 / self.memory_weeks)
        people.time_met[:] += rate * (asked > 0) * ((paid == asked) - people.time_met)

    def _asked(self, world: World) -> Floats:
        """Return the minutes newly asked of each person by kind of work, shape (kinds of work, people)."""
        people = world.people
        demand, average = self._meetings(world)
        demand[Work.BOOKED] = people.booked
        demand[Work.DEADLINE] = people.deadline
        hours = np.array([0, self.representative_hours, self.locality_lead_hours, self.governing_body_hours,
                          self.chair_hours])  # fmt: skip
        plain = np.array([self.member_minutes, self.practice_manager_minutes])
        role_minutes(demand, people.kind, people.role, world.ccgs.vacancy_load[people.ccg], average, 60 * hours,
                     self._shares(), plain)  # fmt: skip
        self._managers(world, demand)
        return demand

    def _shares(self) -> Floats:
        """Return the split of a role's hours outside meetings, shape (kinds of work, roles up to chair)."""
        representative = (self.representative_preparation, self.representative_reading, self.representative_contact,
                          self.representative_briefing)  # fmt: skip
        leader = (self.leader_preparation, self.leader_reading, self.leader_contact, self.leader_briefing)
        rows = list(zip(representative, leader, strict=True))
        rows.append((max(0.0, 1 - sum(representative)), max(0.0, 1 - sum(leader))))
        return np.array([(0.0, r, lead, lead, lead) for r, lead in rows])

    def _meetings(self, world: World) -> tuple[Floats, Floats]:
        """Return demand with this week's meetings in it, and each person's average minutes of meetings a week."""
        bodies, seats = world.bodies, world.seats
        return seat_minutes(
            seats.person, seats.body, WORK_OF_BODY[bodies.kind], bodies.meets, bodies.minutes, bodies.months_between,
            world.people.size,
        )  # fmt: skip

    def _managers(self, world: World, demand: Floats) -> None:
        """Share the CCG's requests, preparation and visits among the managers present."""
        people, c, items = world.people, world.ccgs, world.items
        manager = world.rows(Kind.MANAGER)
        count = np.maximum(world.sum_by_ccg(manager), 1)
        ccg = people.ccg[manager]
        open_rows = world.open_items()
        left = items.work[open_rows] * (1 - items.prepared[open_rows])
        need = np.bincount(items.ccg[open_rows], left, c.size)
        visits = np.bincount(world.practices.ccg, minlength=c.size) * self.visit_minutes
        spread = need / self.preparation_weeks
        for work, minutes_a_ccg in (
            (Work.DEADLINE, c.request_minutes),
            (Work.PREPARATION, spread),
            (Work.CONTACT, visits),
        ):
            demand[work, manager] += (minutes_a_ccg / count)[ccg]
        demand[Work.DEVELOPMENT, manager] += self.development_minutes

    def _fill(self, world: World, asked: Floats) -> Whole:
        """Set supply and the minutes by kind of work, and return what :func:`fill_weeks` does."""
        people = world.people
        people.supply[:] = people.contract * people.present
        sessions = np.minimum(people.sessions * (people.kind == Kind.GP), people.supply)
        logit = self.evening_level + self.evening_engagement * people.engagement - self.evening_strain * people.strain
        evening = (60 * self.evening_most / (1 + np.exp(-logit))).astype(np.int32)
        able = world.luck.uniform("time.diary", world.week, people.key) >= self.missed
        minutes = Minutes(people.demand, people.paid, people.unpaid, people.undone)
        return fill_weeks(minutes, asked, self.carry, people.present, people.supply, sessions, evening, able)


@compiled
def seat_minutes(
    person: Rows, body: Rows, work: Rows, meets: NDArray[np.bool_], minutes: Whole, months_between: Whole, people: int
) -> tuple[Floats, Floats]:
    """Return the minutes that this week's meetings ask of people, (kinds of work, people), and those of a mean week.

    Args:
        person: who holds each seat, negative if nobody, shape (seats,).
        body: on which body, shape (seats,).
        work: kind of work that a meeting of each body is, shape (bodies,).
        meets: whether each body meets this week, shape (bodies,).
        minutes: length of a meeting of each body, shape (bodies,).
        months_between: from one meeting to the next; 0 is every week. Shape (bodies,).
        people: how many there are.
    """
    now, average = np.zeros((len(IS_MEETING), people)), np.zeros(people)
    for seat in range(person.size):
        i, b = person[seat], body[seat]
        if i >= 0:
            now[work[b], i] += minutes[b] * meets[b]
            average[i] += minutes[b] / (months_between[b] * WEEKS_A_YEAR / 12 if months_between[b] > 0 else 1.0)
    return now, average


@compiled
def role_minutes(
    asked: Floats, kind: Codes, role: Codes, load: Floats, average: Floats, weekly: Floats, shares: Floats,
    plain: Floats,
) -> None:  # fmt: skip
    """Add what roles ask outside meetings, and what the CCG sends to GPs and practice managers without one.

    Args:
        asked: minutes by kind of work, shape (kinds of work, people).
        kind: profession (``Kind``), shape (people,).
        role: role in the CCG (``Role``), shape (people,).
        load: how many times the work of a leader vacancies leave, shape (people,).
        average: minutes of meetings in an average week, shape (people,).
        weekly: minutes that each role asks for in all, by ``Role`` up to chair.
        shares: what of the rest goes into each kind of work from preparation on, (kinds of work, roles up to chair).
        plain: minutes of reading and contact together without a role, by ``Kind``.
    """
    for i in range(role.size):
        if role[i] == NO_ROLE and kind[i] < plain.size:
            asked[READING, i] += plain[kind[i]] / 2
            asked[CONTACT, i] += plain[kind[i]] / 2
        elif NO_ROLE < role[i] < weekly.size:
            more = load[i] if role[i] > REPRESENTATIVE else 1.0
            rest = max(weekly[role[i]] * more - average[i], 0.0)
            for k in range(shares.shape[0]):
                asked[PREPARATION + k, i] += rest * shares[k, role[i]]


class Minutes(NamedTuple):
    """Whole minutes of each person by kind of work, shape (people, kinds of work) each."""

    demand: Whole
    paid: Whole
    unpaid: Whole
    undone: Whole


@compiled
def fill_weeks(
    minutes: Minutes, asked: Floats, carry: float, present: NDArray[np.bool_], supply: Whole,
    sessions: Whole, evening: Whole, able: NDArray[np.bool_],
) -> Whole:  # fmt: skip
    """Fill everybody's week in the order of the kinds of work.

    Args:
        minutes: set here; what is undone of last week comes back in part.
        asked: minutes newly asked, shape (kinds of work, people).
        carry: part of undone work that comes back, where the kind of work does so.
        present: who is there; nothing is asked of others.
        supply: contracted minutes; ``sessions`` of them are not for booked work.
        sessions: paid CCG sessions, in minutes.
        evening: minutes of the evenings that a person would give.
        able: whether illness and the clinic let a person come to meetings.

    Returns:
        Minutes of each person, shape (5, people): contracted time left; work for the CCG asked for, done in contracted
        time and in evenings; booked work done.
    """
    totals = np.zeros((5, supply.size), dtype=np.int32)
    for i in range(supply.size):
        left, late = supply[i], evening[i]
        for work in range(asked.shape[0]):
            if not present[i]:
                minutes.demand[i, work] = minutes.paid[i, work] = 0
                minutes.unpaid[i, work] = minutes.undone[i, work] = 0
                continue
            back = carry * minutes.undone[i, work] if COMES_BACK[work] else 0.0
            wanted = np.int32(asked[work, i] + back + 0.5)
            attends = able[i] and wanted <= left + late
            taken_up = wanted if attends or not IS_MEETING[work] else np.int32(0)
            paid = min(taken_up, left - sessions[i] if work == BOOKED else left)
            unpaid = min(taken_up - paid, late)
            left, late = left - paid, late - unpaid
            minutes.demand[i, work], minutes.paid[i, work], minutes.unpaid[i, work] = wanted, paid, unpaid
            minutes.undone[i, work] = wanted - paid - unpaid
            if work == BOOKED:
                totals[4, i] = paid + unpaid
            else:
                totals[1, i] += wanted
                totals[2, i] += paid
                totals[3, i] += unpaid
        totals[0, i] = left
    return totals
