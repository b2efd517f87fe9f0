"""Every week is filled in an order of priority, and every minute is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import LEADERS, Kind, Role, Work
from sim.calendar import WEEKS_A_YEAR
from sim.hours import MEETINGS, WORK_OF_BODY, Minutes, Whole, ask_by_ccg, ask_by_roles, ask_by_seats, fill_weeks
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World

IS_MEETING = np.isin(list(Work), MEETINGS)
COMES_BACK = np.isin(list(Work), [Work.DEADLINE, Work.PREPARATION, Work.READING, Work.CONTACT])
"""Kinds of work of which a part is still to be done next week if undone."""
LEADS = np.isin(list(Role), LEADERS)
Floats = NDArray[np.float64]


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

    representative_hours: float = param(
        2, "hours/week", "CCG work asked of a practice representative, meetings included", low=0, high=20,
        source="one hour paid, one unpaid; assumed",
    )  # fmt: skip
    locality_lead_hours: float = param(
        15, "hours/week", "CCG work asked of a locality lead, meetings included", low=0, high=60,
        source="c14_hours_locality_lead: 11 contracted, actual hours ran over",
    )  # fmt: skip
    governing_body_hours: float = param(
        16, "hours/week", "CCG work asked of a GP on the governing body, meetings included", low=0, high=60,
        source="c14_reading_extra_sessions: one or two unpaid sessions",
    )  # fmt: skip
    chair_hours: float = param(
        32, "hours/week", "CCG work asked of a chair, meetings included", low=0, high=60,
        source="c14_hours_clinical_chair and unpaid work on top",
    )  # fmt: skip
    leader_preparation: float = param(
        0.30, "share", "preparing papers, of a leader's hours outside meetings", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    leader_reading: float = param(
        0.25, "share", "reading papers, of a leader's hours outside meetings", low=0, high=1,
        source="c14_reading_extra_sessions",
    )  # fmt: skip
    leader_contact: float = param(
        0.33, "share", "email and contact, of a leader's hours outside meetings", low=0, high=1,
        source="c14_email_hours: email takes hours a day",
    )  # fmt: skip
    leader_briefing: float = param(
        0.05, "share", "telling the practice, of a leader's hours outside meetings; the rest is for learning",
        low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    representative_preparation: float = param(
        0.05, "share", "preparing papers, of a representative's hours outside meetings", low=0, high=1,
        source="few papers reach representatives",
    )  # fmt: skip
    representative_reading: float = param(
        0.30, "share", "reading papers, of a representative's hours outside meetings", low=0, high=1,
        source="papers of the council; size assumed",
    )  # fmt: skip
    representative_contact: float = param(
        0.15, "share", "email and contact, of a representative's hours outside meetings", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    representative_briefing: float = param(
        0.40, "share", "telling the practice, of a representative's hours outside meetings; the rest is for learning",
        low=0, high=1,
        source="council_messages_stop_at_rep",
    )  # fmt: skip
    member_minutes: float = param(
        20, "minutes/week", "reading and email of a GP without a role", low=0, high=300,
        source="newsletters and email; size assumed",
    )  # fmt: skip
    practice_manager_minutes: float = param(
        60, "minutes/week", "reading and email of a practice manager", low=0, high=600,
        source="CCG email and forums; size assumed",
    )  # fmt: skip
    preparation_weeks: float = param(
        3, "weeks", "weeks over which managers spread the papers that wait", low=1, high=52,
        source="size assumed",
    )  # fmt: skip
    visit_minutes: float = param(
        30, "minutes/week", "a named manager's contact with one practice", low=0, high=600,
        source="primary_care_manager_as_link; size assumed",
    )  # fmt: skip
    development_minutes: float = param(
        60, "minutes/week", "training and learning of a manager", low=0, high=600,
        source="size assumed",
    )  # fmt: skip
    evening_level: float = param(
        -0.4, "logit", "evening work: logit of the share of the most that is given, by the average person unstrained",
        low=-10, high=10,
        source="about six hours a week; assumed",
    )  # fmt: skip
    evening_engagement: float = param(
        0.3, "logit/latent", "how much more evening work the engaged give", low=0, high=3,
        source="the engaged give more",
    )  # fmt: skip
    evening_strain: float = param(
        0.4, "logit/strain", "how much less the strained give", low=0, high=3,
        source="overload_burnout: the strained give less",
    )  # fmt: skip
    evening_most: float = param(
        15, "hours/week", "most evening work that anybody gives", low=0, high=60,
        source="c14_total_week_hours: 60 to 70 in all",
    )  # fmt: skip
    missed: float = param(
        0.08, "share", "weeks in which a clinic or illness keeps a person from all meetings", low=0, high=1,
        source="clinic_commitments_fix_diary; illness and leave",
    )  # fmt: skip
    carry: float = param(
        0.4, "share", "undone work that still has to be done next week", low=0, high=0.95,
        source="some of it lapses; size assumed",
    )  # fmt: skip
    memory_weeks: float = param(
        13, "weeks", "half-life of the record of whether time was enough for the role", low=1, high=104,
        source="a season; assumed",
    )  # fmt: skip

    def check(self) -> None:
        for who in ("leader", "representative"):
            keys = [f"{who}_{work}" for work in ("preparation", "reading", "contact", "briefing")]
            total = sum(getattr(self, key) for key in keys)
            if total > 1 + 1e-9:
                raise ValueError(f"time_allocation.{' + '.join(keys)} = {total:g} is too much; allowed is 1 in all")

    def step(self, world: World) -> None:
        people = world.people
        people.idle[:], asked, paid, unpaid, booked = self._fill(world, self._asked(world))
        people.ccg_worked[:] = paid + unpaid
        people.worked[:] = people.ccg_worked + booked
        rate = 1 - 2.0 ** (-1 / self.memory_weeks)
        people.time_met[:] += rate * (asked > 0) * ((paid == asked) - people.time_met)

    def _asked(self, world: World) -> Floats:
        """Return the minutes newly asked of each person by kind of work, shape (people, kinds of work)."""
        people = world.people
        demand, average = self._meetings(world)
        demand[:, Work.BOOKED] = people.booked
        demand[:, Work.DEADLINE] = people.deadline
        hours = np.array([0, self.representative_hours, self.locality_lead_hours, self.governing_body_hours,
                          self.chair_hours, 0, 0])  # fmt: skip
        weekly = 60 * hours * np.where(LEADS, world.ccgs.vacancy_load[:, None], 1.0)
        shares, plain = self._split()
        ask_by_roles(
            demand, average, people.present, people.kind, people.role, people.ccg, weekly, shares, plain
        )  # fmt: skip
        self._managers(world, demand)
        return demand

    def _split(self) -> tuple[Floats, Floats]:
        """Return shares of a role's hours outside meetings by ``Role``, and minutes without a role by ``Kind``.

        Shapes (roles, kinds of work) and (professions, kinds of work).
        """
        shares, plain = np.zeros((len(Role), len(Work))), np.zeros((len(Kind), len(Work)))
        representative = (self.representative_preparation, self.representative_reading, self.representative_contact,
                          self.representative_briefing)  # fmt: skip
        leader = (self.leader_preparation, self.leader_reading, self.leader_contact, self.leader_briefing)
        shares[LEADS, Work.PREPARATION :] = [*leader, max(0.0, 1 - sum(leader))]
        shares[Role.REPRESENTATIVE, Work.PREPARATION :] = [*representative, max(0.0, 1 - sum(representative))]
        plain[Kind.GP, [Work.READING, Work.CONTACT]] = self.member_minutes / 2
        plain[Kind.PRACTICE_MANAGER, [Work.READING, Work.CONTACT]] = self.practice_manager_minutes / 2
        return shares, plain

    def _meetings(self, world: World) -> tuple[Floats, Floats]:
        """Return demand with this week's meetings in it, and each person's average minutes of meetings a week."""
        bodies, seats, size = world.bodies, world.seats, world.people.size
        demand, average = np.zeros((size, len(Work))), np.zeros(size)
        interval = np.where(bodies.months_between > 0, bodies.months_between * WEEKS_A_YEAR / 12, 1.0)
        minutes = np.stack((bodies.minutes * bodies.meets, bodies.minutes / interval))
        ask_by_seats(demand, average, seats.person, seats.body, WORK_OF_BODY[bodies.kind], minutes)
        return demand, average

    def _managers(self, world: World, demand: Floats) -> None:
        """Share the CCG's requests, preparation and visits among the managers present."""
        people, c, items = world.people, world.ccgs, world.items
        manager = world.rows(Kind.MANAGER)
        open_rows = world.open_items()
        left = items.work[open_rows] * (1 - items.prepared[open_rows])
        need = np.bincount(items.ccg[open_rows], left, c.size)
        visits = np.bincount(world.practices.ccg, minlength=c.size) * self.visit_minutes
        count = np.maximum(world.sum_by_ccg(manager), 1)
        each = np.zeros((c.size, len(Work)))
        each[:, Work.DEADLINE] = c.request_minutes / count
        each[:, Work.PREPARATION] = need / self.preparation_weeks / count
        each[:, Work.CONTACT] = visits / count
        each[:, Work.DEVELOPMENT] = self.development_minutes
        ask_by_ccg(demand, manager, people.ccg, each)

    def _fill(self, world: World, asked: Floats) -> Whole:
        """Set supply and the minutes by kind of work, and return what :func:`fill_weeks` does."""
        people = world.people
        people.supply[:] = people.contract * people.present
        sessions = np.minimum(people.sessions * (people.kind == Kind.GP), people.supply)
        logit = self.evening_level + self.evening_engagement * people.engagement - self.evening_strain * people.strain
        evening = (60 * self.evening_most / (1 + np.exp(-logit))).astype(np.int32)
        able = world.luck.uniform("time.diary", world.week, people.key) >= self.missed
        minutes = Minutes(people.demand, people.paid, people.unpaid, people.undone)
        carry = np.where(COMES_BACK, self.carry, 0.0)
        return fill_weeks(minutes, asked, carry, IS_MEETING, people.present, people.supply, sessions, evening, able)
