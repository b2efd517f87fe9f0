"""Compiled loops say what the same loops say in plain Python, to the bit, and stay within their arrays."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys

import numba
import numpy as np
import pytest

import sim
from sim.compiled import compiled

LIVES = """
import hashlib
from sim.model import CommissioningModel
from tests.worlds import TWO_SITES, spread_out

model = CommissioningModel(spread_out(*TWO_SITES, gps=3, weeks=70, warm_up_weeks=3), seed=4)
model.run()
world = model.world
digest = hashlib.sha256()
for table in (world.people, world.practices, world.ccgs, world.bodies, world.seats, world.items):
    for name in table.columns:
        digest.update(table[name].tobytes())
print(world.people.size, world.items.size, digest.hexdigest())
"""


def lives(**environment: str) -> str:
    """Return the digest of the last states of a run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LIVES], capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return done.stdout


@pytest.mark.filterwarnings("ignore")
def test_plain_python_lives_the_same_lives() -> None:
    assert lives() == lives(NUMBA_DISABLE_JIT="1", PYTHONWARNINGS="ignore")  # 64-bit numbers warn when they wrap


def test_nothing_is_reordered_to_be_faster() -> None:
    for module in pkgutil.walk_packages(sim.__path__, "sim."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, numba.core.registry.CPUDispatcher):
                options = value.targetoptions
                assert not options.get("fastmath"), f"{module.name}.{name}"
                assert not options.get("parallel"), f"{module.name}.{name}"


def test_a_compiled_loop_writes_into_what_it_is_given() -> None:
    @compiled
    def double(values: np.ndarray) -> float:
        for i in range(values.size):
            values[i] *= 2
        return values[0]

    values = np.arange(3.0)
    assert double(values) == 0.0
    assert values.tolist() == [0.0, 2.0, 4.0]
    values.flags.writeable = False
    with pytest.raises(numba.TypingError, match="readonly"):
        double(values)
