"""What documents count and quote of the code itself: parameters, settings, counts, blocks of numbers."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import yaml

from sim import evidence
from sim.core.parameters import Parameter, parameters
from sim.mechanisms.schedule import WEEK
from sim.run.config import CONFIGS, Config, compose
from sim.run.config_errors import nested_parameters
from sim.run.fitted_values import VECTORS, vectors
from sim.settings.governance import Body
from sim.studies.scorecard.patterns import patterns
from sim.survey.instruments import PANEL, SIX_SITES_ELIGIBLE


@cache
def declared() -> tuple[Parameter, ...]:
    """Return every parameter of a configuration, in its order, those of what blocks hold by name included."""
    found = list(parameters(Config, ""))
    for field in dataclasses.fields(Config):
        block: Any = field.default_factory
        if dataclasses.is_dataclass(block):
            found += nested_parameters(block, field.name)
    return tuple(found)


def counts() -> dict[str, int]:
    """Return what is counted in documents: entries of the register, parameters by status, processes, scenarios."""
    status = Counter(p.status for p in declared())
    of_systems = Counter(c.status for c in evidence.shipped().coverage)
    core = {s.name for s in evidence.systems() if s.centrality == "core"}
    of_core = Counter(c.status for c in evidence.shipped().coverage if c.system in core)
    return {
        "facts": len(evidence.facts()),
        "mechanisms": len(evidence.mechanisms()),
        "sources": len(evidence.sources()),
        "systems": len(evidence.systems()),
        **{f"systems_{name}": n for name, n in of_systems.items()},
        "core": len(core),
        **{f"core_{name}": n for name, n in of_core.items()},
        "cited": sum(name in evidence.facts() or name in evidence.mechanisms() for name in cited()),
        "patterns": len(patterns()),
        "patterns_fitted": sum(p.kind == "fitted" for p in patterns()),
        "processes": len(WEEK),
        "scenarios": len(configurations("scenario")),
        "sites": len(configurations("place")["six_sites"]["sites"]),
        "parameters": sum(status.values()),
        **{f"parameters_{name}": n for name, n in status.items()},
    }


def derived() -> dict[str, str | int]:
    """Return numbers that follow from data kept in the code: the fit, the panel, the place."""
    how = json.loads(VECTORS.read_text(encoding="utf-8"))["how"]
    sites = configurations("place")["six_sites"]["sites"]
    answers = PANEL["2014-01-31"].engagement_answers / len(sites)
    values = {key: [float(v[key]) for v in vectors()] for key in ("hope.beta", "hope.half_life_weeks")}
    return {
        "draws_tried": how["draws"]["tried"],
        "draws_kept": how["draws"]["kept"],
        **{f"{key}.{end.__name__}": f"{end(v):.1f}" for key, v in values.items() for end in (min, max)},
        "answers_a_site": round(answers),
        "error_a_site": round(100 * (0.25 / answers) ** 0.5),
        "gps": round(sum(SIX_SITES_ELIGIBLE[:2]), -1),
        "practices": sum(site["practices"] for site in sites.values()),
    }


BLOCKS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "count": counts,
    "derived": derived,
    "fact": lambda: {name: fact.value for name, fact in evidence.facts().items()},
    "param": lambda: {p.key: p.default for p in declared()},
}
"""Blocks of numbers that are read from the code, by name."""


ID = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
"""What looks like an id of the register: words joined by underscores."""


def is_entry(name: str) -> bool:
    """Return whether a fact, a claim or a group of them in the register has this name."""
    return evidence.exists(name) and name not in evidence.sources()


@cache
def cited() -> tuple[str, ...]:
    """Return the ids that parameters, processes, patterns, scenarios and coverage cite, in alphabetical order."""
    texts = [p.source for p in declared()] + [p.source for p in patterns()]
    texts += [" ".join(process.evidence) for process in WEEK]
    texts += [content["scenario"]["why"] for content in configurations("scenario").values()]
    texts += [text for body in bodies().values() for text in (body.source, *(s.source for s in body.seats.values()))]
    texts += [" ".join((*c.mechanisms, *c.facts)) for c in evidence.shipped().coverage]
    return tuple(sorted({name for text in texts for name in ID.findall(text) if is_entry(name)}))


@cache
def bodies() -> Mapping[str, Body]:
    """Return the bodies of a CCG as they usually are, by name."""
    return compose().governance.bodies


def configurations(group: str) -> dict[str, dict[str, Any]]:
    """Return the files of a group of configurations by name."""
    paths = sorted((CONFIGS / group).glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in paths}
