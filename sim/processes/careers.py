"""People leave, posts open and close, newcomers arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.people import Kind, PracticeRole
from sim.calendar import WEEKS_A_YEAR
from sim.parameters import param
from sim.places.population import new_people
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World


@dataclass
class Careers(Process):
    """Leave with a yearly hazard by kind, raised by strain; fill what is vacant with a monthly chance,
    as appointments start with a month.

    A newcomer is somebody else: new identity, new disposition, the slot's ties at low strength, no role. CCG posts are
    open while the staff budget pays for them; when it pays for fewer, the last posts go at once.
    """

    name = "careers"
    reads = (
        "people.key", "people.strain", "people.practice_role", "people.kind", "people.ccg", "people.slot",
        "people.practice", "people.influence", "people.informed", "people.pull_influence", "people.pull_informed",
        "ccgs.key", "practices.key", "slots.kind", "slots.post_rank", "slots.ccg", "slots.key", "slots.practice",
        "slots.contract", "slots.practice_role", "ccgs.posts",
    )  # fmt: skip
    writes = ("people.present", "slots.person", "slots.last", "slots.generation")
    appends = ("people",)
    evidence = (
        "overload_burnout",
        "workforce_shortage",
        "manager_turnover",
        "staff_loss_needs_relearning",
        "few_successors",
    )

    principal: float = param(
        0.07, "1/year", "partners who leave", low=0, high=0.99,
        source="practice or area; size assumed",
    )  # fmt: skip
    salaried: float = param(
        0.14, "1/year", "salaried GPs who leave", low=0, high=0.99,
        source="they move more; size assumed",
    )  # fmt: skip
    practice_manager: float = param(
        0.08, "1/year", "practice managers who leave", low=0, high=0.99,
        source="a stable group (practice_managers_stable_channel)",
    )  # fmt: skip
    manager: float = param(
        0.15, "1/year", "CCG managers who leave", low=0, high=0.99,
        source="manager_turnover: within a year for some",
    )  # fmt: skip
    other: float = param(
        0.15, "1/year", "lay members, nurses and consultants who leave", low=0, high=0.99,
        source="lay members, nurses, consultants (scarce_lay_members)",
    )  # fmt: skip
    strain: float = param(
        0.5, "ratio/strain", "how much each unit of strain raises the chance to leave", low=0, high=5,
        source="overload_burnout: each 5 h beyond adds half",
    )  # fmt: skip
    fill_gp: float = param(
        0.25, "1/month", "vacant places of GPs that are filled", low=0, high=1,
        source="workforce_shortage: about four months to replace a GP",
    )  # fmt: skip
    taken_over: float = param(
        0.2, "share", "strength of an informal tie that a newcomer takes over from whoever held the slot",
        low=0, high=1,
        source="ties are to people, and a successor inherits little (reform_scatters_memory)",
    )  # fmt: skip
    fill_other: float = param(
        0.5, "1/month", "other vacant places that are filled", low=0, high=1,
        source="about two months; assumed",
    )  # fmt: skip

    def step(self, world: World) -> None:
        people, slots, luck, week = world.people, world.slots, world.luck, world.week
        yearly = np.array([self.principal, self.practice_manager, self.manager, *[self.other] * 3, 0.0, self.salaried])
        here = world.here()
        salaried = people.practice_role[here] == PracticeRole.SALARIED
        rate = (-np.log1p(-yearly) / WEEKS_A_YEAR)[np.where(salaried, len(Kind), people.kind[here])]
        goes = luck.uniform("careers.leaves", week, people.key[here]) < rate * (1 + self.strain * people.strain[here])

        funded = (slots.post_rank < 0) | (slots.post_rank < world.ccgs.posts[slots.ccg])
        leavers, closed = here[goes], slots.person[~funded & (slots.person >= 0)]
        if closed.size:
            leavers = np.union1d(leavers, closed)
        people.present[leavers] = False
        left = people.slot[leavers]
        slots.person[left] = -1
        world.events.add("left", week, ccg=people.ccg[leavers], person=leavers, practice=people.practice[leavers])

        if world.calendar.week_of_month(week) == 0:
            vacant = np.flatnonzero(funded & (slots.person < 0))
            vacant = vacant[~np.isin(vacant, left)]
            chance = np.where(slots.kind[vacant] == Kind.GP, self.fill_gp, self.fill_other)
            fill = vacant[luck.uniform("careers.fills", week, slots.key[vacant]) < chance]
            if fill.size:
                self._arrive(world, fill)

    def _arrive(self, world: World, fill: np.ndarray) -> None:
        people, slots = world.people, world.slots
        before = slots.last[fill].copy()
        slots.generation[fill] += before >= 0
        rows = new_people(world, fill, slots.generation[fill], world.week, **self._first_impressions(world, fill))
        slots.person[fill] = rows
        slots.last[fill] = rows
        known = before >= 0
        world.ties.edges["informal"].replace(before[known], rows[known], self.taken_over)
        world.events.add("joined", world.week, ccg=people.ccg[rows], person=rows, practice=people.practice[rows])

    def _first_impressions(self, world: World, fill: np.ndarray) -> dict[str, np.ndarray]:
        """Return what newcomers believe and know at first: the average of the practice's people, or of all members."""
        people, slots, size = world.people, world.slots, world.practices.size
        member = world.member_rows()
        at = people.practice[member]
        count = np.bincount(at, minlength=size)
        result = {}
        for name in ("influence", "informed", "pull_influence", "pull_informed"):
            values = people[name][member]
            practice = np.bincount(at, values, size) / np.maximum(count, 1)
            ccg = _mean_by(people.ccg[member], values, world.ccgs.size)
            home = slots.practice[fill]
            result[name] = np.where((home >= 0) & (count[home] > 0), practice[home], ccg[slots.ccg[fill]])
        return result


def _mean_by(group: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    mean: np.ndarray = np.bincount(group, values, size) / np.maximum(np.bincount(group, minlength=size), 1)
    return mean
