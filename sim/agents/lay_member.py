"""A lay member of the governing body."""

from sim.agents.people import Person


class LayMember(Person):
    """A lay member of the governing body."""
