"""Hope: what founding a CCG promised, fading from go-live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.state.people import Kind

if TYPE_CHECKING:
    from sim.state.world import World

Floats = NDArray[np.float64]


@dataclass
class Hope(Process):
    """``pull = beta x exposure(role) x 2^(-weeks since go-live / half-life)``, full in the shadow year.

    An assumption that imposes a fall on those who hoped most; its rivals are strain and rubber-stamping.
    Exposure is that of the role held; who takes a role later hopes the less, as the founding has passed.
    """

    name = "hope"
    reads = ("people.role", "people.kind", "people.present")
    writes = ("people.pull_hope",)
    evidence = ("leader_enthusiasm_wanes", "engagement_held_by_ccg_model", "h15_engaged_highly")

    beta: float = param(
        1.1, "latent", "engagement that founding the CCG gave its governing body", low=0, high=5, status="fitted",
        source="fitted to the change from 2013 to 2014",
    )  # fmt: skip
    half_life_weeks: float = param(
        30, "weeks", "weeks from go-live in which hope halves", low=5, high=200, status="fitted",
        source="fitted to the same",
    )  # fmt: skip
    representative: float = param(
        0.4, "share", "hope of a practice representative beside the governing body's", low=0, high=1,
        source="some took the role because no one else would; size assumed",
    )  # fmt: skip
    locality_lead: float = param(
        0.9, "share", "hope of a locality lead beside the governing body's", low=0, high=1,
        source="nearly that of founders; size assumed",
    )  # fmt: skip
    governing_body: float = param(
        1.0, "share", "hope of GPs on the governing body", low=0, high=1,
        source="they founded the CCG: the unit of hope",
    )  # fmt: skip

    def start(self, world: World) -> None:
        self.step(world)

    def step(self, world: World) -> None:
        exposure = np.array(
            [0, self.representative, self.locality_lead, self.governing_body, self.governing_body, 0, 0]
        )
        since = max(0, world.week - world.calendar.go_live_week)
        hope(world.people, self.beta * 2.0 ** (-since / self.half_life_weeks) * exposure)


@rule
def hope(people: Table, left: Floats) -> None:
    """Let GPs hope; nobody else was promised anything.

    Args:
        left: hope that is left, latent, by ``Role``, shape (roles,).
    """
    for i in range(people.pull_hope.size):
        hopes = people.present[i] & (people.kind[i] == Kind.GP)
        people.pull_hope[i] = hopes * left[people.role[i]]
