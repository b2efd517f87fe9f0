"""Trust, pairs and contacts by hand: they grow toward what is done, and start again with new people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.ties import Edges
from sim.mechanisms.leadership.careers import count_managers
from sim.mechanisms.members.relationships import Relationships, who_work_together
from sim.mechanisms.time.time_allocation import keep_contact
from sim.settings.calendar import MOST_WEEKS, Timeline
from sim.settings.money import EXECUTIVES
from sim.settings.sites import Site
from sim.state.codes import Kind, Work
from sim.state.world import World
from tests.worlds import constitution, no_work, of_kind, step, tiny, worked

ROUND = Relationships(
    base=0.2, visits=0.4, heard=0.4, trust_gain=0.5, pair_start=0.5, pair_new=0.2, pair_gain=0.5, tie_gain=0.5,
    learning=52, contact_start=0.8, contact_new=0.4, contact_gain=0.1,
)  # fmt: skip
LARGE = Site("T", population=120_000, practices=2)
"""Large enough for managers who are no executives."""


@pytest.fixture
def world() -> World:
    made = tiny(LARGE, gps=2, relationships=ROUND)
    no_work(made)
    made.people.influence[:] = 0.5
    made.practices.trust[:] = 0.3
    return made


@pytest.mark.parametrize(
    ("kept", "missed", "belief", "target"),
    [(60, 0, 0.5, 0.8), (30, 30, 0.5, 0.6), (0, 60, 0.5, 0.4), (0, 0, 0.5, 0.4), (60, 0, 1.0, 1.0), (0, 0, 0.0, 0.2)],
)
def test_trust_moves_toward_contact_and_being_heard(
    world: World, kept: int, missed: int, belief: float, target: float
) -> None:
    worked(world, of_kind(world, Kind.MANAGER), Work.CONTACT, paid=kept, undone=missed)
    keep_contact(world.people, world.ccgs)
    world.people.influence[:] = belief
    step(world, ROUND)
    assert world.practices.trust == pytest.approx(np.full(2, 0.3 + 0.5 * (target - 0.3)))


def test_trust_moves_to_no_more_than_all(world: World) -> None:
    world.people.influence[:] = 1.0
    step(world, Relationships(base=0.8, visits=0.4, heard=0.4, trust_gain=0.5))
    assert world.practices.trust == pytest.approx(np.full(2, 0.3 + 0.5 * (1 - 0.3)))


def test_a_practice_trusts_as_its_own_people_believe(world: World) -> None:
    first = world.people.practice == 0
    world.people.influence[:] = np.where(first, 0.9, 0.1)
    world.people.present[np.flatnonzero(first)[0]] = False  # who left is not asked
    step(world, ROUND)
    assert world.practices.trust == pytest.approx([0.3 + 0.5 * (0.56 - 0.3), 0.3 + 0.5 * (0.24 - 0.3)])


def test_merged_ccgs_start_with_less_trust() -> None:
    process = Relationships(trust_start=0.5, merged_start=0.35)
    sites = (Site("S", population=2000, practices=1), Site("T", population=2000, practices=1, merged=True))
    world = tiny(*sites, relationships=process)
    assert world.practices.trust.tolist() == [0.5, 0.35]
    assert world.ccgs.nhse_contact.tolist() == [0.8, 0.8]


def pair(world: World) -> Edges:
    return world.ties.edges["pair"]


def test_every_leader_is_paired_with_a_manager_who_is_no_executive(world: World) -> None:
    chair = world.seats.person[world.seats.minutes > 0][0]
    assert pair(world).source.tolist() == [chair]
    manager = int(pair(world).target[0])
    assert world.people.kind[manager] == Kind.MANAGER
    assert world.slots.post_rank[world.people.slot[manager]] == 3
    assert pair(world).strength.tolist() == [0.5]


def test_a_ccg_of_executives_only_pairs_them() -> None:
    world = tiny(gps=3)
    assert world.ccgs.posts[0] == 3
    assert (world.people.kind[pair(world).target] == Kind.MANAGER).all()
    assert (world.people.kind[pair(world).source] == Kind.GP).all()


@pytest.mark.parametrize(("posts", "ranks"), [([3, 3], [0, 1, 2, 0, 0, 1, 2, 0]), ([4, 5], [3, 3, 3, 3, 3, 4, 3, 4])])
def test_managers_take_turns_in_each_ccg(posts: list[int], ranks: list[int]) -> None:
    """Four leaders' seats a CCG; executives, the posts 0 to 2, where money pays for nobody else."""
    sites = (Site("S", population=120_000, practices=2), Site("T", population=120_000, practices=2))
    world = tiny(*sites, gps=4, governance=constitution(gps=4, lay_members=0))
    world.ccgs.posts[:] = posts
    world.slots.person[:] = np.arange(world.slots.person.size)  # so that who is named tells the post
    _, managers = who_work_together(world.seats, world.slots, world.ccgs, EXECUTIVES)
    assert world.slots.post_rank[managers].tolist() == ranks
    assert world.slots.ccg[managers].tolist() == [0] * 4 + [1] * 4


