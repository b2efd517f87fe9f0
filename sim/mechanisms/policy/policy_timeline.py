"""Dated policy: who holds powers, at which level of delegation, and what delegation adds to managers' work.

Delegation levels: at level 1 NHSE decides on general practice, at level 2 it decides jointly, at level 3 the CCG
decides. The real sites' levels are not known, so the baseline has level 1 throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.core.codes import by
from sim.core.parameters import param
from sim.core.tables import Column
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.claims import RARE, Direction
from sim.settings.money import POST_MINUTES
from sim.state.codes import Level


@dataclass
class PolicyTimeline(Process):
    """Gate every actor by date.

    ``live = week >= go-live``; ``level = configured level from co-commissioning on, else 0``.
    Delegation adds standing work for managers of ``practices / load`` posts at level 3 (``joint_share`` of it at
    level 2) and legacy repair on top that halves every ``legacy_half_life`` weeks:
    ``delegated = posts x week x share(level) x (1 + legacy x 2^(-weeks since / half-life))``.
    """

    name = "policy_timeline"
    columns = {
        "ccgs": (
            Column("live", "bool", "-", "holds statutory powers"),
            Column("level", "int8", "level", "delegation of primary care commissioning: 0 none, 1 to 3", codes=Level),
            Column("delegated_minutes", "float64", "minutes/week", "managers' work that delegation adds"),
        )
    }
    reads = {"practices": "ccg"}
    evidence = ("m18_policy_dates", "m18_levels_offered", "legacy_work_first", "portfolio_realignment")
    directions = (
        Direction(
            "governance.delegation_level",
            None,
            3,
            "hours of managers",
            +1,
            "portfolio_realignment.workload",
            "no posts come with delegation, so the managers there are take it on",
            since="co_commissioning",
        ),
        Direction(
            "governance.delegation_level",
            None,
            3,
            "papers in time",
            -1,
            "legacy_work_first.proactive_work",
            "contracts that arrive unrenewed have to be repaired before anything new is prepared",
            since="co_commissioning",
        ),
        Direction(
            "governance.delegation_level",
            None,
            3,
            "changes that succeed",
            +1,
            "delegated_delivers_more.delivery",
            "a CCG that decides itself need not wait for NHS England's consent",
            since="co_commissioning",
            six_sites_only=RARE,
        ),
        Direction(
            "governance.delegation_level",
            None,
            3,
            "trust of practices",
            +1,
            "delegation_improves_local_service.trust",
            "practices deal with a local team that answers",
            since="co_commissioning",
        ),
        Direction(
            "governance.delegation_level",
            None,
            2,
            "weeks until a matter is settled",
            +1,
            "joint_is_slow_and_unclear.decision_delay",
            "decisions shared with NHS England take longer",
            since="co_commissioning",
        ),
    )

    practices_a_post: float = param(
        10,
        "practices",
        "practices that one manager of delegated work looks after",
        within=(1, 200),
        status="measured",
        source="m18_practices_per_staff (CCG)",
    )
    joint_share: float = param(
        0.4,
        "share",
        "work of delegation that falls on a CCG at level 2, beside level 3",
        source="joint_is_slow_and_unclear: NHSE keeps the contracts",
    )
    legacy: float = param(
        1.0,
        "ratio",
        "repair of inherited contracts when delegation begins, beside the standing work",
        within=(0, 5),
        source="legacy_work_first: the first year goes on repair",
    )
    legacy_half_life: float = param(
        26,
        "weeks",
        "weeks in which the repair of inherited contracts halves",
        within=(1, 260),
        source="benefits_take_a_year; m18_handholding (6 to 9 months)",
    )

    def step(self, world: View) -> None:
        c, since = world.ccgs, world.week - world.calendar.co_commissioning_week
        level = world.governance.delegation_level if since >= 0 else 0
        c.live[:], c.level[:] = world.live, level
        share = by(Level, joint=self.joint_share, delegated=1.0)[level]
        practices = np.bincount(world.practices.ccg, minlength=c.size)
        legacy = 1 + self.legacy * 2.0 ** (-max(since, 0) / self.legacy_half_life)
        c.delegated_minutes[:] = practices / self.practices_a_post * POST_MINUTES * share * legacy
