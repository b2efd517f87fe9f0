"""What a configuration allows, by key, and errors in one line: also those of Hydra, OmegaConf and YAML.

What users write is checked before it is merged into the schema, which makes ``NO`` a text and 2 true: here a value is
still what YAML or the command line read.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import re
import traceback
import typing
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sim.core.parameters import Parameter, kind_name, kinds, parameters, quoted, scalar

NAME = "<name>"
"""Stands in keys for a name that is the user's: ``place.sites.<name>.population``."""
LONGEST_ERROR, LONGEST_QUOTE_OF_OTHERS = 1000, 200
LIBRARIES, PROJECT = ("hydra", "omegaconf", "yaml", "antlr4"), ("sim", "experiments")


class ConfigError(ValueError):
    """A configuration that cannot be run: one line naming file or key, value and what is allowed.

    Args:
        text: put on one line of printable signs, and cut in the middle if it is very long.
    """

    def __init__(self, text: str) -> None:
        line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(text.split()))
        half = LONGEST_ERROR // 2
        super().__init__(line if len(line) <= LONGEST_ERROR else f"{line[:half]} ... {line[-half:]}")


@functools.cache
def keys_of(schema: type, prefix: str = "") -> Mapping[str, str]:
    """Return what is allowed for every key of a dataclass, nested ones included: ``hope.beta``, ``0..3``."""
    ranges = {p.key: f"{p.allowed} {p.unit}".removesuffix(" -") for p in parameters(schema, prefix.rstrip("."))}
    found: dict[str, str] = {}
    for name, kind in kinds(schema).items():
        key, words = prefix + name, kind_name(kind)
        limits = ranges.get(key, "any")
        in_words = limits.startswith("any") or dataclasses.is_dataclass(kind)
        found[key] = words if in_words else f"{limits}, {words}" if kind in (int, dict[int, int]) else limits
        for block, below in ((kind, f"{key}."), *((entry, f"{key}.{NAME}.") for entry in typing.get_args(kind))):
            if dataclasses.is_dataclass(block):
                found |= keys_of(typing.cast("type", block), below)
    return found


def nested_parameters(block: Any, prefix: str) -> Iterator[Parameter]:
    """Yield the parameters of a block, then of the entries of its maps, whose names are the user's."""
    yield from parameters(block, prefix)
    for name, kind in kinds(block).items():
        for entry in typing.get_args(kind):
            if dataclasses.is_dataclass(entry):
                yield from nested_parameters(entry, f"{prefix}.{name}.{NAME}")


def declared_at(schema: type, parts: Iterable[str]) -> tuple[str, Any]:
    """Return how a key is declared, names of maps as :data:`NAME`, and its type; None if there is no such key.

    An entry of a list or of a map of numbers is declared by its list or map.
    """
    kind: Any = schema
    found: list[str] = []
    for part in parts:
        inside = typing.get_args(kind)
        if dataclasses.is_dataclass(kind):
            kind = kinds(kind).get(part)
            found.append(part)
        else:
            kind = inside[-1] if inside else None
            found += [NAME] if dataclasses.is_dataclass(kind) else []
    return ".".join(found), kind


def check_written(value: Any, parts: tuple[str, ...], schema: type) -> None:
    """Check a value as it was written against what is declared of its key; ``${...}`` is checked when it is known.

    Args:
        value: number, text, truth value, list or dictionary.
        parts: of the key, named in errors; none for a whole configuration.
        schema: the configuration.

    Raises:
        ValueError: a key that does not exist, or a value of another type.
    """
    key = ".".join(parts)
    declared, kind = declared_at(schema, parts)
    if kind is None:
        raise ValueError(unknown_key(key, keys_of(schema)))
    if isinstance(value, str) and "${" in value:
        return
    allowed = keys_of(schema).get(declared, kind_name(kind))
    if value is None or value == "???":
        raise ValueError(f"{key} has no value; allowed is {allowed}")
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if not (inside or dataclasses.is_dataclass(kind)):
        scalar(value, kind, key, allowed)
    elif origin is list and isinstance(value, list):
        for i, entry in enumerate(value):
            check_written(entry, (*parts, str(i)), schema)
    elif origin is not list and isinstance(value, dict):
        for name, entry in value.items():
            if "." in str(name) and origin is not dict:
                raise ValueError(
                    f"{quoted(name)} is one key with dots; allowed are blocks of keys, one inside the other"
                )
            if origin is dict:
                scalar(name, inside[0], f"{key}: entry")
            check_written(entry, (*parts, str(name)), schema)
    else:
        raise ValueError(f"{key}={quoted(value)} is not allowed; allowed is {allowed}")


def suggest(wrong: str, allowed: Iterable[str]) -> str:
    """Return a did-you-mean, where one is near, and the values allowed."""
    options = sorted(allowed)
    near = difflib.get_close_matches(wrong, options, 1, 0.6)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{hint}allowed: {', '.join(options)}"


