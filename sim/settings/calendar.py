"""Weeks and dates, financial years, meeting cycles and the dated policy timeline.

One tick is one week, Monday to Sunday, and belongs to the financial year (1 April to 31 March) of its Monday. An
event acts in the week that contains its date. Weeks of the warm-up have negative numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.parameters import check_values, param, quoted

WEEKS_A_YEAR = 52.18
"""Mean number of weeks in a year."""
EARLIEST, LATEST = 1990, 2100
"""Years that may be named."""
MOST_WEEKS = 2600
"""Longest run: half a century."""
MOST_PENCE = 1_000_000
"""Largest allowance a head a year: more than there is to spend it on."""


def parse_date(text: str | dt.date, key: str) -> dt.date:
    """Return the date that an ISO text names; a date, also one with a time, is taken as it is.

    Raises:
        ValueError: naming ``key`` when the text is no date.
    """
    if isinstance(text, dt.datetime):
        return text.date()
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"{key}={quoted(text)!r} is not a date; write it as YYYY-MM-DD") from None


def _parse_day(text: str, key: str) -> dt.date:
    """Return the day of a year without a 29th of February that ``MM-DD`` names."""
    try:
        return dt.date.fromisoformat(f"2013-{text}")
    except ValueError:
        raise ValueError(f"{key}={quoted(text)!r} is not a day of every year; write it as MM-DD") from None


def check_years(years: Iterable[int], key: str) -> None:
    """Check the years for which a map gives values.

    Raises:
        ValueError: naming ``key`` and the year.
    """
    for year in years:
        if not EARLIEST <= year <= LATEST:
            raise ValueError(f"{key} {quoted(year)} is no year; allowed is {EARLIEST} to {LATEST}")


def _pair(texts: Sequence[str], key: str, parse: Callable[[str, str], dt.date] = parse_date) -> tuple[dt.date, dt.date]:
    """Return a first and a last date."""
    if len(texts) != 2:
        raise ValueError(f"{key} has {len(texts)} entries; allowed is two, the first and the last day")
    return parse(texts[0], key), parse(texts[1], key)


@dataclass
class Timeline:
    """Dated national events. Every date is ISO text; an event before the run has happened, one after it does not."""

    start: str = param(
        "2012-04-02",
        "date",
        "first day of the run, a Monday",
        source="a financial year before go-live: the shadow year",
    )
    weeks: int = param(
        313,
        "weeks",
        "length of the run",
        within=(1, MOST_WEEKS),
        status="choice",
        source="to the end of the period that the reports cover",
    )
    warm_up_weeks: int = param(
        26,
        "weeks",
        "weeks before the first, not recorded",
        within=(0, 520),
        source="half a year settles queues; stocks start at rest",
    )
    go_live: str = param(
        "2013-04-01", "date", "CCGs hold their statutory powers", status="measured", source="c14_go_live"
    )
    authorisation: list[str] = param(
        ["2012-06-01", "2013-01-31"],
        "dates",
        "first and last day of authorisation",
        status="measured",
        source="m15_phase_one_period, authorisation_diverts_effort",
    )
    planning_round: list[str] = param(
        ["12-20", "02-14"],
        "dates",
        "first and last day of the planning round of each winter, MM-DD",
        status="measured",
        source="h15_plan_request_window, reported for one winter; repeated yearly by assumption",
    )
    co_commissioning: str = param(
        "2015-04-01", "date", "delegation begins", status="measured", source="h15_cocomm_dates"
    )
    allowance_pence: dict[int, int] = param(
        {2013: 2500, 2015: 2250},
        "pence a head a year",
        "running-cost allowance by the financial year from which it holds; years given are added to these",
        within=(0, MOST_PENCE),
        status="measured",
        source="c14_ccg_running_cost, h15_running_cost_after_cut",
    )


class Calendar:
    """The dates of a run, as arrays over weeks so that no process computes with dates.

    Args:
        timeline: the dated events; ``start`` must be a Monday.

    Raises:
        ValueError: naming key, value and what is allowed.
    """

    def __init__(self, timeline: Timeline) -> None:
        check_values(timeline, "timeline")
        self.timeline = timeline
        self._planning: dict[int, bool] = {}
        self._mondays: dict[int, dt.date] = {}
        self.start = parse_date(timeline.start, "timeline.start")
        if self.start.weekday() != 0:
            raise ValueError(f"timeline.start={timeline.start} is a {self.start:%A}; a week starts on a Monday")
        if not EARLIEST <= self.start.year <= LATEST:
            raise ValueError(f"timeline.start={timeline.start} is out of range; allowed is {EARLIEST} to {LATEST}")
        self.weeks = timeline.weeks
        self.go_live_week = self.week_of(parse_date(timeline.go_live, "timeline.go_live"))
        self.co_commissioning_week = self.week_of(parse_date(timeline.co_commissioning, "timeline.co_commissioning"))
        first, last = _pair(timeline.authorisation, "timeline.authorisation")
        if last < first:
            raise ValueError(f"timeline.authorisation ends on {last}, before {first}; write the earlier date first")
        self.authorisation_weeks = (self.week_of(first), self.week_of(last))
        _pair(timeline.planning_round, "timeline.planning_round", _parse_day)
        if not timeline.allowance_pence:
            raise ValueError("timeline.allowance_pence is empty; give a year and its pence, such as {2013: 2500}")
        check_years(timeline.allowance_pence, "timeline.allowance_pence")

    def date(self, week: int) -> dt.date:
        """Return the Monday of a week."""
        if week not in self._mondays:
            self._mondays[week] = self.start + dt.timedelta(weeks=week)
        return self._mondays[week]

    def week_of(self, date: dt.date) -> int:
        """Return the week that contains a date (negative before the start)."""
        return (date - self.start).days // 7

    def week_in_run(self, text: str | dt.date, key: str) -> int:
        """Return the week of a date that must lie within the run.

        Raises:
            ValueError: naming ``key``, the value and the first and last date allowed.
        """
        week = self.week_of(parse_date(text, key))
        if not 0 <= week < self.weeks:
            last = self.date(self.weeks) - dt.timedelta(days=1)
            raise ValueError(f"{key}={text} lies outside the run; allowed is {self.start} to {last}")
        return week

    @cached_property
    def mondays(self) -> NDArray[np.datetime64]:
        """The Monday of every recorded week, shape (weeks,)."""
        return np.datetime64(self.start, "D") + 7 * np.arange(self.weeks)

    def financial_year(self, week: int) -> int:
        """Return the financial year of a week by its first calendar year (2013 for 2013/14)."""
        monday = self.date(week)
        return monday.year if (monday.month, monday.day) >= (4, 1) else monday.year - 1

    def starts_financial_year(self, week: int) -> bool:
        """Tell whether a week is the first of its financial year."""
        return self.financial_year(week) != self.financial_year(week - 1)

    def month(self, week: int) -> int:
        """Return the running number of the calendar month that holds the week's Monday."""
        monday = self.date(week)
        return monday.year * 12 + monday.month - 1

    def week_of_month(self, week: int) -> int:
        """Return 0 for the first Monday of its month, 1 for the second and so on; each month has at least four."""
        return (self.date(week).day - 1) // 7

    def meets(self, week: int, months_between: Any, week_of_month: Any) -> Any:
        """Tell whether bodies with these cycles meet in a week (``months_between`` 0: every week)."""
        in_turn = self.month(week) % (months_between + (months_between == 0)) == 0
        return (months_between == 0) | (in_turn & (self.week_of_month(week) == week_of_month))

    def weeks_to_meeting(self, week: int, months_between: int, week_of_month: int) -> int:
        """Return how many weeks after ``week`` a body with this cycle meets next (0: in the week itself)."""
        ahead = 0
        while not self.meets(week + ahead, months_between, week_of_month):
            ahead += 1
        return ahead

    def is_live(self, week: int) -> bool:
        """Tell whether CCGs hold their statutory powers (from 1 April 2013)."""
        return week >= self.go_live_week

    def in_authorisation(self, week: int) -> bool:
        """Tell whether authorisation takes leaders' and managers' hours."""
        first, last = self.authorisation_weeks
        return first <= week <= last

    def in_planning_round(self, week: int) -> bool:
        """Tell whether the national planning round runs (asked before Christmas, due in mid-February)."""
        if week not in self._planning:
            self._planning[week] = self.is_live(week) and self._round_touches(week)
        return self._planning[week]

    def _round_touches(self, week: int) -> bool:
        opens, closes = self.timeline.planning_round
        first, last = (self.date(week) + dt.timedelta(days=d) for d in (0, 6))
        monday, sunday = first.isoformat()[5:], last.isoformat()[5:]
        over_new_year = (opens > closes) + (monday > sunday)
        if over_new_year:
            return over_new_year == 2 or sunday >= opens or monday <= closes
        return monday <= closes and sunday >= opens

    def allowance_pence(self, week: int) -> int:
        """Return the running-cost allowance in pence a head a year in force; 0 before CCGs are statutory.

        The first that is known holds before its year too.
        """
        if not self.is_live(week):
            return 0
        year = self.financial_year(week)
        known = [y for y in self.timeline.allowance_pence if y <= year]
        return self.timeline.allowance_pence[max(known) if known else min(self.timeline.allowance_pence)]
