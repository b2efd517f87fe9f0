"""Reward of varied work and learning."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction


@dataclass
class Reward(Process):
    """``pull = beta x min(1, CCG hours / full) x (unskilled + (1 - unskilled) skills)``: different work, done with
    some skill."""

    name = "reward"
    reads = {"people": "ccg_worked skills"}
    writes = {"people": "pull_reward"}
    evidence = ("variety_rewards", "support_builds_leaders")
    directions = (
        Direction(
            "development.gain",
            0.0,
            None,
            "engagement from reward of the work, leaders",
            +1,
            "variety_rewards.wellbeing",
            "new skills make the work rewarding",
        ),
    )

    beta: float = param(
        0.3,
        "latent",
        "engagement that a full share of varied work gives to the fully skilled",
        within=(0, 3),
        source="variety_rewards; size assumed",
    )
    unskilled: float = param(
        0.5,
        "share",
        "part of the reward that needs no skill",
        source="support_builds_leaders: half of it is the variety itself; split assumed",
    )
    full_hours: float = param(
        10,
        "hours/week",
        "CCG work at which the reward is full",
        within=(1, 60),
        source="about the day or more of a leader (c14_locality_exec_day)",
    )

    def step(self, world: View) -> None:
        give(world.people, self)


@rule
def give(people: Table, own: Reward) -> None:
    """Reward everybody for the week's work for the CCG."""
    for i in range(people.size):
        share = min(people.ccg_worked[i] / (60 * own.full_hours), 1.0)
        people.pull_reward[i] = own.beta * share * (own.unskilled + (1 - own.unskilled) * people.skills[i])
