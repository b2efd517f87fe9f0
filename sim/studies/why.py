"""Why engagement differs: the exact split of a difference into drivers, in words.

Latent engagement is a sum of components, one a driver (:mod:`sim.state.ledger`). So any difference between two groups
or two dates is the sum of the differences of their components, turnover included. Over several runs it is split run by
run and averaged: means add up as well, medians do not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.run.results import Results
from sim.run.vocabulary import GROUP_NAMES, GROUPS, ROLE_NAMES
from sim.settings.calendar import parse_date
from sim.state.drivers import Drivers
from sim.state.history import day

if TYPE_CHECKING:
    pass

INTERVAL = 0.95
"""Share of the runs that intervals hold."""
SMALL = 0.05
"""Drivers below this share of all movement are summed up as "everything else"."""
CANCELLED = 0.1
"""Where the difference is below this share of all movement, shares of it say nothing."""
SHOWN = {"p_engaged": 'at least "somewhat engaged"', "p_highly": '"highly engaged"'}
STATE = ["engagement", *SHOWN]


@dataclass(frozen=True)
class Side:
    """One of the two that are compared.

    Attributes:
        label: who or when.
        people: how many (mean over runs).
        engagement: mean latent engagement.
        p_engaged: mean probability of answering at least "somewhat engaged".
        p_highly: mean probability of answering "highly engaged".
    """

    label: str
    people: float
    engagement: float
    p_engaged: float
    p_highly: float


@dataclass(frozen=True, eq=False)
class Why:
    """A difference in latent engagement, split into drivers.

    Attributes:
        title: what is compared.
        sides: what is compared with, and what is explained.
        table: by driver, in latent units: ``from``, ``to``, ``difference`` (means over runs) and the central
            :data:`INTERVAL` of the runs, ``low`` and ``high`` (NaN for one run).
        total: the same of engagement itself; the drivers sum to it.
        sentences: the split in words, and what else is known.
        source: the results that it was computed from.
    """

    title: str
    sides: tuple[Side, Side]
    table: pd.DataFrame
    total: pd.Series[float]
    sentences: list[str]
    source: Results

    def __str__(self) -> str:
        return "\n".join([self.title, *self.sentences])


def why(
    results: Results,
    group_a: str,
    group_b: str | None = None,
    *,
    date: str | None = None,
    dates: Sequence[str] | None = None,
    ccg: str | None = None,
) -> Why:
    """Split the difference between two groups in one week, or of one group between two weeks.

    Everything comes from ``results.series``, ``results.ledger`` and ``results.events``.

    Args:
        results: of one run or several.
        group_a: a group of :data:`sim.run.vocabulary.GROUPS` or a role of ``series``.
        group_b: the group to compare it with, at one date.
        date: in the week to compare two groups in, ISO text; the last one recorded if None.
        dates: compare the group with itself between the weeks of two dates.
        ccg: name of one CCG; all together if None.

    Raises:
        ValueError: neither a second group nor dates, or both; an unknown group, date or CCG; nobody there.
    """
    if (group_b is None) == (dates is None) or (dates is not None and date is not None):
        raise ValueError("why compares two groups (at a date), or one group between dates=(earlier, later)")
    known = sorted(set(results.series["ccg"]))
    if ccg is not None and ccg not in known:
        raise ValueError(f"ccg={ccg} is not in these results; allowed is {', '.join(known)}")
    start, who, where = _start(results), _name(group_a), "all CCGs together" if ccg is None else f"CCG {ccg}"
    if group_b is not None:
        other, week = _name(group_b), _week(results, date, "date")
        if group_a == group_b:
            raise ValueError(f"group_b={group_b} is group_a as well; name another group, or two dates")
        title = f"Engagement of {who} against {other}, {in_week(start, week)}, {where}"
        before, after = (_state(results, group, week, ccg) for group in (group_b, group_a))
        return split(title, (other, who), before, after, results)
    dates = [dates] if isinstance(dates, str) else list(dates or ())
    weeks = [_week(results, text, "dates") for text in dates]
    if len(weeks) != 2 or weeks[0] >= weeks[1]:
        raise ValueError(f"dates={', '.join(dates)} must be two, in different weeks, the earlier first")
    before, after = (_state(results, group_a, week, ccg) for week in weeks)
    then, later = (in_week(start, week) for week in weeks)
    found = split(f"Engagement of {who} from the {then} to the {later}, {where}", (then, later), before, after, results)
    change = (after["people"] - before["people"]).dropna()
    found.sentences.append(_turnover(results, group_a, weeks, ccg, change))
    return found


def split(title: str, labels: tuple[str, str], before: pd.DataFrame, after: pd.DataFrame, source: Results) -> Why:
    """Return the split of two states: tables with one row a run and the columns people, STATE and the drivers."""
    for label, state in zip(labels, (before, after), strict=True):
        if state.empty:
            raise ValueError(f"{title}: nobody is there ({label})")
    difference = (after - before).dropna()  # runs that have both
    runs, tail = difference.index, (1 - INTERVAL) / 2
    everything = pd.DataFrame(
        {
            "from": before.loc[runs].mean(),
            "to": after.loc[runs].mean(),
            "difference": difference.mean(),
            "low": difference.quantile(tail) if len(runs) > 1 else np.nan,
            "high": difference.quantile(1 - tail) if len(runs) > 1 else np.nan,
        }
    )
    first, second = (
        Side(label, *everything[column][["people", *STATE]].tolist())
        for label, column in zip(labels, ("from", "to"), strict=True)
    )
    table, total = everything.loc[list(source.drivers.names)].rename_axis("driver"), everything.T["engagement"]
    sentences = [*_total((first, second), total), *_drivers(table, total, source.drivers)]
    if len(runs) > 1:
        sentences.append(f"Means over {len(runs)} runs; in brackets the central {INTERVAL:.0%} of the runs.")
    if len(runs) < len(source.seeds):
        sentences.append(f"Runs left out, as nobody was there at one end: {len(source.seeds) - len(runs)}.")
    return Why(title, (first, second), table, total, sentences, source)


def _total(sides: tuple[Side, Side], total: pd.Series[float]) -> list[str]:
    """Return the difference in latent units, and in answers, which have a meaning of their own."""
    before, after = sides
    ends = " against ".join(f"{s.engagement:.2f} ({s.label}, {_people(s.people)})" for s in (after, before))
    shares = [f"{text}: {getattr(after, c):.0%} against {getattr(before, c):.0%}" for c, text in SHOWN.items()]
    return [f"Difference in latent engagement {_with_interval(total)}: {ends}.", f"Would answer {'; '.join(shares)}."]


def _drivers(table: pd.DataFrame, total: pd.Series[float], drivers: Drivers) -> list[str]:
    """Return a sentence for each driver that matters, from largest to smallest, and one for the rest."""
    difference = {d: float(table["difference"][d]) for d in drivers.names if table["difference"][d]}
    ordered = sorted(difference, key=lambda d: -abs(difference[d]))
    movement = sum(abs(value) for value in difference.values())
    cancelled = abs(total["difference"]) <= CANCELLED * movement

    def share(value: float) -> str:
        return "" if cancelled else f", {value / total['difference']:.0%} of it"

    large = [d for d in ordered if abs(difference[d]) >= SMALL * movement]
    named = {d: f"{row.label} ({row.meaning})" for d, row in drivers.by_name.items()}
    sentences = [f"{_with_interval(table.T[d])}{share(difference[d])}: {named[d]}." for d in large]
    if len(large) < len(ordered):
        small = ordered[len(large) :]
        rest = sum(difference[d] for d in small)
        names = ", ".join(drivers.by_name[d].label for d in small)
        sentences.append(f"{signed(rest)}{share(rest)}: everything else ({names}).")
    if cancelled and movement:
        sentences.append("The drivers all but cancel, so shares of the difference would say nothing.")
    return sentences


def signed(value: float) -> str:
    """Return a difference as a signed number; nothing has no sign."""
    return f"{value:+.2f}" if round(value, 2) else "0.00"


def _with_interval(row: pd.Series[float]) -> str:
    interval = "" if np.isnan(row["low"]) else f" [{signed(row['low'])}, {signed(row['high'])}]"
    return f"{signed(row['difference'])}{interval}"


def _people(number: float) -> str:
    return "1 person" if number == 1 else f"{number:,.0f} people"


# Groups of results


def _name(group: str) -> str:
    names = {**ROLE_NAMES, **GROUP_NAMES}
    if group not in names:
        raise ValueError(f"group={group} is unknown; allowed is {', '.join([*GROUPS, *ROLE_NAMES])}")
    return names[group]


def _start(results: Results) -> dt.date:
    """Return the Monday of week 0."""
    first: dt.date = results.series["date"].min().date()
    return first - dt.timedelta(weeks=int(results.series["week"].min()))


def _week(results: Results, text: str | None, key: str) -> int:
    """Return the recorded week that contains a date; the last one if None."""
    start, first, last = _start(results), int(results.series["week"].min()), int(results.series["week"].max())
    week = last if text is None else (parse_date(text, key) - start).days // 7
    if not first <= week <= last:
        span = f"{start + dt.timedelta(weeks=first)} to {start + dt.timedelta(weeks=last, days=6)}"
        raise ValueError(f"{key}={text} is not recorded; allowed is {span}")
    return week


def in_week(start: dt.date, week: int) -> str:
    """Return a week in words, such as "week of 5 May 2014"."""
    return f"week of {day(start + dt.timedelta(weeks=week))}"


def _runs(table: pd.DataFrame) -> pd.Series[int]:
    return table["run"] if "run" in table.columns else pd.Series(0, index=table.index)


def _state(results: Results, group: str, week: int, ccg: str | None) -> pd.DataFrame:
    """Return number and means of the people of a group in a week, one row a run in which there are any."""

    def sums(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
        rows = table[(table["week"] == week) & table["role"].isin(GROUPS.get(group, (group,)))]
        rows = rows if ccg is None else rows[rows["ccg"] == ccg]
        values = rows[list(columns)].mul(rows["n"], axis=0).assign(people=rows["n"])
        return values.groupby(_runs(rows)).sum()

    state, drivers = sums(results.series, STATE), sums(results.ledger, results.drivers.names)
    return pd.concat(
        [state["people"], *(part.drop(columns="people").div(part["people"], axis=0) for part in (state, drivers))],
        axis=1,
    )


def _turnover(results: Results, group: str, weeks: Sequence[int], ccg: str | None, change: pd.Series[int]) -> str:
    """Say who came and went after the first week up to the second, as means over runs, where events tell.

    ``change`` is that in the number of people, by run.
    """
    events = results.events
    events = events[(events["week"] > weeks[0]) & (events["week"] <= weeks[1]) & _runs(events).isin(change.index)]
    events = events if ccg is None else events[events["ccg"] == ccg]
    if group == "members":
        events = events[events["practice"] >= 0]
    counts = events["kind"].value_counts().reindex(["joined", "left", "elected", "stood_down"], fill_value=0)
    came, left, elected, stood_down = counts / len(change)
    if group == "members":
        moves = f": {left:,.0f} left and {came:,.0f} came"
    elif group == "leaders":  # whoever neither was elected nor stood down has left the practice
        gone = elected - stood_down - change.mean()
        moves = f": {elected:,.0f} were elected, {stood_down:,.0f} stood down and {gone:,.0f} left their practice"
    else:
        moves = ", but events do not tell who came to this group and who went"
    return f"Turnover is part of it{moves}. Nobody's own disposition changes: its part is a matter of who is there."
