"""The readings of the README: medians and intervals that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.pages import headlines, numbers
from experiments.pages.headlines import SCENARIOS, interval, main, readings
from sim.run.config import compose
from sim.run.results import Results

DATES = pd.to_datetime(["2012-04-02", "2013-02-11", "2014-01-27", "2018-03-26"])
NOTHING = pd.DataFrame()


def world(shift: float = 0.0, runs: int = 3) -> Results:
    """Two sites and three roles over four weeks; run r is r points higher, and ``shift`` lowers the last week."""
    rows = []
    for run in range(runs):
        for week, date in enumerate(DATES):
            for ccg, role, n in (("A", "none", 30), ("A", "chair", 1), ("B", "none", 10), ("B", "chair", 3)):
                engaged = {"none": 0.40, "chair": 0.90}[role] + run / 100 - shift * (week == 3)
                influence = {"A": 0.30, "B": 0.50}[ccg] - 0.2 * shift
                x = 2.0 - 0.25 * week if role == "chair" else 0.5
                rows.append((run, week, date, ccg, role, n, engaged, influence, x))
    columns = ["run", "week", "date", "ccg", "role", "n", "p_engaged", "influence", "engagement"]
    series = pd.DataFrame(rows, columns=columns)
    ledger = series[["run", "week", "date", "ccg", "role", "n"]].assign(
        hope=np.where(series["role"] == "chair", 1.0 - 0.2 * series["week"], 0.0), strain=-0.1,
        influence=0.6 - shift, performance=0.0,
    )  # fmt: skip
    survey = pd.DataFrame(
        [(r, "2014-01-31", "panel", "can_influence", "agree", "all", 0.40 + r / 100) for r in range(runs)],
        columns=["run", "wave", "instrument", "item", "answer", "group_by", "share"],
    )
    return Results({}, list(range(runs)), series, NOTHING, NOTHING, survey, NOTHING, ledger, NOTHING)


def test_readings_are_medians_over_runs_of_means_over_people() -> None:
    found = readings({"baseline": world(), "no_devolution": world(), "running_costs_cut_20": world(0.10)})
    assert found["runs"] == 3
    assert found["leaders_2013"] == "91 [90, 92]"
    assert found["no_role_last"] == "41 [40, 42]"
    assert found["influence"] == "41 [40, 42]"
    assert found["influence_devolved"] == "50 [50, 50]"
    assert found["running_costs_cut_20_members"] == "-10 [-10, -10]"
    assert found["no_devolution_leaders"] == "0 [0, 0]"
    assert found["running_costs_cut_20_members_first_year"] == "0 [0, 0]"
    assert found["running_costs_cut_20_influence"] == "-0.10 [-0.10, -0.10]"


def test_the_fall_of_leaders_and_what_carries_it() -> None:
    found = readings({"baseline": world(), "no_devolution": world()})
    assert found["leaders_fall"] == "-0.25 [-0.25, -0.25]"
    assert found["leaders_fall_hope"] == "-0.20 [-0.20, -0.20]"
    assert found["leaders_fall_strain"] == "0.00 [0.00, 0.00]"


def test_influence_at_the_devolved_site_is_read_there_in_each_world() -> None:
    found = readings({"baseline": world(), "no_devolution": world(0.5)})
    assert found["influence_centralised"] == "40 [40, 40]"


def test_scenarios_are_compared_on_the_same_luck() -> None:
    other = replace(world(), seeds=[7, 8, 9])
    with pytest.raises(ValueError, match="no seed in common"):
        readings({"baseline": world(), "no_devolution": other})


def test_an_interval_holds_the_central_95_per_cent() -> None:
    assert interval(pd.Series(np.arange(1001.0))) == "500 [25, 975]"


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_exists(name: str) -> None:
    assert compose(f"scenario={name}").scenario.name == name


def test_what_is_given_is_refused_before_anything_is_computed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.ensembles.ensemble.compute", None)
    assert main(["foo=1"]) == 2
    assert capsys.readouterr().err == "error: foo=1 is not allowed; this command takes nothing\n"
    assert main(["--help"]) == 0
    assert "experiments.pages.headlines" in capsys.readouterr().out


def test_nothing_is_kept_if_a_run_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("2 runs failed, baseline replicate 0 first: no such week")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(numbers, "NUMBERS", tmp_path / "numbers.json")
    monkeypatch.setattr(headlines, "stamp_of", lambda _: {})
    monkeypatch.setattr(headlines, "compute_missing", failing)
    assert main([]) == 1
    assert capsys.readouterr().err == "error: 2 runs failed, baseline replicate 0 first: no such week\n"
    assert not numbers.NUMBERS.exists()
