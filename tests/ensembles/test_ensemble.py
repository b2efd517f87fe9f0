"""Ensembles: the same numbers however they are computed; vectors; failures; reuse."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas.testing as pdt
import pytest

from sim.ensembles import ensemble as ensemble_module
from sim.ensembles import pool
from sim.ensembles.ensemble import Interrupted, compute, default_folder, plan, simulate
from sim.ensembles.pool import Failure, Job, run_jobs
from sim.ensembles.store import OutputError
from sim.run import fitted_values as vectors
from sim.run.config import Config, ConfigError, compose
from sim.run.results import Results
from sim.run.vocabulary import TABLES
from sim.state.ledger import LedgerError

SMALL = (
    "place.sites=[{name: E, population: 60000, practices: 6}]",
    "timeline.weeks=30",
    "timeline.warm_up_weeks=2",
    "ensemble.null_world=false",
)


def process_of(results: Results) -> tuple[int, int]:
    """Keep who computed a run."""
    return os.getpid(), results.seeds[0]


def break_seed(seed: int, results: Results) -> int:
    """Fail as a broken ledger would for one seed."""
    if results.seeds[0] == seed:
        raise LedgerError("time_allocation: supply = paid + idle is broken in week 3 for E/practice/001/gp/00/0")
    return results.seeds[0]


def same(first: Results, second: Results) -> None:
    for name in TABLES:
        pdt.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)
    assert first.seeds == second.seeds


@pytest.fixture(scope="module")
def serial() -> Results:
    return simulate(*SMALL, seed=5, replicates=3, workers=1)


@pytest.fixture
def fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    values = [
        {"hope.beta": 0.9, "survey.threshold_somewhat": 0.1},
        {"hope.beta": 1.2, "survey.threshold_somewhat": 0.3},
    ]
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps({"how": {}, "vectors": values}))
    monkeypatch.setattr(vectors, "VECTORS", path)
    vectors.vectors.cache_clear()
    yield values
    vectors.vectors.cache_clear()


def test_serial_and_parallel_are_the_same_bit_for_bit(serial: Results) -> None:
    same(serial, simulate(*SMALL, seed=5, replicates=3, workers=2))


def test_parallel_is_really_parallel() -> None:
    config = compose(*SMALL)
    jobs = [Job(replace(config, seed=i), process_of) for i in range(6)]
    outcomes = dict(run_jobs(jobs, workers=2))
    assert [outcomes[i][1] for i in range(6)] == list(range(6))
    processes = {pid for pid, _ in outcomes.values()}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_one_worker_computes_here() -> None:
    assert dict(run_jobs([Job(compose(*SMALL), process_of)], workers=1)) == {0: (os.getpid(), 0)}


def test_a_replicate_is_the_single_run_of_its_seed(serial: Results) -> None:
    single = simulate(*SMALL, seed=6)
    assert "run" not in single.series.columns
    for name in TABLES:
        table = getattr(serial, name)
        second = table[table["run"] == 1].drop(columns="run").reset_index(drop=True)
        pdt.assert_frame_equal(second, getattr(single, name), check_exact=True)


def test_replicates_differ_and_are_numbered(serial: Results) -> None:
    assert serial.seeds == [5, 6, 7]
    assert list(serial.series["run"].unique()) == [0, 1, 2]
    assert serial.series.groupby("run")["engagement"].mean().nunique() == 3


def test_the_caller_s_config_is_not_changed(fitted: list[dict[str, Any]]) -> None:
    config = compose(*SMALL)
    before = repr(config)
    plan(config, replicates=3)
    assert repr(config) == before


def test_what_is_stored_is_reused_and_what_is_missing_computed(serial: Results, tmp_path: Path) -> None:
    out = tmp_path / "out"
    simulate(*SMALL, seed=5, replicates=2, workers=1, output=out)
    written = {p: p.stat().st_mtime_ns for p in out.rglob("*.parquet")}
    config = compose(*SMALL, "seed=5")
    ensemble = plan(config, replicates=3, folder=out)
    assert ensemble.missing() == [2]
    compute([ensemble], workers=1)
    assert ensemble.reused == 2
    assert {p: p.stat().st_mtime_ns for p in written} == written
    same(serial, ensemble.results())


def test_another_run_in_the_folder_is_refused(tmp_path: Path) -> None:
    simulate(*SMALL, output=tmp_path / "out", workers=1)
    for other in (("seed=3",), ("hope.beta=1.234",), ("timeline.weeks=29",)):
        with pytest.raises(OutputError, match="holds another run"):
            simulate(*SMALL, *other, output=tmp_path / "out", workers=1)


def test_the_default_folder_depends_on_the_run_and_not_on_how_many() -> None:
    folder = default_folder(compose(*SMALL))
    assert folder.parent == Path("results")
    assert folder.name.startswith("baseline-six_sites-")
    assert folder == default_folder(compose(*SMALL, "ensemble.replicates=9", "ensemble.workers=1", "output=x"))
    assert folder != default_folder(compose(*SMALL, "seed=1"))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_run_is_a_row_and_the_others_are_kept(workers: int) -> None:
    config = compose(*SMALL)
    jobs = [Job(replace(config, seed=i), functools.partial(break_seed, 1), f"replicate {i}") for i in range(3)]
    outcomes = dict(run_jobs(jobs, workers=workers))
    assert outcomes[0] == 0
    assert outcomes[2] == 2
    failure = outcomes[1]
    assert isinstance(failure, Failure)
    assert (failure.label, failure.seed) == ("replicate 1", 1)
    assert failure.reason.startswith("LedgerError: time_allocation: supply = paid + idle is broken in week 3 for E/")


def test_failures_are_told_in_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = pool.run_job

    def broken(job: Job) -> Any:
        if job.config.seed == 1:
            raise LedgerError("hope: people.hope is not finite in week 2 for E/x")
        return computed(job)

    monkeypatch.setattr(pool, "run_job", broken)
    results = simulate(*SMALL, replicates=2, workers=1)
    assert results.seeds == [0]
    assert list(results.series["run"].unique()) == [0]
    assert results.failures is not None
    assert results.failures.to_dict("records") == [
        {
            "replicate": "baseline replicate 1",
            "seed": 1,
            "reason": "LedgerError: hope: people.hope is not finite in week 2 for E/x",
        }
    ]


def test_no_replicate_left_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(job: Job) -> Any:
        raise LedgerError("week 2")

    monkeypatch.setattr(pool, "run_job", broken)
    with pytest.raises(RuntimeError, match="no replicate finished; LedgerError: week 2"):
        simulate(*SMALL, replicates=2, workers=1)


def test_seeds_go_with_vectors_in_turn(fitted: list[dict[str, Any]]) -> None:
    ensemble = plan(compose(*SMALL, "seed=3"), replicates=3)
    assert [m.seed for m in ensemble.members] == [3, 4, 5]
    assert [m.hope.beta for m in ensemble.members] == [1.2, 0.9, 1.2]
    assert [m.vector for m in ensemble.members] == [fitted[1], fitted[0], fitted[1]]
    assert [note for note in ensemble.notes if "fitted" in note] == []
    assert simulate(*SMALL, seed=3).config["hope"]["beta"] == 1.2


def test_a_parameter_set_by_the_user_overrides_the_vectors_and_it_is_said(fitted: list[dict[str, Any]]) -> None:
    default = Config().hope.beta
    for overrides in (("hope.beta=2",), (f"hope.beta={default}",)):
        ensemble = plan(compose(*SMALL, *overrides), replicates=2)
        value = ensemble.config.hope.beta
        assert [m.hope.beta for m in ensemble.members] == [value, value]
        assert [m.survey.threshold_somewhat for m in ensemble.members] == [0.1, 0.3]
        assert ensemble.notes[-1] == f"hope.beta={value} was set and overrides the fitted vectors"
    folders = {default_folder(compose(*SMALL, *o)) for o in ((), (f"hope.beta={default}",))}
    assert len(folders) == 2


@pytest.mark.parametrize(("replicates", "few"), [(1, False), (2, True), (19, True), (20, False)])
def test_intervals_of_a_few_runs_are_said_to_be_rough(replicates: int, few: bool) -> None:
    notes = plan(compose(*SMALL), replicates=replicates).notes
    assert (f"{replicates} runs are few: intervals are hardly more than the lowest and highest run" in notes) is few


def test_reports_of_fewer_runs_have_a_place_of_their_own(tmp_path: Path) -> None:
    config = compose(*SMALL, "timeline.weeks=2", "ensemble.null_world=false")
    for replicates in (2, 1):
        ensemble = plan(config, replicates=replicates, folder=tmp_path / "x")
        compute([ensemble], workers=1)
        assert ensemble.reports == tmp_path / f"x/report_{replicates}_runs"


def test_replicates_are_asked_for_in_one_way() -> None:
    with pytest.raises(ConfigError, match=r"ensemble.replicates is for the command line; .* replicates=40"):
        simulate(*SMALL, "ensemble.replicates=5")


@pytest.mark.parametrize(
    ("overrides", "surveyed"),
    [((), True), (("scenario=no_devolution",), True), (("place.clone_to=12",), False), (SMALL, False)],
)
def test_results_of_a_place_that_nobody_surveyed_say_so(overrides: tuple[str, ...], surveyed: bool) -> None:
    notes = plan(compose(*overrides)).notes
    assert any("six case-study sites" in note for note in notes) is not surveyed


def test_without_vectors_the_results_say_luck_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "VECTORS", tmp_path / "none.json")
    vectors.vectors.cache_clear()
    try:
        assert "luck only" in plan(compose(*SMALL)).notes[-1]
    finally:
        vectors.vectors.cache_clear()


@pytest.mark.parametrize(("key", "value"), [("hope.betta", 1.0), ("hope.beta", 99.0)])
def test_vectors_that_do_not_fit_are_refused(
    key: str, value: float, fitted: list[dict[str, Any]], tmp_path: Path
) -> None:
    vectors.VECTORS.write_text(json.dumps({"how": {}, "vectors": [{key: value}]}))
    vectors.vectors.cache_clear()
    with pytest.raises(ConfigError, match=key):
        plan(compose(*SMALL), replicates=2)


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


def test_ctrl_c_removes_what_is_half_written_and_keeps_what_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensemble = plan(compose(*SMALL), replicates=2, folder=tmp_path / "out")

    def interrupted(jobs: list[Job], **_: object) -> Iterator[tuple[int, Any]]:
        yield 0, pool.run_job(jobs[0])
        (tmp_path / "out/.replicate_001.partial").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(ensemble_module, "run_jobs", interrupted)
    with pytest.raises(Interrupted):
        compute([ensemble])
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"store.json", "replicate_000"}
    assert ensemble.missing() == [1]


def test_a_script_without_a_main_guard_may_use_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    call = f"simulate(*{SMALL!r}, replicates=2, workers=2)"
    script.write_text(f"print('once')\nfrom sim import simulate\nprint({call}.seeds)\n")
    root = Path(pool.__file__).parents[2]
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
