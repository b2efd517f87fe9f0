"""People of all kinds share one table, because seats, ties, pairs and hours cross kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.tables import Column, Schema
from sim.state.agents import TableAgent
from sim.state.codes import Kind, PracticeRole
from sim.state.newcomers import found


class Person(TableAgent):
    """Anybody in the model."""

    table = "people"

    @classmethod
    def classes(cls, people: Any, rows: NDArray[np.int64]) -> list[type[TableAgent]]:
        """Return the class of the agent of each row: what the person is by profession."""
        return [PERSON_CLASSES[kind] for kind in people.kind[rows].tolist()]

    @property
    def engagement(self) -> float:
        """Latent engagement x. Setting it books the difference as the component ``outside``."""
        return float(self.model.world.people.engagement[self.row])

    @engagement.setter
    def engagement(self, value: float) -> None:
        world = self.model.world
        people = world.people
        people.components[self.row, world.drivers.index("outside")] += value - people.engagement[self.row]
        people.components[self.row, -1] = value
        people.engagement[self.row] = value

    @property
    def p_engaged(self) -> float:
        """Probability of answering at least "somewhat engaged"."""
        return float(self.model.answer_probability("somewhat", self.row))

    @property
    def p_highly(self) -> float:
        """Probability of answering "highly engaged"."""
        return float(self.model.answer_probability("highly", self.row))

    @property
    def hours(self) -> float:
        """Hours worked last week, paid and unpaid."""
        people = self.model.world.people
        return float(people.worked[self.row]) / 60

    def remove(self) -> None:
        """Leave for good before the week to come: the post or place falls vacant at once, a seat in that week.

        Raises:
            RuntimeError: the run has ended.
        """
        self.model.let_go(self)


class GP(Person):
    """A general practitioner, principal or salaried, with or without a role in the CCG."""


class PracticeManager(Person):
    """The manager of a practice: runs its business and links it to the CCG."""


class Manager(Person):
    """A CCG manager; executives (accountable, finance, operating officer) sit on the governing body."""


class LayMember(Person):
    """A lay member of the governing body."""


class Nurse(Person):
    """The nurse on the governing body."""


class Consultant(Person):
    """The secondary care consultant on the governing body."""


class Observer(Person):
    """Somebody who is present and takes no part: no practice, no seat, no ties."""


PERSON_CLASSES: dict[int, type[TableAgent]] = {
    Kind.GP: GP,
    Kind.PRACTICE_MANAGER: PracticeManager,
    Kind.MANAGER: Manager,
    Kind.LAY_MEMBER: LayMember,
    Kind.NURSE: Nurse,
    Kind.CONSULTANT: Consultant,
    Kind.OBSERVER: Observer,
}


PEOPLE = Schema(
    "people",
    "Everybody. People of all kinds share one table, because seats, ties and hours cross kinds.",
    (
        Column("key", "uint64", "-", "identity that luck is drawn for"),
        Column("slot", "int64", "row", "post or place in a practice that the person fills", of="slots"),
        Column("generation", "int32", "-", "how many held the slot before"),
        Column("kind", "int8", "code", "profession", codes=Kind),
        Column("practice_role", "int8", "code", "standing in the practice", default=-1, codes=PracticeRole),
        Column("ccg", "int64", "row", "CCG", default=-1, of="ccgs"),
        Column("practice", "int64", "row", "practice", default=-1, of="practices"),
        Column("contract", "int32", "minutes/week", "contracted week, CCG sessions included"),
        Column("disposition", "float64", "latent", "stable disposition to engage", settable=True),
        Column("joined", "int64", "week", "week in which the person came", default=-520),
        Column("opposed", "bool", "-", "objects to commissioning on principle and takes no part"),
    ),
    found,
    Person,
)


def members(people: Any) -> NDArray[np.bool_]:
    """Return who is present and is a GP or practice manager of a member practice, shape (people,)."""
    mask: NDArray[np.bool_] = people.present & (people.practice >= 0)
    return mask


def rows_of(people: Any, kind: Kind) -> NDArray[np.int64]:
    """Return the rows of the people of a kind who are present."""
    return np.flatnonzero(people.present & (people.kind == kind))
