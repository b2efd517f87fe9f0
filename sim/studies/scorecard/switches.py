"""Each driver of engagement switched off in turn: which patterns need it?

A switch sets one parameter so that its mechanism no longer acts; seeds, vectors and cut-points stay, so nothing is
refitted. Levels of engagement then move with whatever is taken away, and say little; signs, orders and the patterns
about something else than engagement say more. A driver that acts after a pattern was observed cannot matter to it.

A verdict has edges: a pattern that holds in just enough runs loses its verdict by one. So a change of verdict is a
reading only if it is **clear**: the shift, run by run on the same seed, is surely none of luck (its 95 % interval
leaves out zero) and at least half as large as the baseline's runs differ among themselves (standard deviation).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from sim.state.drivers import STANDING
from sim.studies.scorecard.patterns import Pattern, patterns
from sim.studies.scorecard.rules import HOLDS, judge_pattern

BASELINE, NULL = "baseline", "null"
SAME, NEEDS, AGAINST, OTHER = "same", "needs it", "holds without it", "another verdict"
LARGE = 0.5
"""Standard deviations of the baseline's runs that make a shift a large one."""
COLUMNS = (
    "pattern",
    "statement",
    "unit",
    "world",
    "verdict",
    "baseline_verdict",
    "reading",
    "low",
    "median",
    "high",
    "n",
    "shift",
    "shift_low",
    "shift_high",
    "clear",
)


@dataclass(frozen=True)
class Switch:
    """A mechanism switched off.

    Attributes:
        name: of the folder that keeps its runs, and in tables.
        label: in words, at most 22 characters.
        override: of the configuration.
        note: what a reader must know.
    """

    name: str
    label: str
    override: str
    note: str = ""


SWITCHES = (
    *(Switch(driver.name, driver.label, driver.off, driver.note) for driver in STANDING.rows if driver.off),
    Switch("rubber_stamping", "rubber-stamping", "preparation.rubber_stamping=false", "GPs shape every plan"),
    Switch("colleagues", "colleagues", "engagement.peers=0"),
    Switch("acquaintance", "acquaintance", "meetings.ear=0", "no matter is heard outside the queue"),
    Switch("devolution", "devolved localities", "place.devolution=none"),
)
"""Drivers of engagement first, then what else makes decisions and beliefs."""


def compare(baseline: pd.DataFrame, worlds: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Judge every pattern in the baseline and in other worlds on the same seeds.

    Args:
        baseline: measures of the baseline, one row a run (:func:`sim.studies.scorecard.measured`), numbered by seed.
        worlds: measures of the other worlds by name, numbered alike.

    Returns:
        one row a world and pattern, the baseline first: pattern, statement, unit (of the measure), world, verdict,
        baseline_verdict, reading (same, needs it: holds in the baseline alone, holds without it, another verdict), low,
        median and high (of a condition, the % of runs that meet it and its interval), n (runs), and shift: the mean of
        this world less the baseline over runs of the same seed, in the unit of the measure, with the 95 % t interval,
        and clear: whether that shift is large and sure enough to make another verdict a reading.
    """
    known = [p for p in patterns() if p.id in baseline]
    rows = [
        _row(p, baseline, values, world)
        for world, values in ({BASELINE: baseline} | dict(worlds)).items()
        for p in known
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(pattern: Pattern, baseline: pd.DataFrame, values: pd.DataFrame, world: str) -> dict[str, Any]:
    own = judge_pattern(pattern, values[pattern.id].to_numpy(float))
    before = judge_pattern(pattern, baseline[pattern.id].to_numpy(float)).verdict
    shift, low, high = _paired(values[pattern.id] - baseline[pattern.id])
    large = abs(shift) >= LARGE * baseline[pattern.id].std()
    return {
        "pattern": pattern.id,
        "statement": pattern.statement,
        "unit": pattern.unit,
        "world": world,
        "verdict": own.verdict,
        "baseline_verdict": before,
        "reading": _reading(before, own.verdict),
        "low": own.low,
        "median": own.median,
        "high": own.high,
        "n": own.n,
        "shift": shift,
        "shift_low": low,
        "shift_high": high,
        "clear": bool(large and (low > 0 or high < 0)),
    }


def _reading(before: str, after: str) -> str:
    if after == before:
        return SAME
    return NEEDS if before == HOLDS else AGAINST if after == HOLDS else OTHER


def _paired(differences: pd.Series[float]) -> tuple[float, float, float]:
    """Return mean and t interval over runs; NaN where fewer than two have both numbers."""
    known = differences.dropna().to_numpy(float)
    if known.size < 2:
        return np.nan, np.nan, np.nan
    half = float(t.ppf(0.975, known.size - 1) * known.std(ddof=1) / np.sqrt(known.size))
    mean = float(known.mean())
    return mean, mean - half, mean + half
