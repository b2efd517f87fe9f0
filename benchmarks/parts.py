"""What is measured, one function each; every one runs in a process of its own, so that its memory is its own."""

from __future__ import annotations

import statistics

import mesa

from benchmarks.measure import in_turn, peak_megabytes, seconds
from benchmarks.plain_mesa import PlainModel
from sim import CommissioningModel, compose
from sim.core.views import View

PLAIN_CCGS = 153
"""Clones of the six sites with about 40,000 people together."""
RULES = ("diaries", "time_allocation", "informedness", "engagement")
"""Processes of the three rules: a week is asked for and then filled."""
WARM_UP = "timeline.warm_up_weeks=4"


class Idle(mesa.Agent):
    """An agent whose step does nothing: the floor of Mesa's own loop."""

    def step(self) -> None:
        """Do nothing."""


def world_of(ccgs: int) -> CommissioningModel:
    """Return a model of so many CCGs after a short warm-up."""
    return CommissioningModel(compose(f"place.clone_to={ccgs}", WARM_UP), seed=1)


def plain() -> dict[str, float]:
    """Three rules as plain Mesa objects, and as processes on arrays, over the same people and ties."""
    model = world_of(PLAIN_CCGS)
    objects = PlainModel(model.world, model.config)
    steps = [(p.step, View(model.world, p.access)) for p in model.processes if p.name in RULES]

    def arrays() -> None:
        for step, view in steps:
            step(view)
        model.world.week += 1

    pair = in_turn(objects.step, arrays, 7)
    return {"plain_people": len(objects.agents), "plain_ms": 1e3 * pair.first, "arrays_ms": 1e3 * pair.second,
            "plain_ratio": pair.ratio, "plain_low": pair.low, "plain_high": pair.high}  # fmt: skip


def national() -> dict[str, float]:
    """A week of 211 CCGs, everything in it, and Mesa's ``shuffle_do`` of an empty step over as many agents."""
    model = world_of(211)
    found = _cost(model, 211)
    empty = mesa.Model(rng=1)
    agents = len(model.agents)
    Idle.create_agents(empty, agents)
    pair = in_turn(model.step, lambda: empty.agents.shuffle_do("step"), 12)
    return {**found, "national_agents": agents, "national_ms": 1e3 * pair.first, "empty_ms": 1e3 * pair.second,
            "national_ratio": pair.ratio, "national_low": pair.low, "national_high": pair.high}  # fmt: skip


def ccgs(count: int) -> dict[str, float]:
    """A week of so many CCGs, everything in it."""
    return _cost(world_of(count), count)


def six_sites() -> dict[str, float]:
    """One run of the six sites: building, warm-up, all weeks, recording and tables."""
    config = compose()
    first, *runs = (seconds(lambda: CommissioningModel(config, seed=1).run()) for _ in range(10))
    return {
        "weeks": config.timeline.weeks, "six_sites_s": statistics.median(runs), "six_sites_low_s": min(runs),
        "six_sites_high_s": max(runs), "six_sites_first_s": first, "six_sites_mb": peak_megabytes(),
    }  # fmt: skip


def only_imported() -> dict[str, float]:
    """The memory of the program itself, before any model."""
    return {"import_mb": peak_megabytes()}


def _cost(model: CommissioningModel, count: int) -> dict[str, float]:
    """Return people, cost of a week (the mean over a year for few CCGs, over twelve weeks for many) and memory."""
    weeks = 52 if count < 50 else 12

    def run() -> None:
        for _ in range(weeks):
            model.step()

    taken = seconds(run) / weeks
    people = int(model.world.people.present.sum())
    found = {"people": people, "ms": 1e3 * taken, "us": 1e6 * taken / people, "mb": peak_megabytes()}
    return {f"ccgs_{count}_{key}": value for key, value in found.items()}
