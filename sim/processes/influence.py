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
        "items.shaped", "practices.ccg", "practices.locality", "bodies.reputation", "bodies.limit",
        "ccgs.governing_body",
    )  # fmt: skip
    writes = ("people.influence", "people.influence_evidence", "people.pull_influence")
    evidence = (
        "smaller_ccg_more_ownership", "localities_restore_ownership", "leader_member_gap", "better_than_pct_baseline",
        "advisory_role_disengages", "rubber_stamping", "h15_influence", "council_one_way",
    )  # fmt: skip

    beta: float = param(
        1.2, "latent", "engagement of a person sure to be heard beside one sure not to be", low=0, high=5,
        source="influence drives engagement (advisory_role_disengages); size assumed",
    )  # fmt: skip
    prior: float = param(
        4, "matters", "outcomes that what is recalled of the PCT weighs as much as", low=0.1, high=100,
        source="size assumed",
    )  # fmt: skip
    of_practice: float = param(
        0.5, "weight", "weight of a colleague's matter beside one's own", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    of_locality: float = param(
        0.05, "weight", "weight of a matter of another practice in the locality", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    of_plan: float = param(
        0.15, "weight", "weight of one plan for a GP of the governing body", low=0, high=1,
        source="one plan before a GP of the governing body (rubber_stamping)",
    )  # fmt: skip
    repute: float = param(
        0.012, "1/week", "how fast the belief of those without an outcome moves to the body's repute", low=0, high=1,
        source="beliefs follow repute within about a year",
    )  # fmt: skip

    def start(self, world: World) -> None:
        world.people.influence[:] = self._repute(world)
        world.people.pull_influence[:] = self.beta * world.people.influence

    def step(self, world: World) -> None:
        if world.frozen:
            return
        people = world.people
        weight, credit = self._outcomes(world)
        n = people.influence_evidence
        people.influence[:] += (credit - weight * people.influence) / (n + self.prior + weight)
        people.influence_evidence[:] += weight
        hearsay = self.repute * (weight == 0) * people.present
        people.influence[:] += hearsay * (self._repute(world) - people.influence)
        people.pull_influence[:] = self.beta * people.influence

    @staticmethod
    def _repute(world: World) -> np.ndarray:
        """Return the reputation of the body that would decide a matter of each person, shape (people,).

        A devolved locality decides for its practices, the governing body for everybody else.
        """
        people, practices, bodies = world.people, world.practices, world.bodies
        board = bodies.reputation[world.ccgs.governing_body]
        devolved = (practices.locality >= 0) & (bodies.limit[practices.locality] > 0)
        of_practice = np.where(devolved, bodies.reputation[practices.locality], board[practices.ccg])
        result: np.ndarray = np.where(people.practice >= 0, of_practice[people.practice], board[people.ccg])
        return result

    def _outcomes(self, world: World) -> tuple[np.ndarray, np.ndarray]:
        """Return the weight of this week's outcomes for each person, and the weighted credit."""
        people, items, practices = world.people, world.items, world.practices
        rows = np.flatnonzero((items.settled == world.week) & (items.stage != Stage.OPEN))
        weight, credit = np.zeros(people.size), np.zeros(people.size)
        gps = world.rows(Kind.GP)
        matters = rows[items.kind[rows] == ItemKind.MATTER]
        if matters.size:
            home, settled = items.practice[matters], items.credit[matters]
            locality = practices.locality
            there = locality[home] >= 0
            around = np.where(locality >= 0, self.of_locality, 0.0)
            for total, value in ((weight, np.ones(matters.size)), (credit, settled)):
                own = np.bincount(items.originator[matters], value, people.size)
                near = np.bincount(home, value, practices.size)
                far = np.bincount(locality[home][there], value[there], world.bodies.size)
                told = self.of_practice * near + around * (far[locality] - near)  # to all in a practice
                total[gps] = told[people.practice[gps]] + (1 - self.of_practice) * own[gps]
        plans = rows[items.kind[rows] == ItemKind.PLAN]
        if plans.size:
            ccg, board = items.ccg[plans], gps[people.on_governing_body[gps]]
            weight[board] += self.of_plan * np.bincount(ccg, minlength=world.ccgs.size)[people.ccg[board]]
            shaped = np.bincount(ccg, items.shaped[plans], world.ccgs.size)
            credit[board] += self.of_plan * shaped[people.ccg[board]]
        return weight, credit
