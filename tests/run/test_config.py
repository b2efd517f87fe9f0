"""Configuration: typed, complete, and wrong in one line."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy
import pytest
import yaml
from hydra.core.global_hydra import GlobalHydra
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from sim.core.parameters import parameters
from sim.mechanisms.schedule import WEEK
from sim.run import config as module
from sim.run.config import (
    CONFIGS,
    Config,
    ConfigError,
    compose,
    is_study,
    known_keys,
    one_line_errors,
    plain,
    run_hash,
    user_keys,
)
from sim.run.config_errors import NAME
from sim.run.model import CommissioningModel
from sim.settings.sites import Place, Site
from sim.survey.instruments import PANEL, SIX_SITES_ELIGIBLE
from tests.worlds import only

SCENARIOS = sorted(p.stem for p in (CONFIGS / "scenario").glob("*.yaml"))
VERSIONS = {"ccgsim": "1"}

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in itertools.pairwise("abcdefghi")
)
"""Nine levels of nine: 400 million values, when aliases are put in."""

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
    "place.sites.B.population=nan": ("place.sites.B.population=nan", "allowed is 1000..5000000 people, a whole number"),
    "place.sites={G: {population: 5000}}": ("place.sites.G.practices=0", "allowed is 1..999 practices"),
    "place.sites.B.populaton=2": (
        "key place.sites.B.populaton; did you mean place.sites.B.population?",
        "below place.sites.B:",
    ),
    "place.sites={B: {name: Bee}}": ("unknown key place.sites.B.name", "below place.sites.B: budget_million"),
    "place.sites=[{name: A, practices: 3}]": ("place.sites=[{", "allowed is a map by name"),
    "place.sites={1: {population: 5000, practices: 3}}": ("place.sites: entry=1", "put it in quotes"),
    "place.sites={a/b: {population: 5000, practices: 3}}": ("place.sites: entry=a/b", "allowed are letters"),
    "place.sites.B=3": ("place.sites.B=3", "allowed is a block of keys"),
    "place.sites.G={population: 5000, practices: 3}": ("place.sites.G is not there", "place.sites={G: ...}"),
    "place.sites.G.population=5000": ("place.sites.G is not there", "place.sites={G: ...}"),
    "~place.sites.Z": ("place.sites.Z is not there", "allowed"),
    "~place.sites": ("~place.sites: a key cannot be taken away", "allowed"),
    "place.sites.A.support_unit_pence={year: 1}": ("place.sites.A.support_unit_pence: entry=year", "a whole number"),
    "place.sites.A.support_unit_pence={2013: 2501}": ("support_unit_pence.2013=2501", "allowed is 0..2500"),
    "place.sites.A.support_unit_pence={13: 2}": ("place.sites.A.support_unit_pence 13 is no year", "1990 to 2100"),
    "output=~/x": ("'output=~/x'", "where the value has blanks or signs"),
    **{
        f"{key}='{text}'": (f"{key}={text[:80]}", "allowed are letters")
        for key in ("scenario.name", "place.name")
        for text in ("a/b", "a\\b", "..", "a:b", ".a", "a.", "a b ", "nul*", "x" * 81)
    },
    "scenario.name=2013": ("scenario.name=2013 was not read as a text", "put it in quotes"),
    "scenario.why=true": ("scenario.why=True was not read as a text", "put it in quotes"),
    "survey.waves=[2015]": ("survey.waves.0=2015 was not read as a text", "put it in quotes"),
    "seed='1'": ("seed=1 is a text", "a whole number"),
    "hope=[1]": ("hope=[1]", "a block of keys"),
    "timeline.authorisation=${oc.decode:'1'}": ("timeline.authorisation=1", "allowed is a list of texts"),
    "hope.beta=${oc.decode:'[1]'}": ("hope.beta", "allowed is 0"),
    "seed=${seed}": ("seed", "allowed is 0"),
    "seed=${oc.env:NO_SUCH_VARIABLE}": ("NO_SUCH_VARIABLE", "allowed is 0"),
    "hydra=1": ("Config group override must be a string", "allowed"),
    "place=3": ("place=3 was not read as a text", "put it in quotes"),
    "timeline={weeks: 3}": ("timeline needs one of its files", "allowed: england"),
    "place@elsewhere=six_sites": ("place@elsewhere", "allowed"),
    "seed=1" + "0" * 5000: ("seed=10000", "allowed"),
    "hope.beta=1" + "0" * 400: ("hope.beta=10000", "allowed is 0"),
    "hope.beta=" + "x" * 20_000: ("hope.beta=xxx", "20,010 characters; allowed are up to 10,000"),
    "hope.beta=" + "x" * 9_000: ("hope.beta=xxx", "allowed is 0"),
    "scenario=" + "x" * 9_000: ("scenario=xxx", "allowed are letters"),
    "scenario=../scenario/baseline": ("scenario=..", "allowed are letters"),
    "scenario=": ("scenario=", "allowed are letters"),
    "hope." + "x" * 9_000 + "=1": ("unknown key hope.xxx", "allowed"),
    "hope.beta=" + "[" * 3000: ("hope.beta=[[[", "key=value"),
    "hope.beta=" + "[" * 2000 + "]" * 2000: ("hope.beta=[[[", "allowed"),
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
    "place.sites.A.practices=0": ("place.sites.A.practices=0", "allowed is 1..999 practices"),
    "place.devolution=some": ("place.devolution=some", "as_reported | none"),
    "place.clone_to=1001": ("place.clone_to=1001", "0..1000"),
    "record.people=2": ("record.people=2 is not allowed", "true | false"),
    "timeline.allowance_pence.2015=1": ("timeline.allowance_pence={2015: ...}", "entries of a map"),
    "timeline.allowance_pence={2016: lots}": ("timeline.allowance_pence.2016=lots", "a map of whole numbers"),
    "timeline.planning_round=[13-45,02-14]": ("timeline.planning_round='13-45'", "MM-DD"),
    "hydra.zzz=3": ("unknown key hydra.zzz", "allowed is what Hydra documents"),
    "hydra.run=3": ("hydra.run, or a value that it does not take", "allowed is what Hydra documents"),
    "hydra/launcher=joblib": ("hydra/launcher=joblib does not exist", "allowed: basic"),
}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder of configurations, for files of one's own."""
    shutil.copytree(CONFIGS, tmp_path / "configs")
    monkeypatch.setattr(module, "CONFIGS", tmp_path / "configs")
    return tmp_path / "configs"


