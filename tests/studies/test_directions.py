"""Directions of effect on two tiny sites, and the table itself: claims, coverage, verdicts.

Both worlds of a row have the seeds of :data:`SEEDS`; the sign must hold on average and no seed may say the opposite.
``python -m experiments.directions`` does the same on the six sites, with intervals.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from sim import evidence
from sim.mechanisms.claims import Direction
from sim.mechanisms.schedule import WEEK
from sim.run.config import Config, ConfigError, plain
from sim.run.model import CommissioningModel
from sim.run.results import Results
from sim.settings.sites import Site
from sim.state.drivers import STANDING
from sim.studies.directions import ALWAYS, DIRECTIONS, EXTREMES, OUTCOMES, Extreme, compare, measure
from tests.worlds import spread_out

SEEDS = (1, 2)
WEEKS = 36
SITES = (
    Site("P", population=80_000, practices=4, support_unit_pence={2012: 500}, partners=1),
    Site("Q", population=200_000, practices=6, localities=2, devolved=True, devolved_limit=100_000, merged=True),
)
"""Few practices, for short runs; money for managers enough that business moves and not so much that all is ready."""
BY_ROW = [pytest.param(d, id=f"{d.key}: {d.outcome}") for d in DIRECTIONS]
TINY = [p for p, d in zip(BY_ROW, DIRECTIONS, strict=True) if not d.six_sites_only]

NOT_SHOWN = {
    ("governance.delegation_level", "trust of practices"): "delegated work takes the managers' time for visits; "
    "faster answers to practices' own queries are not in the model"
}
"""Rows that the model contradicts, and by what mechanism; such a row stays as the reports have it."""


@functools.cache
def place() -> Config:
    """Return two sites of few practices with a queue, in which go-live, cuts and reviews come soon."""
    made = spread_out(*SITES, gps=6, weeks=WEEKS, warm_up_weeks=4)
    made.agenda.rate = 0.3
    made.timeline.authorisation = ["2012-04-02", "2012-04-15"]
    made.timeline.go_live = made.timeline.co_commissioning = "2012-05-07"
    made.timeline.allowance_pence = {2012: 2500}
    made.implementation.first_review, made.implementation.last_review = 8, 16
    return made


@functools.cache
def run(key: str, value: Any, seed: int) -> Results:
    if value is None and key:
        return run("", None, seed)
    return CommissioningModel(place().with_values({key: value} if key else {}), seed=seed).run()


def ends(row: Direction, seed: int) -> tuple[float, float]:
    low, high = (
        measure(run(row.key, value, seed), [(row.outcome, row.since)])[row.outcome, row.since]
        for value in (row.low, row.high)
    )
    return low, high


@pytest.mark.parametrize("row", TINY)
def test_direction(row: Direction, request: pytest.FixtureRequest) -> None:
    if (row.key, row.outcome) in NOT_SHOWN:
        request.applymarker(pytest.mark.xfail(reason=NOT_SHOWN[row.key, row.outcome], strict=True))
    moved = np.array([high - low for low, high in (ends(row, seed) for seed in SEEDS)])
    assert np.isfinite(moved).all()
    assert (row.sign * moved >= 0).all(), f"moved by {moved}"
    assert row.sign * moved.mean() > 1e-6, "did not move"


# The table


@pytest.mark.parametrize("row", BY_ROW)
def test_a_sign_is_that_of_the_claim_in_the_register(row: Direction) -> None:
    claimed = {"+": 1, "-": -1}[evidence.mechanisms()[row.evidence].effect[row.effect]]
    assert row.sign == claimed * OUTCOMES[row.outcome].shows[row.effect] * (-1 if row.away else 1)


@pytest.mark.parametrize("row", BY_ROW)
def test_both_ends_are_allowed_and_differ(row: Direction) -> None:
    low, high = (place().with_values({row.key: v} if v is not None else {}) for v in (row.low, row.high))
    assert low != high


def test_every_process_and_every_driver_has_a_row() -> None:
    processes = {row.process for row in DIRECTIONS}
    assert processes == {p.name for p in WEEK}
    drivers = {OUTCOMES[row.outcome].driver for row in DIRECTIONS} | processes
    assert drivers >= {*STANDING.pulls, *STANDING.kicks}


def test_no_row_stands_twice_and_none_is_left_in_the_list_of_rows_not_shown() -> None:
    rows = [(row.key, row.outcome, row.low, row.high) for row in DIRECTIONS]
    assert len(set(rows)) == len(rows)
    assert set(NOT_SHOWN) <= {(row.key, row.outcome) for row in DIRECTIONS}


def test_a_key_or_value_that_is_not_allowed_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"unknown key hope\.no_such"):
        place().with_values({"hope.no_such": 1})
    with pytest.raises(ValueError, match=r"hope\.beta=9 is out of range; allowed is 0\.\.5"):
        place().with_values({"hope.beta": 9})


def test_changing_a_copy_leaves_the_original() -> None:
    made = place()
    assert made.with_values({"hope.beta": 0.0}).hope.beta == 0
    assert made.hope.beta == Config().hope.beta


# Outcomes


@pytest.fixture
def by_hand() -> Results:
    """Two CCGs over 110 weeks, live from week 5, in numbers that can be checked on paper."""
    weeks = range(110)
    people = pd.DataFrame(
        [
            {"week": w, "ccg": ccg, "role": role, "n": n, "influence": felt, "success": felt / 10}
            for w in weeks
            for ccg, role, n, felt in (("P", "none", 30, 0.2), ("Q", "none", 10, 0.6), ("Q", "chair", 1, 0.9))
        ]
    )
    people.loc[people["week"] < 5, "influence"] = 1.0  # before go-live: not counted
    ccgs = pd.DataFrame([{"week": w, "ccg": ccg, "support": 0.5 + 0.5 * (ccg == "Q")} for w in weeks for ccg in "PQ"])
    events = pd.DataFrame(
        [
            (2, "adopted", "P", 5, 1.0), (10, "adopted", "P", 5, 4.0), (11, "refused", "Q", 6, 8.0),
            (12, "lapsed", "Q", 6, 14.0), (13, "lapsed", "Q", 7, 14.0), (14, "adopted", "P", -1, 50.0),
            (20, "stood_down", "P", 8, 0.0), (71, "stood_down", "P", 9, 0.0), (72, "stood_down", "P", 5, 0.0),
        ],
        columns=["week", "kind", "ccg", "person", "value"],
    )  # fmt: skip
    nothing = pd.DataFrame()
    return Results(plain(place()), [1], people, ccgs, events, nothing, nothing, people, nothing)


def test_outcomes_are_what_they_say(by_hand: Results) -> None:
    found = {
        "influence felt by members": (30 * 20 + 10 * 60) / 40,
        "influence felt by members, devolved sites": 60,  # Q alone
        "influence felt by leaders": 90,
        "engagement from successes seen, members": (30 * 0.02 + 10 * 0.06) / 40,
        "papers in time": 75,
        "matters that lapse": 50,  # plans, which nobody raised, are left out
        "weeks until a matter is settled": (4 + 8 + 14 + 14) / 4,
        "matters adopted": 1 / (2 * 105 / 52.18),
        "leaders who give up their seat, worst year": (2 + 0) / 2,  # weeks 20 and 71, or 71 and 72; none at Q
    }
    measured = measure(by_hand, [(name, "go_live") for name in found])
    assert measured == pytest.approx({(name, "go_live"): value for name, value in found.items()})


# Verdicts


@pytest.mark.parametrize(
    ("moved", "sign", "verdict"),
    [
        ([1.0, 1.2, 0.9], 1, "holds"),
        ([1.0, 1.2, 0.9], -1, "opposite"),
        ([1.0, -1.2, 0.9], 1, "unclear"),
        ([-1.0, -1.1, -1.2], -1, "holds"),
        ([0.0, 0.0, 0.0], 1, "unclear"),
    ],
)
def test_a_verdict_follows_from_the_interval_over_pairs(moved: list[float], sign: int, verdict: str) -> None:
    low = np.array([5.0, 7.0, 9.0])
    found = compare(low, low + moved, sign)
    assert found.verdict == verdict
    assert found.mean == pytest.approx(np.mean(moved))
    assert found.at_high - found.at_low == pytest.approx(found.mean)
    if np.std(moved):
        expected = ttest_1samp(moved, 0.0).confidence_interval(0.95)
        assert (found.lowest, found.highest) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("high", [[1.0], [1.0, float("nan")]])
def test_one_pair_or_a_missing_outcome_gives_no_verdict(high: list[float]) -> None:
    with pytest.raises(ValueError, match="two or more, all of them numbers"):
        compare([0.0] * len(high), high, 1)


# Extremes


@functools.cache
def extreme(world: str) -> Results:
    """Return a run in which every ledger is audited every week."""
    values = {e.name: e.values for e in EXTREMES}[world]
    model = CommissioningModel(place().with_values(values), seed=SEEDS[0])
    while model.running:
        model.step()
        model.audit()
    return model.results()


@pytest.mark.parametrize("world", EXTREMES, ids=lambda e: e.name)
def test_what_extremes_do(world: Extreme) -> None:
    claims = (*ALWAYS, *world.claims)
    wanted = [(claim.outcome, "go_live") for claim in claims]
    here, usual = (measure(results, wanted) for results in (extreme(world.name), run("", None, SEEDS[0])))
    assert extreme(world.name).ccgs["week"].max() == WEEKS - 1
    false = [
        (claim.words, here[w], usual[w])
        for claim, w in zip(claims, wanted, strict=True)
        if not claim.holds(here[w], usual[w])
    ]
    assert not false


# Scenarios, as they differ from the baseline in dated money and powers


def test_delegation_adds_work_for_managers_from_its_date_on() -> None:
    hours = {}
    for level in (None, 2, 3):
        series = run("governance.delegation_level", level, SEEDS[0]).series
        managers = series[series["role"].isin(["manager", "executive"])]
        live = managers["date"] >= place().timeline.co_commissioning
        hours[level] = {after: rows["hours"].mean() for after, rows in managers.groupby(live)}
    assert hours[None][False] == hours[2][False] == hours[3][False]
    assert hours[None][True] < hours[2][True] <= hours[3][True]
