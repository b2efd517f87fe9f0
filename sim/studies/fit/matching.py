"""History matching: which draws from the priors do the four fitted patterns not rule out?

Four numbers are fitted to four: the cut-points of "at least somewhat" and "highly", and size and half-life of hope, to
the shares of respondents who gave these answers in 2013 and 2014. That is saturated: the four patterns prove nothing.
A rival explanation is fitted alike, with size and pace of its own in place of hope's (:data:`PRIORS`).

**Worlds.** The six sites are one world of many: how disposed their GPs are is luck that the surveys say something of.
So vector i is sought for the world of seed i, and replicate i of an ensemble runs vector i in that world.

**Draws.** A draw takes the numbers, and which two sites stagger their terms, from :data:`PRIORS` with luck of its own,
and runs its world once, to the second wave. Cut-points do not act on lives, so the run is tried with :data:`PAIRS`
pairs of them. A world gets draws until one is not ruled out; a world whose draws are all ruled out is left out.

**Simulated share.** What the panel of that world would have given on average over who answers and with what error (see
:func:`sim.studies.fit.panels.chances`).

**Rule.** A draw is ruled out if for any of the four shares

    |observed - simulated| > 1.96 sqrt(p (1 - p) / n)

with the reported share p of n respondents. No allowance is made for what the model gets wrong. What is kept is a set,
not a sample from a posterior; seeds beyond the vectors' own go with vectors of other worlds, and scatter more.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from tqdm import tqdm

from sim.ensembles.pool import Failure, Job, run_jobs
from sim.run.config import compose
from sim.run.fitted_values import NONE
from sim.studies.fit.panels import Panel, PanelJob, answering
from sim.studies.scorecard import Pattern, patterns
from sim.studies.scorecard.measures import WAVES
from sim.studies.scorecard.patterns import Number

Floats = NDArray[np.float64]
Priors = Mapping[str, tuple[float, float]]

CUT_POINTS = {"survey.threshold_somewhat": (-1.0, 2.0), "survey.threshold_highly": (1.0, 4.0)}
HOPE = {"hope.beta": (0.0, 2.5), "hope.half_life_weeks": (20.0, 60.0)}
STRAIN = {"strain.beta": (0.0, 3.0), "strain.half_life_weeks": (4.0, 104.0)}
"""Up to the largest size and the slowest pace that are allowed: a leader's mean pull is then about 2."""
RUBBER_STAMPING = {"influence.beta": (0.0, 2.5), "influence.of_plan": (0.0, 1.0)}
"""What lost influence costs, and how fast settled plans lower the belief in it. How often a plan comes settled is no
third number: it rests on evidence of its own."""
PRIORS = {
    "vectors": HOPE | CUT_POINTS,
    "only_hope": HOPE | CUT_POINTS,
    "only_strain": STRAIN | CUT_POINTS,
    "only_rubber_stamping": RUBBER_STAMPING | CUT_POINTS,
    "only_the_rest": CUT_POINTS,
}
"""Priors by set of vectors: uniform, independent; cut-points out of order are ruled out."""
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


def draw(priors: Priors, seed: int, number: int, sites: Sequence[str]) -> Draw:
    """Return a draw; beside the priors it depends on the seed and its own number alone. Values have four decimals."""
    luck = np.random.default_rng([seed, number])
    values: dict[str, Any] = {
        key: round(luck.uniform(*prior), 4) for key, prior in priors.items() if key not in CUT_POINTS
    }
    values[STAGGERED] = ",".join(sorted(luck.choice(sites, HOW_MANY_STAGGERED, replace=False)))
    pairs = [[round(luck.uniform(*priors[key]), 4) for key in CUT_POINTS] for _ in range(PAIRS)]
    return Draw(values, np.array(pairs))


def shares(panels: Sequence[Panel], pairs: Floats, response_sd: float) -> Floats:
    """Return the simulated shares for pairs of cut-points, shape (pairs, targets)."""
    return np.array([[panels[t.wave].share(pair[t.cut], response_sd) for t in targets()] for pair in pairs])


def implausibility(simulated: Floats) -> Floats:
    """Return the largest ``|observed - simulated| / sd of the survey`` over targets, shape (pairs,)."""
    observed = np.array([t.observed for t in targets()])
    sd = np.sqrt([t.variance for t in targets()])
    return np.asarray(np.max(np.abs(simulated - observed) / sd, axis=-1))


