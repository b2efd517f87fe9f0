"""A general practitioner, principal or salaried, with or without a role in the CCG."""

from sim.agents.people import Person


class GP(Person):
    """A general practitioner, principal or salaried, with or without a role in the CCG."""
