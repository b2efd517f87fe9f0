"""Strain by hand: five hours a week beyond the sustainable are a strain of 1 in the long run."""

from __future__ import annotations

import numpy as np
import pytest

from sim.mechanisms.members.strain import Strain
from sim.state.codes import Kind, Work
from sim.state.world import World
from tests.worlds import no_work, of_kind, step, tiny, worked


@pytest.fixture
def world() -> World:
    made = tiny(gps=2, week=1)
    made.people.contract[:] = 2400  # 40 hours; with a margin of 5 % 42 hours are sustainable
    made.people.strain[:] = 0.0
    return made


def work(world: World, hours: float) -> None:
    no_work(world)
    worked(world, slice(None), Work.BOOKED, paid=2400)
    worked(world, slice(None), Work.READING, unpaid=round(60 * hours) - 2400)


@pytest.mark.parametrize(
    ("hours", "target"), [(40, 0.0), (42, 0.0), (47, 1.0), (44.5, 0.5), (62, 4.0), (80, 4.0)], ids=lambda x: str(x)
)
def test_half_of_the_way_to_the_target_is_gone_after_a_half_life(world: World, hours: float, target: float) -> None:
    process = Strain(margin=0.05, half_life_weeks=13, beta=0.4)
    work(world, hours)
    for _ in range(13):
        step(world, process)
    assert world.people.strain == pytest.approx(np.full(world.people.size, target / 2))
    assert world.people.pull_strain == pytest.approx(-0.4 * world.people.strain)


def test_one_week_by_hand(world: World) -> None:
    work(world, 47)
    step(world, Strain(margin=0.05, half_life_weeks=1))  # a half-life of a week: half of the way
    assert world.people.strain == pytest.approx(np.full(world.people.size, 0.5))
    step(world, Strain(margin=0.05, half_life_weeks=1))
    assert world.people.strain == pytest.approx(np.full(world.people.size, 0.75))


def test_strain_fades_when_weeks_are_short_and_is_everyones_own(world: World) -> None:
    first, second = of_kind(world, Kind.GP)
    work(world, 40)
    world.people.strain[first], world.people.strain[second] = 2.0, 0.0
    step(world, Strain(half_life_weeks=1))
    assert world.people.strain[[first, second]].tolist() == [1.0, 0.0]


def test_it_starts_at_rest(world: World) -> None:
    world.week = -world.calendar.timeline.warm_up_weeks
    work(world, 52)
    step(world, Strain(margin=0.05))
    assert world.people.strain == pytest.approx(np.full(world.people.size, 2.0))  # as if all weeks had been like it


def test_shorter_contracts_are_strained_sooner(world: World) -> None:
    first, second = of_kind(world, Kind.GP)
    world.people.contract[second] = 1200
    work(world, 40)
    step(world, Strain(half_life_weeks=1, margin=0, most=20))
    assert world.people.strain[[first, second]].tolist() == [0.0, 2.0]  # 20 hours beyond: 4, half of it at once
