"""Somebody who is present and takes no part: no practice, no seat, no ties."""

from sim.agents.people import Person


class Observer(Person):
    """Somebody who is present and takes no part: no practice, no seat, no ties."""
