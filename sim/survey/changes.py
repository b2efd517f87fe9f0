"""Changes between waves in three ways: who answered matters as much as what they think.

With nobody changing, another mix of respondents alone moves the reported shares; so beside every reported
change stand the change at constant composition and the change of everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.survey.instruments import INSTRUMENTS
from sim.survey.items import AGREEMENT_ITEMS, AT_LEAST_SOMEWHAT, ROLE_ITEMS
from sim.survey.waves import ITEM_OF_ROW, ROWS, Wave

Floats = NDArray[np.float64]

OF_INTEREST = (
    ("engagement", AT_LEAST_SOMEWHAT),
    ("engagement", "highly"),
    *((item, "agree") for item in AGREEMENT_ITEMS + ROLE_ITEMS),
)
"""Items and answers whose changes are tabulated."""
_ROWS = np.array([ROWS.index(row) for row in OF_INTEREST])
_ITEMS = ITEM_OF_ROW[_ROWS]
_COLUMNS = (
    "wave_from",
    "wave_to",
    "instrument",
    "item",
    "group_by",
    "group",
    "answer",
    "n_from",
    "n_to",
    "change_reported",
    "change_constant_composition",
    "change_of_everyone",
)


def constant_composition(count_1: Floats, n_1: Floats, count_2: Floats, n_2: Floats) -> Floats:
    """Return the change of a share with the first wave's mix of respondents.

    ``sum_c w_c (s2_c - s1_c)``, where c runs over cells with answers in both waves and w_c is the cell's
    share of the first wave's answers in those cells; NaN without such a cell.

    Args:
        count_1: answers of interest in the first wave, cells on axis 1.
        n_1: all answers in the first wave, same shape.
        count_2: answers of interest in the second wave, same shape.
        n_2: all answers in the second wave, same shape.
    """
    both = (n_1 > 0) & (n_2 > 0)
    weight = np.where(both, n_1, 0.0)
    change = count_2 / np.where(both, n_2, 1.0) - count_1 / np.where(both, n_1, 1.0)
    return _ratio((weight * change).sum(axis=1), weight.sum(axis=1))


def changes(waves: Sequence[Wave]) -> pd.DataFrame:
    """Return changes of the answers of interest between successive waves and from the first to each later.

    Changes are differences of shares; ``n_from`` and ``n_to`` are answers to the item in the group. A group
    that gave no answer in one of the waves has no row. Constant composition is that of practice role x formal
    role.

    Args:
        waves: of one run, in order of time.
    """
    last = len(waves) - 1
    pairs = sorted({(i, i + 1) for i in range(last)} | {(0, j + 1) for j in range(last)})
    parts = [_pair(waves[a], waves[b], name) for a, b in pairs for name in INSTRUMENTS]
    if not parts:
        return pd.DataFrame(columns=list(_COLUMNS))
    return pd.DataFrame({c: np.concatenate([p[c] for p in parts]) for c in _COLUMNS})


def _pair(first: Wave, second: Wave, instrument: str) -> dict[str, NDArray[Any]]:
    (count_1, n_1), (count_2, n_2) = (
        (w.by_cell(w.answered[instrument])[..., _ROWS], w.by_cell(w.respondents[instrument])[..., _ITEMS])
        for w in (first, second)
    )
    total_1, total_2 = n_1.sum(axis=1), n_2.sum(axis=1)
    reported = _ratio(count_2.sum(axis=1), total_2) - _ratio(count_1.sum(axis=1), total_1)
    constant = constant_composition(count_1, n_1, count_2, n_2)
    everyone = _everyone(second) - _everyone(first)
    row, group = np.nonzero(((total_1 > 0) & (total_2 > 0)).T)
    at = (group, row)
    values = (
        np.full(row.size, first.label, dtype=object),
        np.full(row.size, second.label, dtype=object),
        np.full(row.size, instrument, dtype=object),
        np.array([item for item, _ in OF_INTEREST], dtype=object)[row],
        np.array([axis for axis, _ in first.groups], dtype=object)[group],
        np.array([name for _, name in first.groups], dtype=object)[group],
        np.array([answer for _, answer in OF_INTEREST], dtype=object)[row],
        total_1[at].astype(np.int64),
        total_2[at].astype(np.int64),
        reported[at],
        constant[at],
        everyone[at],
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _everyone(wave: Wave) -> Floats:
    expected, concerned = wave.by_group(wave.expected), wave.by_group(wave.concerned)
    return _ratio(expected[:, _ROWS], concerned[:, _ITEMS])


def _ratio(above: Floats, below: Floats) -> Floats:
    """The quotient; NaN where there is nothing to divide by."""
    result: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return result
