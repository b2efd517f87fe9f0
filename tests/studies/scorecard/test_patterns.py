"""The patterns that ship: complete, sourced, and what the register says; bad ones are refused."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from sim.evidence import facts
from sim.studies.scorecard.measures import MEASURES
from sim.studies.scorecard.patterns import Condition, Number, Pattern, patterns, read

BY_ID = {p.id: p for p in patterns()}
GOOD = """
patterns:
  - id: informed
    statement: well informed
    facts: [h15_informed]
    kind: validating
    measure: {name: answer, item: informed, wave: 2014}
    observed: 54
    unit: "%"
    n: 279
"""


@pytest.mark.parametrize("pattern", patterns(), ids=lambda p: p.id)
def test_a_pattern_names_a_measure_with_its_arguments(pattern: Pattern) -> None:
    inspect.signature(MEASURES[pattern.measure]).bind(None, **pattern.arguments)
    assert len(pattern.statement) <= 44
    assert pattern.facts


def test_every_measure_is_used() -> None:
    assert {p.measure for p in patterns()} == set(MEASURES)


def test_four_numbers_are_fitted() -> None:
    fitted = [p.id for p in patterns() if p.kind == "fitted"]
    assert fitted == ["engaged_2013", "engaged_2014", "highly_2013", "highly_2014"]


@pytest.mark.parametrize(
    ("pattern", "fact", "part"),
    [
        ("engaged_2013", "h15_engaged_any", "2013"),
        ("engaged_2014", "h15_engaged_any", "2014"),
        ("highly_2013", "h15_engaged_highly", "2013"),
        ("highly_2014", "h15_engaged_highly", "2014"),
        ("informed_2014", "h15_informed", ""),
        ("reflect_views_2014", "h15_decisions_reflect_views", ""),
        ("can_influence_2014", "h15_influence", "ccg"),
        ("training_for_role", "h15_training_for_role", ""),
        ("support_for_role", "h15_support_for_role", ""),
        ("chair_hours", "c14_hours_clinical_chair", ""),
        ("rubber_stamp_sites", "h15_rubber_stamp_sites", ""),
        ("tight_deadline_sites", "h15_tight_deadline_sites", ""),
        ("cost_to_care", "h15_cost_to_care", ""),
    ],
)
def test_observed_numbers_are_those_of_the_register(pattern: str, fact: str, part: str) -> None:
    value = facts()[fact].value
    number = float(value[part] if part else value)
    assert BY_ID[pattern].observed == Number(number, number)
    assert fact in BY_ID[pattern].facts


def test_derived_numbers_follow_from_the_register() -> None:
    influence, hours = facts()["h15_influence"].value, facts()["c14_hours_locality_lead"].value
    rise = influence["ccg"] - influence["pct_recalled"]
    assert BY_ID["influence_above_pct"].observed == Number(rise, rise)
    assert BY_ID["locality_lead_hours"].observed == Number(hours["mean"], hours["max"])
    assert BY_ID["longest_week"].observed == Number(*facts()["c14_total_week_hours"].value.values())
    assert BY_ID["time_for_role"].observed.high == facts()["h15_time_for_role"].value
    assert BY_ID["council_reach"].observed.nearest(10) == 100 * facts()["c14_council_reach"].value
    assert BY_ID["council_size"].observed == Number(*facts()["h15_council_size"].value.values())
    active = facts()["c14_active_gps_per_locality"].value
    assert BY_ID["gps_in_lead"].observed == Number(
        round(100 * active["active_low"] / active["gps_high"], 1),
        round(100 * active["active_high"] / active["gps_low"], 1),
    )


@pytest.mark.parametrize(
    ("pattern", "fact", "part", "factor"),
    [
        ("response_rate", "h15_survey", "response_rate_pct", 1),
        ("locality_lead_paid", "c14_hours_locality_lead", "mean", 1),
        ("support_unit_2013", "h15_csu_share_of_running_cost", "2013_14_mean", 100),
        ("support_unit_2014", "h15_csu_share_of_running_cost", "2014_15_mean", 100),
    ],
)
def test_rounded_numbers_lie_within_their_rounding(pattern: str, fact: str, part: str, factor: float) -> None:
    observed, reported = BY_ID[pattern].observed, factor * float(facts()[fact].value[part])
    assert observed.low <= reported <= observed.high
    assert observed.high - observed.low <= 1


def test_hours_follow_from_days_and_sessions() -> None:
    days, sessions = facts()["c14_locality_exec_day"].value["days_range"], facts()["c14_reading_extra_sessions"].value
    assert BY_ID["leader_meetings"].observed == Number(*(8 * day for day in days))
    assert BY_ID["leader_unpaid"].observed == Number(*(4 * n for n in sessions.values()))
    assert BY_ID["leader_email"].observed == Number(*(5 * h for h in facts()["c14_email_hours"].value.values()))
    in_practice = facts()["c14_practice_days_of_gp_leader"].value
    assert BY_ID["leader_practice_days"].observed == Number(8 * in_practice, 10 * in_practice)


def test_surveys_are_of_the_reported_size() -> None:
    asked = facts()["h15_engaged_n"].value
    assert [BY_ID[f"engaged_{year}"].n for year in (2013, 2014)] == [asked["2013"], asked["2014"]]
    assert [BY_ID[f"highly_{year}"].n for year in (2013, 2014)] == [asked["2013"], asked["2014"]]
    assert BY_ID["informed_2014"].n == facts()["h15_survey"].value["responses"]


def test_a_good_pattern_is_read() -> None:
    (pattern,) = read(GOOD)
    assert (pattern.measure, dict(pattern.arguments)) == ("answer", {"item": "informed", "wave": 2014})
    assert (pattern.source, pattern.n, str(pattern.observed)) == ("h15_informed", 279, "54")
    assert np.isnan(pattern.width)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[h15_informed]", "[h15_informd]", "no fact has the id 'h15_informd'"),
        ("kind: validating", "kind: proving", "kind is 'proving'; allowed is fitted or validating"),
        ("n: 279", "note: none", "a number needs n or width"),
        ("observed: 54", "observed: {above: 0}", "nothing else has them"),
        ("observed: 54", "observed: {about: 0}", "observed is .*allowed is a number"),
        ("observed: 54", "observed: {above: 0, below: 1}", "observed is .*allowed is a number"),
        ("unit:", "units:", "fields are id, statement, kind"),
        ("observed: 54", "observed: half", "pattern 'informed'"),
    ],
)
def test_a_bad_pattern_is_refused(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(ValueError, match=message):
        read(GOOD.replace(old, new))


def test_an_id_used_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="informed: the id is used twice"):
        read(GOOD + GOOD.removeprefix("\npatterns:\n"))


def test_numbers_and_conditions() -> None:
    assert [Number(30, 40).nearest(v) for v in (20, 35, 50)] == [30, 35, 40]
    values = np.array([-2.0, 0.0, 1.0, 2.0])
    assert Condition("above", 0).met(values).tolist() == [False, False, True, True]
    assert Condition("below", 0).met(values).tolist() == [True, False, False, False]
    assert Condition("at_least", 1).met(values).tolist() == [False, False, True, True]
    assert Condition("within", 1.96).met(values).tolist() == [False, True, True, False]
