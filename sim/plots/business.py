"""Where business waits: matters in the queue, what became of those raised, and how long a decision took, by site."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.measures import by_run
from sim.plots.panels import (
    dot_with_whisker,
    foot,
    foot_height,
    interval_told,
    last_year,
    lines_by_site,
    name_sites,
    notes_on,
    sites_shown,
    told,
    values_by_site,
)
from sim.plots.style import (
    BLUE,
    INTERVAL,
    LINE_HEIGHT,
    ORANGE,
    QUIET,
    SKY,
    VERMILLION,
    describe,
    heading,
    legend,
    look,
    percent_axis,
    place_axes,
    runs_shown,
    site_looks,
    write,
)
from sim.plots.timeline import date_handles
from sim.run.results import Results

FATES = {
    "adopted, reached in the queue": BLUE,
    "adopted, heard informally": SKY,
    "refused": ORANGE,
    "lapsed": VERMILLION,
    "still waiting": QUIET,
}
"""What becomes of a matter, and its colour."""
WIDTH, LEFT = 10.0, 0.75
TOP, LINES, PANEL, GAP = 1.25, 1.75, 1.75, 0.95
BARS, WAITS, GUTTER = 5.1, 2.9, 0.8


def business(results: Results) -> Figure:
    """Draw matters waiting week by week, and of the matters raised since go-live their fate and the weeks they waited.

    Lines by site are medians over runs with the last year's mean and central interval beside them. Shares of fates
    are means over runs, so that they add up; weeks waited are means over matters adopted or refused, dots the median
    over runs.

    Args:
        results: one run or several.

    Raises:
        ValueError: a run that ends before go-live.
    """
    matters = matters_raised(results)
    names = [site.name for site in sites_shown(results)]
    several = len(results.seeds) > 1
    lower = TOP + LINES + GAP
    bottom = lower + PANEL
    fates = [Patch(fc=colour, label=fate) for fate, colour in FATES.items()]
    looks = site_looks(names)
    sites = [Line2D([], [], color=c, ls=line, marker="o", ms=5, label=f"CCG {n}") for n, (c, line) in looks.items()]
    dates = date_handles(results.config)
    notes = notes_on(
        results,
        "Matters are what GPs raise; managers' plans are not among them. A matter that is not reached within "
        f"{results.config['meetings']['patience']:.0f} weeks lapses. Sites: the largest first.",
    )
    shown = (
        f"Lines and dots: medians over runs; whiskers: central {INTERVAL:.0%} of runs; bars: means over runs"
        if several
        else "One run"
    )
    with look():
        below = bottom + 0.75
        of_sites = below + LINE_HEIGHT * (2 + len(dates))
        fig = Figure((WIDTH, of_sites + foot_height(len(sites), notes, columns=6)))
        heading(fig, "Where business waits", f"{runs_shown(results)}\n{shown}")
        write(fig, LEFT, TOP - 0.27, "Matters waiting", fontweight="bold")
        waiting = values_by_site(results.ccgs, "matters_waiting", sites_shown(results))
        ax, _ = lines_by_site(fig, LEFT, TOP, BARS + GUTTER + WAITS, LINES, results, waiting)
        ax.set_ylabel("matters")
        ax.set_ylim(bottom=0)
        write(fig, LEFT, lower - 0.27, "What became of matters raised since go-live", fontweight="bold")
        _bars(place_axes(fig, LEFT, lower, BARS, PANEL), matters, names)
        right = LEFT + BARS + GUTTER
        write(fig, right, lower - 0.27, "Weeks until adopted or refused", fontweight="bold")
        _waits(place_axes(fig, right, lower, WAITS, PANEL), matters, names)
        legend(fig, LEFT - 0.1, below, fates, columns=3)
        legend(fig, LEFT - 0.1, below + 2 * LINE_HEIGHT, dates)
        foot(fig, LEFT - 0.1, of_sites, sites, notes, columns=6)
        describe(fig, _alt(results, matters))
    return fig


def matters_raised(results: Results) -> pd.DataFrame:
    """Return every matter raised since go-live: run, ccg, item, fate (of :data:`FATES`) and weeks (to its decision).

    Raises:
        ValueError: none was raised.
    """
    events = by_run(results.events)
    key = ["run", "item"]
    raised = events[(events["kind"] == "raised") & (events["date"] >= results.config["timeline"]["go_live"])]
    if raised.empty:
        raise ValueError("no matter was raised since go-live; the run ends too early")
    settled = events[events["kind"].isin(("adopted", "refused", "lapsed"))][[*key, "kind", "value"]]
    informal = events.loc[events["kind"] == "heard_informally", key].assign(informal=True)
    table = raised[["run", "ccg", "item"]].merge(settled, how="left", on=key).merge(informal, how="left", on=key)
    heard = table["informal"].notna()
    fate = table["kind"].fillna("still waiting")
    fate = fate.mask((fate == "adopted") & heard, "adopted, heard informally")
    table["fate"] = fate.mask(fate == "adopted", "adopted, reached in the queue")
    return table.rename(columns={"value": "weeks"})[["run", "ccg", "item", "fate", "weeks"]]


def shares(matters: pd.DataFrame, site: str | None = None) -> pd.DataFrame:
    """Return the share of matters (of a site) that met each fate: one row a run, one column a fate."""
    of_site = matters if site is None else matters[matters["ccg"] == site]
    counts = of_site.groupby(["run", "fate"]).size().unstack("run").reindex(list(FATES)).fillna(0.0)  # noqa: PD010
    return (counts / counts.sum()).T


def weeks_waited(matters: pd.DataFrame, site: str | None = None) -> pd.Series[float]:
    """Return the mean weeks from raising to adoption or refusal of the matters (of a site): one a run."""
    decided = matters[~matters["fate"].isin(("lapsed", "still waiting"))]
    of_site = decided if site is None else decided[decided["ccg"] == site]
    mean: pd.Series[float] = of_site.groupby("run")["weeks"].mean()
    return mean


def _bars(ax: Axes, matters: pd.DataFrame, names: list[str]) -> None:
    counts = [f"{(matters['ccg'] == name).sum() / matters['run'].nunique():,.0f}" for name in names]
    for k, name in enumerate(names):
        mean, start = shares(matters, name).mean(), 0.0
        for fate, colour in FATES.items():
            ax.bar(k, mean[fate], 0.75, start, color=colour, label=f"{fate} {name}")
            start += mean[fate]
    name_sites(ax, names, counts, "matters raised (mean of runs)")
    ax.set_ylabel("% of matters raised")
    ax.set_ylim(0, 1)
    percent_axis(ax.yaxis)


def _waits(ax: Axes, matters: pd.DataFrame, names: list[str]) -> None:
    looks = site_looks(names)
    for k, name in enumerate(names):
        weeks = weeks_waited(matters, name)
        if len(weeks):
            dot_with_whisker(ax, k, weeks, name, color=looks[name][0], ms=7)
    name_sites(ax, names)
    ax.set_ylabel("weeks, mean of matters")
    ax.set_ylim(bottom=0)


def readings(results: Results) -> dict[str, str]:
    """Return what the figure says in numbers: % of matters by fate, weeks to a decision, matters waiting by site."""
    matters = matters_raised(results)
    mean = 100 * shares(matters).mean()
    said = {fate.replace(",", "").replace(" ", "_"): f"{mean[fate]:.0f}" for fate in FATES}
    said["weeks"] = told(weeks_waited(matters), 1)
    for site, waiting in values_by_site(results.ccgs, "matters_waiting", sites_shown(results)).items():
        said[f"waiting_{site}"] = told(last_year(waiting))
        of_site = shares(matters, site)
        said[f"lapsed_{site}"] = f"{100 * of_site['lapsed'].mean():.0f}"
    return said


def _alt(results: Results, matters: pd.DataFrame) -> str:
    said = readings(results)
    names = [site.name for site in sites_shown(results)]
    lapsed = {name: 100 * shares(matters, name)["lapsed"].mean() for name in names}
    most, least = max(lapsed, key=lambda n: lapsed[n]), min(lapsed, key=lambda n: lapsed[n])
    queue, informal = said["adopted_reached_in_the_queue"], said["adopted_heard_informally"]
    largest, smallest = names[0], names[-1]
    return (
        f"Matters waiting by site, the fate of those raised since go-live, and weeks waited. Of all matters {queue}% "
        f"are adopted from the queue, {informal}% adopted after being heard informally, {said['refused']}% refused and "
        f"{said['lapsed']}% lapse: most at {most}, {lapsed[most]:.0f}%, fewest at {least}, {lapsed[least]:.0f}%. In "
        f"the last year {said[f'waiting_{largest}']} matters wait at {largest}, the largest, and "
        f"{said[f'waiting_{smallest}']} at {smallest} ({interval_told(results)})."
    )
