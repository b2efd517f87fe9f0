"""Policy dates on an axis of time: lines and light spans in a panel, named above it and in the legend.

Days are matplotlib's day numbers throughout.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import matplotlib.dates as mdates
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.plots.style import QUIET
from sim.settings.calendar import Calendar, Timeline, parse_date

SHADE = "#ececec"


def day_numbers(dates: Any) -> NDArray[np.float64]:
    """Return dates (pandas index, array or sequence) as numbers on an axis of time."""
    days: NDArray[np.float64] = mdates.date2num(np.asarray(dates, dtype="datetime64[D]"))  # type: ignore[no-untyped-call]
    return days


def moments(config: Mapping[str, Any]) -> dict[str, dt.date]:
    """Return the dates that change who decides, by name, if they lie in the run.

    Args:
        config: resolved configuration of the run.
    """
    calendar = _calendar(config)
    dates = {
        "CCGs go live": parse_date(calendar.timeline.go_live, "timeline.go_live"),
        "co-commissioning": parse_date(calendar.timeline.co_commissioning, "timeline.co_commissioning"),
    }
    return {name: date for name, date in dates.items() if 0 <= calendar.week_of(date) < calendar.weeks}


def spans(config: Mapping[str, Any]) -> dict[str, list[tuple[dt.date, dt.date]]]:
    """Return the weeks of authorisation and of planning rounds: first Monday, and Monday after the last."""
    calendar = _calendar(config)
    tests = {"authorisation": calendar.in_authorisation, "planning round": calendar.in_planning_round}
    result = {}
    for name, test in tests.items():
        inside = [0, *(int(test(week)) for week in range(calendar.weeks)), 0]
        edges = [calendar.date(int(week)) for week in np.flatnonzero(np.diff(inside))]
        result[name] = list(zip(edges[::2], edges[1::2], strict=True))
    return result


def mark(ax: Axes, config: Mapping[str, Any]) -> None:
    """Draw the policy dates behind a panel, span the run and put a tick at each financial year."""
    for name, of_kind in spans(config).items():
        for start, end in of_kind:
            ax.axvspan(*day_numbers([start, end]), color=SHADE, lw=0, zorder=0, label=name)
    for name, date in moments(config).items():
        ax.axvline(day_numbers([date])[0], color=QUIET, lw=0.9, ls=(0, (4, 3)), zorder=1, label=name)
    calendar = _calendar(config)
    first, end = day_numbers([calendar.date(0), calendar.date(calendar.weeks)])
    ax.set_xlim(first - 2, end)  # a tick on 1 April belongs to a run from Monday, 2 April
    months = (4,) if end - first > 550 else (1, 4, 7, 10)
    ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=months))  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%b\n%Y"))  # type: ignore[no-untyped-call]


def name_moments(ax: Axes, config: Mapping[str, Any]) -> None:
    """Write the names of the dates above the lines of :func:`mark`, clear of the panel's title."""
    for name, date in moments(config).items():
        ax.annotate(
            f"{name}\n{date.day} {date:%b %Y}",
            (day_numbers([date])[0], 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 17),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=QUIET,
            annotation_clip=False,
        )


def span_handle(config: Mapping[str, Any]) -> Patch:
    """Return the legend entry of the spans."""
    first, last = (parse_date(d, "timeline.authorisation") for d in config["timeline"]["authorisation"])
    text = f"authorisation, {first:%b %Y} to {last:%b %Y}; each winter's planning round"
    return Patch(fc=SHADE, label=text)


def date_handles(config: Mapping[str, Any]) -> list[Artist]:
    """Return the legend entries of lines and spans, where the lines are not named above a panel."""
    named = "; ".join(f"{name}, {date.day} {date:%b %Y}" for name, date in moments(config).items())
    line = Line2D([], [], color=QUIET, lw=0.9, ls=(0, (4, 3)), label=named)
    return [*([line] if named else []), span_handle(config)]


def _calendar(config: Mapping[str, Any]) -> Calendar:
    return Calendar(Timeline(**config["timeline"]))
