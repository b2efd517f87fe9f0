"""Made-up ensembles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.run.results import Results, stack
from tests.studies.scorecard.made_up import AS_REPORTED, make_runs


@pytest.fixture(scope="session")
def ensemble() -> Callable[..., Results]:
    """Return a builder of made-up ensembles: as reported but for what is given by keyword."""

    def build(runs: int = 20, **changed: Any) -> Results:
        return stack(make_runs(AS_REPORTED | changed, runs))

    return build


@pytest.fixture(scope="session")
def run() -> Callable[..., Results]:
    """Return a builder of single made-up runs."""

    def build(**changed: Any) -> Results:
        return make_runs(AS_REPORTED | changed, 1)[0]

    return build
