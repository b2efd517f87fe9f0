"""Papers: managers' hours and expertise turn items into something a body can decide; GPs may take part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.manager import POST_MINUTES
from sim.agents.people import Kind, Work
from sim.business.items import ItemKind
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World

NEARLY = 0.98
"""Share of the papers that counts as all: pro-rata shares would come ever closer to the whole and never reach it."""


@dataclass
class Preparation(Process):
    """Spread the managers' preparation minutes of a CCG over its open items, in proportion to what each still needs.

    ``prepared += minutes x (novice + (1 - novice) expertise) / need of the item``. When a plan is finished,
    governing-body GPs have shaped it with probability
    ``led x share of their preparation time done x (strangers + (1 - strangers) pair trust)``: where no GP leads the
    area, has read or has a manager to work with, they meet the plan when it is settled. The support unit adds what a
    CCG's contract with it pays for. Support is the moving average of preparation done over preparation asked.
    """

    name = "preparation"
    reads = (
        "people.present", "people.kind", "people.ccg", "people.on_governing_body", "people.demand", "people.undone",
        "items.key", "items.kind", "items.ccg", "items.work", "items.stage", "ccgs.expertise", "ccgs.support_posts",
    )  # fmt: skip
    writes = ("items.prepared", "items.shaped", "ccgs.support", "ccgs.data")
    evidence = (
        "t4_symbiosis", "rubber_stamping", "missing_prep_wastes_time", "h15_support_for_role", "joint_responsibility",
        "csu_large_client_base_slow", "proper_data_needed",
    )  # fmt: skip

    support_unit: float = param(
        0.04, "share", "share of the support unit's staff time that goes into papers", low=0, high=1,
        source="h15_csu_service_lines: one line of six prepares, and slowly (csu_large_client_base_slow)",
    )  # fmt: skip
    data: float = param(
        0.5, "share", "systematic data available for a decision", low=0, high=1,
        source="c14_csu_data_delay, h15_csu_dissatisfaction: data come late and partial",
    )  # fmt: skip
    memory_weeks: float = param(
        13, "weeks", "half-life of the record of how much preparation was supported", low=1, high=104,
        source="a season; assumed",
    )  # fmt: skip
    led: float = param(
        0.5, "share", "plans in an area that some GP leads", low=0, high=1,
        source="c14_clinical_lead_per_area: time for each is half an hour; size assumed",
    )  # fmt: skip
    novice: float = param(
        0.5, "share", "pace of managers without expertise", low=0, high=1,
        source="staff_loss_needs_relearning: managers new to the work take twice as long; size assumed",
    )  # fmt: skip
    strangers: float = param(
        0.3, "share", "share of a GP's part that needs no trust in the manager", low=0, high=1,
        source="joint_responsibility: without a pair that trusts each other little is shared; size assumed",
    )  # fmt: skip
    rubber_stamping: bool = param(
        True, "-", "whether plans can reach the governing body settled",
        source="h15_rubber_stamp_sites; false lets GPs shape every plan (a rival world)",
    )  # fmt: skip

    def step(self, world: World) -> None:
        items, c = world.items, world.ccgs
        done, asked = world.work_by_ccg(world.rows(Kind.MANAGER), Work.PREPARATION)
        c.data[:] = self.data
        bought = self._support_unit(world)
        met = np.where(asked > 0, np.minimum((done + bought) / np.maximum(asked, 1), 1), c.support)
        c.support[:] += (1 - 2.0 ** (-1 / self.memory_weeks)) * (met - c.support)

        waiting = world.open_items()
        rows = waiting[items.prepared[waiting] < 1]
        if not rows.size:
            return
        ccg, plan = items.ccg[rows], items.kind[rows] == ItemKind.PLAN
        need = items.work[rows]
        left = need * (1 - items.prepared[rows])
        pool = done * (self.novice + (1 - self.novice) * c.expertise) + self._support_unit(world)
        ratio = np.minimum(pool / np.maximum(np.bincount(ccg, left, c.size), 1), 1)
        ready = items.prepared[rows] + left * ratio[ccg] / need
        finished = ready > NEARLY
        items.prepared[rows] = np.where(finished, 1.0, ready)
        new = rows[finished & plan]
        if new.size:
            chance = self._gp_part(world)[items.ccg[new]] if self.rubber_stamping else 1.0
            items.shaped[new] = world.luck.uniform("preparation.shaped", world.week, items.key[new]) < chance

    def _support_unit(self, world: World) -> np.ndarray:
        """Return the minutes a week that the support unit puts into papers, by CCG."""
        minutes: np.ndarray = self.support_unit * world.ccgs.support_posts * POST_MINUTES
        return minutes

    def _gp_part(self, world: World) -> np.ndarray:
        """Return the chance that governing-body GPs shaped a plan, by CCG."""
        people, pair, size = world.people, world.ties.edges["pair"], world.ccgs.size
        gps = world.rows(Kind.GP)
        board_gp = gps[people.on_governing_body[gps]]
        done, asked = world.work_by_ccg(board_gp, Work.PREPARATION)
        met = pair.source >= 0
        gp, manager = pair.source[met], pair.target[met]
        strength = pair.strength[met] * (people.present[gp] & people.present[manager])
        ccg = people.ccg[gp]
        trust = np.bincount(ccg, strength, size) / np.maximum(np.bincount(ccg, minlength=size), 1)
        result: np.ndarray = self.led * done / np.maximum(asked, 1) * (self.strangers + (1 - self.strangers) * trust)
        return result
