"""Ensembles: the same numbers however they are computed; vectors; failures; reuse."""

from __future__ import annotations

import functools
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pandas.testing as pdt
import pytest

from sim import simulate
from sim.ensembles import ensemble as ensemble_module
from sim.ensembles import pool
from sim.ensembles.ensemble import Interrupted, Measure, check_room, compute, default_folder, plan
from sim.ensembles.pool import Failure, Job, run_jobs
from sim.ensembles.store import OutputError
from sim.run import fitted_values as vectors
from sim.run.config import Config, ConfigError, compose
from sim.run.results import Results
from sim.run.vocabulary import TABLES
from sim.state.ledger import LedgerError
from tests.worlds import only

SMALL = (
    *only("{E: {population: 60000, practices: 6}}"),
    "timeline.weeks=30",
    "timeline.warm_up_weeks=2",
    "ensemble.null_world=false",
)

TINY = (*SMALL, "timeline.weeks=2", "timeline.warm_up_weeks=0")


def weeks_of(results: Results) -> pd.DataFrame:
    """Measure how many weeks a run has, from its series alone."""
    return pd.DataFrame({"weeks": [results.series["week"].nunique()]})


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


def test_a_folder_is_that_of_its_fitted_vectors(fitted: list[dict[str, Any]], tmp_path: Path) -> None:
    config = compose(*TINY)
    before = default_folder(config)
    compute([plan(config, folder=tmp_path / "out")], workers=1)
    fitted[1]["hope.beta"] = 1.3  # no vector of the first run
    vectors.VECTORS.write_text(json.dumps({"how": {}, "vectors": fitted}))
    vectors.vectors.cache_clear()
    assert default_folder(config) != before
    with pytest.raises(OutputError, match="holds another run"):
        plan(config, replicates=2, folder=tmp_path / "out").check()


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


def test_an_ensemble_measures_what_it_is_handed(tmp_path: Path) -> None:
    measure = Measure(weeks_of, ("series",))
    for folder in (None, tmp_path / "out"):
        ensemble = plan(compose(*TINY), replicates=2, folder=folder, measure=measure, tables=("series",))
        compute([ensemble], workers=2)
        assert list(ensemble.measures()["weeks"]) == [2, 2]
    again = plan(compose(*TINY), replicates=2, folder=tmp_path / "out", measure=measure, tables=("series",))
    assert list(again.measures()["weeks"]) == [2, 2], "also of runs that were there"
    with pytest.raises(RuntimeError, match="planned without anything to measure"):
        plan(compose(*TINY), folder=tmp_path / "other").measures()


@pytest.mark.parametrize("stored", [False, True])
def test_tables_that_nobody_asks_for_are_not_handed_out(stored: bool, tmp_path: Path) -> None:
    ensemble = plan(compose(*TINY), replicates=2, folder=tmp_path / "out" if stored else None)
    compute([ensemble], workers=1)
    few = ensemble.results(("series", "survey"))
    assert len(few.series) == len(ensemble.results().series) > 0
    assert few.ledger.empty
    assert len(ensemble.results().ledger) > 0


def test_tables_not_kept_are_empty_and_their_folder_is_not_taken_for_one_that_has_all(tmp_path: Path) -> None:
    for folder in (None, tmp_path / "out"):
        ensemble = plan(compose(*TINY), replicates=1, folder=folder, tables=("series", "survey"))
        compute([ensemble], workers=1)
        results = ensemble.results()
        pdt.assert_frame_equal(results.series, simulate(*TINY).series, check_exact=True)
        assert all(getattr(results, name).empty for name in ("hours", "events", "ledger"))
    with pytest.raises(OutputError, match="holds another run"):
        plan(compose(*TINY), folder=tmp_path / "out").check()


def test_a_folder_stays_where_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    ensemble, at_home = (plan(compose(*TINY), folder=Path(folder)) for folder in ("out", "~/out"))
    monkeypatch.chdir(tmp_path / "elsewhere")
    compute([ensemble, at_home], workers=1)
    assert ensemble.folder == tmp_path / "out"
    assert at_home.folder == tmp_path / "home/out"
    assert [len(e.finished()) for e in (ensemble, at_home)] == [1, 1]
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(("free", "enough"), [(4, True), (3.9, False), (1.5, False)])
def test_there_must_be_room_for_all_runs(
    free: float, enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = compose(*TINY)
    monkeypatch.setattr(ensemble_module, "BYTES_A_CCG_WEEK", 10**6)  # of one CCG in two weeks
    usage = shutil.disk_usage(tmp_path)._replace(free=round(free * 2 * 10**6))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    two = [plan(config, replicates=2, folder=tmp_path / name) for name in ("one", "other")]
    in_memory = plan(config, replicates=9)
    for check in (check_room, functools.partial(compute, workers=1)):
        if enough:
            check([*two, in_memory] if check is check_room else two)
        else:
            with pytest.raises(OutputError, match=r"is full: about 8 MB are needed and .* MB are free"):
                check([*two, in_memory])
    assert [len(e.finished()) for e in two] == ([2, 2] if enough else [0, 0])


def test_people_s_weeks_need_room_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=2 * 2 * 5000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    check_room([plan(compose(*TINY), replicates=2, folder=tmp_path / "out")])
    with pytest.raises(OutputError, match="is full"):
        check_room([plan(compose(*TINY, "record.people=true"), replicates=2, folder=tmp_path / "out")])


def test_runs_that_are_there_need_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensemble = plan(compose(*TINY), replicates=2, folder=tmp_path / "out")
    compute([ensemble], workers=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    compute([ensemble], workers=1)
    assert ensemble.reused == 2


def test_a_run_that_is_whole_on_disk_has_not_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(jobs: list[Job], **_: object) -> Iterator[tuple[int, Any]]:
        pool.run_job(jobs[0])
        for position in (0, 1):
            yield position, Failure(jobs[position].label, position, pool.KILLED)

    monkeypatch.setattr(ensemble_module, "run_jobs", killed)
    ensemble = plan(compose(*TINY), replicates=2, folder=tmp_path / "out")
    compute([ensemble])
    assert ensemble.finished() == [0]
    assert [failure.seed for failure in ensemble.failures] == [1]


def test_what_killed_processes_left_is_removed_when_the_store_is_used_again(tmp_path: Path) -> None:
    ensemble = plan(compose(*TINY), folder=tmp_path / "out")
    compute([ensemble], workers=1)
    (tmp_path / "out/.replicate_007.999999.partial").mkdir()
    mine = tmp_path / f"out/.replicate_008.{os.getpid()}.partial"
    mine.mkdir()
    compute([plan(compose(*TINY), folder=tmp_path / "out")], workers=1)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"store.json", "replicate_000", mine.name}
