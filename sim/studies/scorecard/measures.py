"""What a run gives for each pattern: named functions of one run, in percent, points, hours or counts.

A measure that a run cannot give (a wave after its end, a site that it has not) is NaN.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.run.results import Results
from sim.run.vocabulary import GPS, MEMBERS
from sim.state.codes import Stage
from sim.studies.scorecard.patterns import Pattern, patterns
from sim.survey.instruments import PANEL

TABLES = ("series", "ccgs", "events", "survey", "hours")
"""Tables of results that measures need."""
WAVES = {int(label[:4]): label for label in PANEL}
"""The two reported waves by year."""


class Run:
    """One run as measures read it: its results, and the answers of its panel by what they are of."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self._periods: dict[tuple[str, str, str], pd.DataFrame] = {}

    @cached_property
    def panel(self) -> dict[tuple[str, ...], tuple[int, float, float]]:
        """Number asked, share and share of everyone by (wave, item, answer, group_by, group)."""
        survey = self.results.survey
        rows = survey[survey["instrument"] == "panel"]
        keys = zip(*(rows[c] for c in ("wave", "item", "answer", "group_by", "group")), strict=True)
        values = zip(rows["n"], rows["share"], rows["share_of_everyone"], strict=True)
        return dict(zip(keys, values, strict=True))

    def answers(
        self, wave: int, item: str, answer: str, group_by: str, group: str | Sequence[str]
    ) -> tuple[int, float]:
        """Return how many of a group (or of several together) were asked, and the share of an answer."""
        groups = [group] if isinstance(group, str) else group
        found = [self.panel.get((WAVES[wave], item, answer, group_by, g), (0, 0.0, 0.0)) for g in groups]
        n = sum(f[0] for f in found)
        return n, sum(f[0] * f[1] for f in found) / n if n else np.nan

    def everyone_by_site(self, wave: int, item: str) -> dict[str, float]:
        """Return the share of everyone at each site that would agree, by site."""
        return {
            key[4]: value[2] for key, value in self.panel.items() if key[:4] == (WAVES[wave], item, "agree", "site")
        }

    def between(self, table: str, start: str, end: str) -> pd.DataFrame:
        """Return a table's rows of the weeks that begin between two dates; none if the run lacks any."""
        if (table, start, end) not in self._periods:
            frame: pd.DataFrame = getattr(self.results, table)
            dates = self.results.series["date"]
            first, last = pd.Timestamp(start), pd.Timestamp(end)
            covered = dates.min() <= first and dates.max() >= last - pd.Timedelta(days=7)
            inside = (frame["date"] >= first) & (frame["date"] <= last)
            self._periods[table, start, end] = frame[inside] if covered else frame.iloc[:0]
        return self._periods[table, start, end]


def measured(results: Results, chosen: Sequence[Pattern] | None = None) -> pd.DataFrame:
    """Return the measure of each pattern in each run: one row a run, one column a pattern.

    Args:
        results: one run, or several with a ``run`` column.
        chosen: the patterns; all that ship if None.
    """
    chosen = patterns() if chosen is None else chosen
    rows = {}
    for number, results_of_run in _runs(results):
        run = Run(results_of_run)
        rows[number] = {p.id: float(MEASURES[p.measure](run, **p.arguments)) for p in chosen}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[p.id for p in chosen]).rename_axis("run")


def _runs(results: Results) -> Iterator[tuple[int, Results]]:
    if "run" not in results.series.columns:
        yield 0, results
        return
    tables = {name: dict(list(getattr(results, name).groupby("run"))) for name in TABLES}
    for number in tables["series"]:
        empty = {name: getattr(results, name).iloc[:0] for name in TABLES}
        own = {name: tables[name].get(number, empty[name]) for name in TABLES}
        yield int(number), replace(results, **own)


# Answers


def answer(run: Run, item: str, wave: int, answer: str = "agree") -> float:
    """Return the % of all respondents who gave an answer."""
    return 100 * run.answers(wave, item, answer, "all", "all")[1]


def gap(
    run: Run,
    item: str,
    group_by: str,
    group: str | Sequence[str],
    against: str | Sequence[str],
    answer: str = "agree",
    waves: Sequence[int] = tuple(WAVES),
) -> float:
    """Return by how many points a group is above another; of several waves, the smallest difference."""
    gaps = [
        run.answers(w, item, answer, group_by, group)[1] - run.answers(w, item, answer, group_by, against)[1]
        for w in waves
    ]
    return 100 * float(np.min(gaps))


def change(
    run: Run, item: str, answer: str = "agree", group_by: str = "all", group: str | Sequence[str] = "all"
) -> float:
    """Return the change between the two waves as reported, in points."""
    before, after = (run.answers(wave, item, answer, group_by, group)[1] for wave in WAVES)
    return 100 * (after - before)


def change_gap(run: Run, item: str, answer: str, group_by: str, group: str, against: str) -> float:
    """Return the change of one group less that of another, in points."""
    return change(run, item, answer, group_by, group) - change(run, item, answer, group_by, against)


