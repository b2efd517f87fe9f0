"""The model as a Mesa user meets it: Mesa's own tools take it unchanged, on Mesa 3.3 and 3.5."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mesa
import numpy as np
import pytest

from sim import CommissioningModel, compose, simulate
from sim.state.ccgs import CCG
from sim.state.codes import Kind, Role
from sim.state.drivers import STANDING
from sim.state.people import GP, Manager, Person, PracticeManager, members
from sim.state.practices import Practice
from sim.survey import answer_probability
from tests.worlds import TWO_SITES, of_kind, spread_out

SHORT = {"timeline.weeks": 4, "timeline.warm_up_weeks": 1, "place.clone_to": 1}
SEEDED = "rng" in inspect.signature(mesa.batch_run).parameters
"""Whether Mesa's batches take the seeds themselves (3.5) instead of as a parameter of the model (3.3)."""


@pytest.fixture
def model() -> CommissioningModel:
    return CommissioningModel(spread_out(*TWO_SITES, weeks=30, warm_up_weeks=2), seed=1)


# Batches


def batch(model: type[mesa.Model], parameters: dict[str, Any], seeds: Sequence[int], **settings: Any) -> list[Any]:
    """Run Mesa's batch with seeds in the way of the installed version."""
    given = (parameters, {"rng": seeds}) if SEEDED else (parameters | {"seed": seeds}, {})
    rows: list[Any] = mesa.batch_run(model, given[0], **given[1], max_steps=10, display_progress=False, **settings)
    return rows


def test_a_batch_of_scenarios_and_seeds() -> None:
    scenarios = ["baseline", "running_costs_cut_20"]
    rows = batch(CommissioningModel, SHORT | {"scenario": scenarios}, [1, 2], data_collection_period=1)
    assert len(rows) == 2 * 2 * 4, "each run stops by itself after four weeks"
    assert {(r["scenario"], r["seed"], r["week"]) for r in rows} == {
        (name, seed, week) for name in scenarios for seed in (1, 2) for week in range(4)
    }
    found = {(r["seed"], r["week"]): r for r in rows if r["scenario"] == "baseline"}
    alone = CommissioningModel(scenario="baseline", seed=2, **SHORT)
    for week in range(4):
        alone.step()
        people, inside = alone.world.people, members(alone.world.people)
        for name in ("informed", "influence", "strain"):
            assert found[2, week][name] == pytest.approx(people[name][inside].mean())
        chances = [a.p_engaged for a in alone.agents if isinstance(a, (GP, PracticeManager))]
        assert found[2, week]["p_engaged"] == pytest.approx(np.mean(chances))
    assert found[1, 3]["informed"] != found[2, 3]["informed"]


def test_a_batch_that_keeps_the_last_week_alone() -> None:
    rows = batch(CommissioningModel, SHORT, [1, 2])
    assert [(r["seed"], r["week"]) for r in rows] == [(1, 3), (2, 3)]


REPEATS = pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")  # Mesa 3.5


@REPEATS
@pytest.mark.parametrize("settings", [{}, {"iterations": 3}], ids=["once", "repeated"])
def test_a_batch_without_seeds_is_told_that_its_runs_are_one(settings: dict[str, int]) -> None:
    said = (
        r'batch_run gives no seed, so each iteration is the same run, of seed=0; allowed is parameters=\{"seed": range'
    )
    with pytest.warns(UserWarning, match=said):
        rows = mesa.batch_run(CommissioningModel, SHORT, display_progress=False, **settings)
    assert len({row["p_engaged"] for row in rows}) == 1


@REPEATS
@pytest.mark.parametrize("given", [{"seed": 3}, {"seed": -1}], ids=["one", "drawn"])
def test_a_model_that_sees_to_its_seed_is_told_nothing_in_a_batch(given: dict[str, int]) -> None:
    class Own(CommissioningModel):
        def __init__(self, seed: int | None = None) -> None:
            made = spread_out(*TWO_SITES, weeks=2)
            made.seed = given["seed"]
            super().__init__(made, seed=3 if given["seed"] == 3 else seed)

    rows = mesa.batch_run(Own, {}, iterations=3, display_progress=False)
    assert len({row["p_engaged"] for row in rows}) == (1 if given["seed"] == 3 else 3)


