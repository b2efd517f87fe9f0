"""What is drawn: means over people by group, intervals over runs. The unit of every interval is the run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, t

from sim.evidence import facts
from sim.plots.style import INTERVAL
from sim.run.results import Results
from sim.run.vocabulary import GROUP_NAMES, GROUPS
from sim.survey.instruments import PANEL
from sim.survey.items import AT_LEAST_SOMEWHAT

__all__ = [
    "ANSWERS",
    "GROUPS",
    "GROUP_NAMES",
    "MEASURES",
    "OBSERVED",
    "by_run",
    "group_mean",
    "group_size",
    "mean_interval",
    "observed_shares",
    "over_runs",
    "paired",
    "survey_shares",
    "wilson",
]

Floats = NDArray[np.float64]

MEASURES = {"p_engaged": "at least somewhat engaged", "p_highly": "highly engaged"}
"""Shares shown, and the answers that they are the probability of."""
ANSWERS = {"p_engaged": AT_LEAST_SOMEWHAT, "p_highly": "highly"}
OBSERVED = {"p_engaged": "h15_engaged_any", "p_highly": "h15_engaged_highly"}
"""Fact that reports each share of respondents."""


def by_run(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table that has a ``run`` column: 0 if it holds a single run."""
    return frame if "run" in frame.columns else frame.assign(run=0)


def group_mean(series: pd.DataFrame, column: str, group: str) -> pd.DataFrame:
    """Return the mean over the people of a group, all CCGs together: one row a date, one column a run."""
    return roles_mean(series, column, GROUPS[group])


def roles_mean(frame: pd.DataFrame, column: str, roles: Sequence[str]) -> pd.DataFrame:
    """Return the mean over the people of some roles, all CCGs together: one row a date, one column a run."""
    return roles_means(frame, [column], roles)[column]


def roles_means(frame: pd.DataFrame, columns: Sequence[str], roles: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the means of several columns over the people of some roles, all CCGs of the table together.

    Args:
        frame: a table week x CCG x role of group means, such as ``series`` or ``ledger``.
        columns: what is averaged.
        roles: of the people.

    Returns:
        By column: one row a date, one column a run.
    """
    rows = by_run(frame)
    rows = rows[rows["role"].isin(roles)]
    totals = rows[list(columns)].mul(rows["n"], axis=0).assign(n=rows["n"], date=rows["date"], run=rows["run"])
    sums = totals.groupby(["date", "run"]).sum()
    return {column: (sums[column] / sums["n"]).unstack("run") for column in columns}  # noqa: PD010


def group_size(series: pd.DataFrame, group: str) -> float:
    """Return how many people a group has, all CCGs together: mean over weeks and runs."""
    rows = by_run(series)
    people = rows.loc[rows["role"].isin(GROUPS[group]), "n"].sum()
    return float(people / (rows["run"].nunique() * rows["week"].nunique()))


def over_runs(values: pd.DataFrame) -> pd.DataFrame:
    """Return median and central interval over the columns (runs): columns low, median, high."""
    tail = (1 - INTERVAL) / 2
    bounds = {"low": tail, "median": 0.5, "high": 1 - tail}
    array = np.quantile(values.to_numpy(), list(bounds.values()), axis=1) if len(values) else np.zeros((3, 0))
    return pd.DataFrame(array.T, index=values.index, columns=list(bounds))


def mean_interval(values: pd.DataFrame) -> pd.DataFrame:
    """Return the mean over the columns (runs) and its t interval: low, mean, high (NaN for one run)."""
    array, n = values.to_numpy(), values.shape[1]
    mean = array.mean(axis=1)
    half = np.full(len(array), np.nan)
    if n > 1:
        half = t.ppf(0.5 + INTERVAL / 2, n - 1) * array.std(axis=1, ddof=1) / np.sqrt(n)
    return pd.DataFrame({"low": mean - half, "mean": mean, "high": mean + half}, index=values.index)


def paired(first: Results, other: Results, column: str, group: str) -> pd.DataFrame:
    """Return other minus first, run by run with the same seed: one row a date, one column a seed.

    Raises:
        ValueError: no seed in common.
    """
    a, b = (group_mean(r.series, column, group).set_axis(r.seeds, axis=1) for r in (first, other))
    common = [seed for seed in first.seeds if seed in other.seeds]
    if not common:
        raise ValueError(
            f"no seed in common ({first.seeds[0]} ... and {other.seeds[0]} ...); pairs need the same seeds"
        )
    difference: pd.DataFrame = b[common] - a[common]
    return difference


def survey_shares(survey: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the share among simulated respondents of the panel: one row a wave, one column a run."""
    rows = by_run(survey)
    rows = rows[
        (rows["instrument"] == "panel")
        & (rows["item"] == "engagement")
        & (rows["group_by"] == "all")
        & (rows["answer"] == ANSWERS[measure])
    ]
    shares: pd.DataFrame = rows.set_index(["wave", "run"])["share"].unstack("run")  # noqa: PD010
    return shares.set_axis(pd.to_datetime(shares.index), axis=0)


def observed_shares(measure: str) -> pd.DataFrame:
    """Return what was reported of respondents, one row a wave: share, n, low and high (Wilson interval)."""
    reported, answered = facts()[OBSERVED[measure]].value, facts()["h15_engaged_n"].value
    share = np.array([reported[wave[:4]] / 100 for wave in PANEL])
    n = np.array([answered[wave[:4]] for wave in PANEL])
    low, high = wilson(share, n)
    return pd.DataFrame({"share": share, "n": n, "low": low, "high": high}, index=pd.to_datetime(list(PANEL)))


def wilson(share: Floats, n: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the Wilson interval of a share observed among n people."""
    z = norm.ppf(0.5 + INTERVAL / 2)
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half
