"""The life of an item of business, from results alone: what their events say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.state.history import in_words

if TYPE_CHECKING:
    from sim.run.results import Results


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
