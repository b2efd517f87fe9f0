"""A world as one process may see it: what it declares is what it gets.

``view.people`` is a named tuple of the declared columns of a table, with the number of rows as ``size``. What is not
declared is not there, and what is only read is read-only, in every run; rules (:mod:`sim.core.compiled`) open them.
"""

from __future__ import annotations

import fnmatch
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, partialmethod
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.tables import Table

Declared = Mapping[str, str]
"""Names of columns by table, separated by blanks: ``{"people": "present kind", "seats": "person"}``."""


def dotted(declared: Declared) -> frozenset[str]:
    """Return declared columns as ``table.column``."""
    return frozenset(f"{table}.{column}" for table, columns in declared.items() for column in columns.split())


@dataclass(frozen=True)
class Access:
    """What somebody may read, write and append to.

    Attributes:
        name: of whoever it is, such as a process.
        reads: columns as ``table.column``; ``*`` stands for any characters.
        writes: columns written (and read).
        appends: tables to which rows may be added.
        events: kinds of event that may be reported.
    """

    name: str
    reads: frozenset[str]
    writes: frozenset[str] = frozenset()
    appends: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    _rows: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def see(self, table: Table) -> Any:
        """Return a table as it may be seen: a named tuple of ``size``, the columns read, and the columns written."""
        if table.name not in self._rows:
            written = _of(table.name, self.writes)
            read = [column for column in _of(table.name, self.reads) if column not in written]
            columns = namedtuple(table.name, ["size", *read, *written])  # type: ignore[misc]
            row = type(table.name, (columns,), {"__slots__": (), "__getattr__": partialmethod(_refuse, by=self.name)})
            self._rows[table.name] = partial(tuple.__new__, row), _picking(read), _picking(written)
        make, reads, writes = self._rows[table.name]
        return make((table.size, *reads(table.fixed), *writes(table.rows)))

    def __reduce__(self) -> Any:
        """Return what a copy is made of: what is declared, and not the classes made of it."""
        return Access, (self.name, self.reads, self.writes, self.appends, self.events)

    def among(self, columns: Iterable[str]) -> frozenset[str]:
        """Return which of some columns, as ``table.column``, are declared.

        Raises:
            ValueError: a column that is declared and not among them.
        """
        known = frozenset(columns)
        declared = self.reads | self.writes
        if missing := sorted(c for c in declared if not ("*" in c or c in known)):
            raise ValueError(f"{missing[0]} is declared by {self.name} but is no column of the model")
        patterns = [c for c in declared if "*" in c]
        return (declared & known) | {c for c in known if any(fnmatch.fnmatchcase(c, p) for p in patterns)}


def _refuse(row: Any, name: str, by: str) -> Any:
    raise AttributeError(f"column {type(row).__name__}.{name} is not declared by {by}")


def _of(table: str, declared: Iterable[str]) -> list[str]:
    """Return the columns of a table among some, without those that stand for several."""
    return sorted(c.partition(".")[2] for c in declared if c.startswith(f"{table}.") and "*" not in c)


def _picking(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Return a function that picks some values out of a map; it is called each week for many tables."""
    if len(names) > 1:
        return itemgetter(*names)
    name = names[0] if names else ""
    return (lambda values: (values[name],)) if name else (lambda values: ())


class View:
    """A world as one process may see it.

    Args:
        world: the world behind it; whatever of it is no table is passed on, the log of events as it may be added to.
        access: what is declared.

    Raises:
        ValueError: a column that is declared and does not exist.
    """

    def __init__(self, world: Any, access: Access) -> None:
        self._world, self._access = world, access
        self._declared = access.among(f"{name}.{c}" for name, table in world.tables.items() for c in table.columns)
        self._watch()

    def _watch(self) -> None:
        stays = {name: what for name, what in vars(self._world).items() if name not in ("tables", "week")}
        self.__dict__.update({name: what for name, what in stays.items() if not name.startswith("_")})
        if "events" in stays:
            self.__dict__["events"] = stays["events"].seen_by(self._access.name, self._access.events)
        for table in self._world.tables.values():
            table.watchers.append(self.__dict__)

    @property
    def week(self) -> int:
        """Week of the run, negative in the warm-up."""
        week: int = self._world.week
        return week

    def __getattr__(self, name: str) -> Any:
        """Return what is not known yet, and keep it where it stays: a table until it grows."""
        if name.startswith("_"):  # none yet: it is being copied
            raise AttributeError(name)
        table = self._world.tables.get(name)
        if table is not None:
            seen = self.__dict__[name] = self._access.see(table)
            return seen
        if name == "tables":
            raise AttributeError(f"whole tables are not for {self._access.name}; it has the columns that it declares")
        shared = getattr(type(self._world), name, None)
        return shared.__get__(self) if callable(shared) else getattr(self._world, name)  # a method sees no more than it

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of: not the tuples, whose arrays would no longer be of the columns."""
        return {"_world": self._world, "_access": self._access, "_declared": self._declared}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._watch()

    def column(self, column: str) -> NDArray[Any]:
        """Return a declared column by ``table.column``, read-only unless it is declared to be written.

        Raises:
            AttributeError: it is not declared.
        """
        if column not in self._declared:
            raise AttributeError(f"column {column} is not declared by {self._access.name}")
        table, _, name = column.partition(".")
        whole = self._world.tables[table]
        seen: NDArray[Any] = (whole.rows if column in self._access.writes else whole.fixed)[name]
        return seen

    def append(self, table: str, rows: int, **values: Any) -> NDArray[np.int64]:
        """Append rows to a table and return their numbers, shape (rows,); see :meth:`sim.core.tables.Table.append`.

        Raises:
            AttributeError: a table to which nothing is declared to be appended, or a column that does not exist.
        """
        if table not in self._access.appends:
            raise AttributeError(f"{self._access.name} does not declare that it appends to {table}")
        appended: NDArray[np.int64] = self._world.tables[table].append(rows, **values)
        return appended
