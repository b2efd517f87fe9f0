"""Reads overrides, key=value, and checks each before Hydra applies it."""

from __future__ import annotations

import os
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.parameters import check_name, quoted, scalar
from sim.run.config_errors import ConfigError, check_written, declared_at, in_one_line

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override

LONGEST_OVERRIDE = 10_000
"""Characters; Hydra reads longer ones slowly."""


def parsed(overrides: Sequence[str], schema: type) -> list[Override]:
    """Return overrides as Hydra reads them.

    Args:
        overrides: such as ``"hope.beta=2"``.
        schema: the configuration.

    Raises:
        ConfigError: one that cannot be read.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser

    found, parser = [], OverridesParser.create()
    for text in overrides:
        if not isinstance(text, str):
            raise ConfigError(f"cannot read {quoted(text)!r}; write texts such as 'hope.half_life_weeks=26'")
        if len(text) > LONGEST_OVERRIDE:
            raise ConfigError(f"{quoted(text)!r} has {len(text):,} characters; allowed are up to {LONGEST_OVERRIDE:,}, "
                              "and more in a file of configs/")  # fmt: skip
        with in_one_line(schema, quoted(text)):
            found += parser.parse_overrides([text])
    return found


def check_overrides(overrides: Sequence[str], schema: type, folder: Path) -> None:
    """Check that every override gives a key a value of its type, or names a file of a group of configurations.

    Args:
        overrides: such as ``"hope.beta=2"``.
        schema: the configuration.
        folder: that holds a folder for each group.

    Raises:
        ConfigError: naming the override and what is allowed.
    """
    for override in parsed(overrides, schema):
        key = override.key_or_group
        try:
            if not key or not isinstance(key, str):
                raise ValueError("this cannot be read; write key=value")
            if os.path.isdir(folder / key) and not override.is_delete():  # noqa: PTH112 - False if it cannot be a path
                _check_option(override.value(), key, folder / key)
            else:
                _check_key(override, tuple(key.split(".")), schema)
        except ValueError as error:
            line = quoted(override.input_line)
            raise ConfigError(str(error) if str(error).startswith(line) else f"{line}: {error}") from None


def _check_option(option: Any, group: str, folder: Path) -> None:
    if option is None or isinstance(option, dict):
        options = sorted(path.stem for path in folder.glob("*.yaml"))
        raise ValueError(f"{group} needs one of its files; allowed: {', '.join(options)}")
    for one in option if isinstance(option, list) else [option]:
        for name in scalar(one, str, group).split("/"):
            if "${" not in name:
                check_name(name, group)


def _check_key(override: Override, parts: tuple[str, ...], schema: type) -> None:
    around = declared_at(schema, parts[:-1])[1]
    if override.is_delete():
        if typing.get_origin(around) is not dict:
            raise ValueError("a key cannot be taken away, only an entry of a map; allowed is key=value")
        if override.value() is not None:
            raise ValueError(f"what is taken away takes no value; allowed is ~{'.'.join(parts)}")
    elif around == dict[int, int]:
        raise ValueError(f"entries of a map are given as {'.'.join(parts[:-1])}={{{parts[-1]}: ...}}")
    elif not (parts[0].startswith("hydra") or override.is_sweep_override()):
        check_written(override.value(), parts, schema)
