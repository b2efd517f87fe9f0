import numpy as np
import pandas as pd
import pytest

from sim.results import Results
from tests.plots.tools import made_up


@pytest.fixture(scope="session")
def several() -> Results:
    return made_up([3, 4, 5])


@pytest.fixture(scope="session")
def shifted() -> Results:
    return made_up([3, 4, 5], shift=0.1, scenario="running_costs_cut_20")


@pytest.fixture(scope="session")
def single() -> Results:
    ensemble = made_up([3])
    ensemble.series = ensemble.series.drop(columns="run")
    ensemble.survey = ensemble.survey.drop(columns="run")
    return ensemble


@pytest.fixture(scope="session")
def scored() -> Results:
    """An ensemble with a scorecard of every kind of row."""
    columns = ["pattern", "statement", "source", "kind", "unit", "observed", "low", "median", "high", "rank",
               "verdict", "null_verdict"]  # fmt: skip
    long = "The highly engaged share fell between the two surveys, which governing body members drove " * 4
    rows = [
        ("inside", "Share engaged", "fact_a", "fitted", "share", 0.73, 0.69, 0.75, 0.81, 0.4, "holds", "holds"),
        ("wide", "Share heard", "fact_b", "validating", "share", 0.95, 0.1, 0.6, 0.99, 0.9, "vague", "vague"),
        ("above", long, "fact_c", "validating", "percentage points", -1, -9, -6, -5, 1.0, "fails", "fails"),
        ("null", "Hours", "fact_d", "validating", "hours/week", 24, 20, 25, 30, 0.4, "not evidence", "holds"),
        ("point", "Weeks", "fact_e", "validating", "weeks", 3, 5, 5, 5, 0.0, "fails", None),
        ("none", "Nothing", "fact_f", "validating", "weeks", 3, *[np.nan] * 4, "not modelled", None),
    ]
    results = made_up([3, 4, 5], weeks=60)
    results.scorecard = pd.DataFrame(rows, columns=columns)
    return results
