"""Three rival explanations of leaders' fall: ``python -m experiments.rivals [key=value ...]``.

Hope, strain and rubber-stamping, each fitted alone (``python -m experiments.fit --scenario only_strain``), beside a
yardstick with none of them: what each predicts for other dates, groups and instruments, and which survey would tell two
apart. All runs are kept: Ctrl-C stops, and the same command goes on. Asked as it ships, it also writes what the page
shows (``docs/data/rivals.json``, its image and numbers).
"""

from __future__ import annotations

import itertools
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.run import long_job
from sim.core.files import write_text
from sim.run.config import ConfigError, compose
from sim.run.fitted_values import file_of
from sim.studies.rivals import (
    ENGAGED,
    FIRST,
    GROUPS,
    HIGHLY,
    LATER,
    REST,
    SECOND,
    WORLDS,
    Observations,
    Question,
    Seen,
    Separation,
    by_luck,
    could_be_asked,
    observations,
    separations,
)  # fmt: skip
from sim.survey.instruments import INSTRUMENTS

if TYPE_CHECKING:
    from sim.run.results import Results

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "data" / "rivals.json"
IMAGE = ROOT / "docs" / "images" / "rivals.png"
FEWEST = 4
"""Runs of a world, half of which find a cut that the other half tries, once more halved to see what luck does."""
ENGAGEMENT = (ENGAGED, HIGHLY)
SHOWN = 5
"""Questions of each kind that the data keep for a pair of worlds."""
FORETOLD = LATER[1]
"""The later wave that the page tells by group and instrument; its figure shows the others."""
STATE = {"p_highly": (100, 0), "hours": (1, 0), "strain": (1, 2), "influence": (1, 2)}
"""What is told of all GP leaders, asked or not, in the week of each wave: times how much, with how many decimals."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 a run failed, 2 bad input, 130 Ctrl-C."""
    return long_job(rivals, arguments, about=__doc__ or "")


def rivals(overrides: Sequence[str]) -> int:
    """Compute what is missing, compare the worlds and print what tells them apart; return the exit code.

    Args:
        overrides: of the configuration; the page's files are written only if there are none.

    Raises:
        ConfigError: a key, value or folder that is not allowed.
        RuntimeError: a run failed.
    """
    runs = compute_all(overrides)
    found = compared(runs)
    if not overrides:
        write_page(found, runs)
    print("\n\n".join(tables(found).values()))
    if not overrides:
        print(f"\npage: {DATA.relative_to(ROOT)}, {IMAGE.relative_to(ROOT)} and numbers; make docs fills the page")
    return 0


def compute_all(overrides: Sequence[str]) -> dict[str, Results]:
    """Return the runs of every world with survey and leaders' series; worlds that have no vector are left out.

    Raises:
        ConfigError: a key, value or folder that is not allowed.
        RuntimeError: a run failed.
        Interrupted: Ctrl-C.
    """
    from sim.ensembles.ensemble import compute, default_folder, plan

    ensembles = {}
    for world in WORLDS:
        asked = [f"scenario={world}", f"survey.waves=[{','.join(LATER)}]", *overrides]
        config = compose(*asked)
        folder = Path(config.output) / world if config.output else default_folder(config)
        ensembles[world] = plan(config, replicates=config.ensemble.replicates, folder=folder)
    for world, ensemble in ensembles.items():
        ensemble.check()
        kept = sum(member.seed not in how(world)["left_out"] for member in ensemble.members)
        if kept < FEWEST:
            asked_for = f"ensemble.replicates={len(ensemble.members)} leaves {kept} runs of {world}"
            raise ConfigError(f"{asked_for}; allowed is a number that leaves {FEWEST} or more")
    compute(list(ensembles.values()), workers=config.ensemble.workers, progress=True)
    failures = [failure for ensemble in ensembles.values() for failure in ensemble.failures]
    if failures:
        raise RuntimeError(f"{len(failures)} runs failed, {failures[0].label} first: {failures[0].reason}")
    return {world: brief(e.results(("series", "survey")), how(world)["left_out"]) for world, e in ensembles.items()}


def brief(results: Results, left_out: Sequence[int]) -> Results:
    """Return the results of several runs without those of some seeds, and of the series leaders' rows alone."""
    from sim.run.vocabulary import GROUPS as ROLES

    kept = [run for run, seed in enumerate(results.seeds) if seed not in left_out]
    series = results.series[results.series["run"].isin(kept) & results.series["role"].isin(ROLES["leaders"])]
    survey = results.survey[results.survey["run"].isin(kept)]
    return replace(results, series=series, survey=survey, seeds=[results.seeds[run] for run in kept])


def how(world: str) -> dict[str, Any]:
    """Return how the fitted vectors of a world came about."""
    return dict(json.loads(file_of(world).read_text(encoding="utf-8"))["how"])


# What was found, as plain values


