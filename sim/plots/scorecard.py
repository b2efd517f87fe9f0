"""The scorecard as a picture: one row a pattern, failures first."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.plots.style import (
    BLACK,
    BLUE,
    LINE_HEIGHT,
    ORANGE,
    QUIET,
    caveats,
    describe,
    heading,
    legend,
    look,
    place_axes,
    runs_shown,
    write,
)
from sim.run.results import Results
from sim.studies.scorecard.table import OF_RUNS, interval

ORDER = ("fails", "vague", "untested", "holds")
"""Verdicts from worst to best; any other comes after the failures."""
VERDICT_COLOURS = {"fails": "#B34D00", "vague": "#8A6000", "untested": QUIET, "holds": "#00704F"}
"""Colours of text: darker than the palette, 4.5:1 against white."""
INTERVAL_COLOURS = {"fitted": ORANGE, "validating": BLUE}
INTERVALS = {"fitted": "fitted", "validating": "not fitted"}
"""Kinds of pattern in the legend: few of those that could validate do."""
WIDTH, TOP, LINE, PADDING = 11.4, 1.5, 0.165, 0.075
"""Inches: width of the figure, height of its head, of a line of text and of the space between rows."""
COLUMNS = {
    "statement": (0.15, "what was found"),
    "observed": (3.5, "observed"),
    "simulated": (4.55, "simulated:\nmedian [95 %]"),
    "rank": (6.05, "rank"),
    "glyph": (6.45, "observed on the simulated\ninterval (drawn equally wide)"),
    "verdict": (8.85, "verdict"),
    "null": (9.7, "in the\nnull world"),
    "evidence": (10.4, "worth"),
}
"""Left edge in inches and heading of each column."""
TEXT = {"statement": 46, "observed": 14, "verdict": 10, "null": 10, "evidence": 13}
"""Width of wrapped columns in characters."""
GLYPH, REACH = 2.15, 2.2
"""Inches of the scale of a row, and what it reaches: the simulated interval is -1 to 1."""
MEANINGS = (
    "not evidence: a world in which nothing changes passes too. vague: the interval is too wide to be proved "
    "wrong. fitted: used to choose parameters, proves nothing. imposed: an assumption puts it there. not blind: a "
    "number was set with the observation in view. Interval: the central 95 % of runs. A sign or an order is met or "
    "not; shown is the share of runs that meet it, with the 95 % (Wilson) interval of that share. rank: share of runs "
    "below the observed. "
    "Sources: sim/evidence/patterns.yaml."
)


def scorecard(results: Results) -> Figure:
    """Draw the patterns of the evidence beside an ensemble.

    Each row gives what was observed, the simulated median and interval, and where the observed lies on that
    interval, scaled so that every interval is equally wide; beyond the scale it is an arrow at the edge.

    Args:
        results: an ensemble with its ``scorecard``, which has the columns pattern, statement, kind,
            unit, reported, observed, low, median, high, rank, verdict, null_verdict and evidence.

    Raises:
        ValueError: results without a scorecard.
    """
    if results.scorecard is None:
        raise ValueError("these results have no scorecard; only an ensemble gets one")
    rows: list[dict[str, Any]] = failures_first(results.scorecard).to_dict("records")  # type: ignore[assignment]
    cells = [_cells(row) for row in rows]
    heights = [PADDING + LINE * max(text.count("\n") + 1 for text in cell.values()) for cell in cells]
    bottom = TOP + sum(heights)
    notes = [*textwrap.wrap(MEANINGS, 145), *caveats(results, 145)]
    verdicts = [row["verdict"] for row in rows]
    counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))
    with look():
        fig = Figure((WIDTH, bottom + 0.6 + LINE_HEIGHT * len(notes)))
        subtitle = f"{runs_shown(results)}\n{len(rows)} patterns: {counts}"
        heading(fig, "Patterns of the evidence beside the model", subtitle)
        for column, (left, title) in COLUMNS.items():
            x, side = (left + GLYPH / 2, "center") if column == "glyph" else (left, "left")
            write(fig, x, TOP - 0.4, title, fontweight="bold", color=QUIET, ha=side)
        ax = place_axes(fig, 0, TOP, WIDTH, sum(heights), xlim=(0, WIDTH), ylim=(sum(heights), 0))
        ax.axis("off")
        top = 0.0
        for row, cell, height in zip(rows, cells, heights, strict=True):
            ax.axhline(top, color="#d9d9d9", lw=0.7)
            _row(ax, row, cell, top + height / 2)
            top += height
        legend(fig, 0.15, bottom + 0.12, _handles(), columns=5)
        write(fig, 0.15, bottom + 0.42, "\n".join(notes), linespacing=1.3)
        describe(fig, _alt(results, rows, counts))
    return fig


def failures_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the patterns sorted by verdict, worst first, otherwise in their order."""
    rank = table["verdict"].map({verdict: float(k) for k, verdict in enumerate(ORDER)}).fillna(0.5)
    return table.loc[rank.sort_values(kind="stable").index]


