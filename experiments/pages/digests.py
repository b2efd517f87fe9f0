"""Digests of what computed pages depend on: eight digits each, which change when that changes.

What counts of the model is the results that it gives, so its digest moves neither with rounding nor with a rewritten
mechanism that does the same. Of code it is what the parser reads, so comments, docstrings and format do not count.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from sim import simulate
from sim.run.fitted_values import NONE, vectors
from sim.run.results import Results

RUNS = {"baseline": 1, "delegation_level_3": 2, "running_costs_cut_20": 3, "succession_staggered": 4}
"""Seed of the run of each scenario that is looked at: the baseline, delegation, money and elections."""
UNFITTED = ("timeline.weeks=100", f"scenario.vectors={NONE}")
"""What a fit sees of the model: runs to the second wave, with no fitted value in them."""


@cache
def results_digest() -> str:
    """Return the digest of states, money, drivers and answers of some runs, to six decimals."""
    return _of_runs(simulate(f"scenario={scenario}", seed=seed) for scenario, seed in RUNS.items())


@cache
def unfitted_digest(scenario: str) -> str:
    """Return the same of one run of a scenario in which nothing is fitted: a fit does not change it."""
    return _of_runs([simulate(f"scenario={scenario}", *UNFITTED, seed=1)])


def vectors_digest(names: Sequence[str]) -> str:
    """Return the digest of some sets of fitted vectors."""
    return _digest([json.dumps([vectors(name) for name in names]).encode()])


def study_digest(root: Path, names: Sequence[str], claims: str = "") -> str:
    """Return the digest of what a study is made of.

    Args:
        root: the checkout.
        names: files below it, and folders, whose Python files count.
        claims: whatever else the study depends on.

    Raises:
        FileNotFoundError: a file that does not exist.
    """
    paths = [path for name in names for path in (sorted((root / name).rglob("*.py")) or [root / name])]
    parts = [part for path in paths for part in (path.relative_to(root).as_posix().encode(), _content(path))]
    return _digest([*parts, claims.encode()])


def forget() -> None:
    """Forget what has been looked at, because fitted vectors were written."""
    vectors.cache_clear()
    results_digest.cache_clear()


def _of_runs(runs: Iterable[Results]) -> str:
    return _digest(part for results in runs for part in _parts(results))


def _parts(found: Results) -> Iterator[bytes]:
    for table in (found.series, found.ccgs, found.ledger):
        yield _text(table[table["week"] == table["week"].max()])
    yield _text(found.survey)
    yield _text(found.events["kind"].value_counts().sort_index().to_frame())


def _text(table: pd.DataFrame) -> bytes:
    rounded = table.copy()
    numbers = table.select_dtypes("number")
    rounded[numbers.columns] = numbers.round(6) + 0.0  # no minus zero
    return rounded.to_csv(float_format="%.6f").encode()


def _content(path: Path) -> bytes:
    """Return what a file says; of Python without comments, docstrings and format."""
    content = path.read_bytes()
    if path.suffix != ".py":
        return content
    tree = ast.parse(content)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            node.body = [part for part in node.body if not _is_text(part)]
    return ast.dump(tree).encode()


def _is_text(part: ast.stmt) -> bool:
    """Tell whether a statement is a docstring, or the text below a constant that says what it is."""
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str)


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=4)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
