"""Pages are current, every number in them comes from code, and their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import experiments.directions.page as directions_page
import experiments.full_scorecard.page as full_scorecard_page
import experiments.rivals.page as rivals_page
from experiments.pages import ROOT, documents, numbers, steps
from experiments.pages.documents import NUMBER, TABLE, current, fill, pages, refill
from experiments.pages.numbers import keep_numbers, kept
from experiments.pages.reference import cited, configurations, declared
from sim import evidence
from sim.core.parameters import Status
from sim.run.config import compose, known_keys
from sim.run.model import CommissioningModel

PAGES = pages()
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


# The machinery, in a project of its own


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "docs" / "decisions").mkdir(parents=True)
    (tmp_path / "README.md").write_text("none\n")
    monkeypatch.setattr(documents, "ROOT", tmp_path)
    monkeypatch.setattr(documents, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(documents, "RECORDS", tmp_path / "docs" / "decisions")
    monkeypatch.setattr(numbers, "NUMBERS", tmp_path / "docs" / "numbers.json")
    return tmp_path


def test_a_kept_number_fills_a_page_and_a_changed_one_makes_it_stale(project: Path) -> None:
    page = project / "docs" / "page.md"
    page.write_text("of <!--n block.key-->?<!--/n--> runs and <!--n block.key--><!--/n-->\n")
    keep_numbers("block", {"key": "43 [38, 50]"})
    assert current() == ["docs/page.md"]
    assert refill() == ["docs/page.md"]
    filled = "of <!--n block.key-->43 [38, 50]<!--/n--> runs and <!--n block.key-->43 [38, 50]<!--/n-->\n"
    assert page.read_text() == filled
    assert current() == []
    keep_numbers("block", {"key": 44})
    assert current() == ["docs/page.md"]


def test_keeping_replaces_one_block_and_leaves_the_others(project: Path) -> None:
    keep_numbers("b", {"one": 1, "two": 2})
    keep_numbers("a", {"x": 0.5})
    keep_numbers("b", {"one": 3})
    assert kept() == {"a": {"x": 0.5}, "b": {"one": 3}}
    assert [p.name for p in numbers.NUMBERS.parent.iterdir() if p.is_file()] == ["numbers.json"]


@pytest.mark.parametrize("block", ["fact", "param", "count", "derived", "a.b"])
def test_blocks_read_from_code_cannot_be_kept(project: Path, block: str) -> None:
    with pytest.raises(ValueError, match=f"block '{block}' cannot be kept"):
        keep_numbers(block, {"x": 1})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fact.h15_engaged_n.2013", "208"),
        ("fact.h15_joint_working_sites", "4"),
        ("param.hope.half_life_weeks", "30"),
        ("param.preparation.rubber_stamping", "true"),
        ("param.running_costs.post_pounds", "60,000"),
        ("param.survey.gamma", "0.6"),
        ("count.facts", "354"),
    ],
)
def test_numbers_of_the_code_have_names(name: str, value: str) -> None:
    assert fill(f"a <!--n {name}-->old<!--/n-->.") == f"a <!--n {name}-->{value}<!--/n-->."


@pytest.mark.parametrize("name", ["fact.h15_engaged_n", "fact.h15_engaged_m.2013", "param.hope.beta.x", "nothing"])
def test_a_marker_without_number_is_named_with_its_page_and_nothing_is_written(project: Path, name: str) -> None:
    keep_numbers("block", {"key": 1})
    (project / "README.md").write_text("<!--n block.key--><!--/n-->\n")
    (project / "docs" / "bad.md").write_text(f"a <!--n {name}-->1<!--/n-->\n")
    with pytest.raises(ValueError, match=rf"^docs/bad\.md: no single number is called '{name}'"):
        refill()
    assert (project / "README.md").read_text() == "<!--n block.key--><!--/n-->\n"


def test_without_a_checkout_there_are_no_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "DOCS", tmp_path / "docs")
    assert documents.main() == 2
    said = capsys.readouterr().err
    assert "holds no docs/ to write pages to; allowed is this command in a checkout of the project" in said
    assert said.count("\n") == 1


def test_main_says_what_is_wrong_in_one_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs" / "bad.md").write_text("<!-- table nothing -->\n<!-- end nothing -->\n")
    assert documents.main() == 2
    assert capsys.readouterr().err.splitlines()[0].startswith("docs/bad.md: no table is called 'nothing'")


def test_a_table_is_put_between_its_lines_and_can_be_put_again() -> None:
    once = fill("before\n<!-- table status -->\nold\n<!-- end status -->\nafter\n")
    assert "| fitted | 4 |" in once
    assert "old" not in once
    assert once.startswith("before\n<!-- table status -->\n\n| status |")
    assert once.endswith("|\n\n<!-- end status -->\nafter\n")
    assert fill(once) == once


def test_dated_records_are_left_alone() -> None:
    assert NAMES[0] == "README.md"
    assert "docs/scorecard.md" in NAMES
    assert not [name for name in NAMES if name.startswith("docs/decisions/")]


# The pages of this project


MADE_BY = {
    "scorecard": ("scorecard", "pattern", "gamma", *full_scorecard_page.tables()),
    "rivals": ("rivals", *rivals_page.tables()),
    "directions": tuple(directions_page.tables()),
    "gallery": ("gallery",),
    "headlines": ("headlines",),
    "benchmarks": ("benchmarks",),
}
"""Blocks of numbers and tables that each step makes."""


def unstamped(text: str) -> set[str]:
    """Steps of which a page shows something without saying with what it was made."""
    blocks = {m["name"].partition(".")[0] for m in NUMBER.finditer(text)} | {m["name"] for m in TABLE.finditer(text)}
    shown = {step for step, made in MADE_BY.items() if blocks & set(made)}
    return {step for step in shown if f"<!--n stamp.{step}-->made with " not in text}


def test_every_block_that_is_kept_is_made_by_a_step() -> None:
    assert set(kept()) - {steps.MADE_WITH} <= {name for made in MADE_BY.values() for name in made}
    assert set(MADE_BY) == {step.name for step in steps.STEPS if not step.fits}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_page_says_with_what_model_its_results_were_made(page: Path) -> None:
    assert unstamped(page.read_text(encoding="utf-8")) == set()


def test_results_without_a_stamp_are_found() -> None:
    rows = "<!-- table switches -->\n<!-- end switches -->\n"
    assert unstamped(f"<!--n rivals.luck-->5<!--/n-->\n{rows}<!--n count.facts-->354<!--/n-->") == {
        "rivals",
        "scorecard",
    }
    assert unstamped(f"It was <!--n stamp.scorecard-->made with model x<!--/n-->\n{rows}") == set()


def test_every_page_is_as_code_writes_it() -> None:
    assert current() == [], "run: make docs"


MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NO_PROSE = (
    TABLE,
    NUMBER,
    re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL),
    re.compile(r"`[^`]*`"),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"!?\[[^\]]*\]\([^)]*\)"),
    re.compile(r"https?://\S+"),
    re.compile(r"^#.*$", re.MULTILINE),
)
ALLOWED = (
    re.compile(rf"\b\d{{1,2}} (?:{MONTHS})\b"),
    re.compile(r"\b(?:19|20)\d\d(?:[/-]\d\d)?\b"),
    re.compile(r"\b95 %"),  # defines every interval
    re.compile(r"\bPython \d\.\d+(?: to \d\.\d+)?"),
    re.compile(r"\bv\d\.\d\b"),  # of a licence
    re.compile(r"\b[Ll]evels? [0-3](?:(?:, | and | to )[0-3])*\b"),  # names of levels of delegation
    re.compile(r"^\| [1-7]\.\d \|", re.MULTILINE),  # numbers of checklist items
    re.compile(r"^ *\d+\. ", re.MULTILINE),  # of lists
    re.compile(r"\b(?=\w*[A-Za-z_])(?=\w*\d)\w+"),  # identifiers
)


def without(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    """The text with what patterns match blanked, lines kept."""
    for pattern in patterns:
        text = pattern.sub(lambda m: " " + "\n" * m[0].count("\n"), text)
    return text


def numerals(text: str) -> Iterator[str]:
    """Lines that hold a number which no code has put there, with their numbers."""
    original = text.splitlines()
    for number, line in enumerate(without(text, NO_PROSE + ALLOWED).splitlines(), start=1):
        if re.search(r"\d", line):
            yield f"{number}: {original[number - 1].strip()}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_number_of_the_prose_comes_from_code(page: Path) -> None:
    assert list(numerals(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("54 % are informed", 1),
        ("about <!--n a.b-->54<!--/n--> %, then\n60", 1),
        ("half of\n12 in `7` and [8](page9.md)", 1),
        ("```\n3 runs\n```\nin 2015/16, on 1 April 2013, level 2, with a 95 % interval by Python 3.11 to 3.13", 0),
        ("## 4 headings\n1. list\n<!-- table t -->\n5\n<!-- end t -->\nh15_engaged_n, v3.0", 0),
    ],
)
def test_the_search_for_numbers_finds_what_it_should(text: str, found: int) -> None:
    assert len(list(numerals(text))) == found


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_line_begins_with_a_marker(page: Path) -> None:
    """A comment that begins a line makes raw HTML of all of it, and Markdown in it is not rendered."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^[ >]*(?:[-*+] +|\d+\. +)?<!--n .*", text, re.MULTILINE) == []


