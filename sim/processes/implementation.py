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

    carried: float = param(0.5, "share", "sign_up_without_delivery: adopted is not yet done", low=0, high=1)
    first_review: float = param(26, "weeks", "impact_lags", low=1, high=200)
    last_review: float = param(52, "weeks", "impact_lags", low=1, high=400)
    uptake_base: float = param(
        0.3, "share", "m18_scheme_uptake is all or most where paid; less without pay", low=0, high=1
    )
    uptake_trust: float = param(0.5, "share", "ownership_eases_change", low=0, high=1)
    saved: float = param(0.0008, "share", "hours saved by one success, of a practice's demand", low=0, high=0.1)
    saved_most: float = param(0.5, "share", "a bound that is never near; half of the work stays", low=0, high=0.9)
    fade: float = param(0.004, "1/week", "what was saved is filled again", low=0, high=1)
    kick: float = param(0.25, "latent", "success_breeds_engagement; size assumed", low=0, high=3)
    failure: float = param(0.5, "ratio", "a failure moves half as much as a success", low=0, high=3)
    seen_in_practice: float = param(0.5, "share", "half by the practice concerned", low=0, high=1)
    seen_by_uptake: float = param(0.1, "share", "newsletters and ties carry little", low=0, high=1)

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
