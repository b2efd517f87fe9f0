"""All directions that mechanisms claim, in the order of the week."""

from __future__ import annotations

from dataclasses import replace

from sim.mechanisms.schedule import WEEK

DIRECTIONS = tuple(replace(row, process=process.name) for process in WEEK for row in process.directions)
