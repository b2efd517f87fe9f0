"""What a mechanism claims to do, as the reports say it: directions of effect that are put to the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RARE = "successes and seats given up are too few in a short run of two tiny sites"


@dataclass(frozen=True)
class Direction:
    """As a parameter goes from low to high, an outcome is to move as the reports say.

    The sign is that of a claim in the register, never the model's: ``sign = sign of the effect in the register x how
    the outcome shows the effect x (-1 if the claim's condition holds less at the high end)``; a test works it out.

    Attributes:
        key: of the configuration.
        low: value at the low end; None is the default (the fitted vector's value, if it has one).
        high: value at the high end.
        outcome: name in :data:`sim.studies.directions.OUTCOMES`.
        sign: of the expected difference, high less low.
        claim: id of the mechanism in the register and which of its effects, as ``id.effect``.
        why: the claim in this model's terms.
        away: whether the claim's condition holds less at the high end.
        since: date of the timeline from which the outcome is measured.
        six_sites_only: why a short run of two tiny sites cannot show it; empty if it can.
        process: the mechanism put to the test; filled in where all rows are gathered.
    """

    key: str
    low: Any
    high: Any
    outcome: str
    sign: int
    claim: str
    why: str
    away: bool = False
    since: str = "go_live"
    six_sites_only: str = ""
    process: str = ""

    @property
    def evidence(self) -> str:
        """Id of the mechanism in the register."""
        return self.claim.partition(".")[0]

    @property
    def effect(self) -> str:
        """Which of the claim's effects."""
        return self.claim.partition(".")[2]
