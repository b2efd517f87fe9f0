"""The model: a Mesa model whose step is one week of clinical commissioning."""

from __future__ import annotations

import datetime as dt
import operator
import secrets
from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.core.luck import Luck
from sim.core.parameters import check_values
from sim.core.tables import Table
from sim.mechanisms.schedule import PROCESSES, Process
from sim.run.config import Config, compose, is_study, plain
from sim.run.fitted_values import fitted
from sim.run.notes import notes
from sim.run.places import build_places, populate
from sim.run.record import Recorder
from sim.run.results import Results
from sim.settings.calendar import Calendar
from sim.state.area_teams import COLUMNS as AREA_TEAM_COLUMNS
from sim.state.area_teams import AreaTeam
from sim.state.bodies import BODY_COLUMNS, SEAT_COLUMNS
from sim.state.ccgs import CCG
from sim.state.ccgs import COLUMNS as CCG_COLUMNS
from sim.state.history import Item, select
from sim.state.items import ITEM_COLUMNS
from sim.state.ledger import LedgerError, check_components, check_hours
from sim.state.people import COLUMNS as PEOPLE_COLUMNS
from sim.state.people import PERSON_CLASSES, Kind, Person
from sim.state.practices import COLUMNS as PRACTICE_COLUMNS
from sim.state.practices import Practice
from sim.state.world import SLOT_COLUMNS, GuardedWorld, World
from sim.survey import Wave, answer_probability, changes, conduct, planned_waves, to_frame

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {
    "people": PEOPLE_COLUMNS,
    "practices": PRACTICE_COLUMNS,
    "ccgs": CCG_COLUMNS,
    "area_teams": AREA_TEAM_COLUMNS,
    "bodies": BODY_COLUMNS,
    "seats": SEAT_COLUMNS,
    "slots": SLOT_COLUMNS,
    "items": ITEM_COLUMNS,
}

HEADLINES = ("p_engaged", "informed", "influence", "strain")
"""What ``model.datacollector`` keeps each week beside its number: means of everyone in a member practice."""

AUDIT_WEEKS = 13
"""How often an unchecked run checks its ledgers and states; checked runs do so after every process."""


