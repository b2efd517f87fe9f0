"""What people answer, and the probability with which each person gives each answer.

Engagement: latent ``y = x + logistic error``, cut at four points. Agreement: ``P(agree)`` is the state itself
(a share in [0, 1]), so that no parameter stands between the model and the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sim.core.luck import Luck
from sim.survey.settings import SurveySettings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ENGAGEMENT_ANSWERS = ("not at all", "not very", "somewhat", "moderately", "highly")
AGREEMENT_ANSWERS = ("agree", "neither", "disagree")
AT_LEAST_SOMEWHAT = "at_least_somewhat"
AGREEMENT_ITEMS = ("informed", "decisions_reflect_views", "can_influence", "owned_by_members")
ROLE_ITEMS = ("time", "training", "support")
"""Items for those who hold a role only."""

ITEMS = {"engagement": ENGAGEMENT_ANSWERS} | dict.fromkeys(AGREEMENT_ITEMS + ROLE_ITEMS, AGREEMENT_ANSWERS)
"""Items of the questionnaire and the answers that exclude each other."""

NEITHER = 0.5
"""Share of those not agreeing who neither agree nor disagree (assumption: only agreement is reported)."""


@dataclass(frozen=True)
class Answers:
    """What every eligible person answers to one item if asked.

    Args:
        item: its name.
        who: whom the item concerns, shape (n,).
        code: number of the answer in ``ITEMS[item]``, shape (n,).
        probability: of each answer, shape (n, answers).
    """

    item: str
    who: NDArray[np.bool_]
    code: Ints
    probability: Floats


def answer_probability(engagement: Floats, threshold: float, response_sd: float) -> Floats:
    """Return P(answer at or above a cut-point | latent engagement x) = 1 / (1 + exp((threshold - x) / s)).

    Args:
        engagement: latent, any shape.
        threshold: cut-point, latent units.
        response_sd: sd of the logistic error; ``s = response_sd sqrt(3) / pi``.
    """
    result: Floats = expit((np.asarray(engagement) - threshold) / _scale(response_sd))
    return result


def _scale(response_sd: float) -> float:
    return response_sd * float(np.sqrt(3.0)) / float(np.pi)


def answers(
    luck: Luck, week: int, people: Any, rows: Ints, formal: NDArray[np.bool_], ccgs: Any, settings: SurveySettings
) -> Iterator[Answers]:
    """Yield every item's answers; a person asked by several instruments in a week answers alike.

    Args:
        luck: of the run.
        week: of the wave.
        people: the table.
        rows: eligible people, shape (n,).
        formal: which of them hold a role, shape (n,).
        ccgs: the table.
        settings: cut-points and response error.
    """
    keys = people.key[rows]
    everybody = np.ones(rows.size, dtype=bool)
    yield _engagement(luck.uniform("survey.engagement", week, keys), people.engagement[rows], everybody, settings)
    for item, state in _states(people, rows, ccgs).items():
        who = formal if item in ROLE_ITEMS else everybody
        yield _agreement(item, luck.uniform(f"survey.{item}", week, keys), state, who)


def _engagement(u: Floats, x: Floats, who: NDArray[np.bool_], settings: SurveySettings) -> Answers:
    latent = x + _scale(settings.response_sd) * logit(u)
    code = np.searchsorted(np.array(settings.cut_points), latent, side="right")
    above = [answer_probability(x, cut, settings.response_sd) for cut in settings.cut_points]
    bounds = np.stack([np.ones_like(x), *above, np.zeros_like(x)], axis=1)
    return Answers("engagement", who, code, bounds[:, :-1] - bounds[:, 1:])


def _agreement(item: str, u: Floats, state: Floats, who: NDArray[np.bool_]) -> Answers:
    agree = np.clip(state, 0.0, 1.0)
    neither = NEITHER * (1.0 - agree)
    code = (u >= agree).astype(np.int64) + (u >= agree + neither)
    return Answers(item, who, code, np.stack([agree, neither, 1.0 - agree - neither], axis=1))


def _states(people: Any, rows: Ints, ccgs: Any) -> dict[str, Floats]:
    """The state behind each item of agreement.

    Decisions reflect "my own and colleagues' views" as far as people of the practice are heard; ownership is
    having a say and knowing what goes on, in equal parts; support for evidence-based decisions takes papers in time
    and data (all assumptions).
    """
    influence, informed = people.influence[rows], people.informed[rows]
    return {
        "informed": informed,
        "decisions_reflect_views": _practice_mean(influence, people.practice[rows]),
        "can_influence": influence,
        "owned_by_members": (influence + informed) / 2.0,
        "time": people.time_met[rows],
        "training": people.skills[rows],
        "support": (ccgs.support * ccgs.data)[people.ccg[rows]],
    }


def _practice_mean(values: Floats, practice: NDArray[np.int32]) -> Floats:
    """Mean over oneself and practice colleagues; one's own value without a practice."""
    member = practice >= 0
    group = practice[member]
    result = values.copy()
    result[member] = (np.bincount(group, values[member]) / np.maximum(np.bincount(group), 1))[group]
    return result
