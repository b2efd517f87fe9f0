"""Declared columns, and the tables that hold them.

A table is a set of numpy columns that share rows. Rows are only ever appended (capacity doubles), never removed or
reused: ``present`` says who is there. ``table.strain`` is the column itself (a view of the rows in use), so it is read
and written in place.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROW = "row"
"""Unit of a column that holds row numbers; ``Column.of`` names their table, and -1 is none."""


def is_name(name: Any) -> bool:
    """Tell whether something can be called so where names are attributes: tables, columns and drivers."""
    plain = isinstance(name, str) and name.isidentifier() and not name.startswith("_")
    return plain and not keyword.iskeyword(name)


@dataclass(frozen=True)
class Column:
    """One declared column.

    Args:
        name: attribute name on the table and on agent views.
        dtype: numpy type; state is float64, minutes and pence are integers.
        unit: unit of the values, ``-`` for none.
        meaning: what it says, in one line.
        default: value of a new row.
        width: number of values a row (0: one plain number); such a column has shape (rows, width).
        codes: names of the numbers of a code, which agent views give; None gives the numbers.
        of: the table that row numbers point into.
        settable: whether it is a stock that may be set by hand; what is worked out anew each week is not.

    Raises:
        ValueError: row numbers of no table, or a table for what is no row number.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    default: float = 0.0
    width: int = 0
    codes: type[IntEnum] | None = None
    of: str = ""
    settable: bool = False

    def __post_init__(self) -> None:
        if (self.unit == ROW) != bool(self.of):
            raise ValueError(f"column {self.name}: unit={self.unit} and of={self.of!r}; row numbers name their table")


@dataclass(frozen=True)
class Schema:
    """A kind of thing that a world consists of: what its table is called and holds, and how it comes to be.

    Attributes:
        name: of the table, such as ``practices``.
        about: what its rows are, in a sentence or two.
        columns: those fixed at birth; mechanisms bring the others.
        found: lays the rows of a new world; None where mechanisms append them.
        agent: class of the Mesa agents of rows (:class:`sim.state.agents.TableAgent`); None where rows are none.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    found: Callable[[Any], None] | None = None
    agent: Any = None


class InUse(dict[str, NDArray[Any]]):
    """The rows in use of stored columns, by name; each is cut when it is first asked for."""

    def __init__(self, stores: Mapping[str, NDArray[Any]], size: int) -> None:
        super().__init__()
        self.stores, self.size = stores, size

    def __missing__(self, name: str) -> NDArray[Any]:
        cut = self[name] = self.stores[name][: self.size]
        return cut


class Table:
    """Columns that share rows.

    Args:
        name: name of the table in the model, such as ``people``.
        columns: what is declared; nothing else can be stored.

    Attributes:
        size: number of rows.
        stores: columns with room for more rows, by name.
        rows: of each column, those in use.
        fixed: the same, read-only.
        watchers: attributes of views (:mod:`sim.core.views`), which forget the table when it grows.

    Raises:
        ValueError: two columns of one name.
    """

    def __init__(self, name: str, columns: Iterable[Column]) -> None:
        declared = tuple(columns)
        self.name = name
        self.columns: Mapping[str, Column] = {c.name: c for c in declared}
        if twice := [c.name for c in declared if self.columns[c.name] is not c]:
            raise ValueError(f"table {name} has two columns {twice[0]!r}; allowed is one")
        self.size = 0
        self.watchers: list[dict[str, Any]] = []
        self._capacity = 0
        self._hold({c: self._blank(c, 0) for c in self.columns})

    def _blank(self, name: str, rows: int) -> NDArray[Any]:
        column = self.columns[name]
        shape = (rows, column.width) if column.width else (rows,)
        return np.full(shape, column.default, dtype=column.dtype)

    def _hold(self, stores: dict[str, NDArray[Any]]) -> None:
        self.stores = stores
        self._read_only = {name: store.view() for name, store in stores.items()}
        for store in self._read_only.values():
            store.setflags(write=False)
        self._cut()

    def _cut(self) -> None:
        self.rows, self.fixed = InUse(self.stores, self.size), InUse(self._read_only, self.size)

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name.startswith("_") or name not in self.columns:  # none yet: it is being copied
            held = ", ".join(self.__dict__.get("columns", ()))
            raise AttributeError(f"table {self.__dict__.get('name')!r} has no column {name!r}; it has {held}")
        return self.rows[name]

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of: not what is seen of the columns, which would no longer be of them."""
        made_anew = ("rows", "fixed", "_read_only")
        kept = {name: value for name, value in self.__dict__.items() if name not in made_anew}
        return {**kept, "watchers": []}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._hold(self.stores)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column by name.

        Raises:
            AttributeError: a column that is not declared.
        """
        return self.__getattr__(name)

    def __len__(self) -> int:
        return self.size

    def append(self, rows: int, **values: Any) -> NDArray[np.int64]:
        """Append rows and return their numbers, shape (rows,).

        Args:
            rows: how many.
            values: by column, one value or one a row; columns not named get their default.

        Raises:
            AttributeError: a column that is not declared.
        """
        if unknown := values.keys() - self.columns.keys():
            self.__getattr__(min(unknown))
        first, last = self.size, self.size + rows
        if last > self._capacity:
            self._capacity = max(last, 2 * self._capacity, 16)
            grown = {name: self._blank(name, self._capacity) for name in self.columns}
            for name, store in grown.items():
                store[:first] = self.stores[name][:first]
            self._hold(grown)
        for name, value in values.items():
            self.stores[name][first:last] = value
        self.size = last
        self._cut()
        for watcher in self.watchers:
            watcher.pop(self.name, None)
        return np.arange(first, last)