class CommissioningModel(mesa.Model):
    """GPs, managers, practices, CCGs and NHS England, week by week.

    Args:
        config: a composed configuration; ``None`` composes the baseline.
        seed: seed of the run; ``None`` takes ``config.seed``; a negative one draws a seed (kept in ``model.seed``).
        processes: extra processes of one's own, run after the built-in ones of the week.
        checked: run every process with declared access only and check the ledgers each week (slower).
        kwargs: configuration groups and keys by keyword, such as ``scenario="no_devolution"`` (Mesa's browser page
            accepts them under this name alone).

    Raises:
        ConfigError: an unknown key, a wrong type or a value out of range; before anything is built.
        TypeError: a config, seed or process that is none.
        ValueError: a process with the name of another, an unknown column or a parameter out of range.
        LedgerError: hours or components do not balance, or a state is not finite.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        seed: int | None = None,
        processes: Sequence[Process] = (),
        checked: bool = False,
        **kwargs: Any,
    ) -> None:
        if config is not None and kwargs:
            raise ValueError(f"give a composed config or keywords, not both; got {', '.join(kwargs)}")
        if not isinstance(config, Config | None):
            raise TypeError(f"config={config!r} is no Config; make one with compose('scenario=baseline')")
        asked = config or compose(*(f"{key}={value}" for key, value in kwargs.items()))
        try:
            self.seed = asked.seed if seed is None else operator.index(seed)
        except TypeError:
            raise TypeError(f"seed={seed!r} is no whole number; allowed is one, or None") from None
        if self.seed < 0:
            self.seed = secrets.randbelow(2**31)
        self.config = fitted(asked, self.seed)
        super().__init__(rng=self.seed)
        self.checked = checked
        self.own_processes = tuple(_fit_in(processes))
        self.processes: tuple[Process, ...] = (
            *(getattr(self.config, cls.name) for cls in PROCESSES), *self.own_processes,
        )  # fmt: skip
        self.world = self._found()
        self._views: list[Person | None] = []
        self._here = np.zeros(0, dtype=bool)
        for cls in (Practice, CCG, AreaTeam):
            for row in range(getattr(self.world, cls.table).size):
                cls(self, row)
        self._sync_people()
        self._access = [self._world_for(p) for p in self.processes]
        while self.world.week < 0:
            self._week()
            self.world.week += 1
        self.world.events.recording = True
        self.recorder = Recorder(self.world, self.config.survey, self.config.record.people)
        self.waves: list[Wave] = []
        self._planned = planned_waves(self.config.survey, self.world.calendar)
        self._sync_people()
        self.datacollector = self._headlines = mesa.DataCollector(
            {"week": partial(attrgetter("world.week"))} | {n: partial(_latest, name=n) for n in HEADLINES}
        )

    def _found(self) -> World:
        """Build the place, its people and their starting states."""
        config = self.config
        tables: dict[str, Any] = {name: Table(name, columns) for name, columns in _COLUMNS.items()}
        world = World(
            **tables,
            calendar=Calendar(config.timeline), luck=Luck(self.seed), governance=config.governance,
            population=config.population, null_world=config.null_world,
        )  # fmt: skip
        world.week = -world.calendar.timeline.warm_up_weeks
        world.events.recording = False
        build_places(world, config.place.expanded(), config.governance, config.population, config.place.devolution)
        by_name = {p.name: p for p in self.processes}
        by_name["running_costs"].start(world)  # money decides how many posts there are
        populate(world)
        by_name["succession"].start(world)  # roles decide who hopes and who is told
        for process in self.processes:
            if process.name not in ("running_costs", "succession"):
                process.start(world)
        return world

    def _world_for(self, process: Process) -> Any:
        if not self.checked:
            return self.world
        return GuardedWorld(self.world, process.reads, process.writes, process.appends)

    def _week(self) -> None:
        for process, world in zip(self.processes, self._access, strict=True):
            process.step(world)
            if self.checked:
                self._check(process)

    def _check(self, process: Process) -> None:
        world = self.world
        for declared in process.writes:
            table, _, column = declared.partition(".")
            values = getattr(world, table)[column]
            if values.dtype.kind == "f" and not np.isfinite(values).all():
                row = int(np.argwhere(~np.isfinite(values))[0][0])
                raise LedgerError(
                    f"{process.name}: {declared} is not finite in week {world.week} for {self._name(table, row)}"
                )
        if process.name == "time_allocation":
            check_hours(world.people, world.week, process.name, lambda r: self._name("people", r))
        if process.name == "engagement":
            check_components(world.people, world.week, process.name, lambda r: self._name("people", r))

    def _name(self, table: str, row: int) -> str:
        return self.world.path_of(table, row) if table in ("people", "practices", "ccgs") else f"{table} row {row}"

    def step(self) -> None:
        """Run one week, record it, and survey it if a wave is due. After the last week ``running`` is False."""
        if self.world.week >= self.world.calendar.weeks:
            last = self.date - dt.timedelta(days=1)
            raise RuntimeError(f"the run ended on {last}; timeline.weeks={self.world.calendar.weeks}")
        self._week()
        self._audit()
        self._sync_people()
        self.recorder.take()
        self._headlines.collect(self)
        for label in self._planned.get(self.world.week, ()):
            self.waves.append(conduct(self.world, self.config.survey, label, is_study(self.config.place)))
        self.world.week += 1
        self.running = self.world.week < self.world.calendar.weeks

    def _audit(self) -> None:
        """Check ledgers and states every quarter, in the last week, and at once when engagement is not finite."""
        world = self.world
        due = world.week % AUDIT_WEEKS == 0 or world.week == world.calendar.weeks - 1
        if due or not np.isfinite(world.people.engagement).all():
            for process in self.processes:
                self._check(process)

    def _sync_people(self) -> None:
        """Make Mesa agents of newcomers and remove those of leavers."""
        people = self.world.people
        for row in range(len(self._views), people.size):
            self._views.append(PERSON_CLASSES[Kind(int(people.kind[row]))](self, row) if people.present[row] else None)
        here = people.present.copy()
        for row in np.flatnonzero(self._here & ~here[: self._here.size]).tolist():
            view = self._views[row]
            if view is not None:
                view.remove()
                self._views[row] = None
        self._here = here

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
    def scenario(self) -> None:
        """Nothing: a scenario is a configuration here. Mesa 3.5 has its own, and its page would pass that instead."""

    @scenario.setter
    def scenario(self, scenario: object) -> None:
        """Leave Mesa's own aside."""

    def person(self, row: int) -> Person | None:
        """Return the agent of a row of the people table; ``None`` for a leaver.

        Raises:
            IndexError: no such row.
        """
        if not 0 <= row < len(self._views):
            raise IndexError(f"row {row} of people is not there; allowed is 0 to {len(self._views) - 1}")
        return self._views[row]

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

        Raises:
            ValueError: an unknown CCG.
        """
        world, people = self.world, self.world.people
        keep = people.present.copy()
        if ccg is not None:
            names = [s.name for s in world.sites]
            if ccg not in names:
                raise ValueError(f"ccg={ccg!r} is not there; allowed is {', '.join(names)}")
            keep &= people.ccg == names.index(ccg)
        rows = np.flatnonzero(keep)
        cliques = {
            "colleagues": people.practice,
            "governing_body": np.where(people.on_governing_body, people.ccg, -1),
        }
        return world.ties.to_networkx(rows, {r: world.path_of("people", r) for r in rows.tolist()}, cliques)

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
            config=plain(self.config), seeds=[self.seed], events=self._events(), survey=to_frame(self.waves),
            survey_changes=changes(self.waves), notes=list(notes(self.config)), **recorded,
        )  # fmt: skip

    def _events(self) -> pd.DataFrame:
        events = self.world.events.frame()
        names = np.array([*(s.name for s in self.world.sites), ""])
        events["ccg"] = names[events["ccg"]]
        events.insert(1, "date", np.datetime64(self.world.calendar.start, "D") + 7 * events["week"].to_numpy())
        return events


def _fit_in(processes: Sequence[Any]) -> Sequence[Process]:
    """Check a user's processes: each is one, with a name of its own, columns that exist and parameters in range."""
    taken = {cls.name for cls in PROCESSES}
    for process in processes:
        if not isinstance(process, Process) or not isinstance(getattr(process, "name", None), str):
            raise TypeError(f"{process!r} in processes is no process; give instances of Process, each with a name")
        if process.name in taken:
            raise ValueError(f"processes has a second {process.name!r}; allowed is a name that no other process has")
        columns = {f"{table}.{c.name}" for table, declared in _COLUMNS.items() for c in declared}
        if unknown := sorted({*process.reads, *process.writes} - columns):
            raise ValueError(f"process {process.name}: {unknown[0]} is declared but is no column of the model")
        check_values(process, process.name)
        process.check()
        taken.add(process.name)
    return processes


def _latest(model: CommissioningModel, name: str) -> float:
    return model.recorder.mean_of_members(name)
