"""Carrying out, by hand: reviewed in half a year to a year, taken up or not, seen by some."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.mechanisms.business.implementation import Implementation
from sim.settings.sites import Site
from sim.state.codes import ItemKind, Kind, Stage
from sim.state.world import World
from tests.worlds import add_items, of_kind, step, tiny

SURE: dict[str, Any] = {"carried": 1.0, "uptake_base": 1.0, "uptake_trust": 0.0, "kick": 0.4, "failure": 0.5,
                        "saved": 0.01, "fade": 0.0, "seen_in_practice": 0.5, "seen_by_uptake": 0.1}  # fmt: skip
"""What has quality succeeds, and every practice concerned takes it up."""


@pytest.fixture
def world() -> World:
    """Two practices of two GPs; everybody is half informed."""
    made = tiny(Site("T", population=4000, practices=2), gps=2, week=60)
    made.people.informed[:] = 0.5
    made.practices.hours_saved[:] = 0
    return made


def review(world: World, quality: float = 1.0, settings: dict[str, Any] | None = None, **values: Any) -> None:
    """Review one adopted matter of the first GP this week."""
    add_items(world, **{"stage": Stage.ADOPTED, "settled": 0, "review": world.week, "quality": quality, **values})
    step(world, Implementation(**(settings or SURE)))


def test_what_is_adopted_is_reviewed_half_a_year_to_a_year_later(world: World) -> None:
    items = add_items(world, 4000, stage=Stage.ADOPTED, settled=60)
    other = add_items(world, stage=Stage.REFUSED, settled=60)
    step(world, Implementation(first_review=26, last_review=52))
    after = world.items.review[items] - 60
    assert (after.min(), after.max()) == (26, 52)
    assert after.mean() == pytest.approx(39, abs=4 * 26 / np.sqrt(12 * 4000))
    assert world.items.review[other] > 10_000


def test_a_success_is_seen_by_whoever_raised_it_the_practice_and_a_little_elsewhere(world: World) -> None:
    own, colleague, other, _ = of_kind(world, Kind.GP)
    review(world)
    people = world.people
    # own: all of .4; colleague: half and a tenth, as far as informed; other practice: a tenth
    assert people.kick_success[[own, colleague, other]] == pytest.approx([0.4, 0.4 * 0.5 * 0.6, 0.4 * 0.5 * 0.1])
    assert not people.kick_success[of_kind(world, Kind.MANAGER)].any()
    assert not people.kick_failure.any()
    assert world.practices.hours_saved.tolist() == [0.01, 0.01]
    assert world.events.frame()["kind"].tolist() == ["succeeded"]


def test_a_failure_kicks_the_other_way_by_half(world: World) -> None:
    own, colleague, other, _ = of_kind(world, Kind.GP)
    review(world, quality=0.0)
    kicks = world.people.kick_failure
    assert kicks[[own, colleague, other]] == pytest.approx([-0.2, -0.2 * 0.5 * 0.6, -0.2 * 0.5 * 0.1])
    assert not world.people.kick_success.any()
    assert not world.practices.hours_saved.any()
    assert world.events.frame()["kind"].tolist() == ["failed"]


def test_a_kick_lasts_a_week(world: World) -> None:
    review(world)
    world.week += 1
    step(world, Implementation(**SURE))
    assert not world.people.kick_success.any()


def test_success_has_the_chance_of_quality_times_carried(world: World) -> None:
    add_items(world, 4000, stage=Stage.ADOPTED, settled=0, review=60, quality=0.6)
    step(world, Implementation(carried=0.5))
    kinds = world.events.frame()["kind"].value_counts()
    assert kinds.sum() == 4000
    assert kinds["succeeded"] / 4000 == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))


@pytest.mark.parametrize(("base", "trust", "chance"), [(0.2, 0.0, 0.2), (0.2, 0.8, 0.6)])
def test_practices_take_up_more_where_they_trust(base: float, trust: float, chance: float) -> None:
    world = tiny(Site("T", population=300_000, practices=999), gps=1, week=60)
    world.practices.trust[:] = trust
    world.practices.hours_saved[:] = 0
    review(world, settings={**SURE, "uptake_base": base, "uptake_trust": 0.5})
    taken = (world.practices.hours_saved > 0).mean()
    assert taken == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 999))


@pytest.mark.parametrize(
    ("localities", "local", "taken"),
    [(0, False, [1, 1, 1, 1]), (2, False, [1, 1, 1, 1]), (2, True, [1, 1, 0, 0]), (0, True, [1, 0, 0, 0])],
)
def test_who_is_concerned(localities: int, local: bool, taken: list[int]) -> None:
    sites = (Site("T", population=20_000, practices=4, localities=localities), Site("U", population=9000, practices=2))
    world = tiny(*sites, gps=1, week=60)
    world.practices.hours_saved[:] = 0
    review(world, local=local)
    assert (world.practices.hours_saved > 0).tolist() == [bool(t) for t in taken] + [False, False]


def test_a_plan_concerns_every_practice_of_the_ccg_and_is_nobodys_own(world: World) -> None:
    review(world, kind=ItemKind.PLAN)
    gps = of_kind(world, Kind.GP)
    assert world.people.kick_success[gps] == pytest.approx([0.4 * 0.5 * 0.1] * 4)
    assert (world.practices.hours_saved == 0.01).all()


def test_what_was_saved_fades_and_never_exceeds_half(world: World) -> None:
    review(world, settings={**SURE, "saved": 0.1})
    for _ in range(3):
        step(world, Implementation(**{**SURE, "fade": 0.1}))
        world.week += 1
    assert world.practices.hours_saved[0] < 0.2
    world.practices.hours_saved[:] = 0.48
    world.week = 100
    review(world, settings={**SURE, "saved": 0.1})
    assert world.practices.hours_saved.tolist() == [0.5, 0.5]
    world.week = 101
    step(world, Implementation(**{**SURE, "fade": 0.1}))
    assert world.practices.hours_saved == pytest.approx([0.45, 0.45])


def test_whoever_left_sees_nothing(world: World) -> None:
    own = of_kind(world, Kind.GP)[0]
    world.people.present[own] = False
    add_items(world, stage=Stage.ADOPTED, settled=0, review=60, quality=1.0, originator=own, practice=0)
    step(world, Implementation(**SURE))
    assert world.people.kick_success[own] == 0


def test_each_practice_takes_up_as_it_trusts_and_each_item_counts_as_it_fares(world: World) -> None:
    """One matter of each practice: the first succeeds, the second fails; only the second practice trusts the CCG."""
    world.practices.trust[:] = [0.0, 1.0]
    first, second = (of_kind(world, Kind.GP)[world.people.practice[of_kind(world, Kind.GP)] == p] for p in (0, 1))
    add_items(world, stage=Stage.ADOPTED, settled=0, review=60, quality=1.0, originator=first[0], practice=0)
    add_items(world, stage=Stage.ADOPTED, settled=0, review=60, quality=0.0, originator=second[0], practice=1)
    step(world, Implementation(**{**SURE, "uptake_base": 0.0, "uptake_trust": 1.0}))
    people = world.people
    assert world.practices.hours_saved.tolist() == [0.0, 0.01]
    # half of what their practice raised and a tenth of what it took up, as far as informed; all of their own
    assert people.kick_success[first] == pytest.approx([0.4, 0.4 * 0.5 * 0.5])
    assert people.kick_success[second] == pytest.approx([0.4 * 0.5 * 0.1] * 2)
    assert people.kick_failure[first] == pytest.approx([0.0, 0.0])
    assert people.kick_failure[second] == pytest.approx([-0.2, -0.2 * 0.5 * 0.6])
