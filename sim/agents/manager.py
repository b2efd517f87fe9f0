"""A CCG manager; executives (accountable, finance, operating officer) sit on the governing body."""

from sim.agents.people import Person


class Manager(Person):
    """A CCG manager; executives (accountable, finance, operating officer) sit on the governing body."""


POST_MINUTES = 2250
"""Contracted week of a full-time post: 37.5 hours (national terms and conditions)."""
