"""Policy dates on an axis of time: lines and light spans in a panel, their names in a strip above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes

from sim.calendar import Calendar, Timeline
from sim.plots.style import QUIET, SMALL

Span = tuple[np.datetime64, np.datetime64]
SHADE = "#efefef"


def dates(config: Mapping[str, Any]) -> tuple[dict[str, np.datetime64], dict[str, list[Span]]]:
    """Return the moments and the spans that lie in a run, by name.

    Args:
        config: resolved configuration of the run.
    """
    calendar = Calendar(Timeline(**config["timeline"]))
    timeline = calendar.timeline
    first, last = calendar.mondays[0], calendar.mondays[-1] + 7
    moments = {"CCGs go live": timeline.go_live, "co-commissioning": timeline.co_commissioning}
    weeks = np.arange(calendar.weeks)
    spans = {
        "authorisation": _spans(calendar, np.array([calendar.in_authorisation(int(w)) for w in weeks])),
        "planning round": _spans(calendar, np.array([calendar.in_planning_round(int(w)) for w in weeks])),
    }
    inside = {k: np.datetime64(v, "D") for k, v in moments.items() if first <= np.datetime64(v, "D") < last}
    return inside, spans


def _spans(calendar: Calendar, inside: np.ndarray) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.r_[0, inside.astype(int), 0]))
    mondays = np.append(calendar.mondays, calendar.mondays[-1] + 7)
    return [(mondays[a], mondays[b]) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def mark(ax: Axes, config: Mapping[str, Any]) -> None:
    """Draw the policy dates behind a panel, and put a tick at each start of a financial year."""
    moments, spans = dates(config)
    for name, of_kind in spans.items():
        for start, end in of_kind:
            ax.axvspan(start, end, color=SHADE, lw=0, zorder=0, gid=name)
    for name, moment in moments.items():
        ax.axvline(moment, color=QUIET, lw=0.9, ls=(0, (4, 3)), zorder=1, gid=name)
    ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=4))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("Apr\n%Y"))
    ax.grid(visible=False, axis="x")


def strip(ax: Axes, config: Mapping[str, Any], *, spans_named: bool = True) -> None:
    """Name the policy dates in empty axes above a panel that share its x axis.

    Args:
        ax: the strip.
        config: resolved configuration of the run.
        spans_named: whether there is room to name the spans as well.
    """
    moments, spans = dates(config)
    ax.set(ylim=(0, 2))
    ax.axis("off")
    for k, (name, moment) in enumerate(moments.items()):
        ax.axvline(moment, color=QUIET, lw=0.9, ls=(0, (4, 3)))
        day = moment.item()
        text, side = f"{name}, {day.day} {day:%b %Y}", "right" if k == 0 else "left"
        ax.annotate(
            text, (mdates.date2num(moment), 1.5), xytext=(-4 if k == 0 else 4, 0), textcoords="offset points",
            ha=side, va="center", fontsize=SMALL, color=QUIET,
        )  # fmt: skip
    if not spans_named:
        return
    for name, of_kind in spans.items():
        for start, end in of_kind:
            ax.axvspan(start, end, color=SHADE, lw=0)
        if of_kind:
            start, end = of_kind[0]
            inside = name == "authorisation"
            x = mdates.date2num(start) if inside else mdates.date2num(end)
            ax.annotate(name, (x, 0.5), xytext=(3, 0), textcoords="offset points", va="center", fontsize=SMALL, color=QUIET)
