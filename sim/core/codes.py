"""Integer codes with names, and sets of them by name, so that nothing rests on the order of a code."""

from __future__ import annotations

import functools
from enum import IntEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

C = TypeVar("C", bound=IntEnum)


def quick(code: type[C]) -> type[C]:
    """Make the members of a code plain integers when named (``Kind.GP``), and return it; a class decorator.

    numpy asks every operand that is no plain integer whether it overrides arithmetic, and enumerations answer slowly:
    in the weekly step that costs more than the arithmetic. Iterating and calling (``Kind(0)``) still give members with
    names.
    """
    for name, member in code.__members__.items():
        type.__setattr__(code, name, int(member))
    return code


def those(code: type[IntEnum], *members: int) -> NDArray[np.bool_]:
    """Return which members of a code are among some of it, by number, shape (members of the code,)."""
    return np.isin(list(code), members)


@functools.cache
def by(code: type[IntEnum], **values: float) -> NDArray[np.float64]:
    """Return values by number of a code, shape (members of the code,), given by name: ``by(Role, chair=1)``; others 0.

    The array is read-only, as the same one is given to everybody who asks for the same.

    Raises:
        KeyError: a name that no member has.
    """
    found = np.zeros(len(code))
    for name, value in values.items():
        found[int(code[name.upper()])] = value
    found.flags.writeable = False
    return found
