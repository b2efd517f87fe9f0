"""A week in minutes: what meetings and roles ask of people, and how their week is filled.

The loops behind :class:`sim.processes.time_allocation.TimeAllocation`. They know nothing of parameters or tables.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Work
from sim.business.bodies import BodyKind
from sim.compiled import compiled

MEETING_WORK = {
    BodyKind.GOVERNING_BODY: Work.GOVERNING_BODY,
    BodyKind.EXECUTIVE_GROUP: Work.EXECUTIVE_GROUP,
    BodyKind.LOCALITY: Work.LOCALITY_MEETING,
    BodyKind.MEMBER_COUNCIL: Work.MEMBER_COUNCIL,
}
WORK_OF_BODY = np.array([MEETING_WORK[kind] for kind in BodyKind])
"""Kind of work that attending each kind of body is."""
MEETINGS = tuple(sorted(MEETING_WORK.values()))
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Rows = NDArray[np.int64]
Whole = NDArray[np.int32]


class Minutes(NamedTuple):
    """Whole minutes of each person by kind of work, shape (people, kinds of work) each."""

    demand: Whole
    paid: Whole
    unpaid: Whole
    undone: Whole


@compiled
def ask_by_seats(asked: Floats, average: Floats, person: Rows, body: Rows, work: Rows, minutes: Floats) -> None:
    """Add the minutes that this week's meetings ask of people, and those of an average week.

    Args:
        asked: minutes by kind of work, shape (people, kinds of work).
        average: minutes of an average week, shape (people,).
        person: who holds each seat, negative if nobody, shape (seats,).
        body: on which body, shape (seats,).
        work: kind of work that a meeting of each body is, shape (bodies,).
        minutes: that each body meets this week, and in an average week, shape (2, bodies).
    """
    for seat in range(person.size):
        i, b = person[seat], body[seat]
        if i >= 0:
            asked[i, work[b]] += minutes[0, b]
            average[i] += minutes[1, b]


@compiled
def ask_by_roles(
    asked: Floats, average: Floats, present: Flags, kind: Codes, role: Codes, ccg: Rows, weekly: Floats,
    shares: Floats, plain: Floats,
) -> None:  # fmt: skip
    """Add what roles ask outside meetings, and what reaches people without a role.

    Args:
        asked: minutes by kind of work, shape (people, kinds of work).
        average: minutes of meetings in an average week, shape (people,).
        present: who is there; nothing is asked of others.
        kind: profession (``Kind``), shape (people,).
        role: role in the CCG (``Role``), 0 for none, shape (people,).
        ccg: shape (people,).
        weekly: minutes that a role asks for in all, by CCG, shape (ccgs, roles).
        shares: what of the rest goes into each kind of work, by role, shape (roles, kinds of work).
        plain: minutes asked of people without a role, by profession, shape (professions, kinds of work).
    """
    for i in range(role.size):
        if not present[i]:
            continue
        rest = max(weekly[ccg[i], role[i]] - average[i], 0.0)
        for work in range(asked.shape[1]):
            asked[i, work] += rest * shares[role[i], work] if role[i] > 0 else plain[kind[i], work]


@compiled
def ask_by_ccg(asked: Floats, rows: Rows, ccg: Rows, minutes: Floats) -> None:
    """Add what a CCG asks of each of some people.

    Args:
        asked: minutes by kind of work, shape (people, kinds of work).
        rows: who is asked, shape (n,).
        ccg: shape (people,).
        minutes: asked of each by CCG, shape (ccgs, kinds of work).
    """
    for i in rows:
        for work in range(asked.shape[1]):
            asked[i, work] += minutes[ccg[i], work]


@compiled
def fill_weeks(
    minutes: Minutes, asked: Floats, carry: Floats, whole: Flags, present: Flags, supply: Whole, sessions: Whole,
    evening: Whole, able: Flags,
) -> Whole:  # fmt: skip
    """Fill everybody's week in the order of the kinds of work, of which the first is booked work.

    Args:
        minutes: set here; what is undone of last week comes back in part.
        asked: minutes newly asked, shape (people, kinds of work).
        carry: part of undone work of each kind that comes back, shape (kinds of work,).
        whole: which kinds of work are done whole or not at all, shape (kinds of work,).
        present: who is there; nothing is asked of others.
        supply: contracted minutes; ``sessions`` of them are not for booked work.
        sessions: paid CCG sessions, in minutes.
        evening: minutes of the evenings that a person would give.
        able: whether illness and the clinic let a person do work of that sort.

    Returns:
        Minutes of each person, shape (5, people): contracted time left; work for the CCG asked for, done in contracted
        time and in evenings; booked work done.
    """
    totals = np.zeros((5, supply.size), dtype=np.int32)
    for i in range(supply.size):
        if not present[i]:
            for column in minutes:
                column[i, :] = 0
            continue
        left, late = supply[i], evening[i]
        for work in range(asked.shape[1]):
            wanted = np.int32(asked[i, work] + carry[work] * minutes.undone[i, work] + 0.5)
            attends = able[i] and wanted <= left + late
            taken_up = wanted if attends or not whole[work] else np.int32(0)
            paid = min(taken_up, left - sessions[i] if work == 0 else left)
            unpaid = min(taken_up - paid, late)
            left, late = left - paid, late - unpaid
            minutes.demand[i, work], minutes.paid[i, work], minutes.unpaid[i, work] = wanted, paid, unpaid
            minutes.undone[i, work] = wanted - paid - unpaid
            if work == 0:
                totals[4, i] = paid + unpaid
            else:
                totals[1, i] += wanted
                totals[2, i] += paid
                totals[3, i] += unpaid
        totals[0, i] = left
    return totals


@compiled
def work_by_group(rows: Rows, group: Rows, groups: int, demand: Whole, undone: Whole, work: int) -> Floats:
    """Return the minutes of a kind of work that some people did, and were asked for, by group, shape (2, groups).

    Args:
        rows: who, shape (n,).
        group: group number of everybody, shape (people,).
        groups: number of groups.
        demand: minutes asked, shape (people, kinds of work); ``undone`` of them likewise.
        work: kind of work.
    """
    sums = np.zeros((2, groups))
    for i in rows:
        sums[0, group[i]] += demand[i, work] - undone[i, work]
        sums[1, group[i]] += demand[i, work]
    return sums


@compiled
def minutes_by_group(
    group: Rows, groups: int, supply: Whole, idle: Whole, paid: Whole, unpaid: Whole, undone: Whole
) -> Whole:
    """Return sums by group of supply, idle and the minutes by kind of work, shape (groups, 2 + 3 kinds of work).

    Args:
        group: group number of everybody, negative in none, shape (people,).
        groups: number of groups.
        supply: contracted minutes; ``idle`` of them without work; shape (people,) each.
        paid: minutes by kind of work, shape (people, kinds of work); ``unpaid`` and ``undone`` likewise.
    """
    k = paid.shape[1]
    sums = np.zeros((groups, 2 + 3 * k), dtype=np.int32)
    for i in range(group.size):
        own = group[i]
        if own >= 0:
            sums[own, 0] += supply[i]
            sums[own, 1] += idle[i]
            for work in range(k):
                sums[own, 2 + work] += paid[i, work]
                sums[own, 2 + k + work] += unpaid[i, work]
                sums[own, 2 + 2 * k + work] += undone[i, work]
    return sums
