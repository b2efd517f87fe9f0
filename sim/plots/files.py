"""Figures as files: PNG and SVG, each whole or not at all, that say which runs they show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.plots.style import look
from sim.results import Results
from sim.store import OutputError, versions

DPI = 160
NOT_THE_MODEL = ("seed", "output", "ensemble")
"""Keys of a configuration that its hash leaves out."""


def save(fig: Figure, folder: Path | str, name: str, results: Results | Mapping[str, Results]) -> list[Path]:
    """Write a figure as PNG and SVG and return their paths.

    Both hold title, version, and of each set of runs scenario, place, seeds, configuration (of the first run)
    and its hash: PNG in text chunks, SVG in its metadata. The same figure gives the same bytes.

    Args:
        fig: the figure.
        folder: made if it is not there.
        name: of the files, without ending.
        results: what the figure shows.

    Raises:
        OutputError: the folder cannot be written to.
    """
    metadata = _metadata(fig.texts[0].get_text() if fig.texts else name, results)
    paths = []
    with look():
        for kind, facts in metadata.items():
            buffer = BytesIO()
            fig.savefig(buffer, format=kind, dpi=DPI, metadata=facts)
            paths.append(_write(Path(folder) / f"{name}.{kind}", buffer.getvalue()))
    return paths


def config_hash(config: Mapping[str, Any]) -> str:
    """Return a hash of what a resolved configuration says of the model (16 hexadecimal digits)."""
    settings = {k: v for k, v in config.items() if k not in NOT_THE_MODEL}
    settings["scenario"] = config["scenario"]["name"]
    return hashlib.blake2b(json.dumps(settings, sort_keys=True).encode(), digest_size=8).hexdigest()


def about(results: Results | Mapping[str, Results]) -> list[dict[str, Any]]:
    """Return what a file says of each set of runs that its figure shows."""
    shown = [results] if isinstance(results, Results) else list(results.values())
    return [
        {
            "scenario": r.config["scenario"]["name"],
            "place": r.config["place"]["name"],
            "seeds": r.seeds,
            "config_hash": config_hash(r.config),
            "notes": r.notes,
            "config": r.config,
        }
        for r in shown
    ]


def _metadata(title: str, results: Results | Mapping[str, Results]) -> dict[str, dict[str, str | None]]:
    """Return the metadata of each format; SVG knows the terms of Dublin Core only, and no date is wanted."""
    runs = about(results)
    software = f"ccgsim {versions()['ccgsim']}, model {versions()['model']}"
    scenarios, hashes = (" ".join(str(r[key]) for r in runs) for key in ("scenario", "config_hash"))
    details = json.dumps(runs, sort_keys=True)
    png: dict[str, str | None] = {
        "Title": title,
        "Software": software,
        "Scenario": scenarios,
        "Place": " ".join(r["place"] for r in runs),
        "Seeds": json.dumps([r["seeds"] for r in runs]),
        "ConfigHash": hashes,
        "Description": details,
    }
    svg = {"Title": title, "Creator": software, "Identifier": hashes, "Description": details, "Date": None}
    return {"png": png, "svg": svg}


def _write(path: Path, content: bytes) -> Path:
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(content)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"output={path}: {reason}; allowed is a folder that can be written, with room") from None
    return path
