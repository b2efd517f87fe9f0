"""One wave of the survey, kept as counts by stratum, and the table of shares made from waves.

A stratum is a combination of site, roles and standing that people hold. Every table follows from counts by
stratum, so nothing is tabulated before the run is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.views import Access, View, dotted
from sim.state.codes import LEADERS, Kind, PracticeRole, Role
from sim.survey import instruments
from sim.survey.instruments import Sample
from sim.survey.items import AT_LEAST_SOMEWHAT, ITEMS, Answers, answers
from sim.survey.settings import SurveySettings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ACCESS = Access(
    "survey",
    dotted(
        {
            "people": "key kind practice_role ccg practice present role on_governing_body engagement informed "
            "influence time_met skills",
            "practices": "key council_seat",
            "seats": "person",
            "ccgs": "site support data",
        }
    ),
)
"""What the survey reads; it writes nothing."""

ROWS = tuple(
    (item, answer)
    for item, exclusive in ITEMS.items()
    for answer in (*exclusive, *([AT_LEAST_SOMEWHAT] if item == "engagement" else []))
)
"""Item and answer of each tabulated share; ``at_least_somewhat`` sums the three upper answers."""
ITEM_NAMES = tuple(ITEMS)
ITEM_OF_ROW = np.array([ITEM_NAMES.index(item) for item, _ in ROWS])
AXES = ("all", "formal_role", "leader", "ccg_role", "practice_role", "site")
_YES_NO = ("no", "yes")
_LAY, _NURSE = len(Role), len(Role) + 1
_CCG_ROLES = (*(role.name.lower() for role in Role), "lay_member", "nurse")
_PRACTICE_ROLES = tuple(role.name.lower() for role in PracticeRole if role >= 0)
CELLS = 2 * len(_PRACTICE_ROLES)
"""Cells of composition: practice role x formal role."""


@dataclass(frozen=True)
class Wave:
    """One wave as counts by stratum (k of them).

    Args:
        label: ISO date.
        groups: (group_by, group) of every group, in order.
        group: number of each stratum's group on each axis, shape (k, axes).
        cell: practice role x formal role of each stratum, shape (k,).
        answered: by instrument, who gave each answer, shape (k, ROWS).
        respondents: by instrument, who answered each item, shape (k, ITEMS).
        expected: sum of everyone's probabilities of each answer, shape (k, ROWS).
        concerned: whom each item concerns, answered or not, shape (k, ITEMS).
    """

    label: str
    groups: tuple[tuple[str, str], ...]
    group: Ints
    cell: Ints
    answered: dict[str, Ints]
    respondents: dict[str, Ints]
    expected: Floats
    concerned: Ints

    def by_group(self, values: NDArray[Any]) -> Floats:
        """Return sums over each group's strata: (k, m) to (groups, m)."""
        return _fold(values, self.group, len(self.groups))

    def by_cell(self, values: NDArray[Any]) -> Floats:
        """Return sums over strata by group and cell: (k, m) to (groups, CELLS, m)."""
        code = self.group * CELLS + self.cell[:, None]
        return _fold(values, code, len(self.groups) * CELLS).reshape(len(self.groups), CELLS, -1)


def _fold(values: NDArray[Any], codes: Ints, size: int) -> Floats:
    """Sum rows of (k, m) by each column of codes (k, axes), in row order, to (size, m)."""
    width = values.shape[1]
    index = codes[:, :, None] * width + np.arange(width)
    weights: Floats = np.broadcast_to(values[:, None, :], index.shape).astype(np.float64)
    sums: NDArray[Any] = np.bincount(index.ravel(), weights.ravel(), size * width).reshape(size, width)
    return sums


def conduct(world: View, settings: SurveySettings, label: str, quotas: bool) -> Wave:
    """Hold one wave with all three instruments in the current week.

    Everybody present with a practice role can be asked: principals, salaried GPs, practice managers, and as
    "other" nurses and lay members.

    Args:
        world: the world, unchanged afterwards.
        settings: checked settings.
        label: ISO date of the wave.
        quotas: reported numbers of respondents (six sites) instead of the same response rates.
    """
    people, luck, week = world.people, world.luck, world.week
    rows = np.flatnonzero(people.present & (people.practice_role >= 0))
    formal = people.on_governing_body[rows] | (people.role[rows] > Role.NONE)
    groups, group = _groups(world, rows, formal)
    _, first, stratum = np.unique(_joint(group), return_index=True, return_inverse=True)
    samples = {
        "panel": instruments.panel(luck, week, people, rows, settings.gamma, label, quotas),
        "practice_360": instruments.practice_360(
            luck, week, people, rows, world.practices, world.seats, settings.representative_answers
        ),
        "random_sample": instruments.random_sample(luck, week, people, rows, settings.random_response_rate),
    }
    k = first.size
    wave = Wave(
        label=label,
        groups=groups,
        group=group[first],
        cell=people.practice_role[rows[first]].astype(np.int64) * 2 + formal[first],
        answered={name: np.zeros((k, len(ROWS)), np.int64) for name in samples},
        respondents={name: np.zeros((k, len(ITEMS)), np.int64) for name in samples},
        expected=np.zeros((k, len(ROWS))),
        concerned=np.zeros((k, len(ITEMS)), np.int64),
    )
    for item in answers(luck, week, people, rows, formal, world.ccgs, settings):
        _count(wave, item, stratum, samples)
    return wave


