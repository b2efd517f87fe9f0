"""Latent engagement: one step by hand, closed forms, and a ledger that sums to it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.mechanisms.members.engagement import Engagement, move
from sim.run.model import CommissioningModel
from sim.settings.calendar import Timeline
from sim.settings.sites import Site
from sim.state.codes import Kind
from sim.state.drivers import STANDING
from sim.state.people import members
from sim.state.world import World
from tests.worlds import TWO_SITES, bare, config, of_kind, seen, spread_out, step


def still(model: CommissioningModel) -> World:
    """Put everybody at 0 with nothing that pulls or kicks."""
    people = model.world.people
    for column in people.columns.values():
        if column.unit == "latent":
            people[column.name][:] = 0.0
    return model.world


@pytest.fixture
def model() -> CommissioningModel:
    return CommissioningModel(config(), seed=1)


@pytest.fixture
def world(model: CommissioningModel) -> World:
    """Two GPs of one practice; its manager is not there, and nobody else has colleagues."""
    made = still(model)
    made.people.on_governing_body[:] = False
    made.people.present[of_kind(made, Kind.PRACTICE_MANAGER)] = False
    return made


HALF = Engagement(half_life_weeks=1, peers=0, transient_sd=0)
"""Half of the way each week (a = 1/2; below what a configuration may say, and easy on paper)."""


def component(world: World, name: str) -> np.ndarray:
    return world.people.components[:, STANDING.index(name)]


def here(world: World, values: np.ndarray) -> float:
    """Return the value that everybody present has."""
    assert np.ptp(values[world.people.present]) < 1e-12
    return float(values[world.people.present][0])


def test_one_step_by_hand(model: CommissioningModel, world: World) -> None:
    people, (one, two) = world.people, of_kind(world, Kind.GP)
    model.person(one).engagement = 1.0
    people.disposition[one] = 2.0
    people.pull_hope[one], people.pull_strain[one] = 0.8, -0.4
    people.kick_success[one], people.kick_failure[two] = 0.25, -0.1
    step(world, HALF)
    # 1 + (2 + 0.8 - 0.4 - 1) / 2 + 0.25
    assert people.engagement[one] == pytest.approx(1.95)
    assert people.engagement[two] == pytest.approx(-0.1)
    said = {"outside": 0.5, "disposition": 1.0, "hope": 0.4, "strain": -0.2, "success": 0.25}
    assert {d: component(world, d)[one] for d in STANDING.names if component(world, d)[one]} == pytest.approx(said)


def test_who_has_left_stays_as_they_were(world: World) -> None:
    people, gone = world.people, np.flatnonzero(~world.people.present)[0]
    people.components[gone, [0, -1]] = people.engagement[gone] = 0.7
    people.pull_hope[gone], people.kick_imposed[gone] = 1.0, -1.0
    step(world, Engagement())
    assert people.engagement[gone] == people.components[gone, 0] == 0.7


def test_colleagues_pass_on_what_drives_them(model: CommissioningModel, world: World) -> None:
    people, (one, two) = world.people, of_kind(world, Kind.GP)
    model.person(one).engagement = 1.0
    step(world, Engagement(half_life_weeks=1, peers=0.25, transient_sd=0))
    # one: 1 + (0 - 1) / 2 + (0 - 1) / 4; two: 0 + 0 + (1 - 0) / 4
    assert people.engagement[[one, two]] == pytest.approx([0.25, 0.25])
    assert component(world, "outside")[[one, two]] == pytest.approx([0.25, 0.25])


def test_colleagues_are_those_of_the_practice_as_it_is_now(model: CommissioningModel, world: World) -> None:
    people, (one, two) = world.people, of_kind(world, Kind.GP)
    shared = Engagement(half_life_weeks=1, peers=0.25, transient_sd=0)
    step(world, shared)
    model.person(one).engagement = 1.0
    people.practice[two] = -1  # moved by hand
    step(world, shared)
    assert people.engagement[[one, two]] == pytest.approx([0.5, 0.0])


def test_the_governing_body_is_a_circle_of_colleagues_too(model: CommissioningModel, world: World) -> None:
    people, (one, two) = world.people, of_kind(world, Kind.GP)
    nurse = of_kind(world, Kind.NURSE)[0]
    people.on_governing_body[[one, nurse]] = True
    model.person(two).engagement = 1.0
    model.person(nurse).engagement = 4.0
    step(world, Engagement(half_life_weeks=1, peers=0.1, transient_sd=0))
    assert people.engagement[one] == pytest.approx(0.1 * (1 + 4) / 2)
    assert people.engagement[nurse] == pytest.approx(4 / 2 + 0.1 * (0 - 4))


NOBODY = np.full(5, -1)


def moved(
    values: np.ndarray, practice: np.ndarray, board: np.ndarray, present: np.ndarray, own: Engagement
) -> np.ndarray:
    """Return the components of people whom nothing but their colleagues drives, a week later.

    Args:
        values: the first of their components, shape (n, k).
        practice: of each, -1 for none.
        board: the CCG on whose governing body each sits, -1 for none.
        present: who is there.
        own: how fast they move.
    """
    world = bare()
    world.people.append(
        len(values), practice=practice, ccg=np.maximum(board, 0), on_governing_body=board >= 0, present=present
    )
    world.practices.append(20)
    world.ccgs.append(2)
    given = world.people.components[:, : values.shape[1]]
    given[:] = values
    move(world.people, world.practices, world.ccgs, own, own.a, np.zeros((0, len(values))))
    return given


def colleagues_mean(values: np.ndarray, practice: np.ndarray, board: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Return each person's mean over colleagues: all of the way toward it, and nothing fades."""
    return moved(values, practice, board, present, Engagement(half_life_weeks=np.inf, peers=1.0))


