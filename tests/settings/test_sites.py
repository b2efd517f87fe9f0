"""Sites: by name, in an order of their own, and refused by key."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sim.settings.sites import Place, Site

A, B = Site("A", population=9000, practices=3), Site("B", population=20_000, practices=5, devolved=True)


def test_sites_are_built_in_the_order_of_their_names_and_know_them() -> None:
    place = Place("two", {"B": replace(B, name=""), "A": replace(A, name="")})
    assert place.expanded() == [A, B]
    place.check()
    assert place == Place.of("two", A, B)


def test_clones_take_turns_in_the_order_of_names() -> None:
    clones = Place.of("five", B, A)
    clones.clone_to = 5
    assert [(site.name, site.practices) for site in clones.expanded()] == [
        ("A-000", 3), ("A-001", 3), ("A-002", 3), ("B-000", 5), ("B-001", 5),
    ]  # fmt: skip
    assert {site.original for site in clones.expanded()} == {"A", "B"}


def test_none_devolves_where_that_is_asked_for() -> None:
    place = Place.of("two", A, B)
    assert [site.devolved for site in place.expanded()] == [False, True]
    place.devolution = "none"
    assert [site.devolved for site in place.expanded()] == [False, False]
    assert place.sites["B"].devolved


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"population": 999}, "place.sites.A.population=999 is out of range; allowed is 1000..5000000 people"),
        ({"practices": 0}, "place.sites.A.practices=0 is out of range; allowed is 1..999 practices"),
        ({"practices": 1000}, "place.sites.A.practices=1000 is out of range"),
        ({"localities": -2}, "place.sites.A.localities=-2 is out of range; allowed is -1..50 localities"),
        (
            {"support_unit_pence": {2013: -1}},
            "place.sites.A.support_unit_pence.2013=-1 is out of range; allowed is 0..",
        ),
        ({"support_unit_pence": {2013: 2501}}, "place.sites.A.support_unit_pence.2013=2501 is out of range"),
        (
            {"support_unit_pence": {1989: 5}},
            "place.sites.A.support_unit_pence 1989 is no year; allowed is 1990 to 2100",
        ),
        ({"name": "B"}, "place.sites.A is named 'B'; a site is named by its key"),
    ],
)
def test_what_a_site_cannot_be_is_refused_by_its_key(change: dict[str, object], said: str) -> None:
    place = Place("one", {"A": replace(A, **change)})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=re.escape(said)):
        place.check()


def test_values_at_the_ends_of_what_is_allowed_are_taken() -> None:
    ends = {"population": 1000, "practices": 1, "support_unit_pence": {1990: 0, 2100: 2500}, "localities": 50}
    Place.of("one", replace(A, **ends)).check()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "a/b", "..", "a,b", " a", "-a", "a.", "x" * 81, "a\nb", "a:b"])
def test_a_name_of_a_site_can_be_that_of_a_file(name: str) -> None:
    with pytest.raises(ValueError, match=r"^place\.sites: entry=.* is not allowed; allowed are letters"):
        Place("one", {name: replace(A, name="")}).check()


@pytest.mark.parametrize("name", ["A", "7", "NHS Leeds West", "St. Helens", "B-East_2", "Ærø", "x" * 80])
def test_ordinary_names_are_taken(name: str) -> None:
    place = Place("one", {name: replace(A, name="")})
    place.check()
    assert place.sites[name].name == name
