"""The ledgers: minutes and pence balance exactly, components sum to engagement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.tables import Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.leadership.careers import Careers
from sim.mechanisms.members.engagement import Engagement
from sim.mechanisms.money.running_costs import RunningCosts
from sim.mechanisms.schedule import WEEK
from sim.mechanisms.time.diaries import Diaries
from sim.mechanisms.time.time_allocation import TimeAllocation
from sim.run.model import AUDIT_WEEKS, CommissioningModel
from sim.settings.sites import Site
from sim.state.codes import IS_MEETING, BodyKind, Kind, Work
from sim.state.drivers import STANDING
from sim.state.ledger import Broken, LedgerError, at_rest, broken_components, broken_hours
from sim.state.world import World
from tests.worlds import TWO_SITES, config, of_kind, spread_out, step, tiny

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
    process = TimeAllocation(missed=missed)
    step(world, Diaries(carry=carry), process)
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
    for work in np.flatnonzero(IS_MEETING):
        assert ((people.undone[:, work] == 0) | (people.undone[:, work] == people.demand[:, work])).all()
    assert not broken(broken_hours(people))


def test_a_broken_minute_is_noticed() -> None:
    for column, said in (("idle", "supply = paid"), ("undone", "demand = paid"), ("supply", "supply = paid")):
        world = tiny(gps=2)
        step(world, Diaries(), TimeAllocation())
        assert world.people.demand.any()
        assert not broken(broken_hours(world.people))
        world.people[column][4] += 1
        (what,) = broken(broken_hours(world.people)).items()
        assert what[0].startswith(said)
        assert what[1] == [4]


@pytest.mark.parametrize("work", list(Work))
def test_a_broken_minute_of_one_kind_of_work_is_noticed(work: Work) -> None:
    world = tiny(gps=2)
    step(world, Diaries(), TimeAllocation())
    world.people.undone[4, work] += 1
    assert broken(broken_hours(world.people)) == {"demand = paid + unpaid + undone": [4]}


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
        for name in (*(f"pull_{p}" for p in STANDING.pulls), *(f"kick_{k}" for k in STANDING.kicks)):
            people[name][:] = random.normal(0, size, people.size)
        people.on_governing_body[:] = random.random(people.size) < 0.3
        people.strain[:] = 20.0
        step(world, engagement)
        assert not broken(broken_components(people))
        before = people.size
        step(world, careers)
        turnover += people.size - before
        model._sync()
        edited = model.person(int(random.choice(np.flatnonzero(people.present))))
        assert edited is not None
        edited.engagement = float(random.normal(0, size))
        assert not broken(broken_components(people))
    off = people.components[:, : len(STANDING.names)].sum(axis=1) - people.engagement
    assert np.abs(off).max() <= 1e-9
    assert turnover > 0 or weeks < 10


def test_at_rest_everybody_is_where_disposition_and_pulls_hold_them() -> None:
    parts = at_rest(
        STANDING, np.array([1.0, -0.5]), {"hope": np.array([0.5, 0.25]), "strain": np.array([-0.2, 0.0])}, 0.1
    )
    named = [{d: c for d, c in zip(STANDING.names, row, strict=False) if c} for row in parts]
    assert named[0] == {"disposition": 1.0, "hope": 0.5, "strain": -0.2, "noise": 0.1}
    assert named[1] == {"disposition": -0.5, "hope": 0.25, "noise": 0.1}
    assert parts[:, -1] == pytest.approx([1.4, -0.15])


def test_a_component_that_is_lost_is_noticed() -> None:
    world = tiny(gps=2)
    assert not broken(broken_components(world.people))
    for change in (1e-8, np.nan):
        world.people.components[3, 0] += change
        assert broken(broken_components(world.people)) == {"engagement = sum of components": [3]}


def test_ledgers_of_a_whole_run_hold_every_week() -> None:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=80), seed=2)
    people = model.world.people
    while model.running:
        model.step()
        model.audit()
        assert not broken(broken_hours(people))
        assert not broken(broken_components(people))
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
    step(world, process)
    c = world.ccgs
    assert c.budget.dtype == c.allowance.dtype == np.int64
    assert (c.budget.sum(axis=1) == c.allowance).all()
    pence = world.calendar.allowance_pence(week)
    pence = round(pence * (1 - cut)) if week >= world.calendar.co_commissioning_week else pence
    assert (c.allowance == c.population * pence).all()
    assert (c.posts >= 3).all()
    assert ((c.session_share >= 0) & (c.session_share <= 1)).all()


# A broken state stops the run and says where


def broken(found: Iterable[Broken]) -> dict[str, list[int]]:
    """Return which rows break what, of what is broken."""
    return {what: np.flatnonzero(rows).tolist() for what, _, rows in found if rows.any()}


def spoilt(column: str) -> CommissioningModel:
    """Return a model in which the writer of a column writes in week 2 what must not be, in the second row."""
    process = next(p for p in WEEK if column in p.access.writes)
    table, _, name = column.partition(".")

    def step(self: Process, world: View) -> None:
        process.step(self, world)
        if world.week == 2:
            getattr(getattr(world, table), name)[1] = np.nan

    made = type("Spoilt", (process,), {"step": step})
    sites = (Site("T", population=2000, practices=1), Site("U", population=2000, practices=1))
    return CommissioningModel(config(*sites, **{process.name: made()}), seed=1)


def run(model: CommissioningModel, weeks: int, *, audit: bool = False) -> None:
    for _ in range(weeks):
        model.step()
        if audit:
            model.audit()


@pytest.mark.parametrize(
    ("column", "writer", "who"),
    [
        ("people.strain", "strain", "T/governing_body/consultant/00/0"),
        ("ccgs.support", "preparation", "U/ccg"),
        ("people.engagement", "engagement", "T/governing_body/consultant/00/0"),
    ],
)
def test_an_audit_finds_a_planted_nan_and_names_who_wrote_it_and_whose_it_is(
    column: str, writer: str, who: str
) -> None:
    model = spoilt(column)
    run(model, 2, audit=True)
    words = rf"^{writer}: a finite {column} does not hold in week 2 for {who} \(1 in all\)$"
    with pytest.raises(LedgerError, match=words):
        run(model, 1, audit=True)


def test_a_nan_in_engagement_stops_a_run_at_once() -> None:
    words = r"^engagement: a finite people\.engagement does not hold in week 2 for T/governing_body/consultant/00/0 \("
    with pytest.raises(LedgerError, match=words):
        spoilt("people.engagement").run()


@dataclass
class LosesAMinute(TimeAllocation):
    """Pays a minute that nobody worked, in every week but the first."""

    def step(self, world: View) -> None:
        super().step(world)
        world.people.paid[3, Work.READING] += world.week > 0


def test_a_lost_minute_is_found_by_an_audit_and_stops_a_run_within_a_quarter() -> None:
    words = r"^time_allocation: supply = paid \+ idle does not hold in week {} for {} \(1 in all\)$"
    audited, model = (CommissioningModel(config(time_allocation=LosesAMinute()), seed=1) for _ in range(2))
    run(audited, 1, audit=True)
    with pytest.raises(LedgerError, match=words.format(1, audited.world.path_of("people", 3))):
        run(audited, 1, audit=True)
    with pytest.raises(LedgerError, match=words.format(AUDIT_WEEKS, "T/.*")):
        run(model, AUDIT_WEEKS + 1)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("people.strain", r"^strain: a finite people\.(pull_)?strain does not hold in week \d+ for T/"),
        ("ccgs.support", r"^preparation: a finite ccgs\.support does not hold in week \d+ for U/ccg"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")  # numpy warns as the state spreads
def test_a_nan_in_any_state_stops_a_run_within_a_quarter(column: str, words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        run(spoilt(column), AUDIT_WEEKS + 1)


@dataclass
class LosesADriver(Engagement):
    """Forgets where some of the engagement came from."""

    def step(self, world: View) -> None:
        super().step(world)
        world.people.components[2, 0] += 0.1


def test_a_lost_driver_stops_a_run() -> None:
    model = CommissioningModel(config(engagement=LosesADriver()), seed=1)
    with pytest.raises(
        LedgerError, match=r"^engagement: engagement = sum of components does not hold in week 0 for T/"
    ):
        model.step()


@dataclass
class LosesAPenny(RunningCosts):
    """Spends a penny that there is not."""

    def step(self, world: View) -> None:
        super().step(world)
        world.ccgs.budget[0, 0] += 1


def test_a_lost_penny_stops_a_run() -> None:
    model = CommissioningModel(config(running_costs=LosesAPenny()), seed=1)
    with pytest.raises(
        LedgerError, match=r"^running_costs: allowance = sum of heads does not hold in week 0 for T/ccg "
    ):
        model.step()


def test_the_world_for_the_properties_has_meetings_and_leaders() -> None:
    """Properties of a world in which nothing is asked would prove nothing."""
    world: Any = CROWD
    fill(world, 1, 3000)
    world.bodies.meets[:] = True
    world.people.contract[::2] = 60_000
    step(world, Diaries(), TimeAllocation(missed=0.0))
    people = world.people
    assert isinstance(people, Table)
    assert all(people.demand[:, work].any() for work in Work)
    assert all(people.paid[:, work].any() for work in Work)
    assert (people.undone[:, IS_MEETING] > 0).any()
    assert people.unpaid.any()
    assert {int(k) for k in world.bodies.kind} == set(BodyKind) - {BodyKind.COMMITTEE}
    assert of_kind(world, Kind.GP).size > 20
