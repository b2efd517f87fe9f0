"""NHS England's requests, the planning round and authorisation: work with a deadline, and consultation skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Table
from sim.mechanisms.base import Process
from sim.settings.money import POST_MINUTES
from sim.state.people import Kind, Role, Work

if TYPE_CHECKING:
    from sim.state.world import World

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
    reads = (
        "ccgs.key", "ccgs.posts", "ccgs.nhse_contact", "ccgs.live", "ccgs.member_council", "bodies.months_between",
        "bodies.week_of_month", "people.role", "people.ccg", "people.present", "people.kind", "people.informed",
        "people.demand", "people.undone", "area_teams.ccg",
    )  # fmt: skip
    writes = (
        "ccgs.request_minutes", "area_teams.pressure", "people.kick_unconsulted", "people.kick_imposed",
        "people.deadline",
    )  # fmt: skip
    evidence = (
        "short_deadlines_skip_consultation", "national_imposition_disengages", "h15_plan_request_window",
        "authorisation_diverts_effort", "personal_contacts_fix", "h15_tight_deadline_sites", "m18_one_day_return",
    )  # fmt: skip

    rate: float = param(
        0.4, "requests/week", "requests of NHS England to one CCG", low=0, high=10,
        source="nhse_requests: a steady stream, not counted",
    )  # fmt: skip
    hours: float = param(
        20, "hours", "managers' work that the median request takes", low=0, high=500,
        source="from one-day returns to bids; not counted, assumed",
    )  # fmt: skip
    hours_spread: float = param(
        1.0, "sd of log", "spread of managers' work between requests", low=0, high=3,
        source="from a one-day return to months of work",
    )  # fmt: skip
    members_concerned: float = param(
        0.2, "share", "requests on which members should be consulted", low=0, high=1,
        source="most concern managers alone; assumed",
    )  # fmt: skip
    days: float = param(
        21, "days", "time given for the median request", low=1, high=365,
        source="m18_one_day_return to m18_8to8_procurement",
    )  # fmt: skip
    days_spread: float = param(
        1.0, "sd of log", "spread of the time given between requests", low=0, high=3,
        source="the range from m18_one_day_return to m18_8to8_procurement",
    )  # fmt: skip
    order_rate: float = param(
        0.02, "orders/week", "national orders that a CCG has to pass down to its practices", low=0, high=1,
        source="new_access_orders: about one a year",
    )  # fmt: skip
    planning_posts: float = param(
        0.12, "share", "part of managers' week that the planning round takes", low=0, high=1,
        source="h15_plan_request_window; size assumed",
    )  # fmt: skip
    authorisation_posts: float = param(
        0.15, "share", "part of managers' week that authorisation takes", low=0, high=1,
        source="authorisation_diverts_effort; size assumed",
    )  # fmt: skip
    planning_leader_hours: float = param(
        4, "hours/week", "what the planning round asks of each GP leader", low=0, high=40,
        source="h15_plan_request_window; size assumed",
    )  # fmt: skip
    authorisation_leader_hours: float = param(
        6, "hours/week", "what authorisation asks of each GP leader", low=0, high=40,
        source="authorisation_diverts_effort; c14_authorisation_documents (hundreds)",
    )  # fmt: skip
    kick: float = param(
        0.10, "latent", "engagement that a representative loses when consultation is skipped", low=0, high=1,
        source="short_deadlines_skip_consultation; size assumed",
    )  # fmt: skip
    order_kick: float = param(
        0.05, "latent", "engagement that a fully informed member loses by an order", low=0, high=1,
        source="national_imposition_disengages; size assumed",
    )  # fmt: skip
    unknown: float = param(
        1.3, "ratio", "hours of a request where nobody at NHS England is known", low=1, high=5,
        source="personal_contacts_fix; size assumed",
    )  # fmt: skip
    known: float = param(
        0.7, "ratio", "hours of a request where everybody is known", low=0.1, high=1,
        source="personal_contacts_fix; size assumed",
    )  # fmt: skip
    pressure_most: float = param(
        0.2, "share", "how far missed deadlines can raise the rate of requests", low=0, high=0.9,
        source="feedback is bounded: requests move by a fifth at most",
    )  # fmt: skip
    pressure_gain: float = param(
        0.02, "1/week", "how fast the rate of requests follows missed deadlines", low=0, high=1,
        source="ratings follow missed deadlines slowly",
    )  # fmt: skip

    def step(self, world: World) -> None:
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
            leader = (people.role >= Role.LOCALITY_LEAD) & (people.role <= Role.CHAIR)
            people.deadline[leader] = round(60 * hours)

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
            told = people.present & (people.kind <= Kind.PRACTICE_MANAGER) & ordered[people.ccg]
            people.kick_imposed[told] = -self.order_kick * people.informed[told]
            world.events.add("order", week, ccg=orders)

    def _unconsulted(self, world: World, asked: Rows) -> Flags:
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

    def _weeks_to_council(self, world: World, first: int, ccgs: Rows) -> Rows:
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
    for i in range(people.kind.size):
        if people.present[i] and people.kind[i] == Kind.MANAGER:
            asked[people.ccg[i]] += people.demand[i, Work.DEADLINE]
            missed[people.ccg[i]] += people.undone[i, Work.DEADLINE]
    pressure = np.ones(ccgs)
    for team in range(teams.pressure.size):
        c = teams.ccg[team]
        target = 1 - own.pressure_most + min(missed[c] / max(asked[c], 1.0), 2 * own.pressure_most)
        teams.pressure[team] += own.pressure_gain * (target - teams.pressure[team])
        pressure[c] = teams.pressure[team]
    return pressure
