"""Who decides what: by hand, and through agenda, meetings and beliefs that ask the same function."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

from sim.core.parameters import parameters
from sim.mechanisms.business.agenda import Agenda
from sim.mechanisms.business.decision_rights import decides, is_delegated, others_agree
from sim.mechanisms.business.meetings import Meetings
from sim.mechanisms.members.influence import Influence
from sim.settings import governance
from sim.settings.governance import Body, Governance, Seats
from sim.settings.sites import Site
from sim.state.codes import BodyKind, Decides, Kind, Level, Role, SeatKind, Stage
from sim.state.history import body_name
from sim.state.world import World
from tests.mechanisms.business.tools import SURE
from tests.worlds import add_items, body, constitution, of_kind, step, tiny

GENERAL, PRIMARY, LOCALITY = 0, 1, 2
LIMIT = np.array([0, 0, 1000])
FROM_LEVEL = np.array([0, 3, 0])


@pytest.mark.parametrize(
    ("local", "value", "primary_care", "level", "body"),
    [
        (True, 1000, False, 1, LOCALITY),  # of exactly the limit
        (True, 1001, False, 1, GENERAL),
        (False, 1, False, 1, GENERAL),
        (True, 1000, True, 3, LOCALITY),
        (False, 1, True, 3, PRIMARY),
        (True, 1001, True, 3, PRIMARY),
        (False, 1, True, 2, GENERAL),  # not yet delegated
    ],
)
def test_rights_by_hand(local: bool, value: int, primary_care: bool, level: int, body: int) -> None:
    assert decides(local, value, primary_care, level, LOCALITY, GENERAL, PRIMARY, LIMIT, FROM_LEVEL) == body


def test_without_a_locality_or_a_body_for_general_practice_the_general_body_decides() -> None:
    assert decides(True, 1, True, 3, -1, GENERAL, -1, LIMIT, FROM_LEVEL) == GENERAL
    assert decides(True, 1, False, 3, GENERAL, GENERAL, -1, LIMIT, FROM_LEVEL) == GENERAL, "a limit of 0 is no power"


@pytest.mark.parametrize(
    ("matter", "primary_care", "live", "level", "chance"),
    [
        (True, False, False, 0, 0.1),  # the PCT, until go-live
        (False, False, False, 0, 1.0),
        (True, True, True, Level.INFLUENCE, 0.2),  # NHS England
        (False, True, True, Level.INFLUENCE, 0.2),
        (True, True, True, Level.JOINT, 0.3),
        (True, True, True, Level.DELEGATED, 1.0),
        (True, False, True, Level.INFLUENCE, 1.0),
    ],
)
def test_who_else_has_to_agree(matter: bool, primary_care: bool, live: bool, level: int, chance: float) -> None:
    assert others_agree(matter, primary_care, live, level, 0.1, 0.2, 0.3) == chance


def test_a_conflict_of_interest_comes_with_delegation() -> None:
    assert [is_delegated(True, level) for level in Level] == [False, False, False, True]
    assert not is_delegated(False, Level.DELEGATED)


# A body of its own for general practice: data alone


def with_committee(level: int = 3) -> Governance:
    """Return the usual governance with a committee that decides on general practice once that is delegated."""
    made = constitution(gps=3, lay_members=2, level=level)
    made.bodies["primary_care_committee"] = Body(
        months=1,
        week=2,
        minutes=90,
        work="governing_body",
        decides="primary_care",
        from_level=3,
        seats={
            "chair": Seats(who="appointed", kind="lay_member"),
            "lay_member": Seats(who="governing_body.lay_member", count=0),
            "gp": Seats(who="governing_body.gp", count=1),
            "executive": Seats(who="governing_body.executive", count=2),
        },
    )
    made.check()
    return made


@pytest.fixture
def world() -> World:
    """A live CCG with a committee for general practice, at level 3."""
    made = tiny(Site("T", population=20_000, practices=4), gps=3, week=160, governance=with_committee())
    made.ccgs.level[:] = Level.DELEGATED
    return made


def test_what_governance_may_say_are_the_names_of_codes() -> None:
    assert {kind.upper() for kind in governance.KINDS} == set(SeatKind.__members__)
    assert {role.upper() for role in governance.ROLES} < set(Role.__members__)
    decides = next(p for p in parameters(Body, "") if p.key == "decides").choices
    assert [name.upper() for name in decides] == list(Decides.__members__)
    assert {name.upper() for name in (*governance.NEEDED, governance.LOCALITY, "committee")} == set(
        BodyKind.__members__
    )


def committee(world: World) -> int:
    return body(world, BodyKind.COMMITTEE)


def test_a_body_is_what_its_data_say(world: World) -> None:
    seats, people = world.seats, world.people
    row = committee(world)
    assert body_name(world, row) == "the primary care committee of T"
    held = seats.person[seats.body == row]
    assert (held >= 0).all()
    kinds = np.bincount(people.kind[held], minlength=len(Kind))
    assert (kinds[Kind.LAY_MEMBER], kinds[Kind.GP], kinds[Kind.MANAGER]) == (3, 1, 2)
    assert of_kind(world, Kind.LAY_MEMBER).size == 3, "two sit on the governing body too; one is its own"
    assert world.ccgs.primary_care_body.tolist() == [row]
    assert not people.on_governing_body[held[0]], "who chairs it holds no seat on the governing body"


def test_business_goes_to_it_once_it_is_delegated(world: World) -> None:
    board = body(world, BodyKind.GOVERNING_BODY)
    items = add_items(world, 2, primary_care=[True, False])
    world.ccgs.level[:] = Level.JOINT
    step(world, Agenda(rate=0, plans=0))
    assert world.items.body[items].tolist() == [board, board]
    world.ccgs.level[:] = Level.DELEGATED
    step(world, Agenda(rate=0, plans=0))
    assert world.items.body[items].tolist() == [committee(world), board], "what waits moves with the right"


def test_it_decides_when_it_meets(world: World) -> None:
    items = add_items(world, 2, primary_care=[True, False])
    for name, decided in (("COMMITTEE", [1, 0]), ("GOVERNING_BODY", [1, 1])):
        world.bodies.meets[:] = world.seats.present[:] = False
        for kind in (BodyKind[name], BodyKind.EXECUTIVE_GROUP):
            world.bodies.meets[body(world, kind)] = True
            world.seats.present[world.seats.body == body(world, kind)] = True
        step(world, Agenda(rate=0, plans=0))
        world.bodies.meets[:] = False
        for kind in (BodyKind[name], BodyKind.EXECUTIVE_GROUP):
            world.bodies.meets[body(world, kind)] = True
        step(world, Meetings(**SURE))
        assert (world.items.stage[items] != Stage.OPEN).astype(int).tolist() == decided


@pytest.mark.parametrize(("conflicted", "knowledge"), [("leave", 0.25), ("stay", 0.7)])
def test_gps_leave_the_room_where_the_body_says_so(conflicted: str, knowledge: float) -> None:
    governance = with_committee()
    governance.bodies["primary_care_committee"].conflicted = conflicted
    world = tiny(Site("T", population=20_000, practices=4), gps=3, week=160, governance=governance)
    world.ccgs.level[:] = Level.DELEGATED
    (item,) = add_items(world, 1, primary_care=True, body=committee(world))
    for kind in (BodyKind.COMMITTEE, BodyKind.EXECUTIVE_GROUP):
        world.bodies.meets[body(world, kind)] = True
        world.seats.present[world.seats.body == body(world, kind)] = True
    step(world, Meetings(**SURE, knowledge=0.7, paper_knowledge=0.25))
    assert world.items.knowledge[item] == pytest.approx(knowledge)


def test_beliefs_follow_its_repute_for_their_part(world: World) -> None:
    world.bodies.reputation[body(world, BodyKind.GOVERNING_BODY)] = 0.5
    world.bodies.reputation[committee(world)] = 0.9
    member = int(of_kind(world, Kind.GP)[-1])
    for level, target in ((Level.JOINT, 0.5), (Level.DELEGATED, 0.5 + 0.25 * 0.4)):
        world.ccgs.level[:] = level
        world.people.influence[:] = 0.0
        step(world, Influence(repute=1.0, of_general_practice=0.25))
        assert world.people.influence[member] == pytest.approx(target)


# What cannot be


def broken(**changes: object) -> Governance:
    made = copy.deepcopy(with_committee())
    for key, value in changes.items():
        setattr(made.bodies["primary_care_committee"], key, value)
    return made


def misspelt() -> Governance:
    made = constitution()
    made.bodies["governing_bdy"] = Body(minutes=240)
    return made


def test_devolved_powers_need_a_locality() -> None:
    devolved = Site("T", population=20_000, practices=4, localities=2, devolved=True, devolved_limit=1000)
    assert tiny(devolved).bodies.limit.any()
    with pytest.raises(ValueError, match=r"place\.sites\.T\.devolved=true, and it has no localities"):
        tiny(replace(devolved, localities=0))
    governance = constitution()
    del governance.bodies["locality"]
    with pytest.raises(ValueError, match="it has no localities"):
        tiny(devolved, governance=governance)


@pytest.mark.parametrize(
    ("governance", "said"),
    [
        (Governance(), "governance.bodies has no governing_body; allowed is a file of configs/governance"),
        (broken(decides="all"), "governing_body and primary_care_committee decides=all; allowed is one body"),
        (broken(decides="local"), "decides=local; allowed is nothing, all or primary_care"),
        (broken(decides="much"), r"primary_care_committee\.decides=much is not allowed"),
        (broken(week=4), r"primary_care_committee\.week=4 is out of range; allowed is 0\.\.3"),
        (broken(work="clinic"), r"primary_care_committee\.work=clinic is not allowed"),
        (broken(seats={"gp": Seats(who="electd")}), r"seats\.gp\.who='electd'; allowed is elected \| practice"),
        (broken(seats={"gp": Seats(who="governing_body.gps")}), r"who=governing_body\.gps names no seats; allowed is"),
        (broken(seats={"vet": Seats(who="appointed")}), r"seats\.vet needs a kind; allowed is kind=chair"),
        (broken(seats={"gp": Seats(who="appointed")}), "who=appointed and kind=gp; allowed is lay_member"),
        (broken(seats={"locality_lead": Seats(who="elected")}), "kind=locality_lead on primary_care_committee"),
        (broken(seats={"representative": Seats(who="practice")}, conflicted="stay"), "2 sorts of seat are held by"),
        (broken(seats={}), r"primary_care_committee has no seats; allowed is a body on which somebody sits"),
        (broken(seats={"gp": Seats(who="elected", count=0)}), "primary_care_committee has no seats"),
        (broken(seats={"gp": Seats(who="governing_body.gp", count=0)}), "conflicted=leave empties the room"),
        (
            broken(seats={"nurse": Seats(who="governing_body.chair", kind="nurse")}),
            r"seats\.nurse\.kind=nurse; allowed is chair",
        ),
        (
            broken(seats={"lay_member": Seats(who="appointed", role="chair")}),
            "who=appointed and role=chair; allowed is none",
        ),
        (
            broken(seats={"executive": Seats(who="executive", count=2)}),
            r"executive\.count=2; allowed is 1, as there is one to",
        ),
        (
            broken(seats={"gp": Seats(who="governing_body.gp", one_more_from=9)}),
            r"one_more_from=9; allowed is 0 unless",
        ),
        (
            broken(seats={"Lay-Member": Seats(who="appointed", kind="lay_member")}),
            "is called 'Lay-Member'; allowed are small",
        ),
        (misspelt(), r"governing_bdy has no seats; .*; did you mean governing_body\?"),
    ],
    ids=lambda what: what if isinstance(what, str) else "",
)
def test_bodies_that_cannot_be_are_refused(governance: Governance, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        governance.check()
