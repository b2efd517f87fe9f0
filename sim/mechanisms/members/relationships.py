"""Trust and contacts: practices and CCG, GPs and managers, CCG and NHS England."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.core.ties import Edges
from sim.mechanisms.base import Process
from sim.settings.money import EXECUTIVES
from sim.state.bodies import SeatKind
from sim.state.people import Kind, Work

if TYPE_CHECKING:
    from sim.state.world import World

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
LONGEST_TENURE = 3400
"""Weeks: longer than the longest run and the years in post before it."""


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
        "seats.ccg", "seats.person", "slots.ccg", "slots.post_rank", "slots.person",
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
        practices, c = world.practices, world.ccgs
        self._get_to_know(world)  # for expertise; the rest starts elsewhere than it would be after a week
        merged = np.array([world.sites[i].merged for i in c.site])
        practices.trust[:] = np.where(merged, self.merged_start, self.trust_start)[practices.ccg]
        since = world.week - world.calendar.go_live_week
        known = self.contact_start if since < 0 else 1 - (1 - self.contact_new) * (1 - self.contact_gain) ** since
        c.nhse_contact[:] = known
        gp, manager = who_work_together(world.seats, world.slots, c, EXECUTIVES)
        whole = (gp >= 0) & (manager >= 0)
        strength = np.full(gp.size, self.pair_start, dtype=np.float64)
        world.ties.edges["pair"] = Edges(np.where(whole, gp, -1), np.where(whole, manager, -1), strength)

    def step(self, world: World) -> None:
        if world.week == world.calendar.go_live_week:
            world.ccgs.nhse_contact[:] = self.contact_new
        self._get_to_know(world)
        pair, informal = world.ties.edges["pair"], world.ties.edges["informal"]
        together = who_work_together(world.seats, world.slots, world.ccgs, EXECUTIVES)
        if together.shape[1] != pair.strength.size:
            raise ValueError(
                f"{pair.strength.size} ties of kind pair; needed is one a leader's seat, {together.shape[1]}"
            )
        grow_ties(world.people, pair, informal, self, together)

    def _get_to_know(self, world: World) -> None:
        expertise = expertise_by_tenure(self.learning)
        get_to_know(world.people, world.practices, world.ccgs, self, expertise, world.week)


@cache
def expertise_by_tenure(learning: float) -> Floats:
    """Return what a manager knows after so many weeks, shape (LONGEST_TENURE,).

    Args:
        learning: tenure at which it is half of what can be known, weeks.
    """
    known = 1 - 2.0 ** (-np.arange(LONGEST_TENURE) / learning)
    known.flags.writeable = False
    return known


@rule
def get_to_know(
    people: Table, practices: Table, ccgs: Table, own: Relationships, expertise: Floats, week: int
) -> None:  # fmt: skip
    """Move practices' trust and CCGs' contacts by a week, and work out what managers know.

    Args:
        expertise: of a manager by weeks of tenure, share.
        week: of the run.
    """
    managers, known = np.zeros(ccgs.expertise.size), np.zeros(ccgs.expertise.size)
    asked, kept = np.zeros(ccgs.expertise.size), np.zeros(ccgs.expertise.size)  # minutes of contact with practices
    members, belief = np.zeros(practices.ccg.size), np.zeros(practices.ccg.size)
    for i in range(people.kind.size):
        if not people.present[i]:
            continue
        c, p = people.ccg[i], people.practice[i]
        if people.kind[i] == Kind.MANAGER:
            managers[c] += 1
            known[c] += expertise[min(max(week - people.joined[i], 0), expertise.size - 1)]
            asked[c] += people.demand[i, Work.CONTACT]
            kept[c] += people.demand[i, Work.CONTACT] - people.undone[i, Work.CONTACT]
        if p >= 0:
            members[p] += 1
            belief[p] += people.influence[i]
    for c in range(ccgs.expertise.size):
        ccgs.expertise[c] = known[c] / max(managers[c], 1)
        ccgs.nhse_contact[c] += own.contact_gain * (1 - ccgs.nhse_contact[c])
    for p in range(practices.ccg.size):
        c = practices.ccg[p]
        visited, heard = kept[c] / max(asked[c], 1), belief[p] / max(members[p], 1)
        target = own.base + own.visits * visited + own.heard * heard
        practices.trust[p] += own.trust_gain * (min(target, 1.0) - practices.trust[p])


@rule
def who_work_together(seats: Table, slots: Table, ccgs: Table, executives: int) -> Rows:
    """Return the holder of each GP leader's seat and the manager who works with that seat, shape (2, pairs); -1 nobody.

    Managers' posts take turns, those that money pays for; executives where it pays for nobody else.

    Args:
        executives: how many posts of a CCG, the first, are executives'.
    """
    first = np.full(ccgs.posts.size, -1)
    for slot in range(slots.post_rank.size):
        if slots.post_rank[slot] == 0:
            first[slots.ccg[slot]] = slot
    together, pairs = np.empty((2, seats.person.size), dtype=np.int64), 0
    turn = np.zeros(ccgs.posts.size, dtype=np.int64)
    for seat in range(seats.person.size):
        if seats.kind[seat] > SeatKind.LOCALITY_LEAD or seats.follows[seat] >= 0:
            continue
        c = seats.ccg[seat]
        others = ccgs.posts[c] - executives
        rank = executives + turn[c] % others if others > 0 else turn[c] % executives
        together[0, pairs], together[1, pairs] = seats.person[seat], slots.person[first[c] + rank]
        turn[c], pairs = turn[c] + 1, pairs + 1
    return together[:, :pairs].copy()


@rule
def grow_ties(people: Table, pair: Edges, informal: Edges, own: Relationships, together: Rows) -> None:
    """Keep one pair a leader's seat, and let ties grow: informal ones, and pairs of which both prepared papers.

    A pair with somebody new starts afresh; one without its GP or manager rests at no strength.

    Args:
        together: GP leader and manager of each pair, -1 for nobody, shape (2, pairs).
    """
    for k in range(together.shape[1]):
        gp, manager = together[0, k], together[1, k]
        if gp < 0 or manager < 0:
            pair.strength[k] = 0.0
            continue
        if gp != pair.source[k] or manager != pair.target[k]:
            pair.source[k], pair.target[k], pair.strength[k] = gp, manager, own.pair_new
        gp_prepared = people.demand[gp, Work.PREPARATION] > people.undone[gp, Work.PREPARATION]
        manager_prepared = people.demand[manager, Work.PREPARATION] > people.undone[manager, Work.PREPARATION]
        if gp_prepared and manager_prepared:
            pair.strength[k] += own.pair_gain * (1 - pair.strength[k])
    for k in range(informal.strength.size):
        informal.strength[k] += own.tie_gain * (1 - informal.strength[k])
