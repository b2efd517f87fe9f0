"""The fit: expected panels, the rule, what is kept, and the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from experiments import fit as command
from experiments.pages import numbers
from experiments.pages.steps import stamp_of, stamps
from sim.core.luck import Luck, identity
from sim.core.tables import Column, Table
from sim.run import fitted_values as vectors
from sim.run.config import ConfigError, compose, known_keys
from sim.run.model import CommissioningModel
from sim.studies.fit import Fit, fit, matching, targets
from sim.studies.fit.panels import Panel, PanelJob, answering, chances
from sim.survey.instruments import PANEL, panel
from tests.worlds import only

TWO_SITES = (
    *only("{E: {population: 20000, practices: 3}, F: {population: 20000, practices: 3}}"),
    "timeline.warm_up_weeks=2",
)

SD = 0.5


def people_of(engagement: np.ndarray, role: np.ndarray) -> Table:
    columns = (Column("key", "uint64", "-", ""), Column("practice_role", "int8", "-", ""),
               Column("engagement", "float64", "-", ""))  # fmt: skip
    people = Table("people", columns)
    keys = np.array([identity(f"person/{i}") for i in range(role.size)], dtype=np.uint64)
    people.append(role.size, key=keys, practice_role=role, engagement=engagement)
    return people


def normal_panel(mean: float, sd: float = 1.0, size: int = 4001) -> Panel:
    """Return a panel whose engagement is normal, everybody as likely to answer."""
    return Panel(norm.ppf((np.arange(size) + 0.5) / size, mean, sd), np.ones(size))


# Expected panels


def test_chances_fill_the_quotas_and_favour_the_engaged() -> None:
    luck = np.random.default_rng(1)
    x, role = luck.normal(0.5, 1, 900), np.repeat([0, 1, 3], [600, 250, 50])
    chance = chances(x, role, np.array([149, 16, 20, 60]), 0.6)
    assert chance[role == 0].sum() == pytest.approx(149)
    assert chance[role == 1].sum() == pytest.approx(16)
    assert (chance[role == 3] == 1).all()  # fewer of them than the quota
    odds = -np.log1p(-chance[role == 0]) / np.exp(0.6 * x[role == 0])
    assert odds == pytest.approx(np.full(600, odds[0]))
    assert (chances(x, role, np.array([0, 16, 0, 20]), 0.6)[role == 0] == 0).all()


def test_without_selection_all_are_alike() -> None:
    role = np.repeat([0, 1], [100, 50])
    chance = chances(np.linspace(-3, 3, 150), role, np.array([25, 10]), 0.0)
    assert chance[:100] == pytest.approx(np.full(100, 0.25))
    assert chance[100:] == pytest.approx(np.full(50, 0.20))


def test_expected_shares_are_those_of_panels_drawn() -> None:
    """The survey's own draws, many times over, give the expected share within their error."""
    luck = np.random.default_rng(2)
    role = np.repeat([0, 1, 2, 3], [763, 306, 220, 24])
    x = luck.normal(0.5, 1.0, role.size)
    people, label = people_of(x, role), "2013-02-15"
    places = np.array(PANEL[label].respondents)
    found = Panel(x, chances(x, role.astype(np.int64), places, 0.6))
    for cut in (0.5, 2.0):
        drawn = []
        for seed in range(200):
            sample = panel(Luck(seed), 45, people, np.arange(role.size), 0.6, label, True)
            drawn.append(Panel(x[sample.asked], np.ones(sample.asked.size)).share(cut, SD))
        error = np.std(drawn) / np.sqrt(len(drawn))
        assert found.share(cut, SD) == pytest.approx(np.mean(drawn), abs=4 * error + 0.002)
        assert abs(np.mean(drawn) - Panel(x, np.ones(x.size)).share(cut, SD)) > 0.05  # selection is felt


def test_a_run_gives_the_panels_of_both_waves() -> None:
    config = replace(compose("timeline.weeks=100", *TWO_SITES), seed=5)
    first, second = PanelJob(config, list).compute()
    model = CommissioningModel(config, seed=5)
    model.run_until("2013-02-15")
    people = model.world.people
    assert first.engagement == pytest.approx(people.engagement[people.present & (people.practice_role >= 0)])
    assert not np.array_equal(first.engagement[:5], second.engagement[:5])
    assert answering([first], 0.6)[0].chance == pytest.approx(chances(first.engagement, first.role, first.places, 0.6))


