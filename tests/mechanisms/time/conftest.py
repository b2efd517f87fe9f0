"""A small world with empty diaries."""

from __future__ import annotations

import pytest

from sim.state.world import World
from tests.mechanisms.time.tools import at_leisure
from tests.worlds import tiny


@pytest.fixture
def world() -> World:
    """Two GPs of one practice, contracted for 2760 minutes, without a role and with an empty diary."""
    return at_leisure(tiny(gps=2))
