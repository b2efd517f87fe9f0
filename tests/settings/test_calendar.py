"""Weeks, dates, financial years, meeting cycles and dated policy."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest

from sim.settings.calendar import Calendar, Timeline, parse_date

CALENDAR = Calendar(Timeline())


def week(text: str) -> int:
    return CALENDAR.week_of(dt.date.fromisoformat(text))


def test_the_run_is_313_weeks_of_known_mondays() -> None:
    assert CALENDAR.weeks == 313
    assert CALENDAR.date(0) == dt.date(2012, 4, 2)
    assert CALENDAR.date(52) == dt.date(2013, 4, 1)
    assert CALENDAR.date(312) == dt.date(2018, 3, 26)
    assert CALENDAR.date(-26) == dt.date(2011, 10, 3)
    assert CALENDAR.mondays.shape == (313,)
    assert CALENDAR.mondays[[0, 52, 312]].astype(str).tolist() == ["2012-04-02", "2013-04-01", "2018-03-26"]
    assert (np.diff(CALENDAR.mondays) == np.timedelta64(7, "D")).all()


def test_a_week_contains_its_monday_to_its_sunday() -> None:
    assert [week(d) for d in ("2013-04-01", "2013-04-07", "2013-04-08", "2013-03-31")] == [52, 52, 53, 51]
    assert week("2012-04-01") == -1
    assert all(CALENDAR.week_of(CALENDAR.date(w)) == w for w in range(-30, 320))


def test_a_week_belongs_to_the_financial_year_of_its_monday() -> None:
    assert CALENDAR.financial_year(0) == 2012
    assert CALENDAR.financial_year(-1) == 2011
    assert CALENDAR.financial_year(51) == 2012
    assert CALENDAR.financial_year(52) == 2013  # Monday 1 April 2013
    assert CALENDAR.financial_year(week("2014-04-01")) == 2013  # a Tuesday
    assert CALENDAR.financial_year(week("2014-04-07")) == 2014
    first = [w for w in range(313) if CALENDAR.starts_financial_year(w)]
    assert [str(CALENDAR.date(w)) for w in first] == [
        "2012-04-02", "2013-04-01", "2014-04-07", "2015-04-06", "2016-04-04", "2017-04-03",
    ]  # fmt: skip


def test_powers_begin_in_the_week_of_go_live() -> None:
    assert CALENDAR.go_live_week == 52
    assert [CALENDAR.is_live(w) for w in (-26, 0, 51, 52, 312)] == [False, False, False, True, True]
    assert CALENDAR.co_commissioning_week == week("2015-04-01") == 156


def test_the_allowance_in_force() -> None:
    pence = [CALENDAR.allowance_pence(w) for w in (0, 51, 52, week("2015-03-31"), week("2015-04-06"), 312)]
    assert pence == [0, 0, 2500, 2500, 2250, 2250]
    assert Calendar(Timeline(allowance_pence={2016: 2000})).allowance_pence(60) == 2000, "the first known holds before"


def test_the_planning_round_of_2013_14_runs_from_20_december_to_14_february() -> None:
    inside = [w for w in range(52, 110) if CALENDAR.in_planning_round(w)]
    assert inside == list(range(week("2013-12-20"), week("2014-02-14") + 1))
    assert str(CALENDAR.date(inside[0])) == "2013-12-16"
    assert str(CALENDAR.date(inside[-1])) == "2014-02-10"
    assert not any(CALENDAR.in_planning_round(w) for w in range(52)), "no round before the CCGs are statutory"
    for opens in ("2014-12-20", "2015-12-20", "2016-12-20", "2017-12-20"):
        assert CALENDAR.in_planning_round(week(opens))
        assert not CALENDAR.in_planning_round(week(opens) - 1)


def test_a_planning_round_within_one_year() -> None:
    spring = Calendar(Timeline(planning_round=["05-10", "06-02"]))
    inside = [str(spring.date(w)) for w in range(52, 104) if spring.in_planning_round(w)]
    assert inside == ["2013-05-06", "2013-05-13", "2013-05-20", "2013-05-27"]


def test_authorisation_takes_the_weeks_of_its_dates() -> None:
    inside = [w for w in range(-26, 313) if CALENDAR.in_authorisation(w)]
    assert inside == list(range(week("2012-06-01"), week("2013-01-31") + 1))
    assert str(CALENDAR.date(inside[0])) == "2012-05-28"
    assert str(CALENDAR.date(inside[-1])) == "2013-01-28"


@pytest.mark.parametrize("week_of_month", [0, 1, 2, 3])
def test_monthly_bodies_meet_twelve_times_a_year(week_of_month: int) -> None:
    met = [w for w in range(313) if CALENDAR.meets(w, 1, week_of_month)]
    assert len(met) == 6 * 12
    assert set(np.diff(met).tolist()) == {4, 5}
    assert {(CALENDAR.date(w).day - 1) // 7 for w in met} == {week_of_month}


def test_cycles_of_two_and_three_months_and_of_weeks() -> None:
    assert sum(CALENDAR.meets(w, 2, 1) for w in range(312)) == 36
    assert sum(CALENDAR.meets(w, 3, 1) for w in range(312)) == 24
    assert all(CALENDAR.meets(w, 0, 3) for w in range(52))


def test_weeks_to_the_next_meeting() -> None:
    first = next(w for w in range(20) if CALENDAR.meets(w, 2, 1))
    assert CALENDAR.weeks_to_meeting(first, 2, 1) == 0
    ahead = CALENDAR.weeks_to_meeting(first + 1, 2, 1)
    assert CALENDAR.meets(first + 1 + ahead, 2, 1)
    assert ahead in (7, 8)
    assert CALENDAR.weeks_to_meeting(17, 0, 0) == 0


def test_weeks_of_the_month_and_running_months() -> None:
    assert [CALENDAR.week_of_month(w) for w in range(6)] == [0, 1, 2, 3, 4, 0]  # 2 to 30 April, 7 May 2012
    assert CALENDAR.month(5) - CALENDAR.month(4) == 1
    assert CALENDAR.month(40) == 2013 * 12  # 7 January 2013


def test_dates_in_the_run() -> None:
    assert CALENDAR.week_in_run("2012-04-02", "x") == 0
    assert CALENDAR.week_in_run("2018-04-01", "x") == 312


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2012-04-01", "survey.waves=2012-04-01 lies outside the run; allowed is 2012-04-02 to 2018-04-01"),
        ("2018-04-02", "survey.waves=2018-04-02 lies outside the run; allowed is 2012-04-02 to 2018-04-01"),
        ("soon", "survey.waves='soon' is not a date; write it as YYYY-MM-DD"),
    ],
)
def test_a_date_outside_the_run_names_key_value_and_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        CALENDAR.week_in_run(text, "survey.waves")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"start": "2012-04-03"}, "timeline.start=2012-04-03 is a Tuesday; a week starts on a Monday"),
        ({"weeks": 0}, "timeline.weeks=0 is out of range; allowed is 1..2600 weeks"),
        ({"weeks": 2601}, "timeline.weeks=2601 is out of range; allowed is 1..2600 weeks"),
        ({"start": "9999-01-04"}, "timeline.start=9999-01-04 is out of range; allowed is 1990 to 2100"),
        ({"warm_up_weeks": -1}, "timeline.warm_up_weeks=-1 is out of range; allowed is 0..520 weeks"),
        ({"warm_up_weeks": 521}, "timeline.warm_up_weeks=521 is out of range; allowed is 0..520 weeks"),
        ({"go_live": "2013"}, "timeline.go_live='2013' is not a date"),
        ({"co_commissioning": "April"}, "timeline.co_commissioning='April' is not a date"),
        ({"authorisation": ["2012-06-01", "x"]}, "timeline.authorisation='x' is not a date"),
        ({"authorisation": ["2012-06-01"]}, "timeline.authorisation has 1 entries; allowed is two"),
        ({"authorisation": ["2013-01-31", "2012-06-01"]}, "authorisation ends on 2012-06-01, before 2013-01-31"),
        ({"planning_round": ["12-20", "02-31"]}, "timeline.planning_round='02-31' is not a day of every year"),
        ({"planning_round": []}, "timeline.planning_round has 0 entries; allowed is two"),
        ({"planning_round": ["12-20", "01-10", "02-14"]}, "timeline.planning_round has 3 entries; allowed is two"),
        ({"allowance_pence": {}}, "timeline.allowance_pence is empty"),
        ({"allowance_pence": {2013: -5}}, "timeline.allowance_pence.2013=-5 is out of range; allowed is 0..1000000"),
        ({"allowance_pence": {2013: 2_000_000}}, "timeline.allowance_pence.2013=2000000 is out of range"),
    ],
)
def test_a_wrong_timeline_names_key_value_and_what_is_allowed(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Calendar(Timeline(**settings))


def test_parse_date_accepts_a_date() -> None:
    assert parse_date("2013-02-28", "x") == dt.date(2013, 2, 28)
