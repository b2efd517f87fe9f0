"""Mechanisms, one a file. :data:`PROCESSES` is the week: the order in which they run."""

from __future__ import annotations

from sim.mechanisms.base import Process
from sim.mechanisms.business.agenda import Agenda
from sim.mechanisms.business.implementation import Implementation
from sim.mechanisms.business.meetings import Meetings
from sim.mechanisms.business.preparation import Preparation
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
from sim.mechanisms.time.time_allocation import TimeAllocation

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
