"""The week, and how a world is founded: the only lists of mechanisms and tables.

A mechanism of the house is put into :data:`WEEK` at its place. Configuration, columns, switches, documents and checks
follow from there.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from sim.core.tables import Column, Schema
from sim.mechanisms.base import Process
from sim.mechanisms.business.agenda import Agenda
from sim.mechanisms.business.decision_quality import DecisionQuality
from sim.mechanisms.business.implementation import Implementation
from sim.mechanisms.business.meetings import Meetings
from sim.mechanisms.business.preparation import Preparation
from sim.mechanisms.business.repute import Repute
from sim.mechanisms.leadership.careers import Careers
from sim.mechanisms.leadership.development import Development
from sim.mechanisms.leadership.succession import Succession
from sim.mechanisms.members.engagement import Engagement
from sim.mechanisms.members.hope import Hope
from sim.mechanisms.members.influence import Influence
from sim.mechanisms.members.informedness import Informedness
from sim.mechanisms.members.performance_management import PerformanceManagement
from sim.mechanisms.members.relationships import Relationships
from sim.mechanisms.members.reward import Reward
from sim.mechanisms.members.strain import Strain
from sim.mechanisms.money.running_costs import RunningCosts
from sim.mechanisms.policy.policy_timeline import PolicyTimeline
from sim.mechanisms.policy.requests import Requests
from sim.mechanisms.practices.workload import Workload
from sim.mechanisms.time.diaries import Diaries
from sim.mechanisms.time.time_allocation import TimeAllocation
from sim.state.area_teams import AREA_TEAMS
from sim.state.bodies import BODIES, SEATS
from sim.state.ccgs import CCGS
from sim.state.drivers import Drivers
from sim.state.events import Event
from sim.state.items import ITEMS
from sim.state.people import PEOPLE
from sim.state.practices import PRACTICES
from sim.state.slots import SLOTS

WEEK: tuple[type[Process], ...] = (
    PolicyTimeline,
    RunningCosts,
    Requests,
    Agenda,
    Workload,
    Diaries,
    TimeAllocation,
    Preparation,
    Meetings,
    DecisionQuality,
    Repute,
    Implementation,
    Relationships,
    Informedness,
    Influence,
    Strain,
    Reward,
    Hope,
    PerformanceManagement,
    Engagement,
    Careers,
    Development,
    Succession,
)
"""Mechanisms in the order in which they run, each week."""

FOUNDING: tuple[Schema | type[Process], ...] = (
    CCGS,
    AREA_TEAMS,
    BODIES,
    PRACTICES,
    SLOTS,
    SEATS,
    ITEMS,
    RunningCosts,  # money decides how many posts there are
    PEOPLE,
    Succession,  # roles decide who hopes and who is told
)
"""How a world comes about: tables are laid and mechanisms start in this order.

After that tables that mechanisms bring are laid, and all other mechanisms start, in the order of the week.
"""


def schemas(processes: Sequence[Process | type[Process]]) -> list[Schema]:
    """Return what a world with these processes consists of."""
    laid = [schema for schema in FOUNDING if isinstance(schema, Schema)]
    return [*laid, *(schema for process in processes for schema in process.tables)]


def columns(processes: Sequence[Process | type[Process]], drivers: Drivers) -> Mapping[str, list[Column]]:
    """Return the columns that processes and drivers bring, by table."""
    found: dict[str, list[Column]] = {}
    for process in processes:
        for table, brought in process.columns.items():
            found.setdefault(table, []).extend(brought)
    found.setdefault("people", []).extend(drivers.columns())
    return found


def writers(processes: Sequence[Process | type[Process]]) -> Mapping[str, str]:
    """Return which process writes each column, as ``table.column``.

    Raises:
        ValueError: two processes write one column.
    """
    found: dict[str, str] = {}
    for process in processes:
        for column in sorted(process.access.writes):
            if (other := found.setdefault(column, process.name)) != process.name:
                raise ValueError(
                    f"process {process.name} writes {column}, which {other} writes; "
                    "allowed is a column or driver that it brings itself"
                )
    return found


def placed(own: Sequence[Process]) -> list[str]:
    """Return the names of all processes in the order of the week, those of a user's own at the place they ask for.

    Those that ask for one place come in the order given.

    Raises:
        ValueError: a place after a process that there is none of, or after one that waits for it.
    """
    house = [cls.name for cls in WEEK]
    known = [*house, *(process.name for process in own)]
    followers: dict[str, list[str]] = {}
    for process in own:
        if process.after and process.after not in known:
            near = difflib.get_close_matches(str(process.after), known, 1)
            allowed = ", ".join(name for name in known if name != process.name)
            hint = f"did you mean {near[0]}? " if near else ""
            raise ValueError(
                f"process {process.name}: after={process.after!r} is no process; {hint}allowed is {allowed}"
            )
        followers.setdefault(process.after, []).append(process.name)
    order: list[str] = []
    waiting = followers.get("", [])[::-1] + house[::-1]
    while waiting:
        order.append(waiting.pop())
        waiting += followers.get(order[-1], [])[::-1]
    if circle := [process for process in own if process.name not in order]:
        first, names = circle[0], ", ".join(process.name for process in circle)
        raise ValueError(
            f"process {first.name}: after={first.after!r} leads round in a circle ({names}); "
            "allowed is a process that does not wait for it"
        )
    return order


EVENTS: Mapping[str, Event] = {event.kind: event for process in WEEK for event in process.events}
"""Kinds of event that are reported, by name."""
