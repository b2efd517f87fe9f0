"""What a run or an ensemble gives back: tables, and how they came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.ledger import DRIVERS

if TYPE_CHECKING:
    from sim.why import Why

SERIES_UNITS = {
    "engagement": "latent", "p_engaged": "share", "p_highly": "share", "informed": "share", "influence": "share",
    "strain": "5 h/week", "skills": "share", "time_met": "share", "hours": "hours/week", "ccg_hours": "hours/week",
}  # fmt: skip
CCG_UNITS = {
    "live": "-", "level": "level", "allowance_pounds": "pounds/year", "posts_funded": "posts", "posts_filled": "posts",
    "session_share": "share", "governance_pounds": "pounds/year", "staff_pounds": "pounds/year",
    "gp_sessions_pounds": "pounds/year", "support_unit_pounds": "pounds/year", "non_pay_pounds": "pounds/year",
    "support": "share", "expertise": "share", "nhse_contact": "share", "pressure": "ratio", "vacant_seats": "seats",
    "reputation": "share", "pre_decided": "share", "matters_waiting": "matters", "plans_waiting": "plans",
    "wait_weeks": "weeks", "backlog_hours": "hours", "given_up_hours": "hours/week", "locum_hours": "hours/week",
    "trust": "share", "hours_saved": "share",
}  # fmt: skip
_INDEX_UNITS = {"week": "weeks since the start", "n": "people"}
_HOURS_UNITS = dict.fromkeys(("demand", "paid", "unpaid", "undone", "supply", "idle"), "hours/week")
_CHANGES = ("change_reported", "change_constant_composition", "change_of_everyone")
UNITS: Mapping[str, Mapping[str, str]] = {
    "series": {**_INDEX_UNITS, **SERIES_UNITS},
    "ccgs": {**_INDEX_UNITS, **CCG_UNITS},
    "events": _INDEX_UNITS,
    "survey": {**_INDEX_UNITS, "share": "share", "share_of_everyone": "share"},
    "survey_changes": {"n_from": "people", "n_to": "people", **dict.fromkeys(_CHANGES, "share")},
    "ledger": {**_INDEX_UNITS, **dict.fromkeys(DRIVERS, "latent")},
    "hours": {**_INDEX_UNITS, **_HOURS_UNITS},
    "people": {**_INDEX_UNITS, **SERIES_UNITS},
}
"""Unit of each column that has one, by table."""
TABLES = ("series", "ccgs", "events", "survey", "survey_changes", "ledger", "hours")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "members": ("none", "representative", "locality_lead", "governing_body", "chair", "practice_manager"),
    "leaders": ("locality_lead", "governing_body", "chair"),
    "representatives": ("representative",),
    "no_role": ("none",),
    "practice_managers": ("practice_manager",),
}
"""Groups of people shown, by the roles of ``series``; members are all GPs and practice managers."""
GROUP_NAMES: Mapping[str, str] = {
    "members": "all members",
    "leaders": "GP leaders",
    "representatives": "practice representatives",
    "no_role": "GPs without a role",
    "practice_managers": "practice managers",
}
ROLE_NAMES: Mapping[str, str] = {
    "none": "GPs without a role",
    "representative": "practice representatives",
    "locality_lead": "locality leads",
    "governing_body": "GPs of the governing body",
    "chair": "chairs",
    "practice_manager": "practice managers",
    "manager": "managers",
    "executive": "executives",
    "lay_member": "lay members",
    "nurse": "nurses",
    "consultant": "consultants",
    "observer": "observers",
}
"""Names of the people of each role of ``series``."""


@dataclass
class Results:
    """Tables of one run, or of several with a ``run`` column first.

    Attributes:
        config: the resolved configuration, plain values.
        seeds: seed of each run.
        series: week x CCG x role: n and group means (units in :data:`SERIES_UNITS`).
        ccgs: week x CCG: money, posts, queues, access, trust (units in :data:`CCG_UNITS`).
        events: what happened, in order: raised, adopted, refused, lapsed, succeeded, failed, request, elected ...
        survey: share of answers by wave, instrument, item and group, beside the share everyone would have given.
            ``at_least_somewhat`` is no answer of its own: it sums the three upper ones.
        survey_changes: change between waves as reported, at constant composition, and of everyone.
        ledger: week x CCG x role: group mean of each component of engagement; they sum to it.
        hours: week x CCG x role x kind of work: hours of all ``n`` people of the group together.
        people: weekly state of every person, if recorded.
        scorecard: patterns of the evidence against an ensemble.
        notes: what a reader must know, such as parameters set by hand that override fitted vectors.
        failures: runs that stopped, with the reason.
    """

    config: dict[str, Any]
    seeds: list[int]
    series: pd.DataFrame
    ccgs: pd.DataFrame
    events: pd.DataFrame
    survey: pd.DataFrame
    survey_changes: pd.DataFrame
    ledger: pd.DataFrame
    hours: pd.DataFrame
    people: pd.DataFrame | None = None
    scorecard: pd.DataFrame | None = None
    notes: list[str] = field(default_factory=list)
    failures: pd.DataFrame | None = None

    def units(self, table: str) -> dict[str, str]:
        """Return the unit of each column of a table that has one, such as ``units("hours")["paid"]``.

        Raises:
            ValueError: a table that these results do not have.
        """
        held = [name for name in UNITS if getattr(self, name) is not None]
        if table not in held:
            raise ValueError(f"table={table!r} is not here; allowed is {', '.join(held)}")
        return {column: unit for column, unit in UNITS[table].items() if column in getattr(self, table)}

    def why(
        self,
        group_a: str,
        group_b: str | None = None,
        *,
        date: str | None = None,
        dates: Sequence[str] | None = None,
        ccg: str | None = None,
    ) -> Why:
        """Split a difference in mean engagement into drivers, exactly (see :func:`sim.why.between`).

        Args:
            group_a: a group of :data:`GROUPS` or a role of ``series``.
            group_b: the group to compare it with, at one date.
            date: in the week to compare two groups in, ISO text; the last one recorded if None.
            dates: compare the group with itself between the weeks of two dates.
            ccg: name of one CCG; all together if None.

        Raises:
            ValueError: neither a second group nor dates, or both; an unknown group, date or CCG; nobody there.
        """
        from sim.why import between

        return between(self, group_a, group_b, date=date, dates=dates, ccg=ccg)

    def history(self, item: int, run: int = 0) -> list[str]:
        """Return what happened to an item of business as dated sentences (see :func:`sim.business.history.recorded`).

        Args:
            item: its number in ``events``.
            run: the replicate, where there are several.

        Raises:
            ValueError: no event of this item, or no such run.
        """
        from sim.business.history import recorded

        return recorded(self.events, item, run)


def stack(runs: dict[int, Results]) -> Results:
    """Join the tables of several runs; the replicate number becomes the column ``run``."""
    first = next(iter(runs.values()))
    tables = {}
    for name in (*TABLES, "people"):
        frames = {number: getattr(r, name) for number, r in runs.items()}
        if all(f is not None for f in frames.values()):
            joined = pd.concat([f.assign(run=number) for number, f in frames.items()], ignore_index=True)
            tables[name] = joined[["run", *[c for c in joined.columns if c != "run"]]]
    notes = list(dict.fromkeys(n for r in runs.values() for n in r.notes))
    return Results(config=first.config, seeds=[s for r in runs.values() for s in r.seeds], notes=notes, **tables)
