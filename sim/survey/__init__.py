"""The virtual survey: the questions of the researchers, put to the people of the model as they were put then.

    settings.py     parameters, and the waves of a run
    instruments.py  who answers: panel, practice_360, random_sample
    items.py        what they answer, and what everyone would have answered
    waves.py        one wave as counts by stratum; the table of shares
    changes.py      changes between waves: as reported, at constant composition, of everyone

A survey draws keyed luck only, writes no column and so changes no life.
"""

from sim.survey.changes import changes
from sim.survey.items import ITEMS, answer_probability
from sim.survey.settings import SurveySettings, check_settings, planned_waves
from sim.survey.waves import ACCESS, Wave, conduct, to_frame

__all__ = [
    "ACCESS",
    "ITEMS",
    "SurveySettings",
    "Wave",
    "answer_probability",
    "changes",
    "check_settings",
    "conduct",
    "planned_waves",
    "to_frame",
]
