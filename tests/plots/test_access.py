import numpy as np
import pytest

from sim.plots.access import access, readings
from tests.plots.tools import by_hand, central, find, of_run

STRAIN, WAIT, BACKLOG, GIVEN_UP = 0, 1, 3, 5
"""Panels; beside each of the last three lies the strip of the last year."""


@pytest.fixture(scope="module")
def figure(everything):
    return access(everything)


def at_site(results, site, column):
    """Values of a site, shape (runs, weeks)."""
    return np.array([of_run(results.ccgs, run, ccg=site)[column] for run in range(len(results.seeds))])


def test_strain_is_in_hours_and_by_role(everything, figure):
    for group, roles in (("leaders", ("locality_lead", "governing_body", "chair")), ("no_role", ("none",))):
        (line,) = find(figure, f"line {group}", STRAIN)
        (band,) = find(figure, f"band {group}", STRAIN)
        values = 5 * by_hand(everything, "strain", roles)
        np.testing.assert_allclose(line.get_ydata(), np.median(values, axis=1))
        assert band.get_paths()[0].vertices[:, 1].max() == pytest.approx(np.quantile(values, 0.975, axis=1).max())


@pytest.mark.parametrize(
    ("panel", "column", "factor"),
    [
        (WAIT, "wait_weeks", {"A": 7, "B": 7}),
        (BACKLOG, "backlog_hours", {"A": 1 / 250, "B": 1 / 500}),
        (GIVEN_UP, "given_up_hours", {"A": 1 / 250, "B": 1 / 500}),
    ],
)
def test_access_is_by_site_and_by_thousand_patients(everything, figure, panel, column, factor):
    for place, site in enumerate("BA"):  # the largest first
        values = factor[site] * at_site(everything, site, column)
        (line,) = find(figure, f"line {site}", panel)
        np.testing.assert_allclose(line.get_ydata(), np.median(values, axis=0))
        low, median, high = central(values[:, -52:].mean(axis=1))
        (dot,), (whisker,) = find(figure, f"dot {site}", panel + 1), find(figure, f"whisker {site}", panel + 1)
        assert (dot.get_xdata()[0], dot.get_ydata()[0]) == pytest.approx((place, median))
        assert list(whisker.get_ydata()) == pytest.approx([low, high])


def test_units_and_sites_are_named(figure):
    assert [figure.axes[k].get_ylabel() for k in (STRAIN, WAIT, BACKLOG)] == ["hours a week", "days", "hours"]
    assert [t.get_text() for t in figure.axes[WAIT + 1].get_xticklabels()] == ["B", "A"]
    said = " ".join(t.get_text() for t in figure.texts)
    assert "hours per 1,000 patients" in said
    assert "central 95% of runs" in said


def test_alt_text_names_the_longest_wait(everything, figure):
    medians = {s: np.median(7 * at_site(everything, s, "wait_weeks")[:, -52:].mean(axis=1)) for s in "AB"}
    longest = max(medians, key=medians.get)
    assert f"wait longest at {longest}, {medians[longest]:.1f} [" in figure.get_label()
    assert readings(everything)["wait_highest_site"] == longest


def test_one_run_is_drawn_without_intervals(alone):
    figure = access(alone)
    assert not find(figure, "band leaders")
    assert not find(figure, "whisker A")
    assert len(find(figure, "dot A")) == 3
    assert "One run" in figure.texts[1].get_text()
