"""Parameters of the virtual survey, and the waves that a run holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sim.core.parameters import check_values, param
from sim.settings.calendar import Calendar, parse_date
from sim.survey.instruments import PANEL

JUNE_2014 = "2014-06-15"
"""A virtual wave outside the planning round, in which the second reported one lies: spike or trend?"""


@dataclass
class SurveySettings:
    """How people answer, and when they are asked beyond the standing waves.

    Cut-points are on the scale of latent engagement; each is the lower bound of the answer that names it. Two
    are fitted; the other answers are not reported apart, so their cut-points follow in equal steps.
    """

    gamma: float = param(
        0.6,
        "-",
        "the engaged answer more readily: weight exp(gamma x)",
        within=(0.0, 1.0),
        source="not identifiable from shares of answers, so never fitted; reported over its range",
    )
    threshold_somewhat: float = param(
        0.13,
        "latent",
        "cut-point between not very and somewhat engaged",
        within=(-6.0, 6.0),
        status="fitted",
        source="h15_engaged_any, first wave",
    )
    threshold_highly: float = param(
        2.0,
        "latent",
        "cut-point between moderately and highly engaged",
        within=(-6.0, 6.0),
        status="fitted",
        source="h15_engaged_highly, first wave",
    )
    response_sd: float = param(
        0.5,
        "latent",
        "sd of the logistic error of an answer",
        within=(0.05, 2.0),
        source="fixes the scale of the cut-points together with the spread of engagement",
    )
    representative_answers: float = param(
        0.8,
        "share",
        "practices whose representative answers the practice_360",
        within=(0.0, 1.0),
        source="a questionnaire sent to a practice lands with the one who deals with the CCG",
    )
    random_response_rate: float = param(
        0.46,
        "share",
        "GPs and practice managers who answer the random sample",
        within=(0.0, 1.0),
        source="between the 28 % of h15_survey and the 50 % of h15_bma_survey",
    )
    waves: list[str] = param(
        [],
        "dates",
        "extra waves, such as [2015-04-15,2016-02-15]",
        status="choice",
        source="added to the two reported waves and one outside the planning round",
    )

    @property
    def cut_points(self) -> tuple[float, float, float, float]:
        """The four cut-points between the five answers, rising in equal steps."""
        step = (self.threshold_highly - self.threshold_somewhat) / 2
        moderately = self.threshold_somewhat + step
        return (self.threshold_somewhat - step, self.threshold_somewhat, moderately, self.threshold_highly)


def check_settings(settings: SurveySettings, calendar: Calendar) -> None:
    """Check ranges, the order of the cut-points and the dates of extra waves.

    Raises:
        ValueError: naming key, value and what is allowed.
    """
    check_values(settings, "survey")
    if not settings.threshold_somewhat < settings.threshold_highly:
        raise ValueError(
            f"survey.threshold_highly={settings.threshold_highly:g} is out of order; allowed is above "
            f"survey.threshold_somewhat={settings.threshold_somewhat:g}"
        )
    planned_waves(settings, calendar)


def planned_waves(settings: SurveySettings, calendar: Calendar) -> dict[int, list[str]]:
    """Return the labels (ISO dates) of the waves of each week that has any.

    The standing waves (the two reported ones and June 2014) are held when they lie in the run.

    Raises:
        ValueError: an extra wave that is no date or lies outside the run, naming ``survey.waves``.
    """
    standing = [dt.date.fromisoformat(label) for label in (*PANEL, JUNE_2014)]
    dates = {d for d in standing if 0 <= calendar.week_of(d) < calendar.weeks}
    for text in settings.waves:
        calendar.week_in_run(text, "survey.waves")
        dates.add(parse_date(text, "survey.waves"))
    weeks: dict[int, list[str]] = {}
    for date in sorted(dates):
        weeks.setdefault(calendar.week_of(date), []).append(date.isoformat())
    return weeks
