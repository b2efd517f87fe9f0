"""Three rules of the model written plainly in Mesa: one object a person, one call a person and rule.

The rules, parameters and ties are those of ``diaries.py`` with ``time_allocation.py``, ``informedness.py`` and
``engagement.py`` in ``sim/mechanisms``; a test holds the numbers of both side by side. It is written for clarity and
without waste: groups add up once a week what their members read, work that nobody asked for is skipped, and luck is
Mesa's own. What the other processes would bring (booked clinics, requests, matters, strain, kicks) stays as it was in
the world that it was built from. The null world, in which rules freeze, is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import mesa

from sim.run.config import Config
from sim.settings.calendar import WEEKS_A_YEAR
from sim.state.codes import IS_MEETING, Kind, Role, Stage, Work
from sim.state.drivers import STANDING
from sim.state.world import World

CARRIED = (Work.DEADLINE, Work.PREPARATION, Work.READING, Work.CONTACT)
"""Kinds of work of which a part comes back next week if undone."""
NOISE = STANDING.index("noise")
INFORMED = STANDING.pulls.index("informed")


@dataclass
class Body:
    """A committee, as the diaries of its members see it."""

    work: int
    minutes: float
    interval: float
    meets: bool


@dataclass
class Business:
    """An item that waits for its papers."""

    work: float
    prepared: float


@dataclass
class Group:
    """People who are colleagues: a practice or a governing body."""

    people: list[Person] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)

    def add_up(self) -> None:
        """Add up the members' components of engagement, driver by driver."""
        self.totals = [sum(values) for values in zip(*(p.components for p in self.people), strict=True)]


@dataclass
class Practice(Group):
    """A practice: colleagues, one of whom may sit on the member council for all."""

    representative: Person | None = None
    passed_on: float = 0.0

    def brief(self) -> None:
        """Settle what the representative passes on this week."""
        rep = self.representative
        self.passed_on = rep.informed * rep.share_done(Work.BRIEFING) if rep else 0.0


@dataclass
class CCG:
    """A clinical commissioning group: its managers and the work that they share."""

    vacancy_load: float
    request_minutes: float
    board: Group = field(default_factory=Group)
    managers: list[Person] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    waiting: list[Business] = field(default_factory=list)
    asked: list[tuple[int, float]] = field(default_factory=list)
    visited: float = 0.0

    def share_out(self, weeks: float, visit_minutes: float) -> None:
        """Settle what each manager is asked for: requests, preparation of what waits, visits."""
        count = max(len(self.managers), 1)
        papers = sum(item.work * (1 - item.prepared) for item in self.waiting) / weeks
        visits = len(self.practices) * visit_minutes
        self.asked = [
            (Work.DEADLINE, self.request_minutes / count),
            (Work.PREPARATION, papers / count),
            (Work.CONTACT, visits / count),
        ]

    def visit(self) -> None:
        """Settle which share of the contact asked of its managers took place."""
        asked = sum(m.demand[Work.CONTACT] for m in self.managers)
        undone = sum(m.undone[Work.CONTACT] for m in self.managers)
        self.visited = (asked - undone) / max(asked, 1)


