"""Make the pages anew, as far as they are out of date: ``python -m experiments.pages`` (``make pages``).

What has been computed says with what it was made. What differs from today is computed again, in the order in which one
takes from another, each in a process of its own; then numbers and tables are put into the pages. What is whole is kept:
after Ctrl-C the same command does the rest. ``--check`` only says what is out of date and why; its exit code is 1 if
anything is.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.pages import ROOT, documents
from experiments.pages.digests import forget
from experiments.pages.steps import MINUTES, STEPS, Step, check_checkout, keep_minutes, stale, stamps
from experiments.run import FAILED, long_job
from sim.run.config import ConfigError

CHECK = "--check"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 out of date or a step failed, 2 bad input, 130 Ctrl-C."""
    return long_job(make_pages, arguments, about=__doc__ or "")


def make_pages(arguments: Sequence[str]) -> int:
    """Say what is out of date and, unless that is all that was asked, compute it; return the exit code.

    Raises:
        ConfigError: an argument that is not allowed, or no pages here.
    """
    unknown = [argument for argument in arguments if argument != CHECK]
    if unknown:
        raise ConfigError(f"{unknown[0]} is not allowed; allowed is {CHECK}, or nothing")
    check_checkout()
    todo = stale()
    print("\n".join(f"{step.name:<26}{todo.get(step.name, 'up to date')}" for step in STEPS))
    if CHECK in arguments:
        behind = _not_as_filled()
        print(f"{'documents':<26}{', '.join(behind) or 'up to date'}")
        return FAILED if todo or behind else 0
    return _compute(todo) or documents.main()


def _not_as_filled() -> list[str]:
    try:
        return documents.current()
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _compute(todo: Mapping[str, str]) -> int:
    """Compute the steps that are out of date; return the exit code of the first that fails, 0 if none does."""
    done: set[str] = set()
    while left := [step for step in STEPS if step.name in todo and step.name not in done]:
        step = left[0]
        print(f"\n{step.name}: {len(left)} left, {_time_left(left)}", flush=True)
        began = time.monotonic()
        code = run(step, ROOT)
        if code:
            print(f"{step.name} ended with exit code {code}; the same command goes on from there", file=sys.stderr)
            return code
        keep_minutes(step.name, (time.monotonic() - began) / 60)
        done.add(step.name)
        if step.fits:
            forget()
            todo = stale()
    return 0


def _time_left(left: Sequence[Step]) -> str:
    """Return about how long some steps take, by what they took the last time."""
    took = [stamps().get(step.name, {}).get(MINUTES) for step in left]
    known = [minutes for minutes in took if minutes is not None]
    told = [f"about {sum(known):.0f} minutes"] if known else []
    told += [f"{len(took) - len(known)} not timed before"] if len(known) < len(took) else []
    return " and ".join(told)


def run(step: Step, folder: Path) -> int:
    """Run the command of a step and return its exit code, as a shell tells it; Ctrl-C is for the command to answer."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = subprocess.run([sys.executable, "-m", *step.command], cwd=folder, check=False).returncode
        return code if code >= 0 else 128 - code
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())
