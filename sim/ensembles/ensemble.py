"""Ensembles: seeds times fitted vectors, kept in a store, interruptible and resumable.

Replicate ``i`` has the seed ``base + i``, and a seed goes with a fitted vector (:mod:`sim.run.fitted_values`): so a
replicate is the same run as the single run of its seed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from tqdm import tqdm

from sim.ensembles.pool import Failure, Job, run_jobs, workers_for
from sim.ensembles.store import Store, read_run, versions, write_run
from sim.run.config import Config, run_hash
from sim.run.fitted_values import chosen, fitted, vectors
from sim.run.notes import notes
from sim.run.results import ALL_TABLES, Results, stack

BYTES_A_CCG_WEEK, OF_PEOPLE = 2_500, 5_500
"""Room on disk that a week of a CCG takes, and how much more if people's weeks are recorded."""

FAILURE = ["replicate", "seed", "reason"]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during an ensemble; finished replicates are kept."""


class Measure(NamedTuple):
    """What is measured of every run where it is computed: reading all runs again takes longer.

    Attributes:
        of: returns the measures of one run, one row; it goes to other processes, so it is a function of a module.
        tables: those that it reads.
    """

    of: Callable[[Results], pd.DataFrame]
    tables: Collection[str]


class Kept(NamedTuple):
    """What comes back of a run from where it was computed: its results if no store has them, and its measures."""

    results: Results | None
    measures: pd.DataFrame | None


@dataclass
class Ensemble:
    """The replicates of one configuration.

    Attributes:
        config: as composed.
        members: one configuration a replicate: seed and vector in place.
        store: where they are kept, if anywhere.
        measure: what is measured of each run, if anything.
        tables: those that are kept of a run; the others are empty.
        kept: what came back of the replicates computed here.
        failures: replicates that did not finish.
        reused: how many the store already held.
    """

    config: Config
    members: list[Config]
    store: Store | None
    measure: Measure | None = None
    tables: Collection[str] = ALL_TABLES
    kept: dict[int, Kept] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    reused: int = 0

    @property
    def notes(self) -> list[str]:
        """What a reader of the results must know about place and parameters."""
        return list(notes(self.config, len(self.members)))

    @property
    def folder(self) -> Path:
        """Where the runs are kept.

        Raises:
            RuntimeError: they are in memory only.
        """
        if self.store is None:
            raise RuntimeError("this ensemble has no folder: its runs are in memory")
        return self.store.folder

    @property
    def reports(self) -> Path:
        """Where figures and tables of the runs that are there go: fewer or more runs in the same folder have others."""
        return self.folder / f"report_{len(self.finished())}_runs"

    def check(self) -> None:
        """Check, without writing anything, that the folder is new, empty or holds this ensemble.

        Raises:
            OutputError: it is a file, or it or a run in it is something else.
        """
        if self.store:
            self.store.check()
            self.missing()

    def finished(self) -> list[int]:
        """Return the replicates that are there."""
        return [i for i in range(len(self.members)) if self.has(i)]

    def missing(self) -> list[int]:
        """Return the replicates that are not there yet."""
        return [i for i in range(len(self.members)) if not self.has(i)]

    def results(self, tables: Collection[str] = ALL_TABLES) -> Results:
        """Return the finished replicates; a ``run`` column tells them apart if several were asked for.

        Args:
            tables: those that are wanted; the others are empty.

        Raises:
            RuntimeError: none has finished.
        """
        finished = self.finished()
        if not finished:
            raise RuntimeError(f"no replicate finished; {self.failures[0].reason if self.failures else ''}")
        runs = {i: self._run(i, tables) for i in finished}
        results = runs[0] if len(self.members) == 1 else stack(runs)
        results.notes = self.notes
        if self.failures:
            rows = [(f.label, f.seed, f.reason) for f in self.failures]
            results.failures = pd.DataFrame(rows, columns=FAILURE)
        return results

    def measures(self) -> pd.DataFrame:
        """Return what is measured of each finished replicate, one row each; read one by one to save memory.

        Raises:
            RuntimeError: the ensemble was planned without anything to measure.
        """
        if self.measure is None:
            raise RuntimeError("this ensemble was planned without anything to measure")
        return pd.concat([self._measures(i, self.measure) for i in self.finished()], ignore_index=True)

    def job(self, replicate: int) -> Job:
        """Return what is to be done for one replicate."""
        world = " null world" if self.config.null_world else ""
        label = f"{self.config.scenario.name}{world} replicate {replicate}"
        member = self.members[replicate]
        if self.store is None:
            return Job(member, _Keep(self.measure, self.tables), label)
        about: dict[str, Any] = {"replicate": replicate, "seed": member.seed, "vector": member.vector}
        about |= {"hash": self._hash(replicate), "versions": dict(versions())}
        return Job(member, _Keep(self.measure, self.tables, self.store.path(replicate), about), label)

    def _run(self, replicate: int, tables: Collection[str]) -> Results:
        if self.store:
            return read_run(self.store.path(replicate), tables)
        held = self.kept[replicate].results
        assert held is not None, "what no store has is kept"
        return held.only(tables)

    def _measures(self, replicate: int, measure: Measure) -> pd.DataFrame:
        known = self.kept[replicate].measures if replicate in self.kept else None
        return measure.of(self._run(replicate, measure.tables)) if known is None else known

    def _hash(self, replicate: int) -> str:
        return run_hash(self.members[replicate], self.members[replicate].seed, versions())

    def has(self, replicate: int) -> bool:
        """Tell whether a replicate is there, whole.

        Raises:
            OutputError: another run is in its place, or a part of it is missing.
        """
        if self.store is None:
            return replicate in self.kept
        return self.store.has(replicate, self._hash(replicate))


def plan(
    config: Config,
    *,
    replicates: int = 1,
    folder: Path | None = None,
    measure: Measure | None = None,
    tables: Collection[str] = ALL_TABLES,
) -> Ensemble:
    """Plan an ensemble without computing or writing anything.

    Args:
        config: composed and checked; its seed is that of replicate 0.
        replicates: how many runs.
        folder: where they are kept, seen from where the process is now; nowhere if None.
        measure: what is measured of each run, if anything.
        tables: those that are kept of a run.

    Raises:
        ConfigError: fitted vectors that do not fit the configuration.
    """
    members = [fitted(config, config.seed + i) for i in range(replicates)]
    store = Store(folder.expanduser().absolute(), about_store(config, tables)) if folder else None
    return Ensemble(config, members, store, measure, tables)


def about_store(config: Config, tables: Collection[str] = ALL_TABLES) -> dict[str, Any]:
    """Return what a folder of this ensemble says of itself; the number of replicates is no part of it."""
    of_set = [sorted(chosen(config)), *vectors(config.scenario.vectors)]
    settled = {**versions(), "vectors": json.dumps(of_set, sort_keys=True)}
    if left_out := sorted(set(ALL_TABLES) - set(tables)):
        settled["left_out"] = " ".join(left_out)
    return {
        "scenario": config.scenario.name,
        "place": config.place.name,
        "seed": config.seed,
        "null_world": config.null_world,
        "hash": run_hash(config, config.seed, settled),
        "versions": dict(versions()),
    }


def default_folder(config: Config) -> Path:
    """Return ``results/<scenario>-<place>-<hash>`` for an ensemble."""
    about = about_store(config)
    return Path("results") / f"{about['scenario']}-{about['place']}-{about['hash'][:8]}"


def check_room(ensembles: Sequence[Ensemble]) -> None:
    """Check that there is room on disk for all the runs that some ensembles lack, taken together.

    Raises:
        OutputError: there is not, or an output folder holds something else.
    """
    stored = [(ensemble, ensemble.store) for ensemble in ensembles if ensemble.store]
    needed = sum(len(ensemble.missing()) * _bytes(ensemble.config) for ensemble, _ in stored)
    for _, store in stored:
        store.check_room(needed)


def compute(ensembles: Sequence[Ensemble], *, workers: int = 0, progress: bool = False) -> None:
    """Compute what is missing of some ensembles, all in one pool.

    Args:
        ensembles: filled in place; stores are opened (and refused) before anything is computed.
        workers: processes; 0 is one a core, 1 computes here.
        progress: whether a bar shows runs done, workers and time left.

    Raises:
        OutputError: an output folder that cannot be used.
        Interrupted: Ctrl-C; finished replicates are kept.
    """
    stores = [ensemble.store for ensemble in ensembles if ensemble.store]
    for store in stores:
        store.open()
    check_room(ensembles)
    todo = [(ensemble, i) for ensemble in ensembles for i in ensemble.missing()]
    for ensemble in ensembles:
        ensemble.reused = len(ensemble.members) - sum(e is ensemble for e, _ in todo)
    total = sum(len(e.members) for e in ensembles)
    at_work = f"workers: {workers_for(len(todo), workers)}"
    at_first = f"starting ({at_work}; compiles the first time)"
    name = f"runs{', null world too' if any(e.config.null_world for e in ensembles[1:]) else ''} ({at_work})"
    hidden = not (progress and todo)
    try:
        with (
            tqdm(
                total=total, initial=total - len(todo), unit="run", disable=hidden, smoothing=0.1, desc=at_first
            ) as bar,
            closing(run_jobs([e.job(i) for e, i in todo], workers=workers)) as outcomes,
        ):
            for position, outcome in outcomes:
                ensemble, replicate = todo[position]
                if isinstance(outcome, Failure):
                    if not ensemble.has(replicate):  # else it ended after it had written the run
                        ensemble.failures.append(outcome)
                else:
                    ensemble.kept[replicate] = outcome
                bar.set_description_str(name, refresh=False)
                bar.update()
    except KeyboardInterrupt:
        raise Interrupted from None
    finally:
        for store in stores:
            store.tidy()


@dataclass(frozen=True)
class _Keep:
    """What becomes of a run where it is computed: it is written, or comes back, with the tables asked for; measured."""

    measure: Measure | None
    tables: Collection[str]
    path: Path | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, results: Results) -> Kept:
        kept = results.only(self.tables)
        if self.path:
            write_run(kept, self.path, self.about)
        return Kept(None if self.path else kept, self.measure.of(results) if self.measure else None)


def _bytes(config: Config) -> int:
    """Return about how much room one run takes on disk."""
    a_week = BYTES_A_CCG_WEEK + (OF_PEOPLE if config.record.people else 0)
    return a_week * config.timeline.weeks * len(config.place.expanded())