def test_the_mean_of_colleagues_in_a_practice_leaves_oneself_out() -> None:
    values = np.array([[1.0], [2.0], [6.0], [5.0], [9.0]])
    practice = np.array([0, 0, 0, 1, -1])
    mean = colleagues_mean(values, practice, NOBODY, np.ones(5, dtype=bool))
    assert mean.ravel() == pytest.approx([4.0, 3.5, 1.5, 5.0, 9.0]), "the last two have no colleagues"


def test_every_colleague_of_both_layers_weighs_alike() -> None:
    values = np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 50.0], [7.0, 70.0], [8.0, 80.0]])
    practice, board = np.array([0, 0, 1, 1, -1]), np.array([0, -1, 0, 0, -1])
    mean = colleagues_mean(values, practice, board, np.ones(5, dtype=bool))
    # person 0: colleague 1 in the practice, 2 and 3 on the board; 2 and 3 meet in both and count twice
    assert mean[:, 0] == pytest.approx([(3 + 5 + 7) / 3, 1.0, (7 + 1 + 7) / 3, (5 + 1 + 5) / 3, 8.0])
    assert mean[:, 1] == pytest.approx(10 * mean[:, 0])


def test_a_board_of_people_without_practices() -> None:
    values = np.array([[1.0], [3.0], [8.0], [5.0], [7.0]])
    mean = colleagues_mean(values, NOBODY, np.array([0, 0, 0, 1, -1]), np.ones(5, dtype=bool))
    assert mean.ravel() == pytest.approx([5.5, 4.5, 2.0, 5.0, 7.0])


def test_who_has_left_counts_for_nobody() -> None:
    values = np.array([[1.0], [3.0], [100.0], [4.0], [100.0]])
    practice, board = np.array([0, 0, 0, 1, 1]), np.array([-1, 0, 0, 0, 0])
    mean = colleagues_mean(values, practice, board, np.array([True, True, False, True, False]))
    assert mean[[0, 1, 3], 0] == pytest.approx([3.0, (1 + 4) / 2, 3.0])


def test_mixing_goes_a_share_of_the_way_and_keeps_a_share() -> None:
    values = np.array([[2.0], [4.0], [4.0]])
    own = Engagement(half_life_weeks=1, peers=0.1)  # half is kept
    mixed = moved(values, np.array([0, 0, -1]), np.full(3, -1), np.ones(3, dtype=bool), own)
    assert mixed.ravel() == pytest.approx([0.5 * 2 + 0.1 * 2, 0.5 * 4 - 0.1 * 2, 0.5 * 4])


def test_an_inserted_row_without_colleagues_changes_no_bit() -> None:
    random = np.random.default_rng(3)
    values, practice = random.normal(size=(500, 3)), random.integers(0, 20, 500)
    board = np.where(random.random(500) < 0.1, random.integers(0, 2, 500), -1)
    with_one_more = colleagues_mean(
        np.insert(values, 250, 0.1, axis=0), np.insert(practice, 250, -1), np.insert(board, 250, -1),
        np.ones(501, dtype=bool),
    )  # fmt: skip
    alone = colleagues_mean(values, practice, board, np.ones(500, dtype=bool))
    assert (np.delete(with_one_more, 250, axis=0) == alone).all()
    assert with_one_more[250].tolist() == [0.1] * 3


@pytest.mark.parametrize("weeks", [1, 8, 23, 46, 200])
def test_a_pull_that_lasts_moves_x_by_its_share_of_the_target(world: World, weeks: int) -> None:
    """``1 - exp(-rate T)`` with the rate ``ln 2 / half-life``: half of the target after a half-life."""
    process = Engagement(half_life_weeks=23, peers=0, transient_sd=0)
    world.people.pull_reward[:] = 0.6
    for _ in range(weeks):
        step(world, process)
    share = 1 - np.exp(-np.log(2) / 23 * weeks)
    assert here(world, world.people.engagement) == pytest.approx(0.6 * share)
    assert component(world, "reward") == pytest.approx(world.people.engagement)


