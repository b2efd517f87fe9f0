"""Influence by hand: a belief that learns from outcomes, and else from repute."""

from __future__ import annotations

import pytest

from sim.mechanisms.members.influence import Influence
from sim.settings.sites import Site
from sim.state.codes import BodyKind, ItemKind, Kind, Stage
from sim.state.world import World
from tests.worlds import add_items, body, of_kind, seen, step, tiny

PROCESS = Influence(beta=1.2, prior=4, of_practice=0.5, of_locality=0.05, of_plan=0.15, repute=0.1)
CREDIT = {Stage.ADOPTED: 1.0, Stage.REFUSED: 0.4, Stage.LAPSED: 0.0}
TWO_LOCALITIES = Site("T", population=20_000, practices=4, localities=2)


def settle(world: World, stage: Stage, **values: object) -> None:
    add_items(world, stage=stage, settled=world.week, credit=CREDIT[stage], **values)


@pytest.fixture
def world() -> World:
    """Two practices of two GPs without localities; everybody believes .2, and bodies are reputed at .6."""
    made = tiny(Site("T", population=4000, practices=2), gps=2)
    made.people.influence[:] = 0.2
    made.people.influence_evidence[:] = 0
    made.people.on_governing_body[:] = False
    made.bodies.reputation[:] = 0.6
    return made


@pytest.mark.parametrize(("stage", "credit"), CREDIT.items(), ids=lambda x: str(x))
def test_the_first_outcome_of_a_matter_of_ones_own(world: World, stage: Stage, credit: float) -> None:
    own, colleague, other, _ = of_kind(world, Kind.GP)
    settle(world, stage)
    step(world, PROCESS)
    people = world.people
    # own: weight 1 against the 4 of the prior; colleague: weight one half; other practices: repute only
    assert people.influence[own] == pytest.approx(0.2 + (credit - 0.2) / 5)
    assert people.influence[colleague] == pytest.approx(0.2 + 0.5 * (credit - 0.2) / 4.5)
    assert people.influence[other] == pytest.approx(0.2 + 0.1 * (0.6 - 0.2))
    assert people.influence_evidence[[own, colleague, other]].tolist() == [1.0, 0.5, 0.0]
    assert people.pull_influence == pytest.approx(1.2 * people.influence)


def test_later_outcomes_weigh_less(world: World) -> None:
    own = of_kind(world, Kind.GP)[0]
    believed = []
    for world.week in range(3):
        settle(world, Stage.ADOPTED)
        step(world, PROCESS)
        believed.append(world.people.influence[own])
    # a prior of 4 outcomes at .2, then successes: (.8 + n) / (4 + n)
    assert believed == pytest.approx([1.8 / 5, 2.8 / 6, 3.8 / 7])


def test_several_outcomes_in_a_week_count_together(world: World) -> None:
    own, colleague, *_ = of_kind(world, Kind.GP)
    settle(world, Stage.ADOPTED)
    settle(world, Stage.REFUSED, originator=colleague)
    step(world, PROCESS)
    # own: weight 1 and credit 1 of the own, .5 and .5 x .4 of the colleague's
    assert world.people.influence[own] == pytest.approx(0.2 + (1.2 - 1.5 * 0.2) / 5.5)
    assert world.people.influence[colleague] == pytest.approx(0.2 + (0.4 + 0.5 - 1.5 * 0.2) / 5.5)


def test_matters_of_the_locality_count_a_little() -> None:
    world = tiny(TWO_LOCALITIES, gps=1)
    world.people.influence[:] = 0.2
    world.people.on_governing_body[:] = False
    world.bodies.reputation[:] = 0.2
    own, neighbour, far, _ = of_kind(world, Kind.GP)
    settle(world, Stage.ADOPTED)
    step(world, PROCESS)
    assert world.people.influence[own] == pytest.approx(0.2 + 0.8 / 5)
    assert world.people.influence[neighbour] == pytest.approx(0.2 + 0.05 * 0.8 / 4.05)
    assert world.people.influence[far] == pytest.approx(0.2)


