"""Small worlds for the survey: only the columns that matter are filled, so that numbers can be worked out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.core.luck import identity
from sim.settings.sites import Site
from sim.state.world import World
from tests.worlds import bare

MakeWorld = Callable[..., World]


def keys(kind: str, count: int) -> np.ndarray:
    return np.array([identity(f"{kind}/{i}") for i in range(count)], dtype=np.uint64)


@pytest.fixture
def make_world() -> MakeWorld:
    """Return a builder of worlds.

    ``practice_role`` gives the number of people, ``representatives`` the row of each representative
    by practice (-1: vacant); other names are columns of people (default: present principals in CCG 0).
    """

    def build(
        practice_role: Any,
        representatives: Any = (),
        sites: tuple[str, ...] = ("A",),
        support: Any = 0.5,
        seed: int = 7,
        **columns: Any,
    ) -> World:
        count, practices = len(practice_role), len(representatives)
        world = bare(*(Site(name=name) for name in sites), seed=seed)
        standard = {"key": keys("person", count), "present": True, "ccg": 0}
        world.people.append(count, practice_role=practice_role, **(standard | columns))
        world.practices.append(practices, key=keys("practice", practices), council_seat=np.arange(practices))
        world.seats.append(practices, person=representatives, practice=np.arange(practices))
        world.ccgs.append(len(sites), site=np.arange(len(sites)), support=support, data=1.0)
        return world

    return build


@pytest.fixture
def large(make_world: MakeWorld) -> World:
    """Two sites with more of everybody than the quotas ask for, among them some who are not to be asked."""
    role = np.repeat([0, 1, 2, 3, -1], [300, 60, 80, 40, 20])
    spread = np.random.default_rng(1)
    formal = spread.random(500) < 0.2
    return make_world(
        role,
        sites=("A", "B"),
        support=[0.3, 0.6],
        ccg=np.arange(500) % 2,
        kind=np.select([role == 2, role == 3, role == -1], [1, 4, 2], 0),
        role=np.where(role == -1, 5, np.where(formal & (role != 3), spread.integers(1, 5, 500), 0)),
        on_governing_body=role == 3,
        practice=np.where(role < 0, -1, np.where(role == 3, -1, np.arange(500) % 50)),
        representatives=np.arange(50),
        engagement=spread.normal(0.6, 1.0, 500),
        **{name: spread.random(500) for name in ("informed", "influence", "time_met", "skills")},
    )
