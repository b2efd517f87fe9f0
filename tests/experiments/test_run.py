"""The command line: one line for what is wrong, resuming, several scenarios, the help."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas.testing as pdt
import pytest

import experiments
from experiments import help as help_module
from experiments import report as report_module
from experiments.report import report_scorecard
from experiments.run import main
from sim import simulate
from sim.core.parameters import parameters
from sim.ensembles import ensemble, pool
from sim.ensembles.ensemble import Ensemble
from sim.ensembles.pool import Job
from sim.ensembles.store import read_run
from sim.mechanisms.schedule import WEEK
from sim.run.config import CONFIGS, known_keys
from sim.state.ledger import LedgerError
from tests.worlds import only

ROOT = Path(experiments.__file__).parents[1]
SMALL = [
    *only("{E: {population: 60000, practices: 6}}"),
    "timeline.weeks=30",
    "timeline.warm_up_weeks=2",
    "ensemble.workers=1",
]
TINY = [*SMALL, "timeline.weeks=2", "timeline.warm_up_weeks=0", "ensemble.replicates=1", "ensemble.null_world=false"]

WRONG = {
    "unknown key": ["hope.betta=2"],
    "appended key": ["+hope.betta=2"],
    "wrong type": ["hope.beta=abc"],
    "out of range": ["hope.beta=99"],
    "unknown scenario": ["scenario=basline"],
    "unknown place": ["place=atlantis"],
    "date outside the run": ["survey.waves=[2020-01-01]"],
    "no date": ["timeline.go_live=soon"],
    "site without practices": ["place.sites={F: {population: 20000}}"],
    "no key": ["hope"],
    "unreadable": ["hope.beta=[1"],
    "sweep without -m": ["scenario=baseline,no_devolution"],
    "unknown option": ["--nonsense"],
    "unknown option value": ["--cfg", "nonsense"],
    "output that is a file": ["output=file.txt"],
    "output that holds something else": ["output=full"],
    "output of several that holds something else": ["-m", "scenario=baseline,no_devolution", "output=full"],
    "output of several that is a file": ["-m", "scenario=baseline,no_devolution", "output=file.txt"],
    "output that cannot be written": ["output=/proc/nowhere/x"],
    "second of two jobs": ["-m", "hope.beta=1,99"],
    "second of two scenarios": ["-m", "scenario=baseline,basline"],
    "unlimited sweep": ["-m", "hope.beta=interval(0,1)"],
    "sweep of very many jobs": ["-m", "seed=range(0,1000000000)"],
    "two sweeps of very many jobs together": ["-m", "seed=range(0,200)", "ensemble.workers=range(0,200)"],
    "sweep by a pattern": ["-m", "scenario=glob(*)"],
    "value that Hydra has no use for": ["hydra=1"],
    "option of Hydra that is not there": ["--config-name", "nope"],
    "wrong configuration shown": ["--cfg", "job", "hope.betta=2"],
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a file and a folder of somebody else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.doc").write_text("mine")
    return tmp_path


def brief(worlds: Sequence[Ensemble]) -> str:
    """Report without figures."""
    return f"{len(worlds)} worlds"


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_one_line_and_exit_code_2_and_nothing_is_computed(
    case: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def compute(*_: object) -> None:
        raise AssertionError("something was computed")

    monkeypatch.setattr(pool, "run_job", compute)
    before = files(here)
    assert main([*SMALL, *WRONG[case]]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    assert any(text in told.err for text in ("allowed", "write key=value", "YYYY-MM-DD", "add -m"))
    assert files(here) == before


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "experiments.run", *SMALL, *arguments]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def test_a_real_process_says_one_line_too(here: Path) -> None:
    told = subprocess.run(
        command("hope.betta=2"), capture_output=True, text=True, check=False, env=environment(), cwd=here
    )
    assert told.returncode == 2
    assert told.stderr.startswith("error: hope.betta=2: unknown key hope.betta; did you mean hope.beta? allowed")
    assert told.stderr.count("\n") == 1
    assert told.stdout == ""
    assert not (here / "results").exists()


def test_a_run_writes_its_folder_reports_and_is_reused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "ensemble.replicates=2"]) == 0
    told = capsys.readouterr().out
    assert "2 replicates of 30 weeks, seeds 0 to 1" in told
    (folder,) = (here / "results").iterdir()
    assert f"results: {here}/results/{folder.name}" in told
    assert "note: 1 of the 2 runs of seed=0 are runs of seed=1 too; the next seed that shares none is 2\n" in told
    assert "\nscorecard" in told
    assert (folder / "report_2_runs/scorecard.parquet").is_file()
    for name in ("engagement_by_role", "scorecard"):
        assert (folder / f"report_2_runs/{name}.png").stat().st_size > 0
    assert {p.name for p in folder.iterdir()} >= {"store.json", "replicate_000", "replicate_001", "null"}
    assert {p.name for p in (folder / "null").iterdir()} == {"store.json", "replicate_000", "replicate_001"}
    assert json.loads((folder / "replicate_001/run.json").read_text())["seed"] == 1
    written = {p: p.stat().st_mtime_ns for p in folder.rglob("replicate_*/*.parquet")}
    assert main([*SMALL, "ensemble.replicates=2"], brief) == 0
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("replicate_*/*.parquet")} == written
    assert files(here) & {"outputs", "multirun", ".hydra"} == set()


def test_the_null_world_changes_nothing_before_go_live_and_is_another_run(here: Path) -> None:
    assert main([*SMALL, "ensemble.replicates=1", "timeline.weeks=70", "output=out"], report=brief) == 0
    real, null = read_run(here / "out/replicate_000").series, read_run(here / "out/null/replicate_000").series
    shadow = real["week"] < 52
    pdt.assert_frame_equal(real[shadow], null[null["week"] < 52])
    assert not real.equals(null)


def test_several_scenarios_are_set_side_by_side(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["-m", "scenario=baseline,no_devolution", "ensemble.replicates=2", "ensemble.null_world=false"]
    assert main([*SMALL, *arguments]) == 0
    told = capsys.readouterr().out
    stores = list((here / "results").glob("*/store.json"))
    assert {json.loads(p.read_text())["scenario"] for p in stores} == {"baseline", "no_devolution"}
    assert len(list((here / "results").glob("scenarios-*/engagement_by_scenario.png"))) == 1
    table = told[told.index("difference from the first") :]
    assert "baseline" in table
    assert "no_devolution" in table
    assert files(here) & {"outputs", "multirun", "multirun.yaml", ".hydra"} == set()


def test_values_of_a_parameter_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["-m", "engagement.half_life_weeks=13,26", "ensemble.replicates=1", "ensemble.null_world=false"]
    assert main([*SMALL, *arguments], brief) == 0
    told = capsys.readouterr().out
    table = told[told.index("difference from the first") :]
    assert "  engagement.half_life_weeks=13  " in table
    assert "  engagement.half_life_weeks=26  " in table


@pytest.mark.parametrize("sweep", ["seed=1,50", "timeline.weeks=30,40", "place.clone_to=0,2"])
def test_other_people_or_weeks_are_not_compared(sweep: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "-m", sweep, "ensemble.replicates=1", "ensemble.null_world=false"], brief) == 0
    told = capsys.readouterr().out.splitlines()
    key, _, values = sweep.partition("=")
    assert told[-2] == f"not compared with the first: {key}={values.split(',')[1]} (other seeds, CCGs or weeks)"
    assert told[-1] == "fewer than two finished on the same luck, so nothing is compared"


def test_several_scenarios_have_a_folder_each_in_a_given_output(here: Path) -> None:
    arguments = ["-m", "scenario=baseline,no_devolution", "ensemble.replicates=1", "ensemble.null_world=false"]
    assert main([*SMALL, *arguments, "output=out"], brief) == 0
    names = {p.name.split("-")[0] for p in (here / "out").iterdir()}
    assert names == {"baseline", "no_devolution", "scenarios"}
    assert main([*SMALL, *arguments, "output=out"], brief) == 0, "it may be asked again"


def test_a_failed_replicate_is_a_row_and_exit_code_1(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = pool.run_job

    def broken(job: Job) -> object:
        if job.config.seed == 1:
            raise LedgerError(
                "hope: a finite people.pull_hope does not hold in week 2 for E/practice/001/gp/00/0 (1 in all)"
            )
        return computed(job)

    monkeypatch.setattr(pool, "run_job", broken)
    assert main([*SMALL, "ensemble.replicates=3", "ensemble.null_world=false", "output=out"]) == 1
    told = capsys.readouterr().out
    row = "FAILED baseline replicate 1 (seed 1): LedgerError: hope: a finite people.pull_hope does not hold in week 2"
    assert row in told
    assert {p.name for p in (here / "out").iterdir()} == {
        "store.json",
        "replicate_000",
        "replicate_002",
        "report_2_runs",
    }


def test_a_disk_that_fills_up_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensemble, "BYTES_A_CCG_WEEK", 10**15)
    assert main([*SMALL, "ensemble.replicates=1", "output=out"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"output={here}/out is full" in told
    assert not list((here / "out").glob("replicate*"))


def test_jobs_together_must_have_room_before_the_first_is_run(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensemble, "BYTES_A_CCG_WEEK", 10**6)
    usage = shutil.disk_usage(here)._replace(free=2 * 30 * 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    arguments = [*SMALL, "ensemble.replicates=1", "ensemble.null_world=false", "output=out", "-m"]
    assert main([*arguments, "hope.beta=1,1.1,1.2"], brief) == 2
    assert "is full: about 90 MB are needed and 60 MB are free" in capsys.readouterr().err
    assert not (here / "out").exists()
    assert main([*arguments, "hope.beta=1,1.1"], brief) == 0


@pytest.mark.parametrize("several", [["scenario=baseline,no_devolution", "-m"], []], ids=["several", "one"])
@pytest.mark.parametrize("output", [["output=out"], []], ids=["given", "default"])
def test_paths_are_seen_from_where_the_command_was_given(
    several: list[str], output: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hydra may be told to change the folder for every job."""
    hydra = ["hydra.job.chdir=true", *([] if several else ["hydra.run.dir=elsewhere"])]
    assert main([*TINY, *several, *output, *hydra]) == 0
    told = capsys.readouterr().out
    shelf = here / (output[0].removeprefix("output=") if output else "results")
    stores = sorted(p.parent for p in shelf.rglob("store.json"))
    assert len(stores) == (2 if several else 1)
    assert [line.removeprefix("results: ") for line in sorted(told.splitlines()) if line.startswith("results: ")] == [
        str(folder) for folder in stores
    ]
    assert "fewer than two" not in told
    assert len(list(here.rglob("engagement_by_role.png"))) == len(stores) == len(list(shelf.rglob("*_by_role.png")))


