"""Reward of varied work and learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process

if TYPE_CHECKING:
    from sim.state.world import World


@dataclass
class Reward(Process):
    """``pull = beta x min(1, CCG hours / full) x (unskilled + (1 - unskilled) skills)``: different work, done with
    some skill."""

    name = "reward"
    reads = ("people.ccg_worked", "people.skills")
    writes = ("people.pull_reward",)
    evidence = ("variety_rewards", "support_builds_leaders")

    beta: float = param(
        0.3, "latent", "engagement that a full share of varied work gives to the fully skilled", low=0, high=3,
        source="variety_rewards; size assumed",
    )  # fmt: skip
    unskilled: float = param(
        0.5, "share", "part of the reward that needs no skill", low=0, high=1,
        source="support_builds_leaders: half of it is the variety itself; split assumed",
    )  # fmt: skip
    full_hours: float = param(
        10, "hours/week", "CCG work at which the reward is full", low=1, high=60,
        source="about the day or more of a leader (c14_locality_exec_day)",
    )  # fmt: skip

    def step(self, world: World) -> None:
        give(world.people, self)


@rule
def give(people: Table, own: Reward) -> None:
    """Reward everybody for the week's work for the CCG."""
    for i in range(people.pull_reward.size):
        share = min(people.ccg_worked[i] / (60 * own.full_hours), 1.0)
        people.pull_reward[i] = own.beta * share * (own.unskilled + (1 - own.unskilled) * people.skills[i])
