"""Being informed: it falls week by week and is restored by contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import compiled, rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.state.people import LEADERS, Kind, Role, Work

if TYPE_CHECKING:
    from sim.state.world import World


LEADS = np.array([role in (*LEADERS, Role.MANAGER, Role.EXECUTIVE) for role in Role])
"""Roles in which one learns of the CCG by one's work."""
Whole = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass
class Informedness(Process):
    """``I += (1 - I) sum of contacts - decay I``.

    Contacts: reading done (newsletters, papers); the member council and the locality meeting, for those who came; the
    governing body, for those on it; what the practice's representative knows and found time to pass on; the named
    manager's contact with the practice, shared among its people. Starts at its fixed point by way of the warm-up.
    """

    name = "informedness"
    reads = (
        "people.present", "people.kind", "people.role", "people.ccg", "people.practice", "people.demand",
        "people.undone", "people.on_governing_body", "seats.person", "practices.council_seat", "practices.ccg",
    )  # fmt: skip
    writes = ("people.informed", "people.pull_informed")
    evidence = (
        "council_messages_stop_at_rep", "coming_to_practices", "primary_care_manager_as_link", "c14_council_reach",
        "one_way_feed_from_locality", "unteased_papers_missed",
    )  # fmt: skip

    decay: float = param(
        0.04, "1/week", "what is known of the CCG and forgotten", low=0.001, high=1,
        source="half in four months; assumed",
    )  # fmt: skip
    reading: float = param(
        0.015, "1/week", "learned by reading all that was asked, of what is not known", low=0, high=1,
        source="a newsletter skimmed; size assumed",
    )  # fmt: skip
    council: float = param(
        0.25, "1/meeting", "learned at a member council, of what is not known", low=0, high=1,
        source="council_one_way: it mainly informs",
    )  # fmt: skip
    locality: float = param(
        0.15, "1/meeting", "learned at a locality meeting, of what is not known", low=0, high=1,
        source="localities (localities_restore_ownership); size assumed",
    )  # fmt: skip
    board: float = param(
        0.12, "1/week", "learned by leaders and executives in their work, of what is not known", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    briefing: float = param(
        0.03, "1/week", "learned from a full briefing by a fully informed representative, of what is not known",
        low=0, high=1,
        source="much stops at the representative (council_messages_stop_at_rep)",
    )  # fmt: skip
    visit: float = param(
        0.015, "1/week", "learned where a manager kept all contact with the practice, of what is not known",
        low=0, high=1,
        source="coming_to_practices; size assumed",
    )  # fmt: skip
    beta: float = param(
        0.3, "latent", "engagement of a fully informed person beside one who knows nothing", low=0, high=3,
        source="informed members feel part of it; size assumed",
    )  # fmt: skip
    at_start: float = param(
        0.5, "share", "how well informed everybody is before the warm-up", low=0, high=1,
        source="near the fixed point; the warm-up does the rest",
    )  # fmt: skip

    def start(self, world: World) -> None:
        world.people.informed[:] = self.at_start
        world.people.pull_informed[:] = self.beta * self.at_start

    def step(self, world: World) -> None:
        if world.frozen:
            return
        learn(world.people, world.practices, world.seats, self, world.ccgs.size, LEADS)


@rule
def learn(people: Table, practices: Table, seats: Table, own: Informedness, ccgs: int, leads: Flags) -> None:
    """Let everybody forget, and learn from the contacts of the week.

    Args:
        ccgs: number of CCGs.
        leads: which roles are told in their work, by ``Role``.
    """
    asked, kept = np.zeros(ccgs), np.zeros(ccgs)  # minutes of managers' contact with practices
    for i in range(people.kind.size):
        if people.kind[i] == Kind.MANAGER and people.present[i]:
            asked[people.ccg[i]] += people.demand[i, Work.CONTACT]
            kept[people.ccg[i]] += people.demand[i, Work.CONTACT] - people.undone[i, Work.CONTACT]
    told = np.zeros(practices.ccg.size)
    for p in range(told.size):
        i = seats.person[practices.council_seat[p]]
        if i >= 0:
            told[p] = people.informed[i] * share_done(people.demand, people.undone, i, Work.BRIEFING)
    for i in range(people.informed.size):
        if not people.present[i]:
            continue
        contact = own.reading * share_done(people.demand, people.undone, i, Work.READING)
        contact += own.council * share_done(people.demand, people.undone, i, Work.MEMBER_COUNCIL)
        contact += own.locality * share_done(people.demand, people.undone, i, Work.LOCALITY_MEETING)
        if people.on_governing_body[i] or leads[people.role[i]]:
            contact += own.board
        p = people.practice[i]
        if p >= 0:
            c = practices.ccg[p]
            represents = seats.person[practices.council_seat[p]] == i
            contact += (0.0 if represents else own.briefing * told[p]) + own.visit * (kept[c] / max(asked[c], 1.0))
        people.informed[i] += (1 - people.informed[i]) * min(contact, 1.0) - own.decay * people.informed[i]
        people.pull_informed[i] = own.beta * people.informed[i]


@compiled
def share_done(demand: Whole, undone: Whole, person: int, work: int) -> float:
    """Return what share of the minutes asked of a person for a kind of work was done, 0 if none were asked."""
    asked = demand[person, work]
    return (asked - undone[person, work]) / asked if asked > 0 else 0.0
