"""Engagement by role over time, and what the surveys found beside what the model's respondents answer."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.artist import Artist
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
from sim.plots.panels import interval_told, told
from sim.plots.style import (
    BAND,
    BLACK,
    INTERVAL,
    LINE_HEIGHT,
    ORANGE,
    QUIET,
    ROLE_COLOURS,
    caveats,
    describe,
    heading,
    legend,
    look,
    percent_axis,
    place_axes,
    runs_shown,
    write,
)
from sim.plots.timeline import day_numbers, mark, name_moments, span_handle
from sim.run.results import Results

WIDTH, LEFT, COLUMN, GUTTER = 10.5, 0.8, 4.35, 0.8
TOP, TALL, SHORT, GAP = 2.05, 2.5, 1.2, 0.34
"""Inches: head of the figure, panel with the survey, panel of a role, space between panels."""
HALF_BOX = 28
"""Half of the width of a survey box in days; it has no meaning."""


def trajectories(results: Results) -> Figure:
    """Draw the share of each group that is engaged, week by week, with the survey's points.

    Two columns of panels, at least somewhat and highly engaged; one row a group. Lines are medians over runs
    of everyone in a group, bands the central interval over runs. Survey points, in the row of all members,
    are of respondents only: what was observed, and on the same dates what the model's panel answers.

    Args:
        results: one run (no bands) or several.
    """
    several = len(results.seeds) > 1
    band = (
        f"median over runs; bands: central {INTERVAL:.0%} of runs, week by week" if several else "no bands for one run"
    )
    bottom = TOP + TALL + (len(GROUPS) - 1) * (SHORT + GAP)
    notes = [*_warning(results), *caveats(results, 135)]
    with look():
        fig = Figure((WIDTH, bottom + 1.75 + LINE_HEIGHT * len(notes)))
        lines = f"Lines: everyone in the group, asked or not; {band}; scales differ"
        heading(fig, "Engagement by role over time", f"{runs_shown(results)}\n{lines}")
        for column, measure in enumerate(MEASURES):
            _column(fig, LEFT + column * (COLUMN + GUTTER), results, measure)
        handles = _handles(results)
        legend(fig, LEFT - 0.1, bottom + 0.55, handles)
        write(fig, LEFT, bottom + 0.65 + LINE_HEIGHT * len(handles), "\n".join(notes), linespacing=1.3)
        describe(fig, _alt(results))
    return fig


def _column(fig: Figure, left: float, results: Results, measure: str) -> None:
    """Draw one measure: a panel a group, each on its own scale."""
    summaries = {group: over_runs(group_mean(results.series, measure, group)) for group in GROUPS}
    write(fig, left, TOP - 1.0, f"Share {MEASURES[measure]}", fontsize=11, fontweight="bold")
    top = TOP
    for group, name in GROUP_NAMES.items():
        first, last = group == next(iter(GROUPS)), group == list(GROUPS)[-1]
        height = TALL if first else SHORT
        ax = place_axes(fig, left, top, COLUMN, height)
        mark(ax, results.config)
        _draw(ax, summaries, group, len(results.seeds) > 1)
        title = f" {name} (about {group_size(results.series, group):,.0f} people)"
        ax.text(0, 1, title, va="bottom", transform=ax.transAxes, fontweight="bold")
        ax.set_ylabel("% of group, % of respondents" if first else "% of group")
        percent_axis(ax.yaxis)
        ax.tick_params(labelbottom=last)
        if first:
            _survey(ax, results, measure)
            name_moments(ax, results.config)
        top += height + GAP


def _draw(ax: Axes, summaries: Mapping[str, pd.DataFrame], group: str, several: bool) -> None:
    summary, colour = summaries[group], ROLE_COLOURS[group]
    days = day_numbers(summary.index)
    if several:
        low, high = summary["low"], summary["high"]
        ax.fill_between(days, low, high, color=colour, alpha=BAND, lw=0, label=f"band {group}")
    if group != "members":
        everyone = summaries["members"]
        ax.plot(day_numbers(everyone.index), everyone["median"], color=QUIET, lw=0.9, label="reference")
    ax.plot(days, summary["median"], color=colour, label=f"line {group}")


def _survey(ax: Axes, results: Results, measure: str) -> None:
    """Draw respondents: boxes for the model's panel, diamonds for what was observed."""
    simulated = over_runs(survey_shares(results.survey, measure))
    for day, low, median, high in zip(day_numbers(simulated.index), *simulated.to_numpy().T, strict=True):
        box = Rectangle((day - HALF_BOX, low), 2 * HALF_BOX, high - low, fc=ORANGE, ec="none", alpha=0.5, zorder=4)
        box.set_label("simulated interval")
        if len(results.seeds) > 1:
            ax.add_patch(box)
        ends = [day - HALF_BOX, day + HALF_BOX]
        ax.plot(ends, [median, median], color=ORANGE, lw=3, zorder=5, label="simulated median")
    seen = observed_shares(measure)
    seen = seen[seen.index.isin(simulated.index)]
    ax.errorbar(
        day_numbers(seen.index),
        seen["share"],
        [seen["share"] - seen["low"], seen["high"] - seen["share"]],
        fmt="D",
        color=BLACK,
        ms=6,
        mec="white",
        mew=0.8,
        elinewidth=1.5,
        capsize=3.5,
        zorder=6,
        label="observed",
    )


