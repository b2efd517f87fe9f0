"""Bodies (committees) and the seats on them, as the governance of a run describes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.core.tables import Column, Schema
from sim.settings.governance import APPOINTED, ELECTED, EXECUTIVE, LOCALITY, NEEDED, PRACTICE, Seats, how_many
from sim.settings.money import EXECUTIVES
from sim.settings.sites import Site
from sim.state.codes import BodyKind, Decides, Role, SeatKind, Work
from sim.state.world import World

NEVER = 1_000_000
"""Week in which nothing happens."""


def found(world: World) -> None:
    """Lay the bodies of every site: one of each that governance describes, and one locality a locality."""
    described = world.governance.bodies
    for ccg, site in enumerate(world.sites):
        count = localities(world, site)
        names = [name for name in described for _ in range(count if name == LOCALITY else 1)]
        numbers = iter(range(count))
        paths = [f"{site.name}/{name}" + (f"/{next(numbers):02d}" if name == LOCALITY else "") for name in names]
        bodies = [described[name] for name in names]
        limit = site.devolved_limit * 100 if site.devolved else 0
        laid = world.lay(
            "bodies",
            paths,
            kind=[BodyKind.__members__.get(name.upper(), BodyKind.COMMITTEE) for name in names],
            ccg=ccg,
            months_between=[body.months for body in bodies],
            week_of_month=[body.week for body in bodies],
            minutes=[body.minutes for body in bodies],
            work=[Work[body.work.upper()] for body in bodies],
            quorum=[body.quorum for body in bodies],
            conflicted_leave=[body.conflicted == "leave" for body in bodies],
            decides=[Decides[body.decides.upper()] for body in bodies],
            from_level=[body.from_level for body in bodies],
            limit=[limit * (body.decides == "local") for body in bodies],
        )
        by_name = dict(zip(names, laid.tolist(), strict=True))
        for name in NEEDED:
            world.ccgs[name][ccg] = by_name[name]
        for name, what in (("general_body", "all"), ("primary_care_body", "primary_care")):
            deciding = [row for body, row in zip(bodies, laid.tolist(), strict=True) if body.decides == what]
            world.ccgs[name][ccg] = deciding[0] if deciding else -1


def localities(world: World, site: Site) -> int:
    """Return how many localities a site has; -1 in its description asks for one to so many GPs."""
    if LOCALITY not in world.governance.bodies:
        return 0
    if site.localities >= 0:
        return site.localities
    gps = site.population / world.population.patients_a_gp
    return max(2, round(gps / world.governance.gps_a_locality))


BODIES = Schema(
    "bodies",
    "Committees of a CCG: executive group, governing body, member council, its localities, and whatever others "
    "governance describes.",
    (
        Column("key", "uint64", "-", "identity"),
        Column("kind", "int8", "code", "which body it is", codes=BodyKind),
        Column("ccg", "int64", "row", "CCG", of="ccgs"),
        Column("months_between", "int32", "months", "meets every so many months; 0 = every week"),
        Column("week_of_month", "int32", "-", "meets in the week of the month's first (0) to fourth (3) Monday"),
        Column("minutes", "int32", "minutes", "length of a meeting"),
        Column("work", "int8", "code", "kind of work that attending is", codes=Work),
        Column("quorum", "float64", "share", "part of the seats that must be filled in the room"),
        Column("conflicted_leave", "bool", "-", "GPs leave the room for delegated business of their own"),
        Column("decides", "int8", "code", "which business it decides", codes=Decides),
        Column("from_level", "int8", "level", "level of delegation from which it decides"),
        Column("limit", "int64", "pence", "largest matter it may decide itself; 0 = none"),
    ),
    found,
)


def found_seats(world: World) -> None:
    """Lay the seats of every site; those that others hold too lie after them."""
    for ccg in range(world.ccgs.size):
        for (body, block), seats in world.governance.all_seats():
            for row in _bodies(world, ccg, body):
                _lay(world, ccg, row, block, seats, world.governance.kind_of(body, block))
    council = np.flatnonzero((world.seats.practice >= 0) & (world.seats.follows < 0))
    world.practices.council_seat[world.seats.practice[council]] = council


def _bodies(world: World, ccg: int, name: str) -> list[int]:
    path = f"{world.sites[ccg].name}/{name}"
    if name != LOCALITY:
        return [world.row_of("bodies", path)]
    return [world.row_of("bodies", f"{path}/{i:02d}") for i in range(localities(world, world.sites[ccg]))]


def _lay(world: World, ccg: int, body: int, block: str, seats: Seats, kind: str) -> None:
    rows = list(_held(world, ccg, body, block, seats))
    paths = [f"{world.path_of('bodies', body)}/{block}/{row.pop('place')}" for row in rows]
    columns = {name: [row.get(name, -1) for row in rows] for name in ("practice", "slot", "follows")}
    world.lay(
        "seats",
        paths,
        body=body,
        ccg=ccg,
        kind=SeatKind[kind.upper()],
        role=Role[seats.role.upper()],
        elected=seats.who == ELECTED,
        minutes=round(60 * seats.paid_hours),
        **columns,
    )


def _held(world: World, ccg: int, body: int, block: str, seats: Seats) -> Iterator[dict[str, Any]]:
    """Yield the seats of one sort on a body: the place of each, and who holds it by right."""
    site = world.sites[ccg]
    if seats.who == EXECUTIVE:
        for rank in range(EXECUTIVES):
            yield {"place": f"{rank:02d}", "slot": world.row_of("slots", f"{site.name}/post/{rank:03d}")}
    elif seats.who == PRACTICE:
        for practice in np.flatnonzero(world.practices.ccg == ccg).tolist():
            yield {"place": world.path_of("practices", practice).rpartition("/")[2], "practice": practice}
    elif seats.follows:
        yield from _followers(world, ccg, body, seats)
    else:
        path = f"{world.path_of('bodies', body)}/{block}"
        for i in range(how_many(seats, site.population)):
            by_right = {"slot": world.row_of("slots", f"{path}/{i:02d}")} if seats.who == APPOINTED else {}
            yield {"place": f"{i:02d}", **by_right}


def _followers(world: World, ccg: int, body: int, seats: Seats) -> Iterator[dict[str, Any]]:
    assert seats.follows
    first = f"{world.sites[ccg].name}/{seats.follows[0]}/{seats.follows[1]}/"
    s, laid = world.seats, world.paths["seats"]
    rows = [row for row in np.flatnonzero(s.ccg == ccg).tolist() if laid[row].startswith(first)]
    if world.bodies.kind[body] == BodyKind.LOCALITY:
        rows = [row for row in rows if world.practices.locality[s.practice[row]] == body]
    for row in rows[: seats.count or None]:
        yield {"place": laid[row].rpartition("/")[2], "follows": row, "practice": int(s.practice[row])}


SEATS = Schema(
    "seats",
    "Places on bodies, elected, appointed or held by right.",
    (
        Column("key", "uint64", "-", "identity: body and place"),
        Column("body", "int64", "row", "body", of="bodies"),
        Column("ccg", "int64", "row", "CCG", of="ccgs"),
        Column("kind", "int8", "code", "what it is for", codes=SeatKind),
        Column("role", "int8", "code", "role in the CCG that comes with it", codes=Role),
        Column("elected", "bool", "-", "GPs stand for it, with a term of office"),
        Column("practice", "int64", "row", "practice represented; -1 otherwise", default=-1, of="practices"),
        Column("slot", "int64", "row", "post that holds the seat by right; -1 otherwise", default=-1, of="slots"),
        Column("follows", "int64", "row", "seat whose holder sits here too; -1 otherwise", default=-1, of="seats"),
        Column("minutes", "int32", "minutes/week", "paid CCG time in the arrangement"),
    ),
    found_seats,
)
