"""What every figure must have: readable type, no text over text, colours that can be told apart."""

import itertools
import re

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from sim import CommissioningModel, compose
from sim.plots import (
    access,
    answers,
    business,
    drivers,
    hours,
    influence,
    network,
    scenarios,
    scorecard,
    sites,
    trajectories,
)
from sim.plots.measures import GROUPS
from sim.plots.scorecard import VERDICT_COLOURS
from sim.plots.style import QUIET, ROLE_COLOURS, SITE_COLOURS, SMALL, caveats, look, seeds_shown
from tests.plots.tools import made_up, texts
from tests.worlds import only

OKABE_ITO = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


BY_RESULTS = (access, answers, business, drivers, hours, influence, sites)


@pytest.fixture(scope="module")
def figures(several, shifted, single, scored, everything):
    short = made_up([3], weeks=60)
    place = only("{X: {population: 60000, practices: 6}}")
    model = CommissioningModel(compose(*place, "timeline.weeks=3", "timeline.warm_up_weeks=2"))
    more = {figure.__name__: figure(everything) for figure in BY_RESULTS}
    return more | {
        "network": network(model, "X"),
        "trajectories": trajectories(several),
        "one run": trajectories(single),
        "short run": trajectories(short),
        "scenarios": scenarios({"baseline": several, "running_costs_cut_20": shifted, "my_own": several}, "p_highly"),
        "scorecard": scorecard(scored),
    }


@pytest.mark.parametrize("colours", [ROLE_COLOURS, SITE_COLOURS])
def test_colours_are_those_of_okabe_and_ito_and_no_two_alike(colours):
    assert set(colours.values()) <= OKABE_ITO
    assert len(set(colours.values())) == len(colours)


def test_every_group_has_a_colour():
    assert set(ROLE_COLOURS) == set(GROUPS)


@pytest.mark.parametrize("colour", [QUIET, *VERDICT_COLOURS.values()])
def test_text_stands_out_from_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


@pytest.fixture(scope="module")
def shown(figures):
    return {name: texts(fig) for name, fig in figures.items()}


NAMES = (
    "trajectories", "one run", "short run", "scenarios", "scorecard", "network", *(f.__name__ for f in BY_RESULTS)
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_type_is_smaller_than_nine_points(shown, name):
    assert min(text.get_fontsize() for text, _ in shown[name]) >= 9


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_clipped_by_the_edge(figures, shown, name):
    fig = figures[name]
    width, height = fig.bbox.width, fig.bbox.height
    for text, box in shown[name]:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text


@pytest.mark.parametrize("name", NAMES)
def test_no_text_lies_on_another(shown, name):
    for (a, box_a), (b, box_b) in itertools.combinations(shown[name], 2):
        overlap = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0), min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        assert min(overlap) <= 1, (a.get_text(), b.get_text())


@pytest.mark.parametrize("name", NAMES)
def test_axes_are_labelled_and_there_is_a_legend(figures, name):
    fig = figures[name]
    assert fig.legends or name.startswith("influence")  # its sites are named on the axis
    for ax in fig.axes:
        if ax.axison and ax.yaxis.get_tick_params()["labelleft"]:
            assert ax.get_ylabel() or ax.get_xlabel()


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_alt_text_of_some_sentences_with_numbers(figures, name):
    alt = figures[name].get_label()
    assert re.search(r"\d", alt)
    assert alt.endswith(".")
    assert len(alt) < 600
    assert "nan" not in alt


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_names_its_runs(figures, name):
    assert re.search(r"\d runs?, seed|on the same luck", " ".join(t.get_text() for t in figures[name].texts))


@pytest.mark.parametrize("name", ["network", *(f.__name__ for f in BY_RESULTS)])
def test_figures_fit_on_a_page(figures, name):
    width, height = figures[name].get_size_inches()
    assert width <= 10
    assert height <= 8.4


def test_alt_text_of_the_scorecard_counts_verdicts(figures):
    alt = figures["scorecard"].get_label()
    assert "7 patterns of the evidence beside 3 runs" in alt
    assert "2 fails, 1 vague, 1 untested, 3 holds; 1 of them validate" in alt
    assert alt.endswith("; Weeks.")


def test_drawing_leaves_the_users_settings_alone(several):
    before = dict(mpl.rcParams)
    trajectories(several)
    assert dict(mpl.rcParams) == before


def test_the_users_settings_do_not_change_a_figure(several):
    with mpl.rc_context({"lines.linewidth": 9, "axes.facecolor": "red"}):
        fig = trajectories(several)
    assert fig.axes[0].lines[-1].get_linewidth() < 9
    assert to_rgb(fig.axes[0].get_facecolor()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("seeds", "shown"),
    [
        ([7], "1 run, seed 7"),
        ([7, 8, 9], "3 runs, seeds 7 to 9"),
        ([7, 9], "2 runs, seeds 7, 9"),
        ([1, 3, 5, 7, 9, 11, 13], "7 runs, seeds 1, 3, 5, 7, 9, 11, ..."),
    ],
)
def test_seeds_shown(seeds, shown):
    assert seeds_shown(seeds) == shown


def test_caveats_count_failed_runs():
    import pandas as pd

    results = made_up([1], weeks=1)
    results.failures = pd.DataFrame({"replicate": [3], "seed": [4], "reason": ["x"]})
    assert caveats(results, 80) == ["Note: bands show luck only.", "Note: 1 runs failed and are left out."]


def test_look_is_left_again():
    before = mpl.rcParams["font.size"]
    with look():
        assert mpl.rcParams["font.size"] == SMALL
    assert mpl.rcParams["font.size"] == before
