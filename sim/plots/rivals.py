"""Leaders' engagement under rival explanations: respondents wave by wave, and leaders themselves over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.measures import MEASURES, group_mean, observed_shares, over_runs
from sim.plots.panels import dot_with_whisker, foot, foot_height, line_with_band, told
from sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    INTERVAL,
    QUIET,
    VERMILLION,
    describe,
    heading,
    look,
    percent_axis,
    place_axes,
    seeds_shown,
    write,
)
from sim.plots.timeline import mark, name_moments, span_handle
from sim.run.results import Results
from sim.studies.rivals import ANSWERS, FIRST, LATER, SECOND, Observations, Question, observations

LOOKS: tuple[tuple[str, Any, str], ...] = (
    (VERMILLION, "-", "o"),
    (BLUE, "--", "s"),
    (GREEN, "-.", "^"),
    (QUIET, ":", "v"),
)
"""Colour, line and marker of each world, in order; the last is the yardstick, which has no band."""
WAVES = {FIRST: "Feb 2013", SECOND: "Jan 2014", **dict(zip(LATER, ("Jun 2014", "Feb 2015", "Feb 2016"), strict=True))}
ROWS = {"all respondents": "All respondents of the panel", "leaders": "Leaders among them"}
WIDTH, LEFT, COLUMN, GUTTER = 10.0, 0.8, 4.1, 0.75
TOP, PANEL, GAP, LAST = 1.45, 1.6, 0.6, 0.9
"""Inches: head, height of a panel, space between panels, and above the last, in which dates are named."""
APART = 0.17
"""Distance between the worlds of a wave; waves are 1 apart."""


def rivals(runs: Mapping[str, Results]) -> Figure:
    """Draw what rival explanations predict, at least somewhat and highly engaged in a column each.

    Above, shares of the model's panel at the reported and at later, virtual waves, beside what was observed; below, GP
    leaders, asked or not, week by week. Medians and central intervals over runs.

    Args:
        runs: results of several runs by name of the explanation, at most four; the last is the yardstick.

    Raises:
        ValueError: more worlds than can be told apart.
    """
    if len(runs) > len(LOOKS):
        raise ValueError(f"{len(runs)} worlds given; one figure tells at most {len(LOOKS)} apart")
    looks = dict(zip(runs, (*LOOKS[: len(runs) - 1], LOOKS[-1]), strict=True))
    seen = {name: observations(results.survey) for name, results in runs.items()}
    config = next(iter(runs.values())).config
    handles = [*_handles(runs, looks), span_handle(config)]
    notes = [
        "Compare diamonds with the first row alone: no number was reported for leaders. Waves after January 2014 are",
        "virtual: nobody was asked. Leaders who answer are GPs, lay members and nurses; GP leaders hope the most.",
    ]
    bottom = TOP + len(ROWS) * (PANEL + GAP) - GAP + LAST + PANEL
    with look():
        fig = Figure((WIDTH, bottom + 0.7 + foot_height(len(handles), notes)))
        what = f"Dots and lines: median over runs; whiskers and bands: central {INTERVAL:.0%} of runs"
        heading(fig, "One explanation at a time: engagement that each predicts", f"Six sites. {what}")
        for k, (measure, text) in enumerate(MEASURES.items()):
            left = LEFT + k * (COLUMN + GUTTER)
            write(fig, left, TOP - 0.52, f"Share {text}", fontsize=11, fontweight="bold")
            for row, (group, title) in enumerate(ROWS.items()):
                ax = place_axes(fig, left, TOP + row * (PANEL + GAP), COLUMN, PANEL)
                _waves(ax, seen, looks, group, text)
                if not row:
                    _observed(ax, measure)
                _finish(ax, f"{title} ({_asked(seen, group, text)} answers)", "% of respondents")
            ax = place_axes(fig, left, bottom - PANEL, COLUMN, PANEL)
            mark(ax, config)
            for name, results in runs.items():
                colour, line, _ = looks[name]
                summary = over_runs(group_mean(results.series, measure, "leaders"))
                line_with_band(ax, summary, name, colour, several=looks[name] != LOOKS[-1], ls=line)
            name_moments(ax, config)
            _finish(ax, "GP leaders, asked or not", "% of GP leaders")
        foot(fig, 0.15, bottom + 0.65, handles, notes)
        describe(fig, _alt(seen))
    return fig


def _waves(ax: Axes, seen: Mapping[str, Observations], looks: Mapping[str, Any], group: str, answer: str) -> None:
    """Draw every world's simulated surveys at each wave, side by side."""
    for k, (name, of_world) in enumerate(seen.items()):
        colour, _, marker = looks[name]
        for place, wave in enumerate(WAVES):
            found = of_world.get(Question(wave, "", "panel", group, answer))
            if found:
                values = found.values[~np.isnan(found.values)] / 100
                x = place + (k - (len(seen) - 1) / 2) * APART
                dot_with_whisker(ax, x, values, f"{name} {wave}", color=colour, marker=marker, ms=5)
    ax.set_xlim(-0.5, len(WAVES) - 0.5)
    ax.set_xticks(range(len(WAVES)), list(WAVES.values()))


