"""Compilation of the few loops that visit everybody every week (docs/decisions/0012-compiled-loops.md).

A compiled function is a plain loop over arrays: it may touch its arguments and nothing else. It is compiled when first
called, some seconds the first time on a machine, and read from ``__pycache__`` (or a cache of the user's) afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; it adds in the order that is written, so no bit depends on the machine.

    Raises:
        IndexError: when called with an index outside its array.
        numba.TypingError: when called with anything but numbers and arrays, or writing to what is read-only.
    """
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return np.errstate(over="ignore")(function)  # numbers of 64 bits wrap around, which arrays do without a word
    compile_with = partial(numba.njit, error_model="numpy", boundscheck=True)
    try:
        return cast(F, compile_with(cache=True)(function))
    except RuntimeError:  # nowhere to keep what is compiled: each process compiles for itself
        return cast(F, compile_with()(function))
