"""Adopted items are carried out, taken up by practices, reviewed, and succeed or fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.luck import combine
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.state.items import Stage

if TYPE_CHECKING:
    from sim.state.world import World

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
    reads = (
        "items.stage", "items.settled", "items.key", "items.quality", "items.practice", "items.originator",
        "items.ccg", "items.local", "practices.key", "practices.ccg", "practices.locality", "practices.trust",
        "people.practice", "people.present", "people.informed",
    )  # fmt: skip
    writes = (
        "items.review", "practices.hours_saved", "people.kick_success", "people.kick_failure",
    )  # fmt: skip
    evidence = (
        "success_breeds_engagement", "easier_job_wins_buy_in", "ownership_eases_change", "impact_lags",
        "h15_practice_change", "pair_success",
    )  # fmt: skip

    carried: float = param(
        0.5, "share", "success of an adopted item of full quality", low=0, high=1,
        source="sign_up_without_delivery: adopted is not yet done",
    )  # fmt: skip
    first_review: float = param(26, "weeks", "earliest review after adoption", low=1, high=200, source="impact_lags")
    last_review: float = param(52, "weeks", "latest review after adoption", low=1, high=400, source="impact_lags")
    uptake_base: float = param(
        0.3, "share", "practices that take a change up where they do not trust the CCG at all", low=0, high=1,
        source="m18_scheme_uptake is all or most where paid; less without pay",
    )  # fmt: skip
    uptake_trust: float = param(
        0.5, "share", "practices that take a change up only if they trust the CCG, at full trust", low=0, high=1,
        source="ownership_eases_change",
    )  # fmt: skip
    saved: float = param(
        0.0008, "share", "part of its demand that a practice is saved by one success that it took up", low=0, high=0.1,
        source="easier_job_wins_buy_in; size assumed",
    )  # fmt: skip
    saved_most: float = param(
        0.5, "share", "most that a practice can be saved", low=0, high=0.9,
        source="a bound that is never near; half of the work stays",
    )  # fmt: skip
    fade: float = param(
        0.004, "1/week", "how fast what was saved is filled again", low=0, high=1,
        source="what was saved is filled again",
    )  # fmt: skip
    kick: float = param(
        0.25, "latent", "engagement that whoever raised a matter gains by its success", low=0, high=3,
        source="success_breeds_engagement; size assumed",
    )  # fmt: skip
    failure: float = param(
        0.5, "ratio", "what a failure takes beside what a success gives", low=0, high=3,
        source="moves half as much; assumed",
    )  # fmt: skip
    seen_in_practice: float = param(
        0.5, "share", "part of a success seen by informed people of the practice that raised it", low=0, high=1,
        source="half; assumed",
    )  # fmt: skip
    seen_by_uptake: float = param(
        0.1, "share", "part of a success seen by informed people of a practice that took it up", low=0, high=1,
        source="newsletters and ties carry little",
    )  # fmt: skip

    def check(self) -> None:
        if self.last_review < self.first_review:
            raise ValueError(
                f"implementation.last_review={self.last_review:g} is out of order; allowed is "
                f"implementation.first_review={self.first_review:g} or later"
            )

    def step(self, world: World) -> None:
        items, practices, people, week = world.items, world.practices, world.people, world.week
        people.kick_success[:] = 0.0
        people.kick_failure[:] = 0.0
        practices.hours_saved[:] *= 1 - self.fade
        new = np.flatnonzero((items.stage == Stage.ADOPTED) & (items.settled == week))
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
    flags = np.zeros((due.size, practices.ccg.size), dtype=np.bool_)
    for n in range(due.size):
        item = due[n]
        origin = items.practice[item]
        home = practices.locality[origin] if origin >= 0 else -1
        for p in range(practices.ccg.size):
            nearby = practices.locality[p] == home if home >= 0 else p == origin
            flags[n, p] = practices.ccg[p] == items.ccg[item] and (nearby or not items.local[item])
    return flags


@rule
def review(
    items: Table, practices: Table, people: Table, own: Implementation, due: Rows, success: Flags, which: Rows,
    practice: Rows, drawn: Floats,
) -> None:  # fmt: skip
    """Let practices take changes up and save hours by what succeeds, and people see how they fared.

    Args:
        due: rows of the items that are reviewed; ``success`` whether each succeeds.
        which: place in ``due`` of the item of each pair of an item and a ``practice`` that it concerns.
        drawn: luck of each pair, uniform.
    """
    shape = (2, practices.ccg.size)
    taken, raised_here, raised = np.zeros(shape), np.zeros(shape), np.zeros((2, people.practice.size))
    for pair in range(which.size):
        p = practice[pair]
        if drawn[pair] < own.uptake_base + own.uptake_trust * practices.trust[p]:
            taken[int(success[which[pair]]), p] += 1
    for p in range(practices.ccg.size):
        practices.hours_saved[p] = min(practices.hours_saved[p] + own.saved * taken[1, p], own.saved_most)

    for n in range(due.size):
        origin, by = items.practice[due[n]], items.originator[due[n]]
        if origin >= 0:
            raised_here[int(success[n]), origin] += 1
        if by >= 0:
            raised[int(success[n]), by] += 1
    seen_here = own.seen_in_practice * raised_here + own.seen_by_uptake * taken
    seen_once = own.seen_in_practice + own.seen_by_uptake
    for i in range(people.practice.size):
        p = people.practice[i]
        if p >= 0 and people.present[i]:
            failures, successes = raised[0, i], raised[1, i]  # what one raised oneself is not seen twice
            failures += people.informed[i] * max(seen_here[0, p] - seen_once * failures, 0.0)
            successes += people.informed[i] * max(seen_here[1, p] - seen_once * successes, 0.0)
            people.kick_success[i] = own.kick * successes
            people.kick_failure[i] -= own.failure * own.kick * failures
