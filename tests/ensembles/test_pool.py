"""Workers end with whoever started them, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.ensembles import pool

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
