"""Adopted items are carried out, taken up by practices, reviewed, and succeed or fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.business.items import Stage
from sim.luck import combine
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World


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
        taken = self._uptake(world, due)
        wins = (taken & success[:, None]).sum(axis=0)
        practices.hours_saved[:] = np.minimum(practices.hours_saved + self.saved * wins, self.saved_most)
        people.kick_success[:] = self.kick * self._seen(world, due[success], wins)
        losses = (taken & ~success[:, None]).sum(axis=0)
        people.kick_failure[:] -= self.failure * self.kick * self._seen(world, due[~success], losses)
        world.events.add("succeeded", week, ccg=items.ccg[due[success]], item=due[success])
        world.events.add("failed", week, ccg=items.ccg[due[~success]], item=due[~success])

    def _uptake(self, world: World, due: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which practices took up which items, shape (items due, practices)."""
        items, practices = world.items, world.practices
        home = np.where(items.practice[due] >= 0, practices.locality[items.practice[due]], -1)
        nearby = practices.locality == home[:, None]
        own = np.arange(practices.size) == items.practice[due][:, None]
        concerned: NDArray[np.bool_] = practices.ccg == items.ccg[due][:, None]
        concerned &= np.where(items.local[due][:, None], np.where(home[:, None] >= 0, nearby, own), True)
        item, practice = np.nonzero(concerned)
        pairs = combine(items.key[due][item], practices.key[practice])
        chance = self.uptake_base + self.uptake_trust * practices.trust
        taken = np.zeros_like(concerned)
        taken[item, practice] = world.luck.uniform("implementation.uptake", 0, pairs) < chance[practice]
        return taken

    def _seen(self, world: World, reviewed: NDArray[np.int64], by_uptake: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how much of the reviewed items each person sees."""
        items, people = world.items, world.people
        origin, raised = items.practice[reviewed], items.originator[reviewed]
        of_practice = np.bincount(origin[origin >= 0], minlength=world.practices.size) * self.seen_in_practice
        of_practice = of_practice + self.seen_by_uptake * by_uptake
        member = world.member_rows()
        own = np.bincount(raised[raised >= 0], minlength=people.size)[member]
        others = of_practice[people.practice[member]] - (self.seen_in_practice + self.seen_by_uptake) * own
        seen = np.zeros(people.size)
        seen[member] = own + people.informed[member] * np.maximum(others, 0.0)
        return seen
