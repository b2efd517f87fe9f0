"""Trust and contacts: practices and CCG, GPs and managers, CCG and NHS England."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Kind, Work
from sim.business.bodies import elected_seats
from sim.parameters import param
from sim.places.population import EXECUTIVES
from sim.processes.base import Process
from sim.ties import Edges

if TYPE_CHECKING:
    from sim.world import World


@dataclass
class Relationships(Process):
    """Ties grow with contact and shared work, and thin out with turnover.

    A practice's trust moves toward ``base + visits x contact kept by managers + heard x influence felt by its
    representative's reach`` (the mean belief of its people). A GP-manager pair gains ``pair_gain (1 - s)`` in a week in
    which both prepared papers; informal ties taken over by a newcomer grow back. Expertise is managers' mean tenure on
    a saturating scale. Contacts at NHS England fall when the PCT goes and return slowly.
    """

    name = "relationships"
    reads = (
        "people.present", "people.kind", "people.ccg", "people.practice", "people.influence", "people.joined",
        "people.demand", "people.undone", "practices.ccg", "ccgs.site", "ccgs.posts", "seats.kind", "seats.follows",
        "seats.ccg", "seats.person", "slots.post_rank", "slots.person",
    )  # fmt: skip
    writes = ("practices.trust", "ccgs.expertise", "ccgs.nhse_contact")
    evidence = (
        "primary_care_manager_as_link", "gp_manager_symbiosis", "joint_responsibility", "pair_history",
        "forced_merger_origin", "reform_scatters_memory", "staff_loss_needs_relearning", "personal_contacts_fix",
    )  # fmt: skip

    trust_start: float = param(0.5, "share", "neither trust nor distrust at the start", low=0, high=1)
    merged_start: float = param(0.4, "share", "forced_merger_origin: behind others", low=0, high=1)
    base: float = param(0.2, "share", "practices independent of contact", low=0, high=1)
    visits: float = param(0.4, "share", "primary_care_manager_as_link", low=0, high=1)
    heard: float = param(0.4, "share", "informal_contact_works; better_than_pct_baseline", low=0, high=1)
    trust_gain: float = param(0.02, "1/week", "trust takes about a year", low=0, high=1)
    pair_start: float = param(0.5, "share", "pair_history: many had worked together in the PCT", low=0, high=1)
    pair_new: float = param(0.2, "share", "a new pair (matching_matters)", low=0, high=1)
    pair_gain: float = param(0.02, "1/week", "joint_responsibility", low=0, high=1)
    tie_gain: float = param(0.02, "1/week", "newcomers are known within a year", low=0, high=1)
    learning: float = param(
        78, "weeks", "staff_loss_needs_relearning: learned on the job in a year or two", low=1, high=520
    )
    contact_start: float = param(0.8, "share", "reform_scatters_memory: PCT staff knew the cluster", low=0, high=1)
    contact_new: float = param(0.4, "share", "contacts left when area teams started", low=0, high=1)
    contact_gain: float = param(0.006, "1/week", "ccgs and teams get to know each other again", low=0, high=1)

    def start(self, world: World) -> None:
        merged = np.array([world.sites[i].merged for i in world.ccgs.site])
        world.practices.trust[:] = np.where(merged, self.merged_start, self.trust_start)[world.practices.ccg]
        world.ccgs.nhse_contact[:] = self.contact_start
        self._expertise(world)
        seats, _ = self._posts_of_pairs(world)
        n = seats.size
        world.ties.edges["pair"] = Edges(np.full(n, -1), np.full(n, -1), np.full(n, self.pair_start))
        self._pairs(world)
        world.ties.edges["pair"].strength[:] = self.pair_start

    def step(self, world: World) -> None:
        people, practices, c = world.people, world.practices, world.ccgs
        done, asked = world.work_by_ccg(world.rows(Kind.MANAGER), Work.CONTACT)
        kept = done / np.maximum(asked, 1)
        member = world.member_rows()
        at, size = people.practice[member], practices.size
        belief = np.bincount(at, people.influence[member], size) / np.maximum(np.bincount(at, minlength=size), 1)
        target = self.base + self.visits * kept[practices.ccg] + self.heard * belief
        practices.trust[:] += self.trust_gain * (np.minimum(target, 1) - practices.trust)

        whole = self._pairs(world)
        pair, informal = world.ties.edges["pair"], world.ties.edges["informal"]
        asked, undone = people.demand[:, Work.PREPARATION], people.undone[:, Work.PREPARATION]
        both = whole & (asked > undone)[pair.source] & (asked > undone)[pair.target]
        pair.strength += self.pair_gain * both * (1 - pair.strength)
        informal.strength += self.tie_gain * (1 - informal.strength)
        self._expertise(world)
        if world.week == world.calendar.go_live_week:
            c.nhse_contact[:] = self.contact_new
        c.nhse_contact[:] += self.contact_gain * (1 - c.nhse_contact)

    def _posts_of_pairs(self, world: World) -> tuple[np.ndarray, np.ndarray]:
        """Return the GP leaders' seats and the manager's post that each works with, in turn over the posts funded.

        Executives are paired where money pays for nobody else.
        """
        seats, slots, c = world.seats, world.slots, world.ccgs

        def work_out() -> tuple[np.ndarray, np.ndarray]:
            leaders = np.flatnonzero(elected_seats(seats))
            first = np.flatnonzero(slots.post_rank == 0)  # one a CCG, in row order
            ccg = seats.ccg[leaders]
            turn = np.arange(leaders.size) - np.searchsorted(ccg, ccg)
            others = c.posts[ccg] - EXECUTIVES
            rank = np.where(others > 0, EXECUTIVES + turn % np.maximum(others, 1), turn % EXECUTIVES)
            return leaders, first[ccg] + rank

        return world.derived.get("pairs", (seats.kind, seats.follows, seats.ccg, slots.post_rank, c.posts), work_out)

    def _pairs(self, world: World) -> NDArray[np.bool_]:
        """Keep one pair a leader's seat and return which are whole; a pair with somebody new starts afresh.

        A pair without its GP or manager rests at no strength.
        """
        pair = world.ties.edges["pair"]
        seats, posts = self._posts_of_pairs(world)
        gp, manager = world.seats.person[seats], world.slots.person[posts]
        whole = (gp >= 0) & (manager >= 0)
        new = whole & ((gp != pair.source) | (manager != pair.target))
        pair.strength[new] = self.pair_new
        pair.source[new], pair.target[new] = gp[new], manager[new]
        pair.strength[~whole] = 0.0
        return whole

    def _expertise(self, world: World) -> None:
        people, c = world.people, world.ccgs
        manager = world.rows(Kind.MANAGER)
        tenure = np.maximum(world.week - people.joined[manager], 0)
        known = world.sum_by_ccg(manager, 1 - 2.0 ** (-tenure / self.learning))
        c.expertise[:] = known / np.maximum(world.sum_by_ccg(manager), 1)
