"""Integer codes with names."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

C = TypeVar("C", bound=IntEnum)


def quick(code: type[C]) -> type[C]:
    """Store the members of a code as plain class attributes, and return it; a class decorator.

    Python 3.11 looks members up through a slow path (3.12 does not); in the weekly step that costs more than the
    arithmetic.
    """
    for name, member in code.__members__.items():
        type.__setattr__(code, name, member)
    return code
