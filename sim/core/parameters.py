"""Parameters that say where they come from.

A process is a dataclass whose fields are made by :func:`param`: each carries a default, range, unit, status and source.
From these come validation, the command line's help and the documents.
"""

from __future__ import annotations

import copy
import dataclasses
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["measured", "fitted", "assumption", "choice"]


def param(
    default: float | bool | str | list[Any] | dict[Any, Any],
    unit: str,
    about: str,
    *,
    source: str,
    within: tuple[float | None, float | None] = (None, None),
    status: Status = "assumption",
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare one parameter as a dataclass field.

    Args:
        default: value used unless a configuration says otherwise; of a list or map each block gets its own.
        unit: unit of the value, ``-`` for none.
        about: what it is, in a few words.
        source: evidence ids where ``status`` is measured; otherwise the reason for the choice, ids included.
        within: smallest and largest value allowed, None for no bound; of a share 0 and 1 unless said otherwise.
        status: ``measured``, ``fitted``, ``assumption``, or ``choice``, which is the user's and no evidence's.
        choices: values allowed for a text.
    """
    low, high = (0, 1) if unit == "share" and within == (None, None) else within
    meta: dict[str, Any] = {"unit": unit, "source": source, "low": low, "high": high, "status": status}
    meta |= {"choices": choices, "about": about, "default": default}
    if isinstance(default, list | dict):
        return dataclasses.field(default_factory=lambda: copy.copy(default), metadata=meta)
    return dataclasses.field(default=default, metadata=meta)


@dataclass(frozen=True)
class Parameter:
    """One parameter as the documents and the help show it."""

    key: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    status: str
    source: str
    about: str

    @property
    def allowed(self) -> str:
        """The values allowed, as text."""
        if self.choices:
            return " | ".join(self.choices)
        if isinstance(self.default, bool):
            return "true | false"
        low, high = ("" if end is None else f"{end:.16g}" for end in (self.low, self.high))
        return f"{low}..{high}" if low or high else "any"


def parameters(owner: Any, prefix: str) -> Iterator[Parameter]:
    """Yield the parameters that a dataclass (or an instance of one) declares, keyed ``prefix.name`` (or ``name``)."""
    for f in dataclasses.fields(owner):
        if "status" in f.metadata:
            m = f.metadata
            yield Parameter(
                f"{prefix}.{f.name}".removeprefix("."),
                m["default"],
                m["unit"],
                m["low"],
                m["high"],
                m["choices"],
                m["status"],
                m["source"],
                m["about"],
            )


def check_values(owner: Any, prefix: str) -> None:
    """Check every parameter of a dataclass instance against its range.

    Raises:
        ValueError: naming key, value and what is allowed.
    """
    for p in parameters(owner, prefix):
        value = getattr(owner, p.key.rpartition(".")[2])
        if p.choices:
            if value not in p.choices:
                near = difflib.get_close_matches(str(value), p.choices, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise ValueError(f"{p.key}={value} is not allowed; allowed is {p.allowed}{hint}")
        elif isinstance(p.default, bool) != isinstance(value, bool):
            raise ValueError(f"{p.key}={value} is not allowed; allowed is {p.allowed}")
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            low = p.low is not None and not value >= p.low
            high = p.high is not None and not value <= p.high
            if low or high or value != value:
                unit = "" if p.unit == "-" else f" {p.unit}"
                raise ValueError(f"{p.key}={value:.16g} is out of range; allowed is {p.allowed}{unit}")
