"""Clinical commissioning groups: money, posts, powers and their link to NHS England."""

from __future__ import annotations

import numpy as np

from sim.core.tables import Column, Schema
from sim.state.agents import TableAgent
from sim.state.world import World


class CCG(TableAgent):
    """A clinical commissioning group."""

    table = "ccgs"


def found(world: World) -> None:
    """Lay one row a site, in the order of sites."""
    sites = world.sites
    world.lay(
        "ccgs",
        [f"{site.name}/ccg" for site in sites],
        site=np.arange(len(sites)),
        population=[site.population for site in sites],
        devolved=[site.devolved for site in sites],
    )


CCGS = Schema(
    "ccgs",
    "Clinical commissioning groups, one a site.",
    (
        Column("key", "uint64", "-", "identity that luck is drawn for"),
        Column("site", "int32", "-", "index of the site in the configured place"),
        Column("population", "int64", "people", "registered population"),
        Column("governing_body", "int64", "row", "its governing body", of="bodies"),
        Column("executive_group", "int64", "row", "its executive group", of="bodies"),
        Column("member_council", "int64", "row", "its member council", of="bodies"),
        Column("general_body", "int64", "row", "body that decides what no other does", of="bodies"),
        Column("primary_care_body", "int64", "row", "body that decides on general practice; -1 none", of="bodies"),
        Column("devolved", "bool", "-", "localities hold money and decide within a limit"),
    ),
    found,
    CCG,
)
