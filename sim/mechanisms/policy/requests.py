"""NHS England's requests, the planning round and authorisation: work with a deadline, and consultation skipped.

A request costs managers time whatever happens; only the missing consultation is felt by members, so that one event does
not count twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.settings.money import POST_MINUTES
from sim.state.codes import LEADS, MEMBERS, Kind, Role, Work
from sim.state.events import Event

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass
class Requests(Process):
    """Work that the PCT cluster, later NHS England, asks for by a date.

    Each week a CCG gets a request with probability ``rate x pressure``; it costs managers lognormal hours, from
    ``unknown`` times as many where nobody at NHS England is known to ``known`` times where everybody is. A request that
    concerns members and is due before the member council meets skips consultation: representatives are kicked. So does
    the planning round of a winter when it closes without a council. An order is passed down to everybody. Pressure
    rises by at most ``pressure_most`` when deadline work stays undone.
    """

    name = "requests"
    columns = {
        "people": (Column("deadline", "int32", "minutes/week", "leaders' part in authorisation and planning"),),
        "ccgs": (Column("request_minutes", "float64", "minutes/week", "managers' work with an NHSE deadline"),),
        "area_teams": (
            Column("pressure", "float64", "ratio", "rate of requests, 1 = usual", default=1.0, settable=True),
        ),
    }
    reads = {
        "ccgs": "key posts nhse_contact live member_council",
        "bodies": "months_between week_of_month",
        "people": "role ccg present kind informed demand undone",
        "area_teams": "ccg",
    }
    writes = {"people": "kick_unconsulted kick_imposed"}
    events = (
        Event("request", ("ccgs.request_minutes",)),
        Event(
            "consultation_skipped",
            ("people.kick_unconsulted",),
            "a decision in {ccg} was due before its practices could be asked",
        ),
        Event("order", ("people.kick_imposed",), "an order of NHS England was passed down to the members of {ccg}"),
    )
    evidence = (
        "short_deadlines_skip_consultation",
        "national_imposition_disengages",
        "h15_plan_request_window",
        "authorisation_diverts_effort",
        "personal_contacts_fix",
        "h15_tight_deadline_sites",
        "m18_one_day_return",
    )
    directions = (
        Direction(
            "requests.rate",
            None,
            3.0,
            "papers in time",
            -1,
            "fire_fighting_leaves_no_time.strategic_work",
            "urgent requests come before papers",
        ),
        Direction(
            "requests.days",
            None,
            5,
            "engagement from consultation skipped, representatives",
            -1,
            "short_deadlines_skip_consultation.engagement",
            "what is due before the council meets skips it",
        ),
        Direction(
            "requests.order_rate",
            None,
            0.2,
            "engagement from orders imposed, members",
            -1,
            "national_imposition_disengages.engagement",
            "national orders are passed down more often",
        ),
    )

    rate: float = param(
        0.4,
        "requests/week",
        "requests of NHS England to one CCG",
        within=(0, 10),
        source="nhse_requests: a steady stream, not counted",
    )
    hours: float = param(
        20,
        "hours",
        "managers' work that the median request takes",
        within=(0, 500),
        source="from one-day returns to bids; not counted, assumed",
    )
    hours_spread: float = param(
        1.0,
        "sd of log",
        "spread of managers' work between requests",
        within=(0, 3),
        source="from a one-day return to months of work",
    )
    members_concerned: float = param(
        0.2, "share", "requests on which members should be consulted", source="most concern managers alone; assumed"
    )
    days: float = param(
        21,
        "days",
        "time given for the median request",
        within=(1, 365),
        source="m18_one_day_return to m18_8to8_procurement",
    )
    days_spread: float = param(
        1.0,
        "sd of log",
        "spread of the time given between requests",
        within=(0, 3),
        source="the range from m18_one_day_return to m18_8to8_procurement",
    )
    order_rate: float = param(
        0.02,
        "orders/week",
        "national orders that a CCG has to pass down to its practices",
        within=(0, 1),
        source="new_access_orders: about one a year",
    )
    planning_posts: float = param(
        0.12,
        "share",
        "part of managers' week that the planning round takes",
        source="h15_plan_request_window; size assumed",
    )
    authorisation_posts: float = param(
        0.15,
        "share",
        "part of managers' week that authorisation takes",
        source="authorisation_diverts_effort; size assumed",
    )
    planning_leader_hours: float = param(
        4,
        "hours/week",
        "what the planning round asks of each GP leader",
        within=(0, 40),
        source="h15_plan_request_window; size assumed",
    )
    authorisation_leader_hours: float = param(
        6,
        "hours/week",
        "what authorisation asks of each GP leader",
        within=(0, 40),
        source="authorisation_diverts_effort; c14_authorisation_documents (hundreds)",
    )
    kick: float = param(
        0.10,
        "latent",
        "engagement that a representative loses when consultation is skipped",
        within=(0, 1),
        source="short_deadlines_skip_consultation; size assumed",
    )
    order_kick: float = param(
        0.05,
        "latent",
        "engagement that a fully informed member loses by an order",
        within=(0, 1),
        source="national_imposition_disengages; size assumed",
    )
    unknown: float = param(
        1.3,
        "ratio",
        "hours of a request where nobody at NHS England is known",
        within=(1, 5),
        source="personal_contacts_fix; size assumed",
    )
    known: float = param(
        0.7,
        "ratio",
        "hours of a request where everybody is known",
        within=(0.1, 1),
        source="personal_contacts_fix; size assumed",
    )
    pressure_most: float = param(
        0.2,
        "share",
        "how far missed deadlines can raise the rate of requests",
        within=(0, 0.9),
        source="feedback is bounded: requests move by a fifth at most",
    )
    pressure_gain: float = param(
        0.02,
        "1/week",
        "how fast the rate of requests follows missed deadlines",
        within=(0, 1),
        source="ratings follow missed deadlines slowly",
    )

    def step(self, world: View) -> None:
        c, people, week, luck, calendar = world.ccgs, world.people, world.week, world.luck, world.calendar
        pressure = follow_deadlines(people, world.area_teams, self, c.size)
        asked = np.flatnonzero(luck.uniform("requests.arrives", week, c.key) < self.rate * pressure)
        work = self.hours * np.exp(self.hours_spread * luck.normal("requests.hours", week, c.key[asked]))
        c.request_minutes[:] = 0.0
        c.request_minutes[asked] = 60 * work * (self.unknown - (self.unknown - self.known) * c.nhse_contact[asked])
        world.events.add("request", week, ccg=asked, value=work)

        in_round, authorising = calendar.in_planning_round(week), calendar.in_authorisation(week)
        people.deadline[:] = 0
        if in_round or authorising:
            share = self.planning_posts * in_round + self.authorisation_posts * authorising
            c.request_minutes[:] += share * c.posts * POST_MINUTES
            hours = self.planning_leader_hours * in_round + self.authorisation_leader_hours * authorising
            people.deadline[LEADS[people.role]] = round(60 * hours)

        unconsulted = self._unconsulted(world, asked)
        skips = np.flatnonzero(unconsulted)
        people.kick_unconsulted[:] = 0.0
        if skips.size:
            representative = people.present & (people.role == Role.REPRESENTATIVE)
            people.kick_unconsulted[representative & unconsulted[people.ccg]] = -self.kick
            world.events.add("consultation_skipped", week, ccg=skips)

        ordered = c.live & (luck.uniform("requests.order", week, c.key) < self.order_rate)
        orders = np.flatnonzero(ordered)
        people.kick_imposed[:] = 0.0
        if orders.size:
            told = people.present & MEMBERS[people.kind] & ordered[people.ccg]
            people.kick_imposed[told] = -self.order_kick * people.informed[told]
            world.events.add("order", week, ccg=orders)

    def _unconsulted(self, world: View, asked: Rows) -> Flags:
        """Return which CCGs skip consultation this week, shape (ccgs,).

        Args:
            asked: rows of those that got a request.
        """
        c, week, luck, calendar = world.ccgs, world.week, world.luck, world.calendar
        unconsulted = np.zeros(c.size, dtype=bool)
        live = asked[c.live[asked]]
        concerned = live[luck.uniform("requests.concerns", week, c.key[live]) < self.members_concerned]
        if concerned.size:
            deadline = self.days * np.exp(self.days_spread * luck.normal("requests.days", week, c.key[concerned])) / 7
            unconsulted[concerned] = deadline < self._weeks_to_council(world, 1, concerned)
        if calendar.in_planning_round(week) and not calendar.in_planning_round(week + 1):
            opened = week
            while calendar.in_planning_round(opened - 1):
                opened -= 1
            unconsulted |= self._weeks_to_council(world, opened - week, np.arange(c.size)) > 0
        return unconsulted

    def _weeks_to_council(self, world: View, first: int, ccgs: Rows) -> Rows:
        """Return the weeks from now to the first member council of some CCGs that is ``first`` weeks away or more."""
        bodies, council = world.bodies, world.ccgs.member_council[ccgs]
        cycles = list(zip(bodies.months_between[council].tolist(), bodies.week_of_month[council].tolist(), strict=True))
        ahead = {cycle: world.calendar.weeks_to_meeting(world.week + first, *cycle) for cycle in set(cycles)}
        return first + np.array([ahead[cycle] for cycle in cycles])


@rule
def follow_deadlines(people: Table, teams: Table, own: Requests, ccgs: int) -> Floats:
    """Let missed deadline work raise the rate of requests, by a fifth at most, and good order lower it.

    Args:
        ccgs: how many there are.

    Returns:
        Pressure on each CCG, shape (ccgs,); 1 where no team asks.
    """
    asked, missed = np.zeros(ccgs), np.zeros(ccgs)
    for i in range(people.size):
        if people.present[i] and people.kind[i] == Kind.MANAGER:
            asked[people.ccg[i]] += people.demand[i, Work.DEADLINE]
            missed[people.ccg[i]] += people.undone[i, Work.DEADLINE]
    pressure = np.ones(ccgs)
    for team in range(teams.size):
        c = teams.ccg[team]
        target = 1 - own.pressure_most + min(missed[c] / max(asked[c], 1.0), 2 * own.pressure_most)
        teams.pressure[team] += own.pressure_gain * (target - teams.pressure[team])
        pressure[c] = teams.pressure[team]
    return pressure
