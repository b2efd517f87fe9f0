"""The runs of the full scorecard, kept with the time that they took, and how its tables came about."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.runs import compute_missing
from sim.core.files import write_text

if TYPE_CHECKING:
    from sim.ensembles.ensemble import Ensemble

SPENT = "seconds.json"
"""Seconds that all sessions of a folder have spent on runs."""


def compute_all(ensembles: Mapping[Any, Ensemble], folder: Path, workers: int) -> None:
    """Compute what is missing and add the seconds that it took to those of the folder.

    Raises:
        RuntimeError: a run failed.
        Interrupted: Ctrl-C.
    """
    began = time.monotonic()
    missing = any(e.missing() for e in ensembles.values())
    try:
        compute_missing(ensembles.values(), workers)
    finally:
        if missing and folder.is_dir():
            write_text(folder / SPENT, json.dumps(spent(folder) + time.monotonic() - began))


def spent(folder: Path) -> float:
    """Return the seconds that all sessions of a folder have spent on runs."""
    path = folder / SPENT
    return float(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else 0.0


def about(worlds: Mapping[str, Ensemble], gammas: Mapping[float, Ensemble], folder: Path) -> dict[str, Any]:
    """Return how the tables came about, for the file that holds them."""
    from sim.ensembles.pool import cores
    from sim.ensembles.store import versions
    from sim.studies.scorecard.switches import BASELINE, SWITCHES

    baseline = worlds[BASELINE]
    seeds = [member.seed for member in baseline.members]
    return {
        "what": "every pattern of sim/evidence/patterns.yaml in the baseline, the null world, with each mechanism "
        "switched off, and over the range of gamma (experiments/full_scorecard/)",
        "scenario": baseline.config.scenario.name,
        "place": baseline.config.place.name,
        "replicates": len(seeds),
        "seeds": [seeds[0], seeds[-1]],
        "runs": sum(len(e.members) for e in [*worlds.values(), *gammas.values()]),
        "seconds": round(spent(folder)),
        "cores": baseline.config.ensemble.workers or cores(),
        "switches": [{"name": s.name, "label": s.label, "override": s.override, "note": s.note} for s in SWITCHES],
        "versions": dict(versions()),
    }
