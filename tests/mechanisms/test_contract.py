"""What every process keeps to, whatever it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from sim import survey
from sim.core.parameters import param
from sim.core.tables import Table
from sim.core.views import Access, View
from sim.mechanisms.base import Process
from sim.mechanisms.money.running_costs import RunningCosts
from sim.mechanisms.schedule import EVENTS, WEEK, schemas, writers
from sim.run import record
from sim.run.config import Config
from sim.run.model import CommissioningModel
from sim.state.codes import ItemKind, Kind, Role, Stage, Work
from sim.state.drivers import STANDING
from sim.state.people import members
from sim.state.world import World
from tests.worlds import (
    TWO_SITES,
    add_items,
    bare,
    columns,
    config,
    constitution,
    no_work,
    of_kind,
    spread_out,
    step,
    ties,
    worked,
)

EVERY = pytest.mark.parametrize("process", WEEK, ids=lambda p: p.name)
TABLES = bare().tables
DECLARED = {f"{name}.{c.name}": c for name, table in TABLES.items() for c in table.columns.values()}
READS = {p.name: p.access.among(DECLARED) - p.access.writes for p in WEEK}
WRITER = writers(WEEK)
OTHERS = {"survey": survey.ACCESS, "record": record.ACCESS}
MOVES = {event.kind: event.moves for event in EVENTS.values()}


def eventful(weeks: int = 170, *, null_world: bool = False) -> Config:
    """Return two small sites with delegation in April 2014, so that every stage of policy is reached."""
    made = spread_out(*TWO_SITES, weeks=weeks, warm_up_weeks=4, null_world=null_world)
    made.timeline.co_commissioning = "2014-04-01"
    made.governance.delegation_level = 3
    return made


def week(model: CommissioningModel, before: type[Process] | None = None) -> None:
    """Run one week, up to a process if one is named."""
    for p in model.processes:
        if type(p) is before:
            return
        step(model.world, p)


@pytest.fixture
def busy() -> CommissioningModel:
    """A model in its thirtieth week: people have left, matters are under way."""
    model = CommissioningModel(eventful(), seed=3)
    for _ in range(30):
        model.step()
    return model


# Declarations


def test_the_order_of_the_week() -> None:
    assert [p.name for p in WEEK] == [
        "policy_timeline", "running_costs", "requests", "agenda", "workload", "diaries", "time_allocation",
        "preparation", "meetings", "decision_quality", "repute", "implementation", "relationships", "informedness",
        "influence", "strain", "reward", "hope", "performance_management", "engagement", "careers", "development",
        "succession",
    ]  # fmt: skip


def test_every_process_is_configured_under_its_name() -> None:
    assert {p.name: type(getattr(Config(), p.name)) for p in WEEK} == {p.name: p for p in WEEK}


@EVERY
def test_it_says_what_it_does(process: type[Process]) -> None:
    assert process.__doc__
    assert "`" in process.__doc__ or len(process.__doc__) > 80, "the rule as a formula, or in words"
    assert process.evidence
    assert process.access.among(DECLARED), "columns that exist"
    assert set(process.appends) <= set(TABLES)
    assert not process.access.reads & process.access.writes, "what is written may be read"


def test_every_column_has_one_writer() -> None:
    assert {c: n for c, n in Counter(c for p in WEEK for c in p.access.writes).items() if n > 1} == {}
    fixed = {f"{name}.{c}" for name, table in TABLES.items() for c in table.columns} - set(WRITER)
    laid = {f"{s.name}.{c.name}" for s in schemas(WEEK) for c in s.columns}
    assert fixed == laid, "what no process writes is fixed at birth"


WORKING = {"bodies.quorate", "items.informal"}
"""What one part of a meeting tells another."""
MEMORY = {
    "people.influence_evidence", "people.last_pulls", "items.review", "items.screened", "seats.term_end", "slots.last",
    "slots.generation",
}  # fmt: skip
"""What a process keeps for itself from week to week; that it does is tested below."""


def test_no_state_is_decoration() -> None:
    read = {c for reads in READS.values() for c in reads} | {c for access in OTHERS.values() for c in access.reads}
    unread = {c for c, writer in WRITER.items() if c not in read and c not in WORKING}
    assert unread == MEMORY


@pytest.mark.parametrize("name", sorted(MEMORY))
def test_memory_is_used(name: str) -> None:
    """Two equal worlds, one of which remembers differently, become different elsewhere."""
    table, _, column = name.partition(".")
    found = []
    for changed in (False, True):
        model = CommissioningModel(eventful(120, null_world=name == "people.last_pulls"), seed=3)
        for _ in range(60):
            model.step()
        if changed:
            values = getattr(model.world, table)[column]
            values[:] = ~values if values.dtype == bool else np.where(values > 100_000, values, model.world.week)
        for _ in range(60):
            model.step()
        found.append({c: v for c, v in columns(model.world).items() if c != name} | ties(model.world))
    assert any(not np.array_equal(found[0][c], found[1][c]) for c in found[0])


@pytest.mark.parametrize("access", OTHERS.values(), ids=OTHERS)
def test_survey_and_record_read_what_exists_and_write_nothing(access: Access) -> None:
    assert access.among(DECLARED) == access.reads
    assert not access.writes
    assert not access.appends


class Spy:
    """A table as it is seen, which remembers what was asked for."""

    def __init__(self, table: str, seen_of_it: Any, touched: set[str]) -> None:
        self._table, self._seen, self._touched = table, seen_of_it, touched

    def __getattr__(self, name: str) -> Any:
        column = getattr(self._seen, name)
        self._touched.add(f"{self._table}.{name}")
        return column


@dataclass(frozen=True)
class Watched(Access):
    """What may be read and written, which remembers what was."""

    touched: set[str] = field(default_factory=set)

    def see(self, table: Table) -> Any:
        return Spy(table.name, super().see(table), self.touched)


class Watch(View):
    """A view that remembers what it was asked for, by whatever way."""

    def column(self, column: str) -> Any:
        self._access.touched.add(column)
        return super().column(column)


def watch(world: World, access: Access) -> tuple[Watch, set[str]]:
    watched = Watched(access.name, access.reads, access.writes, access.appends, access.events)
    return Watch(world, watched), watched.touched


def test_whatever_is_declared_is_touched() -> None:
    """Through two eventful runs, one of them a null world; record and survey included."""
    touched: dict[str, set[str]] = {name: set() for name in [*(p.name for p in WEEK), *OTHERS]}
    for null_world in (False, True):
        settings = eventful(170 if not null_world else 60, null_world=null_world)
        model = CommissioningModel(settings, seed=3)
        accesses = {p.name: p.access for p in model.processes} | OTHERS
        watched = {name: watch(model.world, access) for name, access in accesses.items()}
        recorder = record.Recorder(model.world, settings.survey, people=True)
        recorder.world = watched["record"][0]
        for model.world.week in range(settings.timeline.weeks):
            for p in model.processes:
                p.step(watched[p.name][0])
            if model.world.week % 50 == 0:
                recorder.take()
                survey.conduct(watched["survey"][0], settings.survey, "2013-06-01", False)
        for p in model.processes:
            p.start(watched[p.name][0])
        for name in touched:
            touched[name] |= watched[name][1] & set(DECLARED)
    declared = {p.name: READS[p.name] | p.access.writes for p in WEEK} | {n: a.reads for n, a in OTHERS.items()}
    assert {name: columns - touched[name] for name, columns in declared.items()} == {name: set() for name in declared}


@EVERY
def test_it_changes_what_it_declares_and_nothing_else(process: type[Process], busy: CommissioningModel) -> None:
    """Compared bit by bit; nor does it reach around what it is given."""
    week(busy, process)
    before, sizes = columns(busy.world), {name: table.size for name, table in busy.world.tables.items()}
    step(busy.world, getattr(busy.config, process.name))
    after = columns(busy.world)
    changed = {c for c in after if not np.array_equal(before[c], after[c][: len(before[c])])}
    assert changed <= process.access.writes
    assert {n for n in TABLES if busy.world.tables[n].size > sizes[n]} <= set(process.appends)


@EVERY
def test_it_is_deterministic(process: type[Process]) -> None:
    """Two equal worlds stay equal, whether the process has run before or is new; it keeps nothing to itself."""
    found = []
    for fresh in (False, True):
        model = CommissioningModel(eventful(), seed=3)
        for _ in range(12):
            model.step()
        week(model, process)
        used = getattr(model.config, process.name)
        step(model.world, process(**vars(used)) if fresh else used)
        found.append(columns(model.world) | ties(model.world))
    for name, values in found[0].items():
        assert np.array_equal(values, found[1][name], equal_nan=values.dtype.kind == "f"), name


# What is not declared cannot be touched


@dataclass
class Planted(Process):
    """Does what a test tells it."""

    name = "planted"
    reads: ClassVar[Any] = {"people": "strain"}
    act: ClassVar[Any] = None

    def step(self, world: View) -> None:
        type(self).act(world)


CAUGHT = {
    "reads an undeclared column": (lambda w: w.people.engagement.sum(), "people.engagement is not declared"),
    "reads another table": (lambda w: w.ccgs.posts.sum(), "ccgs.posts is not declared"),
    "reads through a helper": (lambda w: members(w.people), "people.present is not declared"),
    "reads by a column's name": (lambda w: w.column("people.engagement"), "people.engagement is not declared"),
    "reads through whole tables": (lambda w: w.tables["people"], "whole tables are not for planted"),
    "writes a column it may read": (lambda w: w.people.strain.fill(0), "it writes a column that it only reads"),
    "writes it by its name": (lambda w: w.column("people.strain").fill(0), "planted: it writes a column that"),
    "replaces a column": (lambda w: setattr(w.people, "strain", 0), "planted: it replaces a column; write in place"),
    "appends": (lambda w: w.append("people", 1), "does not declare that it appends to people"),
}


@pytest.mark.parametrize("what", CAUGHT)
def test_no_process(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    act, said = CAUGHT[what]
    monkeypatch.setattr(Planted, "act", act)
    with pytest.raises((AttributeError, ValueError), match=said):
        CommissioningModel(config(), seed=1, processes=[Planted()]).step()


def test_a_declared_column_that_does_not_exist_is_caught() -> None:
    @dataclass
    class Misspelt(Planted):
        name = "misspelt"
        reads: ClassVar[Any] = {"people": "strian"}

    with pytest.raises(ValueError, match=r"people\.strian is declared by misspelt but is no column"):
        CommissioningModel(config(), seed=1, processes=[Misspelt()])


def test_parameters_of_a_process_of_ones_own_are_checked() -> None:
    @dataclass
    class Reaching(Planted):
        name = "reaching"
        reach: float = param(0.05, "share", "how far", source="assumed")

    with pytest.raises(ValueError, match=r"reaching\.reach=7 is out of range; allowed is 0\.\.1 share"):
        CommissioningModel(config(), seed=1, processes=[Reaching(reach=7)])


def test_a_process_of_ones_own_runs_after_the_week(monkeypatch: pytest.MonkeyPatch) -> None:
    seen_by_it: list[float] = []
    monkeypatch.setattr(Planted, "act", lambda world: seen_by_it.append(float(world.people.strain.sum())))
    model = CommissioningModel(config(weeks=3), seed=1, processes=[Planted()])
    model.run()
    assert len(seen_by_it) == 3
    assert seen_by_it[-1] == model.world.people.strain.sum()


# Extremes


def upset(world: World, x: float, share: float) -> None:
    """Put everything that a process may find at one of its ends."""
    people = world.people
    people.engagement[:] = people.components[:, -1] = x
    people.components[:, STANDING.index("outside")] += x - people.components[:, : len(STANDING.names)].sum(axis=1)
    people.strain[:] = 4.0
    for name in ("informed", "influence", "time_met", "skills"):
        people[name][:] = share
    no_work(world)
    for work in Work:
        worked(world, slice(None), work, paid=5000 if share else 0, unpaid=900, undone=0 if share else 20_000)
    people.booked[:], people.deadline[:] = 30_000, 5000
    people.sessions[:] = 3000
    practices, c = world.practices, world.ccgs
    practices.backlog[:], practices.trust[:], practices.hours_saved[:] = 1e7 * (1 - share), share, 0.5 * share
    c.request_minutes[:], c.delegated_minutes[:] = 1e6, 1e6
    for name in ("support", "data", "expertise", "nhse_contact"):
        c[name][:] = share
    c.level[:] = 3
    world.bodies.meets[:] = True
    world.bodies.reputation[:] = world.bodies.pre_decided[:] = share
    for edges in world.ties.edges.values():
        edges.strength[:] = share
    add_items(world, 40, merit=np.linspace(-9, 9, 40), born=world.week - 20, primary_care=[True, False] * 20)
    add_items(world, 10, kind=ItemKind.PLAN, prepared=0.0)
    settled = [Stage.ADOPTED, Stage.REFUSED, Stage.LAPSED]
    add_items(world, 60, stage=settled * 20, settled=world.week, quality=share)
    add_items(world, 60, stage=Stage.ADOPTED, settled=0, review=world.week, quality=share)


def assert_sound(world: World, written: Any) -> None:
    """Check that columns are finite, and shares are shares."""
    for name in written:
        table, _, column = name.partition(".")
        values = getattr(world, table)[column]
        assert np.isfinite(values.astype(np.float64)).all(), name
        if DECLARED[name].unit == "share":
            assert values.min(initial=0) >= 0, name
            assert values.max(initial=0) <= 1, name
        if DECLARED[name].unit.startswith(("minutes", "weeks", "pence", "posts")):
            if name == "ccgs.budget":
                values = values[:, :-1]  # what the allowance cannot pay shows as a deficit of non-pay
            assert values.min(initial=0) >= 0, name


@EVERY
@pytest.mark.parametrize("x", [-50.0, 50.0])
@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("at", [60, 200])
def test_it_stays_finite_on_extreme_input(process: type[Process], x: float, share: float, at: int) -> None:
    world = CommissioningModel(spread_out(*TWO_SITES, weeks=300), seed=1).world
    world.week = at
    upset(world, x, share)
    for _ in range(3):
        step(world, process())
        world.week += 1
    assert_sound(world, process.access.writes)


def nobody(*kinds: Kind) -> Any:
    def leave(world: World) -> None:
        gone = np.isin(world.people.kind, kinds)
        world.people.present[gone] = False
        world.slots.person[np.isin(world.slots.kind, kinds)] = -1

    return leave


SMALL_WORLDS = {
    "one practice with one GP": (lambda: config(gps=1), lambda w: None),
    "no localities": (lambda: spread_out(TWO_SITES[0]), lambda w: None),
    "no posts": (lambda: spread_out(*TWO_SITES, running_costs=RunningCosts(post_pounds=300_000)), lambda w: None),
    "no managers": (lambda: spread_out(*TWO_SITES), nobody(Kind.MANAGER)),
    "no GPs": (lambda: spread_out(*TWO_SITES), nobody(Kind.GP)),
    "no practice managers": (lambda: spread_out(*TWO_SITES), nobody(Kind.PRACTICE_MANAGER)),
    "nobody at all": (lambda: spread_out(*TWO_SITES), nobody(*Kind)),
    "no lay members": (lambda: config(gps=3, governance=constitution(lay_members=0)), lambda w: None),
}


@EVERY
@pytest.mark.parametrize("which", SMALL_WORLDS)
def test_it_scales_to_nobody_of_a_kind(process: type[Process], which: str) -> None:
    build, leave = SMALL_WORLDS[which]
    world = CommissioningModel(build(), seed=1).world
    world.people.role[:] = np.where(world.people.present, world.people.role, Role.NONE)
    leave(world)
    for world.week in (0, 52, 53, 160):
        step(world, process())
    assert_sound(world, process.access.writes)


@pytest.mark.parametrize("which", SMALL_WORLDS)
def test_whole_runs_of_small_worlds_keep_their_ledgers(which: str) -> None:
    build, leave = SMALL_WORLDS[which]
    model = CommissioningModel(build(), seed=1)
    leave(model.world)
    model.run()
    model.audit()
    assert model.world.week == 60
    for name in WRITER:
        assert_sound(model.world, [name])


# Events and drivers


def driver_of(column: str) -> str | None:
    """Return the driver of engagement that a column is: a kick, or the belief behind a pull."""
    name = column.removeprefix("people.")
    if name.startswith("kick_"):
        return name.removeprefix("kick_")
    return name if name in STANDING.pulls else None


def test_no_two_drivers_of_engagement_read_the_same_event() -> None:
    for kind, moved in MOVES.items():
        drivers = [d for d in map(driver_of, moved) if d]
        assert len(drivers) <= 1, f"{kind} moves {drivers}"
    kicked = Counter(d for moved in MOVES.values() for d in map(driver_of, moved) if d in STANDING.kicks)
    assert kicked == dict.fromkeys(STANDING.kicks, 1), "every kick is of one event"


def test_events_move_columns_that_somebody_writes() -> None:
    appended = {"items.stage", "people.present"}
    assert {c for moved in MOVES.values() for c in moved} - set(WRITER) - appended == set()


@pytest.fixture(scope="module")
def kicked_weeks() -> Iterator[tuple[CommissioningModel, dict[str, set[tuple[int, int]]]]]:
    """Run with many events; return the model and, by driver, the week and CCG of every kick."""
    made = eventful(170)
    made.requests.order_rate, made.requests.members_concerned, made.requests.days = 0.2, 1.0, 7
    made.careers.principal, made.succession.stands, made.agenda.rate = 0.3, 0.5, 0.2
    model, kicks = CommissioningModel(made, seed=5), {k: set() for k in STANDING.kicks}
    while model.running:
        model.step()
        for kick in STANDING.kicks:
            hit = np.unique(model.world.people.ccg[model.world.people[f"kick_{kick}"] != 0])
            kicks[kick] |= {(model.world.week - 1, int(c)) for c in hit}
    return model, kicks


@pytest.mark.parametrize("kick", STANDING.kicks)
def test_a_kick_comes_in_the_week_and_the_ccg_of_its_event(kicked_weeks: Any, kick: str) -> None:
    model, kicks = kicked_weeks
    (event,) = [kind for kind, moved in MOVES.items() if f"people.kick_{kick}" in moved]
    log = model.world.events.frame()
    log = log[log["kind"] == event]
    happened = set(zip(log["week"].tolist(), log["ccg"].tolist(), strict=True))
    assert len(kicks[kick]) > 3
    assert kicks[kick] <= happened
    if kick in ("unconsulted", "imposed", "election", "success"):
        assert len(kicks[kick]) >= 0.8 * len(happened)


def test_every_kind_of_event_is_listed(kicked_weeks: Any) -> None:
    model, _ = kicked_weeks
    happened = set(model.world.events.frame()["kind"])
    assert happened <= set(MOVES)
    assert set(MOVES) - happened <= {"re_elected", "not_quorate"}


def test_a_gp_who_is_opposed_takes_no_part(kicked_weeks: Any) -> None:
    model, _ = kicked_weeks
    world = model.world
    opposed = set(np.flatnonzero(world.people.opposed).tolist())
    assert opposed
    assert not opposed & set(world.items.originator.tolist())
    assert not opposed & set(world.seats.person[(world.seats.minutes > 60)].tolist())
    assert of_kind(world, Kind.GP).size
