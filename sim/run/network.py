"""The ties of a run as a networkx graph, for pictures, measures and files."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.run.record import group_of
from sim.run.vocabulary import ROLES
from sim.state.world import World


def network(world: World, ccg: str | None = None) -> Any:
    """Return the ties among the people present (of one CCG), see :meth:`sim.run.model.CommissioningModel.network`."""
    people = world.people
    keep = people.present.copy()
    names = [s.name for s in world.sites]
    if ccg is not None:
        if ccg not in names:
            raise ValueError(f"ccg={ccg!r} is not there; allowed is {', '.join(names)}")
        keep &= people.ccg == names.index(ccg)
    rows = np.flatnonzero(keep)
    cliques = {"colleagues": people.practice, "governing_body": np.where(people.on_governing_body, people.ccg, -1)}
    practices = np.array([*world.paths["practices"], ""])
    about = {
        "role": np.array(ROLES)[group_of(world)].tolist(),
        "ccg": np.array(names)[people.ccg].tolist(),
        "practice": practices[people.practice].tolist(),
        "governing_body": people.on_governing_body.tolist(),
        "engagement": people.engagement.tolist(),
    }
    return world.ties.to_networkx(rows, {r: world.path_of("people", r) for r in rows.tolist()}, cliques, about)
