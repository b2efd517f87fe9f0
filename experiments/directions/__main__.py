"""Directions of effect and extremes: ``python -m experiments.directions --seeds 8`` (``make directions``).

Every row of :mod:`sim.studies.directions` is run at both ends on the six sites, on the same seeds and fitted vectors;
runs are shared between rows. The result is ``docs/data/directions.json``, written whole when all is done, from which
:mod:`experiments.directions.page` makes the tables of docs/directions.md.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from experiments.directions.page import DATA, summary
from experiments.directions.study import FEW, judged, run, six_sites, write
from experiments.fit import BAD_INPUT, FAILED, INTERRUPTED, Parser
from sim.core.files import check_place
from sim.run.config import ConfigError

SEEDS, WORKERS = (2, 100), (0, 1024)


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; exits with code 2 and one line if something is not allowed."""
    parser = Parser(prog="python -m experiments.directions", description="Directions of effect and extremes.")
    for name, default, (low, high), about in (
        ("seeds", 8, SEEDS, "pairs of runs a row"),
        ("workers", 0, WORKERS, "processes; 0 is one a core"),
    ):
        kind = functools.partial(_whole, low, high)
        parser.add_argument(f"--{name}", type=kind, default=default, metavar="N", help=f"{about} ({default})")
    parser.add_argument("--output", type=Path, default=DATA, help="file to write (the one that the page reads)")
    read = parser.parse_args(arguments)
    if read.output.is_dir():
        parser.error(f"--output {read.output} is a folder; allowed is a file")
    return read


def _whole(low: int, high: int, text: str) -> int:
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not allowed; allowed is a whole number from {low} to {high}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 a run failed, 2 bad input, 130 Ctrl-C."""
    asked = options(arguments)
    from experiments.pages.steps import keep_stamp, stamp_of
    from sim.ensembles.pool import cores
    from sim.ensembles.store import versions

    began = time.monotonic()
    try:
        stamp = stamp_of("directions") if asked.output == DATA else None
        check_place(asked.output)
        study = six_sites(asked.seeds)
        about = {
            "place": study.members[0].place.name,
            "weeks": study.members[0].timeline.weeks,
            "seeds": asked.seeds,
            "seeds_of_extremes": min(FEW, asked.seeds),
            "processes": asked.workers or cores(),
            "versions": dict(versions()),
        }
        values, failures = run(study, asked.workers, progress=True)
        if failures:
            print(*(f"{f.label}: {f.reason}" for f in failures), "nothing is written", sep="\n", file=sys.stderr)
            return FAILED
        about |= {"runs": len(values), "minutes": round((time.monotonic() - began) / 60, 1)}
        kept = {**about, **judged(study, values)}
        write(asked.output, kept)
        if stamp:
            keep_stamp("directions", stamp)
    except KeyboardInterrupt:
        print("stopped: nothing is written", file=sys.stderr)
        return INTERRUPTED
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        print(f"error: --output {asked.output}: {error.strerror}; allowed is a file to write to", file=sys.stderr)
        return BAD_INPUT
    print("\n".join([*summary(kept), f"written: {asked.output}"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
