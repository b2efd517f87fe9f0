from dataclasses import replace

import numpy as np
import pytest

from sim.plots.drivers import ROWS, drivers, readings, rows_of
from sim.state.drivers import ROWS as HOUSE
from sim.state.drivers import STANDING, Driver, Drivers
from tests.plots.tools import central, find, texts

SIDES = {"GP leaders": ("locality_lead", "governing_body", "chair"), "other GPs": ("none", "representative")}


@pytest.fixture(scope="module")
def figure(everything):
    return drivers(everything)


def means(results, name, side):
    """Mean over the people of a side, shape (runs, weeks), by plain loops."""
    table = results.series if name == "engagement" else results.ledger
    table = table[[c for c in ("run", "week", "role", "n", name) if c in table]].to_dict("records")
    total, people = (np.zeros((len(results.seeds), 112)) for _ in range(2))
    for row in table:
        if row["role"] in SIDES[side]:
            total[row.get("run", 0), row["week"]] += row["n"] * row[name]
            people[row.get("run", 0), row["week"]] += row["n"]
    return total / people


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["engagement", "hope", "election"])
def test_lines_are_medians_over_runs_of_means_over_people(everything, figure, name, side):
    (line,) = find(figure, f"line {name} {side}")
    (band,) = find(figure, f"band {name} {side}")
    values = means(everything, name, side)
    np.testing.assert_allclose(line.get_ydata(), np.median(values, axis=0))
    assert band.get_paths()[0].vertices[:, 1].min() == pytest.approx(np.quantile(values, 0.025, axis=0).min())


def test_drivers_of_one_run_sum_to_engagement(alone):
    figure = drivers(alone)
    drawn = {line.get_label(): line.get_ydata() for ax in figure.axes for line in ax.lines}
    for side in SIDES:
        parts = [drawn[f"line {name} {side}"] for name in STANDING.names if name != "outside"]
        np.testing.assert_allclose(drawn[f"line engagement {side}"], np.sum(parts, axis=0), atol=1e-9)
    assert "one run" in figure.get_label()


def test_every_driver_has_a_panel_with_its_plain_name(figure):
    shown = [name for row in ROWS for name in row]
    assert set(shown) == {"engagement", *STANDING.names} - {"outside"}
    titles = [ax.texts[0].get_text().replace("\n", " ") for ax in figure.axes]
    assert titles[1:] == [STANDING.by_name[name].label for name in shown[1:]]


def test_panels_of_a_row_share_their_scale(figure):
    start = 0
    for row in ROWS:
        axes = figure.axes[start : start + len(row)]
        assert len({ax.get_ylim() for ax in axes}) == 1
        assert axes[0].get_ylabel() == "latent units"
        start += len(row)


def test_what_was_set_by_hand_is_shown_if_there_is_any(everything):
    by_hand = replace(everything, ledger=everything.ledger.assign(outside=0.5))
    (line,) = find(drivers(by_hand), "line outside GP leaders")
    assert list(line.get_ydata()) == pytest.approx([0.5] * 112)


def test_alt_text_names_the_largest_changes(everything, figure):
    changes = {}
    for name in STANDING.names:
        values = means(everything, name, "GP leaders")
        changes[name] = abs(np.median(values[:, -1] - values[:, 0]))
    largest = max(changes, key=changes.get)
    first, last = (central(means(everything, largest, "GP leaders")[:, k]) for k in (0, -1))
    start = f"{first[1]:.2f} [{first[0]:.2f}, {first[2]:.2f}]"
    text = f"GP leaders, {STANDING.by_name[largest].label}: from {start} to {last[1]:.2f} ["
    assert text in figure.get_label()
    assert readings(everything)[f"leaders_{largest}_last"].startswith(f"{last[1]:.2f} [")


def with_more(results, *more):
    """The same results of a model with more drivers, each half of engagement on its side of the sum."""
    own = {driver.name: results.series["engagement"] / 2 for driver in more}
    grown = results.series.assign(engagement=results.series["engagement"] * (1 + len(more) / 2))
    drivers_of_both = Drivers([*HOUSE, *more])
    return replace(results, series=grown, ledger=results.ledger.assign(**own), drivers=drivers_of_both)


NEWSLETTER = Driver("newsletter", "pull", "the newsletter", "reading what the CCG sends round")


def test_a_driver_of_ones_own_has_a_panel_below_those_of_the_house(alone):
    figure, house = drivers(with_more(alone, NEWSLETTER)), drivers(alone)
    assert [ax.texts[0].get_text() for ax in figure.axes[:-1]] == [ax.texts[0].get_text() for ax in house.axes]
    assert figure.axes[-1].texts[0].get_text() == "the newsletter"
    assert figure.axes[-1].get_position().y1 < min(ax.get_position().y0 for ax in figure.axes[:-1])
    drawn = {line.get_label(): line.get_ydata() for ax in figure.axes for line in ax.lines}
    for side in SIDES:
        parts = [drawn[f"line {name} {side}"] for name in (*STANDING.names, "newsletter") if name != "outside"]
        np.testing.assert_allclose(drawn[f"line engagement {side}"], np.sum(parts, axis=0), atol=1e-9)


def test_a_driver_of_ones_own_is_told_of(everything):
    grown = with_more(everything, NEWSLETTER)
    grown.ledger.loc[grown.ledger["week"] == 0, "newsletter"] = 50.0
    assert "GP leaders, the newsletter: from 50.00 [50.00, 50.00] to " in drivers(grown).get_label()
    assert readings(grown)["others_newsletter_first"] == "50.00 [50.00, 50.00]"


def test_any_number_of_drivers_finds_room(everything):
    pulls = [Driver(f"p{k}", "pull", f"something that lasts, the {k}th of many of them", "") for k in range(7)]
    grown = with_more(everything, *pulls, Driver("fete", "kick", "the summer fete", ""))
    assert [list(row) for row in rows_of(grown)[3:]] == [[f"p{k}" for k in range(5)], ["p5", "p6"], ["fete"]]
    figure = drivers(grown)
    boxes = [ax.get_window_extent() for ax in figure.axes]
    assert all(0 < box.x0 < box.x1 < figure.bbox.width and box.y0 > 0 for box in boxes)
    tops = [ax.texts[0] for ax in figure.axes]
    named = [(text, box) for text, box in texts(figure) if text in tops]
    others = [(text, box) for text, box in texts(figure) if text not in tops]
    assert len(named) == len(figure.axes)
    for text, box in named:
        assert not [other.get_text() for other, there in others if box.overlaps(there)], text.get_text()
