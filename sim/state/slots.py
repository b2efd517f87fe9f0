"""Slots: posts of CCGs and places in practices, which people fill, leave and follow each other in.

(A post is paid by a CCG; a place is a GP's or practice manager's. Both are slots, so that whoever comes next takes over
what belongs to the slot: its ties, its seats by right.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.core.luck import identity
from sim.core.tables import Column, Schema
from sim.settings.governance import APPOINTED, how_many
from sim.settings.money import POST_MINUTES, most_posts
from sim.settings.sites import Site
from sim.state.codes import Kind, PracticeRole
from sim.state.world import World

APPOINTEES = {
    "lay_member": (Kind.LAY_MEMBER, PracticeRole.OTHER),
    "nurse": (Kind.NURSE, PracticeRole.OTHER),
    "consultant": (Kind.CONSULTANT, PracticeRole.NONE),
}
"""Profession of whoever is appointed to a kind of seat, and the group in which the surveys count them."""


def found(world: World) -> None:
    """Lay the slots of every site: places of appointees, posts that money could pay for, places in practices.

    Each practice is staffed for its list, with a spread; so demand starts near capacity everywhere.
    """
    p, practices, slots = world.population, world.practices, world.slots
    spread = p.gps_spread * world.luck.normal("place.gps", 0, practices.key)
    usual = np.exp(p.gps_intercept + p.gps_slope * np.log(practices.list_size) + spread)
    gps = np.maximum(1, np.rint(usual)).astype(np.int64)  # what its list makes likely
    for ccg, site in enumerate(world.sites):
        rows = [*_appointed(world, site), *_posts(site.name, site.population)]
        for practice in np.flatnonzero(practices.ccg == ccg).tolist():
            rows += _of_practice(world, practice, int(gps[practice]))
        paths = [row.pop("path") for row in rows]
        columns = {name: [row.get(name, -1) for row in rows] for name in ("practice", "post_rank", "practice_role")}
        columns |= {name: [row[name] for row in rows] for name in ("kind", "contract")}
        world.lay("slots", paths, ccg=ccg, **columns)
    gp = slots.kind == Kind.GP
    minutes = np.bincount(slots.practice[gp], slots.contract[gp].astype(float), practices.size)
    use = p.utilisation + p.utilisation_spread * world.luck.normal("place.utilisation", 0, practices.key)
    practices.demand_per_patient[:] = use * minutes / practices.list_size


def _appointed(world: World, site: Site) -> Iterator[dict[str, Any]]:
    contract = round(60 * world.population.other_hours)
    for (body, block), seats in world.governance.all_seats():
        if seats.who == APPOINTED:
            kind, role = APPOINTEES[world.governance.kind_of(body, block)]
            for i in range(how_many(seats, site.population)):
                path = f"{site.name}/{body}/{block}/{i:02d}"
                yield {"path": path, "kind": kind, "practice_role": role, "contract": contract}


def _posts(site: str, population: int) -> Iterator[dict[str, Any]]:
    for rank in range(most_posts(population)):
        yield {"path": f"{site}/post/{rank:03d}", "kind": Kind.MANAGER, "contract": POST_MINUTES, "post_rank": rank}


def _of_practice(world: World, practice: int, gps: int) -> Iterator[dict[str, Any]]:
    """Yield the places of a practice: so many GPs, principals and salaried, and a practice manager."""
    p, path = world.population, world.path_of("practices", practice)
    paths = [f"{path}/gp/{i:02d}" for i in range(gps)]
    places = np.array([identity(place) for place in paths], dtype=np.uint64)
    partner = world.luck.uniform("place.principal", 0, places) < p.principals
    partner[0] = True  # someone holds the contract
    for place, principal in zip(paths, partner.tolist(), strict=True):
        role = PracticeRole.PRINCIPAL if principal else PracticeRole.SALARIED
        hours = p.principal_hours if principal else p.salaried_hours
        yield {
            "path": place,
            "kind": Kind.GP,
            "practice_role": role,
            "contract": round(60 * hours),
            "practice": practice,
        }
    yield {
        "path": f"{path}/manager",
        "kind": Kind.PRACTICE_MANAGER,
        "practice_role": PracticeRole.PRACTICE_MANAGER,
        "contract": round(60 * p.practice_manager_hours),
        "practice": practice,
    }


SLOTS = Schema(
    "slots",
    "Places in a practice, seats held by right and posts: whoever fills one is somebody else than the last.",
    (
        Column("key", "uint64", "-", "identity of the post or place"),
        Column("kind", "int8", "code", "profession of whoever fills it", codes=Kind),
        Column("practice_role", "int8", "code", "standing of whoever fills it", default=-1, codes=PracticeRole),
        Column("ccg", "int64", "row", "CCG", default=-1, of="ccgs"),
        Column("practice", "int64", "row", "practice", default=-1, of="practices"),
        Column("contract", "int32", "minutes/week", "contracted week"),
        Column(
            "post_rank", "int32", "-", "order in which posts are kept when money falls; -1 not a CCG post", default=-1
        ),
    ),
    found,
)
