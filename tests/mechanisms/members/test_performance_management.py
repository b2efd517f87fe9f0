"""Being performance-managed by hand: nothing below joint commissioning, half of it after a half-life."""

from __future__ import annotations

import pytest

from sim.mechanisms.members.performance_management import PerformanceManagement
from sim.state.codes import Kind
from tests.worlds import TWO_SITES, of_kind, step, tiny

PROCESS = PerformanceManagement(beta=0.5, joint=0.2, delegated=0.4, half_life_weeks=52)


@pytest.mark.parametrize(
    ("level", "weeks_since", "pull"),
    [(0, 52, 0), (1, 52, 0), (2, 52, -0.5 * 0.2 / 2), (3, 52, -0.5 * 0.4 / 2), (3, 0, 0), (3, 104, -0.5 * 0.4 * 0.75)],
)
def test_the_pull_by_level_and_time(level: int, weeks_since: int, pull: float) -> None:
    world = tiny(week=156 + weeks_since)
    world.ccgs.level[:] = level
    step(world, PROCESS)
    members = [*of_kind(world, Kind.GP), *of_kind(world, Kind.PRACTICE_MANAGER)]
    assert world.people.pull_performance[members] == pytest.approx([pull] * 3)
    others = [*of_kind(world, Kind.MANAGER), *of_kind(world, Kind.NURSE)]
    assert not world.people.pull_performance[others].any()


def test_nobody_who_left_is_managed() -> None:
    world = tiny(week=300)
    world.ccgs.level[:] = 3
    gone = of_kind(world, Kind.GP)[0]
    world.people.present[gone] = False
    step(world, PROCESS)
    assert world.people.pull_performance[gone] == 0


def test_everybody_is_managed_by_their_own_ccg() -> None:
    world = tiny(*TWO_SITES, week=156 + 52)
    world.ccgs.level[:] = [2, 3]
    step(world, PROCESS)
    people, gps = world.people, of_kind(world, Kind.GP)
    for ccg, intensity in ((0, 0.2), (1, 0.4)):
        assert people.pull_performance[gps[people.ccg[gps] == ccg]] == pytest.approx(-0.5 * intensity / 2)
