"""The command line of a Hydra app, with errors in one line instead of Hydra's several."""

from __future__ import annotations

import argparse
import itertools
import math
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn
from unittest import mock

from sim.run.config import CONFIGS, ConfigError, one_line_errors, register

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override
    from omegaconf import DictConfig

MOST_JOBS = 10_000
"""Jobs of one command."""
SCRATCH = "CCGSIM_SCRATCH"
"""Variable of the environment in which Hydra finds its folder; pasted into an override, a path is read as grammar."""


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return Hydra's options and the overrides of a command, in whatever order they are given.

    Raises:
        ConfigError: an option that Hydra does not know.
    """
    from hydra._internal.utils import get_args_parser

    def complain(message: str) -> NoReturn:
        raise ConfigError(f"{message}; allowed are key=value, -m and what --help lists")

    parser = get_args_parser()
    with mock.patch.object(parser, "error", complain):
        return parser.parse_intermixed_args(list(arguments))


def swept(overrides: Sequence[str]) -> list[list[str]]:
    """Return the overrides of every job of a sweep such as ``scenario=a,b``, in Hydra's order.

    Raises:
        ConfigError: an override that cannot be read.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser

    with one_line_errors():
        parsed = OverridesParser.create().parse_overrides(list(overrides))
    choices = [_values(override) for override in parsed]
    if math.prod(map(len, choices)) > MOST_JOBS:
        raise ConfigError(f"these are too many jobs; allowed are up to {MOST_JOBS:,}")
    return [[str(o) for o in job] for job in itertools.product(*choices)]


def _values(override: Override) -> list[str]:
    from hydra.core.override_parser.types import ValueType

    if not override.is_sweep_override():
        return [str(override.input_line)]
    if not override.is_discrete_sweep():
        raise ConfigError(f"{override.input_line} is endless; allowed is key=a,b or key=range(low,high,step)")
    if override.value_type == ValueType.GLOB_CHOICE_SWEEP:
        raise ConfigError(f"{override.input_line} names files by a pattern; allowed is key=a,b")
    with one_line_errors():
        values = list(itertools.islice(override.sweep_string_iterator(), MOST_JOBS + 1))
    return [f"{override.get_key_element()}={value}" for value in values]


def run_app(task: Callable[[DictConfig], None], arguments: Sequence[str]) -> None:
    """Let Hydra compose the jobs of a command and call ``task`` with each; it leaves no folders of its own.

    Raises:
        ConfigError: whatever Hydra complains of.
    """
    import hydra

    register()
    overrides = read_options(arguments).overrides
    options = [a for a in arguments if a not in overrides]  # Hydra wants them first
    with (
        one_line_errors(),
        tempfile.TemporaryDirectory() as scratch,
        mock.patch.dict(os.environ, {"HYDRA_FULL_ERROR": "1", SCRATCH: scratch}),
        mock.patch.object(sys, "argv", [sys.argv[0], *options, *overrides, f"hydra.sweep.dir=${{oc.env:{SCRATCH}}}"]),
    ):
        hydra.main(config_path=str(CONFIGS), config_name="config", version_base="1.3")(task)()
