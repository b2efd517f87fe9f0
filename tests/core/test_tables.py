"""Declared columns, and tables that only grow."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.tables import Column, Table, is_name

COLUMNS = (
    Column("key", "uint64", "-", "identity"),
    Column("strain", "float64", "5 h/week", "strain", default=0.5),
    Column("paid", "int32", "minutes", "minutes by kind", width=3),
    Column("practice", "int64", "row", "practice", default=-1, of="practices"),
)


@pytest.fixture
def table() -> Table:
    made = Table("people", COLUMNS)
    made.append(2, key=[11, 12], strain=[1.0, 2.0])
    return made


def test_new_rows_get_values_and_defaults(table: Table) -> None:
    assert len(table) == table.size == 2
    assert table.key.tolist() == [11, 12]
    assert table.practice.tolist() == [-1, -1]
    assert table.paid.shape == (2, 3)
    rows = table.append(3, key=[13, 14, 15], practice=7, paid=[[1, 2, 3]] * 3)
    assert rows.tolist() == [2, 3, 4]
    assert table.strain.tolist() == [1.0, 2.0, 0.5, 0.5, 0.5]
    assert table.practice.tolist() == [-1, -1, 7, 7, 7]
    assert table.paid[:, 1].tolist() == [0, 0, 2, 2, 2]
    assert [table[c.name].dtype for c in COLUMNS] == [np.dtype(c.dtype) for c in COLUMNS]


def test_a_column_is_written_in_place_and_survives_growth(table: Table) -> None:
    table.strain[:] += 1
    table["practice"][1] = 4
    for number in range(100):
        table.append(1, key=100 + number)
    assert table.strain[:3].tolist() == [2.0, 3.0, 0.5]
    assert table.practice[1] == 4
    assert table.key.tolist() == [11, 12, *range(100, 200)]
    assert table["strain"] is table.strain
    table.append(0)
    assert table.size == 102


def test_what_is_not_declared_does_not_exist(table: Table) -> None:
    with pytest.raises(AttributeError, match="'people' has no column 'strian'; it has key, strain, paid"):
        _ = table.strian
    with pytest.raises(AttributeError, match="no column 'strian'"):
        _ = table["strian"]
    with pytest.raises(AttributeError, match="no column 'strian'"):
        table.append(1, strian=2.0)


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("reading", True),
        ("x1", True),
        ("two words", False),
        ("1x", False),
        ("class", False),
        ("_x", False),
        ("", False),
    ],
)
def test_names_are_plain_words(name: str, may: bool) -> None:
    assert is_name(name) == may
