"""Events in words, and the life of an item of business from the events of results alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from sim.mechanisms.schedule import EVENTS
from sim.state.history import day, weeks

if TYPE_CHECKING:
    from sim.run.results import Results
    from sim.state.events import Event


def in_words(events: pd.DataFrame, name: Callable[[str, int], str], kinds: Mapping[str, Event] = EVENTS) -> list[str]:
    """Return events as dated sentences.

    Args:
        events: rows of ``results.events``; those of kinds that say nothing of a person or an item are left out.
        name: returns the name of a ``person`` or ``body`` by its row.
        kinds: of event; a model may have more than those of the house.
    """
    sentences = []
    said = {kind: event.says for kind, event in kinds.items() if event.says}
    for event in events[events["kind"].isin(list(said))].to_dict("records"):
        names = {who: name(who, event[who]) for who in ("person", "body") if event[who] >= 0}
        words = {str(column): value for column, value in event.items()} | names
        words["weeks"] = weeks(event["value"])
        sentences.append(f"{day(event['date'])}: {said[event['kind']].format(**words)}.")
    return sentences


def history(results: Results, item: int, run: int = 0) -> list[str]:
    """Return what the events of results say of an item; people and bodies are rows of the model's tables.

    Args:
        results: of one run or several.
        item: number of the item.
        run: the replicate, where there are several.

    Raises:
        ValueError: no event of this item, or no such run.
    """
    events = results.events
    runs = events["run"] if "run" in events.columns else pd.Series(0, index=events.index)
    if run not in runs.to_numpy():
        raise ValueError(f"run={run} is not among these results; allowed is {', '.join(map(str, runs.unique()))}")
    of_items = events[(runs == run) & (events["item"] >= 0)]
    rows = of_items[of_items["item"] == item]
    if rows.empty:
        raise ValueError(f"item={item} has no event in these results; see the column item of events")
    return in_words(rows, lambda who, row: f"{who} {row}")