@pytest.mark.parametrize("override", WRONG)
def test_wrong_input_is_one_line_that_names_key_value_and_what_is_allowed(override: str) -> None:
    with pytest.raises(ConfigError) as caught:
        compose(override)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 700
    for part in WRONG[override]:
        assert part in text


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("hope: {betta: 2}", ("configs/scenario/x.yaml", "hope.betta", "did you mean hope.beta?")),
        ("hope: {beta: abc}", ("configs/scenario/x.yaml", "hope.beta=abc", "allowed is 0")),
        ("hope: {beta: 99}", ("hope.beta=99", "allowed is 0")),
        ("scenario: [\nname", ("scenario/x.yaml, line", "YAML")),
        ("1", ("configs/scenario/x.yaml: holds no block", "allowed are lines of key: value")),
        ("[hope]", ("configs/scenario/x.yaml: holds no block", "allowed are lines of key: value")),
        ("defaults: 3", ("In", "scenario/x", "defaults must be a list")),
        ("defaults: [nowhere]", ("scenario/x", "scenario/nowhere")),
        ("hydra: 3", ("scenario/x", "HydraConf")),
        ("hope.beta: 2", ("configs/scenario/x.yaml: hope.beta is one key with dots", "allowed are blocks")),
        ("hope: {beta: 1, beta: 2}", ("configs/scenario/x.yaml, line 2", "duplicate key beta")),
        ("hope: {beta: !!python/object:os.system x}", ("configs/scenario/x.yaml, line 2", "tag")),
        ("hope: {beta: \0}", ("configs/scenario/x.yaml", "special characters are not allowed")),
        ("hope: null", ("configs/scenario/x.yaml: hope has no value", "a block of keys")),
        ("record: {people: 2}", ("configs/scenario/x.yaml: record.people=2", "true | false")),
        ("seed: '7'", ("configs/scenario/x.yaml: seed=7 is a text", "a whole number")),
        ("scenario: {name: NO}", ("configs/scenario/x.yaml: scenario.name=False", "put it in quotes")),
        ("scenario: {why: 1.0}", ("configs/scenario/x.yaml: scenario.why=1", "put it in quotes")),
        ("survey: {waves: [2015]}", ("configs/scenario/x.yaml: survey.waves.0=2015", "put it in quotes")),
        (
            "place: {sites: {NO: {practices: 3}}}",
            ("configs/scenario/x.yaml: place.sites: entry=False", "put it in quotes"),
        ),
        ("place: {sites: {B: {devolve: false}}}", ("configs/scenario/x.yaml", "did you mean place.sites.B.devolved?")),
        ("place: {sites: {B: {practices: few}}}", ("configs/scenario/x.yaml: place.sites.B.practices=few", "1..999")),
        ("place: {sites: [{name: A}]}", ("configs/scenario/x.yaml: place.sites=", "a map by name")),
        ("place: {sites: \"${oc.decode:'{A: 1}'}\"}", ("place.sites.A=1", "a block of keys")),
        (
            "timeline: {allowance_pence: \"${oc.decode:'{a: 1}'}\"}",
            ("timeline.allowance_pence: entry=a", "a whole number"),
        ),
        ("hope: {beta: '${'}", ("hope.beta", "allowed is 0")),
        ("hope: {beta: '${nowhere:1}'}", ("hope.beta", "nowhere", "allowed is 0")),
        (
            "scenario: {why: " + "x" * 1_000_000 + "}",
            ("configs/scenario/x.yaml: 1,000,0", "allowed are up to 1,000,000"),
        ),
        ("scenario: {name: " + "x" * 20_000 + "}", ("scenario.name=xxx", "allowed are letters")),
        ("hope: &a {beta: *a}", ("configs/scenario/x.yaml: *a stands inside what it names", "allowed")),
        (
            "hope: " + "[" * 400 + "]" * 400,
            ("configs/scenario/x.yaml: is nested too deep", "allowed are up to 20 levels"),
        ),
        (LAUGHS, ("configs/scenario/x.yaml: has too many values", "allowed are up to 20,000")),
        (
            "hope: [" + "1, " * 20_001 + "]",
            ("configs/scenario/x.yaml: has too many values", "allowed are up to 20,000"),
        ),
    ],
)
def test_wrong_scenario_files_are_named(content: str, parts: tuple[str, ...], own: Path) -> None:
    (own / "scenario/x.yaml").write_text(f"# @package _global_\n{content}\n")
    with pytest.raises(ConfigError) as caught:
        compose("scenario=x")
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 700
    for part in parts:
        assert part in text


