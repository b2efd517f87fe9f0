"""What every process is: parameters, declared columns and one step a week."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass
from typing import Any, ClassVar

from sim.core.tables import Column, Schema
from sim.core.views import Access, Declared, View, dotted
from sim.mechanisms.claims import Direction
from sim.state.drivers import Driver
from sim.state.events import Event
from sim.state.ledger import Broken


@dataclass
class Process(ABC):
    """One mechanism.

    A subclass is a small dataclass: its docstring gives the rule as a formula, its fields are its parameters
    (:func:`sim.core.parameters.param`), its class variables declare what it touches. It sees of the world what it
    declares and nothing else (:mod:`sim.core.views`).

    Attributes:
        name: the process in configurations, such as ``engagement``.
        columns: columns that it brings, by table; it alone writes them.
        reads: other columns read, names by table. A column whose writer runs later in the week is last week's.
        writes: other columns written, names by table; no other process writes them.
        appends: tables to which rows are added.
        events: what it reports to have happened; it can report nothing else.
        evidence: ids of the register that the mechanism rests on.
        directions: what it claims to do, as the reports say it.
        tables: tables that it brings.
        drivers: drivers of engagement that a mechanism of one's own brings (those of the house are rows of
            :mod:`sim.state.drivers`); it writes their columns.
        after: name of the process after which a mechanism of one's own runs, one of the house or of one's own; the last
            of the week if empty.

    Raises:
        TypeError: where a class is defined, declarations of another form; where it is made, parameters of no dataclass.
    """

    name: ClassVar[str]
    columns: ClassVar[Mapping[str, tuple[Column, ...]]] = {}
    reads: ClassVar[Declared] = {}
    writes: ClassVar[Declared] = {}
    appends: ClassVar[tuple[str, ...]] = ()
    events: ClassVar[tuple[Event, ...]] = ()
    evidence: ClassVar[tuple[str, ...]] = ()
    directions: ClassVar[tuple[Direction, ...]] = ()
    tables: ClassVar[tuple[Schema, ...]] = ()
    drivers: ClassVar[tuple[Driver, ...]] = ()
    after: ClassVar[str] = ""
    access: ClassVar[Access]

    def __init_subclass__(cls) -> None:
        _check_form(cls, getattr(cls, "name", cls.__name__))
        own = {f"{table}.{column.name}" for table, brought in cls.columns.items() for column in brought}
        driven = {f"people.{driver.column}" for driver in cls.drivers}
        writes = dotted(cls.writes) | own | driven
        kinds = frozenset(event.kind for event in cls.events)
        cls.access = Access(getattr(cls, "name", ""), dotted(cls.reads), writes, frozenset(cls.appends), kinds)

    def __new__(cls, *_args: Any, **_values: Any) -> Process:
        left = [name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, Field)]
        if left:
            raise TypeError(
                f"process {cls.__name__} has the parameter {left[0]} and is no dataclass; put @dataclass on it"
            )
        return super().__new__(cls)

    def check(self) -> None:  # noqa: B027
        """Check how parameters fit each other; each by itself is checked against its range.

        Raises:
            ValueError: naming keys, values and what is allowed.
        """

    def start(self, world: View) -> None:  # noqa: B027
        """Set the process's own columns before the first week (fixed points); most need nothing."""

    @abstractmethod
    def step(self, world: View) -> None:
        """Advance one week."""

    def audit(self, world: View) -> Iterable[Broken]:
        """Return what must hold after a step, such as a ledger that the process keeps, and where it does not."""
        return ()


_TUPLES = {
    "drivers": Driver,
    "events": Event,
    "tables": Schema,
    "appends": str,
    "evidence": str,
    "directions": Direction,
}


def _check_form(cls: type[Process], name: str) -> None:
    for what in ("reads", "writes"):
        declared = getattr(cls, what)
        if not isinstance(declared, Mapping) or not all(isinstance(columns, str) for columns in declared.values()):
            raise TypeError(
                f"process {name}: {what}={declared!r} is not allowed; "
                'allowed is one text a table, such as {"people": "present ccg"}'
            )
    if not isinstance(cls.columns, Mapping):
        raise TypeError(f'process {name}: columns is no map by table; allowed is {{"people": (Column(...),)}}')
    given = [(f"columns of {table}", brought, Column) for table, brought in cls.columns.items()]
    for what, entries, kind in (*given, *((what, getattr(cls, what), kind) for what, kind in _TUPLES.items())):
        if not isinstance(entries, tuple | list) or not all(isinstance(entry, kind) for entry in entries):
            of = "text" if kind is str else kind.__name__
            raise TypeError(f"process {name}: {what} is no tuple of {of}; a single one ends in a comma: (x,)")
