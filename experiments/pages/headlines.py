"""What the README says the model found: ``python -m experiments.pages.headlines``.

A few scenarios on the same seeds and fitted vectors, read where ``experiments.run`` keeps them, computed where they are
missing. The readings go to block ``headlines`` of ``docs/numbers.json``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.pages.numbers import keep_numbers
from experiments.pages.steps import keep_stamp, stamp_of
from experiments.run import long_job
from experiments.runs import compute_missing
from sim.plots.measures import by_run, group_mean, paired, roles_mean
from sim.run.vocabulary import GPS
from sim.survey.instruments import PANEL

if TYPE_CHECKING:
    import pandas as pd

    from sim.run.results import Results

SCENARIOS = ("baseline", "no_devolution", "running_costs_cut_20", "delegation_level_3", "succession_cliff")
TABLES = ("series", "ledger", "survey")
FIRST, SECOND = PANEL
FIRST_YEAR = "2016-03-31"
"""End of the first year of co-commissioning."""
DEVOLVED = "B"
"""The site whose localities hold money."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 a run failed, 2 bad input, 130 Ctrl-C."""
    return long_job(headlines, arguments, about=__doc__ or "")


def headlines(given: Sequence[str]) -> int:
    """Compute what is missing and keep the readings; return the exit code.

    Args:
        given: nothing; the scenarios are those of the page.

    Raises:
        ConfigError: anything given, or a folder that holds something else.
        RuntimeError: a run failed.
    """
    from sim.ensembles.ensemble import default_folder, plan
    from sim.run.config import ConfigError, compose

    if given:
        raise ConfigError(f"{given[0]} is not allowed; this command takes nothing")
    stamp = stamp_of("headlines")
    ensembles = {}
    for name in SCENARIOS:
        config = compose(f"scenario={name}")
        folder = default_folder(config)
        ensembles[name] = plan(config, replicates=config.ensemble.replicates, folder=folder)
        ensembles[name].check()
    compute_missing(ensembles.values(), config.ensemble.workers)
    found = readings({name: ensemble.results(TABLES) for name, ensemble in ensembles.items()})
    keep_numbers("headlines", found)
    keep_stamp("headlines", stamp)
    print("\n".join(f"{name:<44}{value}" for name, value in found.items()))
    return 0


def readings(results: Mapping[str, Results]) -> dict[str, str | int]:
    """Return the readings as they are to be shown: a median and the central 95 % of runs, in percent or points.

    Args:
        results: ensembles by scenario, the baseline among them, with series, ledger and survey.
    """
    baseline = results["baseline"]
    found: dict[str, str | int] = {"runs": len(baseline.seeds)}
    for group in ("leaders", "no_role"):
        engaged = 100 * group_mean(baseline.series, "p_engaged", group)
        for name, date in (("2013", FIRST), ("2014", SECOND)):
            found[f"{group}_{name}"] = interval(_at(engaged, date))
        found[f"{group}_last"] = interval(engaged.iloc[-1])
    found |= _why_leaders_fell(baseline)
    found |= _influence(baseline, results["no_devolution"])
    for name, other in results.items():
        if other is not baseline:
            found |= _effect(name, baseline, other)
    return found


def _effect(name: str, baseline: Results, other: Results) -> dict[str, str | int]:
    """Return what a scenario changes, run by run: points of members and leaders engaged, and what carries it."""
    found: dict[str, str | int] = {}
    for group in ("members", "leaders"):
        points = 100 * paired(baseline, other, "p_engaged", group)
        found[f"{name}_{group}"] = interval(points.iloc[-1], signed=True)
        found[f"{name}_{group}_first_year"] = interval(_at(points, FIRST_YEAR), signed=True)
    for part in ("influence", "performance"):
        carried = group_mean(other.ledger, part, "members") - group_mean(baseline.ledger, part, "members")
        found[f"{name}_{part}"] = interval(carried.iloc[-1], 2, signed=True)
    latent = paired(baseline, other, "engagement", "members")
    found[f"{name}_latent"] = interval(latent.iloc[-1], 2, signed=True)
    return found


def _why_leaders_fell(results: Results) -> dict[str, str | int]:
    """Return the fall of leaders' latent engagement between the waves, and how much of it three drivers carry."""
    parts = {f"leaders_fall_{driver}": _change(results.ledger, driver) for driver in ("hope", "strain", "influence")}
    falls = {"leaders_fall": _change(results.series, "engagement"), **parts}
    return {name: interval(change, 2, signed=True) for name, change in falls.items()}


def _change(frame: pd.DataFrame, column: str) -> pd.Series[float]:
    means = group_mean(frame, column, "leaders")
    return _at(means, SECOND) - _at(means, FIRST)


def _influence(baseline: Results, centralised: Results) -> dict[str, str | int]:
    """Return the share who feel able to influence the CCG at the second wave, at all sites and at the devolved one."""
    survey = by_run(baseline.survey)
    of_panel = survey[
        (survey["instrument"] == "panel") & (survey["wave"] == SECOND) & (survey["item"] == "can_influence")
        & (survey["answer"] == "agree") & (survey["group_by"] == "all")
    ]  # fmt: skip
    found: dict[str, str | int] = {"influence": interval(100 * of_panel["share"])}
    for name, results in (("devolved", baseline), ("centralised", centralised)):
        site = by_run(results.series)
        belief = roles_mean(site[site["ccg"] == DEVOLVED], "influence", GPS)
        found[f"influence_{name}"] = interval(100 * _at(belief, SECOND))
    return found


def _at(values: pd.DataFrame, date: str) -> pd.Series[float]:
    """Return the week that holds a date: one value a run."""
    return values.loc[:date].iloc[-1]


def interval(values: pd.Series[float], digits: int = 0, *, signed: bool = False) -> str:
    """Return ``median [2.5 %, 97.5 %]`` over runs; nothing has no sign."""
    rounded = (round(value, digits) + 0.0 for value in values.quantile([0.025, 0.5, 0.975]))
    low, middle, high = (f"{value:{'+' if signed and value else ''}.{digits}f}" for value in rounded)
    return f"{middle} [{low}, {high}]"


if __name__ == "__main__":
    sys.exit(main())
