"""Mesa agents that are views on table rows.

``gp.strain`` reads the row's column; assigning writes it where a column is declared ``settable``. What is fixed at
birth or worked out each week is read-only: an assignment would do nothing, or break a ledger. ``gp.pos`` is Mesa's, for
spaces of a user's own.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.core.tables import Column

_ONCE = ("model", "row", "unique_id")
"""What Mesa and the class itself set of an agent, at its birth."""


class _IdsByModel:
    """Counts agents a model without keeping the model alive (Mesa's own class-level dictionary does)."""

    def __init__(self) -> None:
        self._counts: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def __getitem__(self, model: Any) -> Any:
        return self._counts.setdefault(model, count(1))


class TableAgent(mesa.Agent):
    """A Mesa agent whose attributes are the columns of one table.

    Args:
        model: the model that the agent belongs to; it has a ``world``, and makes its agents itself.
        row: its row in the table.

    Raises:
        ValueError: the row has its agent already, or there is nobody there.
    """

    _ids: ClassVar[Any] = _IdsByModel()  # type: ignore[misc]  # Mesa's own is a plain class attribute
    table: ClassVar[str]
    model: Any
    row: int

    def __init__(self, model: Any, row: int) -> None:
        rows = model.world.tables[self.table]
        there = 0 <= row < rows.size and ("present" not in rows.columns or rows.present[row])
        if not there or model.agent(self.table, row) is not None:
            raise ValueError(f"row {row} of {self.table} takes no new agent; allowed is to ask the model for its own")
        super().__init__(model)
        self.row = row

    @classmethod
    def classes(cls, table: Any, rows: NDArray[np.int64]) -> list[type[TableAgent]]:
        """Return the class of the agent of each of some rows of the table."""
        return [cls] * rows.size

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def name(self) -> str:
        """The path that identifies the agent, such as ``B/practice/017/gp/03/0``."""
        return str(self.model.world.path_of(self.table, self.row))

    @property
    def columns(self) -> Mapping[str, Column]:
        """What is known of the agent, by name: each column tells its unit and meaning."""
        columns: Mapping[str, Column] = self.model.world.tables[self.table].columns
        return columns

    @classmethod
    def taken(cls) -> set[str]:
        """Return the names of what agents have beside their columns."""
        return {*dir(cls), *_ONCE, "pos"}

    def __dir__(self) -> Iterable[str]:
        return sorted({*super().__dir__(), *self.columns})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "model" not in self.__dict__ or name not in self.columns:
            raise AttributeError(f"{type(self).__name__} has no {name!r}")
        column, value = self.columns[name], self.model.world.tables[self.table][name][self.row]
        if not column.width:
            return column.codes(value) if column.codes else value.item()
        value.flags.writeable = False  # of this view of the row
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "pos" or name.startswith("_") or (name in _ONCE and self.__dict__.get(name) is None):
            object.__setattr__(self, name, value)
            return
        computed, column = getattr(type(self), name, None), self.columns.get(name)
        by_property = isinstance(computed, property) and computed.fset is not None
        if not by_property and not (column and column.settable):
            raise AttributeError(f"{self.name}: {self._refusal(name)}")
        if self.model.agent(self.table, self.row) is None:
            raise AttributeError(f"{self.name} has left; {name}={value} would change nothing")
        number = self._number(name, value)
        if by_property:
            object.__setattr__(self, name, number)
        else:
            self.model.world.tables[self.table][name][self.row] = number

    def _refusal(self, name: str) -> str:
        """Return why an attribute cannot be set, with what may be meant instead."""
        cls, tables = type(self), self.model.world.tables
        if name in _ONCE or name in self.columns or hasattr(cls, name):
            computed = [n for n in dir(cls) if isinstance(p := getattr(cls, n), property) and p.fset]
            settable = [*computed, *(c.name for c in self.columns.values() if c.settable)]
            return f"{name} follows from other things and cannot be set; allowed is {', '.join(settable) or 'nothing'}"
        said = f"a {cls.__name__} has no {name!r} to be set"
        if near := difflib.get_close_matches(name, dir(self), 1):
            return f"{said}; did you mean {near[0]}?"
        others = [table for table, its in tables.items() if name in its.columns]
        return f"{said}; {' and '.join(others)} have it" if others else said

    def _number(self, name: str, value: Any) -> float:
        """Return a value that is to be set, as a number.

        Raises:
            ValueError: it is none, or out of range.
        """
        share = name in self.columns and self.columns[name].unit == "share"
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number) or (share and not 0 <= number <= 1):
            allowed = "0 to 1" if share else "any finite number"
            raise ValueError(f"{self.name}: {name}={value} is not allowed; allowed is {allowed}")
        return number

    def remove(self) -> None:
        """Refuse: what is founded stays.

        Raises:
            AttributeError: always.
        """
        raise AttributeError(f"{self.name} cannot be removed from a run; choose other sites, or let people leave")
