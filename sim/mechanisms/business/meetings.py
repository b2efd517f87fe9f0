"""Bodies meet: who is in the room, what is reached, what is adopted, refused or left to lapse.

Every deciding body has the same room, so a large CCG has less of it a member; that, and acquaintance, is all that size
does. No approval rate is a parameter; who is in the room, waiting, lapsing and dilution are where the action is. Those
present decide as one: votes are not cast one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import compiled, rule
from sim.core.parameters import param
from sim.core.tables import Column, Table
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.business.decision_rights import is_delegated, others_agree
from sim.mechanisms.claims import Direction
from sim.state.codes import ELECTED, BodyKind, Decides, ItemKind, Kind, Stage, Work
from sim.state.events import Event

SETTLES = ("items.stage", "bodies.reputation", "people.influence")
"""What moves at once when an item is settled."""
FATES = {"adopted": Stage.ADOPTED, "refused": Stage.REFUSED, "lapsed": Stage.LAPSED}
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Draws(NamedTuple):
    """Luck of the items that wait, shape (items,) each.

    Attributes:
        screen: with which the executive group sees their worth, standard normal.
        heard: which are heard outside the queue if they are ready and not reached.
        vote: with which the body that decides sees their worth, standard normal.
        agree: with which NHS England or the PCT looks at them, uniform.
    """

    screen: Floats
    heard: Flags
    vote: Floats
    agree: Floats


@dataclass
class Meetings(Process):
    """Decide business.

    A body is quorate with its share ``quorum`` of seats filled in the room, a GP among them. The executive group,
    weekly, screens prepared matters: below ``screen`` in perceived worth they are refused with reasons. A quorate body
    then reaches its oldest matters, as many as its room, and every prepared plan. Room is one number for all bodies
    that decide; in the shadow year a CCG decides as a sub-committee and has a part of it. Perceived worth is
    ``merit + noise / sqrt(1 + narrowing k)``: adopted if above 0. Matters older than ``patience`` lapse.

    Second channel: a matter whose originator knows governing-body GPs with time for contact is heard outside the queue
    with weekly chance ``1 - (1 - ear)^reach``, reach the sum over those ties of strength x share of contact work done.
    Until go-live the PCT has to agree to every matter (``pct_yes``). A matter about general practice is NHS England's
    until it is delegated: it says yes with chance ``nhse_yes`` (``joint_yes`` jointly); when delegated, it has room of
    its own, and GPs leave the room for it (knowledge falls).
    """

    name = "meetings"
    columns = {
        "bodies": (Column("quorate", "bool", "-", "met this week with a quorum"),),
        "items": (
            Column("stage", "int8", "code", "where it stands", codes=Stage),
            Column("settled", "int64", "week", "week of decision or lapse", default=1000000),
            Column("credit", "float64", "share", "how far it counts as heard: adopted 1, refused less, lapsed 0"),
            Column("screened", "bool", "-", "seen by the executive group"),
            Column("informal", "bool", "-", "heard outside the queue"),
            Column(
                "knowledge", "float64", "-", "share of frontline knowledge behind the decision; -1 none", default=-1
            ),
        ),
    }
    reads = {
        "seats": "present body kind",
        "bodies": "meets kind ccg quorum decides conflicted_leave",
        "people": "present kind undone demand on_governing_body",
        "items": "key kind originator ccg body primary_care merit born prepared shaped practice",
        "ccgs": "level executive_group",
    }
    events = (
        Event("heard_informally", ("items.informal",), "item {item} was heard outside the queue"),
        Event("adopted", SETTLES, "item {item} was adopted after {weeks}"),
        Event("refused", SETTLES, "item {item} was refused after {weeks}"),
        Event("lapsed", SETTLES, "item {item} lapsed after {weeks}, unheard"),
        Event("not_quorate", ("bodies.quorate",)),
    )
    evidence = (
        "informal_contact_works",
        "size_makes_leaders_distant",
        "localities_restore_ownership",
        "rubber_stamping",
        "heavy_quorum_irregular_attendance",
        "long_papers_no_strategy",
        "h15_informal_influence",
    )
    directions = (
        Direction(
            "meetings.ear",
            0.0,
            None,
            "influence felt by members",
            +1,
            "informal_contact_works.influence_felt",
            "a word with a GP of the governing body gets a matter heard",
        ),
        Direction(
            "place.devolution",
            "none",
            None,
            "influence felt by members, devolved sites",
            +1,
            "localities_restore_ownership.ownership",
            "localities that decide have room of their own",
        ),
    )

    room: float = param(
        3,
        "matters/meeting",
        "members' matters that a monthly meeting can reach",
        within=(0, 50),
        source="long_papers_no_strategy: of about twelve slots, procedure takes nine",
    )
    shadow_room: float = param(
        0.5,
        "share",
        "part of its room that a body has before go-live",
        source="a sub-committee of the PCT until April 2013; size assumed",
    )
    patience: float = param(
        13,
        "weeks",
        "age at which a matter that nobody reached lapses",
        within=(1, 200),
        source="not reached in three monthly meetings is not heard",
    )
    screen: float = param(
        -0.3,
        "sd",
        "perceived worth below which the executive group refuses a matter",
        within=(-5, 5),
        source="the executive group stops what it thinks weak",
    )
    noise: float = param(
        0.5, "sd", "error with which a body sees an item's worth", within=(0, 5), source="worth is seen imperfectly"
    )
    ear: float = param(
        0.1,
        "1/week",
        "chance a week that one acquaintance with time gets a matter heard",
        within=(0, 1),
        source="informal_contact_works, h15_informal_influence; size assumed",
    )
    nhse_yes: float = param(
        0.3,
        "share",
        "matters about general practice to which NHS England agrees below level 2",
        source="before delegation the area team decides (area_team_acts_separately)",
    )
    pct_yes: float = param(
        0.3,
        "share",
        "matters to which the PCT agrees before go-live",
        source="until April 2013 the PCT holds the powers; as for NHS England",
    )
    joint_yes: float = param(
        0.5,
        "share",
        "matters about general practice to which a joint committee agrees at level 2",
        source="joint_is_slow_and_unclear; NHSE has the casting vote",
    )
    knowledge: float = param(
        0.7,
        "share",
        "frontline knowledge that GPs in the room bring to a matter, or to a plan that they shaped",
        source="t1_patient_experience: a GP's own matter, or GPs who shaped it",
    )
    paper_knowledge: float = param(
        0.25, "share", "frontline knowledge that papers carry without a GP in the room", source="size assumed"
    )
    no_knowledge: float = param(
        0.1,
        "share",
        "frontline knowledge behind a plan that no GP shaped, with no GP in the room",
        source="size assumed",
    )
    narrowing: float = param(
        3,
        "-",
        "how much frontline knowledge narrows the error: noise / sqrt(1 + narrowing k)",
        within=(0, 100),
        source="with all frontline knowledge noise halves (t1_patient_experience); size assumed",
    )
    refused: float = param(
        0.4,
        "share",
        "how far a refused matter counts as heard",
        source="a refusal with reasons is less than a yes and more than silence; assumed",
    )

    def step(self, world: View) -> None:
        items, bodies, week = world.items, world.bodies, world.week
        attended = hold_meetings(bodies, world.seats, ELECTED)
        settles = (bodies.decides != Decides.NOTHING) | (bodies.kind == BodyKind.EXECUTIVE_GROUP)
        failed = np.flatnonzero(bodies.meets & ~bodies.quorate & settles)
        world.events.add("not_quorate", week, ccg=bodies.ccg[failed], body=failed)
        waiting = np.flatnonzero(items.stage == Stage.OPEN)
        if not waiting.size:
            return
        queue = self._oldest_first(world, waiting)
        places = round(self.room * (1.0 if world.live else self.shadow_room))
        go_through(items, bodies, world.ccgs, self, queue, places, world.live, attended, self._draw(world, queue))
        close(items, self, waiting, week)

        informal = waiting[items.informal[waiting]]
        if informal.size:
            world.events.add(
                "heard_informally",
                week,
                items.ccg[informal],
                person=items.originator[informal],
                practice=items.practice[informal],
                item=informal,
            )
        stage = items.stage[waiting]
        for fate, result in FATES.items():
            chosen = waiting[stage == result]
            if chosen.size:
                world.events.add(
                    fate,
                    week,
                    items.ccg[chosen],
                    person=items.originator[chosen],
                    practice=items.practice[chosen],
                    body=items.body[chosen],
                    item=chosen,
                    value=(week - items.born[chosen]).astype(float),
                )

    def _oldest_first(self, world: View, rows: Rows) -> Rows:
        """Return items in order of age; luck orders those of one week."""
        items = world.items
        age = world.week - items.born[rows] + world.luck.uniform("meetings.order", 0, items.key[rows])
        return rows[np.argsort(-age, kind="stable")]

    def _draw(self, world: View, rows: Rows) -> Draws:
        """Return what luck holds for items; whoever knows leaders with time for contact is soon heard."""
        items, luck, key = world.items, world.luck, world.items.key[rows]
        ear = listen(world.people)
        reach = world.ties.edges["informal"].sum_over_neighbours(ear) + ear
        by = items.originator[rows]
        chance = 1 - (1 - self.ear) ** np.where(by >= 0, reach[by], 0.0)
        return Draws(
            luck.normal("meetings.screen", 0, key),
            luck.uniform("meetings.informal", world.week, key) < chance,
            luck.normal("meetings.vote", 0, key),
            luck.uniform("meetings.nhse", 0, key),
        )


@rule
def hold_meetings(bodies: Table, seats: Table, elected: Flags) -> Floats:
    """Set which bodies are quorate and return what share of the seats for GPs is filled in the room, shape (bodies,).

    Args:
        elected: which kinds of seat are for GPs who lead, by ``SeatKind``.
    """
    all_seats, filled, gp_seats, gps = np.zeros((4, bodies.size), dtype=np.int64)
    for seat in range(seats.size):
        b = seats.body[seat]
        all_seats[b] += 1
        filled[b] += seats.present[seat]
        if elected[seats.kind[seat]]:
            gp_seats[b] += 1
            gps[b] += seats.present[seat]
    attended = np.zeros(bodies.size)
    for b in range(attended.size):
        enough = filled[b] >= bodies.quorum[b] * max(all_seats[b], 1) and (gps[b] > 0 or gp_seats[b] == 0)
        bodies.quorate[b] = bodies.meets[b] and enough
        attended[b] = gps[b] / max(gp_seats[b], 1)
    return attended


@rule
def listen(people: Table) -> Floats:
    """Return the share of contact work that GPs on the governing body found time for, 0 for others, shape (people,)."""
    ear = np.zeros(people.size)
    for i in range(ear.size):
        if people.on_governing_body[i] and people.present[i] and people.kind[i] == Kind.GP:
            asked = people.demand[i, Work.CONTACT]
            ear[i] = 1 - people.undone[i, Work.CONTACT] / asked if asked > 0 else 0.0
    return ear


@rule
def go_through(
    items: Table,
    bodies: Table,
    ccgs: Table,
    own: Meetings,
    queue: Rows,
    places: int,
    live: bool,
    attended: Floats,
    draws: Draws,
) -> None:
    """Take items through the week: screened, reached in the queue or heard outside it, and decided.

    Args:
        queue: rows of the open items, the oldest first.
        places: how many matters a body can reach.
        live: whether CCGs hold their powers.
        attended: share of the seats for GPs that is filled in the room, shape (bodies,).
    """
    left = np.full((2, bodies.size), places)  # for general business, and for what is delegated
    for n in range(queue.size):
        item = queue[n]
        b, c = items.body[item], items.ccg[item]
        matter, ready = items.kind[item] == ItemKind.MATTER, items.prepared[item] >= 1
        delegated = int(is_delegated(items.primary_care[item], ccgs.level[c]))

        if ready and not items.screened[item] and bodies.quorate[ccgs.executive_group[c]]:
            items.screened[item] = True
            worth = perceived(items.merit[item], own.noise * draws.screen[n], own.narrowing * own.paper_knowledge)
            if matter and worth < own.screen:
                items.stage[item] = Stage.REFUSED
                continue

        if items.screened[item] and bodies.quorate[b] and (not matter or left[delegated, b] > 0):
            left[delegated, b] -= matter  # plans take no room
        elif ready and matter and draws.heard[n]:
            items.informal[item] = True
        else:
            continue

        in_room = 1.0 if items.informal[item] else attended[b]
        in_room *= not (delegated and bodies.conflicted_leave[b])
        if matter or items.shaped[item]:
            knowledge = max(own.knowledge * in_room, own.paper_knowledge)
        else:
            knowledge = max(own.paper_knowledge * in_room, own.no_knowledge)
        agreement = others_agree(
            matter, items.primary_care[item], live, ccgs.level[c], own.pct_yes, own.nhse_yes, own.joint_yes
        )
        worth = perceived(items.merit[item], own.noise * draws.vote[n], own.narrowing * knowledge)
        items.knowledge[item] = knowledge
        items.stage[item] = Stage.ADOPTED if worth > 0 and draws.agree[n] < agreement else Stage.REFUSED


@compiled
def perceived(merit: float, noise: float, narrowing: float) -> float:
    """Return an item's worth as it is seen: the more knowledge narrows the noise, the nearer to its merit."""
    return merit + noise / np.sqrt(1 + narrowing)


@rule
def close(items: Table, own: Meetings, waiting: Rows, week: int) -> None:
    """Let old matters lapse, and close what is settled.

    Args:
        waiting: rows of the items that were open when the week began.
    """
    for n in range(waiting.size):
        item = waiting[n]
        if (
            items.stage[item] == Stage.OPEN
            and items.kind[item] == ItemKind.MATTER
            and week - items.born[item] > own.patience
        ):
            items.stage[item] = Stage.LAPSED
        if items.stage[item] == Stage.OPEN:
            continue
        items.settled[item] = week
        if items.stage[item] != Stage.LAPSED:
            items.credit[item] = 1.0 if items.stage[item] == Stage.ADOPTED else own.refused
