"""The help of the command line, written from the configuration files and the parameters' own declarations."""

from __future__ import annotations

import dataclasses
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.core.files import is_content
from sim.core.parameters import Parameter
from sim.mechanisms.base import Process
from sim.run.config import CONFIGS, Config, known_keys
from sim.run.config_errors import nested_parameters

WIDTH = 110
USAGE = """\
Usage: python -m {command} [key=value ...]          runs one scenario
       python -m {command} -m scenario=a,b [...]    runs several and sets them side by side

  python -m {command} scenario=baseline place=six_sites ensemble.replicates=80 hope.half_life_weeks=26
  python -m {command} -m scenario=baseline,running_costs_cut_20

Options: -m, --multirun   several values of a key, separated by commas, are several jobs
         --cfg job        print the composed configuration and stop
         --help           this text
Jobs go one by one, in the order given; the runs of each, its null world among them, on all workers at once.
Run i of seed=k has the seed k + i: ensembles whose seeds lie nearer than their number of runs have runs in common.
Ctrl-C stops and keeps what is finished; the same command computes the rest.
Exit code: 0 done, 1 a replicate failed, 2 something given is not allowed, 130 stopped."""


def help_text(command: str = "experiments.run") -> str:
    """Return the whole help of a command: usage, scenarios, places, other groups, every key."""
    parts = [USAGE.format(command=command), *_scenarios(), *_places(), *_choices(), *_block("", Config)]
    for block in dataclasses.fields(Config):
        parts += _block(block.name, block.default_factory)
    return "\n".join(parts)


def _scenarios() -> Iterator[str]:
    yield "\nScenarios (scenario=...)"
    for path, content in _files("scenario"):
        scenario = content.get("scenario")
        yield _entry(path.stem, str(scenario.get("why", "")) if isinstance(scenario, dict) else "")


def _places() -> Iterator[str]:
    yield "\nPlaces (place=...)"
    for path, content in _files("place"):
        try:
            sites = content["sites"]
            practices, people = (sum(site[k] for site in sites.values()) for k in ("practices", "population"))
            yield _entry(path.stem, f"{len(sites)} CCGs, {practices} practices, {people:,} registered people")
        except (KeyError, TypeError, AttributeError):
            yield _entry(path.stem, "no sites with practices and population, so it cannot be run")


def _choices() -> Iterator[str]:
    for group in ("timeline", "governance", "with"):
        yield f"\n{group.capitalize()} ({group}=...): {', '.join(path.stem for path, _ in _files(group))}"


def _block(name: str, owner: Any) -> Iterator[str]:
    declared = list(nested_parameters(owner, name)) if dataclasses.is_dataclass(owner) else []
    if not declared:
        return
    title = inspect.cleandoc(owner.__doc__ or "").splitlines()[0].replace("``", "")
    kind = "process" if issubclass(owner, Process) else "settings"
    yield "\n" + textwrap.fill(f"{name or 'run'} ({kind}): {title}", WIDTH, subsequent_indent="  ")
    for p in declared:
        yield _parameter(p)


def _parameter(p: Parameter) -> str:
    default = "none" if p.default in ("", [], {}) else str(p.default)
    default = default.lower() if isinstance(p.default, bool) else default
    allowed = known_keys()[p.key] if p.allowed == "any" else p.allowed
    head = f"  {p.key} = {default}{f' {p.unit}' if p.unit != '-' else ''}  [{allowed}]  {p.status}"
    text = f"{p.about}; source: {p.source}"
    return f"{head}\n" + textwrap.fill(text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _entry(name: str, text: str) -> str:
    return textwrap.fill(f"{name:<24} {text}", WIDTH, initial_indent="  ", subsequent_indent=" " * 27)


def _files(group: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(filter(is_content, (CONFIGS / group).glob("*.yaml"))):
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            content = {"scenario": {"why": "not readable as YAML, so it cannot be run"}}
        yield path, content if isinstance(content, dict) else {}
