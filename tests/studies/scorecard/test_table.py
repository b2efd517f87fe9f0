"""The scorecard as a whole: every pattern holds in a world as reported and is shown failing in a broken one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from sim.run.results import Results
from sim.studies.scorecard import COLUMNS, judge, measured, patterns, render, score
from sim.studies.scorecard.rules import FEWEST
from sim.studies.scorecard.table import interval
from tests.studies.scorecard.made_up import BREAKS

Build = Callable[..., Results]


@pytest.fixture(scope="module")
def as_reported(ensemble: Build) -> pd.DataFrame:
    return measured(ensemble())


@pytest.fixture(scope="module")
def scorecard(as_reported: pd.DataFrame, ensemble: Build) -> pd.DataFrame:
    return judge(as_reported, measured(ensemble(informed={2013: 0.2, 2014: 0.2}, chair_hours=45.0)))


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["pattern"], table["verdict"], strict=True))


def test_every_pattern_holds_in_a_world_as_reported(as_reported: pd.DataFrame) -> None:
    assert set(verdicts(judge(as_reported)).values()) == {"holds"}


@pytest.mark.parametrize("pattern", [p.id for p in patterns()])
def test_every_pattern_fails_in_a_world_that_lacks_it(ensemble: Build, pattern: str) -> None:
    (asked,) = (p for p in patterns() if p.id == pattern)
    assert verdicts(judge(measured(ensemble(6, **BREAKS[pattern]), [asked]))) == {pattern: "fails"}


def test_a_world_of_equals_has_no_gaps_and_no_order(ensemble: Build) -> None:
    same = {2013: 0.7, 2014: 0.7}
    equal = {f"{group}_engaged": same for group in ("leaders", "members", "managers", "principals", "salaried")}
    equal |= {"leaders_own": same, "members_own": same, "own_by_site": dict.fromkeys("ABCDEF", 0.5)}
    equal |= {"highly_with_role": same, "highly_without_role": same}
    found = verdicts(score(ensemble(10, **equal)))
    gaps = (
        "leaders_more_engaged", "leaders_own_more", "practice_managers_more_engaged", "salaried_less_engaged",
        "highly_falls_with_role", "highly_falls_more_with_role", "ownership_smallest", "ownership_largest",
    )  # fmt: skip
    assert {found[g] for g in gaps} <= {"fails", "vague"}


def test_a_vague_model_does_not_pass(as_reported: pd.DataFrame) -> None:
    """Anything between nothing and all contains the observed number, and is worth nothing."""
    wild = as_reported.copy()
    wild["engaged_2013"] = np.linspace(0, 100, len(wild))
    row = judge(wild).set_index("pattern").loc["engaged_2013"]
    assert row["low"] < row["observed"] < row["high"]
    assert (row["verdict"], row["evidence"]) == ("vague", "vague")
    assert row["width"] > row["width_allowed"]


def test_columns_and_contents(scorecard: pd.DataFrame) -> None:
    assert tuple(scorecard.columns) == COLUMNS
    assert sorted(scorecard["pattern"]) == sorted(p.id for p in patterns())
    row = scorecard.set_index("pattern").loc["informed_2014"]
    assert (row["source"], row["kind"], row["unit"]) == ("h15_informed, h15_survey", "validating", "%")
    assert (row["observed"], row["reported"], row["n"]) == (54, "54 %", 20)
    assert row["low"] < 54 < row["high"]
    assert row["width"] == pytest.approx(row["high"] - row["low"])
    assert 0 < row["rank"] < 1
    assert row["null_median"] == pytest.approx(20, abs=3)


def test_what_the_null_world_has_too_is_not_evidence(scorecard: pd.DataFrame) -> None:
    by_id = scorecard.set_index("pattern")
    assert by_id.loc["informed_2014", ["null_verdict", "evidence"]].tolist() == ["fails", "not blind"]
    assert by_id.loc["longest_week", ["null_verdict", "evidence"]].tolist() == ["fails", "validates"]
    assert by_id.loc["support_for_role", ["null_verdict", "evidence"]].tolist() == ["holds", "not evidence"]
    assert by_id.loc["engaged_2013", "evidence"] == "fitted"


def test_without_a_null_world_nothing_validates(as_reported: pd.DataFrame) -> None:
    table = judge(as_reported)
    assert set(table["null_verdict"]) == {""}
    assert set(table["evidence"]) == {"fitted", "imposed", "not blind", "not compared"}


def test_failures_come_first(as_reported: pd.DataFrame) -> None:
    broken = as_reported.assign(chair_hours=1.0, support_for_role=np.linspace(0, 100, 20), unopposed=np.nan)
    table = judge(broken)
    assert table["verdict"].tolist()[:4] == ["fails", "vague", "untested", "holds"]
    assert table["pattern"].tolist()[:3] == ["chair_hours", "support_for_role", "unopposed"]
    rest = [p.id for p in patterns() if p.id not in table["pattern"].tolist()[:3]]
    assert table["pattern"].tolist()[3:] == rest


def test_the_text_fits_a_terminal(scorecard: pd.DataFrame) -> None:
    lines = render(scorecard).splitlines()
    assert max(map(len, lines)) <= 117
    for row in scorecard.itertuples():
        assert any(row.statement in line and row.verdict in line for line in lines)
    assert lines[0].startswith("scorecard, 50 patterns, 20 runs: 50 holds; 1 validate")


def test_the_text_without_runs_or_null_world(as_reported: pd.DataFrame) -> None:
    lines = render(judge(as_reported * np.nan)).splitlines()
    assert lines[2] == "untested: 50 patterns that none of these runs can have, such as of weeks not run"
    assert len(lines) == 6


def test_the_text_tells_rank_and_what_was_fitted(scorecard: pd.DataFrame) -> None:
    lines = render(scorecard.assign(verdict="fails")).splitlines()
    assert sum(line.endswith(" fitted") for line in lines) == 4
    row = scorecard[scorecard["pattern"] == "chair_hours"].iloc[0]
    assert f" {row['rank']:.2f} " in next(line for line in lines if row.statement in line)


@pytest.mark.parametrize(
    ("ends", "verdict", "text"),
    [
        ((16.2, 12.1, 18.6), "fails", "16.2 [12.1, 18.6]"),  # 19 lies outside, 19 in whole numbers inside
        ((16.2, 12.1, 18.4), "fails", "16 [12, 18]"),
        ((16.2, 12.1, 19.4), "holds", "16 [12, 19]"),
        ((9.5, 3.0, 12.0), "holds", "9.5 [3.0, 12.0]"),
        ((6.0, 4.0, 6.0), "holds", "6 [4, 6]"),
        ((0.0, 0.0, 0.025), "holds", "0 [0, 0]"),
        ((1200.0, 1100.0, 1300.0), "holds", "1,200 [1,100, 1,300]"),
        ((np.nan, np.nan, np.nan), "untested", "- [-, -]"),
    ],
)
def test_an_interval_is_as_exact_as_its_verdict_needs(ends: tuple[float, ...], verdict: str, text: str) -> None:
    median, low, high = ends
    row = {"median": median, "low": low, "high": high, "verdict": verdict, "observed": 19.0}
    assert interval(row) == text


def test_scores_of_results_and_of_measures_are_the_same(as_reported: pd.DataFrame, ensemble: Build) -> None:
    few = ensemble(FEWEST)
    pdt.assert_frame_equal(score(few), judge(as_reported.iloc[:FEWEST]))


def test_a_scorecard_can_be_kept_as_parquet(scorecard: pd.DataFrame, tmp_path: object) -> None:
    path = f"{tmp_path}/scorecard.parquet"
    scorecard.to_parquet(path)
    pdt.assert_frame_equal(pd.read_parquet(path), scorecard)
