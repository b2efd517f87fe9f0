"""Every number and table of the pages is put there by code (``make docs``).

A number stands in a page between two comments that a reader does not see::

    <!--n fact.h15_engaged_n.2013-->208<!--/n-->

Its name is a block and a key: ``scorecard.fails`` is kept in ``docs/numbers.json`` by the script that computed it
(:mod:`experiments.pages.numbers`); ``stamp.NAME`` says what a step was made with (:mod:`experiments.pages.steps`);
``fact.ID`` or ``fact.ID.PART`` is a value of the evidence register, ``param.KEY`` the default of a parameter,
``count.NAME`` and ``derived.NAME`` come from :mod:`experiments.pages.reference`. A generated table stands between two
lines of its own::

    <!-- table schedule -->
    <!-- end schedule -->
"""

from __future__ import annotations

import difflib
import importlib
import re
import sys
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from experiments.pages import DOCS, ROOT
from experiments.pages.numbers import kept
from experiments.pages.steps import check_checkout, told
from sim.core.files import write_text

RECORDS = DOCS / "decisions"
"""Dated records: what they say was so when they were written, and is not refilled."""

TABLES_IN = ("pages.reference_tables", "full_scorecard.page", "rivals.page", "directions.page")
"""Modules of experiments whose function ``tables`` returns generated tables by name."""

NUMBER = re.compile(r"(?P<start><!--n (?P<name>\S+?)-->)(?P<value>.*?)(?P<end><!--/n-->)", re.DOTALL)
TABLE = re.compile(
    r"^(?P<start><!-- table (?P<name>\S+) -->\n)(?P<value>.*?)(?P<end>^<!-- end (?P=name) -->$)", re.M | re.S
)


def fill(text: str) -> str:
    """Return a page with its numbers and tables as they are now.

    Raises:
        ValueError: a number or table that does not exist.
    """
    numbers = _numbers()
    text = NUMBER.sub(lambda m: m["start"] + _number(m["name"], numbers) + m["end"], text)
    found = _tables({m["name"] for m in TABLE.finditer(text)})
    return TABLE.sub(lambda m: f"{m['start']}\n{found[m['name']].strip()}\n\n{m['end']}", text)


def pages() -> list[Path]:
    """Return the pages that are filled: the README and everything in docs but dated records."""
    return [ROOT / "README.md", *(p for p in sorted(DOCS.rglob("*.md")) if RECORDS not in p.parents)]


def current() -> list[str]:
    """Return the pages that are not as code would write them now, by path."""
    return [_name(page) for page in pages() if page.read_text(encoding="utf-8") != _filled(page)]


def refill() -> list[str]:
    """Fill every page and return those that changed, by path.

    Raises:
        ValueError: naming page and marker; then nothing is written.
    """
    new = {page: _filled(page) for page in pages()}
    changed = [page for page, text in new.items() if page.read_text(encoding="utf-8") != text]
    for page in changed:
        write_text(page, new[page])
    return [_name(page) for page in changed]


def main() -> int:
    """Refill the pages; return the exit code."""
    try:
        check_checkout()
        changed = refill()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(pages())} pages; changed: {', '.join(changed) or 'none'}")
    return 0


def _filled(page: Path) -> str:
    try:
        return fill(page.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{_name(page)}: {error}") from None


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# Numbers


def _numbers() -> dict[str, Mapping[str, Any]]:
    return {**kept(), "stamp": told(), **_computed()}


@cache
def _computed() -> Mapping[str, Mapping[str, Any]]:
    """Return the blocks that are read from the code itself."""
    from experiments.pages.reference import BLOCKS

    return {name: block() for name, block in BLOCKS.items()}


def _number(name: str, numbers: Mapping[str, Any]) -> str:
    """Return a number as text, by a name such as ``block.key`` or ``fact.ID.PART``."""
    value = _resolve(numbers, name)
    if value is None or isinstance(value, (Mapping, tuple)):
        raise ValueError(f"no single number is called {name!r}; {_near(name, numbers)}")
    return _shown(value)


def _resolve(value: Any, name: str) -> Any:
    """Return what a dotted name leads to, None if nothing; a key may hold dots itself."""
    if not isinstance(value, Mapping):
        return None
    parts = {str(key): part for key, part in value.items()}
    key, _, rest = name.partition(".")
    return parts[name] if name in parts else _resolve(parts.get(key), rest)


def _near(name: str, numbers: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, _paths(numbers), n=3, cutoff=0.7)
    return f"near: {', '.join(near)}" if near else f"blocks are {', '.join(sorted(numbers))}"


def _paths(value: Mapping[str, Any]) -> list[str]:
    below = {k: _paths(v) if isinstance(v, Mapping) else [] for k, v in value.items()}
    return [path for k, rest in below.items() for path in ([f"{k}.{r}" for r in rest] or [str(k)])]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:,}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


# Tables


def _tables(names: Collection[str]) -> Mapping[str, str]:
    """Return the tables of these names; modules are asked in turn until all are found."""
    found: dict[str, str] = {}
    for module in TABLES_IN:
        if set(names) - set(found):
            found |= _tables_of(module)
    for name in sorted(set(names) - set(found)):
        raise ValueError(f"no table is called {name!r}; the modules {', '.join(TABLES_IN)} of experiments were asked")
    return found


def _tables_of(module: str) -> Mapping[str, str]:
    """Return the tables of a module; none before its script has kept what they show."""
    try:
        tables: Mapping[str, str] = importlib.import_module(f"experiments.{module}").tables()
    except FileNotFoundError:
        return {}
    return tables


if __name__ == "__main__":
    sys.exit(main())
