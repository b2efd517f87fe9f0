"""The fitted vectors: sets of values for the few fitted parameters that the evidence does not rule out.

A scenario names its set (``scenario.vectors``). Seed ``s`` goes with vector ``s mod n`` of it, one a world. A world of
which every draw was ruled out has no vector (null in the file); it takes that of the next world. A value that the user
or a scenario sets wins over the vectors.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.run.config import Config, ConfigError, known_keys
from sim.run.config_errors import unknown_key

STANDING, NONE = "vectors", "none"
"""The set of scenarios that name no other, and the name that asks for none: then parameters are at their defaults."""
VECTORS = Path(__file__).resolve().parent / "fitted" / f"{STANDING}.json"

Vector = Mapping[str, Any]


def file_of(name: str) -> Path:
    """Return the file of a set of vectors."""
    return VECTORS.with_name(f"{name}.json")


@functools.cache
def vectors(name: str = STANDING) -> tuple[Vector, ...]:
    """Return a set of fitted vectors, key to value; no vector if none is asked for or the standing set is not fitted.

    Args:
        name: of the set.

    Raises:
        ConfigError: another set that has not been fitted, or a key that no configuration has.
    """
    held = sorted(path.stem for path in VECTORS.parent.glob("*.json"))
    if name not in held:
        if name in (STANDING, NONE):
            return ()
        raise ConfigError(f"scenario.vectors={name} has not been fitted; allowed is {' | '.join([*held, NONE])}")
    path = file_of(name)
    known = _filled(json.loads(path.read_text(encoding="utf-8"))["vectors"])
    for key in {key for vector in known for key in vector}:
        if key not in known_keys():
            raise ConfigError(f"{path}: {unknown_key(key, known_keys())}")
    return known


def _filled(found: Sequence[Vector | None]) -> tuple[Vector, ...]:
    """Put the next vector, around the end, in the place of one that is not there."""
    return tuple(next(v for v in (*found[i:], *found[:i]) if v) for i in range(len(found)))


def fitted(config: Config, seed: int) -> Config:
    """Return a configuration as the run of a seed uses it: with that seed and the values of its fitted vector.

    Args:
        config: left as it is. One that is fitted already, for another seed, is fitted anew.
        seed: of the run.

    Raises:
        ConfigError: a set that has not been fitted, or a vector that holds a value that is not allowed.
    """
    if config.vector is not None and config.seed == seed:
        return config
    known = vectors(config.scenario.vectors)
    own = config.chosen | chosen(config)
    used = {k: v for k, v in known[seed % len(known)].items() if k not in own} if known else {}
    return config.with_values({"seed": seed, **used}, chosen=own, vector=used)


def chosen(config: Config) -> frozenset[str]:
    """Return the fitted keys that the user or a scenario set, so that they win over the vectors."""
    known = vectors(config.scenario.vectors)
    keys = known[0] if known else {}
    if config.vector is not None:
        return frozenset(keys) - set(config.vector)
    defaults = Config()
    return frozenset(k for k in keys if k in config.chosen or config.value(k) != defaults.value(k))
