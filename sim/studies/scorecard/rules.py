"""When a pattern holds. The rules are here and nowhere else; the unit is the run.

A number. Its simulated values are those of a survey of the same size, one a run; their interval runs from
the 2.5th to the 97.5th percentile.

- **fails** if the observed number lies outside the interval (of a range, the number that suits the model
  best);
- **vague** if it lies inside, but the interval is wider than allowed: more than twice as wide as sampling
  alone would make it in a survey of the reported size (``2 x 2 x 1.96 sqrt(p (1 - p) / n)``), or than the
  pattern states where there was no survey. Then seeds and parameters move the number so much that hardly any
  observation could refute it;
- **holds** otherwise.

A condition (sign, order, count). The share of runs that meet it, with its 95 % binomial (Wilson) interval.

- **holds** in at least four runs of five. (Not nineteen of twenty: a world without change has no significant change in
  just that many, and a survey of a few leaders blurs a true difference.)
- **fails** in half of the runs or fewer: the model predicts the opposite as often or more;
- **vague** in between: the model allows the pattern but does not predict it.

With fewer than :data:`FEWEST` runs that have the measure, a pattern is **untested**.

What a pattern that holds is worth: **fitted** (it chose the parameters and proves nothing), **not evidence**
(the null world, in which nothing changes after go-live, has it too), **imposed** (an assumption puts it
there), **not blind** (a number that bears on it was set with the observation in view, docs/decisions/0007),
otherwise it **validates**. Without a null world to compare with it is **not compared**.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.studies.scorecard.patterns import Condition, Pattern

HOLDS, FAILS, VAGUE, UNTESTED = "holds", "fails", "vague", "untested"
ORDER = (FAILS, VAGUE, UNTESTED, HOLDS)
"""Verdicts, worst first."""
FITTED, NOT_EVIDENCE, IMPOSED, VALIDATES = "fitted", "not evidence", "imposed", "validates"
NOT_BLIND, NOT_COMPARED = "not blind", "not compared"
FEWEST = 5
"""Fewest runs that allow a verdict."""
MOSTLY, HALF = 0.8, 0.5
"""Shares of runs at and above which a condition holds, at and below which it fails."""
WIDEST = 2.0
"""Widest interval allowed, in widths that sampling alone gives."""
Z = 1.96


@dataclass(frozen=True)
class Judgement:
    """A pattern against an ensemble.

    Attributes:
        observed: the number compared with; NaN for a condition.
        low: 2.5th percentile over runs; of a condition, the lower bound of the % of runs that meet it.
        median: median over runs; of a condition, the % of runs that meet it.
        high: 97.5th percentile over runs; of a condition, the upper bound.
        rank: mid-rank of the observed among the runs, 0 to 1; NaN for a condition.
        allowed: width allowed; NaN for a condition.
        n: runs.
        verdict: holds, fails, vague or untested.
    """

    observed: float
    low: float
    median: float
    high: float
    rank: float
    allowed: float
    n: int
    verdict: str


def judge_pattern(pattern: Pattern, values: NDArray[np.float64]) -> Judgement:
    """Judge a pattern by the values of its measure, one a run; runs without one (NaN) do not count."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        nothing = float("nan")
        return Judgement(nothing, nothing, nothing, nothing, nothing, allowed_width(pattern), 0, UNTESTED)
    if isinstance(pattern.observed, Condition):
        return _condition(pattern.observed, known)
    low, median, high = (float(q) for q in np.quantile(known, [0.025, 0.5, 0.975]))
    observed = pattern.observed.nearest(median)
    rank = float((known < observed).mean() + (known == observed).mean() / 2)
    allowed = allowed_width(pattern)
    inside = low <= observed <= high
    verdict = FAILS if not inside else VAGUE if high - low > allowed else HOLDS
    verdict = UNTESTED if known.size < FEWEST else verdict
    return Judgement(observed, low, median, high, rank, allowed, known.size, verdict)


def _condition(condition: Condition, values: NDArray[np.float64]) -> Judgement:
    from scipy.stats import binomtest  # takes a third of the start-up of sim

    met = int(condition.met(values).sum())
    interval = binomtest(met, values.size).proportion_ci(0.95, "wilson")
    share = met / values.size
    verdict = HOLDS if share >= MOSTLY else FAILS if share <= HALF else VAGUE
    verdict = UNTESTED if values.size < FEWEST else verdict
    low, high = 100 * float(interval.low), 100 * float(interval.high)
    return Judgement(np.nan, low, 100 * share, high, np.nan, np.nan, values.size, verdict)


def allowed_width(pattern: Pattern) -> float:
    """Return the widest interval that a pattern allows, in its unit; NaN for a condition."""
    if isinstance(pattern.observed, Condition) or not np.isnan(pattern.width):
        return pattern.width
    share = (pattern.observed.low + pattern.observed.high) / 200
    return WIDEST * 2 * Z * 100 * float(np.sqrt(share * (1 - share) / pattern.n))


def worth(pattern: Pattern, verdict: str, null_verdict: str) -> str:
    """Return what a verdict is worth as evidence, given that of the null world (empty: there is none)."""
    if verdict != HOLDS:
        return verdict
    if pattern.kind == FITTED:
        return FITTED
    if null_verdict == HOLDS:
        return NOT_EVIDENCE
    if pattern.imposed:
        return IMPOSED
    if pattern.known:
        return NOT_BLIND
    return VALIDATES if null_verdict else NOT_COMPARED
