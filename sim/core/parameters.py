"""Parameters that say where they come from.

A process is a dataclass whose fields are made by :func:`param`: each carries a default, range, unit, status and source.
From these come validation, the command line's help and the documents. What is declared of one value holds of each entry
of a list or map of such values.
"""

from __future__ import annotations

import copy
import dataclasses
import difflib
import functools
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

NO_KEY = {"omegaconf_ignore": True}
"""Metadata of a field that is no key: a user cannot set it, and it is not stored."""
KINDS: Mapping[Any, str] = {
    bool: "true | false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list[str]: "a list of texts",
    dict[int, int]: "a map of whole numbers",
}
"""What is allowed for each type of field, in words."""
SCALARS = (bool, int, float, str)
LONGEST_QUOTE = 80
LONGEST_NAME = 80
NAME = re.compile(rf"\w(?:[\w .-]{{0,{LONGEST_NAME - 2}}}\w)?")

Status = Literal["measured", "fitted", "assumption", "choice"]


def param(
    default: float | bool | str | list[Any] | dict[Any, Any],
    unit: str,
    about: str,
    *,
    source: str,
    within: tuple[float | None, float | None] = (None, None),
    status: Status = "assumption",
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare one parameter as a dataclass field.

    Args:
        default: value used unless a configuration says otherwise; of a list or map each block gets its own.
        unit: unit of the value, ``-`` for none.
        about: what it is, in a few words.
        source: evidence ids where ``status`` is measured; otherwise the reason for the choice, ids included.
        within: smallest and largest value allowed, None for no bound; of a share 0 and 1 unless said otherwise.
        status: ``measured``, ``fitted``, ``assumption``, or ``choice``, which is the user's and no evidence's.
        choices: values allowed for a text.
    """
    low, high = (0, 1) if unit == "share" and within == (None, None) else within
    meta: dict[str, Any] = {"unit": unit, "source": source, "low": low, "high": high, "status": status}
    meta |= {"choices": choices, "about": about, "default": default}
    if isinstance(default, list | dict):
        return dataclasses.field(default_factory=lambda: copy.copy(default), metadata=meta)
    return dataclasses.field(default=default, metadata=meta)


@dataclass(frozen=True)
class Parameter:
    """One parameter as the documents and the help show it."""

    key: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    status: str
    source: str
    about: str

    @property
    def allowed(self) -> str:
        """The values allowed, as text."""
        if self.choices:
            return " | ".join(self.choices)
        if isinstance(self.default, bool):
            return "true | false"
        low, high = ("" if end is None else f"{end:.16g}" for end in (self.low, self.high))
        return f"{low}..{high}" if low or high else "any"


def parameters(owner: Any, prefix: str) -> Iterator[Parameter]:
    """Yield the parameters that a dataclass (or an instance of one) declares, keyed ``prefix.name`` (or ``name``)."""
    for f in dataclasses.fields(owner):
        if "status" in f.metadata:
            m = f.metadata
            yield Parameter(
                f"{prefix}.{f.name}".removeprefix("."),
                m["default"],
                m["unit"],
                m["low"],
                m["high"],
                m["choices"],
                m["status"],
                m["source"],
                m["about"],
            )


def quoted(value: Any, longest: int = LONGEST_QUOTE) -> str:
    """Return a value as an error shows it: on one line, and cut if it is long."""
    text = f"{value:.16g}" if isinstance(value, float) else " ".join(str(value).split())
    return text if len(text) <= longest else f"{text[:longest]}..."


def kind_name(kind: Any) -> str:
    """Return what a type of field allows, in words."""
    if dataclasses.is_dataclass(kind):
        return "a block of keys"
    if typing.get_origin(kind) is dict and kind not in KINDS:
        return f"a map by name, each entry {kind_name(typing.get_args(kind)[1])}"
    return KINDS.get(kind, str(kind))


def kinds(owner: Any) -> Mapping[str, Any]:
    """Return the type of every field of a dataclass (or of an instance of one) that is a key."""
    return _kinds(owner if isinstance(owner, type) else owner.__class__)


@functools.cache
def _kinds(owner: Any) -> Mapping[str, Any]:
    hints = typing.get_type_hints(owner)
    return {f.name: hints[f.name] for f in dataclasses.fields(owner) if not f.metadata.get("omegaconf_ignore")}


def scalar(value: Any, kind: type, key: str, allowed: str = "") -> Any:
    """Return a number, text or truth value as a plain one of its declared type.

    Args:
        value: also one of numpy.
        kind: one of :data:`SCALARS`.
        key: named in errors.
        allowed: named in errors; the kind in words, if empty.

    Raises:
        ValueError: it is of another type. Only a whole number is taken for another type, where any number is wanted.
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, kind) and isinstance(plain, bool) == (kind is bool):
        return plain
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool) and abs(plain) < 2**1023:
        return float(plain)
    if kind is str and isinstance(plain, bool | int | float):
        raise ValueError(f"{key}={quoted(value)} was not read as a text; put it in quotes")
    wrong = "is a text" if isinstance(plain, str) else "is not allowed"
    raise ValueError(f"{key}={quoted(value)} {wrong}; allowed is {allowed or KINDS[kind]}")


