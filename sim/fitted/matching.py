"""History matching: which draws from the priors do the four fitted patterns not rule out?

Four numbers are fitted to four: the cut-points of "at least somewhat" and "highly", and size and half-life of hope, to
the shares of respondents who gave these answers in 2013 and 2014. That is saturated: the four patterns prove nothing.

**Draws.** A draw takes the numbers, and which two sites stagger their terms, from :data:`PRIORS` with luck of its own,
and runs the model :data:`RUNS` times, to the second wave, with seeds of its own. Cut-points do not act on lives, so the
runs of a draw are tried with :data:`PAIRS` pairs of them.

**Simulated share.** What the panel would have given on average over who answers and with what error (see
:func:`sim.fitted.panels.chances`), mean over the runs of the draw.

**Rule.** A draw is ruled out if for any of the four shares

    |observed - simulated| > 1.96 sqrt(V_survey + V_seed (1 + 1 / RUNS))

where V_survey is the sampling variance ``p (1 - p) / n`` of the reported share and V_seed the variance of the simulated
share between runs of a draw, at the cut-points that give the shares of 2013 over all runs. V_seed counts once for the
six sites, which are one world of many, and once for the mean over a few runs. No allowance is made for what the model
gets wrong. The first draws not ruled out are kept, each with the first of its pairs that is not. What is kept is a set,
not a sample from a posterior.
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
from scipy.optimize import brentq
from tqdm.auto import tqdm

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
PAIRS = 20
RUNS = 4
LIMIT = 1.96
FIRST_SEED = 1_000_000
"""Seeds of the fit begin here, away from those of ensembles."""


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


def implausibility(simulated: Floats, variance: Floats) -> Floats:
    """Return the largest ``|observed - simulated| / sqrt(variance)`` over targets, shape (pairs,)."""
    observed = np.array([t.observed for t in targets()])
    return np.asarray(np.max(np.abs(simulated - observed) / np.sqrt(variance), axis=-1))


def seed_variance(runs: Sequence[Sequence[Sequence[Panel]]], response_sd: float) -> Floats:
    """Return the variance of each simulated share between the runs of a draw, pooled over draws, shape (targets,).

    Args:
        runs: the two panels of each run of each draw.
        response_sd: sd of the error of an answer.
    """
    first = [panels[0] for of_draw in runs for panels in of_draw]
    cuts = {
        t.cut: brentq(lambda cut, t=t: np.mean([p.share(cut, response_sd) for p in first]) - t.observed, -20, 20)
        for t in targets()
        if t.wave == 0
    }
    pair = np.array([[cuts[0], cuts[1]]])
    simulated = np.array([[shares(panels, pair, response_sd)[0] for panels in of_draw] for of_draw in runs])
    return np.asarray(simulated.var(axis=1, ddof=1).mean(axis=0))


@dataclass
class Fit:
    """What a fit has come to.

    Attributes:
        vectors: what is kept, values by key.
        simulated: shares of each vector, mean over the runs of its draw, shape (vectors, targets).
        tried: draws, and pairs of cut-points.
        not_ruled_out: draws with a pair that is not ruled out, and such pairs.
        seed_variance: of each share between runs of a draw, shape (targets,).
    """

    vectors: list[dict[str, Any]]
    simulated: Floats
    tried: tuple[int, int]
    not_ruled_out: tuple[int, int]
    seed_variance: Floats


def fit(
    draws: int, keep: int, seed: int, workers: int = 0, *, progress: bool = False, overrides: Sequence[str] = ()
) -> Fit:
    """Draw, run, and keep what is not ruled out.

    Args:
        draws: how many draws from the priors.
        keep: how many vectors at most.
        seed: of draws and runs.
        workers: processes; 0 is one a core.
        progress: whether a bar is shown.
        overrides: of the configuration, such as a smaller place.

    Raises:
        RuntimeError: a run failed.
    """
    base = compose("timeline.weeks=100", *overrides)
    tried = [draw(seed, i, [s.name for s in base.place.sites]) for i in range(draws)]
    first = FIRST_SEED * (seed + 1)
    jobs = [
        PanelJob(_with(base, tried[i].values, first + i * RUNS + k), list) for i in range(draws) for k in range(RUNS)
    ]
    panels = _run(jobs, workers, progress)
    runs = [panels[i * RUNS : (i + 1) * RUNS] for i in range(draws)]
    return choose(tried, runs, base.survey.response_sd, keep)


def choose(tried: Sequence[Draw], runs: Sequence[Sequence[Sequence[Panel]]], response_sd: float, keep: int) -> Fit:
    """Keep the first draws that are not ruled out, each with the first of its pairs that is not.

    Args:
        tried: the draws.
        runs: the two panels of each run of each draw.
        response_sd: sd of the error of an answer.
        keep: how many vectors at most.
    """
    between = seed_variance(runs, response_sd)
    variance = np.array([t.variance for t in targets()]) + between * (1 + 1 / RUNS)
    simulated = [
        np.mean([shares(panels, d.pairs, response_sd) for panels in of_draw], axis=0)
        for d, of_draw in zip(tried, runs, strict=True)
    ]
    possible = [
        (implausibility(of_pairs, variance) <= LIMIT) & (d.pairs[:, 0] < d.pairs[:, 1])
        for d, of_pairs in zip(tried, simulated, strict=True)
    ]
    chosen = [(i, int(np.argmax(of_pairs))) for i, of_pairs in enumerate(possible) if of_pairs.any()]
    vectors = [tried[i].values | dict(zip(CUT_POINTS, tried[i].pairs[k].tolist(), strict=True)) for i, k in chosen]
    return Fit(
        vectors=vectors[:keep],
        simulated=np.array([simulated[i][k] for i, k in chosen[:keep]]).reshape(-1, len(targets())),
        tried=(len(tried), sum(p.size for p in possible)),
        not_ruled_out=(len(chosen), int(sum(p.sum() for p in possible))),
        seed_variance=between,
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
