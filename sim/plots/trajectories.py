"""Engagement by role over time, and what the surveys found beside what the model's respondents answer."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.plots.measures import (
    GROUP_NAMES,
    GROUPS,
    MEASURES,
    group_mean,
    group_size,
    observed_shares,
    over_runs,
    survey_shares,
)
from sim.plots.style import (
    BAND,
    BLACK,
    INTERVAL,
    ORANGE,
    QUIET,
    ROLE_COLOURS,
    SMALL,
    caveats,
    heading,
    look,
    percent_axis,
    place_axes,
    runs_shown,
    write,
)
from sim.plots.timeline import mark, name_moments, span_handle
from sim.results import Results

WIDTH, LEFT, COLUMN, GUTTER = 10.5, 0.8, 4.35, 0.8
TOP, TALL, SHORT, GAP = 2.1, 2.5, 1.2, 0.34
"""Inches: head of the figure, panel with the survey, panel of a role, space between panels."""
HALF_BOX = np.timedelta64(28, "D")


def trajectories(results: Results) -> Figure:
    """Draw the share of each group that is engaged, week by week, with the survey's points.

    Two columns of panels, at least somewhat and highly engaged; one row a group. Lines are medians over runs of everyone
    in a group, bands the central interval over runs. Survey points, in the row of all members, are of respondents only:
    what was observed, and on the same dates what the model's panel answers.

    Args:
        results: one run (no bands) or several.
    """
    several = len(results.seeds) > 1
    band = f"bands: central {INTERVAL:.0%} of runs, week by week" if several else "one run, so no bands"
    bottom = TOP + TALL + (len(GROUPS) - 1) * (SHORT + GAP)
    with look():
        fig = Figure((WIDTH, bottom + 2.5))
        subtitle = f"{runs_shown(results)}\nLines: everyone in the group, asked or not, median over runs; {band}; scales differ"
        heading(fig, 0.15, "Engagement by role over time", subtitle)
        for column, measure in enumerate(MEASURES):
            _column(fig, LEFT + column * (COLUMN + GUTTER), results, measure)
        _explain(fig, results, bottom + 0.53)
    return fig


def _column(fig: Figure, left: float, results: Results, measure: str) -> None:
    """Draw one measure: a panel a group, each on its own scale."""
    summaries = {group: over_runs(group_mean(results.series, measure, group)) for group in GROUPS}
    write(fig, left, TOP - 1.0, f"Share {MEASURES[measure]}", fontsize=11, fontweight="bold")
    top, axes = TOP, list[Axes]()
    for group in GROUPS:
        height = SHORT if axes else TALL
        ax = place_axes(fig, left, top, COLUMN, height)
        mark(ax, results.config)
        _draw(ax, summaries, group, len(results.seeds) > 1)
        ax.text(0, 1, f" {GROUP_NAMES[group]} (about {group_size(results.series, group):,.0f} people)", va="bottom",
                transform=ax.transAxes, fontweight="bold")  # fmt: skip
        ax.tick_params(labelbottom=group == list(GROUPS)[-1])
        ax.set_ylabel("% of group")
        percent_axis(ax.yaxis)
        axes.append(ax)
        top += height + GAP
    _survey(axes[0], results, measure)
    name_moments(axes[0], results.config)
    axes[0].set_ylabel("% of group, % of respondents")


def _draw(ax: Axes, summaries: Mapping[str, pd.DataFrame], group: str, several: bool) -> None:
    summary, colour = summaries[group], ROLE_COLOURS[group]
    days = summary.index.to_numpy()
    if several:
        ax.fill_between(
            days, summary["low"], summary["high"], color=colour, alpha=BAND, lw=0, gid=f"band {group}"
        )
    if group != "members":
        ax.plot(days, summaries["members"]["median"], color=QUIET, lw=0.9, gid="reference")
    ax.plot(days, summary["median"], color=colour, gid=f"line {group}")


def _survey(ax: Axes, results: Results, measure: str) -> None:
    """Draw respondents: boxes for the model's panel, diamonds for what was observed."""
    simulated = survey_shares(results.survey, measure)
    for day, box in over_runs(simulated).iterrows():
        start, end = (mdates.date2num(np.datetime64(day) + s * HALF_BOX) for s in (-1, 1))
        if len(results.seeds) > 1:
            ax.add_patch(
                Rectangle((start, box["low"]), end - start, box["high"] - box["low"], fc=ORANGE, ec="none", alpha=0.5,
                          zorder=4, gid="simulated interval")
            )  # fmt: skip
        ax.plot([start, end], [box["median"]] * 2, color=ORANGE, lw=3, zorder=5, gid="simulated median")
    observed = observed_shares(measure)
    observed = observed[observed.index.isin(simulated.index)]
    errors = np.array([observed["share"] - observed["low"], observed["high"] - observed["share"]])
    ax.errorbar(
        observed.index, observed["share"], errors, fmt="D", color=BLACK, ms=6, mec="white", mew=0.8, elinewidth=1.5,
        capsize=3.5, zorder=6, gid="observed",
    )  # fmt: skip


def _explain(fig: Figure, results: Results, top: float) -> None:
    """Put the legend and what must not be compared with what under the panels."""
    n = " and ".join(f"{n} in {day.year}" for day, n in observed_shares("p_engaged")["n"].items())
    several = len(results.seeds) > 1
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=BLACK, marker="D", ms=6, lw=1.5,
               label=f"respondents as observed (n = {n}) with {INTERVAL:.0%} Wilson interval"),
        Line2D([], [], color=ORANGE, lw=3, label="respondents in the model, asked as they were: median over runs"),
        *([Patch(fc=ORANGE, alpha=0.5, label=f"central {INTERVAL:.0%} of runs of the same")] if several else []),
        Line2D([], [], color=QUIET, lw=0.9, label="all members again, for comparison"),
        span_handle(results.config),
    ]  # fmt: skip
    anchor = ((LEFT - 0.1) / WIDTH, 1 - top / fig.get_figheight())
    fig.legend(handles=handles, loc="upper left", bbox_to_anchor=anchor, borderpad=0, borderaxespad=0)
    gamma = results.config["survey"]["gamma"]
    text = (
        "Respondents are not everyone: compare diamonds with boxes, not with lines. In the model the engaged answer more "
        f"readily (gamma = {gamma:g}, assumed). Boxes without a diamond are virtual waves: nobody was asked then."
    )
    lines = [*textwrap.wrap(text, 125), caveats(results, 125)]
    write(fig, LEFT, top + 0.2 * len(handles) + 0.12, "\n".join(lines), fontsize=SMALL, linespacing=1.3)
