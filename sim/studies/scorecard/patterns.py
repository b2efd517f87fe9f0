"""Patterns of the evidence as data: what was observed, and which measure of a run stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import evidence

PATTERNS = Path(evidence.__file__).parent / "patterns.yaml"
KINDS = ("fitted", "validating")
TESTS = ("above", "below", "at_least", "within")


@dataclass(frozen=True)
class Number:
    """An observed number, known exactly or only to lie between two bounds."""

    low: float
    high: float

    def nearest(self, value: float) -> float:
        """Return the number within the bounds that is nearest to a value."""
        return min(max(value, self.low), self.high)

    def __str__(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Condition:
    """A sign, order or count that a world has or has not."""

    test: str
    bound: float

    def met(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which values meet it."""
        result: NDArray[np.bool_] = {
            "above": values > self.bound,
            "below": values < self.bound,
            "at_least": values >= self.bound,
            "within": np.abs(values) <= self.bound,
        }[self.test]
        return result

    def __str__(self) -> str:
        return f"{dict(zip(TESTS, ('>', '<', '>=', '+-'), strict=True))[self.test]} {self.bound:g}"


@dataclass(frozen=True)
class Pattern:
    """One pattern; fields as described at the head of ``sim/evidence/patterns.yaml``."""

    id: str
    statement: str
    kind: str
    measure: str
    arguments: Mapping[str, Any]
    observed: Number | Condition
    unit: str
    facts: tuple[str, ...]
    mechanisms: tuple[str, ...] = ()
    n: float = np.nan
    width: float = np.nan
    imposed: str = ""
    known: str = ""
    note: str = ""

    @property
    def source(self) -> str:
        """Ids of its facts and mechanisms, joined."""
        return ", ".join((*self.facts, *self.mechanisms))


@cache
def patterns() -> tuple[Pattern, ...]:
    """Return the patterns that ship with the package, in their order."""
    return read(PATTERNS.read_text(encoding="utf-8"))


def read(text: str) -> tuple[Pattern, ...]:
    """Read patterns from YAML.

    Raises:
        ValueError: naming the pattern and what is wrong with it.
    """
    import yaml

    rows = yaml.safe_load(text)["patterns"]
    result = tuple(_pattern(row) for row in rows)
    ids = [p.id for p in result]
    for repeated in {i for i in ids if ids.count(i) > 1}:
        raise ValueError(f"pattern {repeated}: the id is used twice")
    return result


def _pattern(row: Mapping[str, Any]) -> Pattern:
    try:
        values = dict(row)
        arguments = dict(values.pop("measure"))
        pattern = Pattern(
            **values
            | {
                "measure": str(arguments.pop("name")),
                "arguments": MappingProxyType(arguments),
                "observed": _observed(values["observed"]),
                "facts": tuple(values["facts"]),
                "mechanisms": tuple(values.get("mechanisms", ())),
            }
        )
        _check(pattern)
    except (KeyError, TypeError, ValueError) as error:
        allowed = ", ".join(f.name for f in fields(Pattern) if f.name != "arguments")
        raise ValueError(f"pattern {row.get('id')!r}: {error}; fields are {allowed}") from error
    return pattern


def _observed(value: Any) -> Number | Condition:
    if not isinstance(value, Mapping):
        return Number(float(value), float(value))
    if set(value) == {"from", "to"}:
        return Number(float(value["from"]), float(value["to"]))
    (test, bound), *more = value.items()
    if more or test not in TESTS:
        raise ValueError(f"observed is {dict(value)}; allowed is a number, from and to, or one of {TESTS}")
    return Condition(test, float(bound))


def _check(pattern: Pattern) -> None:
    if pattern.kind not in KINDS:
        raise ValueError(f"kind is {pattern.kind!r}; allowed is {' or '.join(KINDS)}")
    _known("fact", pattern.facts, evidence.facts())
    _known("mechanism", pattern.mechanisms, evidence.mechanisms())
    if isinstance(pattern.observed, Number) == (np.isnan(pattern.n) and np.isnan(pattern.width)):
        raise ValueError("a number needs n or width, and nothing else has them")


def _known(what: str, ids: Sequence[str], register: Mapping[str, Any]) -> None:
    for name in ids:
        if name not in register:
            raise ValueError(f"no {what} has the id {name!r}")
