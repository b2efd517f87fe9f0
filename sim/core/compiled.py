"""Compilation of what visits everybody every week (docs/decisions/0015-rules.md, 0016-views.md).

A compiled function is a plain loop: it may touch its arguments and nothing else. It is compiled when first called, some
seconds the first time on a machine, and read from ``__pycache__`` (or a cache of the user's) afterwards.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import EnumType
from functools import wraps
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba.core.caching import FunctionCache

F = TypeVar("F", bound=Callable[..., Any])

_PLAIN = (int, float, str, tuple, np.generic, np.ndarray)
"""What a compiled loop takes as it is."""
_CONSTANT = (bool, int, float, complex, str, bytes, tuple, type, np.generic)
"""What a compiled loop has taken in of what is outside."""


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; it adds in the order that is written, so no bit depends on the machine.

    Raises:
        IndexError: when called with an index outside its array.
        numba.TypingError: when called with anything but numbers and arrays, or writing to what is read-only.
    """
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return np.errstate(over="ignore")(function)  # numbers of 64 bits wrap around, which arrays do without a word
    loop = numba.njit(error_model="numpy", boundscheck=True)(function)
    with suppress(RuntimeError):  # nowhere to keep what is compiled: each process compiles for itself
        loop._cache = _Cache(function)  # type: ignore[attr-defined, no-untyped-call]
    return cast(F, loop)


def rule(function: F) -> F:
    """Compile a function that names columns, parameters and codes: what a week does to each row.

    Arguments annotated with a class are opened, and so are enumerations: the compiled loop gets the attributes that the
    function names (``people.strain`` the column, ``own.beta`` the parameter, ``Kind.GP`` the number) and nothing else
    of them. Other arguments (numbers and arrays) are passed on. A column is always named with its table; what helps a
    rule is a compiled function of numbers. numba could be given named tuples instead, but takes longer to open them at
    each call, and would count a reference wherever a column is used, which makes a loop several times slower.

    Raises:
        AttributeError: when called, naming a column that the process does not declare.
        IndexError, numba.TypingError: as :func:`compiled`.
        NameError: two things would have the same name in the loop.
        OSError: the function was not defined in a file or a notebook.
        TypeError: an argument is not plain or not annotated, or the function uses names of one around it, replaces a
            column or names a table as a whole.
    """
    flat, passed = _opened(function)
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return compiled(function)
    loop = compiled(flat)
    arguments = ", ".join(inspect.signature(function).parameters)
    text = compile(f"lambda {arguments}: _loop({', '.join(passed)})", f"<rule {function.__qualname__}>", "eval")
    call = eval(text, {**function.__globals__, "_loop": loop})
    call.__defaults__, call.loop = function.__defaults__, loop
    return cast(F, wraps(function)(call))


def _opened(function: Callable[..., Any]) -> tuple[Callable[..., Any], list[str]]:
    """Return the function with arguments that are all numbers and arrays, and what each is in terms of its own.

    What is ``people.strain`` in the one is an argument ``people_strain`` of the other; lines keep their numbers.
    """
    definition = _definition(function)
    own = [a.arg for a in definition.args.args]
    kinds = {name: _value(function.__annotations__[name], function.__globals__) for name in own}
    classes = [name for name, kind in kinds.items() if _is_opened(kind)]
    codes = [name for name, value in function.__globals__.items() if isinstance(value, EnumType)]
    open_up = _OpenUp({*classes, *codes}, {n.id for n in ast.walk(definition) if isinstance(n, ast.Name)} | {*own})
    definition.body = [open_up.visit(statement) for statement in definition.body]
    passed = open_up.found | {name: name for name in own if name not in classes}
    definition.args.args = [ast.arg(name) for name in passed]
    definition.args.defaults, definition.decorator_list, definition.returns = [], [], None
    module = ast.fix_missing_locations(ast.Module([definition], []))
    code = next(c for c in compile(module, function.__code__.co_filename, "exec").co_consts if isinstance(c, CodeType))
    flat = FunctionType(code, function.__globals__, function.__name__)
    flat.__qualname__ = function.__qualname__
    return flat, list(passed.values())


def _is_opened(kind: Any) -> bool:
    return isinstance(kind, type) and (hasattr(kind, "_fields") or not issubclass(kind, _PLAIN))