class Followed(CommissioningModel):
    """As a user writes it who wants more than headlines: a collector of one's own, in Mesa's usual way."""

    def __init__(self, beta: float, seed: int | None = None) -> None:
        made = spread_out(*TWO_SITES, weeks=4)
        made.hope.beta = beta
        super().__init__(made, seed=seed)
        self.datacollector = mesa.DataCollector({"x": lambda m: m.world.people.engagement.mean()})

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


def test_a_batch_of_a_model_with_a_collector_of_its_own() -> None:
    rows = batch(Followed, {"beta": [0.5, 2.0]}, [1], data_collection_period=1)
    assert "informed" not in rows[0]
    by_week = {beta: sorted({(r["Step"], r["x"]) for r in rows if r["beta"] == beta}) for beta in (0.5, 2.0)}
    assert len(by_week[0.5]) == len(by_week[2.0]) == 4
    assert all(high > low for (_, low), (_, high) in zip(by_week[0.5], by_week[2.0], strict=True))


# Data collectors


def test_a_collector_of_headlines_comes_with_the_model(model: CommissioningModel) -> None:
    for _ in range(3):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["week"].tolist() == [0, 1, 2]
    assert list(frame.columns) == ["week", "p_engaged", "informed", "influence", "strain"]
    people, survey = model.world.people, model.config.survey
    inside = members(people)
    chance = answer_probability(people.engagement[inside], survey.threshold_somewhat, survey.response_sd)
    assert frame["p_engaged"].iloc[-1] == pytest.approx(chance.mean())
    assert inside.sum() == len(model.agents_by_type[GP]) + len(model.agents_by_type[PracticeManager])


def test_headlines_of_nobody_are_no_number(model: CommissioningModel) -> None:
    model.step()
    model.world.people.present[:] = False
    model.recorder.take()
    model.datacollector.collect(model)
    first, last = model.datacollector.model_vars["informed"]
    assert 0 < first < 1
    assert np.isnan(last)


def test_a_collector_of_ones_own_sees_model_and_agents(model: CommissioningModel) -> None:
    collector = mesa.DataCollector(
        model_reporters={"vacant": lambda m: int((m.world.seats.person < 0).sum()), "running": "running"},
        agent_reporters={"name": "name", "x": lambda a: a.engagement if isinstance(a, Person) else None},
        agenttype_reporters={CCG: {"posts": "posts"}, Practice: {"wait": "wait"}},
    )
    kept = []
    for _ in range(3):
        model.step()
        collector.collect(model)
        kept.append((int((model.world.seats.person < 0).sum()), {a.name: a.engagement for a in persons(model)}))
    frame = collector.get_model_vars_dataframe()
    assert frame["vacant"].tolist() == [vacant for vacant, _ in kept]
    assert frame["running"].all()
    agents = collector.get_agent_vars_dataframe()
    for step, (_, engagement) in enumerate(kept, start=1):
        seen = agents.xs(step, level="Step").dropna()
        assert dict(zip(seen["name"], seen["x"], strict=True)) == engagement
    posts = collector.get_agenttype_vars_dataframe(CCG).xs(3, level="Step")["posts"]
    assert posts.tolist() == model.world.ccgs.posts.tolist()
    assert len(collector.get_agenttype_vars_dataframe(Practice)) == 3 * model.world.practices.size


def persons(model: CommissioningModel) -> list[Person]:
    return [a for a in model.agents if isinstance(a, Person)]


# Sets of agents


def test_select_get_set_agg_and_groupby(model: CommissioningModel) -> None:
    model.step()
    people, rows = model.world.people, of_kind(model.world, Kind.GP)
    gps = model.agents_by_type[GP]
    assert gps.get("engagement") == people.engagement[rows].tolist()
    assert gps.get(["row", "strain"]) == [[r, s] for r, s in zip(rows, people.strain[rows], strict=True)]
    assert gps.agg("strain", max) == people.strain[rows].max()
    assert gps.agg("informed", [min, np.mean]) == [people.informed[rows].min(), people.informed[rows].mean()]

    leaders = gps.select(lambda gp: gp.role >= Role.LOCALITY_LEAD)
    assert sorted(a.row for a in leaders) == [r for r in rows if people.role[r] >= Role.LOCALITY_LEAD]
    assert len(model.agents.select(agent_type=Manager, at_most=2)) == 2
    most = gps.sort("strain").select(at_most=3).get("strain")
    assert most == sorted(people.strain[rows], reverse=True)[:3]

    by_role = gps.groupby("role")
    assert by_role.count() == {role: int((people.role[rows] == role).sum()) for role in set(people.role[rows].tolist())}
    assert by_role.agg("informed", np.mean)[Role.NONE] == people.informed[rows][people.role[rows] == Role.NONE].mean()

    leaders.set("strain", 1.5)
    assert (people.strain[[a.row for a in leaders]] == 1.5).all()
    assert (people.strain[rows] == 1.5).sum() == len(leaders), "nobody else"


