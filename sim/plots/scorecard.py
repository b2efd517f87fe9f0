"""The scorecard as a picture: one row a pattern, failures first."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.plots.style import (
    BLACK,
    BLUE,
    ORANGE,
    QUIET,
    SMALL,
    VERMILLION,
    caveats,
    heading,
    look,
    place_axes,
    runs_shown,
    write,
)
from sim.results import Results

ORDER = ("fails", "not evidence", "vague", "holds")
"""Verdicts from worst to best; anything else comes after the failures."""
VERDICT_COLOURS = {"fails": VERMILLION, "not evidence": QUIET, "vague": "#9a6a00", "holds": "#00724f"}
INTERVAL_COLOURS = {"fitted": ORANGE, "validating": BLUE}
WIDTH, TOP, LINE, PADDING = 11.4, 1.65, 0.175, 0.16
"""Inches: width of the figure, height of its head, of a line of text and of the space between rows."""
COLUMNS = {
    "statement": 0.15, "observed": 3.95, "simulated": 4.95, "rank": 6.0, "glyph": 6.45, "verdict": 8.8, "null": 9.7,
    "kind": 10.6,
}  # fmt: skip
"""Left edge of each column in inches."""
TEXT = {"statement": 50, "observed": 13, "verdict": 10, "null": 10}
"""Width of wrapped columns in characters."""
GLYPH = 2.15
REACH = 2.2
"""Half-width of the glyph's scale, on which the simulated interval is -1 to 1."""
PER_CENT = ("share", "percent", "%")


def scorecard(results: Results) -> Figure:
    """Draw the patterns of the evidence against an ensemble.

    Each row gives what was observed, the simulated median and interval, and where the observed lies on that interval,
    scaled so that every interval is equally wide; beyond the scale it is an arrow at the edge.

    Args:
        results: an ensemble with its ``scorecard``: pattern, statement, source, kind, unit, observed, low, median, high,
            rank, width, n, verdict, null_verdict.

    Raises:
        ValueError: results without a scorecard.
    """
    if results.scorecard is None:
        raise ValueError(
            "these results have no scorecard; it is made for an ensemble (python -m experiments.scorecard)"
        )
    table = failures_first(results.scorecard)
    cells = [_cells(row) for _, row in table.iterrows()]
    heights = [PADDING + LINE * max((c.count("\n") + 1 for c in row.values()), default=1) for row in cells]
    with look():
        fig = Figure((WIDTH, TOP + sum(heights) + 1.0))
        counts = ", ".join(
            f"{n} {verdict}" for verdict, n in table["verdict"].value_counts(sort=False).items()
        )
        heading(
            fig,
            0.15,
            "Patterns of the evidence beside the model",
            f"{runs_shown(results)}\n{len(table)} patterns: {counts}",
        )
        ax = place_axes(fig, 0, TOP, WIDTH, sum(heights), xlim=(0, WIDTH), ylim=(sum(heights), 0))
        ax.axis("off")
        _head(fig)
        tops = np.concatenate([[0], np.cumsum(heights)[:-1]])
        for (_, row), text, top, height in zip(table.iterrows(), cells, tops, heights, strict=True):
            _row(ax, row, text, float(top), height)
        _foot(fig, results, TOP + sum(heights))
    return fig


