"""How things are measured: processor time, in turn within one process, or in a process of their own."""

from __future__ import annotations

import gc
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Part = tuple[str] | tuple[str, int]
"""Name of a function, and its argument if it has one."""


def seconds(action: Callable[[], object]) -> float:
    """Return the processor time that an action takes, without Python's collector of garbage."""
    gc.disable()
    start = time.process_time()
    action()
    taken = time.process_time() - start
    gc.enable()
    return taken


@dataclass(frozen=True)
class Pair:
    """Two things done in turn: median seconds of each, and median, lowest and highest ratio of first to second."""

    first: float
    second: float
    ratio: float
    low: float
    high: float


def in_turn(one: Callable[[], object], other: Callable[[], object], times: int) -> Pair:
    """Measure two actions done in turn; a first round is done and not counted."""
    gc.collect()
    pairs = [(seconds(one), seconds(other)) for _ in range(times + 1)][1:]
    first, second = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratios = [a / b for a, b in pairs]
    return Pair(first, second, statistics.median(ratios), min(ratios), max(ratios))


def peak_megabytes() -> float:
    """Return the most memory that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # what the system says of usage begins with the memory of whoever started the process
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def in_a_process_of_its_own(part: Part) -> Mapping[str, Any]:
    """Return what a function of :mod:`benchmarks.parts` measures, in a fresh process.

    Raises:
        CalledProcessError: the process failed; its own error is on the screen.
    """
    name, *arguments = part
    code = f"import json; from benchmarks import parts; print(json.dumps(parts.{name}(*{arguments})))"
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    found: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def fresh_seconds(commands: Mapping[str, list[str]], times: int) -> dict[str, float]:
    """Return the median processor time of commands of Python, each from a fresh process, run in turn."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(times):
        for name, arguments in commands.items():
            before = _seconds_of_children()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
            taken[name].append(_seconds_of_children() - before)
    return {name: statistics.median(values) for name, values in taken.items()}


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
