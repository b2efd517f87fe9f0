"""The worlds of the table of directions and of the extremes: what is run, and how it is judged."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.files import write_text

if TYPE_CHECKING:
    from sim.ensembles.pool import Failure, Job
    from sim.mechanisms.claims import Direction
    from sim.run.config import Config
    from sim.studies.directions import Claim, Extreme

FEW = 2
"""Runs of an extreme: what must be true is true in every run or is not true."""
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
    return USUAL if value is None else f"{key}={short(value)}"


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


def short(value: Any) -> str:
    """Return a value of a parameter as it is written; of a map each entry from when on."""
    if isinstance(value, Mapping):
        return ", ".join(f"{part} from {key} on" for key, part in value.items())
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
