"""Being informed: it falls week by week and is restored by contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.people import Kind, Role, Work
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World


EVERYBODY = slice(None)


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

    decay: float = param(0.04, "1/week", "half forgotten in four months", low=0.001, high=1)
    reading: float = param(0.015, "1/week", "a newsletter skimmed", low=0, high=1)
    council: float = param(0.25, "1/meeting", "council_one_way: it mainly informs", low=0, high=1)
    locality: float = param(0.15, "1/meeting", "localities", low=0, high=1)
    board: float = param(0.12, "1/week", "work on the governing body", low=0, high=1)
    briefing: float = param(
        0.03,
        "1/week",
        "a full briefing; much stops at the representative (council_messages_stop_at_rep)",
        low=0,
        high=1,
    )
    visit: float = param(0.015, "1/week", "coming_to_practices: all of a manager's contact kept", low=0, high=1)
    beta: float = param(0.3, "latent", "informed members feel part of it; size assumed", low=0, high=3)
    at_start: float = param(0.5, "share", "near the fixed point; the warm-up does the rest", low=0, high=1)

    def start(self, world: World) -> None:
        world.people.informed[:] = self.at_start
        world.people.pull_informed[:] = self.beta * self.at_start

    def step(self, world: World) -> None:
        if world.frozen:
            return
        people, practices, seats = world.people, world.practices, world.seats
        contact = self.reading * self._done(world, Work.READING)
        for weight, meeting in ((self.council, Work.MEMBER_COUNCIL), (self.locality, Work.LOCALITY_MEETING)):
            came = np.flatnonzero(people.demand[:, meeting])
            contact[came] += weight * self._done(world, meeting, came)
        leads = people.on_governing_body | (people.role >= Role.LOCALITY_LEAD)
        contact += self.board * leads

        representative = seats.person[practices.council_seat]
        there = representative >= 0
        rep = np.maximum(representative, 0)
        passed_on = np.where(there, people.informed[rep] * self._done(world, Work.BRIEFING, rep), 0.0)
        done, asked = world.work_by_ccg(world.rows(Kind.MANAGER), Work.CONTACT)
        visited = (done / np.maximum(asked, 1))[practices.ccg]
        member = world.members()
        home = np.maximum(people.practice, 0)
        own = np.zeros(people.size, dtype=bool)
        own[rep[there]] = True
        contact += member * (self.briefing * passed_on[home] * ~own + self.visit * visited[home])
        people.informed[:] += (1 - people.informed) * np.minimum(contact, 1) - self.decay * people.informed
        people.pull_informed[:] = self.beta * people.informed

    @staticmethod
    def _done(world: World, work: Work, who: np.ndarray | slice = EVERYBODY) -> np.ndarray:
        """Return the share of a kind of work that some people did of what was asked; 0 if nothing was."""
        asked = world.people.demand[who, work]
        done: np.ndarray = (asked - world.people.undone[who, work]) / np.maximum(asked, 1)
        return done
