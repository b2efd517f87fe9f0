"""Minutes added up by group, counted by hand for three people and three kinds of work."""

from __future__ import annotations

import numpy as np

from sim.hours import minutes_by_group, work_by_group

DEMAND = np.array([[60, 30, 0], [90, 0, 20], [50, 10, 40]], dtype=np.int32)
UNDONE = np.array([[0, 15, 0], [90, 0, 5], [10, 10, 0]], dtype=np.int32)


def whole(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def test_work_is_counted_by_group_for_those_named_alone() -> None:
    done, asked = work_by_group(np.array([0, 2]), np.array([1, 0, 1]), 3, DEMAND, UNDONE, 1)
    assert done.tolist() == [0, 15, 0]
    assert asked.tolist() == [0, 40, 0]


def test_minutes_by_group_hold_supply_idle_and_all_work_of_those_in_a_group() -> None:
    paid, unpaid = DEMAND - UNDONE - 1, np.ones_like(DEMAND)
    sums = minutes_by_group(np.array([0, -1, 0]), 2, whole(100, 200, 300), whole(1, 2, 3), paid, unpaid, UNDONE)
    assert sums.dtype == np.int32
    assert sums[0].tolist() == [400, 4, 98, 13, 38, 2, 2, 2, 10, 25, 0]
    assert not sums[1].any()
