"""A small made-up ensemble whose numbers are easy to recompute, and tools to find what was drawn."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.config import compose, plain
from sim.results import Results

WEEKS = 156
ROLES = ("none", "representative", "locality_lead", "governing_body", "chair", "practice_manager", "manager")
PANEL_WAVES = ("2013-02-15", "2014-01-31", "2014-06-15")
EMPTY = pd.DataFrame()
SURVEY_COLUMNS = ["wave", "instrument", "item", "group_by", "group", "answer", "n", "share", "share_of_everyone"]


def made_up(seeds: list[int], shift: float = 0.0, scenario: str = "baseline", weeks: int = WEEKS) -> Results:
    """Results with random shares by week, CCG and role; ``shift`` lowers the engaged share from week 104 on."""
    config = plain(compose(f"scenario={scenario}", f"timeline.weeks={weeks}"))
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
    canvas.draw()
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
