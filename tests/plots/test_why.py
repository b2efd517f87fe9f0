"""The bar chart of drivers: what is drawn is what was computed."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex

from sim.plots import save
from sim.plots.why import DOWN, TOTAL, UP
from sim.plots.why import why as plot
from sim.run.results import stack
from sim.state.drivers import ROWS, STANDING, Driver, Drivers
from sim.studies.why import why
from tests.plots.tools import find, texts
from tests.studies.test_why import leaders_and_others


@pytest.fixture(scope="module")
def ensemble():
    """Three runs in which hope differs."""
    runs = {i: leaders_and_others(shift) for i, shift in enumerate((0.0, 0.1, 0.5))}
    return why(stack(runs), "leaders", "no_role", date="2012-04-02")


@pytest.fixture(scope="module")
def one_run():
    return why(leaders_and_others(), "chair", dates=("2012-04-02", "2012-04-09"), ccg="A")


def rows(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_bars_are_the_drivers_from_largest_to_smallest_and_then_the_sum(ensemble):
    figure = plot(ensemble)
    assert rows(figure) == ["hope", "disposition", "feeling of being heard", "all of it"]
    bars = [patch.get_width() for patch in figure.axes[0].patches]
    assert bars[:3] == pytest.approx([0.9, 0.3, -0.25])
    assert bars[3] == pytest.approx(sum(bars[:3]), abs=1e-9)
    drawn = [patch.get_y() + patch.get_height() / 2 for patch in figure.axes[0].patches]
    assert drawn == pytest.approx([0, 1, 2, 3])
    top, bottom = figure.axes[0].get_ylim()
    assert top > bottom  # row 0 is at the top
    assert [t.get_text() for t in figure.axes[0].texts] == ["+0.90", "+0.30", "-0.25", "+0.95"]


def test_size_counts_for_the_order_not_sign(one_run):
    assert rows(plot(one_run)) == ["hope", "feeling of being heard", "all of it"]
    assert [t.get_text() for t in plot(one_run).axes[0].texts] == ["-0.80", "-0.10", "-0.90"]


def test_colours_tell_the_sign(ensemble):
    colours = [to_hex(patch.get_facecolor()).upper() for patch in plot(ensemble).axes[0].patches]
    assert colours == [UP, UP, DOWN, TOTAL]
    assert len({UP, DOWN, TOTAL}) == 3


def test_whiskers_are_the_central_interval_of_runs(ensemble):
    figure = plot(ensemble)
    (hope,), (total,) = find(figure, "whisker hope"), find(figure, "whisker all of it")
    low, high = np.quantile([0.7, 0.8, 1.2], [0.025, 0.975])
    assert hope.get_xdata() == pytest.approx([low, high])
    assert total.get_xdata() == pytest.approx([low + 0.05, high + 0.05])


def test_one_run_has_no_whiskers(one_run):
    figure = plot(one_run)
    assert not [line for line in figure.axes[0].lines if str(line.get_label()).startswith("whisker")]
    assert "no intervals for one run" in " ".join(t.get_text() for t in figure.texts)


def test_what_is_shown_is_said(ensemble):
    figure = plot(ensemble)
    words = " ".join(" ".join(t.get_text().split()) for t in figure.texts)
    for part in (ensemble.title, *ensemble.sentences[:2], "3 runs", "central 95% of runs", "4 people", "10 people"):
        assert part in words
    absent = [STANDING.by_name[d].label for d in STANDING.names if d not in ("hope", "disposition", "influence")]
    assert f"Without any part in it: {', '.join(absent)}." in words
    assert "latent units" in figure.axes[0].get_xlabel()
    assert ensemble.sentences[0] in figure.get_label()


def test_no_difference_can_be_drawn():
    figure = plot(why(leaders_and_others(), "none", dates=("2012-04-02", "2012-04-09"), ccg="A"))
    assert rows(figure) == ["feeling of being heard", "all of it"]
    same = leaders_and_others()
    same.ledger[list(STANDING.names)] = 0.0
    same.series["engagement"] = 0.0
    assert rows(plot(why(same, "leaders", "none"))) == ["all of it"]


@pytest.mark.parametrize("name", ["ensemble", "one_run"])
def test_text_is_readable(name, request):
    figure = plot(request.getfixturevalue(name))
    shown = texts(figure)
    assert min(text.get_fontsize() for text, _ in shown) >= 9
    for text, box in shown:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y1 <= figure.bbox.height, text
    for (a, box_a), (b, box_b) in itertools.combinations(shown, 2):
        overlap = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0), min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        assert min(overlap) <= 1, (a.get_text(), b.get_text())


def test_it_is_saved_with_its_source(ensemble, tmp_path):
    paths = save(plot(ensemble), tmp_path, "why", ensemble.source)
    assert [path.suffix for path in paths] == [".png", ".svg"]


def test_a_driver_of_ones_own_has_its_bar_and_name():
    results = leaders_and_others()
    fete = Driver("fete", "kick", "the fete that the CCG holds for everybody in summer", "")
    results.drivers = Drivers([*ROWS, fete])
    results.ledger["fete"] = 0.0
    calm = plot(why(results, "leaders", "none", date="2012-04-02"))
    assert "the fete that the CCG holds for everybody in summer" in " ".join(t.get_text() for t in calm.texts)
    results.ledger.loc[results.ledger["role"] == "chair", "fete"] = 4.0
    results.series.loc[results.series["role"] == "chair", "engagement"] += 4.0
    figure = plot(why(results, "leaders", "none", date="2012-04-02"))
    assert rows(figure)[0] == "the fete that the CCG\nholds for everybody ..."
    assert figure.axes[0].patches[0].get_width() == pytest.approx(1.0)
    labels = [label.get_window_extent() for label in figure.axes[0].get_yticklabels() if texts(figure)]
    assert min(box.x0 for box in labels) > 0
    assert not any(a.overlaps(b) for a, b in itertools.combinations(labels, 2))