def change_in_errors(
    run: Run, item: str, answer: str = "agree", group_by: str = "all", group: str | Sequence[str] = "all"
) -> float:
    """Return the reported change in standard errors of a difference of two proportions (pooled)."""
    (n, before), (m, after) = (run.answers(wave, item, answer, group_by, group) for wave in WAVES)
    if not (n and m):
        return np.nan
    pooled = (n * before + m * after) / (n + m)
    error = float(np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)))
    return (after - before) / error if error else 0.0


def rise_from_start(run: Run, item: str, state: str, wave: int) -> float:
    """Return by how many points agreement at a wave is above members' mean state in the first week."""
    series = run.results.series
    first = series[(series["week"] == series["week"].min()) & series["role"].isin(MEMBERS)]
    start = float(np.average(first[state], weights=first["n"]))
    return answer(run, item, wave) - 100 * start


def state_change(run: Run, column: str, roles: Sequence[str], before: Sequence[str], after: Sequence[str]) -> float:
    """Return the change of the mean state of the holders of some roles between two periods, in points."""

    def mean(start: str, end: str) -> float:
        series = run.between("series", start, end)
        rows = series[series["role"].isin(roles)]
        return float(np.average(rows[column], weights=rows["n"])) if len(rows) else np.nan

    return 100 * (mean(*after) - mean(*before))


# Sites


def sites_lead(run: Run, item: str, wave: int, sites: Sequence[str]) -> float:
    """Return by how many points the lowest of some sites is above the highest of the others."""
    shares = run.everyone_by_site(wave, item)
    others = [share for site, share in shares.items() if site not in sites]
    if not (others and set(sites) <= set(shares)):
        return np.nan
    return 100 * (min(shares[s] for s in sites) - max(others))


def sites_below(run: Run, item: str, wave: int, site: str) -> float:
    """Return how many sites are below one."""
    shares = run.everyone_by_site(wave, item)
    return sum(share < shares[site] for share in shares.values()) if site in shares else np.nan


def sites_pre_decided(run: Run, at_least: float, start: str, end: str) -> float:
    """Return at how many sites such a share of plans reached the governing body settled, on average."""
    ccgs = run.between("ccgs", start, end)
    if ccgs.empty:
        return np.nan
    return int((ccgs.groupby("ccg", observed=True)["pre_decided"].mean() >= at_least).sum())


def sites_with_event(run: Run, event: str, start: str, end: str) -> float:
    """Return at how many sites an event happened in a period."""
    if run.between("series", start, end).empty:
        return np.nan
    events = run.between("events", start, end)
    return events.loc[events["kind"] == event, "ccg"].nunique()


def sites_reaching(run: Run, column: str, roles: Sequence[str], at_least: float, start: str, end: str) -> float:
    """Return at how many sites the mean state of the holders of some roles reaches a value over a period."""
    series = run.between("series", start, end)
    rows = series[series["role"].isin(roles)]
    if rows.empty:
        return np.nan
    total = (rows[column] * rows["n"]).groupby(rows["ccg"], observed=True).sum()
    mean = total / rows["n"].groupby(rows["ccg"], observed=True).sum()
    return int((mean >= at_least).sum())


def budget_share(run: Run, head: str, start: str, end: str) -> float:
    """Return the % of the allowance that goes to a head: mean over weeks and sites, each site counted once."""
    ccgs = run.between("ccgs", start, end)
    return float(100 * (ccgs[head] / ccgs["allowance_pounds"]).mean()) if len(ccgs) else np.nan


# Hours


def hours(run: Run, role: str, column: str, start: str, end: str) -> float:
    """Return the mean weekly hours of a role over a period."""
    series = run.between("series", start, end)
    rows = series[series["role"] == role]
    return float(np.average(rows[column], weights=rows["n"])) if len(rows) else np.nan


def ccg_work(run: Run, role: str, column: str, start: str, end: str) -> float:
    """Return the mean weekly hours of CCG work that a role does in paid (or unpaid) time."""
    table = run.between("hours", start, end)
    rows = table[table["role"] == role]
    everything, booked = rows[rows["work"] == "all"], rows[rows["work"] == "booked"]
    people = everything["n"].sum()
    return float((everything[column].sum() - booked[column].sum()) / people) if people else np.nan


def work_done(run: Run, roles: Sequence[str], works: Sequence[str], start: str, end: str) -> float:
    """Return the mean weekly hours that the holders of some roles do of some kinds of work, paid or not."""
    table = run.between("hours", start, end)
    rows = table[table["role"].isin(roles) & table["work"].isin([*works, "all"])]
    people = rows.loc[rows["work"] == "all", "n"].sum()
    done = rows.loc[rows["work"] != "all", ["paid", "unpaid"]].to_numpy().sum()
    return float(done / people) if people else np.nan


def undone_change(run: Run, role: str, before: Sequence[str], after: Sequence[str]) -> float:
    """Return by how many points the share of a role's work that is not done rose between two periods."""

    def undone(start: str, end: str) -> float:
        table = run.between("hours", start, end)
        rows = table[(table["role"] == role) & (table["work"] == "all")]
        asked = rows["demand"].sum()
        return float(100 * rows["undone"].sum() / asked) if asked else np.nan

    return undone(*after) - undone(*before)


