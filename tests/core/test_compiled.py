"""Compiled loops say what the same loops say in plain Python, to the bit, and stay within their arrays."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import pickle
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core.registry import CPUDispatcher

import sim
from sim.core.compiled import _Cache, _digest, compiled, rule
from sim.core.tables import Column, Table
from sim.core.ties import Edges
from sim.core.views import Access
from sim.state.codes import Kind

LIVES = """
import hashlib
from sim.run.model import CommissioningModel
from tests.worlds import TWO_SITES, spread_out

model = CommissioningModel(spread_out(*TWO_SITES, gps=3, weeks=70, warm_up_weeks=3), seed=4)
model.run()
world = model.world
digest = hashlib.sha256()
for table in world.tables.values():
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
def test_a_loop_uses_of_other_files_only_loops_and_numbers_of_codes(loop: CPUDispatcher) -> None:
    """Its arguments say what else it depends on; that what it uses can change is tested below."""
    python = loop.py_func
    own = literals(Path(python.__code__.co_filename))
    for name in set(python.__code__.co_names) & set(python.__globals__):
        value = python.__globals__[name]
        loop_of_the_house = isinstance(value, CPUDispatcher) and value.py_func.__module__.startswith("sim.")
        assert loop_of_the_house or type(value) is int or name in own, (
            f"{name} comes from elsewhere: give it as an argument"
        )


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


def test_where_nothing_can_be_kept_loops_are_compiled_all_the_same() -> None:
    names: dict[str, Any] = {}
    exec("def add(a, b):\n    return a + b", names)  # of no file
    with pytest.raises(RuntimeError, match="no locator available"):
        _Cache(names["add"])
    loop = compiled(names["add"])
    assert loop(1, 2) == 3
    assert loop.signatures, "compiled, not interpreted"


def test_other_processes_find_what_one_has_kept() -> None:
    """What a loop depends on is written alike whatever the order of names and the addresses of things."""
    ask = "from tests.core.test_compiled import LOOPS, _digest; print([_digest(f.py_func) for f in LOOPS.values()])"
    other = os.environ | {"PYTHONHASHSEED": "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"}
    asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=other)
    assert ast.literal_eval(asked.stdout) == [_digest(loop.py_func) for loop in LOOPS.values()]


FARTHER = """
from sim.core.compiled import compiled

DEPTH = 5.0

@compiled
def sink(x):
    return x * DEPTH
"""

OTHER = """
from enum import IntEnum

import numpy as np

import farther
from farther import sink
from sim.core.compiled import compiled

NUMBER = 2.0
PAIR = (1.0, 2.0)
VALUES = np.array([1.0, 2.0])
Precise = np.float64

class Code(IntEnum):
    FIRST = 0
    SECOND = 2

@compiled
def helper(x):
    return x + 2.0

@compiled
def default(x, more=2.0):
    return x + more

@compiled
def passes_on(x):
    return sink(x)

@compiled
def inner(x):
    return helper(x)

def times(by):
    @compiled
    def scaled(x):
        return by * x
    return scaled

double, triple = times(2.0), times(3.0)
"""

ELSEWHERE = """
DEPTH = 5.0
NUMBER = 2.0

def helper(x):
    return x - 2.0
"""

USES = {
    "a constant": ("from other import NUMBER", "x * NUMBER", 6.0),
    "a tuple": ("from other import PAIR", "x * PAIR[1]", 6.0),
    "an array": ("from other import VALUES", "x * VALUES[1]", 6.0),
    "a type": ("from other import Precise", "Precise(x / 9)", 3.0 / 9),
    "a code": ("from other import Code", "x + int(Code.SECOND == 2)", 4.0),
    "a helper": ("from other import helper", "helper(x)", 5.0),
    "a helper under another name": ("from other import helper as aid", "aid(x)", 5.0),
    "a default of a helper": ("from other import default", "default(x)", 5.0),
    "a helper made by a function": ("from other import double, triple", "double(x) + triple(x)", 15.0),
    "a helper of a helper": ("from other import inner", "inner(x)", 5.0),
    "a constant of a third file": ("from other import passes_on", "passes_on(x)", 15.0),
    "a constant of a module": ("import other", "x * other.NUMBER", 6.0),
    "a code of a module": ("import other", "x + int(other.Code.SECOND == 2)", 4.0),
    "an array of a module": ("import other", "x * other.VALUES[1]", 6.0),
    "a helper of a module": ("import other", "other.helper(x)", 5.0),
    "a constant of a module of a module": ("import other", "x * other.farther.DEPTH", 15.0),
    "itself and a constant": ("from other import NUMBER", "NUMBER if x < 1 else x * use(x - 1)", 12.0),
}
"""What a loop may take from another file, how, and what it makes of 3."""

