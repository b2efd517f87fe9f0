"""A store of runs: one folder a run, written whole or not at all, as Parquet with units; nothing is pickled.

An output folder holds ``store.json`` (what it is a store of, with a hash) and ``replicate_000/`` and so on. A
run's folder holds ``config.yaml``, ``run.json`` (seed, vector, versions, hash) and one Parquet file a table, in which
number of the run and seed are columns, so that the files of many runs can be read as one table.
"""

from __future__ import annotations

import functools
import hashlib
import json
import platform
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sim.core.files import is_content, left_behind, remove, write_text, written_whole
from sim.run.config_errors import ConfigError
from sim.run.results import ALL_TABLES, Results
from sim.run.vocabulary import TABLES, UNITS

ABOUT, RUN, CONFIG, PEOPLE = "store.json", "run.json", "config.yaml", "people.parquet"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""Of libyaml where it is installed: the same texts, in a tenth of the time."""
A_RUN_DEPENDS_ON = ("core", "settings", "state", "mechanisms", "survey", "run")
"""Folders of the package (the fitted vector that a run uses is part of its configuration)."""
IDENTITY = ("run", "seed")
"""Columns that stand first in every table of a stored run; they are left out when the run is read."""
COMPARISONS = "scenarios-"
"""How the name of a folder begins that holds what several ensembles show together."""


class OutputError(ConfigError):
    """An output folder that cannot take the runs; its text is one line."""


@functools.cache
def versions() -> Mapping[str, str]:
    """Return what results depend on beside configuration and seed: packages and a digest of the model."""
    here = Path(__file__).resolve().parents[1]
    digest = hashlib.blake2b(digest_size=8)
    code = (path for folder in A_RUN_DEPENDS_ON for path in (here / folder).rglob("*.py") if is_content(path))
    for path in sorted(code):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    try:
        own = version("ccgsim")
    except PackageNotFoundError:
        own = "not installed"
    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "ccgsim": own,
        "model": digest.hexdigest(),
        "numba": version("numba"),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "python": python,
    }


@dataclass(frozen=True)
class Store:
    """One output folder.

    Attributes:
        folder: where it is.
        about: what it is a store of; ``about["hash"]`` decides whether a folder is the same store.
    """

    folder: Path
    about: Mapping[str, Any]

    def open(self) -> None:
        """Create the folder, or check that it holds this store and can be written to; what was left there is removed.

        Raises:
            OutputError: it is a file, holds something else or cannot be written to.
        """
        self.check()
        with _one_line(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self.tidy()
            write_text(self.folder / ABOUT, json.dumps(self.about, indent=1) + "\n")

    def check_room(self, needed: int) -> None:
        """Check that there is room for so many bytes, whether the folder is there yet or not.

        Raises:
            OutputError: there is not.
        """
        with _one_line(self.folder):
            free = shutil.disk_usage(next(path for path in (self.folder, *self.folder.parents) if path.exists())).free
        if free < needed:
            room = f"about {needed / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are free"
            raise OutputError(f"output={self.folder} is full: {room}; allowed is a folder with that much room")

    def check(self) -> None:
        """Check, without writing, that the folder is new, empty or this store.

        Raises:
            OutputError: it is a file or holds something else.
        """
        with _one_line(self.folder):
            inside = [path.name for path in _inside(self.folder)]
            if not inside:
                return
            if ABOUT not in inside:
                what = f"output={self.folder} holds something else ({inside[0]})"
                raise OutputError(f"{what}; allowed is a new or empty folder")
            held = _read_json(self.folder / ABOUT)
        if held.get("hash") != self.about["hash"]:
            told = ", ".join(f"{k} {held[k]}" for k in ("scenario", "place", "seed", "hash") if k in held)
            raise OutputError(
                f"output={self.folder} holds another run ({told}); allowed is a new or empty folder, "
                "or the same run again"
            )

    def keep_table(self, name: str, table: pd.DataFrame) -> None:
        """Write a table about all runs, whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        with _one_line(self.folder), written_whole(self.folder / f"{name}.parquet") as partial:
            write_table(table, partial, {})

    def tidy(self) -> None:
        """Remove what runs that were cut off have left half-written; not what another process writes just now."""
        for partial in left_behind(self.folder):
            remove(partial)

    def path(self, replicate: int) -> Path:
        """Return the folder of one run."""
        return self.folder / f"replicate_{replicate:03d}"

    def has(self, replicate: int, run_hash: str) -> bool:
        """Tell whether a run is there, whole.

        Raises:
            OutputError: another run is in its place, or a part of it is missing.
        """
        path = self.path(replicate)
        if not path.exists():
            return False
        with _one_line(path):
            missing = [name for name in (RUN, CONFIG, *map(_file, TABLES)) if not (path / name).is_file()]
            if missing:
                raise _damaged(path, f"without {missing[0]}")
            held = _read_json(path / RUN)
        if held.get("hash") != run_hash:
            raise OutputError(f"output={path} holds another run; allowed is a new or empty folder")
        return True


