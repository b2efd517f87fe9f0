"""What bodies are known for: how matters put to them fare, and how much comes to them settled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.state.codes import ItemKind

Floats = NDArray[np.float64]
MANY = 1000.0
"""Items of one body in one week beyond which a record holds nothing older."""


@dataclass
class Repute(Process):
    """Move the records of bodies by what was settled this week.

    A body's reputation moves toward the fate of the matters put to it (``credit``), and its record of plans that came
    settled toward the share of such plans: ``r += (1 - (1 - memory)^n) (mean of the n new ones - r)``.
    """

    name = "repute"
    columns = {
        "bodies": (
            Column("reputation", "float64", "share", "how matters put to it have fared, moving average", settable=True),
            Column(
                "pre_decided",
                "float64",
                "share",
                "plans that reached it settled by the executive, moving average",
                settable=True,
            ),
        )
    }
    reads = {"items": "kind settled credit shaped body"}
    evidence = ("h15_influence", "rubber_stamping", "better_than_pct_baseline")
    directions = (
        Direction(
            "repute.recalled",
            0.0,
            0.5,
            "influence felt by members",
            +1,
            "better_than_pct_baseline.influence_felt",
            "what members remember of the body before stands for the new one until it has a record",
        ),
    )

    settled_start: float = param(
        0.5, "share", "plans that a body met settled, as its record begins", source="neither, until plans have come"
    )
    memory: float = param(
        0.1,
        "1/matter",
        "how fast a body's record follows the fate of its items",
        within=(0, 1),
        source="reputation follows the last ten matters or so",
    )
    recalled: float = param(
        0.13,
        "share",
        "reputation with which bodies begin: members who felt able to influence the PCT",
        status="measured",
        source="h15_influence: GPs' recall of the PCT",
    )

    def start(self, world: View) -> None:
        world.bodies.reputation[:] = self.recalled
        world.bodies.pre_decided[:] = self.settled_start

    def step(self, world: View) -> None:
        remember(world.items, world.bodies, _kept(self.memory), world.week)


@cache
def _kept(memory: float) -> Floats:
    """Return what is left of a record after so many items, by their number; after very many nothing is."""
    kept = (1 - memory) ** np.arange(MANY)
    kept.flags.writeable = False
    return kept


@rule
def remember(items: Table, bodies: Table, kept: Floats, week: int) -> None:
    """Move the records of bodies by what was settled this week.

    Args:
        kept: what is left of a record after so many items, by their number.
        week: of the run.
    """
    matters, heard, plans, unshaped = np.zeros((4, bodies.size))
    for item in range(items.size):
        if items.settled[item] != week:
            continue
        b = items.body[item]
        if items.kind[item] == ItemKind.MATTER:
            matters[b] += 1
            heard[b] += items.credit[item]
        else:
            plans[b] += 1
            unshaped[b] += not items.shaped[item]
    for b in range(bodies.size):
        if matters[b] > 0:
            bodies.reputation[b] += (1 - kept[min(int(matters[b]), kept.size - 1)]) * (
                heard[b] / matters[b] - bodies.reputation[b]
            )
        if plans[b] > 0:
            bodies.pre_decided[b] += (1 - kept[min(int(plans[b]), kept.size - 1)]) * (
                unshaped[b] / plans[b] - bodies.pre_decided[b]
            )
