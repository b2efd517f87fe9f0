"""Recording a run: weekly group means and totals. It draws no luck and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array

from sim.agents.people import Kind, Work
from sim.business.items import ItemKind, Stage
from sim.ledger import DRIVERS
from sim.results import CCG_UNITS, SERIES_UNITS
from sim.survey import answer_probability
from sim.ties import group_sums

if TYPE_CHECKING:
    from sim.survey import SurveySettings
    from sim.world import World

GROUPS = (
    "none", "representative", "locality_lead", "governing_body", "chair", "practice_manager", "manager", "executive",
    "lay_member", "nurse", "consultant", "observer",
)  # fmt: skip
"""Groups by which series are kept: the role of GPs and managers, the profession of others."""

READS = (
    *(f"people.{c}" for c in ("ccg", "kind", "role", "present", "engagement", "components", "informed", "influence")),
    *(f"people.{c}" for c in ("strain", "skills", "time_met", "paid", "unpaid", "undone", "supply", "idle")),
    *(f"practices.{c}" for c in ("ccg", "list_size", "wait", "backlog", "given_up", "locum", "trust", "hours_saved")),
    *(f"ccgs.{c}" for c in ("site", "governing_body", "live", "level", "allowance", "budget", "posts")),
    *(f"ccgs.{c}" for c in ("session_share", "support", "expertise", "nhse_contact")),
    *("area_teams.ccg", "area_teams.pressure", "bodies.reputation", "bodies.pre_decided"),
    *("seats.ccg", "seats.minutes", "seats.person", "items.stage", "items.kind", "items.ccg"),
)
"""Columns that the record reads; it writes none."""

MEANS = ("engagement", "p_engaged", "p_highly", "informed", "influence", "strain", "skills", "time_met")
"""Variables of which group means are kept; the others of ``series`` follow from the hours."""
WORK_NAMES = tuple(w.name.lower() for w in Work)


_BY_ROLE = np.array([0, 1, 2, 3, 4, 6, 7])
_BY_KIND = np.array([0, 5, 6, 8, 9, 10, 11])


def group_of(world: World) -> NDArray[np.int64]:
    """Return the recording group of each person (index into :data:`GROUPS`), shape (people,)."""
    people = world.people
    own_role = (people.kind == Kind.GP) | (people.kind == Kind.MANAGER)
    result: NDArray[np.int64] = np.where(own_role, _BY_ROLE[people.role], _BY_KIND[people.kind])
    return result


@dataclass(frozen=True)
class Cells:
    """Who is recorded together: CCG x group.

    Attributes:
        sums: group sums of floats, (cells, people); minutes: the same of whole numbers.
        count: people in each cell.
    """

    sums: csc_array
    minutes: csc_array
    count: NDArray[np.int64]

    @classmethod
    def of(cls, world: World) -> Cells:
        """Work out the cells of everybody present."""
        people = world.people
        count = world.ccgs.size * len(GROUPS)
        cell = people.ccg * len(GROUPS) + group_of(world)
        here = people.present
        return cls(
            group_sums(cell, count, here), group_sums(cell, count, here, "int32"),
            np.bincount(cell[here], minlength=count),
        )  # fmt: skip


class Recorder:
    """Keeps what a run reports.

    Args:
        world: the world to be recorded.
        survey: thresholds that turn latent engagement into answers.
        people: whether to keep the weekly state of every person as well (large).
    """

    def __init__(self, world: World, survey: SurveySettings, people: bool = False) -> None:
        self.world, self.survey = world, survey
        self.keep_people = people
        everywhere = np.ones(world.practices.size, dtype=bool)
        self._by_ccg = group_sums(world.practices.ccg, world.ccgs.size, everywhere)  # practices never change CCG
        self._weeks: list[int] = []
        self._means: list[NDArray[np.float64]] = []
        self._components: list[NDArray[np.float64]] = []
        self._minutes: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._ccgs: list[NDArray[np.float64]] = []
        self._people: list[pd.DataFrame] = []

    def take(self) -> None:
        """Record the week that has just run."""
        world, people, settings = self.world, self.world.people, self.survey
        cells = world.derived.get("cells", (people.present, people.role), lambda: Cells.of(world))
        x = people.engagement
        means = np.empty((people.size, len(MEANS)))
        means[:, 0] = x
        means[:, 1] = answer_probability(x, settings.threshold_somewhat, settings.response_sd)
        means[:, 2] = answer_probability(x, settings.threshold_highly, settings.response_sd)
        for k, name in enumerate(MEANS[3:], start=3):
            means[:, k] = people[name]
        self._weeks.append(world.week)
        self._means.append(cells.sums @ means)
        self._components.append(cells.sums @ people.components)
        kinds = (people.paid.T, people.unpaid.T, people.undone.T)
        self._minutes.append(cells.minutes @ np.vstack((people.supply, people.idle, *kinds)).T)
        self._counts.append(cells.count)
        self._ccgs.append(self._ccg_values())
        if self.keep_people:
            self._people.append(self._people_now(np.flatnonzero(people.present)))

    def _ccg_values(self) -> NDArray[np.float64]:
        """Return the CCG-level variables of the week, shape (ccgs, variables), in the order of :data:`CCG_UNITS`."""
        w = self.world
        c, practices, bodies, items, size = w.ccgs, w.practices, w.bodies, w.items, w.ccgs.size
        open_rows = np.flatnonzero(items.stage == Stage.OPEN)
        plan = items.kind[open_rows] == ItemKind.PLAN
        lists = practices.list_size
        of_practices = np.stack(
            [np.ones(practices.size), lists, practices.wait * lists, practices.backlog, practices.given_up,
             practices.locum, practices.trust, practices.hours_saved]
        )  # fmt: skip
        count, patients, waits, backlog, given_up, locum, trust, saved = (self._by_ccg @ of_practices.T).T
        pressure = np.zeros(size)
        pressure[w.area_teams.ccg] = w.area_teams.pressure
        primary = w.seats.minutes > 0
        columns = [
            c.live, c.level, c.allowance / 100, c.posts,
            w.sum_by_ccg(w.rows(Kind.MANAGER)), c.session_share,
            *(c.budget / 100).T, c.support, c.expertise, c.nhse_contact, pressure,
            np.bincount(w.seats.ccg, primary & (w.seats.person < 0), size),
            bodies.reputation[c.governing_body], bodies.pre_decided[c.governing_body],
            np.bincount(items.ccg[open_rows], ~plan, size), np.bincount(items.ccg[open_rows], plan, size),
            waits / patients, backlog / 60, given_up / 60, locum / 60, trust / count, saved / count,
        ]  # fmt: skip
        return np.array(columns, dtype=float).T

    def _people_now(self, here: NDArray[np.int64]) -> pd.DataFrame:
        w = self.world
        data: dict[str, Any] = {"week": w.week, "person": here, "ccg": self._names(w.people.ccg[here]),
                                "role": np.array(GROUPS)[group_of(w)[here]]}  # fmt: skip
        for name in ("engagement", "informed", "influence", "strain", "skills"):
            data[name] = w.people[name][here]
        return pd.DataFrame(data)

    def _names(self, ccg: NDArray[np.int64]) -> NDArray[Any]:
        return np.array([self.world.sites[i].name for i in self.world.ccgs.site])[ccg]

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables ``series``, ``ledger``, ``hours``, ``ccgs`` and, if kept, ``people``."""
        calendar, ccgs = self.world.calendar, self.world.ccgs.size
        if not self._weeks:
            raise ValueError("nothing is recorded yet; run at least one week")
        weeks = np.array(self._weeks)
        counts = np.array(self._counts)
        w, cell = np.nonzero(counts)
        n = counts[w, cell]
        names = [self.world.sites[i].name for i in self.world.ccgs.site]
        index = pd.DataFrame(
            {
                "week": weeks[w], "date": np.datetime64(calendar.start, "D") + 7 * weeks[w],
                "ccg": _category(cell // len(GROUPS), names),
                "role": _category(cell % len(GROUPS), GROUPS), "n": n,
            }
        )  # fmt: skip
        hours = np.array(self._minutes)[w, cell] / 60
        means = np.array(self._means)[w, cell] / n[:, None]
        worked = hours[:, 2 : 2 + 2 * len(Work)].reshape(-1, 2, len(Work)).sum(axis=1)
        total = worked.sum(axis=1)
        means = np.column_stack([means, total / n, (total - worked[:, Work.BOOKED]) / n])
        components = np.array(self._components)[w, cell, : len(DRIVERS)] / n[:, None]
        series = index.assign(**{v: means[:, k] for k, v in enumerate(SERIES_UNITS)})
        ledger = index.assign(**{d: components[:, k] for k, d in enumerate(DRIVERS)})
        result = {"series": series, "ledger": ledger, "hours": self._hours(index, hours[:, :2], hours[:, 2:])}
        at = np.repeat(weeks, ccgs)
        of_ccg = pd.DataFrame(
            {"week": at, "date": np.datetime64(calendar.start, "D") + 7 * at,
             "ccg": _category(np.tile(np.arange(ccgs), weeks.size), names)}
        )  # fmt: skip
        of_ccg[list(CCG_UNITS)] = np.array(self._ccgs).reshape(-1, len(CCG_UNITS))
        result["ccgs"] = of_ccg
        if self.keep_people:
            result["people"] = pd.concat(self._people, ignore_index=True)
        return result

    def _hours(self, index: pd.DataFrame, supply: NDArray[np.float64], kinds: NDArray[np.float64]) -> pd.DataFrame:
        """Return group totals in hours: one row a kind of work, and one for all with supply and idle."""
        k = len(Work)
        done = kinds.reshape(len(index), 3, k)
        by_kind = np.concatenate([done.sum(axis=1, keepdims=True), done], axis=1)  # demand = paid + unpaid + undone
        everything = np.concatenate([by_kind, by_kind.sum(axis=2, keepdims=True)], axis=2)
        every = np.repeat(np.arange(len(index)), k + 1)
        long = pd.DataFrame({name: index[name].array.take(every) for name in index.columns})
        works = [*WORK_NAMES, "all"]
        long["work"] = _category(np.tile(np.arange(k + 1), len(index)), works)
        for j, name in enumerate(("demand", "paid", "unpaid", "undone")):
            long[name] = everything[:, j].ravel()
        total = np.tile(np.arange(k + 1) == k, len(index))
        for j, name in enumerate(("supply", "idle")):
            long[name] = np.where(total, np.repeat(supply[:, j], k + 1), np.nan)
        return long


def _category(codes: NDArray[Any], names: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes.astype(np.int64), pd.Index(list(names)))
