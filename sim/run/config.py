"""The configuration of a run: one typed object, composed by Hydra from ``configs/``, then checked.

Defaults live in the dataclasses; ``configs/`` holds only choices. Nothing is configured in two places.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import hashlib
import json
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from sim.core.parameters import check_values, param
from sim.mechanisms.base import Process
from sim.mechanisms.schedule import WEEK
from sim.run.config_errors import KINDS, ConfigError, keys_of, one_line, unknown_key
from sim.settings.calendar import Calendar, Timeline
from sim.settings.governance import Governance
from sim.settings.population import Population
from sim.settings.sites import Place, Site
from sim.survey import SurveySettings, check_settings

if TYPE_CHECKING:
    from omegaconf import DictConfig

__all__ = ["Config", "ConfigError", "compose", "from_hydra", "plain", "run_hash", "user_keys"]

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
MOST_GPS = 5000
"""GPs of a CCG: several times as many as the largest had; many more would fill memory with ties."""
HIGHEST_SEED = 2**53
_NO_KEY = {"omegaconf_ignore": True}
"""Marks what a Config remembers of how it was made; a user cannot set it."""
_hydra_is_global = threading.RLock()


@dataclass
class Scenario:
    """What a scenario is called, why it is run, and which fitted vectors its runs take."""

    name: str = param("", "-", "what the scenario is called", status="choice", source="the file in configs/scenario")
    why: str = param("", "-", "why it is run", status="choice", source="the file in configs/scenario")
    vectors: str = param(
        "vectors",
        "name",
        "set of fitted vectors: sim/run/fitted/<name>.json",
        source="sought with every explanation at work; a rival explanation is fitted apart",
    )


@dataclass
class RecordSettings:
    """What is recorded beyond groups."""

    people: bool = param(
        False, "-", "keep people's weeks", source="groups are what the evidence speaks of, and people fill memory"
    )


@dataclass
class EnsembleSettings:
    """How many runs, and how they are computed; no single run depends on it."""

    replicates: int = param(
        40,
        "runs",
        "runs of an ensemble",
        within=(1, 100_000),
        source="seed-to-seed sd of the pooled highly share is about 3 points",
    )
    workers: int = param(
        0, "processes", "processes at work; 0 is one a core", within=(0, 1024), source="results do not depend on it"
    )
    null_world: bool = param(
        True, "-", "run the null world beside it", source="a pattern that a world without change passes is no evidence"
    )


@dataclass
class Settings:
    """Everything that determines a run beside the parameters of mechanisms."""

    seed: int = param(
        0,
        "-",
        "seed of replicate 0; replicate i has seed + i",
        within=(0, HIGHEST_SEED),
        status="choice",
        source="any whole number",
    )
    scenario: Scenario = field(default_factory=Scenario)
    place: Place = field(default_factory=Place)
    timeline: Timeline = field(default_factory=Timeline)
    governance: Governance = field(default_factory=Governance)
    population: Population = field(default_factory=Population)
    survey: SurveySettings = field(default_factory=SurveySettings)
    record: RecordSettings = field(default_factory=RecordSettings)
    ensemble: EnsembleSettings = field(default_factory=EnsembleSettings)
    null_world: bool = param(
        False,
        "-",
        "run only the world in which all that drives engagement is frozen at go-live",
        status="choice",
        source="run beside every ensemble as the control",
    )
    output: str = param(
        "",
        "-",
        "folder of the results",
        status="choice",
        source="the results folder, named by scenario, place and a hash, unless given",
    )
    chosen: frozenset[str] = dataclasses.field(default=frozenset(), compare=False, metadata=_NO_KEY)
    """Keys that the user set, also those set to what they are anyway."""
    vector: Mapping[str, Any] | None = dataclasses.field(default=None, compare=False, metadata=_NO_KEY)
    """What was taken of the fitted vector of the seed (:mod:`sim.run.fitted_values`); None before."""

    def value(self, key: str) -> Any:
        """Return the value of a dotted key."""
        return functools.reduce(getattr, key.split("."), self)

    def with_values(
        self,
        values: Mapping[str, Any],
        *,
        chosen: frozenset[str] | None = None,
        vector: Mapping[str, Any] | None = None,
    ) -> Config:
        """Return a checked copy with other values, which count as the user's unless said otherwise.

        Args:
            values: by dotted key.
            chosen: keys that the user set, if these are not among them.
            vector: what of the values is of a fitted vector; values of the vector used before are taken back.

        Raises:
            ConfigError: a key that does not exist, or a value that is not allowed.
        """
        changed, defaults = cast("Config", copy.deepcopy(self)), Config()
        taken_back = {key: defaults.value(key) for key in self.vector or ()} if vector is not None else {}
        for key, value in {**taken_back, **values}.items():
            block, _, name = f".{key}".rpartition(".")
            if key not in known_keys():
                raise ConfigError(unknown_key(key, known_keys()))
            setattr(changed.value(block[1:]) if block else changed, name, value)
        changed.chosen = self.chosen | set(values) if chosen is None else chosen
        changed.vector = vector if vector is not None else _without(self.vector, values)
        changed.check()
        return changed

    def check(self) -> None:
        """Check every value against what is allowed.

        Raises:
            ConfigError: naming file or key, value and what is allowed.
        """
        try:
            if "/" in self.scenario.name or "\\" in self.scenario.name:
                raise ValueError(f"scenario.name={self.scenario.name} has a slash; allowed is a name without any")
            check_values(self, "")
            for f in dataclasses.fields(self):
                block = getattr(self, f.name)
                if dataclasses.is_dataclass(block):
                    check_values(block, f.name)
                if isinstance(block, Process):
                    block.check()
            self.place.check()
            self._check_gps()
            check_settings(self.survey, Calendar(self.timeline))
        except ValueError as error:
            raise ConfigError(" ".join(str(error).split())) from None

    def _check_gps(self) -> None:
        """Check that practices of the usual size give each site a number of GPs that can be."""
        p = self.population
        for site in self.place.sites:
            usual = math.exp(p.gps_intercept + p.gps_slope * math.log(site.population / site.practices))
            if site.practices * usual > MOST_GPS:
                raise ValueError(
                    f"population.gps_intercept={p.gps_intercept:g} and gps_slope={p.gps_slope:g} give site {site.name} "
                    f"{site.practices * usual:,.0f} GPs; allowed is up to {MOST_GPS:,}"
                )


if TYPE_CHECKING:

    class Config(Settings):
        """What a type checker knows of a configuration."""

        def __init__(self, **blocks: Any) -> None: ...

        def __getattr__(self, name: str) -> Any: ...

else:
    Config = dataclasses.make_dataclass(
        "Config",
        [(process.name, process, field(default_factory=process)) for process in WEEK],
        bases=(Settings,),
        namespace={
            "__doc__": "Everything that determines a run: the settings, and one block a mechanism, named as it is.",
            "__module__": __name__,
        },
    )


def _without(vector: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return None if vector is None else {key: value for key, value in vector.items() if key not in values}


def is_study(place: Place) -> bool:
    """Return whether a place has the six sites as reported, neither changed nor cloned: those that were surveyed."""
    return not place.clone_to and sorted(place.sites, key=lambda site: site.name) == list(_six_sites())


@functools.cache
def _six_sites() -> tuple[Site, ...]:
    content = yaml.safe_load((CONFIGS / "place" / "six_sites.yaml").read_text(encoding="utf-8"))
    return tuple(sorted((Site(**site) for site in content["sites"]), key=lambda site: site.name))


@functools.cache
def known_keys() -> Mapping[str, str]:
    """Return every key of a configuration with what is allowed."""
    return keys_of(Config)


@functools.cache
def register() -> None:
    """Make :class:`Config` known to Hydra as the schema of ``configs/config.yaml``."""
    from hydra.core.config_store import ConfigStore
    from omegaconf import OmegaConf

    schema = OmegaConf.structured(Config)
    for key in (key for key, kind in known_keys().items() if kind == KINDS[dict] and "[]" not in key):
        OmegaConf.set_struct(OmegaConf.select(schema, key), False)  # its entries are the user's
    ConfigStore.instance().store(name="schema", node=schema)


def compose(*overrides: str) -> Config:
    """Compose and check a configuration.

    Args:
        overrides: Hydra overrides, such as ``"scenario=baseline"`` or ``"hope.half_life_weeks=26"``.

    Raises:
        ConfigError: a key, type, value or name that is not allowed, in one line.
    """
    import hydra

    register()
    for override in overrides:
        if not isinstance(override, str):
            raise ConfigError(f"cannot read {override!r}; write texts such as 'hope.half_life_weeks=26'")
    with one_line_errors(), _own_hydra():
        check_overrides(overrides)
        composed = hydra.compose("config", overrides=list(overrides))
    return from_hydra(composed, overrides)


def from_hydra(composed: DictConfig, overrides: Sequence[str]) -> Config:
    """Turn what Hydra composed into a checked :class:`Config` that knows which keys the user chose.

    Raises:
        ConfigError: a value that is missing or not allowed.
    """
    from omegaconf import OmegaConf

    with one_line_errors():
        config = OmegaConf.to_object(composed)
    if not isinstance(config, Config):
        raise ConfigError("configs/config.yaml: the defaults list must name the schema first")
    config.chosen = user_keys(overrides)
    config.check()
    known = {site.name for site in config.place.sites}
    unknown = sorted(config.succession.staggered() - known)  # of a fitted vector they may be of another place
    if unknown:
        raise ConfigError(f"succession.staggered_sites names {unknown[0]!r}; allowed is {', '.join(sorted(known))}")
    return config


def check_overrides(overrides: Sequence[str]) -> None:
    """Check that every override names a key or a group of configurations; Hydra lets ``+key=value`` pass.

    Raises:
        ConfigError: a key that does not exist.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser

    keys = known_keys()
    for override in OverridesParser.create().parse_overrides(list(overrides)):
        key = override.key_or_group
        if override.is_delete():
            raise ConfigError(f"{override.input_line}: a key cannot be taken away; allowed is key=value")
        if not key or not isinstance(key, str):
            raise ConfigError(f"cannot read {override.input_line!r}; write key=value")
        parents = [".".join(key.split(".")[:i]) for i in range(1, key.count(".") + 1)]
        if (CONFIGS / key).is_dir() and override.value() is None:
            options = sorted(path.stem for path in (CONFIGS / key).glob("*.yaml"))
            raise ConfigError(f"{override.input_line}: {key} needs one of its files; allowed: {', '.join(options)}")
        if any(keys.get(parent) == KINDS[dict] for parent in parents):
            block, _, entry = key.rpartition(".")
            raise ConfigError(f"{override.input_line}: entries of a map are given as {block}={{{entry}: ...}}")
        if keys.get(key) == KINDS[bool] and type(override.value()) in (int, float):  # which Hydra takes for true
            raise ConfigError(f"{override.input_line} is of the wrong type; allowed is {keys[key]}")
        inside = any(keys.get(parent) == "a list" for parent in parents)
        if not (key in keys or inside or key.startswith("hydra") or (CONFIGS / key).is_dir()):
            raise ConfigError(f"{override.input_line}: {unknown_key(key, keys)}")


