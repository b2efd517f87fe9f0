"""What somebody sees of a world: the columns declared, read-only where only read, in every run."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from sim.core.tables import Column, Table
from sim.core.views import Access, View, dotted
from sim.state.events import EventLog


class Small:
    """A world of two tables, with something shared that is no table."""

    def __init__(self) -> None:
        columns = [Column(name, "float64", "-", name) for name in ("strain", "reach", "trust")]
        self.tables = {
            "people": Table("people", columns),
            "bodies": Table("bodies", [Column("limit", "int64", "-", "")]),
        }
        self.week, self.luck = 3, object()
        self.tables["people"].append(2, strain=[1.0, 2.0])

    def shown(self) -> list[float]:
        """Return what a method of the world sees through whoever calls it."""
        return self.people.strain.tolist()  # type: ignore[attr-defined, no-any-return]


def access(reads: str = "strain", writes: str = "reach", *appends: str) -> Access:
    return Access("walker", dotted({"people": reads}), dotted({"people": writes}), frozenset(appends))


def test_declared_columns_are_there_and_no_others() -> None:
    view = View(Small(), access())
    assert view.people.strain.tolist() == [1.0, 2.0]
    assert view.people.size == 2
    with pytest.raises(AttributeError, match=r"column people\.trust is not declared by walker"):
        _ = view.people.trust
    with pytest.raises(AttributeError, match=r"column bodies\.limit is not declared by walker"):
        _ = view.bodies.limit
    with pytest.raises(AttributeError, match=r"column people\.trust is not declared by walker"):
        view.column("people.trust")
    with pytest.raises(AttributeError, match="whole tables are not for walker"):
        _ = view.tables


def test_what_is_only_read_cannot_be_written() -> None:
    world = Small()
    view = View(world, access())
    for strain in (view.people.strain, view.column("people.strain")):
        with pytest.raises(ValueError, match="read-only"):
            strain[0] = 9
    with pytest.raises(AttributeError):
        view.people.reach = np.zeros(2)
    view.people.reach[:] = 4.0
    view.column("people.reach")[1] = 5.0
    assert world.tables["people"].reach.tolist() == [4.0, 5.0]
    assert world.tables["people"].strain.tolist() == [1.0, 2.0]


def test_rows_are_appended_where_declared_and_seen_at_once() -> None:
    world = Small()
    with pytest.raises(AttributeError, match="walker does not declare that it appends to people"):
        View(world, access()).append("people", 1)
    view, other = View(world, access("strain", "reach", "people")), View(world, access())
    assert (view.people.size, other.people.size) == (2, 2), "both have looked before"
    for _ in range(20):
        rows = view.append("people", 1, strain=7.0)
    assert rows.tolist() == [21]
    for seen in (view, other):
        assert seen.people.size == seen.people.strain.size == seen.column("people.reach").size == 22
    view.people.reach[21] = 3.0
    assert other.people.reach[21] == 3.0, "the same column, however often the table has grown"


def test_patterns_stand_for_columns_by_name() -> None:
    view = View(Small(), access("*st", "reach"))
    assert view.column("people.trust").tolist() == [0.0, 0.0]
    with pytest.raises(AttributeError, match="is not declared"):
        view.column("people.strain")


def test_a_column_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"people\.strian is declared by walker but is no column"):
        View(Small(), access("strian"))


def test_whatever_is_no_table_is_passed_on() -> None:
    world = Small()
    view = View(world, access())
    assert view.luck is world.luck
    world.week = 8
    assert view.week == 8
    assert view.shown() == [1.0, 2.0]
    with pytest.raises(AttributeError, match=r"people\.strain is not declared"):
        View(world, access("trust")).shown()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda view: pickle.loads(pickle.dumps(view))])
def test_a_copy_sees_the_columns_of_its_own_world(again) -> None:  # type: ignore[no-untyped-def]
    view = View(Small(), access())
    view.people.reach[:] = 1.0
    twin = again(view)
    twin.people.reach[:] = 2.0
    assert view.people.reach.tolist() == [1.0, 1.0]
    assert twin.people.reach.tolist() == [2.0, 2.0]


def test_events_are_added_where_their_kind_is_declared() -> None:
    world = Small()
    world.events = EventLog()  # type: ignore[attr-defined]
    view = View(world, Access("walker", frozenset({"people.strain"}), events=frozenset({"fell"})))
    for seen in (view, copy.deepcopy(view)):
        seen.events.add("fell", 3, ccg=0)
        with pytest.raises(ValueError, match="event 'rose' is not declared by walker; allowed is fell"):
            seen.events.add("rose", 3, ccg=0)
    assert len(world.events.frame()) == 1, "the copy adds to the log of its own world"  # type: ignore[attr-defined]
