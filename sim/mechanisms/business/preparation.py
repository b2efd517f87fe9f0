"""Papers: managers' hours and expertise turn items into something a body can decide; GPs may take part.

"Rubber-stamping" is here: a plan that no governing-body GP shaped reaches them settled, and counts for their belief as
a matter not heard. ``preparation.rubber_stamping=false`` switches it off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.ties import Edges
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import RARE, Direction
from sim.settings.money import POST_MINUTES
from sim.state.codes import ItemKind, Kind, Stage, Work

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
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
    columns = {
        "ccgs": (
            Column("support", "float64", "share", "papers prepared in time, moving average", settable=True),
            Column("data", "float64", "share", "systematic data available for a decision, 0-1"),
        ),
        "items": (
            Column("prepared", "float64", "share", "papers ready, 0-1"),
            Column("shaped", "bool", "-", "governing-body GPs took part in preparing"),
        ),
    }
    reads = {
        "people": "present kind ccg on_governing_body demand undone",
        "items": "key kind ccg work stage",
        "ccgs": "expertise support_posts",
    }
    evidence = (
        "t4_symbiosis",
        "rubber_stamping",
        "missing_prep_wastes_time",
        "h15_support_for_role",
        "joint_responsibility",
        "csu_large_client_base_slow",
        "proper_data_needed",
    )
    directions = (
        Direction(
            "preparation.rubber_stamping",
            False,
            None,
            "influence felt by leaders",
            -1,
            "rubber_stamping.influence_felt",
            "plans reach the governing body settled",
        ),
        Direction(
            "preparation.data",
            None,
            0.9,
            "changes reviewed that succeed",
            +1,
            "proper_data_needed.decision_quality",
            "data beside experience make better decisions",
            six_sites_only=RARE,
        ),
    )

    support_unit: float = param(
        0.04,
        "share",
        "share of the support unit's staff time that goes into papers",
        source="h15_csu_service_lines: one line of six prepares, and slowly (csu_large_client_base_slow)",
    )
    data: float = param(
        0.5,
        "share",
        "systematic data available for a decision",
        source="c14_csu_data_delay, h15_csu_dissatisfaction: data come late and partial",
    )
    memory_weeks: float = param(
        13,
        "weeks",
        "half-life of the record of how much preparation was supported",
        within=(1, 104),
        source="a season; assumed",
    )
    led: float = param(
        0.5,
        "share",
        "plans in an area that some GP leads",
        source="c14_clinical_lead_per_area: time for each is half an hour; size assumed",
    )
    novice: float = param(
        0.5,
        "share",
        "pace of managers without expertise",
        source="staff_loss_needs_relearning: managers new to the work take twice as long; size assumed",
    )
    strangers: float = param(
        0.3,
        "share",
        "share of a GP's part that needs no trust in the manager",
        source="joint_responsibility: without a pair that trusts each other little is shared; size assumed",
    )
    rubber_stamping: bool = param(
        True,
        "-",
        "whether plans can reach the governing body settled",
        source="h15_rubber_stamp_sites; false lets GPs shape every plan (a rival world)",
    )

    def step(self, world: View) -> None:
        items, c = world.items, world.ccgs
        plans = prepare(world.people, items, c, self, POST_MINUTES, 1 - 2.0 ** (-1 / self.memory_weeks))
        if plans.size:
            pair = world.ties.edges["pair"]
            chance = gp_part(world.people, c, pair, self)[items.ccg[plans]] if self.rubber_stamping else 1.0
            items.shaped[plans] = world.luck.uniform("preparation.shaped", world.week, items.key[plans]) < chance


@rule
def prepare(people: Table, items: Table, ccgs: Table, own: Preparation, post: int, latest: float) -> Rows:
    """Spread managers' minutes, and those of the support unit, over open items, and return the plans now finished.

    Args:
        post: contracted week of a post of the support unit, minutes.
        latest: weight of this week in the record of support.
    """
    asked, done = np.zeros(ccgs.size), np.zeros(ccgs.size)
    for i in range(people.size):
        if people.present[i] and people.kind[i] == Kind.MANAGER:
            asked[people.ccg[i]] += people.demand[i, Work.PREPARATION]
            done[people.ccg[i]] += people.demand[i, Work.PREPARATION] - people.undone[i, Work.PREPARATION]
    waiting = np.zeros(ccgs.size)  # minutes that open items still need
    for item in range(items.size):
        if items.stage[item] == Stage.OPEN and items.prepared[item] < 1:
            waiting[items.ccg[item]] += items.work[item] * (1 - items.prepared[item])

    spread = np.zeros(ccgs.size)  # share of what is needed that is done this week
    for c in range(spread.size):
        bought = own.support_unit * ccgs.support_posts[c] * post
        pace = own.novice + (1 - own.novice) * ccgs.expertise[c]
        spread[c] = min((done[c] * pace + bought) / max(waiting[c], 1), 1.0)
        if asked[c] > 0:
            ccgs.support[c] += latest * (min((done[c] + bought) / max(asked[c], 1), 1.0) - ccgs.support[c])
        ccgs.data[c] = own.data

    plans, finished = np.zeros(items.size, np.int64), 0
    for item in range(items.size):
        if items.stage[item] == Stage.OPEN and items.prepared[item] < 1:
            left = items.work[item] * (1 - items.prepared[item])
            items.prepared[item] += left * spread[items.ccg[item]] / items.work[item]
            if items.prepared[item] > NEARLY:
                items.prepared[item] = 1.0
                if items.kind[item] == ItemKind.PLAN:
                    plans[finished] = item
                    finished += 1
    return plans[:finished]


@rule
def gp_part(people: Table, ccgs: Table, pair: Edges, own: Preparation) -> Floats:
    """Return the chance that governing-body GPs shaped a plan that is now finished, shape (ccgs,)."""
    asked, done = np.zeros(ccgs.size), np.zeros(ccgs.size)
    for i in range(people.size):
        if people.present[i] and people.kind[i] == Kind.GP and people.on_governing_body[i]:
            asked[people.ccg[i]] += people.demand[i, Work.PREPARATION]
            done[people.ccg[i]] += people.demand[i, Work.PREPARATION] - people.undone[i, Work.PREPARATION]
    pairs, trust = np.zeros(ccgs.size), np.zeros(ccgs.size)
    for k in range(pair.strength.size):
        gp, manager = pair.source[k], pair.target[k]
        if gp >= 0:
            pairs[people.ccg[gp]] += 1
            if manager >= 0 and people.present[gp] and people.present[manager]:
                trust[people.ccg[gp]] += pair.strength[k]
    chance = np.zeros(ccgs.size)
    for c in range(chance.size):
        shared = own.strangers + (1 - own.strangers) * (trust[c] / max(pairs[c], 1))
        chance[c] = own.led * done[c] / max(asked[c], 1) * shared
    return chance
