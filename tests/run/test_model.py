"""The model as Mesa and its users see it."""

from __future__ import annotations

import datetime as dt
import gc
import re
import weakref
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.core.ties import Edges
from sim.mechanisms.business.implementation import Implementation
from sim.mechanisms.business.preparation import Preparation
from sim.mechanisms.members.strain import Strain
from sim.mechanisms.time.diaries import Diaries
from sim.run.config import Config, ConfigError, compose
from sim.run.model import CommissioningModel
from sim.run.record import group_of
from sim.run.results import Results
from sim.run.vocabulary import ROLES, TABLES
from sim.settings.population import Population
from sim.settings.sites import Place
from sim.state.area_teams import AreaTeam
from sim.state.ccgs import CCG
from sim.state.codes import Kind, Role
from sim.state.drivers import STANDING
from sim.state.people import GP, Consultant, LayMember, Manager, Nurse, Person, PracticeManager
from sim.state.practices import Practice
from tests.worlds import TWO_SITES, config, of_kind, spread_out


@pytest.fixture
def model() -> CommissioningModel:
    return CommissioningModel(spread_out(*TWO_SITES, weeks=30), seed=1)


@pytest.fixture(scope="module")
def finished() -> CommissioningModel:
    """A model at the end of its run, in which people left and came."""
    made = spread_out(*TWO_SITES, weeks=40)
    made.careers.principal = made.careers.manager = 0.4
    model = CommissioningModel(made, seed=1)
    model.run()
    return model


# Mesa's tools


def test_it_is_a_mesa_model_of_mesa_agents(model: CommissioningModel) -> None:
    assert isinstance(model, mesa.Model)
    assert all(isinstance(a, mesa.Agent) for a in model.agents)
    assert set(model.agents_by_type) == {
        AreaTeam, CCG, Consultant, GP, LayMember, Manager, Nurse, Practice, PracticeManager,
    }  # fmt: skip
    world = model.world
    counted = {cls: len(model.agents_by_type[cls]) for cls in (GP, PracticeManager, Practice, CCG, AreaTeam)}
    assert counted == {GP: of_kind(world, Kind.GP).size, PracticeManager: 10, Practice: 10, CCG: 2, AreaTeam: 2}
    assert len(model.agents) == world.people.present.sum() + 10 + 2 + 2


def test_select_get_and_groupby(model: CommissioningModel) -> None:
    model.step()
    people = model.world.people
    gps = model.agents_by_type[GP]
    assert gps.get("engagement") == people.engagement[of_kind(model.world, Kind.GP)].tolist()
    leaders = gps.select(lambda gp: gp.role >= Role.LOCALITY_LEAD)
    assert len(leaders) == ((people.kind == Kind.GP) & (people.role >= Role.LOCALITY_LEAD)).sum() > 0
    by_ccg = gps.groupby("ccg").map(len)
    assert by_ccg == {ccg: int(((people.kind == Kind.GP) & (people.ccg == ccg)).sum()) for ccg in (0, 1)}
    assert gps.agg("strain", max) == people.strain[of_kind(model.world, Kind.GP)].max()
    assert len(model.agents.select(agent_type=CCG)) == 2


