"""Seats: founders, terms, standing again, elections, vacancies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.mechanisms.leadership.succession import Succession
from sim.settings.sites import Site
from sim.state.bodies import NEVER
from sim.state.codes import BodyKind, Kind, Role, SeatKind
from sim.state.world import World
from tests.worlds import TWO_SITES, constitution, of_kind, seen, spread_out, step, tiny

TIRELESS: dict[str, Any] = {"steps_down": 0.0}
APRIL = {2015: 156, 2016: 208, 2017: 260}


def chair_seat(world: World, ccg: int = 0) -> int:
    seats = world.seats
    return int(np.flatnonzero((seats.kind == SeatKind.CHAIR) & (seats.follows < 0) & (seats.ccg == ccg))[0])


def next_month(world: World, process: Succession) -> None:
    """Advance to the first week of the next month and let the process run."""
    world.week += 1
    while world.calendar.week_of_month(world.week) != 0:
        world.week += 1
    step(world, process)


@pytest.fixture
def world() -> World:
    """One practice of six GPs; its chair is on the governing body, another is its representative."""
    made = tiny(gps=6, week=100)
    made.people.engagement[:] = 0.8
    made.people.strain[:] = 0.0
    made.people.skills[:] = 0.5
    return made


# Founders


def test_founders_are_those_most_disposed() -> None:
    world = tiny(gps=5)
    people, gps = world.people, of_kind(world, Kind.GP)
    people.disposition[gps] = [0, 90, 0, 60, 30]
    people.opposed[gps[1]] = True
    world.seats.person[:] = -1
    Succession(kappa=1.5, kappa_representative=0.7).start(seen(world, Succession(kappa=1.5, kappa_representative=0.7)))
    assert world.seats.person[chair_seat(world)] == gps[3]
    assert people.role[gps[3]] == Role.CHAIR
    # the representative is the most disposed of those without another office; opponents only if nobody else
    assert people.role[gps].tolist() == [0, 0, 0, Role.CHAIR, Role.REPRESENTATIVE]
    assert people.on_governing_body[gps].tolist() == [False, False, False, True, False]


def test_leaders_are_chosen_by_chance_too() -> None:
    chosen = set()
    for seed in range(12):
        world = tiny(gps=4, seed=seed)
        chosen.add(int(np.flatnonzero(of_kind(world, Kind.GP) == world.seats.person[chair_seat(world)])[0]))
    assert len(chosen) > 1


def test_every_seat_and_role_is_filled_at_the_start() -> None:
    from sim.run.model import CommissioningModel

    world = CommissioningModel(spread_out(*TWO_SITES, gps=8), seed=1).world
    seats, people = world.seats, world.people
    assert (seats.person >= 0).all()
    leads = seats.kind == SeatKind.LOCALITY_LEAD
    home = world.practices.locality[people.practice[seats.person[leads]]]
    assert (home == seats.body[leads]).all(), "a locality is led by one of its own"
    council = world.bodies.kind[seats.body] == BodyKind.MEMBER_COUNCIL
    assert (people.practice[seats.person[council]] == seats.practice[council]).all()
    holders = seats.person[seats.elected]
    assert np.unique(holders).size == holders.size, "one office a person"
    assert (people.kind[holders] == Kind.GP).all()
    assert (world.ccgs.vacancy_load == 1).all()
    executives = seats.person[seats.kind == SeatKind.EXECUTIVE]
    assert (people.role[executives] == Role.EXECUTIVE).all()
    assert (world.slots.post_rank[people.slot[executives]] < 3).all()


def test_the_only_gp_of_a_ccg_is_chair_and_representative() -> None:
    world = tiny(gps=1)
    gp = of_kind(world, Kind.GP)[0]
    assert world.seats.person[chair_seat(world)] == gp
    assert world.seats.person[world.practices.council_seat[0]] == gp
    assert world.people.role[gp] == Role.CHAIR


# Terms


@pytest.mark.parametrize(
    ("settings", "years"),
    [({"terms": "cliff"}, {2016}), ({"terms": "staggered"}, {2015, 2016, 2017}), ({}, {2016, 2017})],
)
def test_when_first_terms_end(settings: dict[str, str], years: set[int]) -> None:
    sites = [Site(name, population=9000, practices=1) for name in "ABCDEFGHIJKL"]
    governance = constitution(lay_members=0)
    world = tiny(*sites, gps=7, governance=governance, succession=Succession(**settings))
    elected = world.seats.elected
    ends = world.seats.term_end[elected]
    assert set(ends.tolist()) == {APRIL[y] for y in years}
    assert (world.seats.term_end[~elected] > 100_000).all()
    by_ccg = [np.unique(ends[world.seats.ccg[elected] == c]).size for c in range(12)]
    if settings.get("terms") == "staggered":
        assert max(by_ccg) == 3
    else:
        assert by_ccg == [1] * 12, "all of a CCG's end together"


def test_named_sites_stagger_their_terms() -> None:
    sites = [Site(name, population=9000, practices=1) for name in "ABC"]
    governance = constitution(lay_members=0)
    world = tiny(*sites, gps=7, governance=governance, succession=Succession(staggered_sites="B, C"))
    elected = world.seats.elected
    by_ccg = [np.unique(world.seats.term_end[elected & (world.seats.ccg == c)]).size for c in range(3)]
    assert by_ccg[0] == 1
    assert min(by_ccg[1:]) > 1


def test_a_clone_staggers_as_its_site_does_and_names_may_have_a_dash() -> None:
    sites = [Site(name, population=9000, practices=1) for name in ("A-000", "A-001", "B-East", "C-East")]
    governance = constitution(lay_members=0)
    world = tiny(*sites, gps=7, governance=governance, succession=Succession(staggered_sites="A,B-East"))
    elected = world.seats.elected
    by_ccg = [np.unique(world.seats.term_end[elected & (world.seats.ccg == c)]).size for c in range(4)]
    assert [n > 1 for n in by_ccg] == [True, True, True, False]


@pytest.mark.parametrize(("again", "stays"), [(10.0, True), (-10.0, False)])
def test_at_the_end_of_a_term_the_holder_stands_again_or_goes(world: World, again: float, stays: bool) -> None:
    seat = chair_seat(world)
    holder = world.seats.person[seat]
    world.seats.term_end[seat] = world.week
    next_month(world, Succession(**TIRELESS, again=again, stands=0.0, term_years=3))
    assert (world.seats.person[seat] == holder) == stays
    assert world.seats.term_end[seat] == world.week + 157
    assert world.people.role[holder] == (Role.CHAIR if stays else Role.NONE)
    assert world.events.frame()["kind"].tolist() == ["re_elected" if stays else "stood_down"]


@pytest.mark.parametrize(("late", "over"), [(0, True), (-1, True), (1, False)])
def test_a_term_is_over_in_the_week_in_which_it_ends(world: World, late: int, over: bool) -> None:
    seat, first = chair_seat(world), next(w for w in range(101, 106) if world.calendar.week_of_month(w) == 0)
    world.seats.term_end[seat] = first + late
    next_month(world, Succession(**TIRELESS, again=-10.0, stands=0.0))
    assert world.week == first
    assert (world.seats.person[seat] == -1) == over


def test_nobody_goes_before_the_end_of_a_term_unless_tired(world: World) -> None:
    seat = chair_seat(world)
    holder = world.seats.person[seat]
    for _ in range(24):
        next_month(world, Succession(**TIRELESS, again=-10.0, stands=0.0))
    assert world.seats.person[seat] == holder


@pytest.mark.parametrize(
    ("x", "strain", "chance"),
    [(0.8, 0.0, 1 / (1 + np.exp(-1))), (1.8, 0.0, 1 / (1 + np.exp(-2))), (0.8, 2.0, 1 / (1 + np.exp(1)))],
)
def test_the_chance_of_standing_again(x: float, strain: float, chance: float) -> None:
    """logistic(1 + (x - .8) - strain), over the seats of many CCGs."""
    world = tiny(*(Site(f"S{i:03d}", population=2000, practices=1) for i in range(400)), gps=1, week=100)
    world.people.engagement[:], world.people.strain[:] = x, strain
    elected = world.seats.elected
    world.seats.term_end[elected] = 0
    next_month(world, Succession(**TIRELESS, again=1, lift=1, burden=1, reference=0.8, stands=0.0))
    kept = (world.seats.person[elected] >= 0).mean()
    assert kept == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 400))


@pytest.mark.parametrize(("strain", "yearly"), [(0.0, 0.2), (1.0, 0.36)])
def test_strain_doubles_the_hazard_of_stepping_down(strain: float, yearly: float) -> None:
    world = tiny(*(Site(f"S{i:03d}", population=2000, practices=1) for i in range(400)), gps=1, week=60)
    world.people.strain[:] = strain
    for _ in range(12):
        next_month(world, Succession(steps_down=0.2, stands=0.0))
    gone = (world.seats.person[world.seats.elected] < 0).mean()
    assert gone == pytest.approx(yearly, abs=4 * np.sqrt(yearly * (1 - yearly) / 400))


def test_a_year_has_twelve_months_in_which_to_step_down() -> None:
    """1 - (1 - .2)^(1/12) a month, over 200 seats and 240 months in which everybody holds theirs."""
    world = tiny(*(Site(f"S{i:03d}", population=2000, practices=1) for i in range(200)), gps=1, week=60)
    seats = world.seats
    world.people.strain[:] = 0.0
    seats.term_end[:] = NEVER
    holders, gone = seats.person.copy(), 0
    for _ in range(240):
        next_month(world, Succession(steps_down=0.2, stands=0.0))
        gone += int((seats.person[seats.elected] < 0).sum())
        seats.person[:] = holders
    monthly, chances = 1 - 0.8 ** (1 / 12), 200 * 240
    assert gone / chances == pytest.approx(monthly, abs=4 * np.sqrt(monthly * (1 - monthly) / chances))


# Elections


ALL_STAND = Succession(**TIRELESS, stands=1.0, lift=1.0, reference=0.8, election_kick=0.5, term_years=3)
"""Everybody with skills of a half and engagement of .8 or more is sure to stand."""


def vacate(world: World) -> tuple[int, int]:
    """Empty the chair's seat and return the seat and who held it, who has left."""
    seat = chair_seat(world)
    holder = int(world.seats.person[seat])
    world.people.present[holder] = False
    world.slots.person[world.people.slot[holder]] = -1
    return seat, holder


