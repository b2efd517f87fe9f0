"""Influence, ownership and being heard by site, from the largest CCG to the smallest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.evidence import facts
from sim.plots.measures import by_run, group_mean
from sim.plots.panels import dot_with_whisker, name_sites, notes_on, sites_shown, told
from sim.plots.style import (
    INTERVAL,
    LINE_HEIGHT,
    describe,
    heading,
    look,
    percent_axis,
    place_axes,
    runs_shown,
    site_looks,
    write,
)
from sim.run.results import Results
from sim.settings.sites import Site
from sim.state.codes import Stage
from sim.survey.instruments import PANEL

FATES = tuple(Stage(stage).name.lower() for stage in (Stage.ADOPTED, Stage.REFUSED, Stage.LAPSED))
"""Events that settle a matter."""
WIDTH, LEFT, COLUMN, GUTTER = 10.0, 0.75, 2.6, 0.55
TOP, HEIGHT = 1.35, 3.0


def influence(results: Results) -> Figure:
    """Draw what is felt and what happens at each site: belief in influence, ownership, and matters adopted.

    Belief and ownership are of everyone in the week of the last reported wave of the survey, matters those settled
    in the financial year before its end. Dots are medians over runs, whiskers the central interval.

    Args:
        results: one run or several.

    Raises:
        ValueError: a run without a wave of the survey.
    """
    wave = _last_wave(results)
    sites = sites_shown(results)
    several = len(results.seeds) > 1
    panels = {
        "Belief in one's influence": ("mean of members (0 to 100%)", believed(results, sites, wave)),
        "CCG is owned by its members": ("% of everyone who would agree", owned(results, sites, wave)),
        "Matters adopted": ("% of matters settled", adopted(results, sites, wave)),
    }
    place = results.config["place"]
    seen = place["name"] == "six_sites" and not place["clone_to"]
    notes = notes_on(
        results,
        f"Matters are those that GPs raised and that were adopted, refused or left to lapse in {_year(wave)}.",
        *([f"Observed in 2014: {facts()['h15_ownership_by_size'].statement} No numbers are reported."] if seen else []),
    )
    shown = f"medians over runs; whiskers: central {INTERVAL:.0%} of runs" if several else "one run"
    with look():
        fig = Figure((WIDTH, TOP + HEIGHT + 1.15 + LINE_HEIGHT * len(notes)))
        when = f"{pd.Timestamp(wave):%B %Y}"
        heading(
            fig, "Influence, ownership and being heard by site", f"{runs_shown(results)}\nEveryone in {when}; {shown}"
        )
        for k, (title, (unit, values)) in enumerate(panels.items()):
            left = LEFT + k * (COLUMN + GUTTER)
            ax = place_axes(fig, left, TOP, COLUMN, HEIGHT)
            write(fig, left, TOP - 0.27, title, fontweight="bold")
            _panel(ax, sites, values)
            ax.set_ylabel(unit)
        write(fig, 0.15, TOP + HEIGHT + 0.9, "\n".join(notes), linespacing=1.3)
        describe(fig, _alt(results, panels, when))
    return fig


def believed(results: Results, sites: Sequence[Site], wave: str) -> dict[str, pd.Series[float]]:
    """Return members' mean belief in their influence by site in the week of a wave: one value a run."""
    series = results.series[results.series["date"] <= wave]
    now = series[series["date"] == series["date"].max()]
    return {s.name: group_mean(now[now["ccg"] == s.name], "influence", "members").iloc[-1] for s in sites}


def owned(results: Results, sites: Sequence[Site], wave: str) -> dict[str, pd.Series[float]]:
    """Return the share of everyone at each site who would agree that the CCG is owned by its members: one a run."""
    rows = by_run(results.survey)
    keep = (rows["instrument"] == "panel") & (rows["item"] == "owned_by_members") & (rows["answer"] == "agree")
    rows = rows[keep & (rows["group_by"] == "site") & (rows["wave"] == wave)]
    return {s.name: rows[rows["group"] == s.name].set_index("run")["share_of_everyone"] for s in sites}


def adopted(results: Results, sites: Sequence[Site], wave: str) -> dict[str, pd.Series[float]]:
    """Return the share adopted of the matters settled at each site in the year of a wave, one a run with any."""
    start, end = _year_of(wave)
    events = by_run(results.events)
    events = events[events["kind"].isin(FATES) & (events["person"] >= 0)]
    events = events[(events["date"] >= start) & (events["date"] < end)]
    yes = events.assign(adopted=events["kind"] == FATES[0])
    return {s.name: yes[yes["ccg"] == s.name].groupby("run")["adopted"].mean() for s in sites}


def _last_wave(results: Results) -> str:
    waves = [wave for wave in PANEL if (results.survey["wave"] == wave).any()] if len(results.survey) else []
    if not waves:
        raise ValueError(f"these results hold no wave of the survey; the waves are {' and '.join(PANEL)}")
    return waves[-1]


def _year_of(wave: str) -> tuple[str, str]:
    """Return first day and end of the financial year that holds a date."""
    date = pd.Timestamp(wave)
    first = date.year - (date.month < 4)
    return f"{first}-04-01", f"{first + 1}-04-01"


def _year(wave: str) -> str:
    start, end = _year_of(wave)
    return f"{start[:4]}/{end[2:4]}"


def _panel(ax: Axes, sites: Sequence[Site], values: Mapping[str, pd.Series[float]]) -> None:
    looks = site_looks([site.name for site in sites])
    for k, site in enumerate(sites):
        if len(values[site.name]):
            dot_with_whisker(ax, k, values[site.name], site.name, color=looks[site.name][0], ms=7)
    sizes = [f"{site.population // 1000:,}" for site in sites]
    name_sites(ax, [site.name for site in sites], sizes, "thousand patients")
    percent_axis(ax.yaxis)


def readings(results: Results) -> dict[str, str]:
    """Return what the figure says in numbers (%): by site, and in how many runs the two smallest own most."""
    wave, sites = _last_wave(results), sites_shown(results)
    measures = {"influence": believed, "owned": owned, "adopted": adopted}
    values = {name: measure(results, sites, wave) for name, measure in measures.items()}
    shown = ((name, site, shares) for name, of in values.items() for site, shares in of.items())
    said = {f"{name}_{site}": told(100 * shares) for name, site, shares in shown if len(shares)}
    if not 2 < results.series["ccg"].nunique() == len(sites) or len(results.seeds) == 1:
        return said
    owners = pd.DataFrame(values["owned"])
    smallest = [site.name for site in sites[-2:]]
    lead = owners[smallest].min(axis=1) > owners.drop(columns=smallest).max(axis=1)
    return said | {"smallest": " and ".join(sorted(smallest)), "smallest_lead": f"{100 * lead.mean():.0f}"}


def _alt(results: Results, panels: Mapping[str, tuple[str, Mapping[str, pd.Series[float]]]], when: str) -> str:
    said = [
        f"{title}: " + ", ".join(f"{site} {100 * v.median():.0f}%" for site, v in values.items() if len(v))
        for title, (_, values) in panels.items()
    ]
    runs = f"medians of {len(results.seeds)} runs" if len(results.seeds) > 1 else "one run"
    text = f"Dots with whiskers by CCG from the largest to the smallest, {when} ({runs}). {'; '.join(said)}."
    numbers = readings(results)
    if "smallest" not in numbers:
        return text
    lead = f"{numbers['smallest']}, the two smallest, in {numbers['smallest_lead']}% of runs"
    return f"{text} Ownership is highest at {lead}."
