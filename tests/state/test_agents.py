"""Agents as views of rows: what they take, what they refuse in one line, and how people leave by hand."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import mesa
import numpy as np
import pytest

from sim.run.model import CommissioningModel
from sim.state.area_teams import AreaTeam
from sim.state.ccgs import CCG
from sim.state.codes import Kind, Role
from sim.state.people import GP, LayMember, Manager, Person, PracticeManager
from sim.state.practices import Practice
from tests.worlds import TWO_SITES, spread_out


@pytest.fixture
def model() -> CommissioningModel:
    return CommissioningModel(spread_out(*TWO_SITES, weeks=30, warm_up_weeks=2), seed=1)


@pytest.fixture
def gp(model: CommissioningModel) -> Any:
    return next(iter(model.agents_by_type[GP]))


# What is set


@pytest.mark.parametrize("name", ["model", "row", "unique_id", "name", "hours", "p_engaged", "role", "step", "remove"])
def test_what_follows_from_other_things_is_refused_with_what_may_be_set(gp: Any, name: str) -> None:
    before = getattr(gp, name)
    with pytest.raises(AttributeError, match=f"{name} follows from other things .* allowed is engagement, disposition"):
        setattr(gp, name, 3)
    assert getattr(gp, name) == before


@pytest.mark.parametrize("value", ["x", None, [1.0, 2.0], float("nan"), float("-inf")])
@pytest.mark.parametrize("name", ["strain", "engagement"])
def test_what_is_no_number_is_refused_by_name(gp: Any, name: str, value: Any) -> None:
    before = getattr(gp, name)
    with pytest.raises(ValueError, match=rf"{gp.name}: {name}=.* is not allowed; allowed is any finite number"):
        setattr(gp, name, value)
    assert getattr(gp, name) == before


@pytest.mark.parametrize("share", [0, 1, np.float64(0.5), np.int64(1), True])
def test_a_share_may_be_nothing_and_all_of_it(gp: Any, share: float) -> None:
    gp.informed = share
    assert gp.informed == float(share)


def test_a_set_of_all_agents_takes_nothing_that_only_some_have(model: CommissioningModel) -> None:
    before = model.world.people.engagement.copy(), model.world.people.strain.copy()
    for name in ("engagement", "strain"):
        with pytest.raises(AttributeError, match=f"P/ccg: a CCG has no '{name}' to be set; people have it"):
            model.agents.set(name, 0.5)
    with pytest.raises(AttributeError, match=r"a CCG has no 'misspelt' to be set$"):
        model.agents.set("misspelt", 3)
    with pytest.raises(AttributeError, match=r"a GP has no 'engagment' to be set; did you mean engagement\?"):
        model.agents_by_type[GP].set("engagment", 3)
    assert np.array_equal(model.world.people.engagement, before[0])
    assert np.array_equal(model.world.people.strain, before[1])


def test_the_place_of_an_agent_in_a_space_is_the_users(model: CommissioningModel, gp: Any) -> None:
    grid = mesa.space.MultiGrid(5, 5, torus=False)
    grid.place_agent(gp, (1, 2))
    assert gp.pos == (1, 2)
    model.step()
    assert grid.get_cell_list_contents([(1, 2)]) == [gp]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda gp: pickle.loads(pickle.dumps(gp))], ids=["copy", "pickle"])
def test_a_copy_of_an_agent_is_of_a_model_of_its_own(gp: Any, again: Any) -> None:
    twin = again(gp)
    assert (twin.row, twin.unique_id, twin.name) == (gp.row, gp.unique_id, gp.name)
    twin.strain = gp.strain + 1
    assert twin.strain == gp.strain + 1
    assert twin.model is not gp.model


# Whose agents


@pytest.mark.parametrize("row", [0, -1, 10_000, -10_000])
def test_the_model_alone_makes_agents_of_its_rows(model: CommissioningModel, row: int) -> None:
    before = len(model.agents)
    with pytest.raises(ValueError, match=rf"row {row} of people takes no new agent; allowed is to ask the model"):
        GP(model, row)
    assert len(model.agents) == before


def test_whoever_has_left_gets_no_new_agent(model: CommissioningModel, gp: Any) -> None:
    gp.remove()
    with pytest.raises(ValueError, match="takes no new agent"):
        GP(model, gp.row)


class Visitor(mesa.Agent):
    """An agent of a user's own."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.steps = 0

    def step(self) -> None:
        self.steps += 1


def test_agents_of_a_users_own_live_in_the_model_and_move_nobody(model: CommissioningModel) -> None:
    alone = CommissioningModel(spread_out(*TWO_SITES, weeks=30, warm_up_weeks=2), seed=1)
    visitors = Visitor.create_agents(model, 3)
    for _ in range(4):
        model.step()
        model.agents.shuffle_do("step")
        alone.step()
    assert [v.steps for v in model.agents_by_type[Visitor]] == [4, 4, 4]
    visitors.do("remove")
    assert len(model.agents) == len(alone.agents)
    assert model.results().series.equals(alone.results().series)


