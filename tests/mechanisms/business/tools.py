"""A CCG whose bodies meet, and meetings without luck."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.state.codes import BodyKind
from sim.state.world import World
from tests.worlds import body, no_work, tiny

SURE: dict[str, Any] = {"noise": 0.0, "ear": 0.0, "screen": -5.0, "nhse_yes": 1.0, "pct_yes": 1.0, "joint_yes": 1.0}
"""Worth is seen as it is, nobody is heard informally, nobody else says no."""
LEVEL_OF_T = {0.7: 2 / 3, 0.1: -1 / 3}
"""Expertise at which managers' part ``t = .3 + .6 expertise`` is what is wanted."""


def in_session() -> World:
    """Return a live CCG whose governing body (chair, nurse, consultant, three executives) and executive group meet."""
    made = tiny(gps=2, week=60)
    no_work(made)
    made.people.on_governing_body[:] = False
    for kind in (BodyKind.GOVERNING_BODY, BodyKind.EXECUTIVE_GROUP):
        made.bodies.meets[body(made, kind)] = True
        made.seats.present[made.seats.body == body(made, kind)] = True
    made.people.on_governing_body[holders(made, BodyKind.GOVERNING_BODY)] = True
    made.ccgs.data[:] = 0.7
    made.ccgs.expertise[:] = LEVEL_OF_T[0.7]
    made.ccgs.level[:] = 0
    return made


def holders(world: World, kind: BodyKind) -> np.ndarray:
    """Return who sits on the first body of a kind: the chair first, then the others."""
    return world.seats.person[world.seats.body == body(world, kind)]