def unknown_key(key: str, keys: Mapping[str, str]) -> str:
    """Return the complaint about a key that does not exist: a near one, and its neighbours."""
    shown = quoted(key)
    if key.startswith("hydra"):
        return f"unknown key {shown}, or a value that it does not take; allowed is what Hydra documents"
    parts = shown.split(".")
    for i in range(1, len(parts)):  # names that are the user's stand for themselves
        declared, named = (f"{'.'.join(parts[:i])}.{name}." for name in (NAME, parts[i]))
        keys = {named + k.removeprefix(declared) if k.startswith(declared) else k: v for k, v in keys.items()}
    last = {k.rpartition(".")[2]: k for k in reversed(list(keys))}
    near = difflib.get_close_matches(shown, keys, 1, 0.75)
    near = near or [last[n] for n in difflib.get_close_matches(shown.rpartition(".")[2], last, 1, 0.8)]
    block = (near[0] if near else shown).rpartition(".")[0]
    while block and not any(k.startswith(f"{block}.") for k in keys):
        block = block.rpartition(".")[0]
    start = f"{block}." if block else ""
    inside = sorted({k[len(start) :].split(".")[0] for k in keys if k.startswith(start)})
    hint = f"did you mean {near[0]}? " if near else ""
    return f"unknown key {shown}; {hint}allowed{f' below {block}' if block else ''}: {', '.join(inside)}"


@contextmanager
def in_one_line(schema: type, what: str = "the configuration") -> Iterator[None]:
    """Turn whatever Hydra, OmegaConf and YAML raise into a :class:`ConfigError`; let pass what code of ours raises.

    Args:
        schema: the configuration, whose keys are named.
        what: is read, for errors that do not name it.
    """
    try:
        yield
    except ConfigError:
        raise
    except Exception as error:
        packages = [
            f.f_globals.get("__name__", "").partition(".")[0] for f, _ in traceback.walk_tb(error.__traceback__)
        ]
        if next((p for p in reversed(packages) if p in LIBRARIES + PROJECT), "") not in LIBRARIES:
            raise
        raise ConfigError(_one_line(error, schema, what)) from None


def _one_line(error: Exception, schema: type, what: str) -> str:
    """Return an error of a library as one line."""
    if isinstance(error, RecursionError):
        return f"{what} is nested too deep, or refers to itself; allowed is what --help lists"
    text = f"{str(error).partition('Config search path')[0]}\n{error.__cause__ or ''}"
    why = quoted(text, LONGEST_QUOTE_OF_OTHERS) or type(error).__name__
    return (
        _missing_option(text)
        or _missing_entry(text)
        or _unreadable_override(error, text)
        or _bad_value(text, schema)
        or f"{what} cannot be composed: {why}; allowed is what --help lists"
    )


def _missing_option(text: str) -> str:
    missing = re.search(r"(?:Could not find|In 'config': Could not load) '(?:([^']+)/)?([^'/]*)'", text)
    if not missing:
        return ""
    group, option = missing.groups()
    listed = re.search(r"Available options in [^\n]*\n((?:\t[^\n]*\n?)+)", text)
    options = suggest(option, listed[1].split()) if listed else "nothing is there"
    return f"{group or 'configuration'}={quoted(option)} does not exist; {options}"


def _missing_entry(text: str) -> str:
    gone = re.search(r"Could not delete from config. '(.*)' does not exist", text)
    if gone:
        return f"{quoted(gone[1])} is not there, so it cannot be taken away; allowed is an entry that is there"
    new = re.search(r"merging override \+*([^=]+)=", text) if "dict is not a subclass" in text else None
    if not new:
        return ""
    name = _full_key(text)
    around = new[1].partition(f".{name}")[0]
    return f"{around}.{name} is not there; allowed is a new entry as {around}={{{name}: ...}}"


def _full_key(text: str) -> str:
    full = re.search(r"full_key: (\S+)", text)
    return full[1] if full else ""


def _unreadable_override(error: BaseException, text: str) -> str:
    several = re.search(r"(?:Ambiguous value for argument|Sweep parameters) '(.*)'", text)
    if several:
        return f"{quoted(several[1])} names several values; add -m to run each, or write a list in brackets"
    override = getattr(error, "override", None)
    how = "key='\"value\"' where the value has blanks or signs"
    return f"cannot read {quoted(override)!r}; write key=value, or {how}" if override else ""


def _bad_value(text: str, schema: type) -> str:
    key = re.sub(r"\[(\w+)\]", r".\1", _full_key(text))
    if not key:
        return ""
    declared, kind = declared_at(schema, key.split("."))
    if kind is None:
        return unknown_key(key, keys_of(schema))
    why = quoted(text.partition("full_key:")[0], LONGEST_QUOTE_OF_OTHERS) or "cannot be read"
    return f"{quoted(key)}: {why}; allowed is {keys_of(schema).get(declared, kind_name(kind))}"
