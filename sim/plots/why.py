"""A difference in engagement split into drivers: a bar for each, and one for all of it."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.plots.style import (
    BLACK,
    BLUE,
    LINE_HEIGHT,
    QUIET,
    VERMILLION,
    caveats,
    describe,
    heading,
    legend,
    look,
    place_axes,
    runs_shown,
    write,
)
from sim.studies.why import INTERVAL, Why, signed

WIDTH, LEFT, COLUMN, BAR = 10.5, 2.25, 7.6, 0.3
"""Inches: figure, left edge and width of the panel, height of a row."""
UP, DOWN, TOTAL = BLUE, VERMILLION, QUIET
TEXT, LABEL = 155, 24
"""Width of text, and of the name of a bar, in characters."""


def why(split: Why) -> Figure:
    """Draw the split of a difference: a bar for each driver, largest first, and below them their sum.

    Bars are means over runs, which add up; whiskers are the central interval over runs.

    Args:
        split: of :func:`sim.why` or :func:`sim.why_person`.
    """
    table, drivers = split.table, split.source.drivers
    moved = [d for d in drivers.names if table.loc[d, ["difference", "low", "high"]].fillna(0).any()]
    shown = sorted(moved, key=lambda d: -abs(table["difference"][d]))
    several = not np.isnan(split.total["low"])
    runs = f"means over runs; whiskers: central {INTERVAL:.0%} of runs" if several else "no intervals for one run"
    head = [split.title, *split.sentences[:2], f"{runs_shown(split.source)}; {runs}"]
    lines = [line for text in head for line in textwrap.wrap(text, TEXT)]
    notes = caveats(split.source, TEXT)
    if still := [drivers.by_name[d].label for d in drivers.names if d not in moved]:
        notes = [*textwrap.wrap(f"Without any part in it: {', '.join(still)}.", TEXT), *notes]
    top = 0.55 + LINE_HEIGHT * len(lines)
    bottom = top + BAR * (len(shown) + 1)
    with look():
        fig = Figure((WIDTH, bottom + 1.0 + LINE_HEIGHT * len(notes)))
        heading(fig, "What makes the difference in engagement", "\n".join(lines))
        ax = place_axes(fig, LEFT, top, COLUMN, bottom - top, ylim=(len(shown) + 0.5, -0.5))
        for y, driver in enumerate(shown):
            _bar(ax, y, drivers.by_name[driver].label, *table.loc[driver, ["difference", "low", "high"]])
        _bar(ax, len(shown), "all of it", *split.total[["difference", "low", "high"]], total=True)
        _finish(ax, [*(drivers.by_name[d].label for d in shown), "all of it"])
        legend(fig, 0.15, bottom + 0.6, _handles(several), columns=4)
        write(fig, 0.15, bottom + 0.85, "\n".join(notes), linespacing=1.3)
        describe(fig, " ".join([split.title + ".", *split.sentences[:4]]))
    return fig


def _bar(ax: Axes, y: int, name: str, value: float, low: float, high: float, *, total: bool = False) -> None:
    colour = TOTAL if total else UP if value >= 0 else DOWN
    ax.barh(y, value, height=0.62, color=colour, label=f"bar {name}")
    ends = [value] if np.isnan(low) else [value, low, high]
    if len(ends) > 1:
        for edge, width in (("white", 2.8), (BLACK, 1.3)):  # the white edge sets it off from the bar
            ax.plot([low, high], [y, y], color=edge, lw=width, marker="|", ms=4 + width, mew=width)
        ax.lines[-1].set_label(f"whisker {name}")
    side, align = (max(*ends, 0.0), "left") if value >= 0 else (min(*ends, 0.0), "right")
    ax.annotate(
        signed(value),
        (side, y),
        xytext=(5 if value >= 0 else -5, 0),
        textcoords="offset points",
        ha=align,
        va="center",
        fontweight="bold" if total else "normal",
        label=f"value {name}",
    )


def _finish(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), [textwrap.fill(name, LABEL, max_lines=2, placeholder=" ...") for name in names])
    ax.get_yticklabels()[-1].set_fontweight("bold")
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")
    ax.axhline(len(names) - 1.5, color=QUIET, lw=0.7)
    ax.axvline(0, color=BLACK, lw=0.9)
    ax.spines["left"].set_visible(False)
    ax.margins(x=0.12)
    ax.set_xlabel("difference in latent engagement (latent units)")


def _handles(several: bool) -> list[Artist]:
    bars = [
        Patch(fc=UP, label="raises it"),
        Patch(fc=DOWN, label="lowers it"),
        Patch(fc=TOTAL, label="all of it: the sum"),
    ]
    whisker = Line2D([], [], color=BLACK, lw=1.3, label=f"central {INTERVAL:.0%} of runs")
    return [*bars, *([whisker] if several else [])]
