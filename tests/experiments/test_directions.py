"""Directions as a command: shared runs, pairs, tables, exit codes, files whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.directions import __main__ as command
from experiments.directions import page, study
from experiments.directions.page import tables
from experiments.directions.study import Study, judged, run
from experiments.pages import numbers
from experiments.pages.steps import stamps
from sim.ensembles.pool import Failure
from sim.mechanisms.claims import Direction
from sim.run.config import Config
from sim.run.results import Results
from sim.studies.directions import Claim, Extreme, compare
from tests.worlds import TWO_SITES, spread_out

VISITS = Direction(
    "diaries.visit_minutes", 0, None, "informed members", +1, "primary_care_manager_as_link.information_flow",
    "visits inform", process="informedness",
)  # fmt: skip
WRONG = replace(VISITS, sign=-1, why="the other way round")
SILENT = Extreme("nothing raised", {"agenda.rate": 0.0}, (
    Claim("no matter is raised", "matters raised", "=", 0),
    Claim("members know all the more", "informed members", ">", 100),
))  # fmt: skip


def tiny(seeds: int = 2) -> Study:
    made = spread_out(*TWO_SITES, weeks=12, warm_up_weeks=0)
    made.timeline.go_live = "2012-04-30"
    return Study((VISITS, WRONG), (SILENT,), [replace(made, seed=seed) for seed in range(seeds)])


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    asked = tiny()
    values, failures = run(asked, workers=1)
    assert not failures
    return json.loads(json.dumps(judged(asked, values)))


def test_rows_and_extremes_share_runs() -> None:
    asked = tiny(3)
    assert {name: w.seeds for name, w in asked.worlds().items()} == {
        "as usual": 3, "diaries.visit_minutes=0": 3, "nothing raised": 2,
    }  # fmt: skip
    assert len(asked.jobs()) == 8
    assert ("matters raised", "go_live") in asked.worlds()["as usual"].wanted


def test_a_row_is_the_difference_of_runs_with_the_same_seed(kept: dict[str, Any]) -> None:
    def informed(config: Config) -> float:
        from sim.run.model import CommissioningModel

        results: Results = CommissioningModel(config, seed=config.seed).run()
        rows = results.series[(results.series["week"] >= 4) & (results.series["role"] == "none")]
        return float(100 * np.average(rows["informed"], weights=rows["n"]))

    low, high = zip(*((informed(m.with_values({VISITS.key: 0})), informed(m)) for m in tiny().members), strict=True)
    expected, row = compare(low, high, +1), kept["directions"][1]
    assert low[0] != low[1]
    for name in ("at_low", "at_high", "mean", "lowest", "highest"):
        assert row[name] == pytest.approx(getattr(expected, name), rel=1e-4)
    assert (row["low"], row["high"]) == (0, 30.0)
    assert row["claimed"] == "information_flow +"
    assert row["strength"] == "strong"


def test_failures_stand_first(kept: dict[str, Any]) -> None:
    assert [r["verdict"] for r in kept["directions"]] == ["opposite", "holds"]
    assert [c["holds"] for c in kept["extremes"]] == [False, True, True]
    assert kept["extremes"][0]["words"] == "members know all the more"


def test_the_tables_come_from_what_is_kept(kept: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "directions.json"
    assert tables(path) == {}
    path.write_text(json.dumps({**kept, "seeds": 2, "seeds_of_extremes": 2}))
    found = tables(path)
    head, _, columns, _, first, second = found["directions"].splitlines()
    assert head.startswith("2 rows: 1 opposite, 0 unclear, 1 holds. 2 pairs of runs a row;")
    assert all(line.count(" | ") == columns.count(" | ") for line in (first, second))
    assert first.startswith("| **opposite** | informedness | `diaries.visit_minutes` 0 → 30 | informed members")
    assert "`primary_care_manager_as_link`: information flow + (strong)" in second
    rows = found["extremes"].splitlines()[5:]
    assert [row.rsplit(" | ", 1)[1] for row in rows] == ["**no** |", "yes |"]  # what is always true is not listed
    assert rows[0].startswith(
        "| **nothing raised**: `agenda.rate` 0 | members know all the more: informed members (%) > 100 |"
    )


@pytest.mark.parametrize(("value", "text"), [(0.09, "0.09"), (-1234.5, "-1,234"), (0.00012345, "0.000123"), (0.0, "0")])
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert page._number(value) == text


# The command


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny study, computed in this process, in place of the six sites."""
    monkeypatch.setattr(command, "six_sites", tiny)


def test_the_command_writes_one_whole_file_and_says_what_fails(
    quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / "directions.json"
    assert command.main(["--seeds", "2", "--workers", "1", "--output", str(path)]) == 0
    assert [p.name for p in path.parent.iterdir()] == ["directions.json"]
    kept = json.loads(path.read_text())
    assert (kept["runs"], kept["seeds"], len(kept["directions"])) == (6, 2, 2)
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("opposite  diaries.visit_minutes 0 -> 30: informed members should fall, moved by +")
    assert told[1].startswith("not true  nothing raised: members know all the more")
    assert told[2].startswith("2 rows: 1 opposite, 0 unclear, 1 holds. 6 runs in ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--seeds", "1"], "error: argument --seeds: 1 is not allowed; allowed is a whole number from 2 to 100"),
        (["--workers", "x"], "error: argument --workers: x is not allowed; allowed is a whole number from 0 to 1024"),
        (["--output", "."], "error: --output . is a folder; allowed is a file"),
        (["--output", "README.md/a"], "error: --output README.md/a: "),
    ],
)
def test_bad_input_is_one_line_before_anything_is_computed(
    arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "run", lambda *_, **__: pytest.fail("computed"))
    try:
        code = command.main(arguments)
    except SystemExit as stopped:
        code = int(str(stopped.code))
    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith(says)


@pytest.mark.parametrize("ending", ["interrupted", "failed"])
def test_nothing_is_written_of_a_study_that_does_not_end(
    ending: str, quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_instead(*_: Any, **__: Any) -> Any:
        if ending == "interrupted":
            raise KeyboardInterrupt
        return {}, [Failure("agenda.plans=8, seed 3", 3, "LedgerError: hours do not balance")]

    monkeypatch.setattr(command, "run", run_instead)
    path = tmp_path / "directions.json"
    path.write_text("as before")
    assert command.main(["--output", str(path)]) == {"interrupted": 130, "failed": 1}[ending]
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("directions.json", "as before")]
    said = capsys.readouterr().err
    assert "nothing is written" in said
    assert ("agenda.plans=8, seed 3: LedgerError" in said) == (ending == "failed")


def test_a_file_that_cannot_be_moved_into_place_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "directions.json"
    path.write_text("as before")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        study.write(path, {"rows": 1})
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("directions.json", "as before")]


def test_a_value_that_is_not_allowed_stops_before_a_run() -> None:
    asked = replace(tiny(), rows=(replace(VISITS, low=-5),))
    with pytest.raises(ValueError, match=r"diaries\.visit_minutes=-5 is out of range"):
        asked.jobs()


def test_what_the_page_reads_is_stamped_with_what_it_was_made(
    quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "NUMBERS", tmp_path / "numbers.json")
    monkeypatch.setattr("experiments.pages.steps.stamp_of", lambda name: {"model": f"of {name}"})
    monkeypatch.setattr(command, "DATA", tmp_path / "directions.json")
    given = ["--seeds", "2", "--workers", "1"]
    assert command.main([*given, "--output", str(tmp_path / "other.json")]) == 0
    assert stamps() == {}
    assert command.main(given) == 0
    assert stamps() == {"directions": {"model": "of directions"}}