def closest_of(panels: Sequence[Panel], response_sd: float) -> float:
    """Return the smallest implausibility that any cut-points give to the panels of a run.

    A cut-point bears on its own shares alone, and the further it lies from where they are met, the worse they are met.
    """

    def worst(value: float, cut: int) -> float:
        of_cut = [t for t in targets() if t.cut == cut]
        off = [abs(panels[t.wave].share(value, response_sd) - t.observed) / t.variance**0.5 for t in of_cut]
        return max(off)

    bounds = enumerate(CUT_POINTS.values())
    return max(float(minimize_scalar(worst, bounds=b, args=(cut,), method="bounded").fun) for cut, b in bounds)


@dataclass
class Fit:
    """What a fit has come to.

    Attributes:
        name: of the set of vectors.
        vectors: one a world, values by key; None for a world of which every draw was ruled out.
        simulated: shares that each vector kept gives in its world, shape (vectors kept, targets).
        closest: smallest implausibility that any cut-points give to the first draw of any world, in errors of the
            survey: of as many lives for every rival.
        tried: draws, and pairs of cut-points.
        not_ruled_out: draws with a pair that is not ruled out, and such pairs.
    """

    name: str
    vectors: list[dict[str, Any] | None]
    simulated: Floats
    closest: float
    tried: tuple[int, int]
    not_ruled_out: tuple[int, int]

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The vectors that there are."""
        return [vector for vector in self.vectors if vector]

    @property
    def left_out(self) -> list[int]:
        """Seeds of the worlds without a vector."""
        return [world for world, vector in enumerate(self.vectors) if vector is None]


def fit(
    draws: int, keep: int, seed: int, workers: int = 0, *, progress: bool = False, overrides: Sequence[str] = ()
) -> Fit:
    """Seek a vector for each world, round by round, and keep the first that is not ruled out.

    Args:
        draws: how many draws a world gets at most.
        keep: how many worlds, so how many vectors at most.
        seed: of the draws; worlds have the seeds 0 to ``keep`` - 1.
        workers: processes; 0 is one a core.
        progress: whether a bar is shown.
        overrides: of the configuration, such as the scenario of a rival or a smaller place.

    Raises:
        RuntimeError: a run failed.
    """
    base = compose("timeline.weeks=100", *overrides)
    name = base.scenario.vectors
    priors = PRIORS[name]
    base = base.with_values({"scenario.vectors": NONE})
    keep_panels = functools.partial(answering, gamma=base.survey.gamma)
    sites = sorted(base.place.sites)
    found: dict[int, tuple[dict[str, Any], Floats]] = {}
    tried = possible_draws = possible_pairs = 0
    closest = np.inf
    for number in range(draws):
        worlds = [world for world in range(keep) if world not in found]
        if not worlds:
            break
        drawn = [draw(priors, seed, number * keep + world, sites) for world in worlds]
        jobs = [
            PanelJob(base.with_values({"seed": w, **d.values}), keep_panels) for d, w in zip(drawn, worlds, strict=True)
        ]
        for world, d, panels in zip(worlds, drawn, _run(jobs, workers, progress), strict=True):
            simulated = shares(panels, d.pairs, base.survey.response_sd)
            possible = np.flatnonzero((implausibility(simulated) <= LIMIT) & (d.pairs[:, 0] < d.pairs[:, 1]))
            if number == 0:
                closest = min(closest, closest_of(panels, base.survey.response_sd))
            tried, possible_pairs = tried + 1, possible_pairs + possible.size
            if possible.size:
                possible_draws += 1
                pair = dict(zip(CUT_POINTS, d.pairs[possible[0]].tolist(), strict=True))
                found[world] = (d.values | pair, simulated[possible[0]])
    return Fit(
        name=name,
        vectors=[found[world][0] if world in found else None for world in range(keep)],
        simulated=np.array([found[world][1] for world in sorted(found)]).reshape(-1, len(targets())),
        closest=closest,
        tried=(tried, tried * PAIRS),
        not_ruled_out=(possible_draws, possible_pairs),
    )


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
