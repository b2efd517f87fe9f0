"""What bodies are known for, by hand: records follow what was settled this week, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sim.mechanisms.business.meetings import Meetings
from sim.mechanisms.business.repute import Repute
from sim.state.codes import BodyKind, ItemKind, Stage
from sim.state.world import World
from tests.mechanisms.business.tools import SURE, in_session
from tests.worlds import add_items, body, seen, step


@pytest.fixture
def world() -> World:
    return in_session()


def test_repute_follows_the_fate_of_matters(world: World) -> None:
    board = body(world, BodyKind.GOVERNING_BODY)
    world.bodies.reputation[:] = 0.2
    add_items(world, 2, merit=[1.0, -1.0])
    step(world, Meetings(**SURE, refused=0.4), Repute(memory=0.1))
    # two matters, credit (1 + .4) / 2, weigh 1 - .9^2
    assert world.bodies.reputation[board] == pytest.approx(0.2 + 0.19 * (0.7 - 0.2))
    others = np.arange(world.bodies.size) != board
    assert (world.bodies.reputation[others] == 0.2).all()


def test_lapsing_costs_repute(world: World) -> None:
    world.bodies.meets[:] = False
    world.bodies.reputation[:] = 0.2
    add_items(world, born=0)
    step(world, Meetings(**SURE), Repute(memory=0.1))
    assert world.bodies.reputation[body(world, BodyKind.GOVERNING_BODY)] == pytest.approx(0.18)


@pytest.mark.parametrize(("shaped", "record"), [(False, 0.55), (True, 0.45)])
def test_plans_settled_beforehand_are_counted_and_move_no_repute(world: World, shaped: bool, record: float) -> None:
    board = body(world, BodyKind.GOVERNING_BODY)
    world.bodies.pre_decided[:], world.bodies.reputation[:] = 0.5, 0.3
    add_items(world, kind=ItemKind.PLAN, shaped=shaped)
    step(world, Meetings(**SURE), Repute(memory=0.1))
    assert world.bodies.pre_decided[board] == pytest.approx(record)
    assert world.bodies.reputation[board] == 0.3
    others = np.arange(world.bodies.size) != board
    assert (world.bodies.pre_decided[others] == 0.5).all()


def test_a_fate_is_remembered_in_the_week_of_its_settlement_alone(world: World) -> None:
    """Three plans of which one was shaped, and two matters of another week or still open."""
    board = body(world, BodyKind.GOVERNING_BODY)
    world.bodies.pre_decided[:], world.bodies.reputation[:] = 0.5, 0.3
    add_items(world, stage=Stage.ADOPTED, settled=world.week - 1, credit=1.0)
    add_items(world)
    add_items(
        world, 3, kind=ItemKind.PLAN, stage=Stage.ADOPTED, settled=world.week, credit=1.0, shaped=[True, False, False]
    )
    step(world, Repute(memory=0.1))
    assert (world.bodies.reputation == 0.3).all()
    assert world.bodies.pre_decided[board] == pytest.approx(0.5 + (1 - 0.9**3) * (2 / 3 - 0.5))
    world.week += 1
    before = world.bodies.pre_decided.copy()
    step(world, Repute(memory=0.1))
    assert (world.bodies.pre_decided == before).all()


def test_bodies_start_as_gps_recalled_the_pct_and_without_plans(world: World) -> None:
    process = Repute(recalled=0.13, settled_start=0.4)
    process.start(seen(world, process))
    assert (world.bodies.reputation == 0.13).all()
    assert (world.bodies.pre_decided == 0.4).all()