def _observed(ax: Axes, measure: str) -> None:
    """Draw what was observed beside the worlds of its wave."""
    reported = observed_shares(measure)
    share, low, high = (reported[column].to_numpy() for column in ("share", "low", "high"))
    ax.errorbar(
        np.arange(len(reported)) - 0.42,
        share,
        [share - low, high - share],
        fmt="D",
        color=BLACK,
        ms=6,
        mec="white",
        mew=0.8,
        elinewidth=1.5,
        capsize=3,
        zorder=6,
        label="observed",
    )


def _finish(ax: Axes, title: str, unit: str) -> None:
    ax.text(0, 1, f" {title}", va="bottom", transform=ax.transAxes, fontweight="bold")
    ax.set_ylabel(unit)
    percent_axis(ax.yaxis)


def _asked(seen: Mapping[str, Observations], group: str, answer: str) -> str:
    """Return how many answered, over waves and worlds, such as "208 to 265"."""
    n = [
        s.n
        for of_world in seen.values()
        for q, s in of_world.items()
        if (q.since, q.instrument, q.group, q.answer) == ("", "panel", group, answer)
    ]
    fewest, most = min(n, default=0), max(n, default=0)
    return f"{fewest} to {most}" if fewest < most else str(most)


def _handles(runs: Mapping[str, Results], looks: Mapping[str, Any]) -> list[Artist]:
    n = " and ".join(map(str, observed_shares("p_engaged")["n"]))
    observed = f"respondents as observed (n = {n}) with {INTERVAL:.0%} Wilson interval"
    handles: list[Artist] = [Line2D([], [], color=BLACK, marker="D", ms=6, lw=1.5, label=observed)]
    for name, results in runs.items():
        colour, line, marker = looks[name]
        label = f"{name}: {seeds_shown(results.seeds)}" + (", no band" if looks[name] == LOOKS[-1] else "")
        handles.append(Line2D([], [], color=colour, ls=line, marker=marker, ms=5, label=label))
    return handles


def _alt(seen: Mapping[str, Observations]) -> str:
    """Return the alt text: highly engaged leaders among respondents, in the two reported waves and the last."""
    highly = list(ANSWERS.values())[1]
    readings = []
    for name, of_world in seen.items():
        found = (of_world.get(Question(wave, "", "panel", "leaders", highly)) for wave in (FIRST, SECOND, LATER[-1]))
        readings.append(f"{name} {', '.join(told(s.values[~np.isnan(s.values)]) for s in found if s)}")
    years = ", ".join((WAVES[FIRST], WAVES[SECOND], WAVES[LATER[-1]]))
    return (
        "Engagement under rival explanations of why fewer leaders were highly engaged. Highly engaged among leaders "
        f"who answer in the model, percent in {years}: {'; '.join(readings)}."
    )