def test_do_and_shuffle_do_on_a_subset(model: CommissioningModel) -> None:
    before = model.world.people.engagement.copy()
    ours = model.agents_by_type[GP].select(lambda gp: gp.ccg == 0)

    def cheer(gp: GP, by: float) -> None:
        gp.engagement += by

    ours.do(cheer, by=0.5)
    ours.shuffle_do(cheer, 0.25)
    rows = [gp.row for gp in ours]
    moved = model.world.people.engagement - before
    assert moved[rows] == pytest.approx(0.75)
    assert not np.delete(moved, rows).any()
    assert ours.map(lambda gp: gp.ccg) == [0] * len(rows)
    model.agents.shuffle_do("step")  # a person's own step does nothing: the week belongs to the model
    assert (model.world.people.engagement - before == moved).all()


def test_luck_of_mesa_moves_nobody(model: CommissioningModel) -> None:
    other = CommissioningModel(spread_out(*TWO_SITES, weeks=30, warm_up_weeks=2), seed=1)
    for _ in range(5):
        model.random.random()
        model.rng.normal(size=3)
        model.agents.shuffle(inplace=True)
        model.step()
        other.step()
    assert np.array_equal(model.world.people.engagement, other.world.people.engagement)


def test_leavers_are_in_no_set() -> None:
    made = spread_out(*TWO_SITES, weeks=20)
    made.careers.principal = made.careers.manager = 0.5
    model = CommissioningModel(made, seed=1)
    first = {a.row: a for a in persons(model)}
    gp_before = len(model.agents_by_type[GP])
    while model.running:
        model.step()
    people = model.world.people
    left = [a for row, a in first.items() if not people.present[row]]
    assert len(left) > 5
    for agent in left:
        assert agent not in model.agents
        assert agent not in model.agents_by_type[type(agent)]
    assert sorted(a.row for a in persons(model)) == np.flatnonzero(people.present).tolist()
    assert len(model.agents_by_type[GP]) == len(of_kind(model.world, Kind.GP)) != gp_before
    assert len({a.unique_id for a in model.agents}) == len(model.agents)


def test_engagement_set_by_hand_is_booked_as_outside(model: CommissioningModel) -> None:
    model.step()
    people, outside = model.world.people, STANDING.index("outside")
    assert not people.components[:, outside].any()
    gps = model.agents_by_type[GP].select(at_most=5)
    rows = [gp.row for gp in gps]
    before, ledger = people.engagement[rows].copy(), people.components[rows].copy()
    gps.set("engagement", 3.0)
    assert people.components[rows, outside] == pytest.approx(3 - before)
    assert np.array_equal(np.delete(people.components[rows, :-1], outside, 1), np.delete(ledger[:, :-1], outside, 1))
    model.audit()
    for _ in range(3):
        model.step()
        model.audit()
    booked = model.results().ledger.groupby("week")["outside"].sum()
    assert booked[0] == 0
    assert (booked.loc[1:] > 0).all()


# The page in a browser


@pytest.fixture
def solara() -> Iterator[Any]:
    """Solara, as Mesa's page needs it, with figures that are closed afterwards."""
    import matplotlib.pyplot as plt
    import solara

    yield solara
    plt.close("all")


def page_of(solara: Any, component: Any) -> Any:
    """Render a page without a browser; errors are raised. Returns what finds its widgets."""

    @solara.component  # type: ignore[untyped-decorator]
    def Page() -> None:  # noqa: N802
        with solara.AppLayout():
            component()

    return solara.render(Page(), handle_error=False)[1]


def button(page: Any, label: str) -> Any:
    import ipyvuetify

    return next(b for b in page.find(ipyvuetify.Btn).widgets if b.children == [label])


def pictures(page: Any) -> list[bytes]:
    """Return the figures on the page, as PNG."""
    import ipywidgets

    return [w.value for w in page.find(ipywidgets.Image).widgets]


