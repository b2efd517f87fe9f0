"""Who is there, asked of the world."""

from __future__ import annotations

from sim.state.codes import Kind
from sim.state.people import members, rows_of
from tests.worlds import of_kind, tiny


def test_who_is_there_follows_comings_and_goings() -> None:
    world = tiny(gps=2)
    first, *rest = of_kind(world, Kind.GP)
    assert rows_of(world.people, Kind.GP).tolist() == [first, *rest]
    assert members(world.people)[first]
    world.people.present[first] = False
    assert rows_of(world.people, Kind.GP).tolist() == rest
    assert not members(world.people)[first]
