"""The house has floors: what lies lower knows nothing of what lies above, and the ground floor nothing of the field."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"
FLOORS = ("core", "evidence", "settings", "state", "mechanisms", "survey", "run", "ensembles", "studies", "plots")
"""From the ground up."""


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports of ``sim``, also within functions and for type checkers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "sim":
                yield from (f"sim.{alias.name}" for alias in node.names)
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_every_folder_has_its_floor() -> None:
    assert {path.name for path in SIM.iterdir() if (path / "__init__.py").exists()} == set(FLOORS)


@pytest.mark.parametrize("floor", FLOORS)
def test_nothing_looks_up(floor: str) -> None:
    above = FLOORS[FLOORS.index(floor) + 1 :]
    found = {
        (str(path.relative_to(SIM)), name)
        for path in (SIM / floor).rglob("*.py")
        for name in imported(path)
        if name.startswith("sim.") and name.split(".")[1] in above
    }
    assert not found


def test_processes_never_import_each_other() -> None:
    for path in (SIM / "mechanisms").rglob("*.py"):
        if path.name in ("schedule.py", "__init__.py"):
            continue
        own = {"base", "claims", "decision_rights", "ballots"}
        others = {n for n in imported(path) if n.startswith("sim.mechanisms.") and n.rpartition(".")[2] not in own}
        assert not others, path.name