CHANGES = {
    "other.py": {
        "NUMBER = 2.0": "NUMBER = 3.0",
        "PAIR = (1.0, 2.0)": "PAIR = (1.0, 3.0)",
        "VALUES = np.array([1.0, 2.0])": "VALUES = np.array([1.0, 3.0])",
        "Precise = np.float64": "Precise = np.float32",
        "SECOND = 2": "SECOND = 3",
        "return x + 2.0": "return x + 3.0",
        "more=2.0": "more=3.0",
        "times(3.0)": "times(4.0)",
    },
    "farther.py": {"DEPTH = 5.0": "DEPTH = 6.0"},
}

AFTERWARDS = {
    "a constant": 9.0, "a tuple": 9.0, "an array": 9.0, "a type": float(np.float32(3.0 / 9)), "a code": 3.0,
    "a helper": 6.0, "a helper under another name": 6.0, "a default of a helper": 6.0,
    "a helper made by a function": 18.0, "a helper of a helper": 6.0, "a constant of a third file": 18.0,
    "a constant of a module": 9.0, "a code of a module": 3.0, "an array of a module": 9.0,
    "a helper of a module": 6.0, "a constant of a module of a module": 18.0, "itself and a constant": 18.0,
}  # fmt: skip
"""What each makes of 3 when the other files have changed."""

CALL = """
import importlib, json, sys

found = {}
for number, name in enumerate(json.loads(sys.argv[1])):
    use = importlib.import_module(f"use_{number}").use
    found[name] = use(3.0), sum(use.stats.cache_hits.values()), sum(use.stats.cache_misses.values())
print(json.dumps(found))
"""


Called = dict[str, list[float]]


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Called]:
    """Return result, finds and compilations of each use, by what had happened to the other files before.

    Each time it is another process that calls, and the file of the loop itself stays as it is.
    """
    folder = tmp_path_factory.mktemp("uses")
    files = {f"use_{number}.py": use for number, use in enumerate(USES.values())}
    for name, (imports, does, _) in files.items():
        (folder / name).write_text(
            f"{imports}\nfrom sim.core.compiled import compiled\n\n@compiled\ndef use(x):\n    return {does}\n"
        )
    texts = {"other.py": OTHER, "farther.py": FARTHER}

    def call() -> Called:
        for name, text in texts.items():
            (folder / name).write_text(text)
        paths = os.pathsep.join(str(path) for path in (folder, Path(sim.__file__).parents[1]))
        own = {"NUMBA_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", CALL, json.dumps([*USES])]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | own)
        return json.loads(done.stdout)

    found = {"nothing yet": call(), "nothing": call()}
    before = dict(texts)
    for name, changes in CHANGES.items():
        for old, new in changes.items():
            assert texts[name].count(old) == 1
            texts[name] = texts[name].replace(old, new)
    found["changed"] = call()
    texts.update(before)
    texts["other.py"] += "\nUNUSED = 1.0\n"
    found["changed back, with more that no loop uses"] = call()
    return found


@pytest.mark.parametrize("use", USES)
def test_a_loop_is_compiled_anew_when_what_it_takes_from_another_file_changes(
    called: dict[str, Called], use: str
) -> None:
    expected = USES[use][2]
    assert called["nothing yet"][use] == [pytest.approx(expected, rel=1e-15), 0, 1]
    assert called["nothing"][use] == [pytest.approx(expected, rel=1e-15), 1, 0], "found, not compiled"
    assert called["changed"][use] == [pytest.approx(AFTERWARDS[use], rel=1e-15), 0, 1]
    assert called["changed back, with more that no loop uses"][use] == [pytest.approx(expected, rel=1e-15), 1, 0]


