"""Ballots: who of those who stand gets which seat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.tables import Table
from sim.state.codes import BodyKind

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@rule
def elect(
    people: Table, practices: Table, bodies: Table, seats: Table, empty: Whole, stands: Whole, score: Floats
) -> tuple[Flags, Flags]:
    """Give each empty seat to the best-ranked who may hold it and has won none yet.

    Seats are open to the whole CCG, but a locality is led by one of its own.

    Args:
        empty: rows of the seats, in the order in which they are filled.
        stands: rows of those who stand, shape (k,).
        score: by which they are ranked, shape (k,).

    Returns:
        For whom there was a seat to stand for, and who won one, shape (k,) each.
    """
    stood, won = np.zeros(stands.size, np.bool_), np.zeros(stands.size, np.bool_)
    for s in empty:
        best = -1
        for k in range(stands.size):
            i = stands[k]
            if people.ccg[i] != seats.ccg[s]:
                continue
            local = bodies.kind[seats.body[s]] == BodyKind.LOCALITY
            if local and practices.locality[people.practice[i]] != seats.body[s]:
                continue
            stood[k] = True
            if not won[k] and (best < 0 or score[k] > score[best]):
                best = k
        if best >= 0:
            won[best] = True
            seats.person[s] = stands[best]
    return stood, won
