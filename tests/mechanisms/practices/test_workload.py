"""A practice's week by hand: new demand, what waits, what is covered by locums, what patients give up."""

from __future__ import annotations

import pytest

from sim.mechanisms.leadership.careers import count_managers
from sim.mechanisms.practices.workload import Workload
from sim.settings.sites import Site
from sim.state.codes import Kind, Work
from sim.state.world import World
from tests.worlds import TINY, no_work, of_kind, step, tiny, worked

PROCESS = Workload(
    growth=0.0, relief=0.0, noise=0.0, stretch=1.1, backfill=0.5, give_up=0.25, practice_manager_load=0.9
)


@pytest.fixture
def world() -> World:
    """Two GPs of 2500 minutes each; patients ask for 5000 minutes a week."""
    made = tiny(gps=2)
    no_work(made)
    made.people.contract[of_kind(made, Kind.GP)] = 2500
    made.people.sessions[:] = 0
    made.practices.list_size[:], made.practices.demand_per_patient[:] = 2000, 2.5
    made.practices.backlog[:] = 0
    made.practices.hours_saved[:] = 0
    made.ccgs.delegated_minutes[:] = 0
    return made


def booked(world: World) -> list[int]:
    return world.people.booked[of_kind(world, Kind.GP)].tolist()


def test_a_practice_in_balance_books_every_minute_and_nobody_waits(world: World) -> None:
    step(world, PROCESS)
    assert booked(world) == [2500, 2500]
    assert world.practices.backlog[0] == world.practices.wait[0] == world.practices.given_up[0] == 0


def test_more_than_a_full_clinic_takes_waits(world: World) -> None:
    world.practices.demand_per_patient[:] = 3.0  # 6000 minutes; 5000 stretched by a tenth
    step(world, PROCESS)
    assert booked(world) == [2750, 2750]
    assert world.practices.backlog[0] == pytest.approx(500)
    assert world.practices.wait[0] == pytest.approx(500 / 6000)
    step(world, PROCESS)
    # of 500 waiting a quarter gives up: 6000 + 375 less 5500
    assert world.practices.given_up[0] == pytest.approx(125)
    assert world.practices.backlog[0] == pytest.approx(875)


def test_the_queue_of_an_overfull_practice_settles_where_as_many_give_up_as_come(world: World) -> None:
    world.practices.demand_per_patient[:] = 3.0
    for _ in range(200):
        step(world, PROCESS)
    assert world.practices.backlog[0] == pytest.approx(500 / 0.25)
    assert world.practices.given_up[0] == pytest.approx(500)


def test_booked_work_left_undone_waits_too(world: World) -> None:
    worked(world, of_kind(world, Kind.GP)[0], Work.BOOKED, undone=80)
    step(world, PROCESS)
    assert world.practices.given_up[0] == pytest.approx(20)
    assert booked(world) == [2530, 2530]  # 5000 + 60, shared


def test_sessions_leave_the_practice_and_half_is_backfilled(world: World) -> None:
    lender, colleague = of_kind(world, Kind.GP)
    world.people.sessions[lender] = 500
    step(world, PROCESS)
    assert world.practices.locum[0] == 250
    # 4750 minutes for 2000 and 2500 of presence: 1.0556 each
    assert world.people.booked[[lender, colleague]].tolist() == [round(2000 * 4750 / 4500), round(2500 * 4750 / 4500)]
    assert world.practices.backlog[0] == 0


def test_an_absent_gp_leaves_work_to_the_others(world: World) -> None:
    gone, colleague = of_kind(world, Kind.GP)
    world.people.present[gone] = False
    step(world, PROCESS)
    assert world.people.booked[[gone, colleague]].tolist() == [0, 2750]
    assert world.practices.backlog[0] == pytest.approx(2250)


def test_without_any_gp_everything_waits(world: World) -> None:
    world.people.present[of_kind(world, Kind.GP)] = False
    step(world, PROCESS)
    assert world.practices.backlog[0] == pytest.approx(5000)
    assert world.practices.wait[0] == pytest.approx(1.0)


def test_hours_saved_lower_demand(world: World) -> None:
    world.practices.hours_saved[:] = 0.1
    step(world, PROCESS)
    assert booked(world) == [2250, 2250]