class Person(mesa.Agent):
    """Anybody in the model, with everything that concerns one person as a plain attribute."""

    model: PlainModel

    def __init__(self, model: PlainModel, world: World, row: int) -> None:
        super().__init__(model)
        people = world.people
        self.row = row
        self.kind = int(people.kind[row])
        self.role = int(people.role[row])
        self.ccg: CCG = model.ccgs[people.ccg[row]]
        home = int(people.practice[row])
        self.practice: Practice | None = model.practices[home] if home >= 0 else None
        self.on_board = bool(people.on_governing_body[row])
        self.bodies: list[Body] = []
        self.contract = int(people.contract[row])
        self.sessions = int(people.sessions[row])
        self.booked = int(people.booked[row])
        self.deadline = int(people.deadline[row])
        self.strain = float(people.strain[row])
        self.demand: list[int] = people.demand[row].tolist()
        self.paid: list[int] = people.paid[row].tolist()
        self.unpaid: list[int] = people.unpaid[row].tolist()
        self.undone: list[int] = people.undone[row].tolist()
        self.idle = 0
        self.time_met = float(people.time_met[row])
        self.informed = float(people.informed[row])
        self.engagement = float(people.engagement[row])
        self.components: list[float] = people.components[row, : len(STANDING.names)].tolist()
        self.disposition = float(people.disposition[row])
        self.pulls = [float(people[f"pull_{name}"][row]) for name in STANDING.pulls]
        self.kicks = [float(people[f"kick_{name}"][row]) for name in STANDING.kicks]
        self.circles: list[Group] = [g for g in (self.practice, self.ccg.board if self.on_board else None) if g]
        for group in self.circles:
            group.people.append(self)
        if self.kind == Kind.MANAGER:
            self.ccg.managers.append(self)

    # Time

    def fill_week(self) -> None:
        """Fill the week in the order of priority: contracted time, then the evening; the rest is undone."""
        rules = self.model.config.time_allocation
        demand = self.demand = self._asked()
        paid, unpaid = [0] * len(demand), [0] * len(demand)
        sessions = min(self.sessions, self.contract) if self.kind == Kind.GP else 0
        logit = rules.evening_level + rules.evening_engagement * self.engagement - rules.evening_strain * self.strain
        evening = int(60 * rules.evening_most / (1 + math.exp(-logit)))
        pool = self.contract - sessions
        came = not self.bodies or self.model.uniform(self) >= rules.missed
        for work, asked in enumerate(demand):
            if asked and (not IS_MEETING[work] or (came and asked <= pool + evening)):
                paid[work] = min(asked, pool)
                unpaid[work] = min(asked - paid[work], evening)
                pool -= paid[work]
                evening -= unpaid[work]
            if work == Work.BOOKED:
                pool += sessions  # the booked clinic does not draw on them
        self.paid, self.unpaid, self.idle = paid, unpaid, pool
        self.undone = [d - p - u for d, p, u in zip(demand, paid, unpaid, strict=True)]
        for_ccg = sum(demand[1:])
        if for_ccg:
            met = sum(paid[1:]) == for_ccg
            self.time_met += (1 - 2.0 ** (-1 / rules.memory_weeks)) * (met - self.time_met)

    def _asked(self) -> list[int]:
        """Return the minutes asked for by kind of work."""
        rules = self.model.config.diaries
        asked = [0.0] * len(Work)
        asked[Work.BOOKED], asked[Work.DEADLINE] = self.booked, self.deadline
        in_meetings = 0.0
        for body in self.bodies:
            in_meetings += body.minutes / body.interval
            if body.meets:
                asked[body.work] += body.minutes
        if Role.REPRESENTATIVE <= self.role <= Role.CHAIR:
            hours, shares = self.model.roles[self.role]
            load = self.ccg.vacancy_load if self.role >= Role.LOCALITY_LEAD else 1.0
            rest = max(60 * hours * load - in_meetings, 0)
            for work, share in shares:
                asked[work] = rest * share
        elif self.role == Role.NONE and self.kind in (Kind.GP, Kind.PRACTICE_MANAGER):
            light = (rules.member_minutes if self.kind == Kind.GP else rules.practice_manager_minutes) / 2
            asked[Work.READING] += light
            asked[Work.CONTACT] += light
        if self.kind == Kind.MANAGER:
            for work, minutes in self.ccg.asked:
                asked[work] += minutes
            asked[Work.DEVELOPMENT] += rules.development_minutes
        for work in CARRIED:
            asked[work] += rules.carry * self.undone[work]
        return [int(minutes + 0.5) for minutes in asked]

    def share_done(self, work: int) -> float:
        """Return the share of a kind of work that was done of what was asked; 0 if nothing was."""
        asked = self.demand[work]
        return (asked - self.undone[work]) / asked if asked else 0.0

    # Informedness

    def learn(self) -> None:
        """Forget a little, and learn from reading, meetings, the board, the representative and visits."""
        rules = self.model.config.informedness
        contact = rules.reading * self.share_done(Work.READING)
        contact += rules.council * self.share_done(Work.MEMBER_COUNCIL)
        contact += rules.locality * self.share_done(Work.LOCALITY_MEETING)
        if self.on_board or self.role >= Role.LOCALITY_LEAD:
            contact += rules.board
        if self.practice:
            if self.practice.representative is not self:
                contact += rules.briefing * self.practice.passed_on
            contact += rules.visit * self.ccg.visited
        self.informed += (1 - self.informed) * min(contact, 1) - rules.decay * self.informed
        self.pulls[INFORMED] = rules.beta * self.informed

    # Engagement

    def feel(self) -> None:
        """Move every component of engagement toward what pulls and toward colleagues; add noise and kicks."""
        rules, a = self.model.config.engagement, self.model.a
        components = self._among_colleagues(1 - a, rules.peers)
        components[0] += a * self.disposition
        for k, pull in enumerate(self.pulls, start=1):
            components[k] += a * pull
        components[NOISE] += rules.transient_sd * math.sqrt(2 * a - a * a) * self.model.normal(self)
        for k, kick in enumerate(self.kicks, start=NOISE + 1):
            components[k] += kick
        self.components = components
        self.engagement = sum(components)

    def _among_colleagues(self, keep: float, rate: float) -> list[float]:
        """Return what is left of the components, moved toward the mean of all colleagues."""
        circles = len(self.circles)
        others = sum(len(group.people) for group in self.circles) - circles
        if not others:
            return [keep * own for own in self.components]
        if circles == 1:
            around = self.circles[0].totals
        else:
            around = [sum(totals) for totals in zip(*(group.totals for group in self.circles), strict=True)]
        own_share, peer_share = keep - rate - rate * circles / others, rate / others
        return [own_share * own + peer_share * total for own, total in zip(self.components, around, strict=True)]


