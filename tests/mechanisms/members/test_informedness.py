"""Being informed, by hand: contact restores a share of what is missing, and a share is forgotten."""

from __future__ import annotations

import pytest

from sim.mechanisms.members.informedness import Informedness
from sim.mechanisms.time.time_allocation import keep_contact
from sim.settings.sites import Site
from sim.state.codes import Kind, Role, Work
from sim.state.world import World
from tests.worlds import no_work, of_kind, step, tiny, worked

PROCESS = Informedness(
    decay=0.1, reading=0.2, council=0.4, locality=0.3, board=0.05, briefing=0.25, visit=0.15, beta=0.5
)


@pytest.fixture
def world() -> World:
    """One practice: GP ``one`` is its representative, GP ``two`` has no role; nobody did anything."""
    made = tiny(gps=2)
    no_work(made)
    made.people.informed[:] = 0.5
    made.people.role[:] = Role.NONE
    made.people.on_governing_body[:] = False
    one = of_kind(made, Kind.GP)[0]
    made.seats.person[made.practices.council_seat[0]] = one
    made.people.role[one] = Role.REPRESENTATIVE
    return made


def informed(world: World, row: int) -> float:
    keep_contact(world.people, world.ccgs)
    step(world, PROCESS)
    assert world.people.pull_informed[row] == pytest.approx(0.5 * world.people.informed[row])
    return float(world.people.informed[row])


def test_whoever_is_first_in_the_table_tells_a_practice_as_anybody_does(world: World) -> None:
    two = of_kind(world, Kind.GP)[1]
    world.seats.person[world.practices.council_seat[0]] = 0
    worked(world, 0, Work.BRIEFING, paid=60)
    assert informed(world, two) == pytest.approx(0.5 * 0.9 + 0.5 * 0.25 * 0.5)


def test_without_contact_a_share_is_forgotten(world: World) -> None:
    two = of_kind(world, Kind.GP)[1]
    assert informed(world, two) == pytest.approx(0.5 * 0.9)
    assert informed(world, two) == pytest.approx(0.5 * 0.81)


@pytest.mark.parametrize(
    ("work", "done", "undone", "contact"),
    [
        (Work.READING, 60, 0, 0.2),
        (Work.READING, 15, 45, 0.05),  # a quarter read
        (Work.READING, 0, 60, 0.0),
        (Work.MEMBER_COUNCIL, 120, 0, 0.4),
        (Work.MEMBER_COUNCIL, 0, 120, 0.0),
        (Work.LOCALITY_MEETING, 90, 0, 0.3),
        (Work.BOOKED, 2000, 0, 0.0),
    ],
)
def test_reading_and_meetings(world: World, work: Work, done: int, undone: int, contact: float) -> None:
    two = of_kind(world, Kind.GP)[1]
    worked(world, two, work, paid=done, undone=undone)
    assert informed(world, two) == pytest.approx(0.5 + 0.5 * contact - 0.05)


def test_the_representative_passes_on_what_is_known_and_found_time_for(world: World) -> None:
    one, two = of_kind(world, Kind.GP)
    world.people.informed[one] = 0.8
    worked(world, one, Work.BRIEFING, unpaid=30, undone=30)
    assert informed(world, two) == pytest.approx(0.5 + 0.5 * 0.25 * 0.8 * 0.5 - 0.05)
    assert world.people.informed[one] == pytest.approx(0.8 * 0.9), "nobody briefs the representative"
    manager = of_kind(world, Kind.PRACTICE_MANAGER)[0]
    assert world.people.informed[manager] == world.people.informed[two]


def test_nothing_comes_through_an_empty_seat(world: World) -> None:
    one, two = of_kind(world, Kind.GP)
    worked(world, one, Work.BRIEFING, unpaid=60)
    world.seats.person[world.practices.council_seat[0]] = -1
    assert informed(world, two) == pytest.approx(0.45)


def test_managers_contact_reaches_the_practices_they_kept_it_with(world: World) -> None:
    two, nurse = of_kind(world, Kind.GP)[1], of_kind(world, Kind.NURSE)[0]
    worked(world, of_kind(world, Kind.MANAGER), Work.CONTACT, paid=20, undone=[0, 20, 20])
    # 60 of 100 minutes done
    assert informed(world, two) == pytest.approx(0.5 + 0.5 * 0.15 * 0.6 - 0.05)
    assert world.people.informed[nurse] == pytest.approx(0.45), "no practice, no visit"


def test_leaders_learn_from_the_work_of_the_board(world: World) -> None:
    two, nurse = of_kind(world, Kind.GP)[1], of_kind(world, Kind.NURSE)[0]
    world.people.role[two] = Role.LOCALITY_LEAD
    world.people.on_governing_body[nurse] = True
    assert informed(world, two) == pytest.approx(0.5 + 0.5 * 0.05 - 0.05)
    assert world.people.informed[nurse] == pytest.approx(0.475)


def test_contacts_add_up_and_never_beyond_all(world: World) -> None:
    two = of_kind(world, Kind.GP)[1]
    worked(world, two, Work.READING, paid=10)
    worked(world, two, Work.LOCALITY_MEETING, paid=90)
    assert informed(world, two) == pytest.approx(0.5 + 0.5 * (0.2 + 0.3) - 0.05)
    full = Informedness(decay=0.1, council=1, reading=1)
    worked(world, two, Work.MEMBER_COUNCIL, paid=120)
    world.people.informed[two] = 0.5
    step(world, full)
    assert world.people.informed[two] == pytest.approx(0.5 + 0.5 - 0.05)


def test_the_fixed_point_of_steady_contact(world: World) -> None:
    two = of_kind(world, Kind.GP)[1]
    worked(world, two, Work.READING, paid=10)
    for _ in range(200):
        step(world, PROCESS)
    assert world.people.informed[two] == pytest.approx(0.2 / (0.2 + 0.1))


def test_in_the_null_world_nobody_learns_after_go_live(world: World) -> None:
    world.null_world, world.week = True, 52
    step(world, PROCESS)
    assert (world.people.informed == 0.5).all()


def test_a_practice_is_visited_by_managers_of_its_own_ccg() -> None:
    world = tiny(Site("S", population=4000, practices=1), Site("T", population=4000, practices=1), gps=1)
    no_work(world)
    world.people.role[:] = Role.NONE
    world.people.on_governing_body[:] = False
    world.people.informed[:] = 0.5
    managers = of_kind(world, Kind.MANAGER)
    worked(world, managers[world.people.ccg[managers] == 1], Work.CONTACT, paid=30, undone=10)
    keep_contact(world.people, world.ccgs)
    step(world, PROCESS)
    first, second = of_kind(world, Kind.PRACTICE_MANAGER)
    assert world.people.informed[first] == pytest.approx(0.5 * 0.9)
    assert world.people.informed[second] == pytest.approx(0.5 * 0.9 + 0.5 * 0.15 * 0.75)
