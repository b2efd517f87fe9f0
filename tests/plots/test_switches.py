import numpy as np
import pandas as pd
import pytest

from sim.plots.scorecard import VERDICT_COLOURS
from sim.plots.switches import CHANGED, MARKS, UNSURE, switches
from sim.run.results import Results
from sim.studies.scorecard.switches import compare
from tests.plots.tools import find, made_up, texts

WORLDS = [{"name": "hope", "label": "hope"}, {"name": "strain", "label": "strain and what it does"}]
UP, DOWN = [1.0, 2, 3, 4, 5], [-1.0, -2, -3, -4, -5]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    luck = [9.0, -1, -1, -1, -1]  # vague by a shift that no interval tells from none
    baseline = pd.DataFrame({"leaders_own_more": UP, "leaders_more_influence": DOWN, "leaders_more_engaged": UP})
    hope = pd.DataFrame({"leaders_own_more": DOWN, "leaders_more_influence": DOWN, "leaders_more_engaged": luck})
    strain = baseline.assign(leaders_more_influence=np.nan)
    return compare(baseline, {"hope": hope, "strain": strain})


@pytest.fixture(scope="module")
def baseline() -> Results:
    return made_up([3, 4, 5], weeks=60)


@pytest.fixture(scope="module")
def figure(table, baseline):
    return switches(table, WORLDS, baseline)


def mark(figure, pattern, world):
    (found,) = find(figure, f"{pattern} in {world}")
    return found


def ground(figure, pattern, world):
    found = find(figure, f"changed {pattern} in {world}")
    return found[0].get_facecolor() if found else None


@pytest.mark.parametrize(
    ("pattern", "world", "verdict"),
    [
        ("leaders_own_more", "baseline", "holds"),
        ("leaders_own_more", "hope", "fails"),
        ("leaders_more_influence", "baseline", "fails"),
        ("leaders_more_influence", "strain", "untested"),
    ],
)
def test_a_mark_shows_the_verdict(figure, pattern, world, verdict):
    found = mark(figure, pattern, world)
    assert found.get_marker() == MARKS[verdict]["marker"]
    assert found.get_color() == VERDICT_COLOURS[verdict]


def test_marks_differ_by_shape_not_by_colour_alone():
    shapes = [(m["marker"], m.get("fillstyle")) for m in MARKS.values()]
    assert len(set(shapes)) == len(shapes)


def test_a_changed_verdict_stands_out(figure):
    from matplotlib.colors import to_rgba

    assert ground(figure, "leaders_own_more", "hope") == to_rgba(CHANGED)
    assert ground(figure, "leaders_more_engaged", "hope") == to_rgba(UNSURE)
    assert ground(figure, "leaders_own_more", "strain") is None
    assert ground(figure, "leaders_own_more", "baseline") is None


def test_failures_come_first_and_worlds_in_order(figure):
    y = [mark(figure, pattern, "hope").get_ydata()[0]
         for pattern in ("leaders_more_influence", "leaders_more_engaged", "leaders_own_more")]  # fmt: skip
    assert y == sorted(y)
    assert figure.axes[0].yaxis_inverted()
    x = [mark(figure, "leaders_own_more", world).get_xdata()[0] for world in ("baseline", "hope", "strain")]
    assert x == sorted(x)


def test_nothing_leaves_the_figure(figure):
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in texts(figure):
        assert 0 <= box.x0 <= box.x1 <= width, text.get_text()
        assert 0 <= box.y0 <= box.y1 <= height, text.get_text()


def test_labels_runs_and_alt_text(figure, baseline):
    shown = [text.get_text() for text, _ in texts(figure)]
    assert "strain and what it does" in shown
    assert any("3 runs, seeds 3 to 5" in text for text in shown)
    assert "3 patterns" in figure.get_label()
    assert "hope (1)" in figure.get_label()
