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
from sim.mechanisms.business.decision_rights import decides
from sim.mechanisms.claims import Direction
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.codes import ItemKind, Kind, Stage
from sim.state.events import Event

WEEKS_A_MONTH = WEEKS_A_YEAR / 12
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass
class Agenda(Process):
    """GPs raise matters, managers make plans.

    A GP raises a matter in a week with probability
    ``rate / weeks a month x exp(lift (x - x0)) x (uninformed + informed)``; GPs opposed on principle raise none.
    Managers make ``plans`` a month, whatever the CCG's size. Each goes to the body that decides it
    (:func:`~sim.mechanisms.business.decision_rights.decides`).
    """

    name = "agenda"
    columns = {
        "bodies": (Column("meets", "bool", "-", "meets this week"),),
        "items": (Column("body", "int64", "row", "body that would decide it", of="bodies"),),
    }
    reads = {
        "people": "key kind present opposed engagement informed practice ccg",
        "practices": "locality",
        "items": "stage originator practice ccg local value primary_care",
        "bodies": "months_between week_of_month limit from_level",
        "ccgs": "general_body primary_care_body level key",
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
        bodies = world.bodies
        bodies.meets[:] = world.calendar.meets(world.week, bodies.months_between, bodies.week_of_month)
        raised = self._matters(world)
        self._plans(world)
        assign(world.items, world.practices, world.ccgs, bodies)
        if raised.size:
            items = world.items
            world.events.add(
                "raised",
                world.week,
                items.ccg[raised],
                person=items.originator[raised],
                practice=items.practice[raised],
                body=items.body[raised],
                item=raised,
                value=items.value[raised] / 100,
            )

    def _matters(self, world: View) -> Rows:
        people, luck, week = world.people, world.luck, world.week
        chance = self.rate / WEEKS_A_MONTH * np.exp(self.lift * (people.engagement - self.reference))
        drawn = luck.uniform("agenda.raises", week, people.key)
        raised = np.flatnonzero(raises_a_matter(people, self, chance, drawn))
        if not raised.size:
            return raised
        key = combine(people.key[raised], week + 1_000_000)
        value = np.rint(100 * self.value_pounds * np.exp(self.value_spread * luck.normal("agenda.value", week, key)))
        return world.append(
            "items",
            raised.size,
            key=key,
            kind=ItemKind.MATTER,
            work=self.matter_minutes,
            originator=raised,
            practice=people.practice[raised],
            ccg=people.ccg[raised],
            local=luck.uniform("agenda.local", week, key) < self.local,
            value=value,
            born=week,
            primary_care=luck.uniform("agenda.primary_care", week, key) < self.primary_care,
            merit=self.merit + luck.normal("agenda.merit", week, key),
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
            born=week,
            value=np.rint(100 * self.value_pounds * np.exp(self.value_spread * luck.normal("agenda.value", week, key))),
            merit=self.merit + luck.normal("agenda.merit", week, key),
        )


@rule
def assign(items: Table, practices: Table, ccgs: Table, bodies: Table) -> None:
    """Put open business before the body that decides it; a right that comes with delegation moves what waits."""
    for item in range(items.size):
        if items.stage[item] == Stage.OPEN:
            p, c = items.practice[item], items.ccg[item]
            items.body[item] = decides(
                items.local[item],
                items.value[item],
                items.primary_care[item],
                ccgs.level[c],
                practices.locality[p] if p >= 0 else -1,
                ccgs.general_body[c],
                ccgs.primary_care_body[c],
                bodies.limit,
                bodies.from_level,
            )


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
