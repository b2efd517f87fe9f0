"""Measures of a made-up run, by hand; what a run cannot give is no number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from sim.run.results import Results
from sim.studies.scorecard import measured, patterns
from sim.studies.scorecard.measures import MEASURES, WAVES, Run

Build = Callable[..., Results]
COLUMNS = ["wave", "instrument", "item", "group_by", "group", "answer", "n", "share", "share_of_everyone"]
YEAR = {"start": "2013-04-01", "end": "2014-03-31"}


def asked(*rows: tuple[int, str, str, int, float]) -> Run:
    """Return a run with panel answers only: (wave, group_by, group, n, share of agreement on influence)."""
    survey = pd.DataFrame(
        [(WAVES[w], "panel", "can_influence", by, of, "agree", n, share, share / 2) for w, by, of, n, share in rows],
        columns=COLUMNS,
    )  # fmt: skip
    empty = pd.DataFrame()
    return Run(Results({}, [0], empty, empty, empty, survey, empty, empty, empty))


def test_shares_differences_and_changes() -> None:
    run = asked(
        (2013, "all", "all", 100, 0.30), (2014, "all", "all", 100, 0.45), (2013, "leader", "yes", 10, 0.8),
        (2013, "leader", "no", 90, 0.2), (2014, "leader", "yes", 10, 0.5), (2014, "leader", "no", 90, 0.4),
    )  # fmt: skip
    leaders = {"item": "can_influence", "group_by": "leader", "group": "yes", "against": "no"}
    assert MEASURES["answer"](run, "can_influence", 2014) == pytest.approx(45)
    assert MEASURES["change"](run, "can_influence") == pytest.approx(15)
    assert MEASURES["gap"](run, **leaders) == pytest.approx(10)
    assert MEASURES["gap"](run, **leaders, waves=[2013]) == pytest.approx(60)
    assert MEASURES["change_gap"](run, answer="agree", **leaders) == pytest.approx(-30 - 20)


def test_a_change_in_standard_errors() -> None:
    run = asked((2013, "all", "all", 100, 0.40), (2014, "all", "all", 100, 0.60))
    assert MEASURES["change_in_errors"](run, "can_influence") == pytest.approx(0.2 / np.sqrt(0.25 * 2 / 100))
    same = asked((2013, "all", "all", 10, 1.0), (2014, "all", "all", 20, 1.0))
    assert MEASURES["change_in_errors"](same, "can_influence") == 0


def test_groups_are_pooled_by_how_many_were_asked() -> None:
    run = asked((2014, "practice_role", "principal", 30, 0.6), (2014, "practice_role", "salaried", 10, 0.2),
                (2014, "practice_role", "practice_manager", 5, 0.9))  # fmt: skip
    gap = MEASURES["gap"](
        run, "can_influence", "practice_role", "practice_manager", ["principal", "salaried"], waves=[2014]
    )
    assert gap == pytest.approx(90 - 50)


def test_sites_are_compared_by_everyone() -> None:
    shares = {"A": 0.4, "B": 0.7, "C": 0.8, "D": 0.2, "E": 0.9, "F": 0.6}
    run = asked(*((2014, "site", site, 40, share) for site, share in shares.items()))
    compare = {"item": "can_influence", "wave": 2014}
    assert MEASURES["sites_lead"](run, **compare, sites=["C", "E"]) == pytest.approx(100 * (0.8 - 0.7) / 2)
    assert MEASURES["sites_lead"](run, **compare, sites=["B", "E"]) == pytest.approx(100 * (0.7 - 0.8) / 2)
    assert MEASURES["sites_below"](run, **compare, site="B") == 3
    assert np.isnan(MEASURES["sites_lead"](run, **compare, sites=["C", "X"]))
    assert np.isnan(MEASURES["sites_below"](run, **compare, site="X"))


def test_states_hours_and_events(run: Build) -> None:
    of = Run(run(influence_at_start=0.2, lead_hours=13.0, chair_paid=22.0, chair_hours=70.0, reach=0.12))
    start = MEASURES["rise_from_start"](of, "can_influence", "influence", 2014)
    assert start == pytest.approx(MEASURES["answer"](of, "can_influence", 2014) - 20)
    assert MEASURES["hours"](of, "locality_lead", "ccg_hours", **YEAR) == pytest.approx(13)
    assert MEASURES["ccg_work"](of, "chair", "paid", **YEAR) == pytest.approx(22)
    assert MEASURES["longest_week"](of, ["chair"], **YEAR) == pytest.approx(70)
    assert MEASURES["council_reach"](of, **YEAR) == pytest.approx(12)


def test_hours_by_kind_of_work(run: Build) -> None:
    of = Run(run(board_contact=9.0, board_meetings=4.0, board_unpaid=11.0, practice_hours=30.0))
    board = ["governing_body"]
    assert MEASURES["work_done"](of, board, ["contact"], **YEAR) == pytest.approx(9)
    assert MEASURES["work_done"](of, board, ["contact", "governing_body"], **YEAR) == pytest.approx(13)
    assert MEASURES["work_done"](of, [*board, "chair"], ["contact"], **YEAR) == pytest.approx(4.5)
    assert MEASURES["ccg_work"](of, "governing_body", "unpaid", **YEAR) == pytest.approx(11)
    assert np.isnan(MEASURES["work_done"](of, ["nobody"], ["contact"], **YEAR))


def test_changes_between_periods(run: Build) -> None:
    before, after = ["2014-04-01", "2015-03-31"], ["2016-04-01", "2017-03-31"]
    of = Run(run(engaged_by_year={2014: 0.6, 2016: 0.57}, undone={2014: 0.1, 2016: 0.35}, adopted_before=3))
    assert MEASURES["state_change"](of, "p_engaged", ["none"], before, after) == pytest.approx(-3)
    assert MEASURES["undone_change"](of, "manager", before, after) == pytest.approx(25)
    adopted = MEASURES["adopted_change"](of, ["2012-04-02", "2013-03-31"], ["2013-04-01", "2014-03-31"])
    assert adopted == 20 - 3  # plans do not count
    for measure, arguments in (("state_change", ("p_engaged", ["none"])), ("undone_change", ("manager",)),
                               ("adopted_change", ())):  # fmt: skip
        assert np.isnan(MEASURES[measure](of, *arguments, before, ["2017-04-01", "2018-03-31"]))


def test_rooms_seats_money_and_answers(run: Build) -> None:
    of = Run(run(council=21.0, leads=3, asked=330, support_unit={2013: 0.4, 2014: 0.2}, strained="AE"))
    gps = 126 + 35 + 3 + 2 + 1
    leaders = ["locality_lead", "governing_body", "chair"]
    assert MEASURES["council_size"](of, **YEAR) == pytest.approx(21)
    assert MEASURES["share_in_roles"](of, leaders, **YEAR) == pytest.approx(100 * 6 / gps)
    assert MEASURES["answers_per_gp"](of, 2014) == pytest.approx(100 * 330 / (6 * gps))
    assert MEASURES["budget_share"](of, "support_unit_pounds", **YEAR) == pytest.approx(40)
    assert MEASURES["budget_share"](of, "support_unit_pounds", "2014-04-07", "2015-03-23") == pytest.approx(20)
    assert MEASURES["sites_reaching"](of, "strain", leaders, 1, **YEAR) == 2
    assert MEASURES["sites_reaching"](of, "strain", leaders, 0.5, **YEAR) == 6


def test_what_happens_where(run: Build) -> None:
    of = Run(run(skipped="AF", pre_decided=dict(zip("ABCDEF", (0.24, 0.25, 0.3, 0, 1, 0), strict=True))))
    assert MEASURES["sites_with_event"](of, "consultation_skipped", **YEAR) == 2
    assert MEASURES["sites_with_event"](of, "consultation_skipped", "2012-04-02", "2013-03-31") == 0
    assert MEASURES["sites_pre_decided"](of, 0.25, **YEAR) == 3


def test_elections_and_matters(run: Build) -> None:
    of = Run(run(contested=0.3, informal=0.6))
    assert MEASURES["unopposed"](of) == pytest.approx(70)
    assert MEASURES["heard_informally"](of, **YEAR) == pytest.approx(60)  # plans do not count


def test_all_patterns_of_one_run_and_of_several(ensemble: Build, run: Build) -> None:
    several = measured(ensemble(3))
    assert list(several.columns) == [p.id for p in patterns()]
    assert list(several.index) == [0, 1, 2]
    assert several.index.name == "run"
    assert several["engaged_2013"].std() > 0
    pdt.assert_frame_equal(measured(run()), several.iloc[:1])
    assert not several.isna().any(axis=None)


def test_a_short_run_has_no_number_for_what_comes_after(run: Build) -> None:
    results = run()
    end = pd.Timestamp("2013-06-01")
    early = {name: getattr(results, name)[lambda f: f["date"] < end] for name in ("series", "ccgs", "events", "hours")}
    survey = results.survey[results.survey["wave"] == WAVES[2013]]
    values = measured(replace(results, survey=survey, **early)).loc[0]
    assert set(values.index[values.notna()]) == {"engaged_2013", "highly_2013", "unopposed"}


def test_a_run_of_other_sites_has_no_number_for_them(run: Build) -> None:
    values = measured(run(own_by_site={"X": 0.4, "Y": 0.5})).loc[0]
    assert list(values.index[values.isna()]) == ["ownership_smallest", "ownership_largest"]


@pytest.mark.parametrize("kinds", [["elected", "lost_election"], ["adopted"]])
def test_no_event_is_no_number(run: Build, kinds: list[str]) -> None:
    results: Any = run()
    values = measured(replace(results, events=results.events[~results.events["kind"].isin(kinds)])).loc[0]
    missing = {"elected": "unopposed", "adopted": "informal_channel"}[kinds[0]]
    assert list(values.index[values.isna()]) == [missing]
