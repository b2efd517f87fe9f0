"""Directions of effect and extremes: ``python -m experiments.directions --seeds 8`` (``make directions``).

Every row of :mod:`sim.studies.directions` is run at both ends on the six sites, on the same seeds and fitted vectors;
runs are shared between rows. The result is ``docs/data/directions.json``, written whole when all is done, from which
:func:`tables` makes the tables of docs/directions.md.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.documents import keep_model
from experiments.fit import BAD_INPUT, FAILED, INTERRUPTED, Parser
from sim.core.files import check_place, write_text

if TYPE_CHECKING:
    from sim.ensembles.pool import Failure, Job
    from sim.mechanisms.claims import Direction
    from sim.run.config import Config
    from sim.studies.directions import Claim, Extreme

DATA = Path(__file__).resolve().parent.parent / "docs" / "data" / "directions.json"
FEW = 2
"""Runs of an extreme: what must be true is true in every run or is not true."""
SEEDS, WORKERS = (2, 100), (0, 1024)
DIGITS = 6
LIVE = "go_live"
"""Date from which extremes are measured."""

USUAL = "as usual"
Outcomes = dict[tuple[str, str], float]
"""By outcome and the date from which it is measured."""
Values = dict[tuple[str, int], Outcomes]
"""Outcomes by world and number of the seed."""


@dataclass
class World:
    """A world that is run: how it differs from the usual one, on how many seeds, and what is measured in it."""

    values: Mapping[str, Any]
    seeds: int
    wanted: dict[tuple[str, str], None] = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """What is run: the rows and extremes, and one configuration a seed."""

    rows: Sequence[Direction]
    extremes: Sequence[Extreme]
    members: Sequence[Config]

    def worlds(self) -> dict[str, World]:
        """Return every world that is needed, by name; rows share what they have in common."""
        found = {USUAL: World({}, len(self.members))}
        for row in self.rows:
            for value in (row.low, row.high):
                here = found.setdefault(
                    end(row.key, value), World({} if value is None else {row.key: value}, len(self.members))
                )
                here.wanted[row.outcome, row.since] = None
        for extreme in self.extremes:
            here = found[extreme.name] = World(extreme.values, min(FEW, len(self.members)))
            for claim in claims(extreme):
                here.wanted[claim.outcome, LIVE] = found[USUAL].wanted[claim.outcome, LIVE] = None
        return found

    def jobs(self) -> dict[tuple[str, int], Job]:
        """Return one job a world and seed.

        Raises:
            ValueError: a value of a row or extreme that is not allowed.
        """
        from sim.ensembles.pool import Job
        from sim.studies.directions import measure

        found = {}
        for name, world in self.worlds().items():
            keep = functools.partial(measure, wanted=tuple(world.wanted))
            for i, member in enumerate(self.members[: world.seeds]):
                found[name, i] = Job(member.with_values(world.values), keep, f"{name}, seed {member.seed}")
        return found


def six_sites(seeds: int) -> Study:
    """Return the whole table on the six sites, every seed with its fitted vector."""
    from sim.ensembles.ensemble import plan
    from sim.run.config import compose
    from sim.studies.directions import DIRECTIONS, EXTREMES

    return Study(DIRECTIONS, EXTREMES, plan(compose(), replicates=seeds).members)


def end(key: str, value: Any) -> str:
    """Return the name of the world at one end of a row; None is the usual one."""
    return USUAL if value is None else f"{key}={_short(value)}"


def claims(extreme: Extreme) -> tuple[Claim, ...]:
    """Return what must be true in an extreme: what must be true in all, and its own."""
    from sim.studies.directions import ALWAYS

    return (*ALWAYS, *extreme.claims)


def run(study: Study, workers: int = 0, progress: bool = False) -> tuple[Values, list[Failure]]:
    """Compute every run of a study; return the outcomes, and the runs that did not finish.

    Raises:
        KeyboardInterrupt: Ctrl-C; nothing is kept.
    """
    from tqdm import tqdm

    from sim.ensembles.pool import Failure, run_jobs

    jobs = study.jobs()
    keys, values, failures = list(jobs), Values(), list[Failure]()
    with (
        tqdm(total=len(keys), unit="run", disable=not progress, smoothing=0.1) as bar,
        closing(run_jobs(list(jobs.values()), workers=workers)) as outcomes,
    ):
        for position, outcome in outcomes:
            if isinstance(outcome, Failure):
                failures.append(outcome)
            else:
                values[keys[position]] = outcome
            bar.update()
    return values, failures


# What is kept


def judged(study: Study, values: Values) -> dict[str, Any]:
    """Return rows with their differences and verdicts, failures first, and extremes with what was measured."""
    from sim.studies.directions import ORDER

    rows = [_row(row, study, values) for row in study.rows]
    rows.sort(key=lambda r: ORDER.index(r["verdict"]))
    extremes = [_claim(e, claim, study, values) for e in study.extremes for claim in claims(e)]
    extremes.sort(key=lambda c: c["holds"])
    return {"directions": rows, "extremes": extremes}


def _row(row: Direction, study: Study, values: Values) -> dict[str, Any]:
    from sim.evidence import mechanisms
    from sim.studies.directions import OUTCOMES, compare

    low, high = (
        [values[end(row.key, value), i][row.outcome, row.since] for i in range(len(study.members))]
        for value in (row.low, row.high)
    )
    claim, default = mechanisms()[row.evidence], _default(row.key, study)
    return {
        **{k: v for k, v in asdict(row).items() if k not in ("claim", "six_sites_only")},
        "evidence": row.evidence,
        "effect": row.effect,
        "low": default if row.low is None else row.low,
        "high": default if row.high is None else row.high,
        "unit": OUTCOMES[row.outcome].unit,
        "claimed": f"{row.effect} {claim.effect[row.effect]}",
        "strength": claim.strength,
        "pairs": [_rounded(h - b) for b, h in zip(low, high, strict=True)],
        **{k: _rounded(v) for k, v in asdict(compare(low, high, row.sign)).items()},
    }


def _default(key: str, study: Study) -> Any:
    """Return the usual value of a key; a fitted key has another one each seed."""
    from sim.run.fitted_values import vectors

    return "fitted" if vectors() and key in vectors()[0] else study.members[0].value(key)


def _claim(extreme: Extreme, claim: Claim, study: Study, values: Values) -> dict[str, Any]:
    from sim.studies.directions import OUTCOMES

    here, usual = (
        [values[world, i][claim.outcome, LIVE] for i in range(study.worlds()[extreme.name].seeds)]
        for world in (extreme.name, USUAL)
    )
    return {
        "extreme": extreme.name,
        "values": dict(extreme.values),
        **asdict(claim),
        "unit": OUTCOMES[claim.outcome].unit,
        "here": _rounded(sum(here) / len(here)),
        "usual": _rounded(sum(usual) / len(usual)),
        "holds": all(claim.holds(h, u) for h, u in zip(here, usual, strict=True)),
    }


def _rounded(value: Any) -> Any:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write the results, whole or not at all."""
    write_text(path, json.dumps(content, indent=1) + "\n")


