"""Which results the model gives: eight digits that change when they move, and not with rounding.

Pages are made by long jobs; each keeps these digits beside its numbers (:mod:`experiments.documents`), and a test fails
when they are no longer those of the model.
"""

from __future__ import annotations

import hashlib
from functools import cache

import pandas as pd

from sim import simulate

RUNS = {"baseline": 1, "delegation_level_3": 2, "running_costs_cut_20": 3, "succession_staggered": 4}
"""Seed of the run of each scenario that is looked at: the baseline, delegation, money and elections."""


@cache
def results_digest() -> str:
    """Return the digest of states, money, drivers and answers of some runs, to six decimals."""
    digest = hashlib.blake2b(digest_size=4)
    for scenario, seed in RUNS.items():
        found = simulate(f"scenario={scenario}", seed=seed)
        for table in (found.series, found.ccgs, found.ledger):
            digest.update(_text(table[table["week"] == table["week"].max()]))
        digest.update(_text(found.survey))
        digest.update(_text(found.events["kind"].value_counts().sort_index().to_frame()))
    return digest.hexdigest()


def _text(table: pd.DataFrame) -> bytes:
    rounded = table.copy()
    numbers = table.select_dtypes("number")
    rounded[numbers.columns] = numbers.round(6) + 0.0  # no minus zero
    return rounded.to_csv(float_format="%.6f").encode()
