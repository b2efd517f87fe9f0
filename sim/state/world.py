"""The state of one run: tables, ties, calendar, luck and events. Processes act on a world and on nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.luck import Luck, identity
from sim.core.tables import Column, Schema, Table
from sim.core.ties import Ties
from sim.settings.calendar import Calendar
from sim.settings.governance import Governance
from sim.settings.population import Population
from sim.settings.sites import Site
from sim.state.drivers import Drivers
from sim.state.events import EventLog


class World:
    """Everything that there is in a run. Its tables are attributes too: ``world.people``.

    Args:
        schemas: of its tables.
        columns: what mechanisms bring beside the columns fixed at birth, by table.

    Attributes:
        tables: by name.
        sites: what the place says of each CCG.
        drivers: what drives engagement.
        null_world: whether nothing that drives engagement changes after go-live.
        week: week of the run, negative in the warm-up.
        paths: names of the rows that a place is founded with, by table.

    Raises:
        ValueError: a table or column declared twice, columns of no table, or row numbers of no table.
    """

    def __init__(
        self,
        schemas: Iterable[Schema],
        columns: Mapping[str, Sequence[Column]],
        *,
        calendar: Calendar,
        luck: Luck,
        governance: Governance,
        population: Population,
        sites: Sequence[Site],
        drivers: Drivers,
        null_world: bool = False,
    ) -> None:
        self.calendar, self.luck, self.governance, self.population = calendar, luck, governance, population
        self.sites, self.drivers, self.null_world = list(sites), drivers, null_world
        self.week = 0
        self.ties, self.events = Ties("informal", "pair"), EventLog()
        self.tables: dict[str, Table] = {}
        for schema in schemas:
            if schema.name in self.tables:
                raise ValueError(f"two tables are called {schema.name!r}; allowed is a name that no other has")
            self.tables[schema.name] = Table(schema.name, [*schema.columns, *columns.get(schema.name, ())])
        nowhere = set(columns) - set(self.tables)
        nowhere |= {c.of for table in self.tables.values() for c in table.columns.values() if c.of} - set(self.tables)
        if nowhere:
            raise ValueError(f"no table is called {min(nowhere)!r}; there are {', '.join(self.tables)}")
        self.paths: dict[str, list[str]] = {}
        self._laid: dict[str, dict[str, int]] = {}

    def __getattr__(self, name: str) -> Any:
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"the world has no {name!r}; its tables are {', '.join(tables)}")

    def lay(self, table: str, paths: Sequence[str], **columns: Any) -> NDArray[np.int64]:
        """Append rows that a place is founded with, each known by a path, and return their numbers.

        The identity of a row (its ``key``) is that of its path, so it does not depend on what else there is.

        Args:
            table: name of the table.
            paths: such as ``B/practice/017``, one a row.
            columns: values by column, one or one a row.
        """
        keys = np.array([identity(path) for path in paths], dtype=np.uint64)
        rows: NDArray[np.int64] = self.tables[table].append(len(paths), key=keys, **columns)
        self.paths.setdefault(table, []).extend(paths)
        self._laid.setdefault(table, {}).update(zip(paths, rows.tolist(), strict=True))
        return rows

    def row_of(self, table: str, path: str) -> int:
        """Return the number of a row that was laid under a path; -1 if none was."""
        return self._laid.get(table, {}).get(path, -1)

    def path_of(self, table: str, row: int) -> str:
        """Return the path that names a row, such as ``B/practice/017/gp/03/0``, or its number where it has none."""
        if table == "people":
            people = self.people
            return f"{self.paths['slots'][people.slot[row]]}/{people.generation[row]}"
        return self.paths[table][row] if table in self.paths else f"{table} row {row}"

    @property
    def live(self) -> bool:
        """Whether CCGs hold their statutory powers this week."""
        return self.calendar.is_live(self.week)

    @property
    def frozen(self) -> bool:
        """Whether this is the null world after go-live."""
        return self.null_world and self.live
