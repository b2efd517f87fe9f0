"""Integer codes with names."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """An integer code whose members are found as plain class attributes.

    Python 3.11 looks members up through a slow path (3.12 does not); in the weekly step that costs more than the
    arithmetic.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, member in cls.__members__.items():
            type.__setattr__(cls, name, member)