def user_keys(overrides: Sequence[str]) -> frozenset[str]:
    """Return the keys that overrides set."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    with one_line_errors():
        parsed = OverridesParser.create().parse_overrides(list(overrides))
    return frozenset(str(o.key_or_group) for o in parsed)


def plain(config: Config) -> dict[str, Any]:
    """Return a configuration as nested dictionaries, lists, numbers and texts."""
    found = dataclasses.asdict(config)
    for remembered in ("chosen", "vector"):
        del found[remembered]
    return found


def run_hash(config: Config, seed: int, versions: Mapping[str, str]) -> str:
    """Return a hash over everything that determines the results of one run (32 hexadecimal digits).

    Left out are where results go, how many runs there are and what the scenario gives as its reason.
    """
    settings = plain(config)
    for key in ("seed", "output", "ensemble"):
        del settings[key]
    del settings["scenario"]["why"]
    text = json.dumps([settings, seed, dict(versions)], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn errors of Hydra, OmegaConf and YAML into a :class:`ConfigError`."""
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    try:
        yield
    except ConfigError:
        raise
    except UnicodeDecodeError as error:
        raise ConfigError(f"a configuration file is no text in UTF-8 ({error.reason} at byte {error.start})") from None
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        raise ConfigError(one_line(error, known_keys())) from None


@contextmanager
def _own_hydra() -> Iterator[None]:
    """Initialise Hydra on ``configs/``; put back what was initialised before, such as an app at work."""
    from hydra import initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    with _hydra_is_global:
        held = GlobalHydra.instance().hydra
        GlobalHydra.instance().clear()
        try:
            with initialize_config_dir(str(CONFIGS), version_base="1.3"):
                yield
        finally:
            GlobalHydra.instance().hydra = held
