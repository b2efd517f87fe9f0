"""The full scorecard: kept, resumed, told, and what the pages take from it."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.full_scorecard import __main__ as command
from experiments.full_scorecard import page, study
from sim.ensembles.ensemble import Interrupted
from sim.plots import files
from sim.studies.fit import targets
from sim.studies.scorecard import worlds
from sim.studies.scorecard.switches import SWITCHES
from tests.worlds import only

SMALL = [
    *only("{E: {population: 30000, practices: 3}}"),
    "timeline.weeks=100",
    "timeline.warm_up_weeks=2",
    "ensemble.replicates=1",
    "ensemble.workers=1",
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A full scorecard of one run a world, one mechanism and one gamma, stopped once on its way."""
    folder = tmp_path_factory.mktemp("full")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.scorecard.worlds.SWITCHES", SWITCHES[:1])
        patch.setattr("sim.studies.scorecard.gamma.GAMMAS", (0.3,))
        patch.setattr(page, "DATA", folder / "pages.json")
        with pytest.MonkeyPatch.context() as stop:
            stop.setattr("sim.studies.scorecard.gamma.plan_gammas", _interrupt)
            assert command.main([*SMALL, f"output={folder / 'runs'}"]) == 130
        return folder, command.main([*SMALL, f"output={folder / 'runs'}"])


def _interrupt(*_: Any) -> None:
    raise Interrupted


