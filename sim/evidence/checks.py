"""Finding what is wrong in a register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sim.evidence.register import Entry, Register, shipped

KINDS = {"parameter", "pattern", "structure", "context"}
STRENGTHS = {"strong", "moderate", "weak"}
CENTRALITIES = {"core", "secondary", "context"}
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


def _words_are_of_the_vocabulary(checked: Register) -> Iterator[str]:
    words = [(fact.id, "kind", fact.kind, KINDS) for fact in checked.fact_entries]
    for claim in checked.mechanism_entries:
        words.append((claim.id, "strength", claim.strength, STRENGTHS))
        words += [(claim.id, "sign", sign, SIGNS) for sign in claim.effect.values()]
    words += [(system.name, "centrality", system.centrality, CENTRALITIES) for system in checked.systems]
    yield from (f"{who}: unknown {what} {word}" for who, what, word, known in words if word not in known)


RULES = (
    _names_are_unique,
    _sources_are_known,
    _named_facts_exist,
    _systems_resolve,
    _words_are_of_the_vocabulary,
)
