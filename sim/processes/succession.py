"""Seats: who holds them, terms of office, standing again, candidates, vacancies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Kind, Role
from sim.business.bodies import BodyKind, SeatKind, elected_seats
from sim.calendar import WEEKS_A_YEAR
from sim.luck import top_by_group
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World

NEVER = 1_000_000
ROLE_OF_SEAT = {
    SeatKind.CHAIR: Role.CHAIR,
    SeatKind.GP: Role.GOVERNING_BODY,
    SeatKind.LOCALITY_LEAD: Role.LOCALITY_LEAD,
    SeatKind.REPRESENTATIVE: Role.REPRESENTATIVE,
    SeatKind.EXECUTIVE: Role.EXECUTIVE,
}


@dataclass
class Succession(Process):
    """Fill the seats.

    Elections and appointments are held in the first week of a month. Founders are chosen on disposition: leaders by the
    top of ``kappa d + Gumbel``, a practice's representative likewise among its GPs with a weaker kappa. Terms end in
    2016 or 2017 (all of a CCG's together; in thirds over three years where terms are staggered). At term end a holder
    stands again with chance ``logistic(again + lift (x - x0) - burden x strain)``; strain also makes holders step down
    between terms. While seats are empty every eligible GP stands with a small chance,
    ``stands x exp(lift (x - x0)) x (unskilled + skills)``; who stands is ranked by ``lift x + skills + Gumbel``;
    a seat that nobody stands for stays empty, and its work falls on the rest. Losing an election is a kick.
    """

    name = "succession"
    reads = (
        "people.key", "people.present", "people.kind", "people.practice", "people.ccg", "people.engagement",
        "people.strain", "people.skills", "people.disposition", "people.opposed", "seats.key", "seats.body",
        "seats.ccg", "seats.kind", "seats.slot", "seats.follows", "seats.practice", "slots.person",
        "practices.locality", "bodies.kind", "ccgs.key", "ccgs.site",
    )  # fmt: skip
    writes = (
        "seats.person", "seats.term_end", "people.role", "people.on_governing_body", "people.kick_election",
        "ccgs.vacancy_load",
    )  # fmt: skip
    evidence = (
        "term_limits_expire_together", "staggered_terms", "few_successors", "uncontested_posts", "vacancies_cascade",
        "same_few_volunteer", "h15_term_end", "h15_staggered_terms", "c14_uncontested_roles",
        "small_tasks_grow_leaders",
    )  # fmt: skip

    terms: str = param(
        "as_reported", "-", "when first terms end", choices=("as_reported", "cliff", "staggered"),
        source="h15_term_end, h15_staggered_terms",
    )  # fmt: skip
    staggered_sites: str = param(
        "", "names", "sites with staggered terms, comma-separated (terms as_reported)",
        source="h15_staggered_terms: two of six, which is not said; varied over fitted vectors",
    )  # fmt: skip
    term_years: float = param(3, "years", "length of a term of office", low=1, high=10, source="usual in constitutions")
    kappa: float = param(
        1.5, "1/latent", "how much disposition counts in who founded the CCG as a leader", low=0, high=10,
        source="leaders are self-selected (c14_uncontested_roles)",
    )  # fmt: skip
    kappa_representative: float = param(
        0.7, "1/latent", "how much disposition counts in who represents a practice", low=0, high=10,
        source="some because no one else would",
    )  # fmt: skip
    again: float = param(
        1.0, "logit", "logit of standing again at the end of a term, at the reference and unstrained", low=-10, high=10,
        source="most who can stand again do",
    )  # fmt: skip
    lift: float = param(
        0.8, "1/latent", "how much more often the engaged stand, and stand again", low=0, high=5,
        source="the engaged stand",
    )  # fmt: skip
    burden: float = param(
        0.8, "logit/strain", "how much less often the strained stand again", low=0, high=5,
        source="overload_burnout",
    )  # fmt: skip
    reference: float = param(
        0.8, "latent", "engagement at which the chances to stand hold", low=-5, high=5,
        source="about the mean at the start",
    )  # fmt: skip
    stands: float = param(
        0.005, "share", "GPs who stand in a month in which a seat is empty", low=0, high=1,
        source="one or two in 65 are active at all (c14_active_gps_per_locality, few_successors)",
    )  # fmt: skip
    unskilled: float = param(
        0.5, "ratio", "added to skills", low=0, high=5,
        source="small_tasks_grow_leaders: who has no skill stands a third as often as who has all; size assumed",
    )  # fmt: skip
    late: float = param(
        0.5, "share", "CCGs whose first terms end in 2017 rather than 2016", low=0, high=1,
        source="h15_term_end: 2016 or 2017, either alike",
    )  # fmt: skip
    most_load: float = param(
        2, "ratio", "most work that leaders do for empty seats, beside their own", low=1, high=5,
        source="vacancies_cascade: nobody does the work of more than two",
    )  # fmt: skip
    steps_down: float = param(
        0.05, "1/year", "leaders who step down between terms, unstrained; doubles with each unit of strain",
        low=0, high=1,
        source="overload_burnout; size assumed",
    )  # fmt: skip
    election_kick: float = param(
        0.5, "latent", "engagement lost by standing and not getting the seat", low=0, high=3,
        source="losing an election hurts; size assumed",
    )  # fmt: skip

    def staggered(self) -> set[str]:
        """Return the names of the sites with staggered terms."""
        return {name.strip() for name in self.staggered_sites.split(",") if name.strip()}

    def start(self, world: World) -> None:
        seats, people = world.seats, world.people
        able = people.present & (people.kind == Kind.GP) & ~people.opposed
        score = self.kappa * people.disposition + world.luck.gumbel("succession.founders", 0, people.key)
        for kind in (SeatKind.CHAIR, SeatKind.GP, SeatKind.LOCALITY_LEAD):
            empty = np.flatnonzero(elected_seats(seats) & (seats.kind == kind))
            chosen = self._seat(world, empty, np.flatnonzero(able), score[able])
            able[chosen] = False
        self._roles(world)
        self._representatives(world, people.disposition)
        self._terms(world)
        self._follow(world)
        self._roles(world)

    def _terms(self, world: World) -> None:
        """Set when the founders' terms end."""
        seats, calendar, c = world.seats, world.calendar, world.ccgs
        gp_seat = elected_seats(seats)
        year = {y: calendar.week_of(calendar.start.replace(year=y, month=4, day=1)) for y in range(2015, 2019)}
        named = self.staggered()
        staggered = np.array([bool({world.sites[i].name, world.sites[i].original} & named) for i in c.site]) & (
            self.terms == "as_reported"
        )
        staggered |= self.terms == "staggered"
        late = (world.luck.uniform("succession.term", 0, c.key) < self.late) & (self.terms == "as_reported")
        together = np.where(late, year[2017], year[2016])[seats.ccg]
        third = np.floor(3 * world.luck.uniform("succession.third", 0, seats.key)).astype(np.int64)
        in_turn = np.array([year[2015], year[2016], year[2017]])[third]
        seats.term_end[:] = np.where(gp_seat, np.where(staggered[seats.ccg], in_turn, together), NEVER)

    def step(self, world: World) -> None:
        people, seats = world.people, world.seats
        people.kick_election[:] = 0.0
        gone = (seats.person >= 0) & ~people.present[seats.person]
        seats.person[gone] = -1
        new_month = world.calendar.week_of_month(world.week) == 0
        if new_month:
            elected = elected_seats(seats)
            self._leave(world, np.flatnonzero(elected & (seats.person >= 0)))
            empty = np.flatnonzero(elected & (seats.person < 0))
            if empty.size:
                self._elect(world, empty)
            self._representatives(world, people.engagement)
        if new_month or gone.any():
            self._follow(world)
            self._roles(world)

    def _leave(self, world: World, held: NDArray[np.int64]) -> None:
        """Vacate the seats of those whose term ends and who do not stand again, and of those who step down."""
        people, seats, luck, week = world.people, world.seats, world.luck, world.week
        holder = seats.person[held]
        x, strain, key = people.engagement[holder], people.strain[holder], people.key[holder]
        over = seats.term_end[held] <= week
        again = 1 / (1 + np.exp(-(self.again + self.lift * (x - self.reference) - self.burden * strain)))
        stands_again = over & (luck.uniform("succession.again", week, key) < again)
        hazard = 1 - (1 - self.steps_down) ** (2.0**strain / 12)
        tired = ~over & (luck.uniform("succession.tired", week, key) < hazard)
        ends = (over & ~stands_again) | tired
        seats.term_end[held[over]] = week + round(self.term_years * WEEKS_A_YEAR)
        for kind, which in (("stood_down", ends), ("re_elected", stands_again)):
            rows = held[which]
            world.events.add(kind, week, ccg=seats.ccg[rows], person=holder[which], body=seats.body[rows])
        seats.person[held[ends]] = -1

    def _elect(self, world: World, empty: NDArray[np.int64]) -> None:
        """Hold by-elections for the empty seats; candidates are ranked in each constituency, and the rest lose."""
        people, seats, luck, week = world.people, world.seats, world.luck, world.week
        able = np.flatnonzero(
            people.present & (people.kind == Kind.GP) & ~people.opposed & (people.role < Role.LOCALITY_LEAD)
        )
        lifted = np.exp(self.lift * (people.engagement[able] - self.reference)) * (self.unskilled + people.skills[able])
        stands = able[luck.uniform("succession.stands", week, people.key[able]) < self.stands * lifted]
        score = self.lift * people.engagement[stands] + people.skills[stands]
        score += luck.gumbel("succession.ballot", week, people.key[stands])
        lead = seats.kind[empty] == SeatKind.LOCALITY_LEAD
        for some in (empty[~lead], empty[lead]):
            if not (some.size and stands.size):
                continue
            won = self._seat(world, some, stands, score)
            filled = some[seats.person[some] >= 0]
            seats.term_end[filled] = week + round(self.term_years * WEEKS_A_YEAR)
            world.events.add(
                "elected", week, ccg=seats.ccg[filled], person=seats.person[filled], body=seats.body[filled]
            )
            stood = np.isin(self._electorate(world, some, stands), self._constituency(world, some))
            lost = stands[stood & ~np.isin(stands, won)]
            people.kick_election[lost] = -self.election_kick
            world.events.add("lost_election", week, ccg=people.ccg[lost], person=lost)
            stays = ~np.isin(stands, won)
            stands, score = stands[stays], score[stays]

    def _constituency(self, world: World, seats: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return who elects each seat: the locality for its lead, otherwise the whole CCG (numbered by body)."""
        table = world.seats
        lead = table.kind[seats] == SeatKind.LOCALITY_LEAD
        return np.where(lead, table.body[seats], -2 - table.ccg[seats])

    def _electorate(self, world: World, seats: NDArray[np.int64], who: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the constituency in which some people could stand for seats of this kind; -1 for none."""
        people = world.people
        if world.seats.kind[seats[0]] == SeatKind.LOCALITY_LEAD:
            result: NDArray[np.int64] = world.practices.locality[people.practice[who]]
            return result
        return -2 - people.ccg[who]

    def _seat(
        self, world: World, empty: NDArray[np.int64], stands: NDArray[np.int64], score: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Fill empty seats of one kind with the best-ranked of each constituency; return who won."""
        if not empty.size:
            return empty
        names, seat_group = np.unique(self._constituency(world, empty), return_inverse=True)
        home = self._electorate(world, empty, stands)
        inside = np.minimum(np.searchsorted(names, home), names.size - 1)
        group = np.where(names[inside] == home, inside, -1)
        chosen = top_by_group(score, group, np.bincount(seat_group, minlength=names.size))
        got = group[chosen]
        rank = np.arange(got.size) - np.searchsorted(got, got)
        order = np.argsort(seat_group, kind="stable")
        world.seats.person[empty[order[np.searchsorted(seat_group[order], got) + rank]]] = stands[chosen]
        return stands[chosen]

    def _representatives(self, world: World, leaning: NDArray[np.float64]) -> None:
        """Give every practice without one a representative, preferring GPs who hold no other office."""
        people, seats = world.people, world.seats
        empty = np.flatnonzero((seats.kind == SeatKind.REPRESENTATIVE) & (seats.follows < 0) & (seats.person < 0))
        if not empty.size:
            return
        wanted = np.full(world.practices.size + 1, -1)
        wanted[seats.practice[empty]] = empty
        gps = np.flatnonzero(people.present & (people.kind == Kind.GP) & (wanted[people.practice] >= 0))
        score = self.kappa_representative * leaning[gps]
        score += world.luck.gumbel("succession.representative", world.week, people.key[gps])
        score -= 100.0 * (people.role[gps] >= Role.LOCALITY_LEAD) + 50.0 * people.opposed[gps]
        chosen = gps[top_by_group(score, people.practice[gps], 1)]
        seats.person[wanted[people.practice[chosen]]] = chosen

    def _follow(self, world: World) -> None:
        """Seats held by right of a post or of another seat."""
        seats = world.seats
        by_post = seats.slot >= 0
        seats.person[by_post] = world.slots.person[seats.slot[by_post]]
        by_seat = seats.follows >= 0
        seats.person[by_seat] = seats.person[seats.follows[by_seat]]

    def _roles(self, world: World) -> None:
        """Derive roles, membership of governing bodies and the load that vacancies leave."""
        people, seats, c = world.people, world.seats, world.ccgs
        people.role[:] = np.where(people.kind == Kind.MANAGER, Role.MANAGER, Role.NONE)
        held = seats.person >= 0
        for seat_kind in (
            SeatKind.REPRESENTATIVE,
            SeatKind.LOCALITY_LEAD,
            SeatKind.GP,
            SeatKind.CHAIR,
            SeatKind.EXECUTIVE,
        ):
            rows = held & (seats.kind == seat_kind)
            people.role[seats.person[rows]] = ROLE_OF_SEAT[seat_kind]
        people.on_governing_body[:] = False
        board = held & (world.bodies.kind[seats.body] == BodyKind.GOVERNING_BODY)
        people.on_governing_body[seats.person[board]] = True
        gp_seat = elected_seats(seats)
        all_seats = np.bincount(seats.ccg, gp_seat, c.size)
        filled = np.bincount(seats.ccg, gp_seat & held, c.size)
        c.vacancy_load[:] = np.clip(all_seats / np.maximum(filled, 1), 1, self.most_load)
