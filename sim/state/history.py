"""What happened, as dated sentences: the life of an item of business, and events in words.

Only what is recorded is said. A model knows its items (:class:`Item`); results know their events alone
(:mod:`sim.studies.history`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.state.codes import ItemKind, Stage

if TYPE_CHECKING:
    from sim.state.world import World

KINDS = tuple(kind.name.lower() for kind in ItemKind)
STAGES = tuple(stage.name.lower() for stage in Stage)
RESULTS = {"succeeded": "passed its review", "failed": "failed its review"}


@dataclass(frozen=True)
class Item:
    """One item of business of a model: a row of ``world.items``."""

    world: World = field(repr=False)
    row: int

    @property
    def kind(self) -> str:
        """``matter`` (raised by a GP) or ``plan`` (made by managers)."""
        return KINDS[self._value("kind")]

    @property
    def ccg(self) -> str:
        """Name of the CCG."""
        return site_name(self.world, self._value("ccg"))

    @property
    def stage(self) -> str:
        """``open``, ``adopted``, ``refused`` or ``lapsed``."""
        return STAGES[self._value("stage")]

    def __repr__(self) -> str:
        return f"<Item {self.row}: {self.kind} of {self.ccg}, {self.stage}>"

    def history(self) -> list[str]:
        """Return where it came from, how it fared and what came of it, as sentences in the order of time."""
        sentences = [self._origin(), self._papers()]
        sentences += [self._waits()] if self.stage == "open" else [self._decision()]
        sentences += [self._review()] if self.stage == "adopted" else []
        return [sentence for sentence in sentences if sentence]

    def _value(self, column: str) -> Any:
        return self.world.items[column][self.row].item()

    def _day(self, column: str) -> str:
        return day(self.world.calendar.date(self._value(column)))

    def _origin(self) -> str:
        cost = f"would cost {self._value('value') / 100:,.0f} pounds a year"
        if self.kind == "plan":
            return f"{self._day('born')}: the managers of {self.ccg} made a plan that {cost}."
        who = self.world.path_of("people", self._value("originator"))
        about = "general practice itself" if self._value("primary_care") else "services other than general practice"
        where = "the locality" if self._value("local") else f"all of {self.ccg}"
        return f"{self._day('born')}: {who} raised a matter about {about}, for {where}, that {cost}."

    def _papers(self) -> str:
        ready = self._value("prepared")
        if ready < 1:
            return f"Its papers {'are' if self.stage == 'open' else 'were then'} {ready:.0%} ready."
        if self.kind == "plan":
            return f"{'GPs' if self._value('shaped') else 'No GPs'} of the governing body took part in preparing it."
        return ""

    def _waits(self) -> str:
        return f"It has waited for {self._decides()} for {weeks(self.world.week - self._value('born'))}."

    def _decision(self) -> str:
        what = f"{self._day('settled')}: {self.stage} after {weeks(self._value('settled') - self._value('born'))}"
        if self.stage == "lapsed":
            return f"{what}, unheard by {self._decides()}."
        quality = self._value("quality")
        if quality == 0:  # only what is heard gets a quality; the executive group stops what it thinks weak before that
            return f"{what} by the executive group of {self.ccg}, before it came to {self._decides()}."
        way = " outside the queue, through people whom its originator knows" if self._value("informal") else ""
        return f"{what}, heard by {self._decides()}{way}; quality of the decision {quality:.2f} of 1."

    def _decides(self) -> str:
        return body_name(self.world, self._value("body"))

    def _review(self) -> str:
        if self._value("review") >= self.world.week:
            return f"Its review is due in the week of {self._day('review')}."
        events = self.world.events.frame()
        kinds = set(events.loc[events["item"] == self.row, "kind"])
        outcomes = [RESULTS[kind] for kind in RESULTS if kind in kinds] or ["was reviewed before events were recorded"]
        return f"{self._day('review')}: carried out by those who took it up, it {outcomes[0]}."


def select(world: World, kind: str | None, ccg: str | None, stage: str | None) -> list[Item]:
    """Return the items of business of a kind, CCG and stage, in the order in which they were raised.

    Raises:
        ValueError: an unknown kind, CCG or stage.
    """
    names = [site_name(world, row) for row in range(world.ccgs.size)]
    keep = np.ones(world.items.size, dtype=bool)
    for column, value, allowed in (("kind", kind, KINDS), ("ccg", ccg, names), ("stage", stage, STAGES)):
        if value is None:
            continue
        if value not in allowed:
            raise ValueError(f"{column}={value} is unknown; allowed is {', '.join(allowed)}")
        keep &= world.items[column] == allowed.index(value)
    return [Item(world, row) for row in np.flatnonzero(keep).tolist()]


def site_name(world: World, ccg: int) -> str:
    """Return the name of a CCG by its row."""
    return str(world.sites[world.ccgs.site[ccg]].name)


def body_name(world: World, row: int) -> str:
    """Return a body in words, such as "locality 2 of B"."""
    site, name, *number = world.path_of("bodies", row).split("/")
    words = name.replace("_", " ")
    return f"{words} {int(number[0]) + 1} of {site}" if number else f"the {words} of {site}"


def world_name(world: World, who: str, row: int) -> str:
    """Return the name of a ``person`` or ``body`` by its row."""
    return world.path_of("people", row) if who == "person" else body_name(world, row)


def weeks(number: float) -> str:
    """Return a number of weeks in words."""
    return "1 week" if number == 1 else f"{number:.0f} weeks"


def day(date: dt.date) -> str:
    """Return a date in words, such as "5 May 2014"."""
    return f"{date.day} {date:%B %Y}"
