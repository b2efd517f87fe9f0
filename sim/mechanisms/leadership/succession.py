"""Seats: who holds them, terms of office, standing again, candidates, vacancies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.codes import by
from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import RARE, Direction
from sim.mechanisms.leadership.ballots import elect
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.bodies import NEVER
from sim.state.codes import LEADS, BodyKind, Kind, Role, SeatKind
from sim.state.events import Event
from sim.state.people import rows_of

FILLED = by(SeatKind, chair=1, gp=2, locality_lead=3)
"""Order in which the founders' seats are filled: chairs, the others on governing bodies, those who lead localities."""
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


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
    columns = {
        "people": (
            Column("role", "int8", "code", "highest role held in the CCG", codes=Role),
            Column("on_governing_body", "bool", "-", "holds a seat on the governing body"),
        ),
        "ccgs": (Column("vacancy_load", "float64", "ratio", "leadership seats over those filled", default=1.0),),
        "seats": (
            Column("person", "int64", "row", "holder; -1 vacant", default=-1, of="people"),
            Column("term_end", "int64", "week", "week in which the term ends", default=1000000),
        ),
    }
    reads = {
        "people": "key present kind practice ccg engagement strain skills disposition opposed",
        "seats": "key body ccg kind role elected slot follows",
        "slots": "person",
        "practices": "locality council_seat",
        "bodies": "kind",
        "ccgs": "key site",
    }
    writes = {"people": "kick_election"}
    events = (
        Event("stood_down", ("seats.person",), "{person} stood down from {body}"),
        Event("re_elected", ("seats.term_end",), "{person} was re-elected to {body}"),
        Event("elected", ("seats.person", "seats.term_end"), "{person} was elected to {body}"),
        Event("lost_election", ("people.kick_election",), "{person} stood for a seat and lost"),
    )
    evidence = (
        "term_limits_expire_together",
        "staggered_terms",
        "few_successors",
        "uncontested_posts",
        "vacancies_cascade",
        "same_few_volunteer",
        "h15_term_end",
        "h15_staggered_terms",
        "c14_uncontested_roles",
        "small_tasks_grow_leaders",
    )
    directions = (
        Direction(
            "diaries.governing_body_asked_hours",
            None,
            32,
            "leaders who give up their seat",
            +1,
            "overload_burnout.leader_exit",
            "overload makes the role unsustainable",
            six_sites_only=RARE,
        ),
        Direction(
            "development.gain",
            0.0,
            None,
            "leaders who give up their seat",
            -1,
            "support_builds_leaders.leader_exit",
            "leaders who are trained stay",
            six_sites_only=RARE,
        ),
        Direction(
            "succession.terms",
            "cliff",
            "staggered",
            "leaders who give up their seat, worst year",
            -1,
            "staggered_terms.stability",
            "terms that end in turn spread the loss over years",
            since="co_commissioning",
            six_sites_only="first terms end after the short run",
        ),
        Direction(
            "succession.stands",
            0.0005,
            None,
            "empty seats",
            -1,
            "few_successors.leader_supply",
            "more of those who could follow stand",
            away=True,
        ),
        Direction(
            "succession.stands",
            None,
            0.03,
            "engagement from elections lost, GPs",
            -1,
            "uncontested_posts.selection",
            "where several stand, some lose; that losing hurts is an assumption",
            away=True,
            six_sites_only="seats fall empty too seldom in a short run of two tiny sites",
        ),
    )

    terms: str = param(
        "as_reported",
        "-",
        "when first terms end",
        choices=("as_reported", "cliff", "staggered"),
        source="h15_term_end, h15_staggered_terms",
    )
    staggered_sites: str = param(
        "",
        "names",
        "sites with staggered terms, comma-separated (terms as_reported)",
        source="h15_staggered_terms: two of six, which is not said; varied over fitted vectors",
    )
    term_years: float = param(3, "years", "length of a term of office", within=(1, 10), source="usual in constitutions")
    kappa: float = param(
        1.5,
        "1/latent",
        "how much disposition counts in who founded the CCG as a leader",
        within=(0, 10),
        source="leaders are self-selected (c14_uncontested_roles)",
    )
    kappa_representative: float = param(
        0.7,
        "1/latent",
        "how much disposition counts in who represents a practice",
        within=(0, 10),
        source="some because no one else would",
    )
    again: float = param(
        1.0,
        "logit",
        "logit of standing again at the end of a term, at the reference and unstrained",
        within=(-10, 10),
        source="most who can stand again do",
    )
    lift: float = param(
        0.8,
        "1/latent",
        "how much more often the engaged stand, and stand again",
        within=(0, 5),
        source="the engaged stand",
    )
    burden: float = param(
        0.8, "logit/strain", "how much less often the strained stand again", within=(0, 5), source="overload_burnout"
    )
    reference: float = param(
        0.8,
        "latent",
        "engagement at which the chances to stand hold",
        within=(-5, 5),
        source="about the mean at the start",
    )
    stands: float = param(
        0.005,
        "share",
        "GPs who stand in a month in which a seat is empty",
        source="one or two in 65 are active at all (c14_active_gps_per_locality, few_successors)",
    )
    unskilled: float = param(
        0.5,
        "ratio",
        "added to skills",
        within=(0, 5),
        source="small_tasks_grow_leaders: who has no skill stands a third as often as who has all; size assumed",
    )
    late: float = param(
        0.5,
        "share",
        "CCGs whose first terms end in 2017 rather than 2016",
        source="h15_term_end: 2016 or 2017, either alike",
    )
    most_load: float = param(
        2,
        "ratio",
        "most work that leaders do for empty seats, beside their own",
        within=(1, 5),
        source="vacancies_cascade: nobody does the work of more than two",
    )
    steps_down: float = param(
        0.05,
        "1/year",
        "leaders who step down between terms, unstrained; doubles with each unit of strain",
        within=(0, 1),
        source="overload_burnout; size assumed",
    )
    election_kick: float = param(
        0.5,
        "latent",
        "engagement lost by standing and not getting the seat",
        within=(0, 3),
        source="losing an election hurts; size assumed",
    )

    def staggered(self) -> set[str]:
        """Return the names of the sites with staggered terms."""
        return {name.strip() for name in self.staggered_sites.split(",") if name.strip()}

    def start(self, world: View) -> None:
        seats, people = world.seats, world.people
        elected = np.flatnonzero(seats.elected)
        chairs_first = elected[np.argsort(FILLED[seats.kind[elected]], kind="stable")]
        gps = rows_of(people, Kind.GP)
        able = gps[~people.opposed[gps]]
        score = self.kappa * people.disposition[able]
        score += world.luck.gumbel("succession.founders", 0, people.key[able])
        elect(people, world.practices, world.bodies, seats, chairs_first, able, score)
        self._take_office(world)
        self._representatives(world, people.disposition)
        self._terms(world)
        self._take_office(world)

    def _terms(self, world: View) -> None:
        """Set when the founders' terms end."""
        seats, calendar, c = world.seats, world.calendar, world.ccgs
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
        seats.term_end[:] = np.where(seats.elected, np.where(staggered[seats.ccg], in_turn, together), NEVER)

    def step(self, world: View) -> None:
        people, seats = world.people, world.seats
        people.kick_election[:] = 0.0
        new_month = world.calendar.week_of_month(world.week) == 0
        somebody_left = vacate(people, seats)
        if new_month:
            self._leave(world, np.flatnonzero(seats.elected & (seats.person >= 0)))
            self._by_elections(world, np.flatnonzero(seats.elected & (seats.person < 0)))
            self._representatives(world, people.engagement)
        if new_month or somebody_left:
            self._take_office(world)

    def _leave(self, world: View, held: Whole) -> None:
        """Vacate the seats of those who step down, and of those whose term ends and who do not stand again."""
        people, seats, luck, week = world.people, world.seats, world.luck, world.week
        holder = seats.person[held]
        hazard = 1 - (1 - self.steps_down) ** (2.0 ** people.strain[holder] / 12)
        ends = luck.uniform("succession.tired", week, people.key[holder]) < hazard
        over = seats.term_end[held] <= week
        if over.any():
            ends[over] = ~self._stand_again(world, holder[over])
        seats.term_end[held[over]] = week + round(self.term_years * WEEKS_A_YEAR)
        for kind, rows in (("stood_down", held[ends]), ("re_elected", held[over & ~ends])):
            world.events.add(kind, week, ccg=seats.ccg[rows], person=seats.person[rows], body=seats.body[rows])
        seats.person[held[ends]] = -1

    def _stand_again(self, world: View, holder: Whole) -> Flags:
        """Tell who stands again of those whose term ends."""
        people = world.people
        lifted = self.again + self.lift * (people.engagement[holder] - self.reference)
        again = 1 / (1 + np.exp(-(lifted - self.burden * people.strain[holder])))
        return world.luck.uniform("succession.again", world.week, people.key[holder]) < again

    def _by_elections(self, world: View, empty: Whole) -> None:
        """Hold elections for empty seats, those of locality leads last; whoever stands and gets no seat is kicked."""
        if not empty.size:
            return
        people, seats, luck, week = world.people, world.seats, world.luck, world.week
        gps = rows_of(people, Kind.GP)
        able = gps[~people.opposed[gps] & ~LEADS[people.role[gps]]]
        lifted = np.exp(self.lift * (people.engagement[able] - self.reference)) * (self.unskilled + people.skills[able])
        stands = able[luck.uniform("succession.stands", week, people.key[able]) < self.stands * lifted]
        score = self.lift * people.engagement[stands] + people.skills[stands]
        score += luck.gumbel("succession.ballot", week, people.key[stands])
        lead = seats.kind[empty] == SeatKind.LOCALITY_LEAD
        for some in (empty[~lead], empty[lead]):
            if not some.size:
                continue
            stood, won = elect(people, world.practices, world.bodies, seats, some, stands, score)
            filled, lost = some[seats.person[some] >= 0], stands[stood & ~won]
            seats.term_end[filled] = week + round(self.term_years * WEEKS_A_YEAR)
            people.kick_election[lost] = -self.election_kick
            world.events.add(
                "elected", week, ccg=seats.ccg[filled], person=seats.person[filled], body=seats.body[filled]
            )
            world.events.add("lost_election", week, ccg=people.ccg[lost], person=lost)
            stands, score = stands[~won], score[~won]

    def _representatives(self, world: View, leaning: Floats) -> None:
        """Give every practice without one a representative."""
        people, practices = world.people, world.practices
        unrepresented = world.seats.person[practices.council_seat] < 0
        gps = rows_of(people, Kind.GP)
        gps = gps[unrepresented[people.practice[gps]]]
        luck = world.luck.gumbel("succession.representative", world.week, people.key[gps])
        represent(people, practices, world.seats, self, gps, leaning, luck, LEADS)

    def _take_office(self, world: View) -> None:
        take_office(world.people, world.ccgs, world.bodies, world.seats, world.slots, self)


