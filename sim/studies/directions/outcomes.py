"""Outcomes of a run in which directions are judged: one number each, over the weeks from a date on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.run.vocabulary import GPS, LEADERS, MANAGERS
from sim.settings.calendar import WEEKS_A_YEAR, Calendar, Timeline
from sim.state.drivers import STANDING

if TYPE_CHECKING:
    from sim.run.results import Results

Measure = Callable[["Results", int], float]
"""From one run and the first week that counts to a number."""

SINCE = ("go_live", "co_commissioning")
"""Dates of the timeline from which outcomes are measured, to the end of the run."""
OF_DRIVERS = {"members": ("none",), "representatives": ("representative",), "leaders": LEADERS, "GPs": GPS}
"""Groups of which the drivers of engagement are outcomes."""
SETTLED = ("adopted", "refused", "lapsed")
REVIEWED = ("succeeded", "failed")


@dataclass(frozen=True)
class Outcome:
    """What is measured.

    Attributes:
        unit: of the number.
        measure: gives it.
        shows: effects of the register that it stands for, each with 1, or -1 if it falls as the effect grows.
        driver: the driver of engagement that it is a component of, if it is one.
    """

    unit: str
    measure: Measure
    shows: Mapping[str, int] = field(default_factory=dict)
    driver: str = ""


def measure(results: Results, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Return some outcomes of a run by (outcome, date from which it is measured)."""
    calendar = Calendar(Timeline(**results.config["timeline"]))
    first = {since: max(getattr(calendar, f"{since}_week"), 0) for since in SINCE}
    return {(name, since): OUTCOMES[name].measure(results, first[since]) for name, since in wanted}


# Kinds of measures


def _people(variable: str, *roles: str, table: str = "series", times: float = 1.0, devolved: bool = False) -> Measure:
    """Mean over people in some roles, everybody if none are named; at sites with devolved localities only if asked."""

    def of(results: Results, first: int) -> float:
        rows = getattr(results, table)
        rows = rows[rows["week"] >= first]
        if roles:
            rows = rows[rows["role"].isin(roles)]
        if devolved:
            rows = rows[
                rows["ccg"].isin([name for name, site in results.config["place"]["sites"].items() if site["devolved"]])
            ]
        return times * float(np.average(rows[variable], weights=rows["n"])) if len(rows) else np.nan

    return of


def _ccgs(variable: str, times: float = 1.0) -> Measure:
    """Mean over CCGs and weeks."""
    return lambda results, first: times * float(results.ccgs.loc[results.ccgs["week"] >= first, variable].mean())


def _worst_year(kind: str) -> Measure:
    """Most events of a kind in any 52 weeks at each CCG, mean over CCGs."""

    def of(results: Results, first: int) -> float:
        weeks, events = results.ccgs["week"], results.events
        events = events[(events["kind"] == kind) & (events["week"] >= first)]
        counts = pd.crosstab(events["week"], events["ccg"]).reindex(
            index=range(first, int(weeks.max()) + 1), columns=sorted(results.ccgs["ccg"].unique()), fill_value=0
        )
        return float(counts.rolling(52, min_periods=1).sum().max().mean())

    return of


def _a_year(kind: str, *, by_gps: bool = False) -> Measure:
    """Events of a kind a CCG and year; of those with a person behind them only if asked."""

    def of(results: Results, first: int) -> float:
        events, ccgs = results.events, results.ccgs
        found = (events["kind"] == kind) & (events["week"] >= first) & ((events["person"] >= 0) | (not by_gps))
        ccg_years = (ccgs["week"] >= first).sum() / WEEKS_A_YEAR
        return float(found.sum() / ccg_years)

    return of


def _share(kind: str, among: tuple[str, ...], *, by_gps: bool = False) -> Measure:
    """Percentage of events of a kind among those of several kinds; NaN if there were none."""

    def of(results: Results, first: int) -> float:
        events = results.events
        events = events[(events["week"] >= first) & ((events["person"] >= 0) | (not by_gps))]
        count = events["kind"].value_counts()
        total = sum(count.get(k, 0) for k in among)
        return float(100 * count.get(kind, 0) / total) if total else np.nan

    return of


def _weeks_to_settle(results: Results, first: int) -> float:
    """Mean age at which members' matters are adopted, refused or lapse, in weeks."""
    events = results.events
    settled = events["kind"].isin(SETTLED) & (events["week"] >= first) & (events["person"] >= 0)
    return float(events.loc[settled, "value"].mean())


def _hours_asked(work: str) -> Measure:
    """Hours of a kind of work asked of a CCG's managers in a week."""

    def of(results: Results, first: int) -> float:
        hours, ccgs = results.hours, results.ccgs
        rows = hours[(hours["week"] >= first) & (hours["work"] == work) & hours["role"].isin(MANAGERS)]
        return float(rows["demand"].sum() / (ccgs["week"] >= first).sum())

    return of