@pytest.mark.parametrize("name", ["x[1]", "a b", "a,b", "x${HOME}", "it's", "{a: 1}", "q=1", "naïve", "100%", "#1"])
def test_names_of_folders_are_not_read_as_hydra_s_grammar(
    name: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("TMPDIR", "HOME"):
        (here / variable / name).mkdir(parents=True)
        monkeypatch.setenv(variable, str(here / variable / name))
    monkeypatch.setattr("tempfile.tempdir", None)
    (here / "work" / name).mkdir(parents=True)
    monkeypatch.chdir(here / "work" / name)
    assert main(TINY, brief) == 0
    assert main([*TINY, "-m", "hope.beta=1,1.1"], brief) == 0
    assert len(list((here / "work" / name / "results").glob("*/store.json"))) == 3
    assert list((here / "TMPDIR" / name).iterdir()) == []


def test_more_values_than_a_figure_tells_apart_are_all_in_the_table(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (report_module, sys.modules["sim.plots.scenarios"]):
        monkeypatch.setattr(module, "MOST", 2)
    values = ["1.15", "1.25", "1.35"]
    assert main([*TINY, "-m", f"hope.beta={','.join(values)}"], brief) == 0
    told = capsys.readouterr().out
    table = told[told.index("difference from the first") :].splitlines()
    assert [line.split()[0] for line in table if line.startswith("  ")] == [f"hope.beta={value}" for value in values]
    assert table[-2] == "the figure shows the first 2 of 3 scenarios"
    assert table[-1].startswith(f"figure: {here}/results/scenarios-")
    assert Path(table[-1].removeprefix("figure: ")).is_file()


def test_a_figure_that_cannot_be_drawn_takes_no_number_along(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def beyond_it(_: object) -> None:
        raise ValueError("too many\nfor one picture")

    for figure in ("trajectories", "scenarios"):
        monkeypatch.setattr(report_module, figure, beyond_it)
    assert main([*TINY, "-m", "hope.beta=1,1.1"]) == 0
    told = capsys.readouterr().out
    assert told.count("not drawn: engagement_by_role: too many for one picture\n") == 2
    assert told.count("\nscorecard") == 2
    assert told.endswith("not drawn: engagement_by_scenario: too many for one picture\n")
    assert "  hope.beta=1.1  " in told[told.index("difference from the first") :]
    assert len(list((here / "results").glob("*/report_1_runs/scorecard.png"))) == 2


def test_what_systems_leave_in_a_folder_is_no_content_of_it(here: Path) -> None:
    (here / "out").mkdir()
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (here / "out" / name).touch()
        assert main([*TINY, "output=out", "-m", "scenario=baseline,no_devolution"], brief) == 0, name


def test_ctrl_c_keeps_whole_runs_and_the_same_command_computes_the_rest(here: Path) -> None:
    arguments = command(
        "ensemble.workers=2", "ensemble.replicates=40", "ensemble.null_world=false", "output=out", "timeline.weeks=100"
    )
    process = subprocess.Popen(
        arguments, stderr=subprocess.PIPE, text=True, env=environment(), cwd=here, start_new_session=True
    )
    out, deadline = here / "out", time.monotonic() + 60
    while len(list(out.glob("replicate_*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    kept = sorted(out.glob("replicate_*"))
    assert 2 <= len(kept) < 40
    last = told.strip().splitlines()[-1]
    assert last == f"stopped: {len(kept)} of 40 replicates are kept in {out}; the same command computes the rest"
    assert "Traceback" not in told
    assert "(workers: 2" in told
    assert {p.name for p in out.iterdir()} == {"store.json", *(p.name for p in kept)}
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*.parquet")}
    fewer = f"ensemble.replicates={len(kept) + 1}"
    subprocess.run([*arguments, fewer], capture_output=True, check=True, env=environment(), cwd=here)
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert len(list(out.glob("replicate_*"))) == len(kept) + 1
    again = simulate(*SMALL, "timeline.weeks=100", seed=1)
    pdt.assert_frame_equal(read_run(out / "replicate_001").series, again.series, check_exact=True)


def test_ctrl_c_while_modules_are_loaded_is_told_in_a_line(here: Path) -> None:
    for error, told in (("KeyboardInterrupt", "stopped before anything was computed\n"), ("OSError", "Traceback")):
        early = [sys.executable, "-c", f"import experiments; raise {error}"]
        done = subprocess.run(early, stderr=subprocess.PIPE, text=True, check=False, env=environment(), cwd=here)
        assert done.stderr.startswith(told)


def test_the_scorecard_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "ensemble.replicates=1", "output=out"], report=report_scorecard) == 0
    told = capsys.readouterr().out
    assert told.startswith("scorecard")
    assert "results:" not in told
    assert not (here / "out/report_1_runs/engagement_by_role.png").exists()


def test_the_help_is_there_whatever_a_user_keeps_beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copytree(CONFIGS, tmp_path / "configs")
    (tmp_path / "configs/scenario/silent.yaml").write_text("hope: {beta: 1}\n")
    (tmp_path / "configs/scenario/broken.yaml").write_text("hope: {\n")
    (tmp_path / "configs/scenario/latin.yaml").write_bytes(b"# caf\xe9\n")
    (tmp_path / "configs/place/._lots.yaml").write_bytes(b"\x00what a system keeps about a file")
    (tmp_path / "configs/place/lots.yaml").write_text("sites: {A: {practices: lots}}\n")
    monkeypatch.setattr(help_module, "CONFIGS", tmp_path / "configs")
    told = help_module.help_text()
    expected = {"silent": "", "broken": "not readable as YAML", "latin": "not readable as YAML", "lots": "no sites"}
    for name, said in expected.items():
        line = next(line for line in told.splitlines() if line.strip().startswith(name))
        assert said in line
    assert "._lots" not in told


def test_the_help_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert told.strip() == help_module.help_text().strip()
    for path in [*CONFIGS.glob("scenario/*.yaml"), *CONFIGS.glob("place/*.yaml")]:
        assert f"\n  {path.stem} " in told
    for process in WEEK:
        for parameter in parameters(process, process.name):
            line = next(text for text in told.splitlines() if text.startswith(f"  {parameter.key} = "))
            assert f"[{parameter.allowed if parameter.allowed != 'any' else 'a text'}]" in line
            assert line.endswith(parameter.status)
    leaves = [k for k, v in known_keys().items() if v != "a block of keys" and "<name>" not in k]
    told_elsewhere = {"place.name", "place.sites", "scenario.name", "scenario.why"}
    assert [k for k in leaves if k not in told and k not in told_elsewhere] == []


def test_hydra_shows_the_composed_configuration(here: Path) -> None:
    told = subprocess.run(
        command("--cfg", "job", "hope.beta=2"), capture_output=True, text=True, check=True, env=environment(), cwd=here
    )
    assert "\nhope:\n  beta: 2.0\n" in told.stdout
    assert not (here / "results").exists()
