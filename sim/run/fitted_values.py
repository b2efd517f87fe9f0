"""The fitted vectors: sets of values for the few fitted parameters that the evidence does not rule out.

A scenario names its set (``scenario.vectors``). Seed ``s`` goes with vector ``s mod n`` of it, one a world; a world of
which every draw was ruled out has none (null in the file) and goes with the next one's. A value that the user or a
scenario sets wins over the vectors.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.run.config import Config, ConfigError, known_keys, user_keys
from sim.run.config_errors import unknown_key

STANDING = "vectors"
"""The set of scenarios that name no other."""
VECTORS = Path(__file__).resolve().parent / "fitted" / f"{STANDING}.json"

Vector = Mapping[str, Any]


def file_of(name: str) -> Path:
    """Return the file of a set of vectors."""
    return VECTORS.with_name(f"{name}.json")


@functools.cache
def vectors(name: str = STANDING) -> tuple[Vector, ...]:
    """Return a set of fitted vectors, key to value; none if the standing set has not been fitted.

    Args:
        name: of the set.

    Raises:
        ConfigError: another set that has not been fitted, or a key that no configuration has.
    """
    held = sorted(path.stem for path in VECTORS.parent.glob("*.json"))
    if name not in held:
        if name == STANDING:
            return ()
        raise ConfigError(f"scenario.vectors={name} has not been fitted; allowed is {' | '.join(held)}")
    path = file_of(name)
    known = _filled(json.loads(path.read_text(encoding="utf-8"))["vectors"])
    for key in {key for vector in known for key in vector}:
        if key not in known_keys():
            raise ConfigError(f"{path}: {unknown_key(key, known_keys())}")
    return known


def _filled(found: Sequence[Vector | None]) -> tuple[Vector, ...]:
    """Put the next vector, around the end, in the place of one that is not there."""
    return tuple(next(v for v in (*found[i:], *found[:i]) if v) for i in range(len(found)))


def with_vector(config: Config, seed: int, chosen: Collection[str] = ()) -> tuple[Config, dict[str, Any]]:
    """Return a configuration with its seed and fitted vector, and what was used of the vector.

    Args:
        config: left as it is.
        seed: of the run.
        chosen: keys that win over the vector.

    Raises:
        ConfigError: a set that has not been fitted, or a vector that holds a value that is not allowed.
    """
    config = replace(copy.deepcopy(config), seed=seed)
    known = vectors(config.scenario.vectors)
    used = {k: v for k, v in known[seed % len(known)].items() if k not in chosen} if known else {}
    for key, value in used.items():
        block, _, name = key.rpartition(".")
        setattr(value_of(config, block), name, value)
    config.check()
    return config, used


def chosen_keys(config: Config, overrides: Sequence[str] = ()) -> frozenset[str]:
    """Return the fitted keys that the user or a scenario set: overridden, or not at their default."""
    defaults = Config()
    known = vectors(config.scenario.vectors)
    fitted = known[0] if known else {}
    set_by_user = user_keys(overrides)
    return frozenset(k for k in fitted if k in set_by_user or value_of(config, k) != value_of(defaults, k))


def value_of(config: Config, key: str) -> Any:
    """Return the value of a dotted key."""
    return functools.reduce(getattr, key.split("."), config)
