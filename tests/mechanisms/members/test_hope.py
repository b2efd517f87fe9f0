"""Hope by hand: full before go-live, half after a half-life."""

from __future__ import annotations

import pytest

from sim.mechanisms.members.hope import Hope
from sim.state.codes import Kind, Role
from tests.worlds import of_kind, step, tiny

ROLES = (Role.NONE, Role.REPRESENTATIVE, Role.LOCALITY_LEAD, Role.GOVERNING_BODY, Role.CHAIR)
HOPE = Hope(beta=1.2, half_life_weeks=30, representative=0.4, locality_lead=0.9, governing_body=1.0)
FULL = [0.0, 0.48, 1.08, 1.2, 1.2]


@pytest.mark.parametrize(
    ("week", "left"), [(-26, 1.0), (0, 1.0), (52, 1.0), (82, 0.5), (112, 0.25), (53, 2 ** (-1 / 30))]
)
def test_hope_by_role_and_week(week: int, left: float) -> None:
    world = tiny(gps=5, week=week)  # go-live is week 52
    gps = of_kind(world, Kind.GP)
    world.people.role[gps] = ROLES
    step(world, HOPE)
    assert world.people.pull_hope[gps] == pytest.approx([left * f for f in FULL])


def test_only_gps_who_are_there_hope() -> None:
    world = tiny(gps=2)
    first, second = of_kind(world, Kind.GP)
    world.people.role[:] = Role.CHAIR
    world.people.present[second] = False
    step(world, HOPE)
    assert world.people.pull_hope[first] == pytest.approx(1.2)
    world.people.pull_hope[first] = 0.0
    assert not world.people.pull_hope.any()