@pytest.mark.parametrize(("week", "factor"), [(0, 1.0), (52, 1.03 ** (52 / 52.18)), (-26, 1.03 ** (-26 / 52.18))])
def test_demand_grows_by_the_year(world: World, week: int, factor: float) -> None:
    world.practices.demand_per_patient[:] = 2.0
    world.week = week
    step(world, Workload(growth=0.05, relief=0.02, noise=0, stretch=2))
    assert booked(world) == [round(2000 * factor)] * 2


def test_weeks_differ_by_the_noise() -> None:
    world = tiny(gps=1)
    world.people.contract[of_kind(world, Kind.GP)] = 100_000
    seen = []
    for world.week in range(400):
        step(world, Workload(growth=0, relief=0, noise=0.1))
        seen.append(world.people.booked[of_kind(world, Kind.GP)[0]])
    mean = sum(seen) / 400
    spread = (sum((s - mean) ** 2 for s in seen) / 400) ** 0.5
    assert spread / mean == pytest.approx(0.1, abs=4 * 0.1 / 800**0.5)


def test_managers_share_the_duties_of_the_ccg_and_practice_managers_are_nearly_full(world: World) -> None:
    managers = of_kind(world, Kind.MANAGER)
    world.ccgs.duties[:], world.ccgs.delegated_minutes[:] = 3000, 600
    step(world, PROCESS)
    assert world.people.booked[managers].tolist() == [1200] * 3
    world.people.present[managers[0]] = False
    count_managers(world.people, world.ccgs)
    step(world, PROCESS)
    assert world.people.booked[managers].tolist() == [0, 1800, 1800]
    assert world.people.booked[of_kind(world, Kind.PRACTICE_MANAGER)].tolist() == [round(0.9 * 2520)]


def test_who_lends_more_than_the_contract_is_not_there(world: World) -> None:
    lender, colleague = of_kind(world, Kind.GP)
    world.people.sessions[lender] = 3000
    step(world, PROCESS)
    assert world.people.booked[[lender, colleague]].tolist() == [0, 2750]
    assert world.practices.backlog[0] == pytest.approx(5000 - 1500 - 2750)


@pytest.fixture
def two() -> World:
    """Two CCGs with a practice each, of two GPs of 2500 minutes; patients of the second ask for a fifth more."""
    made = tiny(TINY, Site("U", population=2000, practices=1), gps=2)
    no_work(made)
    made.people.contract[of_kind(made, Kind.GP)] = 2500
    made.people.sessions[:] = 0
    made.practices.list_size[:], made.practices.demand_per_patient[:] = 2000, [2.5, 3.0]
    made.practices.backlog[:] = 0
    made.practices.hours_saved[:] = 0
    return made


def test_every_practice_has_its_own_patients_gps_and_queue(two: World) -> None:
    people, gp = two.people, of_kind(two, Kind.GP)
    assert people.practice[gp].tolist() == [0, 0, 1, 1]
    step(two, PROCESS)
    assert booked(two) == [2500, 2500, 2750, 2750]
    assert two.practices.wait.tolist() == pytest.approx([0, 500 / 6000])
    people.sessions[gp[3]] = 500
    worked(two, gp[2], Work.BOOKED, undone=100)
    step(two, PROCESS)
    # the second: 6000 + 600 waiting - 150 given up - 250 by a locum, for 4500 minutes there, stretched by a tenth
    assert two.practices.locum.tolist() == [0, 250]
    assert two.practices.given_up.tolist() == pytest.approx([0, 150])
    assert booked(two) == [2500, 2500, 2750, 2200]
    assert two.practices.backlog.tolist() == pytest.approx([0, 6200 - 4950])


def test_practices_have_good_and_bad_weeks_of_their_own(two: World) -> None:
    two.practices.demand_per_patient[:] = 2.0
    step(two, Workload(growth=0, relief=0, noise=0.1))
    first, second = 2000 * (1 + 0.1 * two.luck.normal("workload.demand", 0, two.practices.key))
    assert booked(two) == [round(first), round(first), round(second), round(second)]
    assert round(first) != round(second)


def test_managers_share_the_duties_of_their_own_ccg(two: World) -> None:
    managers = of_kind(two, Kind.MANAGER)
    assert two.people.ccg[managers].tolist() == [0, 0, 0, 1, 1, 1]
    two.people.present[managers[5]] = False
    count_managers(two.people, two.ccgs)
    two.ccgs.duties[:], two.ccgs.delegated_minutes[:] = [3000, 4000], [600, 1000]
    step(two, PROCESS)
    assert two.people.booked[managers].tolist() == [1200, 1200, 1200, 2500, 2500, 0]
