"""Codes of people, roles, work, bodies, seats and business; their names are what outputs show."""

from __future__ import annotations

from enum import IntEnum

from sim.core.codes import quick, those
from sim.settings import governance


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
    """Role in the CCG, in rising order: of several the highest is held."""

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


@quick
class BodyKind(IntEnum):
    """Bodies that mechanisms know by what they are for; whatever else a constitution has is a committee."""

    EXECUTIVE_GROUP = 0
    GOVERNING_BODY = 1
    MEMBER_COUNCIL = 2
    LOCALITY = 3
    COMMITTEE = 4


@quick
class Decides(IntEnum):
    """Which business a body decides."""

    NOTHING = 0
    ALL = 1
    PRIMARY_CARE = 2
    LOCAL = 3


@quick
class SeatKind(IntEnum):
    """What a seat is for."""

    CHAIR = 0
    GP = 1
    LOCALITY_LEAD = 2
    REPRESENTATIVE = 3
    EXECUTIVE = 4
    LAY_MEMBER = 5
    NURSE = 6
    CONSULTANT = 7


@quick
class ItemKind(IntEnum):
    """Who an item comes from."""

    MATTER = 0
    PLAN = 1


@quick
class Stage(IntEnum):
    """Where an item stands."""

    OPEN = 0
    ADOPTED = 1
    REFUSED = 2
    LAPSED = 3


@quick
class Level(IntEnum):
    """How far the commissioning of general practice is delegated, in rising order (m18_levels_offered)."""

    NONE = 0
    INFLUENCE = 1
    JOINT = 2
    DELEGATED = 3


LEADERS = (Role.LOCALITY_LEAD, Role.GOVERNING_BODY, Role.CHAIR)
"""GP leaders: governing body, chair and locality leads; practice representatives are not among them."""
LEADS = those(Role, *LEADERS)
MEMBERS = those(Kind, Kind.GP, Kind.PRACTICE_MANAGER)
"""Professions of members: who works in a member practice."""
ELECTED = those(SeatKind, *(SeatKind[kind.upper()] for kind in governance.KINDS_OF[governance.ELECTED]))
"""Kinds of seat that GPs are elected to lead from, with a term of office."""
IS_MEETING = those(Work, *(Work[work.upper()] for work in governance.WORKS))
"""Kinds of work that are done whole or not at all."""
