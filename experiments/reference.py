"""What documents count and quote of the code itself: parameters, settings, counts, blocks of numbers."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from sim import evidence
from sim.config import CONFIGS, Config
from sim.parameters import Parameter, parameters
from sim.places.sites import Site
from sim.processes import PROCESSES
from sim.scorecard.patterns import patterns
from sim.survey.instruments import PANEL, SIX_SITES_ELIGIBLE
from sim.vectors import VECTORS, value_of, vectors

CHOICE = "choice"
"""Status of a setting that a user chooses and that no evidence could give."""

SETTINGS: Mapping[str, tuple[str, str, str, str]] = {
    "seed": ("-", CHOICE, "any whole number", "seed of replicate 0; replicate i has seed + i"),
    "scenario.name": ("-", CHOICE, "the file in configs/scenario", "what the scenario is called"),
    "scenario.why": ("-", CHOICE, "the file in configs/scenario", "why it is run"),
    "place.name": ("-", CHOICE, "the file in configs/place", "what the place is called"),
    "place.sites": ("-", CHOICE, "configs/place/six_sites.yaml: the six sites of holder2015", "the CCGs"),
    "place.sites[].support_unit_pence": (
        "pence a head a year", "measured", "h15_csu_spend_2013_14, h15_csu_spend_2014_15; which printed cell belongs "
        "to which site is likely, not certain", "spending on the support unit, by financial year",
    ),
    "place.clone_to": ("CCGs", CHOICE, "for scale only; 0 is the sites as they are", "repeat the sites to so many"),
    "place.devolution": ("-", CHOICE, "lever (localities_restore_ownership)", "as reported, or none"),
    "timeline.start": ("date", "assumption", "a financial year before go-live: the shadow year", "first week"),
    "timeline.weeks": ("weeks", CHOICE, "to the end of the period that the reports cover", "length of a run"),
    "timeline.warm_up_weeks": ("weeks", "assumption", "half a year settles queues; stocks start at rest",
                               "weeks before the first, not recorded"),
    "timeline.go_live": ("date", "measured", "c14_go_live", "CCGs hold their statutory powers"),
    "timeline.authorisation": ("dates", "measured", "m15_phase_one_period, authorisation_diverts_effort",
                               "first and last day of authorisation"),
    "timeline.planning_round": ("dates", "measured", "h15_plan_request_window, reported for one winter; repeated "
                                "yearly by assumption", "first and last day of the planning round of each winter"),
    "timeline.co_commissioning": ("date", "measured", "h15_cocomm_dates", "delegation begins"),
    "timeline.allowance_pence": ("pence a head a year", "measured", "c14_ccg_running_cost, h15_running_cost_after_cut",
                                 "running-cost allowance by the financial year from which it holds"),
    "survey.waves": ("dates", CHOICE, "added to the two reported waves and one outside the planning round",
                     "extra waves"),
    "null_world": ("-", CHOICE, "run beside every ensemble as the control",
                   "freeze all that drives engagement at go-live"),
    "output": ("-", CHOICE, "the results folder, named by scenario, place and a hash, unless given", "where runs go"),
}  # fmt: skip
"""Unit, status, source and meaning of settings whose declaration has no room for them: run, dates, lists and maps."""


@cache
def declared() -> tuple[Parameter, ...]:
    """Return every parameter of a configuration, in its order: those of blocks, sites and plain settings."""
    config = Config()
    found: list[Parameter] = []
    for field in dataclasses.fields(Config):
        value = getattr(config, field.name)
        keys = [field.name] if not dataclasses.is_dataclass(value) else _undeclared(value, field.name)
        found += parameters(value, field.name) if dataclasses.is_dataclass(value) else []
        found += [_setting(key, value_of(config, key)) for key in keys]
        if field.name == "place":
            found += parameters(Site, "place.sites[]")
            found += [_setting(key, {}) for key in _undeclared(Site(), "place.sites[]")]
    return tuple(found)


def _undeclared(block: Any, prefix: str) -> list[str]:
    return [f"{prefix}.{f.name}" for f in dataclasses.fields(block) if "status" not in f.metadata]


def _setting(key: str, default: Any) -> Parameter:
    unit, status, source, about = SETTINGS[key]
    return Parameter(key, default, unit, None, None, (), status, source, about)


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
        "processes": len(PROCESSES),
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
        "practices": sum(site["practices"] for site in sites),
    }


def numbers() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the blocks of numbers that are read from the code, by name."""
    yield "count", counts()
    yield "derived", derived()
    yield "fact", {name: fact.value for name, fact in evidence.facts().items()}
    yield "param", {p.key: p.default for p in declared()}


ID = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
"""What looks like an id of the register: words joined by underscores."""


def is_entry(name: str) -> bool:
    """Return whether a fact, a claim or a group of them in the register has this name."""
    return evidence.exists(name) and name not in evidence.sources()


@cache
def cited() -> tuple[str, ...]:
    """Return the ids that parameters, processes, patterns, scenarios and coverage cite, in alphabetical order."""
    texts = [p.source for p in declared()] + [p.source for p in patterns()]
    texts += [" ".join(process.evidence) for process in PROCESSES]
    texts += [content["scenario"]["why"] for content in configurations("scenario").values()]
    texts += [" ".join((*c.mechanisms, *c.facts)) for c in evidence.shipped().coverage]
    return tuple(sorted({name for text in texts for name in ID.findall(text) if is_entry(name)}))


def configurations(group: str) -> dict[str, dict[str, Any]]:
    """Return the files of a group of configurations by name."""
    paths = sorted((CONFIGS / group).glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in paths}
