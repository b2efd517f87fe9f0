"""Reward by hand: hours of CCG work up to a full day, with some skill."""

from __future__ import annotations

import pytest

from sim.mechanisms.members.reward import Reward
from sim.state.codes import Kind, Work
from tests.worlds import no_work, of_kind, step, tiny, worked


def test_reward_grows_with_hours_up_to_a_day_and_with_skills() -> None:
    world = tiny(gps=4)
    people, gps = world.people, of_kind(world, Kind.GP)
    no_work(world)
    worked(world, gps, Work.BOOKED, paid=2400)  # clinic is no CCG work
    worked(world, gps, Work.DEADLINE, paid=[0, 60, 60, 3000])
    worked(world, gps, Work.DEVELOPMENT, unpaid=[0, 240, 240, 0])
    people.skills[gps] = [1.0, 0.0, 1.0, 0.5]
    step(world, Reward(beta=0.4, full_hours=10))
    # none; 5 of 10 hours, unskilled; the same, skilled; capped, half skilled
    assert people.pull_reward[gps] == pytest.approx([0, 0.4 * 0.5 * 0.5, 0.4 * 0.5, 0.4 * 0.75])
    step(world, Reward(beta=0.4, full_hours=10, unskilled=0.2))
    assert people.pull_reward[gps] == pytest.approx([0, 0.4 * 0.5 * 0.2, 0.4 * 0.5, 0.4 * (0.2 + 0.8 / 2)])
