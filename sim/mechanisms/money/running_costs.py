"""The running-cost allowance: what it buys in posts and paid GP sessions, and who loses when it is cut.

The five heads are governance, staff, GP sessions, support unit and non-pay. The real cut of 2015/16 is part of the
timeline and so of the baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import Direction
from sim.settings.money import CHEAPEST_POST, EXECUTIVES, FULL_ALLOWANCE, HEADS, POST_MINUTES, most_posts
from sim.state.ledger import Broken

GOVERNANCE, STAFF, SESSIONS, SUPPORT, NON_PAY = range(len(HEADS))


@dataclass
class RunningCosts(Process):
    """Split the allowance by head each April; integer pence, so that the heads sum to the allowance exactly.

    At the full allowance: fixed governance (shared with partners), support unit as contracted, GP sessions as arranged,
    and the rest to staff but for a share of non-pay. If the allowance is smaller, every head falls pro rata, none below
    ``core`` of its full size unless there is no money for that; non-pay has what the others leave;
    ``posts = staff / cost of a post``; ``session_share = sessions paid / arranged``.
    Standing duties follow the staff that the full allowance would pay: posts go, duties stay.
    Before go-live CCGs have no allowance: staff and sessions are lent by the PCT at the level of the first year.
    """

    name = "running_costs"
    columns = {
        "people": (Column("sessions", "int32", "minutes/week", "paid CCG time"),),
        "ccgs": (
            Column("allowance", "int64", "pence/year", "running-cost allowance"),
            Column("budget", "int64", "pence/year", "allowance by head (HEADS)", width=len(HEADS)),
            Column("support_posts", "float64", "posts", "posts that the support unit's contract pays"),
            Column("posts", "int32", "posts", "CCG posts that the staff budget pays"),
            Column("session_share", "float64", "share", "paid sessions affordable, of those in the arrangement"),
            Column("duties", "float64", "minutes/week", "standing duties of managers; they stay when posts go"),
        ),
    }
    reads = {"ccgs": "population site", "seats": "ccg minutes person", "people": "ccg"}
    evidence = (
        "c14_ccg_running_cost",
        "h15_running_cost_cut",
        "h15_csu_spend_2013_14",
        "h15_csu_spend_2014_15",
        "budget_caps_sessions",
        "cuts_meet_growing_duties",
        "less_management_money",
        "joint_working_saves_and_costs",
    )
    directions = (
        Direction(
            "running_costs.further_cut",
            None,
            0.2,
            "posts filled",
            -1,
            "less_management_money.staff_capacity",
            "less money pays fewer managers",
            since="co_commissioning",
        ),
        Direction(
            "running_costs.further_cut",
            None,
            0.2,
            "papers in time",
            -1,
            "reactive_not_proactive.proactive_work",
            "standing duties stay when posts go; planned work gives way",
            since="co_commissioning",
        ),
        Direction(
            "running_costs.further_cut",
            None,
            0.2,
            "CCG work done by leaders",
            -1,
            "budget_caps_sessions.time_available",
            "fewer sessions are paid and leaders do what fits",
            since="co_commissioning",
        ),
    )

    further_cut: float = param(
        0.0,
        "share",
        "share taken from the allowance from April 2015 on",
        within=(0, 0.33),
        source="scenario lever, on top of the real cut of 2015/16; never below a core",
    )
    post_pounds: float = param(
        60_000,
        "pounds/year",
        "what an average CCG post costs, on-costs included",
        within=(CHEAPEST_POST // 100, 300_000),
        source="not counted in the evidence; assumed",
    )
    session_pounds: float = param(
        340, "pounds", "what a CCG pays for one GP session", within=(50, 2000), source="usual payment; assumed"
    )
    session_minutes: float = param(
        250, "minutes", "length of a paid GP session", within=(60, 600), source="a session is nominally 4 h 10 min"
    )
    session_weeks: float = param(
        46,
        "weeks/year",
        "weeks of a year for which sessions are paid",
        within=(1, 52),
        source="leave is not backfilled; assumed",
    )
    governance_pounds: float = param(
        500_000,
        "pounds/year",
        "fixed cost of a CCG whatever its size: senior team, lay members, audit",
        within=(0, 5_000_000),
        source="senior team, lay members, audit: much the same whatever the size (size_of_ccg_and_overhead)",
    )
    shared_saving: float = param(
        0.1,
        "share",
        "part of fixed governance saved by sharing posts with partners",
        source="joint_working_saves_and_costs: shared single posts",
    )
    team_saving: float = param(
        0.4,
        "share",
        "part of fixed governance saved by sharing the management team",
        source="h15_site_e_history: one management team for an alliance",
    )
    non_pay: float = param(
        0.2,
        "share",
        "premises, IT and travel, of what staff and these have together",
        source="premises, IT, travel: of what staff and non-pay have together",
    )
    core: float = param(
        0.6,
        "share",
        "part of each head's full size that no cut goes below",
        source="a statutory core has to be kept; its size is assumed",
    )
    duty_share: float = param(
        0.75,
        "share",
        "part of a full team's week that standing duties take; the rest is for change",
        within=(0, 2),
        source="reactive_not_proactive; size assumed",
    )

    def start(self, world: View) -> None:
        if world.live:
            self._year(world)
            return
        self._budget(world, FULL_ALLOWANCE, world.calendar.financial_year(world.calendar.go_live_week))
        world.ccgs.allowance[:] = 0  # the PCT still holds the money; its staff and support unit serve the shadow CCG
        world.ccgs.budget[:] = 0

    def step(self, world: View) -> None:
        calendar, week = world.calendar, world.week
        if week == calendar.go_live_week or (world.live and calendar.starts_financial_year(week)):
            self._year(world)
        pay_sessions(world.people, world.seats, world.ccgs)

    def _year(self, world: View) -> None:
        """Split the allowance of the financial year."""
        calendar, week = world.calendar, world.week
        pence = calendar.allowance_pence(week)
        if week >= calendar.co_commissioning_week:
            pence = round(pence * (1 - self.further_cut))
        self._budget(world, pence, calendar.financial_year(week))

    def full_heads(self, world: View, year: int) -> NDArray[np.int64]:
        """Return what each head takes at the full allowance in pence, shape (ccgs, heads).

        Where governance, support unit and sessions take more than there is, staff and non-pay get nothing.
        """
        c, seats = world.ccgs, world.seats
        sites = [world.sites[i] for i in c.site]
        total = c.population * FULL_ALLOWANCE
        saving = [(self.team_saving if s.shared_team else self.shared_saving) * (s.partners > 0) for s in sites]
        heads = np.zeros((c.size, len(HEADS)), dtype=np.int64)
        heads[:, GOVERNANCE] = np.minimum(np.rint(self.governance_pounds * 100 * (1 - np.asarray(saving))), total // 2)
        spent = [_in_force(s.support_unit_pence, year) for s in sites]
        heads[:, SUPPORT] = c.population * np.array(spent, dtype=np.int64)
        a_week = np.bincount(seats.ccg, seats.minutes, c.size) / self.session_minutes
        heads[:, SESSIONS] = np.rint(a_week * self.session_weeks * self.session_pounds * 100)
        rest = np.maximum(total - heads.sum(axis=1), 0)
        heads[:, STAFF] = np.rint(rest * (1 - self.non_pay))
        heads[:, NON_PAY] = np.maximum(total - heads.sum(axis=1), 0)
        return heads

    def _budget(self, world: View, pence: int, year: int) -> None:
        c = world.ccgs
        full = self.full_heads(world, year)
        share = max(pence / FULL_ALLOWANCE, self.core)
        heads = np.floor(full * share).astype(np.int64)
        c.allowance[:] = c.population * pence
        fits = np.minimum(c.allowance / np.maximum(heads[:, :NON_PAY].sum(axis=1), 1), 1)
        heads[:, :NON_PAY] = np.floor(heads[:, :NON_PAY] * fits[:, None])
        heads[:, NON_PAY] = c.allowance - heads[:, :NON_PAY].sum(axis=1)
        c.budget[:] = heads
        c.support_posts[:] = heads[:, SUPPORT] / (100 * self.post_pounds)
        paid = EXECUTIVES + heads[:, STAFF] // round(self.post_pounds * 100)
        c.posts[:] = np.minimum(paid, most_posts(c.population))
        c.session_share[:] = np.minimum(heads[:, SESSIONS] / np.maximum(full[:, SESSIONS], 1), 1)
        full_posts = EXECUTIVES + full[:, STAFF] / (self.post_pounds * 100)
        c.duties[:] = self.duty_share * full_posts * POST_MINUTES

    def audit(self, world: View) -> Iterator[Broken]:
        c = world.ccgs
        yield "allowance = sum of heads", "ccgs", c.allowance != c.budget.sum(axis=1)


@rule
def pay_sessions(people: Table, seats: Table, ccgs: Table) -> None:
    """Pay everybody the sessions arranged for their seats, as far as their CCG can afford them."""
    arranged = np.zeros(people.size)
    for seat in range(seats.size):
        i = seats.person[seat]
        if i >= 0:
            arranged[i] += seats.minutes[seat]
    for i in range(people.size):
        people.sessions[i] = np.floor(arranged[i] * ccgs.session_share[people.ccg[i]])


def _in_force(by_year: dict[int, int], year: int) -> int:
    known = [y for y in by_year if y <= year]
    return by_year[max(known)] if known else (by_year[min(by_year)] if by_year else 0)
