"""The gallery: every figure of an ensemble as files, and the pictures, alt texts and numbers of its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from experiments import gallery
from experiments.gallery import FIGURES, IN_PAGES, NETWORK, report_docs, report_gallery, with_alt_texts
from experiments.pages import numbers
from experiments.pages.steps import stamps
from experiments.run import main
from sim.ensembles.store import read_run
from sim.plots import files
from sim.run.model import CommissioningModel
from sim.run.results import Results
from tests.worlds import only

SMALL = [
    *only("{E: {population: 60000, practices: 6}, G: {population: 30000, practices: 4}}"),
    "timeline.warm_up_weeks=2",
    "ensemble.workers=1",
    "ensemble.null_world=false",
    "output=out",
]
PAGE = gallery.DOCS / "gallery.md"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with pages of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/gallery.md").write_text("# Gallery\n\n![old](images/hours.png)\n\n![kept](images/other.png)\n")
    monkeypatch.setattr(gallery, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(numbers, "NUMBERS", tmp_path / "docs/numbers.json")
    monkeypatch.setattr(files, "PAGE_DPI", 20)  # quick to draw
    return tmp_path


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths that figures would be saved to, with the seeds they tell; saving itself is tested with the figures."""
    told: list[str] = []

    def note(fig: Figure, folder: Path, name: str, results: Results) -> None:
        told.append(f"{folder.resolve()}/{name} {results.seeds}")

    monkeypatch.setattr(gallery, "save", note)
    return told


def alt_text(picture: Path) -> str:
    with Image.open(picture) as image:
        return str(image.text["Description"])


def test_every_figure_is_drawn_and_the_page_gets_pictures_alt_texts_and_numbers(
    here: Path, saved: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SMALL, "timeline.weeks=100", "ensemble.replicates=2"], report=report_docs) == 0
    names = {*FIGURES, NETWORK}
    seeds = {name: "[0]" if name == NETWORK else "[0, 1]" for name in names}
    assert sorted(saved) == sorted(f"{here}/out/report_2_runs/{name} {seeds[name]}" for name in names)
    said = capsys.readouterr().out
    assert f"{len(names)} figures: " in said
    assert "out/report_2_runs\n" in said
    pictures = {p.stem for p in (here / "docs/images").iterdir()}
    assert pictures == {IN_PAGES.get(name, name) for name in names}
    page, said = (here / "docs/gallery.md").read_text(), alt_text(here / "docs/images/hours.png")
    alt = said.translate(str.maketrans("[]", "()"))
    assert page == f"# Gallery\n\n![{alt}](images/hours.png)\n\n![kept](images/other.png)\n"
    numbers = json.loads((here / "docs/numbers.json").read_text())["gallery"]
    assert numbers["runs"] == 2
    assert numbers["network_site"] == "G"  # the fewest practices
    assert f"chairs {numbers['hours_chair_paid']} paid" in said
    assert {key.rsplit("_", 1)[0] for key in numbers} >= {"business_waiting", "drivers_leaders_hope"}


def test_hours_are_read_of_the_year_that_is_drawn(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(gallery, "draw", lambda results, model: read.append(results) or ({}, {}))
    assert main([*SMALL, "timeline.weeks=60", "ensemble.replicates=2"], report=report_gallery) == 0
    (results,) = read
    for run in (0, 1):
        whole = read_run(here / f"out/replicate_{run:03d}", ("hours",)).hours
        wanted = whole[whole["date"] >= "2013-04-01"].reset_index(drop=True)
        drawn = results.hours[results.hours["run"] == run].drop(columns="run").reset_index(drop=True)
        assert len(drawn) > 0
        pd.testing.assert_frame_equal(drawn, wanted, check_dtype=False)


def test_what_a_short_run_cannot_show_is_told(here: Path, saved: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "timeline.weeks=20", "ensemble.replicates=1"], report=report_gallery) == 0
    told = capsys.readouterr().out
    for name, reason in {
        "answers": "these results hold no wave of the survey",
        "hours": "these results hold no week of 2013/14",
        "influence": "these results hold no wave of the survey",
        "business": "no matter was raised since go-live",
    }.items():
        assert f"not drawn: {name}: {reason}" in told
    names = ("engagement_by_role", "engagement_by_site", "drivers", "access", "network")
    assert saved == [f"{here}/out/report_1_runs/{name} [0]" for name in names]
    assert not (here / "docs/numbers.json").exists()


def test_alt_texts_are_put_into_their_pictures_alone() -> None:
    page = "![a](images/x.png) and ![b](images/y.png), [x](images/x.png)\n![c](other/x.png)"
    new = "![3 (1, 5)%](images/x.png) and ![b](images/y.png), [x](images/x.png)\n![c](other/x.png)"
    assert with_alt_texts(page, {"x.png": "3 [1, 5]%"}) == new
    assert with_alt_texts(new, {"x.png": "3 [1, 5]%"}) == new


def test_the_page_shows_every_figure_with_its_alt_text() -> None:
    pictures = dict(re.findall(r"!\[([^\]]*)\]\(images/(\w+)\.png\)", PAGE.read_text(encoding="utf-8")))
    shown = {name: alt for alt, name in pictures.items()}
    assert set(shown) >= {IN_PAGES.get(name, name) for name in (*FIGURES, NETWORK)}
    for name, alt in shown.items():
        picture = gallery.DOCS / f"images/{name}.png"
        assert picture.stat().st_size < 250_000
        assert alt == alt_text(picture).translate(str.maketrans("[]", "()"))


def test_the_pages_are_of_the_model_as_it_ships(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gallery, "main", lambda *_, **__: pytest.fail("something was computed"))
    assert gallery.command(["--docs", "seed=3"]) == 2
    assert capsys.readouterr().err == "error: seed=3 is not allowed with --docs; allowed is --docs alone\n"


@pytest.mark.parametrize("code", [0, 1])
def test_pages_are_stamped_when_they_are_whole(code: int, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "stamp_of", lambda name: {"model": f"of {name}"})
    monkeypatch.setattr(gallery, "main", lambda *_, **__: code)
    assert gallery.command(["--docs"]) == code
    assert stamps() == ({} if code else {"gallery": {"model": "of gallery"}})


def test_pages_are_left_as_they_are_if_a_replicate_failed(here: Path, saved: list[str], monkeypatch: pytest.MonkeyPatch,
                                                          capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    before = (here / "docs/gallery.md").read_text()
    run = CommissioningModel.run

    def broken(model: CommissioningModel) -> Results:
        if model.config.seed == 1:
            raise ValueError("no such week")
        return run(model)

    monkeypatch.setattr(CommissioningModel, "run", broken)
    assert main([*SMALL, "timeline.weeks=20", "ensemble.replicates=2"], report=report_docs) == 1
    assert "the pages are left as they are, because a replicate failed" in capsys.readouterr().out
    assert (here / "docs/gallery.md").read_text() == before
    assert not (here / "docs/numbers.json").exists()
