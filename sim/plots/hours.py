"""Hours by role and kind of work in one year: paid, unpaid and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.plots.measures import Floats, by_run
from sim.plots.panels import foot, foot_height, interval, interval_told, notes_on, told
from sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    INTERVAL,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    describe,
    heading,
    look,
    place_axes,
    runs_shown,
    write,
)
from sim.run.results import Results
from sim.run.vocabulary import ROLE_NAMES

WORK: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "preparation": (BLUE, ("preparation",)),
    "reading": (SKY, ("reading",)),
    "contact and briefing": (ORANGE, ("contact", "briefing")),
    "meetings": (VERMILLION, ("governing_body", "executive_group", "locality_meeting", "member_council")),
    "deadlines": (PURPLE, ("deadline",)),
    "development": (GREEN, ("development",)),
}
"""Kinds of CCG work shown together, their colour and the kinds of ``hours`` that they sum."""
BOOKED = ("booked",)
KINDS = ("paid", "unpaid", "undone")
ROLES = (
    "chair",
    "governing_body",
    "locality_lead",
    "representative",
    "none",
    "practice_manager",
    "executive",
    "manager",
)
Means = Mapping[tuple[str, str, str], Floats]
"""Hours a week of one person by role, kind of time and work: one value a run, shape (runs,)."""
WIDTH, LEFT, BOOKED_WIDTH, CCG_WIDTH, GUTTER = 10.0, 2.75, 2.0, 4.6, 0.3
TOP, BAR = 1.45, 0.17
ROW = len(KINDS) * BAR + 0.1
"""Inches: height of a bar, and of a role with its three bars."""


def hours(results: Results, year: int = 2013) -> Figure:
    """Draw the hours a week of a person in each role: three bars, paid, unpaid and undone, by kind of work.

    Means over people, weeks of the year and runs, so that parts add up; whiskers are the central interval over runs
    of a whole bar. Booked work (clinic; managers' standing duties) stands apart on a scale of its own.

    Args:
        results: one run or several.
        year: financial year by its first calendar year.

    Raises:
        ValueError: a run without a week of that year.
    """
    means = hours_a_week(results, year)
    roles = shown_roles(means)
    several = len(results.seeds) > 1
    bottom = TOP + len(roles) * ROW
    handles = [Patch(fc=colour, label=name) for name, (colour, _) in WORK.items()]
    handles.append(Patch(fc=QUIET, label="booked work"))
    notes = notes_on(
        results,
        "Unpaid is beyond the contract; undone is work asked for that found no time. Booked work is the clinic; for "
        "managers of practices and CCGs, the standing duties of the post. In brackets: mean number of people "
        "in that year.",
    )
    with look():
        fig = Figure((WIDTH, bottom + 0.75 + foot_height(len(handles), notes, columns=4)))
        whiskers = f" and runs; whiskers: central {INTERVAL:.0%} of runs of a whole bar" if several else ""
        what = f"Hours a week of one person, mean over people, weeks{whiskers}; scales differ"
        heading(fig, f"Hours by role and kind of work, {named(year)}", f"{runs_shown(results)}\n{what}")
        for left, width, work, title in (
            (LEFT, BOOKED_WIDTH, {"booked": (QUIET, BOOKED)}, "Booked work"),
            (LEFT + BOOKED_WIDTH + GUTTER, CCG_WIDTH, WORK, "Work for the CCG by kind"),
        ):
            ax = place_axes(fig, left, TOP, width, bottom - TOP, ylim=(len(roles), 0))
            write(fig, left, TOP - 0.3, title, fontsize=11, fontweight="bold")
            _bars(ax, means, roles, work)
            ax.tick_params(axis="y", labelleft=left == LEFT, left=False)
        size = people_of(results, year)
        for k, role in enumerate(roles):
            text = f"{ROLE_NAMES[role]}\n({size[role]:,.0f})"
            write(fig, 0.15, TOP + k * ROW + 0.14, text, fontweight="bold", linespacing=1.2)
        foot(fig, 0.15, bottom + 0.75, handles, notes, columns=4)
        describe(fig, _alt(results, year))
    return fig


def hours_a_week(results: Results, year: int) -> Means:
    """Return hours a week of one person in the weeks of a financial year by role, kind and work: one value a run.

    Raises:
        ValueError: the run holds no week of that year.
    """
    table = _of_year(by_run(results.hours), year)
    if table.empty:
        raise ValueError(f"these results hold no week of {named(year)}; choose another year")
    sums = table.groupby(["role", "work", "run"], observed=True)[["n", *KINDS]].sum()
    each = sums[list(KINDS)].div(sums["n"], axis=0).groupby(level=["role", "work"])
    parts = ((str(role), str(work), rows) for (role, work), rows in each)
    return {(role, kind, work): rows[kind].to_numpy() for role, work, rows in parts for kind in KINDS}


def people_of(results: Results, year: int) -> pd.Series[float]:
    """Return the mean number of people of each role in a financial year, over its weeks and runs."""
    series = _of_year(by_run(results.series), year)
    number: pd.Series[float] = series.groupby("role", observed=True)["n"].sum()
    return number / len(series[["run", "week"]].drop_duplicates())


def _of_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[(table["date"] >= f"{year}-04-01") & (table["date"] < f"{year + 1}-04-01")]


def named(year: int) -> str:
    """Return the name of a financial year, such as 2013/14."""
    return f"{year}/{(year + 1) % 100:02d}"


def shown_roles(means: Means) -> list[str]:
    """Return the roles that somebody held, in their order."""
    held = {role for role, *_ in means}
    return [role for role in ROLES if role in held]


def lengths(means: Means, role: str, kind: str, works: Sequence[str]) -> Floats:
    """Return the hours of one role, kind and kinds of work together: one value a run."""
    return np.sum([means[role, kind, work] for work in works], axis=0)


def _bars(ax: Axes, means: Means, roles: list[str], work: Mapping[str, tuple[str, tuple[str, ...]]]) -> None:
    everything = tuple(w for _, works in work.values() for w in works)
    ticks = {}
    longest = max(interval(lengths(means, role, "paid", everything))[2] for role in roles)
    for row, role in enumerate(roles):
        for k, kind in enumerate(KINDS):
            y = row + (0.05 + (k + 0.5) * BAR) / ROW
            ticks[y] = kind
            start = 0.0
            for name, (colour, works) in work.items():
                length = float(lengths(means, role, kind, works).mean())
                ax.barh(y, length, 0.8 * BAR / ROW, start, color=colour, label=f"{name} {kind} {role}")
                start += length
            low, _, high = interval(lengths(means, role, kind, everything))
            if high - low > 0.01 * longest:
                ax.plot([low, high], [y, y], color=BLACK, lw=1, label=f"whisker {kind} {role}")
            ax.text(max(start, high) + 0.015 * longest, y, f"{start:.1f}", va="center", label=f"number {kind} {role}")
        ax.axhline(row, color="#d9d9d9", lw=0.7)
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.set_xlim(0, 1.12 * longest)
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("hours a week")


def readings(results: Results, year: int = 2013) -> dict[str, str]:
    """Return what the figure says in numbers: hours a week for the CCG of each role, paid, unpaid and undone."""
    means = hours_a_week(results, year)
    works = tuple(work for _, kinds in WORK.values() for work in kinds)
    shown = [(role, kind) for role in shown_roles(means) for kind in KINDS]
    return {f"{role}_{kind}": told(lengths(means, role, kind, works), 1, centre=np.mean) for role, kind in shown}


def _alt(results: Results, year: int) -> str:
    said = readings(results, year)
    parts = [
        f"{ROLE_NAMES[role]} " + ", ".join(f"{said[f'{role}_{kind}']} {kind}" for kind in KINDS)
        for role in ("chair", "governing_body", "none")
        if f"{role}_paid" in said
    ]
    return (
        "Stacked bars of the hours a week that people of each role work for the CCG and in booked work in "
        f"{named(year)}. Hours for the CCG: {'; '.join(parts)} ({interval_told(results, 'mean')})."
    )
