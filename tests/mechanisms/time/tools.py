"""Processes of the week with round numbers, and empty diaries to put work into."""

from __future__ import annotations

import numpy as np

from sim.mechanisms.time.diaries import Diaries
from sim.mechanisms.time.time_allocation import TimeAllocation
from sim.state.codes import BodyKind, Role, Work
from sim.state.world import World
from tests.worlds import body, no_work


def diaries(**changed: float) -> Diaries:
    """Return the process that asks for work: nothing is carried over, and those without a role are asked for little."""
    plain = {"carry": 0.0, "member_minutes": 20.0, "practice_manager_minutes": 60.0}
    return Diaries(**(plain | changed))


def allocation(**changed: float) -> TimeAllocation:
    """Return the process that fills weeks: nothing missed, 300 minutes of evening work for all."""
    plain = {
        "missed": 0.0, "evening_level": 0.0, "evening_engagement": 0.0, "evening_strain": 0.0, "evening_most": 10.0,
    }  # fmt: skip
    return TimeAllocation(**(plain | changed))


def at_leisure(made: World) -> World:
    """Return a world in which nobody has a role or a seat, and everybody an empty diary."""
    no_work(made)
    made.people.role[:] = Role.NONE
    made.people.sessions[:] = 0
    made.people.booked[:] = 0
    made.people.deadline[:] = 0
    made.seats.person[:] = -1
    made.bodies.meets[:] = False
    made.ccgs.request_minutes[:] = 0
    return made


def seat(world: World, row: int, kind: BodyKind) -> None:
    """Give a person the first seat of a body, which meets this week."""
    number = body(world, kind)
    world.seats.person[np.flatnonzero(world.seats.body == number)[0]] = row
    world.bodies.meets[number] = True


def asked(world: World, row: int) -> dict[str, int]:
    """Return the minutes asked of a person by kind of work, where there are any."""
    return {work.name.lower(): int(m) for work, m in zip(Work, world.people.demand[row], strict=True) if m}
