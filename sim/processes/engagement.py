"""Latent engagement and its ledger of drivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.ledger import DRIVERS, KICKS, PULLS, at_rest
from sim.parameters import param
from sim.processes.base import Process
from sim.ties import toward_colleagues

if TYPE_CHECKING:
    from sim.world import World

Floats = NDArray[np.float64]

NOISE = DRIVERS.index("noise")


@dataclass
class Engagement(Process):
    """``x += a (d + sum pulls - x) + p (W x - x) + sum kicks + s sqrt(2a - a^2) eps``.

    d disposition; pulls are lasting conditions in latent units; W averages over colleagues in the practice and on the
    governing body; kicks are one-off. The update is linear, so x is kept beside its components (as the last of them),
    each stepped alike:
    ``c_k += a (u_k - c_k) + p (W c_k - c_k) + kick_k``. Their sum is x; colleagues pass on original drivers.
    In a frozen world (nothing changes after go-live) pulls stay as they were and there are no kicks.
    """

    name = "engagement"
    reads = (
        "people.key", "people.present", "people.practice", "people.ccg", "people.on_governing_body",
        "people.disposition", *(f"people.pull_{p}" for p in PULLS), *(f"people.kick_{k}" for k in KICKS),
    )  # fmt: skip
    writes = ("people.engagement", "people.components", "people.last_pulls")
    evidence = (
        "engagement_held_by_ccg_model",
        "leader_enthusiasm_wanes",
        "success_breeds_engagement",
        "h15_engaged_any",
    )

    half_life_weeks: float = param(
        23, "weeks", "weeks in which engagement goes half of the way to what pulls it", low=2, high=260,
        source="identified by nothing here; fixed by argument",
    )  # fmt: skip
    peers: float = param(
        0.005, "1/week", "how fast engagement moves toward the mean of one's colleagues", low=0, high=0.2,
        source="p/a at .3 or less, or peers flatten leaders into their practices",
    )  # fmt: skip
    transient_sd: float = param(
        0.5, "latent", "spread of engagement by what the model does not explain", low=0, high=3,
        source="what comes and goes for other reasons; size assumed",
    )  # fmt: skip

    @property
    def a(self) -> float:
        """Weekly rate of return to what pulls."""
        return float(1 - 2.0 ** (-1 / self.half_life_weeks))

    def start(self, world: World) -> None:
        """Put everybody at the fixed point of the pulls in force, plus a transient."""
        people = world.people
        people.components[:] = at_rest(
            people.disposition, {pull: people[f"pull_{pull}"] for pull in PULLS},
            self.transient_sd * world.luck.normal("engagement.start", 0, people.key),
        )  # fmt: skip
        people.engagement[:] = people.components[:, -1]
        people.last_pulls[:] = np.stack([people[f"pull_{pull}"] for pull in PULLS], axis=1)

    def step(self, world: World) -> None:
        people, a, c = world.people, self.a, world.people.components
        toward_colleagues(c, self._colleagues(world), people.present, self.peers, 1 - a)
        here = world.here()
        noise = np.zeros(people.size)
        drawn = world.luck.normal("engagement.noise", world.week, people.key[here])
        noise[here] = self.transient_sd * np.sqrt(2 * a - a * a) * drawn
        kicks = (0 * noise if world.frozen else people[f"kick_{kick}"] for kick in KICKS)
        drivers = np.stack((people.disposition, *self._pulls(world), noise, *kicks))
        rates = np.where(np.arange(len(drivers)) < NOISE, a, 1.0)
        move(c, drivers, people.present, rates)
        people.engagement[:] = c[:, -1]

    @staticmethod
    def _colleagues(world: World) -> np.ndarray:
        """Return everybody's group in the practice and on the governing body, shape (2, people)."""
        people = world.people

        def work_out() -> np.ndarray:
            board = np.where(people.on_governing_body, world.practices.size + people.ccg, -1)
            return np.stack((people.practice, board))

        return world.derived.get("cliques", (people.practice, people.on_governing_body), work_out)

    @staticmethod
    def _pulls(world: World) -> list[np.ndarray]:
        """Return the pulls in force; in the null world those of the last week before go-live stay in force.

        Newcomers to the null world keep those with which they came.
        """
        people = world.people
        if world.frozen:
            return list(people.last_pulls.T)
        pulls = [people[f"pull_{pull}"] for pull in PULLS]
        if world.null_world:
            people.last_pulls[:] = np.stack(pulls, axis=1)
        return pulls


@compiled
def move(components: Floats, drivers: Floats, present: NDArray[np.bool_], rates: Floats) -> None:
    """Add to the components, and to x as the last of them, what moves each driver this week.

    Args:
        components: shape (people, drivers + 1).
        drivers: disposition, pulls, noise and kicks in the order of the ledger, shape (drivers, people).
        present: who moves, shape (people,).
        rates: how far a week goes in each, shape (drivers,).
    """
    for i in range(components.shape[0]):
        if present[i]:
            x = 0.0
            for k in range(drivers.shape[0]):
                step = rates[k] * drivers[k, i]
                components[i, k] += step
                x += step
            components[i, -1] += x
