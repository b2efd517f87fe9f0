"""The ledgers: engagement as a sum of drivers, and hours that balance to the minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.core.tables import Table

Floats = NDArray[np.float64]

PULLS = ("hope", "influence", "informed", "strain", "performance", "reward")
"""Lasting conditions; each has a column ``pull_*``."""
KICKS = ("success", "failure", "unconsulted", "imposed", "election")
"""One-off events; each has a column ``kick_*``."""
DRIVERS = ("disposition", *PULLS, "noise", *KICKS, "outside")
"""Components of latent engagement. ``noise`` is what nothing explains; ``outside`` is set by hand."""
DRIVER_NAMES: Mapping[str, str] = {
    "disposition": "disposition",
    "hope": "hope",
    "influence": "feeling of being heard",
    "informed": "being informed",
    "strain": "strain",
    "performance": "being performance-managed",
    "reward": "reward of the work",
    "noise": "chance",
    "success": "successes seen",
    "failure": "failures seen",
    "unconsulted": "consultation skipped",
    "imposed": "orders imposed",
    "election": "elections lost",
    "outside": "set by hand",
}
"""Plain name of each driver, in every figure and sentence."""
DRIVER_MEANINGS: Mapping[str, str] = {
    "disposition": "how engaged people are by nature, whatever the CCG does",
    "hope": "what founding the CCG promised; it fades from go-live",
    "influence": "the belief that a matter one raised would be heard",
    "informed": "knowing what the CCG does",
    "strain": "weeks longer than can be kept up",
    "performance": "the CCG watches over the contracts of its own members",
    "reward": "varied work for the CCG, done with some skill",
    "noise": "what comes and goes for reasons outside the model",
    "success": "changes that passed their review",
    "failure": "changes that failed their review",
    "unconsulted": "decisions due before practices could be asked",
    "imposed": "orders of NHS England passed down to everybody",
    "election": "standing for a seat and not getting it",
    "outside": "engagement changed from outside the model",
}
"""What each driver is, in one line. Colleagues pass on theirs, so part of each comes through them."""


def at_rest(disposition: Floats, pulls: Mapping[str, Floats], transient: Floats | float = 0.0) -> Floats:
    """Return components (x last) where disposition and pulls hold them, shape (people, len(DRIVERS) + 1).

    Args:
        disposition: shape (people,).
        pulls: by name of the pull, shape (people,) each; pulls not named are 0.
        transient: goes to ``noise``.
    """
    components = np.zeros((disposition.size, len(DRIVERS) + 1))
    components[:, 0] = disposition
    for name, values in pulls.items():
        components[:, DRIVERS.index(name)] = values
    components[:, DRIVERS.index("noise")] = transient
    components[:, -1] = components.sum(axis=1)
    return components


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
        LedgerError: a sum is off by more than ``tolerance``, or is no number.
    """
    wrong = ~(np.abs(people.components[:, :-1].sum(axis=1) - people.engagement) <= tolerance)
    _report(wrong, "engagement = sum of components", week, process, name_of)


def _report(wrong: np.ndarray, what: str, week: int, process: str, name_of: object) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        who = name_of(row) if callable(name_of) else f"row {row}"
        raise LedgerError(f"{process}: {what} is broken in week {week} for {who} ({int(wrong.sum())} in all)")
