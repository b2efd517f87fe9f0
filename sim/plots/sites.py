"""Engagement by site: small multiples from the largest CCG to the smallest, members and leaders on one scale."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.measures import GROUP_NAMES, MEASURES, group_mean, group_size, over_runs
from sim.plots.panels import foot, foot_height, interval, interval_told, line_with_band, notes_on, sites_shown, told
from sim.plots.style import INTERVAL, ROLE_COLOURS, describe, heading, look, percent_axis, place_axes, runs_shown
from sim.plots.timeline import date_handles, mark
from sim.run.results import Results

SHOWN = ("leaders", "members")
"""Groups drawn, the one in front last."""
COLUMNS = 3
WIDTH, LEFT, COLUMN, GUTTER = 10.0, 0.75, 2.72, 0.42
TOP, PANEL, GAP = 1.25, 1.9, 0.4


def sites(results: Results, measure: str = "p_engaged") -> Figure:
    """Draw the share of members, and of GP leaders, who are engaged at each site, week by week.

    Medians over runs of everyone in the group, bands the central interval over runs.

    Args:
        results: one run (no bands) or several.
        measure: ``p_engaged`` (at least somewhat) or ``p_highly``.

    Raises:
        ValueError: an unknown measure.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure={measure!r} is unknown; allowed is {', '.join(MEASURES)}")
    shown, several = sites_shown(results), len(results.seeds) > 1
    rows = -(-len(shown) // COLUMNS)
    bottom = TOP + rows * (PANEL + GAP)
    band = f"median over runs and central {INTERVAL:.0%} of runs, week by week" if several else "one run, no bands"
    lines = [Line2D([], [], color=ROLE_COLOURS[group], label=GROUP_NAMES[group]) for group in reversed(SHOWN)]
    handles = [*lines, *date_handles(results.config)]
    notes = notes_on(results)
    with look():
        fig = Figure((WIDTH, bottom + 0.2 + foot_height(len(handles), notes)))
        what = f"Everyone in the group, asked or not; {band}; from the largest CCG to the smallest"
        heading(fig, f"Engagement by site: share {MEASURES[measure]}", f"{runs_shown(results)}\n{what}")
        axes: list[Axes] = []
        for k, site in enumerate(shown):
            row, column = divmod(k, COLUMNS)
            left, top = LEFT + column * (COLUMN + GUTTER), TOP + row * (PANEL + GAP)
            ax = place_axes(fig, left, top, COLUMN, PANEL, sharey=axes[0] if axes else None)
            mark(ax, results.config)
            of_site = results.series[results.series["ccg"] == site.name]
            for group in SHOWN:
                summary = over_runs(group_mean(of_site, measure, group))
                line_with_band(ax, summary, f"{group} {site.name}", ROLE_COLOURS[group], several=several)
            title = f" {site.name}: {site.population:,} patients, {group_size(of_site, 'members'):,.0f} members"
            ax.text(0, 1, title, va="bottom", transform=ax.transAxes, fontweight="bold")
            ax.tick_params(labelbottom=k + COLUMNS >= len(shown), labelleft=column == 0)
            if column == 0:
                ax.set_ylabel("% of group")
            percent_axis(ax.yaxis)
            axes.append(ax)
        foot(fig, LEFT - 0.1, bottom + 0.2, handles, notes)
        describe(fig, _alt(results, measure))
    return fig


def readings(results: Results, measure: str = "p_engaged") -> dict[str, str]:
    """Return what the figure says in numbers (%, points): members at the end of the run, by site and overall."""
    ends = _ends(results, measure)
    medians = ends.median()
    widths = [interval(ends[site])[2] - interval(ends[site])[0] for site in ends]
    highest, lowest = medians.idxmax(), medians.idxmin()
    return {
        "highest_site": str(highest),
        "highest": told(ends[highest]),
        "lowest_site": str(lowest),
        "lowest": told(ends[lowest]),
        "between_sites": f"{medians.max() - medians.min():.0f}",
        "between_runs": f"{pd.Series(widths).median():.0f}",
    }


def _ends(results: Results, measure: str) -> pd.DataFrame:
    """Return the % of members engaged in the last week: one row a run, one column a site."""
    series = results.series[results.series["week"] == results.series["week"].max()]
    names = [site.name for site in sites_shown(results)]
    return pd.DataFrame({n: 100 * group_mean(series[series["ccg"] == n], measure, "members").iloc[-1] for n in names})


def _alt(results: Results, measure: str) -> str:
    said = readings(results, measure)
    return (
        f"Small multiples of the share of members and of GP leaders {MEASURES[measure]}, week by week, at "
        f"{len(sites_shown(results))} CCGs ({interval_told(results)}). In the last week members are highest at "
        f"{said['highest_site']}, {said['highest']}%, and lowest at {said['lowest_site']}, {said['lowest']}%."
    )
