"""Patients' demand, practices' capacity, backfill and access."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.people import Kind, Work
from sim.calendar import WEEKS_A_YEAR
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World


@dataclass
class Workload(Process):
    """Book the week's clinic.

    ``new = list x demand a patient x (1 + growth)^years x (1 - hours saved) x (1 + noise)``; what is not booked, or was
    booked and not done, waits; of what waits a share gives up each week. Present GPs share the load in proportion to
    their minutes in practice, stretched at most by ``stretch``; CCG sessions leave the practice and a part is
    backfilled by locums. ``wait = backlog / new demand of a week``. Managers' booked work is the CCG's standing duties,
    shared among the posts.
    """

    name = "workload"
    reads = (
        "people.present", "people.kind", "people.practice", "people.ccg", "people.contract", "people.sessions",
        "people.undone", "practices.key", "practices.list_size", "practices.demand_per_patient",
        "practices.hours_saved", "ccgs.duties", "ccgs.delegated_minutes",
    )  # fmt: skip
    writes = ("people.booked", "practices.backlog", "practices.wait", "practices.given_up", "practices.locum")
    evidence = (
        "time_shortage_blocks_engagement", "ccg_work_costs_practice", "absence_breaks_continuity",
        "workforce_shortage", "c14_wait_for_own_gp", "c14_backfill_partner", "portfolio_realignment",
    )  # fmt: skip

    growth: float = param(
        0.02, "1/year", "growth of patients' demand", low=-0.2, high=0.2,
        source="workload rising by about 2 % a year (h15_bma_survey)",
    )  # fmt: skip
    relief: float = param(
        0.01, "1/year", "part of the growth of demand that practices absorb by working otherwise", low=-0.2, high=0.2,
        source="nurses, pharmacists and habits take a part of the growth (m18_pharmacy_fte)",
    )  # fmt: skip
    noise: float = param(
        0.04, "sd", "spread of a practice's demand from week to week", low=0, high=0.5,
        source="weeks differ; size assumed",
    )  # fmt: skip
    stretch: float = param(
        1.08, "ratio", "most that GPs book beside their minutes in practice", low=1, high=2,
        source="a full clinic takes a few extras and no more",
    )  # fmt: skip
    backfill: float = param(
        0.6, "share", "part of CCG sessions that a locum covers", low=0, high=1,
        source="c14_backfill_partner: some practices hire, some cover (pay_below_cost)",
    )  # fmt: skip
    give_up: float = param(
        0.25, "1/week", "patients waiting who give up or go elsewhere", low=0.01, high=1,
        source="patients who wait go elsewhere; without it queues explode",
    )  # fmt: skip
    practice_manager_load: float = param(
        0.97, "share", "part of a practice manager's week that the practice takes", low=0, high=2,
        source="a practice manager's week is full",
    )  # fmt: skip

    def step(self, world: World) -> None:
        people, practices, week = world.people, world.practices, world.week
        gp = world.rows(Kind.GP)
        at, size = people.practice[gp], practices.size
        in_practice = np.maximum(people.contract[gp] - people.sessions[gp], 0)
        gp_minutes = np.bincount(at, in_practice, size)
        lent = np.bincount(at, people.sessions[gp], size)
        not_done = np.bincount(at, people.undone[gp, Work.BOOKED], size)
        practices.locum[:] = np.floor(self.backfill * lent)

        years = week / WEEKS_A_YEAR
        noise = 1 + self.noise * world.luck.normal("workload.demand", week, practices.key)
        new = practices.list_size * practices.demand_per_patient * (1 - practices.hours_saved) * noise
        new *= (1 + self.growth - self.relief) ** years
        waiting = practices.backlog + not_done
        practices.given_up[:] = self.give_up * waiting
        load = new + waiting - practices.given_up
        left = np.maximum(load - practices.locum, 0)
        share = np.minimum(left / np.maximum(gp_minutes, 1), self.stretch)
        booked = np.zeros(people.size)
        booked[gp] = in_practice * share[at]
        practices.backlog[:] = np.maximum(left - share * gp_minutes, 0)
        practices.wait[:] = practices.backlog / np.maximum(new, 1)

        manager, runs_practice = world.rows(Kind.MANAGER), world.rows(Kind.PRACTICE_MANAGER)
        duties = world.ccgs.duties + world.ccgs.delegated_minutes
        booked[manager] = (duties / np.maximum(world.sum_by_ccg(manager), 1))[people.ccg[manager]]
        booked[runs_practice] = people.contract[runs_practice] * self.practice_manager_load
        people.booked[:] = np.rint(booked)
