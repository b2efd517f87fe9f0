import datetime as dt

import matplotlib.dates as mdates
import numpy as np
import pytest

from sim.plots.measures import GROUPS, observed_shares, survey_shares
from sim.plots.trajectories import readings, trajectories
from tests.plots.tools import by_hand, find, made_up

MONDAYS = np.datetime64("2012-04-02") + 7 * np.arange(156)


@pytest.fixture(scope="module")
def figure(several):
    return trajectories(several)


@pytest.mark.parametrize("group", GROUPS)
def test_lines_are_medians_over_runs_of_weighted_means(several, figure, group):
    lines = find(figure, f"line {group}")
    for line, measure in zip(lines, ("p_engaged", "p_highly"), strict=True):
        expected = np.median(by_hand(several, measure, GROUPS[group]), axis=1)
        np.testing.assert_allclose(line.get_ydata(), expected, rtol=1e-12)
        assert (mdates.num2date(line.get_xdata()[1]).date()) == dt.date(2012, 4, 9)
        np.testing.assert_array_equal(line.get_xdata(), mdates.date2num(MONDAYS))


def test_bands_are_the_central_interval_over_runs(several, figure):
    band, _ = find(figure, "band leaders")
    low, high = np.quantile(by_hand(several, "p_engaged", GROUPS["leaders"]), [0.025, 0.975], axis=1)
    corners = band.get_paths()[0].vertices
    for day, *bounds in zip(mdates.date2num(MONDAYS), low, high, strict=True):
        drawn = corners[corners[:, 0] == day, 1]
        assert (drawn.min(), drawn.max()) == pytest.approx(bounds)


def test_observed_points_stand_at_their_date_and_value_with_their_interval(figure):
    for panel, measure in ((0, "p_engaged"), (len(GROUPS), "p_highly")):
        seen = observed_shares(measure)
        container = figure.axes[panel].containers[0]
        points, _, (bars,) = container.lines
        assert [mdates.num2date(x).date().isoformat() for x in points.get_xdata()] == ["2013-02-15", "2014-01-31"]
        assert list(points.get_ydata()) == list(seen["share"])
        drawn = np.array([segment[:, 1] for segment in bars.get_segments()])
        np.testing.assert_allclose(drawn, seen[["low", "high"]].to_numpy())


def test_simulated_respondents_stand_beside_them(several, figure):
    shares = survey_shares(several.survey, "p_highly").to_numpy()
    boxes = find(figure, "simulated interval", panel=len(GROUPS))
    medians = find(figure, "simulated median", panel=len(GROUPS))
    assert len(boxes) == len(medians) == 3  # the virtual wave of June 2014 as well
    for box, line, row in zip(boxes, medians, shares, strict=True):
        low, middle, high = np.quantile(row, [0.025, 0.5, 0.975])
        assert (box.get_y(), box.get_y() + box.get_height()) == pytest.approx((low, high))
        assert list(line.get_ydata()) == pytest.approx([middle, middle])
    days = [mdates.num2date(box.get_x() + box.get_width() / 2).date().isoformat() for box in boxes]
    assert days == ["2013-02-15", "2014-01-31", "2014-06-15"]


def test_survey_is_drawn_in_the_panels_of_all_members_only(figure):
    with_survey = [k for k in range(len(figure.axes)) if figure.axes[k].containers]
    assert with_survey == [0, len(GROUPS)]


def test_figure_says_that_respondents_are_not_everyone(figure):
    said = " ".join(text.get_text() for text in figure.texts)
    assert "Respondents are not everyone" in said
    assert "asked or not" in said
    assert "3 runs, seeds 3 to 5" in said
    assert "central 95% of runs" in said
    assert "baseline, six_sites" in said
    assert "Note: bands show luck only." in said


def test_policy_dates_come_from_the_configuration(several):
    go_live = find(trajectories(several), "CCGs go live")
    assert {mdates.num2date(line.get_xdata()[0]).date() for line in go_live} == {dt.date(2013, 4, 1)}
    moved = made_up([3], weeks=110)
    moved.config["timeline"]["go_live"] = "2013-10-07"
    figure = trajectories(moved)
    (line, *_) = find(figure, "CCGs go live")
    assert mdates.num2date(line.get_xdata()[0]).date() == dt.date(2013, 10, 7)
    assert "7 Oct 2013" in " ".join(t.get_text() for t in figure.axes[0].texts)


def test_spans_cover_the_weeks_of_the_calendar(several):
    figure = trajectories(several)
    start, *_, end = sorted(find(figure, "authorisation", panel=0)[0].get_corners()[:, 0])
    assert mdates.num2date(start).date() == dt.date(2012, 5, 28)  # Monday of the week of 1 June
    assert mdates.num2date(end).date() == dt.date(2013, 2, 4)
    assert len(find(figure, "planning round", panel=0)) == 2  # 2013/14 and 2014/15, none before go-live


def test_one_run_has_no_bands_and_says_so(single):
    figure = trajectories(single)
    assert not [a for ax in figure.axes for a in ax.collections if str(a.get_label()).startswith("band")]
    assert not find(figure, "simulated interval")
    assert len(find(figure, "simulated median")) == 6
    assert "no bands for one run" in " ".join(t.get_text() for t in figure.texts)
    np.testing.assert_allclose(
        find(figure, "line no_role")[0].get_ydata(), by_hand(single, "p_engaged", ("none",))[:, 0], rtol=1e-12
    )


def test_a_run_without_a_wave_is_drawn_without_points():
    short = made_up([3, 4], weeks=20)
    short.survey = short.survey.iloc[:0]
    figure = trajectories(short)
    assert not find(figure, "simulated median")
    assert all(len(line.get_ydata()) == 20 for line in find(figure, "line members"))


def test_alt_text_holds_first_and_last_week(several, figure):
    ends = 100 * by_hand(several, "p_highly", GROUPS["leaders"])[[0, -1]]
    (a, b, c), (d, e, f) = np.quantile(ends, [0.025, 0.5, 0.975], axis=1).T
    text = f"GP leaders highly engaged go from {b:.0f} [{a:.0f}, {c:.0f}]% to {e:.0f} [{d:.0f}, {f:.0f}]%"
    assert text in figure.get_label()
    assert "From April 2012 to March 2015" in figure.get_label()
    assert readings(several)["leaders_highly_last"] == f"{e:.0f} [{d:.0f}, {f:.0f}]"