def check_shelf(folder: Path) -> None:
    """Check, without writing, that a folder is new, empty or holds stores and comparisons of them alone.

    Raises:
        OutputError: it is a file or holds something else.
    """
    with _one_line(folder):
        for path in _inside(folder):
            if not (path / ABOUT).is_file() and not path.name.startswith(COMPARISONS):
                what = f"output={folder} holds something else ({path.name})"
                raise OutputError(f"{what}; allowed is a new or empty folder, or one of several jobs")


def write_run(results: Results, path: Path, about: Mapping[str, Any]) -> None:
    """Write one run, whole or not at all; one that another process has written meanwhile is left as it is.

    Args:
        results: the run.
        path: its folder.
        about: what ``run.json`` says, the number of the run (``replicate``) and its seed among it.

    Raises:
        OutputError: it cannot be written.
    """
    with _one_line(path.parent):
        try:
            with written_whole(path) as partial:
                partial.mkdir()
                identity = dict(zip(IDENTITY, (about["replicate"], about["seed"]), strict=True))
                for name in ALL_TABLES:
                    if getattr(results, name) is not None:
                        write_table(getattr(results, name), partial / _file(name), UNITS[name], identity)
                text = yaml.dump(results.config, Dumper=_DUMPER, sort_keys=False)
                (partial / CONFIG).write_text(text, encoding="utf-8")
                (partial / RUN).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        except OSError:
            if not (path / RUN).is_file():
                raise


def read_run(path: Path, tables: Collection[str] = ALL_TABLES) -> Results:
    """Read one run back; tables not asked for are empty.

    Raises:
        OutputError: it cannot be read.
    """
    with _one_line(path):
        try:
            config = yaml.load((path / CONFIG).read_text(encoding="utf-8"), _LOADER)
        except (yaml.YAMLError, UnicodeDecodeError):
            raise _damaged(path, f"{CONFIG} cannot be read") from None
        frames: dict[str, Any] = dict.fromkeys(TABLES, pd.DataFrame())
        for name in set(tables) & set(ALL_TABLES):
            if name in TABLES or (path / PEOPLE).exists():
                frames[name] = read_table(path, name)
        return Results(config=config, seeds=[_read_json(path / RUN)["seed"]], **frames)


def write_table(
    frame: pd.DataFrame, path: Path, units: Mapping[str, str], identity: Mapping[str, int] | None = None
) -> None:
    """Write a table as Parquet with the unit of each column in its metadata.

    Args:
        frame: the table.
        path: of the file.
        units: by column.
        identity: columns that stand first, each the same number in all rows.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for i, (name, number) in enumerate((identity or {}).items()):
        table = table.add_column(i, name, pa.repeat(pa.scalar(number, pa.int64()), len(frame)))
    fields = [f.with_metadata({"unit": units[f.name]}) if f.name in units else f for f in table.schema]
    schema = pa.schema(fields, table.schema.metadata)
    repeated = [f.name for f in schema if not pa.types.is_floating(f.type)]  # looking for equal floats takes longer
    pq.write_table(table.cast(schema), path, compression="zstd", use_dictionary=repeated, write_page_checksum=True)


def read_table(path: Path, name: str, filters: Sequence[tuple[str, str, Any]] | None = None) -> pd.DataFrame:
    """Read one table of a run, or the rows that filters let through.

    Raises:
        OutputError: it cannot be read, or is not what was written.
    """
    with _one_line(path):
        try:
            table = pq.read_table(path / _file(name), filters=filters, page_checksum_verification=True)
        except FileNotFoundError:
            raise _damaged(path, f"without {_file(name)}") from None
        except (pa.ArrowException, OSError):
            raise _damaged(path, f"{_file(name)} cannot be read") from None
    frame: pd.DataFrame = table.drop_columns([name for name in IDENTITY if name in table.column_names]).to_pandas()
    dates = frame.select_dtypes("datetime").columns  # Parquet has no whole seconds, the unit of a run's dates
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def read_units(path: Path) -> dict[str, str]:
    """Return the unit of each column of a table that has one."""
    fields = [f for f in pq.read_schema(path) if f.metadata and b"unit" in f.metadata]
    return {f.name: f.metadata[b"unit"].decode() for f in fields}


def _inside(folder: Path) -> list[Path]:
    """Return what somebody keeps in a folder, nothing if it is not there yet; a file is refused."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"output={folder} is a file; allowed is a new or empty folder")
    return sorted(filter(is_content, folder.iterdir())) if folder.exists() else []


def _file(table: str) -> str:
    return f"{table}.parquet"


def _damaged(path: Path, how: str) -> OutputError:
    return OutputError(f"output={path} is damaged ({how}); remove that folder, and the same command computes it anew")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise OutputError(f"output={path} is damaged; allowed is a new or empty folder") from None


@contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"output={folder}: {reason}; allowed is a folder to write to, with room") from None