@pytest.mark.parametrize("group", ["scenario", "place", "timeline", "governance"])
@pytest.mark.parametrize(
    "content", [b"1", b"- 1", b"defaults: 3", b"# caf\xe9", b"\xef\xbb\xbf{}", b"a: &a [*a]", b"zzz: 1", b"- {"]
)
def test_a_wrong_file_of_any_group_is_named_in_one_line(group: str, content: bytes, own: Path) -> None:
    (own / f"{group}/x.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match=f"{group}/x") as caught:
        compose(f"{group}=x")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["x.yml", "x.YAML", "x.yaml.txt", "x.json"])
def test_a_file_whose_name_ends_otherwise_is_named(name: str, own: Path) -> None:
    (own / "scenario" / name).write_text("hope: {beta: 2}")
    with pytest.raises(ConfigError, match=rf"^configs/scenario/{re.escape(name)} is not read; allowed is .* x\.yaml$"):
        compose("scenario=x")
    (own / "scenario/x.yaml").write_text("# @package _global_\nhope: {beta: 2}")
    assert compose("scenario=x").hope.beta == 2, "whatever lies beside it"


def test_a_moderate_file_with_aliases_is_read(own: Path) -> None:
    sites = "".join(f"\n    S{i}: {{<<: *small, practices: {i + 1}}}" for i in range(50))
    (own / "scenario/x.yaml").write_text(
        f"# @package _global_\nplace:\n  sites:\n    A: &small {{population: 9000, practices: 2}}{sites}\n"
    )
    config = compose("scenario=x")
    assert [config.place.sites[name].practices for name in ("S0", "S49")] == [1, 50]
    assert len(config.place.sites) == 56


