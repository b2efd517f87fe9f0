"""Survey answers: what was observed beside what the model's respondents answer and everyone would have answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.evidence import facts
from sim.plots.measures import by_run, wilson
from sim.plots.panels import foot, foot_height, interval, interval_told, notes_on, told
from sim.plots.style import BLACK, BLUE, INTERVAL, ORANGE, describe, heading, look, percent_axis, place_axes, runs_shown
from sim.run.results import Results
from sim.survey.instruments import PANEL
from sim.survey.items import AT_LEAST_SOMEWHAT, ROLE_ITEMS


@dataclass(frozen=True)
class Question:
    """One share of answers that the figure shows.

    Attributes:
        item: of the questionnaire.
        answer: to it.
        text: as shown.
        fact: id of what was observed, if a number was reported.
        part: which part of the fact holds it, if it does not go by year.
        asked: fact and part that say how many answered, if that was reported; no part: by year.
    """

    item: str
    answer: str
    text: str
    fact: str = ""
    part: str = ""
    asked: tuple[str, str] | None = None


_ENGAGED, _ALL = ("h15_engaged_n", ""), ("h15_survey", "responses")
QUESTIONS = (
    Question("engagement", AT_LEAST_SOMEWHAT, "at least somewhat engaged (fitted)", "h15_engaged_any", "", _ENGAGED),
    Question("engagement", "highly", "highly engaged (fitted)", "h15_engaged_highly", "", _ENGAGED),
    Question("informed", "agree", "well informed about the CCG", "h15_informed", "", _ALL),
    Question(
        "decisions_reflect_views", "agree", "decisions reflect our views", "h15_decisions_reflect_views", "", _ALL
    ),
    Question("can_influence", "agree", "able to influence the CCG", "h15_influence", "ccg", _ALL),
    Question("owned_by_members", "agree", "CCG is owned by its members"),
    Question("time", "agree", "enough time for the role", "h15_time_for_role"),
    Question("training", "agree", "enough training for the role", "h15_training_for_role"),
    Question("support", "agree", "enough support for decisions", "h15_support_for_role"),
)
"""From top to bottom; those on roles last."""
WIDTH, LEFT, COLUMN, GUTTER = 10.0, 2.6, 3.3, 0.5
TOP, ROW = 1.4, 0.42
LANE = 0.17
"""Distance of respondents and everyone from the middle of a row, in rows."""


@dataclass(frozen=True)
class Observed:
    """A reported share of respondents.

    Attributes:
        share: of respondents.
        low: end of its Wilson interval; NaN if it is not known how many answered.
        high: end of its Wilson interval.
        below: whether the share is only known to be smaller.
    """

    share: float
    low: float
    high: float
    below: bool


def observed(question: Question, wave: str) -> Observed | None:
    """Return what was reported of a question in a wave (ISO date); None if no number was."""
    year = wave[:4]
    if not question.fact:
        return None
    fact = facts()[question.fact]
    by_year = isinstance(fact.value, Mapping) and not question.part
    if not (by_year or fact.date == year):
        return None
    value = fact.value[year] if by_year else fact.value[question.part] if question.part else fact.value
    low = high = np.array([np.nan])
    if question.asked:
        asked, part = question.asked
        low, high = wilson(np.array([value / 100]), np.array([facts()[asked].value[part or year]]))
    return Observed(value / 100, float(low[0]), float(high[0]), fact.comparator == "less than")


def simulated(results: Results, question: Question, wave: str) -> pd.DataFrame:
    """Return share among the panel's respondents and ``share_of_everyone``, one row a run."""
    rows = by_run(results.survey)
    keep = (rows["instrument"] == "panel") & (rows["group_by"] == "all") & (rows["wave"] == wave)
    keep &= (rows["item"] == question.item) & (rows["answer"] == question.answer)
    return rows.loc[keep, ["run", "share", "share_of_everyone"]].set_index("run")


def answers(results: Results) -> Figure:
    """Draw every item of the questionnaire in both waves: observed, respondents of the model, everyone.

    Respondents are the panel of the model, asked in the same numbers as were observed: median and central interval
    over runs. Everyone is the share that all whom the item concerns would have given.

    Args:
        results: one run or several.

    Raises:
        ValueError: a run without a wave of the survey.
    """
    waves = [wave for wave in PANEL if (results.survey["wave"] == wave).any()] if len(results.survey) else []
    if not waves:
        raise ValueError(f"these results hold no wave of the survey; the waves are {' and '.join(PANEL)}")
    rows = len(QUESTIONS) + 1  # one row of space before the questions on roles
    bottom = TOP + rows * ROW
    handles = _handles(len(results.seeds) > 1)
    notes = notes_on(
        results,
        "Respondents are not everyone: compare diamonds with orange. How many holders of a role answered is not "
        "reported, so these diamonds have no interval; an arrow is an upper bound. Where there is no diamond no share "
        "was reported.",
    )
    with look():
        fig = Figure((WIDTH, bottom + 0.55 + foot_height(len(handles), notes)))
        what = "Share of respondents, and of everyone, who give the answer; fitted: these numbers chose the parameters"
        subtitle = f"{runs_shown(results)}\n{what}"
        heading(fig, "Survey answers: observed, respondents of the model, everyone", subtitle)
        for k, wave in enumerate(waves):
            ax = place_axes(fig, LEFT + k * (COLUMN + GUTTER), TOP, COLUMN, rows * ROW)
            ax.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5))
            _panel(ax, results, wave)
            ax.tick_params(axis="y", labelleft=k == 0, left=False)
        foot(fig, 0.15, bottom + 0.55, handles, notes)
        describe(fig, _alt(results, waves))
    return fig


