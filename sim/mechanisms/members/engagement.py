"""Latent engagement and its ledger of drivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.state.ledger import DRIVERS, KICKS, PULLS, at_rest

if TYPE_CHECKING:
    from sim.state.world import World

Floats = NDArray[np.float64]

LASTING = DRIVERS.index("noise")
"""How many drivers last, disposition and pulls; those that follow in the ledger are felt at once."""


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
        people, a = world.people, self.a
        here = np.flatnonzero(people.present)
        noise = np.zeros(people.size)
        drawn = world.luck.normal("engagement.noise", world.week, people.key[here])
        noise[here] = self.transient_sd * np.sqrt(2 * a - a * a) * drawn
        kicks = () if world.frozen else (people[f"kick_{kick}"] for kick in KICKS)
        steps = np.array((people.disposition, *self._pulls(world), noise, *kicks))
        steps[:LASTING] *= a
        move(people, world.practices, world.ccgs, self, steps)

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


@rule
def move(people: Table, practices: Table, ccgs: Table, own: Engagement, steps: Floats) -> None:
    """Move everybody toward their colleagues and by what drives them, in each component and in x, the last of them.

    Colleagues are the others in the practice and on the governing body, ``W c_i = sum_g (S_g - c_i) / sum_g (n_g - 1)``
    with n the number and S the sum of those in a circle; who has none goes nowhere. Sums run in row order: an inserted
    row without colleagues changes no bit.

    Args:
        steps: how far drivers move everybody this week, in the order of the ledger, shape (drivers, people).
    """
    c = people.components
    nobody = practices.size + ccgs.size  # after the practices and the governing bodies, a circle in which nobody is
    practice, board = np.full(people.present.size, nobody), np.full(people.present.size, nobody)
    members, sums = np.zeros(nobody + 1), np.zeros((nobody + 1, c.shape[1]))
    for i in range(people.present.size):
        if people.practice[i] >= 0:
            practice[i] = people.practice[i]
        if people.on_governing_body[i]:
            board[i] = practices.size + people.ccg[i]
        for circle in (practice[i], board[i]):
            if people.present[i] and circle != nobody:
                members[circle] += 1
                for k in range(c.shape[1]):
                    sums[circle, k] += c[i, k]
    for i in range(people.present.size):
        if not people.present[i]:
            continue
        p, b = practice[i], board[i]  # toward colleagues
        circles = int(p != nobody) + int(b != nobody)
        others = members[p] + members[b] - circles
        weight = own.peers / others if others else 0.0
        keep = 1 - own.a - (own.peers if others else 0.0) - weight * circles
        for k in range(c.shape[1]):
            c[i, k] = keep * c[i, k] + weight * sums[p, k] + weight * sums[b, k]
        x = 0.0  # by what drives
        for k in range(steps.shape[0]):
            c[i, k] += steps[k, i]
            x += steps[k, i]
        c[i, -1] += x
        people.engagement[i] = c[i, -1]
