"""A run as the fit sees it: latent engagement at the two reported waves, and who would have answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.ensembles.pool import Job
from sim.run.config import is_study
from sim.survey import answer_probability
from sim.survey.instruments import PANEL, panel_places

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """One wave: latent engagement of all who could be asked, and the chance that they answer; shape (n,)."""

    engagement: Floats
    chance: Floats

    def share(self, cut: float, response_sd: float) -> float:
        """Return the expected share of answers at or above a cut-point."""
        given = answer_probability(self.engagement, cut, response_sd)
        return float(self.chance @ given / self.chance.sum())


def chances(engagement: Floats, role: Ints, places: Ints, gamma: float) -> Floats:
    """Return each person's chance to be among the respondents: weights ``exp(gamma x)``, a quota for each role.

    ``1 - exp(-L exp(gamma x))`` with L such that the expected number is the quota: drawing without replacement taken
    as independent clocks that are stopped when the quota is expected.

    Args:
        engagement: latent, shape (n,).
        role: practice role, shape (n,).
        places: quota by practice role.
        gamma: how much more readily the engaged answer.
    """
    result = np.zeros(engagement.size)
    for code, quota in enumerate(places):
        weight = np.exp(gamma * engagement[role == code])
        if quota >= weight.size:
            result[role == code] = 1.0
        elif quota > 0:
            highest = np.log(weight.size / (weight.size - quota)) / weight.min()
            rate = brentq(_excess, 0, highest, args=(weight, quota))
            result[role == code] = 1 - np.exp(-rate * weight)
    return result


def _excess(rate: float, weight: Floats, quota: int) -> float:
    return float((1 - np.exp(-rate * weight)).sum() - quota)


@dataclass(frozen=True)
class Asked:
    """Those who could be asked at a wave: latent engagement and practice role, shape (n,), and the quota by role."""

    engagement: Floats
    role: Ints
    places: Ints

    def panel(self, gamma: float) -> Panel:
        """Return who would answer if the engaged answer more readily by so much."""
        return Panel(self.engagement, chances(self.engagement, self.role, self.places, gamma))


@dataclass(frozen=True)
class PanelJob(Job):
    """A run through some waves of the panel; ``keep`` gets who could be asked at each, instead of results.

    Attributes:
        waves: by their dates, in order; the two reported ones if none are named.
    """

    waves: Sequence[str] = tuple(PANEL)

    def compute(self) -> Any:
        """Run the model from wave to wave and return what ``keep`` makes of them."""
        from sim.run.model import CommissioningModel

        model = CommissioningModel(self.config, seed=self.config.seed)
        asked = []
        for label in self.waves:
            model.run_until(label)
            people, wave = model.world.people, PANEL[label]
            rows = np.flatnonzero(people.present & (people.practice_role >= 0))
            role = people.practice_role[rows].astype(np.int64)
            eligible = np.bincount(role, minlength=len(wave.respondents))
            places = panel_places(wave, eligible, is_study(self.config.place))
            asked.append(Asked(people.engagement[rows], role, places))
        return self.keep(asked)


def answering(asked: Sequence[Asked], gamma: float) -> list[Panel]:
    """Return the panel of each wave."""
    return [wave.panel(gamma) for wave in asked]