@pytest.mark.parametrize("given", ["", "scenario.name=''", "place.name=''"])
def test_a_scenario_or_place_without_a_name_takes_that_of_its_file(given: str, own: Path) -> None:
    for group, header in (("scenario", "# @package _global_\n"), ("place", "")):
        content = "hope: {beta: 2}" if group == "scenario" else "sites: {G: {population: 9000, practices: 3}}"
        (own / group / "mine.yaml").write_text(header + content)
    config = compose("scenario=mine", "place=mine", *([given] if given else []))
    assert (config.scenario.name, config.place.name) == ("mine", "mine")
    assert compose("scenario.name=''", "place.name=''").scenario.name == "baseline"
    assert compose("place.name=''").place.name == "six_sites"
    assert list(config.place.sites) == ["G"], "a place of one's own has its own sites"


def test_a_scenario_changes_one_site_and_adds_another(own: Path) -> None:
    sites = "{B: {devolved: false}, G: {population: 9000, practices: 3}}"
    (own / "scenario/x.yaml").write_text(f"# @package _global_\nplace: {{sites: {sites}}}")
    usual, changed = compose().place.sites, compose("scenario=x").place.sites
    assert {name for name in changed if changed[name] != usual.get(name)} == {"B", "G"}
    assert changed["B"] == replace(usual["B"], devolved=False)
    assert (changed["G"].name, changed["G"].practices, changed["G"].partners) == ("G", 3, 0)


def test_sites_are_changed_added_and_taken_away_on_the_command_line() -> None:
    usual = compose().place.sites
    assert compose("place.sites.B.devolved=false").place.sites == usual | {"B": replace(usual["B"], devolved=False)}
    added = compose("place.sites={G: {population: 9000, practices: 3}}").place.sites
    assert added == usual | {"G": Site("G", population=9000, practices=3)}
    assert list(compose("~place.sites.C", "~place.sites.D").place.sites) == ["A", "B", "E", "F"]
    assert compose(*only("{E: {population: 9000, practices: 3}}")).place.sites == {"E": replace(added["G"], name="E")}


def test_a_scenario_file_without_its_first_line_is_told_so(own: Path) -> None:
    for content in ("scenario: {name: x}", "hope: {beta: 2}"):
        (own / "scenario/x.yaml").write_text(content)
        with pytest.raises(ConfigError, match=r"scenario/x.yaml.*'# @package _global_'"):
            compose("scenario=x")


def test_years_can_be_added_to_a_map() -> None:
    pence = compose("timeline.allowance_pence={2014: 2400, 2015: 2000}").timeline.allowance_pence
    assert pence == {2013: 2500, 2014: 2400, 2015: 2000}
    assert compose().timeline.allowance_pence == {2013: 2500, 2015: 2250}, "and only there"


HAND_MADE = {
    "place.sites.A.population": ("250000", None, True, 2.5e5, numpy.array(250_000), [250_000]),
    "place.sites.A.devolved": (1, "true", None, numpy.int64(1)),
    "place.sites.A.setting": (3, None, False, b"urban", numpy.float64(1)),
    "place.sites.A.support_unit_pence": ([2013], {2013: "7"}, {"2013": 7}, {2013.0: 7}, {True: 7}, None),
    "place.sites.A": ({"population": 250_000}, None, "A"),
    "place.sites": ([Site("A", population=9000, practices=3)], None, {5: Site(population=9000, practices=3)}),
    "timeline": ({}, None),
    "timeline.weeks": (52.0, "52", numpy.float64(52)),
    "timeline.start": (2012, numpy.datetime64("2012-04-02")),
    "survey.waves": ("2015-04-15", ("2015-04-15",), [2015], None),
    "hope.beta": ("1", None, True, 1j, 10**400, numpy.bool_(True)),
    "null_world": (0, "no", None),
    "scenario.name": (2013, None, True),
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in HAND_MADE.items() for value in values])
def test_a_value_of_another_type_is_refused_by_key(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"{re.escape(key)}\b.*(allowed is|put it in quotes)") as caught:
        compose().with_values({key: value})
    assert str(caught.value).isprintable()
    config = compose()
    block, _, name = key.rpartition(".")
    owner = config.value(block) if block else config
    owner.update({name: value}) if isinstance(owner, dict) else setattr(owner, name, value)
    for use in (config.check, lambda: plain(config), lambda: run_hash(config, 1, VERSIONS)):
        with pytest.raises(ConfigError, match=re.escape(key)):
            use()


