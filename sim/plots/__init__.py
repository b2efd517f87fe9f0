"""Figures, one kind a file: each function takes results and returns a matplotlib figure, ``save`` writes it.

trajectories.py  engagement by role over time, beside the survey
sites.py         engagement by site
answers.py       survey answers: observed, respondents of the model, everyone
hours.py         hours by role and kind of work
access.py        strain by role, patients' access by site
influence.py     influence, ownership and being heard by site
drivers.py       drivers of engagement over time, leaders against other GPs
business.py      where business waits, and what becomes of it
network.py       the network of one CCG (of a model)
scenarios.py     scenarios side by side on the same luck
scorecard.py     patterns of the evidence beside an ensemble
switches.py      verdicts with one driver switched off at a time
why.py           a difference split into drivers
measures.py      what is drawn: group means over people, intervals over runs
panels.py        parts that several figures share
timeline.py      policy dates on an axis of time
style.py         how everything looks
files.py         how figures are written, and what the files say of themselves

A module's ``readings``, where it has them, are the numbers that a text about the figure may quote.
"""

from sim.plots.access import access
from sim.plots.answers import answers
from sim.plots.business import business
from sim.plots.drivers import drivers
from sim.plots.files import save
from sim.plots.hours import hours
from sim.plots.influence import influence
from sim.plots.network import network
from sim.plots.scenarios import scenarios
from sim.plots.scorecard import scorecard
from sim.plots.sites import sites
from sim.plots.trajectories import trajectories
from sim.plots.why import why

__all__ = [
    "access",
    "answers",
    "business",
    "drivers",
    "hours",
    "influence",
    "network",
    "save",
    "scenarios",
    "scorecard",
    "sites",
    "trajectories",
    "why",
]
