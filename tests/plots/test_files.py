import copy
import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from sim.ensembles.store import OutputError
from sim.plots import save, scenarios, trajectories
from sim.plots.files import PAGE_DPI, config_hash, save_for_page
from sim.plots.style import describe

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def figure(several):
    return trajectories(several)


def svg_metadata(path):
    """Terms of Dublin Core by name; the first of each, as a creator has a title of its own."""
    found = {}
    for element in ET.parse(path).iter():
        if DUBLIN_CORE in element.tag:
            found.setdefault(element.tag.removeprefix(DUBLIN_CORE), "".join(element.itertext()).strip())
    return found


def test_png_says_what_it_shows(tmp_path, several, figure):
    png, _ = save(figure, tmp_path, "engagement", several)
    said = Image.open(png).text
    assert said["Title"] == "Engagement by role over time"
    assert said["Scenario"] == "baseline"
    assert said["Place"] == "six_sites"
    assert json.loads(said["Seeds"]) == [[3, 4, 5]]
    assert said["ConfigHash"] == config_hash(several.config)
    assert said["Software"].startswith("ccgsim ")
    assert said["Description"] == figure.get_label()
    (run,) = json.loads(said["Source"])
    assert run["config"]["timeline"] == json.loads(json.dumps(several.config["timeline"]))


def test_svg_says_what_it_shows(tmp_path, several, figure):
    _, svg = save(figure, tmp_path, "engagement", several)
    said = svg_metadata(svg)
    assert said["title"] == "Engagement by role over time"
    assert said["identifier"] == config_hash(several.config)
    assert said["creator"].startswith("ccgsim ")
    assert said["description"] == figure.get_label()
    assert json.loads(said["source"])[0]["seeds"] == [3, 4, 5]
    assert "date" not in said


def test_svg_is_an_image_with_alt_text_for_a_screen_reader(tmp_path, several):
    figure = Figure()
    figure.text(0, 0, "A title")
    describe(
        figure,
        """What is <shown> & "read",
        in two lines""",
    )
    _, svg = save(figure, tmp_path, "x", several)
    root = ET.parse(svg).getroot()
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'What is <shown> & "read", in two lines'
    assert [(child.tag.split("}")[1], child.text) for child in root][:2] == [
        ("title", "A title"), ("desc", 'What is <shown> & "read", in two lines'),
    ]  # fmt: skip


def test_a_figure_without_alt_text_has_its_title(tmp_path, several):
    figure = Figure()
    figure.text(0, 0, "A title")
    png, svg = save(figure, tmp_path, "x", several)
    assert Image.open(png).text["Description"] == "A title"
    assert svg_metadata(svg)["description"] == "A title"


def test_a_picture_for_a_page_is_small_and_keeps_colours_and_alt_text(tmp_path, several, figure):
    path = save_for_page(figure, tmp_path / "images" / "x.png")
    picture = Image.open(path)
    assert path.stat().st_size < 250_000
    assert picture.text == {"Title": "Engagement by role over time", "Description": figure.get_label()}
    assert picture.width == PAGE_DPI * figure.get_size_inches()[0]
    colours = np.array([c for _, c in picture.convert("RGB").getcolors()])
    for role in ("#E69F00", "#D55E00"):  # the rare orange of a median is not that of a common line
        assert np.abs(colours - 255 * np.array(to_rgb(role))).max(axis=1).min() < 12


def test_a_comparison_names_all_its_scenarios(tmp_path, several, shifted):
    runs = {"baseline": several, "running_costs_cut_20": shifted}
    png, _ = save(scenarios(runs), tmp_path, "compared", runs)
    said = Image.open(png).text
    assert said["Scenario"] == "baseline running_costs_cut_20"
    first, second = said["ConfigHash"].split()
    assert first != second


def test_same_figure_same_bytes(tmp_path, several, figure):
    once = [path.read_bytes() for path in save(figure, tmp_path / "a", "x", several)]
    twice = [path.read_bytes() for path in save(figure, tmp_path / "b", "x", several)]
    anew = [path.read_bytes() for path in save(trajectories(several), tmp_path / "c", "x", several)]
    assert once == twice
    assert once == anew


def test_another_result_gives_other_bytes(tmp_path, several, shifted, figure):
    once = [path.read_bytes() for path in save(figure, tmp_path / "a", "x", several)]
    other = [path.read_bytes() for path in save(trajectories(shifted), tmp_path / "b", "x", shifted)]
    assert all(a != b for a, b in zip(once, other, strict=True))


def test_files_are_replaced_whole_and_nothing_else_is_left(tmp_path, several, figure):
    (tmp_path / "x.png").write_bytes(b"old")
    save(figure, tmp_path, "x", several)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.png", "x.svg"]
    assert (tmp_path / "x.png").read_bytes()[:4] == b"\x89PNG"


def test_a_folder_that_cannot_be_written_is_a_one_line_error(tmp_path, several, figure):
    (tmp_path / "file").write_text("something else")
    with pytest.raises(OutputError, match=r"output=.*x\.png: .*; allowed is a folder that can be written") as caught:
        save(figure, tmp_path / "file", "x", several)
    assert "\n" not in str(caught.value)


def test_hash_follows_the_model_and_not_the_seed_or_the_folder(several):
    same, other = copy.deepcopy(several.config), copy.deepcopy(several.config)
    same.update(seed=99, output="elsewhere")
    same["scenario"]["why"] = "another reason"
    other["hope"]["half_life_weeks"] += 1
    assert config_hash(same) == config_hash(several.config)
    assert config_hash(other) != config_hash(several.config)
