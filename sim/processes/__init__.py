"""Mechanisms, one a file. :data:`PROCESSES` is the week: the order in which they run."""

from __future__ import annotations

from sim.processes.agenda import Agenda
from sim.processes.base import Process
from sim.processes.careers import Careers
from sim.processes.development import Development
from sim.processes.engagement import Engagement
from sim.processes.hope import Hope
from sim.processes.implementation import Implementation
from sim.processes.influence import Influence
from sim.processes.informedness import Informedness
from sim.processes.meetings import Meetings
from sim.processes.performance_management import PerformanceManagement
from sim.processes.policy_timeline import PolicyTimeline
from sim.processes.preparation import Preparation
from sim.processes.relationships import Relationships
from sim.processes.requests import Requests
from sim.processes.reward import Reward
from sim.processes.running_costs import RunningCosts
from sim.processes.strain import Strain
from sim.processes.succession import Succession
from sim.processes.time_allocation import TimeAllocation
from sim.processes.workload import Workload

PROCESSES: tuple[type[Process], ...] = (
    PolicyTimeline,
    RunningCosts,
    Requests,
    Agenda,
    Workload,
    TimeAllocation,
    Preparation,
    Meetings,
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

__all__ = [
    "PROCESSES",
    "Agenda",
    "Careers",
    "Development",
    "Engagement",
    "Hope",
    "Implementation",
    "Influence",
    "Informedness",
    "Meetings",
    "PerformanceManagement",
    "PolicyTimeline",
    "Preparation",
    "Process",
    "Relationships",
    "Requests",
    "Reward",
    "RunningCosts",
    "Strain",
    "Succession",
    "TimeAllocation",
    "Workload",
]
