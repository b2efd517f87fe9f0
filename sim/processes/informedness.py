"""Being informed: it falls week by week and is restored by contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.people import Kind, Role, Work
from sim.hours import shares_done
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World

CONTACTS = np.array([Work.READING, Work.MEMBER_COUNCIL, Work.LOCALITY_MEETING, Work.BRIEFING])
"""Kinds of work by which people learn of the CCG, or pass on what they know."""


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
        people, practices, seats = world.people, world.practices, world.seats
        read, at_council, at_locality, briefed = shares_done(people.demand, people.undone, CONTACTS)
        leads = people.on_governing_body | (people.role >= Role.LOCALITY_LEAD)
        contact = self.reading * read + self.council * at_council + self.locality * at_locality + self.board * leads

        representative = seats.person[practices.council_seat]
        there = representative >= 0
        rep = np.maximum(representative, 0)
        passed_on = np.where(there, people.informed[rep] * briefed[rep], 0.0)
        done, asked = world.work_by_ccg(world.rows(Kind.MANAGER), Work.CONTACT)
        visited = (done / np.maximum(asked, 1))[practices.ccg]
        member = world.members()
        home = np.maximum(people.practice, 0)
        own = np.zeros(people.size, dtype=bool)
        own[rep[there]] = True
        contact += member * (self.briefing * passed_on[home] * ~own + self.visit * visited[home])
        people.informed[:] += (1 - people.informed) * np.minimum(contact, 1) - self.decay * people.informed
        people.pull_informed[:] = self.beta * people.informed
