"""Draw the figures of an ensemble: ``python -m experiments.gallery``; with ``--docs`` those of docs/gallery.md.

It takes the arguments of ``experiments.run``; replicates that are there already are reused. The scorecard is drawn by
``experiments.run`` itself. ``--docs`` takes no other argument, as the page shows the model as it ships; it keeps its
text, and gets new pictures, their alt texts and numbers (block ``gallery``).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.pages import DOCS
from experiments.pages.numbers import keep_numbers
from experiments.pages.steps import keep_stamp, stamp_of
from experiments.run import BAD_INPUT, main, say
from sim.ensembles.store import read_table
from sim.plots import access, answers, business, drivers, hours, influence, network, save, sites, trajectories
from sim.plots.access import readings as of_access
from sim.plots.answers import readings as of_answers
from sim.plots.business import readings as of_business
from sim.plots.drivers import readings as of_drivers
from sim.plots.files import save_for_page
from sim.plots.hours import readings as of_hours
from sim.plots.influence import readings as of_influence
from sim.plots.network import readings as of_network
from sim.plots.sites import readings as of_sites
from sim.plots.trajectories import readings as of_trajectories
from sim.run.config import ConfigError
from sim.run.model import CommissioningModel
from sim.run.results import Results
from sim.survey.instruments import PANEL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.ensembles.ensemble import Ensemble
    from sim.run.config import Config

TABLES = ("series", "ccgs", "events", "survey", "ledger")
YEAR = 2013
"""Financial year whose hours are drawn; of the other years they are not read, as they would take a gigabyte."""

Readings = Mapping[str, str]
FIGURES: Mapping[str, tuple[Callable[[Results], Figure], Callable[[Results], Readings]]] = {
    "engagement_by_role": (trajectories, of_trajectories),
    "engagement_by_site": (sites, of_sites),
    "answers": (answers, of_answers),
    "drivers": (drivers, of_drivers),
    "hours": (hours, of_hours),
    "access": (access, of_access),
    "influence": (influence, of_influence),
    "business": (business, of_business),
}
"""Figures of results by name of the file, with what they say in numbers."""
COMMAND = "experiments.gallery"
OF_PAGES = "--docs"
NETWORK = "network"
IN_PAGES = {"engagement_by_role": "engagement"}
"""Names of pictures in pages where they are not those of the files."""


def report_gallery(worlds: Sequence[Ensemble]) -> str:
    """Draw every figure of a scenario into its folder and say where they are.

    Raises:
        OutputError: figures cannot be written.
    """
    return _report(worlds[0], docs=None)


def report_docs(worlds: Sequence[Ensemble]) -> str:
    """Draw every figure of a scenario into its folder and into the pages, and keep what they say in numbers.

    Raises:
        OutputError: figures cannot be written.
    """
    return _report(worlds[0], docs=DOCS)


def _report(ensemble: Ensemble, docs: Path | None) -> str:
    if not ensemble.finished():
        return "no replicate finished, so nothing is drawn"
    results, model = read(ensemble), model_at_last_wave(ensemble.members[0])
    folder = ensemble.reports
    drawn, reasons = draw(results, model)
    for name, (fig, _) in drawn.items():
        save(fig, folder, name, model.results() if name == NETWORK else results)
    lines = [f"not drawn: {name}: {reason}" for name, reason in reasons.items()]
    lines.append(f"{len(drawn)} figures: {folder}")
    if docs and ensemble.failures:
        lines.append("the pages are left as they are, because a replicate failed")
    elif docs:
        write_pages(drawn, docs, runs=len(results.seeds))
        lines.append(f"pictures, alt texts and numbers: {docs}; make docs puts the numbers into the page")
    return "\n".join(lines)


def read(ensemble: Ensemble) -> Results:
    """Return the finished replicates with what figures need."""
    results = ensemble.results(TABLES)
    if ensemble.store:
        span = [("date", ">=", pd.Timestamp(f"{YEAR}-04-01")), ("date", "<", pd.Timestamp(f"{YEAR + 1}-04-01"))]
        parts = (read_table(ensemble.store.path(i), "hours", span).assign(run=i) for i in ensemble.finished())
        results.hours = pd.concat(parts, ignore_index=True)
    return results


def model_at_last_wave(config: Config) -> CommissioningModel:
    """Return the model of a configuration, run through the week of the last reported wave or to its end."""
    model = CommissioningModel(config)
    while model.running and model.date.isoformat() <= list(PANEL)[-1]:
        model.step()
    return model


def draw(results: Results, model: CommissioningModel) -> tuple[dict[str, tuple[Figure, Readings]], dict[str, str]]:
    """Return each figure with what it says in numbers, by name, and why those that are missing cannot be drawn.

    Args:
        results: what the figures show.
        model: for the network, of the CCG with the fewest practices.
    """
    drawn: dict[str, tuple[Figure, Readings]] = {}
    reasons: dict[str, str] = {}
    for name, (figure, readings) in FIGURES.items():
        try:
            drawn[name] = figure(results), readings(results)
        except ValueError as error:  # a run too short for it
            reasons[name] = str(error)
    smallest = min(model.world.sites, key=lambda site: site.practices).name
    drawn[NETWORK] = network(model, smallest), {"site": smallest, **of_network(model, smallest)}
    return drawn, reasons


def write_pages(drawn: Mapping[str, tuple[Figure, Readings]], docs: Path, *, runs: int) -> None:
    """Write the pictures of the pages, put their alt texts into the gallery and keep their numbers.

    Raises:
        OutputError: a picture cannot be written.
    """
    alts = {}
    for name, (fig, _) in drawn.items():
        picture = save_for_page(fig, docs / "images" / f"{IN_PAGES.get(name, name)}.png")
        alts[picture.name] = str(fig.get_label())
    page = docs / "gallery.md"
    page.write_text(with_alt_texts(page.read_text(encoding="utf-8"), alts), encoding="utf-8")
    said = {f"{name}_{key}": text for name, (_, readings) in drawn.items() for key, text in readings.items()}
    keep_numbers("gallery", {"runs": runs, **said})


def with_alt_texts(page: str, alts: Mapping[str, str]) -> str:
    """Return a page in which every picture of ``images/`` that has a new alt text shows it.

    Args:
        page: in Markdown.
        alts: by file name; square brackets become round ones, which end no alt text.
    """
    round_ones = {name: alt.translate(str.maketrans("[]", "()")) for name, alt in alts.items()}

    def new(match: re.Match[str]) -> str:
        return f"![{round_ones.get(match['name'], match['alt'])}](images/{match['name']})"

    return re.sub(r"!\[(?P<alt>[^\]]*)\]\(images/(?P<name>[^)]+)\)", new, page)


def command(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code: 0, 1 a replicate failed, 2 bad input, 130 Ctrl-C."""
    if OF_PAGES not in arguments:
        return main(arguments, report_gallery, command=COMMAND)
    others = [argument for argument in arguments if argument != OF_PAGES]
    try:
        if others:
            raise ConfigError(f"{others[0]} is not allowed with {OF_PAGES}; allowed is {OF_PAGES} alone")
        stamp = stamp_of("gallery")
    except ConfigError as error:
        say(f"error: {error}")
        return BAD_INPUT
    code = main(["ensemble.null_world=false"], report_docs, command=COMMAND)
    if code == 0:
        keep_stamp("gallery", stamp)
    return code


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
