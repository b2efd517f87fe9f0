import numpy as np
import pandas as pd
import pytest

from sim.plots.scorecard import COLUMNS, GLYPH, REACH, failures_first, position, scorecard
from tests.plots.tools import find

CENTRE, UNIT = COLUMNS["glyph"][0] + GLYPH / 2, GLYPH / 2 / REACH


@pytest.fixture(scope="module")
def figure(scored):
    return scorecard(scored)


def text(figure, label):
    (found,) = find(figure, label)
    return found.get_text()


def test_failures_come_first(scored, figure):
    order = ["above", "point", "wide", "none", "inside", "null", "sign"]
    assert failures_first(scored.scorecard)["pattern"].to_list() == order
    heights = [find(figure, f"verdict {pattern}")[0].get_position()[1] for pattern in order]
    assert heights == sorted(heights)  # the axis runs downwards
    assert figure.axes[0].yaxis_inverted()


def test_cells_say_what_the_table_says(figure):
    assert text(figure, "observed inside") == "73 %"
    assert text(figure, "simulated inside") == "75 [69, 81]"
    assert text(figure, "observed null") == "24 h"
    assert text(figure, "simulated null") == "25 [20, 30]"
    assert text(figure, "rank wide") == "0.90"
    assert text(figure, "evidence null") == "not evidence"
    assert text(figure, "null inside") == "holds"
    assert text(figure, "null point") == "-"
    assert text(figure, "evidence inside") == "fitted"
    assert text(figure, "statement inside") == "Share engaged"
    assert "\n" in text(figure, "statement above")  # too long for one line


@pytest.mark.parametrize(("pattern", "at"), [("inside", -1 / 3), ("wide", 81 / 89), ("null", -0.2)])
def test_observed_lies_on_the_interval_where_the_numbers_put_it(figure, pattern, at):
    (mark,) = find(figure, f"mark {pattern}")
    assert mark.get_xdata()[0] == pytest.approx(CENTRE + at * UNIT)
    assert mark.get_marker() == "D"


@pytest.mark.parametrize(("pattern", "marker", "side"), [("above", ">", 1), ("point", "<", -1)])
def test_observed_beyond_the_scale_is_an_arrow_at_its_edge(figure, pattern, marker, side):
    (mark,) = find(figure, f"mark {pattern}")
    assert mark.get_marker() == marker
    assert mark.get_xdata()[0] == pytest.approx(CENTRE + side * GLYPH / 2)


def test_a_pattern_without_numbers_is_said_to_have_none(figure):
    assert not find(figure, "mark none")
    assert "no number" in [t.get_text() for t in figure.axes[0].texts]


def test_a_sign_is_shown_by_the_share_of_runs_that_have_it(figure):
    assert text(figure, "observed sign") == "> 0 points"
    assert text(figure, "simulated sign") == "90 [80, 97] %"
    assert not find(figure, "mark sign")
    assert "in 90% of runs" in [t.get_text() for t in figure.axes[0].texts]


def test_position_on_an_interval():
    assert position(2, 1, 3) == 0
    assert position(3, 1, 3) == 1
    assert position(0, 1, 3) == -2
    assert position(5, 5, 5) == 0
    assert position(4, 5, 5) == -np.inf


def test_unknown_verdicts_come_after_the_failures():
    table = pd.DataFrame({"verdict": ["holds", "odd", "fails"]})
    assert failures_first(table)["verdict"].to_list() == ["fails", "odd", "holds"]


def test_counts_are_in_the_subtitle(figure):
    assert "7 patterns: 2 fails, 1 vague, 1 untested, 3 holds" in figure.texts[1].get_text()


def test_results_without_a_scorecard_are_refused(several):
    with pytest.raises(ValueError, match="have no scorecard"):
        scorecard(several)
