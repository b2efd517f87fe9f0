from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from sim.plots.business import FATES, business, matters_raised, readings
from tests.plots.tools import central, find, of_run

WAITING, STRIP, BARS, WEEKS = range(4)
GO_LIVE = 52


@pytest.fixture(scope="module")
def figure(everything):
    return business(everything)


def fates(results, run, site=None):
    """Fate and weeks waited of each matter raised since go-live, by plain loops."""
    found = {}
    for event in of_run(results.events, run).to_dict("records"):
        item, kind = event["item"], event["kind"]
        if kind == "raised" and event["week"] >= GO_LIVE and site in (None, event["ccg"]):
            found[item] = ["still waiting", np.nan, False]
        elif item in found and kind == "heard_informally":
            found[item][2] = True
        elif item in found:
            found[item][:2] = [kind, event["value"]]
    named = {False: "adopted, reached in the queue", True: "adopted, heard informally"}
    return [(named[heard] if kind == "adopted" else kind, weeks) for kind, weeks, heard in found.values()]


def test_waiting_is_the_median_over_runs(everything, figure):
    for site in "AB":
        values = np.array([of_run(everything.ccgs, run, ccg=site)["matters_waiting"] for run in range(3)])
        (line,) = find(figure, f"line {site}", WAITING)
        np.testing.assert_allclose(line.get_ydata(), np.median(values, axis=0))
        (dot,) = find(figure, f"dot {site}", STRIP)
        assert dot.get_ydata()[0] == pytest.approx(np.median(values[:, -52:].mean(axis=1)))


@pytest.mark.parametrize("site", ["A", "B"])
def test_bars_are_mean_shares_and_sum_to_all(everything, figure, site):
    expected = {fate: [] for fate in FATES}
    for run in range(3):
        counts = Counter(fate for fate, _ in fates(everything, run, site))
        for fate in FATES:
            expected[fate].append(counts[fate] / counts.total())
    start = 0.0
    for fate in FATES:
        (container,) = (c for c in figure.axes[BARS].containers if c.get_label() == f"{fate} {site}")
        (bar,) = container.patches
        assert (bar.get_y(), bar.get_height()) == pytest.approx((start, np.mean(expected[fate])))
        assert bar.get_x() + bar.get_width() / 2 == pytest.approx("BA".index(site))
        start += bar.get_height()
    assert start == pytest.approx(1)


def test_weeks_waited_are_of_what_was_decided(everything, figure):
    for place, site in enumerate("BA"):
        per_run = [
            np.mean([weeks for fate, weeks in fates(everything, run, site) if fate[:7] in ("adopted", "refused")])
            for run in range(3)
        ]
        low, median, high = central(per_run)
        (dot,), (whisker,) = find(figure, f"dot {site}", WEEKS), find(figure, f"whisker {site}", WEEKS)
        assert (dot.get_xdata()[0], dot.get_ydata()[0]) == pytest.approx((place, median))
        assert list(whisker.get_ydata()) == pytest.approx([low, high])


def test_plans_are_no_matters(everything):
    assert matters_raised(everything)["item"].max() < 100_000


def test_number_of_matters_stands_below_the_bars(everything, figure):
    count = np.mean([len(fates(everything, run, "B")) for run in range(3)])
    assert figure.axes[BARS].get_xticklabels()[0].get_text() == f"B\n{count:.0f}"
    assert [ax.get_ylabel() for ax in figure.axes] == ["matters", "", "% of matters raised", "weeks, mean of matters"]
    assert "13 weeks lapses" in figure.texts[-1].get_text()


def test_alt_text_tells_the_shares(everything, figure):
    every = [Counter(fate for fate, _ in fates(everything, run)) for run in range(3)]
    shares = {fate: 100 * np.mean([c[fate] / c.total() for c in every]) for fate in FATES}
    assert f"{shares['refused']:.0f}% refused and {shares['lapsed']:.0f}% lapse" in figure.get_label()
    assert f"{shares['adopted, heard informally']:.0f}% adopted after being heard" in figure.get_label()
    assert readings(everything)["still_waiting"] == f"{shares['still waiting']:.0f}"


def test_a_run_that_ends_before_go_live_is_refused(everything):
    early = replace(everything, events=everything.events[everything.events["week"] < GO_LIVE])
    with pytest.raises(ValueError, match="no matter was raised since go-live"):
        business(early)


def test_one_run(alone):
    figure = business(alone)
    assert not find(figure, "whisker A")
    assert "One run" in figure.texts[1].get_text()
