"""Figures as files: PNG and SVG, each whole or not at all, that say which runs they show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from matplotlib.figure import Figure

from sim.core.files import written_whole
from sim.ensembles.store import OutputError, versions
from sim.plots.style import look
from sim.run.results import Results

DPI = 160
PAGE_DPI, PAGE_COLOURS = 120, 256
"""Resolution and number of colours of a picture in a page."""
NOT_THE_MODEL = ("seed", "output", "ensemble")
"""Keys of a configuration that its hash leaves out."""


def save(fig: Figure, folder: Path | str, name: str, results: Results | Mapping[str, Results]) -> list[Path]:
    """Write a figure as PNG and SVG and return their paths.

    Both hold title, alt text (:func:`sim.plots.style.describe`; the title if there is none), version, and of each
    set of runs scenario, place, seeds, configuration (of the first run) and its hash: PNG in text chunks, SVG in its
    metadata, with the alt text where a screen reader finds it. The same figure gives the same bytes.

    Args:
        fig: the figure.
        folder: made if it is not there.
        name: of the files, without ending.
        results: what the figure shows.

    Raises:
        OutputError: the folder cannot be written to.
    """
    title, alt = _title_and_alt(fig, name)
    paths = []
    for kind, facts in _metadata(title, alt, results).items():
        content = _drawn(fig, kind, DPI, facts)
        content = _with_alt(content, alt) if kind == "svg" else content
        paths.append(_write(Path(folder) / f"{name}.{kind}", content))
    return paths


def save_for_page(fig: Figure, path: Path | str) -> Path:
    """Write a figure as one PNG that is small enough for a page, with title and alt text, and return its path.

    Raises:
        OutputError: it cannot be written.
    """
    from PIL import Image, PngImagePlugin  # matplotlib brings it

    path = Path(path)
    title, alt = _title_and_alt(fig, path.stem)
    facts = PngImagePlugin.PngInfo()
    facts.add_itxt("Title", title)
    facts.add_itxt("Description", alt)
    picture = Image.open(BytesIO(_drawn(fig, "png", PAGE_DPI, {}))).convert("RGB")
    picture = picture.quantize(PAGE_COLOURS, Image.Quantize.MAXCOVERAGE)  # rare colours keep their place
    small = BytesIO()
    picture.save(small, format="png", optimize=True, pnginfo=facts)
    return _write(path, small.getvalue())


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


def _title_and_alt(fig: Figure, name: str) -> tuple[str, str]:
    title = fig.texts[0].get_text() if fig.texts else name
    return title, str(fig.get_label()) or title


def _drawn(fig: Figure, kind: str, dpi: int, metadata: Mapping[str, str | None]) -> bytes:
    buffer = BytesIO()
    with look():
        fig.savefig(buffer, format=kind, dpi=dpi, metadata=dict(metadata))
    return buffer.getvalue()


def _with_alt(svg: bytes, alt: str) -> bytes:
    """Return an SVG that is announced as an image with this alt text, not as a thousand paths."""
    text = svg.decode()
    text = text.replace("<svg ", f'<svg role="img" aria-label={quoteattr(alt)} ', 1)
    return text.replace("</title>", f"</title>\n <desc>{escape(alt)}</desc>", 1).encode()


def _metadata(title: str, alt: str, results: Results | Mapping[str, Results]) -> dict[str, dict[str, str | None]]:
    """Return the metadata of each format; SVG knows the terms of Dublin Core only, and no date is wanted."""
    runs = about(results)
    software = f"ccgsim {versions()['ccgsim']}, model {versions()['model']}"
    scenarios, hashes = (" ".join(str(r[key]) for r in runs) for key in ("scenario", "config_hash"))
    details = json.dumps(runs, sort_keys=True)
    png: dict[str, str | None] = {
        "Title": title,
        "Description": alt,
        "Software": software,
        "Scenario": scenarios,
        "Place": " ".join(r["place"] for r in runs),
        "Seeds": json.dumps([r["seeds"] for r in runs]),
        "ConfigHash": hashes,
        "Source": details,
    }
    svg = {"Title": title, "Description": alt, "Creator": software, "Identifier": hashes, "Source": details}
    return {"png": png, "svg": svg | {"Date": None}}


def _write(path: Path, content: bytes) -> Path:
    try:
        with written_whole(path) as partial:
            partial.write_bytes(content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"output={path}: {reason}; allowed is a folder that can be written, with room") from None
    return path
