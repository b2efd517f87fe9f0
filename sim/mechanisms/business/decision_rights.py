"""Who decides what: the one place that agenda, meetings and beliefs ask.

A new way to decide is a function here; which body has which right is data (``governance.bodies``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import compiled
from sim.state.codes import Level

Whole = NDArray[np.int64]
JOINT, DELEGATED = int(Level.JOINT), int(Level.DELEGATED)


@compiled
def decides(
    local: bool,
    value: float,
    primary_care: bool,
    level: int,
    locality: int,
    general: int,
    primary: int,
    limit: Whole,
    from_level: Whole,
) -> int:
    """Return the body that decides a piece of business.

    A locality with money decides what concerns it alone and costs no more than its limit; a body for general practice
    what is about that, from the level of delegation on that it needs; the general body everything else.

    Args:
        local: whether it concerns one locality alone.
        value: what it would cost, pence a year.
        primary_care: whether it is about general practice itself.
        level: of delegation, as CCGs hold it this week.
        locality: body of the locality, negative for none.
        general: body that decides what no other does.
        primary: body that decides on general practice, negative for none.
        limit: largest matter that each body may decide itself, pence, shape (bodies,).
        from_level: level from which each body decides, shape (bodies,).
    """
    if local and locality >= 0 and limit[locality] > 0 and value <= limit[locality]:
        return locality
    if primary_care and primary >= 0 and level >= from_level[primary]:
        return primary
    return general


@compiled
def is_delegated(primary_care: bool, level: int) -> bool:
    """Return whether the CCG alone decides on the business of its own members' practices: a conflict of interest."""
    return primary_care and level == DELEGATED


@compiled
def others_agree(
    matter: bool, primary_care: bool, live: bool, level: int, pct: float, nhse: float, joint: float
) -> float:
    """Return the chance that whoever has to agree beside the body does: the PCT, NHS England or a joint committee.

    Args:
        matter: whether members raised it; plans were agreed on before.
        live: whether CCGs hold their powers; until then the PCT does.
        pct: chance that the PCT agrees; ``nhse`` that NHS England does and ``joint`` a joint committee.
    """
    if matter and not live:
        return pct
    if primary_care and level < JOINT:
        return nhse
    if primary_care and level == JOINT:
        return joint
    return 1.0
