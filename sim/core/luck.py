"""Luck that belongs to people and things, not to rows.

Every draw is a pure function of (seed, name of the decision, week, identity of whom it is drawn for). There is
no generator whose state moves, so one more person, one more item or one draw left out by a policy changes
nothing for anybody else: two scenarios with one seed are compared on the same luck (common random numbers).

Identities are 64-bit hashes of a path such as ``B/practice/017/gp/03``; never a row number or ``hash()``.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.core.compiled import compiled

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_ONE = np.uint64(1)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_UINT64 = np.dtype(np.uint64).char
_WEEK_ZERO = 1 << 20
"""Weeks of the warm-up are negative; the offset keeps what is hashed positive."""


@compiled
def _mix(x: np.uint64) -> np.uint64:
    """Scramble a 64-bit integer (the finaliser of splitmix64, Steele and others 2014); one to one."""
    x ^= x >> _S30
    x *= _M1
    x ^= x >> _S27
    x *= _M2
    return x ^ (x >> _S31)


@compiled
def unit(mixed: np.uint64) -> float:
    """Return the middle of the one of 2^52 equal parts of (0, 1) in which a 64-bit integer falls."""
    return (np.float64(mixed >> _S12) + 0.5) * 2.0**-52


@compiled
def _salt(base: np.uint64, week: int) -> np.uint64:
    return _mix(base + np.uint64(week + _WEEK_ZERO) * _GOLDEN)


@compiled
def _draw(keys: Keys, base: np.uint64, week: int, drawn: Floats) -> None:
    salt = _salt(base, week)
    for i in range(keys.size):
        drawn[i] = unit(_mix(keys[i] ^ salt))


def identity(path: str) -> int:
    """Return the 64-bit identity of the person or thing that ``path`` names."""
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest(), "little")


def combine(a: Keys, b: Keys | int) -> Keys:
    """Return the identity of a pair in which order matters (a person's generation, a tie, an item), shape of ``a``."""
    combined = np.empty_like(a)
    _combine(a, np.full(a.shape, b, dtype=np.uint64) if isinstance(b, int) else b, combined)
    return combined


@compiled
def _combine(a: Keys, b: Keys, combined: Keys) -> None:
    for i in range(a.size):
        combined[i] = _mix(a[i] + _GOLDEN * (b[i] + _ONE))


class Luck:
    """All the draws of one run.

    Args:
        seed: any integer of 0 or more; the same seed gives every identity the same life.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._bases: dict[str, np.uint64] = {}

    def _base(self, name: str) -> np.uint64:
        base = self._bases.get(name)
        if base is None:
            base = self._bases[name] = np.uint64(identity(f"{self.seed}:{name}"))
        return base

    def uniform(self, name: str, week: int, keys: Keys) -> Floats:
        """Return one uniform in the open interval (0, 1) for each key.

        Args:
            name: the decision drawn for, such as ``agenda.proposes``.
            week: the week of the run (negative in the warm-up).
            keys: identities (uint64), any shape.

        Raises:
            TypeError: keys of another type, such as row numbers.
        """
        if keys.dtype.char != _UINT64:
            raise TypeError(f"luck is drawn for identities (uint64), not for {keys.dtype}; a row number is none")
        drawn = np.empty(keys.shape)
        if keys.size:
            _draw(keys.ravel(), self._base(name), week, drawn.ravel())
        return drawn

    def normal(self, name: str, week: int, keys: Keys) -> Floats:
        """Return one standard normal for each key (inverse normal of the uniform)."""
        result: Floats = ndtri(self.uniform(name, week, keys))
        return result

    def gumbel(self, name: str, week: int, keys: Keys) -> Floats:
        """Return one standard Gumbel for each key: ranking weights + Gumbels is a weighted draw."""
        return -np.log(-np.log(self.uniform(name, week, keys)))


def top_by_group(score: Floats, group: NDArray[np.int64], places: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices of the highest scores in each group, ordered by group and falling score.

    Args:
        score: shape (n,).
        group: shape (n,), 0 or more; entries with a negative group take no part.
        places: how many to take in each group: one number, or one a group.
    """
    eligible = np.flatnonzero(group >= 0)
    if eligible.size == 0:
        return eligible
    order = eligible[np.lexsort((-score[eligible], group[eligible]))]
    ranked = group[order]
    rank = np.arange(ranked.size) - np.searchsorted(ranked, ranked)
    limit = places if isinstance(places, int) else places[ranked]
    return order[rank < limit]
