"""Building a place: CCGs, practices, bodies, seats, posts and the people who fill them.

Site figures fix the totals (population, practices); list sizes spread within a site as in England, and GPs follow
lists. Rows are laid in the order of their identities, whatever the order in a configuration.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.core.luck import combine, identity
from sim.core.ties import Edges
from sim.settings.governance import Governance
from sim.settings.money import POST_MINUTES
from sim.settings.population import Population
from sim.settings.sites import Site
from sim.state.bodies import BodyKind, SeatKind
from sim.state.ledger import DRIVERS, PULLS, at_rest
from sim.state.people import Kind, PracticeRole
from sim.state.world import World

T = TypeVar("T", int, NDArray[np.int64])
EXECUTIVES = 3
"""Accountable, finance and operating officer (m18_pccc_votes_by_role); their cost is in fixed governance."""
FULL_ALLOWANCE = 2500
"""Pence a head a year with which CCGs began (c14_ccg_running_cost)."""
CHEAPEST_POST = 5_000_000
"""Pence a year: the least that ``running_costs.post_pounds`` may be."""
LONG_AGO = -260
"""Week in which the founders came: they knew the PCT for five years."""
_PULLED = [DRIVERS.index(pull) for pull in PULLS]


def most_posts(population: T) -> T:
    """Return how many posts a CCG for so many people has at most: those of an allowance that goes into staff alone."""
    return population * FULL_ALLOWANCE // CHEAPEST_POST + EXECUTIVES


def build_places(world: World, sites: list[Site], g: Governance, p: Population, devolution: str) -> None:
    """Fill the tables of CCGs, area teams, practices, bodies, seats and slots.

    Args:
        world: an empty world.
        sites: the CCGs, sorted by name.
        g: governance.
        p: how lists spread.
        devolution: ``as_reported`` or ``none``.
    """
    world.sites = sites
    world.paths = {t: [] for t in ("slots", "practices", "ccgs", "area_teams")}
    for number, site in enumerate(sites):
        _Builder(world, site, number, g, p, site.devolved and devolution == "as_reported").build()


class _Builder:
    """Lays the rows of one site."""

    def __init__(self, world: World, site: Site, number: int, g: Governance, p: Population, devolved: bool) -> None:
        self.world, self.site, self.number, self.g, self.p, self.devolved = (
            world,
            site,
            number,
            g,
            p,
            devolved,
        )
        self.seats: list[dict[str, int]] = []
        self.slots: list[dict[str, int]] = []

    def build(self) -> None:
        w, site = self.world, self.site
        ccg = self.ccg = int(
            w.ccgs.append(
                1,
                key=identity(f"{site.name}/ccg"),
                site=self.number,
                population=site.population,
                devolved=self.devolved,
            )[0]
        )
        w.paths["ccgs"].append(f"{site.name}/ccg")
        w.area_teams.append(1, key=identity(f"{site.name}/area_team"), ccg=ccg)
        w.paths["area_teams"].append(f"{site.name}/area_team")
        self._bodies()
        self._board_and_posts()
        self._practices()
        for table, rows in ((w.seats, self.seats), (w.slots, self.slots)):
            names = {name for row in rows for name in row}
            blank = {name: table.columns[name].default for name in names}
            table.append(len(rows), **{name: [row.get(name, blank[name]) for row in rows] for name in names})
        self._demand()

    def _body(self, kind: BodyKind, name: str, months: int, week: int, minutes: float, limit: int = 0) -> int:
        key = identity(f"{self.site.name}/{name}")
        return int(
            self.world.bodies.append(
                1,
                key=key,
                kind=kind,
                ccg=self.ccg,
                months_between=months,
                week_of_month=week,
                minutes=minutes,
                limit=limit,
            )[0]
        )

    def _seat(self, body: int, kind: SeatKind, place: str, hours: float = 0.0, **where: int) -> int:
        key = identity(f"{self.site.name}/seat/{body - self.executive}/{place}")
        self.seats.append(
            {"key": key, "body": body, "ccg": self.ccg, "kind": kind, "minutes": round(60 * hours), **where}
        )
        return self.world.seats.size + len(self.seats) - 1

    def _slot(self, path: str, kind: Kind, hours: float, role: PracticeRole = PracticeRole.NONE, **where: int) -> int:
        full = f"{self.site.name}/{path}"
        self.world.paths["slots"].append(full)
        slot = {"key": identity(full), "kind": kind, "practice_role": role, "ccg": self.ccg}
        self.slots.append({**slot, "contract": round(60 * hours), **where})
        return self.world.slots.size + len(self.slots) - 1

    def _bodies(self) -> None:
        g, site, w = self.g, self.site, self.world
        self.executive = self._body(BodyKind.EXECUTIVE_GROUP, "executive_group", 0, 0, g.executive_minutes)
        self.board = self._body(BodyKind.GOVERNING_BODY, "governing_body", 1, 3, g.governing_body_minutes)
        self.council = self._body(BodyKind.MEMBER_COUNCIL, "member_council", g.council_months, 1, g.council_minutes)
        count = site.localities
        if count < 0:
            count = max(2, round(site.population / 1583 / g.gps_a_locality))
        limit = site.devolved_limit * 100 if self.devolved else 0
        self.localities = [
            self._body(BodyKind.LOCALITY, f"locality/{i:02d}", 1, 0, g.locality_minutes, limit) for i in range(count)
        ]
        for column, body in (("governing_body", self.board), ("executive_group", self.executive),
                             ("member_council", self.council)):  # fmt: skip
            w.ccgs[column][self.ccg] = body

    def _board_and_posts(self) -> None:
        g, p, site = self.g, self.p, self.site
        gps = g.governing_body_gps + (site.population >= 300_000)
        chair = self._seat(self.board, SeatKind.CHAIR, "chair", g.chair_hours)
        self._seat(self.executive, SeatKind.CHAIR, "chair", follows=chair)
        for i in range(1, gps):
            seat = self._seat(self.board, SeatKind.GP, f"gp/{i:02d}", g.governing_body_hours)
            if i == 1:
                self._seat(self.executive, SeatKind.GP, f"gp/{i:02d}", follows=seat)
        others = [(SeatKind.LAY, Kind.LAY_MEMBER, f"lay_member/{i}") for i in range(g.lay_members)]
        others += [
            (SeatKind.NURSE, Kind.NURSE, "nurse"),
            (SeatKind.CONSULTANT, Kind.CONSULTANT, "consultant"),
        ]
        for seat_kind, kind, path in sorted(others, key=lambda o: o[2]):
            role = PracticeRole.NONE if kind == Kind.CONSULTANT else PracticeRole.OTHER
            slot = self._slot(path, kind, p.other_hours, role)
            self._seat(self.board, seat_kind, path, slot=slot)
        for rank in range(most_posts(site.population)):
            slot = self._slot(f"post/{rank:03d}", Kind.MANAGER, POST_MINUTES / 60, post_rank=rank)
            if rank < EXECUTIVES:
                self._seat(self.board, SeatKind.EXECUTIVE, f"executive/{rank}", slot=slot)
                self._seat(self.executive, SeatKind.EXECUTIVE, f"executive/{rank}", slot=slot)

    def _practices(self) -> None:
        g, p, site, w = self.g, self.p, self.site, self.world
        paths = [f"{site.name}/practice/{i:03d}" for i in range(site.practices)]
        keys = np.array([identity(x) for x in paths], dtype=np.uint64)
        size = np.exp(p.list_spread * w.luck.normal("place.list", 0, keys))
        size *= site.population / size.sum()
        gps = np.exp(p.gps_intercept + p.gps_slope * np.log(size) + p.gps_spread * w.luck.normal("place.gps", 0, keys))
        gps = np.maximum(1, np.rint(gps)).astype(np.int64)
        locality = np.full(site.practices, -1)
        if self.localities:
            locality = np.asarray(self.localities)[np.arange(site.practices) * len(self.localities) // site.practices]
        rows = w.practices.append(site.practices, key=keys, ccg=self.ccg, locality=locality, list_size=size)
        w.paths["practices"].extend(paths)
        for body in self.localities:
            self._seat(body, SeatKind.LOCALITY_LEAD, "lead", g.locality_lead_hours)
        for i, row in enumerate(rows):
            self._practice(int(row), paths[i], int(gps[i]), int(locality[i]))

    def _demand(self) -> None:
        """Staff each practice for its list, with a spread; so demand starts near capacity everywhere."""
        p, w = self.p, self.world
        rows = np.flatnonzero(w.practices.ccg == self.ccg)
        gp = w.slots.kind == Kind.GP
        minutes = np.bincount(w.slots.practice[gp], w.slots.contract[gp].astype(float), w.practices.size)[rows]
        use = p.utilisation + p.utilisation_spread * w.luck.normal("place.utilisation", 0, w.practices.key[rows])
        w.practices.demand_per_patient[rows] = use * minutes / w.practices.list_size[rows]

    def _practice(self, row: int, path: str, gps: int, locality: int) -> None:
        p, w = self.p, self.world
        inner = path.partition("/")[2]
        places = np.array([identity(f"{path}/gp/{i:02d}") for i in range(gps)], dtype=np.uint64)
        partner = w.luck.uniform("place.principal", 0, places) < p.principals
        partner[0] = True  # someone holds the contract
        for i in range(gps):
            role, hours = (
                (PracticeRole.PRINCIPAL, p.principal_hours) if partner[i] else (PracticeRole.SALARIED, p.salaried_hours)
            )
            self._slot(f"{inner}/gp/{i:02d}", Kind.GP, hours, role, practice=row)
        self._slot(f"{inner}/manager", Kind.PRACTICE_MANAGER, p.practice_manager_hours, PracticeRole.PRACTICE_MANAGER,
                   practice=row)  # fmt: skip
        seat = self._seat(self.council, SeatKind.REPRESENTATIVE, inner, self.g.representative_hours, practice=row)
        w.practices.council_seat[row] = seat
        if locality >= 0:
            self._seat(locality, SeatKind.REPRESENTATIVE, inner, practice=row, follows=seat)


def new_people(
    world: World,
    slots: NDArray[np.int64],
    generation: NDArray[np.int64],
    joined: int,
    **beginnings: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Append one person for each slot and return their rows, shape (k,).

    Their engagement starts where disposition and the pulls among ``beginnings`` hold it.

    Args:
        world: the world; ``slots.person`` is set by the caller.
        slots: rows of the slots to fill, shape (k,).
        generation: how many held each before, shape (k,).
        joined: week in which they come.
        beginnings: other columns of the new rows, such as ``informed`` or ``pull_informed``, shape (k,).
    """
    s, luck, p = world.slots, world.luck, world.population
    key = combine(s.key[slots], generation.astype(np.uint64))
    kind, practice, role = s.kind[slots], s.practice[slots], s.practice_role[slots]
    d = p.disposition_person * luck.normal("person.disposition", 0, key)
    shared = p.disposition_ccg * luck.normal("ccg.disposition", 0, world.ccgs.key[s.ccg[slots]])
    shared += p.disposition_practice * luck.normal("practice.disposition", 0, world.practices.key[practice])
    d += np.where(practice >= 0, shared, p.staff_shift)
    d += p.salaried_shift * (role == PracticeRole.SALARIED) + p.practice_manager_shift * (kind == Kind.PRACTICE_MANAGER)
    opposed = (kind == Kind.GP) & (luck.uniform("person.opposed", 0, key) < p.opposed_share)
    d += p.opposed_shift * opposed
    pulls = {name.removeprefix("pull_"): v for name, v in beginnings.items() if name.startswith("pull_")}
    components = at_rest(d, pulls)
    return world.people.append(
        slots.size, key=key, slot=slots, generation=generation, kind=kind, practice_role=role, ccg=s.ccg[slots],
        practice=practice, contract=s.contract[slots], disposition=d, opposed=opposed, present=True, joined=joined,
        components=components, engagement=components[:, -1], last_pulls=components[:, _PULLED], **beginnings,
    )  # fmt: skip