def anchors(page: Path) -> set[str]:
    """Explicit anchors of a page, and those of its headings."""
    text = page.read_text(encoding="utf-8")
    headings = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ +(.*)$", text, re.M)]
    return {*re.findall(r'<a id="([^"]+)">', text), *headings}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    text = without(page.read_text(encoding="utf-8"), NO_PROSE[2:4])
    known: dict[Path, set[str]] = {}
    lost = []
    for target in set(re.findall(r"\]\(([^)\s]+)\)", text)):
        if target.startswith(("http", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            lost.append(target)
        elif anchor:
            known.setdefault(file, anchors(file))
            if anchor not in known[file]:
                lost.append(target)
    assert lost == []


# What the README says is so


README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(?:make|python -m) .*$", "\n".join(re.findall(r"^```\n(.*?)^```", README, re.M | re.S)), re.M)


def test_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert len(COMMANDS) >= 5
    for command in COMMANDS:
        words = shlex.split(command, comments=True)
        if words[0] == "make":
            assert words[1] in targets, command
        else:
            module = ROOT / words[2].replace(".", "/")
            assert module.with_suffix(".py").is_file() or (module / "__main__.py").is_file(), command


@pytest.mark.parametrize("command", [c for c in COMMANDS if "experiments.run" in c and "--help" not in c])
def test_settings_in_commands_of_the_readme_are_allowed(command: str) -> None:
    overrides = [word for word in shlex.split(command, comments=True)[3:] if "=" in word]
    first = [f"{key}={value.split(',')[0]}" for key, value in (o.split("=") for o in overrides)]
    assert compose(*first).scenario.name


def test_a_mechanism_of_ones_own_works_as_the_readme_says() -> None:
    (block,) = (b for b in re.findall(r"^```python\n(.*?)^```", README, re.M | re.S) if "class Newsletter" in b)
    code, call = block.rstrip().rsplit("\n", 1)
    names = {"CommissioningModel": CommissioningModel, "compose": compose, "__name__": "__main__"}
    exec(compile(code.replace("weeks=52", "weeks=9"), "README.md", "exec", dont_inherit=True), names)
    with_it = eval(call, names)
    assert with_it.is_monotonic_increasing
    assert with_it.iloc[-1] > 0.02
    model = names["model"]
    assert model.processes[-1].name == "newsletter"
    model.audit()
    without = CommissioningModel(compose("timeline.weeks=9"), seed=7).run()
    members, plain = (r.series.query("week == 8 and role == 'none'") for r in (model.results(), without))
    assert (members["p_engaged"].to_numpy() > plain["p_engaged"].to_numpy()).all()


def test_the_readme_names_every_scenario() -> None:
    named = set(re.findall(r"`([a-z0-9_]+)`", README))
    short = {f"{base}{end}" for base in named for end in named if end.startswith("_")}
    short |= {f"{re.sub(r'_[0-9]+$', '', base)}{end}" for base in named for end in named if end.startswith("_")}
    assert set(configurations("scenario")) - named - short == set()


# Every setting says where it comes from


def test_every_key_of_a_configuration_is_declared() -> None:
    leaves = {key for key, allowed in known_keys().items() if allowed != "a block of keys"}
    assert {p.key for p in declared()} == leaves


@pytest.mark.parametrize("p", declared(), ids=lambda p: p.key)
def test_a_setting_has_unit_status_and_source(p: documents.Any) -> None:
    assert p.unit
    assert len(p.source) > 3
    assert p.status in get_args(Status)
    entries = [name for name in re.findall(r"\w+", p.source) if evidence.exists(name)]
    if p.status == "measured":
        assert entries or re.search(r"open data|national terms|letters of the study", p.source)
    if p.status == "fitted":
        assert entries or "fitted to" in p.source


def test_every_id_cited_has_its_row() -> None:
    page = anchors(ROOT / "docs" / "cited.md")
    assert len(cited()) > 100
    assert set(cited()) <= page
