"""What is recorded of a week is what people, practices, items and seats add up to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.run.model import CommissioningModel
from sim.run.record import MEANS, WORK_NAMES, group_of
from sim.run.vocabulary import ROLES
from sim.state.codes import ItemKind, Kind, Role, Stage, Work
from sim.survey import answer_probability
from tests.worlds import TWO_SITES, spread_out


@pytest.fixture(scope="module")
def model() -> CommissioningModel:
    """Two sites after thirty weeks: people have left, seats are empty, matters wait."""
    made = CommissioningModel(spread_out(*TWO_SITES, gps=3, weeks=52, warm_up_weeks=4), seed=4)
    for _ in range(29):
        made.step()
    practices, seats = made.world.practices, made.world.seats
    practices.wait[:] = np.arange(practices.size)
    seats.person[np.flatnonzero((seats.slot < 0) & (seats.follows < 0))[:2]] = -1
    made.step()
    assert not made.world.people.present.all()
    return made


def last_week(model: CommissioningModel, table: str) -> pd.DataFrame:
    frame = getattr(model.results(), table)
    return frame[frame["week"] == frame["week"].max()]


def test_series_are_means_of_those_present(model: CommissioningModel) -> None:
    people, survey = model.world.people, model.config.survey
    values = pd.DataFrame({name: people[name] for name in MEANS if name in people.columns})
    for name, cut in (("p_engaged", survey.threshold_somewhat), ("p_highly", survey.threshold_highly)):
        values[name] = answer_probability(people.engagement, cut, survey.response_sd)
    values["hours"] = people.worked / 60
    values["ccg"] = [model.world.sites[i].name for i in people.ccg]
    values["role"] = np.array(ROLES)[group_of(model.world)]
    by_hand = values[people.present].groupby(["ccg", "role"]).mean()
    counted = values[people.present].groupby(["ccg", "role"]).size()
    series = last_week(model, "series").set_index(["ccg", "role"])
    assert set(series.index) == set(by_hand.index)
    for name in (*MEANS, "hours"):
        np.testing.assert_allclose(series[name].astype(float), by_hand.loc[series.index, name], rtol=1e-12)
    assert (series["n"] == counted.loc[series.index]).all()


def test_the_groups_of_a_role_and_a_profession(model: CommissioningModel) -> None:
    people = model.world.people
    group = np.array(ROLES)[group_of(model.world)]
    assert set(group[(people.kind == Kind.GP) & (people.role == Role.CHAIR)]) == {"chair"}
    assert set(group[people.kind == Kind.PRACTICE_MANAGER]) == {"practice_manager"}
    assert set(group[people.kind == Kind.NURSE]) <= {"nurse"}


def test_hours_and_components_are_those_of_the_people(model: CommissioningModel) -> None:
    people = model.world.people
    here = people.present
    hours = (
        last_week(model, "hours").groupby("work", observed=True)[["demand", "paid", "unpaid", "undone", "idle"]].sum()
    )
    for work in Work:
        for name in ("demand", "paid", "unpaid", "undone"):
            assert hours.loc[WORK_NAMES[work], name] == pytest.approx(people[name][here, work].sum() / 60)
    assert hours.loc["all", "idle"] == pytest.approx(people.idle[here].sum() / 60)
    ledger = last_week(model, "ledger")
    total = (ledger.iloc[:, 5:].sum(axis=1) * ledger["n"]).sum()
    assert total == pytest.approx(people.engagement[here].sum())


def test_what_is_recorded_of_a_ccg(model: CommissioningModel) -> None:
    world = model.world
    practices, items, seats = world.practices, world.items, world.seats
    ccgs = last_week(model, "ccgs").reset_index(drop=True)
    for c in range(world.ccgs.size):
        own, row = practices.ccg == c, ccgs.loc[c]
        assert row["wait_weeks"] == pytest.approx(np.average(practices.wait[own], weights=practices.list_size[own]))
        assert row["trust"] == pytest.approx(practices.trust[own].mean())
        assert row["hours_saved"] == pytest.approx(practices.hours_saved[own].mean())
        for name in ("backlog", "given_up", "locum"):
            assert row[f"{name}_hours"] == pytest.approx(practices[name][own].sum() / 60)
        waits = (items.ccg == c) & (items.stage == Stage.OPEN)
        assert row["matters_waiting"] == (waits & (items.kind == ItemKind.MATTER)).sum()
        assert row["plans_waiting"] == (waits & (items.kind == ItemKind.PLAN)).sum()
        chosen = (seats.slot < 0) & (seats.follows < 0)
        assert row["vacant_seats"] == (chosen & (seats.ccg == c) & (seats.person < 0)).sum()
        managers = world.people.present & (world.people.kind == Kind.MANAGER) & (world.people.ccg == c)
        assert row["posts_filled"] == managers.sum()
    assert ccgs["matters_waiting"].sum() > 0
    assert ccgs["vacant_seats"].sum() > 0
