"""What a run says at its end: a short table, the scorecard, and where everything is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.ensembles.store import COMPARISONS, OutputError
from sim.evidence import facts
from sim.plots import save, scenarios, trajectories
from sim.plots import scorecard as picture_of_scorecard
from sim.plots.scenarios import MOST, which_are_drawn
from sim.run.results import Results
from sim.run.vocabulary import MEMBERS
from sim.studies.scorecard import render
from sim.studies.scorecard.worlds import score_worlds
from sim.survey.instruments import PANEL
from sim.survey.items import AT_LEAST_SOMEWHAT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.ensembles.ensemble import Ensemble

TABLES = ("series", "survey", "survey_changes")
ENGAGEMENT = {AT_LEAST_SOMEWHAT: "h15_engaged_any", "highly": "h15_engaged_highly"}
CHANGES = {
    "change_reported": "as reported",
    "change_constant_composition": "same mix of respondents",
    "change_of_everyone": "of everyone",
}
ROLES = (*MEMBERS, "manager")
SHOWN_FAILURES = 10


def report(worlds: Sequence[Ensemble]) -> str:
    """Draw the figures of one scenario and return its report: table, what failed, where everything is.

    Args:
        worlds: the scenario's ensemble and, if there is one, that of its null world.

    Raises:
        OutputError: figures cannot be written.
    """
    ensemble = worlds[0]
    lines = [line for world in worlds for line in _failures(world)]
    if ensemble.finished():
        results = ensemble.results(TABLES)
        lines = [*summary(results), "", *scorecard(worlds, results), *lines]
        folder = ensemble.reports
        lines += ["", *_draw(trajectories, results, folder, "engagement_by_role")]
        lines += _draw(picture_of_scorecard, results, folder, "scorecard")
        lines.append(f"figures: {folder} (more of them: make gallery)")
    return "\n".join(line.rstrip() for line in [*lines, f"results: {ensemble.folder}"])


def _draw(
    figure: Callable[[Any], Figure], shown: Results | Mapping[str, Results], folder: Path, name: str
) -> list[str]:
    """Draw a figure into files; return why it is not drawn, if it is not: the numbers are told all the same.

    Raises:
        OutputError: the files cannot be written.
    """
    try:
        save(figure(shown), folder, name, shown)
    except OutputError:
        raise
    except ValueError as error:
        return [f"not drawn: {name}: {' '.join(str(error).split())}"]
    return []


def report_scorecard(worlds: Sequence[Ensemble]) -> str:
    """Return the scorecard of one scenario alone."""
    lines = [line for world in worlds for line in _failures(world)]
    if worlds[0].finished():
        lines = [*scorecard(worlds, worlds[0].results(())), *lines]
    return "\n".join(lines)


def scorecard(worlds: Sequence[Ensemble], results: Results) -> list[str]:
    """Score an ensemble, keep the table in ``results`` and in the folder, and return it as lines of text.

    Raises:
        OutputError: it cannot be written.
    """
    results.scorecard = score_worlds(worlds)
    if worlds[0].store:
        worlds[0].store.keep_table(f"{worlds[0].reports.name}/scorecard", results.scorecard)
    return render(results.scorecard).splitlines()


def report_scenarios(ensembles: Mapping[str, Ensemble]) -> str:
    """Set scenarios beside the first, replicate by replicate on the same luck: a table and a figure.

    Args:
        ensembles: by name, two or more.

    Raises:
        OutputError: the figure cannot be written.
    """
    finished = {name: e for name, e in ensembles.items() if e.finished()}
    alike = {name: e for name, e in finished.items() if _share_luck(next(iter(finished.values())), e)}
    left_out = [f"not compared with the first: {n} (other seeds, CCGs or weeks)" for n in finished if n not in alike]
    runs = {name: ensemble.results(TABLES) for name, ensemble in alike.items()}
    if len(runs) < 2:
        return "\n".join(["", *left_out, "fewer than two finished on the same luck, so nothing is compared"])
    engaged = {name: _engaged_at_the_end(results) for name, results in runs.items()}
    lines = [
        "\n% of members at least somewhat engaged in the last week, and difference from the first on the same luck;\n"
        "median [2.5 %, 97.5 %] over replicates"
    ]
    width = max(map(len, engaged)) + 2
    for name, shares in engaged.items():
        difference = (shares - next(iter(engaged.values()))).dropna()
        lines.append(f"  {name:<{width}}{_interval(100 * shares, 1):<22}{_interval(100 * difference, 1)}")
    lines += left_out
    compared = hashlib.blake2b(" ".join(e.folder.name for e in alike.values()).encode(), digest_size=4)
    folder = next(iter(alike.values())).folder.parent / f"{COMPARISONS}{compared.hexdigest()}"
    name = "engagement_by_scenario"
    lines += [which_are_drawn(len(runs))] if len(runs) > MOST else []
    lines += _draw(scenarios, runs, folder, name) or [f"figure: {folder / name}.png"]
    return "\n".join(line.rstrip() for line in lines)


def _share_luck(first: Ensemble, other: Ensemble) -> bool:
    """Tell whether runs of two ensembles have the same people in the same weeks, so that they can be paired."""

    def who_and_when(ensemble: Ensemble) -> tuple[object, ...]:
        config = ensemble.config
        ccgs = [(site.name, site.population, site.practices) for site in config.place.expanded()]
        return config.seed, ccgs, config.timeline.start, config.timeline.weeks

    return who_and_when(first) == who_and_when(other)


def _engaged_at_the_end(results: Results) -> pd.Series[float]:
    series = _by_run(results.series)
    members = series[series["role"].isin(MEMBERS) & (series["week"] == series["week"].max())]
    return _mean(members, "p_engaged")


def summary(results: Results) -> Iterator[str]:
    """Yield the summary table: medians over runs with 95 % intervals."""
    runs = len(results.seeds)
    config = results.config
    weeks = config["timeline"]["weeks"]
    yield (
        f"\n{config['scenario']['name']}, {config['place']['name']}: {runs} replicates of {weeks} weeks, "
        f"seeds {results.seeds[0]} to {results.seeds[-1]}; median [2.5 %, 97.5 %] over replicates"
    )
    if runs > 1:
        yield f"note: {_overlap(results.seeds[0], results.seeds[-1])}"
    yield from (f"note: {note}" for note in results.notes)
    yield from _waves(_by_run(results.survey), _by_run(results.survey_changes))
    yield from _roles(_by_run(results.series))
    yield from _sites(_by_run(results.series), _by_run(results.survey))


def _overlap(first: int, last: int) -> str:
    """Return what the seeds of an ensemble mean for those beside it: run i of a seed is run 0 of the seed i above."""
    both = f"{last - first} of the {last - first + 1} runs of seed={first}"
    return f"{both} are runs of seed={first + 1} too; the next seed that shares none is {last + 1}"


def _waves(survey: pd.DataFrame, changes: pd.DataFrame) -> Iterator[str]:
    panel = _of(survey, group_by="all", item="engagement")
    waves = [w for w in PANEL if (panel["wave"] == w).any()]
    if not waves:
        return
    yield f"{'panel survey, % engaged':<28}" + "".join(f"{w + ' observed, simulated':<36}" for w in waves)
    for answer, fact in ENGAGEMENT.items():
        line = f"  {answer.replace('_', ' '):<26}"
        for wave in waves:
            shares = 100 * _of(panel, wave=wave, answer=answer).set_index("run")["share"]
            line += f"{facts()[fact].value[wave[:4]]:<6}{_interval(shares):<30}"
        yield line
    if len(waves) == len(PANEL):
        between = _of(changes, group_by="all", item="engagement", wave_from=waves[0], wave_to=waves[1])
        for answer in ENGAGEMENT:
            points = 100 * _of(between, answer=answer)[list(CHANGES)]
            told = ", ".join(f"{text} {_interval(points[name])}" for name, text in CHANGES.items())
            yield f"  change, {answer.replace('_', ' ')}: {told}"


def _roles(series: pd.DataFrame) -> Iterator[str]:
    week = _last_wave_week(series)
    now = series[series["week"] == week]
    heads = ("people", "% somewhat or more", "hours a week", "of them for CCG", "strain")
    yield f"{f'week of {now.date.iloc[0]:%Y-%m-%d}, by role':<28}" + "".join(f"{h:<19}" for h in heads)
    for role in ROLES:
        of_role = now[now["role"] == role]
        if of_role.empty:
            continue
        people = of_role.groupby("run")["n"].sum()
        columns = [f"{people.median():.0f}"]
        columns += [_interval(100 * _mean(of_role, "p_engaged"))]
        columns += [_interval(_mean(of_role, name), 1) for name in ("hours", "ccg_hours", "strain")]
        yield f"  {role.replace('_', ' '):<26}" + "".join(f"{c:<19}" for c in columns)


def _sites(series: pd.DataFrame, survey: pd.DataFrame) -> Iterator[str]:
    members = series[series["role"].isin(MEMBERS) & (series["week"] == _last_wave_week(series))]
    sites = list(dict.fromkeys(members["ccg"]))
    if len(sites) > len("ABCDEF"):
        return
    yield f"{'by site':<28}" + "".join(f"{s:<19}" for s in sites)
    influence = [_interval(_mean(members[members["ccg"] == s], "influence"), 2) for s in sites]
    yield f"  {'belief in influence':<26}" + "".join(f"{text:<19}" for text in influence)
    owned = _of(survey, group_by="site", item="owned_by_members", answer="agree", wave=list(PANEL)[-1])
    if not owned.empty:
        shares = [_interval(100 * _of(owned, group=s)["share_of_everyone"]) for s in sites]
        yield f"  {'owned by members, % agree':<26}" + "".join(f"{text:<19}" for text in shares)


def _failures(ensemble: Ensemble) -> Iterator[str]:
    for failure in ensemble.failures[:SHOWN_FAILURES]:
        yield f"FAILED {failure.label} (seed {failure.seed}): {failure.reason}"
    if len(ensemble.failures) > SHOWN_FAILURES:
        yield f"FAILED {len(ensemble.failures) - SHOWN_FAILURES} more"
    if ensemble.failures and ensemble.failures[0].trace:
        yield ensemble.failures[0].trace.rstrip()


def _of(survey: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Return the rows of the panel that hold these values."""
    keep = survey["instrument"] == "panel"
    for column, value in values.items():
        keep &= survey[column] == value
    return survey[keep]


def _by_run(frame: pd.DataFrame) -> pd.DataFrame:
    return frame if "run" in frame.columns else frame.assign(run=0)


def _last_wave_week(series: pd.DataFrame) -> int:
    """Return the week of the last reported wave, or the last week if the run ends before."""
    before = series.loc[series["date"] <= list(PANEL)[-1], "week"]
    return int(before.max() if len(before) else series["week"].max())


def _mean(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return the mean over people of each run."""
    weights = frame["n"].groupby(frame["run"]).sum()
    return (frame[name] * frame["n"]).groupby(frame["run"]).sum() / weights


def _interval(values: pd.Series[float], digits: int = 0) -> str:
    if values.empty:
        return "-"
    low, middle, high = (f"{v:z.{digits}f}" for v in values.quantile([0.025, 0.5, 0.975]))
    return f"{middle} [{low}, {high}]" if len(values) > 1 else middle
