"""The store: whole runs or none, units kept, nothing foreign touched."""

from __future__ import annotations

import ast
import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pyarrow.dataset as ds
import pytest

from sim.ensembles import store as module
from sim.ensembles.store import OutputError, Store, check_shelf, read_run, read_table, read_units, versions, write_run
from sim.run.results import Results
from sim.run.vocabulary import TABLES, UNITS

SIM = Path(module.__file__).parents[1]
ABOUT = {"hash": "abc", "scenario": "baseline", "place": "six_sites", "seed": 0}
RUN = {"replicate": 3, "seed": 7, "hash": "h0"}


def results() -> Results:
    """Tables with every type that a run has: dates, categories with gaps, texts, missing numbers."""
    frame = pd.DataFrame(
        {
            "week": [0, 1],
            "date": pd.to_datetime(["2012-04-02", "2012-04-09"]).astype("datetime64[s]"),
            "role": pd.Categorical.from_codes([2, 0], ["none", "chair", "manager"]),
            "answer": ["agree", "not at all"],
            "engagement": [0.1 + 0.2, float("nan")],
            "strain": [0.0, 1.5],
        }
    )
    frames: dict[str, Any] = {name: frame.copy() for name in TABLES}
    return Results(config={"hope": {"beta": 1.1}, "place": {"years": {2013: 2500}}}, seeds=[7], **frames)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "replicate_000"
    write_run(results(), path, RUN)
    return path


def test_what_is_read_is_what_was_written(written: Path) -> None:
    read = read_run(written)
    assert read.config == results().config
    assert read.seeds == [7]
    assert read.people is None
    for name in TABLES:
        pdt.assert_frame_equal(getattr(read, name), getattr(results(), name), check_exact=True)


def test_units_stand_in_the_schema(written: Path) -> None:
    units = read_units(written / "series.parquet")
    assert units["engagement"] == UNITS["series"]["engagement"] == "latent"
    assert units["strain"] == "5 h/week"
    assert read_units(written / "ledger.parquet")["strain"] == "latent", "the driver of that name"
    assert "answer" not in units


def test_nothing_is_pickled(written: Path) -> None:
    assert {p.suffix for p in written.iterdir()} == {".parquet", ".yaml", ".json"}


def test_tables_not_asked_for_are_not_read(written: Path) -> None:
    (written / "hours.parquet").unlink()
    read = read_run(written, ["survey"])
    assert len(read.survey) == 2
    assert read.hours.empty


def test_people_are_kept_if_they_are_recorded(tmp_path: Path) -> None:
    run = results()
    run.people = run.series.copy()
    write_run(run, tmp_path / "r", RUN)
    read = read_run(tmp_path / "r")
    assert read.people is not None
    pdt.assert_frame_equal(read.people, run.series)


def test_a_run_cut_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.yaml, "dump", cut_off)
    with pytest.raises(KeyboardInterrupt):
        write_run(results(), tmp_path / "replicate_000", RUN)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.pq, "write_table", full)
    with pytest.raises(OutputError, match="no space left on device; allowed is") as caught:
        write_run(results(), tmp_path / "replicate_000", RUN)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_is_removed_when_the_store_is_opened_and_what_others_write_is_not(tmp_path: Path) -> None:
    store = Store(tmp_path, ABOUT)
    store.open()
    write_run(results(), store.path(0), RUN)
    others = tmp_path / f".replicate_002.{os.getppid()}.partial"
    for left in (tmp_path / ".replicate_001.partial", tmp_path / "report_1_runs/.scorecard.png.partial", others):
        left.mkdir(parents=True)
        (left / "series.parquet").write_text("half")
    store.open()
    assert {p.name for p in tmp_path.iterdir()} == {"store.json", "replicate_000", "report_1_runs", others.name}
    assert list((tmp_path / "report_1_runs").iterdir()) == []


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini"])
def test_files_of_the_system_are_no_content_of_a_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("the system's")
    Store(tmp_path, ABOUT).check()
    check_shelf(tmp_path)
    Store(tmp_path / "one", ABOUT).open()
    check_shelf(tmp_path)
    assert (tmp_path / name).read_text() == "the system's"


def test_the_files_of_many_runs_are_one_table_in_which_runs_are_told_apart(tmp_path: Path) -> None:
    for replicate in (0, 1):
        about = {"replicate": replicate, "seed": 7 + replicate}
        write_run(results(), tmp_path / f"replicate_{replicate:03d}", about)
    for name in TABLES:
        table = ds.dataset(sorted(map(str, tmp_path.glob(f"replicate_*/{name}.parquet")))).to_table().to_pandas()
        assert list(table.columns[:3]) == ["run", "seed", "week"]
        assert list(table["run"]) == [0, 0, 1, 1]
        assert list(table["seed"]) == [7, 7, 8, 8]


def test_one_wrong_bit_is_noticed(tmp_path: Path) -> None:
    run, path = results(), tmp_path / "replicate_000/series.parquet"
    run.series = pd.DataFrame({"strain": np.random.default_rng(1).random(100)})
    write_run(run, path.parent, RUN)
    whole, number = path.read_bytes(), np.float64(run.series["strain"][50]).tobytes()
    at = whole.index(number)  # numbers that no compression shortens stand in the file as they are
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(OutputError, match=r"is damaged \(series.parquet cannot be read\)"):
        read_table(path.parent, "series")
    path.write_bytes(whole)
    pdt.assert_frame_equal(read_table(path.parent, "series"), run.series)


