"""The model: a Mesa model whose step is one week of clinical commissioning."""

from __future__ import annotations

import datetime as dt
import operator
import secrets
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.core.luck import Luck
from sim.core.tables import Schema
from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.schedule import FOUNDING, columns, schemas
from sim.run.config import Config, compose, is_study, plain
from sim.run.fitted_values import fitted
from sim.run.network import network
from sim.run.notes import notes
from sim.run.own_processes import check_tables, explaining, in_order
from sim.run.record import Recorder
from sim.run.results import Results
from sim.settings.calendar import Calendar
from sim.state.agents import TableAgent
from sim.state.drivers import ROWS, Drivers
from sim.state.history import Item, select
from sim.state.ledger import Broken, LedgerError
from sim.state.people import Person
from sim.state.world import World
from sim.survey import ACCESS, Wave, answer_probability, changes, conduct, planned_waves, to_frame

if TYPE_CHECKING:
    import pandas as pd

HEADLINES = ("p_engaged", "informed", "influence", "strain")
"""What ``model.datacollector`` keeps each week beside its number: means of everyone in a member practice."""

AUDIT_WEEKS = 13
"""How often ledgers and states are checked."""

LUCK_IS_FIXED = "the luck of a run hangs on the seed that it began with; give CommissioningModel(config, seed=...)"


