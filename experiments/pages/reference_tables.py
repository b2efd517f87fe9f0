"""The generated tables of the reference pages, as Markdown: entities, schedule, submodels, parameters, evidence."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from experiments.pages.markdown import table
from experiments.pages.reference import ID, bodies, cited, configurations, declared, is_entry
from sim import evidence
from sim.core.parameters import Parameter, parameters
from sim.core.tables import Column, Schema
from sim.mechanisms.base import Process
from sim.mechanisms.schedule import EVENTS, WEEK, columns, schemas, writers
from sim.run.config import Config, known_keys
from sim.run.config_errors import NAME
from sim.run.vocabulary import CCG_UNITS, SERIES_UNITS
from sim.settings.governance import Seats
from sim.settings.sites import Site
from sim.state.agents import TableAgent
from sim.state.drivers import STANDING
from sim.studies.scorecard.patterns import patterns

WRITERS = writers(WEEK)
"""Which process writes each column that one writes."""
BROUGHT = columns(WEEK, STANDING)
"""Columns that processes and drivers bring, by table."""


def tables() -> dict[str, str]:
    """Return the generated tables as Markdown, by name."""
    return {
        "agents": _agents(),
        "state": "\n\n".join(map(_state, schemas(WEEK))),
        "schedule": _schedule(),
        "submodels": "\n\n".join(map(_submodel, WEEK)),
        "drivers": _drivers(),
        "all_drivers": table(
            ("in tables", "in words", "what it is"), ((f"`{d.name}`", d.label, d.meaning) for d in STANDING.rows)
        ),
        "events": table(("event", "moves at once"), ((f"`{e.kind}`", ", ".join(e.moves)) for e in EVENTS.values())),
        "patterns": _patterns(),
        "outputs": _outputs(),
        "sites": _sites(),
        "bodies": _bodies(),
        "scenarios": _scenarios(),
        "status": _status(),
        "parameters": _parameters(),
        "coverage_counts": _coverage_counts(),
        "coverage": _coverage(),
        "cited": _cited_table(),
    }


# Markdown


def linked(text: str) -> str:
    """Return a text in which every id of the register is a link to its entry in ``docs/cited.md``."""
    return ID.sub(lambda m: _link(m[0]) if is_entry(m[0]) else m[0], text.replace("<", "&lt;"))


def _link(name: str) -> str:
    return f"[{name}](cited.md#{name})"


def _plain(docstring: str | None) -> str:
    """Return a docstring as Markdown: code in single backquotes, roles gone."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", inspect.cleandoc(docstring or ""))
    return text.replace("``", "`")


def _first_line(owner: type) -> str:
    """Return what a process (by its file) or another class is, in one line."""
    says = sys.modules[owner.__module__].__doc__ if issubclass(owner, Process) else owner.__doc__
    return _plain(says).splitlines()[0]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False) if value else "none"
    return f"{value:,.10g}" if isinstance(value, float) and abs(value) >= 10_000 else str(value) or "none"


# Entities, schedule, submodels


def _agents() -> str:
    rows = [(f"`{c.__name__}`", f"`{c.table}`", _first_line(c)) for c in _kinds_of(TableAgent)]
    return table(("agent", "table", "what it is"), rows)


def _kinds_of(cls: type[TableAgent]) -> list[type[TableAgent]]:
    """Return the classes of the model that agents are made of: those with no class under them."""
    below = [kind for sub in cls.__subclasses__() if sub.__module__.startswith("sim.") for kind in _kinds_of(sub)]
    return below or [cls]


def _state(schema: Schema) -> str:
    """Return a table of the model: what its rows are, and its columns."""
    rows = [(f"`{c.name}`" + (f" ({c.width})" if c.width else ""), c.unit, c.meaning, _writer(schema, c))
            for c in _declared(schema)]  # fmt: skip
    title = schema.name.replace("_", " ").replace("ccgs", "CCGs")
    header = ("column", "unit", "meaning", "written by")
    return "\n\n".join((f"### {title[0].upper()}{title[1:]}", schema.about, table(header, rows)))


def _declared(schema: Schema) -> list[Column]:
    return [*schema.columns, *BROUGHT.get(schema.name, ())]


def _writer(schema: Schema, column: Column) -> str:
    return WRITERS.get(f"{schema.name}.{column.name}", "fixed at birth")


def _schedule() -> str:
    rows = [
        (place, f"[{process.name}](#{process.name})", _first_line(process), _reads(place, process),
         _by_table(process.access.writes, process.appends), ", ".join(map(_link, process.evidence)))
        for place, process in enumerate(WEEK, start=1)
    ]  # fmt: skip
    return table(("", "process", "what it does", "reads", "writes", "evidence"), rows)


