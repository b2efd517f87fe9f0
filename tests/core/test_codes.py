"""Codes: plain numbers when named, names when asked for, and sets and values that follow names."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import pytest

from sim.core.codes import by, quick, those


@quick
class Fruit(IntEnum):
    """A code."""

    APPLE = 0
    PEAR = 1
    QUINCE = 2


def test_a_member_that_is_named_is_a_plain_number() -> None:
    assert type(Fruit.PEAR) is int
    assert Fruit.PEAR == 1


def test_who_iterates_calls_or_looks_up_gets_members_with_names() -> None:
    assert [fruit.name for fruit in Fruit] == ["APPLE", "PEAR", "QUINCE"]
    assert Fruit(2).name == Fruit["QUINCE"].name == "QUINCE"
    assert isinstance(Fruit(2), Fruit)


@pytest.mark.parametrize(
    ("members", "mask"),
    [
        ((Fruit.QUINCE, Fruit.APPLE), [True, False, True]),
        ((Fruit.PEAR,), [False, True, False]),
        ((), [False, False, False]),
    ],
)
def test_some_members_are_a_mask_by_number(members: tuple[int, ...], mask: list[bool]) -> None:
    found = those(Fruit, *members)
    assert found.dtype == np.bool_
    assert found.tolist() == mask


def test_values_follow_names_and_others_are_nothing() -> None:
    assert by(Fruit, quince=2.5, apple=-1).tolist() == [-1.0, 0.0, 2.5]
    assert by(Fruit).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(KeyError, match="PLUM"):
        by(Fruit, plum=1)


def test_values_that_many_share_are_read_only() -> None:
    found = by(Fruit, pear=3)
    assert by(Fruit, pear=3) is found
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1.0
