"""Latent engagement and its ledger of drivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.ledger import DRIVERS, KICKS, PULLS, at_rest
from sim.parameters import param
from sim.processes.base import Process
from sim.ties import Mixing

if TYPE_CHECKING:
    from sim.world import World

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

    half_life_weeks: float = param(23, "weeks", "identified by nothing here; fixed by argument", low=2, high=260)
    peers: float = param(
        0.005, "1/week", "p/a at .3 or less, or peers flatten leaders into their practices", low=0, high=0.2
    )
    transient_sd: float = param(0.5, "latent", "what comes and goes for other reasons", low=0, high=3)

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

    def step(self, world: World) -> None:
        people, a, c = world.people, self.a, world.people.components
        self._mixing(world).step(c)
        here = world.here()
        pushed = np.zeros(people.size)
        noise = world.luck.normal("engagement.noise", world.week, people.key[here])
        pushed[here] = self.transient_sd * np.sqrt(2 * a - a * a) * noise
        c[:, NOISE] += pushed
        for k, target in enumerate((people.disposition, *self._pulls(world))):
            pull = a * target
            c[:, k] += pull
            pushed += pull
        if not world.frozen:
            for k, kick in enumerate(KICKS, start=NOISE + 1):
                felt = people[f"kick_{kick}"]
                if felt.any():
                    c[:, k] += felt
                    pushed += felt
        c[:, -1] += pushed
        people.engagement[:] = c[:, -1]

    def _mixing(self, world: World) -> Mixing:
        """Return the step toward colleagues in the practice and on the governing body, with the return to rest."""
        people = world.people

        def work_out() -> Mixing:
            board = np.where(people.on_governing_body, people.ccg, -1)
            layers = ((people.practice, world.practices.size), (board, world.ccgs.size))
            return Mixing.of(layers, people.present, self.peers, 1 - self.a)

        rests_on = (people.present, people.practice, people.on_governing_body, np.array([self.peers, self.a]))
        return world.derived.get("colleagues", rests_on, work_out)

    @staticmethod
    def _pulls(world: World) -> list[np.ndarray]:
        """Return the pulls in force; in the null world those of the last week before go-live stay in force."""
        people = world.people
        if world.frozen:
            return list(people.last_pulls.T)
        pulls = [people[f"pull_{pull}"] for pull in PULLS]
        if world.null_world:
            people.last_pulls[:] = np.stack(pulls, axis=1)
        return pulls
