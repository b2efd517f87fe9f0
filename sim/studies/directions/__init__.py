"""Directions of effect: what more of one thing does to another, on the same luck, against what the reports say.

outcomes.py  what is measured in a run
rows.py      the table: all that mechanisms claim
extremes.py  worlds at their limits, and what must be true in them
pairs.py     worlds that differ in a row, and the verdict on paired differences
"""

from sim.studies.directions.extremes import ALWAYS, EXTREMES, Claim, Extreme
from sim.studies.directions.outcomes import OUTCOMES, SINCE, Outcome, measure
from sim.studies.directions.pairs import ORDER, Difference, compare
from sim.studies.directions.rows import DIRECTIONS

__all__ = [
    "ALWAYS",
    "DIRECTIONS",
    "EXTREMES",
    "ORDER",
    "OUTCOMES",
    "SINCE",
    "Claim",
    "Difference",
    "Extreme",
    "Outcome",
    "compare",
    "measure",
]