def compared(runs: Mapping[str, Results]) -> dict[str, Any]:
    """Return all that the page shows: fits, the fall, answers, leaders' state, and what tells two worlds apart."""
    seen = {world: observations(results.survey) for world, results in runs.items()}
    pairs = list(itertools.combinations(seen, 2))
    apart = {(a, b): separations(seen[a], seen[b]) for a, b in pairs}
    told = ("priors", "draws", "pairs_of_cut_points", "left_out", "closest")
    return {
        "what": "three rival explanations of leaders' fall, each fitted alone (experiments/rivals.py)",
        "runs": {world: len(results.seeds) for world, results in runs.items()},
        "fits": {world: {key: how(world)[key] for key in told} for world in runs},
        "fall": {world: falls(of_world) for world, of_world in seen.items()},
        "leaders": {world: state(results) for world, results in runs.items()},
        "luck": max(s.apart for a, b in pairs for s in by_luck(seen[a], seen[b]) if s.question.answer in ENGAGEMENT),
        "answers": [
            {"world": world, **question._asdict(), "n": s.n, **_spanned(s)}
            for world, of_world in seen.items()
            for question, s in of_world.items()
            if question.answer in ENGAGEMENT and not question.since
        ],
        "parted": sum(s.parted for ranked in apart.values() for s in ranked if s.question.answer in ENGAGEMENT),
        "questions": len({q for q in seen[REST] if q.answer in ENGAGEMENT and could_be_asked(q)}),
        "apart": [
            {"a": a, "b": b, **s.question._asdict(), "n": s.n, "apart": round(s.apart, 3), "parted": s.parted}
            for (a, b), separated in apart.items()
            for s in foremost(separated)
        ],
    }


def foremost(ranked: Sequence[Separation]) -> Iterator[Separation]:
    """Yield the best few of each instrument, of reported and of later waves, on engagement and on anything else."""
    passed: Counter[tuple[str, bool, bool]] = Counter()
    for s in ranked:
        kind = (s.question.instrument, s.question.wave in LATER, s.question.answer in ENGAGEMENT)
        passed[kind] += 1
        if passed[kind] <= SHOWN:
            yield s


def falls(seen: Observations) -> dict[str, dict[str, float]]:
    """Return, by group, the change of the highly engaged between the two reported waves of the panel.

    Median and central interval in points, the share of runs in which it falls, and in which it falls by as much as was
    reported of all respondents.
    """
    found = {}
    for question, s in seen.items():
        if question == Question(SECOND, FIRST, "panel", question.group, HIGHLY):
            shares = {"falls": float((s.values < 0).mean()), "as_much": float((s.values <= observed_fall()).mean())}
            found[question.group] = _spanned(s) | shares
    return found


def observed_fall() -> float:
    """Return the reported change of the highly engaged, in points."""
    from sim.evidence import facts

    reported = facts()["h15_engaged_highly"].value
    return float(reported[SECOND[:4]] - reported[FIRST[:4]])


def state(results: Results) -> dict[str, dict[str, float]]:
    """Return the means of :data:`STATE` over all GP leaders in the week of each wave: medians over runs."""
    from sim.plots.measures import group_mean

    means = {column: group_mean(results.series, column, "leaders") for column in STATE}
    waves = [wave for wave in (FIRST, SECOND, *LATER) if np.datetime64(wave) <= results.series["date"].max()]
    return {column: {w: round(float(m.loc[:w].iloc[-1].median()), 3) for w in waves} for column, m in means.items()}


def _spanned(seen: Seen) -> dict[str, float]:
    return dict(zip(("low", "median", "high"), (round(v, 1) for v in seen.interval), strict=True))


# The page


