"""Turns the errors of Hydra, OmegaConf and YAML, several lines each, into one that says what is allowed."""

from __future__ import annotations

import dataclasses
import difflib
import re
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from sim.core.parameters import parameters

KINDS = {
    bool: "true | false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a map of whole numbers",
}


class ConfigError(ValueError):
    """A configuration that cannot be run: one line naming file or key, value and what is allowed."""


def keys_of(schema: Any, prefix: str = "") -> dict[str, str]:
    """Return what is allowed for every key of a dataclass, nested ones included: ``hope.beta``, ``0..3``."""
    hints = typing.get_type_hints(schema)
    declared = parameters(schema, prefix.rstrip("."))
    ranges = {p.key: f"{p.allowed} {p.unit}".removesuffix(" -") for p in declared}
    found: dict[str, str] = {}
    for field in dataclasses.fields(schema):
        if field.metadata.get("omegaconf_ignore"):
            continue
        key, kind = prefix + field.name, hints[field.name]
        if dataclasses.is_dataclass(kind):
            found |= {key: "a block of keys"} | keys_of(kind, key + ".")
            continue
        limits = ranges.get(key, "any")
        any_value = KINDS.get(typing.get_origin(kind) or kind, "any")
        found[key] = any_value if limits.startswith("any") else f"{limits}, {any_value}" if kind is int else limits
        for item in typing.get_args(kind):
            if dataclasses.is_dataclass(item):
                found |= keys_of(item, key + "[].")
    return found


def suggest(wrong: str, allowed: Iterable[str]) -> str:
    """Return a did-you-mean, where one is near, and the values allowed."""
    options = sorted(allowed)
    near = difflib.get_close_matches(wrong, options, 1, 0.6)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{hint}allowed: {', '.join(options)}"


def unknown_key(key: str, keys: Mapping[str, str]) -> str:
    """Return the complaint about a key that does not exist: a near one, and its neighbours."""
    if key.startswith("hydra"):
        return f"unknown key {key}; allowed are the keys that Hydra documents"
    last = {k.rpartition(".")[2]: k for k in reversed(list(keys))}
    near = difflib.get_close_matches(key, keys, 1, 0.75)
    near = near or [last[n] for n in difflib.get_close_matches(key.rpartition(".")[2], last, 1, 0.8)]
    block = (near[0] if near else key).rpartition(".")[0]
    while block and block not in keys:
        block = block.rpartition(".")[0]
    start = f"{block}." if block else ""
    inside = sorted({k[len(start) :].split(".")[0] for k in keys if k.startswith(start)})
    hint = f"did you mean {near[0]}? " if near else ""
    return f"unknown key {key}; {hint}allowed{f' below {block}' if block else ''}: {', '.join(inside)}"


def one_line(error: BaseException, keys: Mapping[str, str]) -> str:
    """Return an error of Hydra, OmegaConf or YAML as one line.

    Args:
        error: what was raised.
        keys: what is allowed for every key (:func:`keys_of`).
    """
    cause = error.__cause__
    text = f"{error}\n{cause}" if cause is not None else str(error)
    known = _missing_option(text) or _unreadable_file(error) or _unreadable_override(error, text)
    return known or _bad_key(text, keys) or " ".join(text.split())


def _missing_option(text: str) -> str:
    missing = re.search(r"Could not find '(?:([^'/]+)/)?([^']*)'", text)
    if not missing:
        return ""
    group, option = missing.groups()
    listed = re.search(r"Available options in [^\n]*\n((?:\t[^\n]*\n?)+)", text.partition("Config search")[0])
    options = suggest(option, listed[1].split()) if listed else "no such folder of configurations"
    return f"{group or 'configuration'}={option} does not exist; {options}"


def _unreadable_file(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return ""
    return f"{mark.name}, line {mark.line + 1}: not readable as YAML: {getattr(error, 'problem', '')}"


def _unreadable_override(error: BaseException, text: str) -> str:
    several = re.search(r"(?:Ambiguous value for argument|Sweep parameters) '(.*)'", text)
    if several:
        return f"{several[1]} names several values; add -m to run each, or write a list in brackets"
    override = getattr(error, "override", None)
    quoted = "key='\"value\"' where the value has blanks or signs"
    return f"cannot read {override!r}; write key=value, or {quoted}" if override else ""


def _bad_key(text: str, keys: Mapping[str, str]) -> str:
    place = re.search(r"In '([^']+)':", text)
    where = f"configs/{place[1]}.yaml: " if place else ""
    full = re.search(r"full_key: (\S+)", text)
    if not full:
        return ""
    key = full[1]
    if place and place[1].startswith("scenario/") and key.startswith("scenario.") and key not in keys:
        return f"{where}unknown key {key}; does the file begin with the line '# @package _global_'?"
    if "." not in key and "object_type=Config" not in text:  # of an item of a list, which Hydra does not name
        of_items = {k.rpartition("[].")[2]: k for k in keys if "[]." in k}
        if key not in of_items:
            return where + unknown_key(key, of_items)
        key = of_items[key]
    if re.search(r"Key '.*' (is )?not in ", text):
        return where + unknown_key(_whole(key, text), keys)
    value = re.search(r"(?:[Vv]alue:? ')([^'\n]*)'|value: (\S+)", text)
    shown = f"={value[1] if value[1] is not None else value[2]}" if value else ""
    declared = re.sub(r"\[\d+\]", "[]", key)
    allowed = keys.get(declared, keys.get(declared.rpartition(".")[0], "another value"))
    problem = "has no value" if "not Optional" in text else "is of the wrong type"
    if "mandatory" in text:
        shown, problem = "", "has no value"
    if "deletion" in text:
        problem, allowed = "cannot be taken away", "key=value"
    return f"{where}{key}{shown} {problem}; allowed is {allowed}"


def _whole(key: str, text: str) -> str:
    """Return the key as the user wrote it: Hydra names only the part at which it stopped."""
    written = re.search(r"Could not override '([^']+)'", text)
    return written[1] if written and written[1].startswith(f"{key}.") else key
