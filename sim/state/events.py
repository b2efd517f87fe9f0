"""The event log: what happened to whom, week by week. Series are derived from states, stories from events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FIELDS = ("week", "kind", "ccg", "person", "practice", "body", "item", "value")


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


class EventLog:
    """Batches of events, added as arrays and joined when read.

    References are row numbers of the tables (-1: none); ``value`` has the meaning that the kind gives it.
    """

    def __init__(self) -> None:
        self._batches: list[dict[str, Any]] = []
        self.recording = True

    def add(self, kind: str, week: int, ccg: NDArray[np.int64], **columns: NDArray[Any]) -> None:
        """Add one event for each entry of ``ccg``; the other columns have its length."""
        if self.recording and ccg.size:
            self._batches.append({"kind": kind, "week": week, "count": ccg.size, "ccg": ccg, **columns})

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
