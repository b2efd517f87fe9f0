"""Patients' demand, practices' capacity, backfill and access."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import compiled, rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.codes import Kind, Work

Floats = NDArray[np.float64]
Whole = NDArray[np.int32]


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
    columns = {
        "people": (Column("booked", "int32", "minutes/week", "booked clinic or standing duties"),),
        "practices": (
            Column("backlog", "float64", "minutes", "care asked for and not yet given", settable=True),
            Column("wait", "float64", "weeks", "wait for an appointment: backlog over a week's demand"),
            Column("given_up", "float64", "minutes/week", "care that patients gave up or found elsewhere"),
            Column("locum", "int32", "minutes/week", "locum time that backfills CCG sessions"),
        ),
    }
    reads = {
        "people": "present kind practice ccg contract sessions undone",
        "practices": "key list_size demand_per_patient hours_saved",
        "ccgs": "duties delegated_minutes managers",
    }
    evidence = (
        "time_shortage_blocks_engagement",
        "ccg_work_costs_practice",
        "absence_breaks_continuity",
        "workforce_shortage",
        "c14_wait_for_own_gp",
        "c14_backfill_partner",
        "portfolio_realignment",
    )
    directions = (
        Direction(
            "workload.backfill",
            0.0,
            None,
            "wait for appointments",
            -1,
            "ccg_work_costs_practice.practice_capacity",
            "a locum makes up for the partner who is out",
            away=True,
        ),
        Direction(
            "workload.growth",
            None,
            0.1,
            "CCG work done by representatives",
            -1,
            "time_shortage_blocks_engagement.time_available",
            "fuller clinics leave fewer hours for the CCG",
        ),
        Direction(
            "governance.bodies.governing_body.seats.gp.paid_hours",
            2,
            None,
            "wait for appointments",
            +1,
            "absence_breaks_continuity.patient_access",
            "the usual doctor is away on paid CCG work",
        ),
    )

    growth: float = param(
        0.02,
        "1/year",
        "growth of patients' demand",
        within=(-0.2, 0.2),
        source="workload rising by about 2 % a year (h15_bma_survey)",
    )
    relief: float = param(
        0.01,
        "1/year",
        "part of the growth of demand that practices absorb by working otherwise",
        within=(-0.2, 0.2),
        source="nurses, pharmacists and habits take a part of the growth (m18_pharmacy_fte)",
    )
    noise: float = param(
        0.04,
        "sd",
        "spread of a practice's demand from week to week",
        within=(0, 0.5),
        source="weeks differ; size assumed",
    )
    stretch: float = param(
        1.08,
        "ratio",
        "most that GPs book beside their minutes in practice",
        within=(1, 2),
        source="a full clinic takes a few extras and no more",
    )
    backfill: float = param(
        0.6,
        "share",
        "part of CCG sessions that a locum covers",
        source="c14_backfill_partner: some practices hire, some cover (pay_below_cost)",
    )
    give_up: float = param(
        0.25,
        "1/week",
        "patients waiting who give up or go elsewhere",
        within=(0.01, 1),
        source="patients who wait go elsewhere; without it queues explode",
    )
    practice_manager_load: float = param(
        0.97,
        "share",
        "part of a practice manager's week that the practice takes",
        within=(0, 2),
        source="a practice manager's week is full",
    )

    def step(self, world: View) -> None:
        practices, week = world.practices, world.week
        grown = (1 + self.growth - self.relief) ** (week / WEEKS_A_YEAR)
        drawn = world.luck.normal("workload.demand", week, practices.key)
        book(world.people, practices, world.ccgs, self, grown, drawn)


@rule
def book(people: Table, practices: Table, ccgs: Table, own: Workload, grown: float, drawn: Floats) -> None:
    """Set what waits in every practice, and book the week of everybody there.

    Args:
        grown: demand beside that of the start, by growth alone.
        drawn: luck of the week, standard normal, shape (practices,).
    """
    gp_minutes, lent, not_done = np.zeros(drawn.size), np.zeros(drawn.size), np.zeros(drawn.size)
    for i in range(people.size):
        if people.present[i] and people.kind[i] == Kind.GP:
            p = people.practice[i]
            gp_minutes[p] += in_practice(people.contract, people.sessions, i)
            lent[p] += people.sessions[i]
            not_done[p] += people.undone[i, Work.BOOKED]

    share = np.zeros(drawn.size)
    for p in range(drawn.size):
        new = practices.list_size[p] * practices.demand_per_patient[p] * (1 - practices.hours_saved[p])
        new = new * (1 + own.noise * drawn[p]) * grown
        waiting = practices.backlog[p] + not_done[p]
        practices.given_up[p] = own.give_up * waiting
        practices.locum[p] = np.floor(own.backfill * lent[p])
        left = max(new + waiting - practices.given_up[p] - practices.locum[p], 0.0)
        share[p] = min(left / max(gp_minutes[p], 1.0), own.stretch)
        practices.backlog[p] = max(left - share[p] * gp_minutes[p], 0.0)
        practices.wait[p] = practices.backlog[p] / max(new, 1.0)

    for i in range(people.size):
        people.booked[i] = 0
        if not people.present[i]:
            continue
        if people.kind[i] == Kind.GP:
            minutes = in_practice(people.contract, people.sessions, i)
            people.booked[i] = np.rint(minutes * share[people.practice[i]])
        elif people.kind[i] == Kind.MANAGER:
            c = people.ccg[i]
            people.booked[i] = np.rint((ccgs.duties[c] + ccgs.delegated_minutes[c]) / ccgs.managers[c])
        elif people.kind[i] == Kind.PRACTICE_MANAGER:
            people.booked[i] = np.rint(people.contract[i] * own.practice_manager_load)


@compiled
def in_practice(contract: Whole, sessions: Whole, person: int) -> int:
    """Return the minutes that a person has left for the practice when CCG sessions are taken off."""
    return max(contract[person] - sessions[person], 0)
