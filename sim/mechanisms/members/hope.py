"""Hope: what founding a CCG promised, fading from go-live."""

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
from sim.state.codes import Kind, Role

Floats = NDArray[np.float64]


@dataclass
class Hope(Process):
    """``pull = beta x exposure(role) x 2^(-weeks since go-live / half-life)``, full in the shadow year.

    An assumption that imposes a fall on those who hoped most; its rivals are strain and rubber-stamping.
    Exposure is that of the role held; who takes a role later hopes the less, as the founding has passed.
    """

    name = "hope"
    reads = {"people": "role kind present"}
    writes = {"people": "pull_hope"}
    evidence = ("leader_enthusiasm_wanes", "engagement_held_by_ccg_model", "h15_engaged_highly")
    directions = (
        Direction(
            "hope.half_life_weeks",
            None,
            150,
            "leaders highly engaged",
            +1,
            "leader_enthusiasm_wanes.leader_engagement",
            "founding hope that lasts puts off the waning; that it fades is an assumption, which imposes the fall",
            away=True,
        ),
    )

    beta: float = param(
        1.1,
        "latent",
        "engagement that founding the CCG gave its governing body",
        within=(0, 5),
        status="fitted",
        source="fitted to the change from 2013 to 2014",
    )
    half_life_weeks: float = param(
        30,
        "weeks",
        "weeks from go-live in which hope halves",
        within=(5, 200),
        status="fitted",
        source="fitted to the same",
    )
    representative: float = param(
        0.4,
        "share",
        "hope of a practice representative beside the governing body's",
        source="some took the role because no one else would; size assumed",
    )
    locality_lead: float = param(
        0.9,
        "share",
        "hope of a locality lead beside the governing body's",
        source="nearly that of founders; size assumed",
    )
    governing_body: float = param(
        1.0, "share", "hope of GPs on the governing body", source="they founded the CCG: the unit of hope"
    )

    def start(self, world: View) -> None:
        self.step(world)

    def step(self, world: View) -> None:
        exposure = by(
            Role,
            representative=self.representative,
            locality_lead=self.locality_lead,
            governing_body=self.governing_body,
            chair=self.governing_body,
        )
        since = max(0, world.week - world.calendar.go_live_week)
        hope(world.people, self.beta * 2.0 ** (-since / self.half_life_weeks) * exposure)


@rule
def hope(people: Table, left: Floats) -> None:
    """Let GPs hope; nobody else was promised anything.

    Args:
        left: hope that is left, latent, by ``Role``, shape (roles,).
    """
    for i in range(people.size):
        hopes = people.present[i] & (people.kind[i] == Kind.GP)
        people.pull_hope[i] = hopes * left[people.role[i]]
