"""What every process is: parameters, declared columns and one step a week."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from sim.state.world import World


@dataclass
class Process(ABC):
    """One mechanism.

    A subclass is a small dataclass: its docstring gives the rule as a formula, its fields are its parameters
    (:func:`sim.core.parameters.param`), its class variables declare what it touches.

    Attributes:
        name: the process in configurations, such as ``engagement``.
        reads: columns read, as ``table.column``. A column whose writer runs later in the week is last week's.
        writes: columns written; no other process writes them.
        appends: tables to which rows are added.
        evidence: ids of the register that the mechanism rests on.
    """

    name: ClassVar[str]
    reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ()
    appends: ClassVar[tuple[str, ...]] = ()
    evidence: ClassVar[tuple[str, ...]] = ()

    def check(self) -> None:  # noqa: B027
        """Check how parameters fit each other; each by itself is checked against its range.

        Raises:
            ValueError: naming keys, values and what is allowed.
        """

    def start(self, world: World) -> None:  # noqa: B027
        """Set the process's own columns before the first week (fixed points); most need nothing."""

    @abstractmethod
    def step(self, world: World) -> None:
        """Advance one week."""
