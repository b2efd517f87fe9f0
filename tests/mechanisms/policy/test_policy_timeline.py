"""Dated policy: powers from go-live, a level from co-commissioning, and the work that comes with it."""

from __future__ import annotations

import pytest

from sim.mechanisms.policy.policy_timeline import PolicyTimeline
from sim.settings.sites import Site
from tests.worlds import constitution, step, tiny

TEN = Site("T", population=20_000, practices=10)


@pytest.mark.parametrize(("week", "live"), [(-26, False), (51, False), (52, True), (300, True)])
def test_ccgs_are_live_from_go_live(week: int, live: bool) -> None:
    world = tiny(week=week)
    step(world, PolicyTimeline())
    assert world.ccgs.live.tolist() == [live]
    assert world.live == live


@pytest.mark.parametrize(("week", "configured", "level"), [(155, 3, 0), (156, 1, 1), (156, 2, 2), (300, 3, 3)])
def test_the_level_holds_from_co_commissioning_on(week: int, configured: int, level: int) -> None:
    governance = constitution(gps=1, lay_members=0, level=configured)
    world = tiny(week=week, governance=governance)
    step(world, PolicyTimeline())
    assert world.ccgs.level.tolist() == [level]


@pytest.mark.parametrize(
    ("level", "since", "posts"), [(1, 0, 0.0), (3, 0, 4.0), (3, 26, 3.0), (3, 52, 2.5), (2, 26, 1.2)]
)
def test_delegation_takes_managers_time_and_legacy_halves(level: int, since: int, posts: float) -> None:
    """Ten practices at five a post are two posts; legacy doubles them at first and halves every 26 weeks."""
    governance = constitution(gps=1, lay_members=0, level=level)
    world = tiny(TEN, gps=1, week=156 + since, governance=governance)
    step(world, PolicyTimeline(practices_a_post=5, joint_share=0.4, legacy=1.0, legacy_half_life=26))
    assert world.ccgs.delegated_minutes == pytest.approx([posts * 2250])
