"""Whole files or none, also when two processes write at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.core import files
from sim.core.files import check_place, is_content, left_behind, write_text, written_whole

ROOT = Path(files.__file__).parents[2]


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new/deep/a.txt"
    with written_whole(path) as partial:
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
        with written_whole(tmp_path / "a") as partial:
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


def gone() -> int:
    """Return the number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_only_what_processes_that_have_ended_left_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "below/.b.x.partial").mkdir(parents=True)
    number = gone()
    left, nobodys = tmp_path / f".a.{number}.partial", tmp_path / "below/.b.x.partial"
    mine, elsewhere = tmp_path / f"below/.a.{os.getpid()}.partial", tmp_path / f".a.{number}@another-machine.partial"
    for partial in (left, mine, elsewhere, tmp_path / "a", tmp_path / "a.1.partial"):
        partial.touch()
    assert set(left_behind(tmp_path)) == {left, nobodys}


def test_what_is_half_written_here_is_left_behind_when_its_process_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "run.parquet"
    write = "import os, sys; from pathlib import Path; from sim.core.files import written_whole\n"
    write += "with written_whole(Path(sys.argv[1])) as partial: partial.touch(); os._exit(1)"
    subprocess.run([sys.executable, "-c", write, str(path)], check=False, cwd=ROOT)
    assert list(left_behind(tmp_path)) == list(tmp_path.iterdir()) != []
    with written_whole(path) as partial:
        partial.touch()
        assert partial not in set(left_behind(tmp_path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("thesis.doc", True),
        ("replicate_000", True),
        (".DS_Store", False),
        (".replicate_000.1.partial", False),
        ("._baseline.yaml", False),
        ("Thumbs.db", False),
        ("desktop.ini", False),
        ("lost+found", False),
    ],
)
def test_files_of_the_system_are_no_content(name: str, content: bool) -> None:
    assert is_content(Path("anywhere", name)) is content
