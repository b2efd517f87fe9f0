"""Training and learning for a role: done when time is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.state.people import Work

if TYPE_CHECKING:
    from sim.state.world import World


@dataclass
class Development(Process):
    """``skills += gain x hours of development done x (1 - skills)``; nothing is learnt without time."""

    name = "development"
    reads = ("people.paid", "people.unpaid", "people.joined")
    writes = ("people.skills",)
    evidence = (
        "training_needs_time",
        "support_builds_leaders",
        "unprepared_leaders",
        "h15_training_for_role",
    )

    at_start: float = param(
        0.2, "share", "skills for the role with which everybody begins", low=0, high=1, status="measured",
        source="h15_pbc_leader_skills",
    )  # fmt: skip
    gain: float = param(
        0.005, "1/hour", "part of the missing skills that an hour of learning gives", low=0, high=1,
        source="about half trained after 140 hours; assumed",
    )  # fmt: skip

    def start(self, world: World) -> None:
        world.people.skills[:] = self.at_start

    def step(self, world: World) -> None:
        learn(world.people, self, world.week)


@rule
def learn(people: Table, own: Development, week: int) -> None:
    """Let newcomers begin with what everybody began with, and everybody learn in the hours that they found.

    Args:
        week: of the run; who joined in it is new.
    """
    for i in range(people.skills.size):
        if people.joined[i] == week:
            people.skills[i] = own.at_start
        hours = (people.paid[i, Work.DEVELOPMENT] + people.unpaid[i, Work.DEVELOPMENT]) / 60
        people.skills[i] += min(own.gain * hours, 1.0) * (1 - people.skills[i])
