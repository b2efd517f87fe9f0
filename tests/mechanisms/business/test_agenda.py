"""Business: how often it arises, where it goes, and when bodies meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.mechanisms.business.agenda import Agenda
from sim.settings.sites import Site
from sim.state.codes import BodyKind, ItemKind, Kind
from sim.state.world import World
from tests.worlds import add_items, body, of_kind, step, tiny

CROWD = Site("T", population=40_000, practices=20)
NO_PLANS: dict[str, Any] = {"plans": 0.0}


def crowd(**columns: Any) -> World:
    """Return a world of 2000 GPs, all alike."""
    world = tiny(CROWD, gps=100)
    for name, value in {"engagement": 0.8, "informed": 0.5, **columns}.items():
        world.people[name][:] = value
    return world


def share(world: World, process: Agenda, weeks: int = 10) -> tuple[float, float]:
    """Return the weekly share of GPs who raised a matter, and its standard error."""
    first = world.week
    for world.week in range(first, first + weeks):
        step(world, process)
    people_weeks = weeks * of_kind(world, Kind.GP).size
    raised = float((world.items.kind == ItemKind.MATTER).sum()) / people_weeks
    return raised, float(np.sqrt(raised * (1 - raised) / people_weeks))


@pytest.mark.parametrize(
    ("x", "informed", "factor"),
    [(0.8, 0.5, 1.0), (0.8, 0.0, 0.5), (0.8, 1.0, 1.5), (1.8, 0.5, np.exp(0.5)), (-0.2, 0.5, np.exp(-0.5))],
)
def test_gps_raise_matters_at_the_rate_times_engagement_and_knowledge(x: float, informed: float, factor: float) -> None:
    process = Agenda(rate=0.3, lift=0.5, reference=0.8, **NO_PLANS)
    raised, error = share(crowd(engagement=x, informed=informed), process)
    assert raised == pytest.approx(0.3 / (52.18 / 12) * factor, abs=4 * error)


def test_the_opposed_the_absent_and_other_professions_raise_none() -> None:
    world = crowd(engagement=50.0)
    gps = of_kind(world, Kind.GP)
    world.people.opposed[gps[::2]] = True
    world.people.present[gps[1::4]] = False
    step(world, Agenda(**NO_PLANS))
    raised = world.items.originator
    assert sorted(raised.tolist()) == gps[3::4].tolist(), "everybody else, once"
    assert (world.items.practice == world.people.practice[raised]).all()
    assert (world.items.ccg == 0).all()
    assert (world.items.born == world.week).all()
    assert np.unique(world.items.key).size == world.items.size


def test_nobody_interested_raises_nothing() -> None:
    world = crowd(engagement=-50.0)
    step(world, Agenda(**NO_PLANS))
    assert world.items.size == 0


@pytest.mark.parametrize(("devolved", "limit"), [(True, 30_000), (False, 0)])
def test_a_local_matter_within_the_limit_belongs_to_a_devolved_locality(devolved: bool, limit: int) -> None:
    """The median of values is the limit: half of the local ones are within it."""
    site = Site("T", population=40_000, practices=20, localities=2, devolved=devolved, devolved_limit=30_000)
    world = tiny(site, gps=100)
    world.people.engagement[:] = 50.0
    step(world, Agenda(**NO_PLANS, local=0.6, value_pounds=30_000))
    items = world.items
    assert items.local.mean() == pytest.approx(0.6, abs=4 * np.sqrt(0.24 / items.size))
    local_and_small = items.local & (items.value <= 100 * limit)
    home = world.practices.locality[items.practice]
    board = body(world, BodyKind.GOVERNING_BODY)
    assert (items.body == np.where(local_and_small, home, board)).all()
    if devolved:
        assert local_and_small.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / items.size))


def test_a_matter_of_exactly_the_limit_is_the_localitys() -> None:
    """The limit is 30,000 pounds; a penny more is for the governing body."""
    world = tiny(Site("T", population=20_000, practices=4, localities=2, devolved=True, devolved_limit=30_000), gps=1)
    first = add_items(world, 3, local=True, value=[2_999_999, 3_000_000, 3_000_001])
    step(world, Agenda(rate=0, plans=0))
    home = world.practices.locality[world.items.practice[first[0]]]
    assert world.items.body[first].tolist() == [home, home, body(world, BodyKind.GOVERNING_BODY)]


def test_what_matters_are_like() -> None:
    world = crowd(engagement=50.0)
    step(
        world,
        Agenda(**NO_PLANS, primary_care=0.3, value_pounds=30_000, value_spread=1.2, merit=0.5, matter_minutes=3000),
    )
    items, n = world.items, world.items.size
    assert n == 2000
    assert items.primary_care.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / n))
    logs = np.log(items.value / 3_000_000)
    assert abs(logs.mean()) < 4 * 1.2 / np.sqrt(n)
    assert logs.std() == pytest.approx(1.2, abs=4 * 1.2 / np.sqrt(2 * n))
    assert items.merit.mean() == pytest.approx(0.5, abs=4 / np.sqrt(n))
    assert items.merit.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * n))
    assert (items.work == 3000).all()
    assert (items.prepared == 0).all()


def test_managers_make_plans_whatever_the_size() -> None:
    sites = (Site("S", population=2000, practices=1), Site("T", population=500_000, practices=1))
    world = tiny(*sites, gps=1)
    for world.week in range(600):
        step(world, Agenda(rate=0, plans=2.0))
    plan, chance = world.items.kind == ItemKind.PLAN, 2 / (52.18 / 12)
    assert plan.all()
    made = np.bincount(world.items.ccg, minlength=2)
    assert made == pytest.approx(np.full(2, 600 * chance), abs=4 * np.sqrt(600 * chance * (1 - chance)))
    assert (world.items.body == world.ccgs.governing_body[world.items.ccg]).all()
    assert (world.items.originator == -1).all()


def test_bodies_meet_by_their_cycles() -> None:
    world = tiny(Site("T", population=20_000, practices=2, localities=1), gps=1)
    met = np.zeros(world.bodies.size)
    for world.week in range(312):
        step(world, Agenda(rate=0, plans=0))
        met += world.bodies.meets
        for row in range(world.bodies.size):
            cycle = int(world.bodies.months_between[row]), int(world.bodies.week_of_month[row])
            assert world.bodies.meets[row] == world.calendar.meets(world.week, *cycle)
    by_kind = {BodyKind(int(k)).name: int(n) for k, n in zip(world.bodies.kind, met, strict=True)}
    assert by_kind == {"EXECUTIVE_GROUP": 312, "GOVERNING_BODY": 71, "MEMBER_COUNCIL": 36, "LOCALITY": 72}