def test_a_data_collector_sees_model_and_agents(model: CommissioningModel) -> None:
    collector = mesa.DataCollector(
        model_reporters={"week": lambda m: m.world.week, "running": "running"},
        agenttype_reporters={GP: {"x": "engagement"}, CCG: {"posts": "posts"}},
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    assert collector.get_model_vars_dataframe()["week"].tolist() == [1, 2, 3]
    seen = collector.get_agenttype_vars_dataframe(GP).xs(3, level="Step")["x"]
    assert sorted(seen) == sorted(model.agents_by_type[GP].get("engagement"))
    assert len(collector.get_agenttype_vars_dataframe(CCG)) == 6


def test_agents_are_views_of_rows(model: CommissioningModel) -> None:
    gp = next(iter(model.agents_by_type[GP]))
    people = model.world.people
    for column in ("strain", "informed", "contract", "role", "present"):
        value = getattr(gp, column)
        assert value == people[column][gp.row]
        assert isinstance(value, float | int | bool)
        assert not isinstance(value, np.generic)
    people.strain[gp.row] = 1.25
    assert gp.strain == 1.25
    gp.strain = 2.5
    assert people.strain[gp.row] == 2.5
    assert model.person(gp.row) is gp
    assert gp.paid.shape == people.paid[gp.row].shape
    assert gp.name == model.world.path_of("people", gp.row)
    assert repr(gp) == f"<GP {gp.name}>"
    assert re.fullmatch(r"[PQ]/practice/\d{3}/gp/\d{2}/0", gp.name)


@pytest.mark.parametrize(
    "column", ["key", "kind", "role", "present", "ccg", "practice", "booked", "components", "paid"]
)
def test_what_must_not_be_set_cannot_be_set(model: CommissioningModel, column: str) -> None:
    gp = next(iter(model.agents_by_type[GP]))
    with pytest.raises(AttributeError):
        setattr(gp, column, 1)


@pytest.mark.parametrize("column", ["components", "paid"])
def test_a_row_of_values_is_read_only(model: CommissioningModel, column: str) -> None:
    gp = next(iter(model.agents_by_type[GP]))
    with pytest.raises(ValueError, match="read-only"):
        getattr(gp, column)[0] = 1
    model.step()  # the table itself can still be written


def test_every_column_says_what_it_means_and_agents_list_theirs(model: CommissioningModel) -> None:
    for table in model.world.tables.values():
        for column in table.columns.values():
            assert column.meaning, f"{table.name}.{column.name}"
            assert column.unit, f"{table.name}.{column.name}"
    for agent in (next(iter(model.agents_by_type[GP])), next(iter(model.agents_by_type[CCG]))):
        assert set(model.world.tables[agent.table].columns) <= set(dir(agent))


def test_a_misspelt_attribute_is_refused_with_what_was_meant(model: CommissioningModel) -> None:
    gp = next(iter(model.agents_by_type[GP]))
    with pytest.raises(AttributeError, match="a GP has no 'strian' to be set; did you mean strain"):
        gp.strian = 1.0
    with pytest.raises(AttributeError, match="GP has no 'strian'"):
        _ = gp.strian


def test_setting_engagement_books_the_difference_as_outside(model: CommissioningModel) -> None:
    gp = next(iter(model.agents_by_type[GP]))
    before = gp.engagement
    gp.engagement = before + 2
    gp.engagement = before + 1.5
    outside = STANDING.index("outside")
    assert gp.engagement == before + 1.5
    assert gp.components[outside] == pytest.approx(1.5)
    assert gp.components[: len(STANDING.names)].sum() == pytest.approx(before + 1.5, abs=1e-12)
    model.step()
    assert 1.2 < gp.components[outside] < 1.5, "it fades like everything else"


def test_chances_of_answers_rise_with_engagement(model: CommissioningModel) -> None:
    gp, settings = next(iter(model.agents_by_type[GP])), model.config.survey
    chances = []
    for x in (-3.0, 0.0, 3.0):
        gp.engagement = x
        chances.append((gp.p_highly, gp.p_engaged))
        assert gp.p_highly < gp.p_engaged
    assert chances == sorted(chances)
    gp.engagement = settings.threshold_somewhat
    assert gp.p_engaged == pytest.approx(0.5)
    gp.engagement = settings.threshold_highly
    assert gp.p_highly == pytest.approx(0.5)


def test_hours_are_those_of_the_week(model: CommissioningModel) -> None:
    model.step()
    people = model.world.people
    gp = next(iter(model.agents_by_type[GP]))
    assert gp.hours == (people.paid[gp.row].sum() + people.unpaid[gp.row].sum()) / 60
    assert 30 < gp.hours < 70


def test_leavers_are_removed_and_newcomers_added(finished: CommissioningModel) -> None:
    people = finished.world.people
    left = np.flatnonzero(~people.present)
    came = np.flatnonzero(people.joined >= 0)
    assert left.size > 5
    assert came.size > 5
    assert all(finished.person(int(row)) is None for row in left)
    views = [a for a in finished.agents if isinstance(a, Person)]
    assert sorted(a.row for a in views) == np.flatnonzero(people.present).tolist()
    newcomer = finished.person(int(came[people.present[came]][0]))
    assert newcomer is not None
    assert newcomer.generation >= 1
    assert newcomer.name.endswith(f"/{newcomer.generation}")


# Running


def test_run_until_takes_dates_as_well_as_texts() -> None:
    model = CommissioningModel(config(), seed=1)
    model.run_until(dt.date(2012, 4, 9))
    assert model.world.week == 2
    model.run_until(pd.Timestamp("2012-04-16 13:00"))
    assert model.world.week == 3


def test_agents_tell_their_codes_by_name() -> None:
    model = CommissioningModel(config(), seed=1)
    chair = next(gp for gp in model.agents_by_type[GP] if gp.role == Role.CHAIR)
    assert (chair.role.name, chair.kind.name) == ("CHAIR", "GP")
    assert chair.practice_role.name in ("PRINCIPAL", "SALARIED")


def test_a_seed_that_is_none_is_named() -> None:
    with pytest.raises(TypeError, match="seed='a' is no whole number"):
        CommissioningModel(config(), seed="a")  # type: ignore[arg-type]


def test_results_know_their_units() -> None:
    results = CommissioningModel(config(), seed=1).run()
    units = results.units("hours")
    assert units["paid"] == "hours/week"
    assert units["n"] == "people"
    assert "ccg" not in units
    assert results.units("series")["strain"] == "5 h/week"
    assert results.units("ledger")["strain"] == "latent"
    with pytest.raises(ValueError, match="table='people' is not here; allowed is series, "):
        results.units("people")


def test_run_until_completes_the_week_that_contains_the_date() -> None:
    model = CommissioningModel(config(weeks=60), seed=1)
    assert model.date == dt.date(2012, 4, 2)
    model.run_until("2012-04-02")
    assert (model.world.week, model.date) == (1, dt.date(2012, 4, 9))
    model.run_until("2012-07-15")  # a Sunday
    assert model.date == dt.date(2012, 7, 16)
    model.run_until("2012-05-01")  # already passed
    assert model.date == dt.date(2012, 7, 16)
    with pytest.raises(ValueError, match="run_until=2014-01-01 lies outside the run; allowed is 2012-04-02 to"):
        model.run_until("2014-01-01")
    with pytest.raises(ValueError, match="run_until='soon' is not a date"):
        model.run_until("soon")


def test_it_stops_at_the_end() -> None:
    model = CommissioningModel(config(weeks=3), seed=1)
    running = []
    for _ in range(3):
        assert model.running
        model.step()
        running.append(model.running)
    assert running == [True, True, False]
    with pytest.raises(RuntimeError, match=r"the run ended on 2012-04-22; timeline\.weeks=3"):
        model.step()


def test_whoever_stops_a_run_finds_it_stopped(model: CommissioningModel) -> None:
    model.step()
    model.running = False
    model.step()
    assert not model.running
    assert model.run().series["week"].max() == 1


def test_the_warm_up_is_run_and_not_recorded() -> None:
    model = CommissioningModel(config(weeks=3, warm_up_weeks=20), seed=1)
    assert model.world.week == 0
    assert model.world.people.demand.any(), "weeks have run"
    assert len(model.world.events.frame()) == 0
    results = model.run()
    assert results.series["week"].unique().tolist() == [0, 1, 2]
    assert results.events["week"].min() >= 0


def test_results_are_complete(finished: CommissioningModel) -> None:
    results = finished.results()
    assert isinstance(results, Results)
    assert results.seeds == [1]
    assert results.config["hope"]["beta"] == finished.config.hope.beta
    assert all(getattr(results, name) is not None for name in TABLES)
    weeks = results.series.groupby("week")["n"].sum()
    assert weeks.index.tolist() == list(range(40))
    assert weeks.iloc[-1] == finished.world.people.present.sum()
    sums = results.ledger[list(STANDING.names)].sum(axis=1)
    assert np.allclose(sums, results.series["engagement"], atol=1e-9), "components of groups sum to their mean"
    every = results.hours[results.hours["work"] == "all"]
    assert np.allclose(every["demand"], every[["paid", "unpaid", "undone"]].sum(axis=1))
    assert np.allclose(every["supply"], every["paid"] + every["idle"])
    assert set(results.events["ccg"]) <= {"P", "Q"}


def test_nothing_is_reported_before_a_week_has_run() -> None:
    with pytest.raises(ValueError, match="nothing is recorded yet"):
        CommissioningModel(config(), seed=1).results()


def test_the_network_of_a_ccg(model: CommissioningModel) -> None:
    graph = model.network("P")
    people = model.world.people
    inside = np.flatnonzero(people.present & (people.ccg == 0)).tolist()
    assert set(graph) == {model.world.path_of("people", row) for row in inside}
    kinds = {kind for _, _, kind in graph.edges(data="tie")}
    assert kinds == {"colleagues", "governing_body", "informal", "pair"}
    assert len(model.network()) == people.present.sum()
    for row in inside:
        told = graph.nodes[model.world.path_of("people", row)]
        practice = people.practice[row]
        assert told == {
            "role": ROLES[group_of(model.world)[row]],
            "ccg": "P",
            "practice": f"P/practice/{practice:03d}" if practice >= 0 else "",
            "governing_body": bool(people.on_governing_body[row]),
            "engagement": people.engagement[row],
        }
        assert {type(value) for value in told.values()} == {str, bool, float}, "plain values, for exporters"
    for a, b in model.network().edges():
        assert a[0] == b[0], "no tie crosses sites"


def test_the_network_of_a_ccg_without_a_leader_has_no_pair_for_the_empty_seat() -> None:
    alone = CommissioningModel(config(gps=1), seed=1)
    alone.world.ties.edges["pair"] = Edges(np.array([-1]), np.array([-1]), np.zeros(1))
    assert {kind for _, _, kind in alone.network().edges(data="tie")} <= {"colleagues", "governing_body"}
    with pytest.raises(ValueError, match=r"ccg='ZZ' is not there; allowed is T"):
        alone.network("ZZ")


# What is given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"config": "scenario=baseline"}, "is no Config; make one with compose"),
        ({"seed": 1.7}, "seed=1.7 is no whole number; allowed is one, or None"),
        ({"processes": [5]}, "5 in processes is no process"),
        ({"processes": [Strain]}, "in processes is no process"),
        ({"processes": [Strain()]}, "processes has a second 'strain'"),
        ({"config": Config(place=Place("none", {}))}, "no site is there; allowed is one or more"),
        ({"config": Config(strain=Strain(beta=-99))}, r"strain.beta=-99 is out of range; allowed is 0..3"),
        ({"config": Config(preparation=Preparation(rubber_stamping=5))}, "rubber_stamping=5 is not allowed"),  # type: ignore[arg-type]
        ({"config": Config(population=Population(gps_intercept=3.0))}, "GPs; allowed is up to 5,000"),
        ({"config": Config(diaries=Diaries(leader_reading=0.9))}, "is too much; allowed is 1 in all"),
        ({"config": Config(implementation=Implementation(first_review=60))}, "last_review=52 is out of order"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_built(given: dict[str, Any], said: str) -> None:
    if isinstance(given.get("config"), Config) and not given["config"].place.name:
        given["config"].place = config().place if "GPs" not in said else compose().place
        given["config"].governance = config().governance
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        CommissioningModel(**({"config": config()} | given))


def test_what_agents_cannot_be_is_refused(model: CommissioningModel) -> None:
    gp = next(iter(model.agents_by_type[GP]))
    for name, value in (("informed", 5.0), ("influence", -0.1), ("strain", float("nan")), ("engagement", float("inf"))):
        with pytest.raises(ValueError, match=f"{name}={value} is not allowed; allowed is"):
            setattr(gp, name, value)
    with pytest.raises(ValueError, match=r"threshold='foo' is not allowed; allowed is somewhat \| highly"):
        model.answer_probability("foo", 0)
    with pytest.raises(IndexError, match="row -1 of people is not there"):
        model.person(-1)


def test_the_luck_of_a_run_cannot_be_changed_in_it(model: CommissioningModel) -> None:
    said = r"would change nothing: the luck of a run hangs on the seed .* give CommissioningModel\(config, seed="
    with pytest.raises(AttributeError, match=f"seed=3 {said}"):
        model.seed = 3
    for reset in (model.reset_randomizer, model.reset_rng):
        with pytest.raises(AttributeError, match=f"{reset.__name__} {said}"):
            reset(3)
        with pytest.raises(AttributeError, match=f"{reset.__name__} {said}"):
            reset()
    assert model.seed == model.world.luck.seed == 1


def test_the_seed() -> None:
    assert CommissioningModel(config(), seed=7).seed == 7
    made = config()
    made.seed = 11
    assert CommissioningModel(made).seed == 11
    assert CommissioningModel(made, seed=0).seed == 0


def test_keywords_are_overrides_and_a_config_is_complete() -> None:
    model = CommissioningModel(scenario="no_devolution", seed=1, **{"timeline.weeks": 2})
    assert model.config.scenario.name == "no_devolution"
    assert model.config.timeline.weeks == 2
    with pytest.raises(ValueError, match="not both; got scenario"):
        CommissioningModel(config(), scenario="baseline")
    with pytest.raises(ConfigError, match="did you mean baseline"):
        CommissioningModel(scenario="basline")


def test_no_devolution_takes_powers_and_nothing_else() -> None:
    one, other = (
        CommissioningModel(compose("timeline.warm_up_weeks=0", f"scenario={name}"), seed=1).world
        for name in ("baseline", "no_devolution")
    )
    assert (one.bodies.limit > 0).sum() > 1
    assert not other.bodies.limit.any()
    assert not other.ccgs.devolved.any()
    for column in ("key", "disposition", "practice", "role"):
        assert np.array_equal(one.people[column], other.people[column])


def test_a_model_is_garbage_after_its_run() -> None:
    def run() -> tuple[Any, Any]:
        model = CommissioningModel(spread_out(*TWO_SITES, weeks=3), seed=1)
        results = model.run()
        return weakref.ref(model), (results, weakref.ref(model.world))

    model, (results, world) = run()
    gc.collect()
    assert model() is None
    assert world() is None
    assert len(results.series)
