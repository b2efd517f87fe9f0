"""The full scorecard: ``python -m experiments.full_scorecard [key=value ...]``.

Every pattern of the evidence in the baseline, in the null world and with each mechanism switched off, and the answers
over the range of gamma. All runs are kept: Ctrl-C stops, and the same command goes on. Asked as it ships, it also
writes what the pages show (``docs/data/full_scorecard.json``, two images and the numbers of ``docs/scorecard.md``).
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.run import long_job
from sim.core.files import write_text

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensembles.ensemble import Ensemble
    from sim.run.results import Results

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "data" / "full_scorecard.json"
IMAGES = ROOT / "docs" / "images"
SPENT = "seconds.json"
"""Seconds that all sessions of a folder have spent on runs."""
WORTHS = ("fitted", "not evidence", "imposed", "not blind", "validates")
"""What a pattern that holds can be worth."""
Rows = list[dict[str, Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 a run failed, 2 bad input, 130 Ctrl-C."""
    return long_job(full_scorecard, arguments, about=__doc__ or "")


def full_scorecard(overrides: Sequence[str]) -> int:
    """Compute what is missing, keep the tables and print them; return the exit code.

    Args:
        overrides: of the configuration; the pages are written only if there are none.

    Raises:
        ConfigError: a key, value or folder that is not allowed.
        RuntimeError: a run failed.
    """
    from sim.ensembles.store import Store
    from sim.studies.scorecard import judge, render
    from sim.studies.scorecard.gamma import plan_gammas, truths, verdicts
    from sim.studies.scorecard.switches import BASELINE, NULL, compare
    from sim.studies.scorecard.worlds import measures_of, plan_switches

    worlds = plan_switches(overrides)
    baseline = worlds[BASELINE]
    folder, workers = baseline.folder.parent, baseline.config.ensemble.workers
    compute_all(worlds, folder, workers)
    gammas = plan_gammas(overrides, folder, workers)
    compute_all(gammas, folder, workers)

    values = measures_of(worlds)
    tables = {
        "scorecard": judge(values[BASELINE], values[NULL]),
        "switches": compare(values.pop(BASELINE), values),
        "gamma": truths(gammas),
        "gamma_verdicts": verdicts(measures_of(gammas)),
    }
    for name, table in tables.items():
        Store(folder, {}).keep_table(name, table)
    print(render(tables["scorecard"]))
    print(f"tables: {folder}")
    if not overrides:
        results = baseline.results(())
        results.scorecard = tables["scorecard"]
        write_pages(tables, about(worlds, gammas, folder), results)
        print(f"pages: {DATA.relative_to(ROOT)} and two images; make docs fills docs/scorecard.md")
    return 0


def compute_all(ensembles: Mapping[Any, Ensemble], folder: Path, workers: int) -> None:
    """Compute what is missing and add the seconds that it took to those of the folder.

    Raises:
        RuntimeError: a run failed.
        Interrupted: Ctrl-C.
    """
    from sim.ensembles.ensemble import compute

    began = time.monotonic()
    missing = any(e.missing() for e in ensembles.values())
    try:
        compute(list(ensembles.values()), workers=workers, progress=True)
    finally:
        if missing and folder.is_dir():
            write_text(folder / SPENT, json.dumps(spent(folder) + time.monotonic() - began))
    failures = [failure for e in ensembles.values() for failure in e.failures]
    if failures:
        raise RuntimeError(f"{len(failures)} runs failed, {failures[0].label} first: {failures[0].reason}")


def spent(folder: Path) -> float:
    """Return the seconds that all sessions of a folder have spent on runs."""
    path = folder / SPENT
    return float(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else 0.0


# What the pages show


def about(worlds: Mapping[str, Ensemble], gammas: Mapping[float, Ensemble], folder: Path) -> dict[str, Any]:
    """Return how the tables came about, for the file that holds them."""
    from sim.ensembles.pool import cores
    from sim.ensembles.store import versions
    from sim.studies.scorecard.switches import BASELINE, SWITCHES

    baseline = worlds[BASELINE]
    seeds = [member.seed for member in baseline.members]
    return {
        "what": "every pattern of sim/evidence/patterns.yaml in the baseline, the null world, with each mechanism "
        "switched off, and over the range of gamma (experiments/full_scorecard.py)",
        "scenario": baseline.config.scenario.name,
        "place": baseline.config.place.name,
        "replicates": len(seeds),
        "seeds": [seeds[0], seeds[-1]],
        "runs": sum(len(e.members) for e in [*worlds.values(), *gammas.values()]),
        "seconds": round(spent(folder)),
        "cores": baseline.config.ensemble.workers or cores(),
        "switches": [{"name": s.name, "label": s.label, "override": s.override, "note": s.note} for s in SWITCHES],
        "versions": dict(versions()),
    }


def write_pages(tables: Mapping[str, pd.DataFrame], told: Mapping[str, Any], results: Results) -> None:
    """Write the data behind the pages, the images and the numbers.

    Raises:
        OutputError: an image cannot be written.
    """
    from experiments.documents import keep_numbers
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
    for name, table in tables.items():
        rows = [json.dumps(_plain(row), ensure_ascii=False) for row in table.to_dict("records")]
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
        "scorecard": "\n".join(_scorecard(held["scorecard"])),
        "switches": "\n".join(_switches(held)),
        "gamma": "\n".join(_gamma(held["gamma"])),
        "gamma_verdicts": "\n".join(_gamma_verdicts(held["gamma_verdicts"])),
        "findings": "\n".join(_coverage()),
    }


