"""The ledgers: engagement as a sum of drivers, and hours that balance to the minute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.state.drivers import Drivers

Floats = NDArray[np.float64]
Broken = tuple[str, str, NDArray[np.bool_]]
"""What must hold, of which table, and in which of its rows it does not."""


def at_rest(
    drivers: Drivers, disposition: Floats, pulls: Mapping[str, Floats], transient: Floats | float = 0.0
) -> Floats:
    """Return components (x last) where disposition and pulls hold them, shape (people, drivers + 1).

    Args:
        drivers: of the model.
        disposition: shape (people,).
        pulls: by name of the pull, shape (people,) each; pulls not named are 0.
        transient: goes to ``noise``.
    """
    components = np.zeros((disposition.size, len(drivers.names) + 1))
    components[:, drivers.index("disposition")] = disposition
    for name, values in pulls.items():
        components[:, drivers.index(name)] = values
    components[:, drivers.index("noise")] = transient
    components[:, -1] = components.sum(axis=1)
    return components


class LedgerError(RuntimeError):
    """A ledger does not balance, or a state is not finite: process, week, column and person are named."""


def broken_hours(people: Any) -> Iterator[Broken]:
    """Yield who has minutes that do not balance exactly: time that there is, and work that was asked for."""
    yield "supply = paid + idle", "people", people.supply != people.paid.sum(axis=1) + people.idle
    done = people.paid + people.unpaid
    yield "demand = paid + unpaid + undone", "people", (people.demand != done + people.undone).any(axis=1)


def broken_components(people: Any, tolerance: float = 1e-9) -> Iterator[Broken]:
    """Yield whose drivers do not sum to their engagement, or are no numbers."""
    off = np.abs(people.components[:, :-1].sum(axis=1) - people.engagement)
    yield "engagement = sum of components", "people", ~(off <= tolerance)
