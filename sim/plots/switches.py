"""Patterns by worlds: which verdicts change when a mechanism is switched off."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.plots.scorecard import ORDER, VERDICT_COLOURS
from sim.plots.style import LINE_HEIGHT, caveats, describe, heading, legend, look, place_axes, runs_shown, write
from sim.run.results import Results
from sim.studies.scorecard.rules import FAILS, HOLDS, UNTESTED, VAGUE
from sim.studies.scorecard.switches import BASELINE, NULL, SAME

MARKS: Mapping[str, dict[str, Any]] = {
    HOLDS: {"marker": "o", "fillstyle": "full"},
    VAGUE: {"marker": "o", "fillstyle": "left", "markerfacecoloralt": "white"},
    FAILS: {"marker": "X", "markeredgecolor": "white", "markeredgewidth": 0.4},
    UNTESTED: {"marker": "_"},
}
"""Told apart by shape, and by colour besides."""
CHANGED, UNSURE = "#F6C98A", "#E4E4E4"
"""Behind a verdict that is another than in the baseline: with a clear shift, and by a hair."""
WIDTH, TOP, LEFT, CELL, ROW = 11.4, 1.95, 3.3, 0.4, 0.215
"""Inches: width of the figure, height of its head, width of the names, size of a cell."""
GAP = 0.16
MEANINGS = (
    "The same seeds, vectors and cut-points in every world; nothing is refitted, so levels of engagement move with "
    "whatever is taken away. Verdicts by the rules of the scorecard, over runs. By a hair: the mean difference from "
    "the baseline over runs of the same seed may be luck (95\N{NO-BREAK SPACE}% t interval), or is less than half a "
    "standard deviation of the baseline's runs."
)


def switches(table: pd.DataFrame, worlds: Sequence[Mapping[str, str]], results: Results) -> Figure:
    """Draw the verdict of every pattern in every world; a changed verdict stands on a coloured ground.

    Args:
        table: from :func:`sim.studies.scorecard.switches.compare`.
        worlds: name and label of each mechanism switched off, in order.
        results: the baseline's, for what is shown of it.
    """
    labels = {BASELINE: "baseline", NULL: "null world"} | {w["name"]: w["label"] for w in worlds}
    at = {name: LEFT + CELL * k + GAP * (k > 0) + GAP * (k > 1) for k, name in enumerate(labels)}
    baseline = table[table["world"] == BASELINE]
    worst_first = baseline["verdict"].map({verdict: k for k, verdict in enumerate(ORDER)}).sort_values(kind="stable")
    order = baseline.loc[worst_first.index, "pattern"].to_list()
    row = {pattern: ROW * (k + 0.5) for k, pattern in enumerate(order)}
    height = ROW * len(order)
    notes = [*textwrap.wrap(MEANINGS, 145), *caveats(results, 145)]
    with look():
        fig = Figure((WIDTH, TOP + height + 0.75 + LINE_HEIGHT * len(notes)))
        heading(fig, "What the patterns need: one mechanism switched off at a time", runs_shown(results))
        ax = place_axes(fig, 0, TOP, WIDTH, height, xlim=(0, WIDTH), ylim=(height, 0))
        ax.axis("off")
        for name, label in labels.items():
            ax.text(
                at[name] + CELL / 2,
                -0.06,
                label,
                rotation=50,
                ha="left",
                va="bottom",
                rotation_mode="anchor",
                fontweight="bold" if name == BASELINE else "normal",
            )
        for k in range(0, len(order), 2):
            across = max(at.values()) + CELL - 0.1
            ax.add_patch(Rectangle((0.1, ROW * k), across, ROW, fc="#f5f5f5", ec="none", zorder=0))
        for cell in table.to_dict("records"):
            _cell(ax, cell, at[cell["world"]], row[cell["pattern"]])
        for pattern, statement in zip(baseline["pattern"], baseline["statement"], strict=True):
            ax.text(0.15, row[pattern], statement, va="center_baseline")
        legend(fig, 0.15, TOP + height + 0.12, _handles(), columns=6)
        write(fig, 0.15, TOP + height + 0.55, "\n".join(notes), linespacing=1.3)
    describe(fig, _told(table, labels))
    return fig


def _cell(ax: Axes, cell: Mapping[Any, Any], x: float, y: float) -> None:
    name = f"{cell['pattern']} in {cell['world']}"
    if cell["reading"] != SAME:
        colour = CHANGED if cell["clear"] else UNSURE
        ground = Rectangle((x + 0.02, y - ROW / 2 + 0.01), CELL - 0.04, ROW - 0.02, fc=colour, ec="none", zorder=1)
        ground.set_label(f"changed {name}")
        ax.add_patch(ground)
    style = MARKS[cell["verdict"]]
    ax.plot([x + CELL / 2], [y], ls="", ms=7.5, color=VERDICT_COLOURS[cell["verdict"]], zorder=2, label=name, **style)


def _handles() -> list[Artist]:
    marks = [
        Line2D([], [], ls="", ms=7.5, color=VERDICT_COLOURS[verdict], label=verdict, **style)
        for verdict, style in MARKS.items()
    ]
    grounds = {CHANGED: "another verdict than the baseline", UNSURE: "another verdict, by a hair"}
    return [*marks, *(Patch(fc=colour, label=label) for colour, label in grounds.items())]


def _told(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    off = table[~table["world"].isin((BASELINE, NULL)) & (table["reading"] != SAME) & table["clear"]]
    counts = off["world"].value_counts()
    most = ", ".join(f"{labels[name]} ({counts[name]})" for name in counts.index[:3])
    return (
        f"A grid of verdicts: {table['pattern'].nunique()} patterns of the evidence in {len(labels)} worlds. "
        f"Switching off a mechanism clearly changes {len(off)} verdicts in all, most of them for {most or 'none'}."
    )
