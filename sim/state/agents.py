"""Mesa agents that are views on table rows.

``gp.engagement`` reads the row's column; assigning writes it. Columns fixed at birth and everything that processes
derive are read-only from outside: a hand-made edit goes through the few setters that keep the ledgers whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import count
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import mesa

from sim.core.tables import Column


class _IdsByModel:
    """Counts agents a model without keeping the model alive (Mesa's own class-level dictionary does)."""

    def __init__(self) -> None:
        self._counts: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def __getitem__(self, model: Any) -> Any:
        return self._counts.setdefault(model, count(1))


class TableAgent(mesa.Agent):
    """A Mesa agent whose attributes are the columns of one table.

    Args:
        model: the model that the agent belongs to; it has a ``world``.
        row: its row in the table.
    """

    _ids: ClassVar[Any] = _IdsByModel()  # type: ignore[misc]  # Mesa's own is a plain class attribute
    table: ClassVar[str]
    model: Any

    def __init__(self, model: mesa.Model, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def name(self) -> str:
        """The path that identifies the agent, such as ``B/practice/017/gp/03/0``."""
        return str(self.model.world.path_of(self.table, self.row))


def expose(columns: Iterable[Column]) -> Any:
    """Return a class decorator that makes each column a property of the agent class."""

    def decorate(cls: type[TableAgent]) -> type[TableAgent]:
        for column in columns:
            if not hasattr(cls, column.name):
                setattr(cls, column.name, _property(column))
        return cls

    return decorate


def _property(column: Column) -> property:
    name = column.name

    def read(self: TableAgent) -> Any:
        value = getattr(self.model.world, self.table)[name][self.row]
        if not column.width:
            return column.codes(value) if column.codes else value.item()
        value.flags.writeable = False  # of this view of the row
        return value

    def write(self: TableAgent, value: Any) -> None:
        share = column.unit == "share"
        if not math.isfinite(value) or (share and not 0 <= value <= 1):
            allowed = "0 to 1" if share else "any finite number"
            raise ValueError(f"{self.name}: {name}={value} is not allowed; allowed is {allowed}")
        getattr(self.model.world, self.table)[name][self.row] = value

    settable = column.dtype == "float64" and not column.width
    return property(read, write if settable else None, doc=f"{column.meaning} [{column.unit}]")
