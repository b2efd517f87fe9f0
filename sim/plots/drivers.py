"""Drivers of engagement over time: leaders against other GPs, one panel a driver."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.measures import over_runs, roles_mean, roles_means
from sim.plots.panels import foot, foot_height, interval_told, line_with_band, notes_on, told
from sim.plots.style import GREEN, INTERVAL, VERMILLION, describe, heading, look, place_axes, runs_shown
from sim.plots.timeline import date_handles, mark
from sim.run.results import Results
from sim.run.vocabulary import GROUPS
from sim.state.drivers import STANDING

Sides = Mapping[str, Mapping[str, pd.DataFrame]]
SIDES = {"other GPs": (GREEN, ("none", "representative")), "GP leaders": (VERMILLION, GROUPS["leaders"])}
"""Who is compared: colour and roles, the one in front last."""
ROWS = (("engagement", "disposition", "hope", "influence"), (*STANDING.pulls[2:], "noise"), STANDING.kicks)
"""Engagement itself and its drivers, those of like size in one row on one scale."""
BY_HAND = "outside"
"""Shown only if somebody set engagement by hand, in the first row."""
WIDTH, LEFT, COLUMN, GUTTER = 10.0, 0.7, 1.62, 0.26
TOP, PANEL, GAP = 1.4, 1.05, 0.7
MOST = int((WIDTH - LEFT + GUTTER) / (COLUMN + GUTTER))
"""Panels that a row has room for."""


def drivers(results: Results) -> Figure:
    """Draw engagement of GP leaders and of other GPs, and each of the drivers that it is the sum of, week by week.

    Group means in latent units: medians over runs, bands the central interval over runs. Each row has a scale of
    its own; the third holds kicks by events, and below it are drivers that mechanisms of one's own brought.

    Args:
        results: one run (no bands) or several.
    """
    several, values, rows = len(results.seeds) > 1, means(results), rows_of(results)
    bottom = TOP + len(rows) * (PANEL + GAP)
    handles = [
        *(Line2D([], [], color=colour, label=name) for name, (colour, _) in reversed(SIDES.items())),
        *date_handles(results.config),
    ]
    notes = notes_on(
        results,
        "Drivers sum to engagement in each run; medians need not add up. What colleagues pass on is counted with its "
        "driver. Leaders change as people come and go, and their drivers with them. Other GPs include practice "
        "representatives.",
    )
    band = f"median over runs and central {INTERVAL:.0%} of runs, week by week" if several else "one run, no bands"
    with look():
        fig = Figure((WIDTH, bottom + foot_height(len(handles), notes)))
        subtitle = f"{runs_shown(results)}\nGroup means in latent units: {band}; each row has a scale of its own"
        heading(fig, "What drives engagement: GP leaders and other GPs", subtitle)
        for row, names in enumerate(rows):
            first: Axes | None = None
            for column, name in enumerate(names):
                at = LEFT + column * (COLUMN + GUTTER), TOP + row * (PANEL + GAP)
                ax = place_axes(fig, *at, COLUMN, PANEL, sharey=first)
                _panel(ax, results, values, name, several)
                ax.tick_params(labelleft=column == 0)
                first = first or ax
            assert first is not None
            first.set_ylabel("latent units")
        foot(fig, LEFT - 0.1, bottom - 0.1, handles, notes)
        describe(fig, _alt(results, values))
    return fig


def rows_of(results: Results) -> list[Sequence[str]]:
    """Return what each row of panels shows: :data:`ROWS`, and drivers of one's own, pulls apart from kicks."""
    first = [*ROWS[0], *([BY_HAND] if results.ledger[BY_HAND].any() else [])]
    own = [[d for d in names if d not in STANDING.names] for names in (results.drivers.pulls, results.drivers.kicks)]
    return [names[i : i + MOST] for names in (first, *ROWS[1:], *own) for i in range(0, len(names), MOST)]


def means(results: Results) -> dict[str, dict[str, pd.DataFrame]]:
    """Return engagement and each driver, mean over the people of a side: by side and name, date x run."""
    return {
        side: {
            "engagement": roles_mean(results.series, "engagement", roles),
            **roles_means(results.ledger, results.drivers.names, roles),
        }
        for side, (_, roles) in SIDES.items()
    }


def _panel(ax: Axes, results: Results, values: Sides, name: str, several: bool) -> None:
    mark(ax, results.config)
    ax.axhline(0, color="#a0a0a0", lw=0.8, zorder=1)
    for side, (colour, _) in SIDES.items():
        summary = over_runs(values[side][name])
        line_with_band(ax, summary, f"{name} {side}", colour, several=several, lw=1.4)
    title = "engagement, the sum" if name == "engagement" else results.drivers.by_name[name].label
    text = textwrap.fill(title, 19, max_lines=2, placeholder=" ...")
    ax.text(0, 1, text, va="bottom", transform=ax.transAxes, fontweight="bold", linespacing=1.1)
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%b\n'%y"))  # type: ignore[no-untyped-call]


def readings(results: Results) -> dict[str, str]:
    """Return what the figure says in numbers (latent units): each driver of both sides in the first and last week."""
    return {
        f"{key}_{name}_{end}": told(table.iloc[row], 2)
        for key, tables in zip(("others", "leaders"), means(results).values(), strict=True)
        for name, table in tables.items()
        for end, row in (("first", 0), ("last", -1))
    }


def _alt(results: Results, values: Sides) -> str:
    """Describe the two largest changes of leaders and the largest of other GPs."""
    parts = []
    for side, count in (("GP leaders", 2), ("other GPs", 1)):
        tables = {name: values[side][name] for name in results.drivers.names}
        changes = {name: abs((t.iloc[-1] - t.iloc[0]).median()) for name, t in tables.items()}
        for name in sorted(changes, key=lambda n: -changes[n])[:count]:
            first, last = (told(tables[name].iloc[k], 2) for k in (0, -1))
            parts.append(f"{side}, {results.drivers.by_name[name].label}: from {first} to {last}")
    return (
        "Small multiples of engagement and its drivers, week by week, for GP leaders and other GPs, in latent units "
        f"({interval_told(results)}). Largest changes from the first to the last week: {'; '.join(parts)}."
    )
