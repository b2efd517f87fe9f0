"""People leave, posts open and close, newcomers arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.run.places import new_people
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.people import Kind, PracticeRole

if TYPE_CHECKING:
    from sim.state.world import World

BELIEFS = ("influence", "informed", "pull_influence", "pull_informed")
"""What newcomers take over from the people whom they meet."""
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


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
        people, week = world.people, world.week
        # chosen before anybody goes: whoever leaves is not replaced in the same week
        fill = self._appointments(world) if world.calendar.week_of_month(week) == 0 else np.zeros(0, np.int64)
        yearly = np.array([self.principal, self.practice_manager, self.manager, *[self.other] * 3, 0.0, self.salaried])
        luck = world.luck.uniform("careers.leaves", week, people.key)
        leavers = leave(people, world.slots, world.ccgs, self, -np.log1p(-yearly) / WEEKS_A_YEAR, luck)
        world.events.add("left", week, ccg=people.ccg[leavers], person=leavers, practice=people.practice[leavers])
        if fill.size:
            self._arrive(world, fill)

    def _appointments(self, world: World) -> Whole:
        """Return the vacant slots that are filled this month, of those that are paid for."""
        slots = world.slots
        vacant = np.flatnonzero(slots.person < 0)
        vacant = vacant[slots.post_rank[vacant] < world.ccgs.posts[slots.ccg[vacant]]]
        chance = np.where(slots.kind[vacant] == Kind.GP, self.fill_gp, self.fill_other)
        return vacant[world.luck.uniform("careers.fills", world.week, slots.key[vacant]) < chance]

    def _arrive(self, world: World, fill: Whole) -> None:
        people, slots = world.people, world.slots
        before = slots.last[fill]
        known = before >= 0
        slots.generation[fill] += known
        believed = first_impressions(people, slots, fill, world.practices.size, world.ccgs.size)
        beginnings = dict(zip(BELIEFS, believed, strict=True))
        rows = new_people(world, fill, slots.generation[fill], world.week, **beginnings)
        slots.person[fill] = slots.last[fill] = rows
        world.ties.edges["informal"].replace(before[known], rows[known], self.taken_over)
        world.events.add("joined", world.week, ccg=people.ccg[rows], person=rows, practice=people.practice[rows])


@rule
def leave(people: Table, slots: Table, ccgs: Table, own: Careers, weekly: Floats, luck: Floats) -> Whole:
    """Let people go, by chance or because money no longer pays for their post, and return their rows.

    Args:
        weekly: chance to leave unstrained, by ``Kind``, and of salaried GPs as the last, shape (kinds + 1,), 1/week.
        luck: between 0 and 1, shape (people,).
    """
    goes = np.zeros(luck.size, np.bool_)
    for i in range(luck.size):
        if not people.present[i]:
            continue
        salaried = people.practice_role[i] == PracticeRole.SALARIED
        chance = weekly[-1 if salaried else people.kind[i]] * (1 + own.strain * people.strain[i])
        unpaid = slots.post_rank[people.slot[i]] >= ccgs.posts[people.ccg[i]]
        if luck[i] < chance or unpaid:
            goes[i] = True
            people.present[i] = False
            slots.person[people.slot[i]] = -1
    return np.flatnonzero(goes)


@rule
def first_impressions(people: Table, slots: Table, fill: Whole, practices: int, ccgs: int) -> Floats:
    """Return what newcomers believe and know at first: the average of the practice's people, or of all members.

    Args:
        fill: slots of the newcomers, shape (k,).
        practices: how many there are.
        ccgs: how many there are.

    Returns:
        In the order of ``BELIEFS``, shape (4, k).
    """
    members, sums = np.zeros(practices + ccgs), np.zeros((4, practices + ccgs))  # of each practice, then of each CCG
    for i in range(people.present.size):
        if not people.present[i] or people.practice[i] < 0:
            continue
        for group in (people.practice[i], practices + people.ccg[i]):
            members[group] += 1
            sums[0, group] += people.influence[i]
            sums[1, group] += people.informed[i]
            sums[2, group] += people.pull_influence[i]
            sums[3, group] += people.pull_informed[i]
    believed = np.zeros((4, fill.size))
    for k in range(fill.size):
        home = slots.practice[fill[k]]
        group = home if home >= 0 and members[home] > 0 else practices + slots.ccg[fill[k]]
        for belief in range(4):
            believed[belief, k] = sums[belief, group] / max(members[group], 1)
    return believed
