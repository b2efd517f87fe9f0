"""Strain of those who work for the CCG, and patients' access at each site."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.measures import GROUP_NAMES, group_mean, over_runs
from sim.plots.panels import (
    foot,
    foot_height,
    interval_told,
    last_year,
    line_with_band,
    lines_by_site,
    notes_on,
    sites_shown,
    told,
    values_by_site,
)
from sim.plots.style import (
    INTERVAL,
    LINE_HEIGHT,
    ROLE_COLOURS,
    describe,
    heading,
    legend,
    look,
    place_axes,
    runs_shown,
    site_looks,
    write,
)
from sim.plots.timeline import date_handles, mark
from sim.run.results import Results

STRAINED = ("practice_managers", "no_role", "representatives", "leaders")
"""Groups whose strain is drawn, the one in front last."""
HOURS = 5
"""Hours a week that strain is counted in (unit of ``series.strain``)."""
PATIENTS = 1000
"""Patients that hours at a site are counted by."""
MEASURES = {
    "wait": "Patients' wait (days)",
    "backlog": f"Work that waits (hours per {PATIENTS:,} patients)",
    "given_up": f"Given up (hours a week per {PATIENTS:,} patients)",
}
WIDTH, LEFT, COLUMN, GUTTER = 10.0, 0.75, 4.1, 0.8
TOP, PANEL, GAP = 1.35, 1.9, 0.95
SITE_COLUMNS = 6


def access(results: Results) -> Figure:
    """Draw strain by role, and patients' wait, work that waits and requests given up by site, week by week.

    Strain is the moving average of hours beyond the sustainable week. Lines by site are medians over runs; beside
    them each site's mean of the last year with its central interval over runs.

    Args:
        results: one run or several.
    """
    several = len(results.seeds) > 1
    bottom = TOP + 2 * PANEL + GAP
    groups = [Line2D([], [], color=ROLE_COLOURS[g], label=GROUP_NAMES[g]) for g in reversed(STRAINED)]
    looks = site_looks([site.name for site in sites_shown(results)])
    sites = [Line2D([], [], color=c, ls=line, marker="o", ms=5, label=f"CCG {n}") for n, (c, line) in looks.items()]
    dates = date_handles(results.config)
    notes = notes_on(
        results,
        "Strain is a moving average of hours beyond the contracted week and a margin. Sites: the largest first.",
    )
    shown = (
        f"Lines: medians over runs; bands, and whiskers of the mean of the last year: central {INTERVAL:.0%} of runs"
        if several
        else "One run, no bands; dots: mean of the last year"
    )
    with look():
        above = LINE_HEIGHT * (len(dates) + 1)
        fig = Figure((WIDTH, bottom + 0.6 + above + foot_height(len(sites), notes, SITE_COLUMNS)))
        heading(fig, "Strain and patients' access", f"{runs_shown(results)}\n{shown}")
        _strain(fig, results, several)
        for k, (measure, values) in enumerate(_by_site(results).items(), start=1):
            row, column = divmod(k, 2)
            left, top = LEFT + column * (COLUMN + GUTTER), TOP + row * (PANEL + GAP)
            write(fig, left, top - 0.27, MEASURES[measure], fontweight="bold")
            ax, _ = lines_by_site(fig, left, top, COLUMN, PANEL, results, values)
            ax.set_ylabel("days" if measure == "wait" else "hours")
            ax.set_ylim(bottom=0)
        legend(fig, LEFT - 0.1, bottom + 0.6, dates)
        legend(fig, LEFT - 0.1, bottom + 0.6 + LINE_HEIGHT * len(dates), groups, columns=len(groups))
        foot(fig, LEFT - 0.1, bottom + 0.6 + above, sites, notes, SITE_COLUMNS)
        describe(fig, _alt(results))
    return fig


def _strain(fig: Figure, results: Results, several: bool) -> None:
    write(fig, LEFT, TOP - 0.27, "Strain (hours a week beyond the sustainable)", fontweight="bold")
    ax = place_axes(fig, LEFT, TOP, COLUMN, PANEL)
    mark(ax, results.config)
    for group in STRAINED:
        summary = over_runs(HOURS * group_mean(results.series, "strain", group))
        line_with_band(ax, summary, group, ROLE_COLOURS[group], several=several)
    ax.set_ylabel("hours a week")
    ax.set_ylim(bottom=0)


def _by_site(results: Results) -> Mapping[str, dict[str, pd.DataFrame]]:
    """Return what is drawn of each measure by site: one row a date, one column a run."""
    sites = sites_shown(results)
    patients = {site.name: site.population / PATIENTS for site in sites}
    wait, backlog, given_up = (
        values_by_site(results.ccgs, column, sites) for column in ("wait_weeks", "backlog_hours", "given_up_hours")
    )
    return {
        "wait": {name: 7 * values for name, values in wait.items()},
        "backlog": {name: values / patients[name] for name, values in backlog.items()},
        "given_up": {name: values / patients[name] for name, values in given_up.items()},
    }


def readings(results: Results) -> dict[str, str]:
    """Return what the figure says in numbers: strain in the last year and at its peak, and the last year's access."""
    strain = {g: HOURS * group_mean(results.series, "strain", g) for g in STRAINED}
    said = {f"strain_{g}": told(last_year(values), 1) for g, values in strain.items()}
    said["strain_leaders_peak"] = f"{over_runs(strain['leaders'])['median'].max():.1f}"
    for measure, by_site in _by_site(results).items():
        values = {site: last_year(v) for site, v in by_site.items()}
        medians = pd.Series({site: v.median() for site, v in values.items()})
        for end, site in (("highest", medians.idxmax()), ("lowest", medians.idxmin())):
            said[f"{measure}_{end}_site"] = str(site)
            said[f"{measure}_{end}"] = told(values[str(site)], 1)
    return said


def _alt(results: Results) -> str:
    said = readings(results)
    return (
        f"Strain by role and patients' access by site, week by week ({interval_told(results)}). In the last year "
        f"leaders work {said['strain_leaders']} and GPs without a role {said['strain_no_role']} hours a week beyond "
        f"the sustainable; patients wait longest at {said['wait_highest_site']}, {said['wait_highest']} days, and "
        f"shortest at {said['wait_lowest_site']}, {said['wait_lowest']} days."
    )
