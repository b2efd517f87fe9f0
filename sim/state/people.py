"""People of all kinds share one table, because seats, ties, pairs and hours cross kinds.

Kinds, roles and kinds of work are integer codes with a fixed order; their names are what outputs show.
"""

from __future__ import annotations

import math
from enum import IntEnum

from sim.core.codes import quick
from sim.core.tables import Column
from sim.state.agents import TableAgent, expose
from sim.state.ledger import DRIVERS, PULLS


@quick
class Kind(IntEnum):
    """What a person is by profession."""

    GP = 0
    PRACTICE_MANAGER = 1
    MANAGER = 2
    LAY_MEMBER = 3
    NURSE = 4
    CONSULTANT = 5
    OBSERVER = 6


@quick
class PracticeRole(IntEnum):
    """Standing in a practice, as the surveys group respondents."""

    NONE = -1
    PRINCIPAL = 0
    SALARIED = 1
    PRACTICE_MANAGER = 2
    OTHER = 3


@quick
class Role(IntEnum):
    """Role in the CCG; the highest one held."""

    NONE = 0
    REPRESENTATIVE = 1
    LOCALITY_LEAD = 2
    GOVERNING_BODY = 3
    CHAIR = 4
    MANAGER = 5
    EXECUTIVE = 6


@quick
class Work(IntEnum):
    """Kinds of work in the order in which a week is filled."""

    BOOKED = 0
    DEADLINE = 1
    GOVERNING_BODY = 2
    EXECUTIVE_GROUP = 3
    LOCALITY_MEETING = 4
    MEMBER_COUNCIL = 5
    PREPARATION = 6
    READING = 7
    CONTACT = 8
    BRIEFING = 9
    DEVELOPMENT = 10


LEADERS = (Role.LOCALITY_LEAD, Role.GOVERNING_BODY, Role.CHAIR)
"""GP leaders: governing body, chair and locality leads; practice representatives are not among them."""

_W = len(Work)

COLUMNS = (
    Column("key", "uint64", "-", "identity that luck is drawn for"),
    Column("slot", "int64", "row", "post or place in a practice that the person fills"),
    Column("generation", "int32", "-", "how many held the slot before"),
    Column("kind", "int8", "code", "profession", codes=Kind),
    Column("practice_role", "int8", "code", "standing in the practice", default=-1, codes=PracticeRole),
    Column("ccg", "int64", "row", "CCG", default=-1),
    Column("practice", "int64", "row", "practice", default=-1),
    Column("contract", "int32", "minutes/week", "contracted week, CCG sessions included"),
    Column("disposition", "float64", "latent", "stable disposition to engage"),
    Column("joined", "int64", "week", "week in which the person came", default=-520),
    Column("opposed", "bool", "-", "objects to commissioning on principle and takes no part"),
    Column("present", "bool", "-", "is there; leavers stay as rows", writer="careers"),
    Column("role", "int8", "code", "highest role held in the CCG", writer="succession", codes=Role),
    Column("on_governing_body", "bool", "-", "holds a seat on the governing body", writer="succession"),
    Column("sessions", "int32", "minutes/week", "paid CCG time", writer="running_costs"),
    Column("booked", "int32", "minutes/week", "booked clinic or standing duties", writer="workload"),
    Column("deadline", "int32", "minutes/week", "leaders' part in authorisation and planning", writer="requests"),
    Column("demand", "int32", "minutes", "work asked for this week, by Work", width=_W, writer="time_allocation"),
    Column("paid", "int32", "minutes", "done in contracted time, by Work", width=_W, writer="time_allocation"),
    Column("unpaid", "int32", "minutes", "done in evenings, by Work", width=_W, writer="time_allocation"),
    Column("undone", "int32", "minutes", "not done, by Work", width=_W, writer="time_allocation"),
    Column("supply", "int32", "minutes", "contracted time of the week", writer="time_allocation"),
    Column("idle", "int32", "minutes", "contracted time without work", writer="time_allocation"),
    Column("worked", "int32", "minutes", "done in all, paid and unpaid", writer="time_allocation"),
    Column("ccg_worked", "int32", "minutes", "of which for the CCG", writer="time_allocation"),
    Column("time_met", "float64", "share", "weeks in which paid time held all CCG work, moving average", default=1.0,
           writer="time_allocation"),
    Column("informed", "float64", "share", "how well informed about the CCG, 0-1", writer="informedness"),
    Column("influence", "float64", "share", "belief that a matter one raised would be heard", writer="influence"),
    Column("influence_evidence", "float64", "matters", "outcomes behind the belief", writer="influence"),
    Column("strain", "float64", "5 h/week", "moving average of hours above the sustainable", writer="strain"),
    Column("skills", "float64", "share", "training for the role received, 0-1", writer="development"),
    Column("pull_hope", "float64", "latent", "pull of the founding expectation", writer="hope"),
    Column("pull_influence", "float64", "latent", "pull of felt influence", writer="influence"),
    Column("pull_informed", "float64", "latent", "pull of being informed", writer="informedness"),
    Column("pull_strain", "float64", "latent", "pull of strain (0 or less)", writer="strain"),
    Column("pull_performance", "float64", "latent", "pull of being performance-managed (0 or less)",
           writer="performance_management"),
    Column("pull_reward", "float64", "latent", "pull of varied work and learning", writer="reward"),
    Column("last_pulls", "float64", "latent", "pulls as last in force before the null world froze",
           width=len(PULLS), writer="engagement"),
    Column("kick_success", "float64", "latent", "successes seen this week", writer="implementation"),
    Column("kick_failure", "float64", "latent", "failures seen this week (0 or less)", writer="implementation"),
    Column("kick_unconsulted", "float64", "latent", "consultation skipped (0 or less)", writer="requests"),
    Column("kick_imposed", "float64", "latent", "order imposed (0 or less)", writer="requests"),
    Column("kick_election", "float64", "latent", "election lost (0 or less)", writer="succession"),
    Column("engagement", "float64", "latent", "latent engagement x", writer="engagement"),
    Column("components", "float64", "latent", "x split into drivers, by ledger.DRIVERS; x itself last",
           width=len(DRIVERS) + 1, writer="engagement"),
)  # fmt: skip


@expose(c for c in COLUMNS if c.name not in ("engagement",))
class Person(TableAgent):
    """Anybody in the model."""

    table = "people"

    @property
    def engagement(self) -> float:
        """Latent engagement x. Setting it books the difference as the component ``outside``."""
        return float(self.model.world.people.engagement[self.row])

    @engagement.setter
    def engagement(self, value: float) -> None:
        if not math.isfinite(value):
            raise ValueError(f"{self.name}: engagement={value} is not allowed; allowed is any finite number")
        people = self.model.world.people
        people.components[self.row, DRIVERS.index("outside")] += value - people.engagement[self.row]
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


PERSON_CLASSES: dict[Kind, type[Person]] = {
    Kind.GP: GP,
    Kind.PRACTICE_MANAGER: PracticeManager,
    Kind.MANAGER: Manager,
    Kind.LAY_MEMBER: LayMember,
    Kind.NURSE: Nurse,
    Kind.CONSULTANT: Consultant,
    Kind.OBSERVER: Observer,
}
