"""What follows from columns that seldom change is worked out anew when they have changed, and only then."""

from __future__ import annotations

import numpy as np

from sim.agents.people import Kind
from sim.world import Derived
from tests.worlds import of_kind, tiny


def test_it_is_worked_out_once_for_the_same_columns() -> None:
    derived, times = Derived(), []
    column = np.array([1, 2, 3])

    def total() -> int:
        times.append(1)
        return int(column.sum())

    assert [derived.get("total", (column,), total) for _ in range(3)] == [6, 6, 6]
    assert len(times) == 1
    column[0] = 10
    assert derived.get("total", (column,), total) == 15, "written in place, seen all the same"
    assert derived.get("other", (column,), lambda: -1) == -1, "each name has its own"


def test_who_is_there_follows_comings_and_goings() -> None:
    world = tiny(gps=2)
    first, *rest = of_kind(world, Kind.GP)
    assert world.rows(Kind.GP).tolist() == [first, *rest]
    assert first in world.here()
    assert world.members()[first]
    world.people.present[first] = False
    assert world.rows(Kind.GP).tolist() == rest
    assert first not in world.here()
    assert not world.members()[first]
