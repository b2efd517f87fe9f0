"""The scorecard as a table, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.run.results import Results
from sim.studies.scorecard import rules
from sim.studies.scorecard.measures import measured
from sim.studies.scorecard.patterns import Condition, Pattern, patterns
from sim.studies.scorecard.rules import judge_pattern, worth

COLUMNS = (
    "pattern",
    "statement",
    "source",
    "kind",
    "unit",
    "observed",
    "low",
    "median",
    "high",
    "rank",
    "width",
    "n",
    "verdict",
    "null_verdict",
    "evidence",
    "reported",
    "width_allowed",
    "null_median",
    "imposed",
    "known",
    "note",
)
OF_RUNS = "% of runs"
"""Unit of low, median and high where a pattern is a condition."""


def score(results: Results, null: Results | None = None) -> pd.DataFrame:
    """Hold the patterns of the evidence against an ensemble (rules: :mod:`sim.studies.scorecard.rules`).

    Args:
        results: the ensemble, with a ``run`` column; its tables ``measures.TABLES`` are needed.
        null: the same ensemble of the null world, in which nothing changes after go-live.

    Returns:
        one row a pattern, failures first: pattern, statement, source (ids), kind (fitted or validating),
        unit, observed (NaN for a condition; of a range, the number compared with), low, median, high (2.5, 50
        and 97.5 % of runs; of a condition, the % of runs that meet it with its interval), rank (of the
        observed among the runs, 0 to 1), width (high - low), n (runs), verdict, null_verdict (empty without a
        null world), evidence (what the verdict is worth), reported (the observed as text), width_allowed,
        null_median, imposed, known, note.
    """
    return judge(measured(results), None if null is None else measured(null))


def judge(values: pd.DataFrame, null_values: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the scorecard of measured patterns (see :func:`sim.studies.scorecard.measured`)."""
    rows = [_row(p, values, null_values) for p in patterns() if p.id in values]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    worst_first = table["verdict"].map({v: k for k, v in enumerate(rules.ORDER)})
    return table.loc[worst_first.sort_values(kind="stable").index].reset_index(drop=True)


def _row(pattern: Pattern, values: pd.DataFrame, null_values: pd.DataFrame | None) -> dict[str, Any]:
    own = judge_pattern(pattern, values[pattern.id].to_numpy(float))
    null_verdict, null_median = "", np.nan
    if null_values is not None:
        null = judge_pattern(pattern, null_values[pattern.id].to_numpy(float))
        null_verdict, null_median = null.verdict, null.median
    told = ("statement", "source", "kind", "imposed", "known", "note")
    found = ("observed", "low", "median", "high", "rank", "n", "verdict")
    return {
        "pattern": pattern.id,
        **{name: getattr(pattern, name) for name in told},
        **{name: getattr(own, name) for name in found},
        "unit": OF_RUNS if isinstance(pattern.observed, Condition) else pattern.unit,
        "width": own.high - own.low,
        "width_allowed": own.allowed,
        "reported": f"{pattern.observed} {pattern.unit}",
        "null_verdict": null_verdict,
        "null_median": null_median,
        "evidence": worth(pattern, own.verdict, null_verdict),
    }


def render(scorecard: pd.DataFrame) -> str:
    """Return the scorecard as text of at most 117 characters a line, failures first."""
    return "\n".join(line.rstrip() for line in _lines(scorecard))


def _lines(scorecard: pd.DataFrame) -> Iterator[str]:
    runs = int(scorecard["n"].max()) if len(scorecard) else 0
    verdicts = scorecard["verdict"].value_counts(sort=False)
    counts = ", ".join(f"{n} {verdict}" for verdict, n in verdicts.items())
    validate = int((scorecard["evidence"] == rules.VALIDATES).sum())
    yield f"scorecard, {len(scorecard)} patterns, {runs} runs: {counts}; {validate} validate the model"
    yield _line("verdict", "pattern", "reported", "simulated [95 %]", "rank", "null", "worth")
    known = scorecard["n"] > 0
    for row in scorecard[known].to_dict("records"):
        simulated = interval(row) + (" % runs" if row["unit"] == OF_RUNS else "")
        rank = "" if np.isnan(row["rank"]) else f"{row['rank']:.2f}"
        of_what_holds = row["evidence"] if row["verdict"] == rules.HOLDS else ""
        value = rules.FITTED if row["kind"] == rules.FITTED else of_what_holds
        null = row["null_verdict"] or "-"
        yield _line(row["verdict"], row["statement"], row["reported"], simulated, rank, null, value)
    if not known.all():
        yield f"untested: {int((~known).sum())} patterns that none of these runs can have, such as of weeks not run"
    yield "holds: inside an interval that is narrow enough, or in 80 % of runs. null: the same world with"
    yield "nothing changing; what holds there too is not evidence. fitted: it chose parameters. imposed: an"
    yield "assumption puts it there. not blind: a number was set with the observation in view."


def _line(verdict: str, statement: str, reported: str, simulated: str, rank: str, null: str, value: str) -> str:
    found = f"{statement:<{58 - len(reported)}}{reported}"
    return f"{verdict:<9}{found} {simulated:<21}{rank:<6}{null:<9}{value}"


def interval(row: Mapping[Any, Any]) -> str:
    """Return the simulated median with its interval; with a digit more where an observed outside would seem inside."""
    ends = [float(row[name]) for name in ("median", "low", "high")]
    digits = int(any(abs(end) < 10 and abs(end - round(end)) > 0.05 for end in ends))
    _, low, high = (round(end, digits) for end in ends)
    if row["verdict"] == rules.FAILS and low <= row["observed"] <= high:
        digits += 1
    middle, low_text, high_text = ("-" if np.isnan(end) else f"{end:z,.{digits}f}" for end in ends)
    return f"{middle} [{low_text}, {high_text}]"