def _place(question: Question) -> int:
    """Return the row of a question; those on roles come after a row of space."""
    return QUESTIONS.index(question) + (question.item in ROLE_ITEMS)


def _panel(ax: Axes, results: Results, wave: str) -> None:
    for question in QUESTIONS:
        y = _place(question)
        shares = simulated(results, question, wave)
        if len(shares):
            _respondents(ax, y - LANE, shares["share"], question)
            low, median, high = interval(shares["share_of_everyone"])
            ax.plot([low, high], [y + LANE] * 2, color=BLUE, lw=1.6, label=f"whisker {question.text}")
            ax.plot([median], [y + LANE], "o", color=BLUE, ms=5.5, label=f"everyone {question.text}")
        _reported(ax, y - LANE, observed(question, wave), question)
    rows = {_place(q): q.text for q in QUESTIONS}
    between = min(set(range(len(rows))) - set(rows))
    rows[between] = "Asked of those with a role:"
    ax.set_yticks(list(rows), list(rows.values()))
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_title(f"{dt.date.fromisoformat(wave):%B %Y}", fontweight="bold", fontsize=11, loc="left")
    ax.set_xlabel("% of those who answered, % of everyone")
    percent_axis(ax.xaxis)


def _respondents(ax: Axes, y: float, shares: pd.Series[float], question: Question) -> None:
    low, median, high = interval(shares)
    if high > low:
        box = Rectangle((low, y - 0.14), high - low, 0.28, fc=ORANGE, ec="none", alpha=0.5)
        box.set_label(f"box {question.text}")
        ax.add_patch(box)
    ax.plot([median] * 2, [y - 0.16, y + 0.16], color=ORANGE, lw=3, label=f"respondents {question.text}")


def _reported(ax: Axes, y: float, seen: Observed | None, question: Question) -> None:
    if seen is None:
        return
    if not np.isnan(seen.low):
        ax.plot([seen.low, seen.high], [y, y], color=BLACK, lw=1.5, label=f"wilson {question.text}")
    marker = "<" if seen.below else "D"
    ax.plot(
        [seen.share],
        [y],
        ls="",
        marker=marker,
        color=BLACK,
        ms=6.5,
        mec="white",
        mew=0.8,
        zorder=6,
        label=f"observed {question.text}",
    )


def _handles(several: bool) -> list[Artist]:
    wave_n = " and ".join(str(n) for n in facts()["h15_engaged_n"].value.values())
    n = f"n = {wave_n} for engagement, {facts()['h15_survey'].value['responses']} for the other items"
    middle = ": median over runs" if several else ""
    whisker = f": median and central {INTERVAL:.0%} of runs" if several else ""
    boxes = [Patch(fc=ORANGE, alpha=0.5, label=f"respondents in the model: central {INTERVAL:.0%} of runs")]
    return [
        Line2D(
            [],
            [],
            color=BLACK,
            marker="D",
            ms=6.5,
            lw=1.5,
            label=f"respondents as observed with {INTERVAL:.0%} Wilson interval ({n})",
        ),
        Line2D([], [], color=ORANGE, lw=3, label=f"respondents in the model, asked in the same way{middle}"),
        *(boxes if several else []),
        Line2D([], [], color=BLUE, marker="o", ms=5.5, lw=1.6, label=f"everyone in the model, asked or not{whisker}"),
    ]


def readings(results: Results) -> dict[str, str]:
    """Return what the figure says in numbers (%): each question and year, and which observed shares are missed."""
    said, compared, missed = {}, 0, []
    for question in QUESTIONS:
        for wave in PANEL:
            shares, seen = 100 * simulated(results, question, wave), observed(question, wave)
            if shares.empty:
                continue
            key = f"{question.item}_highly" if question.answer == "highly" else question.item
            said[f"{key}_{wave[:4]}"] = told(shares["share"])
            said[f"{key}_{wave[:4]}_everyone"] = told(shares["share_of_everyone"])
            if seen and not seen.below:
                low, _, high = interval(shares["share"])
                compared += 1
                missed += [f"{question.text} {wave[:4]}"] * (not low <= 100 * seen.share <= high)
    return said | {"compared": str(compared), "missed": str(len(missed)), "missed_items": ", ".join(missed) or "none"}


def _alt(results: Results, waves: list[str]) -> str:
    said, year = readings(results), waves[-1][:4]
    asked, everyone = said[f"engagement_{year}"], said[f"engagement_{year}_everyone"]
    missed = (
        f" Outside the interval of the model's respondents: {said['missed']} of {said['compared']} observed shares "
        f"({said['missed_items']})."
    )
    return (
        f"Dot plot of {len(QUESTIONS)} shares of survey answers in {len(waves)} waves: observed, respondents of the "
        f"model and everyone in the model ({interval_told(results)}). In {year} {asked}% of respondents and "
        f"{everyone}% of everyone are at least somewhat engaged.{missed if len(results.seeds) > 1 else ''}"
    )
