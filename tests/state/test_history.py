"""The life of items of business in sentences: hand-made items, items of a run, and what events alone tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.mechanisms.business.decision_quality import DecisionQuality
from sim.mechanisms.business.implementation import Implementation
from sim.mechanisms.business.meetings import Meetings
from sim.mechanisms.business.repute import Repute
from sim.mechanisms.schedule import EVENTS
from sim.run.model import CommissioningModel
from sim.run.results import Results, stack
from sim.state.codes import BodyKind, ItemKind, Stage
from sim.state.history import KINDS, STAGES, Item, body_name
from sim.state.world import World
from sim.studies.history import history, in_words
from tests.worlds import TWO_SITES, add_items, body, config, spread_out, step, tiny

RAISED = "2 April 2012: T/practice/000/gp/00/0 raised a matter about services other than general practice, for all of T"


def told(kind: ItemKind = ItemKind.MATTER, week: int = 20, events: tuple[str, ...] = (), **values: Any) -> list[str]:
    """History of an item raised in week 0, told in a later week."""
    world = tiny()
    row = int(add_items(world, 1, kind, value=1_234_500, **values)[0])
    world.week = week
    for event in events:
        world.events.recording = True
        world.events.add(event, week, np.array([0]), item=np.array([row]))
    return Item(world, row).history()


def test_an_open_matter_waits() -> None:
    assert told(prepared=0.4, week=6) == [
        f"{RAISED}, that would cost 12,345 pounds a year.",
        "Its papers are 40% ready.",
        "It has waited for the governing body of T for 6 weeks.",
    ]


def test_what_a_matter_is_about() -> None:
    (first, *_) = told(primary_care=True, local=True)
    assert "raised a matter about general practice itself, for the locality, that would cost" in first


def test_a_matter_lapses_unheard() -> None:
    assert told(stage=Stage.LAPSED, settled=14, prepared=0.8)[1:] == [
        "Its papers were then 80% ready.",
        "9 July 2012: lapsed after 14 weeks, unheard by the governing body of T.",
    ]


def test_the_executive_group_stops_a_weak_matter() -> None:
    assert told(stage=Stage.REFUSED, settled=1)[1:] == [
        "9 April 2012: refused after 1 week by the executive group of T, before it came to the governing body of T."
    ]


def test_a_matter_heard_and_refused_is_not_said_to_be_refused_by_whoever_heard_it() -> None:
    """NHS England or the PCT may have said no: that is not recorded."""
    assert told(stage=Stage.REFUSED, settled=3, quality=0.5)[1:] == [
        "23 April 2012: refused after 3 weeks, heard by the governing body of T; quality of the decision 0.50 of 1."
    ]


def test_a_matter_heard_outside_the_queue_awaits_its_review() -> None:
    assert told(stage=Stage.ADOPTED, settled=3, quality=0.614, informal=True, review=40)[1:] == [
        "23 April 2012: adopted after 3 weeks, heard by the governing body of T outside the queue, "
        "through people whom its originator knows; quality of the decision 0.61 of 1.",
        "Its review is due in the week of 7 January 2013.",
    ]


@pytest.mark.parametrize(
    ("week", "said"), [(19, "is due in the week of"), (20, "is due in the week of"), (21, "it was")]
)
def test_a_review_is_due_until_its_week_is_over(week: int, said: str) -> None:
    """A world in week 20 has yet to go through it."""
    last = told(stage=Stage.ADOPTED, settled=3, quality=0.614, review=20, week=week)[-1]
    assert "20 August 2012" in last
    assert said in last


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        (("succeeded",), "passed its review"),
        (("failed",), "failed its review"),
        ((), "was reviewed before events were recorded"),
    ],
)
def test_a_plan_is_carried_out_and_reviewed(events: tuple[str, ...], outcome: str) -> None:
    plan: dict[str, Any] = {"stage": Stage.ADOPTED, "settled": 8, "quality": 0.37, "review": 19}
    assert told(ItemKind.PLAN, events=events, **plan) == [
        "2 April 2012: the managers of T made a plan that would cost 12,345 pounds a year.",
        "No GPs of the governing body took part in preparing it.",
        "28 May 2012: adopted after 8 weeks, heard by the governing body of T; quality of the decision 0.37 of 1.",
        f"13 August 2012: carried out by those who took it up, it {outcome}.",
    ]
    assert told(ItemKind.PLAN, shaped=True, **plan)[1] == "GPs of the governing body took part in preparing it."


def test_bodies_have_names() -> None:
    world = tiny(*TWO_SITES)
    localities = np.flatnonzero(world.bodies.kind == BodyKind.LOCALITY)
    assert [body_name(world, int(row)) for row in localities] == ["locality 1 of Q", "locality 2 of Q"]
    assert body_name(world, body(world, BodyKind.EXECUTIVE_GROUP, 1)) == "the executive group of Q"


def settle(merit: float) -> str:
    """How a matter of some worth is told after the process has settled it."""
    world: World = tiny(week=60)
    rows = add_items(world, 1, merit=merit, born=58)
    world.seats.present[:] = True
    for _ in range(6):
        world.bodies.meets[:] = True
        meetings = Meetings(room=10, ear=0.0, noise=0.0, screen=-0.3)
        step(world, meetings, DecisionQuality(), Repute(), Implementation())
        world.week += 1
    return Item(world, int(rows[0])).history()[1]


def test_who_stopped_a_matter_is_told_as_it_happened() -> None:
    assert "refused after 2 weeks by the executive group of T" in settle(-2.0)
    assert "refused after 2 weeks, heard by the governing body of T" in settle(-0.1)
    assert "adopted after 2 weeks, heard by the governing body of T" in settle(2.0)


# A run


@pytest.fixture(scope="module")
def model() -> CommissioningModel:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=90, warm_up_weeks=26), seed=5)
    model.run()
    return model


@pytest.fixture(scope="module")
def results(model: CommissioningModel) -> Results:
    return model.results()


def day(date: Any) -> str:
    return f"{date.day} {date:%B %Y}"


def test_every_item_tells_its_story_in_order(model: CommissioningModel) -> None:
    items = model.world.items
    seen = set()
    for item in model.items():
        story = item.history()
        dates = [pd.Timestamp(s.split(":")[0]) for s in story if s[0].isdigit()]
        assert dates == sorted(dates)
        assert dates[0] == pd.Timestamp(model.world.calendar.date(int(items.born[item.row])))
        assert ("It has waited" in story[-1]) == (item.stage == "open")
        assert (item.stage == "open") or f": {item.stage} after" in " ".join(story)
        seen.add((item.kind, item.stage))
    assert len(seen) >= 6


def test_events_tell_the_same_dates_as_the_table(model: CommissioningModel, results: Results) -> None:
    settled = results.events[results.events["kind"].isin(STAGES) & (results.events["person"] >= 0)]
    assert len(settled) > 10
    for row in settled["item"].head(40):
        item = Item(model.world, int(row))
        by_events, by_table = history(results, item.row), item.history()
        dated = [s for s in by_events if "heard outside" not in s]
        assert {s.split(":")[0] for s in dated} <= {s.split(":")[0] for s in by_table}
        assert any(f"{item.stage} after" in s for s in by_events)


def test_the_story_of_an_item_in_events(results: Results) -> None:
    events = results.events
    row = int(events.loc[events["kind"] == "succeeded", "item"].iloc[0])
    own = events[events["item"] == row]
    story = history(results, row)
    assert [s.split(":")[0] for s in story] == [day(d) for d in own["date"]]
    assert story[-1].endswith(f"item {row}, carried out, passed its review.")
    assert history(stack({0: results, 1: results}), row, run=1) == story


def test_what_events_of_people_say() -> None:
    events = pd.DataFrame(
        {
            "date": pd.to_datetime(["2013-04-01", "2013-05-06"]),
            "kind": ["elected", "left"],
            "person": [3, 3],
            "body": [1, -1],
            "value": [np.nan, np.nan],
        }
    )
    assert in_words(events, lambda who, row: f"{who}-{row}") == [
        "1 April 2013: person-3 was elected to body-1.",
        "6 May 2013: person-3 left.",
    ]


def test_events_in_words_are_events() -> None:
    said = {kind for kind, event in EVENTS.items() if event.says}
    assert set(STAGES) - {"open"} <= said


def test_an_item_without_events_is_refused(results: Results) -> None:
    with pytest.raises(ValueError, match="item=999999 has no event in these results"):
        history(results, 999_999)
    with pytest.raises(ValueError, match="item=-1 has no event"):
        history(results, -1)
    with pytest.raises(ValueError, match="run=3 is not among these results; allowed is 0"):
        history(results, 1, run=3)
    with pytest.raises(ValueError, match="run=2 is not among these results; allowed is 0, 1"):
        history(stack({0: results, 1: results}), 1, run=2)


def test_items_are_selected(model: CommissioningModel) -> None:
    items = model.world.items
    everything = model.items()
    assert [item.row for item in everything] == list(range(items.size))
    chosen = model.items("matter", ccg="Q", stage="adopted")
    q = [s.name for s in model.world.sites].index("Q")
    wanted = (items.kind == ItemKind.MATTER) & (items.ccg == q) & (items.stage == Stage.ADOPTED)
    assert [item.row for item in chosen] == np.flatnonzero(wanted).tolist()
    assert chosen
    assert repr(chosen[0]) == f"<Item {chosen[0].row}: matter of Q, adopted>"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"kind": "idea"}, f"kind=idea is unknown; allowed is {', '.join(KINDS)}"),
        ({"ccg": "Z"}, "ccg=Z is unknown; allowed is T"),
        ({"stage": "lost"}, f"stage=lost is unknown; allowed is {', '.join(STAGES)}"),
    ],
)
def test_unknown_kinds_ccgs_and_stages_are_refused(question: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CommissioningModel(config(), seed=1).items(**question)
