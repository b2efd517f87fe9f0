"""A week in minutes, counted by hand for three people and three kinds of work."""

from __future__ import annotations

import numpy as np

from sim.hours import Minutes, ask_by_ccg, ask_by_roles, fill_weeks, minutes_by_group, work_by_group

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


def test_a_ccg_asks_its_own_people() -> None:
    asked = np.ones((3, 2))
    ask_by_ccg(asked, np.array([0, 2]), np.array([1, 0, 0]), np.array([[5.0, 6.0], [7.0, 8.0]]))
    assert asked.tolist() == [[8, 9], [1, 1], [6, 7]]


def test_a_role_asks_for_what_meetings_leave_of_its_hours_and_nothing_of_leavers() -> None:
    codes = np.zeros(3, dtype=np.int8)
    role = np.array([0, 1, 1], dtype=np.int8)
    asked = np.zeros((3, 2))
    ask_by_roles(
        asked, np.array([0.0, 40.0, 40.0]), np.array([True, True, False]), codes, role, np.array([0, 1, 1]),
        np.array([[0.0, 60.0], [0.0, 100.0]]), np.array([[0.0, 0.0], [0.25, 0.75]]), np.array([[3.0, 4.0]]),
    )  # fmt: skip
    assert asked.tolist() == [[3, 4], [15, 45], [0, 0]]


def test_a_week_is_filled_in_order_and_meetings_are_whole_or_not_at_all() -> None:
    minutes = Minutes(*(np.zeros((2, 3), dtype=np.int32) for _ in range(4)))
    minutes.undone[0, 2] = 100  # of last week; half of it comes back
    totals = fill_weeks(
        minutes, np.array([[500.0, 80.0, 30.0], [500.0, 80.0, 30.0]]), np.array([0.0, 0.0, 0.5]),
        np.array([False, True, False]), np.array([True, False]), whole(480, 480), whole(60, 60), whole(50, 50),
        np.array([True, True]),
    )  # fmt: skip
    assert minutes.demand.tolist() == [[500, 80, 80], [0, 0, 0]]
    assert minutes.paid.tolist() == [[420, 0, 60], [0, 0, 0]]  # booked work may not use the sessions
    assert minutes.unpaid.tolist() == [[50, 0, 0], [0, 0, 0]]  # the evenings go first to what comes first
    assert minutes.undone.tolist() == [[30, 80, 20], [0, 0, 0]]
    assert totals[:, 0].tolist() == [0, 160, 60, 0, 470]
