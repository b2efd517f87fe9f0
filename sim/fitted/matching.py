"""History matching: which draws from the priors do the four fitted patterns not rule out?

Four numbers are fitted to four: the cut-points of "at least somewhat" and "highly", and size and half-life of hope, to
the shares of respondents who gave these answers in 2013 and 2014. That is saturated: the four patterns prove nothing.

**Worlds.** The six sites are one world of many: how disposed their GPs are is luck that the surveys say something of.
So vector i is sought for the world of seed i, and replicate i of an ensemble runs vector i in that world.

**Draws.** A draw takes the numbers, and which two sites stagger their terms, from :data:`PRIORS` with luck of its own,
and runs its world once, to the second wave. Cut-points do not act on lives, so the run is tried with :data:`PAIRS`
pairs of them. A world gets draws until one is not ruled out.

**Simulated share.** What the panel of that world would have given on average over who answers and with what error (see
:func:`sim.fitted.panels.chances`).

**Rule.** A draw is ruled out if for any of the four shares

    |observed - simulated| > 1.96 sqrt(p (1 - p) / n)

with the reported share p of n respondents. No allowance is made for what the model gets wrong. What is kept is a set,
not a sample from a posterior; seeds beyond the vectors' own go with vectors of other worlds, and scatter more.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from sim.config import Config, compose
from sim.fitted.panels import Panel, PanelJob
from sim.pool import Failure, Job, run_jobs
from sim.scorecard import Pattern, patterns
from sim.scorecard.measures import WAVES
from sim.scorecard.patterns import Number
from sim.vectors import value_of

Floats = NDArray[np.float64]

PRIORS = {
    "hope.beta": (0.0, 2.5),
    "hope.half_life_weeks": (20.0, 60.0),
    "survey.threshold_somewhat": (-1.0, 2.0),
    "survey.threshold_highly": (1.0, 4.0),
}
"""Uniform, independent; cut-points out of order are ruled out."""
CUT_POINTS = ("survey.threshold_somewhat", "survey.threshold_highly")
STAGGERED = "succession.staggered_sites"
HOW_MANY_STAGGERED = 2
PAIRS = 200
LIMIT = 1.96


@dataclass(frozen=True)
class Target:
    """One reported share: pattern, number of its wave, number of the cut-point, value and respondents."""

    name: str
    wave: int
    cut: int
    observed: float
    n: float

    @property
    def variance(self) -> float:
        """Sampling variance of the reported share."""
        return self.observed * (1 - self.observed) / self.n


@functools.cache
def targets() -> tuple[Target, ...]:
    """Return the reported shares that the scorecard calls fitted."""
    return tuple(_target(p) for p in patterns() if p.kind == "fitted")


def _target(pattern: Pattern) -> Target:
    if not isinstance(pattern.observed, Number) or pattern.measure != "answer":
        raise ValueError(f"pattern {pattern.id}: only shares of answers can be fitted")
    wave, cut = pattern.arguments["wave"], pattern.arguments["answer"] == "highly"
    return Target(pattern.id, list(WAVES).index(wave), int(cut), pattern.observed.low / 100, pattern.n)


@dataclass(frozen=True)
class Draw:
    """One draw from the priors: values by key without the cut-points, and pairs of these, shape (PAIRS, 2)."""

    values: dict[str, Any]
    pairs: Floats


def draw(seed: int, number: int, sites: Sequence[str]) -> Draw:
    """Return a draw; it depends on the seed and its own number alone. Values have four decimals."""
    luck = np.random.default_rng([seed, number])
    values: dict[str, Any] = {
        key: round(luck.uniform(*prior), 4) for key, prior in PRIORS.items() if key not in CUT_POINTS
    }
    values[STAGGERED] = ",".join(sorted(luck.choice(sites, HOW_MANY_STAGGERED, replace=False)))
    pairs = [[round(luck.uniform(*PRIORS[key]), 4) for key in CUT_POINTS] for _ in range(PAIRS)]
    return Draw(values, np.array(pairs))


def shares(panels: Sequence[Panel], pairs: Floats, response_sd: float) -> Floats:
    """Return the simulated shares for pairs of cut-points, shape (pairs, targets)."""
    return np.array([[panels[t.wave].share(pair[t.cut], response_sd) for t in targets()] for pair in pairs])


def implausibility(simulated: Floats) -> Floats:
    """Return the largest ``|observed - simulated| / sd of the survey`` over targets, shape (pairs,)."""
    observed = np.array([t.observed for t in targets()])
    sd = np.sqrt([t.variance for t in targets()])
    return np.asarray(np.max(np.abs(simulated - observed) / sd, axis=-1))


@dataclass
class Fit:
    """What a fit has come to.

    Attributes:
        vectors: one a world, values by key, in the order of the seeds.
        simulated: shares that each vector gives in its world, shape (vectors, targets).
        tried: draws, and pairs of cut-points.
        not_ruled_out: draws with a pair that is not ruled out, and such pairs.
    """

    vectors: list[dict[str, Any]]
    simulated: Floats
    tried: tuple[int, int]
    not_ruled_out: tuple[int, int]


def fit(
    draws: int, keep: int, seed: int, workers: int = 0, *, progress: bool = False, overrides: Sequence[str] = ()
) -> Fit:
    """Seek a vector for each world, round by round, and keep the first that is not ruled out.

    Args:
        draws: how many draws a world gets at most.
        keep: how many worlds, so how many vectors.
        seed: of the draws; worlds have the seeds 0 to ``keep`` - 1.
        workers: processes; 0 is one a core.
        progress: whether a bar is shown.
        overrides: of the configuration, such as a smaller place.

    Raises:
        RuntimeError: a run failed, or a world has no vector after all of its draws.
    """
    base = compose("timeline.weeks=100", *overrides)
    sites = [s.name for s in base.place.sites]
    found: dict[int, tuple[dict[str, Any], Floats]] = {}
    tried = possible_draws = possible_pairs = 0
    for number in range(draws):
        worlds = [world for world in range(keep) if world not in found]
        if not worlds:
            break
        drawn = [draw(seed, number * keep + world, sites) for world in worlds]
        jobs = [PanelJob(_with(base, d.values, w), list) for d, w in zip(drawn, worlds, strict=True)]
        for world, d, panels in zip(worlds, drawn, _run(jobs, workers, progress), strict=True):
            simulated = shares(panels, d.pairs, base.survey.response_sd)
            possible = np.flatnonzero((implausibility(simulated) <= LIMIT) & (d.pairs[:, 0] < d.pairs[:, 1]))
            tried, possible_pairs = tried + 1, possible_pairs + possible.size
            if possible.size:
                possible_draws += 1
                pair = dict(zip(CUT_POINTS, d.pairs[possible[0]].tolist(), strict=True))
                found[world] = (d.values | pair, simulated[possible[0]])
    missing = [world for world in range(keep) if world not in found]
    if missing:
        raise RuntimeError(f"no vector for the worlds of seeds {missing} after {draws} draws each; try more --draws")
    return Fit(
        vectors=[found[world][0] for world in range(keep)],
        simulated=np.array([found[world][1] for world in range(keep)]),
        tried=(tried, tried * PAIRS),
        not_ruled_out=(possible_draws, possible_pairs),
    )


def _with(config: Config, values: dict[str, Any], seed: int) -> Config:
    """Return a copy of a configuration with a seed and values by key."""
    changed = copy.deepcopy(config)
    changed.seed = seed
    for key, value in values.items():
        block, _, name = key.rpartition(".")
        setattr(value_of(changed, block), name, value)
    changed.check()
    return changed


def _run(jobs: Sequence[Job], workers: int, progress: bool) -> list[Any]:
    outcomes: list[Any] = [None] * len(jobs)
    with (
        tqdm(total=len(jobs), unit="run", disable=not progress) as bar,
        closing(run_jobs(jobs, workers=workers)) as finished,
    ):
        for position, outcome in finished:
            if isinstance(outcome, Failure):
                raise RuntimeError(f"run {position} failed: {outcome.reason}\n{outcome.trace}")
            outcomes[position] = outcome
            bar.update()
    return outcomes
