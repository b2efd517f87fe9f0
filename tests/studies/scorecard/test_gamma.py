"""Answers over the range of gamma: cut-points fitted anew give the same answers and other truths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.ensembles.ensemble import compute
from sim.studies.fit.panels import Panel, chances
from sim.studies.scorecard import gamma as gamma_module
from sim.studies.scorecard.gamma import GAMMAS, TINY, fitted_cut_points, plan_gammas, truths, verdicts
from sim.studies.scorecard.measures import OF_RESPONDENTS
from sim.studies.scorecard.patterns import patterns
from sim.studies.scorecard.worlds import measures_of
from tests.worlds import only

SD = 0.5
RESPONDENTS = np.array([150, 0, 50, 0])
SMALL = ("place.name=small", *only("{E: {population: 60000, practices: 6}}"),
         "timeline.warm_up_weeks=2", "ensemble.replicates=1")  # fmt: skip


def panel(gamma: float, seed: int = 1) -> Panel:
    x = np.random.default_rng(seed).normal(1, 1, 1200)
    role = np.where(np.arange(x.size) < 900, 0, 2)
    return Panel(x, chances(x, role, RESPONDENTS, gamma))


@pytest.mark.parametrize("gamma", [TINY, *GAMMAS[1:]])
def test_respondents_answer_as_reported(gamma: float) -> None:
    asked = panel(gamma)
    cuts = fitted_cut_points(asked, SD)
    assert asked.share(cuts["threshold_somewhat"], SD) == pytest.approx(0.73)
    assert asked.share(cuts["threshold_highly"], SD) == pytest.approx(0.19)


def test_the_same_answers_hide_other_truths() -> None:
    everyone = []
    for gamma in (TINY, *GAMMAS[1:]):
        asked = panel(gamma)
        all_alike = Panel(asked.engagement, np.ones_like(asked.engagement))
        everyone.append(all_alike.share(fitted_cut_points(asked, SD)["threshold_somewhat"], SD))
    assert everyone[0] == pytest.approx(0.73, abs=0.03)
    assert (np.diff(everyone) < -0.05).all()


def test_a_gamma_of_almost_zero_is_a_quota() -> None:
    chance = panel(TINY).chance
    assert chance[:900] == pytest.approx(150 / 900, rel=1e-4)
    assert chance[900:] == pytest.approx(50 / 300, rel=1e-4)


def test_runs_differ_in_their_answers_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gamma_module, "GAMMAS", (0.0, 1.0))
    gammas = plan_gammas(SMALL, tmp_path, workers=1)
    compute(list(gammas.values()), workers=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gamma_0", "gamma_1"]
    lives = [e.results(("series",)).series.drop(columns=["p_engaged", "p_highly"]) for e in gammas.values()]
    assert lives[0].equals(lives[1])
    found = truths(gammas)
    assert len(found) == 2 * 2 * 2 * 2
    everyone = found[
        (found["group"] == "everyone") & (found["answer"] == "at_least_somewhat") & (found["wave"] == 2013)
    ]
    assert everyone["median"].iloc[0] - everyone["median"].iloc[1] > 10
    assert (found["low"] <= found["median"]).all()
    judged = verdicts(measures_of(gammas))
    assert set(judged["pattern"]) == {p.id for p in patterns() if p.measure in OF_RESPONDENTS}
    assert set(judged["verdict"]) == {"untested"}  # one run
    assert not any(e.missing() for e in plan_gammas(SMALL, tmp_path, workers=1).values())
