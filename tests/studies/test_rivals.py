"""What tells two worlds apart: the cut, the surveys, and luck."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim.run.config import compose
from sim.studies.fit.matching import PRIORS
from sim.studies.rivals import (
    FIRST,
    GAP,
    LATER,
    SECOND,
    WORLDS,
    Question,
    Seen,
    by_luck,
    observations,
    separations,
    told_apart,
)

JUNE, LAST = LATER[0], LATER[-1]


def rows(run: int, wave: str, share: float, n: int = 50, **other: Any) -> dict[str, Any]:
    return {
        "run": run, "wave": wave, "instrument": "panel", "item": "engagement", "group_by": "leader", "group": "yes",
        "answer": "highly", "n": n, "share": share, "share_of_everyone": 0.0,
    } | other  # fmt: skip


def asked(wave: str, since: str = "", **other: str) -> Question:
    return Question(wave, since, "panel", "leaders", "highly engaged")._replace(**other)


# The probability


def test_worlds_that_do_not_overlap_are_always_told_apart() -> None:
    a, b = np.arange(20.0), np.arange(20.0) + 100
    assert told_apart(a, b) == told_apart(b, a) == 1


def test_worlds_that_are_alike_are_told_apart_by_the_toss_of_a_coin() -> None:
    """A cut chosen on the runs that it is judged on would gain some ten points by luck."""
    luck = np.random.default_rng(1)
    found = [told_apart(luck.normal(size=40), luck.normal(size=40)) for _ in range(400)]
    assert np.mean(found) == pytest.approx(0.5, abs=4 * np.std(found) / 20)
    assert 0.01 < np.std(found) < 0.1


@pytest.mark.parametrize("shift", [0.5, 1.0, 2.0])
def test_normal_worlds_are_told_apart_as_their_distance_says(shift: float) -> None:
    luck = np.random.default_rng(2)
    found = [told_apart(luck.normal(size=200), luck.normal(shift, size=200)) for _ in range(20)]
    assert np.mean(found) == pytest.approx(norm.cdf(shift / 2), abs=0.02)


def test_few_distinct_values_are_cut_between() -> None:
    a, b = np.repeat([0.0, 10.0], 20), np.repeat([10.0, 20.0], 20)
    assert told_apart(a, b) == pytest.approx(0.75)
    assert told_apart(np.zeros(10), np.zeros(10)) == 0.5


def test_runs_without_an_answer_do_not_count() -> None:
    a, b = np.array([1, 2, np.nan, 3, 4.0]), np.array([7.0, 8, 9, 10])
    assert told_apart(a, b) == 1
    assert np.isnan(told_apart(np.array([1, np.nan]), b))


# Surveys


def test_observations_are_percent_by_run_and_changes_are_points() -> None:
    survey = pd.DataFrame([
        *(rows(run, FIRST, 0.2 + 0.1 * run, n=40) for run in range(3)),
        *(rows(run, SECOND, 0.1, n=60) for run in range(3)),
        *(rows(run, JUNE, 0.1 * run, n=70 + run) for run in range(3)),
    ])  # fmt: skip
    found = observations(survey)
    assert set(found) == {asked(FIRST), asked(SECOND), asked(JUNE), asked(SECOND, FIRST), asked(JUNE, SECOND)}
    assert found[asked(FIRST)].values == pytest.approx([20, 30, 40])
    assert found[asked(SECOND, FIRST)].values == pytest.approx([-10, -20, -30])
    assert found[asked(JUNE, SECOND)].values == pytest.approx([-10, 0, 10])
    assert (found[asked(FIRST)].n, found[asked(JUNE)].n, found[asked(JUNE, SECOND)].n) == (40, 71, 71)


def test_groups_answers_and_instruments_are_kept_apart_and_others_left_out() -> None:
    survey = pd.DataFrame([
        rows(0, JUNE, 0.1), rows(0, JUNE, 0.2, group_by="formal_role"), rows(0, JUNE, 0.3, instrument="random_sample"),
        rows(0, JUNE, 0.4, answer="at_least_somewhat"), rows(0, JUNE, 0.5, item="time", answer="agree"),
        rows(0, JUNE, 0.6, group="no"), rows(0, JUNE, 0.7, answer="not very"), rows(0, JUNE, 0.8, group_by="site"),
    ])  # fmt: skip
    found = {question: float(seen.values[0]) for question, seen in observations(survey).items()}
    assert found == pytest.approx({
        asked(JUNE): 10, asked(JUNE, group="with a role"): 20, asked(JUNE, instrument="random_sample"): 30,
        asked(JUNE, answer="at least somewhat engaged"): 40, asked(JUNE, answer="time for the role"): 50,
    })  # fmt: skip


def test_a_run_in_which_nobody_answered_has_no_value() -> None:
    survey = pd.DataFrame([rows(0, JUNE, 0.1), rows(2, JUNE, 0.3), rows(1, JUNE, 0.5, group_by="all", group="all")])
    seen = observations(survey)[asked(JUNE)]
    assert seen.values == pytest.approx([10, np.nan, 30], nan_ok=True)
    assert seen.interval == pytest.approx((10.5, 20, 29.5))


def test_the_gap_is_that_of_leaders_to_those_without_a_role() -> None:
    others = {"group_by": "formal_role", "group": "no", "n": 170}
    waves = ((SECOND, 0.5, 0.1), (JUNE, 0.3, 0.2))
    survey = [row for wave, high, low in waves for row in (rows(0, wave, high), rows(0, wave, low, **others))]
    found = observations(pd.DataFrame(survey))
    gaps = {(q.wave, q.since): (s.values[0], s.n) for q, s in found.items() if q.group == GAP}
    assert gaps == {
        (SECOND, ""): (pytest.approx(40), 50), (JUNE, ""): (pytest.approx(10), 50),
        (JUNE, SECOND): (pytest.approx(-30), 50),
    }  # fmt: skip


def test_a_change_needs_a_run_with_both_waves() -> None:
    survey = pd.DataFrame([rows(0, SECOND, 0.1), rows(1, JUNE, 0.3)])
    assert set(observations(survey)) == {asked(SECOND), asked(JUNE)}


# Two worlds


def world(**values: Any) -> dict[Question, Seen]:
    """Return a world with one question a name: what was asked and the runs' values."""
    return {question: Seen(np.asarray(runs, dtype=float), 50) for question, runs in values["asked"]}


