"""The ledgers: minutes and pence balance exactly, components sum to engagement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.tables import Table
from sim.mechanisms.schedule import Careers, Engagement, Process, RunningCosts, TimeAllocation
from sim.run.model import AUDIT_WEEKS, CommissioningModel
from sim.settings.sites import Site
from sim.state.bodies import MEETINGS, BodyKind
from sim.state.ledger import DRIVERS, KICKS, PULLS, LedgerError, at_rest, check_components, check_hours
from sim.state.people import Kind, Work
from sim.state.world import World
from tests.worlds import TWO_SITES, config, of_kind, spread_out, tiny

ALWAYS = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
CROWD = CommissioningModel(spread_out(*TWO_SITES, weeks=20), seed=1).world
"""A world to be overwritten by each example."""


# Hours


def fill(world: World, seed: int, scale: int) -> None:
    """Put random demands and budgets into a world; ``scale`` is the largest number of minutes."""
    random, people = np.random.default_rng(seed), world.people
    for name in ("contract", "sessions", "booked", "deadline"):
        people[name][:] = random.integers(0, scale + 1, people.size)
    people.undone[:] = random.integers(0, scale + 1, people.undone.shape)
    people.engagement[:] = random.normal(0, 3, people.size)
    people.strain[:] = random.uniform(0, 4, people.size)
    people.present[:] = random.random(people.size) < 0.9
    people.role[:] = random.integers(0, 7, people.size)
    world.bodies.meets[:] = random.random(world.bodies.size) < 0.7
    world.ccgs.request_minutes[:] = random.integers(0, 100 * scale + 1, world.ccgs.size)
    world.ccgs.vacancy_load[:] = random.uniform(1, 2, world.ccgs.size)


@ALWAYS
@given(
    seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0, 1, 60, 3000, 40_000]), missed=st.sampled_from([0.0, 0.3]),
    carry=st.floats(0, 0.95),
)  # fmt: skip
def test_every_minute_is_accounted_for(seed: int, scale: int, missed: float, carry: float) -> None:
    world, people = CROWD, CROWD.people
    fill(world, seed, scale)
    process = TimeAllocation(missed=missed, carry=carry)
    process.step(world)
    assert (people.demand == people.paid + people.unpaid + people.undone).all()
    assert (people.supply == people.paid.sum(axis=1) + people.idle).all()
    assert (people.supply == np.where(people.present, people.contract, 0)).all()
    for name in ("demand", "paid", "unpaid", "undone", "idle", "supply"):
        assert people[name].dtype == np.int32
        assert (people[name] >= 0).all()
    assert (people.worked == (people.paid + people.unpaid).sum(axis=1)).all()
    assert (people.ccg_worked == people.worked - people.paid[:, 0] - people.unpaid[:, 0]).all()
    assert (people.unpaid.sum(axis=1) <= 60 * process.evening_most).all()
    sessions = np.where(people.kind == Kind.GP, np.minimum(people.sessions, people.supply), 0)
    assert (people.paid[:, Work.BOOKED] <= people.supply - sessions).all()
    for work in MEETINGS:
        assert ((people.undone[:, work] == 0) | (people.undone[:, work] == people.demand[:, work])).all()
    check_hours(people, 0, "time_allocation")


def test_a_broken_minute_is_noticed() -> None:
    for column, said in (("idle", "supply = paid"), ("undone", "demand = paid"), ("supply", "supply = paid")):
        world = tiny(gps=2)
        TimeAllocation().step(world)
        check_hours(world.people, 3, "time_allocation")
        world.people[column][4] += 1
        with pytest.raises(
            LedgerError, match=rf"time_allocation: {said} .* is broken in week 3 for row 4 \(1 in all\)"
        ):
            check_hours(world.people, 3, "time_allocation")


# Engagement


@ALWAYS
@given(
    seed=st.integers(0, 2**32 - 1), peers=st.floats(0, 0.2), half_life=st.floats(2, 200), size=st.floats(0, 20),
    weeks=st.integers(1, 12),
)  # fmt: skip
def test_components_sum_to_engagement(seed: int, peers: float, half_life: float, size: float, weeks: int) -> None:
    """Through random pulls, kicks, turnover, elections and edits by hand."""
    random = np.random.default_rng(seed)
    model = CommissioningModel(config(Site("T", population=60_000, practices=2), gps=3), seed=seed % 1000)
    world, people = model.world, model.world.people
    engagement = Engagement(half_life_weeks=half_life, peers=peers)
    careers = Careers(principal=0.9, manager=0.9, fill_gp=1.0, fill_other=1.0)
    turnover = 0
    for world.week in range(weeks):
        for name in (*(f"pull_{p}" for p in PULLS), *(f"kick_{k}" for k in KICKS)):
            people[name][:] = random.normal(0, size, people.size)
        people.on_governing_body[:] = random.random(people.size) < 0.3
        people.strain[:] = 20.0
        engagement.step(world)
        check_components(people, world.week, "engagement")
        before = people.size
        careers.step(world)
        turnover += people.size - before
        model._sync_people()
        edited = model.person(int(random.choice(np.flatnonzero(people.present))))
        assert edited is not None
        edited.engagement = float(random.normal(0, size))
        check_components(people, world.week, "by hand")
    off = people.components[:, : len(DRIVERS)].sum(axis=1) - people.engagement
    assert np.abs(off).max() <= 1e-9
    assert turnover > 0 or weeks < 10


def test_at_rest_everybody_is_where_disposition_and_pulls_hold_them() -> None:
    parts = at_rest(np.array([1.0, -0.5]), {"hope": np.array([0.5, 0.25]), "strain": np.array([-0.2, 0.0])}, 0.1)
    named = [{d: c for d, c in zip(DRIVERS, row, strict=False) if c} for row in parts]
    assert named[0] == {"disposition": 1.0, "hope": 0.5, "strain": -0.2, "noise": 0.1}
    assert named[1] == {"disposition": -0.5, "hope": 0.25, "noise": 0.1}
    assert parts[:, -1] == pytest.approx([1.4, -0.15])


def test_a_component_that_is_lost_is_noticed() -> None:
    world = tiny(gps=2)
    check_components(world.people, 7, "engagement")
    world.people.components[3, 0] += 1e-8
    with pytest.raises(LedgerError, match=r"engagement: engagement = sum .* in week 7 for somebody \(1 in all\)"):
        check_components(world.people, 7, "engagement", lambda row: "somebody")
    world.people.components[3, 0] = np.nan
    with pytest.raises(LedgerError):
        check_components(world.people, 7, "engagement")


def test_ledgers_of_a_whole_run_hold_every_week() -> None:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=80), seed=2)
    people = model.world.people
    while model.running:
        model.step()
        check_hours(people, model.world.week, "run")
        check_components(people, model.world.week, "run")
        c = model.world.ccgs
        assert (c.budget.sum(axis=1) == c.allowance).all()


# Money


@ALWAYS
@given(
    population=st.integers(1000, 2_000_000), cut=st.floats(0, 0.9), governance=st.floats(0, 5_000_000),
    spent=st.integers(0, 2500), core=st.floats(0, 1), non_pay=st.floats(0, 1),
    week=st.sampled_from([52, 105, 157, 261]),
)  # fmt: skip
def test_heads_sum_to_the_allowance_in_pence(
    population: int, cut: float, governance: float, spent: int, core: float, non_pay: float, week: int
) -> None:
    world = CROWD
    for site in world.sites:
        site.support_unit_pence = {2013: spent}
    world.ccgs.population[:] = population, population // 3 + 1
    world.week = week
    process = RunningCosts(further_cut=cut, governance_pounds=governance, core=core, non_pay=non_pay)
    process.step(world)
    c = world.ccgs
    assert c.budget.dtype == c.allowance.dtype == np.int64
    assert (c.budget.sum(axis=1) == c.allowance).all()
    pence = world.calendar.allowance_pence(week)
    pence = round(pence * (1 - cut)) if week >= world.calendar.co_commissioning_week else pence
    assert (c.allowance == c.population * pence).all()
    assert (c.posts >= 3).all()
    assert ((c.session_share >= 0) & (c.session_share <= 1)).all()


# A broken state stops the run and says where


@dataclass
class Spoils(Process):
    """Writes what must not be."""

    name = "spoils"
    writes = ("people.strain", "ccgs.support", "people.engagement")
    column: str = ""

    def step(self, world: World) -> None:
        if world.week == 2:
            table, _, column = self.column.partition(".")
            getattr(world, table)[column][1] = np.nan


@pytest.mark.parametrize(
    ("column", "who"), [("people.strain", "T/nurse/0"), ("ccgs.support", "U/ccg"), ("people.engagement", "T/nurse/0")]
)
def test_a_planted_nan_stops_a_checked_run(column: str, who: str) -> None:
    sites = (Site("T", population=2000, practices=1), Site("U", population=2000, practices=1))
    model = CommissioningModel(config(*sites), seed=1, processes=[Spoils(column=column)], checked=True)
    assert model.world.path_of("people", 1) == "T/nurse/0"
    model.step()
    model.step()
    with pytest.raises(LedgerError, match=rf"^spoils: {column} is not finite in week 2 for {who}$"):
        model.step()


def test_a_planted_nan_in_engagement_stops_every_run() -> None:
    model = CommissioningModel(config(), seed=1, processes=[Spoils(column="people.engagement")])
    with pytest.raises(LedgerError, match=r"people\.engagement is not finite in week 2 for T/nurse/0$"):
        model.run()


@dataclass
class LosesAMinute(TimeAllocation):
    """Pays a minute that nobody worked."""

    def step(self, world: World) -> None:
        super().step(world)
        world.people.paid[3, Work.READING] += 1


def test_a_lost_minute_stops_a_checked_run() -> None:
    model = CommissioningModel(config(time_allocation=LosesAMinute()), seed=1, checked=True)
    who = model.world.path_of("people", 3)
    with pytest.raises(LedgerError, match=rf"^time_allocation: .* is broken in week 0 for {who} "):
        model.step()


def weeks(model: CommissioningModel, count: int) -> None:
    for _ in range(count):
        model.step()


def test_a_lost_minute_stops_an_unchecked_run_within_a_quarter() -> None:
    model = CommissioningModel(config(time_allocation=LosesAMinute()), seed=1)
    with pytest.raises(LedgerError, match=r"^time_allocation: .* is broken in week \d+ for T/"):
        weeks(model, AUDIT_WEEKS + 1)


@pytest.mark.filterwarnings("ignore:invalid value")  # numpy warns as the state spreads
def test_a_nan_in_any_state_stops_an_unchecked_run_and_names_who_wrote_it() -> None:
    model = CommissioningModel(config(), seed=1, processes=[Spoils(column="people.strain")])
    with pytest.raises(LedgerError, match=r"strain: people\.strain is not finite in week \d+ for T/"):
        weeks(model, AUDIT_WEEKS + 3)


@dataclass
class LosesADriver(Engagement):
    """Forgets where some of the engagement came from."""

    def step(self, world: World) -> None:
        super().step(world)
        world.people.components[2, 0] += 0.1


def test_a_lost_driver_stops_a_checked_run() -> None:
    model = CommissioningModel(config(engagement=LosesADriver()), seed=1, checked=True)
    with pytest.raises(LedgerError, match=r"^engagement: engagement = sum of components is broken in week 0 for T/"):
        model.step()


def test_the_world_for_the_properties_has_meetings_and_leaders() -> None:
    """Properties of a world in which nothing is asked would prove nothing."""
    world: Any = CROWD
    fill(world, 1, 3000)
    world.bodies.meets[:] = True
    world.people.contract[::2] = 60_000
    TimeAllocation(missed=0.0).step(world)
    people = world.people
    assert isinstance(people, Table)
    assert all(people.demand[:, work].any() for work in Work)
    assert all(people.paid[:, work].any() for work in Work)
    assert (people.undone[:, MEETINGS] > 0).any()
    assert people.unpaid.any()
    assert {int(k) for k in world.bodies.kind} == set(BodyKind)
    assert of_kind(world, Kind.GP).size > 20
