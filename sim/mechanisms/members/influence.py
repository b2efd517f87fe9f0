"""Influence as a belief: would a matter that I raised be heard?

A refusal with reasons counts for more than a matter never reached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import compiled, rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.business.decision_rights import decides
from sim.mechanisms.claims import Direction
from sim.state.codes import ItemKind, Kind

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass
class Influence(Process):
    """A belief b in [0, 1] that learns from outcomes, and else from repute.

    From matters settled this week, weighted by whose they are (own 1, practice, locality):
    ``b += sum w (credit - b) / (n + n0)``, ``n += sum w``. GPs on the governing body also learn from its plans: shaped
    by them counts as heard, settled beforehand as not. Everybody else's belief moves toward the reputation of the body
    that would decide: ``b += repute (R - b)``. Size and locality act through queue and acquaintance alone.
    """

    name = "influence"
    columns = {
        "people": (
            Column("influence", "float64", "share", "belief that a matter one raised would be heard", settable=True),
            Column("influence_evidence", "float64", "matters", "outcomes behind the belief", settable=True),
        )
    }
    reads = {
        "people": "present kind practice ccg on_governing_body",
        "items": "settled credit kind originator practice ccg shaped",
        "practices": "locality ccg",
        "bodies": "reputation limit from_level",
        "ccgs": "general_body primary_care_body level",
    }
    writes = {"people": "pull_influence"}
    evidence = (
        "smaller_ccg_more_ownership",
        "localities_restore_ownership",
        "leader_member_gap",
        "better_than_pct_baseline",
        "advisory_role_disengages",
        "rubber_stamping",
        "h15_influence",
        "council_one_way",
    )
    directions = (
        Direction(
            "meetings.room",
            0,
            None,
            "engagement from feeling of being heard, members",
            +1,
            "advisory_role_disengages.engagement",
            "members' matters are decided instead of left waiting",
            away=True,
        ),
    )

    beta: float = param(
        1.2,
        "latent",
        "engagement of a person sure to be heard beside one sure not to be",
        within=(0, 5),
        source="influence drives engagement (advisory_role_disengages); size assumed",
    )
    prior: float = param(
        4,
        "matters",
        "outcomes that what is recalled of the PCT weighs as much as",
        within=(0.1, 100),
        source="size assumed",
    )
    of_practice: float = param(
        0.5, "weight", "weight of a colleague's matter beside one's own", within=(0, 1), source="size assumed"
    )
    of_locality: float = param(
        0.05, "weight", "weight of a matter of another practice in the locality", within=(0, 1), source="size assumed"
    )
    of_plan: float = param(
        0.15,
        "weight",
        "weight of one plan for a GP of the governing body",
        within=(0, 1),
        source="one plan before a GP of the governing body (rubber_stamping)",
    )
    of_general_practice: float = param(
        0.3,
        "weight",
        "weight of the repute of a body that decides on general practice alone, where there is one",
        within=(0, 1),
        source="about as many matters are about general practice; size assumed",
    )
    repute: float = param(
        0.012,
        "1/week",
        "how fast the belief of those without an outcome moves to the body's repute",
        within=(0, 1),
        source="beliefs follow repute within about a year",
    )

    def start(self, world: View) -> None:
        people = world.people
        known = repute(world.practices, world.ccgs, world.bodies, self)
        people.influence[:] = known[np.where(people.practice >= 0, people.practice, world.practices.size + people.ccg)]
        people.pull_influence[:] = self.beta * people.influence

    def step(self, world: View) -> None:
        if not world.frozen:
            known = repute(world.practices, world.ccgs, world.bodies, self)
            learn(world.people, world.practices, world.ccgs, world.bodies, world.items, self, known, world.week)


@rule
def learn(
    people: Table, practices: Table, ccgs: Table, bodies: Table, items: Table, own: Influence, known: Floats, week: int
) -> None:
    """Let everybody learn from what was settled this week; who hears of nothing moves toward repute.

    Args:
        known: repute of who would decide what members of each practice might raise, and others of each CCG.
        week: of the run.
    """
    # how many were items.settled and the credit in all, by whose they are
    of_person, of_practice = np.zeros((people.size, 2)), np.zeros((practices.size, 2))
    of_locality, plans = np.zeros((bodies.size, 2)), np.zeros((ccgs.size, 2))
    for item in range(items.size):
        if items.settled[item] != week:
            continue
        if items.kind[item] == ItemKind.PLAN:
            count(plans, items.ccg[item], 1.0 if items.shaped[item] else 0.0)
        else:
            p = items.practice[item]
            count(of_person, items.originator[item], items.credit[item])
            count(of_practice, p, items.credit[item])
            if practices.locality[p] >= 0:
                count(of_locality, practices.locality[p], items.credit[item])

    told = own.of_practice * of_practice  # to every GP of a practice: weight of outcomes, and weighted credit
    for p in range(practices.size):
        locality = practices.locality[p]
        if locality >= 0:
            for k in range(2):
                told[p, k] += own.of_locality * (of_locality[locality, k] - of_practice[p, k])

    for i in range(people.size):
        if not people.present[i]:
            continue
        weight, credit = 0.0, 0.0
        if people.kind[i] == Kind.GP:
            p, c = people.practice[i], people.ccg[i]
            weight = told[p, 0] + (1 - own.of_practice) * of_person[i, 0]
            credit = told[p, 1] + (1 - own.of_practice) * of_person[i, 1]
            if people.on_governing_body[i]:
                weight += own.of_plan * plans[c, 0]
                credit += own.of_plan * plans[c, 1]
        belief, evidence = people.influence[i], people.influence_evidence[i]
        if weight > 0:
            people.influence[i] += (credit - weight * belief) / (evidence + own.prior + weight)
            people.influence_evidence[i] += weight
        else:
            place = people.practice[i] if people.practice[i] >= 0 else practices.size + people.ccg[i]
            people.influence[i] += own.repute * (known[place] - belief)
        people.pull_influence[i] = own.beta * people.influence[i]


@compiled
def count(tally: Floats, row: int, credit: float) -> None:
    """Count an outcome in a tally of numbers and credit, shape (rows, 2)."""
    tally[row, 0] += 1
    tally[row, 1] += credit


@rule
def repute(practices: Table, ccgs: Table, bodies: Table, own: Influence) -> Floats:
    """Return how matters fare that somebody might raise, by the repute of who would decide them.

    Returns:
        By practice, and then by CCG for those who work in none, shape (practices + ccgs,).
    """
    known = np.zeros(practices.size + ccgs.size)
    for k in range(known.size):
        c = practices.ccg[k] if k < practices.size else k - practices.size
        locality = practices.locality[k] if k < practices.size else -1
        general, primary, level = ccgs.general_body[c], ccgs.primary_care_body[c], ccgs.level[c]
        usual = decides(True, 1, False, level, locality, general, primary, bodies.limit, bodies.from_level)
        of_practice = decides(True, 1, True, level, locality, general, primary, bodies.limit, bodies.from_level)
        known[k] = bodies.reputation[usual]
        if of_practice != usual:
            known[k] += own.of_general_practice * (bodies.reputation[of_practice] - known[k])
    return known