@rule
def vacate(people: Table, seats: Table) -> bool:
    """Empty the seats of those who have left, and tell whether there were any."""
    found = False
    for s in range(seats.size):
        holder = seats.person[s]
        if holder >= 0 and not people.present[holder]:
            seats.person[s] = -1
            found = True
    return found


@rule
def represent(
    people: Table,
    practices: Table,
    seats: Table,
    own: Succession,
    gps: Whole,
    leaning: Floats,
    luck: Floats,
    leads: Flags,
) -> None:
    """Let the best-ranked of some GPs represent their practice, preferring those who hold no other office.

    Args:
        gps: rows of the GPs of practices without a representative, shape (k,).
        leaning: what makes one willing, shape (people,), latent.
        luck: Gumbels, shape (k,).
        leads: which roles are a leader's, by ``Role``.
    """
    best = np.full(practices.size, -np.inf)
    for k in range(gps.size):
        i = gps[k]
        p = people.practice[i]
        score = own.kappa_representative * leaning[i] + luck[k]
        score -= 100.0 * leads[people.role[i]] + 50.0 * people.opposed[i]
        if score > best[p]:
            best[p] = score
            seats.person[practices.council_seat[p]] = i


@rule
def take_office(people: Table, ccgs: Table, bodies: Table, seats: Table, slots: Table, own: Succession) -> None:
    """Fill the seats held by right; derive roles, who is on governing bodies and the load that vacancies leave."""
    for i in range(people.size):
        people.role[i] = Role.MANAGER if people.kind[i] == Kind.MANAGER else Role.NONE
        people.on_governing_body[i] = False
    leaders, filled = np.zeros(ccgs.size), np.zeros(ccgs.size)
    for s in range(seats.size):
        if seats.slot[s] >= 0:
            seats.person[s] = slots.person[seats.slot[s]]
        elif seats.follows[s] >= 0:
            seats.person[s] = seats.person[seats.follows[s]]  # which lies before it
        holder = seats.person[s]
        if holder >= 0:
            people.role[holder] = max(people.role[holder], seats.role[s])
            if bodies.kind[seats.body[s]] == BodyKind.GOVERNING_BODY:
                people.on_governing_body[holder] = True
        if seats.elected[s]:
            leaders[seats.ccg[s]] += 1
            filled[seats.ccg[s]] += holder >= 0
    for c in range(leaders.size):
        ccgs.vacancy_load[c] = min(leaders[c] / max(filled[c], 1), own.most_load)