def _reads(place: int, process: type[Process]) -> str:
    """Return what a process reads; a column whose writer runs later is last week's, and in italics."""
    later = {p.name for p in WEEK[place - 1 :]}
    every = (f"{schema.name}.{column.name}" for schema in schemas(WEEK) for column in _declared(schema))
    reads = process.access.among(every) - process.access.writes
    return _by_table(reads, (), {column for column in reads if WRITERS.get(column) in later})


def _by_table(columns: Iterable[str], appends: Iterable[str], old: Iterable[str] = ()) -> str:
    grouped: dict[str, list[str]] = {}
    for column in sorted(columns):
        name, _, attribute = column.partition(".")
        grouped.setdefault(name, []).append(f"*{attribute}*" if column in old else attribute)
    parts = [f"**{name}** {', '.join(attributes)}" for name, attributes in grouped.items()]
    return "; ".join([*parts, *(f"rows of **{name}**" for name in appends)])


def _submodel(process: type[Process]) -> str:
    own = [f"`{p.key.partition('.')[2]}` {_value(p.default)}{_unit(p)}" for p in parameters(process, process.name)]
    parts = [f"### {process.name}", _plain(process.__doc__), f"Evidence: {', '.join(map(_link, process.evidence))}."]
    if own:
        parts.append(f"Parameters ([ranges and sources](parameters.md#{process.name})): {', '.join(own)}.")
    return "\n\n".join([*parts, _notes(process)]).strip()


def _notes(process: type[Process]) -> str:
    """Return what the file of a process says beside its first line."""
    return _plain(sys.modules[process.__module__].__doc__).partition("\n\n")[2]


def _unit(p: Parameter) -> str:
    unit = "" if p.unit == "-" else f" {p.unit}"
    return unit + (f" ({p.status})" if p.status != "assumption" else "")


def _drivers() -> str:
    sorts = {"pull": "lasting", "kick": "one-off"}
    rows = [(d.name, d.label, sorts[d.sort], WRITERS[f"people.{d.column}"], d.meaning)
            for d in STANDING.rows if d.column]  # fmt: skip
    return table(("driver", "called", "kind", "process", "meaning"), rows)


def _patterns() -> str:
    rows = [(p.statement, f"{p.observed} {p.unit}", p.kind, linked(p.source)) for p in patterns()]
    return table(("pattern", "reported", "kind", "evidence"), rows)


def _outputs() -> str:
    named = {"series": SERIES_UNITS, "ccgs": CCG_UNITS}
    rows = [(f"`{t}`", ", ".join(f"{name} ({unit})" for name, unit in units.items())) for t, units in named.items()]
    return table(("table", "variables (unit)"), rows)


def _bodies() -> str:
    rows = []
    for name, body in bodies().items():
        when = "every week" if not body.months else f"{_every(body.months)}, week {body.week + 1}"
        described: tuple[Any, ...] = (name.replace("_", " "), when, body.minutes, body.decides)
        reason = body.source
        for block, seats in body.seats.items():
            who = f"`{seats.who}`" if seats.follows else seats.who
            source = linked("; ".join(filter(None, (reason, seats.source))))
            hours = f"{seats.paid_hours:g}"
            rows.append((*described, block.replace("_", " "), who, _how_many(seats), hours, source))
            described, reason = ("",) * len(described), ""
    header = ("body", "meets", "minutes", "decides", "seats", "held by", "number", "paid hours", "source or reason")
    return table(header, rows)


def _how_many(seats: Seats) -> str:
    if seats.who in ("practice", "executive"):
        return "one per practice" if seats.who == "practice" else "one per executive post"
    more = f", one more from {seats.one_more_from:,} people" if seats.one_more_from else ""
    return f"{seats.count or 'all'}{more}"


def _every(months: int) -> str:
    return "every month" if months == 1 else f"every {months} months"


def _sites() -> str:
    rows = []
    for site in (Site(n, **values) for n, values in configurations("place")["six_sites"]["sites"].items()):
        localities = {0: "none", -1: "by size"}.get(site.localities, site.localities)
        history = [text for says, text in ((site.devolved, "devolved money"), (site.shared_team, "shared team"),
                                           (site.merged, "merged")) if says]  # fmt: skip
        spent = ", ".join(f"{year}: {pence / 100:.2f}" for year, pence in site.support_unit_pence.items())
        rows.append((site.name, f"{site.population:,}", site.practices, localities, spent, site.partners,
                     ", ".join(history)))  # fmt: skip
    header = ("site", "people", "practices", "localities", "support unit, pounds a head", "partners", "history")
    return table(header, rows)


