"""NHS England area teams (PCT cluster before April 2013): each study site has its own, so sites share no state."""

from __future__ import annotations

import numpy as np

from sim.core.tables import Column, Schema
from sim.state.agents import TableAgent
from sim.state.world import World


class AreaTeam(TableAgent):
    """The NHS England team that a CCG answers to."""

    table = "area_teams"


def found(world: World) -> None:
    """Lay one team a CCG."""
    world.lay("area_teams", [f"{site.name}/area_team" for site in world.sites], ccg=np.arange(world.ccgs.size))


AREA_TEAMS = Schema(
    "area_teams",
    "NHS England's area teams, one a CCG.",
    (
        Column("key", "uint64", "-", "identity that luck is drawn for"),
        Column("ccg", "int64", "row", "CCG that it oversees", of="ccgs"),
    ),
    found,
    AreaTeam,
)