def longest_week(run: Run, roles: Sequence[str], start: str, end: str) -> float:
    """Return the longest mean working week over CCGs, of the holders of some roles."""
    series = run.between("series", start, end)
    rows = series[series["role"].isin(roles)]
    return float(rows.groupby(["ccg", "role"], observed=True)["hours"].mean().max()) if len(rows) else np.nan


def council_reach(run: Run, start: str, end: str) -> float:
    """Return the % of GPs who are a practice's representative and come when the member council meets."""
    series, work = run.between("series", start, end), run.between("hours", start, end)
    asked = work[(work["role"] == "representative") & (work["work"] == "member_council")]
    gps = series[series["role"].isin(GPS)]
    if gps.empty or not asked["demand"].sum():
        return np.nan
    attended = (asked["paid"] + asked["unpaid"]).sum() / asked["demand"].sum()
    return float(100 * attended * gps.loc[gps["role"] == "representative", "n"].sum() / gps["n"].sum())


def council_size(run: Run, start: str, end: str) -> float:
    """Return how many representatives come when a site's member council meets: mean over meetings and sites."""
    table = run.between("hours", start, end)
    rows = table[(table["role"] == "representative") & (table["work"] == "member_council") & (table["demand"] > 0)]
    came = rows["n"] * (rows["paid"] + rows["unpaid"]) / rows["demand"]
    return float(came.groupby(rows["ccg"], observed=True).mean().mean()) if len(rows) else np.nan


def share_in_roles(run: Run, roles: Sequence[str], start: str, end: str) -> float:
    """Return the % of GPs who hold some roles over a period."""
    series = run.between("series", start, end)
    gps = series.loc[series["role"].isin(GPS), "n"].sum()
    return float(100 * series.loc[series["role"].isin(roles), "n"].sum() / gps) if gps else np.nan


def answers_per_gp(run: Run, wave: int) -> float:
    """Return how many people answered a wave for 100 GPs then present."""
    series = run.results.series
    at = series.loc[series["date"] <= WAVES[wave], "date"].max()
    gps = series.loc[(series["date"] == at) & series["role"].isin(GPS), "n"].sum()
    asked = run.answers(wave, "informed", "agree", "all", "all")[0]
    return float(100 * asked / gps) if asked else np.nan


# Events


def heard_informally(run: Run, start: str, end: str) -> float:
    """Return the % of GPs' adopted matters that were heard outside the queue."""
    events = run.between("events", start, end)
    adopted = events.loc[(events["kind"] == Stage(Stage.ADOPTED).name.lower()) & (events["person"] >= 0), "item"]
    informal = run.results.events.query("kind == 'heard_informally'")["item"]
    return float(100 * adopted.isin(informal).mean()) if len(adopted) else np.nan


def adopted_change(run: Run, before: Sequence[str], after: Sequence[str]) -> float:
    """Return how many more of the matters that GPs raised were adopted in a period than in an earlier one."""
    if any(run.between("series", *period).empty for period in (before, after)):
        return np.nan
    earlier, later = (run.between("events", *period) for period in (before, after))
    adopted = Stage(Stage.ADOPTED).name.lower()
    counts = [int(((events["kind"] == adopted) & (events["person"] >= 0)).sum()) for events in (earlier, later)]
    return counts[1] - counts[0]


def unopposed(run: Run) -> float:
    """Return the % of posts filled without a loser at that CCG in that week."""
    events = run.results.events
    filled, lost = (events[events["kind"] == kind] for kind in ("elected", "lost_election"))
    contests = pd.MultiIndex.from_frame(filled[["week", "ccg"]])
    opposed = contests.isin(pd.MultiIndex.from_frame(lost[["week", "ccg"]]))
    return float(100 * (1 - opposed.mean())) if len(filled) else np.nan


MEASURES: Mapping[str, Callable[..., float]] = {
    f.__name__: f
    for f in (
        adopted_change,
        answer,
        answers_per_gp,
        budget_share,
        ccg_work,
        change,
        change_gap,
        change_in_errors,
        council_reach,
        council_size,
        gap,
        heard_informally,
        hours,
        longest_week,
        rise_from_start,
        share_in_roles,
        sites_below,
        sites_lead,
        sites_pre_decided,
        sites_reaching,
        sites_with_event,
        state_change,
        undone_change,
        unopposed,
        work_done,
    )
}

OF_RESPONDENTS = frozenset(("answer", "change", "change_gap", "change_in_errors", "gap", "rise_from_start"))
"""Measures of those who answered, which depend on how much more readily the engaged answer."""


def check_measure(name: str, arguments: Mapping[str, Any]) -> None:
    """Check that a measure exists and takes these arguments.

    Raises:
        ValueError: naming what is allowed.
    """
    if name not in MEASURES:
        raise ValueError(f"no measure is called {name!r}; there are {', '.join(MEASURES)}")
    try:
        inspect.signature(MEASURES[name]).bind(None, **arguments)
    except TypeError as error:
        raise ValueError(f"measure {name}: {error}") from None
