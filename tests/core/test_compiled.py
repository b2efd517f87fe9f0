"""Compiled loops say what the same loops say in plain Python, to the bit, and stay within their arrays."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core.registry import CPUDispatcher

import sim
from sim.core.compiled import compiled, rule
from sim.core.tables import Column, GuardedTable, Table
from sim.core.ties import Edges
from sim.state.people import Kind

LIVES = """
import hashlib
from sim.run.model import CommissioningModel
from tests.worlds import TWO_SITES, spread_out

model = CommissioningModel(spread_out(*TWO_SITES, gps=3, weeks=70, warm_up_weeks=3), seed=4)
model.run()
world = model.world
digest = hashlib.sha256()
for table in (world.people, world.practices, world.ccgs, world.bodies, world.seats, world.items):
    for name in table.columns:
        digest.update(table[name].tobytes())
print(world.people.size, world.items.size, digest.hexdigest())
"""


def lives(**environment: str) -> str:
    """Return the digest of the last states of a run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LIVES], capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return done.stdout


def test_plain_python_lives_the_same_lives_without_a_warning() -> None:
    assert lives() == lives(NUMBA_DISABLE_JIT="1", PYTHONWARNINGS="error::RuntimeWarning")


LOOPS = {
    f"{module.name}.{name}": getattr(value, "loop", value)
    for module in pkgutil.walk_packages(sim.__path__, "sim.")
    for name, value in vars(importlib.import_module(module.name)).items()
    if isinstance(getattr(value, "loop", value), CPUDispatcher) and value.__module__ == module.name
}


def test_the_loops_are_found() -> None:
    assert {"sim.core.luck.unit", "sim.core.ties._neighbour_sums", "sim.mechanisms.members.informedness.learn"} <= set(
        LOOPS
    )


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_nothing_is_reordered_to_be_faster(loop: CPUDispatcher) -> None:
    assert not loop.targetoptions.get("fastmath")
    assert not loop.targetoptions.get("parallel")


