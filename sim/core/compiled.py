"""Compilation of what visits everybody every week (docs/decisions/0012-compiled-loops.md).

A compiled function is a plain loop: it may touch its arguments and nothing else. It is compiled when first called, some
seconds the first time on a machine, and read from ``__pycache__`` (or a cache of the user's) afterwards.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from enum import EnumType
from functools import partial, wraps
from types import CodeType, FunctionType
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

_PLAIN = (int, float, str, tuple, np.generic, np.ndarray)
"""What a compiled loop takes as it is."""


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; it adds in the order that is written, so no bit depends on the machine.

    Raises:
        IndexError: when called with an index outside its array.
        numba.TypingError: when called with anything but numbers and arrays, or writing to what is read-only.
    """
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return np.errstate(over="ignore")(function)  # numbers of 64 bits wrap around, which arrays do without a word
    compile_with = partial(numba.njit, error_model="numpy", boundscheck=True)
    try:
        return cast(F, compile_with(cache=True)(function))
    except RuntimeError:  # nowhere to keep what is compiled: each process compiles for itself
        return cast(F, compile_with()(function))


def rule(function: F) -> F:
    """Compile a function that names columns, parameters and codes: what a week does to each row.

    Arguments annotated with a class are opened, and so are enumerations: the compiled loop gets the attributes that the
    function names (``people.strain`` the column, ``own.beta`` the parameter, ``Kind.GP`` the number) and nothing else
    of them. Other arguments (numbers and arrays) are passed on. A column is always named with its table; what helps a
    rule is a compiled function of numbers. numba could be given named tuples instead, but would count a reference
    wherever a column is used, which makes a loop ten times slower.

    Raises:
        AttributeError: when called in a checked run, naming a column that the process does not declare.
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
    classes = [name for name, kind in kinds.items() if isinstance(kind, type) and not issubclass(kind, _PLAIN)]
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
