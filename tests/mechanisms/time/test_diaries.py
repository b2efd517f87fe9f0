"""What a week asks for, on paper: meetings, the hours of a role, what managers share, what comes back."""

from __future__ import annotations

import numpy as np
import pytest

from sim.mechanisms.leadership.careers import count_managers
from sim.mechanisms.time.diaries import ask, call_meetings, share_out
from sim.settings.sites import Site
from sim.state.codes import LEADS, BodyKind, Kind, Role, Stage, Work
from sim.state.world import World
from tests.mechanisms.time.tools import asked, at_leisure, diaries, seat
from tests.worlds import add_items, body, of_kind, step, tiny


@pytest.fixture
def two() -> World:
    """Two CCGs, of one practice and of three, each practice with two GPs as in ``world``."""
    return at_leisure(tiny(Site("P", population=2000, practices=1), Site("Q", population=6000, practices=3)))


def test_no_body_meets_without_a_meeting(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    world.bodies.meets[:] = False
    step(world, diaries())
    assert "governing_body" not in asked(world, gp)


def test_empty_seats_and_those_of_leavers_ask_nobody(world: World) -> None:
    """An empty seat is row -1, which is somebody's too."""
    people, gp = world.people, of_kind(world, Kind.GP)[0]
    world.bodies.meets[:] = True
    average = call_meetings(people, world.seats, world.bodies, 52.0)
    assert not people.demand.any()
    assert not average.any()
    seat(world, gp, BodyKind.GOVERNING_BODY)
    people.present[gp] = False
    step(world, diaries())
    assert not people.demand[gp].any()


def test_meetings_of_this_week_and_of_an_average_one(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    for kind in (BodyKind.GOVERNING_BODY, BodyKind.EXECUTIVE_GROUP):
        seat(world, gp, kind)
    world.bodies.meets[body(world, BodyKind.EXECUTIVE_GROUP)] = False
    world.people.demand[:] = 9  # of last week
    average = call_meetings(world.people, world.seats, world.bodies, 48.0)
    assert world.people.demand[gp, Work.GOVERNING_BODY] == world.people.demand.sum() == 210
    assert average[gp] == average.sum() == 210 / 4 + 120, "every fourth week, and every week"


def test_the_week_of_a_chair(world: World) -> None:
    """32 hours less 48 minutes of governing body (210 a month) and 120 of executive group, split by five shares."""
    gp = of_kind(world, Kind.GP)[0]
    world.people.role[gp] = Role.CHAIR
    seat(world, gp, BodyKind.GOVERNING_BODY)
    seat(world, gp, BodyKind.EXECUTIVE_GROUP)
    world.bodies.meets[body(world, BodyKind.GOVERNING_BODY)] = False
    world.people.booked[gp] = 1320
    step(world, diaries(chair_asked_hours=32))
    # 1920 - 210 / (52.18 / 12) - 120 = 1751.7: 30 % preparation, 25 % reading, 33 % contact, 5 % briefing, 7 % training
    assert asked(world, gp) == {
        "booked": 1320, "executive_group": 120, "preparation": 526, "reading": 438, "contact": 578, "briefing": 88,
        "development": 123,
    }  # fmt: skip


def test_a_leader_is_asked_for_what_meetings_leave_of_the_hours_by_the_load_of_the_ccg(two: World) -> None:
    """An hour less 40 minutes of meetings in the one CCG, 100 minutes less 40 in the other; split 1 to 3."""
    people = two.people
    gps = [of_kind(two, Kind.GP)[np.flatnonzero(people.ccg[of_kind(two, Kind.GP)] == c)[0]] for c in (0, 1)]
    people.role[gps] = Role.GOVERNING_BODY
    two.ccgs.vacancy_load[:] = [1, 100 / 60]
    hours = diaries(
        governing_body_asked_hours=1, leader_preparation=0.25, leader_reading=0.75, leader_contact=0, leader_briefing=0
    )
    nothing = np.zeros((2, len(Work)))
    ask(people, two.ccgs, hours, np.full(people.size, 40.0), nothing, LEADS)
    assert people.demand[gps[0], [Work.PREPARATION, Work.READING]].tolist() == [5, 15]
    assert people.demand[gps[1], [Work.PREPARATION, Work.READING]].tolist() == [15, 45]
    assert people.demand[gps].sum() == 80
    ask(people, two.ccgs, hours, np.full(people.size, 80.0), nothing, LEADS)
    assert people.demand[gps].sum(axis=1).tolist() == [0, 20], "meetings may take more than all"


def test_a_representative_splits_hours_otherwise_than_leaders(world: World) -> None:
    """Seven hours less 120 minutes of meetings; empty seats burden leaders alone."""
    gp = of_kind(world, Kind.GP)[0]
    world.people.role[gp] = Role.REPRESENTATIVE
    world.ccgs.vacancy_load[:] = 1.5
    seat(world, gp, BodyKind.EXECUTIVE_GROUP)
    world.bodies.meets[:] = False
    step(world, diaries(
        representative_asked_hours=7, representative_preparation=0.1, representative_reading=0.3,
        representative_contact=0.15, representative_briefing=0.4,
    ))  # fmt: skip
    assert asked(world, gp) == {"preparation": 30, "reading": 90, "contact": 45, "briefing": 120, "development": 15}


@pytest.mark.parametrize(
    ("role", "minutes"),
    [
        (Role.NONE, 20), (Role.REPRESENTATIVE, 120), (Role.LOCALITY_LEAD, 180), (Role.GOVERNING_BODY, 240),
        (Role.CHAIR, 300), (Role.MANAGER, 0), (Role.EXECUTIVE, 0),
    ],
)  # fmt: skip
def test_each_role_has_its_own_hours(world: World, role: Role, minutes: int) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.role[gp] = role
    step(
        world,
        diaries(
            representative_asked_hours=2, locality_lead_asked_hours=3, governing_body_asked_hours=4, chair_asked_hours=5
        ),
    )
    assert world.people.demand[gp].sum() == minutes


def test_empty_seats_burden_the_leaders_and_nobody_else(world: World) -> None:
    leader, representative = of_kind(world, Kind.GP)
    people = world.people
    people.role[leader], people.role[representative] = Role.GOVERNING_BODY, Role.REPRESENTATIVE
    world.ccgs.vacancy_load[:] = 1.5
    step(world, diaries(governing_body_asked_hours=10, representative_asked_hours=2, leader_preparation=0.3))
    assert people.demand[leader].sum() == 900
    assert people.demand[leader, Work.PREPARATION] == 270
    assert people.demand[representative].sum() == 120


def test_undone_work_comes_back_in_part(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.undone[gp] = 100
    step(world, diaries(carry=0.4))
    assert asked(world, gp) == {"deadline": 40, "preparation": 40, "reading": 10 + 40, "contact": 10 + 40}, (
        "clinics, meetings, briefings and learning missed are gone"
    )


def test_managers_share_requests_preparation_and_visits(world: World) -> None:
    managers = of_kind(world, Kind.MANAGER)
    assert managers.size == 3
    world.ccgs.request_minutes[:] = 300
    add_items(world, work=900, prepared=1 / 3)  # 600 minutes left, over three weeks
    add_items(world, work=900, prepared=1.0)
    step(world, diaries(preparation_weeks=3, visit_minutes=30, development_minutes=60))
    demand = world.people.demand[managers]
    assert demand[:, Work.DEADLINE].tolist() == [100, 100, 100]
    assert demand[:, Work.PREPARATION].tolist() == [67, 67, 67]
    assert demand[:, Work.CONTACT].tolist() == [10, 10, 10], "one practice among three"
    assert demand[:, Work.DEVELOPMENT].tolist() == [60, 60, 60]


def test_a_ccg_asks_its_own_managers_who_are_there(two: World) -> None:
    people, managers = two.people, of_kind(two, Kind.MANAGER)
    of_one, of_other = (managers[people.ccg[managers] == c] for c in (0, 1))
    assert of_one.size == of_other.size == 3
    people.present[of_one[0]] = False
    count_managers(people, two.ccgs)
    two.ccgs.request_minutes[:] = [300, 600]
    add_items(two, work=900, prepared=0.5)
    add_items(two, work=900, prepared=0.5, stage=Stage.LAPSED)
    process = diaries(preparation_weeks=3, visit_minutes=30, development_minutes=60)
    kinds = [Work.DEADLINE, Work.PREPARATION, Work.CONTACT, Work.DEVELOPMENT]
    each = share_out(two.practices, two.ccgs, two.items, process, len(Work))
    assert each[:, kinds].tolist() == [[150, 75, 15, 60], [200, 0, 30, 60]], "between two, and among three"
    assert each.sum() == 300 + 290
    people.booked[of_other] = 7
    step(two, process)
    assert people.demand[of_one][:, kinds].tolist() == [[0] * 4] + 2 * [[150, 75, 15, 60]]
    assert people.demand[of_other].sum(axis=1).tolist() == 3 * [7 + 290]
    people.present[of_one] = False
    count_managers(people, two.ccgs)
    assert np.isfinite(share_out(two.practices, two.ccgs, two.items, process, len(Work))).all(), "nobody to share among"


def test_practice_managers_read_and_write(world: World) -> None:
    row = of_kind(world, Kind.PRACTICE_MANAGER)[0]
    step(world, diaries())
    assert asked(world, row) == {"reading": 30, "contact": 30}


def test_nothing_is_asked_of_whoever_left(world: World) -> None:
    gp, people = of_kind(world, Kind.GP)[0], world.people
    people.present[gp] = False
    people.booked[gp], people.deadline[gp], people.undone[gp], people.demand[gp] = 2000, 100, 100, 9
    step(world, diaries(carry=0.4))
    assert not people.demand[gp].any()
