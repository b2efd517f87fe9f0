"""Mesa agents that are views on table rows.

``gp.strain`` reads the row's column; assigning writes it where a column is declared ``settable``. What is fixed at
birth or worked out each week is read-only: an assignment would do nothing, or break a ledger.
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

_OWN = ("model", "row", "unique_id", "pos")
"""What Mesa and the class itself set of an agent."""


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
        ValueError: the row has its agent already.
    """

    _ids: ClassVar[Any] = _IdsByModel()  # type: ignore[misc]  # Mesa's own is a plain class attribute
    table: ClassVar[str]
    model: Any
    row: int

    def __init__(self, model: Any, row: int) -> None:
        if model.agent(self.table, row) is not None:
            raise ValueError(f"row {row} of {self.table} has its agent; allowed is to ask the model for it")
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
        if name in _OWN or name.startswith("_") or hasattr(type(self), name):
            object.__setattr__(self, name, value)
            return
        column = self.columns.get(name)
        if column is None:
            near = difflib.get_close_matches(name, dir(self), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise AttributeError(f"{self.name}: a {type(self).__name__} has no {name!r} to be set{hint}")
        if not column.settable:
            settable = ", ".join(c.name for c in self.columns.values() if c.settable)
            raise AttributeError(
                f"{self.name}: {name} follows from other things and cannot be set; allowed is {settable}"
            )
        share = column.unit == "share"
        if not math.isfinite(value) or (share and not 0 <= value <= 1):
            allowed = "0 to 1" if share else "any finite number"
            raise ValueError(f"{self.name}: {name}={value} is not allowed; allowed is {allowed}")
        self.model.world.tables[self.table][name][self.row] = value

    def remove(self) -> None:
        """Refuse: what is founded stays.

        Raises:
            AttributeError: always.
        """
        raise AttributeError(f"{self.name} cannot be removed from a run; choose other sites, or let people leave")
