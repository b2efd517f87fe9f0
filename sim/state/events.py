"""The event log: what happened to whom, week by week. Series are derived from states, stories from events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FIELDS = ("week", "kind", "ccg", "person", "practice", "body", "item", "value")
_BESIDE = frozenset(FIELDS[3:])
"""What may be told of an event beside its kind, week and CCG."""


@dataclass(frozen=True)
class Event:
    """A kind of event, declared by the process that reports it.

    Attributes:
        kind: its name in the log.
        moves: columns that it moves at once, as ``table.column``. No event moves two drivers of engagement: each is
            counted once.
        says: the event of a person or an item as a sentence, in which ``{person}``, ``{ccg}``, ``{body}``, ``{item}``,
            ``{value}`` and ``{weeks}`` (the value as weeks) stand for what they are; empty if it is of neither.
    """

    kind: str
    moves: tuple[str, ...]
    says: str = ""

    def __post_init__(self) -> None:
        moves: object = self.moves
        if isinstance(moves, str):
            raise TypeError(f"event {self.kind}: moves={moves!r} is a text; allowed is a tuple of columns: (x,)")


class EventLog:
    """Batches of events, added as arrays and joined when read.

    References are row numbers of the tables (-1: none); ``value`` has the meaning that the kind gives it.
    """

    def __init__(self) -> None:
        self._batches: list[dict[str, Any]] = []
        self.recording = True

    def add(self, kind: str, week: int, ccg: NDArray[np.int64] | int, **columns: Any) -> None:
        """Add one event for each entry of ``ccg``, one for a single number; the other columns have its length.

        Raises:
            ValueError: a column that the log has not.
        """
        if not columns.keys() <= _BESIDE:
            unknown, allowed = min(columns.keys() - _BESIDE), ", ".join(FIELDS[3:])
            raise ValueError(f"event {kind}: {unknown} is no column of the log; allowed is {allowed}")
        if self.recording and (count := np.size(ccg)):
            told = {name: np.array(values) for name, values in columns.items()}  # a column goes on changing
            self._batches.append({"kind": kind, "week": week, "count": count, "ccg": np.array(ccg), **told})

    def seen_by(self, name: str, kinds: frozenset[str]) -> Reports:
        """Return the log as somebody may see it who declares some kinds of event."""
        return Reports(self, name, kinds)

    def frame(self) -> pd.DataFrame:
        """Return all events, ordered as they happened, with the columns of :data:`FIELDS`."""
        counts = np.array([b["count"] for b in self._batches], dtype=np.int64)
        data: dict[str, Any] = {
            "week": np.repeat(np.array([b["week"] for b in self._batches], dtype=np.int32), counts),
            "kind": np.repeat(np.array([b["kind"] for b in self._batches], dtype=object), counts),
        }
        ends = np.cumsum(counts)
        spans = list(zip((ends - counts).tolist(), ends.tolist(), self._batches, strict=True))
        for name in FIELDS[2:]:
            data[name] = np.full(counts.sum(), np.nan) if name == "value" else np.full(counts.sum(), -1, np.int32)
            for start, stop, batch in spans:
                if name in batch:
                    data[name][start:stop] = batch[name]
        return pd.DataFrame(data, columns=list(FIELDS))


class Reports(NamedTuple):
    """The event log as one process sees it: it may add events of the kinds that it declares."""

    log: EventLog
    name: str
    kinds: frozenset[str]

    def add(self, kind: str, week: int, ccg: NDArray[np.int64] | int, **columns: Any) -> None:
        """Add events, see :meth:`EventLog.add`.

        Raises:
            ValueError: a kind that is not declared, or a column that the log has not.
        """
        if kind not in self.kinds:
            allowed = ", ".join(sorted(self.kinds)) or "none; declare it in `events`"
            raise ValueError(f"event {kind!r} is not declared by {self.name}; allowed is {allowed}")
        self.log.add(kind, week, ccg, **columns)
