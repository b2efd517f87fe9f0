"""Answers over the range of gamma: the same survey, other truths about everyone.

How much more readily the engaged answer (``survey.gamma``) cannot be told from shares of answers. So at each gamma
the two cut-points are fitted anew to the survey of 2013, in each world: respondents then answer alike, and what differs
is everyone. Cut-points and gamma act on no life. Hope stays that of the vectors: 2014 is not fitted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pandas as pd
from scipy.optimize import brentq

from sim.ensembles.ensemble import Ensemble
from sim.ensembles.pool import Failure, run_jobs
from sim.run.config import Config, compose
from sim.studies.fit import targets
from sim.studies.fit.panels import Asked, Panel, PanelJob
from sim.studies.scorecard.measures import OF_RESPONDENTS, WAVES
from sim.studies.scorecard.patterns import patterns
from sim.studies.scorecard.rules import judge_pattern
from sim.studies.scorecard.worlds import lean
from sim.survey.instruments import PANEL
from sim.survey.items import AT_LEAST_SOMEWHAT

GAMMAS = (0.0, 0.3, 0.6, 1.0)
TINY = 1e-6
"""Stands for a gamma of zero, at which the bounds between which ``chances`` seeks a rate meet."""
WEEKS = 100
"""Enough for both waves."""
CUT_POINTS = ("threshold_somewhat", "threshold_highly")
SOUGHT = (-6.0, 6.0)
"""Latent units between which a cut-point is sought."""
ANSWERS = (AT_LEAST_SOMEWHAT, "highly")


def plan_gammas(overrides: Sequence[str], folder: Path, workers: int = 0) -> dict[float, Ensemble]:
    """Fit the cut-points at each gamma in each world, and plan the ensembles that answer with them.

    Args:
        overrides: of the configuration.
        folder: where they are kept, one folder a gamma.
        workers: processes; 0 is one a core.

    Raises:
        ConfigError: a key, value or folder that is not allowed.
        RuntimeError: a run failed.
    """
    ensembles = {}
    for gamma in GAMMAS:
        changed = [*overrides, f"timeline.weeks={WEEKS}", f"survey.gamma={gamma:g}"]
        ensembles[gamma] = lean(compose(*changed), folder / f"gamma_{gamma:g}")
    members = ensembles[GAMMAS[0]].members
    panels = _first_panels(members, workers)
    for gamma, ensemble in ensembles.items():
        for i, member in enumerate(ensemble.members):
            cuts = fitted_cut_points(panels[i][gamma], member.survey.response_sd)
            ensemble.members[i] = member.with_values({f"survey.{name}": value for name, value in cuts.items()})
        ensemble.check()
    return ensembles


def fitted_cut_points(panel: Panel, response_sd: float) -> dict[str, float]:
    """Return the cut-points, by name, at which a panel is expected to give the shares reported of 2013."""
    cuts = {}
    for target in targets():
        if target.wave == 0:
            off = partial(_above, panel, response_sd, target.observed)
            cuts[CUT_POINTS[target.cut]] = float(brentq(off, *SOUGHT))
    return cuts


def _above(panel: Panel, response_sd: float, share: float, cut: float) -> float:
    return panel.share(cut, response_sd) - share


def _first_panels(members: Sequence[Config], workers: int) -> dict[int, dict[float, Panel]]:
    found = {}
    jobs = [PanelJob(member, _at_each_gamma, waves=list(PANEL)[:1]) for member in members]
    with closing(run_jobs(jobs, workers=workers)) as finished:
        for position, panels in finished:
            if isinstance(panels, Failure):
                raise RuntimeError(f"run {position} failed: {panels.reason}\n{panels.trace}")
            found[position] = panels
    return found


def _at_each_gamma(asked: Sequence[Asked]) -> dict[float, Panel]:
    (first,) = asked
    return {gamma: first.panel(max(gamma, TINY)) for gamma in GAMMAS}


def truths(ensembles: Mapping[float, Ensemble]) -> pd.DataFrame:
    """Return what respondents and everyone answer at each gamma.

    Returns:
        one row a gamma, answer, wave and group (respondents, everyone): gamma, cut_point (median over runs), answer,
        wave, group, and low, median and high of the share in % (2.5, 50 and 97.5 % of runs).
    """
    rows = []
    for gamma, ensemble in ensembles.items():
        survey = ensemble.results(("survey",)).survey
        asked = survey[
            (survey["instrument"] == "panel") & (survey["group_by"] == "all") & (survey["item"] == "engagement")
        ]
        for cut, answer in zip(CUT_POINTS, ANSWERS, strict=True):
            at = pd.Series([getattr(member.survey, cut) for member in ensemble.members]).median()
            for year, wave in WAVES.items():
                given = asked[(asked["answer"] == answer) & (asked["wave"] == wave)]
                for group, column in (("respondents", "share"), ("everyone", "share_of_everyone")):
                    low, median, high = (100 * given[column]).quantile([0.025, 0.5, 0.975])
                    rows.append((gamma, at, answer, year, group, low, median, high))
    columns = ["gamma", "cut_point", "answer", "wave", "group", "low", "median", "high"]
    return pd.DataFrame(rows, columns=columns)


def verdicts(measures: Mapping[float, pd.DataFrame]) -> pd.DataFrame:
    """Return the verdict of every pattern about respondents at each gamma: pattern, statement, gamma, verdict, median.

    Args:
        measures: of each gamma, one row a run.
    """
    rows = []
    for pattern in patterns():
        if pattern.measure in OF_RESPONDENTS:
            for gamma, values in measures.items():
                found = judge_pattern(pattern, values[pattern.id].to_numpy(float))
                rows.append((pattern.id, pattern.statement, gamma, found.verdict, found.median))
    return pd.DataFrame(rows, columns=["pattern", "statement", "gamma", "verdict", "median"])
