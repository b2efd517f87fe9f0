"""Worlds that differ in one thing, and the verdict on what that does over pairs of runs with the same luck."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import t

from sim.core.parameters import check_values
from sim.run.fitted_values import value_of

if TYPE_CHECKING:
    from sim.run.config import Config

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


def with_values(config: Config, values: Mapping[str, Any]) -> Config:
    """Return a copy of a configuration in which some keys have other values; None leaves what is there.

    Raises:
        ValueError: a value that is not allowed.
        AttributeError: a key that does not exist.
    """
    config = copy.deepcopy(config)
    for key, value in values.items():
        block, _, name = key.rpartition(".")
        value_of(config, key)
        if value is not None:
            setattr(value_of(config, block), name, value)
            check_values(type(value_of(config, block))(**{name: value}), block)
    config.place.check()
    return config


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
