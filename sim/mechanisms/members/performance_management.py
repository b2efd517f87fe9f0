"""Being performance-managed by one's own body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.codes import by
from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.state.codes import Level

Floats = NDArray[np.float64]


@dataclass
class PerformanceManagement(Process):
    """``pull = -beta x intensity(level) x (1 - 2^(-weeks since delegation / half-life))``.

    With delegation the CCG takes over the contracts of its own members; little of it is felt in the first year.
    """

    name = "performance_management"
    reads = {"people": "ccg practice present", "ccgs": "level"}
    writes = {"people": "pull_performance"}
    evidence = ("performance_threatens_membership", "sanction_unused", "h15_sanctions_least", "delegation_process")
    directions = (
        Direction(
            "governance.delegation_level",
            None,
            3,
            "engagement from performance management, members",
            -1,
            "performance_threatens_membership.engagement",
            "members are judged by their own body",
            since="co_commissioning",
        ),
    )

    beta: float = param(
        0.5,
        "latent",
        "engagement lost when one's CCG manages one's contract with full intensity",
        within=(0, 3),
        source="performance_threatens_membership; size assumed",
    )
    joint: float = param(
        0.2,
        "share",
        "intensity at level 2",
        source="NHS England keeps the contracts (joint_is_slow_and_unclear); size assumed",
    )
    delegated: float = param(
        0.4, "share", "intensity at level 3", source="CCGs prefer support (sanction_unused); size assumed"
    )
    half_life_weeks: float = param(
        52,
        "weeks",
        "weeks in which half of being performance-managed comes to be felt",
        within=(1, 520),
        source="benefits_take_a_year",
    )

    def step(self, world: View) -> None:
        since = max(0, world.week - world.calendar.co_commissioning_week)
        grown = 1 - 2.0 ** (-since / self.half_life_weeks)
        intensity = by(Level, joint=self.joint, delegated=self.delegated)
        watch(world.people, world.ccgs, -self.beta * grown * intensity)


@rule
def watch(people: Table, ccgs: Table, pull: Floats) -> None:
    """Let members feel how far their CCG manages their contracts.

    Args:
        pull: on the members of a CCG, latent, by level of delegation, shape (levels,).
    """
    for i in range(people.size):
        member = people.present[i] & (people.practice[i] >= 0)
        people.pull_performance[i] = member * pull[ccgs.level[people.ccg[i]]]
