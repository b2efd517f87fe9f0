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
CARRIED = (Work.DEADLINE, Work.PREPARATION, Work.READING, Work.CONTACT)
"""Kinds of work of which a part comes back next week if undone."""


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
        paid, unpaid, idle, supply = self._fill(world, demand)
        people.demand[:], people.paid[:], people.unpaid[:] = demand.T, paid.T, unpaid.T
        done = paid + unpaid
        people.undone[:] = (demand - done).T
        people.ccg_worked[:] = done[1:].sum(axis=0)
        people.worked[:] = done[0] + people.ccg_worked
        people.supply[:], people.idle[:] = supply, idle
        asked = demand[1:].sum(axis=0)
        met = np.where(asked > 0, paid[1:].sum(axis=0) == asked, people.time_met)
        people.time_met[:] += (1 - 2.0 ** (-1 / self.memory_weeks)) * (met - people.time_met)

    def _demand(self, world: World) -> NDArray[np.int32]:
        """Return the minutes asked of each person by kind of work, shape (kinds of work, people)."""
        people, c = world.people, world.ccgs
        demand = np.zeros((len(Work), people.size))
        average = self._meetings(world, demand)
        demand[Work.BOOKED] = people.booked
        demand[Work.DEADLINE] = people.deadline
        hours = np.array([0, self.representative_hours, self.locality_lead_hours, self.governing_body_hours,
                          self.chair_hours])  # fmt: skip
        held = np.flatnonzero((people.role >= Role.REPRESENTATIVE) & (people.role <= Role.CHAIR))
        role = people.role[held]
        load = np.where(role >= Role.LOCALITY_LEAD, c.vacancy_load[people.ccg[held]], 1.0)
        rest = np.maximum(60 * hours[role] * load - average[held], 0)
        for work, share in zip(
            (Work.PREPARATION, Work.READING, Work.CONTACT, Work.BRIEFING, Work.DEVELOPMENT),
            self._shares(),
            strict=True,
        ):
            demand[work, held] = rest * share[role - Role.REPRESENTATIVE]
        plain = np.array([self.member_minutes, self.practice_manager_minutes, *[0.0] * 5]) / 2
        light = plain[people.kind] * (people.role == Role.NONE)
        demand[Work.READING] += light
        demand[Work.CONTACT] += light
        self._managers(world, demand)
        for work in CARRIED:
            demand[work] += self.carry * people.undone[:, work]
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

    def _meetings(self, world: World, demand: NDArray[np.float64]) -> NDArray[np.float64]:
        """Put this week's meetings into ``demand`` and return each person's average minutes of meetings a week."""
        bodies, seats, size = world.bodies, world.seats, world.people.size
        held = seats.person >= 0
        person, body = seats.person[held], seats.body[held]
        kind = bodies.kind[body]
        now = bodies.minutes[body] * bodies.meets[body]
        for body_kind, work in MEETING_WORK.items():
            demand[work] = np.bincount(person, now * (kind == body_kind), size)
        interval = np.where(bodies.months_between > 0, bodies.months_between * WEEKS_A_YEAR / 12, 1.0)
        return np.bincount(person, (bodies.minutes / interval)[body], size).astype(np.float64)

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

    def _fill(self, world: World, demand: NDArray[np.int32]) -> tuple[NDArray[np.int32], ...]:
        """Return paid and unpaid minutes by kind of work, idle and supply."""
        people, luck, week = world.people, world.luck, world.week
        paid, unpaid = np.zeros_like(demand), np.zeros_like(demand)
        supply = np.where(people.present, people.contract, 0).astype(np.int32)
        sessions = np.minimum(np.where(people.kind == Kind.GP, people.sessions, 0), supply).astype(np.int32)
        logit = self.evening_level + self.evening_engagement * people.engagement - self.evening_strain * people.strain
        evening = (60 * self.evening_most / (1 + np.exp(-logit))).astype(np.int32)

        practice = supply - sessions
        paid[Work.BOOKED] = np.minimum(demand[Work.BOOKED], practice)
        pool = practice - paid[Work.BOOKED] + sessions
        unpaid[Work.BOOKED] = np.minimum(demand[Work.BOOKED] - paid[Work.BOOKED], evening)
        evening -= unpaid[Work.BOOKED]
        diary = luck.uniform("time.diary", week, people.key) >= self.missed
        for work in range(Work.DEADLINE, len(Work)):
            if work in MEETINGS:
                who = np.flatnonzero(demand[work])
                asked, left = demand[work, who], pool[who]
                asked = asked * ((asked <= left + evening[who]) & diary[who])
                paid[work, who] = np.minimum(asked, left)
                unpaid[work, who] = asked - paid[work, who]
            else:
                np.minimum(demand[work], pool, out=paid[work])
                np.minimum(demand[work] - paid[work], evening, out=unpaid[work])
            pool -= paid[work]
            evening -= unpaid[work]
        return paid, unpaid, pool, supply
