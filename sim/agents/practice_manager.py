"""The manager of a practice: runs its business and links it to the CCG."""

from sim.agents.people import Person


class PracticeManager(Person):
    """The manager of a practice: runs its business and links it to the CCG."""
