"""Measured spreads against the open data they come from; skipped without the folder of ``CCGSIM_OPEN_DATA``."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.settings.population import Population

FOLDER = Path(os.environ.get("CCGSIM_OPEN_DATA", "nowhere"))
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="CCGSIM_OPEN_DATA names no folder")


def test_list_sizes_spread_within_ccgs_as_in_england() -> None:
    table = pd.read_csv(FOLDER / "Patient_List_Size_2014_01-03.csv", encoding="cp1252")
    ages = [c for c in table.columns if c.startswith(("Male", "Female"))]
    numbers = table[ages].replace(",", "", regex=True).apply(pd.to_numeric, errors="coerce")
    lists = pd.DataFrame({"ccg": table["PCO Code"].str[:3], "size": numbers.sum(axis=1)})
    lists = lists[lists["size"] >= 500]
    within = np.log(lists["size"]) - np.log(lists["size"]).groupby(lists["ccg"]).transform("mean")
    assert within.std() == pytest.approx(Population().list_spread, abs=0.03)


@pytest.mark.parametrize("patients", [3_000, 6_300, 12_000])
def test_gps_follow_lists_as_in_england(patients: int) -> None:
    """The regression is judged by what it predicts: slope and intercept lean on how tiny lists are treated."""
    table = pd.read_csv(FOLDER / "gp_workforce_practice_2015-2018.csv")
    first = table[(table["Year"] == 2016) & (table["TOTAL_GP_EXTGL_HC"] > 0) & (table["TOTAL_PATIENTS"] >= 500)]
    x, y = np.log(first["TOTAL_PATIENTS"]), np.log(first["TOTAL_GP_EXTGL_HC"])
    slope, intercept = np.polyfit(x, y, 1)
    p = Population()
    assert p.gps_intercept + p.gps_slope * np.log(patients) == pytest.approx(
        intercept + slope * np.log(patients), abs=0.05
    )
    assert (y - intercept - slope * x).std() == pytest.approx(p.gps_spread, abs=0.03)
