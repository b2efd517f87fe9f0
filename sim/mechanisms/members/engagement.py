"""Latent engagement and its ledger of drivers.

A pull that lasts moves engagement toward it at the weekly rate ``a`` (from the half-life); a kick is added once and
fades at the same rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.state.ledger import Broken, at_rest, broken_components

Floats = NDArray[np.float64]


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
    reads = {"people": "key present practice ccg on_governing_body disposition pull_* kick_*"}
    writes = {"people": "engagement components last_pulls"}
    evidence = (
        "engagement_held_by_ccg_model",
        "leader_enthusiasm_wanes",
        "success_breeds_engagement",
        "h15_engaged_any",
    )
    directions = (
        Direction(
            "engagement.peers",
            0.0,
            None,
            "engagement from successes seen, members",
            +1,
            "success_breeds_engagement.engagement",
            "enthusiasm spreads from those who saw the success",
        ),
    )

    half_life_weeks: float = param(
        23,
        "weeks",
        "weeks in which engagement goes half of the way to what pulls it",
        within=(2, 260),
        source="identified by nothing here; fixed by argument",
    )
    peers: float = param(
        0.005,
        "1/week",
        "how fast engagement moves toward the mean of one's colleagues",
        within=(0, 0.2),
        source="p/a at .3 or less, or peers flatten leaders into their practices",
    )
    transient_sd: float = param(
        0.5,
        "latent",
        "spread of engagement by what the model does not explain",
        within=(0, 3),
        source="what comes and goes for other reasons; size assumed",
    )

    @property
    def a(self) -> float:
        """Weekly rate of return to what pulls."""
        return float(1 - 2.0 ** (-1 / self.half_life_weeks))

    def start(self, world: View) -> None:
        """Put everybody at the fixed point of the pulls in force, plus a transient."""
        people = world.people
        pulls = {pull: world.column(f"people.pull_{pull}") for pull in world.drivers.pulls}
        transient = self.transient_sd * world.luck.normal("engagement.start", 0, people.key)
        people.components[:] = at_rest(world.drivers, people.disposition, pulls, transient)
        people.engagement[:] = people.components[:, -1]
        people.last_pulls[:] = np.stack(list(pulls.values()), axis=1)

    def step(self, world: View) -> None:
        people, a = world.people, self.a
        here = np.flatnonzero(people.present)
        noise = np.zeros(people.size)
        drawn = world.luck.normal("engagement.noise", world.week, people.key[here])
        noise[here] = self.transient_sd * np.sqrt(2 * a - a * a) * drawn
        pulls = self._pulls(world)
        kicks = () if world.frozen else (world.column(f"people.kick_{kick}") for kick in world.drivers.kicks)
        steps = np.array((people.disposition, *pulls, noise, *kicks))
        steps[: 1 + len(pulls)] *= a  # what lasts pulls; the rest is felt at once
        move(people, world.practices, world.ccgs, self, a, steps)

    def audit(self, world: View) -> Iterator[Broken]:
        return broken_components(world.people)

    @staticmethod
    def _pulls(world: View) -> list[Floats]:
        """Return the pulls in force; in the null world those of the last week before go-live stay in force.

        Newcomers to the null world keep those with which they came.
        """
        people = world.people
        if world.frozen:
            return list(people.last_pulls.T)
        pulls = [world.column(f"people.pull_{pull}") for pull in world.drivers.pulls]
        if world.null_world:
            people.last_pulls[:] = np.stack(pulls, axis=1)
        return pulls


@rule
def move(people: Table, practices: Table, ccgs: Table, own: Engagement, a: float, steps: Floats) -> None:
    """Move everybody toward their colleagues and by what drives them, in each component and in x, the last of them.

    Colleagues are the others in the practice and on the governing body, ``W c_i = sum_g (S_g - c_i) / sum_g (n_g - 1)``
    with n the number and S the sum of those in a circle; who has none goes nowhere. Sums run in row order: an inserted
    row without colleagues changes no bit.

    Args:
        a: weekly rate of return to what pulls.
        steps: how far drivers move everybody this week, in the order of the ledger, shape (drivers, people).
    """
    nobody = practices.size + ccgs.size  # after the practices and the governing bodies, a circle in which nobody is
    practice, board = np.full(people.size, nobody), np.full(people.size, nobody)
    members, sums = np.zeros(nobody + 1), np.zeros((nobody + 1, people.components.shape[1]))
    for i in range(people.size):
        if people.practice[i] >= 0:
            practice[i] = people.practice[i]
        if people.on_governing_body[i]:
            board[i] = practices.size + people.ccg[i]
        for circle in (practice[i], board[i]):
            if people.present[i] and circle != nobody:
                members[circle] += 1
                for k in range(people.components.shape[1]):
                    sums[circle, k] += people.components[i, k]
    for i in range(people.size):
        if not people.present[i]:
            continue
        p, b = practice[i], board[i]  # toward colleagues
        circles = int(p != nobody) + int(b != nobody)
        others = members[p] + members[b] - circles
        weight = own.peers / others if others else 0.0
        keep = 1 - a - (own.peers if others else 0.0) - weight * circles
        for k in range(people.components.shape[1]):
            people.components[i, k] = keep * people.components[i, k] + weight * sums[p, k] + weight * sums[b, k]
        x = 0.0  # by what drives
        for k in range(steps.shape[0]):
            people.components[i, k] += steps[k, i]
            x += steps[k, i]
        people.components[i, -1] += x
        people.engagement[i] = people.components[i, -1]
