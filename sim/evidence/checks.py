"""Finding what is wrong in a register."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sim.evidence.register import Entry, Register, shipped

PROJECT = Path(__file__).resolve().parents[2]
KINDS = {"parameter", "pattern", "structure", "context"}
STRENGTHS = {"strong", "moderate", "weak"}
CENTRALITIES = {"core", "secondary", "context"}
STATUSES = {"in", "partly", "not_yet"}
SIGNS = {"+", "-", "+/-"}


def check(checked: Register | None = None) -> list[str]:
    """One line a problem of the register (by default the one that ships); an empty list if it is sound."""
    checked = checked or shipped()
    return [problem for rule in RULES for problem in rule(checked)]


def _names_are_unique(checked: Register) -> Iterator[str]:
    """An id or group name means one thing, or `lookup` would have to choose."""
    entries: tuple[Entry, ...] = (*checked.fact_entries, *checked.mechanism_entries, *checked.source_entries)
    names = Counter([*(entry.id for entry in entries), *checked.groups])
    yield from (f"{name}: names {count} things" for name, count in names.items() if count > 1)


def _sources_are_known(checked: Register) -> Iterator[str]:
    named = [(fact.id, fact.source) for fact in checked.fact_entries]
    named += [(claim.id, source) for claim in checked.mechanism_entries for source in claim.sources]
    yield from (f"{who}: unknown source {source}" for who, source in named if source not in checked.sources)
    yield from (f"{claim.id}: has no source" for claim in checked.mechanism_entries if not claim.sources)


def _named_facts_exist(checked: Register) -> Iterator[str]:
    for claim in checked.mechanism_entries:
        yield from (f"{claim.id}: unknown fact {fact}" for fact in claim.facts if fact not in checked.facts)


def _systems_resolve(checked: Register) -> Iterator[str]:
    for system in checked.systems:
        yield from (f"{system.name}: unknown reference {name}" for name in system.unresolved)


def _coverage_is_complete(checked: Register) -> Iterator[str]:
    """Each system has one entry; what is in the model says where, in files that exist and name the ids."""
    covered, systems = [c.system for c in checked.coverage], [system.name for system in checked.systems]
    yield from (f"{name}: no word on whether it is in the model" for name in systems if name not in covered)
    yield from (f"{name}: covered, but no such system" for name in covered if name not in systems)
    for entry in checked.coverage:
        if bool(entry.where) == (entry.status == "not_yet"):
            yield f"{entry.system}: is {entry.status} and names {len(entry.where)} files"
        paths = [PROJECT / path for path in entry.where]
        missing = [path for path in paths if not path.is_file()]
        yield from (f"{entry.system}: no file {path.relative_to(PROJECT)}" for path in missing)
        text = " ".join(path.read_text(encoding="utf-8") for path in paths if path not in missing)
        named = set(re.findall(r"\w+", text))
        for name in (*entry.mechanisms, *entry.facts):
            if name not in checked.mechanisms and name not in checked.facts:
                yield f"{entry.system}: unknown fact or mechanism {name}"
            elif name not in named:
                yield f"{entry.system}: its files do not name {name}"


def _words_are_of_the_vocabulary(checked: Register) -> Iterator[str]:
    words = [(fact.id, "kind", fact.kind, KINDS) for fact in checked.fact_entries]
    for claim in checked.mechanism_entries:
        words.append((claim.id, "strength", claim.strength, STRENGTHS))
        words += [(claim.id, "sign", sign, SIGNS) for sign in claim.effect.values()]
    words += [(system.name, "centrality", system.centrality, CENTRALITIES) for system in checked.systems]
    words += [(covered.system, "status", covered.status, STATUSES) for covered in checked.coverage]
    yield from (f"{who}: unknown {what} {word}" for who, what, word, known in words if word not in known)


RULES = (
    _names_are_unique,
    _sources_are_known,
    _named_facts_exist,
    _systems_resolve,
    _coverage_is_complete,
    _words_are_of_the_vocabulary,
)
