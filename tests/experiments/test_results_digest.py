"""The digest of results moves when they do, and not with rounding."""

from __future__ import annotations

from typing import Any

import pytest

from experiments import results_digest as module
from sim import simulate
from sim.run.results import Results


def digest(monkeypatch: pytest.MonkeyPatch, *overrides: str, off: float = 0.0) -> str:
    """Return the digest of short runs of one CCG with some settings, all engagement off by a little."""

    def short(*own: str, seed: int) -> Results:
        results: Any = simulate("place.clone_to=1", "timeline.weeks=60", *own, *overrides, seed=seed)
        results.series["engagement"] += off
        return results

    monkeypatch.setattr(module, "simulate", short)
    monkeypatch.setattr(module, "RUNS", {"baseline": 1})
    return module.results_digest.__wrapped__()


def test_rounding_does_not_move_it(monkeypatch: pytest.MonkeyPatch) -> None:
    as_is = digest(monkeypatch)
    assert len(as_is) == 8
    assert digest(monkeypatch, off=1e-13) == as_is
    assert digest(monkeypatch, off=1e-5) != as_is


@pytest.mark.parametrize(
    "change",
    ["hope.beta=1.111", "workload.noise=0.0404", "survey.threshold_highly=2.5", "running_costs.duty_share=0.7"],
)
def test_a_changed_setting_moves_it(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert digest(monkeypatch, change) != digest(monkeypatch)
