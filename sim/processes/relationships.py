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

    trust_start: float = param(
        0.5, "share", "trust of a practice in its CCG at the start", low=0, high=1,
        source="neither trust nor distrust",
    )  # fmt: skip
    merged_start: float = param(
        0.4, "share", "trust of a practice at the start in a CCG that was merged by force", low=0, high=1,
        source="forced_merger_origin: behind others",
    )  # fmt: skip
    base: float = param(
        0.2, "share", "trust that a practice has without contact and without being heard", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    visits: float = param(
        0.4, "share", "trust of a practice added where managers keep all contact", low=0, high=1,
        source="primary_care_manager_as_link",
    )  # fmt: skip
    heard: float = param(
        0.4, "share", "trust of a practice added where its people fully believe that they are heard", low=0, high=1,
        source="informal_contact_works; better_than_pct_baseline",
    )  # fmt: skip
    trust_gain: float = param(
        0.02, "1/week", "how fast a practice's trust follows contact and being heard", low=0, high=1,
        source="trust takes about a year",
    )  # fmt: skip
    pair_start: float = param(
        0.5, "share", "trust of a GP leader and the manager who work as a pair, at the start", low=0, high=1,
        source="pair_history: many had worked together in the PCT",
    )  # fmt: skip
    pair_new: float = param(
        0.2, "share", "trust of a pair in which somebody is new", low=0, high=1,
        source="a new pair (matching_matters)",
    )  # fmt: skip
    pair_gain: float = param(
        0.02, "1/week", "how fast a pair's trust grows in a week in which both prepared papers", low=0, high=1,
        source="joint_responsibility",
    )  # fmt: skip
    tie_gain: float = param(
        0.02, "1/week", "how fast an informal tie that a newcomer took over grows", low=0, high=1,
        source="newcomers are known within a year",
    )  # fmt: skip
    learning: float = param(
        78, "weeks", "tenure at which half of a manager's expertise is reached", low=1, high=520,
        source="staff_loss_needs_relearning: learned on the job in a year or two",
    )  # fmt: skip
    contact_start: float = param(
        0.8, "share", "contacts at the PCT cluster at the start", low=0, high=1,
        source="reform_scatters_memory: PCT staff knew the cluster",
    )  # fmt: skip
    contact_new: float = param(
        0.4, "share", "contacts at NHS England when it takes over", low=0, high=1,
        source="reform_scatters_memory; size assumed",
    )  # fmt: skip
    contact_gain: float = param(
        0.006, "1/week", "how fast contacts at NHS England grow again", low=0, high=1,
        source="ccgs and teams get to know each other; size assumed",
    )  # fmt: skip

    def start(self, world: World) -> None:
        merged = np.array([world.sites[i].merged for i in world.ccgs.site])
        world.practices.trust[:] = np.where(merged, self.merged_start, self.trust_start)[world.practices.ccg]
        since = world.week - world.calendar.go_live_week
        known = self.contact_start if since < 0 else 1 - (1 - self.contact_new) * (1 - self.contact_gain) ** since
        world.ccgs.nhse_contact[:] = known
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
