"""Writes files and folders so that each is there whole or not at all, whoever stops or writes beside.

What is being written has a name of its own, which says which process of which machine writes it. What processes that
have ended left half-written can so be told from what others write just now.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OF_SYSTEMS = ("thumbs.db", "desktop.ini", "lost+found")
"""Names, in small letters, that operating systems leave in folders of their own accord."""
_PARTIAL = re.compile(r"\.(?:.*\.)?(?P<process>[^.@]*)(?:@(?P<machine>[^.@]*))?\.partial")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give the caller a place beside ``path`` to write to, and rename it to ``path`` when the caller has done so.

    If the caller is stopped or fails, what it wrote is removed and ``path`` is as it was.

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
    with written_whole(path) as partial:
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


def is_content(path: Path) -> bool:
    """Tell whether a file or folder is somebody's work, by its name: systems leave some of their own everywhere."""
    return not path.name.startswith(".") and path.name.lower() not in OF_SYSTEMS


def left_behind(folder: Path) -> Iterator[Path]:
    """Yield what processes of this machine that have ended left half-written in a folder or below it."""
    for inside, folders, files in os.walk(folder):  # it passes over what others rename meanwhile
        for name in (*folders, *files):
            by = _PARTIAL.fullmatch(name)
            if by and by["machine"] in (None, _machine()) and not _at_work(by["process"]):
                yield Path(inside, name)
        folders[:] = [name for name in folders if is_content(Path(name))]


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}@{_machine()}.partial")


def _machine() -> str:
    return re.sub(r"[^\w-]", "-", platform.node())


def _at_work(process: str) -> bool:
    if not process.isdecimal():
        return False
    if os.name != "posix":  # elsewhere asking would end it
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
