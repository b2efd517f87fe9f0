"""Files and folders that are there whole or not at all, whatever stops or joins the process that writes them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a place beside ``path`` to write to, this process's own; in the end it is renamed to ``path``, or is gone.

    Raises:
        OSError: it cannot be written, or ``path`` is a folder that is not empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(path)
    remove(partial)
    try:
        yield partial
        partial.replace(path)
    finally:
        remove(partial)


def write_text(path: Path, text: str) -> None:
    """Write a text file.

    Raises:
        OSError: it cannot be written.
    """
    with whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def check_place(path: Path) -> None:
    """Check, before long work, that a file can be written; its folder is made.

    Raises:
        OSError: it cannot.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(path)
    partial.touch()
    remove(partial)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def left_behind(folder: Path) -> Iterator[Path]:
    """Yield what processes that are gone have left half-written in a folder."""
    for partial in folder.glob(".*.partial"):
        number = partial.name.split(".")[-2]
        if not (number.isdecimal() and _at_work(int(number))):
            yield partial


def _at_work(process: int) -> bool:
    if os.name != "posix":  # elsewhere asking would end it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
