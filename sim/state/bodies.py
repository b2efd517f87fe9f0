"""Bodies (committees) and the seats on them."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.core.codes import quick
from sim.core.tables import Column, Table
from sim.state.people import Work


@quick
class BodyKind(IntEnum):
    """Kinds of body, in the order in which they settle business."""

    EXECUTIVE_GROUP = 0
    GOVERNING_BODY = 1
    MEMBER_COUNCIL = 2
    LOCALITY = 3


MEETING_WORK = {
    BodyKind.GOVERNING_BODY: Work.GOVERNING_BODY,
    BodyKind.EXECUTIVE_GROUP: Work.EXECUTIVE_GROUP,
    BodyKind.LOCALITY: Work.LOCALITY_MEETING,
    BodyKind.MEMBER_COUNCIL: Work.MEMBER_COUNCIL,
}
WORK_OF_BODY = np.array([MEETING_WORK[kind] for kind in BodyKind])
"""Kind of work that attending each kind of body is."""
MEETINGS = tuple(sorted(MEETING_WORK.values()))


@quick
class SeatKind(IntEnum):
    """What a seat is for."""

    CHAIR = 0
    GP = 1
    LOCALITY_LEAD = 2
    REPRESENTATIVE = 3
    EXECUTIVE = 4
    LAY = 5
    NURSE = 6
    CONSULTANT = 7


BODY_COLUMNS = (
    Column("key", "uint64", "-", "identity"),
    Column("kind", "int8", "code", "BodyKind"),
    Column("ccg", "int64", "row", "CCG"),
    Column("months_between", "int32", "months", "meets every so many months; 0 = every week"),
    Column("week_of_month", "int32", "-", "meets in the week of the month's first (0) to fourth (3) Monday"),
    Column("minutes", "int32", "minutes", "length of a meeting"),
    Column("limit", "int64", "pence", "largest matter it may decide itself; 0 = none"),
    Column("meets", "bool", "-", "meets this week", writer="agenda"),
    Column("quorate", "bool", "-", "met this week with a quorum", writer="meetings"),
    Column("reputation", "float64", "share", "how matters put to it have fared, moving average",
           writer="meetings"),
    Column("pre_decided", "float64", "share", "plans that reached it settled by the executive, moving average",
           writer="meetings"),
)  # fmt: skip

SEAT_COLUMNS = (
    Column("key", "uint64", "-", "identity: committee and place"),
    Column("body", "int64", "row", "body"),
    Column("ccg", "int64", "row", "CCG"),
    Column("kind", "int8", "code", "SeatKind"),
    Column("practice", "int64", "row", "practice represented; -1 otherwise", default=-1),
    Column("slot", "int64", "row", "post that holds the seat by right; -1 otherwise", default=-1),
    Column("follows", "int64", "row", "seat whose holder sits here too; -1 otherwise", default=-1),
    Column("minutes", "int32", "minutes/week", "paid CCG time in the arrangement"),
    Column("person", "int64", "row", "holder; -1 vacant", default=-1, writer="succession"),
    Column("term_end", "int64", "week", "week in which the term ends", default=1_000_000, writer="succession"),
)


def elected_seats(seats: Table) -> NDArray[np.bool_]:
    """Return which seats GPs stand for, with a term of office: chair, governing-body GPs and locality leads."""
    result: NDArray[np.bool_] = (seats.kind <= SeatKind.LOCALITY_LEAD) & (seats.follows < 0)
    return result
