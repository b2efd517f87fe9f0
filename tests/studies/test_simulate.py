"""One call for a run or an ensemble: what it takes, what it returns, and what it keeps."""

from __future__ import annotations

import multiprocessing as mp
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas.testing as pdt
import pytest

import sim
from sim import ConfigError, simulate
from sim.run.vocabulary import TABLES
from tests.worlds import only

SMALL = (
    *only("{E: {population: 60000, practices: 6}}"),
    "timeline.weeks=30",
    "timeline.warm_up_weeks=2",
    "ensemble.null_world=false",
)
TINY = (*SMALL, "timeline.weeks=2", "timeline.warm_up_weeks=0")


def test_replicates_are_asked_for_in_one_way() -> None:
    with pytest.raises(ConfigError, match=r"ensemble.replicates is for the command line; .* replicates=40"):
        simulate(*SMALL, "ensemble.replicates=5")


def test_bad_input_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown key hope\.betta"):
        simulate("hope.betta=3", output=tmp_path / "out")
    with pytest.raises(ConfigError, match="replicates=0"):
        simulate(replicates=0, output=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_ensemble_has_a_scorecard_beside_its_null_world(tmp_path: Path) -> None:
    arguments = (*SMALL, "ensemble.null_world=true", "timeline.weeks=60")
    kept = simulate(*arguments, replicates=2, workers=1)
    stored = simulate(*arguments, replicates=2, workers=1, output=tmp_path / "out")
    assert kept.scorecard is not None
    assert stored.scorecard is not None
    pdt.assert_frame_equal(kept.scorecard, stored.scorecard)
    assert (kept.scorecard["null_verdict"] != "").all()
    assert sorted(p.name for p in (tmp_path / "out/null").iterdir()) == ["replicate_000", "replicate_001", "store.json"]
    alone = simulate(*SMALL, "timeline.weeks=60", replicates=2, workers=1)
    assert alone.scorecard is not None
    assert (alone.scorecard["null_verdict"] == "").all()
    assert simulate(*SMALL).scorecard is None


def test_a_script_without_a_main_guard_may_use_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    call = f"simulate(*{SMALL!r}, replicates=2, workers=2)"
    script.write_text(f"print('once')\nfrom sim import simulate\nprint({call}.seeds)\n")
    root = Path(sim.__file__).parents[1]
    told = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert told.stdout.split("\n")[:2] == ["once", "[0, 1]"]
    assert told.stderr == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"replicates": 0}, "replicates=0 is not allowed; allowed is a whole number from 1"),
        ({"replicates": "2"}, "replicates='2' is not allowed"),
        ({"replicates": 1.5}, "replicates=1.5 is not allowed"),
        ({"workers": -1}, "workers=-1 is not allowed; allowed is a whole number from 0"),
    ],
)
def test_how_many_is_a_whole_number(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        simulate(*SMALL, **given)


def test_whole_numbers_of_numpy_will_do() -> None:
    assert simulate(*SMALL, replicates=np.int64(1), workers=np.int32(1)).seeds == [0]


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("replicates", [1, 2])
def test_only_the_tables_asked_for_are_returned(stored: bool, replicates: int, tmp_path: Path) -> None:
    how: dict[str, Any] = {"replicates": replicates, "workers": 1, "output": tmp_path / "out" if stored else None}
    lean, everything = simulate(*SMALL, **how, tables=("series", "survey")), simulate(*SMALL, **how)
    for name in TABLES:
        if name in ("series", "survey"):
            pdt.assert_frame_equal(getattr(lean, name), getattr(everything, name), check_exact=True)
        else:
            assert set(getattr(lean, name).columns) <= {"run"}
            assert len(getattr(everything, name).columns) > 1, name
    if replicates > 1:
        assert lean.scorecard is not None
        pdt.assert_frame_equal(lean.scorecard, everything.scorecard)


@pytest.mark.parametrize("tables", [("serie",), "series", ("series", "scorecard")])
def test_a_table_that_no_run_has_is_refused(tables: Any) -> None:
    with pytest.raises(ConfigError, match=r"tables=.* is not allowed; allowed is a list of series, ccgs, .*, people"):
        simulate(*TINY, tables=tables)


def simulated(told: Any) -> None:
    """Simulate with two workers, as a process that may have none would."""
    told.put(simulate(*TINY, replicates=2, workers=2).seeds)


def test_a_worker_of_somebody_else_may_simulate() -> None:
    context = mp.get_context("spawn")
    told = context.Queue()
    daemon = context.Process(target=simulated, args=(told,), daemon=True)
    daemon.start()
    assert told.get(timeout=120) == [0, 1]
    daemon.join()
