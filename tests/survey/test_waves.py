"""One wave as a table: groups, shares, everyone's share, and luck that belongs to people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.core.views import View
from sim.state.world import World
from sim.survey import ACCESS, ITEMS, SurveySettings, conduct, to_frame
from tests.worlds import columns

MakeWorld = Callable[..., World]
WAVE = "2014-01-31"
COLUMNS = ["wave", "instrument", "item", "group_by", "group", "answer", "n", "share", "share_of_everyone"]


def survey(world: World | View, quotas: bool = True) -> pd.DataFrame:
    return to_frame([conduct(world, SurveySettings(), WAVE, quotas)])


@pytest.fixture
def eight(make_world: MakeWorld) -> World:
    """Eight people of two sites whom a panel asks without exception, and a consultant whom it leaves out."""
    return make_world(
        [0, 0, 1, 2, 3, 0, 2, 3, -1],
        sites=("A", "B"),
        kind=[0, 0, 0, 1, 4, 0, 1, 3, 5],
        ccg=[0, 0, 0, 0, 0, 1, 1, 1, 1],
        role=[4, 1, 0, 0, 0, 2, 1, 0, 0],
        on_governing_body=[1, 0, 0, 0, 1, 0, 0, 1, 1],
        influence=[1, 1, 0, 0, 1, 1, 1, 0, 1],
        informed=[0.8, 0.4, 0.0, 0.2, 0.6, 1.0, 0.5, 0.1, 0.9],
        time_met=[0.9, 0.1, 1.0, 1.0, 0.2, 0.3, 0.4, 0.5, 1.0],
    )


def test_groups_on_paper(eight: World) -> None:
    frame = survey(eight)
    agree = frame[(frame.instrument == "panel") & (frame["item"] == "can_influence") & (frame.answer == "agree")]
    table = {(r.group_by, r.group): (r.n, r.share, r.share_of_everyone) for r in agree.itertuples()}
    expected = {
        ("all", "all"): (8, 5 / 8),
        ("formal_role", "no"): (2, 0.0),
        ("formal_role", "yes"): (6, 5 / 6),
        ("leader", "no"): (4, 2 / 4),
        ("leader", "yes"): (4, 3 / 4),
        ("ccg_role", "none"): (2, 0.0),
        ("ccg_role", "representative"): (2, 1.0),
        ("ccg_role", "locality_lead"): (1, 1.0),
        ("ccg_role", "chair"): (1, 1.0),
        ("ccg_role", "lay_member"): (1, 0.0),
        ("ccg_role", "nurse"): (1, 1.0),
        ("practice_role", "principal"): (3, 1.0),
        ("practice_role", "salaried"): (1, 0.0),
        ("practice_role", "practice_manager"): (2, 1 / 2),
        ("practice_role", "other"): (2, 1 / 2),
        ("site", "A"): (5, 3 / 5),
        ("site", "B"): (3, 2 / 3),
    }
    assert list(table) == list(expected)
    for key, (n, share) in expected.items():
        assert table[key] == pytest.approx((n, share, share)), key


def test_everyones_share_is_the_mean_probability(eight: World) -> None:
    frame = survey(eight)
    informed = frame[(frame["item"] == "informed") & (frame.instrument == "panel")]
    shares = {(r.group, r.answer): r.share_of_everyone for r in informed.itertuples()}
    assert shares["all", "agree"] == pytest.approx(3.6 / 8)
    assert shares["A", "agree"] == pytest.approx(2.0 / 5)
    assert shares["B", "neither"] == pytest.approx((3 - 1.6) / 3 / 2)


def test_everyone_is_asked_or_not_and_the_same_for_all_instruments(large: World) -> None:
    frame = survey(large)
    informed = large.people.informed[:480].mean()
    for site, rows in (("A", slice(0, 480, 2)), ("B", slice(1, 480, 2))):
        agree = frame[(frame["item"] == "informed") & (frame.group == site) & (frame.answer == "agree")]
        assert agree.share_of_everyone.tolist() == pytest.approx([large.people.informed[rows].mean()] * 3)
    pooled = frame[(frame["item"] == "informed") & (frame.group_by == "all") & (frame.answer == "agree")]
    assert pooled.share_of_everyone.tolist() == pytest.approx([informed] * 3)
    assert pooled.share.nunique() == 3


def test_role_items_ask_holders_of_roles_only(eight: World) -> None:
    frame = survey(eight)
    time = frame[(frame["item"] == "time") & (frame.instrument == "panel")]
    pooled = time[time.group_by == "all"]
    assert pooled.n.tolist() == [6, 6, 6]
    # .9, .1, .2, .3, .4 and .5 of those with a role; the two without would answer 1.
    assert pooled.share_of_everyone.tolist() == pytest.approx([0.4, 0.3, 0.3])
    assert "no" not in set(time[time.group_by == "formal_role"].group)


def test_shares_add_up(large: World) -> None:
    frame = survey(large)
    exclusive = frame[frame.answer != "at_least_somewhat"]
    by = ["instrument", "item", "group_by", "group"]
    sums = exclusive.groupby(by)[["share", "share_of_everyone"]].sum()
    assert np.allclose(sums, 1.0, rtol=0, atol=1e-12)
    assert set(exclusive.groupby(by).n.nunique()) == {1}
    numbers = frame.n * frame.share
    assert np.allclose(numbers, numbers.round(), rtol=0, atol=1e-9)
    wide = frame[frame["item"] == "engagement"].pivot_table(index=by, columns="answer", values="share")
    upper = wide[["somewhat", "moderately", "highly"]].sum(axis=1)
    assert np.allclose(wide["at_least_somewhat"], upper, rtol=0, atol=1e-12)


def test_the_frame_has_the_documented_columns_and_names(large: World) -> None:
    frame = survey(large)
    assert list(frame.columns) == COLUMNS == list(to_frame([]).columns)
    assert set(frame.instrument) == {"panel", "practice_360", "random_sample"}
    assert list(frame["item"].unique()) == list(ITEMS)
    assert list(frame[frame["item"] == "engagement"].answer[:6]) == [
        *("not at all", "not very", "somewhat", "moderately", "highly", "at_least_somewhat")
    ]
    assert set(frame[frame["item"] == "support"].answer) == {"agree", "neither", "disagree"}
    assert not frame.duplicated(COLUMNS[:6]).any()
    assert frame.notna().all(axis=None)
    assert (frame.n > 0).all()
    assert (frame.wave == WAVE).all()


def test_the_same_luck_gives_the_same_answers(large: World, make_world: MakeWorld) -> None:
    first, second = survey(large), survey(large)
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    large.week += 1
    assert not first.share.equals(survey(large).share)


def test_other_luck_gives_other_answers(make_world: MakeWorld) -> None:
    frames = [survey(make_world([0] * 300, informed=0.5, seed=seed)) for seed in (1, 2)]
    assert not frames[0].equals(frames[1])


def test_an_inert_observer_in_the_middle_changes_nothing(large: World, make_world: MakeWorld) -> None:
    before, at = survey(large), 137
    columns = {name: np.insert(large.people[name], at, 0) for name in large.people.columns if name in (
        "key", "kind", "ccg", "role", "on_governing_body", "practice", "engagement", "informed", "influence",
        "time_met", "skills",
    )}  # fmt: skip
    columns["key"][at], columns["kind"][at], columns["ccg"][at], columns["practice"][at] = 99, 6, -1, -1
    columns["engagement"][at] = 50.0
    representatives = large.seats.person + (large.seats.person >= at)
    role = np.insert(large.people.practice_role, at, -1)
    after = survey(make_world(role, representatives, ("A", "B"), large.ccgs.support, **columns))
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_a_survey_reads_what_it_declares_and_writes_nothing(large: World) -> None:
    before = columns(large)
    assert survey(View(large, ACCESS)).equals(survey(large))
    assert not ACCESS.writes
    assert not ACCESS.appends
    for column, values in columns(large).items():
        assert np.array_equal(before.pop(column), values), column
    assert not before


@pytest.mark.parametrize("column", sorted(ACCESS.reads))
def test_every_declared_column_is_read(large: World, column: str) -> None:
    less = replace(ACCESS, reads=ACCESS.reads - {column})
    with pytest.raises(AttributeError, match=f"column {column} is not declared by survey"):
        survey(View(large, less))


def test_a_world_without_anybody_has_an_empty_survey(make_world: MakeWorld) -> None:
    assert survey(make_world([])).empty
    assert survey(make_world([0, 0], present=False)).empty
    assert survey(make_world([3], practice=-1), quotas=False).n.max() == 1
