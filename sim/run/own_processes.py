"""Mechanisms of a user's own: whether what they declare fits the model and each other, told in one line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sim.core.parameters import check_values
from sim.core.tables import Schema, Table, is_name
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.schedule import WEEK, columns, placed, schemas, writers
from sim.run.config import Config
from sim.state.drivers import ROWS, Drivers
from sim.state.world import World

_ONLY_READ = "it writes a column that it only reads; declare it in `writes`, or bring it"
SLIPS: Mapping[str, tuple[type[Exception], str]] = {
    "read-only": (ValueError, _ONLY_READ),
    "readonly array": (ValueError, _ONLY_READ),
    "can't set attribute": (AttributeError, "it replaces a column; write in place, people.reading[:] = ..."),
}
"""What it means, and how to mend it, when a mechanism of one's own ends with an error that says this."""


def in_order(config: Config, own: Sequence[Any]) -> tuple[Process, ...]:
    """Return the processes of a model in the order of the week; a user's own are checked.

    Raises:
        TypeError: one that is no process.
        ValueError: a name that another has, a place after nobody, another's column, a parameter out of range.
    """
    by_name: dict[str, Process] = {cls.name: getattr(config, cls.name) for cls in WEEK}
    for process in own:
        if not isinstance(process, Process) or not isinstance(getattr(process, "name", None), str):
            raise TypeError(f"{process!r} in processes is no process; give instances of Process, each with a name")
        if process.name in by_name:
            raise ValueError(f"processes has a second {process.name!r}; allowed is a name that no other process has")
        check_values(process, process.name)
        process.check()
        by_name[process.name] = process
    check_own(own)
    writers(list(by_name.values()))
    return tuple(by_name[name] for name in placed(own))


def explaining(name: str, act: Callable[[View], None], view: View) -> None:
    """Let a mechanism of one's own act, and say what is meant by errors that do not say it themselves.

    Raises:
        ValueError, AttributeError: naming the process, for errors of :data:`SLIPS`; others as they are.
    """
    try:
        act(view)
    except Exception as error:
        for sign, (kind, meaning) in SLIPS.items():
            if sign in str(error):
                raise kind(f"process {name}: {meaning}") from error
        raise


def check_own(own: Sequence[Process]) -> None:
    """Check what mechanisms of one's own bring and name, before a world is founded.

    Raises:
        ValueError: a name that cannot be or is there already, a sort of driver that is not one's own, columns of no
            table, or an event that moves no column.
    """
    for process in own:
        for driver in process.drivers:
            if not driver.column:
                raise ValueError(
                    f"process {process.name}: driver {driver.name} has sort={driver.sort!r}; allowed is pull | kick"
                )
    drivers = Drivers([*ROWS, *(driver for process in own for driver in process.drivers)])
    tables = {schema.name: schema for schema in schemas(WEEK)}
    brought = columns(WEEK, drivers)
    there = {f"{name}.{c.name}" for name, schema in tables.items() for c in (*schema.columns, *brought.get(name, ()))}
    for process in own:
        for schema in process.tables:
            _check_new(process, "table", schema.name, tables)
            tables[schema.name] = schema
    for process in own:
        laid = [(schema.name, column) for schema in process.tables for column in schema.columns]
        for table, column in (*laid, *((table, c) for table, its in process.columns.items() for c in its)):
            _check_is_table(process, table, tables)
            _check_new(process, "column", f"{table}.{column.name}", there)
            if column.name in _taken(tables[table]):
                raise ValueError(
                    f"process {process.name}: a column of {table} cannot be called {column.name!r}, which the table or "
                    "its agents have themselves; allowed is another name"
                )
            there.add(f"{table}.{column.name}")
    for process in own:
        for table in process.appends:
            _check_is_table(process, table, tables)
        for event in process.events:
            if missing := sorted(set(event.moves) - there):
                raise ValueError(
                    f"process {process.name}: event {event.kind} moves {missing[0]}, which is no column of the model; "
                    "allowed is table.column"
                )


def check_tables(own: Sequence[Process], world: World) -> None:
    """Check that the world has nothing else by the name of a table that a mechanism of one's own brings.

    Raises:
        ValueError: it has.
    """
    taken = {*vars(world), *dir(World), *dir(View)}
    for process in own:
        for schema in process.tables:
            if schema.name in taken:
                raise ValueError(
                    f"process {process.name}: a table cannot be called {schema.name!r}, which the world has itself; "
                    "allowed is another name"
                )


def _check_new(process: Process, what: str, name: str, there: Collection[str]) -> None:
    last = name.partition(".")[2] if what == "column" else name
    if not is_name(last):
        raise ValueError(
            f"process {process.name}: a {what} cannot be called {last!r}; allowed is a plain word that is none of "
            "Python's own"
        )
    if name in there:
        raise ValueError(
            f"process {process.name} brings {what} {name}, which is there already; allowed is a name that no other has"
        )


def _check_is_table(process: Process, table: str, tables: Collection[str]) -> None:
    if table not in tables:
        raise ValueError(f"process {process.name}: {table!r} is no table; allowed is {', '.join(tables)}")


def _taken(schema: Schema) -> set[str]:
    """Return what a table and its agents have beside columns."""
    table = Table(schema.name, ())
    return {*vars(table), *dir(table), *(schema.agent.taken() if schema.agent else ())}
