"""Training and learning for a role: done when time is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.people import Work
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World


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
        people = world.people
        people.skills[people.joined == world.week] = self.at_start
        hours = (people.paid[:, Work.DEVELOPMENT] + people.unpaid[:, Work.DEVELOPMENT]) / 60
        people.skills[:] += np.minimum(self.gain * hours, 1) * (1 - people.skills)
