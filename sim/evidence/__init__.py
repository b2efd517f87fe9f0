"""The evidence register: every number and causal claim of the reports, by id.

A parameter, process or pattern names its source by one of these ids; `lookup` answers "where does this number
come from?". Nothing is read until it is asked for, and then once.

    facts.yaml       quantitative facts, each with unit, date, scope and place in its report
    mechanisms.yaml  causal claims, each with effect, strength and the facts that bear on it
    sources.yaml     the reports
    systems.md       the actors and processes that the reports describe, with the facts and mechanisms of each
    coverage.yaml    how far the model holds each of these, and where
"""

from sim.evidence.checks import check
from sim.evidence.entries import Coverage, Fact, Group, Mechanism, Source, System
from sim.evidence.register import Register, exists, facts, lookup, mechanisms, read, shipped, sources, systems

__all__ = [
    "Coverage",
    "Fact",
    "Group",
    "Mechanism",
    "Register",
    "Source",
    "System",
    "check",
    "exists",
    "facts",
    "lookup",
    "mechanisms",
    "read",
    "shipped",
    "sources",
    "systems",
]
