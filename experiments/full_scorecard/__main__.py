"""The full scorecard: ``python -m experiments.full_scorecard [key=value ...]``.

Every pattern of the evidence in the baseline, in the null world and with each mechanism switched off, and the answers
over the range of gamma. All runs are kept: Ctrl-C stops, and the same command goes on. Asked as it ships, it also
writes what the pages show (``docs/data/full_scorecard.json``, two images and the numbers of ``docs/scorecard.md``).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from experiments.full_scorecard import page
from experiments.full_scorecard.study import about, compute_all
from experiments.run import long_job


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
    from experiments.pages.steps import keep_stamp, stamp_of
    from sim.ensembles.store import Store
    from sim.studies.scorecard import judge, render
    from sim.studies.scorecard.gamma import plan_gammas, truths, verdicts
    from sim.studies.scorecard.switches import BASELINE, NULL, compare
    from sim.studies.scorecard.worlds import measures_of, plan_switches

    stamp = None if overrides else stamp_of("scorecard")
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
    if stamp:
        results = baseline.results(())
        results.scorecard = tables["scorecard"]
        page.write_pages(tables, about(worlds, gammas, folder), results)
        keep_stamp("scorecard", stamp)
        print(f"pages: {page.DATA.name} and two images; make docs fills docs/scorecard.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
