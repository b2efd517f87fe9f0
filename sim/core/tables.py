"""Declared columns, the tables that hold them, and guarded access for checked runs.

A table is a set of numpy columns that share rows. Rows are only ever appended (capacity doubles), never removed or
reused: ``present`` says who is there. ``table.strain`` is the column itself (a view of the rows in use), so a process
reads and writes it in place. A :class:`GuardedTable` gives a process only the columns that it declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


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
        writer: name of the process that writes it in the weekly step; ``""`` for attributes fixed at birth.
        codes: names of the numbers of a code, which agent views give; None gives the numbers.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    default: float = 0.0
    width: int = 0
    writer: str = ""
    codes: type[IntEnum] | None = None


class Table:
    """Columns that share rows.

    Args:
        name: name of the table in the model, such as ``people``.
        columns: what is declared; nothing else can be stored.
    """

    def __init__(self, name: str, columns: Iterable[Column]) -> None:
        self.name = name
        self.columns: Mapping[str, Column] = {c.name: c for c in columns}
        self.size = 0
        self._capacity = 0
        self._store: dict[str, NDArray[Any]] = {c: self._blank(c, 0) for c in self.columns}
        self._refresh()

    def _blank(self, name: str, rows: int) -> NDArray[Any]:
        column = self.columns[name]
        shape = (rows, column.width) if column.width else (rows,)
        return np.full(shape, column.default, dtype=column.dtype)

    def _refresh(self) -> None:
        for name, store in self._store.items():
            self.__dict__[name] = store[: self.size]

    def __getattr__(self, name: str) -> NDArray[Any]:
        raise AttributeError(f"table {self.name!r} has no column {name!r}; it has {', '.join(self.columns)}")

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of: not the views, which would no longer be of the columns."""
        return {name: value for name, value in self.__dict__.items() if name not in self.columns}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._refresh()

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column by name."""
        if name not in self.columns:
            self.__getattr__(name)
        column: NDArray[Any] = self.__dict__[name]
        return column

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
        first, self.size = self.size, self.size + rows
        if self.size > self._capacity:
            self._capacity = max(self.size, 2 * self._capacity, 16)
            for name, old in self._store.items():
                new = self._blank(name, self._capacity)
                new[:first] = old[:first]
                self._store[name] = new
        self._refresh()
        for name, value in values.items():
            self[name][first:] = value
        return np.arange(first, self.size)


class GuardedTable:
    """A table as one process may see it: declared columns only, read-only unless the process writes them.

    Args:
        table: the table behind it.
        reads: names of columns to be read.
        writes: names of columns to be written (and read).
        appends: whether new rows may be added.
    """

    def __init__(self, table: Table, reads: set[str], writes: set[str], appends: bool) -> None:
        self._table, self._reads, self._writes, self._appends = table, reads, writes, appends

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name.startswith("_"):  # none yet: it is being copied
            raise AttributeError(name)
        if name in self._writes:
            return self._table[name]
        if name in self._reads:
            view = self._table[name].view()
            view.flags.writeable = False
            return view
        raise AttributeError(f"column {self._table.name}.{name} is not declared by this process")

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"write into {name} in place ({name}[:] = ...); a column is never replaced")
        object.__setattr__(self, name, value)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.__getattr__(name)

    def __len__(self) -> int:
        return len(self._table)

    @property
    def size(self) -> int:
        """Number of rows in use."""
        return self._table.size

    def append(self, rows: int, **values: Any) -> NDArray[np.int64]:
        """Append rows if the process declares that it adds rows to this table."""
        if not self._appends:
            raise AttributeError(f"this process does not declare that it appends to {self._table.name}")
        return self._table.append(rows, **values)
