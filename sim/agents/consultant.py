"""The secondary care consultant on the governing body."""

from sim.agents.people import Person


class Consultant(Person):
    """The secondary care consultant on the governing body."""
