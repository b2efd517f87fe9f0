"""Who answers: quotas, readiness to answer, one answer a practice, a random sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.state.world import World
from sim.survey import SurveySettings, conduct, to_frame
from sim.survey.instruments import Sample, panel, practice_360, random_sample

MakeWorld = Callable[..., World]
WAVE = "2013-02-15"


def eligible(world: World) -> np.ndarray:
    return np.flatnonzero(world.people.present & (world.people.practice_role >= 0))


def draw_panel(world: World, gamma: float = 0.6, label: str = WAVE, quotas: bool = True) -> Sample:
    return panel(world.luck, world.week, world.people, eligible(world), gamma, label, quotas)


def draw_360(world: World, share: float) -> np.ndarray:
    rows = eligible(world)
    sample = practice_360(world.luck, world.week, world.people, rows, world.practices, world.seats, share)
    return rows[sample.asked]


def counts(frame: pd.DataFrame, instrument: str, item: str, group_by: str) -> dict[str, int]:
    chosen = frame[(frame.instrument == instrument) & (frame.item == item) & (frame.group_by == group_by)]
    return dict(zip(chosen.group, chosen.n, strict=True))


@pytest.mark.parametrize(
    ("label", "quotas", "engagement"),
    [
        ("2013-02-15", (149, 16, 47, 20), 208),
        ("2014-01-31", (198, 34, 28, 19), 265),
        ("2014-06-15", (198, 34, 28, 19), 265),
        ("2012-09-01", (149, 16, 47, 20), 208),
        ("2016-02-15", (198, 34, 28, 19), 265),
    ],
)
def test_quotas_are_met(large: World, label: str, quotas: tuple[int, ...], engagement: int) -> None:
    frame = to_frame([conduct(large, SurveySettings(), label, quotas=True)])
    roles = ("principal", "salaried", "practice_manager", "other")
    assert counts(frame, "panel", "informed", "practice_role") == dict(zip(roles, quotas, strict=True))
    assert counts(frame, "panel", "informed", "all") == {"all": sum(quotas)}
    assert counts(frame, "panel", "engagement", "all") == {"all": engagement}


def test_a_quota_larger_than_the_role_takes_everybody(make_world: MakeWorld) -> None:
    world = make_world([0] * 200 + [1] * 5 + [3] * 4)
    asked = draw_panel(world).asked
    assert np.bincount(world.people.practice_role[asked]).tolist() == [149, 5, 0, 4]


def test_elsewhere_the_same_rates_apply(make_world: MakeWorld) -> None:
    # Twice the principals of the six sites, half the salaried, three times the others.
    world = make_world(np.repeat([0, 1, 3], [1526, 153, 72]))
    sample = draw_panel(world, quotas=False)
    assert np.bincount(world.people.practice_role[sample.asked]).tolist() == [298, 8, 0, 60]
    assert sample.engagement.size == round(366 * 208 / 232) == 328


def test_leavers_and_people_without_practice_role_are_not_asked(large: World) -> None:
    large.people.present[:250] = False
    frame = to_frame([conduct(large, SurveySettings(random_response_rate=1.0), WAVE, quotas=True)])
    assert counts(frame, "random_sample", "informed", "practice_role") == {
        "principal": 50,
        "salaried": 60,
        "practice_manager": 80,
    }
    assert counts(frame, "panel", "informed", "practice_role")["principal"] == 50
    assert not {"manager", "executive"} & set(frame.group)


def test_without_gamma_engagement_does_not_matter(large: World) -> None:
    before = draw_panel(large, gamma=0.0)
    large.people.engagement[:] = large.people.engagement[::-1].copy()
    after = draw_panel(large, gamma=0.0)
    assert np.array_equal(before.asked, after.asked)
    assert np.array_equal(before.engagement, after.engagement)
    assert not np.array_equal(before.asked, draw_panel(large, gamma=1.0).asked)


def test_an_overwhelming_gamma_takes_the_most_engaged(large: World) -> None:
    asked = draw_panel(large, gamma=1e6).asked
    principals = large.people.engagement[:300]
    assert asked[asked < 300].tolist() == np.sort(np.argsort(-principals)[:149]).tolist()


def test_readiness_is_exp_gamma_x(make_world: MakeWorld) -> None:
    # One of three principals answers (3 x 149/763 rounds to 1): P(third) = e^.6 / (2 + e^.6).
    world = make_world([0, 0, 0], engagement=[0.0, 0.0, 1.0])
    expected, draws, hits = np.exp(0.6) / (2 + np.exp(0.6)), 4000, 0
    for world.week in range(draws):
        (who,) = draw_panel(world, gamma=0.6, quotas=False).asked
        hits += who == 2
    assert hits / draws == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / draws))


def test_who_skips_the_item_on_engagement_is_not_the_less_engaged(large: World) -> None:
    skipping = []
    for large.week in range(200):
        sample = draw_panel(large)
        x = large.people.engagement
        skipped = np.setdiff1d(sample.asked, sample.engagement)
        assert skipped.size == 24
        skipping.append(x[skipped].mean() - x[sample.engagement].mean())
    assert abs(np.mean(skipping)) < 4 * np.std(skipping) / np.sqrt(len(skipping))


def test_one_answer_a_practice(large: World) -> None:
    asked = draw_360(large, 0.8)
    assert sorted(large.people.practice[asked]) == list(range(50))
    assert (large.people.practice_role[asked] <= 2).all()


def test_the_representative_answers_or_somebody_else(make_world: MakeWorld) -> None:
    # After a leaver: practice 0 GP and manager, who represents; 1 single-handed; 2 vacant; 3 nobody left.
    world = make_world(
        [0, 0, 2, 0, 0, 0], practice=[0, 0, 0, 1, 2, 3], representatives=[2, 3, -1, 5], present=[0, 1, 1, 1, 1, 0]
    )
    assert draw_360(world, 1.0).tolist() == [2, 3, 4]
    assert draw_360(world, 0.0).tolist() == [1, 3, 4]


def test_the_share_of_representatives_is_as_set(make_world: MakeWorld) -> None:
    world = make_world(
        np.tile([0, 1, 2], 2000), practice=np.repeat(np.arange(2000), 3), representatives=np.arange(0, 6000, 3)
    )
    share = (draw_360(world, 0.8) % 3 == 0).mean()
    assert share == pytest.approx(0.8, abs=4 * np.sqrt(0.8 * 0.2 / 2000))


def test_colleagues_who_stand_in_are_drawn_evenly(make_world: MakeWorld) -> None:
    world = make_world(
        np.tile([0, 1, 2], 2000),
        practice=np.repeat(np.arange(2000), 3),
        representatives=np.arange(0, 6000, 3),
        engagement=np.tile([0.0, 5.0, 0.0], 2000),
    )
    share = (draw_360(world, 0.0) % 3 == 1).mean()
    assert share == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 2000))


def test_the_random_sample_ignores_engagement(make_world: MakeWorld) -> None:
    world = make_world(np.tile([0, 1, 2, 3], 2500), engagement=np.linspace(-3, 3, 10_000))
    asked = random_sample(world.luck, 0, world.people, eligible(world), 0.46).asked
    assert asked.size / 7500 == pytest.approx(0.46, abs=4 * np.sqrt(0.46 * 0.54 / 7500))
    assert not (world.people.practice_role[asked] == 3).any()
    world.people.engagement[:] = 0.0
    assert np.array_equal(asked, random_sample(world.luck, 0, world.people, eligible(world), 0.46).asked)


def test_random_response_and_gamma_come_from_the_settings(large: World) -> None:
    settings = replace(SurveySettings(), random_response_rate=0.0, gamma=1.0, representative_answers=0.0)
    frame = to_frame([conduct(large, settings, WAVE, quotas=True)])
    assert set(frame.instrument) == {"panel", "practice_360"}
    weak = to_frame([conduct(large, replace(settings, gamma=0.0), WAVE, quotas=True)])
    shares = [
        f[(f.answer == "at_least_somewhat") & (f.group_by == "all") & (f.instrument == "panel")].share.item()
        for f in (frame, weak)
    ]
    assert shares[0] > shares[1] + 0.05