def _not_finite(results: Results, first: int) -> float:
    """Numbers of a run that are not finite, over all weeks; work by kind has no supply, so hours are left out."""
    tables = (results.series, results.ccgs, results.ledger)
    return float(sum((~np.isfinite(t.select_dtypes("number").to_numpy())).sum() for t in tables))


def _drivers() -> Iterator[tuple[str, Outcome]]:
    """Yield the component of each driver of engagement in the mean of each of some groups, by name."""
    for driver in STANDING.rows:
        for group, roles in OF_DRIVERS.items():
            shows = {"engagement": 1, **driver.shows}
            yield (
                f"engagement from {driver.label}, {group}",
                Outcome("latent", _people(driver.name, *roles, table="ledger"), shows, driver.name),
            )


FELT = {"influence_felt": 1, "ownership": 1}
"""Ownership is computed from belief and knowledge (docs/decisions/0005)."""
QUALITY = {"decision_quality": 1}

OUTCOMES: Mapping[str, Outcome] = {
    **dict(_drivers()),
    "members at least somewhat engaged": Outcome("%", _people("p_engaged", "none", times=100), {"engagement": 1}),
    "members at least somewhat engaged, devolved sites": Outcome(
        "%", _people("p_engaged", "none", times=100, devolved=True), {"engagement": 1}
    ),
    "leaders highly engaged": Outcome("%", _people("p_highly", *LEADERS, times=100), {"leader_engagement": 1}),
    "influence felt by members": Outcome("%", _people("influence", "none", times=100), FELT),
    "influence felt by members, devolved sites": Outcome(
        "%", _people("influence", "none", times=100, devolved=True), FELT
    ),
    "influence felt by leaders": Outcome("%", _people("influence", *LEADERS, times=100), FELT),
    "informed members": Outcome("%", _people("informed", "none", times=100), {"informed": 1, "information_flow": 1}),
    "strain of leaders": Outcome("5 h/week", _people("strain", *LEADERS), {"wellbeing": -1, "workload": 1}),
    "strain of members": Outcome("5 h/week", _people("strain", "none"), {"wellbeing": -1, "workload": 1}),
    "skills of leaders": Outcome("%", _people("skills", *LEADERS, times=100), {"skills": 1}),
    "CCG work done by leaders": Outcome("hours/week", _people("ccg_hours", *LEADERS), {"time_available": 1}),
    "CCG work done by representatives": Outcome(
        "hours/week", _people("ccg_hours", "representative"), {"time_available": 1}
    ),
    "hours of managers": Outcome("hours/week", _people("hours", *MANAGERS), {"workload": 1}),
    "hours of everybody": Outcome("hours/week", _people("hours")),
    "deadline work asked of managers": Outcome("hours/week", _hours_asked("deadline"), {"responsiveness": -1}),
    "papers in time": Outcome("%", _ccgs("support", 100), {"strategic_work": 1, "proactive_work": 1}),
    "expertise of managers": Outcome("%", _ccgs("expertise", 100), {"expertise": 1}),
    "posts filled": Outcome("posts", _ccgs("posts_filled"), {"staff_capacity": 1}),
    "posts funded": Outcome("posts", _ccgs("posts_funded")),
    "allowance": Outcome("pounds/year", _ccgs("allowance_pounds")),
    "GP sessions paid of those arranged": Outcome("%", _ccgs("session_share", 100)),
    "pressure of NHS England": Outcome("ratio", _ccgs("pressure")),
    "empty seats": Outcome("seats", _ccgs("vacant_seats"), {"leader_supply": -1}),
    "trust of practices": Outcome("%", _ccgs("trust", 100), {"trust": 1}),
    "wait for appointments": Outcome("weeks", _ccgs("wait_weeks"), {"patient_access": -1, "practice_capacity": -1}),
    "matters raised": Outcome("a CCG and year", _a_year("raised")),
    "matters adopted": Outcome("a CCG and year", _a_year("adopted", by_gps=True)),
    "matters that lapse": Outcome("%", _share("lapsed", SETTLED, by_gps=True), {"strategic_work": -1}),
    "weeks until a matter is settled": Outcome("weeks", _weeks_to_settle, {"decision_delay": 1}),
    "changes that succeed": Outcome("a CCG and year", _a_year("succeeded"), {"delivery": 1}),
    "changes reviewed that succeed": Outcome("%", _share("succeeded", REVIEWED), QUALITY),
    "leaders who give up their seat": Outcome("a CCG and year", _a_year("stood_down"), {"leader_exit": 1}),
    "elections": Outcome("a CCG and year", _a_year("elected")),
    "leaders who give up their seat, worst year": Outcome("leaders", _worst_year("stood_down"), {"stability": -1}),
    "people who leave": Outcome("a CCG and year", _a_year("left")),
    "people who join": Outcome("a CCG and year", _a_year("joined")),
    "requests": Outcome("a CCG and year", _a_year("request")),
    "orders": Outcome("a CCG and year", _a_year("order")),
    "numbers that are not finite": Outcome("numbers", _not_finite),
}
"""What can be measured, by name."""
