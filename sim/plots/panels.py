"""Parts that several figures share: a line with its band, values by site, the foot of a figure, intervals as text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from sim.plots.measures import Floats, by_run, over_runs
from sim.plots.style import BAND, INTERVAL, LINE_HEIGHT, caveats, legend, place_axes, site_looks, write
from sim.plots.timeline import day_numbers, mark
from sim.run.results import Results
from sim.settings.calendar import WEEKS_A_YEAR
from sim.settings.sites import Place, Site

MOST_SITES = 12
"""CCGs that a figure by site shows at most."""
YEAR = round(WEEKS_A_YEAR)
STRIP, APART = 1.05, 0.2
"""Inches: width of the strip beside lines by site, and its distance from them."""
WRAP = 130
"""Characters of a line of notes."""


def sites_shown(results: Results) -> list[Site]:
    """Return the CCGs from the largest to the smallest, at most :data:`MOST_SITES`."""
    place = results.config["place"]
    sites = Place(**{**place, "sites": {name: Site(**site) for name, site in place["sites"].items()}}).expanded()
    recorded = set(results.series["ccg"].unique())
    return sorted((s for s in sites if s.name in recorded), key=lambda s: -s.population)[:MOST_SITES]


def values_by_site(frame: pd.DataFrame, column: str, sites: Sequence[Site]) -> dict[str, pd.DataFrame]:
    """Return a column of a table week x CCG for each site: one row a date, one column a run."""
    table = by_run(frame).set_index(["date", "run", "ccg"])[column].unstack("run")  # noqa: PD010
    return {site.name: pd.DataFrame(table.xs(site.name, level="ccg")) for site in sites}


def line_with_band(ax: Axes, summary: pd.DataFrame, name: str, colour: str, *, several: bool, **options: Any) -> None:
    """Draw the median over runs of each date and, of several runs, the band of their central interval.

    Args:
        ax: panel with an axis of time.
        summary: of :func:`sim.plots.measures.over_runs`, by date.
        name: the artists are labelled ``line NAME`` and ``band NAME``.
        colour: of both.
        several: whether there is a band.
        options: of the line.
    """
    days = day_numbers(summary.index)
    if several:
        ax.fill_between(days, summary["low"], summary["high"], color=colour, alpha=BAND, lw=0, label=f"band {name}")
    ax.plot(days, summary["median"], **{"color": colour, "label": f"line {name}", **options})


def dot_with_whisker(ax: Axes, x: float, values: ArrayLike, name: str, **options: Any) -> None:
    """Draw the median over runs of one value as a dot and their central interval as a whisker, upright at ``x``.

    Args:
        ax: the panel.
        x: where.
        values: one a run, shape (runs,).
        name: the artists are labelled ``dot NAME`` and ``whisker NAME``.
        options: of the dot, ``color`` of both.
    """
    low, median, high = interval(values)
    if high > low:
        ax.plot([x, x], [low, high], color=options.get("color"), lw=1.6, label=f"whisker {name}")
    ax.plot([x], [median], ls="", **{"marker": "o", "ms": 6, "label": f"dot {name}", **options})


def lines_by_site(
    fig: Figure,
    left: float,
    top: float,
    width: float,
    height: float,
    results: Results,
    values: Mapping[str, pd.DataFrame],
) -> tuple[Axes, Axes]:
    """Draw medians over runs by site and, beside them, each site's mean of the last year with its interval.

    Args:
        fig: the figure.
        left: inches, as top, width and height, of both panels together.
        top: of the panels.
        width: of the panels.
        height: of the panels.
        results: what is shown.
        values: by site, one row a date, one column a run.
    """
    ax = place_axes(fig, left, top, width - STRIP - APART, height)
    strip = place_axes(fig, left + width - STRIP, top, STRIP, height, sharey=ax)
    mark(ax, results.config)
    for k, (name, (colour, line)) in enumerate(site_looks(list(values)).items()):
        line_with_band(ax, over_runs(values[name]), name, colour, several=False, ls=line, lw=1.5)
        dot_with_whisker(strip, k, last_year(values[name]), name, color=colour)
    name_sites(strip, list(values) if max(map(len, values)) == 1 else [""] * len(values))
    strip.set_xlabel("last year")
    strip.tick_params(labelleft=False, left=False)
    return ax, strip


def name_sites(ax: Axes, names: Sequence[str], numbers: Sequence[str] = (), what: str = "") -> None:
    """Put the names of sites below a panel that has a place for each, and a number below each name if there is room.

    Args:
        ax: the panel.
        names: of the sites, from the left.
        numbers: one a site, or none.
        what: the numbers are.
    """
    many = len(names) > 6
    numbered = bool(numbers) and not many
    labels = [f"{name}\n{number}" for name, number in zip(names, numbers, strict=True)] if numbered else list(names)
    ax.set_xlim(-0.6, len(names) - 0.4)
    ax.set_xticks(range(len(names)), labels, rotation=90 if many else 0)
    ax.set_xlabel(f"CCG, {what}" if numbered else "CCG")


def last_year(values: pd.DataFrame) -> pd.Series[float]:
    """Return the mean of each run (column) over the last year of its dates."""
    mean: pd.Series[float] = values.iloc[-YEAR:].mean()
    return mean


def foot(
    fig: Figure, left: float, top: float, handles: Sequence[Artist], notes: Sequence[str], columns: int = 1
) -> None:
    """Write legend and notes below the panels; :func:`foot_height` says how much room they take."""
    rows = -(-len(handles) // columns)
    legend(fig, left, top, handles, columns)
    write(fig, left, top + 0.12 + LINE_HEIGHT * rows, "\n".join(notes), linespacing=1.3)


def foot_height(handles: int, notes: Sequence[str], columns: int = 1) -> float:
    """Return the inches that :func:`foot` takes, with a margin below."""
    return 0.25 + LINE_HEIGHT * (-(-handles // columns) + len(notes))


def notes_on(results: Results, *more: str) -> list[str]:
    """Return what a reader must know, as lines: of this figure, of the ensemble, and of sites left out."""
    left_out = results.series["ccg"].nunique() - MOST_SITES
    lines = [line for note in more for line in textwrap.wrap(note, WRAP)]
    if left_out > 0:
        lines.append(f"The {MOST_SITES} largest CCGs are shown; {left_out} are left out.")
    return [*lines, *caveats(results, WRAP)]


def interval(values: ArrayLike) -> tuple[float, float, float]:
    """Return low end, median and high end of the central interval over runs."""
    tail = (1 - INTERVAL) / 2
    low, median, high = np.quantile(np.asarray(values, dtype=float), [tail, 0.5, 1 - tail])
    return float(low), float(median), float(high)


def interval_told(results: Results, centre: str = "median") -> str:
    """Return what numbers such as those of :func:`told` are, for a sentence."""
    runs = len(results.seeds)
    return f"{centre} and central {INTERVAL:.0%} of {runs} runs" if runs > 1 else "one run"


def told(values: ArrayLike, digits: int = 0, centre: Callable[[Floats], Any] = np.median) -> str:
    """Return the median (or another centre) over runs and the central interval, such as ``57 [49, 66]``.

    Args:
        values: one a run, shape (runs,); of a single run only the value is told.
        digits: decimals.
        centre: function of the values.
    """
    array = np.asarray(values, dtype=float)
    low, _, high = interval(array)
    middle, *ends = (f"{round(float(v), digits) + 0.0:,.{digits}f}" for v in (centre(array), low, high))
    return f"{middle} [{', '.join(ends)}]" if array.size > 1 else middle
