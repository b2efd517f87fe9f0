from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.plots.influence import influence, readings
from tests.plots.tools import central, filled, find, made_up, of_run

BELIEF, OWNED, ADOPTED = 0, 1, 2
WAVE_WEEK = 95  # begins on 27 January 2014
MEMBERS = ("none", "representative", "locality_lead", "governing_body", "chair", "practice_manager")


@pytest.fixture(scope="module")
def figure(everything):
    return influence(everything)


def belief(results, run, site):
    rows = of_run(results.series, run, ccg=site, week=WAVE_WEEK)
    rows = rows[rows["role"].isin(MEMBERS)]
    return np.average(rows["influence"], weights=rows["n"])


def owned(results, run, site):
    rows = of_run(results.survey, run, item="owned_by_members", group_by="site", group=site, wave="2014-01-31")
    return float(rows["share_of_everyone"].iloc[0])


def adopted(results, run, site):
    """Share adopted of the matters settled in 2013/14, plans left out."""
    fates = []
    for event in of_run(results.events, run, ccg=site).to_dict("records"):
        if event["kind"] in ("adopted", "refused", "lapsed") and event["item"] < 100_000 and 52 <= event["week"] <= 104:
            fates.append(event["kind"] == "adopted")
    return np.mean(fates)


@pytest.mark.parametrize(("panel", "measure"), [(BELIEF, belief), (OWNED, owned), (ADOPTED, adopted)])
def test_dots_are_medians_over_runs_the_largest_first(everything, figure, panel, measure):
    for place, site in enumerate("BA"):
        low, median, high = central([measure(everything, run, site) for run in range(3)])
        (dot,) = find(figure, f"dot {site}", panel)
        assert (dot.get_xdata()[0], dot.get_ydata()[0]) == pytest.approx((place, median))
        whiskers = find(figure, f"whisker {site}", panel)
        assert [list(w.get_ydata()) for w in whiskers] == ([pytest.approx([low, high])] if high > low else [])


def test_sizes_stand_on_the_axis(figure):
    for ax in figure.axes:
        assert [t.get_text() for t in ax.get_xticklabels()] == ["B\n500", "A\n250"]
        assert ax.get_xlabel() == "CCG, thousand patients"
        assert ax.get_ylabel()


def test_what_was_observed_is_told_of_the_six_sites_only(everything, figure):
    assert "Ownership was highest in the two smallest CCGs" in figure.texts[-1].get_text()
    elsewhere = {**everything.config, "place": {**everything.config["place"], "name": "elsewhere"}}
    assert "Ownership" not in influence(replace(everything, config=elsewhere)).texts[-1].get_text()


def test_alt_text_holds_every_median(everything, figure):
    for measure in (belief, owned, adopted):
        for site in "AB":
            median = 100 * np.median([measure(everything, run, site) for run in range(3)])
            assert f"{site} {median:.0f}%" in figure.get_label()


def test_in_how_many_runs_the_two_smallest_own_most():
    results = filled(made_up([1, 2], weeks=100))
    survey = results.survey[results.survey["item"] == "owned_by_members"]
    parts = [results.series.assign(ccg=site) for site in "ACE"]
    shares = {0: {"A": 0.5, "C": 0.6, "E": 0.7}, 1: {"A": 0.5, "C": 0.6, "E": 0.4}}
    row = survey[(survey["group_by"] == "site") & (survey["group"] == "A") & (survey["wave"] == "2014-01-31")]
    answers = [
        row[row["run"] == run].assign(group=site, share_of_everyone=share)
        for run, of_site in shares.items()
        for site, share in of_site.items()
    ]
    three = replace(results, series=pd.concat(parts), survey=pd.concat(answers))
    said = readings(three)
    assert (said["smallest"], said["smallest_lead"]) == ("C and E", "50")
    assert said["owned_C"] == "60 [60, 60]"
    assert "highest at C and E, the two smallest, in 50% of runs" in influence(three).get_label()


def test_a_run_without_a_wave_is_refused(everything):
    with pytest.raises(ValueError, match="hold no wave of the survey"):
        influence(replace(everything, survey=everything.survey.iloc[:0]))


def test_one_run_has_dots_alone(alone):
    figure = influence(alone)
    assert not find(figure, "whisker A")
    assert len(find(figure, "dot A")) == 3
    assert "one run" in figure.texts[1].get_text()