def test_questions_are_ranked_by_how_well_they_tell_apart() -> None:
    low, high = np.arange(20), np.arange(20) + 100
    before = [(asked(SECOND, instrument="random_sample"), low)]  # was not asked then
    a = world(asked=[*before, (asked(JUNE), low), (asked(LAST), low), (asked(LAST, SECOND), low)])
    b = world(asked=[(q, high) for q, _ in before] + [(asked(JUNE), low + 5), (asked(LAST), high)])
    found = separations(a, b)
    assert [s.question for s in found] == [asked(LAST), asked(JUNE)]
    assert [s.parted for s in found] == [True, False]
    assert [s.parted for s in separations(b, a)] == [True, False]
    assert found[0].apart == 1 > found[1].apart > 0.5
    assert found[0].n == 50


def test_luck_tells_worlds_apart_by_the_toss_of_a_coin_however_far_apart_they_are() -> None:
    luck = np.random.default_rng(3)
    questions = [asked(JUNE, group=str(i)) for i in range(100)]
    a = world(asked=[(q, luck.normal(size=40)) for q in questions])
    b = world(asked=[(q, luck.normal(9, size=30)) for q in questions])
    assert separations(a, b)[-1].apart > 0.97
    found = [s.apart for s in by_luck(a, b)]
    assert len(found) == 100
    assert np.mean(found) == pytest.approx(0.5, abs=0.1)  # one deal for all questions
    assert max(found) < 0.8


# Scenarios


@pytest.mark.parametrize("scenario", WORLDS)
def test_each_world_is_a_scenario_with_one_explanation_at_work_and_vectors_of_its_own(scenario: str) -> None:
    config = compose(f"scenario={scenario}")
    assert config.scenario.name == config.scenario.vectors == scenario
    assert scenario in PRIORS
    at_work = {"hope": config.hope.beta > 0, "strain": config.strain.beta > 0,
               "rubber-stamping": config.preparation.rubber_stamping}  # fmt: skip
    assert [name for name, works in at_work.items() if works] == [w for w in [WORLDS[scenario]] if w in at_work]