def test_the_best_ranked_wins_and_the_others_are_kicked(world: World) -> None:
    seat, holder = vacate(world)
    able = np.array([gp for gp in of_kind(world, Kind.GP) if gp != holder])
    best, opponent = able[2], able[4]
    world.people.engagement[best] = 60.0
    world.people.opposed[opponent] = True
    next_month(world, ALL_STAND)
    assert world.seats.person[seat] == best
    assert world.people.role[best] == Role.CHAIR
    assert world.people.on_governing_body[best]
    assert world.seats.term_end[seat] == world.week + 157
    losers = np.flatnonzero(world.people.kick_election)
    assert sorted(losers.tolist()) == sorted(set(able.tolist()) - {best, opponent})
    assert (world.people.kick_election[losers] == -0.5).all()
    counted = world.events.frame()["kind"].value_counts().to_dict()
    assert counted == {"elected": 1, "lost_election": 3}
    step(world, ALL_STAND)
    assert not world.people.kick_election.any(), "a kick lasts a week"


def test_a_seat_nobody_stands_for_stays_empty_and_burdens_the_rest(world: World) -> None:
    seat, holder = vacate(world)
    next_month(world, Succession(**TIRELESS, stands=0.0))
    assert world.seats.person[seat] == -1
    assert holder not in world.seats.person
    assert world.ccgs.vacancy_load.tolist() == [1.0], "its one leader's seat: nobody is left to be burdened"
    assert not world.people.kick_election.any()


