"""Fit the four fitted numbers: ``python -m experiments.fit --draws 100``. The method: :mod:`sim.studies.fit.matching`.

``--scenario only_strain`` fits a rival explanation, which has a set of vectors of its own.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from experiments.pages import DOCS
from sim.core.files import check_place, write_text
from sim.run.config import compose
from sim.run.fitted_values import STANDING, file_of

if TYPE_CHECKING:
    from sim.studies.fit import Fit

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
COUNTS = (
    ("draws", 20, 1, 100_000, "draws from the priors that a world gets at most"),
    ("keep", 40, 1, 10_000, "worlds, and so vectors at most"),
    ("workers", 0, 0, 1024, "processes; 0 is one a core"),
    ("seed", 0, 0, 1_000_000, "of the draws"),
)
"""Options that take a whole number: name, default, lowest, highest, what it is."""


class Parser(argparse.ArgumentParser):
    """A command line whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is not allowed and exit with code 2."""
        if message.startswith("unrecognized"):
            message += f"; allowed are {', '.join(action.option_strings[-1] for action in self._actions)}"
        self.exit(BAD_INPUT, f"error: {message}\n")


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; exits with code 2 and one line if something is not allowed."""
    parser = Parser(prog="python -m experiments.fit", description="Fit the four fitted numbers (history matching).")
    for name, default, low, high, about in COUNTS:
        kind = functools.partial(_whole, low, high)
        parser.add_argument(f"--{name}", type=kind, default=default, metavar="N", help=f"{about} ({default})")
    about = "what is fitted: baseline, or a rival explanation such as only_strain (baseline)"
    parser.add_argument("--scenario", type=_fitted, default="baseline", metavar="NAME", help=about)
    parser.add_argument("--output", type=Path, help="file to write (the one that runs of the scenario read)")
    read = parser.parse_args(arguments)
    read.vectors = compose(f"scenario={read.scenario}").scenario.vectors
    read.output = read.output or file_of(read.vectors)
    if read.output.is_dir():
        parser.error(f"--output {read.output} is a folder; allowed is a file")
    try:
        check_place(read.output)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        parser.error(f"--output {read.output}: {reason}; allowed is a file to write to")
    return read


def _fitted(name: str) -> str:
    from sim.studies.fit.matching import PRIORS

    allowed = ["baseline", *(fitted for fitted in PRIORS if fitted != STANDING)]
    if name in allowed:
        return name
    raise argparse.ArgumentTypeError(f"{name} is not allowed; allowed is {' | '.join(allowed)}")


def _whole(low: int, high: int, text: str) -> int:
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not allowed; allowed is a whole number from {low} to {high}")


def about(found: Fit, seed: int) -> dict[str, Any]:
    """Return how the vectors came about, for the file that holds them."""
    from sim.ensembles.store import versions
    from sim.studies.fit import matching, targets

    priors = matching.PRIORS[found.name]
    return {
        "what": "draws from the priors that the four fitted patterns do not rule out (sim/studies/fit/matching.py)",
        "priors": {
            **{key: f"uniform {low:g} to {high:g}" for key, (low, high) in priors.items()},
            matching.STAGGERED: f"{matching.HOW_MANY_STAGGERED} of the sites, all pairs alike (nuisance)",
        },
        "rule": f"|observed - simulated| <= {matching.LIMIT} sqrt(p (1 - p) / n) for each of four shares",
        "worlds": "vector i was sought for the world of seed i; null: every draw was ruled out there",
        "saturated": saturated(priors),
        "targets": {
            t.name: {"observed": t.observed, "n": int(t.n), "sd_survey": round(t.variance**0.5, 4)} for t in targets()
        },
        "draws": {"tried": found.tried[0], "not_ruled_out": found.not_ruled_out[0], "kept": len(found.kept)},
        "left_out": found.left_out,
        "closest": round(found.closest, 3),
        "pairs_of_cut_points": {"tried": found.tried[1], "not_ruled_out": found.not_ruled_out[1]},
        "seed": seed,
        "versions": dict(versions()),
    }


def saturated(priors: Mapping[str, Any]) -> str:
    """Return what the shares that were fitted can say of so many numbers."""
    from sim.studies.fit import targets

    said = f"{len(priors)} numbers for {len(targets())} shares"
    return f"{said}: the fitted patterns prove nothing" if len(priors) >= len(targets()) else said


def write(path: Path, found: Fit, seed: int) -> None:
    """Write the vectors, one a line, whole or not at all."""
    how = json.dumps(about(found, seed), indent=1).replace("\n", "\n ")
    lines = ",\n".join("  " + json.dumps(vector) for vector in found.vectors)
    write_text(path, f'{{\n "how": {how},\n "vectors": [\n{lines}\n ]\n}}\n')


def told(found: Fit) -> Iterator[str]:
    """Yield the fit in a few lines."""
    import numpy as np

    from sim.studies.fit import matching, targets

    (draws, pairs), (possible, possible_pairs) = found.tried, found.not_ruled_out
    yield f"{possible} of {draws} draws are not ruled out ({possible / draws:.0%})"
    yield f"{possible_pairs} of {pairs} pairs of cut-points are not ruled out ({possible_pairs / pairs:.1%})"
    yield f"closest: {found.closest:.2f} errors of the survey off at worst; allowed is {matching.LIMIT}"
    if found.left_out:
        yield f"every draw is ruled out in the worlds of seeds {', '.join(map(str, found.left_out))}: no vector"
    if not found.kept:
        return
    yield f"{'':<30}{'median':>7} [5 %, 95 %] of the {len(found.kept)} vectors kept"
    priors = matching.PRIORS[found.name]
    for key, (low, high) in priors.items():
        kept = np.quantile([vector[key] for vector in found.kept], [0.05, 0.5, 0.95])
        yield f"  {key:<28}{kept[1]:7.2f} [{kept[0]:.2f}, {kept[2]:.2f}]   prior {low:g} to {high:g}"
    for target, simulated in zip(targets(), 100 * found.simulated.T, strict=True):
        span = f"simulated {simulated.min():.0f} to {simulated.max():.0f} %"
        yield f"  {target.name:<28}{100 * target.observed:5.0f} %  {span}"
    yield saturated(priors)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 nothing could be kept, 2 bad input, 130 Ctrl-C."""
    asked = options(arguments)
    from experiments.pages.steps import keep_stamp, stamp_of
    from sim.studies.fit import fit

    try:
        of_pages = DOCS.is_dir() and asked.output == file_of(asked.vectors)
        stamp = stamp_of(f"fit_{asked.vectors}") if of_pages else None
        scenario = [f"scenario={asked.scenario}"]
        found = fit(asked.draws, asked.keep, asked.seed, asked.workers, progress=True, overrides=scenario)
        if found.kept:
            write(asked.output, found, asked.seed)
            if stamp:
                keep_stamp(f"fit_{asked.vectors}", stamp)
    except KeyboardInterrupt:
        print("stopped: nothing is written", file=sys.stderr)
        return INTERRUPTED
    except RuntimeError as error:
        print(f"error: {error}; nothing is written", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"error: --output {asked.output}: {error.strerror}; allowed is a file to write to", file=sys.stderr)
        return BAD_INPUT
    print("\n".join(told(found)))
    if not found.kept:
        print("error: every draw is ruled out; nothing is written", file=sys.stderr)
        return FAILED
    print(f"vectors: {asked.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
