"""Settings of the survey: what is refused and how, and when waves are held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim import evidence
from sim.core.parameters import parameters
from sim.settings.calendar import Calendar, Timeline
from sim.survey import SurveySettings, check_settings, planned_waves
from sim.survey.instruments import PANEL

CALENDAR = Calendar(Timeline())


def test_the_defaults_are_allowed() -> None:
    check_settings(SurveySettings(), CALENDAR)
    assert list(SurveySettings().cut_points) == sorted(SurveySettings().cut_points)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "threshold_somewhat",
            2.0,
            "survey.threshold_highly=2 is out of order; allowed is above survey.threshold_somewhat=2",
        ),
        ("threshold_highly", 0.1, "survey.threshold_highly=0.1 is out of order.*threshold_somewhat=0.13"),
        ("threshold_highly", 6.5, "survey.threshold_highly=6.5 is out of range; allowed is -6..6"),
        ("gamma", 1.1, "survey.gamma=1.1 is out of range; allowed is 0..1"),
        ("response_sd", 0.0, "survey.response_sd=0 is out of range"),
        ("random_response_rate", float("nan"), "survey.random_response_rate=nan is out of range"),
    ],
)
def test_bad_values_are_refused(name: str, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_settings(replace(SurveySettings(), **{name: value}), CALENDAR)


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("2018-04-02", "survey.waves=2018-04-02 lies outside the run; allowed is 2012-04-02 to 2018-04-01"),
        ("2012-04-01", "survey.waves=2012-04-01 lies outside the run"),
        ("spring", "survey.waves='spring' is not a date"),
    ],
)
def test_extra_waves_outside_the_run_are_refused(date: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_settings(SurveySettings(waves=["2015-04-15", date]), CALENDAR)


def test_every_wave_is_held_once_in_its_week() -> None:
    standing = {45: ["2013-02-15"], 95: ["2014-01-31"], 114: ["2014-06-15"]}
    assert planned_waves(SurveySettings(), CALENDAR) == standing
    extra = SurveySettings(waves=["2018-04-01", "2014-06-15", "2014-02-01"])
    assert planned_waves(extra, CALENDAR) == standing | {95: ["2014-01-31", "2014-02-01"], 312: ["2018-04-01"]}


def test_standing_waves_outside_a_short_run_are_left_out() -> None:
    assert planned_waves(SurveySettings(), Calendar(Timeline(weeks=95))) == {45: ["2013-02-15"]}


def test_quotas_are_those_of_the_register() -> None:
    roles = ("gp_principal", "salaried_gp", "practice_manager", "other")
    for (label, wave), year in zip(PANEL.items(), ("2013", "2014"), strict=True):
        reported = evidence.facts()[f"h15_respondents_{year}"].value
        assert wave.respondents == tuple(reported[role][0] for role in roles)
        assert sum(wave.respondents) == reported["total"]
        assert wave.engagement_answers == evidence.facts()["h15_engaged_n"].value[year]
        assert label.startswith(year)


def test_the_cut_points_between_unreported_answers_are_equally_spaced() -> None:
    settings = SurveySettings(threshold_somewhat=0.5, threshold_highly=2.5)
    assert settings.cut_points == (-0.5, 0.5, 1.5, 2.5)


def test_only_the_two_cut_points_are_fitted() -> None:
    fitted = [p.key for p in parameters(SurveySettings(), "survey") if p.status == "fitted"]
    assert fitted == ["survey.threshold_somewhat", "survey.threshold_highly"]
