"""What the page on rival explanations shows: data, figure, numbers and tables."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.pages import DOCS
from experiments.pages.markdown import table
from experiments.pages.numbers import keep_numbers
from experiments.rivals.study import ENGAGEMENT, observed_fall
from sim.core.files import write_text
from sim.studies.rivals import HIGHLY, LATER, RESPONDENTS, REST, WORLDS, Question
from sim.survey.instruments import INSTRUMENTS, PANEL

if TYPE_CHECKING:
    from sim.run.results import Results

DATA = DOCS / "data" / "rivals.json"
IMAGE = DOCS / "images" / "rivals.png"
FORETOLD = LATER[1]
"""The later wave that the page tells by group and instrument; its figure shows the others."""
AS_SHOWN = {"p_highly": (100, 0), "hours": (1, 0), "strain": (1, 2), "influence": (1, 2)}
"""How the state of leaders is shown: times how much, with how many decimals."""


def write_page(found: Mapping[str, Any], runs: Mapping[str, Results]) -> None:
    """Write data, figure and numbers of the page, each whole or not at all.

    Raises:
        OutputError: a folder that cannot be written to.
    """
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
            times, digits = AS_SHOWN[column]
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
        if (row["a"], row["b"], row["wave"] not in PANEL) == (a, b, later)
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
    return table(header, rows)


def _later(found: Mapping[str, Any]) -> str:
    answers = {(row["world"], *(row[f] for f in Question._fields)): row for row in found["answers"]}
    rows = []
    for group, instrument in itertools.product(list(RESPONDENTS.values())[1:], INSTRUMENTS):
        of = [answers.get((world, FORETOLD, "", instrument, group, HIGHLY)) for world in found["fits"]]
        if any(of):
            n = next(row["n"] for row in of if row)
            rows.append((group, instrument, n, *(_span(row) if row else "" for row in of)))
    return table(("group", "instrument", "answers", *map(WORLDS.get, found["fits"])), rows)


def _decides(found: Mapping[str, Any]) -> str:
    asked_later = {row["instrument"] for row in found["apart"] if row["wave"] not in PANEL}
    instruments = [name for name in INSTRUMENTS if name in asked_later]
    rows = []
    for a, b in itertools.combinations(found["fits"], 2):
        kinds = [("panel", False), *((name, True) for name in instruments)] if b != REST else [("", True)]
        for instrument, later in kinds:
            best = decisive(found, a, b, instrument, later=later)
            what = f"{best['answer']}: {best['group']}" + (f", change since {best['since']}" if best["since"] else "")
            rows.append((f"{WORLDS[a]} or {WORLDS[b]}", best["wave"], best["instrument"], what, best["n"],
                         f"{_percent(best['apart'])} %"))  # fmt: skip
    return table(("between", "date", "instrument", "best question", "answers", "told apart"), rows)


def _span(row: Mapping[str, float]) -> str:
    low, median, high = (f"{round(row[key]) + 0:.0f}" for key in ("low", "median", "high"))
    return f"{median} [{low}, {high}]"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
