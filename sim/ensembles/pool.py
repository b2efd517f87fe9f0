"""Computes runs, here or in worker processes. What a run gives never depends on which process computes it."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import sys
import threading
import traceback
import types
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import Any

from sim.ensembles.store import OutputError
from sim.run.config import Config
from sim.state.ledger import LedgerError


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
    workers = min(workers or cores(), len(jobs))
    if workers > 1:
        yield from _in_parallel(jobs, workers)
    else:
        yield from ((position, _attempt(job)) for position, job in enumerate(jobs))


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _attempt(job: Job) -> Any:
    try:
        return run_job(job)
    except OutputError:
        raise
    except Exception as error:  # noqa: BLE001 - one failed run must not lose the others: it becomes a row
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        trace = "" if isinstance(error, LedgerError) else traceback.format_exc()
        return Failure(job.label, job.config.seed, reason, trace)


def _in_parallel(jobs: Sequence[Job], workers: int) -> Iterator[tuple[int, Any]]:
    """Compute in fresh processes; when left early, for whatever reason, these are ended first."""
    others = set(mp.active_children())
    with ProcessPoolExecutor(workers, _context(), initializer=_live_with_parent) as pool:
        pending: set[Future[Any]] = set()
        try:
            with _quiet_start():
                positions = {pool.submit(_attempt, job): i for i, job in enumerate(jobs)}
                pending = set(positions)
            while pending:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in sorted(done, key=positions.__getitem__):
                    yield positions[future], _outcome(future, jobs[positions[future]])
        finally:
            if pending:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in set(mp.active_children()) - others:
                    process.terminate()


def _context() -> BaseContext:
    """Return how workers start: where possible as copies of a process that has imported the model once."""
    if "forkserver" not in mp.get_all_start_methods():
        return mp.get_context("spawn")
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["sim.run.model"])
    return context


def _outcome(future: Future[Any], job: Job) -> Any:
    """Return what a worker handed back; a worker that died (out of memory, say) is a failure too."""
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
