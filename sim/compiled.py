"""Compilation of the few loops that visit everybody every week (docs/decisions/0012-compiled-loops.md).

A compiled function is a plain loop over arrays: it may touch its arguments and nothing else. It is compiled when first
called, some seconds the first time on a machine, and read from ``__pycache__`` afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; it adds in the order that is written, so no bit depends on the machine.

    Raises:
        numba.TypingError: when called with something else.
    """
    return cast(F, numba.njit(cache=True, error_model="numpy")(function))
