"""Worlds at their limits, and what must be true in them. Every run also checks its own ledgers as it goes."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

USUAL = "usual"
"""Stands for the same outcome in the usual world, same seed."""
RELATIONS = {"=": operator.eq, "<": operator.lt, ">": operator.gt}


@dataclass(frozen=True)
class Claim:
    """What must be true in every run: an outcome, a relation (``=``, ``<``, ``>``), and a number or ``usual``.

    Attributes:
        words: the claim as a reader would say it.
        outcome: name in :data:`sim.studies.directions.OUTCOMES`, measured from go-live on.
        relation: key of :data:`RELATIONS`.
        bound: the number, or :data:`USUAL`.
    """

    words: str
    outcome: str
    relation: str
    bound: float | str

    def holds(self, here: float, usual: float) -> bool:
        """Tell whether it is true, given the outcome in this world and in the usual one."""
        return bool(RELATIONS[self.relation](here, usual if self.bound == USUAL else self.bound))


@dataclass(frozen=True)
class Extreme:
    """A world at its limits: what it is called, the values that make it, and what must be true in it."""

    name: str
    values: Mapping[str, Any]
    claims: tuple[Claim, ...]


NO_MONEY = {"timeline.allowance_pence": {2012: 0}, "running_costs.core": 0.0}
EXECUTIVES = 3.0

EXTREMES = (
    Extreme(
        "no money for posts",
        NO_MONEY,
        (
            Claim("only the three executives are funded", "posts funded", "=", EXECUTIVES),
            Claim("no GP session is paid", "GP sessions paid of those arranged", "=", 0),
            Claim("hardly a paper is ready in time", "papers in time", "<", 25),
            Claim("fewer matters are adopted", "matters adopted", "<", USUAL),
            Claim("more matters lapse", "matters that lapse", ">", USUAL),
        ),
    ),
    Extreme(
        "endless allowance",
        {"timeline.allowance_pence": {2012: 1_000_000}},
        (
            Claim("more posts are filled", "posts filled", ">", USUAL),
            Claim("more papers are ready in time", "papers in time", ">", USUAL),
            Claim("members still wait for room: some matters lapse", "matters that lapse", ">", 0),
        ),
    ),
    Extreme(
        "nobody interested",
        {
            "population.staff_shift": -3.0,
            "population.practice_manager_shift": -3.0,
            "population.salaried_shift": -3.0,
            "population.principals": 0.0,
            "population.salaried_hours": 46,
            "agenda.rate": 0.0,
            "succession.stands": 0.0,
        },
        (
            Claim("no matter is raised", "matters raised", "=", 0),
            Claim("no matter is adopted", "matters adopted", "=", 0),
            Claim("nobody is elected after the founders", "elections", "=", 0),
            Claim("seats fall empty", "empty seats", ">", USUAL),
            Claim("few members are at least somewhat engaged", "members at least somewhat engaged", "<", 25),
        ),
    ),
    Extreme(
        "everybody opposed",
        {"population.opposed_share": 1.0, "population.opposed_shift": -5.0},
        (
            Claim("no matter is raised", "matters raised", "=", 0),
            Claim("nobody stands", "elections", "=", 0),
            Claim("seats are empty", "empty seats", ">", USUAL),
            Claim("hardly a member is at least somewhat engaged", "members at least somewhat engaged", "<", 5),
        ),
    ),
    Extreme(
        "no room in meetings, nobody with an ear",
        {"meetings.room": 0, "meetings.ear": 0.0},
        (
            Claim("no matter is adopted", "matters adopted", "=", 0),
            Claim("matters are raised all the same", "matters raised", ">", 0),
            Claim("members feel less influence", "influence felt by members", "<", USUAL),
        ),
    ),
    Extreme(
        "no growth of demand",
        {"workload.growth": 0.0},
        (
            Claim("patients wait less", "wait for appointments", "<", USUAL),
            Claim("members are less strained", "strain of members", "<", USUAL),
        ),
    ),
    Extreme(
        "no requests or orders",
        {"requests.rate": 0.0, "requests.order_rate": 0.0},
        (
            Claim("nothing is asked for", "requests", "=", 0),
            Claim("nothing is ordered", "orders", "=", 0),
            Claim("no engagement is lost to orders", "engagement from orders imposed, members", "=", 0),
        ),
    ),
    Extreme(
        "a request and an order every week",
        {"requests.rate": 10.0, "requests.order_rate": 1.0},
        (
            Claim("every week of every CCG has one", "requests", ">", 52),
            Claim("fewer papers are ready in time", "papers in time", "<", USUAL),
            Claim("NHS England's pressure stays within a fifth", "pressure of NHS England", "<", 1.2),
            Claim("fewer members are at least somewhat engaged", "members at least somewhat engaged", "<", USUAL),
        ),
    ),
    Extreme(
        "endless business",
        {"agenda.rate": 1.0, "agenda.plans": 20.0},
        (
            Claim("more matters are raised", "matters raised", ">", USUAL),
            Claim("more of them lapse", "matters that lapse", ">", USUAL),
        ),
    ),
    Extreme(
        "no time",
        {"population.utilisation": 1.5, "time_allocation.evening_most": 0.0},
        (
            Claim("nobody works more than the contract", "strain of members", "<", USUAL),
            Claim("less is worked", "hours of everybody", "<", USUAL),
            Claim("representatives do less for the CCG", "CCG work done by representatives", "<", USUAL),
        ),
    ),
    Extreme(
        "everybody leaves and nobody comes",
        {
            "careers.principal": 0.99,
            "careers.salaried": 0.99,
            "careers.practice_manager": 0.99,
            "careers.manager": 0.99,
            "careers.other": 0.99,
            "careers.fill_gp": 0.0,
            "careers.fill_other": 0.0,
        },
        (
            Claim("nobody joins", "people who join", "=", 0),
            Claim("seats fall empty", "empty seats", ">", USUAL),
            Claim("posts fall empty", "posts filled", "<", USUAL),
        ),
    ),
)
"""All extremes."""

ALWAYS = (
    Claim("the run ends with its ledgers whole, no number infinite or missing", "numbers that are not finite", "=", 0),
)
"""What must be true in every one of them."""