def test_a_run_that_another_process_has_written_meanwhile_is_left_as_it_is(written: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in written.iterdir()}
    write_run(results(), written, RUN)
    assert {p: p.stat().st_mtime_ns for p in written.iterdir()} == before
    assert [p.name for p in written.parent.iterdir()] == ["replicate_000"]


@pytest.mark.parametrize("name", ["series.parquet", "config.yaml"])
@pytest.mark.parametrize("how", ["cut", "changed", "removed"])
def test_a_damaged_run_is_one_line_that_says_what_to_do(written: Path, name: str, how: str) -> None:
    path = written / name
    content = path.read_bytes()
    if how == "removed":
        path.unlink()
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2] if name.endswith("parquet") else b"hope: {")
    else:
        path.write_bytes(content[:8] + bytes(b ^ 255 for b in content[8:30]) + content[30:])
    with pytest.raises(OutputError, match=r"is damaged|no such file") as caught:
        read_run(written)
    assert "\n" not in str(caught.value)
    assert str(written) in str(caught.value)


def test_a_new_an_empty_and_the_same_folder_are_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new/deep", tmp_path / "empty", tmp_path / "empty"):
        Store(folder, ABOUT).open()
        assert json.loads((folder / "store.json").read_text()) == ABOUT


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda p: p.write_text("x"), "is a file"),
        (lambda p: (p.mkdir(), (p / "thesis.doc").write_text("x")), r"holds something else \(thesis.doc\)"),
        (lambda p: Store(p, {**ABOUT, "hash": "other"}).open(), "holds another run .*hash other"),
        (lambda p: (p.mkdir(), (p / "store.json").write_text("{")), "store.json is damaged"),
    ],
)
def test_anything_else_is_refused_and_left_alone(prepare: Any, told: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    prepare(folder)
    before = sorted(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    with pytest.raises(OutputError, match=told) as caught:
        Store(folder, ABOUT).open()
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)
    assert sorted(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()) == before


@pytest.mark.parametrize("folder", ["/proc/nowhere/x", "/dev/null/x"])
def test_a_folder_that_cannot_be_written_is_refused(folder: str) -> None:
    with pytest.raises(OutputError, match=f"output={folder}"):
        Store(Path(folder), ABOUT).open()


def test_too_little_room_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "new/out", ABOUT)
    store.check_room(10)
    with pytest.raises(OutputError, match=r"is full: about .* MB are needed"):
        store.check_room(shutil.disk_usage(tmp_path).total * 2)


def test_a_run_is_there_only_if_it_is_that_run(tmp_path: Path) -> None:
    store = Store(tmp_path, ABOUT)
    write_run(results(), store.path(0), RUN)
    assert store.has(0, "h0")
    assert not store.has(1, "h0")
    with pytest.raises(OutputError, match="holds another run"):
        store.has(0, "h1")
    for name in ("hours.parquet", "run.json"):
        (store.path(0) / name).unlink()
        with pytest.raises(OutputError, match=rf"is damaged \(without {name}\); remove that folder"):
            store.has(0, "h0")


def test_versions_change_with_the_model_and_not_with_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ensembles/store.py", "plots/lines.py", "mechanisms/members/hope.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a = 1")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "ensembles" / "store.py"))

    def digest() -> str:
        versions.cache_clear()
        return versions()["model"]

    try:
        first = digest()
        (tmp_path / "plots/lines.py").write_text("a = 2")
        assert digest() == first
        (tmp_path / "mechanisms/members/.#hope.py").symlink_to("an editor's mark, which leads nowhere")
        (tmp_path / "mechanisms/members/._hope.py").write_text("what a system keeps about a file")
        assert digest() == first
        for part in ("core", "settings", "state", "mechanisms", "survey", "run"):
            before = digest()
            (tmp_path / part).mkdir(exist_ok=True)
            (tmp_path / part / "new.py").write_text("a = 2")
            assert digest() != before, part
        before = digest()
        (tmp_path / "mechanisms/members/hope.py").write_text("a = 2")
        assert digest() != before
    finally:
        versions.cache_clear()


def imported(folder: str) -> Iterator[tuple[str, str]]:
    """Yield file and module of every import of the package in a folder of it."""
    for path in (SIM / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            yield from ((path.name, name) for name in names if name.split(".")[0] == "sim")


def test_a_run_depends_on_no_code_but_what_its_hash_covers() -> None:
    for folder in module.A_RUN_DEPENDS_ON:
        for path, name in imported(folder):
            assert f"{name}.".startswith(tuple(f"sim.{part}." for part in module.A_RUN_DEPENDS_ON)), (
                f"{folder}/{path}: {name}"
            )


def test_ensembles_know_neither_studies_nor_pictures() -> None:
    for path, name in imported("ensembles"):
        assert not name.startswith(("sim.studies", "sim.plots")), f"{path}: {name}"
