import numpy as np
import pandas as pd
import pytest

from sim.plots.measures import (
    GROUPS,
    group_mean,
    group_size,
    mean_interval,
    observed_shares,
    over_runs,
    paired,
    survey_shares,
    wilson,
)
from sim.run.vocabulary import ROLES as RECORDED
from tests.plots.tools import by_hand, made_up


def test_wilson_interval_of_half_of_a_hundred_by_hand():
    z = 1.959963985
    half = z * np.sqrt(0.25 / 100 + z**2 / 40_000) / (1 + z**2 / 100)
    low, high = wilson(np.array([0.5]), np.array([100]))
    assert (low[0], high[0]) == pytest.approx((0.5 - half, 0.5 + half))
    assert (low[0], high[0]) == pytest.approx((0.40383, 0.59617), abs=1e-5)  # printed in textbooks


def test_wilson_interval_stays_within_zero_and_one():
    low, high = wilson(np.array([0.0, 1.0]), np.array([10, 10]))
    assert low[0] == pytest.approx(0)
    assert high[0] == pytest.approx(0.27753, abs=1e-5)
    assert (low[1], high[1]) == pytest.approx((1 - 0.27753, 1), abs=1e-5)


def test_observed_points_are_those_reported():
    engaged, highly = observed_shares("p_engaged"), observed_shares("p_highly")
    assert list(engaged["share"]) == [0.73, 0.71]
    assert list(highly["share"]) == [0.19, 0.12]
    assert list(engaged["n"]) == [208, 265]
    assert [str(d.date()) for d in engaged.index] == ["2013-02-15", "2014-01-31"]
    assert (highly["low"] < highly["share"]).all()
    assert (highly["share"] < highly["high"]).all()


def test_group_mean_weighs_ccgs_by_people():
    series = pd.DataFrame(
        {
            "week": 0, "date": pd.Timestamp("2012-04-02"), "role": ["chair", "governing_body", "none"],
            "n": [1, 3, 100], "p_engaged": [0.2, 0.6, 0.0],
        }
    )  # fmt: skip
    assert group_mean(series, "p_engaged", "leaders").to_numpy() == pytest.approx(np.array([[0.5]]))
    assert group_size(series, "leaders") == 4


@pytest.mark.parametrize("group", GROUPS)
def test_group_mean_equals_plain_loops(several, group):
    mean = group_mean(several.series, "p_highly", group)
    np.testing.assert_allclose(mean.to_numpy(), by_hand(several, "p_highly", GROUPS[group]), rtol=1e-12)
    assert list(mean.columns) == [0, 1, 2]


def test_groups_name_recorded_roles_and_members_are_the_other_groups_together():
    assert set(GROUPS["members"]) < set(RECORDED)
    others = [role for group, roles in GROUPS.items() if group != "members" for role in roles]
    assert sorted(others) == sorted(GROUPS["members"])


def test_over_runs_is_the_central_interval():
    values = pd.DataFrame([np.arange(41.0), np.zeros(41)])
    np.testing.assert_allclose(over_runs(values), [[1, 20, 39], [0, 0, 0]], rtol=1e-12)
    assert over_runs(values.iloc[:0]).empty


def test_mean_interval_is_students_over_runs():
    summary = mean_interval(pd.DataFrame([[1.0, 2.0, 3.0]]))
    half = 4.302652730 / np.sqrt(3)  # t(.975, 2) times sd 1 over root 3
    assert summary.to_numpy()[0] == pytest.approx([2 - half, 2, 2 + half])
    assert mean_interval(pd.DataFrame([[1.0]])).isna().to_numpy().tolist() == [[True, False, True]]


def test_pairs_are_found_by_seed_not_by_place(several):
    turned = made_up([5, 3], shift=0.1)
    difference = paired(several, turned, "p_engaged", "no_role")
    assert list(difference.columns) == [3, 5]
    expected = np.where(np.arange(len(difference)) >= 104, -0.1, 0.0)
    np.testing.assert_allclose(difference.to_numpy(), np.stack([expected, expected], axis=1), atol=1e-12)


def test_pairs_need_a_common_seed(several):
    with pytest.raises(ValueError, match=r"no seed in common \(3 \.\.\. and 8"):
        paired(several, made_up([8], weeks=10), "p_engaged", "leaders")


def test_survey_shares_are_those_of_all_respondents_of_the_panel(several):
    shares = survey_shares(several.survey, "p_highly")
    rows = several.survey.query("instrument == 'panel' and group_by == 'all' and answer == 'highly' and run == 1")
    assert shares[1].to_list() == rows["share"].to_list()
    assert [str(d.date()) for d in shares.index] == rows["wave"].to_list()
