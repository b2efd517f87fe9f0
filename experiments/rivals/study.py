"""The runs of rival explanations, and what was found in them as plain values."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.runs import compute_missing
from sim.run.config import ConfigError, compose
from sim.run.fitted_values import file_of
from sim.studies.rivals import (
    ENGAGED,
    FIRST,
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

if TYPE_CHECKING:
    from sim.run.results import Results

FEWEST = 4
"""Runs of a world, half of which find a cut that the other half tries, once more halved to see what luck does."""
ENGAGEMENT = (ENGAGED, HIGHLY)
SHOWN = 5
"""Questions of each kind that the data keep for a pair of worlds."""
STATE = ("p_highly", "hours", "strain", "influence")
"""What is told of all GP leaders, asked or not, in the week of each wave."""


def compute_all(overrides: Sequence[str]) -> dict[str, Results]:
    """Return the runs of every world with survey and leaders' series; worlds that have no vector are left out.

    Raises:
        ConfigError: a key, value or folder that is not allowed.
        RuntimeError: a run failed.
        Interrupted: Ctrl-C.
    """
    from sim.ensembles.ensemble import default_folder, plan

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
    compute_missing(ensembles.values(), config.ensemble.workers)
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


def compared(runs: Mapping[str, Results]) -> dict[str, Any]:
    """Return all that the page shows: fits, the fall, answers, leaders' state, and what tells two worlds apart."""
    seen = {world: observations(results.survey) for world, results in runs.items()}
    pairs = list(itertools.combinations(seen, 2))
    apart = {(a, b): separations(seen[a], seen[b]) for a, b in pairs}
    told = ("priors", "draws", "pairs_of_cut_points", "left_out", "closest")
    return {
        "what": "three rival explanations of leaders' fall, each fitted alone (experiments/rivals/)",
        "runs": {world: len(results.seeds) for world, results in runs.items()},
        "fits": {world: {key: how(world)[key] for key in told} for world in runs},
        "fall": {world: falls(of_world) for world, of_world in seen.items()},
        "leaders": {world: state(results) for world, results in runs.items()},
        "luck": max(s.apart for a, b in pairs for s in by_luck(seen[a], seen[b]) if s.question.answer in ENGAGEMENT),
        "answers": [
            {"world": world, **question._asdict(), "n": s.n, **spanned(s)}
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
            found[question.group] = spanned(s) | shares
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


def spanned(seen: Seen) -> dict[str, float]:
    """Return the ends and the median of an interval over runs, by name."""
    return dict(zip(("low", "median", "high"), (round(v, 1) for v in seen.interval), strict=True))
