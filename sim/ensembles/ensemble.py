"""Ensembles: seeds times fitted vectors, kept in a store, interruptible and resumable.

Replicate ``i`` has the seed ``base + i``, and a seed goes with a fitted vector (:mod:`sim.run.fitted_values`): so a
replicate is the same run as the single run of its seed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from numbers import Integral
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from sim.ensembles.pool import Failure, Job, run_job, run_jobs
from sim.ensembles.store import Store, read_run, versions, write_run
from sim.run.config import Config, ConfigError, compose, run_hash
from sim.run.fitted_values import chosen, fitted, vectors
from sim.run.notes import notes
from sim.run.results import Results, stack
from sim.run.vocabulary import TABLES
from sim.studies.scorecard import judge, measured
from sim.studies.scorecard.measures import TABLES as MEASURED

BYTES_A_CCG_WEEK = 2_500

FAILURE = ["replicate", "seed", "reason"]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during an ensemble; finished replicates are kept."""


@dataclass
class Ensemble:
    """The replicates of one configuration.

    Attributes:
        config: as composed.
        members: one configuration a replicate: seed and vector in place.
        store: where they are kept, if anywhere.
        kept: results by replicate computed here; their measures alone if ``measures_only`` or if a store has the rest.
        failures: replicates that did not finish.
        reused: how many the store already held.
    """

    config: Config
    members: list[Config]
    store: Store | None
    measures_only: bool = False
    kept: dict[int, Any] = field(default_factory=dict)
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
        return [i for i in range(len(self.members)) if self._has(i)]

    def missing(self) -> list[int]:
        """Return the replicates that are not there yet."""
        return [i for i in range(len(self.members)) if not self._has(i)]

    def results(self, tables: Collection[str] = (*TABLES, "people")) -> Results:
        """Return the finished replicates; a ``run`` column tells them apart if several were asked for.

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
        """Return what the scorecard looks at, one row a finished replicate; read one by one to save memory."""
        return pd.concat([self._measures(i) for i in self.finished()], ignore_index=True)

    def job(self, replicate: int) -> Job:
        """Return what is to be done for one replicate."""
        world = " null world" if self.config.null_world else ""
        label = f"{self.config.scenario.name}{world} replicate {replicate}"
        if self.store is None:
            return Job(self.members[replicate], measured if self.measures_only else _as_it_is, label)
        member = self.members[replicate]
        about: dict[str, Any] = {"replicate": replicate, "seed": member.seed, "vector": member.vector}
        about |= {"hash": self._hash(replicate), "versions": dict(versions())}
        keep = _write_and_measure if len(self.members) > 1 else write_run
        return Job(member, functools.partial(keep, path=self.store.path(replicate), about=about), label)

    def _run(self, replicate: int, tables: Collection[str]) -> Results:
        run: Results = read_run(self.store.path(replicate), tables) if self.store else self.kept[replicate]
        return run

    def _measures(self, replicate: int) -> pd.DataFrame:
        if replicate in self.kept and (self.store or self.measures_only):
            known: pd.DataFrame = self.kept[replicate]
            return known
        return measured(self._run(replicate, MEASURED))

    def _hash(self, replicate: int) -> str:
        return run_hash(self.members[replicate], self.members[replicate].seed, versions())

    def _has(self, replicate: int) -> bool:
        if self.store is None:
            return replicate in self.kept
        return self.store.has(replicate, self._hash(replicate))


def plan(config: Config, *, replicates: int = 1, folder: Path | None = None) -> Ensemble:
    """Plan an ensemble without computing or writing anything.

    Args:
        config: composed and checked; its seed is that of replicate 0.
        replicates: how many runs.
        folder: where they are kept; nowhere if None.

    Raises:
        ConfigError: fitted vectors that do not fit the configuration.
    """
    members = [fitted(config, config.seed + i) for i in range(replicates)]
    return Ensemble(config, members, Store(folder, about_store(config)) if folder else None)


def plan_worlds(config: Config, *, replicates: int, folder: Path | None = None) -> list[Ensemble]:
    """Plan an ensemble and, if ``ensemble.null_world``, the same in which nothing changes, kept in ``null/``.

    Arguments and errors are those of :func:`plan`.
    """
    worlds = [plan(config, replicates=replicates, folder=folder)]
    if config.ensemble.null_world and not config.null_world:
        null = replace(config, null_world=True)
        worlds.append(plan(null, replicates=replicates, folder=folder / "null" if folder else None))
        worlds[1].measures_only = folder is None
    return worlds


def score_worlds(worlds: Sequence[Ensemble]) -> pd.DataFrame:
    """Return the scorecard of an ensemble, beside that of its null world if there is one."""
    null = worlds[1].measures() if len(worlds) > 1 and worlds[1].finished() else None
    return judge(worlds[0].measures(), null)


def about_store(config: Config) -> dict[str, Any]:
    """Return what a folder of this ensemble says of itself; the number of replicates is no part of it."""
    of_set = [sorted(chosen(config)), *vectors(config.scenario.vectors)]
    settled = {**versions(), "vectors": json.dumps(of_set, sort_keys=True)}
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


def compute(ensembles: Sequence[Ensemble], *, workers: int = 0, progress: bool = False) -> None:
    """Compute what is missing of some ensembles, all in one pool.

    Args:
        ensembles: filled in place; stores are opened (and refused) before anything is computed.
        workers: processes; 0 is one a core, 1 computes here.
        progress: whether a bar shows runs done and time left.

    Raises:
        OutputError: an output folder that cannot be used.
        Interrupted: Ctrl-C; finished replicates are kept.
    """
    for ensemble in ensembles:
        if ensemble.store:
            ensemble.store.open()
    todo = [(ensemble, i) for ensemble in ensembles for i in ensemble.missing()]
    for ensemble in ensembles:
        ensemble.reused = len(ensemble.members) - sum(e is ensemble for e, _ in todo)
        if ensemble.store:
            ensemble.store.check_room(sum(_bytes(e.config) for e, _ in todo))
    total = sum(len(e.members) for e in ensembles)
    at_first, name = "starting (compiles the first time)", "runs"
    if any(e.config.null_world for e in ensembles[1:]):
        name = "runs, null world too"
    hidden = not (progress and todo)
    with tqdm(total=total, initial=total - len(todo), unit="run", disable=hidden, smoothing=0.1, desc=at_first) as bar:
        try:
            with closing(run_jobs([e.job(i) for e, i in todo], workers=workers)) as outcomes:
                for position, outcome in outcomes:
                    ensemble, replicate = todo[position]
                    if isinstance(outcome, Failure):
                        ensemble.failures.append(outcome)
                    elif outcome is not None:
                        ensemble.kept[replicate] = outcome
                    bar.set_description_str(name, refresh=False)
                    bar.update()
        except KeyboardInterrupt:
            for ensemble in ensembles:
                if ensemble.store:
                    ensemble.store.tidy()
            raise Interrupted from None


def simulate(
    *overrides: str,
    seed: int | None = None,
    replicates: int = 1,
    workers: int | None = None,
    progress: bool = False,
    output: str | Path | None = None,
) -> Results:
    """Run the model and return its tables.

    Args:
        overrides: Hydra overrides, such as ``"scenario=baseline"``.
        seed: of the first replicate; ``seed`` of the configuration if None.
        replicates: how many runs; with more than one, tables have a ``run`` column and there is a scorecard,
            for which the null world is run as well unless ``ensemble.null_world=false``.
        workers: processes; None takes ``ensemble.workers``, 0 is one a core, 1 computes here.
        progress: whether a bar shows runs done and time left.
        output: folder to keep the runs in; finished ones are reused. In memory only if None.

    Raises:
        ConfigError: a key, value or output folder that is not allowed.
        LedgerError: a ledger broke (in a single run; in an ensemble it is a row of ``failures``).
        Interrupted: Ctrl-C.
    """
    if seed is not None:
        overrides = (*overrides, f"seed={seed}")
    config = compose(*overrides)
    if "ensemble.replicates" in config.chosen:
        raise ConfigError("ensemble.replicates is for the command line; allowed here is simulate(..., replicates=40)")
    given: list[tuple[str, Any, int]] = [("replicates", replicates, 1), ("workers", workers, 0)]
    for name, value, least in given:
        if value is not None and not (isinstance(value, Integral) and int(value) >= least):
            raise ConfigError(f"{name}={value!r} is not allowed; allowed is a whole number from {least}")
    folder = output or config.output
    kept_in = Path(folder) if folder else None
    processes = config.ensemble.workers if workers is None else workers
    if replicates == 1:
        single = plan(config, folder=kept_in)
        if single.store is None:
            single.kept[0] = run_job(single.job(0))
        else:
            compute([single], workers=1, progress=progress)
        return single.results()
    worlds = plan_worlds(config, replicates=replicates, folder=kept_in)
    compute(worlds, workers=processes, progress=progress)
    results = worlds[0].results()
    results.scorecard = score_worlds(worlds)
    return results


def _as_it_is(results: Results) -> Results:
    return results


def _write_and_measure(results: Results, path: Path, about: Mapping[str, Any]) -> pd.DataFrame:
    """Write a run and return its measures: workers know them at once, and reading all runs again takes longer."""
    write_run(results, path, about)
    return measured(results)


def _bytes(config: Config) -> int:
    """Return about how much room one run takes on disk."""
    return BYTES_A_CCG_WEEK * config.timeline.weeks * len(config.place.expanded())
