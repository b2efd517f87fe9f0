"""Bodies at work, by hand: who is in the room, what is reached, how good the decision is, what lapses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.ties import Edges
from sim.mechanisms.business.decision_quality import DecisionQuality
from sim.mechanisms.business.meetings import Meetings
from sim.state.codes import BodyKind, ItemKind, Kind, Stage, Work
from sim.state.world import World
from tests.mechanisms.business.tools import LEVEL_OF_T, SURE, holders, in_session
from tests.worlds import add_items, body, of_kind, step, worked


@pytest.fixture
def world() -> World:
    """A live CCG whose governing body (chair, nurse, consultant, three executives) and executive group all meet."""
    return in_session()


def stay_away(world: World, who: Any, kind: BodyKind = BodyKind.GOVERNING_BODY) -> None:
    seats = world.seats
    seats.present[(seats.body == body(world, kind)) & np.isin(seats.person, who)] = False


def chair_and_member(world: World) -> tuple[int, int]:
    """Return the two GPs."""
    chair = int(holders(world, BodyKind.GOVERNING_BODY)[0])
    return chair, next(int(gp) for gp in of_kind(world, Kind.GP) if gp != chair)


def stages(world: World, items: np.ndarray) -> list[Stage]:
    return [Stage(int(s)) for s in world.items.stage[items]]


def test_the_world_is_as_described(world: World) -> None:
    board = world.people.kind[holders(world, BodyKind.GOVERNING_BODY)].tolist()
    assert board == [Kind.GP, Kind.NURSE, Kind.CONSULTANT, Kind.MANAGER, Kind.MANAGER, Kind.MANAGER]


# Quality: complements, not substitutes


@pytest.mark.parametrize(
    ("knowledge", "data", "managers", "quality"),
    [
        (0.7, 0.7, 0.7, 0.70),  # all there
        (0.5, 0.7, 0.7, 0.62),  # GPs advise only
        (0.7, 0.1, 0.1, 0.14),  # GPs alone
        (0.7, 0.0, 0.7, 0.13),  # no data: as good as the floor of .05
    ],
)
def test_quality_has_complements(world: World, knowledge: float, data: float, managers: float, quality: float) -> None:
    item = add_items(world)
    world.ccgs.data[:], world.ccgs.expertise[:] = data, (managers - 0.3) / 0.6
    step(world, Meetings(**SURE, knowledge=knowledge), DecisionQuality())
    assert world.items.quality[item] == pytest.approx([quality], abs=0.005)


def test_quality_without_gps_in_the_room(world: World) -> None:
    world.ccgs.level[:] = 3  # delegated: on general practice itself, GPs leave the room
    own = add_items(world, primary_care=True)
    shaped = add_items(world, kind=ItemKind.PLAN, primary_care=True, shaped=True)
    unshaped = add_items(world, kind=ItemKind.PLAN, primary_care=True)
    step(world, Meetings(**SURE, paper_knowledge=0.25), DecisionQuality())
    q = world.items.quality
    assert q[unshaped] == pytest.approx([0.23], abs=0.005)  # k = .1
    assert q[shaped] == pytest.approx([3 / (4 + 2 / 0.7)])  # what the papers carry
    assert q[own] == q[shaped], "so do the papers of a GP's own matter"


def test_gps_in_the_room_know_of_a_plan_that_none_shaped_what_its_papers_say(world: World) -> None:
    plan = add_items(world, kind=ItemKind.PLAN)
    step(world, Meetings(**SURE, knowledge=0.7, paper_knowledge=0.25, no_knowledge=0.1), DecisionQuality())
    assert world.items.quality[plan] == pytest.approx([3 / (4 + 2 / 0.7)])


@pytest.mark.parametrize(
    ("rho", "quality"), [(1.0, (0.7 + 0.4 + 0.1) / 3), (-1.0, 3 / (1 / 0.7 + 1 / 0.4 + 10)), (0.0, 0.028 ** (1 / 3))]
)
def test_the_rival_form_of_quality_is_the_mean(world: World, rho: float, quality: float) -> None:
    item = add_items(world)
    world.ccgs.data[:], world.ccgs.expertise[:] = 0.4, LEVEL_OF_T[0.1]
    step(world, Meetings(**SURE), DecisionQuality(rho=rho))
    assert world.items.quality[item] == pytest.approx([quality])


def test_knowledge_is_that_of_the_gps_who_came(world: World) -> None:
    seats = np.flatnonzero(world.seats.body == body(world, BodyKind.GOVERNING_BODY))
    world.seats.kind[seats[1]] = world.seats.kind[seats[0]]  # a second GP seat, whose holder stays away
    stay_away(world, world.seats.person[seats[1]])
    item = add_items(world)
    step(world, Meetings(**SURE, knowledge=0.8), DecisionQuality())
    assert world.items.quality[item] == pytest.approx([3 / (1 / 0.4 + 2 / 0.7)])


# Decisions


@pytest.mark.parametrize(("merit", "stage"), [(0.1, Stage.ADOPTED), (-0.1, Stage.REFUSED)], ids=lambda x: str(x))
def test_what_has_merit_is_adopted(world: World, merit: float, stage: Stage) -> None:
    item = add_items(world, merit=merit, born=51)
    step(world, Meetings(**SURE))
    assert stages(world, item) == [stage]
    assert world.items.settled[item].tolist() == [60]
    event = world.events.frame().iloc[-1]
    assert (event["kind"], event["value"], event["item"]) == (Stage(stage).name.lower(), 9.0, item[0])


def test_what_the_screen_lets_through_has_no_better_luck_in_the_vote(world: World) -> None:
    """Of 2000 matters without merit luck stops half, and refuses half of the others."""
    items = add_items(world, 2000, merit=0.0)
    step(world, Meetings(**{**SURE, "noise": 1.0, "screen": 0.0, "room": 2000}))
    heard = world.items.knowledge[items] > 0
    assert heard.mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 2000))
    adopted = world.items.stage[items][heard] == Stage.ADOPTED
    assert adopted.mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / heard.sum()))


def test_the_executive_group_stops_weak_matters_but_no_plan(world: World) -> None:
    world.bodies.meets[body(world, BodyKind.GOVERNING_BODY)] = False
    weak, fair = add_items(world, 2, merit=[-0.4, -0.2])
    plan = add_items(world, kind=ItemKind.PLAN, merit=-0.4)
    step(world, Meetings(**{**SURE, "screen": -0.3}))
    assert stages(world, [weak, fair, *plan]) == [Stage.REFUSED, Stage.OPEN, Stage.OPEN]
    assert world.items.screened[[weak, fair, *plan]].all()


def test_worth_is_seen_with_noise_that_knowledge_narrows(world: World) -> None:
    """With k = .7 noise of sd 1 shrinks to 1 / sqrt(3.1): a merit of .5 is adopted with Phi(.5 sqrt(3.1)) = .811."""
    items = add_items(world, 4000, merit=0.5, screened=True)
    step(world, Meetings(**{**SURE, "noise": 1.0, "screen": -5.0}, room=50, knowledge=0.7))
    assert (world.items.stage[items] != Stage.OPEN).sum() == 50
    for _ in range(79):
        step(world, Meetings(**{**SURE, "noise": 1.0}, room=50, knowledge=0.7))
    adopted = (world.items.stage[items] == Stage.ADOPTED).mean()
    assert (world.items.stage[items] != Stage.OPEN).all()
    assert adopted == pytest.approx(0.811, abs=4 * np.sqrt(0.811 * 0.189 / 4000))


@pytest.mark.parametrize(
    ("level", "says", "stage"),
    [
        (0, {"nhse_yes": 0.0}, Stage.REFUSED), (1, {"nhse_yes": 0.0}, Stage.REFUSED),
        (2, {"nhse_yes": 0.0}, Stage.ADOPTED), (2, {"joint_yes": 0.0}, Stage.REFUSED),
        (3, {"nhse_yes": 0.0, "joint_yes": 0.0}, Stage.ADOPTED),
    ],
)  # fmt: skip
def test_general_practice_is_nhs_englands_until_delegated(
    world: World, level: int, says: dict[str, float], stage: Stage
) -> None:
    own, other = add_items(world, 2, primary_care=[True, False])
    world.ccgs.level[:] = level
    step(world, Meetings(**(SURE | says)))
    assert stages(world, [own, other]) == [stage, Stage.ADOPTED]


def test_until_go_live_the_pct_has_to_agree_to_matters(world: World) -> None:
    world.week = 30
    matter = add_items(world)
    plan = add_items(world, kind=ItemKind.PLAN)
    step(world, Meetings(**(SURE | {"pct_yes": 0.0})))
    assert stages(world, [*matter, *plan]) == [Stage.REFUSED, Stage.ADOPTED]


# The queue


def test_five_matters_and_three_slots(world: World) -> None:
    items = add_items(world, 5, born=[50, 40, 58, 45, 55])
    step(world, Meetings(**SURE, room=3))
    reached = [s != Stage.OPEN for s in stages(world, items)]
    assert reached == [True, True, False, True, False], "the oldest three"
    step(world, Meetings(**SURE, room=3))
    assert Stage.OPEN not in stages(world, items)


def test_in_the_shadow_year_there_is_half_the_room(world: World) -> None:
    world.week = 30
    items = add_items(world, 5, born=range(5, 10))
    step(world, Meetings(**SURE, room=4))
    assert stages(world, items).count(Stage.ADOPTED) == 2


def test_plans_take_no_members_room(world: World) -> None:
    plans, matters = add_items(world, 4, kind=ItemKind.PLAN), add_items(world, 2)
    step(world, Meetings(**SURE, room=1))
    assert stages(world, plans) == [Stage.ADOPTED] * 4
    assert stages(world, matters).count(Stage.ADOPTED) == 1


def test_delegated_business_has_room_of_its_own(world: World) -> None:
    items = add_items(world, 8, primary_care=[True] * 4 + [False] * 4)
    world.ccgs.level[:] = 3
    step(world, Meetings(**SURE, room=3))
    taken = [s == Stage.ADOPTED for s in stages(world, items)]
    assert (sum(taken[:4]), sum(taken[4:])) == (3, 3)


def test_without_a_meeting_or_papers_nothing_is_reached(world: World) -> None:
    ready, unprepared = add_items(world, 2, prepared=[1.0, 0.9])
    world.bodies.meets[body(world, BodyKind.GOVERNING_BODY)] = False
    step(world, Meetings(**SURE))
    assert stages(world, [ready, unprepared]) == [Stage.OPEN] * 2
    assert world.items.screened[[ready, unprepared]].tolist() == [True, False]
    world.bodies.meets[body(world, BodyKind.GOVERNING_BODY)] = True
    step(world, Meetings(**SURE))
    assert stages(world, [ready, unprepared]) == [Stage.ADOPTED, Stage.OPEN]


def test_matters_not_reached_in_half_a_year_lapse_and_plans_do_not(world: World) -> None:
    world.bodies.meets[:] = False
    old, older = add_items(world, 2, born=[34, 33])
    plan = add_items(world, kind=ItemKind.PLAN, born=0)
    step(world, Meetings(**SURE, patience=26))
    assert stages(world, [old, older, *plan]) == [Stage.OPEN, Stage.LAPSED, Stage.OPEN]
    world.week += 1
    step(world, Meetings(**SURE, patience=26))
    assert stages(world, [old]) == [Stage.LAPSED]
    assert world.items.settled[[older, old]].tolist() == [60, 61]


# Quorum


@pytest.mark.parametrize(
    ("away", "quorate"),
    [([], True), ([3, 4, 5], True), ([2, 3, 4, 5], False), ([0], False)],
    ids=["all six", "three with the chair", "two of six", "five without a GP"],
)
def test_a_quorum_of_two_fifths_with_a_gp(world: World, away: list[int], quorate: bool) -> None:
    stay_away(world, holders(world, BodyKind.GOVERNING_BODY)[away])
    item = add_items(world)
    step(world, Meetings(**SURE))
    assert bool(world.bodies.quorate[body(world, BodyKind.GOVERNING_BODY)]) == quorate
    assert stages(world, item) == [Stage.ADOPTED if quorate else Stage.OPEN]
    assert ("not_quorate" in set(world.events.frame()["kind"])) != quorate


@pytest.mark.parametrize(("quorum", "quorate"), [(0.5, True), (0.51, False)])
def test_who_are_just_enough_are_a_quorum(world: World, quorum: float, quorate: bool) -> None:
    board = body(world, BodyKind.GOVERNING_BODY)
    world.bodies.quorum[board] = quorum
    stay_away(world, holders(world, BodyKind.GOVERNING_BODY)[3:])
    step(world, Meetings(**SURE))
    assert bool(world.bodies.quorate[board]) == quorate


def test_empty_seats_count_against_the_quorum(world: World) -> None:
    seats = np.flatnonzero(world.seats.body == body(world, BodyKind.GOVERNING_BODY))
    world.seats.person[seats[2:]], world.seats.present[seats[2:]] = -1, False
    step(world, Meetings(**SURE))
    assert not world.bodies.quorate[body(world, BodyKind.GOVERNING_BODY)]


def test_a_body_without_seats_is_never_quorate(world: World) -> None:
    there = world.bodies.append(1, kind=BodyKind.LOCALITY, meets=True, minutes=60, quorum=0.4)[0]
    step(world, Meetings(**SURE))
    assert not world.bodies.quorate[there]


def test_nothing_is_screened_without_an_executive_group(world: World) -> None:
    stay_away(world, holders(world, BodyKind.EXECUTIVE_GROUP), BodyKind.EXECUTIVE_GROUP)
    item = add_items(world)
    step(world, Meetings(**SURE))
    assert stages(world, item) == [Stage.OPEN]
    assert not world.items.screened[item].any()


# The second channel


@pytest.fixture
def quiet(world: World) -> World:
    """No body meets; the other GP knows the chair, who did four fifths of the contact asked."""
    chair, member = chair_and_member(world)
    world.bodies.meets[:] = False
    world.ties.edges["informal"] = Edges(np.array([chair]), np.array([member]), np.array([0.5]))
    worked(world, chair, Work.CONTACT, paid=80, undone=20)
    return world


def test_a_matter_is_heard_outside_the_queue_through_an_acquaintance(quiet: World) -> None:
    items = add_items(quiet, 4000, originator=chair_and_member(quiet)[1])
    step(quiet, Meetings(**{**SURE, "ear": 0.5}))
    heard = (quiet.items.stage[items] == Stage.ADOPTED).mean()
    chance = 1 - 0.5 ** (0.5 * 0.8)  # reach: strength times share of contact done
    assert heard == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 4000))
    assert (quiet.items.informal[items] == (quiet.items.stage[items] == Stage.ADOPTED)).all()


def test_leaders_have_their_own_ear(quiet: World) -> None:
    items = add_items(quiet, 4000, originator=chair_and_member(quiet)[0])
    step(quiet, Meetings(**{**SURE, "ear": 0.5}))
    chance = 1 - 0.5**0.8
    assert quiet.items.informal[items].mean() == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 4000))


@pytest.mark.parametrize("why", ["no time", "no seat", "gone", "no papers", "no GP"])
def test_nobody_is_heard_without_time_seat_or_papers(quiet: World, why: str) -> None:
    chair, member = chair_and_member(quiet)
    items = add_items(quiet, 50, originator=member, prepared=0.5 if why == "no papers" else 1.0)
    if why == "no time":
        worked(quiet, chair, Work.CONTACT, undone=100)
    if why == "no seat":
        quiet.people.on_governing_body[chair] = False
    if why == "gone":
        quiet.people.present[chair] = False
    if why == "no GP":
        quiet.people.kind[chair] = Kind.NURSE
    step(quiet, Meetings(**{**SURE, "ear": 1.0}))
    assert stages(quiet, items) == [Stage.OPEN] * 50


def test_knowledge_comes_along_with_whoever_is_heard_informally(quiet: World) -> None:
    item = add_items(quiet, originator=chair_and_member(quiet)[1])
    step(quiet, Meetings(**{**SURE, "ear": 1.0}, knowledge=0.7), DecisionQuality())
    assert quiet.items.quality[item] == pytest.approx([0.7])


# What it counts for


@pytest.mark.parametrize(("merit", "credit"), [(9.0, 1.0), (-9.0, 0.4)])
def test_what_is_settled_counts_as_heard_by_its_fate(world: World, merit: float, credit: float) -> None:
    item = add_items(world, merit=merit)
    step(world, Meetings(**SURE, refused=0.4))
    assert world.items.stage[item] != Stage.OPEN
    assert world.items.credit[item] == pytest.approx([credit])


def test_what_lapses_counts_for_nothing(world: World) -> None:
    world.bodies.meets[:] = False
    item = add_items(world, born=0)
    step(world, Meetings(**SURE))
    assert stages(world, item) == [Stage.LAPSED]
    assert world.items.credit[item] == 0
