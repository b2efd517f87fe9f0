from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.plots.panels import (
    MOST_SITES,
    foot,
    foot_height,
    interval,
    interval_told,
    last_year,
    name_sites,
    notes_on,
    sites_shown,
    told,
    values_by_site,
)
from sim.plots.style import site_looks
from sim.settings.sites import Site
from tests.plots.tools import texts


def test_numbers_are_told_with_their_interval():
    assert told([1.0, 2.0, 3.0, 4.0, 5.0]) == "3 [1, 5]"
    assert told([1.0, 2.0, 6.0], 1, centre=np.mean) == "3.0 [1.1, 5.8]"
    assert told([7.25], 1) == "7.2"
    assert told([-0.2, -0.1, -0.3]) == "0 [0, 0]"  # no minus before nothing
    assert told([12345.0]) == "12,345"


def test_what_an_interval_is(everything, alone):
    assert interval_told(everything, "mean") == "mean and central 95% of 3 runs"
    assert interval_told(alone) == "one run"
    assert interval(range(41)) == pytest.approx((1, 20, 39))


def test_sites_are_those_recorded_from_the_largest(everything):
    assert [(s.name, s.population) for s in sites_shown(everything)] == [("B", 500_000), ("A", 250_000)]


def test_of_many_sites_the_largest_are_shown_and_the_rest_is_told(everything):
    place = {**everything.config["place"], "clone_to": 20}
    names = [f"{'ABCDEF'[k % 6]}-{k // 6:03d}" for k in range(20)]
    series = pd.concat([everything.series.head(3).assign(ccg=name) for name in names])
    many = replace(everything, config={**everything.config, "place": place}, series=series)
    shown = [s.name for s in sites_shown(many)]
    assert len(shown) == MOST_SITES
    assert shown[:4] == ["B-000", "B-001", "B-002", "B-003"]
    assert "The 12 largest CCGs are shown; 8 are left out." in notes_on(many, "A note.")
    assert not [note for note in notes_on(everything) if "left out" in note]
    looks = site_looks(shown)
    assert len(set(looks.values())) == MOST_SITES


def test_names_of_many_sites_stand_upright_without_numbers():
    few, many = Figure().subplots(1, 2)
    name_sites(few, ["B", "A"], ["500", "250"], "thousand patients")
    name_sites(many, [f"B-00{k}" for k in range(7)], ["500"] * 7, "thousand patients")
    assert [(t.get_text(), t.get_rotation()) for t in few.get_xticklabels()] == [("B\n500", 0), ("A\n250", 0)]
    assert (many.get_xticklabels()[1].get_text(), many.get_xticklabels()[1].get_rotation()) == ("B-001", 90)
    assert (few.get_xlabel(), many.get_xlabel()) == ("CCG, thousand patients", "CCG")
    assert many.get_xlim() == (-0.6, 6.6)


def test_values_by_site_and_the_last_year():
    dates = pd.date_range("2012-04-02", periods=60, freq="7D")
    rows = [(run, date, ccg, 100 * run + k) for run in (0, 1) for k, date in enumerate(dates) for ccg in "AB"]
    table = pd.DataFrame(rows, columns=["run", "date", "ccg", "x"])
    values = values_by_site(table, "x", [Site(name="A")])["A"]
    assert values.shape == (60, 2)
    assert list(values.iloc[3]) == [3, 103]
    assert list(last_year(values)) == [np.mean(range(8, 60)), 100 + np.mean(range(8, 60))]


@pytest.mark.parametrize("columns", [1, 3])
def test_a_foot_fits_into_its_height(columns):
    handles = [Line2D([], [], label=f"line {k}") for k in range(7)]
    notes = ["one note", "another"]
    fig = Figure((8, 0.1 + foot_height(len(handles), notes, columns)))
    foot(fig, 0.1, 0.1, handles, notes, columns)
    for text, box in texts(fig):
        assert box.y0 >= 0, text
