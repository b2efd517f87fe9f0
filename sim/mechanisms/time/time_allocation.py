"""Every week is filled in an order of priority, and every minute is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.bodies import MEETINGS, WORK_OF_BODY
from sim.state.items import Stage
from sim.state.people import LEADERS, Kind, Role, Work

if TYPE_CHECKING:
    from sim.state.world import World

IS_MEETING = np.isin(list(Work), MEETINGS)
LEADS = np.isin(list(Role), LEADERS)
Floats = NDArray[np.float64]
Whole = NDArray[np.int32]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


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
        people, ccgs = world.people, world.ccgs
        average = call_meetings(people, world.seats, world.bodies, WORK_OF_BODY, WEEKS_A_YEAR)
        each = share_out(people, world.practices, ccgs, world.items, self)
        ask(people, ccgs, self, average, each, LEADS)
        logit = self.evening_level + self.evening_engagement * people.engagement - self.evening_strain * people.strain
        evening = (60 * self.evening_most / (1 + np.exp(-logit))).astype(np.int32)
        luck = world.luck.uniform("time.diary", world.week, people.key)
        fill(people, self, evening, luck, IS_MEETING, 1 - 2.0 ** (-1 / self.memory_weeks))


@rule
def call_meetings(people: Table, seats: Table, bodies: Table, work: Codes, weeks_a_year: float) -> Floats:
    """Ask people for the meetings of this week, and for nothing else yet.

    Args:
        work: kind of work that a meeting is, by ``BodyKind``.
        weeks_a_year: number of weeks in a year, by which meetings every so many months are spread over weeks.

    Returns:
        Minutes of meetings that each person has in an average week, shape (people,).
    """
    people.demand[:] = 0
    average = np.zeros(people.present.size)
    for seat in range(seats.person.size):
        i, b = seats.person[seat], seats.body[seat]
        if i < 0 or not people.present[i]:
            continue
        if bodies.meets[b]:
            people.demand[i, work[bodies.kind[b]]] += bodies.minutes[b]
        months = bodies.months_between[b]
        average[i] += bodies.minutes[b] / (months * weeks_a_year / 12 if months > 0 else 1.0)
    return average


@rule
def share_out(people: Table, practices: Table, ccgs: Table, items: Table, own: TimeAllocation) -> Floats:
    """Share a CCG's requests, papers that wait and visits to practices among the managers present.

    Returns:
        Minutes asked of each manager, training included, by CCG and kind of work, shape (ccgs, kinds of work).
    """
    each = np.zeros((ccgs.request_minutes.size, people.demand.shape[1]))
    for item in range(items.stage.size):
        if items.stage[item] == Stage.OPEN:
            each[items.ccg[item], Work.PREPARATION] += items.work[item] * (1 - items.prepared[item])
    for p in range(practices.ccg.size):
        each[practices.ccg[p], Work.CONTACT] += 1
    managers = np.zeros(ccgs.request_minutes.size)
    for i in range(people.present.size):
        if people.present[i] and people.kind[i] == Kind.MANAGER:
            managers[people.ccg[i]] += 1
    for c in range(managers.size):
        count = max(managers[c], 1.0)
        each[c, Work.DEADLINE] = ccgs.request_minutes[c] / count
        each[c, Work.PREPARATION] = each[c, Work.PREPARATION] / own.preparation_weeks / count
        each[c, Work.CONTACT] = each[c, Work.CONTACT] * own.visit_minutes / count
        each[c, Work.DEVELOPMENT] = own.development_minutes
    return each


@rule
def ask(people: Table, ccgs: Table, own: TimeAllocation, average: Floats, each: Floats, leads: Flags) -> None:
    """Ask everybody, beside meetings, for booked work, what role or profession takes and some of what was left undone.

    What average meetings leave of a role's hours is split; what no other kind of work takes is for learning.

    Args:
        average: minutes of meetings that each person has in an average week, shape (people,).
        each: minutes asked of each manager, shape (ccgs, kinds of work).
        leads: which roles are a leader's, by ``Role``.
    """
    of_leader = own.leader_preparation + own.leader_reading + own.leader_contact + own.leader_briefing
    of_representative = own.representative_preparation + own.representative_reading
    of_representative += own.representative_contact + own.representative_briefing
    for i in range(people.present.size):
        if not people.present[i]:
            continue
        kind, role, c = people.kind[i], people.role[i], people.ccg[i]
        deadline = float(people.deadline[i])
        preparation = reading = contact = briefing = learning = 0.0
        if role == Role.REPRESENTATIVE:
            rest = max(60 * own.representative_hours - average[i], 0.0)
            preparation = rest * own.representative_preparation
            reading = rest * own.representative_reading
            contact = rest * own.representative_contact
            briefing = rest * own.representative_briefing
            learning = rest * max(0.0, 1 - of_representative)
        elif leads[role]:
            hours = own.locality_lead_hours
            if role == Role.GOVERNING_BODY:
                hours = own.governing_body_hours
            elif role == Role.CHAIR:
                hours = own.chair_hours
            rest = max(60 * hours * ccgs.vacancy_load[c] - average[i], 0.0)
            preparation = rest * own.leader_preparation
            reading = rest * own.leader_reading
            contact = rest * own.leader_contact
            briefing = rest * own.leader_briefing
            learning = rest * max(0.0, 1 - of_leader)
        elif role == Role.NONE and kind == Kind.GP:
            reading = contact = own.member_minutes / 2
        elif role == Role.NONE and kind == Kind.PRACTICE_MANAGER:
            reading = contact = own.practice_manager_minutes / 2
        if kind == Kind.MANAGER:
            deadline += each[c, Work.DEADLINE]
            preparation += each[c, Work.PREPARATION]
            contact += each[c, Work.CONTACT]
            learning += each[c, Work.DEVELOPMENT]
        # some of what was left undone last week comes back; briefings and learning that were missed are gone
        deadline += own.carry * people.undone[i, Work.DEADLINE]
        preparation += own.carry * people.undone[i, Work.PREPARATION]
        reading += own.carry * people.undone[i, Work.READING]
        contact += own.carry * people.undone[i, Work.CONTACT]
        people.demand[i, Work.BOOKED] = people.booked[i]
        people.demand[i, Work.DEADLINE] = int(deadline + 0.5)
        people.demand[i, Work.PREPARATION] = int(preparation + 0.5)
        people.demand[i, Work.READING] = int(reading + 0.5)
        people.demand[i, Work.CONTACT] = int(contact + 0.5)
        people.demand[i, Work.BRIEFING] = int(briefing + 0.5)
        people.demand[i, Work.DEVELOPMENT] = int(learning + 0.5)


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
    for i in range(people.present.size):
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
