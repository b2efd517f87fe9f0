"""Bodies (committees) and the seats on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.tables import Column, Schema
from sim.settings.money import EXECUTIVES
from sim.state.codes import ELECTED, BodyKind, SeatKind
from sim.state.slots import BOARD
from sim.state.world import World

NEVER = 1_000_000


def found(world: World) -> None:
    """Lay the bodies of every site: executive group, governing body, member council, and its localities."""
    g = world.governance
    for ccg, site in enumerate(world.sites):
        count = site.localities
        if count < 0:
            count = max(2, round(site.population / 1583 / g.gps_a_locality))
        rows: list[tuple[str, BodyKind, int, int, float]] = [
            ("executive_group", BodyKind.EXECUTIVE_GROUP, 0, 0, g.executive_minutes),
            ("governing_body", BodyKind.GOVERNING_BODY, 1, 3, g.governing_body_minutes),
            ("member_council", BodyKind.MEMBER_COUNCIL, g.council_months, 1, g.council_minutes),
            *((f"locality/{i:02d}", BodyKind.LOCALITY, 1, 0, g.locality_minutes) for i in range(count)),
        ]
        names, kinds, months, weeks, minutes = zip(*rows, strict=True)
        limit = site.devolved_limit * 100 if site.devolved else 0
        laid = world.lay(
            "bodies",
            [f"{site.name}/{name}" for name in names],
            kind=kinds,
            ccg=ccg,
            months_between=months,
            week_of_month=weeks,
            minutes=minutes,
            limit=[limit * (kind == BodyKind.LOCALITY) for kind in kinds],
        )
        for column, body in zip(("executive_group", "governing_body", "member_council"), laid, strict=False):
            world.ccgs[column][ccg] = body


BODIES = Schema(
    "bodies",
    "Each CCG has an executive group, a governing body and a member council; most have localities.",
    (
        Column("key", "uint64", "-", "identity"),
        Column("kind", "int8", "code", "which body it is", codes=BodyKind),
        Column("ccg", "int64", "row", "CCG", of="ccgs"),
        Column("months_between", "int32", "months", "meets every so many months; 0 = every week"),
        Column("week_of_month", "int32", "-", "meets in the week of the month's first (0) to fourth (3) Monday"),
        Column("minutes", "int32", "minutes", "length of a meeting"),
        Column("limit", "int64", "pence", "largest matter it may decide itself; 0 = none"),
    ),
    found,
)


class _Seats:
    """Lays the seats of one site."""

    def __init__(self, world: World, ccg: int) -> None:
        self.world, self.ccg, self.site = world, ccg, world.sites[ccg]
        self.first = int(world.ccgs.executive_group[ccg])
        self.paths: list[str] = []
        self.rows: list[dict[str, Any]] = []

    def add(self, body: int, kind: SeatKind, place: str, hours: float = 0.0, **where: int) -> int:
        """Add a seat and return its row."""
        self.paths.append(f"{self.site.name}/seat/{body - self.first}/{place}")
        self.rows.append({"body": body, "kind": kind, "minutes": round(60 * hours), **where})
        return int(self.world.seats.size) + len(self.rows) - 1

    def board(self) -> None:
        """Add the seats of governing body and executive group."""
        g, site, board, executive = self.world.governance, self.site, self.first + 1, self.first
        gps = g.governing_body_gps + (site.population >= 300_000)
        chair = self.add(board, SeatKind.CHAIR, "chair", g.chair_hours)
        self.add(executive, SeatKind.CHAIR, "chair", follows=chair)
        for i in range(1, gps):
            seat = self.add(board, SeatKind.GP, f"gp/{i:02d}", g.governing_body_hours)
            if i == 1:
                self.add(executive, SeatKind.GP, f"gp/{i:02d}", follows=seat)
        kinds = {"nurse": SeatKind.NURSE, "consultant": SeatKind.CONSULTANT}
        places = [*(f"lay_member/{i}" for i in range(g.lay_members)), *(name for name, _, _ in BOARD)]
        for place in sorted(places):
            slot = self.world.row_of("slots", f"{site.name}/{place}")
            self.add(board, kinds.get(place, SeatKind.LAY), place, slot=slot)
        for rank in range(EXECUTIVES):
            slot = self.world.row_of("slots", f"{site.name}/post/{rank:03d}")
            for body in (board, executive):
                self.add(body, SeatKind.EXECUTIVE, f"executive/{rank}", slot=slot)

    def members(self) -> None:
        """Add the seats of localities and member council."""
        w, g = self.world, self.world.governance
        for body in np.flatnonzero((w.bodies.ccg == self.ccg) & (w.bodies.kind == BodyKind.LOCALITY)).tolist():
            self.add(body, SeatKind.LOCALITY_LEAD, "lead", g.locality_lead_hours)
        for practice in np.flatnonzero(w.practices.ccg == self.ccg).tolist():
            place = w.path_of("practices", practice).partition("/")[2]
            seat = self.add(self.first + 2, SeatKind.REPRESENTATIVE, place, g.representative_hours, practice=practice)
            w.practices.council_seat[practice] = seat
            if (locality := int(w.practices.locality[practice])) >= 0:
                self.add(locality, SeatKind.REPRESENTATIVE, place, practice=practice, follows=seat)


def found_seats(world: World) -> None:
    """Lay the seats of every site."""
    for ccg in range(world.ccgs.size):
        seats = _Seats(world, ccg)
        seats.board()
        seats.members()
        columns = {name: [row[name] for row in seats.rows] for name in ("body", "kind", "minutes")}
        columns |= {name: [row.get(name, -1) for row in seats.rows] for name in ("practice", "slot", "follows")}
        world.lay("seats", seats.paths, ccg=ccg, **columns)


SEATS = Schema(
    "seats",
    "Places on bodies, elected, appointed or held by right.",
    (
        Column("key", "uint64", "-", "identity: committee and place"),
        Column("body", "int64", "row", "body", of="bodies"),
        Column("ccg", "int64", "row", "CCG", of="ccgs"),
        Column("kind", "int8", "code", "what it is for", codes=SeatKind),
        Column("practice", "int64", "row", "practice represented; -1 otherwise", default=-1, of="practices"),
        Column("slot", "int64", "row", "post that holds the seat by right; -1 otherwise", default=-1, of="slots"),
        Column("follows", "int64", "row", "seat whose holder sits here too; -1 otherwise", default=-1, of="seats"),
        Column("minutes", "int32", "minutes/week", "paid CCG time in the arrangement"),
    ),
    found_seats,
)


def elected_seats(seats: Any) -> NDArray[np.bool_]:
    """Return which seats GPs stand for, with a term of office: chair, governing-body GPs and locality leads."""
    result: NDArray[np.bool_] = ELECTED[seats.kind] & (seats.follows < 0)
    return result
