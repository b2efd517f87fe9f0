"""Workers end with whoever started them, one that is killed takes no run along but its own, and how many there are."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sim.ensembles import pool
from sim.ensembles.pool import Failure, Job, cores, run_jobs, workers_for
from sim.run.config import Config, compose

ROOT = Path(pool.__file__).parents[2]
SCRIPT = """
import threading, time
from sim import compose
from sim.ensembles.pool import run_jobs
from tests.ensembles.test_pool import Asleep
config = compose("place.clone_to=1", "timeline.weeks=1")
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()  # as a progress bar has; Ctrl-C may reach it
print("start", flush=True)
for _ in run_jobs([Asleep(config, print)] * 4, workers=2):
    pass
"""


class Asleep(pool.Job):
    """A job that does not end by itself."""

    def compute(self) -> None:
        """Sleep."""
        time.sleep(600)


def processes(group: int) -> list[int]:
    """Return the processes at work in a process group, zombies left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_until(true: object, seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("number", "ready"),
    [(signal.SIGINT, 2), (signal.SIGINT, 3), (signal.SIGINT, 5), (signal.SIGKILL, 5)],
    ids=["Ctrl-C at once", "Ctrl-C while workers start", "Ctrl-C at work", "killed"],
)
def test_nobody_stays_when_the_parent_goes(number: signal.Signals, ready: int) -> None:
    """``ready`` processes: the parent with what keeps track of resources, what starts workers, and two workers."""
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    assert parent.stdout is not None
    try:
        assert parent.stdout.readline() == b"start\n"
        assert wait_until(lambda: len(processes(parent.pid)) >= ready)
        if number == signal.SIGKILL:
            parent.kill()
        else:
            os.killpg(parent.pid, number)
        parent.wait(30)
        assert wait_until(lambda: not processes(parent.pid)), "workers are still there"
    finally:
        for process in processes(parent.pid):
            os.kill(process, signal.SIGKILL)
        parent.stdout.close()


@dataclass(frozen=True)
class Killed(Job):
    """A job whose worker is killed at some seeds: each time, or once if there is a file to remember it by."""

    at: tuple[int, ...] = ()
    once: Path | None = None

    def compute(self) -> int:
        """Kill this process, or return the seed."""
        if self.config.seed in self.at and not (self.once and self.once.exists()):
            if self.once:
                self.once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.05)
        return self.config.seed


@pytest.fixture(scope="module")
def config() -> Config:
    return compose("place.clone_to=1", "timeline.weeks=1")


def killed(config: Config, **how: Any) -> list[Job]:
    return [Killed(replace(config, seed=seed), print, f"replicate {seed}", **how) for seed in range(8)]


@pytest.mark.parametrize("at", [(0,), (3,), (7,), (2, 3), (0, 6, 7)])
def test_a_worker_that_is_killed_fails_its_run_alone(config: Config, at: tuple[int, ...]) -> None:
    outcomes = list(run_jobs(killed(config, at=at), workers=2))
    assert sorted(position for position, _ in outcomes) == list(range(8)), "each has one outcome"
    for seed, outcome in outcomes:
        said = Failure(f"replicate {seed}", seed, "a worker was killed, perhaps for want of memory")
        assert outcome == (said if seed in at else seed)


def test_a_new_pool_does_what_was_not_at_work(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def counted(workers: int, *how: Any, **more: Any) -> ProcessPoolExecutor:
        sizes.append(workers)
        return ProcessPoolExecutor(workers, *how, **more)

    monkeypatch.setattr(pool, "ProcessPoolExecutor", counted)
    assert len(dict(run_jobs(killed(config, at=(0,)), workers=2))) == 8
    assert sizes == [2, 1, 1, 2]


def test_a_run_whose_worker_was_killed_is_tried_once_more(config: Config, tmp_path: Path) -> None:
    jobs = killed(config, at=(3,), once=tmp_path / "it was killed")
    assert dict(run_jobs(jobs, workers=2)) == {seed: seed for seed in range(8)}
    assert jobs[3].once.exists()  # type: ignore[attr-defined]


@pytest.mark.parametrize("length", [60, 200])
def test_the_temporary_folder_may_have_a_long_name(length: int) -> None:
    with TemporaryDirectory(dir="/tmp") as short:
        folder = Path(short, "a" * (length - len(short) - 1))
        folder.mkdir()
        script = "from tests.ensembles.test_pool import by_two; print(by_two())"
        told = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.stdout == "{0: 0, 1: 1}\n", told.stderr


def by_two() -> dict[int, Any]:
    """Return what two workers give."""
    return dict(sorted(run_jobs(killed(compose("place.clone_to=1", "timeline.weeks=1"))[:2], workers=2)))


def compute_here(jobs: Sequence[Job], told: Any) -> None:
    """Compute with two workers, as a process that may have none would."""
    told.put((os.getpid(), workers_for(len(jobs), 2), dict(run_jobs(jobs, workers=2))))


def test_a_process_that_may_start_no_others_computes_by_itself(config: Config) -> None:
    context = mp.get_context("spawn")
    told = context.Queue()
    daemon = context.Process(target=compute_here, args=([Job(config, process_of)] * 2, told), daemon=True)
    daemon.start()
    number, workers, outcomes = told.get(timeout=120)
    daemon.join()
    assert outcomes == {0: number, 1: number}
    assert workers == 1
    assert number != os.getpid()


def process_of(_: Any) -> int:
    """Keep which process computed."""
    return os.getpid()


@pytest.mark.parametrize(
    ("runs", "asked", "workers"), [(5, 0, 3), (2, 0, 2), (5, 1, 1), (5, 4, 4), (2, 9, 2), (0, 0, 0)]
)
def test_there_are_as_many_workers_as_asked_for_or_cores_and_no_more_than_runs(
    runs: int, asked: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "cores", lambda: 3)
    assert workers_for(runs, asked) == workers


@pytest.mark.parametrize(
    ("quotas", "own", "allowed"),
    [
        ({}, "0::/", 64),
        ({"": "max 100000"}, "0::/", 64),
        ({"": "200000 100000"}, "0::/", 2),
        ({"": "150000 100000"}, "0::/", 2),
        ({"": "1000 100000"}, "0::/", 1),
        ({"": "9900000 100000"}, "0::/", 64),
        ({"jobs/42": "300000 100000"}, "0::/jobs/42", 3),
        ({"jobs": "200000 100000", "jobs/42": "max 100000"}, "0::/jobs/42", 2),
        ({"": "200000 100000"}, "0::/docker/of/the/host", 2),
        ({"": "200000 100000"}, "9:name=systemd:/\n0::/", 2),
        ({"jobs": "200000 100000"}, "0::/other", 64),
        ({"": "not to be read"}, "0::/", 64),
        ({"": "200000 100000"}, "1:cpu:/", 64),
    ],
)
def test_cores_are_no_more_than_the_control_group_leaves(
    quotas: dict[str, str], own: str, allowed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for group, quota in quotas.items():
        (tmp_path / "groups" / group).mkdir(parents=True, exist_ok=True)
        (tmp_path / "groups" / group / "cpu.max").write_text(f"{quota}\n")
    (tmp_path / "own").write_text(f"{own}\n")
    monkeypatch.setattr(pool, "CONTROL_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(pool, "OWN_GROUP", tmp_path / "own")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert cores() == allowed
    (tmp_path / "own").unlink()
    assert cores() == 64
