"""What the page on directions of effect shows: its tables, and in a few lines what does not come out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.directions.study import short
from experiments.pages import DOCS
from experiments.pages.markdown import table

DATA = DOCS / "data" / "directions.json"


def tables(path: Path = DATA) -> dict[str, str]:
    """Return the tables ``directions`` and ``extremes`` as Markdown, from what has been kept; none if nothing has."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {"directions": _directions(kept), "extremes": _extremes(kept)}


def _directions(kept: Mapping[str, Any]) -> str:
    rows = [
        (
            r["verdict"] if r["verdict"] == "holds" else f"**{r['verdict']}**",
            r["process"],
            f"`{r['key']}` {short(r['low'])} → {short(r['high'])}",
            f"{r['outcome']} ({r['unit']}): {'rises' if r['sign'] > 0 else 'falls'}",
            moved(r),
            f"{_number(r['at_low'])}, {_number(r['at_high'])}",
            f"`{r['evidence']}`: {r['claimed'].replace('_', ' ')} ({r['strength']})",
            r["why"],
        )
        for r in kept["directions"]
    ]
    header = ("verdict", "mechanism", "change", "what should follow", "difference", "from, to", "claim", "in words")
    said = f"{counted(kept)} {kept['seeds']} pairs of runs a row; in brackets the 95 % t interval over pairs."
    return f"{said}\n\n{table(header, rows)}"


def _extremes(kept: Mapping[str, Any]) -> str:
    from sim.studies.directions import ALWAYS

    always = [claim.words for claim in ALWAYS]
    rows = []
    named = set()
    for c in kept["extremes"]:
        if c["words"] in always and c["holds"]:
            continue
        made = ", ".join(f"`{key}` {short(value)}" for key, value in c["values"].items())
        name = c["extreme"] if c["extreme"] in named else f"**{c['extreme']}**: {made}"
        named.add(c["extreme"])
        what = f"{c['words']}: {c['outcome']} ({c['unit']}) {c['relation']} {short(c['bound'])}"
        rows.append((name, what, _number(c["here"]), _number(c["usual"]), "yes" if c["holds"] else "**no**"))
    said = (
        f"Means over {kept['seeds_of_extremes']} runs; a statement is true if it is true in each of them.\n"
        f"Listed only where it is not true: {'; '.join(always)}."
    )
    return f"{said}\n\n{table(('extreme', 'what must be true', 'measured', 'as usual', 'true'), rows)}"


def moved(row: Mapping[str, Any]) -> str:
    """Return the difference of a row with its interval."""
    mean, lowest, highest = (_number(row[k], signed=True) for k in ("mean", "lowest", "highest"))
    return f"{mean} [{lowest}, {highest}]"


def counted(kept: Mapping[str, Any]) -> str:
    """Return in one sentence how many rows there are of each verdict."""
    from sim.studies.directions import ORDER

    verdicts = [r["verdict"] for r in kept["directions"]]
    return f"{len(verdicts)} rows: " + ", ".join(f"{verdicts.count(v)} {v}" for v in ORDER) + "."


def _number(value: float, signed: bool = False) -> str:
    """Return a number with three significant digits, and no more than are needed."""
    text = f"{value:.3g}" if 0.0001 <= abs(value) < 1000 else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1g}"
    return f"{'+' if signed and value > 0 else ''}{text}"


def summary(kept: Mapping[str, Any]) -> Iterator[str]:
    """Yield the results in a few lines: what does not come out, then the counts."""
    for r in kept["directions"]:
        if r["verdict"] != "holds":
            change = f"{r['key']} {short(r['low'])} -> {short(r['high'])}"
            should = "rise" if r["sign"] > 0 else "fall"
            yield f"{r['verdict']:<9} {change}: {r['outcome']} should {should}, moved by {moved(r)} {r['unit']}"
    for c in kept["extremes"]:
        if not c["holds"]:
            measured = f"{_number(c['here'])}, usually {_number(c['usual'])}"
            yield f"not true  {c['extreme']}: {c['words']} ({c['outcome']}: {measured})"
    yield f"{counted(kept)} {kept['runs']} runs in {kept['minutes']:g} minutes on {kept['processes']} processes"