def informal_ties(world: World, p: Population) -> Edges:
    """Return informal ties among the GPs of each CCG.

    Each GP picks half of ``ties_each`` others, weighted so that a share ``ties_local`` is expected in the own
    locality; whoever is picked is tied back. Choices rank keyed Gumbels of the pair, so they depend on the two alone.
    """
    people, picks = world.people, round(p.ties_each / 2)
    locality = np.where(people.practice >= 0, world.practices.locality[people.practice], -1)
    found: list[NDArray[np.int64]] = []
    for ccg in range(world.ccgs.size):
        rows = np.flatnonzero((people.kind == Kind.GP) & (people.ccg == ccg) & people.present)
        n = rows.size
        if n < 2 or not picks:
            continue
        key, home = people.key[rows], locality[rows]
        pair = combine(np.repeat(key, n), np.tile(key, n))
        score = world.luck.gumbel("place.ties", 0, pair).reshape(n, n)
        near = (home[:, None] == home[None, :]) & (home[:, None] >= 0)
        near_count = np.maximum(near.sum(axis=1, keepdims=True) - 1, 1)
        far_count = np.maximum(n - 1 - near_count, 1)
        weight = np.where(near, p.ties_local / near_count, (1 - p.ties_local) / far_count)
        score += np.log(np.maximum(weight, 1e-12))
        same = people.practice[rows]
        score[same[:, None] == same[None, :]] = -np.inf  # colleagues are tied anyway
        best = np.argpartition(-score, min(picks, n - 1), axis=1)[:, :picks]
        chooser, chosen = np.nonzero(np.isfinite(np.take_along_axis(score, best, axis=1)))
        ends = np.sort(np.stack([rows[chooser], rows[best[chooser, chosen]]], axis=1), axis=1)
        found.append(np.unique(ends, axis=0))
    edges = np.concatenate(found) if found else np.zeros((0, 2), np.int64)
    return Edges(edges[:, 0], edges[:, 1], np.ones(len(edges)))


def populate(world: World) -> None:
    """Fill every place in a practice, every board seat held by right and every funded post, and tie the GPs."""
    slots = world.slots
    funded = np.flatnonzero((slots.post_rank < 0) | (slots.post_rank < world.ccgs.posts[slots.ccg]))
    rows = new_people(world, funded, np.zeros(funded.size, dtype=np.int64), LONG_AGO)
    slots.person[funded] = rows
    slots.last[funded] = rows
    world.ties.edges["informal"] = informal_ties(world, world.population)
