"""General practices: members of a CCG, with a list of patients, demand, capacity and access."""

from __future__ import annotations

import numpy as np

from sim.core.luck import identity
from sim.core.tables import Column, Schema
from sim.state.agents import TableAgent
from sim.state.codes import BodyKind
from sim.state.world import World


class Practice(TableAgent):
    """A general practice."""

    table = "practices"


def found(world: World) -> None:
    """Lay the practices of every site; localities have neighbours in the list, as many each as can be.

    The registered population is fixed; list sizes spread within it as in England.
    """
    p, bodies = world.population, world.bodies
    for ccg, site in enumerate(world.sites):
        paths = [f"{site.name}/practice/{i:03d}" for i in range(site.practices)]
        keys = np.array([identity(path) for path in paths], dtype=np.uint64)
        size = np.exp(p.list_spread * world.luck.normal("place.list", 0, keys))
        localities = np.flatnonzero((bodies.ccg == ccg) & (bodies.kind == BodyKind.LOCALITY))
        turn = np.arange(site.practices) * localities.size // site.practices
        world.lay(
            "practices",
            paths,
            ccg=ccg,
            locality=localities[turn] if localities.size else -1,
            list_size=size * (site.population / size.sum()),
        )


PRACTICES = Schema(
    "practices",
    "General practices, members of a CCG.",
    (
        Column("key", "uint64", "-", "identity that luck is drawn for"),
        Column("ccg", "int64", "row", "CCG", of="ccgs"),
        Column("locality", "int64", "row", "body of the locality; -1 without localities", default=-1, of="bodies"),
        Column(
            "council_seat", "int64", "row", "seat of its representative on the member council", default=-1, of="seats"
        ),
        Column("list_size", "float64", "patients", "registered patients at the start"),
        Column("demand_per_patient", "float64", "minutes/week", "GP work that a patient asks for at the start"),
    ),
    found,
    Practice,
)
