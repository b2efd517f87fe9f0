"""Hours as more than one part of the model sees them: which work a meeting is, and minutes added up by group.

Weeks are filled by :class:`sim.processes.time_allocation.TimeAllocation`.
"""

from __future__ import annotations

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
Rows = NDArray[np.int64]
Whole = NDArray[np.int32]


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
