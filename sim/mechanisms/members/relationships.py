"""Trust and contacts: practices and CCG, GPs and managers, CCG and NHS England."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.ties import Edges
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import RARE, Direction
from sim.settings.money import EXECUTIVES
from sim.state.codes import Kind, Work

Flags = NDArray[np.bool_]
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
    columns = {
        "practices": (Column("trust", "float64", "share", "trust in the CCG, 0-1", settable=True),),
        "ccgs": (
            Column("expertise", "float64", "share", "managers' knowledge of the business, 0-1"),
            Column("nhse_contact", "float64", "share", "known contacts at the area team, 0-1", settable=True),
        ),
    }
    reads = {
        "people": "present kind ccg practice influence joined demand undone",
        "practices": "ccg",
        "ccgs": "site posts managers contact_kept",
        "seats": "elected ccg person",
        "slots": "ccg post_rank person",
    }
    evidence = (
        "primary_care_manager_as_link",
        "gp_manager_symbiosis",
        "joint_responsibility",
        "pair_history",
        "forced_merger_origin",
        "reform_scatters_memory",
        "staff_loss_needs_relearning",
        "personal_contacts_fix",
    )
    directions = (
        Direction(
            "diaries.visit_minutes",
            0,
            None,
            "trust of practices",
            +1,
            "primary_care_manager_as_link.trust",
            "a named manager keeps contact with each practice",
        ),
        Direction(
            "relationships.contact_new",
            0.0,
            1.0,
            "deadline work asked of managers",
            -1,
            "personal_contacts_fix.responsiveness",
            "known faces at NHS England settle a request by phone",
        ),
        Direction(
            "relationships.pair_gain",
            0.0,
            None,
            "changes reviewed that succeed",
            +1,
            "t4_symbiosis.decision_quality",
            "a GP and a manager who know each other shape plans together",
            six_sites_only=RARE,
        ),
    )

    trust_start: float = param(
        0.5, "share", "trust of a practice in its CCG at the start", source="neither trust nor distrust"
    )
    merged_start: float = param(
        0.4,
        "share",
        "trust of a practice at the start in a CCG that was merged by force",
        source="forced_merger_origin: behind others",
    )
    base: float = param(
        0.2, "share", "trust that a practice has without contact and without being heard", source="size assumed"
    )
    visits: float = param(
        0.4, "share", "trust of a practice added where managers keep all contact", source="primary_care_manager_as_link"
    )
    heard: float = param(
        0.4,
        "share",
        "trust of a practice added where its people fully believe that they are heard",
        source="informal_contact_works; better_than_pct_baseline",
    )
    trust_gain: float = param(
        0.02,
        "1/week",
        "how fast a practice's trust follows contact and being heard",
        within=(0, 1),
        source="trust takes about a year",
    )
    pair_start: float = param(
        0.5,
        "share",
        "trust of a GP leader and the manager who work as a pair, at the start",
        source="pair_history: many had worked together in the PCT",
    )
    pair_new: float = param(
        0.2, "share", "trust of a pair in which somebody is new", source="a new pair (matching_matters)"
    )
    pair_gain: float = param(
        0.02,
        "1/week",
        "how fast a pair's trust grows in a week in which both prepared papers",
        within=(0, 1),
        source="joint_responsibility",
    )
    tie_gain: float = param(
        0.02,
        "1/week",
        "how fast an informal tie that a newcomer took over grows",
        within=(0, 1),
        source="newcomers are known within a year",
    )
    learning: float = param(
        78,
        "weeks",
        "tenure at which half of a manager's expertise is reached",
        within=(1, 520),
        source="staff_loss_needs_relearning: learned on the job in a year or two",
    )
    contact_start: float = param(
        0.8,
        "share",
        "contacts at the PCT cluster at the start",
        source="reform_scatters_memory: PCT staff knew the cluster",
    )
    contact_new: float = param(
        0.4, "share", "contacts at NHS England when it takes over", source="reform_scatters_memory; size assumed"
    )
    contact_gain: float = param(
        0.006,
        "1/week",
        "how fast contacts at NHS England grow again",
        within=(0, 1),
        source="ccgs and teams get to know each other; size assumed",
    )

    def start(self, world: View) -> None:
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

    def step(self, world: View) -> None:
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

    def _get_to_know(self, world: View) -> None:
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
def get_to_know(people: Table, practices: Table, ccgs: Table, own: Relationships, expertise: Floats, week: int) -> None:
    """Move practices' trust and CCGs' contacts by a week, and work out what managers know.

    Args:
        expertise: of a manager by weeks of tenure, share.
        week: of the run.
    """
    known = np.zeros(ccgs.size)
    members, belief = np.zeros(practices.size), np.zeros(practices.size)
    for i in range(people.size):
        if not people.present[i]:
            continue
        c, p = people.ccg[i], people.practice[i]
        if people.kind[i] == Kind.MANAGER:
            known[c] += expertise[min(max(week - people.joined[i], 0), expertise.size - 1)]
        if p >= 0:
            members[p] += 1
            belief[p] += people.influence[i]
    for c in range(ccgs.size):
        ccgs.expertise[c] = known[c] / max(ccgs.managers[c], 1)
        ccgs.nhse_contact[c] += own.contact_gain * (1 - ccgs.nhse_contact[c])
    for p in range(practices.size):
        c = practices.ccg[p]
        heard = belief[p] / max(members[p], 1)
        target = own.base + own.visits * ccgs.contact_kept[c] + own.heard * heard
        practices.trust[p] += own.trust_gain * (min(target, 1.0) - practices.trust[p])


@rule
def who_work_together(seats: Table, slots: Table, ccgs: Table, executives: int) -> Rows:
    """Return the holder of each GP leader's seat and the manager who works with that seat, shape (2, pairs); -1 nobody.

    Managers' posts take turns, those that money pays for; executives where it pays for nobody else.

    Args:
        executives: how many posts of a CCG, the first, are executives'.
    """
    first = np.full(ccgs.size, -1)
    for slot in range(slots.size):
        if slots.post_rank[slot] == 0:
            first[slots.ccg[slot]] = slot
    together, pairs = np.empty((2, seats.size), dtype=np.int64), 0
    turn = np.zeros(ccgs.size, dtype=np.int64)
    for seat in range(seats.size):
        if not seats.elected[seat]:
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
