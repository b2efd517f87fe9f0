"""A small made-up ensemble whose numbers are easy to recompute, and tools to find what was drawn."""

import copy
import functools
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.run.config import compose, plain
from sim.run.results import Results
from sim.state.drivers import STANDING

WEEKS = 156
ROLES = ("none", "representative", "locality_lead", "governing_body", "chair", "practice_manager", "manager")
PANEL_WAVES = ("2013-02-15", "2014-01-31", "2014-06-15")
EMPTY = pd.DataFrame()
SURVEY_COLUMNS = ["wave", "instrument", "item", "group_by", "group", "answer", "n", "share", "share_of_everyone"]


def made_up(seeds: list[int], shift: float = 0.0, scenario: str = "baseline", weeks: int = WEEKS) -> Results:
    """Results with random shares by week, CCG and role; ``shift`` lowers the engaged share from week 104 on."""
    config = copy.deepcopy(_config(scenario, weeks))
    rows, answers = [], []
    for run, seed in enumerate(seeds):
        luck = np.random.default_rng(seed)
        for week, ccg, role in itertools.product(range(weeks), "AB", ROLES):
            shares = luck.uniform(0.3, 0.9), luck.uniform(0.0, 0.3)
            lower = shift * (week >= 104)
            rows.append((run, week, ccg, role, int(luck.integers(1, 60)), shares[0] - lower, shares[1]))
        for wave, answer in itertools.product(PANEL_WAVES, ("at_least_somewhat", "highly", "not very")):
            for instrument, group in (("panel", "all"), ("panel", "A"), ("random_sample", "all")):
                by = "all" if group == "all" else "site"
                share = luck.uniform(0.1, 0.9)
                answers.append((run, wave, instrument, "engagement", by, group, answer, 100, share, share))
    series = pd.DataFrame(rows, columns=["run", "week", "ccg", "role", "n", "p_engaged", "p_highly"])
    series.insert(2, "date", np.datetime64("2012-04-02", "s") + series["week"].to_numpy() * np.timedelta64(7, "D"))
    series["role"] = pd.Categorical(series["role"], ROLES)
    survey = pd.DataFrame(answers, columns=["run", *SURVEY_COLUMNS])
    return Results(config, seeds, series, EMPTY, EMPTY, survey, EMPTY, EMPTY, EMPTY, notes=["bands show luck only"])


@functools.cache
def _config(scenario: str, weeks: int) -> dict[str, Any]:
    return plain(compose(f"scenario={scenario}", f"timeline.weeks={weeks}"))


def find(fig: Figure, label: str, panel: int | None = None) -> list[Any]:
    """Artists by their label, in all panels or in one."""
    axes = fig.axes if panel is None else [fig.axes[panel]]
    return [a for ax in axes for a in ax.findobj(lambda artist: artist.get_label() == label)]


def by_hand(results: Results, column: str, roles: tuple[str, ...]) -> np.ndarray:
    """Weighted means over people, shape (weeks, runs), by plain loops."""
    table = results.series.to_dict("records")
    weeks, runs = 1 + max(r["week"] for r in table), len(results.seeds)
    total, people = np.zeros((weeks, runs)), np.zeros((weeks, runs))
    for row in table:
        if row["role"] in roles:
            total[row["week"], row.get("run", 0)] += row["n"] * row[column]
            people[row["week"], row.get("run", 0)] += row["n"]
    return total / people


def texts(fig: Figure) -> list[tuple[Text, Any]]:
    """Visible texts of a figure with their boxes in pixels."""
    canvas = FigureCanvasAgg(fig)
    fig.draw_without_rendering()
    return [(t, t.get_window_extent(canvas.get_renderer())) for t in _shown(fig)]


def _shown(fig: Figure) -> Iterator[Text]:
    hidden = {id(t) for ax in fig.axes for t in _axis_labels(ax)}
    for text in fig.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            yield text


def _axis_labels(ax: Any) -> Iterator[Text]:
    """Labels of ticks that are not drawn: of axes switched off, outside the limits, or switched off themselves."""
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            inside = low <= tick.get_loc() <= high
            for label in (tick.label1, tick.label2):
                if not (ax.axison and inside and label.get_visible()):
                    yield label


WORKS = ("booked", "deadline", "governing_body", "executive_group", "locality_meeting", "member_council", "preparation",
         "reading", "contact", "briefing", "development")  # fmt: skip


