"""The state of one run: tables, ties, calendar, luck and events. Processes act on a world and on nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.luck import Luck
from sim.core.tables import Column, GuardedTable, Table
from sim.core.ties import Ties
from sim.settings.calendar import Calendar
from sim.settings.governance import Governance
from sim.settings.population import Population
from sim.state.events import EventLog
from sim.state.people import Kind

TABLES = ("people", "practices", "ccgs", "area_teams", "bodies", "seats", "slots", "items")

SLOT_COLUMNS = (
    Column("key", "uint64", "-", "identity of the post or place"),
    Column("kind", "int8", "code", "profession of whoever fills it (Kind)"),
    Column("practice_role", "int8", "code", "standing of whoever fills it (PracticeRole)", default=-1),
    Column("ccg", "int64", "row", "CCG", default=-1),
    Column("practice", "int64", "row", "practice", default=-1),
    Column("contract", "int32", "minutes/week", "contracted week"),
    Column(
        "post_rank",
        "int32",
        "-",
        "order in which posts are kept when money falls; -1 not a CCG post",
        default=-1,
    ),
    Column("person", "int64", "row", "who fills it; -1 vacant", default=-1, writer="careers"),
    Column("last", "int64", "row", "who filled it last; -1 nobody yet", default=-1, writer="careers"),
    Column("generation", "int32", "-", "how many filled it before", writer="careers"),
)


@dataclass
class World:
    """Everything a process may read or write.

    Attributes:
        week: week of the run, negative in the warm-up.
        null_world: whether nothing that drives engagement changes after go-live.
        paths: path of each row by table, for names.
        sites: what the place says of each CCG.
    """

    people: Table
    practices: Table
    ccgs: Table
    area_teams: Table
    bodies: Table
    seats: Table
    slots: Table
    items: Table
    calendar: Calendar
    luck: Luck
    governance: Governance
    population: Population
    ties: Ties = field(default_factory=Ties)
    events: EventLog = field(default_factory=EventLog)
    week: int = 0
    null_world: bool = False
    paths: dict[str, list[str]] = field(default_factory=dict)
    sites: list[Any] = field(default_factory=list)

    def path_of(self, table: str, row: int) -> str:
        """Return the path that names a row, such as ``B/practice/017/gp/03/0``."""
        if table == "people":
            people = self.people
            return f"{self.paths['slots'][people.slot[row]]}/{people.generation[row]}"
        return self.paths[table][row]

    @property
    def live(self) -> bool:
        """Whether CCGs hold their statutory powers this week."""
        return self.calendar.is_live(self.week)

    @property
    def frozen(self) -> bool:
        """Whether this is the null world after go-live."""
        return self.null_world and self.live

    def rows(self, kind: Kind) -> NDArray[np.int64]:
        """Return the rows of the people of a kind who are present."""
        return np.flatnonzero(self.people.present & (self.people.kind == kind))

    def members(self) -> NDArray[np.bool_]:
        """Return who is present and is a GP or practice manager of a member practice, shape (people,)."""
        mask: NDArray[np.bool_] = self.people.present & (self.people.practice >= 0)
        return mask


class GuardedWorld:
    """A world as one process may see it: declared columns only (see :class:`~sim.core.tables.GuardedTable`).

    Args:
        world: the world behind it.
        reads: columns as ``table.column``.
        writes: columns as ``table.column``.
        appends: names of tables.
    """

    def __init__(self, world: World, reads: Iterable[str], writes: Iterable[str], appends: Iterable[str]) -> None:
        self._world = world
        may_read, may_write, may_append = set(reads), set(writes), set(appends)
        for declared in may_read | may_write:
            table, _, column = declared.partition(".")
            if table not in TABLES or column not in getattr(world, table).columns:
                raise AttributeError(f"{declared} is declared but is no column of the model")
        for name in TABLES:
            own_reads = {c.partition(".")[2] for c in may_read if c.startswith(name + ".")}
            own_writes = {c.partition(".")[2] for c in may_write if c.startswith(name + ".")}
            guarded = GuardedTable(getattr(world, name), own_reads, own_writes, name in may_append)
            setattr(self, name, guarded)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # none yet: it is being copied
            raise AttributeError(name)
        shared = getattr(World, name, None)
        if callable(shared):  # methods of the world see no more than the process does
            return shared.__get__(self)
        return getattr(self._world, name)
