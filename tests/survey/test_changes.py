"""Changes between waves: as reported, at constant composition, of everyone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sim.state.world import World
from sim.survey import SurveySettings, Wave, changes, conduct
from sim.survey.changes import constant_composition

MakeWorld = Callable[..., World]
FIRST, SECOND, JUNE = "2013-02-15", "2014-01-31", "2014-06-15"


def one(table: pd.DataFrame, instrument: str, item: str, group: str = "all", answer: str = "agree") -> pd.Series:
    """Return the only row of a group, item and answer."""
    at = (table.instrument == instrument) & (table["item"] == item) & (table.group == group)
    (row,) = table[at & (table.answer == answer)].index
    return table.loc[row]


def wave(world: World, label: str, week: int = 0) -> Wave:
    world.week = week
    return conduct(world, SurveySettings(), label, quotas=True)


@pytest.mark.parametrize(
    ("count_1", "n_1", "count_2", "n_2", "expected"),
    [
        # Half the weight each: .5 (.3 - .6) + .5 (.9 - .8); the reported change is 18/40 - 14/20 = -.25.
        ([6, 8], [10, 10], [9, 9], [30, 10], -0.1),
        # Weights 3/4 and 1/4: .75 (.5 - .2) + .25 (.0 - .4).
        ([6, 4], [30, 10], [5, 0], [10, 4], 0.125),
        # The second cell is empty in the second wave: only .3 - .6 is left.
        ([6, 8], [10, 10], [9, 0], [30, 0], -0.3),
        # The second cell is empty in the first wave: it has no weight.
        ([6, 0], [10, 0], [9, 5], [30, 5], -0.3),
        ([6, 0], [10, 0], [0, 5], [0, 5], np.nan),
    ],
)
def test_constant_composition_on_paper(
    count_1: list[int], n_1: list[int], count_2: list[int], n_2: list[int], expected: float
) -> None:
    tables = (np.array(v, dtype=float).reshape(1, 2, 1) for v in (count_1, n_1, count_2, n_2))
    assert constant_composition(*tables).item() == pytest.approx(expected, nan_ok=True)


def test_changes_on_paper(make_world: MakeWorld) -> None:
    # Fewer people than quotas, so everybody answers; certain states, so every answer is known. The first 20
    # are principals (of whom 5 representatives), the last 10 managers without a role.
    role = np.repeat([1, 0, 0], [5, 15, 10])
    world = make_world(np.repeat([0, 2], [20, 10]), role=role, influence=np.repeat([1, 0, 1], [5, 15, 10]))
    first = wave(world, FIRST)
    world.people.present[[0, 1, 2, 25, 26, 27, 28, 29]] = False
    world.people.influence[:] = np.repeat([0, 1, 0, 1], [4, 4, 12, 10])
    table = changes([first, wave(world, SECOND, 50)])
    row = one(table, "panel", "can_influence")
    assert (row.wave_from, row.wave_to, row.n_from, row.n_to) == (FIRST, SECOND, 30, 22)
    assert row.change_reported == pytest.approx(9 / 22 - 15 / 30)
    # Representatives 5/5 to 1/2 (weight 5/30), other principals 0/15 to 3/15 (15/30), managers unchanged.
    assert row.change_constant_composition == pytest.approx(-0.5 * 5 / 30 + 0.2 * 15 / 30)
    assert row.change_of_everyone == pytest.approx(9 / 22 - 15 / 30)
    row = one(table, "panel", "can_influence", group="yes")
    assert (row.n_from, row.n_to, row.change_reported) == (5, 2, pytest.approx(-0.5))
    assert row.change_constant_composition == pytest.approx(-0.5)


def test_a_group_that_is_gone_has_no_change(make_world: MakeWorld) -> None:
    world = make_world(np.repeat([0, 2], 10))
    first = wave(world, FIRST)
    world.people.present[10:] = False
    second = wave(world, SECOND, 50)
    for table in (changes([first, second]), changes([second, first])):
        assert set(table[table.group_by == "practice_role"].group) == {"principal"}
        assert table.change_reported.notna().all()


def test_with_nobody_changing_another_mix_alone_moves_the_answers(large: World) -> None:
    people = large.people
    people.influence[:] = people.practice_role == 2
    table = changes([wave(large, FIRST, 45), wave(large, SECOND, 95)])
    row = one(table, "panel", "can_influence")
    assert row.change_reported == pytest.approx(28 / 279 - 47 / 232)
    assert row.change_constant_composition == pytest.approx(0.0, abs=1e-15)
    assert (table.change_of_everyone == 0.0).all()
    engaged = one(table, "panel", "engagement", answer="at_least_somewhat")
    assert engaged.change_reported != 0.0
    assert (engaged.n_from, engaged.n_to) == (208, 265)


def test_everyones_change_is_the_change_of_probabilities(large: World) -> None:
    first = wave(large, FIRST)
    before = large.people.informed[:480].mean()
    large.people.informed[:] *= 0.5
    table = changes([first, wave(large, SECOND, 50)])
    for instrument in ("panel", "practice_360", "random_sample"):
        assert one(table, instrument, "informed").change_of_everyone == pytest.approx(-before / 2)


def test_successive_waves_and_the_first_with_each_later(large: World) -> None:
    waves = [wave(large, d, w) for w, d in enumerate((FIRST, SECOND, JUNE, "2016-02-15"))]
    table = changes(waves)
    assert list(dict.fromkeys(zip(table.wave_from, table.wave_to, strict=True))) == [
        (FIRST, SECOND),
        (FIRST, JUNE),
        (FIRST, "2016-02-15"),
        (SECOND, JUNE),
        (JUNE, "2016-02-15"),
    ]
    assert not table.duplicated(["wave_from", "wave_to", "instrument", "item", "group_by", "group", "answer"]).any()


def test_one_wave_has_no_change(large: World) -> None:
    table = changes([wave(large, FIRST)])
    assert table.empty
    assert list(table.columns) == [
        *("wave_from", "wave_to", "instrument", "item", "group_by", "group", "answer", "n_from", "n_to"),
        *("change_reported", "change_constant_composition", "change_of_everyone"),
    ]


def test_only_the_answers_of_interest_are_followed(large: World) -> None:
    table = changes([wave(large, FIRST), wave(large, SECOND, 1)])
    assert set(table[table["item"] == "engagement"].answer) == {"at_least_somewhat", "highly"}
    assert set(table[table["item"] != "engagement"].answer) == {"agree"}
    assert table["item"].nunique() == 8
