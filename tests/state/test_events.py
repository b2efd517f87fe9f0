"""The event log."""

from __future__ import annotations

import numpy as np
import pytest

from sim.state.events import FIELDS, Event, EventLog


def test_events_are_kept_in_order_with_what_is_known_of_them() -> None:
    log = EventLog()
    log.add("raised", 3, ccg=np.array([0, 1]), person=np.array([7, 8]), value=np.array([1.5, 2.5]))
    log.add("request", 4, ccg=np.array([1]), value=np.array([9.0]))
    log.add("order", 4, ccg=np.array([2]))
    frame = log.frame()
    assert tuple(frame.columns) == FIELDS
    assert frame["week"].tolist() == [3, 3, 4, 4]
    assert frame["kind"].tolist() == ["raised", "raised", "request", "order"]
    assert frame["ccg"].tolist() == [0, 1, 1, 2]
    assert frame["person"].tolist() == [7, 8, -1, -1]
    assert frame["item"].tolist() == [-1] * 4
    assert frame["value"].tolist()[:3] == [1.5, 2.5, 9.0]
    assert np.isnan(frame["value"].iloc[3])


def test_no_event_for_empty_arrays_and_none_before_recording() -> None:
    log = EventLog()
    log.add("left", 1, ccg=np.zeros(0, dtype=np.int64), person=np.zeros(0, dtype=np.int64))
    log.recording = False
    log.add("left", 2, ccg=np.array([0]))
    assert len(log.frame()) == 0
    assert tuple(log.frame().columns) == FIELDS
    log.recording = True
    log.add("left", 3, ccg=np.array([0]))
    assert log.frame()["week"].tolist() == [3]


def test_a_single_event_takes_plain_numbers() -> None:
    log = EventLog()
    log.add("order", 4, ccg=2, value=1.5)
    log.add("left", 5, ccg=np.array([0, 1]), person=np.array([7, 8]))
    frame = log.frame()
    assert frame["ccg"].tolist() == [2, 0, 1]
    assert frame["value"].tolist()[0] == 1.5
    assert frame["person"].tolist() == [-1, 7, 8]


def test_a_column_that_the_log_has_not_is_refused_before_anything_is_recorded_too() -> None:
    log = EventLog()
    log.recording = False
    with pytest.raises(ValueError, match="event left: persn is no column of the log; allowed is person, practice"):
        log.add("left", 1, ccg=np.array([0]), persn=np.array([7]))


def test_who_declares_kinds_adds_those_alone() -> None:
    log = EventLog()
    seen = log.seen_by("walker", frozenset({"fell", "rose"}))
    seen.add("fell", 1, ccg=np.array([0]))
    assert log.frame()["kind"].tolist() == ["fell"]
    with pytest.raises(ValueError, match="event 'left' is not declared by walker; allowed is fell, rose"):
        seen.add("left", 1, ccg=np.array([0]))
    with pytest.raises(ValueError, match="allowed is none; declare it in `events`"):
        log.seen_by("walker", frozenset()).add("left", 1, ccg=np.array([0]))
    assert len(log.frame()) == 1


def test_a_column_moved_is_not_taken_for_letters() -> None:
    with pytest.raises(TypeError, match=r"event fell: moves='people.x' is a text; allowed is a tuple of columns"):
        Event("fell", "people.x")  # type: ignore[arg-type]


def test_what_was_told_of_an_event_does_not_change_with_the_column_it_came_from() -> None:
    log, values, who = EventLog(), np.array([1.0, 2.0]), np.array([4, 5])
    log.add("raised", 3, np.zeros(2, dtype=np.int64), person=who[:], value=values[:])
    values[:], who[:] = 9.0, 9
    frame = log.frame()
    assert frame["value"].tolist() == [1.0, 2.0]
    assert frame["person"].tolist() == [4, 5]
