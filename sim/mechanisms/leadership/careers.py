"""People leave, posts open and close, newcomers arrive."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.codes import by
from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.codes import Kind, PracticeRole
from sim.state.events import Event
from sim.state.newcomers import new_people

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
    columns = {
        "people": (Column("present", "bool", "-", "is there; leavers stay as rows"),),
        "ccgs": (Column("managers", "int32", "people", "managers present"),),
        "slots": (
            Column("person", "int64", "row", "who fills it; -1 vacant", default=-1, of="people"),
            Column("last", "int64", "row", "who filled it last; -1 nobody yet", default=-1, of="people"),
            Column("generation", "int32", "-", "how many filled it before"),
        ),
    }
    reads = {
        "people": "key strain practice_role kind ccg slot practice influence informed pull_influence pull_informed",
        "ccgs": "key posts",
        "practices": "key",
        "slots": "kind post_rank ccg key practice contract practice_role",
    }
    appends = ("people",)
    events = (
        Event("left", ("people.present", "slots.person"), "{person} left"),
        Event("joined", ("people.present", "slots.person"), "{person} came"),
    )
    evidence = (
        "overload_burnout",
        "workforce_shortage",
        "manager_turnover",
        "staff_loss_needs_relearning",
        "few_successors",
    )
    directions = (
        Direction(
            "careers.fill_gp",
            0.05,
            None,
            "wait for appointments",
            -1,
            "workforce_shortage.patient_access",
            "a GP who leaves is replaced sooner",
            away=True,
        ),
        Direction(
            "careers.manager",
            None,
            0.4,
            "expertise of managers",
            -1,
            "manager_turnover.expertise",
            "managers leave before they know the work",
        ),
    )

    principal: float = param(
        0.07, "1/year", "partners who leave", within=(0, 0.99), source="practice or area; size assumed"
    )
    salaried: float = param(
        0.14, "1/year", "salaried GPs who leave", within=(0, 0.99), source="they move more; size assumed"
    )
    practice_manager: float = param(
        0.08,
        "1/year",
        "practice managers who leave",
        within=(0, 0.99),
        source="a stable group (practice_managers_stable_channel)",
    )
    manager: float = param(
        0.15, "1/year", "CCG managers who leave", within=(0, 0.99), source="manager_turnover: within a year for some"
    )
    other: float = param(
        0.15,
        "1/year",
        "lay members, nurses and consultants who leave",
        within=(0, 0.99),
        source="lay members, nurses, consultants (scarce_lay_members)",
    )
    strain: float = param(
        0.5,
        "ratio/strain",
        "how much each unit of strain raises the chance to leave",
        within=(0, 5),
        source="overload_burnout: each 5 h beyond adds half",
    )
    fill_gp: float = param(
        0.25,
        "1/month",
        "vacant places of GPs that are filled",
        within=(0, 1),
        source="workforce_shortage: about four months to replace a GP",
    )
    taken_over: float = param(
        0.2,
        "share",
        "strength of an informal tie that a newcomer takes over from whoever held the slot",
        source="ties are to people, and a successor inherits little (reform_scatters_memory)",
    )
    fill_other: float = param(
        0.5, "1/month", "other vacant places that are filled", within=(0, 1), source="about two months; assumed"
    )

    def step(self, world: View) -> None:
        people, week = world.people, world.week
        # chosen before anybody goes: whoever leaves is not replaced in the same week
        fill = self._appointments(world) if world.calendar.week_of_month(week) == 0 else np.zeros(0, np.int64)
        weekly, salaried = _hazards(self.principal, self.salaried, self.practice_manager, self.manager, self.other)
        luck = world.luck.uniform("careers.leaves", week, people.key)
        leavers = who_leave(people, world.slots, world.ccgs, self, weekly, salaried, luck)
        if leavers.size:
            self.let_go(world, leavers)
        if fill.size:
            self._arrive(world, fill)

    def let_go(self, world: View, leavers: Whole) -> None:
        """Let people go at once, whose post or place falls vacant.

        Args:
            leavers: their rows, shape (k,).
        """
        people = world.people
        people.present[leavers] = False
        world.slots.person[people.slot[leavers]] = -1
        world.events.add("left", world.week, ccg=people.ccg[leavers], person=leavers, practice=people.practice[leavers])
        if leavers.size:
            count_managers(people, world.ccgs)

    def _appointments(self, world: View) -> Whole:
        """Return the vacant slots that are filled this month, of those that are paid for."""
        slots = world.slots
        vacant = np.flatnonzero(slots.person < 0)
        vacant = vacant[slots.post_rank[vacant] < world.ccgs.posts[slots.ccg[vacant]]]
        chance = np.where(slots.kind[vacant] == Kind.GP, self.fill_gp, self.fill_other)
        return vacant[world.luck.uniform("careers.fills", world.week, slots.key[vacant]) < chance]

    def _arrive(self, world: View, fill: Whole) -> None:
        people, slots = world.people, world.slots
        before = slots.last[fill]
        known = before >= 0
        slots.generation[fill] += known
        believed = first_impressions(people, slots, fill, world.practices.size, world.ccgs.size)
        beginnings = dict(zip(BELIEFS, believed, strict=True))
        described = new_people(world, fill, slots.generation[fill], **beginnings)
        rows = world.append("people", fill.size, joined=world.week, **described)
        slots.person[fill] = slots.last[fill] = rows
        world.ties.edges["informal"].replace(before[known], rows[known], self.taken_over)
        world.events.add("joined", world.week, ccg=slots.ccg[fill], person=rows, practice=slots.practice[fill])
        count_managers(world.people, world.ccgs)


@functools.cache
def _hazards(
    principal: float, salaried: float, practice_manager: float, manager: float, other: float
) -> tuple[Floats, float]:
    """Return the chance of an unstrained person to leave in a week: by ``Kind``, and of salaried GPs."""
    others = dict.fromkeys(("lay_member", "nurse", "consultant"), other)
    yearly = by(Kind, gp=principal, practice_manager=practice_manager, manager=manager, **others)
    return -np.log1p(-yearly) / WEEKS_A_YEAR, float(-np.log1p(-salaried) / WEEKS_A_YEAR)


@rule
def who_leave(
    people: Table, slots: Table, ccgs: Table, own: Careers, weekly: Floats, salaried: float, luck: Floats
) -> Whole:
    """Return the rows of those who go, by chance or because money no longer pays for their post.

    Args:
        weekly: chance to leave unstrained, by ``Kind``, 1/week.
        salaried: the same of salaried GPs.
        luck: between 0 and 1, shape (people,).
    """
    goes = np.zeros(luck.size, np.bool_)
    for i in range(luck.size):
        if not people.present[i]:
            continue
        usual = salaried if people.practice_role[i] == PracticeRole.SALARIED else weekly[people.kind[i]]
        chance = usual * (1 + own.strain * people.strain[i])
        unpaid = slots.post_rank[people.slot[i]] >= ccgs.posts[people.ccg[i]]
        if luck[i] < chance or unpaid:
            goes[i] = True
    return np.flatnonzero(goes)


@rule
def count_managers(people: Table, ccgs: Table) -> None:
    """Count the managers present in each CCG, who share what the CCG has to do."""
    ccgs.managers[:] = 0
    for i in range(people.size):
        if people.present[i] and people.kind[i] == Kind.MANAGER:
            ccgs.managers[people.ccg[i]] += 1


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
    for i in range(people.size):
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