def test_numbers_of_numpy_are_plain_numbers() -> None:
    usual, made = compose("survey.waves=[2015-04-15]", "hope.beta=1.5", "null_world=true"), compose()
    made.place.sites["A"].population = numpy.int32(250_000)
    made.place.sites["A"].support_unit_pence = {numpy.int64(2013): numpy.uint16(700), 2014: numpy.int16(600)}
    made.place.sites["A"].merged = numpy.bool_(False)
    made.hope.beta, made.hope.half_life_weeks = numpy.float32(1.5), numpy.int64(usual.hope.half_life_weeks)
    made.survey.waves, made.null_world = [numpy.str_("2015-04-15")], numpy.True_
    assert run_hash(made, 1, VERSIONS) == run_hash(usual, 1, VERSIONS), "also before it is checked"
    made.check()
    assert type(made.place.sites["A"].population) is int
    assert type(made.hope.half_life_weeks) is float
    assert json.loads(json.dumps(plain(made))) == json.loads(json.dumps(plain(usual)))


def test_a_configuration_made_by_hand_names_its_sites_by_key() -> None:
    population = compose().population
    made = Config(place=Place("tiny", {"T": Site(population=9000, practices=3)}), population=population)
    made.governance = compose().governance
    made.check()
    assert made.place == Place.of("tiny", Site("T", population=9000, practices=3))
    made.place.sites["U"] = replace(made.place.sites["T"])
    with pytest.raises(
        ConfigError, match=r"^place\.sites\.U is named 'T'; a site is named by its key in place\.sites$"
    ):
        made.check()


def test_a_value_inside_a_map_is_read_and_changed_by_its_key() -> None:
    config = compose()
    assert config.value("place.sites.B.practices") == 65
    assert config.with_values({"place.sites.B.practices": 64}).place.sites["B"].practices == 64
    assert config.place.sites["B"].practices == 65
    for wrong in ("place.sites.B.practises", "place.sites.Z.practices", "nothing.at.all", "place.sites.B.name"):
        with pytest.raises(ConfigError, match=f"unknown key {wrong}"):
            config.with_values({wrong: 1})


@pytest.mark.parametrize("error", [ConfigError("a\n b \x1b[31m\u202e" + "x" * 5000 + "end")])
def test_an_error_is_one_printable_line_however_long_what_it_quotes(error: ConfigError) -> None:
    assert str(error).startswith("a b \\x1b[31m\\u202exxx")
    assert str(error).isprintable()
    assert str(error).endswith("xxxend")
    assert len(str(error)) < 1100


def test_errors_of_the_code_that_hydra_calls_are_left_as_they_are() -> None:
    with pytest.raises(ZeroDivisionError), one_line_errors():
        _ = 1 // 0
    with pytest.raises(ConfigError, match="the configuration cannot be composed"), one_line_errors():
        OmegaConf.create("a: b", flags=3)  # type: ignore[call-overload]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["NO", "2015", "2012-04-02", "???", "${seed}", "${a}", "${oc.decode:'[1]'}", "${", "1e3", "a/b"]),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=6) | st.integers(), inside, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from([*(key.replace(NAME, "A") for key in known_keys()), "hope.betta", "place.sites.Z.merged"])
