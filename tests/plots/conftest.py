import numpy as np
import pandas as pd
import pytest

from sim.run.results import Results
from tests.plots.tools import as_one_run, filled, made_up


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
def everything() -> Results:
    """An ensemble with every table that a figure reads, of two CCGs over 112 weeks: to the middle of May 2014."""
    return filled(made_up([3, 4, 5], weeks=112))


@pytest.fixture(scope="session")
def alone(everything: Results) -> Results:
    """Its first run alone."""
    return as_one_run(everything)


@pytest.fixture(scope="session")
def scored() -> Results:
    """An ensemble with a scorecard of every kind of row."""
    columns = ["pattern", "statement", "source", "kind", "unit", "reported", "observed", "low", "median", "high",
               "rank", "verdict", "null_verdict", "evidence"]  # fmt: skip
    long = "The highly engaged share fell between the two surveys, which governing body members drove " * 4
    rows = [
        ("inside", "Share engaged", "fact_a", "fitted", "%", "73 %", 73, 69, 75, 81, 0.4, "holds", "holds", "fitted"),
        ("wide", "Share heard", "fact_b", "validating", "%", "95 %", 95, 10, 60, 99, 0.9, "vague", "vague", "vague"),
        ("above", long, "fact_c", "validating", "points", "-1 points", -1, -9, -6, -5, 1.0, "fails", "fails", "fails"),
        ("null", "Hours", "fact_d", "validating", "h", "24 h", 24, 20, 25, 30, 0.4, "holds", "holds", "not evidence"),
        ("point", "Weeks", "fact_e", "validating", "weeks", "3 weeks", 3, 5, 5, 5, 0.0, "fails", "", "fails"),
        ("none", "Nothing", "fact_f", "validating", "weeks", "3 weeks", *[np.nan] * 5, "untested", "", "untested"),
        (
            "sign",
            "Leaders",
            "fact_g",
            "validating",
            "% of runs",
            "> 0 points",
            np.nan,
            80,
            90,
            97,
            np.nan,
            "holds",
            "fails",
            "validates",
        ),
    ]
    results = made_up([3, 4, 5], weeks=60)
    results.scorecard = pd.DataFrame(rows, columns=columns)
    return results
