"""The nurse on the governing body."""

from sim.agents.people import Person


class Nurse(Person):
    """The nurse on the governing body."""
