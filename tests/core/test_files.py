"""Whole files or none, also when two processes write at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.core.files import check_place, left_behind, whole, write_text


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new/deep/a.txt"
    with whole(path) as partial:
        partial.write_text("one")
        assert not path.exists()
        assert str(os.getpid()) in partial.name
    write_text(path, "two")
    assert path.read_text() == "two"
    assert names(path.parent) == {"a.txt"}


@pytest.mark.parametrize("folder", [False, True])
def test_what_is_cut_off_leaves_nothing_and_what_was_there(tmp_path: Path, folder: bool) -> None:
    write_text(tmp_path / "a", "before")

    def cut_off() -> None:
        with whole(tmp_path / "a") as partial:
            if folder:
                partial.mkdir()
                (partial / "half").touch()
            else:
                partial.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert names(tmp_path) == {"a"}
    assert (tmp_path / "a").read_text() == "before"


def test_a_place_is_checked_without_a_trace(tmp_path: Path) -> None:
    check_place(tmp_path / "new/a")
    assert names(tmp_path / "new") == set()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        check_place(tmp_path / "file/a")


def test_only_what_processes_that_are_gone_have_left_is_left_behind(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine, gone, nobodys = (tmp_path / f".a.{n}.partial" for n in (os.getpid(), ended.pid, "x"))
    for partial in (mine, gone, nobodys, tmp_path / "a"):
        partial.touch()
    assert set(left_behind(tmp_path)) == {gone, nobodys}
