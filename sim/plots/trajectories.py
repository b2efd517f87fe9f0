"""Engagement by role over time, and what the surveys found beside what the model's respondents answer."""

from __future__ import annotations

import textwrap

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import PercentFormatter

from sim.plots.measures import (
    GROUP_NAMES,
    GROUPS,
    MEASURES,
    group_mean,
    observed_shares,
    over_runs,
    survey_shares,
)
from sim.plots.style import (
    BAND,
    BLACK,
    INTERVAL,
    ORANGE,
    ROLE_COLOURS,
    caveats,
    heading,
    look,
    place_axes,
    runs_shown,
    spread,
    write,
)
from sim.plots.timeline import mark, strip
from sim.results import Results

WIDTH, LEFT, RIGHT = 10.5, 0.8, 2.1
HALF_BOX = np.timedelta64(24, "D")


def trajectories(results: Results) -> Figure:
    """Draw the share of each group that is engaged, week by week, with the survey's points.

    Lines are medians over runs of everyone in a group, bands the central interval over runs. Survey points are of
    respondents only: what was observed, and on the same dates what the model's panel answers.

    Args:
        results: one run (no bands) or several.
    """
    several = len(results.seeds) > 1
    with look():
        fig = Figure((WIDTH, 9.6))
        band = f"bands: central {INTERVAL:.0%} of runs, week by week" if several else "one run, so no bands"
        subtitle = f"{runs_shown(results)}\nLines: everyone in the group, asked or not, median over runs; {band}"
        heading(fig, 0.15, "Engagement by role over time", subtitle)
        strip_axes = place_axes(fig, LEFT, 1.0, WIDTH - LEFT - RIGHT, 0.5)
        for row, measure in enumerate(MEASURES):
            ax = place_axes(fig, LEFT, 1.5 + 3.35 * row, WIDTH - LEFT - RIGHT, 3.0, sharex=strip_axes)
            _panel(ax, results, measure, several)
            ax.tick_params(labelbottom=row == 1)
        strip(strip_axes, results.config)
        _explain(fig, results, several)
    return fig


def _panel(ax: Axes, results: Results, measure: str, several: bool) -> None:
    mark(ax, results.config)
    ends = {}
    for group in GROUPS:
        summary = over_runs(group_mean(results.series, measure, group))
        days, colour = summary.index.to_numpy(), ROLE_COLOURS[group]
        if several:
            ax.fill_between(days, summary["low"], summary["high"], color=colour, alpha=BAND, lw=0, gid=f"band {group}")
        ax.plot(days, summary["median"], color=colour, gid=f"line {group}", lw=2.4 if group == "members" else 1.8)
        ends[group] = float(summary["median"].iloc[-1])
    _survey(ax, results, measure, several)
    low, high = ax.get_ylim()
    ax.set(ylim=(max(0.0, np.floor(low * 10) / 10), min(1.0, np.ceil(high * 10) / 10)), xlim=(days[0], days[-1]))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_ylabel(f"{MEASURES[measure]}, % of group")
    gap = 0.065 * (ax.get_ylim()[1] - ax.get_ylim()[0])
    for group, y in zip(ends, spread(list(ends.values()), gap), strict=True):
        ax.annotate(
            GROUP_NAMES[group], (1, y), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points",
            va="center", color=ROLE_COLOURS[group], fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _survey(ax: Axes, results: Results, measure: str, several: bool) -> None:
    """Draw respondents: boxes for the model's panel, diamonds for what was observed."""
    simulated = survey_shares(results.survey, measure)
    for day, box in over_runs(simulated).iterrows() if len(simulated) else ():
        start, end = (mdates.date2num(np.datetime64(day) + s * HALF_BOX) for s in (-1, 1))
        if several:
            ax.add_patch(
                Rectangle((start, box["low"]), end - start, box["high"] - box["low"], fc="white", ec=BLACK, alpha=0.85,
                          lw=1.1, zorder=4, gid="simulated interval")
            )  # fmt: skip
        ax.plot([start, end], [box["median"]] * 2, color=ORANGE, lw=3, zorder=5, gid="simulated median")
    observed = observed_shares(measure)
    observed = observed[observed.index.isin(simulated.index)]
    errors = np.array([observed["share"] - observed["low"], observed["high"] - observed["share"]])
    ax.errorbar(
        observed.index, observed["share"], errors, fmt="D", color=BLACK, ms=6.5, mec="white", mew=0.8, elinewidth=1.8,
        capsize=4, zorder=6, gid="observed",
    )  # fmt: skip


def _explain(fig: Figure, results: Results, several: bool) -> None:
    """Put the legend of the survey's points and what they must not be compared with under the panels."""
    observed = observed_shares("p_engaged")
    n = " and ".join(f"{n} in {day.year}" for day, n in observed["n"].items())
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=BLACK, marker="D", ms=6.5, lw=1.8, label=f"observed respondents (n = {n}), {INTERVAL:.0%} "
               "Wilson interval"),
        Line2D([], [], color=ORANGE, lw=3, label="respondents in the model, panels of the same size: median over runs"),
    ]  # fmt: skip
    if several:
        handles.append(Patch(fc="white", ec=BLACK, label=f"  and central {INTERVAL:.0%} of runs"))
    height = fig.get_figheight()
    fig.legend(handles=handles, loc="upper left", bbox_to_anchor=(LEFT / WIDTH - 0.01, 1 - 8.35 / height), ncols=1)
    gamma = results.config["survey"]["gamma"]
    text = (
        "Respondents are not everyone: compare diamonds with boxes, not with lines. In the model the engaged answer more "
        f"readily (gamma = {gamma:g}, assumed). The wave of June 2014 is virtual: nobody was asked then."
    )
    write(fig, LEFT, 9.05, "\n".join([*textwrap.wrap(text, 130), caveats(results, 130)]), linespacing=1.3)
