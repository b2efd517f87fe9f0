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
import typing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from sim.core.parameters import NO_KEY, check_name, check_values, kinds, param, quoted, settle
from sim.mechanisms.base import Process
from sim.mechanisms.schedule import WEEK
from sim.run.config_errors import NAME, ConfigError, declared_at, in_one_line, keys_of, unknown_key
from sim.run.config_overrides import check_overrides, parsed
from sim.settings.calendar import Calendar, Timeline
from sim.settings.governance import LOCALITY, Governance
from sim.settings.population import Population
from sim.settings.sites import Place, Site
from sim.survey import SurveySettings, check_settings

if TYPE_CHECKING:
    from omegaconf import DictConfig

__all__ = ["Config", "ConfigError", "compose", "from_hydra", "plain", "run_hash", "user_keys"]

_INSTALLED, _CHECKOUT = (folder / "configs" for folder in Path(__file__).resolve().parents[1:3])
CONFIGS = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
"""The groups of configurations: a wheel holds them inside the package, a checkout beside it."""
MOST_GPS = 5000
"""GPs of a CCG: several times as many as the largest had; many more would fill memory with ties."""
HIGHEST_SEED = 2**53
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
    chosen: frozenset[str] = dataclasses.field(default=frozenset(), compare=False, metadata=NO_KEY)
    """Keys that the user set, also those set to what they are anyway."""
    vector: Mapping[str, Any] | None = dataclasses.field(default=None, compare=False, metadata=NO_KEY)
    """What was taken of the fitted vector of the seed (:mod:`sim.run.fitted_values`); None before."""

    def value(self, key: str) -> Any:
        """Return the value of a dotted key."""
        return functools.reduce(_inside, key.split("."), self)

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
            block, _, name = key.rpartition(".")
            try:
                owner = changed.value(block) if block else changed
            except (AttributeError, KeyError):
                owner = None
            if owner is None or declared_at(Config, key.split("."))[1] is None:
                raise ConfigError(unknown_key(key, known_keys()))
            if isinstance(owner, dict):
                owner[name] = value
            else:
                setattr(owner, name, value)
        changed.chosen = self.chosen | set(values) if chosen is None else chosen
        changed.vector = vector if vector is not None else _without(self.vector, values)
        changed.check()
        return changed

    def check(self) -> None:
        """Check every value against what is allowed; numbers of numpy become plain ones.

        Raises:
            ConfigError: naming file or key, value and what is allowed.
        """
        try:
            check_values(self, "")
            for key in ("scenario.name", "place.name"):
                if self.value(key):  # one made by hand may have none
                    check_name(self.value(key), key)
            for f in dataclasses.fields(self):
                block = getattr(self, f.name)
                if dataclasses.is_dataclass(block):
                    check_values(block, f.name)
                if isinstance(block, Process):
                    block.check()
            self.place.check()
            self.governance.check()
            self._check_devolution()
            self._check_gps()
            check_settings(self.survey, Calendar(self.timeline))
        except ValueError as error:
            raise ConfigError(str(error)) from None

    def _check_devolution(self) -> None:
        """Check that devolved powers have a locality to go to."""
        for site in self.place.expanded():
            if site.devolved and not (site.localities and LOCALITY in self.governance.bodies):
                key = f"place.sites.{site.original}"
                raise ValueError(f"{key}.devolved=true, and it has no localities; allowed is false, or localities")

    def _check_gps(self) -> None:
        """Check that practices of the usual size give each site a number of GPs that can be."""
        p = self.population
        for name, site in self.place.sites.items():
            usual = math.exp(p.gps_intercept + p.gps_slope * math.log(site.population / site.practices))
            if site.practices * usual > MOST_GPS:
                raise ValueError(
                    f"population.gps_intercept={p.gps_intercept:g} and gps_slope={p.gps_slope:g} give site {name} "
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


def _inside(block: Any, name: str) -> Any:
    return block[name] if isinstance(block, dict) else getattr(block, name)


def _without(vector: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return None if vector is None else {key: value for key, value in vector.items() if key not in values}


def is_study(place: Place) -> bool:
    """Return whether a place has the six sites as reported, neither changed nor cloned: those that were surveyed."""
    return not place.clone_to and place.sites == _six_sites()


@functools.cache
def _six_sites() -> Mapping[str, Site]:
    content = yaml.safe_load((CONFIGS / "place" / "six_sites.yaml").read_text(encoding="utf-8"))
    return {name: Site(name, **site) for name, site in content["sites"].items()}


def known_keys() -> Mapping[str, str]:
    """Return every key of a configuration with what is allowed."""
    return keys_of(Config)


def one_line_errors() -> AbstractContextManager[None]:
    """Turn whatever Hydra, OmegaConf and YAML raise into a :class:`ConfigError`."""
    return in_one_line(Config)


@functools.cache
def register() -> None:
    """Make :class:`Config` known to Hydra: as the schema of ``configs/config.yaml``, and to check files against."""
    from hydra._internal.sources_registry import SourcesRegistry
    from hydra.core.config_store import ConfigStore
    from hydra.core.plugins import Plugins
    from omegaconf import OmegaConf

    from sim.run.config_files import CheckedFiles

    schema = OmegaConf.structured(Config)
    for key in known_keys():
        if typing.get_origin(declared_at(Config, key.split("."))[1]) is dict and NAME not in key:
            OmegaConf.set_struct(OmegaConf.select(schema, key), False)  # its entries are the user's
    ConfigStore.instance().store(name="schema", node=schema)
    Plugins.instance()  # which registers Hydra's own reader, once
    CheckedFiles.schema = Config
    SourcesRegistry.instance().types["file"] = CheckedFiles


def compose(*overrides: str) -> Config:
    """Compose and check a configuration.

    Args:
        overrides: Hydra overrides, such as ``"scenario=baseline"`` or ``"hope.half_life_weeks=26"``.

    Raises:
        ConfigError: a key, type, value or name that is not allowed, in one line.
    """
    with _hydra_is_global:
        register()
    check_overrides(overrides, Config, CONFIGS)
    files = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(CONFIGS.rglob("*.yaml"))]
    composing = _composed.__wrapped__ if any("${" in o for o in overrides) else _composed  # may read the surroundings
    return from_hydra(composing(tuple(overrides), tuple(files)), overrides)


@functools.lru_cache(maxsize=64)
def _composed(overrides: tuple[str, ...], files: tuple[tuple[str, int, int], ...]) -> DictConfig:
    """Return what Hydra composes, once while no file changes: it takes a quarter as long as a run."""
    import hydra

    with one_line_errors(), _own_hydra():
        return hydra.compose("config", overrides=list(overrides))


def from_hydra(composed: DictConfig, overrides: Sequence[str]) -> Config:
    """Turn what Hydra composed into a checked :class:`Config` that knows which keys the user chose.

    A scenario or place without a name takes that of its file.

    Raises:
        ConfigError: a value that is missing or not allowed.
    """
    from omegaconf import OmegaConf

    with one_line_errors():
        config = OmegaConf.to_object(composed)
    if not isinstance(config, Config):
        raise ConfigError("configs/config.yaml: the defaults list must name the schema first")
    config.chosen = user_keys(overrides)
    for group in ("scenario", "place"):
        block = config.value(group)
        block.name = block.name or _file_of(group, overrides)
    config.check()
    unknown = sorted(
        config.succession.staggered() - set(config.place.sites)
    )  # of a vector they may be of another place
    if unknown:
        known = ", ".join(sorted(config.place.sites))
        raise ConfigError(f"succession.staggered_sites names {quoted(unknown[0])!r}; allowed is {known}")
    return config


def _file_of(group: str, overrides: Sequence[str]) -> str:
    """Return the name of the file that a group takes."""
    defaults = yaml.safe_load((CONFIGS / "config.yaml").read_text(encoding="utf-8"))["defaults"]
    usual = next((entry[group] for entry in defaults if isinstance(entry, dict) and group in entry), "")
    option: Any = [usual, *(o.value() for o in parsed(overrides, Config) if o.key_or_group == group)][-1]
    return "-".join(Path(one).name.removesuffix(".yaml") for one in (option if isinstance(option, list) else [option]))


def user_keys(overrides: Sequence[str]) -> frozenset[str]:
    """Return the keys that overrides set."""
    return frozenset(str(o.key_or_group) for o in parsed(overrides, Config))


def plain(config: Config) -> dict[str, Any]:
    """Return the keys of a configuration as nested dictionaries, lists, numbers and texts.

    Raises:
        ConfigError: a value that is none of these.
    """
    try:
        settle(config, "")
    except ValueError as error:
        raise ConfigError(str(error)) from None
    return cast("dict[str, Any]", _plain(config))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in kinds(value)}
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, list) else value


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
