"""Being informed: it falls week by week and is restored by contact.

A contact counts by the share of that work which was done, not by its minutes: ten minutes asked and done inform as much
as an hour asked and done.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.codes import those
from sim.core.compiled import compiled, rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.state.codes import LEADERS, Role, Work

TOLD_AT_WORK = those(Role, *LEADERS, Role.MANAGER, Role.EXECUTIVE)
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
    columns = {
        "people": (Column("informed", "float64", "share", "how well informed about the CCG, 0-1", settable=True),)
    }
    reads = {
        "people": "present role practice demand undone on_governing_body",
        "seats": "person",
        "practices": "council_seat ccg",
        "ccgs": "contact_kept",
    }
    writes = {"people": "pull_informed"}
    evidence = (
        "council_messages_stop_at_rep",
        "coming_to_practices",
        "primary_care_manager_as_link",
        "c14_council_reach",
        "one_way_feed_from_locality",
        "unteased_papers_missed",
    )
    directions = (
        Direction(
            "diaries.representative_briefing",
            0.0,
            None,
            "informed members",
            +1,
            "council_messages_stop_at_rep.informed",
            "representatives have time to brief their practice",
            away=True,
        ),
        Direction(
            "diaries.visit_minutes",
            0,
            None,
            "engagement from being informed, members",
            +1,
            "coming_to_practices.engagement",
            "managers who come to practices inform them",
        ),
    )

    decay: float = param(
        0.04,
        "1/week",
        "what is known of the CCG and forgotten",
        within=(0.001, 1),
        source="half in four months; assumed",
    )
    reading: float = param(
        0.015,
        "1/week",
        "learned by reading all that was asked, of what is not known",
        within=(0, 1),
        source="a newsletter skimmed; size assumed",
    )
    council: float = param(
        0.25,
        "1/meeting",
        "learned at a member council, of what is not known",
        within=(0, 1),
        source="council_one_way: it mainly informs",
    )
    locality: float = param(
        0.15,
        "1/meeting",
        "learned at a locality meeting, of what is not known",
        within=(0, 1),
        source="localities (localities_restore_ownership); size assumed",
    )
    board: float = param(
        0.12,
        "1/week",
        "learned by leaders and executives in their work, of what is not known",
        within=(0, 1),
        source="size assumed",
    )
    briefing: float = param(
        0.03,
        "1/week",
        "learned from a full briefing by a fully informed representative, of what is not known",
        within=(0, 1),
        source="much stops at the representative (council_messages_stop_at_rep)",
    )
    visit: float = param(
        0.015,
        "1/week",
        "learned where a manager kept all contact with the practice, of what is not known",
        within=(0, 1),
        source="coming_to_practices; size assumed",
    )
    beta: float = param(
        0.3,
        "latent",
        "engagement of a fully informed person beside one who knows nothing",
        within=(0, 3),
        source="informed members feel part of it; size assumed",
    )
    at_start: float = param(
        0.5,
        "share",
        "how well informed everybody is before the warm-up",
        source="near the fixed point; the warm-up does the rest",
    )

    def start(self, world: View) -> None:
        world.people.informed[:] = self.at_start
        world.people.pull_informed[:] = self.beta * self.at_start

    def step(self, world: View) -> None:
        if world.frozen:
            return
        learn(world.people, world.practices, world.seats, world.ccgs, self, TOLD_AT_WORK)


@rule
def learn(people: Table, practices: Table, seats: Table, ccgs: Table, own: Informedness, told_at_work: Flags) -> None:
    """Let everybody forget, and learn from the contacts of the week.

    Args:
        told_at_work: in which roles, by ``Role``.
    """
    told = np.zeros(practices.size)
    for p in range(told.size):
        i = seats.person[practices.council_seat[p]]
        if i >= 0:
            told[p] = people.informed[i] * share_done(people.demand, people.undone, i, Work.BRIEFING)
    for i in range(people.size):
        if not people.present[i]:
            continue
        contact = own.reading * share_done(people.demand, people.undone, i, Work.READING)
        contact += own.council * share_done(people.demand, people.undone, i, Work.MEMBER_COUNCIL)
        contact += own.locality * share_done(people.demand, people.undone, i, Work.LOCALITY_MEETING)
        if people.on_governing_body[i] or told_at_work[people.role[i]]:
            contact += own.board
        p = people.practice[i]
        if p >= 0:
            represents = seats.person[practices.council_seat[p]] == i
            contact += (0.0 if represents else own.briefing * told[p]) + own.visit * ccgs.contact_kept[practices.ccg[p]]
        people.informed[i] += (1 - people.informed[i]) * min(contact, 1.0) - own.decay * people.informed[i]
        people.pull_informed[i] = own.beta * people.informed[i]


@compiled
def share_done(demand: Whole, undone: Whole, person: int, work: int) -> float:
    """Return what share of the minutes asked of a person for a kind of work was done, 0 if none were asked."""
    asked = demand[person, work]
    return (asked - undone[person, work]) / asked if asked > 0 else 0.0
