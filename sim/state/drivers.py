"""What drives engagement: one row a driver. Ledger, columns, names in figures and switches follow from the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sim.core.tables import Column, is_name

Sort = Literal["disposition", "pull", "noise", "kick", "outside"]
ORDER: tuple[Sort, ...] = ("disposition", "pull", "noise", "kick", "outside")
"""Sorts of drivers in the order of the ledger."""
BESIDE = ("run", "seed", "week", "date", "ccg", "role", "n", "people", "engagement", "p_engaged", "p_highly")
"""Columns that stand beside those of drivers, in the ledger and where a difference is split."""


@dataclass(frozen=True)
class Driver:
    """One component of latent engagement.

    Attributes:
        name: in tables; a pull has a column ``people.pull_<name>``, a kick ``people.kick_<name>``, which one mechanism
            writes.
        sort: ``pull``, a lasting condition; ``kick``, a one-off event; or one of the three that are neither.
        label: plain name, in every figure and sentence.
        meaning: what it is, in one line. Colleagues pass on their drivers, so part of each comes through them.
        off: the override that switches it off; empty if nothing does.
        note: what a reader must know who switches it off.
        shows: effects of the register that it stands for beside engagement: 1, or -1 if it falls as they grow.
    """

    name: str
    sort: Sort
    label: str
    meaning: str
    off: str = ""
    note: str = ""
    shows: Mapping[str, int] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """Name of its column of people; empty if it has none."""
        return f"{self.sort}_{self.name}" if self.sort in ("pull", "kick") else ""


ROWS = (
    Driver("disposition", "disposition", "disposition", "how engaged people are by nature, whatever the CCG does"),
    Driver("hope", "pull", "hope", "what founding the CCG promised; it fades from go-live", off="hope.beta=0"),
    Driver(
        "influence",
        "pull",
        "feeling of being heard",
        "the belief that a matter one raised would be heard",
        off="influence.beta=0",
        note="its pull on engagement; beliefs stay",
    ),
    Driver(
        "informed",
        "pull",
        "being informed",
        "knowing what the CCG does",
        off="informedness.beta=0",
        note="its pull on engagement; people stay informed",
    ),
    Driver(
        "strain",
        "pull",
        "strain",
        "weeks longer than can be kept up",
        off="strain.beta=0",
        note="its pull on engagement; the strained still give fewer evenings",
    ),
    Driver(
        "performance",
        "pull",
        "performance management",
        "the CCG watches over the contracts of its own members",
        off="performance_management.beta=0",
        note="acts from April 2015, and only where general practice is delegated: never in the baseline",
    ),
    Driver(
        "reward",
        "pull",
        "reward of the work",
        "varied work for the CCG, done with some skill",
        off="reward.beta=0",
        shows={"wellbeing": 1},
    ),
    Driver(
        "noise",
        "noise",
        "chance",
        "what comes and goes for reasons outside the model",
        off="engagement.transient_sd=0",
        note="what comes and goes for no reason in the model",
    ),
    Driver(
        "success",
        "kick",
        "successes seen",
        "changes that passed their review",
        off="implementation.kick=0",
        note="seen successes and failures alike",
    ),
    Driver("failure", "kick", "failures seen", "changes that failed their review", shows={"delivery": 1}),
    Driver(
        "unconsulted",
        "kick",
        "consultation skipped",
        "decisions due before practices could be asked",
        off="requests.kick=0",
        note="the kick; deadlines still pass councils by",
    ),
    Driver(
        "imposed",
        "kick",
        "orders imposed",
        "orders of NHS England passed down to everybody",
        off="requests.order_kick=0",
    ),
    Driver(
        "election",
        "kick",
        "elections lost",
        "standing for a seat and not getting it",
        off="succession.election_kick=0",
        shows={"selection": -1},
    ),
    Driver("outside", "outside", "set by hand", "engagement changed from outside the model"),
)


class Drivers:
    """The drivers of a model, in the order of its ledger.

    Args:
        rows: those of the house and a user's own.

    Raises:
        ValueError: two of one name, a name that no column of the ledger can have, or a sort that there is none of.
    """

    def __init__(self, rows: Iterable[Driver] = ROWS) -> None:
        declared = list(rows)
        for row in declared:
            if row.sort not in ORDER:
                raise ValueError(f"driver {row.name}: sort={row.sort!r} is not allowed; allowed is {' | '.join(ORDER)}")
            if not is_name(row.name) or row.name in BESIDE:
                raise ValueError(
                    f"a driver cannot be called {row.name!r}; allowed is a plain word that is not {', '.join(BESIDE)}"
                )
            if sum(row.name == other.name for other in declared) > 1:
                raise ValueError(f"two drivers are called {row.name!r}; allowed is a name that no other has")
        self.rows: Sequence[Driver] = sorted(declared, key=lambda row: ORDER.index(row.sort))
        self.names = tuple(row.name for row in self.rows)
        self.pulls = tuple(row.name for row in self.rows if row.sort == "pull")
        self.kicks = tuple(row.name for row in self.rows if row.sort == "kick")

    def index(self, name: str) -> int:
        """Return the place of a driver in the ledger."""
        return self.names.index(name)

    @cached_property
    def by_name(self) -> dict[str, Driver]:
        """The drivers by name."""
        return {row.name: row for row in self.rows}

    def columns(self) -> tuple[Column, ...]:
        """Return the columns of people that hold what drives them, and their ledger."""
        own = {"pull": "pull of", "kick": "this week's kick of"}
        driven = (Column(d.column, "float64", "latent", f"{own[d.sort]} {d.label}") for d in self.rows if d.column)
        return (
            *driven,
            Column("engagement", "float64", "latent", "latent engagement x"),
            Column(
                "components", "float64", "latent", "x split into drivers, and x itself last", width=1 + len(self.names)
            ),
            Column(
                "last_pulls",
                "float64",
                "latent",
                "pulls as last in force before the null world froze",
                width=len(self.pulls),
            ),
        )


STANDING = Drivers()
"""The drivers of the house."""
