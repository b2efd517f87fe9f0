"""Small worlds, whose numbers can be worked out on paper, and ways to look at a world by identity."""

from __future__ import annotations

import copy
import functools
import math
from typing import Any

import numpy as np

from sim.core.luck import Luck, identity
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.schedule import WEEK, schemas
from sim.mechanisms.schedule import columns as columns_of
from sim.run.config import Config, Scenario, compose
from sim.run.model import CommissioningModel
from sim.settings.calendar import Calendar
from sim.settings.governance import Governance
from sim.settings.population import Population
from sim.settings.sites import Place, Site
from sim.state.codes import BodyKind, ItemKind, Kind, Work
from sim.state.drivers import Drivers
from sim.state.world import World

TINY = Site("T", population=2000, practices=1)


def config(*sites: Site, gps: int = 2, weeks: int = 60, warm_up_weeks: int = 0, **blocks: Any) -> Config:
    """Return a configuration in which nothing varies that need not.

    Every practice has ``gps`` principals of disposition 0 who know nobody elsewhere; a CCG has a chair, three
    executives, a nurse and a consultant. ``blocks`` replace whole blocks of the configuration, such as
    ``hope=Hope(beta=0)``.
    """
    standard = {
        "scenario": Scenario(vectors="none"),
        "place": Place.of("tiny", *(sites or (TINY,))),
        "governance": constitution(gps=1, lay_members=0),
        "population": Population(
            list_spread=0, gps_intercept=math.log(gps), gps_slope=0, gps_spread=0, principals=1.0,
            utilisation_spread=0, opposed_share=0, disposition_ccg=0, disposition_practice=0, disposition_person=0,
            ties_each=0,
        ),
    }  # fmt: skip
    made = Config(**(standard | blocks))
    made.timeline.weeks, made.timeline.warm_up_weeks = weeks, warm_up_weeks
    return made


@functools.cache
def _usual() -> Governance:
    return compose("timeline.weeks=1").governance


def constitution(
    gps: int = 6, lay_members: int = 3, chair_hours: float = 24, representative_hours: float = 1, level: int = 1
) -> Governance:
    """Return the usual governance with other numbers of seats and paid hours, or another level of delegation."""
    made = copy.deepcopy(_usual())
    made.delegation_level = level
    board = made.bodies["governing_body"].seats
    board["gp"].count, board["lay_member"].count = gps - 1, lay_members
    board["chair"].paid_hours = chair_hours
    made.bodies["member_council"].seats["representative"].paid_hours = representative_hours
    return made


def only(sites: str) -> tuple[str, ...]:
    """Return overrides that leave a place these sites alone, such as ``{E: {population: 60000, practices: 6}}``."""
    return (*(f"~place.sites.{name}" for name in "ABCDEF"), f"place.sites={sites}")


def tiny(*sites: Site, week: int = 0, seed: int = 1, **settings: Any) -> World:
    """Return the world of :func:`config`, built and not yet run, at the start of a week."""
    world = CommissioningModel(config(*sites, **settings), seed=seed).world
    world.week = week
    return world


def bare(*sites: Site, seed: int = 1) -> World:
    """Return a world with every table and column and no row."""
    named, drivers = config(*sites), Drivers()
    return World(
        schemas(WEEK), columns_of(WEEK, drivers), calendar=Calendar(named.timeline), luck=Luck(seed),
        governance=named.governance, population=named.population, sites=named.place.expanded(), drivers=drivers,
    )  # fmt: skip


def seen(world: World, process: Process) -> View:
    """Return the world as a process sees it."""
    return View(world, process.access)


def step(world: World, *processes: Process) -> None:
    """Let processes do their week, one after the other, on what they see of a world."""
    for process in processes:
        process.step(seen(world, process))


def spread_out(*sites: Site, gps: int = 4, **settings: Any) -> Config:
    """Return a configuration of small sites whose people and practices differ as they do in England."""
    population = Population(gps_intercept=math.log(gps), gps_slope=0)
    return config(*sites, **({"population": population, "governance": constitution()} | settings))