def test_an_interrupted_run_goes_on(kept: tuple[Path, int], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, code = kept
    assert code == 0
    assert sorted(p.name for p in (folder / "runs").iterdir() if p.is_dir()) == [
        "baseline",
        "gamma_0.3",
        "hope",
        "null",
    ]
    spent = study.spent(folder / "runs")
    assert spent > 0
    monkeypatch.setattr(worlds, "SWITCHES", SWITCHES[:1])
    planned = worlds.plan_switches([*SMALL, f"output={folder / 'runs'}"])
    assert not any(world.missing() for world in planned.values())
    study.compute_all(planned, folder / "runs", 1)
    assert study.spent(folder / "runs") == spent  # nothing was computed


def test_runs_keep_what_is_measured_and_no_more(kept: tuple[Path, int]) -> None:
    run = kept[0] / "runs" / "hope" / "replicate_000"
    assert len(pd.read_parquet(run / "ledger.parquet")) == 0
    assert len(pd.read_parquet(run / "hours.parquet")) > 0


def test_tables_are_kept(kept: tuple[Path, int]) -> None:
    tables = {p.stem: pd.read_parquet(p) for p in (kept[0] / "runs").glob("*.parquet")}
    assert set(tables) == {"scorecard", "switches", "gamma", "gamma_verdicts"}
    assert set(tables["switches"]["world"]) == {"baseline", "null", "hope"}
    assert set(tables["gamma"]["gamma"]) == {0.3}


def test_pages_are_written_only_of_the_question_as_it_ships(kept: tuple[Path, int]) -> None:
    assert not (kept[0] / "pages.json").exists()


@pytest.mark.parametrize(
    "wrong",
    [["hope.betta=2"], ["hope.beta=99"], ["output=setup.cfg/x", "ensemble.replicates=1"], ["output=."], ["--nonsense"]],
)
def test_bad_input_is_one_line(wrong: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path,
                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (tmp_path / "setup.cfg").write_text("a file")
    monkeypatch.chdir(tmp_path)
    assert command.main(wrong) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert told.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["setup.cfg"]


def test_a_failed_run_is_told(kept: tuple[Path, int], monkeypatch: pytest.MonkeyPatch,
                              capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:  # fmt: skip
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("no such week")

    monkeypatch.setattr("sim.run.model.CommissioningModel.run", broken)
    monkeypatch.setattr(worlds, "SWITCHES", ())
    assert command.main([*SMALL, f"output={tmp_path}"]) == 1
    assert "2 runs failed, baseline replicate 0 first: ValueError: no such week" in capsys.readouterr().err


# What the pages show


@pytest.fixture
def pages(kept: tuple[Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pages' data of a made-up scorecard, written as the command writes it."""
    tables = {p.stem: pd.read_parquet(p) for p in (kept[0] / "runs").glob("*.parquet")}
    tables["scorecard"] = made_up_scorecard()
    monkeypatch.setattr(page, "DATA", tmp_path / "data" / "full_scorecard.json")
    monkeypatch.setattr(page, "IMAGES", tmp_path / "images")
    monkeypatch.setattr(files, "save_for_page", lambda _, path: path)
    for module, drawing in (("sim.plots.scorecard", "scorecard"), ("sim.plots.switches", "switches")):
        monkeypatch.setattr(importlib.import_module(module), drawing, lambda *_: None)
    quoted: dict[str, Any] = {}
    monkeypatch.setattr(page, "keep_numbers", lambda block, values: quoted.update({block: values}))
    told = {
        "replicates": 40, "runs": 840, "seconds": 1830, "cores": 2,
        "switches": [{"name": "hope", "label": "hope", "override": "hope.beta=0", "note": ""}],
    }  # fmt: skip
    page.write_pages(tables, told, None)  # type: ignore[arg-type]
    assert quoted == page.numbers()
    return page.DATA


def made_up_scorecard() -> pd.DataFrame:
    columns = ["pattern", "verdict", "evidence", "statement", "reported", "low", "median", "high", "observed", "rank",
               "width", "width_allowed", "null_verdict"]  # fmt: skip
    nan = float("nan")
    rows = [
        ("informed", "fails", "fails", "share informed", "54 %", 58.04, 62.06, 66.07, 54.0, 0.0, 8.03, 23.4, "fails"),
        ("order", "vague", "vague", "order of sites", "> 0 points", 40.0, 60.0, 80.0, nan, nan, 40.0, nan, "vague"),
        ("hours", "holds", "not evidence", "paid hours", "24 h/wk", 23.71, 24.22, 24.5, 24.0, 0.31, 0.79, 6.0, "holds"),
        ("gap", "holds", "validates", "gap", "> 0 points", 80.0, 95.0, 99.0, nan, nan, 19.0, nan, "fails"),
    ]
    return pd.DataFrame(rows, columns=columns)


def test_numbers_are_counted(pages: Path) -> None:
    found = page.numbers()["scorecard"]
    expected = {
        "patterns": 4, "runs": 40, "holds": 2, "vague": 1, "fails": 1, "untested": 0, "fitted": 0, "not_evidence": 1,
        "imposed": 0, "not_blind": 0, "validates": 1, "all_runs": 840, "minutes": 30, "cores": 2, "switches": 1,
        "worlds": 3, "need_a_mechanism": 0,
    }  # fmt: skip
    assert {key: found[key] for key in expected} == expected
    assert 0 < found["findings_with_pattern"] < found["findings"]
    assert page.numbers()["pattern"] == {
        "informed": "62 [58, 66]", "order": "60 [40, 80] % of runs", "hours": "24.2 [23.7, 24.5]",
        "gap": "95 [80, 99] % of runs",
    }  # fmt: skip
    assert "everyone_highly_2014_at_0.3" in page.numbers()["gamma"]


def test_tables_say_what_the_data_say(pages: Path) -> None:
    tables = page.tables()
    lines = tables["scorecard"].splitlines()
    assert lines[2] == "| **fails** | share informed | 54 % | 62 [58, 66] | 0.00 | 8.0 (23) | fails | fails |"
    assert lines[3] == "| **vague** | order of sites | > 0 points | 60 [40, 80] % of runs |  |  | vague | vague |"
    assert lines[4].startswith("| **holds** | paid hours | 24 h/wk | 24.2 [23.7, 24.5] | 0.31 | 0.8 (6) |")
    for name, text in tables.items():
        widths = {line.count("|") for line in text.splitlines()}
        assert len(widths) == 1, name
    assert "hope.beta=0" in tables["switches"]
    assert "| 0.3 | at least somewhat |" in tables["gamma"]


def test_a_switch_lists_the_verdicts_that_it_changes(pages: Path) -> None:
    held = json.loads(pages.read_text(encoding="utf-8"))
    row = next(r for r in held["switches"] if r["world"] == "hope")
    row |= {"reading": "needs it", "baseline_verdict": "holds", "verdict": "fails", "shift": -4.25, "shift_low": -5.0,
            "shift_high": -3.5, "unit": "points", "clear": True}  # fmt: skip
    pages.write_text(json.dumps(held), encoding="utf-8")
    (line,) = [line for line in page.tables()["switches"].splitlines() if "hope.beta=0" in line]
    assert f"{row['statement']} (holds to fails, -4.2 [-5, -3.5] points)" in line
    assert page.numbers()["scorecard"]["need_a_mechanism"] == 1


def test_data_hold_no_nan(pages: Path) -> None:
    assert not re.search(r"\bNaN\b", pages.read_text(encoding="utf-8"))


def test_without_data_there_are_no_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(page, "DATA", tmp_path / "none.json")
    assert page.tables() == {}


def test_numbers_are_short() -> None:
    assert [page.shown(v, 1.0) for v in (12.4, 12.0, -3.25)] == ["12.4", "12", "-3.2"]
    assert [page.shown(v) for v in (None, 0.04, 3.0, 9.96, 12.4, -3.25)] == ["-", "0", "3", "10.0", "12", "-3.2"]


def test_the_fitted_shares_that_the_page_shows_are_near_what_was_reported() -> None:
    """Vectors fitted to another model than that of the runs would be off."""
    fitted = {target.name for target in targets()}
    held = json.loads(page.DATA.read_text(encoding="utf-8"))["scorecard"]
    rows = [row for row in held if row["pattern"] in fitted]
    assert rows
    for row in rows:
        assert abs(row["median"] - row["observed"]) < 10, row["pattern"]