class CommissioningModel(mesa.Model):
    """GPs, managers, practices, CCGs and NHS England, week by week.

    A user's own Mesa agents may live in it; they, and Mesa's ``random`` and ``rng``, have no part in its weeks or luck.

    Args:
        config: a composed configuration; ``None`` composes the baseline. Parameters that it does not choose are those
            of the fitted vector that goes with the seed, as in :func:`sim.simulate`.
        seed: seed of the run; ``None`` takes ``config.seed``; a negative one draws a seed (kept in ``model.seed``).
        processes: mechanisms of one's own, each at its place in the week (``after``).
        kwargs: configuration groups and keys by keyword, such as ``scenario="no_devolution"`` (Mesa's browser page
            accepts them under this name alone).

    Raises:
        ConfigError: an unknown key, a wrong type or a value out of range; before anything is built.
        TypeError: a config, seed or process that is none.
        ValueError: a process with the name of another, with no place in the week or with names that cannot be, a column
            that does not exist or that another writes, or a parameter out of range.
        LedgerError: hours or components do not balance, or a state is not finite.
    """

    def __init__(
        self, config: Config | None = None, *, seed: int | None = None, processes: Sequence[Process] = (), **kwargs: Any
    ) -> None:
        if config is not None and kwargs:
            raise ValueError(f"give a composed config or keywords, not both; got {', '.join(kwargs)}")
        if not isinstance(config, Config | None):
            raise TypeError(f"config={config!r} is no Config; make one with compose('scenario=baseline')")
        asked = config or compose(*(f"{key}={value}" for key, value in kwargs.items()))
        try:
            given = asked.seed if seed is None else operator.index(seed)
        except TypeError:
            raise TypeError(f"seed={seed!r} is no whole number; allowed is one, or None") from None
        if seed is None and given >= 0 and _in_batch():
            warnings.warn(
                f"batch_run gives no seed, so each iteration is the same run, of seed={given}; "
                'allowed is parameters={"seed": range(n)}, since Mesa 3.5 rng=range(n)',
                stacklevel=2,
            )
        self._began_with = given if given >= 0 else secrets.randbelow(2**31)
        self.config = fitted(asked, self.seed)
        super().__init__(rng=self.seed)
        if not isinstance(processes, Iterable):
            raise TypeError(f"processes={processes!r} is no list; allowed is a list of processes: [x]")
        self.own_processes = tuple(processes)
        self.processes = in_order(self.config, self.own_processes)
        self._schemas = schemas(self.processes)
        self.world = self._founded()
        self._makes = {s.name: s.agent for s in self._schemas if s.agent}
        self._table_agents: dict[str, list[Any]] = {name: [] for name in self._makes}
        self._here = {name: np.zeros(0, dtype=bool) for name in self._table_agents}
        self._sync()
        self._steps = [
            (self._explained(process, process.step), self._views[process.name]) for process in self.processes
        ]
        self._ran = self.world.week
        while self.world.week < 0:
            self._week()
            self.world.week += 1
        self.world.events.recording = True
        self.recorder = Recorder(self.world, self.config.survey, self.config.record.people)
        self.waves: list[Wave] = []
        self._surveyed = View(self.world, ACCESS)
        self._planned = planned_waves(self.config.survey, self.world.calendar)
        self._sync()
        self.datacollector = self._headlines = mesa.DataCollector(
            {"week": partial(attrgetter("world.week"))} | {n: partial(_latest, name=n) for n in HEADLINES}
        )

    def _founded(self) -> World:
        """Return a new world: its tables laid, every mechanism started."""
        config, processes = self.config, self.processes
        drivers = Drivers([*ROWS, *(driver for process in processes for driver in process.drivers)])
        world = World(
            self._schemas,
            columns(processes, drivers),
            calendar=Calendar(config.timeline),
            luck=Luck(self.seed),
            governance=config.governance,
            population=config.population,
            sites=config.place.expanded(),
            drivers=drivers,
            null_world=config.null_world,
        )
        check_tables(self.own_processes, world)
        world.week = -world.calendar.timeline.warm_up_weeks
        world.events.recording = False
        self._views = {process.name: View(world, process.access) for process in processes}
        by_name = {process.name: process for process in processes}
        named = [step if isinstance(step, Schema) else step.name for step in FOUNDING]
        for step in [*named, *(s for s in self._schemas if s not in named), *(n for n in by_name if n not in named)]:
            if not isinstance(step, Schema):
                self._explained(by_name[step], by_name[step].start)(self._views[step])
            elif step.found:
                step.found(world)
        return world

    def _explained(self, process: Process, act: Callable[[View], None]) -> Callable[[View], None]:
        """Return what a process does; of one's own, so that usual slips are explained."""
        own = any(process is other for other in self.own_processes)
        return partial(explaining, process.name, act) if own else act

    def _week(self) -> None:
        self._ran = self.world.week
        for step, view in self._steps:
            step(view)

    def audit(self) -> None:
        """Check that every ledger balances and every state is finite; a run does so each quarter and in its last week.

        Whoever drives engagement comes before who is driven, so that an error names where it began.

        Raises:
            LedgerError: naming process, the week last run, column and whom.
        """
        world = self.world
        driving = {f"people.{driver.column}" for driver in world.drivers.rows if driver.column}
        for process in sorted(self.processes, key=lambda process: process.access.writes.isdisjoint(driving)):
            view = self._views[process.name]
            for what, table, rows in (*_not_finite(world, process), *process.audit(view)):
                if rows.any():
                    who, count = world.path_of(table, int(rows.argmax())), int(rows.sum())
                    raise LedgerError(
                        f"{process.name}: {what} does not hold in week {self._ran} for {who} ({count} in all)"
                    )

    def step(self) -> None:
        """Run one week, record it, and survey it if a wave is due. After the last week ``running`` is False."""
        world = self.world
        self._check_goes_on()
        self._week()
        due = world.week % AUDIT_WEEKS == 0 or world.week == world.calendar.weeks - 1
        if due or not np.isfinite(world.people.engagement).all():
            self.audit()
        self._sync()
        self.recorder.take()
        self._headlines.collect(self)
        for label in self._planned.get(world.week, ()):
            self.waves.append(conduct(self._surveyed, self.config.survey, label, is_study(self.config.place)))
        world.week += 1
        if world.week == world.calendar.weeks:
            self.running = False

    def _check_goes_on(self) -> None:
        weeks = self.world.calendar.weeks
        if self.world.week >= weeks:
            raise RuntimeError(f"the run ended on {self.date - dt.timedelta(days=1)}; timeline.weeks={weeks}")

    def _sync(self) -> None:
        """Make Mesa agents of new rows, and remove those of people who have left."""
        for name, agents in self._table_agents.items():
            table, before = self.world.tables[name], self._here[name]
            comes_and_goes = "present" in table.columns
            if not comes_and_goes and before.size == table.size:
                continue
            here = table.present.copy() if comes_and_goes else np.ones(table.size, dtype=bool)
            if table.size > len(agents):
                new = np.arange(len(agents), table.size)
                agents.extend([None] * new.size)
                for row, cls in zip(new.tolist(), self._makes[name].classes(table, new), strict=True):
                    if here[row]:
                        agents[row] = cls(self, row)
            for row in np.flatnonzero(before & ~here[: before.size]).tolist():
                leaver, agents[row] = agents[row], None
                mesa.Agent.remove(leaver)
            self._here[name] = here

    def run(self) -> Results:
        """Run to the end and return the results."""
        while self.running:
            self.step()
        return self.results()

    def run_until(self, date: str | dt.date) -> None:
        """Run through the week that contains a date (ISO text, or a date of Python's or pandas').

        Raises:
            ValueError: no date, or one outside the run.
        """
        last = self.world.calendar.week_in_run(date, "run_until")
        while self.world.week <= last:
            self.step()

    @property
    def date(self) -> dt.date:
        """Monday of the week to come."""
        return self.world.calendar.date(self.world.week)

    @property
    def seed(self) -> int:
        """Seed of the run."""
        return self._began_with

    @seed.setter
    def seed(self, seed: int) -> None:
        raise AttributeError(f"seed={seed} would change nothing: {LUCK_IS_FIXED}")

    def reset_randomizer(self, seed: int | None = None) -> None:
        """Refuse: Mesa's generators move nobody's luck."""
        raise AttributeError(f"reset_randomizer would change nothing: {LUCK_IS_FIXED}")

    def reset_rng(self, rng: Any = None) -> None:
        """Refuse: Mesa's generators move nobody's luck."""
        raise AttributeError(f"reset_rng would change nothing: {LUCK_IS_FIXED}")

    @property
    def scenario(self) -> None:
        """Nothing: a scenario is a configuration here. Mesa 3.5 has its own, and its page would pass that instead."""

    @scenario.setter
    def scenario(self, scenario: object) -> None:
        """Leave Mesa's own aside."""

    def let_go(self, person: Person) -> None:
        """Let a person leave before the week to come (:meth:`Person.remove`); who has left already has left.

        Raises:
            RuntimeError: the run has ended.
        """
        if self.person(person.row) is not person:
            return
        self._check_goes_on()
        self.config.careers.let_go(self._views["careers"], np.array([person.row]))
        self._sync()

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Take an agent out of Mesa's sets; whoever is in the model leaves it (see ``agent.remove()``)."""
        if isinstance(agent, TableAgent) and self.agent(agent.table, agent.row) is agent:
            agent.remove()
        else:
            super().deregister_agent(agent)  # type: ignore[no-untyped-call]

    def agent(self, table: str, row: int) -> Any:
        """Return the agent of a row of a table; None for whoever has left."""
        agents = self._table_agents[table]
        return agents[row] if row < len(agents) else None

    def person(self, row: int) -> Person | None:
        """Return the agent of a row of the people table; ``None`` for a leaver.

        Raises:
            IndexError: no such row.
        """
        people = self._table_agents["people"]
        if not 0 <= row < len(people):
            raise IndexError(f"row {row} of people is not there; allowed is 0 to {len(people) - 1}")
        person: Person | None = people[row]
        return person

    def answer_probability(self, threshold: str, row: int) -> float:
        """Return the probability that a person answers at least ``somewhat`` (or ``highly``) engaged.

        Raises:
            ValueError: another threshold.
        """
        s = self.config.survey
        cuts = {"somewhat": s.threshold_somewhat, "highly": s.threshold_highly}
        if threshold not in cuts:
            raise ValueError(f"threshold={threshold!r} is not allowed; allowed is {' | '.join(cuts)}")
        return float(answer_probability(self.world.people.engagement[row], cuts[threshold], s.response_sd))

    def network(self, ccg: str | None = None) -> Any:
        """Return the ties among the people present (of one CCG) as a networkx multigraph of their names.

        Ties carry ``tie`` (their type) and ``weight`` (their strength); people carry ``role`` (as in ``series``),
        ``ccg``, ``practice`` (empty for none), ``governing_body`` (whether they sit on it) and ``engagement`` (latent).

        Raises:
            ValueError: an unknown CCG.
        """
        return network(self.world, ccg)

    def items(self, kind: str | None = None, ccg: str | None = None, stage: str | None = None) -> list[Item]:
        """Return items of business, oldest first; each tells its ``history()``.

        Args:
            kind: ``matter`` or ``plan``.
            ccg: name of the CCG.
            stage: ``open``, ``adopted``, ``refused`` or ``lapsed``.

        Raises:
            ValueError: an unknown kind, CCG or stage.
        """
        return select(self.world, kind, ccg, stage)

    def results(self) -> Results:
        """Return what has been recorded so far."""
        recorded: dict[str, Any] = self.recorder.frames()
        return Results(
            config=plain(self.config),
            seeds=[self.seed],
            events=self._events(),
            survey=to_frame(self.waves),
            survey_changes=changes(self.waves),
            notes=list(notes(self.config)),
            drivers=self.world.drivers,
            **recorded,
        )

    def _events(self) -> pd.DataFrame:
        events = self.world.events.frame()
        names = np.array([*(s.name for s in self.world.sites), ""])
        events["ccg"] = names[events["ccg"]]
        events.insert(1, "date", np.datetime64(self.world.calendar.start, "D") + 7 * events["week"].to_numpy())
        return events


def _not_finite(world: World, process: Process) -> Iterator[Broken]:
    for column in sorted(process.access.writes):
        table, _, name = column.partition(".")
        values = world.tables[table][name]
        if values.dtype.kind == "f":
            rows = ~np.isfinite(values)
            yield f"a finite {column}", table, rows.any(axis=1) if rows.ndim > 1 else rows


def _in_batch() -> bool:
    """Tell whether Mesa's batch runner is building the model."""
    return any(frame.f_globals.get("__name__") == "mesa.batchrunner" for frame, _ in traceback.walk_stack(None))


def _latest(model: CommissioningModel, name: str) -> float:
    return model.recorder.mean_of_members(name)
