"""Influence as a belief: would a matter that I raised be heard?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.people import Kind
from sim.business.items import ItemKind, Stage
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World


@dataclass
class Influence(Process):
    """A belief b in [0, 1] that learns from outcomes, and else from repute.

    From matters settled this week, weighted by whose they are (own 1, practice, locality):
    ``b += sum w (credit - b) / (n + n0)``, ``n += sum w``. GPs on the governing body also learn from its plans: shaped
    by them counts as heard, settled beforehand as not. Everybody else's belief moves toward the reputation of the body
    that would decide: ``b += repute (R - b)``. Size and locality act through queue and acquaintance alone.
    """

    name = "influence"
    reads = (
        "people.present", "people.kind", "people.practice", "people.ccg", "people.on_governing_body", "items.stage",
        "items.settled", "items.credit", "items.kind", "items.originator", "items.practice", "items.ccg",
        "items.shaped", "practices.locality", "bodies.reputation", "bodies.limit", "ccgs.governing_body",
    )  # fmt: skip
    writes = ("people.influence", "people.influence_evidence", "people.pull_influence")
    evidence = (
        "smaller_ccg_more_ownership", "localities_restore_ownership", "leader_member_gap", "better_than_pct_baseline",
        "advisory_role_disengages", "rubber_stamping", "h15_influence", "council_one_way",
    )  # fmt: skip

    beta: float = param(
        1.2, "latent", "influence drives engagement (advisory_role_disengages); size assumed", low=0, high=5
    )
    prior: float = param(4, "matters", "how many outcomes the recalled PCT weighs", low=0.1, high=100)
    of_practice: float = param(0.5, "weight", "a colleague's matter", low=0, high=1)
    of_locality: float = param(0.05, "weight", "a matter of another practice in the locality", low=0, high=1)
    of_plan: float = param(
        0.15, "weight", "one plan before a GP of the governing body (rubber_stamping)", low=0, high=1
    )
    repute: float = param(0.012, "1/week", "beliefs follow repute within about a year", low=0, high=1)

    def start(self, world: World) -> None:
        world.people.influence[:] = world.bodies.reputation[self._decides(world)]
        world.people.pull_influence[:] = self.beta * world.people.influence

    def step(self, world: World) -> None:
        if world.frozen:
            return
        people, bodies = world.people, world.bodies
        weight, credit = self._outcomes(world)
        n = people.influence_evidence
        people.influence[:] += (credit - weight * people.influence) / (n + self.prior + weight)
        people.influence_evidence[:] += weight
        hearsay = self.repute * (weight == 0) * people.present
        people.influence[:] += hearsay * (bodies.reputation[self._decides(world)] - people.influence)
        people.pull_influence[:] = self.beta * people.influence

    @staticmethod
    def _decides(world: World) -> np.ndarray:
        """Return the body that would decide a matter of each person: a devolved locality or the governing body."""
        people, bodies = world.people, world.bodies
        locality = np.where(people.practice >= 0, world.practices.locality[people.practice], -1)
        devolved = (locality >= 0) & (bodies.limit[locality] > 0)
        result: np.ndarray = np.where(devolved, locality, world.ccgs.governing_body[people.ccg])
        return result

    def _outcomes(self, world: World) -> tuple[np.ndarray, np.ndarray]:
        """Return the weight of this week's outcomes for each person, and the weighted credit."""
        people, items, practices = world.people, world.items, world.practices
        rows = np.flatnonzero((items.settled == world.week) & (items.stage != Stage.OPEN))
        weight, credit = np.zeros(people.size), np.zeros(people.size)
        matters = rows[items.kind[rows] == ItemKind.MATTER]
        if matters.size:
            value, who, home = (
                items.credit[matters],
                items.originator[matters],
                items.practice[matters],
            )
            own, own_credit = _count(who, value, people.size)
            near, near_credit = _count(home, value, practices.size)
            locality = practices.locality
            there = locality[home] >= 0
            far, far_credit = _count(locality[home][there], value[there], world.bodies.size)
            gp = people.present & (people.kind == Kind.GP)
            at = np.maximum(people.practice, 0)
            around = np.where(locality[at] >= 0, self.of_locality, 0.0)
            for total, mine, practice, local in (
                (weight, own, near, far),
                (credit, own_credit, near_credit, far_credit),
            ):
                beside = practice[at] - mine
                total[:] += gp * (mine + self.of_practice * beside + around * (local[locality[at]] - practice[at]))
        plans = rows[items.kind[rows] == ItemKind.PLAN]
        if plans.size:
            count, shaped = _count(items.ccg[plans], items.shaped[plans].astype(float), world.ccgs.size)
            board = people.present & people.on_governing_body & (people.kind == Kind.GP)
            weight += self.of_plan * board * count[people.ccg]
            credit += self.of_plan * board * shaped[people.ccg]
        return weight, credit


def _count(index: np.ndarray, value: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    return np.bincount(index, minlength=size).astype(float), np.bincount(index, value, size)