def test_a_pair_grows_in_a_week_in_which_both_prepared(world: World) -> None:
    gp, manager = int(pair(world).source[0]), int(pair(world).target[0])
    worked(world, gp, Work.PREPARATION, unpaid=10)
    step(world, ROUND)
    assert pair(world).strength.tolist() == [0.5], "only one of them"
    worked(world, manager, Work.PREPARATION, paid=10, undone=50)
    step(world, ROUND)
    assert pair(world).strength == pytest.approx([0.75])
    worked(world, manager, Work.PREPARATION, undone=60)
    step(world, ROUND)
    assert pair(world).strength == pytest.approx([0.75]), "asked and not done"
    worked(world, manager, Work.PREPARATION, paid=10)
    worked(world, gp, Work.PREPARATION, undone=10)
    step(world, ROUND)
    assert pair(world).strength == pytest.approx([0.75]), "the manager alone"


def test_a_whole_number_starts_pairs_too() -> None:
    made = tiny(LARGE, gps=2, relationships=replace(ROUND, pair_start=1, pair_gain=0.5, pair_new=0))
    assert pair(made).strength.dtype == np.float64
    assert pair(made).strength.tolist() == [1.0]


def test_pairs_that_do_not_fit_the_leaders_seats_are_refused(world: World) -> None:
    world.ties.edges["pair"] = Edges(np.array([0, 1]), np.array([2, 2]), np.ones(2))
    with pytest.raises(ValueError, match="2 ties of kind pair; needed is one a leader's seat, 1"):
        step(world, ROUND)


def test_a_new_manager_starts_the_pair_afresh(world: World) -> None:
    gp, manager = int(pair(world).source[0]), int(pair(world).target[0])
    other = next(int(m) for m in of_kind(world, Kind.MANAGER)[::-1] if m != manager)
    world.slots.person[world.people.slot[manager]] = other
    step(world, ROUND)
    assert (pair(world).source.tolist(), pair(world).target.tolist()) == ([gp], [other])
    assert pair(world).strength.tolist() == [0.2]


def test_a_new_leader_starts_the_pair_afresh(world: World) -> None:
    gp, manager = int(pair(world).source[0]), int(pair(world).target[0])
    other = next(int(g) for g in of_kind(world, Kind.GP) if g != gp)
    world.seats.person[world.seats.person == gp] = other
    step(world, ROUND)
    assert (pair(world).source.tolist(), pair(world).target.tolist()) == ([other], [manager])
    assert pair(world).strength.tolist() == [0.2]


@pytest.mark.parametrize("missing", ["manager", "gp"])
def test_a_pair_without_one_of_the_two_rests(world: World, missing: str) -> None:
    """Whatever the last person in the table does: an empty seat is row -1."""
    if missing == "manager":
        world.slots.person[world.people.slot[pair(world).target[0]]] = -1
    else:
        world.seats.person[world.seats.minutes > 0] = -1
    worked(world, slice(None), Work.PREPARATION, paid=10)
    step(world, ROUND)
    assert pair(world).strength.tolist() == [0.0]


def test_ties_taken_over_grow_back(world: World) -> None:
    one, two = of_kind(world, Kind.GP)[:2]
    world.ties.edges["informal"] = Edges(np.array([one]), np.array([two]), np.array([0.2]))
    step(world, ROUND)
    assert world.ties.edges["informal"].strength == pytest.approx([0.6])


def test_contacts_are_those_of_the_date_on_which_a_run_begins() -> None:
    later = tiny(timeline=Timeline(start="2014-01-06"))
    weeks = -later.calendar.go_live_week
    assert later.ccgs.nhse_contact == pytest.approx(1 - 0.6 * (1 - 0.006) ** weeks)


def test_expertise_is_the_managers_tenure_on_a_saturating_scale(world: World) -> None:
    managers = of_kind(world, Kind.MANAGER)
    world.people.present[managers[4:]] = False
    count_managers(world.people, world.ccgs)
    world.week = 104
    world.people.joined[managers[:4]] = [104, 52, 0, 200]  # none, half, three quarters, and one yet to come
    step(world, ROUND)
    assert world.ccgs.expertise == pytest.approx([(0 + 0.5 + 0.75 + 0) / 4])


def test_expertise_grows_as_long_as_anybody_can_have_been_there(world: World) -> None:
    slow = replace(ROUND, learning=520)
    for tenure in (2600, MOST_WEEKS + int(-world.people.joined.min())):
        world.people.joined[:] = world.week - tenure
        step(world, slow)
        assert world.ccgs.expertise == pytest.approx([1 - 2 ** (-tenure / 520)], abs=1e-9)


def test_contacts_at_nhs_england_fall_when_the_pct_goes_and_return(world: World) -> None:
    world.ccgs.nhse_contact[:] = 0.8
    known = []
    for world.week in (51, 52, 53):
        step(world, ROUND)
        known.append(float(world.ccgs.nhse_contact[0]))
    assert known == pytest.approx([0.82, 0.46, 0.514])


def test_trust_and_expertise_in_one_ccg_owe_nothing_to_the_managers_of_another() -> None:
    sites = (Site("S", population=2000, practices=1), Site("T", population=2000, practices=1))
    world = tiny(*sites)
    no_work(world)
    world.practices.trust[:], world.people.influence[:] = 0.0, 0.0
    there = of_kind(world, Kind.MANAGER)
    there = there[world.people.ccg[there] == 1]
    worked(world, there, Work.CONTACT, paid=30)
    keep_contact(world.people, world.ccgs)
    world.people.joined[:], world.people.joined[there] = 0, -52
    step(world, ROUND)
    assert world.practices.trust == pytest.approx([0.1, 0.3])
    assert world.ccgs.expertise == pytest.approx([0.0, 0.5])
