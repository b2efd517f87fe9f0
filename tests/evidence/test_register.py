"""The evidence register: complete, consistent, and able to say what is wrong with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim import evidence
from sim.evidence.register import HERE

FILES = ("facts.yaml", "mechanisms.yaml", "sources.yaml", "systems.md", "coverage.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the register to break."""
    for name in FILES:
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"nothing to break: {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def lines_starting(name: str, beginning: str) -> int:
    return sum(line.startswith(beginning) for line in (HERE / name).read_text(encoding="utf-8").splitlines())


def test_counts_match_the_files_counted_by_hand() -> None:
    assert len(evidence.facts()) == 354 == lines_starting("facts.yaml", "  - id: ")
    assert len(evidence.mechanisms()) == 351 == lines_starting("mechanisms.yaml", "  - id: ")
    assert set(evidence.sources()) == {"checkland2014", "mcdermott2015", "mcdermott2018", "holder2015", "naylor2013"}
    assert len(evidence.systems()) == 109 == lines_starting("systems.md", "- **")


def test_the_register_that_ships_is_sound() -> None:
    assert evidence.check() == []


def test_a_fact_reads_as_written() -> None:
    fact = evidence.facts()["n13_sites_with_localities"]
    assert (fact.group, fact.unit, fact.source, fact.kind) == ("ccg_structure", "CCGs", "naylor2013", "structure")
    assert dict(fact.value) == {"with_locality": 4, "of_sites": 6}


def test_a_mechanism_reads_as_written() -> None:
    claim = evidence.mechanisms()["time_shortage_blocks_engagement"]
    assert claim.if_ == "general practice is under demand and recruitment pressure"
    assert dict(claim.effect) == {"time_available": "-", "engagement": "-"}
    assert claim.on == ("GP", "practice", "CCG")
    assert claim.core
    assert claim.facts == ("h15_time_for_role", "h15_cost_to_care")


def test_dates_are_strings_as_precise_as_written() -> None:
    assert evidence.sources()["mcdermott2015"].date == "2015"
    assert evidence.sources()["checkland2014"].date == "2014-04"
    assert evidence.sources()["naylor2013"].date == "2013-02-19"
    assert {type(fact.date) for fact in evidence.facts().values()} == {str}


def test_systems_expand_groups_and_wildcards() -> None:
    systems = {system.name: system for system in evidence.systems()}
    body = systems["CCG as statutory body"]
    assert body.centrality == "core"
    assert body.section == "1. Inside the CCG: bodies"
    assert {"n13_sites_with_localities", "n13_sites_in_alliances"} <= set(body.facts)  # the group ccg_structure
    assert {"h15_site_a", "h15_site_f"} <= set(body.facts)  # h15_site_*
    grouped = {claim.id for claim in evidence.mechanisms().values() if claim.group == "running_costs_and_capacity"}
    assert grouped < set(body.mechanisms)
    assert not any("*" in name for system in systems.values() for name in (*system.facts, *system.mechanisms))


def test_what_is_in_the_model_says_where() -> None:
    coverage = {entry.system: entry for entry in evidence.shipped().coverage}
    assert set(coverage) == {system.name for system in evidence.systems()}
    pair = coverage["GP-manager pair"]
    assert (pair.status, pair.where[0]) == ("partly", "sim/mechanisms/members/relationships.py")
    assert "pair_history" in pair.mechanisms
    assert not coverage["Risk register"].where


def test_lookup_finds_every_kind_of_entry() -> None:
    assert isinstance(evidence.lookup("n13_timeline"), evidence.Fact)
    assert isinstance(evidence.lookup("role_overflows_contract"), evidence.Mechanism)
    assert isinstance(evidence.lookup("holder2015"), evidence.Source)
    both = evidence.lookup("localities")
    assert isinstance(both, evidence.Group)
    assert both.facts
    assert both.mechanisms
    assert evidence.exists("gp_time")
    assert not evidence.exists("gp_tine")