def filled(results: Results) -> Results:
    """The same results with random numbers in every table that figures read; some matters never get settled."""
    luck = np.random.default_rng(11)
    series = results.series.copy()
    for column in ("engagement", "influence", "strain"):
        series[column] = luck.uniform(0.1, 0.9, len(series))
    index = series[["run", "week", "date", "ccg", "role", "n"]]
    drivers = luck.normal(size=(len(index), len(STANDING.names))) * (np.array(STANDING.names) != "outside")
    ledger = index.assign(**dict(zip(STANDING.names, drivers.T, strict=True)))
    results.series = series.assign(engagement=drivers.sum(axis=1))
    results.ledger = ledger
    results.hours = _hours(index, luck)
    results.ccgs = index[index["role"] == "none"].drop(columns=["role", "n"]).reset_index(drop=True)
    for column in ("wait_weeks", "backlog_hours", "given_up_hours", "matters_waiting"):
        results.ccgs[column] = luck.uniform(1, 20, len(results.ccgs))
    results.events = _events(results, luck)
    engagement = results.survey.assign(share_of_everyone=results.survey["share"] / 2)
    results.survey = pd.concat([engagement, _answers(results, luck)], ignore_index=True)
    return results


def _hours(index: pd.DataFrame, luck: np.random.Generator) -> pd.DataFrame:
    parts = []
    for work in WORKS:
        done = luck.uniform(0, 9, (len(index), 3)) * index["n"].to_numpy()[:, None]
        parts.append(index.assign(work=work, paid=done[:, 0], unpaid=done[:, 1], undone=done[:, 2]))
    return pd.concat(parts, ignore_index=True)


def _events(results: Results, luck: np.random.Generator) -> pd.DataFrame:
    """Matters raised in every fourth week at both CCGs, two of three settled, and plans, which are no matters."""
    rows, weeks = [], int(results.series["week"].max()) + 1
    for run, item in itertools.product(range(len(results.seeds)), range(2 * (weeks // 4))):
        born, ccg = 4 * (item // 2), "AB"[item % 2]
        rows.append((run, born, "raised", ccg, 7, item, 1000.0))
        kind = luck.choice(["adopted", "adopted", "refused", "lapsed", "open", "open"])
        if kind == "adopted" and luck.uniform() < 0.5:
            rows.append((run, born + 2, "heard_informally", ccg, 7, item, np.nan))
        if kind != "open":
            waited = int(luck.integers(2, 9))
            rows.append((run, born + waited, kind, ccg, 7, item, float(waited)))
        rows.append((run, born + 3, "adopted", ccg, -1, 100_000 + item, 3.0))
    events = pd.DataFrame(rows, columns=["run", "week", "kind", "ccg", "person", "item", "value"])
    events.insert(2, "date", np.datetime64("2012-04-02", "s") + events["week"].to_numpy() * np.timedelta64(7, "D"))
    return events.sort_values(["run", "week"], kind="stable", ignore_index=True)


def _answers(results: Results, luck: np.random.Generator) -> pd.DataFrame:
    agreement = (
        "informed",
        "decisions_reflect_views",
        "can_influence",
        "owned_by_members",
        "time",
        "training",
        "support",
    )
    groups = (("all", "all"), ("site", "A"), ("site", "B"))
    rows = [
        (run, wave, "panel", item, by, group, "agree", 90, luck.uniform(0.2, 0.8), luck.uniform(0.2, 0.8))
        for run, wave, item, (by, group) in itertools.product(range(len(results.seeds)), PANEL_WAVES, agreement, groups)
    ]
    return pd.DataFrame(rows, columns=["run", *SURVEY_COLUMNS])


def as_one_run(results: Results) -> Results:
    """The first run alone, as a single run gives it: tables without the column ``run``."""
    tables = {name: getattr(results, name) for name in ("series", "ccgs", "events", "survey", "ledger", "hours")}
    alone = {name: t[t["run"] == 0].drop(columns="run").reset_index(drop=True) for name, t in tables.items()}
    return replace(results, seeds=results.seeds[:1], **alone)


def of_run(table: pd.DataFrame, run: int, **values: Any) -> pd.DataFrame:
    """Rows of one run that hold these values."""
    rows = table[table["run"] == run]
    for column, value in values.items():
        rows = rows[rows[column] == value]
    return rows


def central(values: Any) -> list[float]:
    """Low end, median and high end of the interval that figures draw."""
    return list(np.quantile(np.asarray(values, dtype=float), [0.025, 0.5, 0.975]))
