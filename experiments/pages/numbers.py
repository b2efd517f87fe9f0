"""The numbers that scripts keep for the pages: ``docs/numbers.json``, blocks of values by key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from experiments.pages import DOCS
from sim.core.files import write_text

NUMBERS = DOCS / "numbers.json"


def kept() -> dict[str, dict[str, Any]]:
    """Return every block by name; none before anything was kept."""
    return json.loads(NUMBERS.read_text(encoding="utf-8")) if NUMBERS.exists() else {}


def keep_numbers(block: str, values: Mapping[str, Any]) -> None:
    """Replace one block, and leave the others; the file is written whole.

    Args:
        block: its name, without a dot.
        values: each as it is to be shown, by key.

    Raises:
        ValueError: a block that is read from the code itself, or whose name holds a dot.
    """
    from experiments.pages.reference import BLOCKS

    if "." in block or block in BLOCKS:
        raise ValueError(f"block {block!r} cannot be kept; allowed is a name without a dot, not {', '.join(BLOCKS)}")
    blocks = dict(sorted({**kept(), block: dict(values)}.items()))
    write_text(NUMBERS, json.dumps(blocks, indent=1, ensure_ascii=False) + "\n")