def _handles(results: Results) -> list[Artist]:
    n = " and ".join(map(str, observed_shares("p_engaged")["n"]))
    observed = f"respondents as observed (n = {n}) with {INTERVAL:.0%} Wilson interval"
    simulated = "respondents in the model, asked in the same way"
    comparison = "all members, for comparison"
    if len(results.seeds) == 1:
        middle, boxes = simulated, []
    else:
        middle, comparison = f"{simulated}: median over runs", f"median of {comparison}"
        boxes = [Patch(fc=ORANGE, alpha=0.5, label=f"{simulated}: central {INTERVAL:.0%} of runs")]
    return [
        Line2D([], [], color=BLACK, marker="D", ms=6, lw=1.5, label=observed),
        Line2D([], [], color=ORANGE, lw=3, label=middle),
        *boxes,
        Line2D([], [], color=QUIET, lw=0.9, label=comparison),
        span_handle(results.config),
    ]


def _warning(results: Results) -> list[str]:
    """Return what must not be compared with what, as lines."""
    gamma = results.config["survey"]["gamma"]
    text = (
        "Respondents are not everyone: compare diamonds with orange, not with lines. In the model the engaged "
        f"answer more readily (gamma = {gamma:g}, assumed). Orange without a diamond is a virtual wave: nobody was "
        "asked then."
    )
    return textwrap.wrap(text, 135)


def readings(results: Results) -> dict[str, str]:
    """Return what the figure says in numbers (%): each group and measure in the first and last week."""
    said = {}
    for measure, key in zip(MEASURES, ("engaged", "highly"), strict=True):
        for group in GROUPS:
            values = 100 * group_mean(results.series, measure, group)
            first, last = (told(values.iloc[0]), told(values.iloc[-1])) if len(values) else ("nobody", "nobody")
            said[f"{group}_{key}_first"], said[f"{group}_{key}_last"] = first, last
    return said


def _alt(results: Results) -> str:
    said, dates = readings(results), results.series["date"]
    leaders, members = (
        [said[f"{g}_{end}"] for end in ("first", "last")] for g in ("leaders_highly", "members_engaged")
    )
    return (
        "Share of members by role at least somewhat and highly engaged, week by week, beside the two surveys. From "
        f"{dates.min():%B %Y} to {dates.max():%B %Y} GP leaders highly engaged go from {leaders[0]}% to {leaders[1]}%, "
        f"and all members at least somewhat engaged from {members[0]}% to {members[1]}% ({interval_told(results)})."
    )
