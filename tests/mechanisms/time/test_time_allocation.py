"""A week's hours on paper: what is paid, what spills into evenings, what is not done."""

from __future__ import annotations

import numpy as np
import pytest

from sim.mechanisms.time.time_allocation import fill, keep_contact
from sim.settings.sites import Site
from sim.state.codes import IS_MEETING, BodyKind, Kind, Role, Work
from sim.state.world import World
from tests.mechanisms.time.tools import allocation, diaries, seat
from tests.worlds import body, no_work, of_kind, step, tiny, worked


def week(world: World, row: int) -> dict[str, tuple[int, int, int]]:
    """Return paid, unpaid and undone minutes of a person by kind of work, where any was asked."""
    p = world.people
    return {
        work.name.lower(): (int(p.paid[row, work]), int(p.unpaid[row, work]), int(p.undone[row, work]))
        for work in Work
        if p.demand[row, work]
    }


def test_a_quiet_week_leaves_idle_time(world: World) -> None:
    gp, manager = of_kind(world, Kind.GP)[0], of_kind(world, Kind.PRACTICE_MANAGER)[0]
    world.people.booked[gp] = 2700
    step(world, diaries(), allocation())
    assert week(world, gp) == {"booked": (2700, 0, 0), "reading": (10, 0, 0), "contact": (10, 0, 0)}
    assert world.people.supply[gp] == 2760
    assert world.people.idle[gp] == 40
    assert world.people.worked[gp] == 2720
    assert world.people.ccg_worked[gp] == 20
    assert week(world, manager) == {"reading": (30, 0, 0), "contact": (30, 0, 0)}


def test_the_clinic_spills_into_the_evening_and_then_stays_undone(world: World) -> None:
    gps = of_kind(world, Kind.GP)
    world.people.booked[gps] = [3000, 3055]
    step(world, diaries(), allocation())
    # 2760 paid, 240 of the evening's 300; the 60 left hold everything else
    assert week(world, gps[0]) == {"booked": (2760, 240, 0), "reading": (0, 10, 0), "contact": (0, 10, 0)}
    # 2760 paid, 295 unpaid; the 5 left hold half of the reading
    assert week(world, gps[1]) == {"booked": (2760, 295, 0), "reading": (0, 5, 5), "contact": (0, 0, 10)}
    world.people.booked[gps] = 3200
    step(world, diaries(), allocation())
    assert week(world, gps[0])["booked"] == (2760, 300, 140)


