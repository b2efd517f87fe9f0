"""The place of mechanisms of one's own in the week, and the form of what a mechanism declares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from sim.core.parameters import param
from sim.core.tables import Column
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.schedule import WEEK, placed
from sim.state.drivers import Driver
from sim.state.events import Event

HOUSE = [process.name for process in WEEK]
READING = Column("reading", "float64", "share", "how much is read")
PULL = Driver("mine", "pull", "mine", "of one's own")


def own(name: str, after: str = "", **declared: Any) -> Process:
    """Return a process that does nothing."""
    body = {"name": name, "after": after, "step": lambda self, world: None} | declared
    made: Process = dataclass(type("Own", (Process,), body))()
    return made


def order(*processes: Process) -> list[str]:
    """Return the order of the week, of the house only what is followed by one's own."""
    names = placed(processes)
    assert [name for name in names if name in HOUSE] == HOUSE
    return [name for name, later in zip(names, [*names[1:], ""], strict=True) if not {name, later} <= {*HOUSE, ""}]


def test_those_that_ask_for_one_place_run_in_the_order_given() -> None:
    assert order(own("a", "strain"), own("b", "strain"), own("c", "strain")) == ["strain", "a", "b", "c"]
    assert order(own("b", "strain"), own("a", "strain")) == ["strain", "b", "a"]
    assert order(own("a"), own("b")) == [HOUSE[-1], "a", "b"]


def test_one_may_follow_another_of_ones_own_wherever_that_stands_in_the_list() -> None:
    assert order(own("c", "b"), own("b", "a"), own("a", "hope")) == ["hope", "a", "b", "c"]
    assert order(own("b", "a"), own("a"), own("c")) == [HOUSE[-1], "a", "b", "c"]


@pytest.mark.parametrize(
    ("processes", "said"),
    [
        (
            [own("a", "stran")],
            "process a: after='stran' is no process; did you mean strain? allowed is policy_timeline",
        ),
        ([own("a", "newslettr"), own("newsletter")], "did you mean newsletter? allowed is"),
        ([own("a", "a")], "process a: after='a' leads round in a circle (a); allowed is a process that does not wait"),
        ([own("a", "b"), own("c"), own("b", "a")], "process a: after='b' leads round in a circle (a, b)"),
    ],
)
def test_a_place_that_there_is_not_is_refused(processes: list[Process], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        placed(processes)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"columns": {"people": READING}}, "columns of people is no tuple of Column; a single one ends in a comma"),
        ({"columns": (READING,)}, "columns is no map by table"),
        ({"drivers": PULL}, "drivers is no tuple of Driver; a single one ends in a comma: (x,)"),
        ({"events": Event("fell", ())}, "events is no tuple of Event"),
        ({"appends": "items"}, "appends is no tuple of text"),
        ({"reads": {"people": ["strain"]}}, "reads={'people': ['strain']} is not allowed; allowed is one text a table"),
        ({"writes": "people"}, "writes='people' is not allowed; allowed is one text a table"),
    ],
)
def test_declarations_of_another_form_are_refused_where_they_stand(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=re.escape(f"process mine: {said}")):
        own("mine", **declared)


def test_parameters_of_what_is_no_dataclass_are_refused() -> None:
    class Bare(Process):
        name = "bare"
        reach: float = param(0.1, "share", "how far", source="assumed")

        def step(self, world: View) -> None:
            """Do nothing."""

    for values in ({}, {"reach": 0.2}):
        with pytest.raises(TypeError, match="process Bare has the parameter reach and is no dataclass; put @dataclass"):
            Bare(**values)