def position(value: float, low: float, high: float) -> float:
    """Return where a value lies on an interval: -1 at its low end, 1 at its high, infinite off a point."""
    half, off = (high - low) / 2, value - (high + low) / 2
    if half > 0:
        return off / half
    return 0.0 if off == 0 else float(np.copysign(np.inf, off))


def _alt(results: Results, rows: Sequence[dict[str, Any]], counts: str) -> str:
    failing = [row["statement"] for row in rows if row["verdict"] == "fails"]
    more = f" and {len(failing) - 3} more" if failing[3:] else ""
    validating = sum(row["evidence"] == "validates" for row in rows)
    return (
        f"Table of {len(rows)} patterns of the evidence beside {len(results.seeds)} runs, failures first: {counts}; "
        f"{validating} of them validate the model blindly. Failing: {'; '.join(failing[:3]) or 'none'}{more}."
    )


def _cells(row: dict[str, Any]) -> dict[str, str]:
    text = {
        "statement": str(row["statement"]),
        "observed": str(row["reported"]),
        "simulated": interval(row) + (" %" if row["unit"] == OF_RUNS else ""),
        "rank": "" if np.isnan(row["rank"]) else f"{row['rank']:.2f}",
        "verdict": str(row["verdict"]),
        "null": str(row["null_verdict"]) or "-",
        "evidence": str(row["evidence"]),
    }
    return {column: textwrap.fill(t, TEXT[column]) if column in TEXT else t for column, t in text.items()}


def _row(ax: Axes, row: dict[str, Any], cell: dict[str, str], y: float) -> None:
    for column, text in cell.items():
        verdict = column == "verdict"
        ax.text(
            COLUMNS[column][0],
            y,
            text,
            va="center_baseline",
            linespacing=1.25,
            label=f"{column} {row['pattern']}",
            color=VERDICT_COLOURS.get(row["verdict"], BLACK) if verdict else BLACK,
            fontweight="bold" if verdict else "normal",
        )
    _glyph(ax, row, y)


def _glyph(ax: Axes, row: dict[str, Any], y: float) -> None:
    centre, unit = COLUMNS["glyph"][0] + GLYPH / 2, GLYPH / 2 / REACH
    observed, low, median, high = (float(row[c]) for c in ("observed", "low", "median", "high"))
    if np.isnan([observed, low, median, high]).any():
        instead = f"in {median:.0f}% of runs" if row["unit"] == OF_RUNS and not np.isnan(median) else "no number"
        ax.text(centre, y, instead, ha="center", va="center_baseline", color=QUIET)
        return
    ax.plot([centre - REACH * unit, centre + REACH * unit], [y, y], color="#cfcfcf", lw=0.8, zorder=1)
    colour = INTERVAL_COLOURS.get(row["kind"], QUIET)
    ax.add_patch(Rectangle((centre - unit, y - 0.055), 2 * unit, 0.11, fc=colour, ec="none", alpha=0.45, zorder=2))
    middle = centre + position(median, low, high) * unit
    ax.plot([middle, middle], [y - 0.075, y + 0.075], color=colour, lw=2, zorder=3, label=f"median {row['pattern']}")
    at = position(observed, low, high)
    marker = "D" if abs(at) <= REACH else ">" if at > 0 else "<"
    x = centre + float(np.clip(at, -REACH, REACH)) * unit
    name = f"mark {row['pattern']}"
    ax.plot([x], [y], ls="", marker=marker, color=BLACK, ms=7, mec="white", mew=0.8, zorder=4, label=name)


def _handles() -> list[Artist]:
    intervals = (
        Patch(fc=colour, alpha=0.45, label=f"simulated interval, {INTERVALS[kind]}")
        for kind, colour in INTERVAL_COLOURS.items()
    )
    return [
        Line2D([], [], color=BLACK, marker="D", ms=7, ls="", label="observed"),
        Line2D([], [], color=BLACK, marker=">", ms=7, ls="", label="observed, beyond the scale"),
        *intervals,
        Line2D([], [], color=BLUE, lw=2, marker="|", ls="", ms=10, mew=2, label="simulated median"),
    ]