def nothing_left(path: Path) -> None:
    path.write_bytes(b"")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def rubbish(path: Path) -> None:
    path.write_bytes(b"rubbish" * 100)


def something_else(path: Path) -> None:
    path.write_bytes(pickle.dumps(numba.__version__) + pickle.dumps(7))


def of_another_kind(path: Path) -> None:
    path.write_bytes(pickle.dumps(["neither", "an", "index", "nor", "code"]))


def no_file(path: Path) -> None:
    path.unlink()
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


DAMAGE = [nothing_left, cut_off, rubbish, something_else, of_another_kind, no_file, gone]


class Kept:
    """A loop in a file of its own, and what is kept of it."""

    def __init__(self, folder: Path) -> None:
        self.file, self.cache = folder / "kept.py", folder / "cache"
        self.file.write_text("from sim.core.compiled import compiled\n\n@compiled\ndef after(x):\n    return x + 1\n")

    def call(self) -> tuple[float, int, int]:
        """Import the file as another process would; return what comes after 2.5 and 2, and how often it was found."""
        names: dict[str, Any] = {"__name__": "kept"}
        exec(compile(self.file.read_text(), self.file, "exec"), names)
        after = names["after"]
        return after(2.5), after(2), sum(after.stats.cache_hits.values())

    def files(self, ending: str) -> list[Path]:
        return sorted(self.cache.rglob(f"*.{ending}"))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    made = Kept(tmp_path)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(made.cache))
    assert made.call() == (3.5, 3, 0)
    assert made.call() == (3.5, 3, 2)
    assert (len(made.files("nbi")), len(made.files("nbc"))) == (1, 2)
    return made


@pytest.mark.parametrize("harm", DAMAGE)
@pytest.mark.parametrize("ending", ["nbi", "nbc"], ids=["index", "code"])
def test_what_cannot_be_read_is_compiled_anew_and_kept_again(
    kept: Kept, ending: str, harm: Callable[[Path], None]
) -> None:
    for path in kept.files(ending):
        harm(path)
    assert kept.call()[:2] == (3.5, 3)
    if harm is no_file:  # it cannot be replaced
        assert kept.call()[:2] == (3.5, 3)
    else:
        assert kept.call() == (3.5, 3, 2)


@pytest.mark.parametrize("harm", DAMAGE)
def test_what_can_be_neither_read_nor_written_stops_nobody(
    kept: Kept, harm: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> None:
        raise PermissionError("a folder of somebody else's")

    for path in (*kept.files("nbi"), *kept.files("nbc")):
        harm(path)
    monkeypatch.setattr(os, "replace", refused)
    assert kept.call() == (3.5, 3, 0)


def test_a_cache_that_is_gone_is_made_again(kept: Kept) -> None:
    shutil.rmtree(kept.cache)
    assert kept.call() == (3.5, 3, 0)
    assert kept.call() == (3.5, 3, 2)


def test_an_error_of_a_loop_is_no_matter_of_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    kept = Kept(tmp_path)
    kept.file.write_text(kept.file.read_text().replace("x + 1", "x.no_such_thing()"))
    with pytest.raises(numba.TypingError, match="no_such_thing"):
        kept.call()


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
    for reads, error, words in (
        ({"people.kind"}, AttributeError, "column people.pull is not declared by tugging"),
        ({"people.kind", "people.pull"}, numba.TypingError, "readonly"),
    ):
        seen = Access("tugging", frozenset(reads)).see(people)
        with pytest.raises(error, match=words):
            pull(seen, Pull(), 1, np.ones(3))
    assert not people.pull.any()
    pull(Access("tugging", frozenset({"people.kind"}), frozenset({"people.pull"})).see(people), Pull(), 1, np.ones(3))
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
