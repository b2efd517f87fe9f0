"""The ensembles behind scorecards: with the null world beside it; of the full one, a world for each switch too.

All on the same seeds and vectors. Those of the full scorecard have a folder each below one, and a run keeps the tables
that measures read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from sim.core.files import is_content
from sim.ensembles.ensemble import Ensemble, Measure, default_folder, plan
from sim.ensembles.store import OutputError
from sim.run.config import Config, compose
from sim.run.results import ALL_TABLES
from sim.studies.scorecard.measures import TABLES, measured
from sim.studies.scorecard.switches import BASELINE, NULL, SWITCHES
from sim.studies.scorecard.table import judge

MEASURE = Measure(measured, TABLES)
"""What a scorecard needs of a run."""

Name = TypeVar("Name")


def plan_worlds(
    config: Config, *, replicates: int, folder: Path | None = None, tables: Collection[str] = ALL_TABLES
) -> list[Ensemble]:
    """Plan an ensemble and, if ``ensemble.null_world``, the same in which nothing changes, kept in ``null/``.

    Of the null world in memory only the measures are kept. Arguments and errors are those of
    :func:`sim.ensembles.ensemble.plan`.
    """
    worlds = [plan(config, replicates=replicates, folder=folder, measure=MEASURE, tables=tables)]
    if config.ensemble.null_world and not config.null_world:
        null, kept = replace(config, null_world=True), tables if folder else ()
        place = folder / "null" if folder else None
        worlds.append(plan(null, replicates=replicates, folder=place, measure=MEASURE, tables=kept))
    return worlds


def score_worlds(worlds: Sequence[Ensemble]) -> pd.DataFrame:
    """Return the scorecard of an ensemble, beside that of its null world if there is one."""
    null = worlds[1].measures() if len(worlds) > 1 and worlds[1].finished() else None
    return judge(worlds[0].measures(), null)


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
    inside = sorted(path.name for path in folder.iterdir() if is_content(path)) if folder.is_dir() else []
    if inside and BASELINE not in inside:
        raise OutputError(f"output={folder} holds something else ({inside[0]}); allowed is a new or empty folder")


def lean(config: Config, folder: Path) -> Ensemble:
    """Plan one ensemble that keeps what measures read."""
    return plan(config, replicates=config.ensemble.replicates, folder=folder, measure=MEASURE, tables=TABLES)


def measures_of(worlds: Mapping[Name, Ensemble]) -> dict[Name, pd.DataFrame]:
    """Return the measures of each world that has any, one row a finished replicate, numbered by replicate."""
    return {
        name: world.measures().set_axis(world.finished(), axis=0) for name, world in worlds.items() if world.finished()
    }
