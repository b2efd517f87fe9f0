"""Scenarios side by side on the same luck: each one's trajectory, and the paired difference from the first."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.measures import GROUP_NAMES, MEASURES, group_mean, mean_interval, over_runs, paired
from sim.plots.style import (
    BAND,
    INTERVAL,
    caveats,
    heading,
    look,
    percent_axis,
    place_axes,
    points_axis,
    scenario_looks,
    seeds_shown,
    write,
)
from sim.plots.timeline import mark, name_moments, span_handle
from sim.results import Results

SHOWN = ("leaders", "representatives", "no_role")
WIDTH, LEFT, COLUMN, GUTTER = 10.5, 0.7, 4.3, 0.85
TOP, PANEL, GAP = 2.1, 1.9, 0.38
SMALLEST = 0.005
"""Height of a difference panel at the least, so that nothing looks like something."""


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
    reference, first = next(iter(runs.items()))
    bottom = TOP + len(SHOWN) * (PANEL + GAP)
    with look():
        fig = Figure((WIDTH, bottom + 0.75 + 0.2 * (len(runs) + 1)))
        subtitle = (
            f"Differences are taken run by run with the same seed; lines: everyone in the group\n"
            f"Right: mean difference with its {INTERVAL:.0%} t interval over runs, week by week"
        )
        heading(fig, 0.15, f"GPs {MEASURES[measure]}, by scenario on the same luck", subtitle)
        titles = (f"Share {MEASURES[measure]}", f"Difference from {reference}")
        for side, (draw, title) in enumerate(zip((_trajectory, _difference), titles, strict=True)):
            left, axes = LEFT + side * (COLUMN + GUTTER), list[Axes]()
            write(fig, left, TOP - 1.0, title, fontsize=11, fontweight="bold")
            for row, group in enumerate(SHOWN):
                shared = axes[0] if axes and side else None
                ax = place_axes(fig, left, TOP + row * (PANEL + GAP), COLUMN, PANEL, sharey=shared)
                mark(ax, first.config)
                draw(ax, runs, measure, group)
                ax.text(
                    0, 1, f" {GROUP_NAMES[group]}", transform=ax.transAxes, va="bottom", fontweight="bold"
                )
                ax.tick_params(labelbottom=row == len(SHOWN) - 1)
                axes.append(ax)
            name_moments(axes[0], first.config)
        _legend(fig, runs, bottom + 0.25)
    return fig


def _trajectory(ax: Axes, runs: Mapping[str, Results], measure: str, group: str) -> None:
    looks = scenario_looks(list(runs))
    for k, (name, results) in enumerate(runs.items()):
        summary = over_runs(group_mean(results.series, measure, group))
        days, (colour, line) = summary.index.to_numpy(), looks[name]
        if len(results.seeds) > 1 and k == 0:
            ax.fill_between(
                days, summary["low"], summary["high"], color=colour, alpha=0.12, lw=0, gid=f"band {name}"
            )
        elif len(results.seeds) > 1:
            for bound in ("low", "high"):
                ax.plot(days, summary[bound], color=colour, ls=line, lw=0.7, gid=f"{bound} {name}")
        ax.plot(days, summary["median"], color=colour, ls=line, gid=f"line {name}")
    ax.set_ylabel("% of group")
    percent_axis(ax.yaxis)


def _difference(ax: Axes, runs: Mapping[str, Results], measure: str, group: str) -> None:
    looks = scenario_looks(list(runs))
    (reference, first), *others = runs.items()
    ax.axhline(0, color=looks[reference][0], ls=looks[reference][1], lw=1.2, gid=f"line {reference}")
    ax.plot(ax.get_xlim(), [-SMALLEST, SMALLEST], alpha=0)
    for name, results in others:
        summary = mean_interval(paired(first, results, measure, group))
        days, (colour, line) = summary.index.to_numpy(), looks[name]
        if summary["low"].notna().all():
            ax.fill_between(
                days, summary["low"], summary["high"], color=colour, alpha=BAND, lw=0, gid=f"band {name}"
            )
        ax.plot(days, summary["mean"], color=colour, ls=line, gid=f"line {name}")
    ax.set_ylabel("percentage points")
    points_axis(ax.yaxis)


def _legend(fig: Figure, runs: Mapping[str, Results], top: float) -> None:
    looks = scenario_looks(list(runs))
    several = any(len(r.seeds) > 1 for r in runs.values())
    handles = []
    for k, (name, results) in enumerate(runs.items()):
        bounds = f"; {'shaded' if k == 0 else 'thin lines'}: central {INTERVAL:.0%} of runs, week by week"
        label = f"{name}, {results.config['place']['name']}: {seeds_shown(results.seeds)}; median{bounds if several else ''}"
        handles.append(Line2D([], [], color=looks[name][0], ls=looks[name][1], label=label))
    handles.append(span_handle(next(iter(runs.values())).config))
    anchor = ((LEFT - 0.1) / WIDTH, 1 - top / fig.get_figheight())
    fig.legend(handles=handles, loc="upper left", bbox_to_anchor=anchor, borderpad=0, borderaxespad=0)
    notes = dict.fromkeys(line for r in runs.values() for line in caveats(r, 125).splitlines())
    write(fig, LEFT, top + 0.12 + 0.2 * len(handles), "\n".join(notes))