def test_a_run_to_the_first_wave_alone_gives_its_panel() -> None:
    config = replace(compose("timeline.weeks=100", *TWO_SITES), seed=5)
    (alone,) = PanelJob(config, list, waves=list(PANEL)[:1]).compute()
    first, _ = PanelJob(config, list).compute()
    for name in ("engagement", "role", "places"):
        assert np.array_equal(getattr(alone, name), getattr(first, name))


# The rule


def test_targets_are_the_reported_shares() -> None:
    assert [(t.name, t.wave, t.cut, t.observed, t.n) for t in targets()] == [
        ("engaged_2013", 0, 0, 0.73, 208),
        ("engaged_2014", 1, 0, 0.71, 265),
        ("highly_2013", 0, 1, 0.19, 208),
        ("highly_2014", 1, 1, 0.12, 265),
    ]
    assert targets()[0].variance == pytest.approx(0.73 * 0.27 / 208)


def test_implausibility_is_the_worst_of_the_four_in_errors_of_the_survey() -> None:
    observed = np.array([t.observed for t in targets()])
    error = np.sqrt([t.variance for t in targets()])
    off = np.array([[0, 0, 0, 0], [1, -3, 2, 0], [0.5, 0, 0, -1.96]])
    assert matching.implausibility(observed + off * error) == pytest.approx([0, 3, 1.96])


def test_shares_use_the_right_wave_and_cut_point() -> None:
    low, high = normal_panel(-1), normal_panel(1)
    found = matching.shares([low, high], np.array([[0.0, 1.5]]), SD)
    assert found[0] == pytest.approx([low.share(0, SD), high.share(0, SD), low.share(1.5, SD), high.share(1.5, SD)])


def as_reported(shift: float = 0.0) -> list[Panel]:
    """Return the panels of a world like the reported one: the spread shrinks, so that fewer are highly engaged."""
    return [normal_panel(shift), normal_panel(shift - 0.07, 0.8)]


def test_a_world_as_reported_is_not_ruled_out_with_the_right_cut_points() -> None:
    grid = np.linspace(-3, 3, 2001)
    both = as_reported()[0]
    right = [grid[np.argmin([abs(both.share(c, SD) - share) for c in grid])] for share in (0.73, 0.19)]
    pairs = np.array([right, [right[0] - 0.5, right[1]], [right[0], right[1] + 0.5]])
    found = matching.implausibility(matching.shares(as_reported(), pairs, SD))
    assert (found <= matching.LIMIT).tolist() == [True, False, False]
    assert matching.implausibility(matching.shares(as_reported(0.5), pairs[:1], SD)) > matching.LIMIT


def test_a_world_that_rises_is_ruled_out_whatever_the_cut_points() -> None:
    """No cut-points give 19 % highly engaged and then 12 % where engagement has risen, nor hardly where it stands."""
    pairs = np.array([[a, b] for a in np.linspace(-1, 0, 21) for b in np.linspace(0.5, 2, 31)])

    def possible(second: Panel) -> int:
        simulated = matching.shares([normal_panel(0, size=401), second], pairs, SD)
        return int((matching.implausibility(simulated) <= matching.LIMIT).sum())

    assert possible(normal_panel(0.3, size=401)) == 0
    assert 5 * possible(normal_panel(0, size=401)) < 4 * possible(normal_panel(-0.07, 0.8, size=401))


@pytest.fixture
def made_up_worlds(monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[int, float]]]:
    """Replace runs: where hope is weak, a world is as reported, otherwise far off. Returns rounds as they are run."""
    rounds: list[list[tuple[int, float]]] = []

    def run(jobs: Any, workers: int, progress: bool) -> list[list[Panel]]:
        asked = [(job.config.seed, job.config.hope.beta) for job in jobs]
        rounds.append(asked)
        return [as_reported() if beta < WEAK else as_reported(9.0) for _, beta in asked]

    monkeypatch.setattr(matching, "_run", run)
    return rounds


HOPE = matching.PRIORS["vectors"]


WEAK = 1.2