class PlainModel(mesa.Model):
    """People who fill their weeks, learn and feel, one by one.

    Args:
        world: where everything starts; it is read once.
        config: parameters of the three rules.
    """

    def __init__(self, world: World, config: Config) -> None:
        super().__init__(rng=config.seed)
        self.config = config
        self.a = config.engagement.a
        self.week = world.week
        self.roles = _roles(config)
        c = world.ccgs
        self.ccgs = [CCG(float(c.vacancy_load[i]), float(c.request_minutes[i])) for i in range(c.size)]
        self.practices = [Practice() for _ in range(world.practices.size)]
        for practice, ccg in zip(self.practices, world.practices.ccg.tolist(), strict=True):
            self.ccgs[ccg].practices.append(practice)
        self._add_people(world)
        self._add_business(world)

    def _add_people(self, world: World) -> None:
        people, seats, bodies = world.people, world.seats, world.bodies
        found = {row: Person(self, world, row) for row in range(people.size) if people.present[row]}
        self.bodies = [
            Body(
                int(bodies.work[i]),
                float(bodies.minutes[i]),
                bodies.months_between[i] * WEEKS_A_YEAR / 12 if bodies.months_between[i] else 1.0,
                bool(bodies.meets[i]),
            )
            for i in range(bodies.size)
        ]
        for person, body in zip(seats.person.tolist(), seats.body.tolist(), strict=True):
            if person >= 0:
                found[person].bodies.append(self.bodies[body])
        for practice, seat in zip(self.practices, world.practices.council_seat.tolist(), strict=True):
            practice.representative = found.get(int(seats.person[seat]))

    def _add_business(self, world: World) -> None:
        items = world.items
        for i in range(items.size):
            if items.stage[i] == Stage.OPEN and items.prepared[i] < 1:
                self.ccgs[items.ccg[i]].waiting.append(Business(float(items.work[i]), float(items.prepared[i])))

    def uniform(self, person: Person) -> float:
        """Return a draw for a person's diary, uniform in [0, 1)."""
        return float(self.random.random())

    def normal(self, person: Person) -> float:
        """Return a draw for what moves a person for other reasons, standard normal."""
        return float(self.random.gauss())

    def step(self) -> None:
        """Run the three rules of one week. All see what others were before the rule, so order does not matter."""
        asking = self.config.diaries
        for ccg in self.ccgs:
            ccg.share_out(asking.preparation_weeks, asking.visit_minutes)
        self.agents.do("fill_week")
        for practice in self.practices:
            practice.brief()
        for ccg in self.ccgs:
            ccg.visit()
        self.agents.do("learn")
        for group in (*self.practices, *(ccg.board for ccg in self.ccgs)):
            group.add_up()
        self.agents.do("feel")
        self.week += 1


def _roles(config: Config) -> dict[int, tuple[float, list[tuple[int, float]]]]:
    """Return, by role, the hours a week and their split outside meetings over kinds of work."""
    t = config.diaries
    works = (Work.PREPARATION, Work.READING, Work.CONTACT, Work.BRIEFING)
    leader = (t.leader_preparation, t.leader_reading, t.leader_contact, t.leader_briefing)
    representative = (
        t.representative_preparation, t.representative_reading, t.representative_contact, t.representative_briefing,
    )  # fmt: skip
    hours: dict[int, float] = {
        Role.REPRESENTATIVE: t.representative_asked_hours, Role.LOCALITY_LEAD: t.locality_lead_asked_hours,
        Role.GOVERNING_BODY: t.governing_body_asked_hours, Role.CHAIR: t.chair_asked_hours,
    }  # fmt: skip
    found: dict[int, tuple[float, list[tuple[int, float]]]] = {}
    for role, of_role in hours.items():
        shares = representative if role == Role.REPRESENTATIVE else leader
        split: list[tuple[int, float]] = [
            *zip(works, shares, strict=True),
            (Work.DEVELOPMENT, max(0.0, 1 - sum(shares))),
        ]
        found[role] = (of_role, split)
    return found
