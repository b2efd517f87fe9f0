"""A week's hours on paper: what is paid, what spills into evenings, what is not done."""

from __future__ import annotations

import numpy as np
import pytest

from sim.mechanisms.schedule import TimeAllocation
from sim.mechanisms.time.time_allocation import IS_MEETING, LEADS, ask, call_meetings, fill, share_out
from sim.settings.sites import Site
from sim.state.bodies import WORK_OF_BODY, BodyKind
from sim.state.items import Stage
from sim.state.people import Kind, Role, Work
from sim.state.world import World
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


def at_leisure(made: World) -> World:
    """Return a world in which nobody has a role or a seat, and everybody an empty diary."""
    no_work(made)
    made.people.role[:] = Role.NONE
    made.people.sessions[:] = 0
    made.people.booked[:] = 0
    made.people.deadline[:] = 0
    made.seats.person[:] = -1
    made.bodies.meets[:] = False
    made.ccgs.request_minutes[:] = 0
    return made


@pytest.fixture
def world() -> World:
    """Two GPs of one practice, contracted for 2760 minutes, without a role and with an empty diary."""
    return at_leisure(tiny(gps=2))


@pytest.fixture
def two() -> World:
    """Two CCGs, of one practice and of three, each practice with two GPs as in ``world``."""
    return at_leisure(tiny(Site("P", population=2000, practices=1), Site("Q", population=6000, practices=3)))


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


def test_sessions_are_part_of_the_contract_and_of_no_other_profession(world: World) -> None:
    gp, nurse = of_kind(world, Kind.GP)[0], of_kind(world, Kind.NURSE)[0]
    world.people.contract[[gp, nurse]] = 480
    world.people.sessions[[gp, nurse]] = 500
    world.people.booked[[gp, nurse]] = 100
    allocation().step(world)
    assert week(world, gp)["booked"] == (0, 100, 0), "all of the week is sessions, and no more than all"
    assert week(world, nurse)["booked"] == (100, 0, 0)


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


def test_empty_seats_and_those_of_leavers_ask_nobody(world: World) -> None:
    """An empty seat is row -1, which is somebody's too."""
    people, gp = world.people, of_kind(world, Kind.GP)[0]
    world.bodies.meets[:] = True
    average = call_meetings(people, world.seats, world.bodies, WORK_OF_BODY, 52.0)
    assert not people.demand.any()
    assert not average.any()
    seat(world, gp, BodyKind.GOVERNING_BODY)
    people.present[gp] = False
    allocation().step(world)
    assert not people.demand[gp].any()