def _definition(function: Callable[..., Any]) -> ast.FunctionDef:
    """Return the source of a function that can be a rule, with the lines of its file."""
    rule_name, code = f"rule {function.__qualname__}", function.__code__
    arguments = code.co_varnames[: code.co_argcount]
    if set(inspect.signature(function).parameters) != {*arguments} or code.co_posonlyargcount:
        raise TypeError(f"{rule_name} has arguments marked by * or /; allowed are plain ones")
    if bare := [name for name in arguments if name not in function.__annotations__]:
        raise TypeError(f"{rule_name}: argument {bare[0]} is not annotated; annotate it with its class")
    if code.co_freevars:
        raise TypeError(f"{rule_name} uses {code.co_freevars[0]} of the function around it; make it an argument")
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        tree = ast.parse("")
    if [getattr(node, "name", "") for node in tree.body] != [function.__name__]:  # none, or that of something else
        raise OSError(f"{rule_name} has no source; rules are defined in files and notebooks")
    ast.increment_lineno(tree, code.co_firstlineno - 1)
    return cast(ast.FunctionDef, tree.body[0])


def _value(annotation: Any, names: dict[str, Any]) -> Any:
    return eval(annotation, names) if isinstance(annotation, str) else annotation


class _OpenUp(ast.NodeTransformer):
    """Turns ``people.strain`` into ``people_strain``, and keeps which is which."""

    def __init__(self, opened: set[str], taken: set[str]) -> None:
        self.opened, self.taken = opened, taken
        self.found: dict[str, str] = {}

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if not (isinstance(node.value, ast.Name) and node.value.id in self.opened):
            return self.generic_visit(node)
        name, path = f"{node.value.id}_{node.attr}", f"{node.value.id}.{node.attr}"
        if not isinstance(node.ctx, ast.Load):
            raise TypeError(f"{path} is replaced; a rule writes into it, row by row")
        if name in self.taken or self.found.setdefault(name, path) != path:
            raise NameError(f"{path} is called {name} in the loop, and so is something else; rename that")
        return ast.copy_location(ast.Name(name, node.ctx), node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.opened:
            raise TypeError(f"{node.id} is named as a whole; a rule names what it uses of it ({node.id}.x)")
        return node


class _Cache(FunctionCache):
    """numba's cache, made to notice what a loop takes from other files and to survive files that cannot be read.

    numba looks at the file of a function alone: a constant, a code or a helper imported from another file could change,
    and the loop would go on with the old one.
    """

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        return (*super()._index_key(sig, codegen), _digest(self._py_func))  # type: ignore[no-untyped-call]

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except Exception:  # noqa: BLE001 - whatever is wrong with what was kept, it can be compiled anew
            try:
                self.flush()  # type: ignore[no-untyped-call]
            except OSError:  # what cannot be read cannot be replaced either: this process keeps nothing
                self.disable()  # type: ignore[no-untyped-call]
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(OSError):  # a full disk or a folder of somebody else's: the next process compiles again
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def _digest(function: FunctionType) -> str:
    return hashlib.sha256("\n".join(_taken(function, set())).encode()).hexdigest()


def _taken(function: FunctionType, seen: set[object]) -> Iterator[str]:
    """Yield what the compiled form of a function depends on beside its arguments."""
    if function in seen:
        return
    seen.add(function)
    yield from _code(function.__code__)
    names = frozenset(name for code in _nested(function.__code__) for name in code.co_names)
    for name, value in sorted(_outside(function, names).items()):
        yield from _of_value(name, value, names, seen)


def _outside(function: FunctionType, names: frozenset[str]) -> dict[str, Any]:
    """Return what a function takes from outside by name: of its file, of a function around it, and as defaults."""
    code, defaults = function.__code__, function.__defaults__ or ()
    found = {name: function.__globals__[name] for name in names & set(function.__globals__)}
    found |= zip(code.co_freevars, (cell.cell_contents for cell in function.__closure__ or ()), strict=True)
    return found | dict(
        zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults, strict=True)
    )


def _of_value(name: str, value: Any, names: frozenset[str], seen: set[object]) -> Iterator[str]:
    """Yield what a loop has taken in of a value, of a module what it names of that."""
    if isinstance(value, EnumType):
        yield f"{name}={[*value]!r}"
    elif isinstance(value, np.ndarray):
        yield f"{name}={value.dtype}{value.shape}{value.tobytes().hex()}"
    elif isinstance(value, _CONSTANT):
        yield f"{name}={value!r}"
    elif isinstance(value, ModuleType) and (value, names) not in seen:
        seen.add((value, names))
        for within in sorted(names):
            if hasattr(value, within):
                yield from _of_value(f"{name}.{within}", getattr(value, within), names, seen)
    elif hasattr(value, "py_func"):
        yield from _taken(value.py_func, seen)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _code(code: CodeType) -> Iterator[str]:
    for part in _nested(code):
        yield part.co_code.hex()
        yield repr([c for c in part.co_consts if not isinstance(c, CodeType)])
