"""Figures, one kind a file. Each function takes results and returns a matplotlib figure; :func:`save` writes it.

trajectories.py  engagement by role over time, beside the survey
scenarios.py     scenarios side by side on the same luck
scorecard.py     patterns of the evidence against an ensemble
measures.py      what is drawn: group means over people, intervals over runs
timeline.py      policy dates on an axis of time
style.py         how everything looks and how it is written
"""

from sim.plots.scenarios import scenarios
from sim.plots.scorecard import scorecard
from sim.plots.style import save
from sim.plots.trajectories import trajectories

__all__ = ["save", "scenarios", "scorecard", "trajectories"]
