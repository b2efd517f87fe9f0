"""Luck: closed forms, keys, streams, and what must never matter."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.special import ndtri

from sim.core.luck import Luck, _mix, _salt, combine, identity, top_by_group, unit

N = 200_000
KEYS = combine(np.arange(N, dtype=np.uint64), 7)
"""Identities; that neighbouring integers serve as well is tested below."""


def standard_errors(values: np.ndarray, expected: float) -> float:
    """Return how many standard errors the mean of ``values`` lies from what is expected."""
    return float(abs(values.mean() - expected) / (values.std() / np.sqrt(values.size)))


def test_scrambling_is_the_finaliser_of_splitmix64() -> None:
    golden = 0x9E3779B97F4A7C15
    states = [(1234567 + golden * i) & 0xFFFFFFFFFFFFFFFF for i in (1, 2, 3)]
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert [int(_mix(np.uint64(state))) for state in states] == published


def test_identity_is_the_stable_hash_of_a_path() -> None:
    path = "B/practice/017/gp/03"
    assert identity(path) == int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest(), "little")
    assert identity(path) != identity("B/practice/017/gp/04")


def test_combine_knows_order_and_generation() -> None:
    a, b = np.array([identity("a")], np.uint64), np.array([identity("b")], np.uint64)
    assert combine(a, b) != combine(b, a)
    generations = combine(np.repeat(a, 50), np.arange(50, dtype=np.uint64))
    assert np.unique(np.r_[a, generations]).size == 51
    assert combine(a, 3) == generations[3]


@pytest.mark.parametrize("keys", [KEYS, np.arange(N, dtype=np.uint64)], ids=["hashed", "consecutive"])
def test_uniforms_are_uniform(keys: np.ndarray) -> None:
    u = Luck(5).uniform("test.draw", 3, keys)
    assert standard_errors(u, 1 / 2) < 4
    assert standard_errors((u - 1 / 2) ** 2, 1 / 12) < 4
    counts = np.bincount((u * 256).astype(int), minlength=256)
    chi_square = ((counts - N / 256) ** 2 / (N / 256)).sum()
    assert abs(chi_square - 255) < 4 * np.sqrt(2 * 255)
    assert standard_errors((u[1:] - 1 / 2) * (u[:-1] - 1 / 2), 0) < 4


def test_normals_have_the_quantiles_of_the_normal() -> None:
    luck = Luck(5)
    z = luck.normal("test.draw", 3, KEYS)
    assert (z == ndtri(luck.uniform("test.draw", 3, KEYS))).all()
    assert standard_errors(z, 0) < 4
    assert standard_errors(z**2, 1) < 4
    for q in (0.001, 0.025, 0.25, 0.5, 0.9, 0.999):
        share = (z < ndtri(q)).mean()
        assert abs(share - q) < 4 * np.sqrt(q * (1 - q) / N)


def test_ranking_weights_with_gumbels_is_a_weighted_draw() -> None:
    weight = np.array([0.5, 0.3, 0.15, 0.05])
    g = Luck(5).gumbel("test.draw", 3, KEYS)
    assert standard_errors(g, np.euler_gamma) < 4
    chosen = np.argmax(np.log(weight) + g.reshape(-1, 4), axis=1)
    share = np.bincount(chosen, minlength=4) / chosen.size
    assert (np.abs(share - weight) < 4 * np.sqrt(weight * (1 - weight) / chosen.size)).all()


def test_draws_belong_to_keys_not_to_rows() -> None:
    luck = Luck(5)
    u = luck.uniform("test.draw", 3, KEYS)
    shuffled = np.random.default_rng(0).permutation(N)
    assert (luck.uniform("test.draw", 3, KEYS[shuffled]) == u[shuffled]).all()
    assert (luck.uniform("test.draw", 3, KEYS[1000:1010]) == u[1000:1010]).all()
    assert (luck.uniform("test.draw", 3, KEYS[:12].reshape(3, 4)) == u[:12].reshape(3, 4)).all()
    assert luck.uniform("test.draw", 3, KEYS[:0]).size == 0


def test_draws_do_not_depend_on_what_was_drawn_before() -> None:
    one, other = Luck(5), Luck(5)
    for week in range(5000):  # more than are remembered
        one.uniform("test.other", week, KEYS[:1])
    assert (one.uniform("test.draw", 3, KEYS) == other.uniform("test.draw", 3, KEYS)).all()
    assert (one.uniform("test.draw", 3, KEYS) == other.uniform("test.draw", 3, KEYS)).all()


@pytest.mark.parametrize(
    ("seed", "name", "week"),
    [(6, "test.draw", 3), (5, "test.drawn", 3), (5, "test.draw", 4), (5, "test.draw", -3), (5, "test.draw", 0)],
)
def test_streams_are_independent(seed: int, name: str, week: int) -> None:
    u = Luck(5).uniform("test.draw", 3, KEYS) - 1 / 2
    v = Luck(seed).uniform(name, week, KEYS) - 1 / 2
    assert not np.isin(u, v).any()
    assert standard_errors(u * v, 0) < 4


def test_uniforms_are_never_0_or_1() -> None:
    luck = Luck(5)
    assert _mix(np.uint64(0)) == 0
    lowest = np.array(
        [_salt(luck._base("test.draw"), 0)], dtype=np.uint64
    )  # the one key that scrambles to 0 in this stream
    assert 0 < luck.uniform("test.draw", 0, lowest)[0] == unit(np.uint64(0)) < 1e-15
    assert np.isfinite(luck.normal("test.draw", 0, lowest)).all()
    assert np.isfinite(luck.gumbel("test.draw", 0, lowest)).all()
    highest = unit(np.uint64(2**64 - 1))
    assert 1 - 1e-15 < highest < 1
    assert np.isfinite(ndtri(highest))
    assert np.isfinite(-np.log(-np.log(highest)))


def test_row_numbers_are_no_identities() -> None:
    with pytest.raises(TypeError, match=r"identities \(uint64\), not for int64"):
        Luck(5).uniform("test.draw", 0, np.arange(3))


DRAW = """
from sim.core.luck import *
keys = np.array([identity(p) for p in {"A", "B", "C", "D", "E"} ^ {"E", "F"}], dtype=np.uint64)
keys.sort()
luck = Luck(5)
print(keys.tolist(), luck.normal("test.draw", -7, keys).tolist(), luck.uniform("x", 2, combine(keys, 9)).tolist())
"""


def test_two_hash_seeds_give_the_same_luck() -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", DRAW], env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE
        )
        for seed in ("1", "2")
    ]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert said[0] == said[1] != b""


def test_top_by_group_by_hand() -> None:
    score = np.array([3.0, 1.0, 2.0, 9.0, 5.0, 4.0, 7.0])
    group = np.array([1, 1, 1, -1, 0, 0, 4])
    assert top_by_group(score, group, 1).tolist() == [4, 0, 6]
    assert top_by_group(score, group, 2).tolist() == [4, 5, 0, 2, 6]
    assert top_by_group(score, group, np.array([0, 2, 5, 5, 1])).tolist() == [0, 2, 6]
    assert top_by_group(score, group, 0).size == 0
    assert top_by_group(score, np.full(7, -1), 3).size == 0
    assert top_by_group(score[:0], group[:0], 3).size == 0
