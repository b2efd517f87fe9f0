"""Recording a run: weekly group means and totals. It draws no luck and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.compiled import rule
from sim.core.tables import Table
from sim.core.views import Access, View, dotted
from sim.run.vocabulary import CCG_UNITS, GROUPS, ROLES, SERIES_UNITS
from sim.state.codes import ItemKind, Kind, Role, Stage, Work
from sim.survey import answer_probability

if TYPE_CHECKING:
    from sim.state.world import World
    from sim.survey import SurveySettings

ACCESS = Access(
    "record",
    dotted(
        {
            "people": "ccg kind role present engagement components informed influence strain skills time_met paid "
            "unpaid undone supply idle",
            "practices": "ccg list_size wait backlog given_up locum trust hours_saved",
            "ccgs": "site governing_body live level allowance budget posts session_share support expertise "
            "nhse_contact managers",
            "area_teams": "ccg pressure",
            "bodies": "reputation pre_decided",
            "seats": "ccg slot follows person",
            "items": "stage kind ccg",
        }
    ),
)
"""What the record reads; it writes nothing."""

MEANS = ("engagement", "p_engaged", "p_highly", "informed", "influence", "strain", "skills", "time_met")
"""Variables of which group means are kept; the others of ``series`` follow from the hours."""
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Whole = NDArray[np.int32]
_SCALE = {"pounds": 100, "hours": 60}
"""Pence and minutes of the model in one unit of the tables."""
WORK_NAMES = tuple(w.name.lower() for w in Work)


_GROUP = np.array(
    [[ROLES.index((role if kind in (Kind.GP, Kind.MANAGER) else kind).name.lower()) for role in Role] for kind in Kind]
)
"""Group by profession and role; whoever is neither GP nor manager has that of the profession."""


def group_of(world: World | View) -> NDArray[np.int64]:
    """Return the recording group of each person (index into :data:`ROLES`), shape (people,)."""
    people = world.people
    return _GROUP[people.kind, people.role]


class Recorder:
    """Keeps what a run reports.

    Args:
        world: the world to be recorded.
        survey: thresholds that turn latent engagement into answers.
        people: whether to keep the weekly state of every person as well (large).
    """

    def __init__(self, world: World, survey: SurveySettings, people: bool = False) -> None:
        self.world, self.survey = View(world, ACCESS), survey
        self.keep_people = people
        self._member = np.tile(np.isin(ROLES, GROUPS["members"]), world.ccgs.size)
        self._of_members = np.full(len(MEANS), np.nan)
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
        cells = world.ccgs.size * len(ROLES)
        count = np.zeros(cells, dtype=np.int64)
        means, components = np.zeros((cells, len(MEANS))), np.zeros((cells, people.components.shape[1]))
        minutes = np.zeros((cells, 2 + 3 * len(Work)), dtype=np.int32)
        engaged, highly = (
            answer_probability(people.engagement, cut, settings.response_sd)
            for cut in (settings.threshold_somewhat, settings.threshold_highly)
        )
        add_up_people(people, _GROUP, len(ROLES), engaged, highly, count, means, components, minutes)
        self._weeks.append(world.week)
        self._counts.append(count)
        self._means.append(means)
        self._components.append(components)
        self._minutes.append(minutes)
        self._of_members = means[self._member].sum(axis=0) / (count[self._member].sum() or np.nan)
        self._ccgs.append(self._ccg_values())
        if self.keep_people:
            self._people.append(self._people_now(np.flatnonzero(people.present)))

    def mean_of_members(self, name: str) -> float:
        """Return the mean over all members of a variable (:data:`MEANS`) in the week recorded last; NaN of nobody."""
        return float(self._of_members[MEANS.index(name)])

    def _ccg_values(self) -> NDArray[np.float64]:
        """Return the CCG-level variables of the week, shape (ccgs, variables), in the order of :data:`CCG_UNITS`.

        Money is in pence and time in minutes, as in the model.
        """
        w = self.world
        c, bodies, size = w.ccgs, w.bodies, w.ccgs.size
        of_practices, items = np.zeros((8, size)), np.zeros((len(ItemKind), size))
        vacant = np.zeros(size)
        add_up_ccgs(w.practices, w.items, w.seats, of_practices, items, vacant)
        count, patients, waits, backlog, given_up, locum, trust, saved = of_practices
        pressure = np.zeros(size)
        pressure[w.area_teams.ccg] = w.area_teams.pressure
        columns = [
            c.live,
            c.level,
            c.allowance,
            c.posts,
            c.managers,
            c.session_share,
            *c.budget.T,
            c.support,
            c.expertise,
            c.nhse_contact,
            pressure,
            vacant,
            bodies.reputation[c.governing_body],
            bodies.pre_decided[c.governing_body],
            items[ItemKind.MATTER],
            items[ItemKind.PLAN],
            waits / patients,
            backlog,
            given_up,
            locum,
            trust / count,
            saved / count,
        ]
        return np.array(columns, dtype=float).T

    def _people_now(self, here: NDArray[np.int64]) -> pd.DataFrame:
        w = self.world
        data: dict[str, Any] = {
            "week": w.week,
            "person": here,
            "ccg": self._names(w.people.ccg[here]),
            "role": np.array(ROLES)[group_of(w)[here]],
        }
        for name in ("engagement", "informed", "influence", "strain", "skills"):
            data[name] = w.column(f"people.{name}")[here]
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
                "week": weeks[w],
                "date": np.datetime64(calendar.start, "D") + 7 * weeks[w],
                "ccg": _category(cell // len(ROLES), names),
                "role": _category(cell % len(ROLES), ROLES),
                "n": n,
            }
        )
        hours = np.array(self._minutes)[w, cell] / 60
        means = np.array(self._means)[w, cell] / n[:, None]
        worked = hours[:, 2 : 2 + 2 * len(Work)].reshape(-1, 2, len(Work)).sum(axis=1)
        total = worked.sum(axis=1)
        means = np.column_stack([means, total / n, (total - worked[:, Work.BOOKED]) / n])
        components = np.array(self._components)[w, cell, : len(self.world.drivers.names)] / n[:, None]
        result = {
            "series": _beside(index, means, SERIES_UNITS),
            "ledger": _beside(index, components, self.world.drivers.names),
            "hours": self._hours(index, hours[:, :2], hours[:, 2:]),
        }
        at = np.repeat(weeks, ccgs)
        of_ccg = pd.DataFrame(
            {
                "week": at,
                "date": np.datetime64(calendar.start, "D") + 7 * at,
                "ccg": _category(np.tile(np.arange(ccgs), weeks.size), names),
            }
        )
        scale = np.array([_SCALE.get(unit.partition("/")[0], 1) for unit in CCG_UNITS.values()])
        result["ccgs"] = _beside(of_ccg, np.array(self._ccgs).reshape(-1, len(CCG_UNITS)) / scale, CCG_UNITS)
        if self.keep_people:
            result["people"] = pd.concat(self._people, ignore_index=True)
        return result

    def _hours(self, index: pd.DataFrame, supply: NDArray[np.float64], kinds: NDArray[np.float64]) -> pd.DataFrame:
        """Return group totals in hours: one row a kind of work, and one for all with supply and idle."""
        k, rows = len(Work), len(index)
        totals = np.empty((4, rows, k + 1))
        totals[1:, :, :k] = kinds.reshape(rows, 3, k).swapaxes(0, 1)
        totals[0, :, :k] = totals[1:, :, :k].sum(axis=0)  # demand = paid + unpaid + undone
        totals[:, :, k] = totals[:, :, :k].sum(axis=2)
        once = np.full((2, rows, k + 1), np.nan)
        once[:, :, k] = supply.T
        every = np.repeat(np.arange(rows), k + 1)
        columns: dict[str, Any] = {name: index[name].array.take(every) for name in index.columns}
        columns["work"] = _category(np.tile(np.arange(k + 1, dtype=np.int8), rows), [*WORK_NAMES, "all"])
        columns |= zip(("demand", "paid", "unpaid", "undone"), totals.reshape(4, -1), strict=True)
        columns |= zip(("supply", "idle"), once.reshape(2, -1), strict=True)
        return pd.DataFrame(columns, copy=False)


@rule
def add_up_people(
    people: Table,
    group: Rows,
    groups: int,
    engaged: Floats,
    highly: Floats,
    count: Rows,
    means: Floats,
    components: Floats,
    minutes: Whole,
) -> None:
    """Add up everybody present by CCG and group, cell ``ccg x groups + group``, in row order.

    Args:
        group: recording group by profession and role, shape (professions, roles).
        groups: number of groups.
        engaged: probability of answering at least "somewhat engaged", shape (people,); ``highly`` likewise.
        count: people, shape (cells,).
        means: sums of the variables in the order of :data:`MEANS`, shape (cells, variables).
        components: sums of the components of engagement, shape (cells, drivers + 1).
        minutes: supply, idle, then paid, unpaid and undone by kind of work, shape (cells, 2 + 3 kinds of work).
    """
    works = people.paid.shape[1]
    for i in range(people.size):
        if not people.present[i]:
            continue
        cell = people.ccg[i] * groups + group[people.kind[i], people.role[i]]
        count[cell] += 1
        means[cell, 0] += people.engagement[i]
        means[cell, 1] += engaged[i]
        means[cell, 2] += highly[i]
        means[cell, 3] += people.informed[i]
        means[cell, 4] += people.influence[i]
        means[cell, 5] += people.strain[i]
        means[cell, 6] += people.skills[i]
        means[cell, 7] += people.time_met[i]
        for driver in range(components.shape[1]):
            components[cell, driver] += people.components[i, driver]
        minutes[cell, 0] += people.supply[i]
        minutes[cell, 1] += people.idle[i]
        for work in range(works):
            minutes[cell, 2 + work] += people.paid[i, work]
            minutes[cell, 2 + works + work] += people.unpaid[i, work]
            minutes[cell, 2 + 2 * works + work] += people.undone[i, work]


@rule
def add_up_ccgs(
    practices: Table, items: Table, seats: Table, of_practices: Floats, waiting: Floats, vacant: Floats
) -> None:
    """Add up practices, items that wait and empty seats by CCG.

    Args:
        of_practices: practices, patients, weeks of wait by patient, minutes that wait, are given up and are covered by
            locums, trust, share of hours saved; shape (8, ccgs).
        waiting: open items by ``ItemKind``, shape (kinds, ccgs).
        vacant: empty seats that somebody is chosen for; the others are held by right of a post or of another seat.
    """
    for p in range(practices.size):
        c = practices.ccg[p]
        of_practices[0, c] += 1
        of_practices[1, c] += practices.list_size[p]
        of_practices[2, c] += practices.wait[p] * practices.list_size[p]
        of_practices[3, c] += practices.backlog[p]
        of_practices[4, c] += practices.given_up[p]
        of_practices[5, c] += practices.locum[p]
        of_practices[6, c] += practices.trust[p]
        of_practices[7, c] += practices.hours_saved[p]
    for item in range(items.size):
        if items.stage[item] == Stage.OPEN:
            waiting[items.kind[item], items.ccg[item]] += 1
    for seat in range(seats.size):
        if seats.person[seat] < 0 and seats.slot[seat] < 0 and seats.follows[seat] < 0:
            vacant[seats.ccg[seat]] += 1


def _beside(index: pd.DataFrame, values: NDArray[np.float64], names: Iterable[str]) -> pd.DataFrame:
    return pd.concat([index, pd.DataFrame(values, columns=list(names))], axis=1)


def _category(codes: NDArray[Any], names: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes.astype(np.int64), pd.Index(list(names)))
