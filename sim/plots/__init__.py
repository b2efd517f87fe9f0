"""Figures, one kind a file: each function takes results and returns a matplotlib figure, ``save`` writes it.

trajectories.py  engagement by role over time, beside the survey
scenarios.py     scenarios side by side on the same luck
scorecard.py     patterns of the evidence beside an ensemble
measures.py      what is drawn: group means over people, intervals over runs
timeline.py      policy dates on an axis of time
style.py         how everything looks
files.py         how figures are written, and what the files say of themselves
"""

from sim.plots.files import save
from sim.plots.scenarios import scenarios
from sim.plots.scorecard import scorecard
from sim.plots.trajectories import trajectories

__all__ = ["save", "scenarios", "scorecard", "trajectories"]
