"""The split of a difference into drivers: worlds whose split is known, sums that hold, pasts that are repeated."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from sim.core.views import View
from sim.mechanisms.base import Process
from sim.mechanisms.leadership.careers import Careers
from sim.plots.style import INTERVAL as INTERVAL_OF_FIGURES
from sim.run.config import compose, plain
from sim.run.model import CommissioningModel
from sim.run.results import Results, stack
from sim.run.vocabulary import GROUP_NAMES, GROUPS, ROLE_NAMES
from sim.run.vocabulary import ROLES as RECORDED
from sim.state.codes import LEADERS, Role
from sim.state.drivers import STANDING, Driver
from sim.state.events import Event
from sim.state.people import Nurse, members
from sim.state.practices import Practice
from sim.studies.person import why_person
from sim.studies.why import INTERVAL, why
from tests.worlds import TINY, TWO_SITES, columns, config, spread_out

EMPTY = pd.DataFrame()
NO_EVENTS = pd.DataFrame(columns=["week", "date", "kind", "ccg", "person", "practice", "body", "item", "value"])


@functools.cache
def _plain_config() -> dict[str, Any]:
    return plain(compose("timeline.weeks=60"))


def made(*cells: tuple[int, str, str, int, dict[str, float]], events: pd.DataFrame = NO_EVENTS) -> Results:
    """Results of one run from cells: week, CCG, role, number of people and the drivers that are not 0."""
    index = pd.DataFrame([c[:4] for c in cells], columns=["week", "ccg", "role", "n"])
    index.insert(1, "date", pd.Timestamp("2012-04-02") + pd.to_timedelta(7 * index["week"], unit="D"))
    ledger = index.assign(**{d: [c[4].get(d, 0.0) for c in cells] for d in STANDING.names})
    x = [sum(c[4].values()) for c in cells]
    series = index.assign(engagement=x, p_engaged=[0.5 + v / 5 for v in x], p_highly=[v / 5 for v in x])
    tables = {"ccgs": EMPTY, "events": events, "survey": EMPTY, "survey_changes": EMPTY, "hours": EMPTY}
    return Results(_plain_config(), [1], series, ledger=ledger, **tables)


def leaders_and_others(shift: float = 0.0) -> Results:
    """Leaders have hope .7 and disposition .2 on average, others -.1 and influence .25 more than leaders."""
    return made(
        (0, "A", "chair", 1, {"hope": 1.0 + shift, "disposition": 0.5, "influence": 0.1}),
        (0, "A", "governing_body", 3, {"hope": 0.6 + shift, "disposition": 0.1, "influence": 0.1}),
        (0, "A", "none", 6, {"disposition": -0.1, "influence": 0.35}),
        (0, "B", "none", 4, {"disposition": -0.1, "influence": 0.35}),
        (1, "A", "chair", 2, {"hope": 0.2, "disposition": 0.5}),
        (1, "A", "none", 6, {"disposition": -0.1}),
    )


def check_sum(split: Any) -> None:
    for column in ("from", "to", "difference"):
        assert split.table[column].sum() == pytest.approx(split.total[column], abs=1e-9)


# Groups


def test_two_groups_by_hand():
    split = why(leaders_and_others(), "leaders", "no_role", date="2012-04-04")
    assert list(split.table.index) == list(STANDING.names)
    expected = {"disposition": (-0.1, 0.2, 0.3), "hope": (0.0, 0.7, 0.7), "influence": (0.35, 0.1, -0.25)}
    for driver in STANDING.names:
        row = split.table.loc[driver, ["from", "to", "difference"]]
        assert tuple(row) == pytest.approx(expected.get(driver, (0, 0, 0)), abs=1e-12), driver
    assert tuple(split.total[["from", "to", "difference"]]) == pytest.approx((0.25, 1.0, 0.75))
    assert split.table[["low", "high"]].isna().all(axis=None)
    other, leaders = split.sides
    assert (other.label, other.people, leaders.label, leaders.people) == ("GPs without a role", 10, "GP leaders", 4)
    assert (leaders.p_engaged, other.p_highly) == pytest.approx((0.7, 0.05))
    assert str(split).splitlines() == [
        "Engagement of GP leaders against GPs without a role, week of 2 April 2012, all CCGs together",
        "Difference in latent engagement +0.75: "
        "1.00 (GP leaders, 4 people) against 0.25 (GPs without a role, 10 people).",
        'Would answer at least "somewhat engaged": 70% against 55%; "highly engaged": 20% against 5%.',
        "+0.70, 93% of it: hope (what founding the CCG promised; it fades from go-live).",
        "+0.30, 40% of it: disposition (how engaged people are by nature, whatever the CCG does).",
        "-0.25, -33% of it: feeling of being heard (the belief that a matter one raised would be heard).",
    ]


def test_one_group_at_two_dates_in_one_ccg():
    split = why(leaders_and_others(), "chair", dates=("2012-04-02", "2012-04-15"), ccg="A")
    assert split.table["difference"]["hope"] == pytest.approx(-0.8)
    assert split.table["difference"]["influence"] == pytest.approx(-0.1)
    assert split.total["difference"] == pytest.approx(-0.9)
    assert [side.people for side in split.sides] == [1, 2]
    assert "CCG A" in split.title
    assert [side.label for side in split.sides] == ["week of 2 April 2012", "week of 9 April 2012"]


def test_the_last_week_is_the_default():
    split = why(leaders_and_others(), "chair", "none")
    assert "9 April 2012" in split.title
    assert split.total["difference"] == pytest.approx(0.8)


def test_over_runs_means_add_up_and_intervals_are_of_runs():
    runs = {i: leaders_and_others(shift) for i, shift in enumerate((0.0, 0.1, 0.5))}
    split = why(stack(runs), "leaders", "no_role", date="2012-04-02")
    assert split.table["difference"]["hope"] == pytest.approx(0.9)
    low, high = np.quantile([0.7, 0.8, 1.2], [0.025, 0.975])
    assert tuple(split.table.loc["hope", ["low", "high"]]) == pytest.approx((low, high))
    assert tuple(split.total[["low", "high"]]) == pytest.approx((low + 0.05, high + 0.05))
    check_sum(split)
    assert f"+0.90 [+{low:.2f}, +{high:.2f}], 95% of it: hope" in str(split)
    assert "Means over 3 runs; in brackets the central 95% of the runs." in split.sentences


def test_runs_without_anybody_are_left_out_and_counted():
    runs = {0: leaders_and_others(), 1: made((0, "A", "none", 5, {"hope": 9.0})), 2: leaders_and_others(0.2)}
    split = why(stack(runs), "leaders", "none", date="2012-04-02")
    assert split.table["difference"]["hope"] == pytest.approx(0.8)
    assert "Runs left out, as nobody was there at one end: 1." in split.sentences


def test_small_drivers_are_summed_up_as_everything_else():
    mixed = {"hope": 1.0, "strain": -0.5, "noise": 0.03, "reward": 0.02}
    split = why(made((0, "A", "chair", 1, mixed), (0, "A", "none", 1, {})), "chair", "none")
    assert split.sentences[-1] == "+0.05, 9% of it: everything else (chance, reward of the work)."
    assert [line.split(",")[0] for line in split.sentences[2:]] == ["+1.00", "-0.50", "+0.05"]


def test_no_shares_of_a_difference_that_cancels():
    split = why(made((0, "A", "chair", 1, {"hope": 1.0, "strain": -0.95}), (0, "A", "none", 1, {})), "chair", "none")
    assert "% of it" not in str(split)
    assert "cancel" in split.sentences[-1]


def test_nothing_is_no_difference():
    split = why(made((0, "A", "chair", 1, {}), (0, "A", "none", 1, {})), "chair", "none")
    assert len(split.sentences) == 2
    assert "latent engagement 0.00:" in split.sentences[0]


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({}, "two groups"),
        ({"group_b": "none", "dates": ("2012-04-02", "2012-04-09")}, "two groups"),
        ({"date": "2012-04-02", "dates": ("2012-04-02", "2012-04-09")}, "two groups"),
        ({"group_b": "bosses"}, "group=bosses is unknown; allowed is members, leaders"),
        ({"group_b": "leaders"}, "group_b=leaders is group_a as well"),
        ({"group_b": "none", "ccg": "Z"}, "ccg=Z is not in these results; allowed is A, B"),
        (
            {"group_b": "none", "date": "2012-04-16"},
            "date=2012-04-16 is not recorded; allowed is 2012-04-02 to 2012-04-15",
        ),
        ({"group_b": "none", "date": "soon"}, "date='soon' is not a date"),
        ({"dates": ("2012-04-02",)}, "dates=2012-04-02 must be two"),
        ({"dates": ("2012-04-09", "2012-04-02")}, "the earlier first"),
        ({"dates": ("2012-04-02", "2012-04-03")}, "in different weeks"),
        ({"group_b": "nurse"}, r"nobody is there \(nurses\)"),
        ({"group_b": "none", "ccg": "B"}, "nobody is there"),
    ],
)
def test_questions_that_cannot_be_answered(question, message):
    with pytest.raises(ValueError, match=message) as refused:
        why(leaders_and_others(), "leaders", **question)
    assert "\n" not in str(refused.value)


def test_every_group_role_and_driver_has_a_name_of_its_own():
    assert tuple(ROLE_NAMES) == RECORDED
    assert set(GROUP_NAMES) == set(GROUPS)
    assert set(STANDING.by_name) == set(STANDING.names)
    assert len({driver.label for driver in STANDING.rows}) == len(STANDING.names)
    assert all(driver.label and driver.meaning for driver in STANDING.rows)
    assert INTERVAL == INTERVAL_OF_FIGURES


def test_the_page_lists_the_drivers_as_they_are():
    page = (Path(__file__).parents[2] / "docs" / "why.md").read_text(encoding="utf-8")
    listed = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in page.splitlines() if "| `" in line]
    assert [cells[0] for cells in listed] == list(STANDING.names)
    for driver, cells in zip(STANDING.rows, listed, strict=True):
        assert {driver.label, driver.meaning} <= set(cells)


# A run


class Busy:
    """A run with much coming and going, and who was a leader in each week."""

    def __init__(self) -> None:
        settings = spread_out(*TWO_SITES, weeks=70, careers=Careers(principal=0.3, salaried=0.4, fill_gp=0.9))
        settings.succession.steps_down = 0.5
        settings.succession.stands = 0.05
        settings.requests.order_rate, settings.requests.members_concerned = 0.1, 0.9
        self.model = CommissioningModel(settings, seed=3)
        people = self.model.world.people
        self.leaders: list[set[int]] = []
        self.components: list[np.ndarray] = []
        self.present: list[np.ndarray] = []
        while self.model.running:
            self.model.step()
            self.leaders.append(set(np.flatnonzero(people.present & np.isin(people.role, LEADERS)).tolist()))
            self.components.append(people.components.copy())
            self.present.append(people.present.copy())
        self.results = self.model.results()


@pytest.fixture(scope="module")
def busy() -> Busy:
    return Busy()


@pytest.mark.parametrize("group", [*GROUPS, "chair", "manager"])
def test_drivers_sum_to_the_difference_of_a_run(busy, group):
    check_sum(why(busy.results, group, dates=("2012-05-01", "2013-07-01")))
    check_sum(why(busy.results, group, "nurse", date="2013-02-01", ccg="Q"))


def test_means_of_a_group_are_those_of_its_people(busy):
    split = why(busy.results, "leaders", dates=("2012-04-10", "2013-07-01"))
    for week, column in ((1, "from"), (65, "to")):
        rows = sorted(busy.leaders[week])
        np.testing.assert_allclose(split.table[column], busy.components[week][rows, :-1].mean(axis=0), atol=1e-12)


def between_events(busy: Busy, kind: str) -> tuple[int, int, list[str]]:
    """Two weeks in which something of a kind happened, the first and the last, and their dates."""
    weeks = busy.results.events.query(f"kind == '{kind}'")["week"]
    first, last = int(weeks.min()), int(weeks.max())
    return first, last, [str(busy.model.world.calendar.date(week)) for week in (first, last)]


def test_turnover_of_leaders_is_counted(busy):
    first, last, dates = between_events(busy, "elected")
    left = sum(not busy.present[week + 1][row] for week in range(first, last) for row in busy.leaders[week])
    events = busy.results.events.query(f"{first} < week <= {last}")["kind"].value_counts()
    assert left > 0
    assert events["elected"] > 0
    said = why(busy.results, "leaders", dates=dates).sentences[-1]
    counts = f"{events['elected']} were elected, {events['stood_down']} stood down and {left} left their practice"
    assert f"Turnover is part of it: {counts}." in said


def test_turnover_of_members_is_counted(busy):
    first, last, dates = between_events(busy, "left")
    practice = busy.model.world.people.practice
    before, after = (
        int((busy.present[week] & (practice[: busy.present[week].size] >= 0)).sum()) for week in (first, last)
    )
    split = why(busy.results, "members", dates=dates)
    events = busy.results.events.query(f"{first} < week <= {last} and practice >= 0")["kind"].value_counts()
    assert [side.people for side in split.sides] == [before, after]
    assert after == before - events["left"] + events["joined"]
    assert f"Turnover is part of it: {events['left']} left and {events['joined']} came." in split.sentences[-1]
    assert "events do not tell" in why(busy.results, "no_role", dates=dates).sentences[-1]


# People of a model


def two_gps(seed: int = 1, **settings: Any) -> CommissioningModel:
    return CommissioningModel(config(TINY, **settings), seed=seed)


def test_a_kick_by_hand_is_what_makes_the_difference():
    model = two_gps()
    for _ in range(2):
        model.step()
    rows = np.flatnonzero(members(model.world.people))
    gp = model.person(int(rows[0]))
    before = why_person(model, gp)
    gp.engagement += 1.0
    split = why_person(model, gp)
    assert split.table["difference"]["outside"] == pytest.approx(1 - 1 / rows.size)
    assert split.total["difference"] - before.total["difference"] == pytest.approx(1 - 1 / rows.size)
    assert any(STANDING.by_name["outside"].label in s for s in split.sentences)
    assert (split.sides[0].people, split.sides[1].people) == (rows.size, 1)
    assert split.sides[1].p_engaged == pytest.approx(gp.p_engaged)
    check_sum(split)
    with pytest.raises(ValueError, match=r"was moved by hand .* ask before you set it, or without a week"):
        why_person(model, gp, 0)


def test_who_is_no_member_is_compared_with_the_profession(busy):
    nurses = busy.model.agents_by_type[Nurse]
    split = why_person(busy.model, nurses[0])
    assert split.sides[0].label == "all nurses"
    assert split.total["from"] == pytest.approx(np.mean(nurses.get("engagement")))
    check_sum(split)


def stayer(busy: Busy) -> tuple[int, int]:
    """A GP without a role, there all along, who raised something twice, and the week of the first time."""
    people, raised = busy.model.world.people, busy.results.events.query("kind == 'raised'")
    for row, weeks in raised.groupby("person")["week"]:
        if len(weeks) > 1 and people.present[row] and people.role[row] == Role.NONE:
            return int(row), int(weeks.min())
    raise LookupError("nobody")


@pytest.fixture(scope="module")
def since(busy):
    row, week = stayer(busy)
    return why_person(busy.model, busy.model.person(row), week)


def test_past_components_are_those_that_were(busy, since):
    row, week = stayer(busy)
    assert since.table["from"].tolist() == busy.components[week][row, :-1].tolist()
    assert since.table["to"].tolist() == busy.components[-1][row, :-1].tolist()
    check_sum(since)


def test_a_person_by_name_and_a_week_by_date(busy, since):
    row, week = stayer(busy)
    by_date = why_person(busy.model, busy.model.world.path_of("people", row), str(busy.model.world.calendar.date(week)))
    assert by_date.table.equals(since.table)
    assert str(by_date) == str(since)


def test_own_events_after_the_week_are_named_with_dates(busy, since):
    row, week = stayer(busy)
    name = busy.model.world.path_of("people", row)
    told = [s for s in since.sentences if f": {name}" in s or "item" in s]
    own = busy.results.events.query(f"week > {week} and person == {row}")
    dates = [f"{d.day} {d:%B %Y}" for d in own["date"]]
    assert [s.split(":")[0] for s in told if "review" not in s] == dates
    mine = set(np.flatnonzero(busy.model.world.items.originator == row))
    reviewed = busy.results.events.query(f"week > {week} and kind in ('succeeded', 'failed')")
    assert sum("review" in s for s in told) == reviewed["item"].isin(mine).sum()
    assert any(f"{name} raised item" in s for s in told)


def test_orders_are_named_to_members_and_skipped_consultation_to_representatives(busy, since):
    people, (other, week) = busy.model.world.people, stayer(busy)
    there = people.present & (people.joined < 0)
    representative = int(np.flatnonzero(there & (people.role == Role.REPRESENTATIVE))[0])
    for row, split in ((other, since), (representative, why_person(busy.model, representative, week))):
        events = busy.results.events.query(f"week > {week}")
        here = events[events["ccg"] == busy.model.world.sites[people.ccg[row]].name]["kind"].value_counts()
        assert here["order"] > 0
        assert here["consultation_skipped"] > 0
        assert sum("an order of NHS England" in s for s in split.sentences) == here["order"]
        skipped = here["consultation_skipped"] if row == representative else 0
        assert sum("before its practices could be asked" in s for s in split.sentences) == skipped


def test_nothing_recorded_is_said():
    model = two_gps(weeks=10)
    for _ in range(4):
        model.step()
    row = int(np.flatnonzero(members(model.world.people))[0])
    assert (
        why_person(model, row, 2).sentences[-1] == "No event of theirs, or of what they raised, is recorded in between."
    )


def test_asking_changes_nothing():
    asked, left_alone = (CommissioningModel(spread_out(*TWO_SITES, weeks=40), seed=4) for _ in range(2))
    for model in (asked, left_alone):
        for _ in range(12):
            model.step()
    row = int(np.flatnonzero(members(asked.world.people))[0])
    why_person(asked, row, 3)
    why_person(asked, row)
    for model in (asked, left_alone):
        for _ in range(12):
            model.step()
    one, other = columns(asked.world), columns(left_alone.world)
    for name, values in one.items():
        assert values.tobytes() == other[name].tobytes(), name
    assert asked.world.events.frame().equals(left_alone.world.events.frame())


@dataclass
class Wave(Process):
    """A mood that comes and goes; a count that ``start`` sets anew only if told to."""

    name = "wave"
    drivers = (Driver("mood", "pull", "mood of the town", "it comes and goes"),)
    reads: ClassVar[Any] = {"people": "ccg"}
    events = (Event("high_tide", ("people.pull_mood",), "{person} saw the tide come in for {weeks}"),)
    begins_anew: bool = True
    count: int = field(default=0)

    def start(self, world: View) -> None:
        if self.begins_anew:
            self.count = 0

    def step(self, world: View) -> None:
        self.count += 1
        world.people.pull_mood[:] = 0.1 * (self.count % 7)
        if self.count % 7 == 6:
            everybody = np.arange(world.people.size)
            world.events.add("high_tide", world.week, world.people.ccg, person=everybody, value=everybody * 0 + 1.0)


@pytest.mark.parametrize("begins_anew", [True, False])
def test_processes_of_ones_own_must_begin_anew(begins_anew):
    own = Wave(begins_anew)
    model = CommissioningModel(config(TINY), seed=1, processes=[own])
    row = int(np.flatnonzero(members(model.world.people))[0])
    for _ in range(5):
        model.step()
    kept = model.world.people.components[row].copy()
    for _ in range(5):
        model.step()
    if begins_anew:
        split, mood = why_person(model, row, 4), model.world.drivers.index("mood")
        assert split.table["from"].tolist() == kept[:-1].tolist()
        assert split.table["difference"]["mood"] == model.world.people.components[row, mood] - kept[mood] != 0
        name = model.world.path_of("people", row)
        assert split.sentences[-1] == f"7 May 2012: {name} saw the tide come in for 1 week."
    else:
        with pytest.raises(ValueError, match=r"a process of your own keeps what start\(world\) should set anew"):
            why_person(model, row, 4)
    assert own.count == 10


def test_a_past_changed_by_hand_is_not_made_up():
    model = two_gps()
    for _ in range(5):
        model.step()
    row = int(np.flatnonzero(members(model.world.people))[0])
    model.person(row).strain = 3.0
    for _ in range(3):
        model.step()
    with pytest.raises(ValueError, match="something was changed by hand"):
        why_person(model, row, 2)


def test_who_and_when_must_exist(busy):
    model, people = busy.model, busy.model.world.people
    leaver = int(np.flatnonzero(~people.present)[0])
    newcomer = int(np.flatnonzero(people.present & (people.joined > 20))[0])
    row, _ = stayer(busy)
    for agent, week, message in (
        ("X/practice/000/gp/00/0", None, "is nobody in this model"),
        (people.size, None, "is nobody in this model"),
        (model.agents_by_type[Practice][0], None, "is nobody in this model"),
        (two_gps().person(3), None, "is nobody in this model"),
        (leaver, None, "has left"),
        (newcomer, 10, "is before .* came, in the week of"),
        (row, 69, "week=69 is not in the past of this run; allowed is 0 to 68"),
        (row, -1, "week=-1 is not in the past"),
        (row, "2019-01-01", "week=2019-01-01 is not in the past"),
        (row, "soon", "week='soon' is not a date"),
    ):
        with pytest.raises(ValueError, match=message):
            why_person(model, agent, week)


def test_before_the_first_week_there_is_nothing_to_say():
    model = two_gps()
    with pytest.raises(ValueError, match="nothing is recorded yet"):
        why_person(model, int(np.flatnonzero(members(model.world.people))[0]))
