"""The recipes of CONTRIBUTING, done as they stand in a copy of the project: a mechanism, a body, a kind of agent."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = [
    textwrap.dedent(block) for block in re.findall(r"^ *```(?:python|yaml)\n(.*?)^ *```$", CONTRIBUTING, re.M | re.S)
]

TRIED = """
from sim import CommissioningModel, compose
from sim.state.support_units import SupportUnit

config = compose("with=pride", "scenario=remuneration_committee", "timeline.weeks=4", "timeline.warm_up_weeks=2")
model = CommissioningModel(config, seed=1)
results = model.run()
model.audit()
world = model.world
assert (results.ledger["pride"] > 0).any()
plain = CommissioningModel(compose("timeline.weeks=1", "timeline.warm_up_weeks=0"), seed=1)
assert not plain.run().ledger["pride"].any()
names = [path.split("/", 1)[1] for path in world.paths["bodies"]]
assert names.count("remuneration_committee") == world.ccgs.size
units = model.agents_by_type[SupportUnit]
assert len(units) == 2
assert sum(units.get("income")) == world.ccgs.support_posts.sum() > 0
assert compose().pride.beta == 0, "off unless it is asked for"
"""


@pytest.fixture(scope="module")
def copy_with_recipes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which everything that CONTRIBUTING shows has been done."""
    copy = tmp_path_factory.mktemp("project")
    for folder in ("sim", "configs", "tests/mechanisms", "experiments"):
        shutil.copytree(ROOT / folder, copy / folder)
    for file in ("tests/worlds.py", "pyproject.toml"):
        shutil.copy2(ROOT / file, copy / file)
    for block in BLOCKS:
        place, _, content = block.partition("\n")
        if found := re.fullmatch(r"# in (\S+) below (\w+)", place):
            insert(copy / found[1], content, found[2])
        elif found := re.fullmatch(r"# (\S+\.(?:py|yaml))", place):
            path = copy / found[1]
            assert not path.exists(), f"{path} is there already"
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
    return copy


def insert(path: Path, lines: str, below: str) -> None:
    """Put lines into a file as a reader would: an import among the imports, an entry below the one that is named."""
    text = path.read_text(encoding="utf-8")
    for line in lines.splitlines(keepends=True):
        if line.startswith("from "):
            text = re.sub(r"^from sim", rf"{line}\g<0>", text, count=1, flags=re.M)
        else:
            entry = rf'^    (?:{below},|Driver\(\s*"{below}",(?:.|\n)*?^    \)),?\n'
            text, count = re.subn(entry, rf"\g<0>{line}", text, count=1, flags=re.M)
            assert count == 1, f"{path.name} has no entry {below}"
    path.write_text(text, encoding="utf-8")


def run(copy: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_the_recipes_are_found() -> None:
    assert len(BLOCKS) == 9
    assert all(re.match(r"# (in )?\S+\.(py|yaml)", block) for block in BLOCKS)


def test_what_the_recipes_make_runs_together(copy_with_recipes: Path) -> None:
    run(copy_with_recipes, "-c", TRIED)


def test_the_test_of_the_recipe_passes_and_every_mechanism_is_held_to_the_contract(copy_with_recipes: Path) -> None:
    chosen = "tests/mechanisms/members/test_pride.py"
    run(copy_with_recipes, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", chosen)