def test_each_world_keeps_its_first_draw_that_is_not_ruled_out(made_up_worlds: list[list[tuple[int, float]]]) -> None:
    found = fit(40, 6, seed=2, overrides=TWO_SITES)
    betas = [v["hope.beta"] for v in found.kept]
    assert len(betas) == 6
    assert max(betas) < WEAK
    for world, beta in enumerate(betas):
        tried = [b for in_round in made_up_worlds for w, b in in_round if w == world]
        assert tried[-1] == beta
        assert len(tried) == len(made_up_worlds) or world not in [w for w, _ in made_up_worlds[len(tried)]]
    assert len(made_up_worlds) > 1
    assert [w for w, _ in made_up_worlds[0]] == list(range(6))
    assert found.tried == (sum(map(len, made_up_worlds)), matching.PAIRS * sum(map(len, made_up_worlds)))
    assert found.not_ruled_out[0] == 6 <= found.not_ruled_out[1]
    assert found.simulated.shape == (6, 4)
    assert matching.implausibility(found.simulated).max() <= matching.LIMIT
    assert found.left_out == []


def test_a_world_whose_draws_are_all_ruled_out_is_left_out(made_up_worlds: list[list[tuple[int, float]]]) -> None:
    found = fit(1, 12, seed=2, overrides=TWO_SITES)
    ruled_out = [world for world, beta in made_up_worlds[0] if beta >= WEAK]
    assert 0 < len(ruled_out) < 12
    assert found.left_out == ruled_out
    assert [world for world, vector in enumerate(found.vectors) if vector is None] == ruled_out
    assert len(found.kept) == len(found.simulated) == 12 - len(ruled_out) == found.not_ruled_out[0]
    assert found.tried == (12, 12 * matching.PAIRS)


