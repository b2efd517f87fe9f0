"""Turnover: hazards in standard errors, strain, posts that money closes, and who comes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.ties import Edges
from sim.mechanisms.leadership.careers import BELIEFS, Careers, first_impressions
from sim.settings.population import Population
from sim.settings.sites import Site
from sim.state.codes import Kind, PracticeRole
from sim.state.newcomers import LONG_AGO
from sim.state.world import World
from tests.worlds import of_kind, seen, step, tiny

CROWD = Site("T", population=40_000, practices=40)
NOBODY: dict[str, Any] = dict.fromkeys(("principal", "salaried", "practice_manager", "manager", "other"), 0.0)
STAY: dict[str, Any] = {**NOBODY, "fill_gp": 0.0, "fill_other": 0.0}


@pytest.fixture
def crowd() -> World:
    """2000 GPs in 40 practices, nobody strained."""
    world = tiny(CROWD, gps=50)
    world.people.strain[:] = 0.0
    return world


def first_of_month(world: World, after: int = 0) -> int:
    return next(w for w in range(after, after + 6) if world.calendar.week_of_month(w) == 0)


def test_a_year_takes_the_yearly_share(crowd: World) -> None:
    for crowd.week in range(52):
        step(crowd, Careers(**{**STAY, "principal": 0.3}))
    left = 1 - of_kind(crowd, Kind.GP).size / 2000
    assert left == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 2000))
    assert of_kind(crowd, Kind.PRACTICE_MANAGER).size == 40, "nobody else"
    assert of_kind(crowd, Kind.MANAGER).size == crowd.ccgs.posts[0]


@pytest.mark.parametrize("strain", [0.0, 2.0])
def test_each_unit_of_strain_adds_half_to_the_hazard(crowd: World, strain: float) -> None:
    crowd.people.strain[:] = strain
    for crowd.week in range(10):
        step(crowd, Careers(**{**STAY, "principal": 0.5, "strain": 0.5}))
    weekly = np.log(2) / 52.18 * (1 + 0.5 * strain)
    stays = (1 - weekly) ** 10
    assert of_kind(crowd, Kind.GP).size / 2000 == pytest.approx(stays, abs=4 * np.sqrt(stays * (1 - stays) / 2000))


def test_salaried_gps_have_a_hazard_of_their_own(crowd: World) -> None:
    gps = of_kind(crowd, Kind.GP)
    crowd.people.practice_role[gps[::2]] = PracticeRole.SALARIED
    for crowd.week in range(52):
        step(crowd, Careers(**{**STAY, "salaried": 0.4}))
    gone = ~crowd.people.present[gps]
    assert gone[::2].mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / 1000))
    assert not gone[1::2].any()


@pytest.mark.parametrize(
    ("hazard", "kind"),
    [
        ("practice_manager", Kind.PRACTICE_MANAGER),
        ("manager", Kind.MANAGER),
        ("other", Kind.NURSE),
        ("other", Kind.CONSULTANT),
    ],
)
def test_every_kind_has_its_hazard(hazard: str, kind: Kind) -> None:
    world = tiny(gps=2)
    for world.week in range(520):
        step(world, Careers(**{**STAY, hazard: 0.9}))
    assert of_kind(world, kind).size == 0
    assert of_kind(world, Kind.GP).size == 2
    assert (world.slots.person[world.slots.kind == kind] == -1).all()


def test_vacant_places_are_filled_monthly_at_their_chance(crowd: World) -> None:
    gone = of_kind(crowd, Kind.GP)[:1000]
    crowd.people.present[gone] = False
    crowd.slots.person[crowd.people.slot[gone]] = -1
    crowd.people.influence[:], crowd.people.informed[:] = 0.3, 0.6
    crowd.week = first_of_month(crowd) + 1
    process = Careers(**{**STAY, "fill_gp": 0.25})
    step(crowd, process)
    assert of_kind(crowd, Kind.GP).size == 1000, "not within the month"
    crowd.week = first_of_month(crowd, crowd.week)
    step(crowd, process)
    came = of_kind(crowd, Kind.GP).size - 1000
    assert came / 1000 == pytest.approx(0.25, abs=4 * np.sqrt(0.1875 / 1000))


def test_a_newcomer_is_somebody_else() -> None:
    world = tiny(gps=3, population=Population(gps_intercept=np.log(3), gps_slope=0, gps_spread=0, principals=1))
    people = world.people
    gone, friend = of_kind(world, Kind.GP)[:2]
    world.ties.edges["informal"] = Edges(np.array([friend]), np.array([gone]), np.array([1.0]))
    people.present[gone] = False
    slot = int(people.slot[gone])
    world.slots.person[slot] = -1
    people.influence[:], people.informed[:] = 0.9, 0.9
    colleagues = np.flatnonzero(people.present & (people.practice == 0))
    people.influence[colleagues], people.informed[colleagues] = [0.1, 0.2, 0.6], [0.3, 0.3, 0.6]
    people.pull_influence[:], people.pull_informed[:] = 0.0, 0.0
    world.week = first_of_month(world)
    step(world, Careers(**{**STAY, "fill_gp": 1.0}))
    new = int(world.slots.person[slot])
    assert new == people.size - 1
    assert people.present[new]
    assert (people.slot[new], people.practice[new], people.kind[new]) == (slot, 0, Kind.GP)
    assert (people.generation[new], people.joined[new]) == (1, world.week)
    assert world.slots.last[slot] == new
    assert people.key[new] != people.key[gone]
    assert people.disposition[new] != people.disposition[gone]
    assert people.engagement[new] == pytest.approx(people.disposition[new])
    # what the practice believes and knows: the mean of those there, of whom one left
    assert people.influence[new] == pytest.approx(0.3)
    assert people.informed[new] == pytest.approx(0.4)
    assert world.ties.edges["informal"].neighbours(friend).tolist() == [new]
    assert world.ties.edges["informal"].strength.tolist() == [0.2]
    assert world.path_of("people", new).endswith("/1")
    events = world.events.frame()
    assert events[["kind", "person"]].to_numpy().tolist() == [["joined", new]]


def test_whoever_is_first_in_the_table_is_followed_as_anybody_is() -> None:
    world = tiny(gps=2)
    people, slot, friend = world.people, int(world.people.slot[0]), int(of_kind(world, Kind.GP)[0])
    world.ties.edges["informal"] = Edges(np.array([0]), np.array([friend]), np.array([1.0]))
    people.present[0] = False
    world.slots.person[slot] = -1
    world.week = first_of_month(world)
    step(world, Careers(**{**STAY, "fill_other": 1.0}))
    new = int(world.slots.person[slot])
    assert (people.generation[0], people.generation[new]) == (0, 1)
    assert people.key[new] != people.key[0]
    assert world.ties.edges["informal"].neighbours(friend).tolist() == [new]


def test_whoever_is_let_go_leaves_at_once_and_others_stay() -> None:
    world = tiny(gps=3)
    process, people = Careers(**STAY), world.people
    leavers = np.array([of_kind(world, Kind.GP)[1], of_kind(world, Kind.MANAGER)[-1]])
    slots, managers, before = people.slot[leavers], world.ccgs.managers.copy(), int(people.present.sum())
    process.let_go(seen(world, process), leavers)
    assert not people.present[leavers].any()
    assert people.present.sum() == before - 2
    assert world.slots.person[slots].tolist() == [-1, -1]
    assert world.ccgs.managers.tolist() == (managers - 1).tolist()
    events = world.events.frame()
    assert events[["kind", "week", "person"]].to_numpy().tolist() == [["left", 0, int(row)] for row in leavers]


def test_whoever_leaves_is_not_replaced_in_the_same_week() -> None:
    world = tiny(gps=2)
    world.week = first_of_month(world)
    world.people.strain[:] = 1e6
    step(world, Careers(**{**NOBODY, "principal": 0.5, "fill_gp": 1.0, "fill_other": 1.0}))
    assert of_kind(world, Kind.GP).size == 0
    assert world.people.size == (world.slots.person >= 0).sum() + 2


def test_posts_close_at_once_from_the_last_and_open_again_one_by_one() -> None:
    world = tiny(Site("T", population=240_000, practices=1), gps=2)
    full = int(world.ccgs.posts[0])
    assert of_kind(world, Kind.MANAGER).size == full > 30
    rank = world.slots.post_rank
    world.ccgs.posts[:] = 20
    step(world, Careers(**STAY))
    managers = of_kind(world, Kind.MANAGER)
    assert rank[world.people.slot[managers]].tolist() == list(range(20))
    assert (world.slots.person[rank >= 20] == -1).all()
    world.ccgs.posts[:] = 30
    world.week = first_of_month(world)
    step(world, Careers(**{**STAY, "fill_other": 1.0}))
    managers = of_kind(world, Kind.MANAGER)
    assert rank[world.people.slot[managers]].tolist() == list(range(30))
    assert (world.people.joined[managers] == np.where(np.arange(30) < 20, LONG_AGO, world.week)).all()


def test_each_ccg_counts_its_managers_as_they_come_and_go() -> None:
    world = tiny(Site("T", population=240_000, practices=1), Site("U", population=120_000, practices=1))
    counts, process = set(), Careers(**{**STAY, "manager": 0.9, "fill_other": 0.5})
    for world.week in range(60):
        there = of_kind(world, Kind.MANAGER)
        assert world.ccgs.managers.tolist() == np.bincount(world.people.ccg[there], minlength=2).tolist()
        counts.add(tuple(world.ccgs.managers.tolist()))
        step(world, process)
    assert len(counts) > 20


def test_an_observer_stays() -> None:
    world = tiny(gps=2)
    world.people.kind[of_kind(world, Kind.NURSE)] = Kind.OBSERVER
    world.people.strain[:] = 1e6
    step(world, Careers())
    assert of_kind(world, Kind.OBSERVER).size == 1


def test_newcomers_believe_what_the_practice_does_or_else_what_members_of_the_ccg_do() -> None:
    """Two GPs and a manager in each practice; nobody is left in the last one of the second CCG."""
    world = tiny(Site("T", population=2000, practices=1), Site("U", population=4000, practices=2))
    people, slots = world.people, world.slots
    first, second, empty = (np.flatnonzero(people.practice == p) for p in range(3))
    for belief, scale in zip(BELIEFS, (1.0, 0.1, 2.0, 0.2), strict=True):
        people[belief][:] = 99.0
        people[belief][first], people[belief][second] = scale * np.array([0.1, 0.2, 0.6]), scale * 0.4
    people.present[[*empty, first[2]]] = False
    post = np.flatnonzero((slots.kind == Kind.MANAGER) & (slots.ccg == 0))[0]
    fill = np.array([slots_of(world, 0)[0], slots_of(world, 1)[0], slots_of(world, 2)[0], post])
    believed = first_impressions(people, slots, fill, world.practices.size, world.ccgs.size)
    assert believed[0] == pytest.approx([0.15, 0.4, 0.4, 0.15])
    assert believed == pytest.approx(np.outer([1.0, 0.1, 2.0, 0.2], believed[0]))
    people.present[second] = False
    assert not first_impressions(people, slots, fill[2:3], world.practices.size, world.ccgs.size).any(), "no members"


def slots_of(world: World, practice: int) -> np.ndarray:
    return np.flatnonzero(world.slots.practice == practice)


def test_whoever_has_left_does_not_leave_again() -> None:
    world = tiny(gps=5)
    world.people.strain[:] = 1e6
    for world.week in range(3):
        step(world, Careers(**{**STAY, "principal": 0.5}))
    assert world.events.frame()["kind"].tolist() == ["left"] * 5
