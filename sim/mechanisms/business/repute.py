"""What bodies are known for: how matters put to them fare, and how much comes to them settled."""

from __future__ import annotations

from dataclasses import dataclass

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
Rows = NDArray[np.int64]


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
        settled = np.flatnonzero(world.items.settled == world.week)
        if settled.size:
            remember(world.items, world.bodies, settled, (1 - self.memory) ** np.arange(settled.size + 1.0))


@rule
def remember(items: Table, bodies: Table, settled: Rows, kept: Floats) -> None:
    """Move the records of bodies by what was settled.

    Args:
        settled: rows of the items that were settled this week.
        kept: what is left of a record after so many items, by their number.
    """
    matters, heard, plans, unshaped = np.zeros((4, bodies.size))
    for item in settled:
        b = items.body[item]
        if items.kind[item] == ItemKind.MATTER:
            matters[b] += 1
            heard[b] += items.credit[item]
        else:
            plans[b] += 1
            unshaped[b] += not items.shaped[item]
    for b in range(bodies.size):
        if matters[b] > 0:
            bodies.reputation[b] += (1 - kept[int(matters[b])]) * (heard[b] / matters[b] - bodies.reputation[b])
        if plans[b] > 0:
            bodies.pre_decided[b] += (1 - kept[int(plans[b])]) * (unshaped[b] / plans[b] - bodies.pre_decided[b])
