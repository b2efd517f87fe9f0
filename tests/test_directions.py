"""Directions of effect: what more of one thing does to another, on the same luck.

A row is (parameter, low, high, outcome, sign, evidence); ``None`` stands for the default. Both worlds of a row have
the seeds of :data:`SEEDS`; the sign must hold on average and no seed may say the opposite.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import evidence
from sim.config import Config
from sim.model import CommissioningModel
from sim.parameters import check_values
from sim.results import Results
from tests.worlds import TWO_SITES, spread_out

SEEDS = (1, 2)
WEEKS = 90
LEADERS = ("locality_lead", "governing_body", "chair")
LIVE = 52


def mean(variable: str, *roles: str, table: str = "series", since: int = LIVE) -> Callable[[Results], float]:
    """Return the mean of a variable over the people in some roles (all if none are named), from a week on."""

    def outcome(results: Results) -> float:
        rows = getattr(results, table)
        rows = rows[rows["week"] >= since]
        if roles:
            rows = rows[rows["role"].isin(roles)]
        return float(np.average(rows[variable], weights=rows["n"]))

    return outcome


def ccgs(variable: str, since: int = LIVE) -> Callable[[Results], float]:
    """Return the mean of a variable of CCGs, from a week on."""
    return lambda results: float(results.ccgs.loc[results.ccgs["week"] >= since, variable].mean())


def share(kind: str, *among: str) -> Callable[[Results], float]:
    """Return the share of events of a kind among those of several kinds."""

    def outcome(results: Results) -> float:
        count = results.events["kind"].value_counts()
        return float(count.get(kind, 0) / max(sum(count.get(k, 0) for k in among), 1))

    return outcome


def events(kind: str) -> Callable[[Results], float]:
    """Return how many events of a kind there were."""
    return lambda results: float((results.events["kind"] == kind).sum())


SETTLED = ("adopted", "refused", "lapsed", "heard_informally")

OUTCOMES: dict[str, Callable[[Results], float]] = {
    "empty seats": ccgs("vacant_seats"),
    "engagement from orders": mean("imposed", table="ledger"),
    "engagement from success": mean("success", table="ledger"),
    "engagement of leaders": mean("engagement", *LEADERS),
    "engagement of members": mean("engagement", "none"),
    "influence felt by leaders": mean("influence", *LEADERS),
    "influence felt by members": mean("influence", "none"),
    "informed members": mean("informed", "none"),
    "matters that lapse": share("lapsed", *SETTLED),
    "papers in time": ccgs("support"),
    "people who leave": events("left"),
    "posts filled": ccgs("posts_filled"),
    "strain of leaders": mean("strain", *LEADERS),
    "strain of members": mean("strain", "none"),
    "time for the role": mean("time_met", *LEADERS),
    "trust of practices": ccgs("trust"),
    "wait for appointments": ccgs("wait_weeks"),
}

# fmt: off
DIRECTIONS: list[tuple[str, Any, Any, str, int, str]] = [
    ("time_allocation.governing_body_hours", None, 32, "strain of leaders", +1, "role_overflows_contract"),
    ("time_allocation.governing_body_hours", 1, None, "time for the role", -1, "time_shortage_blocks_engagement"),
    ("time_allocation.missed", None, 0.6, "informed members", -1, "clinic_commitments_fix_diary"),
    ("informedness.briefing", None, 0.2, "informed members", +1, "council_messages_stop_at_rep"),
    ("informedness.decay", None, 0.1, "informed members", -1, "unteased_papers_missed"),
    ("agenda.rate", None, 0.3, "matters that lapse", +1, "c14_active_gps_per_locality"),
    ("meetings.room", 0, None, "influence felt by members", +1, "long_papers_no_strategy"),
    ("meetings.ear", None, 0.6, "influence felt by members", +1, "informal_contact_works"),
    ("running_costs.further_cut", None, 0.3, "posts filled", -1, "less_management_money"),
    ("running_costs.further_cut", None, 0.3, "papers in time", -1, "cuts_meet_growing_duties"),
    ("careers.strain", None, 4.0, "people who leave", +1, "overload_burnout"),
    ("implementation.kick", None, 0.9, "engagement from success", +1, "success_breeds_engagement"),
    ("workload.growth", None, 0.2, "strain of members", +1, "time_shortage_blocks_engagement"),
    ("workload.backfill", 0.0, None, "wait for appointments", -1, "c14_backfill_partner"),
    ("requests.rate", None, 3.0, "papers in time", -1, "fire_fighting_leaves_no_time"),
    ("requests.order_kick", None, 1.0, "engagement from orders", -1, "national_imposition_disengages"),
    ("strain.beta", None, 1.5, "engagement of leaders", -1, "leader_enthusiasm_wanes"),
    ("hope.half_life_weeks", None, 150, "engagement of leaders", +1, "leader_enthusiasm_wanes"),
    ("influence.beta", None, 3.0, "engagement of members", +1, "advisory_role_disengages"),
    ("preparation.rubber_stamping", False, None, "influence felt by leaders", -1, "rubber_stamping"),
    ("relationships.visits", None, 0.8, "trust of practices", +1, "primary_care_manager_as_link"),
    ("succession.steps_down", None, 0.6, "empty seats", +1, "few_successors"),
]
# fmt: on


@functools.cache
def place() -> Config:
    """Return two small sites with further cuts from April 2013 on, so that a short run sees them."""
    made = spread_out(*TWO_SITES, gps=6, weeks=WEEKS, warm_up_weeks=4)
    made.timeline.co_commissioning = "2013-04-01"
    return made


@functools.cache
def run(key: str, value: Any, seed: int) -> Results:
    if value is None and key:
        return run("", None, seed)
    made = copy.deepcopy(place())
    if not key:
        return CommissioningModel(made, seed=seed).run()
    block, _, name = key.partition(".")
    assert hasattr(getattr(made, block), name)
    setattr(getattr(made, block), name, value)
    check_values(getattr(made, block), block)
    return CommissioningModel(made, seed=seed).run()


@pytest.mark.parametrize(
    ("key", "low", "high", "what", "sign", "why"), DIRECTIONS, ids=[f"{d[0]}: {d[3]}" for d in DIRECTIONS]
)
def test_direction(key: str, low: Any, high: Any, what: str, sign: int, why: str) -> None:
    assert evidence.exists(why)
    outcome = OUTCOMES[what]
    moved = np.array([outcome(run(key, high, s)) - outcome(run(key, low, s)) for s in SEEDS])
    assert np.isfinite(moved).all()
    assert (sign * moved >= 0).all(), f"moved by {moved}"
    assert sign * moved.mean() > 1e-6, "did not move"


# Extremes: runs finish, ledgers hold


def no_managers(made: Config) -> None:
    made.running_costs.post_pounds = 300_000


def endless_allowance(made: Config) -> None:
    made.timeline.allowance_pence = {2013: 1_000_000}


def no_allowance(made: Config) -> None:
    made.timeline.allowance_pence = {2013: 0}


def nobody_interested(made: Config) -> None:
    made.population.opposed_share, made.population.opposed_shift = 1.0, -5.0


def everybody_leaves(made: Config) -> None:
    careers = made.careers
    careers.principal = careers.salaried = careers.practice_manager = careers.manager = careers.other = 0.99
    careers.fill_gp = careers.fill_other = 0.0


def no_time(made: Config) -> None:
    made.population.utilisation, made.time_allocation.evening_most = 1.5, 0.0


def endless_business(made: Config) -> None:
    made.agenda.rate, made.agenda.plans, made.requests.rate, made.requests.order_rate = 1.0, 20.0, 10.0, 1.0


EXTREMES = (
    no_managers, endless_allowance, no_allowance, nobody_interested, everybody_leaves, no_time, endless_business,
)  # fmt: skip


@functools.cache
def extreme(change: Callable[[Config], None] | None) -> Results:
    made = spread_out(*TWO_SITES, weeks=WEEKS)
    if change:
        change(made)
    return CommissioningModel(made, seed=1, checked=True).run()


@pytest.mark.parametrize("change", EXTREMES, ids=lambda f: f.__name__)
def test_extremes_run_to_their_end_with_their_ledgers_whole(change: Callable[[Config], None]) -> None:
    results = extreme(change)
    assert results.ccgs["week"].max() == WEEKS - 1
    for name in ("series", "ccgs", "ledger"):
        numbers = getattr(results, name).select_dtypes("number")
        assert np.isfinite(numbers.to_numpy()).all()


def last(results: Results, variable: str) -> pd.Series:
    return results.ccgs[results.ccgs["week"] == WEEKS - 1].set_index("ccg")[variable]


def test_what_extremes_do() -> None:
    usual = extreme(None)
    assert last(extreme(no_managers), "posts_funded").sum() < last(usual, "posts_funded").sum() / 2
    assert (last(extreme(endless_allowance), "allowance_pounds") == 400 * last(usual, "allowance_pounds")).all()
    assert (last(extreme(no_allowance), "allowance_pounds") == 0).all()
    assert events("raised")(extreme(nobody_interested)) == 0 < events("raised")(usual)
    assert events("joined")(extreme(everybody_leaves)) == 0 < events("joined")(usual)
    assert mean("hours")(extreme(no_time)) < mean("hours")(usual)
    assert events("lapsed")(extreme(endless_business)) > events("lapsed")(usual)


# Scenarios, as they differ from the baseline in dated money and powers


def test_delegation_adds_work_for_managers_from_its_date_on() -> None:
    made = {level: spread_out(*TWO_SITES, weeks=80) for level in (1, 2, 3)}
    hours = {}
    for level, c in made.items():
        c.timeline.co_commissioning, c.governance.delegation_level = "2013-04-01", level
        results = CommissioningModel(c, seed=1).run()
        managers = results.series[results.series["role"].isin(["manager", "executive"])]
        hours[level] = {w: rows["hours"].mean() for w, rows in managers.groupby(managers["week"] >= 52)}
    assert hours[1][False] == hours[2][False] == hours[3][False]
    assert hours[1][True] < hours[2][True] <= hours[3][True]
