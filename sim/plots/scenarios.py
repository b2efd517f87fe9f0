"""Scenarios side by side on the same luck: trajectories, and paired differences from the first."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.measures import GROUP_NAMES, MEASURES, group_mean, mean_interval, over_runs, paired
from sim.plots.style import (
    BAND,
    INTERVAL,
    LINE_HEIGHT,
    caveats,
    describe,
    heading,
    legend,
    look,
    percent_axis,
    place_axes,
    points_axis,
    scenario_looks,
    seeds_shown,
    write,
)
from sim.plots.timeline import day_numbers, mark, name_moments, span_handle
from sim.run.results import Results

SHOWN = ("leaders", "representatives", "no_role")
WIDTH, LEFT, COLUMN, GUTTER = 10.5, 0.8, 4.35, 0.8
TOP, PANEL, GAP = 2.05, 1.9, 0.38
MOST = 12
"""Scenarios that one figure shows: of one's own, more could not be told apart."""
SMALLEST = 0.005
"""Difference that the scale reaches at least, so that nothing does not look like something."""


def scenarios(runs: Mapping[str, Results], measure: str = "p_engaged") -> Figure:
    """Draw the share engaged of leaders, representatives and GPs without a role under several scenarios.

    On the left medians over runs with the central interval over runs; on the right the difference from the
    first scenario, run by run with the same seed: its mean and t interval over runs.

    Args:
        runs: results by name; the first is what the others are compared with. The first ``MOST`` are drawn.
        measure: ``p_engaged`` (at least somewhat) or ``p_highly``.

    Raises:
        ValueError: fewer than two scenarios, an unknown measure, or no seed in common.
    """
    if len(runs) < 2:
        raise ValueError(f"{len(runs)} scenario given; a comparison needs two or more")
    if measure not in MEASURES:
        raise ValueError(f"measure={measure!r} is unknown; allowed is {', '.join(MEASURES)}")
    left_out = [f"Note: {which_are_drawn(len(runs))}."] if len(runs) > MOST else []
    runs = dict(itertools.islice(runs.items(), MOST))
    reference, first = next(iter(runs.items()))
    bottom = TOP + len(SHOWN) * (PANEL + GAP)
    notes = list(dict.fromkeys([*left_out, *(line for results in runs.values() for line in caveats(results, 135))]))
    with look():
        fig = Figure((WIDTH, bottom + 0.55 + LINE_HEIGHT * (len(runs) + 1 + len(notes))))
        right = f"mean with its {INTERVAL:.0%} t interval over runs, week by week"
        subtitle = f"Left: everyone in the group; scales differ\nRight: run by run with the same seed; {right}"
        heading(fig, f"GPs {MEASURES[measure]}, by scenario on the same luck", subtitle)
        _column(fig, LEFT, runs, measure, f"Share {MEASURES[measure]}", differences=False)
        _column(fig, LEFT + COLUMN + GUTTER, runs, measure, f"Difference from {reference}", differences=True)
        handles = [*_handles(runs), span_handle(first.config)]
        legend(fig, LEFT - 0.1, bottom + 0.25, handles)
        write(fig, LEFT, bottom + 0.35 + LINE_HEIGHT * len(handles), "\n".join(notes), linespacing=1.3)
        describe(fig, _alt(runs, measure))
    return fig


def which_are_drawn(scenarios: int) -> str:
    """Return which of so many scenarios, more than ``MOST``, a figure shows."""
    return f"the figure shows the first {MOST} of {scenarios} scenarios"


