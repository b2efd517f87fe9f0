"""Policy dates on an axis of time: lines and light spans in a panel, their names above it and in the legend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.calendar import Calendar, Timeline
from sim.plots.style import QUIET

Span = tuple[np.datetime64, np.datetime64]
SHADE = "#ececec"
_LINE: dict[str, Any] = {"color": QUIET, "lw": 0.9, "ls": (0, (4, 3)), "zorder": 1}


def moments(config: Mapping[str, Any]) -> dict[str, np.datetime64]:
    """Return the dates that change who decides, by name, if they lie in the run of a resolved configuration."""
    calendar = Calendar(Timeline(**config["timeline"]))
    timeline = calendar.timeline
    first, last = calendar.mondays[0], calendar.mondays[-1] + 7
    dated = {"CCGs go live": timeline.go_live, "co-commissioning": timeline.co_commissioning}
    return {k: np.datetime64(v, "D") for k, v in dated.items() if first <= np.datetime64(v, "D") < last}


def spans(config: Mapping[str, Any]) -> dict[str, list[Span]]:
    """Return first Monday and the Monday after the last week of each authorisation window and planning round."""
    calendar = Calendar(Timeline(**config["timeline"]))
    tests = {"authorisation": calendar.in_authorisation, "planning round": calendar.in_planning_round}
    return {
        name: _runs(calendar, np.array([test(w) for w in range(calendar.weeks)]))
        for name, test in tests.items()
    }


def _runs(calendar: Calendar, inside: np.ndarray) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.r_[0, inside.astype(int), 0]))
    mondays = np.append(calendar.mondays, calendar.mondays[-1] + 7)
    return [(mondays[a], mondays[b]) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def mark(ax: Axes, config: Mapping[str, Any]) -> None:
    """Draw the policy dates behind a panel, span the run and put a tick at each start of a financial year."""
    for name, of_kind in spans(config).items():
        for start, end in of_kind:
            ax.axvspan(start, end, color=SHADE, lw=0, zorder=0, gid=name)
    for name, moment in moments(config).items():
        ax.axvline(moment, gid=name, **_LINE)
    mondays = Calendar(Timeline(**config["timeline"])).mondays
    ax.set_xlim(mondays[0] - 2, mondays[-1] + 7)
    ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=4))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("Apr\n%Y"))
    ax.grid(visible=False, axis="x")


def name_moments(ax: Axes, config: Mapping[str, Any]) -> None:
    """Write the names of the dates above the lines that :func:`mark` drew in a panel, clear of the panel's title."""
    for name, moment in moments(config).items():
        day = moment.item()
        ax.annotate(
            f"{name}\n{day.day} {day:%b %Y}", (mdates.date2num(moment), 1), xycoords=("data", "axes fraction"),
            xytext=(0, 17), textcoords="offset points", ha="center", va="bottom", color=QUIET, annotation_clip=False,
        )  # fmt: skip


def span_handle(config: Mapping[str, Any]) -> Patch:
    """Return the legend entry of the spans."""
    first, last = (dt.date.fromisoformat(d) for d in config["timeline"]["authorisation"])
    return Patch(
        fc=SHADE, label=f"authorisation, {first:%b %Y} to {last:%b %Y}; each winter's planning round"
    )
