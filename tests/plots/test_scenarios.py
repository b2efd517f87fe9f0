import numpy as np
import pytest

from sim.plots.measures import GROUPS
from sim.plots.scenarios import SHOWN, scenarios
from sim.plots.style import scenario_looks
from tests.plots.tools import by_hand, find, made_up

LEFT, RIGHT = range(len(SHOWN)), range(len(SHOWN), 2 * len(SHOWN))


@pytest.fixture(scope="module")
def runs(several, shifted):
    return {"baseline": several, "running_costs_cut_20": shifted}


@pytest.mark.parametrize("row", LEFT)
def test_left_panels_show_each_scenario(runs, row):
    figure = scenarios(runs)
    for name, results in runs.items():
        (line,) = find(figure, f"line {name}", panel=row)
        means = by_hand(results, "p_engaged", GROUPS[SHOWN[row]])
        np.testing.assert_allclose(line.get_ydata(), np.median(means, axis=1), rtol=1e-12)
        if name != "baseline":
            (low,) = find(figure, f"low {name}", panel=row)
            np.testing.assert_allclose(low.get_ydata(), np.quantile(means, 0.025, axis=1), rtol=1e-12)


@pytest.mark.parametrize("row", LEFT)
def test_right_panels_show_paired_differences(runs, row):
    figure = scenarios(runs)
    (line,) = find(figure, "line running_costs_cut_20", panel=RIGHT[row])
    drawn = line.get_ydata()
    np.testing.assert_allclose(drawn[:104], 0, atol=1e-12)  # same luck: nothing differs before the cut
    np.testing.assert_allclose(drawn[104:], -0.1, atol=1e-12)


def test_interval_is_students_over_runs():
    first, other = made_up([1, 2, 3], weeks=10), made_up([1, 2, 3], weeks=10)
    other.series = other.series.assign(p_engaged=other.series["p_engaged"] + 0.01 * other.series["run"])
    figure = scenarios({"baseline": first, "mine": other})
    (band,) = find(figure, "band mine", panel=RIGHT[0])
    half = 4.302652730 * 0.01 / np.sqrt(3)
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((0.01 - half, 0.01 + half))


def test_difference_of_nothing_is_a_flat_line_on_a_wide_scale(several):
    figure = scenarios({"baseline": several, "again": several})
    (line,) = find(figure, "line again", panel=RIGHT[0])
    assert not line.get_ydata().any()
    low, high = figure.axes[RIGHT[0]].get_ylim()
    assert low <= -0.005
    assert high >= 0.005


def test_single_runs_are_compared_without_intervals(single):
    figure = scenarios({"baseline": single, "mine": single})
    assert not [a for ax in figure.axes for a in ax.collections if str(a.get_label()).startswith("band")]
    assert find(figure, "line mine")


def test_highly_engaged_can_be_shown_instead(runs):
    figure = scenarios(runs, "p_highly")
    (line,) = find(figure, "line baseline", panel=0)
    expected = np.median(by_hand(runs["baseline"], "p_highly", GROUPS[SHOWN[0]]), axis=1)
    np.testing.assert_allclose(line.get_ydata(), expected, rtol=1e-12)
    assert "highly engaged" in figure.texts[0].get_text()


@pytest.mark.parametrize("given", [11, 12, 13, 40])
def test_the_first_twelve_are_drawn_and_it_is_said(single, given):
    figure = scenarios({f"own_{k}": single for k in range(given)})
    drawn = {line.get_label() for ax in figure.axes for line in ax.lines if line.get_label().startswith("line own")}
    assert drawn == {f"line own_{k}" for k in range(min(given, 12))}
    said = [text.get_text() for text in figure.texts if "Note: the figure shows the first 12 of" in text.get_text()]
    assert len(said) == (given > 12)
    assert all(f"of {given} scenarios." in text for text in said)


def test_bad_input(several):
    with pytest.raises(ValueError, match="1 scenario given"):
        scenarios({"baseline": several})
    with pytest.raises(ValueError, match=r"measure='p_happy' is unknown; allowed is p_engaged, p_highly"):
        scenarios({"a": several, "b": several}, "p_happy")
    with pytest.raises(ValueError, match="no seed in common"):
        scenarios({"a": several, "b": made_up([9], weeks=156)})


def test_scenarios_can_be_told_apart_and_keep_their_look():
    shipped = ["baseline", "delegation_level_1", "delegation_level_2", "delegation_level_3", "running_costs_cut_10",
               "running_costs_cut_20", "succession_cliff", "succession_staggered", "no_devolution"]  # fmt: skip
    own = [f"own_{k}" for k in range(12)]
    looks = scenario_looks([*shipped, *own])
    assert len(set(looks.values())) == len(looks)
    assert scenario_looks(["no_devolution"])["no_devolution"] == looks["no_devolution"]
    with pytest.raises(ValueError, match="13 scenarios of one's own"):
        scenario_looks([*own, "one_more"])


def test_alt_text_names_the_largest_difference(runs, single):
    text = "running_costs_cut_20, GP leaders, -10.0 points (95% interval -10.0 to -10.0)."
    assert scenarios(runs).get_label().endswith(text)
    assert scenarios({"baseline": single, "mine": single}).get_label().endswith("+0.0 points.")
