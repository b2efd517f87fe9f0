"""Patterns of the evidence that the model must show in a few runs, and where they come from.

The scorecard judges all patterns on a whole ensemble; here are those that hardly depend on luck, and experiments on
what brings them about. Of everyone rather than of respondents, so that a few runs are enough.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

import pandas as pd
import pytest

from sim import simulate
from sim.mechanisms.schedule import WEEK
from sim.run.results import Results
from sim.studies.scorecard import measured
from sim.studies.scorecard.measures import WAVES

pytestmark = pytest.mark.slow

RUNS = 5
SMALL, LARGE = ["C", "E"], "D"
"""The two smallest sites, and the largest whose localities decide nothing."""


@cache
def world(*overrides: str, runs: int = RUNS) -> Results:
    """Return a few runs of the six sites to the second wave, on the same luck whatever the overrides."""
    return simulate("timeline.weeks=96", *overrides, replicates=runs, workers=1)


def everyone(results: Results, item: str, answer: str, group_by: str, wave: int) -> pd.DataFrame:
    """Return the % of everyone who would give an answer: one row a run, one column a group."""
    survey = results.survey
    rows = survey[
        (survey["instrument"] == "panel") & (survey["item"] == item) & (survey["answer"] == answer)
        & (survey["group_by"] == group_by) & (survey["wave"] == WAVES[wave])
    ]  # fmt: skip
    return 100 * rows.pivot_table(index="run", columns="group", values="share_of_everyone")


def influence(*overrides: str) -> pd.DataFrame:
    return everyone(world(*overrides), "can_influence", "agree", "site", 2014)


@pytest.mark.parametrize("wave", list(WAVES))
@pytest.mark.parametrize(("item", "answer"), [("engagement", "at_least_somewhat"), ("owned_by_members", "agree")])
def test_leaders_are_above_members_in_every_run(item: str, answer: str, wave: int) -> None:
    shares = everyone(world(), item, answer, "leader", wave)
    assert len(shares) == RUNS
    assert (shares["yes"] - shares["no"] > 3).all()


def test_members_feel_more_influence_than_under_the_pct() -> None:
    assert (measured(world())["influence_above_pct"] > 10).all()


def test_the_fall_of_the_highly_engaged_with_a_role_is_hope_fading() -> None:
    """Hope imposes it, as its docstring says; the null world, in which hope stays as it was, has none of it."""

    def change_with_role(*overrides: str) -> pd.Series[float]:
        runs = world("hope.beta=2", *overrides, runs=3)
        before, after = (everyone(runs, "engagement", "highly", "formal_role", wave)["yes"] for wave in WAVES)
        return after - before

    assert (change_with_role() < -3).all()
    assert change_with_role("null_world=true").abs().mean() < 2


def test_devolved_localities_restore_influence_in_the_largest_site_alone() -> None:
    with_them, without = influence(), influence("scenario=no_devolution")
    assert (with_them["B"] - without["B"] > 3).all()
    others = ["A", "C", "D", "E", "F"]
    pd.testing.assert_frame_equal(with_them[others], without[others], check_exact=True)


def test_size_acts_through_the_queue() -> None:
    """Without a limit to what a meeting can reach, a large site loses its disadvantage to the small ones."""

    def lead_of_the_small(*overrides: str) -> pd.Series[float]:
        shares = influence(*overrides)
        return shares[SMALL].mean(axis=1) - shares[LARGE]

    narrow, wide = lead_of_the_small("meetings.ear=0"), lead_of_the_small("meetings.ear=0", "meetings.room=50")
    assert narrow.mean() > 5
    assert wide.mean() < 0.3 * narrow.mean()
    assert (wide < narrow).all()


def test_no_mechanism_of_influence_knows_how_large_a_site_is() -> None:
    sizes = {"ccgs.population", "practices.list_size", "ccgs.site"}
    names = ("agenda", "preparation", "meetings", "repute", "influence", "informedness")
    makers = [p for p in WEEK if p.name in names]
    assert len(makers) == 6
    for process in makers:
        touched = process.access.reads | process.access.writes
        assert touched, process.name
        assert not [c for c in sizes if any(fnmatchcase(c, pattern) for pattern in touched)], process.name


def test_acquaintance_is_a_channel_of_its_own() -> None:
    def heard(*overrides: str) -> list[int]:
        events = world(*overrides).events
        informal = events.loc[events["kind"] == "heard_informally", "run"]
        return [int((informal == run).sum()) for run in range(RUNS)]

    assert min(heard()) > 0
    assert heard("meetings.ear=0") == [0] * RUNS
    assert (influence() > influence("meetings.ear=0"))[LARGE].all()
