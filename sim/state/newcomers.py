"""Who comes: the founders of a place, and whoever fills a slot later."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.luck import combine
from sim.core.ties import Edges
from sim.state.codes import Kind, PracticeRole
from sim.state.ledger import at_rest
from sim.state.world import World

LONG_AGO = -260
"""Week in which the founders came: they knew the PCT for five years."""
Rows = NDArray[np.int64]


def found(world: World) -> None:
    """Fill every place in a practice, every board seat held by right and every funded post, and tie the GPs."""
    slots = world.slots
    funded = np.flatnonzero((slots.post_rank < 0) | (slots.post_rank < world.ccgs.posts[slots.ccg]))
    described = new_people(world, funded, np.zeros(funded.size, dtype=np.int64))
    slots.person[funded] = slots.last[funded] = world.people.append(funded.size, joined=LONG_AGO, **described)
    managers = world.people.ccg[world.people.kind == Kind.MANAGER]
    world.ccgs.managers[:] = np.bincount(managers, minlength=world.ccgs.size)
    world.ties.edges["informal"] = informal_ties(world)


def new_people(world: Any, slots: Rows, generation: Rows, **beginnings: NDArray[np.float64]) -> dict[str, Any]:
    """Return the columns of people who fill some slots, one for each.

    Their engagement starts where disposition and the pulls among ``beginnings`` hold it.

    Args:
        world: the world.
        slots: rows of the slots to fill, shape (k,).
        generation: how many held each before, shape (k,).
        beginnings: other columns of theirs, such as ``informed`` or ``pull_informed``, shape (k,).
    """
    s, luck, p, drivers = world.slots, world.luck, world.population, world.drivers
    key = combine(s.key[slots], generation.astype(np.uint64))
    kind, practice, role = s.kind[slots], s.practice[slots], s.practice_role[slots]
    d = p.disposition_person * luck.normal("person.disposition", 0, key)
    shared = p.disposition_ccg * luck.normal("ccg.disposition", 0, world.ccgs.key[s.ccg[slots]])
    shared += p.disposition_practice * luck.normal("practice.disposition", 0, world.practices.key[practice])
    d += np.where(practice >= 0, shared, p.staff_shift)
    d += p.salaried_shift * (role == PracticeRole.SALARIED) + p.practice_manager_shift * (kind == Kind.PRACTICE_MANAGER)
    opposed = (kind == Kind.GP) & (luck.uniform("person.opposed", 0, key) < p.opposed_share)
    d += p.opposed_shift * opposed
    pulls = {name.removeprefix("pull_"): v for name, v in beginnings.items() if name.startswith("pull_")}
    components = at_rest(drivers, d, pulls)
    return {
        "key": key,
        "slot": slots,
        "generation": generation,
        "kind": kind,
        "practice_role": role,
        "ccg": s.ccg[slots],
        "practice": practice,
        "contract": s.contract[slots],
        "disposition": d,
        "opposed": opposed,
        "present": True,
        "components": components,
        "engagement": components[:, -1],
        "last_pulls": components[:, [drivers.index(pull) for pull in drivers.pulls]],
        **beginnings,
    }


def informal_ties(world: World) -> Edges:
    """Return informal ties among the GPs of each CCG.

    Each GP picks half of ``ties_each`` others, weighted so that a share ``ties_local`` is expected in the own
    locality; whoever is picked is tied back. Choices rank keyed Gumbels of the pair, so they depend on the two alone.
    """
    people, p = world.people, world.population
    picks = round(p.ties_each / 2)
    locality = np.where(people.practice >= 0, world.practices.locality[people.practice], -1)
    found: list[Rows] = []
    for ccg in range(world.ccgs.size):
        rows = np.flatnonzero((people.kind == Kind.GP) & (people.ccg == ccg) & people.present)
        n = rows.size
        if n < 2 or not picks:
            continue
        key, home = people.key[rows], locality[rows]
        pair = combine(np.repeat(key, n), np.tile(key, n))
        score = world.luck.gumbel("place.ties", 0, pair).reshape(n, n)
        near = (home[:, None] == home[None, :]) & (home[:, None] >= 0)
        near_count = np.maximum(near.sum(axis=1, keepdims=True) - 1, 1)
        far_count = np.maximum(n - 1 - near_count, 1)
        weight = np.where(near, p.ties_local / near_count, (1 - p.ties_local) / far_count)
        score += np.log(np.maximum(weight, 1e-12))
        same = people.practice[rows]
        score[same[:, None] == same[None, :]] = -np.inf  # colleagues are tied anyway
        best = np.argpartition(-score, min(picks, n - 1), axis=1)[:, :picks]
        chooser, chosen = np.nonzero(np.isfinite(np.take_along_axis(score, best, axis=1)))
        ends = np.sort(np.stack([rows[chooser], rows[best[chooser, chosen]]], axis=1), axis=1)
        found.append(np.unique(ends, axis=0))
    edges = np.concatenate(found) if found else np.zeros((0, 2), np.int64)
    return Edges(edges[:, 0], edges[:, 1], np.ones(len(edges)))
