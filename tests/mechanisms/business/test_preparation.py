"""Papers by hand: managers' minutes, weighed by what they know, over what is still to be done."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.ties import Edges
from sim.mechanisms.business.preparation import Preparation, gp_part
from sim.settings.sites import Site
from sim.state.codes import ItemKind, Kind, Stage, Work
from sim.state.world import World
from tests.worlds import add_items, no_work, of_kind, step, tiny, worked


@pytest.fixture
def world() -> World:
    made = tiny(gps=2)
    no_work(made)
    made.ccgs.expertise[:] = 1.0
    made.ccgs.support_posts[:] = 0
    made.ccgs.support[:] = 0.5
    return made


def prepare(world: World, minutes: int, undone: int = 0, **settings: object) -> None:
    worked(world, of_kind(world, Kind.MANAGER)[0], Work.PREPARATION, paid=minutes, undone=undone)
    step(world, Preparation(**settings))


def test_minutes_are_spread_over_what_is_open(world: World) -> None:
    items = add_items(world, 3, work=[1000, 3000, 1000], prepared=[0.0, 0.0, 0.5])
    prepare(world, 900)
    # 4500 minutes are left: every open item gets a fifth of what it still needs
    assert world.items.prepared[items] == pytest.approx([0.2, 0.2, 0.6])


def test_managers_who_know_little_take_twice_as_long(world: World) -> None:
    item = add_items(world, work=1000, prepared=0.0)
    world.ccgs.expertise[:] = 0.0
    prepare(world, 400)
    assert world.items.prepared[item] == pytest.approx(0.2)


def test_work_that_is_enough_finishes_and_no_more(world: World) -> None:
    items = add_items(world, 2, work=1000, prepared=[0.0, 0.5])
    prepare(world, 9000)
    assert world.items.prepared[items].tolist() == [1.0, 1.0]


def test_only_open_items_are_prepared(world: World) -> None:
    items = add_items(world, 2, work=1000, prepared=0.0, stage=[Stage.OPEN, Stage.LAPSED])
    prepare(world, 500)
    assert world.items.prepared[items] == pytest.approx([0.5, 0.0])


def test_gps_and_those_who_left_prepare_no_papers(world: World) -> None:
    item = add_items(world, work=1000, prepared=0.0)
    manager = of_kind(world, Kind.MANAGER)[1]
    worked(world, [of_kind(world, Kind.GP)[0], manager], Work.PREPARATION, paid=500)
    world.people.present[manager] = False
    step(world, Preparation())
    assert world.items.prepared[item] == 0


def test_the_support_unit_adds_what_the_contract_pays_for(world: World) -> None:
    item = add_items(world, work=1000, prepared=0.0)
    world.ccgs.support_posts[:] = 10  # of whose 22,500 minutes a fiftieth
    prepare(world, 0, support_unit=0.02)
    assert world.items.prepared[item] == pytest.approx(0.45)


@pytest.mark.parametrize(("done", "undone", "support"), [(100, 0, 0.75), (50, 50, 0.5), (0, 100, 0.25), (0, 0, 0.5)])
def test_support_is_the_record_of_papers_in_time(world: World, done: int, undone: int, support: float) -> None:
    prepare(world, done, undone, memory_weeks=1)
    assert world.ccgs.support.tolist() == pytest.approx([support])


def test_the_data_available_are_what_is_configured(world: World) -> None:
    prepare(world, 0, data=0.35)
    assert world.ccgs.data.tolist() == [0.35]


def test_ccgs_prepare_and_shape_their_own() -> None:
    world = tiny(Site("S", population=2000, practices=1), Site("T", population=2000, practices=1))
    no_work(world)
    people, c = world.people, world.ccgs
    c.expertise[:], c.support_posts[:], c.support[:] = 1.0, (0, 10), 0.5
    for kind, undone in ((Kind.MANAGER, 300), (Kind.GP, 0)):  # those of the second CCG alone prepare
        there = of_kind(world, kind)
        worked(world, there[people.ccg[there] == 1][0], Work.PREPARATION, paid=100, undone=undone)
    people.on_governing_body[:] = people.demand[:, Work.PREPARATION] > 0
    gp, manager = np.flatnonzero(people.on_governing_body & (people.kind == Kind.GP)), of_kind(world, Kind.MANAGER)[-1:]
    first = of_kind(world, Kind.GP)[:1]
    world.ties.edges["pair"] = Edges(np.r_[first, gp], np.r_[manager, manager], np.array([0.5, 1.0]))
    here, there, plan = add_items(world, 3, ccg=[0, 1, 1], kind=[ItemKind.MATTER] * 2 + [ItemKind.PLAN], work=1000)
    world.items.prepared[:] = 0.0, 0.0, 0.99
    step(world, Preparation(support_unit=0.01, memory_weeks=1, led=1.0))
    # 1010 minutes are left there; 100 by managers and 225 of the support unit's 22,500
    assert world.items.prepared[[here, there, plan]] == pytest.approx([0.0, 325 / 1010, 1.0])
    assert c.support == pytest.approx([0.5, (0.5 + 325 / 400) / 2])
    assert world.items.shaped.tolist() == [False, False, True], "by GPs who prepared and have a trusted manager"


def test_the_part_of_gps_is_that_of_those_on_the_governing_body_of_a_ccg() -> None:
    world = tiny(Site("S", population=2000, practices=1), Site("T", population=2000, practices=1))
    no_work(world)
    people = world.people
    first, _, gp, gone = of_kind(world, Kind.GP)
    manager = of_kind(world, Kind.MANAGER)[-1]
    people.on_governing_body[:] = False
    people.on_governing_body[[first, gp, gone, manager]] = True
    people.present[gone] = False
    worked(world, [first, gp], Work.PREPARATION, paid=50, undone=[50, 0])
    worked(world, [gone, manager], Work.PREPARATION, undone=100)
    pairs = Edges(np.array([first, gp, gp]), np.full(3, manager), np.array([1.0, 1.0, 0.0]))
    chance = gp_part(people, world.ccgs, pairs, Preparation(led=1.0, strangers=0.3))
    assert chance == pytest.approx([0.5 * 1.0, 0.3 + 0.7 * 0.5])


@pytest.mark.parametrize("gone", [Kind.GP, Kind.MANAGER])
def test_a_pair_of_which_one_has_left_lends_no_trust(world: World, gone: Kind) -> None:
    gp, manager = of_kind(world, Kind.GP)[0], of_kind(world, Kind.MANAGER)[-1]
    world.people.on_governing_body[:] = True
    world.ties.edges["pair"] = Edges(np.array([gp]), np.array([manager]), np.array([1.0]))
    worked(world, of_kind(world, Kind.GP), Work.PREPARATION, paid=100)
    world.people.present[gp if gone == Kind.GP else manager] = False
    assert plans(world, led=1.0) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))


def plans(world: World, **settings: object) -> float:
    """Finish 4000 plans and return the share that governing-body GPs shaped."""
    items = add_items(world, 4000, kind=ItemKind.PLAN, work=10, prepared=0.0)
    prepare(world, 10 * 4000 + 100, **settings)
    assert (world.items.prepared[items] == 1).all()
    return float(world.items.shaped[items].mean())


@pytest.mark.parametrize(
    ("led", "done", "trust", "chance"),
    [(1, 100, 1, 1.0), (1, 100, 0, 0.3), (1, 100, 0.5, 0.65), (1, 40, 1, 0.4), (1, 0, 1, 0.0), (0.5, 100, 1, 0.5)],
)
def test_gps_shape_plans_as_far_as_they_lead_prepare_and_trust_their_manager(
    world: World, led: float, done: int, trust: float, chance: float
) -> None:
    gp, manager = of_kind(world, Kind.GP)[0], of_kind(world, Kind.MANAGER)[0]
    world.people.on_governing_body[:] = False
    world.people.on_governing_body[gp] = True
    world.ties.edges["pair"] = Edges(np.array([gp]), np.array([manager]), np.array([float(trust)]))
    worked(world, gp, Work.PREPARATION, paid=done, undone=100 - done)
    assert plans(world, led=led) == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 4000) + 1e-12)


def test_a_gp_without_a_manager_shapes_less(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.on_governing_body[:] = False
    world.people.on_governing_body[gp] = True
    world.ties.edges["pair"] = Edges(np.array([gp, -1]), np.array([-1, -1]), np.array([0.0, 0.0]))
    worked(world, gp, Work.PREPARATION, paid=100)
    assert plans(world, led=1.0) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))


def test_without_rubber_stamping_every_plan_is_shaped(world: World) -> None:
    assert plans(world, rubber_stamping=False) == 1.0


def test_matters_are_not_shaped(world: World) -> None:
    item = add_items(world, work=10, prepared=0.0)
    prepare(world, 1000, rubber_stamping=False)
    assert not world.items.shaped[item].any()
