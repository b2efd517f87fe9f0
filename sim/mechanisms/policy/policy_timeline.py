"""Dated policy: who holds powers, at which level of delegation, and what delegation adds to managers' work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.parameters import param
from sim.mechanisms.base import Process
from sim.settings.money import POST_MINUTES

if TYPE_CHECKING:
    from sim.state.world import World


@dataclass
class PolicyTimeline(Process):
    """Gate every actor by date.

    ``live = week >= go-live``; ``level = configured level from co-commissioning on, else 0``.
    Delegation adds standing work for managers of ``practices / load`` posts at level 3 (``joint_share`` of it at
    level 2) and legacy repair on top that halves every ``legacy_half_life`` weeks:
    ``delegated = posts x week x share(level) x (1 + legacy x 2^(-weeks since / half-life))``.
    """

    name = "policy_timeline"
    reads = ("practices.ccg",)
    writes = ("ccgs.live", "ccgs.level", "ccgs.delegated_minutes")
    evidence = ("m18_policy_dates", "m18_levels_offered", "legacy_work_first", "portfolio_realignment")

    practices_a_post: float = param(
        10, "practices", "practices that one manager of delegated work looks after", low=1, high=200, status="measured",
        source="m18_practices_per_staff (CCG)",
    )  # fmt: skip
    joint_share: float = param(
        0.4, "share", "work of delegation that falls on a CCG at level 2, beside level 3", low=0, high=1,
        source="joint_is_slow_and_unclear: NHSE keeps the contracts",
    )  # fmt: skip
    legacy: float = param(
        1.0, "ratio", "repair of inherited contracts when delegation begins, beside the standing work", low=0, high=5,
        source="legacy_work_first: the first year goes on repair",
    )  # fmt: skip
    legacy_half_life: float = param(
        26, "weeks", "weeks in which the repair of inherited contracts halves", low=1, high=260,
        source="benefits_take_a_year; m18_handholding (6 to 9 months)",
    )  # fmt: skip

    def step(self, world: World) -> None:
        c, since = world.ccgs, world.week - world.calendar.co_commissioning_week
        level = world.governance.delegation_level if since >= 0 else 0
        c.live[:], c.level[:] = world.live, level
        share = (0.0, 0.0, self.joint_share, 1.0)[level]
        practices = np.bincount(world.practices.ccg, minlength=c.size)
        legacy = 1 + self.legacy * 2.0 ** (-max(since, 0) / self.legacy_half_life)
        c.delegated_minutes[:] = practices / self.practices_a_post * POST_MINUTES * share * legacy
