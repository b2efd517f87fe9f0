"""Worlds that differ in one thing, and the verdict on what that does over pairs of runs with the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

OPPOSITE, UNCLEAR, HOLDS = "opposite", "unclear", "holds"
ORDER = (OPPOSITE, UNCLEAR, HOLDS)
"""Verdicts, worst first."""
COVERED = 0.95


@dataclass(frozen=True)
class Difference:
    """A difference over pairs of runs.

    Attributes:
        at_low: mean of the outcome at the low end.
        at_high: the same at the high end.
        mean: mean difference, high less low.
        lowest: lower end of its 95 % t interval over pairs.
        highest: upper end.
        verdict: whether the sign holds, is unclear (the interval contains 0) or is opposite.
    """

    at_low: float
    at_high: float
    mean: float
    lowest: float
    highest: float
    verdict: str


def compare(low: Sequence[float], high: Sequence[float], sign: int) -> Difference:
    """Compare an outcome at both ends of a row.

    Args:
        low: the outcome at the low end, one a seed.
        high: the outcome at the high end, of the same seeds.
        sign: of the expected difference.

    Raises:
        ValueError: fewer than two pairs, or an outcome that is no number.
    """
    moved = np.subtract(high, low)
    n = moved.size
    if n < 2 or not np.isfinite(moved).all():
        raise ValueError(f"differences {moved.tolist()}; allowed are two or more, all of them numbers")
    half = float(t.ppf((1 + COVERED) / 2, n - 1) * moved.std(ddof=1) / np.sqrt(n))
    mean = float(moved.mean())
    verdict = UNCLEAR if abs(mean) <= half else HOLDS if sign * mean > 0 else OPPOSITE
    return Difference(float(np.mean(low)), float(np.mean(high)), mean, mean - half, mean + half, verdict)
