"""Every parameter says where it comes from, and every id that is named exists."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from sim import evidence
from sim.core.parameters import Parameter, Status, check_values, param, parameters, quoted
from sim.mechanisms.schedule import WEEK
from sim.run.config import CONFIGS, Config

ROOT = Path(evidence.__file__).parents[1]
BLOCKS = {f.name: getattr(Config(), f.name) for f in dataclasses.fields(Config)}
EVERY = [p for name, block in BLOCKS.items() if dataclasses.is_dataclass(block) for p in parameters(block, name)]
ID = re.compile(r"\b[a-z]\w*_\w+\b")
"""What looks like an id: words joined by underscores."""
FACT_ID = re.compile(r"\b(?:c14|m15|m18|n13|h15)_\w+")


def test_every_block_of_processes_governance_population_and_survey_is_looked_at() -> None:
    looked_at = {p.key.partition(".")[0] for p in EVERY}
    assert {*(p.name for p in WEEK), "governance", "population", "survey"} <= looked_at
    assert len(EVERY) > 100


@pytest.mark.parametrize("process", WEEK, ids=lambda p: p.name)
def test_every_number_of_a_process_is_a_parameter(process: type) -> None:
    declared = {p.key.partition(".")[2] for p in parameters(process, process.name)}
    assert declared == {f.name for f in dataclasses.fields(process)}


@pytest.mark.parametrize("p", EVERY, ids=lambda p: p.key)
def test_a_parameter_has_meaning_unit_status_source_and_a_default_within_its_range(p: Parameter) -> None:
    assert p.about.strip()
    assert p.unit.strip()
    assert p.status in get_args(Status)
    assert len(p.source.strip()) > 3
    check_values(BLOCKS[p.key.partition(".")[0]], p.key.partition(".")[0])
    if p.choices:
        assert p.default in p.choices
    elif isinstance(p.default, (int, float)) and not isinstance(p.default, bool):
        assert p.low is not None or p.high is not None, "a number has a range"
        assert p.allowed != "any"


@pytest.mark.parametrize("p", EVERY, ids=lambda p: p.key)
def test_ids_named_as_source_exist(p: Parameter) -> None:
    bogus = [name for name in ID.findall(p.source) if not evidence.exists(name)]
    assert not bogus


@pytest.mark.parametrize("p", [p for p in EVERY if p.status == "measured"], ids=lambda p: p.key)
def test_what_is_measured_names_where(p: Parameter) -> None:
    named = [name for name in re.findall(r"\w+", p.source) if evidence.exists(name)]
    assert named or "open data" in p.source or "national terms" in p.source


def test_at_most_four_numbers_are_fitted() -> None:
    assert {p.key for p in EVERY if p.status == "fitted"} == {
        "hope.beta", "hope.half_life_weeks", "survey.threshold_somewhat", "survey.threshold_highly",
    }  # fmt: skip


@pytest.mark.parametrize("process", WEEK, ids=lambda p: p.name)
def test_every_process_rests_on_evidence_that_exists(process: type) -> None:
    assert process.evidence
    assert [name for name in process.evidence if not evidence.exists(name)] == []


def test_ids_in_comments_and_configurations_exist() -> None:
    files = [*(ROOT / "mechanisms").rglob("*.py"), *(ROOT / "settings").glob("*.py"), *CONFIGS.rglob("*.yaml")]
    assert len(files) > 30
    bogus = {f"{f.name}: {n}" for f in files for n in FACT_ID.findall(f.read_text()) if not evidence.exists(n)}
    assert not bogus


# The machinery, on a block of its own


@dataclass
class Example:
    """Three parameters and something that is none."""

    share: float = param(0.5, "share", "a part", source="assumed")
    often: float = param(2, "1/week", "how often", within=(1, None), source="assumed")
    mode: str = param("plain", "-", "which way", choices=("plain", "fancy"), source="assumed")
    on: bool = param(True, "-", "whether at all", source="assumed")
    other: int = 3


def test_parameters_lists_what_is_declared() -> None:
    listed = {p.key: p for p in parameters(Example, "example")}
    assert list(listed) == ["example.share", "example.often", "example.mode", "example.on"]
    assert [p.allowed for p in listed.values()] == ["0..1", "1..", "plain | fancy", "true | false"]
    assert listed["example.share"].about == "a part"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"share": 1.5}, "example.share=1.5 is out of range; allowed is 0..1 share"),
        ({"share": -0.1}, "example.share=-0.1 is out of range; allowed is 0..1 share"),
        ({"share": float("nan")}, "example.share=nan is out of range; allowed is 0..1 share"),
        ({"often": 0.5}, "example.often=0.5 is out of range; allowed is 1.. 1/week"),
        ({"mode": "fancey"}, "example.mode=fancey is not allowed; allowed is plain | fancy; did you mean fancy?"),
    ],
)
def test_a_value_out_of_range_names_key_value_and_what_is_allowed(value: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        check_values(Example(**value), "example")


def test_values_at_the_ends_of_the_range_are_allowed() -> None:
    check_values(Example(share=0), "example")
    check_values(Example(share=1, often=1, mode="fancy", on=False, other=-7), "example")


@dataclass
class Typed:
    """A field of each type that a configuration has, and one that none has."""

    number: float = param(1, "-", "a number", within=(0, 9), source="assumed")
    count: int = param(1, "-", "a whole number", within=(0, 9), source="assumed")
    on: bool = param(True, "-", "whether", source="assumed")
    word: str = param("a", "-", "a text", source="assumed")
    words: list[str] = param(["a"], "-", "texts", source="assumed")
    years: dict[int, int] = param({2013: 1}, "-", "by year", within=(0, 9), source="assumed")
    blocks: dict[str, Example] = param({}, "-", "by name", source="assumed")
    other: object = None


def test_numbers_of_numpy_become_plain_ones_in_place() -> None:
    words, years = [np.str_("b")], {np.int64(2013): np.uint8(2)}
    owner = Typed(np.int64(2), np.int8(3), np.False_, np.str_("b"), words, years, {"x": Example(share=np.float32(0.5))})  # type: ignore[arg-type]
    check_values(owner, "typed")
    assert owner == Typed(2.0, 3, False, "b", ["b"], {2013: 2}, {"x": Example(share=0.5)})
    assert [type(v) for v in (owner.number, owner.count, owner.on, owner.word, *words, *years.values())] == [
        float, int, bool, str, str, int,
    ]  # fmt: skip
    assert owner.words is words
    assert owner.years is years


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"number": "1"}, "typed.number=1 is a text; allowed is a number"),
        ({"number": True}, "typed.number=True is not allowed; allowed is a number"),
        ({"number": 10**400}, "typed.number=10000"),
        ({"count": 1.0}, "typed.count=1 is not allowed; allowed is a whole number"),
        ({"count": np.bool_(True)}, "typed.count=True is not allowed; allowed is a whole number"),
        ({"on": 1}, "typed.on=1 is not allowed; allowed is true | false"),
        ({"word": 1}, "typed.word=1 was not read as a text; put it in quotes"),
        ({"word": None}, "typed.word=None is not allowed; allowed is a text"),
        ({"words": "ab"}, "typed.words=ab is not allowed; allowed is a list of texts"),
        ({"words": ["a", 2]}, "typed.words=2 was not read as a text"),
        ({"years": {2013: 1.5}}, "typed.years.2013=1.5 is not allowed; allowed is a whole number"),
        ({"years": {2013: 10}}, "typed.years.2013=10 is out of range; allowed is 0..9"),
        ({"years": {"a": 1}}, "typed.years: entry=a is a text; allowed is a whole number"),
        ({"blocks": {"x": 1}}, "typed.blocks.x=1 is not allowed; allowed is a block of keys"),
        ({"blocks": {"x": Example(share="1")}}, "typed.blocks.x.share=1 is a text"),  # type: ignore[arg-type]
        ({"blocks": [1]}, "typed.blocks=[1] is not allowed; allowed is a map by name, each entry a block of keys"),
    ],
)
def test_a_value_of_another_type_is_refused_by_key(value: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        check_values(Typed(**value), "typed")  # type: ignore[arg-type]


def test_a_field_of_a_type_that_no_configuration_has_is_left_alone() -> None:
    kept = np.ones(2)
    owner = Typed(other=kept)
    check_values(owner, "typed")
    assert owner.other is kept


def test_a_quoted_value_is_one_short_line() -> None:
    assert quoted("a\n  b") == "a b"
    assert quoted(0.1) == "0.1"
    assert quoted("x" * 80) == "x" * 80
    assert quoted("x" * 81) == "x" * 80 + "..."
