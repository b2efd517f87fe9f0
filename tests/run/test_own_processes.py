"""Mechanisms of one's own: what they cannot bring, write or report is told in one line that names them."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.core.compiled import rule
from sim.core.tables import Column, Schema, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.run.model import CommissioningModel
from sim.state.drivers import Driver
from sim.state.events import Event
from sim.state.ledger import LedgerError
from tests.worlds import config


def own(name: str = "mine", **declared: Any) -> Process:
    """Return a process with these declarations, which does nothing unless it is told."""
    made: Process = dataclass(type("Own", (Process,), {"name": name, "step": lambda self, world: None} | declared))()
    return made


def column(name: str, table: str = "people") -> dict[str, Any]:
    return {"columns": {table: (Column(name, "float64", "share", "of one's own"),)}}


def table(name: str, *columns: str) -> dict[str, Any]:
    made = [Column(column, "uint64", "-", "of one's own") for column in ("key", *columns)]
    return {"tables": (Schema(name, "Of one's own.", tuple(made)),)}


def run(*processes: Process, weeks: int = 2) -> CommissioningModel:
    model = CommissioningModel(config(), seed=1, processes=processes)
    for _ in range(weeks):
        model.step()
    return model


WORDS = "allowed is a plain word that is none of Python's own"
THEIRS = "which the table or its agents have themselves"


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        *((column(name), f"mine: a column cannot be called {name!r}; {WORDS}") for name in ("a b", "class", "_x")),
        *(
            (column(name), f"mine: a column of people cannot be called {name!r}, {THEIRS}")
            for name in ("size", "row", "name", "remove", "unique_id", "model", "pos", "columns", "rows", "hours")
        ),
        (column("append", "items"), f"mine: a column of items cannot be called 'append', {THEIRS}"),
        (column("strain"), "mine brings column people.strain, which is there already"),
        (column("key"), "mine brings column people.key, which is there already"),
        (column("pull_hope"), "mine brings column people.pull_hope, which is there already"),
        (column("x", "peple"), "mine: 'peple' is no table; allowed is ccgs, "),
        *((table(name), f"mine: a table cannot be called {name!r}; {WORDS}") for name in ("a b", "class", "_x")),
        *(
            (table(name), f"mine: a table cannot be called {name!r}, which the world has itself")
            for name in ("luck", "sites", "events", "tables", "lay", "live", "column", "append", "week")
        ),
        (table("people"), "mine brings table people, which is there already"),
        (table("units", "size"), f"mine: a column of units cannot be called 'size', {THEIRS}"),
        *(
            ({"drivers": (Driver("x", sort, "x", "x"),)}, f"mine: driver x has sort='{sort}'; allowed is pull | kick")
            for sort in ("noise", "disposition", "outside", "push")
        ),
        ({"appends": ("itms",)}, "mine: 'itms' is no table; allowed is ccgs, "),
        (
            {"events": (Event("fell", ("people.strian",)),)},
            "mine: event fell moves people.strian, which is no column of the model; allowed is table.column",
        ),
    ],
)
def test_what_cannot_be_brought_is_refused(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"process {said}")):
        CommissioningModel(config(), seed=1, processes=[own(**declared)])


def test_the_second_of_two_is_named_wherever_it_runs() -> None:
    with pytest.raises(ValueError, match=r"process other brings column people\.x, which is there already"):
        run(own(**column("x")), own("other", **column("x"), after="hope"))
    with pytest.raises(ValueError, match=r"process mine writes people\.strain, which strain writes"):
        run(own(writes={"people": "strain"}, after="requests"))


def test_tables_and_events_of_ones_own_may_be_of_each_other() -> None:
    fell = {"events": (Event("fell", ("units.x", "people.pull_x")),)}
    model = run(
        own(**column("x", "units"), **fell), own("other", **table("units"), drivers=(Driver("x", "pull", "x", "x"),))
    )
    assert model.world.units.x.size == 0


@pytest.mark.parametrize("given", [own(), type(own()), 5, None])
def test_processes_are_a_list(given: Any) -> None:
    with pytest.raises(TypeError, match="is no list; allowed is a list of processes"):
        CommissioningModel(config(), seed=1, processes=given)


@rule
def fill(people: Table) -> None:
    """Write what may only be read."""
    for i in range(people.size):
        people.strain[i] = 1.0


def replace(world: View) -> None:
    world.people.x += 1


ONLY_READS = "process mine: it writes a column that it only reads; declare it in `writes`, or bring it"


@pytest.mark.parametrize("when", ["start", "step"])
@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (lambda world: world.people.strain.fill(1), ValueError, ONLY_READS),
        (lambda world: np.add(world.people.strain, 1, out=world.people.strain), ValueError, ONLY_READS),
        (lambda world: fill(world.people), Exception, r"process mine: it writes a column|assignment destination"),
        (replace, AttributeError, "process mine: it replaces a column; write in place, people.reading[:] = ..."),
        (lambda world: {}["nothing"], KeyError, "nothing"),
    ],
    ids=["fill", "out", "rule", "replace", "another"],
)
def test_slips_are_explained_and_other_errors_left_alone(when: str, act: Any, kind: Any, said: str) -> None:
    process = own(**column("x"), reads={"people": "strain"}, **{when: lambda self, world: act(world)})
    with pytest.raises(kind, match=said if kind is Exception else re.escape(said)):
        run(process)


FELL = {"events": (Event("fell", ("people.x",), "{person} fell"),)} | column("x")


def test_events_of_ones_own_are_recorded_one_by_one_or_many() -> None:
    def step(self: Any, world: View) -> None:
        world.events.add("fell", world.week, ccg=0, person=world.week)
        world.events.add("fell", world.week, ccg=np.zeros(2, int), person=np.arange(2))

    model = run(own(step=step, **FELL))
    twin = copy.deepcopy(model)
    twin.step()
    for lived, weeks in ((model, 2), (twin, 3)):
        events = lived.results().events.query("kind == 'fell'")
        assert events["person"].tolist() == [p for week in range(weeks) for p in (week, 0, 1)]
        assert set(events["ccg"]) == {"T"}


@pytest.mark.parametrize(
    ("kind", "columns", "said"),
    [
        ("fel", {}, "event 'fel' is not declared by mine; allowed is fell"),
        ("raised", {}, "event 'raised' is not declared by mine; allowed is fell"),
        ("fell", {"persn": 0}, "event fell: persn is no column of the log; allowed is person, "),
    ],
)
def test_events_that_are_not_declared_are_refused(kind: str, columns: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        run(own(step=lambda self, world: world.events.add(kind, world.week, 0, **columns), **FELL))


@pytest.mark.parametrize("after", ["", "strain"])
@pytest.mark.parametrize("sort", ["pull", "kick"])
def test_who_wrote_what_is_not_finite_is_named(after: str, sort: Any) -> None:
    def step(self: Any, world: View) -> None:
        world.column(f"people.{sort}_x")[:] = np.nan if world.week >= 1 else 0.0

    model = run(own(step=step, after=after, drivers=(Driver("x", sort, "x", "x"),)), weeks=1)
    said = rf"mine: a finite people\.{sort}_x does not hold in week {1 if after else 2} for T/"
    with pytest.raises(LedgerError, match=said):
        model.run()
