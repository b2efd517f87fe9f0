"""Agent kinds: declared columns and Mesa views, one kind a file."""

from sim.agents.area_team import AreaTeam
from sim.agents.ccg import CCG
from sim.agents.consultant import Consultant
from sim.agents.gp import GP
from sim.agents.lay_member import LayMember
from sim.agents.manager import Manager
from sim.agents.nurse import Nurse
from sim.agents.observer import Observer
from sim.agents.people import Kind, Person
from sim.agents.practice import Practice
from sim.agents.practice_manager import PracticeManager

PERSON_CLASSES: dict[Kind, type[Person]] = {
    Kind.GP: GP,
    Kind.PRACTICE_MANAGER: PracticeManager,
    Kind.MANAGER: Manager,
    Kind.LAY_MEMBER: LayMember,
    Kind.NURSE: Nurse,
    Kind.CONSULTANT: Consultant,
    Kind.OBSERVER: Observer,
}

__all__ = [
    "CCG",
    "GP",
    "PERSON_CLASSES",
    "AreaTeam",
    "Consultant",
    "LayMember",
    "Manager",
    "Nurse",
    "Observer",
    "Person",
    "Practice",
    "PracticeManager",
]
