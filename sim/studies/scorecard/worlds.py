"""The ensembles behind the full scorecard: the baseline, the null world, and one world for each switch.

All on the same seeds and vectors, each in a folder of its own below one. A run keeps the tables that measures read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from sim.ensembles.ensemble import Ensemble, default_folder, plan
from sim.ensembles.pool import Job
from sim.ensembles.store import OutputError
from sim.run.config import Config, compose
from sim.run.results import Results
from sim.run.vocabulary import TABLES
from sim.studies.scorecard.measures import TABLES as MEASURED
from sim.studies.scorecard.switches import BASELINE, NULL, SWITCHES

Name = TypeVar("Name")


class LeanEnsemble(Ensemble):
    """An ensemble that keeps no more of a run than the scorecard reads."""

    def job(self, replicate: int) -> Job:
        """Return what is to be done for one replicate."""
        job = super().job(replicate)
        return replace(job, keep=functools.partial(_lean, job.keep))


def _lean(keep: Callable[[Results], Any], results: Results) -> Any:
    empty = {name: getattr(results, name).iloc[:0] for name in TABLES if name not in MEASURED}
    return keep(replace(results, **empty))


def plan_switches(overrides: Sequence[str], folder: Path | None = None) -> dict[str, Ensemble]:
    """Plan every world, by name, without computing or writing anything.

    Args:
        overrides: of the configuration, in all worlds.
        folder: where they are kept; results/full_scorecard-<place>-<hash> if None.

    Raises:
        ConfigError: a key or value that is not allowed, or a folder that holds something else.
    """
    base = compose(*overrides)
    folder = folder or folder_of(base)
    _check(folder)
    worlds = {BASELINE: lean(base, folder / BASELINE)}
    worlds[NULL] = lean(replace(base, null_world=True), folder / NULL)
    for switch in SWITCHES:
        worlds[switch.name] = lean(compose(*overrides, switch.override), folder / switch.name)
    for world in worlds.values():
        world.check()
    return worlds


def folder_of(config: Config) -> Path:
    """Return where the full scorecard of a configuration is kept."""
    if config.output:
        return Path(config.output)
    default = default_folder(config)
    return default.with_name(default.name.replace(config.scenario.name, "full_scorecard", 1))


def _check(folder: Path) -> None:
    """Check, without writing, that a folder is new, empty or holds a full scorecard."""
    inside = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if inside and BASELINE not in inside:
        raise OutputError(f"output={folder} holds something else ({inside[0]}); allowed is a new or empty folder")


def lean(config: Config, folder: Path) -> Ensemble:
    """Plan one ensemble that keeps what measures read."""
    return LeanEnsemble(**vars(plan(config, replicates=config.ensemble.replicates, folder=folder)))


def measures_of(worlds: Mapping[Name, Ensemble]) -> dict[Name, pd.DataFrame]:
    """Return the measures of each world that has any, one row a finished replicate, numbered by replicate."""
    return {
        name: world.measures().set_axis(world.finished(), axis=0) for name, world in worlds.items() if world.finished()
    }
