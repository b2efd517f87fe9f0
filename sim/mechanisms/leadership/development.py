"""Training and learning for a role: done when time is left."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.state.codes import Work


@dataclass
class Development(Process):
    """``skills += gain x hours of development done x (1 - skills)``; nothing is learnt without time."""

    name = "development"
    columns = {"people": (Column("skills", "float64", "share", "training for the role received, 0-1", settable=True),)}
    reads = {"people": "paid unpaid joined"}
    evidence = ("training_needs_time", "support_builds_leaders", "unprepared_leaders", "h15_training_for_role")
    directions = (
        Direction(
            "governance.bodies.governing_body.seats.gp.paid_hours",
            2,
            None,
            "skills of leaders",
            +1,
            "training_needs_time.skills",
            "paid hours leave time for training",
            away=True,
        ),
    )

    at_start: float = param(
        0.2,
        "share",
        "skills for the role with which everybody begins",
        status="measured",
        source="h15_pbc_leader_skills",
    )
    gain: float = param(
        0.005,
        "1/hour",
        "part of the missing skills that an hour of learning gives",
        within=(0, 1),
        source="about half trained after 140 hours; assumed",
    )

    def start(self, world: View) -> None:
        world.people.skills[:] = self.at_start

    def step(self, world: View) -> None:
        learn(world.people, self, world.week)


@rule
def learn(people: Table, own: Development, week: int) -> None:
    """Let newcomers begin with what everybody began with, and everybody learn in the hours that they found.

    Args:
        week: of the run; who joined in it is new.
    """
    for i in range(people.size):
        if people.joined[i] == week:
            people.skills[i] = own.at_start
        hours = (people.paid[i, Work.DEVELOPMENT] + people.unpaid[i, Work.DEVELOPMENT]) / 60
        people.skills[i] += min(own.gain * hours, 1.0) * (1 - people.skills[i])