def _column(
    fig: Figure, left: float, runs: Mapping[str, Results], measure: str, title: str, *, differences: bool
) -> None:
    """Draw a panel a group: differences share one scale, shares have their own."""
    config = next(iter(runs.values())).config
    write(fig, left, TOP - 1.0, title, fontsize=11, fontweight="bold")
    axes: list[Axes] = []
    for row, group in enumerate(SHOWN):
        shared = axes[0] if axes and differences else None
        ax = place_axes(fig, left, TOP + row * (PANEL + GAP), COLUMN, PANEL, sharey=shared)
        mark(ax, config)
        (_differences if differences else _shares)(ax, runs, measure, group)
        ax.text(0, 1, f" {GROUP_NAMES[group]}", transform=ax.transAxes, va="bottom", fontweight="bold")
        ax.tick_params(labelbottom=row == len(SHOWN) - 1)
        axes.append(ax)
    name_moments(axes[0], config)


def _shares(ax: Axes, runs: Mapping[str, Results], measure: str, group: str) -> None:
    for k, (name, (colour, line)) in enumerate(scenario_looks(list(runs)).items()):
        summary = over_runs(group_mean(runs[name].series, measure, group))
        days = day_numbers(summary.index)
        if k == 0 and len(runs[name].seeds) > 1:
            low, high = summary["low"], summary["high"]
            ax.fill_between(days, low, high, color=colour, alpha=BAND / 2, lw=0, label=f"band {name}")
        elif len(runs[name].seeds) > 1:
            for bound in ("low", "high"):
                ax.plot(days, summary[bound], color=colour, ls=line, lw=0.7, label=f"{bound} {name}")
        ax.plot(days, summary["median"], color=colour, ls=line, label=f"line {name}")
    ax.set_ylabel("% of group")
    percent_axis(ax.yaxis)


def _differences(ax: Axes, runs: Mapping[str, Results], measure: str, group: str) -> None:
    (reference, look_of_first), *others = scenario_looks(list(runs)).items()
    ax.axhline(0, color=look_of_first[0], ls=look_of_first[1], lw=1.2, label=f"line {reference}")
    ax.update_datalim([(ax.get_xlim()[0], -SMALLEST), (ax.get_xlim()[0], SMALLEST)], updatex=False)
    for name, (colour, line) in others:
        summary = mean_interval(paired(runs[reference], runs[name], measure, group))
        days = day_numbers(summary.index)
        if summary["low"].notna().all():
            low, high = summary["low"], summary["high"]
            ax.fill_between(days, low, high, color=colour, alpha=BAND, lw=0, label=f"band {name}")
        ax.plot(days, summary["mean"], color=colour, ls=line, label=f"line {name}")
    ax.set_ylabel("percentage points")
    points_axis(ax.yaxis)


def _handles(runs: Mapping[str, Results]) -> list[Artist]:
    handles: list[Artist] = []
    for k, (name, (colour, line)) in enumerate(scenario_looks(list(runs)).items()):
        place, seeds = runs[name].config["place"]["name"], runs[name].seeds
        interval = f", {'shaded' if k == 0 else 'thin lines'} central {INTERVAL:.0%} of runs, week by week"
        label = f"{name}, {place}: {seeds_shown(seeds)}; median{interval if len(seeds) > 1 else ''}"
        handles.append(Line2D([], [], color=colour, ls=line, label=label))
    return handles


def _alt(runs: Mapping[str, Results], measure: str) -> str:
    """Describe the largest difference from the first scenario in the last week."""
    reference, *others = runs
    ends = {
        (name, group): 100 * mean_interval(paired(runs[reference], runs[name], measure, group)).iloc[-1]
        for name in others
        for group in SHOWN
    }
    (name, group), largest = max(ends.items(), key=lambda entry: abs(entry[1]["mean"]))
    low, mean, high = (f"{largest[c]:+.1f}" for c in ("low", "mean", "high"))
    interval = f" ({INTERVAL:.0%} interval {low} to {high})" if len(runs[name].seeds) > 1 else ""
    return (
        f"Share of GPs {MEASURES[measure]}, week by week, under {len(runs)} scenarios on the same luck, and "
        f"differences from {reference}. The largest difference in the last week: {name}, {GROUP_NAMES[group]}, "
        f"{mean} points{interval}."
    )
