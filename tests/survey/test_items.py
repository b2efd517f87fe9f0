"""What people answer: the exact probabilities, and answers that follow them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.state.codes import Role
from sim.state.world import World
from sim.survey import SurveySettings, answer_probability
from sim.survey.items import Answers, answers

MakeWorld = Callable[..., World]


def ask(world: World, settings: SurveySettings | None = None) -> dict[str, Answers]:
    people = world.people
    rows = np.flatnonzero(people.present & (people.practice_role >= 0))
    formal = (people.role[rows] > Role.NONE) | people.on_governing_body[rows]
    settings = settings or SurveySettings()
    return {a.item: a for a in answers(world.luck, world.week, people, rows, formal, world.ccgs, settings)}


def assert_follows(codes: np.ndarray, probabilities: np.ndarray) -> None:
    """Frequencies of answers lie within four standard errors of their probabilities."""
    shares = np.bincount(codes, minlength=probabilities.size) / codes.size
    error = np.sqrt(probabilities * (1 - probabilities) / codes.size)
    assert (np.abs(shares - probabilities) <= 4 * error).all()


def test_probability_of_an_answer_on_paper() -> None:
    # Logistic with sd .5 has scale .5 sqrt(3)/pi = .275664; odds of 3 lie ln(3) scales above the cut-point.
    s = 0.2756644477
    x = np.array([0.13, 0.13 + s * np.log(3), 0.13 - s * np.log(3)])
    assert answer_probability(x, 0.13, 0.5) == pytest.approx([0.5, 0.75, 0.25], abs=1e-9)
    assert answer_probability(np.array([1.0]), 0.0, 1.0) == pytest.approx(1 / (1 + np.exp(-np.pi / np.sqrt(3))))


def test_engagement_answers_on_paper(make_world: MakeWorld) -> None:
    settings = SurveySettings(threshold_somewhat=0.0, threshold_highly=2.0, response_sd=float(np.pi / np.sqrt(3)))
    probability = ask(make_world([0], engagement=0.0), settings)["engagement"].probability
    e = np.e
    above = [1.0, e / (1 + e), 0.5, 1 / (1 + e), 1 / (1 + e * e), 0.0]
    assert probability[0] == pytest.approx(-np.diff(above))


@pytest.mark.parametrize("x", [-1.0, 0.4, 1.7])
def test_engagement_answers_follow_their_probabilities(make_world: MakeWorld, x: float) -> None:
    item = ask(make_world([0] * 20_000, engagement=x))["engagement"]
    assert_follows(item.code, item.probability[0])


def test_agreement_is_the_state_and_the_rest_is_halved(make_world: MakeWorld) -> None:
    items = ask(make_world([0] * 20_000, informed=0.3, influence=0.6))
    for name, agree in {"informed": 0.3, "can_influence": 0.6, "owned_by_members": 0.45}.items():
        expected = np.array([agree, (1 - agree) / 2, (1 - agree) / 2])
        assert items[name].probability[0] == pytest.approx(expected)
        assert_follows(items[name].code, expected)


def test_certain_states_give_certain_answers(make_world: MakeWorld) -> None:
    item = ask(make_world([0] * 1000, influence=np.repeat([0.0, 1.0], 500)))["can_influence"]
    assert (item.code[500:] == 0).all()
    assert (item.code[:500] > 0).all()
    assert set(item.code[:500]) == {1, 2}


def test_own_and_colleagues_views(make_world: MakeWorld) -> None:
    # Practice 0 has .2, .4, .9 (mean .5) and a leaver; practice 1 has .8; the nurse has no practice.
    world = make_world(
        [0, 0, 2, 0, 0, 3], practice=[0, 0, 0, 0, 2, -1], present=[1, 1, 1, 0, 1, 1],
        influence=[0.2, 0.4, 0.9, 0.0, 0.8, 0.1], representatives=[-1, -1, -1],
    )  # fmt: skip
    item = ask(world)["decisions_reflect_views"]
    assert item.probability[:, 0] == pytest.approx([0.5, 0.5, 0.5, 0.8, 0.1])


def test_items_for_holders_of_roles(make_world: MakeWorld) -> None:
    world = make_world(
        [0, 0, 3, 0], role=[0, 1, 0, 4], on_governing_body=[0, 0, 1, 1], sites=("A", "B"), ccg=[0, 0, 1, 1],
        support=[0.3, 0.6], time_met=[0.1, 0.2, 0.3, 0.4], skills=[0.5, 0.6, 0.7, 0.8],
    )  # fmt: skip
    items = ask(world)
    for name, agree in {"time": [0.2, 0.3, 0.4], "training": [0.6, 0.7, 0.8], "support": [0.3, 0.6, 0.6]}.items():
        assert items[name].who.tolist() == [False, True, True, True]
        assert items[name].probability[1:, 0] == pytest.approx(agree)
    assert items["informed"].who.all()


def test_items_are_answered_independently(make_world: MakeWorld) -> None:
    items = ask(make_world([0] * 10_000, influence=0.5, informed=0.5, role=1, time_met=0.5, skills=0.5))
    agree = np.array([item.code == 0 for name, item in items.items() if name != "engagement"])
    off_diagonal = np.corrcoef(agree)[~np.eye(len(agree), dtype=bool)]
    assert np.abs(off_diagonal).max() < 4 / np.sqrt(10_000)
