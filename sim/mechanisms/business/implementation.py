"""Adopted items are carried out, taken up by practices, reviewed, and succeed or fail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.luck import combine
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.state.codes import Stage
from sim.state.events import Event

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass
class Implementation(Process):
    """Review 26 to 52 weeks after adoption; success with chance ``quality x carried``.

    At review each practice concerned (the locality's, or all of the CCG) has taken the change up with chance
    ``base + gain x trust``. A success saves the practices that took it up a part of their hours, which fades. It is
    seen fully by whoever raised it, half by the practice of origin, and a little, through what one is told, in every
    practice that took it up; a failure is seen likewise with the other sign.
    """

    name = "implementation"
    columns = {
        "practices": (
            Column("hours_saved", "float64", "share", "demand taken off by successful changes", settable=True),
        ),
        "items": (Column("review", "int64", "week", "week of review", default=1000000),),
    }
    reads = {
        "items": "stage settled key quality practice originator ccg local",
        "practices": "key ccg locality trust",
        "people": "practice present informed",
    }
    writes = {"people": "kick_success kick_failure"}
    events = (
        Event(
            "succeeded", ("practices.hours_saved", "people.kick_success"), "item {item}, carried out, passed its review"
        ),
        Event("failed", ("people.kick_failure",), "item {item}, carried out, failed its review"),
    )
    evidence = (
        "success_breeds_engagement",
        "easier_job_wins_buy_in",
        "ownership_eases_change",
        "impact_lags",
        "h15_practice_change",
        "pair_success",
    )
    directions = (
        Direction(
            "implementation.carried",
            None,
            0.9,
            "engagement from successes seen, members",
            +1,
            "success_breeds_engagement.engagement",
            "more of what is adopted is done and seen to work",
        ),
        Direction(
            "implementation.carried",
            None,
            0.9,
            "engagement from failures seen, members",
            +1,
            "sign_up_without_delivery.delivery",
            "what is signed and not delivered fails; that this disappoints is an assumption, the mirror of success",
            away=True,
        ),
        Direction(
            "implementation.saved",
            None,
            0.004,
            "members at least somewhat engaged",
            +1,
            "easier_job_wins_buy_in.engagement",
            "a change that works takes hours off the practice",
        ),
    )

    carried: float = param(
        0.5,
        "share",
        "success of an adopted item of full quality",
        source="sign_up_without_delivery: adopted is not yet done",
    )
    first_review: float = param(26, "weeks", "earliest review after adoption", within=(1, 200), source="impact_lags")
    last_review: float = param(52, "weeks", "latest review after adoption", within=(1, 400), source="impact_lags")
    uptake_base: float = param(
        0.3,
        "share",
        "practices that take a change up where they do not trust the CCG at all",
        source="m18_scheme_uptake is all or most where paid; less without pay",
    )
    uptake_trust: float = param(
        0.5,
        "share",
        "practices that take a change up only if they trust the CCG, at full trust",
        source="ownership_eases_change",
    )
    saved: float = param(
        0.0008,
        "share",
        "part of its demand that a practice is saved by one success that it took up",
        within=(0, 0.1),
        source="easier_job_wins_buy_in; size assumed",
    )
    saved_most: float = param(
        0.5,
        "share",
        "most that a practice can be saved",
        within=(0, 0.9),
        source="a bound that is never near; half of the work stays",
    )
    fade: float = param(
        0.004,
        "1/week",
        "how fast what was saved is filled again",
        within=(0, 1),
        source="what was saved is filled again",
    )
    kick: float = param(
        0.25,
        "latent",
        "engagement that whoever raised a matter gains by its success",
        within=(0, 3),
        source="success_breeds_engagement; size assumed",
    )
    failure: float = param(
        0.5,
        "ratio",
        "what a failure takes beside what a success gives",
        within=(0, 3),
        source="moves half as much; assumed",
    )
    seen_in_practice: float = param(
        0.5, "share", "part of a success seen by informed people of the practice that raised it", source="half; assumed"
    )
    seen_by_uptake: float = param(
        0.1,
        "share",
        "part of a success seen by informed people of a practice that took it up",
        source="newsletters and ties carry little",
    )

    def check(self) -> None:
        if self.last_review < self.first_review:
            raise ValueError(
                f"implementation.last_review={self.last_review:g} is out of order; allowed is "
                f"implementation.first_review={self.first_review:g} or later"
            )

    def step(self, world: View) -> None:
        items, practices, people, week = world.items, world.practices, world.people, world.week
        people.kick_success[:] = 0.0
        people.kick_failure[:] = 0.0
        practices.hours_saved[:] *= 1 - self.fade
        settled = np.flatnonzero(items.settled == week)
        new = settled[items.stage[settled] == Stage.ADOPTED]
        span = self.last_review - self.first_review
        u = world.luck.uniform("implementation.review", 0, items.key[new])
        items.review[new] = week + np.rint(self.first_review + span * u).astype(np.int64)

        due = np.flatnonzero(items.review == week)
        if not due.size:
            return
        success = world.luck.uniform("implementation.success", 0, items.key[due]) < items.quality[due] * self.carried
        which, practice = np.nonzero(concerned(items, practices, due))
        pairs = combine(items.key[due[which]], practices.key[practice])
        drawn = world.luck.uniform("implementation.uptake", 0, pairs)
        review(items, practices, people, self, due, success, which, practice, drawn)
        world.events.add("succeeded", week, ccg=items.ccg[due[success]], item=due[success])
        world.events.add("failed", week, ccg=items.ccg[due[~success]], item=due[~success])


@rule
def concerned(items: Table, practices: Table, due: Rows) -> Flags:
    """Return which practices each item concerns, shape (items due, practices).

    Args:
        due: rows of the items that are reviewed.
    """
    flags = np.zeros((due.size, practices.size), dtype=np.bool_)
    for n in range(due.size):
        item = due[n]
        origin = items.practice[item]
        home = practices.locality[origin] if origin >= 0 else -1
        for p in range(practices.size):
            nearby = practices.locality[p] == home if home >= 0 else p == origin
            flags[n, p] = practices.ccg[p] == items.ccg[item] and (nearby or not items.local[item])
    return flags


@rule
def review(
    items: Table,
    practices: Table,
    people: Table,
    own: Implementation,
    due: Rows,
    success: Flags,
    which: Rows,
    practice: Rows,
    drawn: Floats,
) -> None:
    """Let practices take changes up and save hours by what succeeds, and people see how they fared.

    Args:
        due: rows of the items that are reviewed; ``success`` whether each succeeds.
        which: place in ``due`` of the item of each pair of an item and a ``practice`` that it concerns.
        drawn: luck of each pair, uniform.
    """
    shape = (2, practices.size)
    taken, raised_here, raised = np.zeros(shape), np.zeros(shape), np.zeros((2, people.size))
    for pair in range(which.size):
        p = practice[pair]
        if drawn[pair] < own.uptake_base + own.uptake_trust * practices.trust[p]:
            taken[int(success[which[pair]]), p] += 1
    for p in range(practices.size):
        practices.hours_saved[p] = min(practices.hours_saved[p] + own.saved * taken[1, p], own.saved_most)

    for n in range(due.size):
        origin, by = items.practice[due[n]], items.originator[due[n]]
        if origin >= 0:
            raised_here[int(success[n]), origin] += 1
        if by >= 0:
            raised[int(success[n]), by] += 1
    seen_here = own.seen_in_practice * raised_here + own.seen_by_uptake * taken
    seen_once = own.seen_in_practice + own.seen_by_uptake
    for i in range(people.size):
        p = people.practice[i]
        if p >= 0 and people.present[i]:
            failures, successes = raised[0, i], raised[1, i]  # what one raised oneself is not seen twice
            failures += people.informed[i] * max(seen_here[0, p] - seen_once * failures, 0.0)
            successes += people.informed[i] * max(seen_here[1, p] - seen_once * successes, 0.0)
            people.kick_success[i] = own.kick * successes
            people.kick_failure[i] -= own.failure * own.kick * failures
