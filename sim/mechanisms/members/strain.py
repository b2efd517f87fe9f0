"""Strain: what weeks beyond the sustainable leave behind."""

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
class Strain(Process):
    """``strain = moving average of min(4, max(0, hours - sustainable) / 5 h)``; it pulls by ``-beta x strain``.

    Sustainable is the contracted week and a margin. The first week of the warm-up counts as if all before were alike.
    """

    name = "strain"
    reads = ("people.worked", "people.contract")
    writes = ("people.strain", "people.pull_strain")
    evidence = (
        "role_overflows_contract",
        "overload_burnout",
        "leader_enthusiasm_wanes",
        "pressure_dulls_engagement",
    )

    beta: float = param(
        0.4, "latent", "engagement lost by each unit of strain", low=0, high=3,
        source="leader_enthusiasm_wanes; size assumed",
    )  # fmt: skip
    half_life_weeks: float = param(
        13, "weeks", "half-life of the memory of long weeks", low=1, high=104,
        source="a season; assumed",
    )  # fmt: skip
    margin: float = param(
        0.06, "share", "part of the contracted week that can be worked on top for long", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    most: float = param(
        4, "5 h/week", "most strain that a week adds", low=0, high=20,
        source="twenty hours beyond are as bad as thirty",
    )  # fmt: skip

    def step(self, world: World) -> None:
        first = world.week == -world.calendar.timeline.warm_up_weeks
        rate = 1.0 if first else 1 - 2.0 ** (-1 / self.half_life_weeks)
        remember(world.people, self, rate)


@rule
def remember(people: Table, own: Strain, rate: float) -> None:
    """Let everybody remember this week and forget as much of those before.

    Args:
        rate: what part of the memory this week is, 1/week.
    """
    for i in range(people.strain.size):
        beyond = max(people.worked[i] - (1 + own.margin) * people.contract[i], 0.0)
        people.strain[i] += rate * (min(beyond / 300, own.most) - people.strain[i])
        people.pull_strain[i] = -own.beta * people.strain[i]
