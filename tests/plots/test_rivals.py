import numpy as np
import pandas as pd
import pytest

from sim.plots.rivals import WAVES, rivals
from sim.run.results import Results
from sim.studies.rivals import FIRST, SECOND
from tests.plots.tools import by_hand, find, made_up, texts

NAMES = ("hope", "strain", "rubber-stamping", "none of the three")
LEADERS = ("locality_lead", "governing_body", "chair")


def with_leaders(results: Results, highly: float) -> Results:
    """Add leaders among the panel's respondents at every wave; who is highly engaged differs by a point a run."""
    rows = [
        {"run": run, "wave": wave, "instrument": "panel", "item": "engagement", "group_by": "leader", "group": "yes",
         "answer": answer, "n": 60 + place, "share": highly + 0.01 * run, "share_of_everyone": 0.9}
        for run in range(len(results.seeds))
        for place, wave in enumerate(WAVES)
        for answer in ("at_least_somewhat", "highly")
    ]  # fmt: skip
    results.survey = pd.concat([results.survey, pd.DataFrame(rows)], ignore_index=True)
    return results


@pytest.fixture(scope="module")
def runs():
    return {name: with_leaders(made_up([3, 4, 5]), 0.1 * k) for k, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def figure(runs):
    return rivals(runs)


def test_respondents_of_each_world_stand_at_each_wave(runs, figure):
    for k, name in enumerate(NAMES):
        for wave in WAVES:
            (dot,) = find(figure, f"dot {name} {wave}", panel=4)
            (whisker,) = find(figure, f"whisker {name} {wave}", panel=4)
            assert dot.get_ydata() == pytest.approx([0.1 * k + 0.01])
            assert whisker.get_ydata() == pytest.approx([0.1 * k + 0.0005, 0.1 * k + 0.0195])
    places = [find(figure, f"dot {name} {FIRST}", panel=4)[0].get_xdata()[0] for name in NAMES]
    assert np.diff(places) == pytest.approx([0.17] * 3)
    assert np.mean(places) == pytest.approx(0)


def test_all_respondents_are_those_of_the_panel(runs, figure):
    survey = runs["strain"].survey.query("instrument == 'panel' and group_by == 'all' and answer == 'highly'")
    for wave, rows in survey.groupby("wave"):
        (dot,) = find(figure, f"dot strain {wave}", panel=3)
        assert dot.get_ydata() == pytest.approx([rows["share"].median()])


def test_observed_shares_stand_beside_all_respondents_alone(figure):
    observed = [ax.containers for ax in figure.axes]
    assert [len(found) for found in observed] == [1, 0, 0, 1, 0, 0]
    assert observed[0][0].lines[0].get_ydata() == pytest.approx([0.73, 0.71])
    assert observed[3][0].lines[0].get_ydata() == pytest.approx([0.19, 0.12])


@pytest.mark.parametrize(("panel", "column"), [(2, "p_engaged"), (5, "p_highly")])
def test_leaders_over_time_are_everyone(runs, figure, panel, column):
    for name, results in runs.items():
        (line,) = find(figure, f"line {name}", panel=panel)
        expected = by_hand(results, column, LEADERS)
        np.testing.assert_allclose(line.get_ydata(), np.median(expected, axis=1), rtol=1e-12)
        assert len(find(figure, f"band {name}", panel=panel)) == (name != NAMES[-1])


def test_it_says_what_is_shown(figure):
    said = " ".join(text.get_text() for text, _ in texts(figure))
    for part in (*NAMES, "3 runs, seeds 3 to 5", "central 95%", "60 to 64 answers", "n = 208 and 265", "virtual"):
        assert part in said
    assert "strain 11 [10, 12], 11 [10, 12], 11 [10, 12]" in figure.get_label()


def test_texts_stay_inside_and_do_not_overlap(figure):
    drawn = texts(figure)
    width, height = figure.canvas.get_width_height()
    for text, box in drawn:
        assert box.x0 >= 0, text
        assert box.x1 <= width + 1, text
        assert box.y0 >= 0, text
        assert box.y1 <= height + 1, text
    for i, (text, box) in enumerate(drawn):
        for other, its in drawn[i + 1 :]:
            overlap = min(box.x1, its.x1) - max(box.x0, its.x0), min(box.y1, its.y1) - max(box.y0, its.y0)
            assert min(overlap) < 1.5, f"{text.get_text()!r} on {other.get_text()!r}"


def test_a_place_without_leaders_among_its_respondents_can_be_drawn():
    plain = {name: made_up([3, 4]) for name in NAMES[:2]}
    figure = rivals(plain)
    assert find(figure, f"dot hope {SECOND}", panel=0)
    assert not find(figure, f"dot hope {SECOND}", panel=1)


def test_more_worlds_than_can_be_told_apart_are_refused(runs):
    with pytest.raises(ValueError, match="5 worlds given; one figure tells at most 4 apart"):
        rivals({**runs, "luck": runs["hope"]})
