"""Skills by hand: learnt in hours that were found, and more slowly the more is known."""

from __future__ import annotations

import pytest

from sim.mechanisms.leadership.development import Development
from sim.state.codes import Kind, Work
from tests.worlds import no_work, of_kind, step, tiny, worked


def test_learning_by_hand() -> None:
    world = tiny(gps=3)
    people, gps = world.people, of_kind(world, Kind.GP)
    no_work(world)
    people.skills[gps] = [0.2, 0.2, 0.6]
    worked(world, gps, Work.DEVELOPMENT, paid=[0, 60, 60], unpaid=[0, 60, 60])
    step(world, Development(gain=0.1))  # two hours: a fifth of what is left to learn
    assert people.skills[gps] == pytest.approx([0.2, 0.36, 0.68])


def test_nobody_learns_more_than_there_is() -> None:
    world = tiny(gps=1)
    worked(world, slice(None), Work.DEVELOPMENT, paid=10_000)
    step(world, Development(gain=1))
    assert (world.people.skills == 1).all()


def test_half_is_learnt_after_about_140_hours() -> None:
    world = tiny(gps=1)
    gp = of_kind(world, Kind.GP)[0]
    world.people.skills[gp] = 0.0
    no_work(world)
    worked(world, gp, Work.DEVELOPMENT, paid=60)
    for weeks, half in ((135, False), (10, True)):
        for _ in range(weeks):
            step(world, Development())
        assert (world.people.skills[gp] >= 0.5) == half


def test_newcomers_start_where_founders_did() -> None:
    world = tiny(gps=2, week=10)
    people, (old, new) = world.people, of_kind(world, Kind.GP)
    no_work(world)
    people.skills[[old, new]] = [0.9, 0.0]
    people.joined[new] = 10  # came this week
    step(world, Development(at_start=0.25))
    assert people.skills[[old, new]].tolist() == [0.9, 0.25]