def test_booked_clinic_never_draws_on_ccg_sessions(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.sessions[gp] = 1000
    world.people.booked[gp] = 1900
    step(world, diaries(), allocation())
    # 1760 minutes are the practice's: 140 go into the evening, though the sessions have time left
    assert week(world, gp)["booked"] == (1760, 140, 0)
    assert week(world, gp)["reading"] == (10, 0, 0)
    assert world.people.idle[gp] == 980


def test_sessions_are_part_of_the_contract_and_of_no_other_profession(world: World) -> None:
    gp, nurse = of_kind(world, Kind.GP)[0], of_kind(world, Kind.NURSE)[0]
    world.people.contract[[gp, nurse]] = 480
    world.people.sessions[[gp, nurse]] = 500
    world.people.booked[[gp, nurse]] = 100
    step(world, diaries(), allocation())
    assert week(world, gp)["booked"] == (0, 100, 0), "all of the week is sessions, and no more than all"
    assert week(world, nurse)["booked"] == (100, 0, 0)


def test_ccg_work_may_use_what_the_practice_leaves(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.sessions[gp] = 100
    world.people.booked[gp] = 2600
    world.people.deadline[gp] = 400
    step(world, diaries(), allocation())
    assert week(world, gp)["deadline"] == (160, 240, 0)


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
    step(world, diaries(member_minutes=0), allocation())
    assert week(world, gp)["governing_body"] == (paid, unpaid, undone)


@pytest.mark.parametrize(("booked", "there"), [(2850, True), (2851, False)])
def test_whoever_found_the_time_is_in_the_room(world: World, booked: int, there: bool) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    world.people.booked[gp] = booked
    step(world, diaries(), allocation())
    assert world.seats.present.tolist() == [there and holder == gp for holder in world.seats.person.tolist()]


def test_whoever_is_first_in_the_table_is_asked_to_come_and_comes(world: World) -> None:
    seat(world, 0, BodyKind.GOVERNING_BODY)
    world.people.contract[0] = 600
    step(world, diaries(), allocation())
    asked, done, _ = week(world, 0)["governing_body"]
    assert asked + done == world.bodies.minutes[body(world, BodyKind.GOVERNING_BODY)]
    assert np.flatnonzero(world.seats.present).tolist() == np.flatnonzero(world.seats.person == 0).tolist()


def test_nobody_is_in_the_room_of_a_body_that_does_not_meet_or_on_an_empty_seat(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    world.bodies.meets[:] = False
    world.bodies.meets[body(world, BodyKind.MEMBER_COUNCIL)] = True
    world.seats.present[:] = True  # of last week
    step(world, diaries(), allocation())
    assert not world.seats.present.any()


def test_time_not_used_for_a_meeting_is_left_for_what_comes_after(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    world.people.booked[gp] = 2851
    step(world, diaries(member_minutes=40), allocation())
    assert week(world, gp)["reading"] == (0, 20, 0)


def test_a_missed_diary_misses_every_meeting_and_nothing_else(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    seat(world, gp, BodyKind.GOVERNING_BODY)
    seat(world, gp, BodyKind.MEMBER_COUNCIL)
    step(world, diaries(), allocation(missed=1.0))
    done = week(world, gp)
    assert done["governing_body"] == (0, 0, 210)
    assert done["member_council"] == (0, 0, 120)
    assert done["reading"] == (10, 0, 0)


def test_the_week_of_a_chair(world: World) -> None:
    """1440 minutes of sessions and an evening's 300 hold most of what is asked of a chair, in the order of a week."""
    gp = of_kind(world, Kind.GP)[0]
    people = world.people
    people.role[gp] = Role.CHAIR
    seat(world, gp, BodyKind.GOVERNING_BODY)
    seat(world, gp, BodyKind.EXECUTIVE_GROUP)
    world.bodies.meets[body(world, BodyKind.GOVERNING_BODY)] = False
    people.sessions[gp], people.booked[gp] = 1440, 1320
    step(world, diaries(chair_asked_hours=32), allocation())
    # 1440 paid minutes: 120 + 526 + 438 leave 356 for contact; the evening's 300 hold 222 of it and 78 of the briefing
    assert week(world, gp) == {
        "booked": (1320, 0, 0), "executive_group": (120, 0, 0), "preparation": (526, 0, 0), "reading": (438, 0, 0),
        "contact": (356, 222, 0), "briefing": (0, 78, 10), "development": (0, 0, 123),
    }  # fmt: skip
    assert people.idle[gp] == 0


def test_whoever_left_works_no_more(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.present[gp] = False
    world.people.booked[gp] = 2000
    step(world, diaries(), allocation())
    assert not world.people.demand[gp].any()
    assert world.people.supply[gp] == world.people.idle[gp] == 0


def test_the_week_after_leaving_is_empty(world: World) -> None:
    gp, people = of_kind(world, Kind.GP)[0], world.people
    people.booked[gp] = 3200
    step(world, diaries(carry=0.4), allocation())
    assert people.paid[gp].any()
    assert people.unpaid[gp].any()
    assert people.undone[gp].any()
    people.present[gp] = False
    step(world, diaries(carry=0.4), allocation())
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
    ("x", "strain", "minutes"), [(0, 0, 450), (100, 0, 900), (-100, 0, 0), (0, 100, 0), (1, 2, 450)]
)
def test_evenings_grow_with_engagement_and_shrink_with_strain(
    world: World, x: float, strain: float, minutes: int
) -> None:
    """At most 15 hours times logistic(x / 2 - strain / 4)."""
    gp = of_kind(world, Kind.GP)[0]
    world.people.engagement[gp], world.people.strain[gp] = x, strain
    world.people.booked[gp] = 9000
    step(world, diaries(), allocation(evening_most=15, evening_engagement=0.5, evening_strain=0.25))
    assert world.people.unpaid[gp].sum() == minutes


def test_the_record_of_time_for_the_role(world: World) -> None:
    """Half of the way each half-life toward 1 if all CCG work was paid, toward 0 if not."""
    one, two = of_kind(world, Kind.GP)
    nurse = of_kind(world, Kind.NURSE)[0]
    world.people.time_met[:] = 0.8
    world.people.booked[[one, two]] = [2740, 2741]
    step(world, diaries(), allocation(memory_weeks=1))
    assert world.people.time_met[one] == pytest.approx(0.9)
    assert world.people.time_met[two] == pytest.approx(0.4), "one minute of email in the evening"
    assert world.people.time_met[nurse] == pytest.approx(0.8), "nothing was asked"


def test_a_clinic_into_the_evening_does_not_count_as_time_lacking_for_the_role(world: World) -> None:
    gp = of_kind(world, Kind.GP)[0]
    world.people.sessions[gp], world.people.booked[gp], world.people.time_met[gp] = 1000, 1900, 0.8
    step(world, diaries(), allocation(memory_weeks=1))
    assert world.people.unpaid[gp, Work.BOOKED] == 140
    assert world.people.time_met[gp] == pytest.approx(0.9)


def test_contact_kept_is_that_of_the_managers_of_a_ccg_who_are_there() -> None:
    """Of 100 and 60 minutes asked here 80 and 60 were kept, partly in the evening; nothing was asked elsewhere."""
    sites = (Site(name, population=2000, practices=1) for name in "PQ")
    world = tiny(*sites)
    people, managers = world.people, of_kind(world, Kind.MANAGER)
    no_work(world)
    here, there = (managers[people.ccg[managers] == c] for c in (0, 1))
    worked(world, here[:2], Work.CONTACT, paid=[50, 60], unpaid=[30, 0], undone=[20, 0])
    worked(world, here[2], Work.CONTACT, undone=500)
    people.present[here[2]] = False
    worked(world, of_kind(world, Kind.GP), Work.CONTACT, undone=100)
    worked(world, there, Work.READING, paid=100)
    keep_contact(people, world.ccgs)
    assert world.ccgs.contact_kept == pytest.approx([140 / 160, 0])