def _count(wave: Wave, item: Answers, stratum: Ints, samples: dict[str, Sample]) -> None:
    """Enter one item into the counts of a wave."""
    k, column = len(wave.cell), ITEM_NAMES.index(item.item)
    first, width = int(np.searchsorted(ITEM_OF_ROW, column)), len(ITEMS[item.item])
    who = np.flatnonzero(item.who)
    wave.concerned[:, column] = np.bincount(stratum[who], minlength=k)
    for answer in range(width):
        wave.expected[:, first + answer] = np.bincount(stratum[who], item.probability[who, answer], k)
    for name, sample in samples.items():
        asked = sample.engagement if item.item == "engagement" else sample.asked
        asked = asked[item.who[asked]]
        code = stratum[asked] * width + item.code[asked]
        counts = np.bincount(code, minlength=k * width).reshape(k, width)
        wave.answered[name][:, first : first + width] = counts
        wave.respondents[name][:, column] = counts.sum(axis=1)
    if item.item == "engagement":
        for table in (wave.expected, *wave.answered.values()):
            table[:, first + width] = table[:, first + 2 : first + width].sum(axis=1)


def _groups(world: View, rows: Ints, formal: NDArray[np.bool_]) -> tuple[tuple[tuple[str, str], ...], Ints]:
    """The groups, and the number of each person's group on every axis, shape (n, axes)."""
    people = world.people
    kind, role = people.kind[rows], people.role[rows]
    ccg_role = np.where(kind == Kind.LAY_MEMBER, _LAY, np.where(kind == Kind.NURSE, _NURSE, role))
    leader = people.on_governing_body[rows] | np.isin(role, LEADERS)
    sites = tuple(world.sites[number].name for number in world.ccgs.site)
    names = (("all",), _YES_NO, _YES_NO, _CCG_ROLES, _PRACTICE_ROLES, sites)
    codes = (np.zeros(rows.size), formal, leader, ccg_role, people.practice_role[rows], people.ccg[rows])
    offsets = np.cumsum([0] + [len(n) for n in names[:-1]])
    group = np.stack([np.asarray(c, dtype=np.int64) for c in codes], axis=1) + offsets
    labels = tuple((axis, name) for axis, of_axis in zip(AXES, names, strict=True) for name in of_axis)
    return labels, group


def _joint(group: Ints) -> Ints:
    """One number for each combination of groups."""
    joint = np.zeros(len(group), dtype=np.int64)
    for column in group.T:
        joint = joint * (int(column.max(initial=0)) + 1) + column
    return joint


_COLUMNS = ("wave", "instrument", "item", "group_by", "group", "answer", "n", "share", "share_of_everyone")


def to_frame(waves: Sequence[Wave]) -> pd.DataFrame:
    """Return the shares: wave, instrument, item, group_by, group, answer, n, share, share_of_everyone.

    ``n`` is who answered that item in that group; a group without an answer has no row. ``share_of_everyone``
    is the mean probability of the answer over everybody in the group whom the item concerns, asked or not; it
    is the same for all instruments.
    """
    parts = [_shares(wave, instrument) for wave in waves for instrument in instruments.INSTRUMENTS]
    if not parts:
        return pd.DataFrame(columns=list(_COLUMNS))
    return pd.DataFrame({c: np.concatenate([part[c] for part in parts]) for c in _COLUMNS})


def _shares(wave: Wave, instrument: str) -> dict[str, NDArray[Any]]:
    n = wave.by_group(wave.respondents[instrument])[:, ITEM_OF_ROW]
    count = wave.by_group(wave.answered[instrument])
    expected, concerned = wave.by_group(wave.expected), wave.by_group(wave.concerned)[:, ITEM_OF_ROW]
    group, row = np.nonzero(n > 0)
    order = np.lexsort((row, group, ITEM_OF_ROW[row]))
    group, row = group[order], row[order]
    at = (group, row)
    values = (
        np.full(row.size, wave.label, dtype=object),
        np.full(row.size, instrument, dtype=object),
        np.array([item for item, _ in ROWS], dtype=object)[row],
        np.array([axis for axis, _ in wave.groups], dtype=object)[group],
        np.array([name for _, name in wave.groups], dtype=object)[group],
        np.array([answer for _, answer in ROWS], dtype=object)[row],
        n[at].astype(np.int64),
        count[at] / n[at],
        expected[at] / concerned[at],
    )
    return dict(zip(_COLUMNS, values, strict=True))