def test_where_every_draw_is_ruled_out_the_fit_says_how_close_it_came(
    made_up_worlds: list[list[tuple[int, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "WEAK", 0.0)
    found = fit(3, 2, seed=2, overrides=TWO_SITES)
    assert len(made_up_worlds) == 3
    assert found.kept == []
    assert found.left_out == [0, 1]
    assert found.simulated.shape == (0, 4)
    assert found.closest == matching.closest_of(as_reported(9.0), SD) > matching.LIMIT


def test_the_closest_cut_points_are_as_close_as_the_best_of_a_fine_grid() -> None:
    error = np.sqrt([[t.variance] for t in targets()])
    observed = np.array([[t.observed] for t in targets()])
    for panels in (as_reported(0.2), [normal_panel(0), normal_panel(0.2)], [normal_panel(1), normal_panel(0.5, 1.3)]):
        grids = [np.linspace(*bounds, 1501) for bounds in matching.CUT_POINTS.values()]
        shares = np.array([[panels[t.wave].share(cut, SD) for cut in grids[t.cut]] for t in targets()])
        off = np.abs(shares - observed) / error
        best = max(off[:2].max(axis=0).min(), off[2:].max(axis=0).min())
        assert matching.closest_of(panels, SD) == pytest.approx(best, abs=0.02)


@pytest.mark.parametrize(
    ("scenario", "keys"),
    [
        ("only_hope", {"hope.beta", "hope.half_life_weeks"}),
        ("only_strain", {"strain.beta", "strain.half_life_weeks"}),
        ("only_rubber_stamping", {"influence.beta", "influence.of_plan"}),
        ("only_the_rest", set()),
    ],
)
def test_a_rival_is_fitted_with_its_own_numbers_in_its_own_world(
    scenario: str, keys: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(matching, "_run", lambda jobs, *_: asked.extend(jobs) or [as_reported() for _ in jobs])
    found = fit(2, 3, seed=2, overrides=(*TWO_SITES, f"scenario={scenario}"))
    assert found.name == scenario
    for vector, job in zip(found.kept, asked, strict=False):
        assert set(vector) == keys | {*matching.CUT_POINTS, matching.STAGGERED}
        assert all(job.config.value(key) == vector[key] for key in keys)
        hope, strain, stamped = job.config.hope.beta, job.config.strain.beta, job.config.preparation.rubber_stamping
        assert (hope > 0, strain > 0, stamped) == tuple(
            scenario == f"only_{name}" for name in ("hope", "strain", "rubber_stamping")
        )


def test_cut_points_out_of_order_are_ruled_out(
    made_up_worlds: list[list[tuple[int, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "LIMIT", np.inf)
    monkeypatch.setitem(matching.PRIORS, "vectors", HOPE | {"survey.threshold_somewhat": (2.0, 4.0)})
    for vector in fit(1, 30, seed=2, overrides=TWO_SITES).kept:
        assert vector["survey.threshold_somewhat"] < vector["survey.threshold_highly"]
    assert made_up_worlds


# Draws


def test_a_draw_depends_on_its_number_alone_and_lies_in_the_priors() -> None:
    sites = list("ABCDEF")
    drawn = [matching.draw(HOPE, 3, i, sites) for i in range(200)]
    again = matching.draw(HOPE, 3, 150, sites)
    assert again.values == drawn[150].values
    assert (again.pairs == drawn[150].pairs).all()
    assert matching.draw(HOPE, 4, 150, sites).values != again.values
    for key in ("hope.beta", "hope.half_life_weeks"):
        low, high = HOPE[key]
        values = np.array([d.values[key] for d in drawn])
        assert low <= values.min() < low + 0.05 * (high - low)
        assert high >= values.max() > high - 0.05 * (high - low)
    assert len({d.values[matching.STAGGERED] for d in drawn}) == 15  # all pairs of six
    assert all(len(set(d.values[matching.STAGGERED].split(","))) == 2 for d in drawn)
    pairs = np.concatenate([d.pairs for d in drawn])
    for column, key in enumerate(matching.CUT_POINTS):
        low, high = HOPE[key]
        assert low <= pairs[:, column].min() < pairs[:, column].max() <= high


def test_priors_are_of_keys_that_a_configuration_has_and_allows() -> None:
    keys = {key for priors in matching.PRIORS.values() for key in priors}
    assert {*keys, matching.STAGGERED} <= set(known_keys())
    everything = {key: bounds for priors in matching.PRIORS.values() for key, bounds in priors.items()}
    for end in (0, 1):
        compose(*(f"{key}={bounds[end]}" for key, bounds in everything.items() if key not in matching.CUT_POINTS))
    assert all(set(matching.CUT_POINTS) <= set(priors) for priors in matching.PRIORS.values())
    assert compose().scenario.vectors == "vectors"


def test_a_whole_fit_of_a_small_place_is_the_same_on_one_and_two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LIMIT", 30.0)
    one, two = (fit(1, 2, seed=1, workers=workers, overrides=TWO_SITES) for workers in (1, 2))
    assert one.vectors == two.vectors
    assert (one.simulated == two.simulated).all()
    assert one.tried == (2, 2 * matching.PAIRS)
    assert {v["succession.staggered_sites"] for v in one.vectors} == {"E,F"}
    assert len({v["hope.beta"] for v in one.vectors}) == 2


def test_a_run_that_fails_stops_the_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: PanelJob) -> Any:
        raise RuntimeError("no quorum")

    monkeypatch.setattr(PanelJob, "compute", broken)
    with pytest.raises(RuntimeError, match="run 0 failed: RuntimeError: no quorum"):
        fit(2, 5, seed=1, workers=1, overrides=TWO_SITES)


# The command


@pytest.fixture
def found() -> Fit:
    made = {"hope.beta": 1.5, "hope.half_life_weeks": 30.0, "succession.staggered_sites": "A,C"}
    made |= {"survey.threshold_somewhat": 0.4, "survey.threshold_highly": 2.2}
    simulated = np.array([[0.7, 0.7, 0.2, 0.1]] * 2)
    return Fit("vectors", [made, None, made | {"hope.beta": 0.5}], simulated, 0.3, (10, 200), (2, 7))


@pytest.fixture
def read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "fitted" / "vectors.json"
    monkeypatch.setattr(vectors, "VECTORS", path)
    monkeypatch.setattr(numbers, "NUMBERS", tmp_path / "numbers.json")
    vectors.vectors.cache_clear()
    yield path
    vectors.vectors.cache_clear()


def test_what_is_written_can_be_used_and_says_how_it_came_about(
    found: Fit, read_back: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("sim.studies.fit.fit", lambda *args, **options: asked.append(args) or found)
    assert command.main(["--draws", "10", "--seed", "3", "--workers", "1", "--output", str(read_back)]) == 0
    assert asked == [(10, 40, 3, 1)]
    first, last = found.kept
    assert vectors.vectors() == (first, last, last)  # a world without a vector goes with the next one's
    assert [vectors.fitted(compose(), s).hope.beta for s in range(4)] == [1.5, 0.5, 0.5, 1.5]
    how = json.loads(read_back.read_text())["how"]
    assert how["draws"] == {"tried": 10, "not_ruled_out": 2, "kept": 2}
    assert (how["left_out"], how["closest"]) == ([1], 0.3)
    assert how["pairs_of_cut_points"] == {"tried": 200, "not_ruled_out": 7}
    assert how["targets"]["engaged_2013"] == {"observed": 0.73, "n": 208, "sd_survey": 0.0308}
    assert set(how["priors"]) == {*HOPE, matching.STAGGERED}
    assert {"model", "numpy"} < set(how["versions"])
    assert "saturated" in how
    assert [p.name for p in read_back.parent.iterdir()] == ["vectors.json"]
    out = capsys.readouterr().out
    assert "2 of 10 draws are not ruled out (20%)" in out
    assert "every draw is ruled out in the worlds of seeds 1: no vector" in out


def test_a_rival_is_written_where_its_runs_look_for_it(
    found: Fit, read_back: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("sim.studies.fit.fit", lambda *_, **options: asked.append(options["overrides"]) or found)
    assert command.main(["--scenario", "only_strain"]) == 0
    assert asked == [["scenario=only_strain"]]
    assert [p.name for p in read_back.parent.iterdir()] == ["only_strain.json"]
    assert set(stamps()) == {"fit_only_strain"}
    assert stamps()["fit_only_strain"] == stamp_of("fit_only_strain")  # what was fitted does not count
    assert vectors.vectors("only_strain") == (found.kept[0], found.kept[1], found.kept[1])
    assert vectors.vectors() == ()


def test_nothing_is_written_where_every_draw_is_ruled_out(
    found: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = replace(found, vectors=[None, None], simulated=np.zeros((0, 4)), closest=2.34, not_ruled_out=(0, 0))
    monkeypatch.setattr("sim.studies.fit.fit", lambda *_, **__: nothing)
    path = tmp_path / "vectors.json"
    path.write_text("as it was")
    assert command.main(["--output", str(path)]) == 1
    assert path.read_text() == "as it was"
    told = capsys.readouterr()
    assert told.err == "error: every draw is ruled out; nothing is written\n"
    assert "closest: 2.34 errors of the survey off at worst; allowed is 1.96" in told.out


def test_a_run_that_fails_is_one_line_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any, **__: Any) -> Fit:
        raise RuntimeError("run 3 failed")

    monkeypatch.setattr("sim.studies.fit.fit", broken)
    assert command.main(["--output", str(tmp_path / "vectors.json")]) == 1
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == "error: run 3 failed; nothing is written\n"


def test_ctrl_c_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any, **__: Any) -> Fit:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.studies.fit.fit", interrupted)
    assert command.main(["--output", str(tmp_path / "vectors.json")]) == 130
    assert capsys.readouterr().err == "stopped: nothing is written\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--draws", "0"], "--draws: 0 is not allowed; allowed is a whole number from 1 to 100000"),
        (["--draws", "many"], "--draws: many is not allowed"),
        (["--keep", "0"], "--keep: 0 is not allowed; allowed is a whole number from 1"),
        (["--workers", "-1"], "--workers: -1 is not allowed"),
        (["--seed", "1.5"], "--seed: 1.5 is not allowed"),
        (["--draw"], "--draw"),
        (["--scenario", "no_devolution"], "no_devolution is not allowed; allowed is baseline | only_hope"),
        (["seed=3"], "unrecognized arguments: seed=3"),
        (["--output", "."], "--output . is a folder; allowed is a file"),
    ],
)
def test_bad_options_are_one_line(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.studies.fit.fit", None)  # nothing is computed
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments)
    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert message in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_a_file_that_cannot_be_written_is_one_line_before_anything_is_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.studies.fit.fit", None)
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as left:
        command.main(["--output", str(tmp_path / "file" / "vectors.json")])
    assert left.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "allowed is a file to write to" in error


# What ships


@pytest.mark.parametrize("name", matching.PRIORS)
def test_the_vectors_that_ship_lie_in_the_priors_and_are_allowed(name: str) -> None:
    shipped = json.loads(vectors.file_of(name).read_text())
    kept = [vector for vector in shipped["vectors"] if vector]
    assert shipped["how"]["draws"]["kept"] == len(kept) <= len(shipped["vectors"]) == 40
    config = compose("scenario=baseline" if name == "vectors" else f"scenario={name}")
    priors = matching.PRIORS[name]
    for number, vector in enumerate(shipped["vectors"]):
        if vector:
            assert set(vector) == {*priors, matching.STAGGERED}
            assert all(low <= vector[key] <= high for key, (low, high) in priors.items())
            assert vectors.fitted(config, number).vector == vector
        else:
            assert number in shipped["how"]["left_out"]


def test_a_set_that_has_not_been_fitted_is_one_line() -> None:
    with pytest.raises(ConfigError, match=r"^scenario.vectors=only_luck has not been fitted; allowed is only_hope \|"):
        vectors.fitted(compose("scenario.vectors=only_luck"), 0)
