"""Requests with a deadline: work for managers and leaders, and consultation skipped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.mechanisms.policy.requests import Requests
from sim.settings.calendar import Calendar
from sim.settings.sites import Site
from sim.state.codes import Kind, Role, Work
from sim.state.world import World
from tests.worlds import TINY, no_work, of_kind, step, tiny, worked

QUIET = {"rate": 0.0, "order_rate": 0.0, "planning_posts": 0.0, "authorisation_posts": 0.0}
ALWAYS = {"rate": 10.0, "order_rate": 0.0, "hours_spread": 0.0, "days_spread": 0.0}
DECEMBER_2013, FEBRUARY_2014, JUNE_2012 = 90, 97, 9


@pytest.fixture
def world() -> World:
    """One practice, three managers; the two GPs are chair and representative."""
    made = tiny(gps=2, week=60)
    no_work(made)
    made.ccgs.live[:] = True
    made.people.informed[:] = 0.5
    made.people.role[of_kind(made, Kind.GP)] = [Role.CHAIR, Role.REPRESENTATIVE]
    return made


def test_a_request_costs_hours_fewer_where_contacts_are_known(world: World) -> None:
    process = Requests(**ALWAYS, hours=20)
    for contact, minutes in ((0.0, 1560), (0.5, 1200), (1.0, 840)):
        world.ccgs.nhse_contact[:] = contact
        step(world, process)
        assert world.ccgs.request_minutes.tolist() == pytest.approx([minutes])


def test_no_request_no_work(world: World) -> None:
    step(world, Requests(**QUIET))
    assert not world.ccgs.request_minutes.any()
    assert not world.people.deadline.any()
    assert not world.people.kick_unconsulted.any()
    assert not world.people.kick_imposed.any()


def test_requests_come_at_their_rate_times_pressure() -> None:
    world = tiny(Site("T", population=2000, practices=1), gps=1)
    came = 0
    for world.week in range(2000):
        world.area_teams.pressure[:] = 1.25
        step(world, Requests(rate=0.4, order_rate=0, pressure_gain=0, planning_posts=0, authorisation_posts=0))
        came += world.ccgs.request_minutes[0] > 0
    assert came == pytest.approx(1000, abs=4 * np.sqrt(2000 * 0.25))


@pytest.mark.parametrize(
    ("week", "minutes", "leader"),
    [(DECEMBER_2013, 0.2 * 10 * 2250, 240), (JUNE_2012, 0.3 * 10 * 2250, 480), (80, 0, 0)],
    ids=["planning round", "authorisation", "neither"],
)
def test_planning_and_authorisation_take_hours(world: World, week: int, minutes: float, leader: int) -> None:
    world.week = week
    world.ccgs.posts[:] = 10
    chair, representative = of_kind(world, Kind.GP)
    step(world, Requests(
        rate=0, order_rate=0, planning_posts=0.2, authorisation_posts=0.3, planning_leader_hours=4,
        authorisation_leader_hours=8,
    ))  # fmt: skip
    assert world.ccgs.request_minutes[0] == pytest.approx(minutes)
    assert world.people.deadline[chair] == leader
    assert world.people.deadline[representative] == 0


@pytest.mark.parametrize(("days", "skipped"), [(7, True), (365, False)])
def test_a_short_deadline_skips_consultation(world: World, days: int, skipped: bool) -> None:
    chair, representative = of_kind(world, Kind.GP)
    step(world, Requests(**ALWAYS, members_concerned=1.0, days=days, kick=0.1))
    assert world.people.kick_unconsulted[representative] == (-0.1 if skipped else 0)
    assert world.people.kick_unconsulted[chair] == 0, "leaders take part"
    assert "consultation_skipped" in set(world.events.frame()["kind"]) or not skipped


def test_the_council_of_next_week_is_soon_enough_for_a_deadline_in_two(world: World) -> None:
    process = Requests(**ALWAYS, members_concerned=1.0, days=14, kick=0.1)
    council = int(world.ccgs.member_council[0])
    cycle = int(world.bodies.months_between[council]), int(world.bodies.week_of_month[council])
    representative = of_kind(world, Kind.GP)[1]
    kicked = []
    for ahead in (1, 2, 3):
        world.week = next(w for w in range(60, 90) if world.calendar.weeks_to_meeting(w + 1, *cycle) + 1 == ahead)
        step(world, process)
        kicked.append(world.people.kick_unconsulted[representative] < 0)
    assert kicked == [False, False, True]


def test_nobody_is_consulted_or_ordered_before_ccgs_are_live(world: World) -> None:
    world.week = 20
    world.ccgs.live[:] = False
    step(world, Requests(rate=10, members_concerned=1, days=1, order_rate=1))
    assert world.ccgs.request_minutes[0] > 0
    assert not world.people.kick_unconsulted.any()
    assert not world.people.kick_imposed.any()


def test_requests_that_do_not_concern_members_skip_nothing(world: World) -> None:
    step(world, Requests(**ALWAYS, members_concerned=0.0, days=1))
    assert not world.people.kick_unconsulted.any()


def weeks_that_skip(world: World, opens: str, closes: str) -> list[str]:
    """Return the Mondays on which a planning round of those days skips consultation, in 2013/14."""
    world.calendar = Calendar(replace(world.calendar.timeline, planning_round=[opens, closes]))
    representative, found = of_kind(world, Kind.GP)[1], []
    for world.week in range(80, 110):
        step(world, Requests(**QUIET, kick=0.1))
        if world.people.kick_unconsulted[representative]:
            found.append(str(world.calendar.date(world.week)))
    return found


def test_a_planning_round_without_a_council_skips_consultation_once_when_it_closes(world: World) -> None:
    council = int(world.ccgs.member_council[0])
    assert (world.bodies.months_between[council], world.bodies.week_of_month[council]) == (2, 1)
    # the council meets on the second Monday of every other month: 11 November, 13 January, 10 March
    assert weeks_that_skip(world, "12-20", "02-14") == []
    assert weeks_that_skip(world, "12-20", "01-15") == [], "the council meets in the week in which it closes"
    assert weeks_that_skip(world, "01-20", "02-28") == ["2014-02-24"]
    assert weeks_that_skip(world, "11-20", "12-25") == ["2013-12-23"]
    assert weeks_that_skip(world, "11-20", "01-10") == ["2014-01-06"], "over the turn of the year, once"


def test_orders_reach_members_as_far_as_they_are_told(world: World) -> None:
    people = world.people
    chair, representative = of_kind(world, Kind.GP)
    people.informed[chair], people.informed[representative] = 1.0, 0.2
    step(world, Requests(rate=0, order_rate=1.0, order_kick=0.05))
    assert people.kick_imposed[[chair, representative]] == pytest.approx([-0.05, -0.01])
    assert people.kick_imposed[of_kind(world, Kind.PRACTICE_MANAGER)] == pytest.approx([-0.025])
    assert not people.kick_imposed[of_kind(world, Kind.MANAGER)].any()
    step(world, Requests(rate=0, order_rate=0))
    assert not people.kick_imposed.any(), "a kick lasts a week"


@pytest.mark.parametrize(("done", "undone", "target"), [(100, 0, 0.8), (90, 10, 0.9), (0, 100, 1.2), (0, 0, 0.8)])
def test_pressure_follows_missed_deadlines_by_a_fifth_at_most(
    world: World, done: int, undone: int, target: float
) -> None:
    worked(world, of_kind(world, Kind.MANAGER), Work.DEADLINE, paid=done, undone=undone)
    world.area_teams.pressure[:] = 1.0
    step(world, Requests(**QUIET, pressure_gain=0.5))
    assert world.area_teams.pressure.tolist() == pytest.approx([1 + 0.5 * (target - 1)])


@pytest.fixture
def two() -> World:
    """Two CCGs with three managers each; the councils meet in the second and in the fourth week of the same months."""
    made = tiny(TINY, Site("U", population=2000, practices=1), gps=2, week=60)
    no_work(made)
    made.ccgs.live[:] = True
    made.bodies.week_of_month[made.ccgs.member_council] = [1, 3]
    return made


def test_every_team_follows_the_managers_of_its_own_ccg_who_are_there(two: World) -> None:
    managers = of_kind(two, Kind.MANAGER)
    assert two.people.ccg[managers].tolist() == [0, 0, 0, 1, 1, 1]
    worked(two, managers[:3], Work.DEADLINE, paid=100)
    worked(two, managers[3:5], Work.DEADLINE, paid=90, undone=10)
    for other in (managers[5], of_kind(two, Kind.GP)):
        worked(two, other, Work.DEADLINE, undone=5000)
    two.people.present[managers[5]] = False
    two.area_teams.pressure[:] = 1.0
    step(two, Requests(**QUIET, pressure_gain=0.5))
    assert two.area_teams.ccg.tolist() == [0, 1]
    assert two.area_teams.pressure.tolist() == pytest.approx([0.9, 0.95])


@pytest.mark.parametrize("pressure", [[0.0, 1.0], [1.0, 0.0]])
def test_a_team_presses_its_own_ccg(two: World, pressure: list[float]) -> None:
    two.area_teams.pressure[:] = pressure
    step(two, Requests(**ALWAYS, pressure_gain=0))
    assert (two.ccgs.request_minutes > 0).tolist() == [p > 0 for p in pressure]


@pytest.mark.parametrize("rate", [0.6, 10.0])
def test_requests_and_consultation_follow_the_luck_and_the_council_of_each_ccg(two: World, rate: float) -> None:
    c, luck, calendar, expected = two.ccgs, two.luck, two.calendar, set()
    process = Requests(
        rate=rate, order_rate=0, pressure_gain=0, hours=20, hours_spread=1, unknown=1, known=1, members_concerned=0.5,
        days=28, days_spread=0.5,
    )  # fmt: skip
    for two.week in range(54, 88):
        step(two, process)
        asked = luck.uniform("requests.arrives", two.week, c.key) < rate
        minutes = asked * 1200 * np.exp(luck.normal("requests.hours", two.week, c.key))
        assert c.request_minutes.tolist() == pytest.approx(minutes.tolist())
        concerned = asked & (luck.uniform("requests.concerns", two.week, c.key) < 0.5)
        weeks = 4 * np.exp(0.5 * luck.normal("requests.days", two.week, c.key))
        for row, nth in enumerate([1, 3]):
            if concerned[row] and weeks[row] < 1 + calendar.weeks_to_meeting(two.week + 1, 2, nth):
                expected.add((two.week, row))
    log = two.events.frame()
    log = log[log["kind"] == "consultation_skipped"]
    assert set(zip(log["week"].tolist(), log["ccg"].tolist(), strict=True)) == expected
    assert {row for _, row in expected} == {0, 1}
