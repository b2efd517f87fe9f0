"""Measure speed and memory: ``make benchmark``.

Absolute times are those of one machine on one day. Ratios are taken within one run, both sides in turn, and are what
counts. They are kept in ``docs/numbers.json`` and shown in ``docs/benchmarks.md``.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from benchmarks.measure import Part, fresh_seconds, in_a_process_of_its_own

PARTS: tuple[Part, ...] = (
    ("plain",), ("national",), ("ccgs", 1), ("ccgs", 6), ("ccgs", 50), ("six_sites",), ("only_imported",),
)  # fmt: skip
FIRST_STEP = "from sim import CommissioningModel, compose; CommissioningModel(compose('{}'), seed=1).step()"
STARTS = {
    "mesa": ["-c", "import mesa"],
    "import": ["-c", "import sim"],
    "help": ["-m", "experiments.run", "--help"],
    "one_ccg": ["-c", FIRST_STEP.format("place.clone_to=1")],
    "six_ccgs": ["-c", FIRST_STEP.format("place=six_sites")],
}
"""What is started afresh, by name."""
STARTED = 3
"""How often each is."""

ROWS = (
    ("three rules, a week of {plain_people} people", "plain Mesa {plain_ms} ms", "arrays {arrays_ms} ms",
     "{plain_ratio} ({plain_low} to {plain_high})"),
    ("everything, a week of 211 CCGs", "{national_ms} ms", "Mesa's empty shuffle_do {empty_ms} ms",
     "{national_ratio} ({national_low} to {national_high})"),
    ("import sim", "{import_s} s", "import mesa {mesa_s} s", "{import_ratio}"),
    ("python -m experiments.run --help", "{help_s} s", "import sim {import_s} s", "{help_ratio}"),
    ("first week of one CCG", "{one_ccg_s} s", "import sim {import_s} s", "{one_ccg_ratio}"),
    ("first week of the six sites", "{six_ccgs_s} s", "import sim {import_s} s", "{six_ccgs_ratio}"),
    ("memory, six sites, whole run", "{six_sites_mb} MB", "import sim {import_mb} MB", "{six_sites_mb_ratio}"),
    ("memory, 211 CCGs, 16 weeks", "{ccgs_211_mb} MB", "import sim {import_mb} MB", "{ccgs_211_mb_ratio}"),
    *((f"a person's week among {n} CCGs" if n > 1 else "a person's week in one CCG", f"{{ccgs_{n}_us}} us",
       "among 211 CCGs {ccgs_211_us} us", f"{{ccgs_{n}_us_ratio}}") for n in (1, 6, 50)),
)  # fmt: skip
"""What is printed: what, measured, beside what, ratio."""
RATIOS = {
    "import_ratio": ("import_s", "mesa_s"),
    "help_ratio": ("help_s", "import_s"),
    "one_ccg_ratio": ("one_ccg_s", "import_s"),
    "six_ccgs_ratio": ("six_ccgs_s", "import_s"),
    "six_sites_mb_ratio": ("six_sites_mb", "import_mb"),
    "ccgs_211_mb_ratio": ("ccgs_211_mb", "import_mb"),
    **{f"ccgs_{n}_us_ratio": (f"ccgs_{n}_us", "ccgs_211_us") for n in (1, 6, 50)},
}
"""Ratios of what was measured apart; the others are medians of ratios taken in turn."""


def measure() -> dict[str, Any]:
    """Return everything measured, in the units of its names."""
    found: dict[str, Any] = {}
    for part in PARTS:
        print("measuring", *part, "...", flush=True)
        found |= in_a_process_of_its_own(part)
    print("measuring how long it takes to start ...", flush=True)
    found |= {f"{name}_s": taken for name, taken in fresh_seconds(STARTS, STARTED).items()}
    return found | {name: found[a] / found[b] for name, (a, b) in RATIOS.items()}


def shown(found: Mapping[str, Any]) -> dict[str, str]:
    """Return numbers as they are shown: below ten with two decimals, counts and others as whole numbers."""
    return {
        name: f"{value:.2f}" if isinstance(value, float) and value < 9.995 else f"{value:,.0f}"
        for name, value in found.items()
    }


def table(cells: Mapping[str, str]) -> str:
    """Return the measurements as a table of plain text, a row a comparison."""
    rows = [("", "measured", "beside", "ratio"), *(tuple(c.format(**cells) for c in row) for row in ROWS)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        f"{what:<{widths[0]}}  {this:>{widths[1]}}  {other:<{widths[2]}}  {ratio:>{widths[3]}}".rstrip()
        for what, this, other, ratio in rows
    )


def about() -> dict[str, str]:
    """Return on what the absolute numbers were measured."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("mesa", "numpy")},
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()}, {platform.machine()}",
        "date": f"{dt.date.today():%d %B %Y}".lstrip("0"),
    }


def main() -> None:
    """Measure, print and keep."""
    from experiments.pages.numbers import keep_numbers
    from experiments.pages.steps import keep_stamp, stamp_of

    stamp = stamp_of("benchmarks")
    cells = shown(measure())
    print(table(cells))
    low, high = cells["six_sites_low_s"], cells["six_sites_high_s"]
    print(f"one run of the six sites, {cells['weeks']} weeks with warm-up and tables: {cells['six_sites_s']} s "
          f"({low} to {high}); the first of a process {cells['six_sites_first_s']} s")  # fmt: skip
    keep_numbers("benchmarks", {**cells, **about()})
    keep_stamp("benchmarks", stamp)
    print("kept in docs/numbers.json, block benchmarks")


if __name__ == "__main__":
    main()
