"""What the week asks of everybody: meetings, booked work, the work of a role or profession."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.codes import LEADS, Kind, Role, Stage, Work

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass
class Diaries(Process):
    """Ask everybody for the work of the week; :class:`~sim.mechanisms.time.time_allocation.TimeAllocation` fills it.

    A role asks for its reported weekly hours in all; what meetings leave of them is split over preparation, reading,
    contact, briefing the practice and development. Empty leadership seats raise what the other leaders have to do.
    Managers share the requests of their CCG, the papers that wait and the visits to practices. A part ``carry`` of what
    was left undone last week is asked for again.
    """

    name = "diaries"
    columns = {"people": (Column("demand", "int32", "minutes", "work asked for this week, by Work", width=len(Work)),)}
    reads = {
        "people": "present kind role ccg booked deadline undone",
        "ccgs": "request_minutes vacancy_load managers",
        "seats": "person body",
        "bodies": "work meets minutes months_between",
        "items": "stage prepared ccg work",
        "practices": "ccg",
    }
    evidence = (
        "role_overflows_contract",
        "vacancies_cascade",
        "fire_fighting_leaves_no_time",
        "c14_email_hours",
        "c14_reading_extra_sessions",
        "c14_total_week_hours",
    )
    directions = (
        Direction(
            "diaries.governing_body_asked_hours",
            None,
            32,
            "strain of leaders",
            +1,
            "role_overflows_contract.wellbeing",
            "a role that asks for more than it pays spills into evenings",
        ),
    )

    representative_asked_hours: float = param(
        2,
        "hours/week",
        "CCG work asked of a practice representative, meetings included",
        within=(0, 20),
        source="one hour paid, one unpaid; assumed",
    )
    locality_lead_asked_hours: float = param(
        15,
        "hours/week",
        "CCG work asked of a locality lead, meetings included",
        within=(0, 60),
        source="c14_hours_locality_lead: 11 contracted, actual hours ran over",
    )
    governing_body_asked_hours: float = param(
        16,
        "hours/week",
        "CCG work asked of a GP on the governing body, meetings included",
        within=(0, 60),
        source="c14_reading_extra_sessions: one or two unpaid sessions",
    )
    chair_asked_hours: float = param(
        32,
        "hours/week",
        "CCG work asked of a chair, meetings included",
        within=(0, 60),
        source="c14_hours_clinical_chair and unpaid work on top",
    )
    leader_preparation: float = param(
        0.30, "share", "preparing papers, of a leader's hours outside meetings", source="size assumed"
    )
    leader_reading: float = param(
        0.25, "share", "reading papers, of a leader's hours outside meetings", source="c14_reading_extra_sessions"
    )
    leader_contact: float = param(
        0.33,
        "share",
        "email and contact, of a leader's hours outside meetings",
        source="c14_email_hours: email takes hours a day",
    )
    leader_briefing: float = param(
        0.05,
        "share",
        "telling the practice, of a leader's hours outside meetings; the rest is for learning",
        source="size assumed",
    )
    representative_preparation: float = param(
        0.05,
        "share",
        "preparing papers, of a representative's hours outside meetings",
        source="few papers reach representatives",
    )
    representative_reading: float = param(
        0.30,
        "share",
        "reading papers, of a representative's hours outside meetings",
        source="papers of the council; size assumed",
    )
    representative_contact: float = param(
        0.15, "share", "email and contact, of a representative's hours outside meetings", source="size assumed"
    )
    representative_briefing: float = param(
        0.40,
        "share",
        "telling the practice, of a representative's hours outside meetings; the rest is for learning",
        source="council_messages_stop_at_rep",
    )
    member_minutes: float = param(
        20,
        "minutes/week",
        "reading and email of a GP without a role",
        within=(0, 300),
        source="newsletters and email; size assumed",
    )
    practice_manager_minutes: float = param(
        60,
        "minutes/week",
        "reading and email of a practice manager",
        within=(0, 600),
        source="CCG email and forums; size assumed",
    )
    preparation_weeks: float = param(
        3, "weeks", "weeks over which managers spread the papers that wait", within=(1, 52), source="size assumed"
    )
    visit_minutes: float = param(
        30,
        "minutes/week",
        "a named manager's contact with one practice",
        within=(0, 600),
        source="primary_care_manager_as_link; size assumed",
    )
    development_minutes: float = param(
        60, "minutes/week", "training and learning of a manager", within=(0, 600), source="size assumed"
    )
    carry: float = param(
        0.4,
        "share",
        "undone work that still has to be done next week",
        within=(0, 0.95),
        source="some of it lapses; size assumed",
    )

    def check(self) -> None:
        for who in ("leader", "representative"):
            keys = [f"{who}_{work}" for work in ("preparation", "reading", "contact", "briefing")]
            total = sum(getattr(self, key) for key in keys)
            if total > 1 + 1e-9:
                raise ValueError(f"diaries.{' + '.join(keys)} = {total:g} is too much; allowed is 1 in all")

    def step(self, world: View) -> None:
        people, ccgs = world.people, world.ccgs
        average = call_meetings(people, world.seats, world.bodies, WEEKS_A_YEAR)
        each = share_out(world.practices, ccgs, world.items, self, len(Work))
        ask(people, ccgs, self, average, each, LEADS)


@rule
def call_meetings(people: Table, seats: Table, bodies: Table, weeks_a_year: float) -> Floats:
    """Ask people for the meetings of this week, and for nothing else yet.

    Args:
        weeks_a_year: number of weeks in a year, by which meetings every so many months are spread over weeks.

    Returns:
        Minutes of meetings that each person has in an average week, shape (people,).
    """
    people.demand[:] = 0
    average = np.zeros(people.size)
    for seat in range(seats.size):
        i, b = seats.person[seat], seats.body[seat]
        if i < 0 or not people.present[i]:
            continue
        if bodies.meets[b]:
            people.demand[i, bodies.work[b]] += bodies.minutes[b]
        months = bodies.months_between[b]
        average[i] += bodies.minutes[b] / (months * weeks_a_year / 12 if months > 0 else 1.0)
    return average


@rule
def share_out(practices: Table, ccgs: Table, items: Table, own: Diaries, works: int) -> Floats:
    """Share a CCG's requests, papers that wait and visits to practices among the managers present.

    Args:
        works: number of kinds of work.

    Returns:
        Minutes asked of each manager, training included, by CCG and kind of work, shape (ccgs, kinds of work).
    """
    each = np.zeros((ccgs.size, works))
    for item in range(items.size):
        if items.stage[item] == Stage.OPEN:
            each[items.ccg[item], Work.PREPARATION] += items.work[item] * (1 - items.prepared[item])
    for p in range(practices.size):
        each[practices.ccg[p], Work.CONTACT] += 1
    for c in range(ccgs.size):
        count = max(ccgs.managers[c], 1.0)
        each[c, Work.DEADLINE] = ccgs.request_minutes[c] / count
        each[c, Work.PREPARATION] = each[c, Work.PREPARATION] / own.preparation_weeks / count
        each[c, Work.CONTACT] = each[c, Work.CONTACT] * own.visit_minutes / count
        each[c, Work.DEVELOPMENT] = own.development_minutes
    return each


@rule
def ask(people: Table, ccgs: Table, own: Diaries, average: Floats, each: Floats, leads: Flags) -> None:
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
    for i in range(people.size):
        if not people.present[i]:
            continue
        kind, role, c = people.kind[i], people.role[i], people.ccg[i]
        deadline = float(people.deadline[i])
        preparation = reading = contact = briefing = learning = 0.0
        if role == Role.REPRESENTATIVE:
            rest = max(60 * own.representative_asked_hours - average[i], 0.0)
            preparation = rest * own.representative_preparation
            reading = rest * own.representative_reading
            contact = rest * own.representative_contact
            briefing = rest * own.representative_briefing
            learning = rest * max(0.0, 1 - of_representative)
        elif leads[role]:
            hours = own.locality_lead_asked_hours
            if role == Role.GOVERNING_BODY:
                hours = own.governing_body_asked_hours
            elif role == Role.CHAIR:
                hours = own.chair_asked_hours
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