def test_without_news_belief_follows_repute(world: World) -> None:
    for _ in range(3):
        step(world, PROCESS)
    left = 0.4 * 0.9**3
    assert world.people.influence == pytest.approx([0.6 - left] * world.people.size)


def test_a_devolved_locality_is_believed_on_its_own_repute() -> None:
    devolved = Site("T", population=20_000, practices=4, localities=2, devolved=True, devolved_limit=1000)
    for site, reputed in ((devolved, 0.9), (TWO_LOCALITIES, 0.5)):
        world = tiny(site, gps=1)
        world.people.influence[:] = 0.3
        world.bodies.reputation[:] = 0.9
        world.bodies.reputation[body(world, BodyKind.GOVERNING_BODY)] = 0.5
        step(world, PROCESS)
        gp, nurse = of_kind(world, Kind.GP)[0], of_kind(world, Kind.NURSE)[0]
        assert world.people.influence[gp] == pytest.approx(0.3 + 0.1 * (reputed - 0.3))
        assert world.people.influence[nurse] == pytest.approx(0.3 + 0.1 * (0.5 - 0.3))


@pytest.mark.parametrize("shaped", [True, False])
def test_a_plan_teaches_gps_of_the_governing_body_whether_they_took_part(world: World, shaped: bool) -> None:
    gp, other, *_ = of_kind(world, Kind.GP)
    nurse = of_kind(world, Kind.NURSE)[0]
    world.people.on_governing_body[[gp, nurse]] = True
    add_items(world, kind=ItemKind.PLAN, stage=Stage.ADOPTED, settled=0, shaped=shaped)
    step(world, PROCESS)
    assert world.people.influence[gp] == pytest.approx(0.2 + 0.15 * (shaped - 0.2) / 4.15)
    assert world.people.influence[[other, nurse]] == pytest.approx([0.24, 0.24]), "repute only"


def test_what_happens_in_one_ccg_is_no_news_in_another() -> None:
    world = tiny(Site("S", population=4000, practices=2), TWO_LOCALITIES, gps=1)
    people, home = world.people, world.ccgs.governing_body
    people.influence[:], people.on_governing_body[:] = 0.2, True
    world.bodies.reputation[home] = 0.6, 0.4
    settle(world, Stage.ADOPTED)
    add_items(world, kind=ItemKind.PLAN, stage=Stage.ADOPTED, settled=0, shaped=True)
    step(world, PROCESS)
    own, colleague, *elsewhere = of_kind(world, Kind.GP)
    assert people.influence[own] == pytest.approx(0.2 + 1.15 * 0.8 / 5.15)
    assert people.influence[colleague] == pytest.approx(0.2 + 0.15 * 0.8 / 4.15), "the plan; no locality to share"
    assert people.influence[elsewhere] == pytest.approx([0.2 + 0.1 * (0.4 - 0.2)] * 4)


def test_who_has_left_learns_nothing(world: World) -> None:
    own, colleague, *_ = of_kind(world, Kind.GP)
    world.people.present[[own, colleague]] = False
    settle(world, Stage.ADOPTED)
    step(world, PROCESS)
    assert world.people.influence[[own, colleague]].tolist() == [0.2, 0.2]


def test_what_was_settled_earlier_or_is_open_teaches_nothing_now(world: World) -> None:
    world.week = 5
    add_items(world, stage=Stage.ADOPTED, settled=4)
    add_items(world, stage=Stage.OPEN)
    step(world, PROCESS)
    assert not world.people.influence_evidence.any()


def test_people_start_at_the_repute_of_who_decides(world: World) -> None:
    world.bodies.reputation[:] = 0.13
    PROCESS.start(seen(world, PROCESS))
    assert world.people.influence == pytest.approx([0.13] * world.people.size)
    assert world.people.pull_influence == pytest.approx([1.2 * 0.13] * world.people.size)


def test_in_the_null_world_beliefs_stand_still_after_go_live(world: World) -> None:
    world.null_world, world.week = True, 52
    settle(world, Stage.ADOPTED)
    step(world, PROCESS)
    assert (world.people.influence == 0.2).all()