def settle(owner: Any, prefix: str) -> None:
    """Make every value of a dataclass instance a plain one of its declared type, in place, blocks inside included.

    Fields of a type that no configuration has are left alone.

    Raises:
        ValueError: a value of another type, by key.
    """
    for name, kind in kinds(owner).items():
        key = f"{prefix}.{name}".removeprefix(".")
        setattr(owner, name, _settled(getattr(owner, name), kind, key))


def _settled(value: Any, kind: Any, key: str) -> Any:
    origin, inside = typing.get_origin(kind) or kind, typing.get_args(kind)
    if kind in SCALARS:
        return scalar(value, kind, key)
    if origin not in (list, dict) and not dataclasses.is_dataclass(kind):
        return value
    if not isinstance(value, origin):
        raise ValueError(f"{key}={quoted(value)} is not allowed; allowed is {kind_name(kind)}")
    if origin is list:
        value[:] = [_settled(entry, inside[0], key) for entry in value]
    elif origin is dict:
        entries = {
            scalar(k, inside[0], f"{key}: entry"): _settled(v, inside[1], f"{key}.{k}") for k, v in value.items()
        }
        value.clear()
        value.update(entries)
    else:
        settle(value, key)
    return value


def check_values(owner: Any, prefix: str) -> None:
    """Check the type and range of every parameter of a dataclass instance; numbers of numpy become plain ones.

    Raises:
        ValueError: naming key, value and what is allowed.
    """
    settle(owner, prefix)
    for p in parameters(owner, prefix):
        value = getattr(owner, p.key.rpartition(".")[2])
        if p.choices:
            if value not in p.choices:
                near = difflib.get_close_matches(value, p.choices, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise ValueError(f"{p.key}={quoted(value)} is not allowed; allowed is {p.allowed}{hint}")
        elif isinstance(value, dict):
            for name, entry in value.items():
                _check_range(p, f"{p.key}.{name}", entry)
        else:
            _check_range(p, p.key, value)


def _check_range(p: Parameter, key: str, value: Any) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return
    low = p.low is not None and not value >= p.low
    high = p.high is not None and not value <= p.high
    if low or high or value != value:
        unit = "" if p.unit == "-" else f" {p.unit}"
        raise ValueError(f"{key}={quoted(value)} is out of range; allowed is {p.allowed}{unit}")


def check_name(name: str, key: str) -> None:
    """Check a text that becomes part of the name of a file.

    Raises:
        ValueError: it has a sign that some system does not take in names, or is too long.
    """
    if not NAME.fullmatch(name):
        shown = quoted(name) or repr(name)
        raise ValueError(
            f"{key}={shown} is not allowed; allowed are letters, digits, '_' and, inside, ' ', '.' and '-', "
            f"{LONGEST_NAME} at most"
        )