def write_page(found: Mapping[str, Any], runs: Mapping[str, Results]) -> None:
    """Write data, figure and numbers of the page, each whole or not at all.

    Raises:
        OutputError: a folder that cannot be written to.
    """
    from experiments.documents import keep_numbers
    from sim.plots.files import save_for_page
    from sim.plots.rivals import rivals as figure

    write_text(DATA, "{\n" + ",\n".join(_lines(found)) + "\n}\n")
    save_for_page(figure({WORLDS[world]: results for world, results in runs.items()}), IMAGE)
    keep_numbers("rivals", numbers(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield each value as JSON; of a long list each row on a line."""
    for key, value in found.items():
        rows = [json.dumps(row) for row in value] if isinstance(value, list) else []
        yield f' "{key}": ' + ("[\n  " + ",\n  ".join(rows) + "\n ]" if rows else json.dumps(value))


def numbers(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the numbers of the page's text, as they are to be shown."""
    shown = {
        "luck": _percent(found["luck"]),
        "fall": f"{-observed_fall():.0f}",
        "questions": str(found["questions"]),
        "parted": str(found["parted"]),
    }
    shown["error"] = _percent(1.96 * float(np.sqrt(0.25 / (2 * min(found["runs"].values())))))
    for world, fit in found["fits"].items():
        draws = fit["draws"]
        shown[f"runs.{world}"] = str(found["runs"][world])
        shown[f"left_out.{world}"] = str(len(fit["left_out"]))
        shown[f"not_ruled_out.{world}"] = _percent(draws["not_ruled_out"] / draws["tried"])
        shown[f"closest.{world}"] = f"{fit['closest']:.1f}"
        for group, fall in found["fall"][world].items():
            key = f"{world}.{group.replace(' ', '_')}"
            shown |= {f"change.{key}": _span(fall), f"falls.{key}": _percent(fall["falls"])}
            shown[f"as_much.{key}"] = _percent(fall["as_much"])
        for column, by_wave in found["leaders"][world].items():
            times, digits = STATE[column]
            shown |= {f"{column}.{world}.{wave}": f"{times * value:.{digits}f}" for wave, value in by_wave.items()}
    for row in found["answers"]:
        if row["answer"] == HIGHLY and row["instrument"] == "panel":
            shown[f"highly.{row['world']}.{row['group'].replace(' ', '_')}.{row['wave']}"] = _span(row)
    for a, b in itertools.combinations(found["fits"], 2):
        for when, later in (("held", False), ("later", True)):
            best = decisive(found, a, b, later=later)
            shown |= {f"best_{when}.{a}.{b}": _percent(best["apart"]), f"n_{when}.{a}.{b}": str(best["n"])}
            other = decisive(found, a, b, later=later, engagement=False)
            shown[f"other_{when}.{a}.{b}"] = _percent(other["apart"])
    return shown


def tables(found: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return the tables of the page as Markdown, by name.

    Args:
        found: what :func:`compared` gave; what the page's data hold if None.
    """
    if found is None:
        if not DATA.is_file():
            return {}
        found = json.loads(DATA.read_text(encoding="utf-8"))
    return {"rivals_fits": _fits(found), "rivals_later": _later(found), "rivals": _decides(found)}


def decisive(
    found: Mapping[str, Any], a: str, b: str, instrument: str = "", *, later: bool = True, engagement: bool = True
) -> dict[str, Any]:
    """Return the question that best tells two worlds apart.

    Args:
        found: what :func:`compared` gave.
        a: a world.
        b: another.
        instrument: that is used; any if empty.
        later: put at a later, virtual wave, or at one of the two that were asked.
        engagement: on engagement, or on anything else.
    """
    return next(
        row for row in found["apart"]
        if (row["a"], row["b"], row["wave"] in LATER) == (a, b, later)
        and (row["answer"] in ENGAGEMENT) == engagement and instrument in ("", row["instrument"])
    )  # fmt: skip


def _fits(found: Mapping[str, Any]) -> str:
    rows = []
    for world, fit in found["fits"].items():
        draws, fall = fit["draws"], found["fall"][world]
        role, everyone = fall["with a role"], fall["all respondents"]
        rows.append((
            WORLDS[world], f"{_percent(draws['not_ruled_out'] / draws['tried'])} % of {draws['tried']}",
            f"{fit['closest']:.2f}", _span(everyone), f"{_percent(everyone['as_much'])} %", _span(role),
            f"{_percent(role['falls'])} %",
        ))  # fmt: skip
    header = ("explanation", "draws not ruled out", "closest", "change, all", "runs with the reported fall",
              "change, with a role", "runs in which it falls")  # fmt: skip
    return _table(header, rows)


def _later(found: Mapping[str, Any]) -> str:
    answers = {(row["world"], *(row[f] for f in Question._fields)): row for row in found["answers"]}
    rows = []
    for group, instrument in itertools.product(list(GROUPS.values())[1:], INSTRUMENTS):
        of = [answers.get((world, FORETOLD, "", instrument, group, HIGHLY)) for world in found["fits"]]
        if any(of):
            n = next(row["n"] for row in of if row)
            rows.append((group, instrument, n, *(_span(row) if row else "" for row in of)))
    return _table(("group", "instrument", "answers", *map(WORLDS.get, found["fits"])), rows)


def _decides(found: Mapping[str, Any]) -> str:
    rows = []
    for a, b in itertools.combinations(found["fits"], 2):
        kinds = [("panel", False), *((instrument, True) for instrument in INSTRUMENTS)] if b != REST else [("", True)]
        for instrument, later in kinds:
            best = decisive(found, a, b, instrument, later=later)
            what = f"{best['answer']}: {best['group']}" + (f", change since {best['since']}" if best["since"] else "")
            rows.append((f"{WORLDS[a]} or {WORLDS[b]}", best["wave"], best["instrument"], what, best["n"],
                         f"{_percent(best['apart'])} %"))  # fmt: skip
    return _table(("between", "date", "instrument", "best question", "answers", "told apart"), rows)


def _span(row: Mapping[str, float]) -> str:
    low, median, high = (f"{round(row[key]) + 0:.0f}" for key in ("low", "median", "high"))
    return f"{median} [{low}, {high}]"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _table(header: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
