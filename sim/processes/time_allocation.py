"""Every week is filled in an order of priority, and every minute is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Kind, Role, Work
from sim.business.bodies import BodyKind
from sim.business.items import Stage
from sim.calendar import WEEKS_A_YEAR
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
CARRIED = (slice(Work.DEADLINE, Work.DEADLINE + 1), slice(Work.PREPARATION, Work.CONTACT + 1))
"""Kinds of work of which a part comes back next week if undone: deadlines; preparation, reading and contact."""


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
        demand = self._demand(world)
        self._fill(world, demand)
        ccg = people.paid.T[Work.DEADLINE :].sum(axis=0)
        asked = demand[Work.DEADLINE :].sum(axis=0)
        people.ccg_worked[:] = ccg + people.unpaid.T[Work.DEADLINE :].sum(axis=0)
        people.worked[:] = people.paid[:, Work.BOOKED] + people.unpaid[:, Work.BOOKED] + people.ccg_worked
        rate = 1 - 2.0 ** (-1 / self.memory_weeks)
        people.time_met[:] += rate * (asked > 0) * ((ccg == asked) - people.time_met)

    def _demand(self, world: World) -> NDArray[np.int32]:
        """Return the minutes asked of each person by kind of work, shape (kinds of work, people)."""
        people, c = world.people, world.ccgs
        demand, average = self._meetings(world)
        demand[Work.BOOKED] = people.booked
        demand[Work.DEADLINE] = people.deadline
        held = np.flatnonzero((people.role >= Role.REPRESENTATIVE) & (people.role <= Role.CHAIR))
        role = people.role[held]
        hours = np.array([0, self.representative_hours, self.locality_lead_hours, self.governing_body_hours,
                          self.chair_hours])  # fmt: skip
        load = np.where(role >= Role.LOCALITY_LEAD, c.vacancy_load[people.ccg[held]], 1.0)
        rest = np.maximum(60 * hours[role] * load - average[held], 0)
        demand[Work.PREPARATION :, held] = rest * self._shares()[:, role - Role.REPRESENTATIVE]
        plain = np.array([self.member_minutes, self.practice_manager_minutes, *[0.0] * 5]) / 2
        demand[Work.READING : Work.CONTACT + 1] += plain[people.kind] * (people.role == Role.NONE)
        self._managers(world, demand)
        for carried in CARRIED:
            demand[carried] += self.carry * people.undone.T[carried]
        demand *= people.present
        demand += 0.5  # round to whole minutes
        return demand.astype(np.int32)

    def _shares(self) -> NDArray[np.float64]:
        """Return the split of a role's hours outside meetings, shape (kinds of work, roles from representative on)."""
        representative = (self.representative_preparation, self.representative_reading, self.representative_contact,
                          self.representative_briefing)  # fmt: skip
        leader = (self.leader_preparation, self.leader_reading, self.leader_contact, self.leader_briefing)
        rows = list(zip(representative, leader, strict=True))
        rows.append((max(0.0, 1 - sum(representative)), max(0.0, 1 - sum(leader))))
        return np.array([(r, lead, lead, lead) for r, lead in rows])

    def _meetings(self, world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return demand with this week's meetings in it, and each person's average minutes of meetings a week."""
        bodies, seats, size = world.bodies, world.seats, world.people.size
        held = np.flatnonzero(seats.person >= 0)
        person, body = seats.person[held], seats.body[held]
        at = WORK_OF_BODY[bodies.kind[body]] * size + person
        now = (bodies.minutes * bodies.meets)[body]
        demand = np.bincount(at, now, len(Work) * size).astype(np.float64).reshape(len(Work), size)
        interval = np.where(bodies.months_between > 0, bodies.months_between * WEEKS_A_YEAR / 12, 1.0)
        return demand, np.bincount(person, (bodies.minutes / interval)[body], size).astype(np.float64)

    def _managers(self, world: World, demand: NDArray[np.float64]) -> None:
        """Share the CCG's requests, preparation and visits among the managers present."""
        people, c, items = world.people, world.ccgs, world.items
        manager = world.rows(Kind.MANAGER)
        count = np.maximum(world.sum_by_ccg(manager), 1)
        ccg = people.ccg[manager]
        open_rows = np.flatnonzero((items.stage == Stage.OPEN) & (items.prepared < 1))
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

    def _fill(self, world: World, demand: NDArray[np.int32]) -> None:
        """Set paid, unpaid and undone minutes by kind of work, supply and idle."""
        people = world.people
        paid, unpaid = people.paid.T, people.unpaid.T
        people.supply[:] = people.contract * people.present
        sessions = np.minimum(people.sessions * (people.kind == Kind.GP), people.supply)
        logit = self.evening_level + self.evening_engagement * people.engagement - self.evening_strain * people.strain
        evening = (60 * self.evening_most / (1 + np.exp(-logit))).astype(np.int32)

        np.minimum(demand[Work.BOOKED], people.supply - sessions, out=paid[Work.BOOKED])
        np.minimum(demand[Work.BOOKED] - paid[Work.BOOKED], evening, out=unpaid[Work.BOOKED])
        evening -= unpaid[Work.BOOKED]
        pool = people.supply - paid[Work.BOOKED]
        wanted = self._attended(world, demand, pool + evening)
        for work in range(Work.DEADLINE, len(Work)):
            np.minimum(wanted[work], pool, out=paid[work])
            np.minimum(wanted[work] - paid[work], evening, out=unpaid[work])
            pool -= paid[work]
            evening -= unpaid[work]
        people.demand.T[:] = demand
        np.subtract(demand, paid + unpaid, out=people.undone.T)
        people.idle[:] = pool

    def _attended(self, world: World, demand: NDArray[np.int32], left: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return demand without the meetings that cannot be attended whole, or that illness or the clinic prevent."""
        who = np.flatnonzero(demand[Work.GOVERNING_BODY : Work.MEMBER_COUNCIL + 1].any(axis=0))
        able = world.luck.uniform("time.diary", world.week, world.people.key[who]) >= self.missed
        time = np.maximum(left[who] - demand[Work.DEADLINE, who], 0)
        wanted = demand.copy()
        for meeting in MEETINGS:
            goes = demand[meeting, who] * (able & (demand[meeting, who] <= time))
            time -= goes
            wanted[meeting, who] = goes
        return wanted
