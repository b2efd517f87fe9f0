"""Where business comes from: matters that GPs raise, plans that managers make, and which bodies meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.people import Kind
from sim.business.items import ItemKind
from sim.calendar import WEEKS_A_YEAR
from sim.luck import combine
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World

WEEKS_A_MONTH = WEEKS_A_YEAR / 12


@dataclass
class Agenda(Process):
    """GPs raise matters, managers make plans.

    A GP raises a matter in a week with probability
    ``rate / weeks a month x exp(lift (x - x0)) x (uninformed + informed)``; GPs opposed on principle raise none. A
    matter belongs to the locality if it is local, the locality has devolved powers and the value is within its limit;
    otherwise to the governing body. Managers put ``plans`` a month to the governing body, whatever the CCG's size.
    """

    name = "agenda"
    reads = (
        "people.key", "people.kind", "people.present", "people.opposed", "people.engagement", "people.informed",
        "people.practice", "people.ccg", "practices.locality", "bodies.months_between", "bodies.week_of_month",
        "bodies.limit", "ccgs.governing_body", "ccgs.key",
    )  # fmt: skip
    writes = ("bodies.meets",)
    appends = ("items",)
    evidence = (
        "c14_active_gps_per_locality",
        "devolved_budget_engages",
        "local_priorities_fit",
        "rubber_stamping",
    )

    rate: float = param(0.03, "matters/GP/month", "an average GP raises one in three years", low=0, high=1)
    lift: float = param(0.35, "1/latent", "the engaged raise more (same_few_volunteer)", low=0, high=2)
    reference: float = param(
        0.8, "latent", "engagement at which the rate holds: about the mean at the start", low=-5, high=5
    )
    uninformed: float = param(
        0.5, "ratio", "who knows nothing of the CCG raises a third of what the well informed raise "
        "(council_messages_stop_at_rep)", low=0, high=5, about="added to the share informed",
    )  # fmt: skip
    plans: float = param(2.0, "plans/CCG/month", "part of the procedural nine of twelve slots", low=0, high=20)
    local: float = param(0.6, "share", "matters that concern the locality alone (local_priorities_fit)", low=0, high=1)
    primary_care: float = param(0.3, "share", "matters about general practice itself", low=0, high=1)
    value_pounds: float = param(
        30_000, "pounds/year", "median; c14_locality_delegated_value caps most", low=100, high=10_000_000
    )
    value_spread: float = param(1.2, "sd of log", "from a small pilot to a service line", low=0, high=4)
    matter_minutes: float = param(
        3000, "minutes", "a business case: a week and a half of one manager", low=10, high=50_000
    )
    plan_minutes: float = param(9000, "minutes", "a plan: a month of one manager", low=10, high=200_000)
    merit: float = param(0.5, "sd", "mean worth of what is raised, in standard deviations", low=-3, high=3)

    def step(self, world: World) -> None:
        week, calendar = world.week, world.calendar
        bodies = world.bodies
        this_week = (bodies.week_of_month == calendar.week_of_month(week)) & (
            calendar.month(week) % np.maximum(bodies.months_between, 1) == 0
        )
        bodies.meets[:] = this_week | (bodies.months_between == 0)
        self._matters(world)
        self._plans(world)

    def _matters(self, world: World) -> None:
        people, luck, week = world.people, world.luck, world.week
        gp = world.rows(Kind.GP)
        chance = self.rate / WEEKS_A_MONTH * np.exp(self.lift * (people.engagement[gp] - self.reference))
        chance *= self.uninformed + people.informed[gp]
        raised = gp[(luck.uniform("agenda.raises", week, people.key[gp]) < chance) & ~people.opposed[gp]]
        if not raised.size:
            return
        key = combine(people.key[raised], week + 1_000_000)
        practice, ccg = people.practice[raised], people.ccg[raised]
        local = luck.uniform("agenda.local", week, key) < self.local
        value = np.rint(100 * self.value_pounds * np.exp(self.value_spread * luck.normal("agenda.value", week, key)))
        body = world.ccgs.governing_body[ccg]
        locality = world.practices.locality[practice]
        limit = np.where(locality >= 0, world.bodies.limit[np.maximum(locality, 0)], 0)
        own = local & (value <= limit)
        rows = world.items.append(
            raised.size, key=key, kind=ItemKind.MATTER, work=self.matter_minutes, originator=raised, practice=practice,
            ccg=ccg, body=np.where(own, locality, body), local=local, value=value, born=week,
            primary_care=luck.uniform("agenda.primary_care", week, key) < self.primary_care,
            merit=self.merit + luck.normal("agenda.merit", week, key),
        )  # fmt: skip
        world.events.add(
            "raised", week, ccg, person=raised, practice=practice, body=np.where(own, locality, body), item=rows,
            value=value / 100,
        )  # fmt: skip

    def _plans(self, world: World) -> None:
        c, luck, week = world.ccgs, world.luck, world.week
        made = np.flatnonzero(luck.uniform("agenda.plans", week, c.key) < self.plans / WEEKS_A_MONTH)
        if not made.size:
            return
        key = combine(c.key[made], week + 2_000_000)
        world.items.append(
            made.size, key=key, kind=ItemKind.PLAN, work=self.plan_minutes, ccg=made, body=c.governing_body[made],
            born=week,
            value=np.rint(100 * self.value_pounds * np.exp(self.value_spread * luck.normal("agenda.value", week, key))),
            merit=self.merit + luck.normal("agenda.merit", week, key),
        )  # fmt: skip
