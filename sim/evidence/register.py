"""Reading the register and finding things in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from sim.evidence.entries import Coverage, Fact, Group, Mechanism, Source, System

HERE = Path(__file__).parent

Entry = Fact | Mechanism | Source
E = TypeVar("E", Fact, Mechanism, Source, Coverage)
N = TypeVar("N", Fact, Mechanism, Source)
F = TypeVar("F", Fact, Mechanism)


@dataclass(frozen=True)
class Register:
    """The entries in the order of their files. Ids are unique in a sound register (`check`)."""

    fact_entries: tuple[Fact, ...]
    mechanism_entries: tuple[Mechanism, ...]
    source_entries: tuple[Source, ...]
    systems: tuple[System, ...]
    coverage: tuple[Coverage, ...]

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Facts by id."""
        return _by_id(self.fact_entries)

    @cached_property
    def mechanisms(self) -> Mapping[str, Mechanism]:
        """Mechanisms by id."""
        return _by_id(self.mechanism_entries)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Reports by id."""
        return _by_id(self.source_entries)

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Groups of facts and mechanisms by name."""
        entries: tuple[Fact | Mechanism, ...] = (*self.fact_entries, *self.mechanism_entries)
        names = dict.fromkeys(entry.group for entry in entries)
        return MappingProxyType(
            {
                name: Group(name, _in_group(self.fact_entries, name), _in_group(self.mechanism_entries, name))
                for name in names
            }
        )

    def lookup(self, evidence_id: str) -> Entry | Group:
        """The fact, mechanism, source or group of that name; KeyError with close matches if there is none."""
        for entries in self._shelves():
            if evidence_id in entries:
                return entries[evidence_id]
        names = [name for entries in self._shelves() for name in entries]
        near = difflib.get_close_matches(evidence_id, names, n=3, cutoff=0.6)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise KeyError(f"no evidence has the id {evidence_id!r}{hint}")

    def exists(self, evidence_id: str) -> bool:
        """Whether `lookup` would find it."""
        return any(evidence_id in entries for entries in self._shelves())

    def _shelves(self) -> tuple[Mapping[str, Entry | Group], ...]:
        return (self.facts, self.mechanisms, self.sources, self.groups)


def read(folder: Path = HERE) -> Register:
    """Read the five files of a register. ValueError names an entry with an unknown or a missing field."""
    facts = _entries(Fact, _load(folder / "facts.yaml")["facts"])
    mechanisms = _entries(Mechanism, _load(folder / "mechanisms.yaml")["mechanisms"])
    reports = [{"id": name, **fields} for name, fields in _load(folder / "sources.yaml")["sources"].items()]
    lines = (folder / "systems.md").read_text(encoding="utf-8").splitlines()
    systems = tuple(_systems(lines, facts, mechanisms))
    covered = [{"system": name, **fields} for name, fields in _load(folder / "coverage.yaml")["coverage"].items()]
    return Register(facts, mechanisms, _entries(Source, reports), systems, _entries(Coverage, covered))


@cache
def shipped() -> Register:
    """The register that ships with the package, read at the first call."""
    return read()


def facts() -> Mapping[str, Fact]:
    """Every fact by id."""
    return shipped().facts


def mechanisms() -> Mapping[str, Mechanism]:
    """Every mechanism by id."""
    return shipped().mechanisms


def sources() -> Mapping[str, Source]:
    """Every report by id."""
    return shipped().sources


def systems() -> list[System]:
    """Every actor and process that the reports describe."""
    return list(shipped().systems)


def lookup(evidence_id: str) -> Entry | Group:
    """The fact, mechanism, source or group of that name; KeyError with close matches if there is none."""
    return shipped().lookup(evidence_id)


def exists(evidence_id: str) -> bool:
    """Whether `lookup` would find it."""
    return shipped().exists(evidence_id)


# Reading


def _load(path: Path) -> Any:
    """Parse YAML with dates left as the strings they are written as."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    timestamp = "tag:yaml.org,2002:timestamp"
    resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag != timestamp]
        for first, rules in base.yaml_implicit_resolvers.items()
    }
    loader = type("DatesAsStrings", (base,), {"yaml_implicit_resolvers": resolvers})
    return yaml.load(path.read_bytes(), Loader=loader)


def _entries(kind: Callable[..., E], rows: Iterable[Mapping[str, Any]]) -> tuple[E, ...]:
    return tuple(_entry(kind, row) for row in rows)


def _entry(kind: Callable[..., E], row: Mapping[str, Any]) -> E:
    fields = {("if_" if name == "if" else name): _frozen(value) for name, value in row.items()}
    if "date" in fields:
        fields["date"] = str(fields["date"])  # a bare year reads as a number
    try:
        return kind(**fields)
    except TypeError as error:
        raise ValueError(f"evidence entry {row.get('id', row.get('system'))!r}: {error}") from error


def _frozen(value: Any) -> Any:
    """The same value with read-only containers: the register is shared by everything that asks."""
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(part) for name, part in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    return value


def _by_id(entries: Sequence[N]) -> Mapping[str, N]:
    return MappingProxyType({entry.id: entry for entry in entries})


def _in_group(entries: Sequence[F], name: str) -> tuple[F, ...]:
    return tuple(entry for entry in entries if entry.group == name)


# systems.md: "- **Name** (centrality): what it does. F: `fact` `group`; M: `mechanism` `begin*`"

_SYSTEM = re.compile(r"- \*\*(?P<name>.+?)\*\* \((?P<centrality>\w+)\): (?P<text>.+?) F:(?P<F>.*); M:(?P<M>.*)")


def _systems(lines: Iterable[str], facts: Sequence[Fact], mechanisms: Sequence[Mechanism]) -> Iterable[System]:
    section = ""
    for line in lines:
        if line.startswith("## "):
            section = line.removeprefix("## ").strip()
        elif line.startswith("- "):
            match = _SYSTEM.fullmatch(line.strip())
            if match is None:
                raise ValueError(f"systems.md has a line that is no system: {line[:60]!r}")
            fact_ids, wrong_facts = _expand(match["F"], facts)
            mechanism_ids, wrong_mechanisms = _expand(match["M"], mechanisms)
            yield System(
                match["name"],
                section,
                match["centrality"],
                match["text"],
                fact_ids,
                mechanism_ids,
                wrong_facts + wrong_mechanisms,
            )


def _expand(text: str, entries: Sequence[Fact | Mechanism]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids that the references name, each once, and the references that name none."""
    found: dict[str, None] = {}
    unresolved: list[str] = []
    for reference in re.findall(r"`([^`]+)`", text):
        ids = [entry.id for entry in entries if reference == entry.group or fnmatchcase(entry.id, reference)]
        found.update(dict.fromkeys(ids))
        if not ids:
            unresolved.append(reference)
    return tuple(found), tuple(unresolved)
