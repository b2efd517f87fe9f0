"""Bodies meet: who is in the room, what is reached, what is adopted, refused or left to lapse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Kind, Work
from sim.business.bodies import BodyKind, SeatKind
from sim.business.items import ItemKind, Stage
from sim.compiled import compiled
from sim.hours import WORK_OF_BODY
from sim.luck import top_by_group
from sim.parameters import param
from sim.processes.base import Process

if TYPE_CHECKING:
    from sim.world import World

NAMES = [stage.name.lower() for stage in Stage]


@dataclass
class Meetings(Process):
    """Decide business.

    Who holds a seat and found the time is in the room. A body is quorate with a share ``quorum`` of its seats present,
    a GP among them. The executive group, weekly, screens prepared matters: below ``screen`` in perceived worth they are
    refused with reasons. A quorate body then reaches its oldest matters, as many as its room, and every prepared plan.
    Room is one number for all bodies that decide; in the shadow year a CCG decides as a sub-committee and has a part of
    it. Perceived worth is ``merit + noise / sqrt(1 + narrowing k)``: adopted if above 0. Matters older than
    ``patience`` lapse.

    Second channel: a matter whose originator knows governing-body GPs with time for contact is heard outside the queue
    with weekly chance ``1 - (1 - ear)^reach``, reach the sum over those ties of strength x share of contact work done.
    Until go-live the PCT has to agree to every matter (``pct_yes``). A matter about general practice is NHS England's
    until it is delegated: it says yes with chance ``nhse_yes`` (``joint_yes`` jointly); when delegated, it has room of
    its own, and GPs leave the room for it (knowledge falls).

    Quality of a decision: ``q = (mean z^rho)^(1/rho)`` over frontline knowledge k, data e and expertise t.
    """

    name = "meetings"
    reads = (
        "seats.person", "seats.body", "seats.kind", "bodies.meets", "bodies.kind", "bodies.ccg", "people.present",
        "people.kind", "people.undone", "people.demand", "people.on_governing_body", "items.key", "items.kind",
        "items.originator", "items.ccg", "items.body", "items.primary_care", "items.merit", "items.born",
        "items.prepared", "items.shaped", "ccgs.level", "ccgs.expertise", "ccgs.data", "ccgs.executive_group",
        "items.practice",
    )  # fmt: skip
    writes = (
        "items.stage", "items.settled", "items.credit", "items.informal", "items.quality", "items.screened",
        "bodies.reputation",        "bodies.pre_decided", "bodies.quorate",
    )  # fmt: skip
    evidence = (
        "informal_contact_works", "size_makes_leaders_distant", "localities_restore_ownership", "rubber_stamping",
        "heavy_quorum_irregular_attendance", "withdrawal_removes_expertise", "proper_data_needed",
        "knowledge_without_data_limits", "long_papers_no_strategy", "h15_informal_influence",
    )  # fmt: skip

    room: float = param(
        3, "matters/meeting", "members' matters that a monthly meeting can reach", low=0, high=50,
        source="long_papers_no_strategy: of about twelve slots, procedure takes nine",
    )  # fmt: skip
    shadow_room: float = param(
        0.5, "share", "part of its room that a body has before go-live", low=0, high=1,
        source="a sub-committee of the PCT until April 2013; size assumed",
    )  # fmt: skip
    patience: float = param(
        13, "weeks", "age at which a matter that nobody reached lapses", low=1, high=200,
        source="not reached in three monthly meetings is not heard",
    )  # fmt: skip
    screen: float = param(
        -0.3, "sd", "perceived worth below which the executive group refuses a matter", low=-5, high=5,
        source="the executive group stops what it thinks weak",
    )  # fmt: skip
    noise: float = param(
        0.5, "sd", "error with which a body sees an item's worth", low=0, high=5,
        source="worth is seen imperfectly",
    )  # fmt: skip
    quorum: float = param(
        0.4, "share", "part of the seats that must be filled in the room", low=0, high=1,
        source="m18_quorum_range: 3 to 10 members",
    )  # fmt: skip
    ear: float = param(
        0.1, "1/week", "chance a week that one acquaintance with time gets a matter heard", low=0, high=1,
        source="informal_contact_works, h15_informal_influence; size assumed",
    )  # fmt: skip
    nhse_yes: float = param(
        0.3, "share", "matters about general practice to which NHS England agrees below level 2", low=0, high=1,
        source="before delegation the area team decides (area_team_acts_separately)",
    )  # fmt: skip
    pct_yes: float = param(
        0.3, "share", "matters to which the PCT agrees before go-live", low=0, high=1,
        source="until April 2013 the PCT holds the powers; as for NHS England",
    )  # fmt: skip
    joint_yes: float = param(
        0.5, "share", "matters about general practice to which a joint committee agrees at level 2", low=0, high=1,
        source="joint_is_slow_and_unclear; NHSE has the casting vote",
    )  # fmt: skip
    rho: float = param(
        -1.0, "-", "how far knowledge, data and expertise replace each other in a decision's quality; 1 wholly",
        low=-4, high=1,
        source="complements, not substitutes (t4_symbiosis, proper_data_needed); 1 is the rival",
    )  # fmt: skip
    knowledge: float = param(
        0.7, "share", "frontline knowledge that GPs in the room bring to a matter, or to a plan that they shaped",
        low=0, high=1,
        source="t1_patient_experience: a GP's own matter, or GPs who shaped it",
    )  # fmt: skip
    paper_knowledge: float = param(
        0.25, "share", "frontline knowledge that papers carry without a GP in the room", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    no_knowledge: float = param(
        0.1, "share", "frontline knowledge behind a plan that no GP shaped, with no GP in the room", low=0, high=1,
        source="size assumed",
    )  # fmt: skip
    novice: float = param(
        0.3, "share", "expertise that a decision meets where managers are new", low=0, high=1,
        source="staff_loss_needs_relearning; size assumed",
    )  # fmt: skip
    expert: float = param(
        0.9, "share", "expertise that a decision meets where managers have learned the work", low=0, high=1,
        source="staff_loss_needs_relearning; size assumed",
    )  # fmt: skip
    floor: float = param(
        0.05, "share", "least knowledge, data or expertise that a decision has", low=0.001, high=1,
        source="nothing is wholly without knowledge, data or expertise",
    )  # fmt: skip
    narrowing: float = param(
        3, "-", "how much frontline knowledge narrows the error: noise / sqrt(1 + narrowing k)", low=0, high=100,
        source="with all frontline knowledge noise halves (t1_patient_experience); size assumed",
    )  # fmt: skip
    refused: float = param(
        0.4, "share", "how far a refused matter counts as heard", low=0, high=1,
        source="a refusal with reasons is less than a yes and more than silence; assumed",
    )  # fmt: skip
    settled_start: float = param(
        0.5, "share", "plans that a body met settled, as its record begins", low=0, high=1,
        source="neither, until plans have come",
    )  # fmt: skip
    memory: float = param(
        0.1, "1/matter", "how fast a body's record follows the fate of its items", low=0, high=1,
        source="reputation follows the last ten matters or so",
    )  # fmt: skip
    recalled: float = param(
        0.13, "share", "reputation with which bodies begin: members who felt able to influence the PCT", low=0, high=1,
        status="measured",
        source="h15_influence: GPs' recall of the PCT",
    )  # fmt: skip

    def start(self, world: World) -> None:
        world.bodies.reputation[:] = self.recalled
        world.bodies.pre_decided[:] = self.settled_start

    def step(self, world: World) -> None:
        items = world.items
        attended = self._attendance(world)
        rows = world.open_items()
        matters = rows[items.kind[rows] == ItemKind.MATTER]
        stage = np.full(rows.size, Stage.OPEN, dtype=np.int8)
        if rows.size:
            position = np.full(items.size, -1)
            position[rows] = np.arange(rows.size)
            self._screen(world, rows, stage)
            heard = self._reached(world, rows[stage == Stage.OPEN])
            waits = stage == Stage.OPEN
            waits[position[heard]] = False
            informal = self._informally(world, matters[waits[position[matters]]])
            items.informal[informal] = True
            world.events.add("heard_informally", world.week, ccg=items.ccg[informal], person=items.originator[informal],
                             practice=items.practice[informal], item=informal)  # fmt: skip
            reached = np.concatenate([heard, informal])
            if reached.size:
                stage[position[reached]] = self._decide(world, reached, attended)
            old = (stage == Stage.OPEN) & (world.week - items.born[rows] > self.patience)
            stage[old & (items.kind[rows] == ItemKind.MATTER)] = Stage.LAPSED
        settled = rows[stage != Stage.OPEN]
        items.stage[rows] = stage
        items.settled[settled] = world.week
        items.credit[settled] = np.array([0.0, 1.0, self.refused, 0.0])[items.stage[settled]]  # by Stage
        if not settled.size:
            return
        self._reputation(world, settled)
        for result in (Stage.ADOPTED, Stage.REFUSED, Stage.LAPSED):
            chosen = settled[items.stage[settled] == result]
            world.events.add(
                NAMES[result], world.week, items.ccg[chosen], person=items.originator[chosen],
                practice=items.practice[chosen], body=items.body[chosen], item=chosen,
                value=(world.week - items.born[chosen]).astype(float),
            )  # fmt: skip

    def _attendance(self, world: World) -> NDArray[np.float64]:
        """Set which bodies are quorate and return the share of GP seats attended by body."""
        seats, bodies, people = world.seats, world.bodies, world.people
        work = WORK_OF_BODY[bodies.kind]
        seated, present, gp_seats, gps = in_the_room(
            seats.person, seats.body, seats.kind <= SeatKind.LOCALITY_LEAD, bodies.meets, work, people.demand,
            people.undone,
        )  # fmt: skip
        enough = present >= self.quorum * np.maximum(seated, 1)
        bodies.quorate[:] = bodies.meets & enough & ((gps > 0) | (gp_seats == 0))
        failed = np.flatnonzero(bodies.meets & ~bodies.quorate & (bodies.kind != BodyKind.MEMBER_COUNCIL))
        world.events.add("not_quorate", world.week, ccg=bodies.ccg[failed], body=failed)
        share: NDArray[np.float64] = gps / np.maximum(gp_seats, 1)
        return share

    def _perceived(
        self, world: World, rows: NDArray[np.int64], where: str, k: NDArray[np.float64] | float
    ) -> NDArray[np.float64]:
        items = world.items
        noise = world.luck.normal(f"meetings.{where}", 0, items.key[rows])
        return items.merit[rows] + self.noise * noise / np.sqrt(1 + self.narrowing * np.asarray(k))

    def _screen(self, world: World, rows: NDArray[np.int64], stage: NDArray[np.int8]) -> None:
        items, bodies = world.items, world.bodies
        quorate = bodies.quorate[world.ccgs.executive_group[items.ccg[rows]]]
        new = quorate & (items.prepared[rows] >= 1) & ~items.screened[rows]
        if new.any():
            chosen = rows[new]
            items.screened[chosen] = True
            weak = self._perceived(world, chosen, "screen", self.paper_knowledge) < self.screen
            weak &= items.kind[chosen] == ItemKind.MATTER
            stage[np.flatnonzero(new)[weak]] = Stage.REFUSED

    def _reached(self, world: World, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the items that quorate bodies reach this week: the oldest matters within room, and ready plans."""
        items, bodies = world.items, world.bodies
        ready = rows[items.screened[rows] & bodies.quorate[items.body[rows]]]
        if not ready.size:
            return ready
        plan = items.kind[ready] == ItemKind.PLAN
        queue = ready[~plan]
        own_room = (world.ccgs.level[items.ccg[queue]] == 3) & items.primary_care[queue]
        group = items.body[queue] + bodies.size * own_room
        age = (world.week - items.born[queue]).astype(float)
        age += world.luck.uniform("meetings.order", 0, items.key[queue])
        places = round(self.room * (1.0 if world.live else self.shadow_room))
        return np.concatenate([queue[top_by_group(age, group, places)], ready[plan]])

    def _informally(self, world: World, matters: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the matters heard outside the queue because their originator knows somebody on the governing body."""
        items, people = world.items, world.people
        matters = matters[items.prepared[matters] >= 1]
        if not matters.size:
            return matters
        board = np.flatnonzero(people.on_governing_body & people.present & (people.kind == Kind.GP))
        contact = people.demand[board, Work.CONTACT]
        ear = np.zeros(people.size)
        ear[board] = np.where(contact > 0, 1 - people.undone[board, Work.CONTACT] / np.maximum(contact, 1), 0.0)
        reach = (world.ties.edges["informal"].sum_over_neighbours(ear) + ear)[items.originator[matters]]
        chance = 1 - (1 - self.ear) ** reach
        return matters[world.luck.uniform("meetings.informal", world.week, items.key[matters]) < chance]

    def _decide(self, world: World, rows: NDArray[np.int64], attended: NDArray[np.float64]) -> NDArray[np.int8]:
        """Return the stage that each item reaches, and set the quality of its decision."""
        items, c, luck = world.items, world.ccgs, world.luck
        ccg, matter = items.ccg[rows], items.kind[rows] == ItemKind.MATTER
        level, own = c.level[ccg], items.primary_care[rows]
        conflicted = own & (level == 3)
        in_room = np.where(conflicted, 0.0, np.maximum(attended[items.body[rows]], items.informal[rows]))
        floor = np.where(items.shaped[rows] | matter, self.paper_knowledge, self.no_knowledge)
        k = np.maximum(np.where(items.shaped[rows] | matter, self.knowledge, self.paper_knowledge) * in_room, floor)
        t = self.novice + (self.expert - self.novice) * c.expertise[ccg]
        z = np.maximum(np.stack([k, c.data[ccg], t]), self.floor)
        if abs(self.rho) < 1e-9:
            items.quality[rows] = np.exp(np.log(z).mean(axis=0))
        else:
            items.quality[rows] = (z**self.rho).mean(axis=0) ** (1 / self.rho)
        adopted = self._perceived(world, rows, "vote", k) > 0
        chance = np.where(own & (level < 2), self.nhse_yes, np.where(own & (level == 2), self.joint_yes, 1.0))
        if not world.live:
            chance[matter] = self.pct_yes
        adopted &= luck.uniform("meetings.nhse", 0, items.key[rows]) < chance
        return np.where(adopted, Stage.ADOPTED, Stage.REFUSED).astype(np.int8)

    def _reputation(self, world: World, settled: NDArray[np.int64]) -> None:
        """Move each body's reputation toward the fate of the matters, and its record of pre-decided plans."""
        items, bodies = world.items, world.bodies
        matter = items.kind[settled] == ItemKind.MATTER
        plan = ~matter
        for column, rows, value in (
            (bodies.reputation, settled[matter], items.credit[settled[matter]]),
            (bodies.pre_decided, settled[plan], 1.0 - items.shaped[settled[plan]]),
        ):
            count = np.bincount(items.body[rows], minlength=bodies.size)
            mean = np.bincount(items.body[rows], value, bodies.size) / np.maximum(count, 1)
            column[:] += (1 - (1 - self.memory) ** count) * (mean - column)


@compiled
def in_the_room(
    person: NDArray[np.int64], body: NDArray[np.int64], for_gp: NDArray[np.bool_], meets: NDArray[np.bool_],
    work: NDArray[np.int64], demand: NDArray[np.int32], undone: NDArray[np.int32],
) -> NDArray[np.int64]:  # fmt: skip
    """Count the seats of each body, those attended, and the same of seats for GPs, shape (4, bodies).

    A seat is attended if the body meets and its holder was asked to come and left none of it undone.

    Args:
        person: who holds each seat, negative if nobody, shape (seats,).
        body: on which body, shape (seats,).
        for_gp: whether the seat is for a GP, shape (seats,).
        meets: whether each body meets this week, shape (bodies,).
        work: kind of work that a meeting of each body is, shape (bodies,).
        demand: minutes asked, shape (people, kinds of work); ``undone`` of them likewise.
    """
    count = np.zeros((4, work.size), dtype=np.int64)
    for seat in range(person.size):
        b, i = body[seat], person[seat]
        there = i >= 0 and meets[b] and demand[i, work[b]] > 0 and undone[i, work[b]] == 0
        count[0, b] += 1
        count[1, b] += there
        if for_gp[seat]:
            count[2, b] += 1
            count[3, b] += there
    return count
