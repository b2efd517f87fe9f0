"""The ledgers: engagement as a sum of drivers, and hours that balance to the minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.tables import Table

PULLS = ("hope", "influence", "informed", "strain", "performance", "reward")
"""Lasting conditions; each has a column ``pull_*``."""
KICKS = ("success", "failure", "unconsulted", "imposed", "election")
"""One-off events; each has a column ``kick_*``."""
DRIVERS = ("disposition", *PULLS, *KICKS, "noise", "outside")
"""Components of latent engagement. ``noise`` is what nothing explains; ``outside`` is set by hand."""


def rest_at_pulls(people: Table, rows: np.ndarray) -> None:
    """Start the engagement of some people where their disposition and the pulls in force hold it."""
    people.components[rows] = 0.0
    people.components[rows, 0] = people.disposition[rows]
    for k, pull in enumerate(PULLS, start=1):
        people.components[rows, k] = people[f"pull_{pull}"][rows]
    people.engagement[rows] = people.components[rows].sum(axis=1)


class LedgerError(RuntimeError):
    """A ledger does not balance, or a state is not finite: process, week, column and person are named."""


def check_hours(people: Table, week: int, process: str, name_of: object = None) -> None:
    """Check that every person's minutes balance exactly.

    Raises:
        LedgerError: supply differs from paid + idle, or demand from paid + unpaid + undone.
    """
    paid = people.paid.sum(axis=1)
    wrong = people.supply != paid + people.idle
    _report(wrong, "supply = paid + idle", week, process, name_of)
    wrong = (people.demand != people.paid + people.unpaid + people.undone).any(axis=1)
    _report(wrong, "demand = paid + unpaid + undone", week, process, name_of)


def check_components(people: Table, week: int, process: str, name_of: object = None, tolerance: float = 1e-9) -> None:
    """Check that the components of every person sum to latent engagement.

    Raises:
        LedgerError: a sum is off by more than ``tolerance``.
    """
    wrong = np.abs(people.components.sum(axis=1) - people.engagement) > tolerance
    _report(wrong, "engagement = sum of components", week, process, name_of)


def _report(wrong: np.ndarray, what: str, week: int, process: str, name_of: object) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        who = name_of(row) if callable(name_of) else f"row {row}"
        raise LedgerError(f"{process}: {what} is broken in week {week} for {who} ({int(wrong.sum())} in all)")