def test_a_kick_decays_by_half_in_a_half_life(world: World) -> None:
    process = Engagement(half_life_weeks=23, peers=0, transient_sd=0)
    world.people.kick_imposed[:] = -0.8
    step(world, process)
    assert here(world, world.people.engagement) == pytest.approx(-0.8)
    world.people.kick_imposed[:] = 0.0
    for _ in range(23):
        step(world, process)
    assert here(world, component(world, "imposed")) == pytest.approx(-0.4)


def test_disposition_and_pulls_hold_x_where_it_rests(world: World) -> None:
    world.people.disposition[:] = 0.7
    world.people.pull_informed[:] = 0.2
    for _ in range(300):
        step(world, HALF)
    assert here(world, world.people.engagement) == pytest.approx(0.9)


def test_a_world_kicked_by_a_tenth_comes_back() -> None:
    world = still(CommissioningModel(config(gps=6), seed=1))
    world.people.disposition[:] = 1.0
    process = Engagement(transient_sd=0)
    for _ in range(600):
        step(world, process)
    rest = world.people.engagement.copy()
    world.people.kick_success[:] = 0.1 * rest
    step(world, process)
    world.people.kick_success[:] = 0.0
    off = [np.abs(world.people.engagement - rest).max()]
    for _ in range(60):
        step(world, process)
        off.append(np.abs(world.people.engagement - rest).max())
    assert off[0] == pytest.approx(0.1, abs=0.01)
    assert all(later < sooner for sooner, later in pairwise(off))
    assert off[-1] < 0.2 * off[0]


def test_the_transient_has_its_sd_and_fades_from_week_to_week() -> None:
    site = Site("T", population=40_000, practices=20)
    world = still(CommissioningModel(config(site, gps=100), seed=1))
    process = Engagement(half_life_weeks=2, peers=0, transient_sd=0.5)
    process.start(seen(world, process))
    assert component(world, "noise").std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * world.people.size))
    before = None
    for world.week in range(30):
        before = world.people.engagement.copy()
        step(world, process)
    now, n = world.people.engagement, world.people.size
    assert n > 2000
    assert now.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * n))
    assert abs(now.mean()) < 4 * 0.5 / np.sqrt(n)
    assert np.corrcoef(before, now)[0, 1] == pytest.approx(2 ** (-1 / 2), abs=4 / np.sqrt(n))


def test_people_start_where_disposition_and_pulls_hold_them(world: World) -> None:
    world.people.disposition[:] = 0.4
    world.people.pull_hope[:] = 0.3
    Engagement(transient_sd=0).start(seen(world, Engagement(transient_sd=0)))
    assert here(world, world.people.engagement) == pytest.approx(0.7)
    assert here(world, component(world, "disposition")) == pytest.approx(0.4)
    assert here(world, component(world, "hope")) == pytest.approx(0.3)


def test_in_the_null_world_pulls_stay_and_nothing_kicks_after_go_live(world: World) -> None:
    world.null_world = True
    world.week = world.calendar.go_live_week - 1
    world.people.pull_hope[:] = 1.0
    step(world, HALF)  # the last week in which things change
    world.week += 1
    world.people.pull_hope[:] = 0.0
    world.people.pull_strain[:] = -5.0
    world.people.kick_failure[:] = -5.0
    for _ in range(60):
        step(world, HALF)
    assert here(world, world.people.engagement) == pytest.approx(1.0)


def test_newcomers_to_the_null_world_keep_the_pulls_with_which_they_came() -> None:
    made = spread_out(*TWO_SITES, weeks=160, warm_up_weeks=26, null_world=True)
    made.careers.principal = made.careers.salaried = 0.5  # most are new after two years
    made.careers.fill_gp = 1.0
    model = CommissioningModel(made, seed=2)
    model.run_until("2013-04-08")
    before = model.world.people.engagement[members(model.world.people)].mean()
    model.run()
    people, member = model.world.people, members(model.world.people)
    new = member & (people.joined > 52)
    assert new.sum() > 0.4 * member.sum()
    both = [STANDING.pulls.index(name) for name in ("influence", "informed")]
    assert people.last_pulls[new][:, both].mean(axis=0) == pytest.approx(
        people.last_pulls[member & ~new][:, both].mean(axis=0), abs=0.08
    )
    pulls = np.stack([people[f"pull_{name}"] for name in STANDING.pulls], axis=1)
    assert np.array_equal(people.last_pulls[new][:, both], pulls[new][:, both])
    assert abs(people.engagement[member].mean() - before) < 0.25, "nothing changes but who is there"


def test_a_null_world_that_begins_after_go_live_stands_still_at_once() -> None:
    made = spread_out(*TWO_SITES, weeks=60, null_world=True, timeline=Timeline(start="2014-01-06"))
    model = CommissioningModel(made, seed=2)
    first = model.world.people.last_pulls.copy()
    assert first[:, STANDING.pulls.index("influence")].any()
    model.run()
    assert np.array_equal(model.world.people.last_pulls[: len(first)], first)


def test_without_luck_and_drivers_nobody_moves(world: World) -> None:
    for world.week in range(5):
        step(world, Engagement(transient_sd=0))
    assert not world.people.engagement.any()
    assert not world.people.components.any()
