"""Governance: which bodies there are, who sits on them, when they meet, what they decide, how far powers go.

A body is data: ``configs/governance/`` holds bodies by name, and a scenario can change one of them or add another.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.core.parameters import check_values, param

NEEDED = ("governing_body", "executive_group", "member_council")
"""Bodies that every CCG has: mechanisms know what they are for."""
LOCALITY = "locality"
"""The body of which there is one per locality; of every other there is one per CCG."""
WORKS = ("governing_body", "executive_group", "locality_meeting", "member_council")
ELECTED, PRACTICE, APPOINTED, EXECUTIVE = "elected", "practice", "appointed", "executive"
KINDS_OF = {
    ELECTED: ("chair", "gp", "locality_lead"),
    PRACTICE: ("representative",),
    APPOINTED: ("lay_member", "nurse", "consultant"),
    EXECUTIVE: ("executive",),
}
"""Kinds of seat by who holds them."""
KINDS = tuple(kind for kinds in KINDS_OF.values() for kind in kinds)
_GPS = (*KINDS_OF[ELECTED], *KINDS_OF[PRACTICE])
_WORD = re.compile(r"[a-z][a-z0-9_]*")
ROLES_OF = {
    ELECTED: ("none", "locality_lead", "governing_body", "chair"),
    PRACTICE: ("none", "representative"),
    EXECUTIVE: ("none", "executive"),
}
"""Roles that may come with a seat by who holds it; none with any other."""
ROLES = tuple(dict.fromkeys(role for roles in ROLES_OF.values() for role in roles))


@dataclass
class Seats:
    """Seats of one sort on a body."""

    who: str = param(
        "",
        "-",
        "elected (GPs stand), practice (one per practice, which sends somebody), appointed (a place of its own), "
        "executive (one per executive post), or other seats as body.seats, whose holders sit here too",
        status="choice",
        source="the file in configs/governance",
    )
    kind: str = param(
        "",
        "-",
        "what the seat is for; as the seats are called, if empty",
        choices=("", *KINDS),
        status="choice",
        source="the file in configs/governance",
    )
    role: str = param(
        "none",
        "-",
        "role in the CCG that comes with the seat",
        choices=ROLES,
        status="choice",
        source="the file in configs/governance",
    )
    count: int = param(
        1,
        "seats",
        "how many, elected or appointed; of other seats how many of them sit here too, 0 all",
        within=(0, 100),
        source="the file in configs/governance",
    )
    one_more_from: int = param(
        0,
        "people",
        "registered people from which there is one seat more; 0 never",
        within=(0, 5_000_000),
        source="the file in configs/governance",
    )
    paid_hours: float = param(
        0.0, "hours/week", "time that the CCG pays for", within=(0, 40), source="the file in configs/governance"
    )
    source: str = param("", "-", "where the numbers come from", status="choice", source="reference")

    @property
    def follows(self) -> tuple[str, str] | None:
        """Body and seats whose holders sit here too, or None."""
        body, _, seats = self.who.partition(".")
        return (body, seats) if seats else None


@dataclass
class Body:
    """A committee: when it meets, who sits on it and what it decides."""

    months: int = param(
        1,
        "months",
        "months from one meeting to the next; 0 meets every week",
        within=(0, 12),
        source="the file in configs/governance",
    )
    week: int = param(
        0,
        "-",
        "meets in the week of the month's first (0) to fourth (3) Monday",
        within=(0, 3),
        source="the file in configs/governance",
    )
    minutes: int = param(
        120, "minutes", "length of a meeting", within=(15, 600), source="the file in configs/governance"
    )
    work: str = param(
        "governing_body",
        "-",
        "kind of work that attending is: it fixes what comes first in a full week",
        choices=WORKS,
        status="choice",
        source="the file in configs/governance",
    )
    quorum: float = param(
        0.4,
        "share",
        "share of seats that must be filled in the room, at least one by a GP if the body has seats for GPs",
        within=(0.01, 1),
        source="m18_quorum_range: 3 to 10 members",
    )
    conflicted: str = param(
        "leave",
        "-",
        "what GPs do when a CCG with delegated powers decides on general practice",
        choices=("leave", "stay"),
        source="GPs leave the room for business of their own",
    )
    decides: str = param(
        "nothing",
        "-",
        "which business it decides: nothing, all that no other body decides, matters of general practice "
        "(primary_care), or local ones within the limit of a devolved locality",
        choices=("nothing", "all", "primary_care", "local"),
        status="choice",
        source="the file in configs/governance",
    )
    from_level: int = param(
        0,
        "level",
        "level of delegation from which it decides",
        within=(0, 3),
        status="choice",
        source="m18_levels_offered",
    )
    seats: dict[str, Seats] = param({}, "-", "its seats", status="choice", source="the file in configs/governance")
    source: str = param("", "-", "where the numbers come from", status="choice", source="reference")


@dataclass
class Governance:
    """The arrangement that a CCG's constitution fixes. One for all CCGs of a run."""

    delegation_level: int = param(
        1,
        "level",
        "co-commissioning level from April 2015 (1 influence, 2 joint, 3 delegated)",
        within=(1, 3),
        source="the sites' real levels are unknown, so the baseline is 1 throughout; m18_levels_offered",
    )
    gps_a_locality: float = param(
        65,
        "GPs",
        "GPs to one locality",
        within=(10, 300),
        source="c14_active_gps_per_locality: 60 to 70 GPs per locality, used where localities are not counted",
    )
    bodies: dict[str, Body] = param(
        {}, "-", "the committees, by name", status="choice", source="the file in configs/governance"
    )

    def check(self) -> None:
        """Check the bodies, each by itself and how they fit.

        Raises:
            ValueError: naming key, value and what is allowed.
        """
        if missing := [name for name in NEEDED if name not in self.bodies]:
            raise ValueError(
                f"governance.bodies has no {missing[0]}; allowed is a file of configs/governance, or "
                f"{', '.join(NEEDED)} and any others"
            )
        for name, body in self.bodies.items():
            key = f"governance.bodies.{name}"
            _check_word(name, key)
            check_values(body, key)
            if (body.decides == "local") and name != LOCALITY:
                raise ValueError(f"{key}.decides=local; allowed is nothing, all or primary_care, as it is no locality")
            for block, seats in body.seats.items():
                self._check_seats(f"{key}.seats.{block}", name, block, seats)
            self._check_somebody_sits(name, body)
        self._check_rights()
        sent = [body for (body, _), seats in self.all_seats() if seats.who == PRACTICE]
        if sent != ["member_council"]:
            raise ValueError(
                f"governance.bodies: {len(sent)} sorts of seat are held by who=practice; allowed is one, on "
                "member_council; others name its seats, such as member_council.representative"
            )

    def all_seats(self) -> Iterator[tuple[tuple[str, str], Seats]]:
        """Yield the seats of all bodies by (body, seats): those that follow no others first."""
        every = [((name, block), seats) for name, body in self.bodies.items() for block, seats in body.seats.items()]
        yield from sorted(every, key=lambda found: found[1].follows is not None)

    def kind_of(self, body: str, block: str) -> str:
        """Return what seats are for: what they say or are called, or what the seats are for whose holders sit here."""
        seats = self.bodies[body].seats[block]
        return self.kind_of(*seats.follows) if seats.follows else seats.kind or block

    def _check_rights(self) -> None:
        for what in ("all", "primary_care"):
            deciding = [name for name, body in self.bodies.items() if body.decides == what]
            if len(deciding) > 1 or (what == "all" and not deciding):
                raise ValueError(
                    f"governance.bodies: {' and '.join(deciding) or 'none'} decides={what}; allowed is one body"
                )
            level = self.bodies[deciding[0]].from_level if deciding else 0
            if what == "all" and level:
                key = f"governance.bodies.{deciding[0]}"
                raise ValueError(f"{key}.from_level={level}; allowed is 0, as somebody decides at every level")

    def _check_somebody_sits(self, name: str, body: Body) -> None:
        """Check that a body has seats, and some for others than GPs where GPs would leave an empty room."""
        numbers = {block: self._number(seats) for block, seats in body.seats.items()}
        key = f"governance.bodies.{name}"
        if not any(numbers.values()):
            near = difflib.get_close_matches(name, set(self.bodies) - {name}, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"{key} has no seats; allowed is a body on which somebody sits{hint}")
        others = [block for block, number in numbers.items() if number and self.kind_of(name, block) not in _GPS]
        if body.decides == "primary_care" and body.conflicted == "leave" and not others:
            raise ValueError(
                f"{key} decides on general practice with seats for GPs alone, and conflicted=leave empties the room; "
                "allowed is conflicted=stay, or seats for others"
            )

    def _number(self, seats: Seats) -> int:
        """Return how many seats of a sort there are at least, counting those of practices and executives as one."""
        if seats.follows:
            followed = self._number(self.bodies[seats.follows[0]].seats[seats.follows[1]])
            return min(seats.count or followed, followed)
        return seats.count

    def _check_seats(self, key: str, body: str, block: str, seats: Seats) -> None:
        check_values(seats, key)
        _check_word(block, key)
        if seats.follows:
            self._check_follows(key, body, *seats.follows)
        elif seats.who not in KINDS_OF:
            raise ValueError(f"{key}.who={seats.who!r}; allowed is {' | '.join(KINDS_OF)} or body.seats")
        kind = self.kind_of(body, block)
        if kind not in KINDS:
            raise ValueError(f"{key} needs a kind; allowed is kind={' | '.join(KINDS)}")
        if seats.kind not in ("", kind):
            raise ValueError(f"{key}.kind={seats.kind}; allowed is {kind}, which the seats of {seats.who} are for")
        roles = ROLES_OF.get(seats.who, ("none",))
        if seats.role not in roles:
            raise ValueError(f"{key}: who={seats.who} and role={seats.role}; allowed is {' | '.join(roles)}")
        by_right = seats.who in (PRACTICE, EXECUTIVE)
        if by_right and seats.count != 1:
            raise ValueError(f"{key}.count={seats.count}; allowed is 1, as there is one to each {seats.who}")
        if seats.one_more_from and (by_right or seats.follows):
            raise ValueError(f"{key}.one_more_from={seats.one_more_from}; allowed is 0 unless elected or appointed")
        if seats.follows:
            return
        if kind not in KINDS_OF[seats.who]:
            raise ValueError(f"{key}: who={seats.who} and kind={kind}; allowed is {' | '.join(KINDS_OF[seats.who])}")
        if (body == LOCALITY) != (kind == "locality_lead"):
            raise ValueError(
                f"{key}: kind={kind} on {body}; allowed on a locality are locality_lead and seats of other bodies, "
                "and locality_lead nowhere else"
            )

    def _check_follows(self, key: str, body: str, other: str, name: str) -> None:
        followed = self.bodies[other].seats.get(name) if other in self.bodies else None
        if followed is None or followed.follows or other == LOCALITY:
            some = [".".join(k) for k, s in self.all_seats() if s.follows is None and k[0] != LOCALITY]
            raise ValueError(f"{key}.who={other}.{name} names no seats; allowed is {' | '.join([*KINDS_OF, *some])}")
        if body == LOCALITY and followed.who != PRACTICE:
            raise ValueError(f"{key}.who={other}.{name}; allowed in a locality are seats that practices hold")


def _check_word(name: str, key: str) -> None:
    if not _WORD.fullmatch(name):
        raise ValueError(f"{key} is called {name!r}; allowed are small letters, digits and '_', a letter first")


def how_many(seats: Seats, population: int) -> int:
    """Return how many seats of a sort, elected or appointed, there are for so many registered people."""
    return seats.count + bool(seats.one_more_from and population >= seats.one_more_from)
