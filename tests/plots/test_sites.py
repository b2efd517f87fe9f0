from dataclasses import replace

import numpy as np
import pytest

from sim.plots.measures import GROUPS
from sim.plots.sites import readings, sites
from tests.plots.tools import central, find, of_run


@pytest.fixture(scope="module")
def figure(everything):
    return sites(everything)


def share(results, run, site, week, group, column="p_engaged"):
    """Mean over the people of a group at one site."""
    rows = of_run(results.series, run, ccg=site, week=week)
    rows = rows[rows["role"].isin(GROUPS[group])]
    return (rows["n"] * rows[column]).sum() / rows["n"].sum()


@pytest.mark.parametrize("group", ["members", "leaders"])
@pytest.mark.parametrize("site", ["A", "B"])
def test_lines_and_bands_are_those_of_the_site(everything, figure, group, site):
    (line,) = find(figure, f"line {group} {site}")
    (band,) = find(figure, f"band {group} {site}")
    assert len(line.get_ydata()) == 112
    for week in (0, 50, 111):
        low, median, high = central([share(everything, run, site, week, group) for run in range(3)])
        assert line.get_ydata()[week] == pytest.approx(median)
        corners = band.get_paths()[0].vertices
        drawn = corners[corners[:, 0] == line.get_xdata()[week], 1]
        assert (drawn.min(), drawn.max()) == pytest.approx((low, high))


def test_the_largest_comes_first_and_all_have_one_scale(figure):
    titles = [ax.texts[0].get_text() for ax in figure.axes]
    assert [title[:22] for title in titles] == [" B: 500,000 patients, ", " A: 250,000 patients, "]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()
    assert figure.axes[0].get_ylabel() == "% of group"


def test_runs_and_interval_are_named(figure):
    said = figure.texts[1].get_text()
    assert "3 runs, seeds 3 to 5" in said
    assert "median over runs and central 95% of runs" in said


def test_alt_text_holds_the_last_week(everything, figure):
    ends = {s: [100 * share(everything, run, s, 111, "members") for run in range(3)] for s in "AB"}
    highest = max(ends, key=lambda s: np.median(ends[s]))
    low, median, high = central(ends[highest])
    text = f"members are highest at {highest}, {median:.0f} [{low:.0f}, {high:.0f}]%"
    assert text in figure.get_label()
    said = readings(everything)
    medians = sorted(np.median(e) for e in ends.values())
    assert said["between_sites"] == f"{medians[-1] - medians[0]:.0f}"
    assert said["lowest_site"] != highest


def test_one_run_has_no_bands(alone):
    figure = sites(alone, "p_highly")
    with_run = replace(alone, series=alone.series.assign(run=0))
    assert not [c for ax in figure.axes for c in ax.collections if str(c.get_label()).startswith("band")]
    assert "one run, no bands" in figure.texts[1].get_text()
    drawn = find(figure, "line members A")[0].get_ydata()[5]
    assert drawn == pytest.approx(share(with_run, 0, "A", 5, "members", "p_highly"))


def test_an_unknown_measure_is_refused(everything):
    with pytest.raises(ValueError, match="measure='engaged' is unknown; allowed is p_engaged, p_highly"):
        sites(everything, "engaged")
