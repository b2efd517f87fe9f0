"""Integer codes with names."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

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
