"""The ensembles of a study, computed as far as they are missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.ensembles.ensemble import Ensemble


def compute_missing(ensembles: Iterable[Ensemble], workers: int) -> None:
    """Compute the runs that are not there yet; those that are there by then are kept, whatever happens.

    Raises:
        OutputError: a folder that holds something else.
        RuntimeError: a run failed.
        Interrupted: Ctrl-C.
    """
    from sim.ensembles.ensemble import compute

    asked = list(ensembles)
    compute(asked, workers=workers, progress=True)
    failures = [failure for ensemble in asked for failure in ensemble.failures]
    if failures:
        raise RuntimeError(f"{len(failures)} runs failed, {failures[0].label} first: {failures[0].reason}")
