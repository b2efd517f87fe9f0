"""Constants of money and posts that several mechanisms and the founding of a place share."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

HEADS = ("governance", "staff", "gp_sessions", "support_unit", "non_pay")
"""What the running-cost allowance is spent on."""
T = TypeVar("T", int, NDArray[np.int64])
POST_MINUTES = 2250
"""Contracted week of a full-time post: 37.5 hours (national terms and conditions)."""
EXECUTIVES = 3
"""Accountable, finance and operating officer (m18_pccc_votes_by_role); their cost is in fixed governance."""
FULL_ALLOWANCE = 2500
"""Pence a head a year with which CCGs began (c14_ccg_running_cost)."""
CHEAPEST_POST = 5_000_000
"""Pence a year: the least that ``running_costs.post_pounds`` may be."""


def most_posts(population: T) -> T:
    """Return how many posts a CCG for so many people has at most: those of an allowance that goes into staff alone."""
    return population * FULL_ALLOWANCE // CHEAPEST_POST + EXECUTIVES