def test_solara_viz_shows_the_model(model: CommissioningModel, solara: Any) -> None:
    from mesa.visualization import SolaraViz, make_plot_component

    for _ in range(2):
        model.step()
    drawn = []

    def leaders(shown: CommissioningModel) -> Any:
        leading = shown.agents_by_type[GP].select(lambda gp: gp.role >= Role.LOCALITY_LEAD)
        text = f"week {shown.world.week}: {np.mean(leading.get('p_engaged')):.3f}"
        drawn.append(text)
        return solara.Text(text)

    shown = solara.reactive(model)
    page = page_of(
        solara,
        lambda: SolaraViz(
            shown,
            components=[make_plot_component({"p_engaged": "tab:blue", "informed": "tab:orange"}), leaders],
            model_params=SHORT
            | {
                "seed": 3,
                "scenario": {"type": "Select", "value": "no_devolution", "values": ["baseline", "no_devolution"]},
            },
            name="Clinical commissioning",
        ),
    )
    assert drawn[-1].startswith("week 2: 0.")
    first = pictures(page)
    button(page, "Step").click()
    assert model.world.week == 3
    assert drawn[-1].startswith("week 3: 0.")
    assert len(pictures(page)) == len(first)
    assert pictures(page) != first, "the plot has a week more"
    button(page, "Reset").click()
    assert shown.value is not model
    assert (shown.value.seed, shown.value.config.scenario.name) == (3, "no_devolution")
    assert shown.value.world.week == 0
    button(page, "Step").click()
    assert shown.value.world.week == 1
    page.close()


# Memory


def run_by_hand() -> tuple[weakref.ref[Any], Any]:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=3), seed=1)
    return weakref.ref(model), model.run()


def run_half() -> tuple[weakref.ref[Any], Any]:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=30), seed=1)
    model.step()
    return weakref.ref(model), (model.results(), model.datacollector.get_model_vars_dataframe(), model.network())


def looked_at() -> tuple[weakref.ref[Any], Any]:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=3), seed=1)
    names = model.agents.select(lambda a: isinstance(a, GP)).get("name")
    return weakref.ref(model), names


@pytest.mark.parametrize("use", [run_by_hand, run_half, looked_at])
def test_no_model_outlives_its_use(use: Callable[[], tuple[weakref.ref[Any], Any]]) -> None:
    model, kept = use()
    gc.collect()
    assert model() is None
    assert kept


@pytest.fixture
def born(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Any]]:
    """Weak references to all models built in a test."""
    found: list[weakref.ref[Any]] = []
    build = CommissioningModel.__init__

    def remembered(self: CommissioningModel, *args: Any, **kwargs: Any) -> None:
        found.append(weakref.ref(self))
        build(self, *args, **kwargs)

    monkeypatch.setattr(CommissioningModel, "__init__", remembered)
    return found


def test_simulate_leaves_no_model(born: list[weakref.ref[Any]]) -> None:
    settings = [f"{key}={value}" for key, value in SHORT.items()]
    results = [simulate(*settings, seed=1), simulate(*settings, "ensemble.null_world=false", replicates=2, workers=1)]
    gc.collect()
    assert len(born) == 3
    assert [ref() for ref in born] == [None] * 3
    assert all(len(r.series) for r in results)


def test_a_batch_leaves_no_model() -> None:
    made: list[weakref.ref[Any]] = []

    class Watched(CommissioningModel):
        def __init__(self, seed: int | None = None) -> None:
            super().__init__(compose(*(f"{key}={value}" for key, value in SHORT.items())), seed=seed)
            made.append(weakref.ref(self))

    rows = batch(Watched, {}, [1, 2, 3])
    gc.collect()
    assert len(rows) == 3
    assert [ref() for ref in made] == [None] * 3


# Copies


@pytest.mark.parametrize(
    "again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["copied", "pickled"]
)
def test_a_copy_lives_on_by_itself(again: Callable[[CommissioningModel], CommissioningModel]) -> None:
    model = CommissioningModel(spread_out(*TWO_SITES, weeks=30, warm_up_weeks=2), seed=1)
    for _ in range(5):
        model.step()
    twin, other = again(model), again(model)
    other.person(0).engagement = 9.0
    assert other.world.people.engagement[0] == 9.0 != model.world.people.engagement[0]
    for one in (model, twin):
        while one.running:
            one.step()
    assert twin.results().series.equals(model.results().series)
    assert twin.results().events.equals(model.results().events)
