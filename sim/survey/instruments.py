"""Who answers: three instruments that are never spliced.

``panel`` repeats the two reported waves: a quota of respondents in each practice role, in which the engaged
answer more readily; ``practice_360`` gets one answer from each practice, mostly the representative's;
``random_sample`` is answered without regard to engagement.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.luck import Luck, top_by_group
from sim.state.codes import PracticeRole

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

INSTRUMENTS = ("panel", "practice_360", "random_sample")


@dataclass(frozen=True)
class PanelWave:
    """One reported wave.

    Args:
        respondents: number by practice role, in the order of PracticeRole.
        engagement_answers: how many of them answered the item on engagement.
    """

    respondents: tuple[int, int, int, int]
    engagement_answers: int


PANEL = {"2013-02-15": PanelWave((149, 16, 47, 20), 208), "2014-01-31": PanelWave((198, 34, 28, 19), 265)}
"""Reported waves by date (``h15_respondents_2013``, ``h15_respondents_2014``, ``h15_engaged_n``)."""

SIX_SITES_ELIGIBLE = (763, 306, 220, 24)
"""Who can answer at the six sites, by practice role: means over 40 seeds of the place as it is built (about
1,070 GPs, 220 practices, a nurse and three lay members on each governing body). Turns quotas into rates."""


@dataclass(frozen=True)
class Sample:
    """Who answered one instrument, as indices into the eligible people.

    Args:
        asked: who answered the questionnaire.
        engagement: who of them answered the item on engagement.
    """

    asked: Ints
    engagement: Ints


def panel_wave(label: str) -> PanelWave:
    """Return the reported wave nearest to a date."""
    date = dt.date.fromisoformat(label)
    return PANEL[min(PANEL, key=lambda reported: abs(dt.date.fromisoformat(reported) - date))]


def panel_places(wave: PanelWave, eligible: Ints, quotas: bool) -> Ints:
    """Return how many answer in each practice role, if there are so many.

    Args:
        wave: the reported wave.
        eligible: how many there are in each practice role.
        quotas: the reported numbers (six sites); otherwise the same response rates.
    """
    respondents = np.array(wave.respondents)
    if quotas:
        return respondents
    places: Ints = np.rint(eligible * (respondents / np.array(SIX_SITES_ELIGIBLE))).astype(np.int64)
    return places


def panel(luck: Luck, week: int, people: Any, rows: Ints, gamma: float, label: str, quotas: bool) -> Sample:
    """Draw the panel: within a practice role Gumbel top-k on ``gamma x + G`` (weights ``exp(gamma x)``).

    Who leaves out the item on engagement does not depend on engagement.
    """
    keys, roles = people.key[rows], people.practice_role[rows].astype(np.int64)
    wave = panel_wave(label)
    places = panel_places(wave, np.bincount(roles, minlength=len(wave.respondents)), quotas)
    score = gamma * people.engagement[rows] + luck.gumbel("survey.panel", week, keys)
    asked = np.sort(top_by_group(score, roles, places))
    answers = wave.engagement_answers
    if not quotas:
        answers = round(asked.size * answers / sum(wave.respondents))
    ranking = luck.uniform("survey.item_response", week, keys[asked])
    return Sample(asked, asked[np.sort(np.argsort(ranking)[:answers])])


def practice_360(
    luck: Luck, week: int, people: Any, rows: Ints, practices: Any, seats: Any, representative_answers: float
) -> Sample:
    """Draw one GP or practice manager from each practice that has any.

    In a share of practices the representative answers, in the rest somebody else; where there is no choice,
    whoever is there.
    """
    practice = np.where(people.practice_role[rows] <= PracticeRole.PRACTICE_MANAGER, people.practice[rows], -1)
    holder = np.full(practices.size, -1, dtype=np.int64)
    seated = practices.council_seat >= 0
    holder[seated] = seats.person[practices.council_seat[seated]]
    by_representative = luck.uniform("survey.practice_360", week, practices.key) < representative_answers
    score = luck.gumbel("survey.practice_360_person", week, people.key[rows])
    member = np.flatnonzero(practice >= 0)
    of = practice[member]
    certain = np.where(by_representative[of], np.inf, -np.inf)
    score[member] = np.where(holder[of] == rows[member], certain, score[member])
    asked = np.sort(top_by_group(score, practice.astype(np.int64), 1))
    return Sample(asked, asked)


def random_sample(luck: Luck, week: int, people: Any, rows: Ints, response_rate: float) -> Sample:
    """Draw each GP and practice manager with the same probability, whatever their engagement."""
    answers = luck.uniform("survey.random_sample", week, people.key[rows]) < response_rate
    asked = np.flatnonzero(answers & (people.practice_role[rows] <= PracticeRole.PRACTICE_MANAGER))
    return Sample(asked, asked)
