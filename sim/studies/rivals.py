"""What rival explanations predict, and which survey would tell two of them apart.

An observation is one answer of one group to one instrument at one wave (or its change between two waves), in one
simulated survey a run, of the size that this instrument has: never what everyone would have answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.survey.instruments import PANEL
from sim.survey.items import AT_LEAST_SOMEWHAT
from sim.survey.settings import JUNE_2014

Floats = NDArray[np.float64]

REST = "only_the_rest"
WORLDS = {
    "only_hope": "hope",
    "only_strain": "strain",
    "only_rubber_stamping": "rubber-stamping",
    REST: "none of the three",
}
"""Scenarios by name, and what pages and figures call them."""
FIRST, SECOND = PANEL
LATER = (JUNE_2014, "2015-02-15", "2016-02-15")
"""Virtual waves: nobody was asked then."""
RESPONDENTS = {
    ("all", "all"): "all respondents",
    ("leader", "yes"): "leaders",
    ("formal_role", "yes"): "with a role",
    ("formal_role", "no"): "without a role",
    ("practice_role", "practice_manager"): "practice managers",
}
GAP = "leaders less those without a role"
"""The difference between two of the groups, in points."""
ANSWERS = {
    ("engagement", AT_LEAST_SOMEWHAT): "at least somewhat engaged",
    ("engagement", "highly"): "highly engaged",
    ("can_influence", "agree"): "can influence",
    ("decisions_reflect_views", "agree"): "decisions reflect views",
    ("owned_by_members", "agree"): "owned by its members",
    ("time", "agree"): "time for the role",
    ("support", "agree"): "support for the role",
}
ENGAGED, HIGHLY = list(ANSWERS.values())[:2]
TAIL = 0.025


class Question(NamedTuple):
    """What an observation is of; ``since`` is empty for a share, and the earlier wave for a change of shares."""

    wave: str
    since: str
    instrument: str
    group: str
    answer: str


@dataclass(frozen=True)
class Seen:
    """What simulated surveys gave: percent or points, one value a run, shape (runs,), NaN where nobody answered.

    Attributes:
        values: by run, in order.
        n: how many answered; the median over runs, of a change in the later wave, of the gap leaders alone.
    """

    values: Floats
    n: int

    @property
    def interval(self) -> tuple[float, float, float]:
        """Low end, median and high end of the central interval over runs."""
        low, median, high = np.nanquantile(self.values, [TAIL, 0.5, 1 - TAIL])
        return float(low), float(median), float(high)


Observations = Mapping[Question, Seen]


def observations(survey: pd.DataFrame) -> dict[Question, Seen]:
    """Return the answers of the model's respondents, and their changes between the waves that bear on the rivals.

    Args:
        survey: simulated surveys of several runs.
    """
    named = survey.assign(
        group=[RESPONDENTS.get(key, "") for key in zip(survey["group_by"], survey["group"], strict=True)],
        answer=[ANSWERS.get(key, "") for key in zip(survey["item"], survey["answer"], strict=True)],
    )
    named = named[(named["group"] != "") & (named["answer"] != "")]
    runs = sorted(survey["run"].unique())
    found = {}
    for (wave, *asked), rows in named.groupby(["wave", "instrument", "group", "answer"]):
        of_run = rows.set_index("run")
        values = 100 * of_run["share"].reindex(runs).to_numpy(dtype=float)
        found[Question(str(wave), "", *map(str, asked))] = Seen(values, round(of_run["n"].median()))
    found |= dict(_gaps(found))
    return found | dict(_changes(found))


def _gaps(found: Observations) -> Iterator[tuple[Question, Seen]]:
    for question, seen in found.items():
        others = found.get(question._replace(group="without a role"))
        if question.group == "leaders" and others:
            yield from _difference(question._replace(group=GAP), seen, others)


def _changes(found: Observations) -> Iterator[tuple[Question, Seen]]:
    for question, seen in found.items():
        since = FIRST if question.wave == SECOND else SECOND
        before = found.get(question._replace(wave=since))
        if before and question.wave in (SECOND, *LATER):
            yield from _difference(question._replace(since=since), seen, before)


def _difference(question: Question, seen: Seen, less: Seen) -> Iterator[tuple[Question, Seen]]:
    difference = seen.values - less.values
    if not np.isnan(difference).all():
        yield question, Seen(difference, seen.n)


def told_apart(a: Floats, b: Floats) -> float:
    """Return with what probability a survey tells two worlds apart: .5 is the toss of a coin, 1 is certain.

    The mean share of runs on their own side of the cut that best separates the two. The cut is chosen on every other
    run and judged on the rest, both ways, so that it gains nothing by luck. NaN with fewer than two runs of a world.

    Args:
        a: one value a run of the first world, shape (runs,).
        b: the same of the second.
    """
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if min(a.size, b.size) < 2:
        return np.nan
    return float(np.mean([_judged((a[i::2], b[i::2]), (a[1 - i :: 2], b[1 - i :: 2])) for i in (0, 1)]))


def _judged(learn: tuple[Floats, Floats], test: tuple[Floats, Floats]) -> float:
    """Return the share of the tested runs on their own side of the cut that separates those learnt from."""
    values = np.unique(np.concatenate(learn))
    cuts = np.append(-np.inf, (values[1:] + values[:-1]) / 2)
    below = _below(learn, cuts)
    sign = 1.0 if below.max() >= -below.min() else -1.0
    best = np.flatnonzero(sign * below == (sign * below).max())
    return float(0.5 + sign * _below(test, cuts[best[best.size // 2]]) / 2)


def _below(worlds: tuple[Floats, Floats], cuts: Floats) -> Floats:
    """Return by how much a larger share of the first world's runs than of the second's is at or below each cut."""
    first, second = ((world <= np.asarray(cuts)[..., None]).mean(axis=-1) for world in worlds)
    return np.asarray(first - second)


@dataclass(frozen=True)
class Separation:
    """How well one question tells two worlds apart, and whether their central intervals over runs part."""

    question: Question
    n: int
    apart: float
    parted: bool


def could_be_asked(question: Question) -> bool:
    """Tell whether it is a question of a later wave, or of the panel, which alone was asked at the reported ones."""
    return question.wave in LATER or question.instrument == "panel"


def separations(first: Observations, second: Observations) -> list[Separation]:
    """Return how well each question that could be asked tells two worlds apart, the best first."""
    found = []
    for question in first.keys() & second.keys():
        a, b = first[question], second[question]
        apart = told_apart(a.values, b.values) if could_be_asked(question) else np.nan
        if not np.isnan(apart):
            (low, _, high), (low_2, _, high_2) = a.interval, b.interval
            found.append(Separation(question, a.n, apart, low > high_2 or low_2 > high))
    return sorted(found, key=lambda s: (-s.apart, s.question))


def by_luck(first: Observations, second: Observations) -> list[Separation]:
    """Return the same where there is nothing to tell apart: the runs of two worlds are dealt to them anew."""
    some = next(iter(first.values())).values.size
    everything = {q: np.concatenate([first[q].values, second[q].values]) for q in first.keys() & second.keys()}
    order = np.random.default_rng(0).permutation(next(iter(everything.values())).size)
    dealt = (
        {q: Seen(v[order[part]], first[q].n) for q, v in everything.items()}
        for part in (slice(some), slice(some, None))
    )
    return separations(*dealt)
