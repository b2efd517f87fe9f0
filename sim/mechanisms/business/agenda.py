"""Where business comes from: matters that GPs raise, plans that managers make, and which bodies meet.

GPs propose, not practices: a site of many small practices is not heard more for that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.luck import combine
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.codes import ItemKind, Kind
from sim.state.events import Event

WEEKS_A_MONTH = WEEKS_A_YEAR / 12
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass
class Agenda(Process):
    """GPs raise matters, managers make plans.

    A GP raises a matter in a week with probability
    ``rate / weeks a month x exp(lift (x - x0)) x (uninformed + informed)``; GPs opposed on principle raise none. A
    matter belongs to the locality if it is local, the locality has devolved powers and the value is within its limit;
    otherwise to the governing body. Managers put ``plans`` a month to the governing body, whatever the CCG's size.
    """

    name = "agenda"
    columns = {"bodies": (Column("meets", "bool", "-", "meets this week"),)}
    reads = {
        "people": "key kind present opposed engagement informed practice ccg",
        "practices": "locality",
        "bodies": "months_between week_of_month limit",
        "ccgs": "governing_body key",
    }
    appends = ("items",)
    events = (
        Event(
            "raised",
            ("items.stage",),
            "{person} raised item {item}, a matter that would cost {value:,.0f} pounds a year",
        ),
    )
    evidence = ("c14_active_gps_per_locality", "devolved_budget_engages", "local_priorities_fit", "rubber_stamping")
    directions = (
        Direction(
            "agenda.plans",
            None,
            8,
            "matters that lapse",
            +1,
            "long_papers_no_strategy.strategic_work",
            "wide agendas of managers' plans leave less room for what members raise",
        ),
        Direction(
            "place.devolution",
            "none",
            None,
            "members at least somewhat engaged, devolved sites",
            +1,
            "devolved_budget_engages.engagement",
            "localities with money take up what members raise",
        ),
    )

    rate: float = param(
        0.03,
        "matters/GP/month",
        "matters that a GP of average engagement raises",
        within=(0, 1),
        source="an average GP raises one in three years",
    )
    lift: float = param(
        0.35,
        "1/latent",
        "how much more the engaged raise: exp(lift x engagement)",
        within=(0, 2),
        source="the engaged raise more (same_few_volunteer)",
    )
    reference: float = param(
        0.8, "latent", "engagement at which the rate holds", within=(-5, 5), source="about the mean at the start"
    )
    uninformed: float = param(
        0.5,
        "ratio",
        "added to the share informed",
        within=(0, 5),
        source="who knows nothing of the CCG raises a third of what the well informed raise "
        "(council_messages_stop_at_rep)",
    )
    plans: float = param(
        2.0,
        "plans/CCG/month",
        "plans that managers put to the governing body",
        within=(0, 20),
        source="part of the procedural nine of twelve slots",
    )
    local: float = param(
        0.6, "share", "matters that concern one locality alone", source="local_priorities_fit; size assumed"
    )
    primary_care: float = param(
        0.3, "share", "matters about general practice itself, not about what is bought", source="size assumed"
    )
    value_pounds: float = param(
        30_000,
        "pounds/year",
        "what the median item costs",
        within=(100, 10_000_000),
        source="c14_locality_delegated_value caps most; size assumed",
    )
    value_spread: float = param(
        1.2, "sd of log", "spread of what items cost", within=(0, 4), source="from a small pilot to a service line"
    )
    matter_minutes: float = param(
        3000,
        "minutes",
        "managers' work on the papers of one matter",
        within=(10, 50_000),
        source="a business case: a week and a half of one manager",
    )
    plan_minutes: float = param(
        9000,
        "minutes",
        "managers' work on the papers of one plan",
        within=(10, 200_000),
        source="a plan: a month of one manager",
    )
    merit: float = param(
        0.5,
        "sd",
        "mean worth of what is raised; its spread is 1",
        within=(-3, 3),
        source="more is worth doing than not; size assumed",
    )

    def step(self, world: View) -> None:
        week, calendar = world.week, world.calendar
        call_meetings(world.bodies, calendar.month(week), calendar.week_of_month(week))
        self._matters(world)
        self._plans(world)

    def _matters(self, world: View) -> None:
        people, luck, week = world.people, world.luck, world.week
        chance = self.rate / WEEKS_A_MONTH * np.exp(self.lift * (people.engagement - self.reference))
        drawn = luck.uniform("agenda.raises", week, people.key)
        raised = np.flatnonzero(raises_a_matter(people, self, chance, drawn))
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
        rows = world.append(
            "items",
            raised.size,
            key=key,
            kind=ItemKind.MATTER,
            work=self.matter_minutes,
            originator=raised,
            practice=practice,
            ccg=ccg,
            body=np.where(own, locality, body),
            local=local,
            value=value,
            born=week,
            primary_care=luck.uniform("agenda.primary_care", week, key) < self.primary_care,
            merit=self.merit + luck.normal("agenda.merit", week, key),
        )
        world.events.add(
            "raised",
            week,
            ccg,
            person=raised,
            practice=practice,
            body=np.where(own, locality, body),
            item=rows,
            value=value / 100,
        )

    def _plans(self, world: View) -> None:
        c, luck, week = world.ccgs, world.luck, world.week
        made = np.flatnonzero(luck.uniform("agenda.plans", week, c.key) < self.plans / WEEKS_A_MONTH)
        if not made.size:
            return
        key = combine(c.key[made], week + 2_000_000)
        world.append(
            "items",
            made.size,
            key=key,
            kind=ItemKind.PLAN,
            work=self.plan_minutes,
            ccg=made,
            body=c.governing_body[made],
            born=week,
            value=np.rint(100 * self.value_pounds * np.exp(self.value_spread * luck.normal("agenda.value", week, key))),
            merit=self.merit + luck.normal("agenda.merit", week, key),
        )


@rule
def call_meetings(bodies: Table, month: int, week_of_month: int) -> None:
    """Set which bodies meet: every week, or in one week of every so many months.

    Args:
        month: number of this month; ``week_of_month`` which week of it this is.
    """
    for b in range(bodies.size):
        cycle = bodies.months_between[b]
        bodies.meets[b] = cycle == 0 or (month % cycle == 0 and week_of_month == bodies.week_of_month[b])


@rule
def raises_a_matter(people: Table, own: Agenda, chance: Floats, drawn: Floats) -> Flags:
    """Return who raises a matter this week, shape (people,).

    Args:
        chance: of a GP as engaged as each person, if half informed.
        drawn: luck of each person, uniform.
    """
    raises = np.zeros(chance.size, dtype=np.bool_)
    for i in range(chance.size):
        if drawn[i] < chance[i] * (own.uninformed + people.informed[i]):  # seldom, so what is asked first
            raises[i] = people.present[i] and people.kind[i] == Kind.GP and not people.opposed[i]
    return raises
