"""Scenarios side by side on the same luck: each one's trajectory, and the paired difference from the first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, PercentFormatter

from sim.plots.measures import GROUP_NAMES, MEASURES, group_mean, mean_interval, over_runs, paired
from sim.plots.style import (
    BAND,
    INTERVAL,
    caveats,
    heading,
    look,
    place_axes,
    runs_shown,
    scenario_looks,
    write,
)
from sim.plots.timeline import mark, strip
from sim.results import Results

SHOWN = ("leaders", "representatives", "no_role")
WIDTH, LEFT, COLUMN, GUTTER = 12.0, 0.85, 4.95, 0.95
TOP, ROW, PANEL = 1.75, 2.45, 2.1


def scenarios(runs: Mapping[str, Results], measure: str = "p_engaged") -> Figure:
    """Draw the share engaged of leaders, representatives and members without a role under several scenarios.

    On the left medians over runs with the central interval; on the right the difference from the first scenario, run
    by run with the same seed: its mean and t interval over runs.

    Args:
        runs: results by name; the first is what the others are compared with.
        measure: ``p_engaged`` (at least somewhat) or ``p_highly``.

    Raises:
        ValueError: fewer than two scenarios, an unknown measure, or no seed in common.
    """
    if len(runs) < 2:
        raise ValueError(f"{len(runs)} scenario given; a comparison needs two or more")
    if measure not in MEASURES:
        raise ValueError(f"measure={measure!r} is unknown; allowed is {', '.join(MEASURES)}")
    first = next(iter(runs.values()))
    with look():
        fig = Figure((WIDTH, TOP + ROW * len(SHOWN) + 0.75 + 0.2 * len(runs)))
        heading(fig, 0.15, f"GPs {MEASURES[measure]}, by scenario, on the same luck", _subtitle(runs))
        heads = [place_axes(fig, x, 1.45, COLUMN, 0.3) for x in (LEFT, LEFT + COLUMN + GUTTER)]
        for row, group in enumerate(SHOWN):
            for side, draw in enumerate((_trajectory, _difference)):
                x = LEFT + side * (COLUMN + GUTTER)
                ax = place_axes(fig, x, TOP + ROW * row, COLUMN, PANEL, sharex=heads[side])
                mark(ax, first.config)
                draw(ax, runs, measure, group)
                ax.tick_params(labelbottom=row == len(SHOWN) - 1)
        for head in heads:
            strip(head, first.config, spans_named=False)
        _legend(fig, runs)
    return fig


def _subtitle(runs: Mapping[str, Results]) -> str:
    name, first = next(iter(runs.items()))
    one = len(first.seeds) == 1
    left = "everyone in the group" + (
        ", one run" if one else f", median over runs and central {INTERVAL:.0%} of runs, week by week"
    )
    right = "difference" if one else f"mean difference and its {INTERVAL:.0%} t interval over runs, week by week"
    return f"Left: {left}\nRight: each scenario minus {name}, run by run with the same seed: {right}"


def _trajectory(ax: Axes, runs: Mapping[str, Results], measure: str, group: str) -> None:
    looks = scenario_looks(list(runs))
    for name, results in runs.items():
        summary = over_runs(group_mean(results.series, measure, group))
        days, (colour, line) = summary.index.to_numpy(), looks[name]
        if len(results.seeds) > 1:
            ax.fill_between(days, summary["low"], summary["high"], color=colour, alpha=BAND, lw=0, gid=f"band {name}")
        ax.plot(days, summary["median"], color=colour, ls=line, gid=f"line {name}")
    ax.set(xlim=(days[0], days[-1]), ylabel=f"% of {GROUP_NAMES[group]}")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))


def _difference(ax: Axes, runs: Mapping[str, Results], measure: str, group: str) -> None:
    looks = scenario_looks(list(runs))
    (reference, first), *others = runs.items()
    ax.axhline(0, color=looks[reference][0], ls=looks[reference][1], lw=1.4, gid=f"line {reference}")
    for name, results in others:
        summary = mean_interval(paired(first, results, measure, group))
        days, (colour, line) = summary.index.to_numpy(), looks[name]
        if summary["low"].notna().all():
            ax.fill_between(days, summary["low"], summary["high"], color=colour, alpha=2 * BAND, lw=0, gid=f"band {name}")
        ax.plot(days, summary["mean"], color=colour, ls=line, gid=f"line {name}")
    ax.set(xlim=(days[0], days[-1]), ylabel="difference, percentage points")
    reach = max(0.005, *np.abs(ax.get_ylim()))
    ax.set_ylim(-reach, reach)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:+g}" if y else "0"))


def _legend(fig: Figure, runs: Mapping[str, Results]) -> None:
    looks = scenario_looks(list(runs))
    handles = [
        Line2D([], [], color=looks[name][0], ls=looks[name][1], label=f"{name} ({runs_shown(results)})")
        for name, results in runs.items()
    ]
    bottom = TOP + ROW * len(SHOWN) + 0.2
    fig.legend(handles=handles, loc="upper left", bbox_to_anchor=(LEFT / WIDTH - 0.01, 1 - bottom / fig.get_figheight()))
    notes = dict.fromkeys(line for r in runs.values() for line in caveats(r, 150).splitlines())
    write(fig, LEFT, bottom + 0.15 + 0.2 * len(runs), "\n".join(notes))
