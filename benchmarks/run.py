"""Measure speed and memory: ``make benchmark``.

Absolute times depend on the machine and on what else it does; ratios are taken within one run, weeks of the model and
steps of Mesa in turn, and the median is printed.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable

import mesa

from sim import CommissioningModel, compose

WEEKS = 12
NATIONAL = ("place.clone_to=211", "timeline.warm_up_weeks=4")


class Idle(mesa.Agent):
    """An agent whose step does nothing: the floor of Mesa's own loop."""

    def step(self) -> None:
        """Do nothing."""


def seconds(action: Callable[[], object]) -> float:
    """Return the processor time that an action takes."""
    start = time.process_time()
    action()
    return time.process_time() - start


def six_sites() -> None:
    """Print the time of one run of the six sites, warm-up, recording and tables included."""
    config = compose()
    runs = [seconds(lambda: CommissioningModel(config, seed=1).run()) for _ in range(3)]
    print(f"six sites, {config.timeline.weeks} weeks with warm-up, recording and tables: {min(runs):.2f} s (best of 3)")


def national() -> None:
    """Print a week of 211 CCGs beside Mesa's shuffle_do of an empty step over as many agents."""
    model = CommissioningModel(compose(*NATIONAL), seed=1)
    empty = mesa.Model(seed=1)
    Idle.create_agents(empty, len(model.agents))
    pairs = [(seconds(model.step), seconds(lambda: empty.agents.shuffle_do("step"))) for _ in range(WEEKS)]
    ratio = statistics.median(week / mesa_step for week, mesa_step in pairs)
    week, mesa_step = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform != "darwin" else 1e9)
    print(f"211 CCGs, {model.world.people.size} people, {len(model.agents)} agents: {week:.0f} ms a week")
    print(f"Mesa's shuffle_do of an empty step over as many agents: {mesa_step:.0f} ms; ratio {ratio:.2f}")
    print(f"peak memory {peak:.2f} GB")


if __name__ == "__main__":
    six_sites()
    national()
