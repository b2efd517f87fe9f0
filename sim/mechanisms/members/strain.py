"""Strain: what weeks beyond the sustainable leave behind."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction


@dataclass
class Strain(Process):
    """``strain = moving average of min(4, max(0, hours - sustainable) / 5 h)``; it pulls by ``-beta x strain``.

    Sustainable is the contracted week and a margin. The first week of the warm-up counts as if all before were alike.
    """

    name = "strain"
    columns = {
        "people": (
            Column("strain", "float64", "5 h/week", "moving average of hours above the sustainable", settable=True),
        )
    }
    reads = {"people": "worked contract"}
    writes = {"people": "pull_strain"}
    evidence = ("role_overflows_contract", "overload_burnout", "leader_enthusiasm_wanes", "pressure_dulls_engagement")
    directions = (
        Direction(
            "workload.growth",
            None,
            0.1,
            "engagement from strain, members",
            -1,
            "pressure_dulls_engagement.engagement",
            "weeks beyond the sustainable wear members down",
        ),
        Direction(
            "diaries.governing_body_asked_hours",
            None,
            32,
            "leaders highly engaged",
            -1,
            "leader_enthusiasm_wanes.leader_engagement",
            "time pressure wears leaders down",
        ),
    )

    beta: float = param(
        0.4,
        "latent",
        "engagement lost by each unit of strain",
        within=(0, 3),
        source="leader_enthusiasm_wanes; size assumed",
    )
    half_life_weeks: float = param(
        13, "weeks", "half-life of the memory of long weeks", within=(1, 104), source="a season; assumed"
    )
    margin: float = param(
        0.06, "share", "part of the contracted week that can be worked on top for long", source="size assumed"
    )
    most: float = param(
        4, "5 h/week", "most strain that a week adds", within=(0, 20), source="twenty hours beyond are as bad as thirty"
    )

    def step(self, world: View) -> None:
        first = world.week == -world.calendar.timeline.warm_up_weeks
        rate = 1.0 if first else 1 - 2.0 ** (-1 / self.half_life_weeks)
        remember(world.people, self, rate)


@rule
def remember(people: Table, own: Strain, rate: float) -> None:
    """Let everybody remember this week and forget as much of those before.

    Args:
        rate: what part of the memory this week is, 1/week.
    """
    for i in range(people.size):
        beyond = max(people.worked[i] - (1 + own.margin) * people.contract[i], 0.0)
        people.strain[i] += rate * (min(beyond / 300, own.most) - people.strain[i])
        people.pull_strain[i] = -own.beta * people.strain[i]