def test_meetings_of_this_week_and_of_an_average_one(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    for kind in (BodyKind.GOVERNING_BODY, BodyKind.EXECUTIVE_GROUP):
        seat(world, gp, kind)
    world.bodies.meets[body(world, BodyKind.EXECUTIVE_GROUP)] = False
    world.people.demand[:] = 9  # of last week
    average = call_meetings(world.people, world.seats, world.bodies, WORK_OF_BODY, 48.0)
    assert world.people.demand[gp, Work.GOVERNING_BODY] == world.people.demand.sum() == 210
    assert average[gp] == average.sum() == 210 / 4 + 120, "every fourth week, and every week"


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


def test_a_leader_is_asked_for_what_meetings_leave_of_the_hours_by_the_load_of_the_ccg(two: World) -> None:
    """An hour less 40 minutes of meetings in the one CCG, 100 minutes less 40 in the other; split 1 to 3."""
    people = two.people
    gps = [of_kind(two, Kind.GP)[np.flatnonzero(people.ccg[of_kind(two, Kind.GP)] == c)[0]] for c in (0, 1)]
    people.role[gps] = Role.GOVERNING_BODY
    two.ccgs.vacancy_load[:] = [1, 100 / 60]
    hours = allocation(
        governing_body_hours=1, leader_preparation=0.25, leader_reading=0.75, leader_contact=0, leader_briefing=0
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
    allocation(
        representative_hours=7, representative_preparation=0.1, representative_reading=0.3,
        representative_contact=0.15, representative_briefing=0.4,
    ).step(world)  # fmt: skip
    asked = {work.name.lower(): int(m) for work, m in zip(Work, world.people.demand[gp], strict=True) if m}
    assert asked == {"preparation": 30, "reading": 90, "contact": 45, "briefing": 120, "development": 15}


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
    allocation(representative_hours=2, locality_lead_hours=3, governing_body_hours=4, chair_hours=5).step(world)
    assert world.people.demand[gp].sum() == minutes


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
    world.people.undone[gp] = 100
    allocation(carry=0.4).step(world)
    asked = {work.name.lower(): int(m) for work, m in zip(Work, world.people.demand[gp], strict=True) if m}
    assert asked == {"deadline": 40, "preparation": 40, "reading": 10 + 40, "contact": 10 + 40}, (
        "clinics, meetings, briefings and learning missed are gone"
    )


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


def test_a_ccg_asks_its_own_managers_who_are_there(two: World) -> None:
    people, managers = two.people, of_kind(two, Kind.MANAGER)
    of_one, of_other = (managers[people.ccg[managers] == c] for c in (0, 1))
    assert of_one.size == of_other.size == 3
    people.present[of_one[0]] = False
    two.ccgs.request_minutes[:] = [300, 600]
    add_items(two, work=900, prepared=0.5)
    add_items(two, work=900, prepared=0.5, stage=Stage.LAPSED)
    process = allocation(preparation_weeks=3, visit_minutes=30, development_minutes=60)
    kinds = [Work.DEADLINE, Work.PREPARATION, Work.CONTACT, Work.DEVELOPMENT]
    each = share_out(people, two.practices, two.ccgs, two.items, process)
    assert each[:, kinds].tolist() == [[150, 75, 15, 60], [200, 0, 30, 60]], "between two, and among three"
    assert each.sum() == 300 + 290
    people.booked[of_other] = 7
    process.step(two)
    assert people.demand[of_one][:, kinds].tolist() == [[0] * 4] + 2 * [[150, 75, 15, 60]]
    assert people.demand[of_other].sum(axis=1).tolist() == 3 * [7 + 290]
    people.present[of_one] = False
    assert np.isfinite(share_out(people, two.practices, two.ccgs, two.items, process)).all(), "nobody to share among"


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


def test_the_week_after_leaving_is_empty(world: World) -> None:
    gp, people = of_kind(world, Kind.GP)[0], world.people
    people.booked[gp] = 3200
    allocation(carry=0.4).step(world)
    assert people.paid[gp].any()
    assert people.unpaid[gp].any()
    assert people.undone[gp].any()
    people.present[gp] = False
    allocation(carry=0.4).step(world)
    for name in ("demand", "paid", "unpaid", "undone", "supply", "idle", "worked", "ccg_worked"):
        assert not people[name][gp].any(), name


def test_a_week_is_filled_in_order_and_meetings_are_whole_or_not_at_all(world: World) -> None:
    """480 minutes, 60 of them sessions, and 50 in evenings; the other GP is no longer there."""
    gps, people = of_kind(world, Kind.GP), world.people
    people.contract[gps], people.sessions[gps], people.present[gps[1]] = 480, 60, False
    kinds = [Work.BOOKED, Work.GOVERNING_BODY, Work.READING]
    people.demand[gps[0], kinds] = [500, 80, 80]
    people.time_met[gps] = 0.8
    evening, luck = np.full(people.size, 50, dtype=np.int32), np.full(people.size, 0.5)
    fill(people, allocation(missed=0.5), evening, luck, IS_MEETING, 0.25)
    assert people.paid[gps][:, kinds].tolist() == [[420, 0, 60], [0, 0, 0]], "booked work may not use the sessions"
    assert people.unpaid[gps][:, kinds].tolist() == [[50, 0, 0], [0, 0, 0]], "evenings go first to what comes first"
    assert people.undone[gps][:, kinds].tolist() == [[30, 80, 20], [0, 0, 0]]
    assert people.supply[gps].tolist() == [480, 0]
    assert people.idle[gps].tolist() == [0, 0]
    assert people.worked[gps].tolist() == [420 + 60 + 50, 0]
    assert people.ccg_worked[gps].tolist() == [60, 0]
    assert people.time_met[gps] == pytest.approx([0.6, 0.8])


def test_those_of_the_lowest_luck_miss_their_meetings(world: World) -> None:
    gps, people = of_kind(world, Kind.GP), world.people
    people.contract[gps] = 480
    people.demand[gps, Work.GOVERNING_BODY] = 210
    luck = np.ones(people.size)
    luck[gps[0]] = 0.07
    fill(people, allocation(missed=0.08), np.zeros(people.size, dtype=np.int32), luck, IS_MEETING, 0.5)
    assert people.paid[gps, Work.GOVERNING_BODY].tolist() == [0, 210]
    assert people.undone[gps, Work.GOVERNING_BODY].tolist() == [210, 0]
    assert people.idle[gps].tolist() == [480, 270]


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


def test_a_clinic_into_the_evening_does_not_count_as_time_lacking_for_the_role(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.sessions[gp], world.people.booked[gp], world.people.time_met[gp] = 1000, 1900, 0.8
    allocation(memory_weeks=1).step(world)
    assert world.people.unpaid[gp, Work.BOOKED] == 140
    assert world.people.time_met[gp] == pytest.approx(0.9)
