"""The event log: what happened to whom, week by week. Series are derived from states, stories from events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FIELDS = ("week", "kind", "ccg", "person", "practice", "body", "item", "value")

MOVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "raised": ("items.stage",),
        "heard_informally": ("items.informal",),
        "adopted": ("items.stage", "bodies.reputation", "people.influence"),
        "refused": ("items.stage", "bodies.reputation", "people.influence"),
        "lapsed": ("items.stage", "bodies.reputation", "people.influence"),
        "not_quorate": ("bodies.quorate",),
        "succeeded": ("practices.hours_saved", "people.kick_success"),
        "failed": ("people.kick_failure",),
        "request": ("ccgs.request_minutes",),
        "consultation_skipped": ("people.kick_unconsulted",),
        "order": ("people.kick_imposed",),
        "left": ("people.present", "slots.person"),
        "joined": ("people.present", "slots.person"),
        "stood_down": ("seats.person",),
        "re_elected": ("seats.term_end",),
        "elected": ("seats.person", "seats.term_end"),
        "lost_election": ("people.kick_election",),
    }
)
"""Which event moves which states at once. No event moves two drivers of engagement: each is counted once."""


class EventLog:
    """Batches of events, added as arrays and joined when read.

    Kinds are the keys of :data:`MOVES`.
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
