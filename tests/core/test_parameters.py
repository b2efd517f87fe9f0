"""Every parameter says where it comes from, and every id that is named exists."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from sim import evidence
from sim.core.parameters import Parameter, Status, check_values, param, parameters
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
