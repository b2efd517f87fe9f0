"""The fitted vectors: sets of values for the few fitted parameters that the evidence does not rule out.

Seed ``s`` goes with vector ``s mod n``. A value that the user or a scenario sets wins over the vectors.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.config import Config, ConfigError, known_keys, user_keys
from sim.config_errors import unknown_key

VECTORS = Path(__file__).resolve().parent / "fitted" / "vectors.json"

Vector = Mapping[str, Any]


@functools.cache
def vectors() -> tuple[Vector, ...]:
    """Return the fitted vectors, key to value; none if nothing has been fitted.

    Raises:
        ConfigError: a key that no configuration has.
    """
    if not VECTORS.is_file():
        return ()
    known = tuple(json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"])
    for key in {key for vector in known for key in vector}:
        if key not in known_keys():
            raise ConfigError(f"{VECTORS}: {unknown_key(key, known_keys())}")
    return known


def with_vector(config: Config, seed: int, chosen: Collection[str] = ()) -> tuple[Config, dict[str, Any]]:
    """Return a configuration with its seed and fitted vector, and what was used of the vector.

    Args:
        config: left as it is.
        seed: of the run.
        chosen: keys that win over the vector.

    Raises:
        ConfigError: a vector holds a value that is not allowed.
    """
    config = replace(copy.deepcopy(config), seed=seed)
    known = vectors()
    used = {k: v for k, v in known[seed % len(known)].items() if k not in chosen} if known else {}
    for key, value in used.items():
        block, _, name = key.rpartition(".")
        setattr(value_of(config, block), name, value)
    config.check()
    return config, used


def chosen_keys(config: Config, overrides: Sequence[str] = ()) -> frozenset[str]:
    """Return the fitted keys that the user or a scenario set: overridden, or not at their default."""
    defaults = Config()
    fitted = vectors()[0] if vectors() else {}
    set_by_user = user_keys(overrides)
    return frozenset(k for k in fitted if k in set_by_user or value_of(config, k) != value_of(defaults, k))


def value_of(config: Config, key: str) -> Any:
    """Return the value of a dotted key."""
    return functools.reduce(getattr, key.split("."), config)
