"""Who is there, asked of the world."""

from __future__ import annotations

from sim.state.people import Kind
from tests.worlds import of_kind, tiny


def test_who_is_there_follows_comings_and_goings() -> None:
    world = tiny(gps=2)
    first, *rest = of_kind(world, Kind.GP)
    assert world.rows(Kind.GP).tolist() == [first, *rest]
    assert world.members()[first]
    world.people.present[first] = False
    assert world.rows(Kind.GP).tolist() == rest
    assert not world.members()[first]
