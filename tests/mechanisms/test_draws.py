"""No two decisions share luck: what decides one thing says nothing about another."""

from __future__ import annotations

import sys
from collections import defaultdict
from types import FrameType

import numpy as np
import pytest

from sim.core.luck import Keys, Luck
from sim.run.model import CommissioningModel
from tests.worlds import TWO_SITES, spread_out

Place = tuple[str, int]


def asks() -> Place:
    """Return file and line of whoever asks for luck."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.endswith("luck.py"):
        frame = frame.f_back
    assert frame is not None
    return frame.f_code.co_filename, frame.f_lineno


def test_a_draw_is_for_one_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one name, week and identity there is one number; two places in the code that take it share luck."""
    drawn: dict[tuple[str, int], dict[Place, set[int]]] = defaultdict(lambda: defaultdict(set))
    uniform = Luck.uniform

    def watched(self: Luck, name: str, week: int, keys: Keys) -> np.ndarray:
        drawn[name, week][asks()].update(keys.ravel().tolist())
        return uniform(self, name, week, keys)

    monkeypatch.setattr(Luck, "uniform", watched)
    made = spread_out(*TWO_SITES, weeks=70, warm_up_weeks=30)
    made.careers.principal = 0.4
    model = CommissioningModel(made, seed=1)
    model.world.seats.term_end[model.world.seats.elected] = 20  # so that holders stand again within the run
    model.run()
    names = {name for name, _ in drawn}
    assert {"agenda.raises", "meetings.vote", "succession.again", "implementation.success", "careers.leaves"} <= names
    for (name, week), places in drawn.items():
        taken: set[int] = set()
        for place, keys in places.items():
            assert not taken & keys, f"{name} of week {week} is drawn again at {place}"
            taken |= keys


def test_every_name_has_luck_of_its_own() -> None:
    """Of one week and the same identities, whatever the decision."""
    keys = np.arange(20_000, dtype=np.uint64)
    names = ("meetings.screen", "meetings.vote", "meetings.nhse", "agenda.merit", "agenda.value", "careers.leaves")
    together = np.corrcoef([Luck(1).uniform(name, 0, keys) for name in names])
    assert np.abs(together[np.triu_indices(len(names), 1)]).max() < 4 / np.sqrt(keys.size)
