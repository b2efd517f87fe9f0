"""Computes runs, here or in worker processes. What a run gives never depends on which process computes it.

A worker that is killed takes the others of its pool along. The runs that were at work then are tried once more, each
alone, so that one that has its worker killed again fails by itself; a new pool does the rest.
"""

from __future__ import annotations

import math
import multiprocessing as mp
import os
import signal
import sys
import tempfile
import threading
import traceback
import types
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from sim.ensembles.store import OutputError
from sim.run.config import Config
from sim.state.ledger import LedgerError

KILLED = "a worker was killed, perhaps for want of memory"
LONGEST_TEMPORARY = 70
"""Bytes of the name of the temporary folder that leave room for that of a socket, which has some hundred in all."""
CONTROL_GROUPS, OWN_GROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
"""Where Linux tells what a container or a batch job may use, and which of its groups this process is in."""


@dataclass(frozen=True)
class Job:
    """One run to compute.

    Attributes:
        config: its configuration, seed included.
        keep: called with the results where they are computed, so picklable; what it returns comes back. A subclass
            that computes something else calls it with that.
        label: what reports call it.
    """

    config: Config
    keep: Callable[[Any], Any]
    label: str = "run"

    def compute(self) -> Any:
        """Run the model to its end and return what ``keep`` makes of the results."""
        from sim.run.model import CommissioningModel

        return self.keep(CommissioningModel(self.config, seed=self.config.seed).run())


@dataclass(frozen=True)
class Failure:
    """A run that did not finish, as a row of a report; ``trace`` is empty where ``reason`` says it all."""

    label: str
    seed: int
    reason: str
    trace: str = ""


def run_job(job: Job) -> Any:
    """Compute one run and return what is kept of it."""
    return job.compute()


def run_jobs(jobs: Sequence[Job], *, workers: int = 0) -> Generator[tuple[int, Any]]:
    """Compute runs and yield ``(position, what keep returned or a Failure)`` as they finish.

    Args:
        jobs: the runs.
        workers: processes; 0 is one a core, 1 computes here.

    Raises:
        OutputError: results cannot be written; the rest is given up.
        KeyboardInterrupt: after all workers have been ended.
    """
    at_work = workers_for(len(jobs), workers)
    if at_work > 1:
        yield from _in_parallel(jobs, at_work)
    else:
        yield from ((position, _attempt(job)) for position, job in enumerate(jobs))


def workers_for(runs: int, asked: int = 0) -> int:
    """Return how many processes compute some runs: as many as are asked for (0: one a core), no more than runs.

    A daemonic process, such as a worker of somebody else's pool, may start none, so it computes by itself.
    """
    return 1 if mp.current_process().daemon else min(asked or cores(), runs)


def cores() -> int:
    """Return how many cores this process may use, by its affinity and by the quota of its control group."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(there, _quota())))


def _quota() -> float:
    """Return the cores that this process's control group and those around it leave it; infinity if they set none."""
    least = math.inf
    with suppress(OSError):
        for line in OWN_GROUP.read_text(encoding="utf-8").splitlines():
            group = CONTROL_GROUPS / line.removeprefix("0::").lstrip("/")
            for folder in (group, *group.parents) if line.startswith("0::") else ():
                with suppress(OSError, ValueError):
                    quota, period = (folder / "cpu.max").read_text(encoding="utf-8").split()
                    least = min(least, int(quota) / int(period))  # a quota of "max" is no number
    return least


def _attempt(job: Job) -> Any:
    try:
        return run_job(job)
    except OutputError:
        raise
    except Exception as error:  # noqa: BLE001 - one failed run must not lose the others: it becomes a row
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        trace = "" if isinstance(error, LedgerError) else traceback.format_exc()
        return Failure(job.label, job.config.seed, reason, trace)


def _in_parallel(jobs: Sequence[Job], workers: int) -> Generator[tuple[int, Any]]:
    """Compute in pools until every job has an outcome; workers take jobs in order, so those at work come first."""
    left = list(range(len(jobs)))
    while left:
        lost = yield from _in_a_pool({i: jobs[i] for i in left}, workers)
        at_work, left = lost[:workers], lost[workers:]
        for position in at_work:
            if (yield from _in_a_pool({position: jobs[position]}, 1)):
                yield position, Failure(jobs[position].label, jobs[position].config.seed, KILLED)


def _in_a_pool(jobs: Mapping[int, Job], workers: int) -> Generator[tuple[int, Any], None, list[int]]:
    """Compute in fresh processes, which are ended first if this is left early, for whatever reason.

    Args:
        jobs: by position.
        workers: processes.

    Returns:
        positions of the jobs that have no outcome as a worker was killed, in order.
    """
    others = set(mp.active_children())
    lost = dict.fromkeys(jobs)
    with ProcessPoolExecutor(workers, _context(), initializer=_live_with_parent) as pool:
        positions: dict[Future[Any], int] = {}
        pending: set[Future[Any]] = set()
        try:
            with _quiet_start(), suppress(BrokenProcessPool):
                for position, job in jobs.items():
                    future = pool.submit(_attempt, job)
                    positions[future] = position
                    pending.add(future)
            while pending:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=positions.__getitem__):
                    if isinstance(future.exception(), BrokenProcessPool):
                        continue
                    position = positions[future]
                    del lost[position]
                    yield position, _outcome(future, jobs[position])
        finally:
            if pending:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in set(mp.active_children()) - others:
                    process.terminate()
    return list(lost)


def _context() -> BaseContext:
    """Return how workers start: where possible as copies of a process that has imported the model once."""
    too_long = len(os.fsencode(tempfile.gettempdir())) > LONGEST_TEMPORARY
    if too_long or "forkserver" not in mp.get_all_start_methods():
        return mp.get_context("spawn")
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["sim.run.model"])
    return context


def _outcome(future: Future[Any], job: Job) -> Any:
    """Return what a worker handed back; what cannot be handed back is a failure too."""
    error = future.exception()
    if isinstance(error, OutputError):
        raise error
    if error:
        return Failure(job.label, job.config.seed, f"{type(error).__name__}: {error}")
    return future.result()


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Start workers so that they neither run the caller's script again nor answer to Ctrl-C meanwhile.

    Ctrl-C is answered here when all have started: a half-started worker could not be ended. Blocking the signal is not
    enough for that, as it reaches Python through any thread; but what is blocked stays so in the workers.
    """
    main = sys.modules["__main__"]
    mask = getattr(signal, "pthread_sigmask", None)
    handles = threading.current_thread() is threading.main_thread()
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number)) if handles else None
    before = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else set()
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if mask:
            mask(signal.SIG_SETMASK, before)
        if handles:
            signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
    if came:
        signal.raise_signal(signal.SIGINT)


def _live_with_parent() -> None:
    """Leave Ctrl-C to the parent, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = mp.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
