"""One call for a run, or for an ensemble with its scorecard."""

from __future__ import annotations

from collections.abc import Collection
from numbers import Integral
from pathlib import Path
from typing import Any

from sim.ensembles.ensemble import compute, plan
from sim.ensembles.pool import run_job
from sim.run.config import ConfigError, compose
from sim.run.results import ALL_TABLES, Results
from sim.studies.scorecard.worlds import plan_worlds, score_worlds


def simulate(
    *overrides: str,
    seed: int | None = None,
    replicates: int = 1,
    workers: int | None = None,
    progress: bool = False,
    output: str | Path | None = None,
    tables: Collection[str] = ALL_TABLES,
) -> Results:
    """Run the model and return its tables.

    Args:
        overrides: Hydra overrides, such as ``"scenario=baseline"``.
        seed: of the first replicate; ``seed`` of the configuration if None.
        replicates: how many runs; with more than one, tables have a ``run`` column and there is a scorecard,
            for which the null world is run as well unless ``ensemble.null_world=false``.
        workers: processes; None takes ``ensemble.workers``, 0 is one a core, 1 computes here.
        progress: whether a bar shows runs done and time left.
        output: folder to keep the runs in, with all their tables; finished ones are reused. In memory only if None.
        tables: those that are returned; the others are empty. A run of the six sites takes some 25 MB, ``hours`` most
            of it, and as much again while several are put together.

    Raises:
        ConfigError: a key, value, table or output folder that is not allowed.
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
    if not set(tables) <= set(ALL_TABLES):
        raise ConfigError(f"tables={tables!r} is not allowed; allowed is a list of {', '.join(ALL_TABLES)}")
    folder = output or config.output
    kept_in = Path(folder) if folder else None
    kept = ALL_TABLES if kept_in else tables
    if replicates == 1:
        single = plan(config, folder=kept_in, tables=kept)
        if single.store is None:
            single.kept[0] = run_job(single.job(0))
        else:
            compute([single], workers=1, progress=progress)
        return single.results(tables)
    worlds = plan_worlds(config, replicates=replicates, folder=kept_in, tables=kept)
    compute(worlds, workers=config.ensemble.workers if workers is None else workers, progress=progress)
    results = worlds[0].results(tables)
    results.scorecard = score_worlds(worlds)
    return results
