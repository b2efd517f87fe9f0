"""Mechanisms switched off: each override does what it says, and verdicts are compared seed by seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim import simulate
from sim.run.config import compose, plain
from sim.state.drivers import STANDING
from sim.studies.scorecard.switches import AGAINST, COLUMNS, NEEDS, OTHER, SAME, SWITCHES, compare
from tests.worlds import only

SMALL = (*only("{B: {population: 60000, practices: 6}}"), "timeline.weeks=130", "timeline.warm_up_weeks=4",
         "governance.delegation_level=3", "timeline.co_commissioning=2013-10-07")  # fmt: skip
OF_A_DRIVER = {driver.name for driver in STANDING.rows if driver.off}
"""Switches that take a component of engagement away."""


def test_switches_change_their_own_keys_and_nothing_else() -> None:
    baseline, changed = compose(), compose(*(s.override for s in SWITCHES))
    for switch in SWITCHES:
        key, _, value = switch.override.partition("=")
        assert baseline.value(key) != changed.value(key)
        assert str(changed.value(key)).lower() in (value, f"{value}.0")
        block, _, name = key.rpartition(".")
        setattr(changed.value(block), name, baseline.value(key))
    assert plain(changed) == plain(baseline)


def test_names_are_told_apart_and_labels_are_short() -> None:
    assert len({s.name for s in SWITCHES}) == len(SWITCHES) == len({s.label for s in SWITCHES})
    assert max(len(s.label) for s in SWITCHES) <= 22


def test_every_driver_of_engagement_has_a_switch() -> None:
    assert set(STANDING.names) - OF_A_DRIVER == {"disposition", "outside", "failure"}, "failure goes with success"
    assert {s.name for s in SWITCHES} >= OF_A_DRIVER


def test_a_switch_takes_its_driver_away() -> None:
    """All at once, as none may bring back another; with them on, every driver acts in this small world."""
    off = [s.override for s in SWITCHES if s.name in OF_A_DRIVER]
    with_them, without = (simulate(*SMALL, *more, seed=3).ledger for more in ([], off))
    rare = "election"  # hardly any is lost in so small a place
    for driver in set(STANDING.names) - {"disposition", "outside", rare}:
        assert with_them[driver].abs().max() > 0, driver
    for driver in set(STANDING.names) - {"disposition"}:
        assert without[driver].abs().max() == 0, driver


def measures(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns, index=range(len(next(iter(columns.values())))), dtype=float)


def test_readings_and_shifts() -> None:
    up, down = [1.0, 2, 3, 4, 5], [-1.0, -2, -3, -4, -5]
    baseline = measures(leaders_own_more=up, leaders_more_influence=down, leaders_more_engaged=up, informed_2014=up)
    world = measures(leaders_own_more=down, leaders_more_influence=up, leaders_more_engaged=up, informed_2014=up)
    table = compare(baseline, {"hope": world})
    assert tuple(table.columns) == COLUMNS
    assert list(table["world"]) == ["baseline"] * 4 + ["hope"] * 4
    rows = table[table["world"] == "hope"].set_index("pattern")
    assert rows.loc["leaders_own_more", ["baseline_verdict", "verdict", "reading"]].tolist() == [
        "holds",
        "fails",
        NEEDS,
    ]
    assert rows.loc["leaders_more_influence", "reading"] == AGAINST
    assert rows.loc[["leaders_more_engaged", "informed_2014"], "reading"].tolist() == [SAME, SAME]
    assert set(table.loc[table["world"] == "baseline", "reading"]) == {SAME}
    shift = rows.loc["leaders_own_more", ["shift_low", "shift", "shift_high"]].to_numpy(float)
    differences = np.array(down) - np.array(up)
    half = 2.776445 * differences.std(ddof=1) / np.sqrt(5)
    assert shift == pytest.approx([-6 - half, -6, -6 + half], abs=1e-4)
    assert rows.loc["informed_2014", "shift"] == 0


@pytest.mark.parametrize(
    ("shifts", "clear"),
    [
        ([-6.0] * 5, True),
        ([0.0] * 5, False),
        ([-0.5, -0.6, -0.5, -0.6, -0.5], False),  # sure, and a third of a standard deviation
        ([-1.0, -1.1, -0.9, -1.0, -1.0], True),
        ([9.0, -1, -1, 9, -1], False),  # large, and luck
    ],
)
def test_a_shift_is_clear_if_it_is_large_and_sure(shifts: list[float], clear: bool) -> None:
    before = [1.0, 2, 3, 4, 5]  # standard deviation 1.58
    after = [b + s for b, s in zip(before, shifts, strict=True)]
    row = compare(measures(informed_2014=before), {"hope": measures(informed_2014=after)}).iloc[1]
    assert row["clear"] == clear


def test_another_verdict_that_neither_holds() -> None:
    baseline = measures(leaders_own_more=[1.0, 1, 1, -1, -1])  # three in five: vague
    rows = compare(baseline, {"hope": measures(leaders_own_more=[-1.0] * 5)})
    assert rows.iloc[1][["baseline_verdict", "verdict", "reading"]].tolist() == ["vague", "fails", OTHER]


def test_runs_are_paired_by_their_number() -> None:
    baseline = measures(informed_2014=[50.0, 60, 70, 80])
    world = measures(informed_2014=[51.0, 61, 71]).set_axis([1, 2, 3], axis=0)
    shift = compare(baseline, {"hope": world}).iloc[1]
    assert shift["shift"] == pytest.approx((51 - 60 + 61 - 70 + 71 - 80) / 3)
    assert np.isnan(compare(baseline, {"hope": world.iloc[:1]}).iloc[1]["shift"])
