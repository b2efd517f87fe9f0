"""Configuration: typed, complete, and wrong in one line."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hydra.core.global_hydra import GlobalHydra

from sim.core.parameters import parameters
from sim.mechanisms.schedule import WEEK
from sim.run import config as module
from sim.run.config import CONFIGS, Config, ConfigError, compose, is_study, known_keys, plain, run_hash, user_keys
from sim.run.model import CommissioningModel
from sim.survey.instruments import PANEL, SIX_SITES_ELIGIBLE

SCENARIOS = sorted(p.stem for p in (CONFIGS / "scenario").glob("*.yaml"))
VERSIONS = {"ccgsim": "1"}

WRONG = {
    "hope.betta=2": ("hope.betta", "did you mean hope.beta?"),
    "+hope.betta=2": ("hope.betta", "did you mean hope.beta?"),
    "hoep.beta=2": ("hoep.beta", "did you mean hope.beta?"),
    "zzz=2": ("zzz", "allowed: agenda, careers"),
    "hope.zzz=2": ("hope.zzz", "below hope: "),
    "hope.beta=abc": ("hope.beta=abc", "allowed is 0"),
    "hope.beta=true": ("hope.beta", "allowed is 0"),
    "hope.beta=null": ("hope.beta", "allowed is 0"),
    "hope.beta=nan": ("hope.beta=nan", "allowed is 0"),
    "hope.beta=99": ("hope.beta=99", "allowed is 0"),
    "hope.beta=${nothing}": ("hope.beta", "allowed is 0"),
    "hope=3": ("hope=3", "allowed is"),
    "~hope.beta": ("hope.beta", "cannot be taken away"),
    "~hope": ("~hope", "cannot be taken away"),
    "scenario=null": ("scenario", "baseline"),
    "hope.beta=???": ("hope.beta has no value", "allowed is 0"),
    "++hope.foo=3": ("unknown key hope.foo; allowed below hope: beta, ",),
    "hope.peers=3": ("did you mean engagement.peers?",),
    "place.sites=[{name: A, population: nan, practices: 1}]": (
        "place.sites[].population=nan",
        "allowed is 1000..5000000 people, a whole number",
    ),
    "place.sites.0.support_unit_pence={year: 1}": ("support_unit_pence.year", "allowed is a map"),
    "output=~/x": ("'output=~/x'", "where the value has blanks or signs"),
    "scenario.name=a/b": ("scenario.name=a/b", "without"),
    "succession.staggered_sites='A,Zzz'": ("'Zzz'", "allowed is A, B, C, D, E, F"),
    "timeline.planning_round=[12-20]": ("timeline.planning_round has 1 entries", "two"),
    "hope.beta=1,2": ("hope.beta=1,2", "-m"),
    "hope.beta": ("'hope.beta'", "key=value"),
    "hope.beta=[1": ("hope.beta=[1", "key=value"),
    "=3": ("=3", "key=value"),
    "scenario=basline": ("scenario=basline", "did you mean baseline?"),
    "place=atlantis": ("place=atlantis", "allowed: six_sites"),
    "succession.terms=clif": ("succession.terms=clif", "did you mean cliff?"),
    "seed=-1": ("seed=-1", "allowed is 0"),
    "seed=1.5": ("seed=1.5", "a whole number"),
    "ensemble.replicates=0": ("ensemble.replicates=0", "allowed is 1"),
    "timeline.start=2012-04-03": ("timeline.start=2012-04-03", "Monday"),
    "timeline.start=soon": ("timeline.start='soon'", "YYYY-MM-DD"),
    "timeline.weeks=0": ("timeline.weeks=0", "allowed is 1..2600 weeks"),
    "survey.waves=[2020-01-01]": ("survey.waves=2020-01-01", "allowed is 2012-04-02 to"),
    "survey.waves=[2015-02-30]": ("survey.waves='2015-02-30'", "YYYY-MM-DD"),
    "place.sites=[]": ("configs/place/six_sites.yaml or place.sites: no site", "one or more"),
    "place.sites.0.practices=0": ("site A has practices=0", "allowed is 1"),
    "place.sites=[{name: A, practises: 3}]": ("practises", "did you mean practices?"),
    "place.devolution=some": ("place.devolution=some", "as_reported | none"),
    "place.clone_to=1001": ("place.clone_to=1001", "0..1000"),
    "record.people=2": ("record.people=2 is of the wrong type", "true | false"),
    "timeline.allowance_pence.2015=1": ("timeline.allowance_pence={2015: ...}", "entries of a map"),
    "timeline.allowance_pence={2016: lots}": ("2016", "a map"),
    "timeline.planning_round=[13-45,02-14]": ("timeline.planning_round='13-45'", "MM-DD"),
    "hydra.zzz=3": ("hydra.zzz", "unknown key"),
}


@pytest.mark.parametrize("override", WRONG)
def test_wrong_input_is_one_line_that_names_key_value_and_what_is_allowed(override: str) -> None:
    with pytest.raises(ConfigError) as caught:
        compose(override)
    text = str(caught.value)
    assert "\n" not in text
    for part in WRONG[override]:
        assert part in text


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("hope: {betta: 2}", ("configs/scenario/x.yaml", "hope.betta", "did you mean hope.beta?")),
        ("hope: {beta: abc}", ("configs/scenario/x.yaml", "hope.beta=abc", "allowed is 0")),
        ("hope: {beta: 99}", ("hope.beta=99", "allowed is 0")),
        ("scenario: [\nname", ("scenario/x.yaml, line", "YAML")),
    ],
)
def test_wrong_scenario_files_are_named(
    content: str, parts: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(CONFIGS, tmp_path / "configs")
    (tmp_path / "configs/scenario/x.yaml").write_text(f"# @package _global_\n{content}\n")
    monkeypatch.setattr(module, "CONFIGS", tmp_path / "configs")
    with pytest.raises(ConfigError) as caught:
        compose("scenario=x")
    text = str(caught.value)
    assert "\n" not in text
    for part in parts:
        assert part in text


def test_a_scenario_file_without_its_first_line_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(CONFIGS, tmp_path / "configs")
    monkeypatch.setattr(module, "CONFIGS", tmp_path / "configs")
    for content in ("scenario: {name: x}", "hope: {beta: 2}"):
        (tmp_path / "configs/scenario/x.yaml").write_text(content)
        with pytest.raises(ConfigError, match=r"scenario/x.yaml.*'# @package _global_'"):
            compose("scenario=x")


def test_years_can_be_added_to_a_map() -> None:
    pence = compose("timeline.allowance_pence={2014: 2400, 2015: 2000}").timeline.allowance_pence
    assert pence == {2013: 2500, 2014: 2400, 2015: 2000}
    assert compose().timeline.allowance_pence == {2013: 2500, 2015: 2250}, "and only there"


def test_there_is_one_block_for_every_process() -> None:
    keys = [f for f in dataclasses.fields(Config) if f.name in plain(Config())]
    blocks = {f.name: f.default_factory for f in keys}
    assert {p.name: p for p in WEEK}.items() <= blocks.items()
    others = set(blocks) - {p.name for p in WEEK}
    assert others == {
        "seed", "scenario", "place", "timeline", "governance", "population", "survey", "record", "ensemble",
        "null_world", "output",
    }  # fmt: skip


def test_every_default_is_allowed_and_the_files_repeat_none() -> None:
    composed, defaults = plain(compose()), plain(Config())
    for key in ("scenario", "place"):
        composed.pop(key)
        defaults.pop(key)
    assert composed == defaults


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_holds_only_what_it_changes_and_why(name: str) -> None:
    content = yaml.safe_load((CONFIGS / f"scenario/{name}.yaml").read_text())
    about = content.pop("scenario")
    assert about["name"] == name
    assert len(about["why"]) > 20
    changed = {f"{block}.{key}" for block, keys in content.items() for key in keys}
    baseline, scenario = plain(compose()), plain(compose(f"scenario={name}"))
    different = {
        f"{block}.{key}"
        for block, keys in baseline.items()
        if isinstance(keys, dict) and block != "scenario"
        for key in keys
        if keys[key] != scenario[block][key]
    }
    assert different == (set() if name == "delegation_level_1" else changed)


def test_scenarios_cite_evidence_that_exists() -> None:
    register = Path(module.__file__).parents[1] / "evidence"
    known = {
        entry["id"]
        for name in ("facts", "mechanisms")
        for entry in yaml.safe_load((register / f"{name}.yaml").read_text(encoding="utf-8"))[name]
    }
    for name in SCENARIOS:
        why = compose(f"scenario={name}").scenario.why
        cited = {word.strip("(),.:;?") for word in why.split() if "_" in word}
        assert cited
        assert cited <= known, name


def test_compose_gives_typed_values_and_leaves_hydra_as_it_was() -> None:
    GlobalHydra.instance().clear()
    first, second = compose("hope.beta=2", "survey.waves=[2015-04-15,2016-02-15]"), compose()
    assert isinstance(first, Config)
    assert first.hope.beta == 2.0
    assert first.survey.waves == ["2015-04-15", "2016-02-15"]
    assert second.hope.beta == Config().hope.beta
    assert not GlobalHydra.instance().is_initialized()


def test_compose_works_inside_an_initialised_hydra() -> None:
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir

    with initialize_config_dir(str(CONFIGS), version_base="1.3"):
        assert compose().scenario.name == "baseline"
        assert hydra_compose("config").scenario.name == "baseline"
    GlobalHydra.instance().clear()


def test_the_hash_sees_what_determines_a_run_and_nothing_else() -> None:
    base = run_hash(compose(), 1, VERSIONS)
    assert base == run_hash(compose("output=elsewhere", "ensemble.replicates=3", "seed=9"), 1, VERSIONS)
    others = {
        run_hash(compose(), 2, VERSIONS),
        run_hash(compose(), 1, {"ccgsim": "2"}),
        run_hash(compose("hope.beta=1.2345"), 1, VERSIONS),
        run_hash(compose("place.sites.0.practices=24"), 1, VERSIONS),
        run_hash(compose("null_world=true"), 1, VERSIONS),
        run_hash(compose("timeline.weeks=30"), 1, VERSIONS),
    }
    assert len(others) == 6
    assert base not in others


def test_the_hash_is_the_same_in_another_process() -> None:
    code = "from sim.run.config import *; print(run_hash(compose(), 1, {'ccgsim': '1'}))"
    root = Path(module.__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert told.stdout.strip() == run_hash(compose(), 1, VERSIONS)


def test_plain_is_plain() -> None:
    content = plain(compose())
    assert yaml.safe_load(yaml.safe_dump(content)) == content


def test_user_keys_are_those_overridden() -> None:
    assert user_keys(["hope.beta=2", "scenario=baseline", "+hope.beta=1"]) == {"hope.beta", "scenario"}


def test_every_parameter_is_a_key() -> None:
    for process in WEEK:
        for parameter in parameters(process, process.name):
            assert parameter.key in known_keys()


def test_only_the_six_sites_as_they_are_are_the_study() -> None:
    place = compose().place
    assert is_study(place)
    assert is_study(compose("scenario=no_devolution").place)
    assert is_study(replace(place, sites=place.sites[::-1]))
    assert not is_study(replace(place, clone_to=6))
    assert not is_study(replace(place, sites=place.sites[1:]))
    assert not is_study(replace(place, sites=[replace(place.sites[0], practices=24), *place.sites[1:]]))


def test_the_panel_of_another_place_has_the_reported_response_rates() -> None:
    model = CommissioningModel(compose("place.clone_to=1", "timeline.weeks=46"), seed=1)
    survey = model.run().survey
    panel = survey[(survey["instrument"] == "panel") & (survey["item"] == "informed") & (survey["group_by"] == "all")]
    asked = int((model.world.people.present & (model.world.people.practice_role >= 0)).sum())
    rate = sum(PANEL["2013-02-15"].respondents) / sum(SIX_SITES_ELIGIBLE)
    assert panel["n"].iloc[0] == pytest.approx(asked * rate, rel=0.2)
