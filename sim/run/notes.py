"""What a reader of results must know: where they are from, and which parameters they rest on."""

from __future__ import annotations

from collections.abc import Iterator

from sim.run.config import Config, is_study
from sim.run.fitted_values import chosen, vectors

FEW = 20
"""Runs below which the ends of a 95 % interval lie nearer to the outermost runs than to the next."""


def notes(config: Config, runs: int = 1) -> Iterator[str]:
    """Yield what must be said beside the results of some runs of a configuration."""
    if not is_study(config.place):
        yield "this place is not the six case-study sites as reported: what is called observed was observed there"
    if 1 < runs < FEW:
        yield f"{runs} runs are few: intervals are hardly more than the lowest and highest run"
    if not vectors(config.scenario.vectors):
        yield "no fitted vectors: every parameter is at its default, so bands show luck only"
    for key in sorted(chosen(config)):
        yield f"{key}={config.value(key)} was set and overrides the fitted vectors"