TWO_SITES = (
    Site("P", population=30_000, practices=4, support_unit_pence={2013: 500}, partners=1),
    Site("Q", population=120_000, practices=6, localities=2, devolved=True, devolved_limit=100_000, merged=True),
)


def of_kind(world: World, kind: Kind) -> np.ndarray:
    """Return the rows of the people present of a kind."""
    return np.flatnonzero(world.people.present & (world.people.kind == kind))


def body(world: World, kind: BodyKind, ccg: int = 0) -> int:
    """Return the first body of a kind in a CCG."""
    return int(np.flatnonzero((world.bodies.kind == kind) & (world.bodies.ccg == ccg))[0])


def columns(world: World) -> dict[str, np.ndarray]:
    """Return a copy of every column, by ``table.column``."""
    return {f"{name}.{c}": table[c].copy() for name, table in world.tables.items() for c in table.columns}


def ties(world: World) -> dict[str, np.ndarray]:
    """Return a copy of every array of ties, by ``type.field``."""
    return {f"{kind}.{f}": getattr(edges, f).copy() for kind, edges in world.ties.edges.items() for f in edges._fields}


PLACEMENT = {"ccgs.site"}
"""The row of a site is no part of any life."""


def lives(world: World) -> dict[str, dict[int, tuple[bytes, ...]]]:
    """Return, by table and identity, everything that is known of each row as bytes, in the order of columns.

    Row numbers are replaced by the identity of what they point at, so that two worlds can be compared
    whose rows lie in a different order.
    """
    found: dict[str, dict[int, tuple[bytes, ...]]] = {}
    for name, table in world.tables.items():
        parts = []
        for column in table.columns.values():
            values = table[column.name]
            if f"{name}.{column.name}" in PLACEMENT:
                continue
            if column.of:
                values = np.append(world.tables[column.of].key, np.uint64(0))[values]
            parts.append([v.tobytes() for v in values])
        rows = list(zip(*parts, strict=True))
        found[name] = dict(zip(table.key.tolist(), rows, strict=True))
        assert len(found[name]) == table.size, f"two rows of {name} share an identity"
    return found


def tie_strengths(world: World) -> dict[str, dict[frozenset[int], float]]:
    """Return the strength of every tie, by type and the identities of its two ends."""
    key = world.people.key
    result = {}
    for kind, edges in world.ties.edges.items():
        whole = (edges.source >= 0) & (edges.target >= 0)
        ends = zip(key[edges.source[whole]].tolist(), key[edges.target[whole]].tolist(), strict=True)
        result[kind] = {frozenset(e): s for e, s in zip(ends, edges.strength[whole].tolist(), strict=True)}
    return result


def no_work(world: World) -> None:
    """Empty everybody's week."""
    for name in ("demand", "paid", "unpaid", "undone", "worked", "ccg_worked", "supply", "idle"):
        world.people[name][:] = 0


def worked(world: World, who: Any, work: Work, *, paid: Any = 0, unpaid: Any = 0, undone: Any = 0) -> None:
    """Write minutes of one kind of work into some people's week, the sums that follow from them included."""
    people = world.people
    people.paid[who, work], people.unpaid[who, work], people.undone[who, work] = paid, unpaid, undone
    done = people.paid + people.unpaid
    people.demand[:] = done + people.undone
    people.worked[:] = done.sum(axis=1)
    people.ccg_worked[:] = people.worked - done[:, Work.BOOKED]


def add_items(world: World, count: int = 1, kind: ItemKind = ItemKind.MATTER, **values: Any) -> np.ndarray:
    """Add items of business: matters of the first GP for the governing body of the first CCG, unless said otherwise."""
    gp = int(of_kind(world, Kind.GP)[0])
    matter = kind == ItemKind.MATTER
    standard = {
        "key": [identity(f"item/{world.items.size + i}") for i in range(count)], "ccg": 0, "born": world.week,
        "body": body(world, BodyKind.GOVERNING_BODY), "work": 3000, "merit": 1.0, "prepared": 1.0,
        "originator": gp if matter else -1, "practice": world.people.practice[gp] if matter else -1,
    }  # fmt: skip
    return world.items.append(count, kind=kind, **(standard | values))