# Tables


def tables(path: Path = DATA) -> dict[str, str]:
    """Return the tables ``directions`` and ``extremes`` as Markdown, from what has been kept; none if nothing has."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {"directions": "\n".join(_directions(kept)), "extremes": "\n".join(_extremes(kept))}


def _directions(kept: Mapping[str, Any]) -> Iterator[str]:
    yield f"{counted(kept)} {kept['seeds']} pairs of runs a row; in brackets the 95 % t interval over pairs."
    yield ""
    yield "| verdict | mechanism | change | what should follow | difference | from, to | claim | in words |"
    yield "|---|---|---|---|---|---|---|---|"
    for r in kept["directions"]:
        cells = (
            r["verdict"] if r["verdict"] == "holds" else f"**{r['verdict']}**",
            r["process"],
            f"`{r['key']}` {_short(r['low'])} → {_short(r['high'])}",
            f"{r['outcome']} ({r['unit']}): {'rises' if r['sign'] > 0 else 'falls'}",
            moved(r),
            f"{_number(r['at_low'])}, {_number(r['at_high'])}",
            f"`{r['evidence']}`: {r['claimed'].replace('_', ' ')} ({r['strength']})",
            r["why"],
        )
        yield f"| {' | '.join(cells)} |"


def _extremes(kept: Mapping[str, Any]) -> Iterator[str]:
    from sim.studies.directions import ALWAYS

    always = [claim.words for claim in ALWAYS]
    shown = [c for c in kept["extremes"] if c["words"] not in always or not c["holds"]]
    yield f"Means over {kept['seeds_of_extremes']} runs; a statement is true if it is true in each of them."
    yield f"Listed only where it is not true: {'; '.join(always)}."
    yield ""
    yield "| extreme | what must be true | measured | as usual | true |"
    yield "|---|---|---|---|---|"
    named = set()
    for c in shown:
        made = ", ".join(f"`{key}` {_short(value)}" for key, value in c["values"].items())
        name = c["extreme"] if c["extreme"] in named else f"**{c['extreme']}**: {made}"
        named.add(c["extreme"])
        what = f"{c['words']}: {c['outcome']} ({c['unit']}) {c['relation']} {_short(c['bound'])}"
        true = "yes" if c["holds"] else "**no**"
        yield f"| {name} | {what} | {_number(c['here'])} | {_number(c['usual'])} | {true} |"


def moved(row: Mapping[str, Any]) -> str:
    """Return the difference of a row with its interval."""
    mean, lowest, highest = (_number(row[k], signed=True) for k in ("mean", "lowest", "highest"))
    return f"{mean} [{lowest}, {highest}]"


def counted(kept: Mapping[str, Any]) -> str:
    """Return in one sentence how many rows there are of each verdict."""
    from sim.studies.directions import ORDER

    verdicts = [r["verdict"] for r in kept["directions"]]
    return f"{len(verdicts)} rows: " + ", ".join(f"{verdicts.count(v)} {v}" for v in ORDER) + "."


def _number(value: float, signed: bool = False) -> str:
    """Return a number with three significant digits, and no more than are needed."""
    text = f"{value:.3g}" if 0.0001 <= abs(value) < 1000 else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1g}"
    return f"{'+' if signed and value > 0 else ''}{text}"


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{part} from {key} on" for key, part in value.items())
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


# Command line


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
    from sim.ensembles.pool import cores
    from sim.ensembles.store import versions

    began = time.monotonic()
    try:
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
        if asked.output == DATA:
            keep_model("directions")
    except KeyboardInterrupt:
        print("stopped: nothing is written", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        print(f"error: --output {asked.output}: {error.strerror}; allowed is a file to write to", file=sys.stderr)
        return BAD_INPUT
    print("\n".join([*summary(kept), f"written: {asked.output}"]))
    return 0


def summary(kept: Mapping[str, Any]) -> Iterator[str]:
    """Yield the results in a few lines: what does not come out, then the counts."""
    for r in kept["directions"]:
        if r["verdict"] != "holds":
            change = f"{r['key']} {_short(r['low'])} -> {_short(r['high'])}"
            should = "rise" if r["sign"] > 0 else "fall"
            yield f"{r['verdict']:<9} {change}: {r['outcome']} should {should}, moved by {moved(r)} {r['unit']}"
    for c in kept["extremes"]:
        if not c["holds"]:
            measured = f"{_number(c['here'])}, usually {_number(c['usual'])}"
            yield f"not true  {c['extreme']}: {c['words']} ({c['outcome']}: {measured})"
    yield f"{counted(kept)} {kept['runs']} runs in {kept['minutes']:g} minutes on {kept['processes']} processes"


if __name__ == "__main__":
    sys.exit(main())