def literals(path: Path) -> set[str]:
    """Return the names that a file sets from literals and numpy alone."""
    found = {"np"}
    for statement in ast.parse(path.read_text()).body:
        if (
            isinstance(statement, ast.Assign)
            and {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)} <= found
        ):
            found |= {n.id for target in statement.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return found


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_loop_uses_nothing_of_other_files(loop: CPUDispatcher) -> None:
    """What is compiled is kept until its own file changes; a constant of another file would go stale unseen."""
    python = loop.py_func
    own = literals(Path(python.__code__.co_filename))
    for name in set(python.__code__.co_names) & set(python.__globals__):
        value = python.__globals__[name]
        beside = isinstance(value, CPUDispatcher) and value.py_func.__module__ == python.__module__
        assert beside or name in own, f"{name} comes from elsewhere: give it as an argument"


def test_a_compiled_loop_writes_into_what_it_is_given() -> None:
    @compiled
    def double(values: np.ndarray) -> float:
        for i in range(values.size):
            values[i] *= 2
        return values[0]

    values = np.arange(3.0)
    assert double(values) == 0.0
    assert values.tolist() == [0.0, 2.0, 4.0]
    values.flags.writeable = False
    with pytest.raises(numba.TypingError, match="readonly"):
        double(values)


def test_an_index_outside_its_array_is_an_error_and_not_another_number() -> None:
    with pytest.raises(IndexError):
        Edges(np.array([0]), np.array([7]), np.ones(1)).sum_over_neighbours(np.ones(5))


def test_where_nothing_can_be_kept_loops_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_ = numba.njit

    def nowhere(cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compile_(**options)

    monkeypatch.setattr(numba, "njit", nowhere)
    assert compiled(lambda a, b: a + b)(1, 2) == 3


@dataclass
class Pull:
    """Parameters of the rule below."""

    beta: float = 0.5
    unused: str = "no number"


@rule
def pull(people: Table, own: Pull, weeks: int, felt: np.ndarray) -> float:
    """A rule that opens a table, parameters and a code, and is passed a number and an array."""
    total = 0.0
    for i in range(people.pull.size):
        if people.kind[i] == Kind.MANAGER:
            people.pull[i] = own.beta * weeks * felt[i]
            total += people.pull[i]
    return total


def three_people() -> Table:
    people = Table("people", [Column("kind", "int8", "code", ""), Column("pull", "float64", "-", "")])
    people.append(3, kind=[Kind.GP, Kind.MANAGER, Kind.MANAGER])
    return people


def test_a_rule_is_given_the_columns_parameters_and_codes_that_it_names() -> None:
    people = three_people()
    assert pull(people, Pull(), 4, np.array([1.0, 2.0, 3.0])) == 10.0
    assert people.pull.tolist() == [0.0, 4.0, 6.0]
    assert pull(people, Pull(beta=1.0), 1, felt=np.ones(3)) == 2.0
    python = pull.loop.py_func  # type: ignore[attr-defined]
    assert set(inspect.signature(python).parameters) == {
        "people_pull", "people_kind", "Kind_MANAGER", "own_beta", "weeks", "felt",
    }  # fmt: skip
    assert python.__code__.co_firstlineno == inspect.unwrap(pull).__code__.co_firstlineno + 1, "below the decorator"


def test_a_rule_may_touch_what_the_process_declares_and_nothing_else() -> None:
    people = three_people()
    for reads, writes, error, words in (
        ({"kind"}, set(), AttributeError, "people.pull is not declared"),
        ({"kind", "pull"}, set(), numba.TypingError, "readonly"),
    ):
        guarded = GuardedTable(people, reads, writes, appends=False)
        with pytest.raises(error, match=words):
            pull(guarded, Pull(), 1, np.ones(3))
    pull(GuardedTable(people, {"kind"}, {"pull"}, appends=False), Pull(), 1, np.ones(3))
    assert people.pull.tolist() == [0.0, 0.5, 0.5]


def test_a_rule_keeps_what_arguments_are_unless_given() -> None:
    @rule
    def first(people: Table, times: int = 3) -> float:
        return people.kind[1] * times

    assert first(three_people()) == 3.0 * Kind.MANAGER
    assert first(three_people(), times=1) == 1.0 * Kind.MANAGER


WRONG = [
    ("(people: Table): people.pull = 1.0", "people.pull is replaced"),
    ("(people: Table): return len(people)", "people is named as a whole"),
    ("(own: Pull): own = 1.0; return own", "own is named as a whole"),
    ("(own: Pull): own_beta = 2.0; return own.beta", "own.beta is called own_beta in the loop"),
    ("(own: Pull, own_beta: float): return own.beta", "own.beta is called own_beta in the loop"),
    ("(a: Pull, a_b: Pull): return a.b_c + a_b.c", "a_b.c is called a_b_c in the loop"),
    ("(own): return own.beta", "argument own is not annotated"),
    ("(own: Pull, *, weeks: int): return own.beta", "arguments marked by * or /"),
    ("(own: Pull, *weeks: int): return own.beta", "arguments marked by * or /"),
    ("(own: Pull, /): return own.beta", "arguments marked by * or /"),
]
"""What a rule cannot be, and the words that say so."""


@pytest.mark.parametrize(("function", "words"), WRONG)
@pytest.mark.parametrize("compiles", [True, False])
def test_what_cannot_be_a_rule_is_refused_where_it_is_defined(
    function: str, words: str, compiles: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "DISABLE_JIT", not compiles)
    path = tmp_path / "wrong.py"
    path.write_text(f"def f{function}\n")
    names = {"Table": Table, "Pull": Pull}
    exec(compile(path.read_text(), path, "exec"), names)
    with pytest.raises((TypeError, NameError), match=re.escape(words)):
        rule(names["f"])


def test_a_rule_uses_nothing_of_a_function_around_it() -> None:
    weeks = 3.0
    with pytest.raises(TypeError, match="uses weeks of the function around it"):

        @rule
        def outer(people: Table) -> float:
            return people.pull[0] * weeks


def test_a_rule_without_source_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"Table": Table}
    exec("def f(people: Table) -> float:\n    return people.pull[0]", names)
    with pytest.raises(OSError, match="rule f has no source; rules are defined in files and notebooks"):
        rule(names["f"])
    monkeypatch.setattr(inspect, "getsource", lambda _: "import sys\n")  # so python -c answers since Python 3.13
    with pytest.raises(OSError, match="rule f has no source; rules are defined in files and notebooks"):
        rule(names["f"])
