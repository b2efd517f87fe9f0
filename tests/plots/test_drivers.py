from dataclasses import replace

import numpy as np
import pytest

from sim.plots.drivers import ROWS, drivers, readings
from sim.state.ledger import DRIVER_NAMES, DRIVERS
from tests.plots.tools import central, find

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
        parts = [drawn[f"line {name} {side}"] for name in DRIVERS if name != "outside"]
        np.testing.assert_allclose(drawn[f"line engagement {side}"], np.sum(parts, axis=0), atol=1e-9)
    assert "one run" in figure.get_label()


def test_every_driver_has_a_panel_with_its_plain_name(figure):
    shown = [name for row in ROWS for name in row]
    assert set(shown) == {"engagement", *DRIVERS} - {"outside"}
    titles = [ax.texts[0].get_text().replace("\n", " ") for ax in figure.axes]
    assert titles[1:] == [DRIVER_NAMES[name].replace("-m", "- m") if "-m" in DRIVER_NAMES[name] else DRIVER_NAMES[name]
                          for name in shown[1:]]  # fmt: skip


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
    for name in DRIVERS:
        values = means(everything, name, "GP leaders")
        changes[name] = abs(np.median(values[:, -1] - values[:, 0]))
    largest = max(changes, key=changes.get)
    first, last = (central(means(everything, largest, "GP leaders")[:, k]) for k in (0, -1))
    text = (
        f"GP leaders, {DRIVER_NAMES[largest]}: from {first[1]:.2f} [{first[0]:.2f}, {first[2]:.2f}] to {last[1]:.2f} ["
    )
    assert text in figure.get_label()
    assert readings(everything)[f"leaders_{largest}_last"].startswith(f"{last[1]:.2f} [")
