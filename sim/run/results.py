"""What a run or an ensemble gives back: tables, and how they came about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from sim.run.vocabulary import TABLES, UNITS
from sim.state.drivers import STANDING, Drivers

ALL_TABLES = (*TABLES, "people")
"""Names of the tables of a run; ``people`` is there if it was recorded."""


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
        drivers: what drives engagement: the columns of ``ledger``.
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
    drivers: Drivers = STANDING

    def units(self, table: str) -> dict[str, str]:
        """Return the unit of each column of a table that has one, such as ``units("hours")["paid"]``.

        Raises:
            ValueError: a table that these results do not have.
        """
        held = [name for name in UNITS if getattr(self, name) is not None]
        if table not in held:
            raise ValueError(f"table={table!r} is not here; allowed is {', '.join(held)}")
        units = {**UNITS[table], **dict.fromkeys(self.drivers.names if table == "ledger" else (), "latent")}
        return {column: unit for column, unit in units.items() if column in getattr(self, table)}

    def only(self, tables: Collection[str]) -> Results:
        """Return these results with some of their tables; the others are empty."""
        left_out = [name for name in ALL_TABLES if name not in tables and getattr(self, name) is not None]
        empty: dict[str, Any] = {name: pd.DataFrame() for name in left_out}
        return replace(self, **empty)


def stack(runs: dict[int, Results]) -> Results:
    """Join the tables of several runs; the replicate number becomes the column ``run``."""
    first = next(iter(runs.values()))
    tables = {}
    for name in ALL_TABLES:
        frames = {number: getattr(r, name) for number, r in runs.items()}
        if all(f is not None for f in frames.values()):
            joined = pd.concat([f.assign(run=number) for number, f in frames.items()], ignore_index=True)
            tables[name] = joined[["run", *[c for c in joined.columns if c != "run"]]]
    notes = list(dict.fromkeys(n for r in runs.values() for n in r.notes))
    return Results(
        config=first.config,
        seeds=[s for r in runs.values() for s in r.seeds],
        notes=notes,
        drivers=first.drivers,
        **tables,
    )
