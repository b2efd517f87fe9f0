"""A week's hours on paper: what is paid, what spills into evenings, what is not done."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import Kind, Role, Work
from sim.business.bodies import BodyKind
from sim.processes import TimeAllocation
from sim.world import World
from tests.worlds import add_items, body, no_work, of_kind, tiny

EVENING = 300
"""Minutes of evening work that the process below allows everybody: half of ten hours."""


def allocation(**changed: float) -> TimeAllocation:
    """Return the process with round numbers: nothing missed, nothing carried over, evenings alike for all."""
    plain = {
        "missed": 0.0, "carry": 0.0, "evening_level": 0.0, "evening_engagement": 0.0, "evening_strain": 0.0,
        "evening_most": 10.0, "member_minutes": 20.0, "practice_manager_minutes": 60.0,
    }  # fmt: skip
    return TimeAllocation(**(plain | changed))


@pytest.fixture
def world() -> World:
    """Two GPs of one practice, contracted for 2760 minutes, without a role and with an empty diary."""
    made = tiny(gps=2)
    no_work(made)
    made.people.role[:] = Role.NONE
    made.people.sessions[:] = 0
    made.people.booked[:] = 0
    made.people.deadline[:] = 0
    made.seats.person[:] = -1
    made.bodies.meets[:] = False
    made.ccgs.request_minutes[:] = 0
    return made


def week(world: World, row: int) -> dict[str, tuple[int, int, int]]:
    """Return paid, unpaid and undone minutes of a person by kind of work, where any was asked."""
    p = world.people
    return {
        work.name.lower(): (int(p.paid[row, work]), int(p.unpaid[row, work]), int(p.undone[row, work]))
        for work in Work
        if p.demand[row, work]
    }


def test_a_quiet_week_leaves_idle_time(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.booked[gp] = 2700
    allocation().step(world)
    assert week(world, gp) == {"booked": (2700, 0, 0), "reading": (10, 0, 0), "contact": (10, 0, 0)}
    assert world.people.supply[gp] == 2760
    assert world.people.idle[gp] == 40
    assert world.people.worked[gp] == 2720
    assert world.people.ccg_worked[gp] == 20


def test_the_clinic_spills_into_the_evening_and_then_stays_undone(world: World) -> None:
    gps = of_kind(world, Kind.GP)
    world.people.booked[gps] = [3000, 3055]
    allocation().step(world)
    # 2760 paid, 240 of the evening's 300; the 60 left hold everything else
    assert week(world, gps[0]) == {"booked": (2760, 240, 0), "reading": (0, 10, 0), "contact": (0, 10, 0)}
    # 2760 paid, 295 unpaid; the 5 left hold half of the reading
    assert week(world, gps[1]) == {"booked": (2760, 295, 0), "reading": (0, 5, 5), "contact": (0, 0, 10)}
    world.people.booked[gps] = 3200
    allocation().step(world)
    assert week(world, gps[0])["booked"] == (2760, 300, 140)


def test_booked_clinic_never_draws_on_ccg_sessions(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.sessions[gp] = 1000
    world.people.booked[gp] = 1900
    allocation().step(world)
    # 1760 minutes are the practice's: 140 go into the evening, though the sessions have time left
    assert week(world, gp)["booked"] == (1760, 140, 0)
    assert week(world, gp)["reading"] == (10, 0, 0)
    assert world.people.idle[gp] == 980


def test_ccg_work_may_use_what_the_practice_leaves(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.sessions[gp] = 100
    world.people.booked[gp] = 2600
    world.people.deadline[gp] = 400
    allocation().step(world)
    assert week(world, gp)["deadline"] == (160, 240, 0)


def seat(world: World, row: int, kind: BodyKind) -> None:
    """Give a person the first seat of a body, which meets this week."""
    number = body(world, kind)
    world.seats.person[np.flatnonzero(world.seats.body == number)[0]] = row
    world.bodies.meets[number] = True


@pytest.mark.parametrize(
    ("booked", "paid", "unpaid", "undone"),
    [
        (2400, 210, 0, 0),
        (2550, 210, 0, 0),  # exactly fits
        (2551, 209, 1, 0),  # a minute of the evening
        (2850, 0, 210, 0),  # 90 minutes of clinic in the evening leave 210
        (2851, 0, 0, 210),  # a minute short: stays away, does not attend in part
    ],
)
def test_a_meeting_is_attended_whole_or_not_at_all(
    world: World, booked: int, paid: int, unpaid: int, undone: int
) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    world.people.booked[gp] = booked
    allocation(member_minutes=0).step(world)
    assert week(world, gp)["governing_body"] == (paid, unpaid, undone)


def test_time_not_used_for_a_meeting_is_left_for_what_comes_after(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    world.people.booked[gp] = 2851
    allocation(member_minutes=40).step(world)
    assert week(world, gp)["reading"] == (0, 20, 0)


def test_a_missed_diary_misses_every_meeting_and_nothing_else(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    seat(world, gp, BodyKind.MEMBER_COUNCIL)
    allocation(missed=1.0).step(world)
    done = week(world, gp)
    assert done["governing_body"] == (0, 0, 210)
    assert done["member_council"] == (0, 0, 120)
    assert done["reading"] == (10, 0, 0)


def test_no_body_meets_without_a_meeting(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    world.bodies.meets[:] = False
    allocation().step(world)
    assert "governing_body" not in week(world, gp)


def test_the_week_of_a_chair(world: World) -> None:
    """32 hours less 48 minutes of governing body (210 a month) and 120 of executive group, split by five shares."""
    gp = of_kind(world, Kind.GP)[0]
    people = world.people
    people.role[gp] = Role.CHAIR
    seat(world, gp, BodyKind.GOVERNING_BODY)
    seat(world, gp, BodyKind.EXECUTIVE_GROUP)
    world.bodies.meets[body(world, BodyKind.GOVERNING_BODY)] = False
    people.sessions[gp], people.booked[gp] = 1440, 1320
    allocation(chair_hours=32).step(world)
    # 1920 - 210 / (52.18 / 12) - 120 = 1751.7: 30 % preparation, 25 % reading, 33 % contact, 5 % briefing, 7 % training
    asked = {work.name.lower(): int(m) for work, m in zip(Work, people.demand[gp], strict=True) if m}
    assert asked == {
        "booked": 1320, "executive_group": 120, "preparation": 526, "reading": 438, "contact": 578, "briefing": 88,
        "development": 123,
    }  # fmt: skip
    # 1440 paid minutes: 120 + 526 + 438 leave 356 for contact; the evening's 300 hold 222 of it and 78 of the briefing
    assert week(world, gp) == {
        "booked": (1320, 0, 0), "executive_group": (120, 0, 0), "preparation": (526, 0, 0), "reading": (438, 0, 0),
        "contact": (356, 222, 0), "briefing": (0, 78, 10), "development": (0, 0, 123),
    }  # fmt: skip
    assert people.idle[gp] == 0


def test_empty_seats_burden_the_leaders_and_nobody_else(world: World) -> None:
    leader, representative = of_kind(world, Kind.GP)
    people = world.people
    people.role[leader], people.role[representative] = Role.GOVERNING_BODY, Role.REPRESENTATIVE
    world.ccgs.vacancy_load[:] = 1.5
    allocation(governing_body_hours=10, representative_hours=2, leader_preparation=0.3).step(world)
    assert people.demand[leader].sum() == 900
    assert people.demand[leader, Work.PREPARATION] == 270
    assert people.demand[representative].sum() == 120


def test_undone_work_comes_back_in_part(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.undone[gp, [Work.READING, Work.BRIEFING, Work.GOVERNING_BODY]] = 100
    allocation(carry=0.4).step(world)
    assert world.people.demand[gp, Work.READING] == 10 + 40
    assert world.people.demand[gp, Work.BRIEFING] == 0, "briefings and meetings missed are gone"
    assert world.people.demand[gp, Work.GOVERNING_BODY] == 0


def test_managers_share_requests_preparation_and_visits(world: World) -> None:
    managers = of_kind(world, Kind.MANAGER)
    assert managers.size == 3
    world.ccgs.request_minutes[:] = 300
    add_items(world, work=900, prepared=1 / 3)  # 600 minutes left, over three weeks
    add_items(world, work=900, prepared=1.0)
    allocation(preparation_weeks=3, visit_minutes=30, development_minutes=60).step(world)
    asked = world.people.demand[managers]
    assert asked[:, Work.DEADLINE].tolist() == [100, 100, 100]
    assert asked[:, Work.PREPARATION].tolist() == [67, 67, 67]
    assert asked[:, Work.CONTACT].tolist() == [10, 10, 10], "one practice among three"
    assert asked[:, Work.DEVELOPMENT].tolist() == [60, 60, 60]


def test_practice_managers_read_and_write(world: World) -> None:
    row = of_kind(world, Kind.PRACTICE_MANAGER)[0]
    allocation().step(world)
    assert week(world, row) == {"reading": (30, 0, 0), "contact": (30, 0, 0)}


def test_whoever_left_works_no_more(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.present[gp] = False
    world.people.booked[gp] = 2000
    allocation().step(world)
    assert not world.people.demand[gp].any()
    assert world.people.supply[gp] == world.people.idle[gp] == 0


@pytest.mark.parametrize(
    ("x", "strain", "minutes"),
    [(0, 0, 450), (100, 0, 900), (-100, 0, 0), (0, 100, 0), (1, 2, 450)],
)
def test_evenings_grow_with_engagement_and_shrink_with_strain(
    world: World, x: float, strain: float, minutes: int
) -> None:
    """At most 15 hours times logistic(x / 2 - strain / 4)."""
    gp = of_kind(world, Kind.GP)[0]
    world.people.engagement[gp], world.people.strain[gp] = x, strain
    world.people.booked[gp] = 9000
    allocation(evening_most=15, evening_engagement=0.5, evening_strain=0.25).step(world)
    assert world.people.unpaid[gp].sum() == minutes


def test_the_record_of_time_for_the_role(world: World) -> None:
    """Half of the way each half-life toward 1 if all CCG work was paid, toward 0 if not."""
    one, two = of_kind(world, Kind.GP)
    nurse = of_kind(world, Kind.NURSE)[0]
    world.people.time_met[:] = 0.8
    world.people.booked[[one, two]] = [2740, 2741]
    allocation(memory_weeks=1).step(world)
    assert world.people.time_met[one] == pytest.approx(0.9)
    assert world.people.time_met[two] == pytest.approx(0.4), "one minute of email in the evening"
    assert world.people.time_met[nurse] == pytest.approx(0.8), "nothing was asked"