def test_a_wrong_id_suggests_near_ones() -> None:
    with pytest.raises(KeyError, match="role_overflows_contract"):
        evidence.lookup("role_overflow_contract")
    with pytest.raises(KeyError, match=r"no evidence has the id 'zzzzzzzz'\"$"):
        evidence.lookup("zzzzzzzz")


def test_entries_cannot_be_changed() -> None:
    fact = evidence.facts()["n13_sites_with_localities"]
    with pytest.raises(AttributeError):
        fact.unit = "practices"  # type: ignore[misc]
    with pytest.raises(TypeError):
        fact.value["of_sites"] = 7
    with pytest.raises(TypeError):
        evidence.facts()["new"] = fact  # type: ignore[index]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("mechanisms.yaml", "- h15_cost_to_care", "- h15_cost_to_nobody", "unknown fact h15_cost_to_nobody"),
        ("mechanisms.yaml", "  - holder2015", "  - holder2051", "unknown source holder2051"),
        ("facts.yaml", "source: naylor2013", "source: nobody2013", "n13_timeline: unknown source nobody2013"),
        ("facts.yaml", "id: n13_slides_date", "id: n13_timeline", "n13_timeline: names 2 things"),
        ("facts.yaml", "id: n13_slides_date", "id: engagement", "engagement: names 2 things"),
        ("systems.md", "`rubber_stamping`", "`rubber_stumping`", "unknown reference rubber_stumping"),
        ("systems.md", "`h15_site_*`", "`h51_site_*`", "unknown reference h51_site_*"),
        ("mechanisms.yaml", "strength: strong", "strength: strange", "unknown strength strange"),
        ("mechanisms.yaml", "time_available: '-'", "time_available: '?'", "unknown sign ?"),
        ("coverage.yaml", "  Governing body:", "  Governing bodies:", "Governing body: no word on whether it is in"),
        ("coverage.yaml", "  Governing body:", "  Governing bodies:", "Governing bodies: covered, but no such system"),
        ("coverage.yaml", "status: in", "status: inside", "unknown status inside"),
        ("coverage.yaml", "status: partly", "status: not_yet", "CCG as statutory body: is not_yet and names 3 files"),
        ("coverage.yaml", "running_costs.py", "walking_costs.py", "no file sim/mechanisms/money/walking_costs.py"),
        ("coverage.yaml", "[rubber_stamping,", "[overload_burnout,", "its files do not name overload_burnout"),
        ("coverage.yaml", "[rubber_stamping,", "[rubber_stumping,", "unknown fact or mechanism rubber_stumping"),
    ],
)
def test_check_finds_a_planted_fault(folder: Path, file: str, old: str, new: str, problem: str) -> None:
    replace(folder / file, old, new)
    found = evidence.check(evidence.read(folder))
    assert any(problem in line for line in found), found


def test_a_faultless_copy_has_no_problems(folder: Path) -> None:
    assert evidence.check(evidence.read(folder)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("facts.yaml", "    unit: calendar\n", "", "n13_timeline.*unit"),
        ("facts.yaml", "    unit: calendar", "    units: calendar", "n13_timeline.*units"),
        ("systems.md", "(core): holds", "core: holds", "no system"),
        ("coverage.yaml", "    status: partly\n", "", "CCG as statutory body.*status"),
    ],
)
def test_a_malformed_entry_is_refused_by_name(folder: Path, file: str, old: str, new: str, message: str) -> None:
    replace(folder / file, old, new)
    with pytest.raises(ValueError, match=message):
        evidence.read(folder)


def test_importing_reads_nothing_and_the_first_question_reads_once() -> None:
    code = (
        "from sim import evidence; before = evidence.shipped.cache_info().currsize;"
        "evidence.facts(); evidence.exists('csu'); info = evidence.shipped.cache_info();"
        "print(before, info.misses, info.hits)"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.split() == ["0", "1", "1"]