# Leaving by hand


def somebody(model: CommissioningModel, who: str) -> Any:
    """Return somebody with a post, a place or a seat."""
    kinds = {"manager": Manager, "practice manager": PracticeManager, "lay member": LayMember}
    chosen = [a for a in model.agents_by_type[kinds.get(who, GP)] if who != "chair" or a.role == Role.CHAIR]
    return chosen[-1]


@pytest.mark.parametrize("who", ["chair", "gp", "manager", "practice manager", "lay member"])
def test_whoever_is_removed_leaves(model: CommissioningModel, who: str) -> None:
    world = model.world
    model.step()
    leaver = somebody(model, who)
    row, slot, kept = leaver.row, leaver.slot, len(model.agents)
    held = np.flatnonzero(world.seats.person == row)
    leaver.remove()
    assert len(model.agents) == kept - 1
    assert leaver not in model.agents
    assert leaver not in model.agents_by_type[type(leaver)]
    assert model.person(row) is None
    assert not world.people.present[row]
    assert world.slots.person[slot] == -1
    assert leaver.name not in model.network()
    managers = np.bincount(world.people.ccg[world.people.present & (world.people.kind == Kind.MANAGER)], minlength=2)
    assert world.ccgs.managers.tolist() == managers.tolist()
    week, present = world.week, int(world.people.present.sum())
    model.step()
    assert not (world.seats.person[held] == row).any()
    model.audit()
    assert not world.people.paid[row].any(), "nobody who has left works"
    model.run()
    results = model.results()
    left = results.events.query("kind == 'left' and person == @row")
    assert left[["week", "ccg", "practice"]].to_numpy().tolist() == [[week, leaver.name[0], world.people.practice[row]]]
    there = results.series.query("week == @week")["n"].sum()
    gone = results.events.query("week == @week and kind == 'left'").shape[0] - 1
    came = results.events.query("week == @week and kind == 'joined'").shape[0]
    assert there == present - gone + came
    with pytest.raises(AttributeError, match=r"has left; strain=1\.0 would change nothing"):
        leaver.strain = 1.0
    leaver.remove()
    assert len(results.events.query("kind == 'left' and person == @row")) == 1


def test_a_place_left_by_hand_is_filled_as_any_other() -> None:
    made = spread_out(*TWO_SITES, weeks=30)
    made.careers.fill_gp = 1.0
    model = CommissioningModel(made, seed=1)
    leaver = somebody(model, "gp")
    ties = model.world.ties.edges["informal"].neighbours(leaver.row)
    leaver.remove()
    model.run_until("2012-06-01")
    successor = model.person(int(model.world.slots.person[leaver.slot]))
    assert successor is not None
    assert successor.generation == leaver.generation + 1
    assert model.world.ties.edges["informal"].neighbours(successor.row).size == ties.size > 0


@pytest.mark.parametrize("gesture", ["agents", "model"])
def test_a_group_leaves(model: CommissioningModel, gesture: str) -> None:
    gps = model.agents_by_type[GP].select(lambda gp: gp.ccg == 0)
    rows = [gp.row for gp in gps]
    if gesture == "agents":
        gps.do("remove")
    else:
        for gp in gps:
            model.deregister_agent(gp)
    people = model.world.people
    assert not people.present[rows].any()
    assert people.present[(people.kind == Kind.GP) & (people.ccg == 1)].all()
    assert all(isinstance(a, Person) and a.row not in rows for a in model.agents_by_type[GP])
    for _ in range(14):
        model.step()
    model.audit()


@pytest.mark.parametrize("cls", [Practice, CCG, AreaTeam])
@pytest.mark.parametrize("gesture", ["agent", "set", "model", "everybody"])
def test_what_is_founded_stays(model: CommissioningModel, cls: type[Any], gesture: str) -> None:
    before, agent = list(model.agents), next(iter(model.agents_by_type[cls]))
    gestures = {
        "agent": agent.remove,
        "set": lambda: model.agents_by_type[cls].do("remove"),
        "model": lambda: model.deregister_agent(agent),
        "everybody": model.remove_all_agents,
    }
    with pytest.raises(AttributeError, match="cannot be removed from a run; choose other sites, or let people leave"):
        gestures[gesture]()
    assert list(model.agents) == before
    model.step()


def test_nobody_leaves_after_the_end() -> None:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=2), seed=1)
    model.run()
    with pytest.raises(RuntimeError, match="the run ended on 2012-04-15"):
        somebody(model, "gp").remove()