def failures_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the patterns sorted by verdict, worst first, otherwise in their order."""
    rank = table["verdict"].map({v: k for k, v in enumerate(ORDER)}).fillna(0.5)
    return table.loc[rank.sort_values(kind="stable").index]


def position(row: pd.Series) -> float:
    """Return where the observed lies on the scale of the simulated interval: -1 at its low end, 1 at its high end."""
    half = (row["high"] - row["low"]) / 2
    off = row["observed"] - (row["high"] + row["low"]) / 2
    if half > 0:
        return float(off / half)
    return 0.0 if off == 0 else float(np.copysign(np.inf, off))


def _cells(row: pd.Series) -> dict[str, str]:
    unit = "" if row["unit"] in PER_CENT else f" {row['unit']}"
    low, median, high, observed = (
        _number(row[c], row["unit"]) for c in ("low", "median", "high", "observed")
    )
    text = {
        "statement": f"{row['statement']} ({row['source']})",
        "observed": f"{observed}{unit}",
        "simulated": f"{median}\n[{low}, {high}]",
        "rank": _number(row["rank"], "rank"),
        "verdict": str(row["verdict"]),
        "null": str(row["null_verdict"]) if pd.notna(row["null_verdict"]) else "-",
        "kind": str(row["kind"]),
    }
    return {k: textwrap.fill(v, TEXT[k]) if k in TEXT else v for k, v in text.items()}


def _number(value: float, unit: str) -> str:
    if pd.isna(value):
        return "-"
    return (
        f"{100 * value:.0f} %"
        if unit == "share"
        else f"{value:.0f} %"
        if unit in PER_CENT
        else f"{value:.3g}"
    )


def _row(ax: Axes, row: pd.Series, text: dict[str, str], top: float, height: float) -> None:
    middle = top + height / 2
    ax.axhline(top, color="#d9d9d9", lw=0.7)
    for column, cell in text.items():
        colour, weight = BLACK, "normal"
        if column == "verdict":
            colour, weight = VERDICT_COLOURS.get(cell.replace("\n", " "), BLACK), "bold"
        ax.text(
            COLUMNS[column], middle, cell, va="center", fontsize=SMALL, color=colour, fontweight=weight, linespacing=1.25,
            gid=f"{column} {row['pattern']}",
        )  # fmt: skip
    if row[["observed", "low", "high"]].isna().any():
        ax.text(COLUMNS["glyph"] + GLYPH / 2, middle, "no number", ha="center", va="center", color=QUIET)
        return
    _glyph(ax, row, middle)


def _glyph(ax: Axes, row: pd.Series, y: float) -> None:
    centre, unit = COLUMNS["glyph"] + GLYPH / 2, GLYPH / 2 / REACH
    ax.plot([centre - REACH * unit, centre + REACH * unit], [y, y], color="#cfcfcf", lw=0.8, zorder=1)
    colour = INTERVAL_COLOURS.get(row["kind"], QUIET)
    ax.add_patch(
        Rectangle((centre - unit, y - 0.055), 2 * unit, 0.11, fc=colour, ec="none", alpha=0.45, zorder=2,
                  gid=f"interval {row['pattern']}")
    )  # fmt: skip
    at_median = position(pd.Series({**row, "observed": row["median"]}))
    ax.plot([centre + at_median * unit] * 2, [y - 0.075, y + 0.075], color=colour, lw=2, zorder=3)
    at = position(row)
    marker = "D" if abs(at) <= REACH else ">" if at > 0 else "<"
    x = centre + float(np.clip(at, -REACH, REACH)) * unit
    ax.plot(
        [x], [y], marker, color=BLACK, ms=7, mec="white", mew=0.8, zorder=4, gid=f"observed {row['pattern']}"
    )


def _head(fig: Figure) -> None:
    names = {
        "statement": "what was found (source)", "observed": "observed", "simulated": "simulated\nmedian,\n[interval]", "rank": "rank",
        "verdict": "verdict", "null": "verdict in\nnull world", "kind": "role in\nthe fit",
    }  # fmt: skip
    for column, name in names.items():
        write(fig, COLUMNS[column], TOP - 0.55, name, fontweight="bold", color=QUIET)
    title = "observed on the\nsimulated interval (all\ndrawn equally wide)"
    write(fig, COLUMNS["glyph"] + GLYPH / 2, TOP - 0.55, title, fontweight="bold", color=QUIET, ha="center")


def _foot(fig: Figure, results: Results, top: float) -> None:
    handles = [
        Line2D([], [], color=BLACK, marker="D", ms=7, ls="", label="observed"),
        Line2D([], [], color=BLACK, marker=">", ms=7, ls="", label="observed, beyond the scale"),
        *(
            Patch(fc=c, alpha=0.45, label=f"simulated interval, {kind}")
            for kind, c in INTERVAL_COLOURS.items()
        ),
        Line2D([], [], color=BLUE, lw=2, marker="|", ls="", ms=10, mew=2, label="simulated median"),
    ]
    fig.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 1 - (top + 0.08) / fig.get_figheight()), ncols=5
    )
    text = (
        "not evidence: a world in which nothing changes passes too. vague: the interval is too wide to be proved wrong. "
        "Fitted patterns were used to choose parameters and prove nothing."
    )
    write(
        fig, 0.15, top + 0.42, "\n".join([*textwrap.wrap(text, 145), caveats(results, 145)]), linespacing=1.3
    )
