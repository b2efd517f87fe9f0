"""One look for all figures, and how they are written: PNG and SVG that say which runs they show."""

from __future__ import annotations

import hashlib
import json
import os
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib import style as mpl_style
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.results import Results
from sim.store import OutputError, versions

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
"""The palette of Okabe and Ito, told apart with every common kind of colour vision."""
QUIET = "#595959"
"""Grey of secondary text, 7:1 against white."""

ROLE_COLOURS = {
    "leaders": VERMILLION,
    "representatives": BLUE,
    "no_role": GREEN,
    "practice_managers": PURPLE,
    "members": BLACK,
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
_OTHER_LOOKS = tuple(
    (c, s) for s in ("-.", ":", "--") for c in (GREEN, ORANGE, BLUE, VERMILLION, PURPLE, SKY)
)

SMALL = 9.0
"""Smallest type in points."""
RC: dict[str, Any] = {
    "font.family": "DejaVu Sans", "font.size": SMALL, "axes.titlesize": 10, "axes.labelsize": 10,
    "xtick.labelsize": SMALL, "ytick.labelsize": SMALL, "legend.fontsize": SMALL, "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": QUIET, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": "#e3e3e3", "grid.linewidth": 0.7, "lines.linewidth": 1.8,
    "legend.frameon": False, "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK, "svg.hashsalt": "ccgsim", "svg.fonttype": "path", "savefig.facecolor": "white",
}  # fmt: skip
DPI = 160
INTERVAL = 0.95
"""Width of every interval."""
BAND = 0.25
"""Opacity of bands."""


def look() -> AbstractContextManager[None]:
    """Return a context in which figures are drawn, whatever the user's own matplotlib settings."""
    return mpl_style.context(RC, after_reset=True)


def scenario_looks(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return colour and line style by scenario: fixed for those that ship, in order for the user's own."""
    own = [n for n in names if n not in SCENARIO_LOOKS]
    if len(own) > len(_OTHER_LOOKS):
        raise ValueError(
            f"{len(own)} scenarios of one's own; one figure tells at most {len(_OTHER_LOOKS)} apart"
        )
    return {n: SCENARIO_LOOKS[n] if n in SCENARIO_LOOKS else _OTHER_LOOKS[own.index(n)] for n in names}


def place_axes(fig: Figure, left: float, top: float, width: float, height: float, **options: Any) -> Axes:
    """Add axes at a position in inches from the upper left corner of the figure."""
    w, h = fig.get_size_inches()
    return fig.add_axes((left / w, 1 - (top + height) / h, width / w, height / h), **options)


def write(fig: Figure, left: float, top: float, text: str, **options: Any) -> None:
    """Write text whose upper left corner is given in inches from the upper left corner of the figure."""
    w, h = fig.get_size_inches()
    fig.text(left / w, 1 - top / h, text, va="top", **options)


def percent_axis(axis: Axis) -> None:
    """Show shares as round percentages."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.3g}%"))


def points_axis(axis: Axis) -> None:
    """Show differences of shares as signed percentage points."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:+.3g}" if abs(y) > 1e-9 else "0"))


def heading(fig: Figure, left: float, title: str, subtitle: str) -> None:
    """Write the title of a figure and, below it, what is shown (runs, interval)."""
    write(fig, left, 0.15, title, fontsize=13, fontweight="bold")
    write(fig, left, 0.45, subtitle, fontsize=SMALL + 0.5, color=QUIET, linespacing=1.35)


def runs_shown(results: Results) -> str:
    """Return what runs a figure shows, such as "baseline, six_sites: 40 runs, seeds 1 to 40"."""
    config = results.config
    null = ", null world" if config["null_world"] else ""
    return f"{config['scenario']['name']}, {config['place']['name']}{null}: {seeds_shown(results.seeds)}"


def seeds_shown(seeds: Sequence[int]) -> str:
    """Return how many runs with which seeds, such as "40 runs, seeds 1 to 40"."""
    if len(seeds) == 1:
        return f"1 run, seed {seeds[0]}"
    in_turn = list(seeds) == list(range(seeds[0], seeds[0] + len(seeds)))
    listed = (
        f"{seeds[0]} to {seeds[-1]}"
        if in_turn
        else ", ".join(map(str, seeds[:6])) + (", ..." if seeds[6:] else "")
    )
    return f"{len(seeds)} runs, seeds {listed}"


def caveats(results: Results, width: int) -> str:
    """Return the notes of an ensemble and how many of its runs failed, wrapped to a width in characters."""
    notes = list(results.notes)
    if results.failures is not None and len(results.failures):
        notes.append(f"{len(results.failures)} runs failed and are left out")
    return "\n".join(line for n in notes for line in textwrap.wrap(f"Note: {n}.", width))


def config_hash(config: Mapping[str, Any]) -> str:
    """Return a hash of a resolved configuration without its seed, reason, output folder and number of runs."""
    settings = {k: v for k, v in config.items() if k not in ("seed", "output", "ensemble")}
    settings["scenario"] = config["scenario"]["name"]
    return hashlib.blake2b(json.dumps(settings, sort_keys=True).encode(), digest_size=8).hexdigest()


def about(results: Results | Mapping[str, Results]) -> list[dict[str, Any]]:
    """Return what a figure's file says of each set of runs that it shows."""
    shown = [results] if isinstance(results, Results) else list(results.values())
    return [
        {
            "scenario": r.config["scenario"]["name"], "place": r.config["place"]["name"], "seeds": r.seeds,
            "config_hash": config_hash(r.config), "notes": r.notes, "config": r.config,
        }
        for r in shown
    ]  # fmt: skip


def save(fig: Figure, folder: Path | str, name: str, results: Results | Mapping[str, Results]) -> list[Path]:
    """Write a figure as PNG and SVG, each whole or not at all, and return their paths.

    The files hold scenario, place, seeds, configuration and its hash (of the first run) and the version: PNG as text
    chunks, SVG as metadata. The same figure gives the same bytes.

    Raises:
        OutputError: the folder cannot be written to.
    """
    runs = about(results)
    software = f"ccgsim {versions()['ccgsim']}, model {versions()['model']}"
    title = fig.texts[0].get_text() if fig.texts else name
    hashes, details = " ".join(r["config_hash"] for r in runs), json.dumps(runs, sort_keys=True)
    png = {
        "Title": title, "Software": software, "Scenario": " ".join(r["scenario"] for r in runs),
        "Place": " ".join(r["place"] for r in runs), "Seeds": json.dumps([r["seeds"] for r in runs]),
        "ConfigHash": hashes, "Description": details,
    }  # fmt: skip
    svg = {"Title": title, "Creator": software, "Identifier": hashes, "Description": details, "Date": None}
    paths = []
    with look():
        for kind, metadata in (("png", png), ("svg", svg)):
            buffer = BytesIO()
            fig.savefig(buffer, format=kind, dpi=DPI, metadata=metadata)
            paths.append(_write(Path(folder) / f"{name}.{kind}", buffer.getvalue()))
    return paths


def _write(path: Path, content: bytes) -> Path:
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(content)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(
            f"output={path}: {reason}; allowed is a folder that can be written, with room"
        ) from None
    return path