@pytest.mark.parametrize(("filled", "load"), [(6, 1.0), (5, 1.2), (4, 1.5), (3, 2.0), (1, 2.0)])
def test_the_load_that_vacancies_leave(filled: int, load: float) -> None:
    world = tiny(gps=8, week=100, governance=constitution(lay_members=0))
    seats = np.flatnonzero(world.seats.elected)
    world.people.present[world.seats.person[seats[filled:]]] = False
    next_month(world, Succession(**TIRELESS, stands=0.0))
    assert world.ccgs.vacancy_load.tolist() == pytest.approx([load])


def test_a_locality_elects_its_own_lead() -> None:
    site = Site("T", population=20_000, practices=4, localities=2)
    world = tiny(site, gps=4, week=100)
    world.people.engagement[:], world.people.skills[:], world.people.strain[:] = 0.8, 0.5, 0.0
    leads = np.flatnonzero(world.seats.kind == SeatKind.LOCALITY_LEAD)
    world.people.present[world.seats.person[leads[1]]] = False
    home = world.practices.locality[world.people.practice]
    gps = of_kind(world, Kind.GP)
    strong = gps[(home[gps] == world.seats.body[leads[0]]) & (world.people.role[gps] < Role.LOCALITY_LEAD)][0]
    world.people.engagement[strong] = 60.0
    next_month(world, ALL_STAND)
    elected = int(world.seats.person[leads[1]])
    assert elected != strong
    assert world.practices.locality[world.people.practice[elected]] == world.seats.body[leads[1]]
    assert world.people.role[elected] == Role.LOCALITY_LEAD
    assert world.people.kick_election[strong] == 0, "no candidate there, so no loser"


