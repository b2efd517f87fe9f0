"""Drivers: what the ledger consists of follows from their rows."""

from __future__ import annotations

import pytest

from sim.state.drivers import BESIDE, ORDER, STANDING, Driver, Drivers

NATURE = Driver("nature", "disposition", "nature", "how one is")
FRIENDS = Driver("friends", "pull", "friends", "who one knows")
FAME = Driver("fame", "pull", "fame", "who knows one")
LUCK = Driver("luck", "noise", "luck", "what happens")
PRIZE = Driver("prize", "kick", "prizes", "what one wins")
HAND = Driver("hand", "outside", "by hand", "what somebody sets")


def test_the_ledger_has_the_order_of_sorts_and_within_a_sort_that_of_the_rows() -> None:
    drivers = Drivers([HAND, PRIZE, FRIENDS, LUCK, FAME, NATURE])
    assert drivers.names == ("nature", "friends", "fame", "luck", "prize", "hand")
    assert (drivers.pulls, drivers.kicks) == (("friends", "fame"), ("prize",))
    assert [drivers.index(name) for name in drivers.names] == list(range(6))
    assert [row.sort for row in drivers.rows] == sorted((row.sort for row in drivers.rows), key=ORDER.index)
    assert drivers.by_name["fame"] is FAME


def test_pulls_and_kicks_have_a_column_that_one_mechanism_writes() -> None:
    assert [d.column for d in (NATURE, FRIENDS, LUCK, PRIZE, HAND)] == ["", "pull_friends", "", "kick_prize", ""]


@pytest.mark.parametrize("rows", [[NATURE], [NATURE, FRIENDS, FAME, LUCK, PRIZE, HAND]], ids=["one", "six"])
def test_the_ledger_has_room_for_every_driver_and_their_sum(rows: list[Driver]) -> None:
    columns = {column.name: column for column in Drivers(rows).columns()}
    assert set(columns) == {d.column for d in rows if d.column} | {"engagement", "components", "last_pulls"}
    assert columns["components"].width == len(rows) + 1
    assert columns["last_pulls"].width == sum(d.sort == "pull" for d in rows)
    assert {column.dtype for column in columns.values()} == {"float64"}


def test_a_column_says_what_its_driver_is() -> None:
    meanings = {column.name: column.meaning for column in Drivers([FRIENDS, PRIZE]).columns()}
    assert meanings["pull_friends"] == "pull of friends"
    assert meanings["kick_prize"] == "this week's kick of prizes"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [FRIENDS, Driver("friends", "kick", "friends", "again")],
            "two drivers are called 'friends'; allowed is a name",
        ),
        ([Driver("x", "push", "x", "x")], "driver x: sort='push' is not allowed; allowed is disposition"),  # type: ignore[arg-type]
        ([Driver("two words", "pull", "x", "x")], "a driver cannot be called 'two words'; allowed is a plain word"),
        ([Driver("for", "pull", "x", "x")], "a driver cannot be called 'for'"),
        *(([Driver(name, "kick", "x", "x")], f"a driver cannot be called '{name}'") for name in BESIDE),
    ],
)
def test_drivers_that_cannot_be_are_refused(rows: list[Driver], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Drivers(rows)


def test_drivers_of_the_house_say_what_they_are() -> None:
    assert STANDING.names[0] == "disposition"
    assert STANDING.names[-1] == "outside"
    for driver in STANDING.rows:
        assert driver.label
        assert driver.meaning
        assert driver.meaning[0].islower()
    assert len({driver.label for driver in STANDING.rows}) == len(STANDING.rows), "figures tell them apart"