def _scenarios() -> str:
    rows = []
    for name, content in configurations("scenario").items():
        why = " ".join(content.pop("scenario")["why"].split())
        sets = ", ".join(f"`{block}.{key}={_value(value)}`" for block, keys in content.items()
                         for key, value in keys.items())  # fmt: skip
        rows.append((f"`{name}`", sets or "nothing", linked(why)))
    return table(("scenario", "sets", "why"), rows)


# Parameters


def _status() -> str:
    by_status = Counter(p.status for p in declared())
    meaning = {
        "measured": "reported, or computed from open data; the source says where",
        "fitted": "chosen so that the model gives four reported shares",
        "assumption": "argued, with the reason; ids say what the argument rests on, not that they give the number",
        "choice": "for the user to choose; no evidence could give it",
    }
    return table(("status", "parameters", "meaning"), [(s, by_status[s], text) for s, text in meaning.items()])


def _parameters() -> str:
    blocks: dict[str, list[Parameter]] = {}
    for p in declared():
        blocks.setdefault(p.key.partition(".")[0] if "." in p.key else "run", []).append(p)
    owners = {f.name: type(getattr(Config(), f.name)) for f in dataclasses.fields(Config)}
    header = ("key", "default", "unit", "allowed", "status", "what it is", "source or reason")
    parts = []
    for name, block in blocks.items():
        rows = [(f"`{p.key}`", _default(p), p.unit, _allowed(p), p.status, linked(p.about), linked(p.source))
                for p in block]  # fmt: skip
        title = _first_line(owners[name]) if name in owners else "What is run, and where it goes."
        parts += [f"## {name}", title, table(header, rows)]
    return "\n\n".join(parts)


def _default(p: Parameter) -> str:
    return "by name" if NAME in p.key else _value(p.default)


def _allowed(p: Parameter) -> str:
    """Return the values allowed: a range, or the kind of value where there is none."""
    if p.low is None and p.high is None:
        return known_keys()[p.key]
    ends = [("from", p.low)] if p.high is None else [("to", p.high)] if p.low is None else [("", p.low), ("to", p.high)]
    return " ".join(f"{word} {end:,.16g}" for word, end in ends if end is not None).strip()


# Evidence


def _coverage_counts() -> str:
    covered = {c.system: c.status for c in evidence.shipped().coverage}
    rows: list[tuple[str, int, int, int, int]] = []
    for centrality in ("core", "secondary", "context"):
        of = Counter(covered[s.name] for s in evidence.systems() if s.centrality == centrality)
        rows.append((centrality, of["in"], of["partly"], of["not_yet"], of.total()))
    of = Counter(covered.values())
    rows.append(("all", of["in"], of["partly"], of["not_yet"], of.total()))
    return table(("centrality", "in", "partly", "not yet", "systems"), rows)


def _coverage() -> str:
    covered = {c.system: c for c in evidence.shipped().coverage}
    parts: list[str] = []
    for section in dict.fromkeys(s.section for s in evidence.systems()):
        rows = []
        for system in (s for s in evidence.systems() if s.section == section):
            c = covered[system.name]
            where = ", ".join(f"[{path.rpartition('/')[2]}](../{path})" for path in c.where)
            ids = ", ".join(map(_link, (*c.mechanisms, *c.facts)))
            rows.append((system.name, system.centrality, c.status.replace("_", " "), c.how, where, ids))
        header = ("system", "centrality", "in the model", "how, or what is missing", "where", "evidence used")
        parts += [f"## {section.partition('. ')[2]}", table(header, rows)]
    return "\n\n".join(parts)


def _cited_table() -> str:
    rows = [(f'<a id="{name}"></a>`{name}`', *_entry(evidence.lookup(name))) for name in cited()]
    return table(("id", "kind", "what it says", "source"), rows)


def _entry(entry: object) -> tuple[str, str, str]:
    """Return kind, statement and source of an entry of the register."""
    match entry:
        case evidence.Fact():
            return "fact", entry.statement, f"{entry.source}, {entry.where}"
        case evidence.Mechanism():
            return f"claim, {entry.strength}", f"If {entry.if_}, {entry.then}.", ", ".join(entry.sources)
        case evidence.Group():
            names = [fact.id for fact in entry.facts] + [claim.id for claim in entry.mechanisms]
            return "group", f"All of its entries: {', '.join(names)}.", ""
    raise TypeError(f"{entry!r} is no fact, claim or group")
