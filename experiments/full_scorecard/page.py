"""What the pages show of the full scorecard: data, images, numbers and tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from experiments.pages import DOCS
from experiments.pages.markdown import table
from experiments.pages.numbers import keep_numbers
from sim.core.files import write_text

if TYPE_CHECKING:
    import pandas as pd

    from sim.run.results import Results

DATA = DOCS / "data" / "full_scorecard.json"
IMAGES = DOCS / "images"
WORTHS = ("fitted", "not evidence", "imposed", "not blind", "validates")
"""What a pattern that holds can be worth."""
Rows = list[dict[str, Any]]


def write_pages(tables: Mapping[str, pd.DataFrame], told: Mapping[str, Any], results: Results) -> None:
    """Write the data behind the pages, the images and the numbers.

    Raises:
        OutputError: an image cannot be written.
    """
    from sim.plots.files import save_for_page
    from sim.plots.scorecard import scorecard
    from sim.plots.switches import switches

    write_text(DATA, _one_row_a_line({"about": told}, tables))
    save_for_page(scorecard(results), IMAGES / "scorecard.png")
    save_for_page(switches(tables["switches"], told["switches"], results), IMAGES / "switches.png")
    for block, values in numbers().items():
        keep_numbers(block, values)


def _one_row_a_line(head: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> str:
    """Return JSON that is easy to compare line by line: three decimals, no NaN."""
    parts = [f"{json.dumps(key)}: {json.dumps(value, indent=1, ensure_ascii=False)}" for key, value in head.items()]
    for name, kept in tables.items():
        rows = [json.dumps(_plain(row), ensure_ascii=False) for row in kept.to_dict("records")]
        parts.append(f"{json.dumps(name)}: [\n " + ",\n ".join(rows) + "\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _plain(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(k): None if v != v else round(v, 3) if isinstance(v, float) else v for k, v in row.items()}


def numbers() -> dict[str, dict[str, int | str]]:
    """Return the blocks of numbers that the text quotes, from the file that holds the tables."""
    held = _held()
    verdict = Counter(row["verdict"] for row in held["scorecard"])
    worth = Counter(row["evidence"] for row in held["scorecard"])
    found = _findings()
    counts = {
        "patterns": len(held["scorecard"]),
        "runs": held["about"]["replicates"],
        **{name: verdict[name] for name in ("holds", "vague", "fails", "untested")},
        **{name.replace(" ", "_"): worth[name] for name in WORTHS},
        "worlds": 2 + len(held["about"]["switches"]),
        "switches": len(held["about"]["switches"]),
        "all_runs": held["about"]["runs"],
        "minutes": round(held["about"]["seconds"] / 60),
        "cores": held["about"]["cores"],
        "need_a_mechanism": len({r["pattern"] for r in _switched(held) if r["reading"] == "needs it" and r["clear"]}),
        "findings": sum(asked for _, asked, _ in found),
        "findings_with_pattern": sum(shown for _, _, shown in found),
    }
    simulated = {row["pattern"]: _simulated(row) for row in held["scorecard"]}
    shares = {
        f"{row['group']}_{row['answer']}_{row['wave']}_at_{row['gamma']:g}": f"{row['median']:.0f}"
        for row in held["gamma"]
    }
    return {"scorecard": counts, "pattern": simulated, "gamma": shares}


def tables() -> dict[str, str]:
    """Return the generated tables of ``docs/scorecard.md``, by name, as Markdown."""
    if not DATA.is_file():
        return {}
    held = _held()
    return {
        "scorecard": _scorecard(held["scorecard"]),
        "switches": _switches(held),
        "gamma": _gamma(held["gamma"]),
        "gamma_verdicts": _gamma_verdicts(held["gamma_verdicts"]),
        "findings": _coverage(),
    }


def _held() -> dict[str, Any]:
    result: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return result


def _scorecard(rows: Rows) -> str:
    cells = []
    for r in rows:
        width = "" if r["observed"] is None else f"{shown(r['width'])} ({shown(r['width_allowed'])})"
        rank = "" if r["rank"] is None else f"{r['rank']:.2f}"
        simulated = _simulated(r)
        cells.append(
            (
                f"**{r['verdict']}**",
                r["statement"],
                r["reported"],
                simulated,
                rank,
                width,
                r["null_verdict"],
                r["evidence"],
            )
        )
    header = ("verdict", "pattern", "reported", "simulated", "rank", "width (allowed)", "null world", "worth")
    return table(header, cells)


def _simulated(row: Mapping[str, Any]) -> str:
    low, median, high = (shown(row[name], row["width"] or 0) for name in ("low", "median", "high"))
    return f"{median} [{low}, {high}]" + (" % of runs" if row["observed"] is None else "")


def _switches(held: Mapping[str, Any]) -> str:
    cells = []
    for switch in held["about"]["switches"]:
        changed = [r for r in _switched(held) if r["world"] == switch["name"] and r["reading"] != "same"]
        how = f"`{switch['override']}`" + (f": {switch['note']}" if switch["note"] else "")
        clear = [_changes([r for r in changed if r["clear"] and r["reading"] == reading])
                 for reading in ("needs it", "holds without it", "another verdict")]  # fmt: skip
        cells.append((switch["label"], how, *clear, sum(not r["clear"] for r in changed)))
    header = ("switched off", "how", "holds no longer", "holds only now", "otherwise another verdict", "by a hair")
    return table(header, cells)


def _changes(rows: Rows) -> str:
    return "; ".join(f"{r['statement']} ({r['baseline_verdict']} to {r['verdict']}, {_shift(r)})" for r in rows) or "-"


def _shift(row: Mapping[str, Any]) -> str:
    low, middle, high = (f"{row[name]:+.2g}" for name in ("shift_low", "shift", "shift_high"))
    return f"{middle} [{low}, {high}] {row['unit']}"


def _switched(held: Mapping[str, Any]) -> Rows:
    """Return the rows of the worlds in which one mechanism is switched off."""
    return [r for r in held["switches"] if r["world"] not in ("baseline", "null")]


def _gamma(rows: Rows) -> str:
    cells = []
    for first in [r for r in rows if r["wave"] == 2013 and r["group"] == "respondents"]:
        same = [r for r in rows if (r["gamma"], r["answer"]) == (first["gamma"], first["answer"])]
        by = {(r["group"], r["wave"]): f"{r['median']:.0f} [{r['low']:.0f}, {r['high']:.0f}]" for r in same}
        shares = [by[group, wave] for wave in (2013, 2014) for group in ("respondents", "everyone")]
        cells.append((f"{first['gamma']:g}", first["answer"].replace("_", " "), f"{first['cut_point']:.2f}", *shares))
    header = ("gamma", "answer", "cut-point", "respondents 2013", "everyone 2013", "respondents 2014", "everyone 2014")
    return table(header, cells)


def _gamma_verdicts(rows: Rows) -> str:
    gammas = dict.fromkeys(r["gamma"] for r in rows)
    statements = dict.fromkeys(r["statement"] for r in rows)
    cells = ((s, *(r["verdict"] for r in rows if r["statement"] == s)) for s in statements)
    return table(("pattern", *(f"gamma {gamma:g}" for gamma in gammas)), cells)


def _coverage() -> str:
    without = [found for found in _findings() if not found[2]]
    cells = [(group.replace("_", " "), asked, named) for group, asked, named in _findings() if named]
    others = ", ".join(group.replace("_", " ") for group, _, _ in without)
    cells.append((f"none: {others}", sum(asked for _, asked, _ in without), 0))
    return table(("group of findings", "in the register", "with a pattern"), cells)


def _findings() -> list[tuple[str, int, int]]:
    """Return the groups of facts with how many findings each holds, and how many of these a pattern names."""
    from sim.evidence import facts
    from sim.studies.scorecard import patterns

    named = {fact for pattern in patterns() for fact in pattern.facts}
    findings = [fact for fact in facts().values() if fact.kind == "pattern"]
    asked = Counter(fact.group for fact in findings)
    with_pattern = Counter(fact.group for fact in findings if fact.id in named)
    order = sorted(asked, key=lambda group: (-with_pattern[group], -asked[group], group))
    return [(group, asked[group], with_pattern[group]) for group in order]


def shown(value: float | None, span: float = 5.0) -> str:
    """Return a number for a table: one decimal if it has any and is below 10 or part of a span below 5."""
    if value is None:
        return "-"
    value = 0.0 if abs(value) < 0.05 else value
    coarse = (abs(value) >= 10 and span >= 5) or value == round(value)
    return f"{value:.0f}" if coarse else f"{value:.1f}"
