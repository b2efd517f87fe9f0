"""How good a decision is: what the room knew, and what data and experts the CCG has.

The power mean makes knowledge, data and expertise complements: with an exponent of ``rho`` below zero the weakest of
the three limits the decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import RARE, Direction


@dataclass
class DecisionQuality(Process):
    """Set the quality of what bodies decided this week.

    ``q = (mean z^rho)^(1/rho)`` over frontline knowledge k, the CCG's data e and its managers' expertise t.
    """

    name = "decision_quality"
    columns = {"items": (Column("quality", "float64", "share", "quality of the decision, 0-1"),)}
    reads = {"items": "settled ccg knowledge", "ccgs": "data expertise"}
    evidence = ("withdrawal_removes_expertise", "proper_data_needed", "knowledge_without_data_limits")
    directions = (
        Direction(
            "governance.delegation_level",
            None,
            3,
            "changes reviewed that succeed",
            -1,
            "withdrawal_removes_expertise.decision_quality",
            "conflicted GPs leave the room and take their knowledge along",
            since="co_commissioning",
            six_sites_only=RARE,
        ),
    )

    rho: float = param(
        -1.0,
        "-",
        "how far knowledge, data and expertise replace each other in a decision's quality; 1 wholly",
        within=(-4, 1),
        source="complements, not substitutes (t4_symbiosis, proper_data_needed); 1 is the rival",
    )
    novice: float = param(
        0.3,
        "share",
        "expertise that a decision meets where managers are new",
        source="staff_loss_needs_relearning; size assumed",
    )
    expert: float = param(
        0.9,
        "share",
        "expertise that a decision meets where managers have learned the work",
        source="staff_loss_needs_relearning; size assumed",
    )
    floor: float = param(
        0.05,
        "share",
        "least knowledge, data or expertise that a decision has",
        within=(0.001, 1),
        source="nothing is wholly without knowledge, data or expertise",
    )

    def step(self, world: View) -> None:
        judge(world.items, world.ccgs, self, world.week)


@rule
def judge(items: Table, ccgs: Table, own: DecisionQuality, week: int) -> None:
    """Set the quality of what bodies decided this week.

    Args:
        week: of the run.
    """
    for item in range(items.size):
        if items.settled[item] != week or items.knowledge[item] < 0:
            continue
        c = items.ccg[item]
        expertise = max(own.novice + (own.expert - own.novice) * ccgs.expertise[c], own.floor)
        knowledge, data = max(items.knowledge[item], own.floor), max(ccgs.data[c], own.floor)
        if abs(own.rho) < 1e-9:
            items.quality[item] = (knowledge * data * expertise) ** (1 / 3)
        else:
            mean = (knowledge**own.rho + data**own.rho + expertise**own.rho) / 3
            items.quality[item] = mean ** (1 / own.rho)