def _held() -> dict[str, Any]:
    result: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return result


def _scorecard(rows: Rows) -> Iterator[str]:
    yield "| verdict | pattern | reported | simulated | rank | width (allowed) | null world | worth |"
    yield "|---|---|---|---|---|---|---|---|"
    for r in rows:
        width = "" if r["observed"] is None else f"{shown(r['width'])} ({shown(r['width_allowed'])})"
        cells = (f"**{r['verdict']}**", r["statement"], r["reported"], _simulated(r),
                 "" if r["rank"] is None else f"{r['rank']:.2f}", width, r["null_verdict"], r["evidence"])  # fmt: skip
        yield _line(cells)


def _simulated(row: Mapping[str, Any]) -> str:
    low, median, high = (shown(row[name], row["width"] or 0) for name in ("low", "median", "high"))
    return f"{median} [{low}, {high}]" + (" % of runs" if row["observed"] is None else "")


def _switches(held: Mapping[str, Any]) -> Iterator[str]:
    yield "| switched off | how | holds no longer | holds only now | otherwise another verdict | by a hair |"
    yield "|---|---|---|---|---|---|"
    for switch in held["about"]["switches"]:
        changed = [r for r in _switched(held) if r["world"] == switch["name"] and r["reading"] != "same"]
        how = f"`{switch['override']}`" + (f": {switch['note']}" if switch["note"] else "")
        clear = [_changes([r for r in changed if r["clear"] and r["reading"] == reading])
                 for reading in ("needs it", "holds without it", "another verdict")]  # fmt: skip
        yield _line((switch["label"], how, *clear, sum(not r["clear"] for r in changed)))


def _changes(rows: Rows) -> str:
    return "; ".join(f"{r['statement']} ({r['baseline_verdict']} to {r['verdict']}, {_shift(r)})" for r in rows) or "-"


def _shift(row: Mapping[str, Any]) -> str:
    low, middle, high = (f"{row[name]:+.2g}" for name in ("shift_low", "shift", "shift_high"))
    return f"{middle} [{low}, {high}] {row['unit']}"


def _switched(held: Mapping[str, Any]) -> Rows:
    """Return the rows of the worlds in which one mechanism is switched off."""
    return [r for r in held["switches"] if r["world"] not in ("baseline", "null")]


def _gamma(rows: Rows) -> Iterator[str]:
    yield "| gamma | answer | cut-point | respondents 2013 | everyone 2013 | respondents 2014 | everyone 2014 |"
    yield "|---|---|---|---|---|---|---|"
    for first in [r for r in rows if r["wave"] == 2013 and r["group"] == "respondents"]:
        same = [r for r in rows if (r["gamma"], r["answer"]) == (first["gamma"], first["answer"])]
        by = {(r["group"], r["wave"]): f"{r['median']:.0f} [{r['low']:.0f}, {r['high']:.0f}]" for r in same}
        cells = [by[group, wave] for wave in (2013, 2014) for group in ("respondents", "everyone")]
        yield _line((f"{first['gamma']:g}", first["answer"].replace("_", " "), f"{first['cut_point']:.2f}", *cells))


def _gamma_verdicts(rows: Rows) -> Iterator[str]:
    gammas = list(dict.fromkeys(r["gamma"] for r in rows))
    yield _line(("pattern", *(f"gamma {gamma:g}" for gamma in gammas)))
    yield "|---" * (1 + len(gammas)) + "|"
    for statement in dict.fromkeys(r["statement"] for r in rows):
        yield _line((statement, *(r["verdict"] for r in rows if r["statement"] == statement)))


def _coverage() -> Iterator[str]:
    yield "| group of findings | in the register | with a pattern |"
    yield "|---|---|---|"
    without = [found for found in _findings() if not found[2]]
    for group, asked, named in _findings():
        if named:
            yield _line((group.replace("_", " "), asked, named))
    others = ", ".join(group.replace("_", " ") for group, _, _ in without)
    yield _line((f"none: {others}", sum(asked for _, asked, _ in without), 0))


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


def _line(cells: Sequence[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
