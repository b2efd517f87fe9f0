"""What the register holds, one frozen class a kind of entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """A report that evidence comes from."""

    id: str
    title: str
    publisher: str
    date: str  # as precise as its title page: "2015", "2014-04", "2013-02-19"
    method: str
    authors: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date or list that a report states."""

    id: str
    group: str
    value: Any  # a number, a string, or a read-only mapping of named parts
    unit: str
    date: str
    scope: str  # whom or what it holds for
    statement: str
    source: str  # id of a Source
    where: str  # section, table or figure of the source
    kind: str  # parameter, pattern, structure or context
    derived: str = ""  # how it was worked out, where the source does not print it
    comparator: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A causal claim: if this, then that."""

    id: str
    group: str
    if_: str  # `if` in the file
    then: str
    effect: Mapping[str, str]  # state variable -> "+", "-" or "+/-"
    on: tuple[str, ...]  # who or what is affected
    strength: str  # strong, moderate or weak
    core: bool  # strong, or tied to a number
    sources: tuple[str, ...]
    facts: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """All facts and mechanisms that share a group name; a name may have both."""

    name: str
    facts: tuple[Fact, ...]
    mechanisms: tuple[Mechanism, ...]


@dataclass(frozen=True, slots=True)
class System:
    """An actor or process of the reports, and the ids of its evidence (groups and wildcards expanded)."""

    name: str
    section: str
    centrality: str  # core, secondary or context
    description: str
    facts: tuple[str, ...]
    mechanisms: tuple[str, ...]
    unresolved: tuple[str, ...] = ()  # references that name nothing; `check` reports them


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the model holds one system."""

    system: str  # name of a System
    status: str  # in, partly or not_yet
    how: str  # in one line: what the code does; of partly also what is missing
    where: tuple[str, ...] = ()  # files, from the root of the project
    mechanisms: tuple[str, ...] = ()  # ids of claims that this code carries out
    facts: tuple[str, ...] = ()  # ids of facts that this code uses
