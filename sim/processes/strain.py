"""Strain: what weeks beyond the sustainable leave behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World


@dataclass
class Strain(Process):
    """``strain = moving average of min(4, max(0, hours - sustainable) / 5 h)``; it pulls by ``-beta x strain``.

    Sustainable is the contracted week and a margin.
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

    beta: float = param(0.4, "latent", "leader_enthusiasm_wanes; size assumed", low=0, high=3)
    half_life_weeks: float = param(13, "weeks", "a season", low=1, high=104)
    margin: float = param(0.06, "share", "of the contracted week that can be worked on top for long", low=0, high=1)
    most: float = param(4, "5 h/week", "twenty hours beyond are as bad as thirty", low=0, high=20)

    def step(self, world: World) -> None:
        people = world.people
        over = np.minimum(np.maximum(people.worked - (1 + self.margin) * people.contract, 0) / 300, self.most)
        people.strain[:] += (1 - 2.0 ** (-1 / self.half_life_weeks)) * (over - people.strain)
        people.pull_strain[:] = -self.beta * people.strain
