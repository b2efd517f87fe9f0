"""One look for all figures: colours, type, axes, and the words that say which runs are shown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from matplotlib import style as mpl_style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.run.results import Results

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILLION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
"""The palette of Okabe and Ito (without its yellow), told apart with every common kind of colour vision."""
QUIET = "#595959"
"""Grey of secondary text, 7:1 against white."""

ROLE_COLOURS = {
    "members": BLACK,
    "leaders": VERMILLION,
    "representatives": BLUE,
    "no_role": GREEN,
    "practice_managers": PURPLE,
}
SITE_COLOURS = dict(zip("ABCDEF", (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY), strict=True))
SCENARIO_LOOKS = {
    "baseline": (BLACK, "-"),
    "delegation_level_1": (SKY, ":"),
    "delegation_level_2": (SKY, "--"),
    "delegation_level_3": (BLUE, "-"),
    "running_costs_cut_10": (ORANGE, "--"),
    "running_costs_cut_20": (VERMILLION, "-"),
    "succession_cliff": (PURPLE, "-"),
    "succession_staggered": (PURPLE, "--"),
    "no_devolution": (GREEN, "-"),
}
"""Colour and line of each scenario that ships."""
_SITE_LINES = ("-", "--", ":")
_OTHER_COLOURS, _OTHER_LINES = (GREEN, ORANGE, BLUE, VERMILLION, PURPLE, SKY), ("-.", (0, (1, 3)))
_OTHER_LOOKS = tuple((c, _OTHER_LINES[(i + k) % 2]) for k in (0, 1) for i, c in enumerate(_OTHER_COLOURS))
"""Neighbours differ in colour and in line; the second round has each colour with the other line."""

SMALL = 9.0
"""Smallest type in points."""
RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": SMALL,
    "axes.labelsize": SMALL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.borderpad": 0,
    "legend.borderaxespad": 0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.8,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "savefig.facecolor": "white",
    "svg.hashsalt": "ccgsim",
    "svg.fonttype": "path",
}
INTERVAL = 0.95
"""Width of every interval."""
BAND = 0.25
"""Opacity of bands."""
LINE_HEIGHT = 0.2
"""Inches from one line of small type, or of a legend, to the next."""


def look() -> AbstractContextManager[None]:
    """Return a context in which figures are drawn, whatever the user's own matplotlib settings."""
    return mpl_style.context(RC, after_reset=True)


def scenario_looks(names: Sequence[str]) -> dict[str, tuple[str, Any]]:
    """Return colour and line style by scenario: fixed for those that ship, in order for the user's own.

    Raises:
        ValueError: more scenarios of one's own than can be told apart.
    """
    own = [n for n in names if n not in SCENARIO_LOOKS]
    if len(own) > len(_OTHER_LOOKS):
        raise ValueError(f"{len(own)} scenarios of one's own; one figure tells at most {len(_OTHER_LOOKS)} apart")
    return {n: SCENARIO_LOOKS[n] if n in SCENARIO_LOOKS else _OTHER_LOOKS[own.index(n)] for n in names}


def site_looks(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return colour and line style by site: those of the study keep their colour, others take them in order."""
    colours = list(SITE_COLOURS.values())
    others = [n for n in names if n not in SITE_COLOURS]
    looks = {n: (colours[k % len(colours)], _SITE_LINES[k // len(colours) % 3]) for k, n in enumerate(others)}
    return {n: (SITE_COLOURS[n], "-") if n in SITE_COLOURS else looks[n] for n in names}


def place_axes(fig: Figure, left: float, top: float, width: float, height: float, **options: Any) -> Axes:
    """Add axes at a position in inches from the upper left corner of the figure."""
    w, h = fig.get_size_inches()
    return fig.add_axes((left / w, 1 - (top + height) / h, width / w, height / h), **options)


def write(fig: Figure, left: float, top: float, text: str, **options: Any) -> None:
    """Write text whose upper left corner is given in inches from the upper left corner of the figure."""
    w, h = fig.get_size_inches()
    fig.text(left / w, 1 - top / h, text, va="top", **options)


def legend(fig: Figure, left: float, top: float, handles: Sequence[Artist], columns: int = 1) -> None:
    """Put a legend at a position in inches from the upper left corner of the figure."""
    w, h = fig.get_size_inches()
    anchor = (left / w, 1 - top / h)
    fig.legend(handles=list(handles), loc="upper left", bbox_to_anchor=anchor, ncols=columns)


def heading(fig: Figure, title: str, subtitle: str) -> None:
    """Write the title of a figure and, below it, what is shown (runs, interval)."""
    write(fig, 0.15, 0.15, title, fontsize=13, fontweight="bold")
    write(fig, 0.15, 0.45, subtitle, color=QUIET, linespacing=1.35)


def describe(fig: Figure, text: str) -> None:
    """Set the alt text of a figure: what is shown and the main reading, in a sentence or two with numbers.

    It is the figure's label; :func:`sim.plots.files.save` writes it into the files.
    """
    fig.set_label(" ".join(text.split()))


def percent_axis(axis: Axis) -> None:
    """Show shares as round percentages."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.3g}%"))


def points_axis(axis: Axis) -> None:
    """Show differences of shares as signed percentage points."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:+.3g}" if abs(y) > 1e-9 else "0"))


def runs_shown(results: Results) -> str:
    """Return what runs a figure shows, such as "baseline, six_sites: 40 runs, seeds 1 to 40"."""
    config = results.config
    null = ", null world" if config["null_world"] else ""
    return f"{config['scenario']['name']}, {config['place']['name']}{null}: {seeds_shown(results.seeds)}"


def seeds_shown(seeds: Sequence[int]) -> str:
    """Return how many runs with which seeds, such as "40 runs, seeds 1 to 40"."""
    if len(seeds) == 1:
        return f"1 run, seed {seeds[0]}"
    if list(seeds) == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"{len(seeds)} runs, seeds {seeds[0]} to {seeds[-1]}"
    return f"{len(seeds)} runs, seeds {', '.join(map(str, seeds[:6]))}{', ...' if seeds[6:] else ''}"


def caveats(results: Results, width: int) -> list[str]:
    """Return the notes of an ensemble and how many of its runs failed, as lines of so many characters."""
    notes = list(results.notes)
    if results.failures is not None and len(results.failures):
        notes.append(f"{len(results.failures)} runs failed and are left out")
    return [line for note in notes for line in textwrap.wrap(f"Note: {note}.", width)]