MANGLED = settings(
    max_examples=60, deadline=10_000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def composes_or_says_why(*overrides: str) -> None:
    told = ""
    try:
        compose(*overrides)
    except ConfigError as error:
        told = str(error)
    assert told.isprintable()
    assert len(told) < 1100


@MANGLED
@given(key=KEYS, value=VALUES)
def test_a_mangled_file_composes_or_is_refused_in_one_line(key: str, value: object, own: Path) -> None:
    for name in reversed(key.split(".")):
        value = {name: value}
    content = yaml.safe_dump(value, allow_unicode=True)
    (own / "scenario/x.yaml").write_text(f"# @package _global_\n{content}", encoding="utf-8")
    composes_or_says_why("scenario=x")


@MANGLED
@given(content=st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@`#,?~ \n\t12${}<é\0"), max_size=40))
def test_a_file_of_any_text_composes_or_is_refused_in_one_line(content: str, own: Path) -> None:
    (own / "scenario/x.yaml").write_text(content, encoding="utf-8")
    composes_or_says_why("scenario=x")


@MANGLED
@given(key=KEYS, sign=st.sampled_from(["", "", "+", "++", "~"]), value=VALUES | st.text(max_size=30))
def test_a_mangled_override_composes_or_is_refused_in_one_line(key: str, sign: str, value: object) -> None:
    composes_or_says_why(f"{sign}{key}={value}")


@MANGLED
@given(text=st.text(max_size=60))
def test_any_text_for_an_override_composes_or_is_refused_in_one_line(text: str) -> None:
    composes_or_says_why(text)


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
    assert composed["governance"].pop("bodies")
    assert not defaults["governance"].pop("bodies")
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
        run_hash(compose("place.sites.A.practices=24"), 1, VERSIONS),
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
    assert is_study(replace(place, sites=dict(reversed(place.sites.items()))))
    assert not is_study(replace(place, clone_to=6))
    assert not is_study(compose("~place.sites.A").place)
    assert not is_study(compose("place.sites.A.practices=24").place)


def test_the_panel_of_another_place_has_the_reported_response_rates() -> None:
    model = CommissioningModel(compose("place.clone_to=1", "timeline.weeks=46"), seed=1)
    survey = model.run().survey
    panel = survey[(survey["instrument"] == "panel") & (survey["item"] == "informed") & (survey["group_by"] == "all")]
    asked = int((model.world.people.present & (model.world.people.practice_role >= 0)).sum())
    rate = sum(PANEL["2013-02-15"].respondents) / sum(SIX_SITES_ELIGIBLE)
    assert panel["n"].iloc[0] == pytest.approx(asked * rate, rel=0.2)


# Composing again


def test_what_is_composed_again_is_nobody_elses() -> None:
    first = compose("timeline.weeks=9")
    first.hope.beta, first.place.sites["A"].population = 2.5, 7
    again = compose("timeline.weeks=9")
    assert again.hope.beta == Config().hope.beta
    assert again.place.sites["A"].population == 250_000


def test_a_file_that_has_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "configs"
    shutil.copytree(CONFIGS, folder)
    monkeypatch.setattr(module, "CONFIGS", folder)
    assert compose().hope.beta == Config().hope.beta
    scenario = folder / "scenario" / "baseline.yaml"
    scenario.write_text(scenario.read_text() + "hope:\n  beta: 2.25\n")
    assert compose().hope.beta == 2.25


def test_surroundings_are_looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for beta in (1.5, 2.5):
        monkeypatch.setenv("BETA", str(beta))
        assert compose("hope.beta='${oc.decode:${oc.env:BETA}}'").hope.beta == beta


def test_threads_may_compose_at_once() -> None:
    code = "\n".join([
        "import threading", "from sim import compose", "found = []",
        "threads = [threading.Thread(target=lambda: found.append(compose())) for _ in range(4)]",
        "[t.start() for t in threads]", "[t.join() for t in threads]", "assert len(found) == 4, found",
    ])  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("with=pride", "with='?pride'? does not exist; nothing is there"),
        ("with=[pride]", "with='?pride'? does not exist"),
        ("~place.sites.C=3", "~place.sites.C=3: what is taken away takes no value; allowed is ~place.sites.C"),
        ("~governance.bodies.locality", "place.sites.B.devolved=true, and it has no localities"),
        ("governance.bodies={a/b: {minutes: 60}}", "governance.bodies.a/b is called 'a/b'; allowed are small letters"),
        ("governance.bodies={governing_bdy: {minutes: 60}}", "has no seats; .* did you mean governing_body?"),
    ],
)
def test_what_is_not_there_or_cannot_be_is_told_in_a_line(override: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        compose(override)