def test_a_ccg_elects_its_own() -> None:
    world = tiny(Site("T", population=2000, practices=1), Site("U", population=2000, practices=1), gps=4, week=100)
    world.people.engagement[:], world.people.skills[:], world.people.strain[:] = 0.8, 0.5, 0.0
    seat = chair_seat(world, 1)
    world.people.present[world.seats.person[seat]] = False
    neighbours = [gp for gp in of_kind(world, Kind.GP) if world.people.ccg[gp] == 0]
    world.people.engagement[neighbours] = 60.0
    next_month(world, ALL_STAND)
    assert world.people.ccg[world.seats.person[seat]] == 1
    assert not world.people.kick_election[neighbours].any(), "no candidates there, so no losers"


def test_managers_keep_their_role_without_a_seat() -> None:
    world = tiny(Site("T", population=100_000, practices=1), week=100)
    managers = of_kind(world, Kind.MANAGER)
    assert managers.size > 3
    world.people.role[:] = Role.NONE
    next_month(world, Succession(**TIRELESS, stands=0.0))
    assert world.people.role[managers].tolist() == [Role.EXECUTIVE] * 3 + [Role.MANAGER] * (managers.size - 3)


def test_a_practice_finds_another_representative(world: World) -> None:
    seat = int(world.practices.council_seat[0])
    old = int(world.seats.person[seat])
    world.people.present[old] = False
    next_month(world, Succession(**TIRELESS, stands=0.0))
    new = int(world.seats.person[seat])
    assert new >= 0
    assert new != old
    assert world.people.role[new] == Role.REPRESENTATIVE
    assert world.people.practice[new] == 0


def test_a_leader_becomes_representative_only_if_nobody_else_is_there(world: World) -> None:
    chair = int(world.seats.person[chair_seat(world)])
    others = [gp for gp in of_kind(world, Kind.GP) if gp != chair]
    world.people.present[others] = False
    next_month(world, Succession(**TIRELESS, stands=0.0))
    assert world.seats.person[world.practices.council_seat[0]] == chair
    assert world.people.role[chair] == Role.CHAIR


def test_whoever_leaves_loses_seat_and_role_at_once(world: World) -> None:
    seat, holder = vacate(world)
    while world.calendar.week_of_month(world.week) == 0:
        world.week += 1
    step(world, Succession(**TIRELESS))
    assert world.seats.person[seat] == -1
    assert not world.people.on_governing_body[holder]
    follows = np.flatnonzero(world.seats.follows == seat)
    assert (world.seats.person[follows] == -1).all()


def test_whoever_is_first_in_the_table_sits_and_leaves_as_anybody_does(world: World) -> None:
    people, (seat,) = world.people, np.flatnonzero(world.seats.person == 0)
    assert people.on_governing_body[0]
    people.present[0] = False
    world.slots.person[people.slot[0]] = -1
    while world.calendar.week_of_month(world.week) == 0:
        world.week += 1
    step(world, Succession(**TIRELESS))
    assert world.seats.person[seat] == -1
    assert not people.on_governing_body[0]


def test_executives_sit_by_right_of_their_posts(world: World) -> None:
    executive = of_kind(world, Kind.MANAGER)[0]
    assert world.people.role[executive] == Role.EXECUTIVE
    world.people.present[executive] = False
    world.slots.person[world.people.slot[executive]] = -1
    step(world, Succession(**TIRELESS))
    held = world.seats.person[world.seats.kind == SeatKind.EXECUTIVE]
    assert executive not in held
    assert (held == -1).sum() == 2, "one seat on the governing body and one on the executive group"
