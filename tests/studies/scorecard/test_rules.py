"""The rules of the scorecard, on values that can be judged by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.studies.scorecard.patterns import Condition, Number, Pattern
from sim.studies.scorecard.rules import FEWEST, allowed_width, judge_pattern, worth

HALF = Pattern("half", "half of them", "validating", "answer", {}, Number(50, 50), "%", ("h15_informed",), n=100)
"""Half of 100 respondents: sampling alone gives an interval of 2 x 1.96 x 5 = 19.6 points."""
SIGN = replace(HALF, observed=Condition("above", 0), n=np.nan)
EVENLY = np.linspace(0, 1, 201)


def spread(low: float, high: float) -> np.ndarray:
    return low + (high - low) * EVENLY


def test_the_width_allowed_is_twice_that_of_sampling() -> None:
    assert allowed_width(HALF) == pytest.approx(2 * 2 * 1.96 * 5)
    assert allowed_width(replace(HALF, observed=Number(10, 30))) == pytest.approx(2 * 2 * 1.96 * 4)
    assert allowed_width(replace(HALF, width=7.0)) == 7.0
    assert np.isnan(allowed_width(SIGN))


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (spread(42, 58), "holds"),
        (spread(55, 65), "fails"),
        (spread(35, 45), "fails"),
        (spread(20, 80), "vague"),  # the observed is right in the middle of an interval 57 points wide
        (spread(0, 45), "fails"),  # wide and off
        (np.full(40, 50.0), "holds"),
        (np.full(40, 51.0), "fails"),
        (spread(42, 58)[: FEWEST - 1], "untested"),
        (np.array([]), "untested"),
        (np.full(40, np.nan), "untested"),
    ],
)
def test_a_number(values: np.ndarray, verdict: str) -> None:
    assert judge_pattern(HALF, values).verdict == verdict


def test_a_wide_interval_is_vague_just_beyond_the_width_allowed() -> None:
    half_of_allowed = allowed_width(HALF) / 2 / 0.95  # the interval leaves out 2.5 % at either end
    for factor, verdict in ((0.999, "holds"), (1.001, "vague")):
        reach = half_of_allowed * factor
        assert judge_pattern(HALF, spread(50 - reach, 50 + reach)).verdict == verdict


def test_quantiles_rank_and_count() -> None:
    found = judge_pattern(HALF, np.append(np.arange(0.0, 101.0), np.nan))
    assert (found.low, found.median, found.high, found.n) == pytest.approx((2.5, 50.0, 97.5, 101))
    assert found.rank == pytest.approx(0.5)
    assert judge_pattern(HALF, np.array([10.0, 50, 50, 60, 70])).rank == pytest.approx(0.4)
    assert judge_pattern(HALF, np.full(9, 70.0)).rank == 0
    assert judge_pattern(HALF, np.full(9, 30.0)).rank == 1


def test_a_range_is_compared_by_the_number_that_suits_the_model_best() -> None:
    pattern = replace(HALF, observed=Number(30, 40))
    above, inside = judge_pattern(pattern, spread(38, 48)), judge_pattern(pattern, spread(33, 37))
    assert (above.observed, above.verdict) == (40, "holds")
    assert (inside.observed, inside.verdict) == (pytest.approx(35), "holds")
    assert judge_pattern(pattern, spread(42, 52)).verdict == "fails"


@pytest.mark.parametrize(
    ("met", "verdict"), [(40, "holds"), (32, "holds"), (31, "vague"), (21, "vague"), (20, "fails"), (0, "fails")]
)
def test_a_condition(met: int, verdict: str) -> None:
    found = judge_pattern(SIGN, np.repeat([1.0, -1.0], [met, 40 - met]))
    assert found.verdict == verdict
    assert found.median == pytest.approx(100 * met / 40)
    assert found.low <= found.median <= found.high
    assert np.isnan([found.observed, found.rank, found.allowed]).all()


def test_the_interval_of_a_condition_is_wilson_s() -> None:
    found = judge_pattern(SIGN, np.repeat([1.0, -1.0], [5, 5]))
    z, n = 1.959964, 10
    half = z / (1 + z * z / n) * np.sqrt(0.25 / n + z * z / (4 * n * n))
    assert (found.low, found.high) == pytest.approx((100 * (0.5 - half), 100 * (0.5 + half)), abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "why", "verdict", "null", "evidence"),
    [
        ("fitted", "", "holds", "fails", "fitted"),
        ("fitted", "", "holds", "holds", "fitted"),
        ("fitted", "", "fails", "fails", "fails"),
        ("validating", "", "holds", "fails", "validates"),
        ("validating", "", "holds", "vague", "validates"),
        ("validating", "", "holds", "holds", "not evidence"),
        ("validating", "", "holds", "", "not compared"),
        ("validating", "imposed", "holds", "fails", "imposed"),
        ("validating", "imposed", "holds", "holds", "not evidence"),
        ("validating", "known", "holds", "fails", "not blind"),
        ("validating", "known", "holds", "holds", "not evidence"),
        ("validating", "known", "fails", "fails", "fails"),
        ("validating", "", "vague", "fails", "vague"),
        ("validating", "", "fails", "holds", "fails"),
        ("validating", "", "untested", "untested", "untested"),
    ],
)
def test_what_a_verdict_is_worth(kind: str, why: str, verdict: str, null: str, evidence: str) -> None:
    reasons = {why: "because"} if why else {}
    assert worth(replace(HALF, kind=kind, **reasons), verdict, null) == evidence
