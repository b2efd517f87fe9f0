"""What every process is: parameters, declared columns and one step a week."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

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
        events: what it reports to have happened.
        evidence: ids of the register that the mechanism rests on.
        directions: what it claims to do, as the reports say it.
        tables: tables that it brings.
        drivers: drivers of engagement that a mechanism of one's own brings (those of the house are rows of
            :mod:`sim.state.drivers`); it writes their columns.
        after: name of the process after which a mechanism of one's own runs; the last of the week if empty.
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
        own = {f"{table}.{column.name}" for table, brought in cls.columns.items() for column in brought}
        driven = {f"people.{driver.column}" for driver in cls.drivers}
        writes = dotted(cls.writes) | own | driven
        cls.access = Access(getattr(cls, "name", ""), dotted(cls.reads), writes, frozenset(cls.appends))

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
