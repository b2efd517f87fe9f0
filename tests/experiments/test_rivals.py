"""The command on rival explanations: runs that are reused, what it tells, and the page's data."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.pages import numbers
from experiments.pages.steps import stamps
from experiments.rivals import __main__ as command
from experiments.rivals import page, study
from sim.ensembles import pool
from sim.run import fitted_values as vectors
from sim.run.results import Results
from sim.studies.rivals import ENGAGED, FIRST, HIGHLY, LATER, SECOND, WORLDS, Question, Seen, Separation
from sim.survey.instruments import INSTRUMENTS, PANEL
from tests.worlds import only

SMALL = [
    *only("{E: {population: 60000, practices: 3}}"),
    "timeline.weeks=118",
    "timeline.warm_up_weeks=2",
    "ensemble.replicates=5",
    "ensemble.workers=1",
]
TWO = ("only_hope", "only_the_rest")
HOW = {
    "priors": {}, "draws": {"tried": 8, "not_ruled_out": 4, "kept": 3}, "pairs_of_cut_points": {}, "left_out": [1],
    "closest": 0.5,
}  # fmt: skip


@pytest.fixture
def fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be two worlds, without a vector where the seed is 1; ask no later than June 2014."""
    monkeypatch.setattr(study, "WORLDS", {world: WORLDS[world] for world in TWO})
    vector = {"survey.threshold_somewhat": 0.2, "survey.threshold_highly": 1.2, "succession.staggered_sites": "E"}
    for world in TWO:
        held = {"how": HOW, "vectors": [vector, None, vector | {"survey.threshold_highly": 1.6}, vector]}
        (tmp_path / f"{world}.json").write_text(json.dumps(held))
    monkeypatch.setattr(vectors, "VECTORS", tmp_path / "vectors.json")
    monkeypatch.setattr(study, "LATER", LATER[:1])
    monkeypatch.chdir(tmp_path)
    vectors.vectors.cache_clear()
    yield
    vectors.vectors.cache_clear()


def test_all_worlds_run_once_and_are_compared(
    fitted: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[dict[str, Any]] = []
    compared = command.compared
    monkeypatch.setattr(command, "compared", lambda runs: kept.append(compared(runs)) or kept[-1])
    monkeypatch.setattr(page, "DATA", Path("data.json"))
    assert command.main([*SMALL, "output=out"]) == 0
    found, told = kept[0], capsys.readouterr().out
    assert found["runs"] == dict.fromkeys(TWO, 4)  # the world without a vector is left out
    assert sorted(p.name for p in Path("out").iterdir()) == list(TWO)
    for table in page.tables(found).values():
        assert table in told
    assert not Path("data.json").exists()  # the page is of the model as it ships alone

    def computed(*_: object) -> None:
        raise AssertionError("something was computed")

    monkeypatch.setattr(pool, "run_job", computed)
    assert command.main([*SMALL, "output=out"]) == 0
    assert capsys.readouterr().out == told

    hope = {tuple(row[f] for f in Question._fields): row for row in found["answers"] if row["world"] == "only_hope"}
    key = (LATER[0], "", "random_sample", "all respondents", ENGAGED)
    everyone = [
        pd.read_parquet(f"out/only_hope/replicate_00{run}/survey.parquet")
        .query("instrument == 'random_sample' and group_by == 'all' and answer == 'at_least_somewhat'")
        .set_index("wave").loc[LATER[0], "share"]
        for run in (0, 2, 3, 4)
    ]  # fmt: skip
    assert hope[key]["median"] == pytest.approx(100 * np.median(everyone), abs=0.051)
    assert set(found["leaders"]["only_hope"]["strain"]) == {FIRST, SECOND, LATER[0]}
    assert {FIRST, LATER[0]} <= {row["wave"] for row in found["apart"]} <= {FIRST, SECOND, LATER[0]}
    assert {(row["a"], row["b"]) for row in found["apart"]} == {TWO}
    assert 0.5 <= found["luck"] <= 1


@pytest.mark.parametrize(
    "wrong",
    ["hope.betta=1", "ensemble.replicates=0", "ensemble.replicates=3", "scenario.vectors=only_luck", "hope.beta=99"],
)
def test_bad_input_is_one_line(wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sim.ensembles.ensemble.compute", None)  # nothing is computed
    assert command.main([wrong]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    assert "allowed" in told.err


def test_ctrl_c_and_failures_say_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for error, code, text in ((KeyboardInterrupt, 130, "the same command computes the rest"),
                              (RuntimeError("3 runs failed"), 1, "error: 3 runs failed")):  # fmt: skip

        def stopped(_: object, error: Any = error) -> None:
            raise error

        monkeypatch.setattr(command, "compute_all", stopped)
        assert command.main([]) == code
        assert text in capsys.readouterr().err


@pytest.mark.parametrize("given", [[], ["seed=1"]])
def test_the_page_is_of_the_model_as_it_ships_and_is_stamped(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr(numbers, "NUMBERS", tmp_path / "numbers.json")
    monkeypatch.setattr(command, "stamp_of", lambda name: {"model": f"of {name}"})
    monkeypatch.setattr(command, "compute_all", lambda _: {})
    monkeypatch.setattr(command, "compared", lambda _: {})
    monkeypatch.setattr(page, "tables", lambda _: {})
    monkeypatch.setattr(page, "write_page", lambda found, _: written.append(found))
    assert command.main(given) == 0
    assert (len(written), stamps()) == ((0, {}) if given else (1, {"rivals": {"model": "of rivals"}}))


def test_only_runs_of_worlds_with_a_vector_and_rows_of_leaders_are_kept() -> None:
    series = pd.DataFrame({"run": [0, 0, 1, 2], "role": ["chair", "none", "chair", "locality_lead"]})
    survey = pd.DataFrame({"run": [0, 1, 2]})
    empty = pd.DataFrame()
    results = Results({}, [7, 8, 9], series, empty, empty, survey, empty, empty, empty)
    kept = study.brief(results, [8])
    assert kept.seeds == [7, 9]
    assert kept.series["role"].tolist() == ["chair", "locality_lead"]
    assert kept.survey["run"].tolist() == [0, 2]


def test_the_fall_is_that_of_the_panel_between_the_reported_waves() -> None:
    fall = Question(SECOND, FIRST, "panel", "leaders", HIGHLY)
    seen = {
        fall: Seen(np.array([-10.0, -7.0, -6.9, 0.0, 3.0]), 60),
        fall._replace(instrument="random_sample"): Seen(np.zeros(5), 60),
        fall._replace(answer=ENGAGED): Seen(np.zeros(5), 60),
        fall._replace(since=""): Seen(np.ones(5), 60),
    }
    assert study.falls(seen) == {"leaders": {"low": -9.7, "median": -6.9, "high": 2.7, "falls": 0.6, "as_much": 0.4}}
    assert study.observed_fall() == -7


# What ships


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    return dict(json.loads(page.DATA.read_text(encoding="utf-8")))


def test_the_page_shows_what_the_data_hold(shipped: dict[str, Any]) -> None:
    kept = json.loads(numbers.NUMBERS.read_text(encoding="utf-8"))["rivals"]
    assert kept == page.numbers(shipped)
    assert set(page.tables()) == {"rivals", "rivals_fits", "rivals_later"}


def test_the_best_question_of_each_kind_is_kept_for_each_pair(shipped: dict[str, Any]) -> None:
    instruments = {row["instrument"] for row in shipped["apart"] if row["wave"] not in PANEL}
    assert "panel" in instruments
    for a, b in itertools.combinations(shipped["fits"], 2):
        for later, instrument in ((False, "panel"), *((True, name) for name in sorted(instruments))):
            best = page.decisive(shipped, a, b, instrument, later=later)
            assert (best["wave"] not in PANEL, best["instrument"]) == (later, instrument)
            assert best["apart"] <= page.decisive(shipped, a, b, later=later)["apart"] <= 1


def test_data_kept_before_there_was_another_instrument_or_date_still_make_the_page(
    shipped: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = page.tables(shipped)
    monkeypatch.setattr(page, "INSTRUMENTS", ("by_telephone", *INSTRUMENTS))
    monkeypatch.setattr(page, "LATER", ("2019-02-15", *LATER))
    assert page.tables(shipped) == before
    assert page.numbers(shipped)


def test_the_best_few_of_each_kind_are_kept() -> None:
    def ranked(number: int, **of: str) -> list[Separation]:
        question = Question(LATER[0], "", "panel", "leaders", HIGHLY)._replace(**of)
        return [Separation(question, 50, 1 - 0.01 * i, False) for i in range(number)]

    kinds = [{}, {"wave": SECOND}, {"instrument": "practice_360"}, {"answer": "can influence"}]
    kept = list(study.foremost([s for kind in kinds for s in ranked(8, **kind)]))
    assert [s.apart for s in kept] == [1, 0.99, 0.98, 0.97, 0.96] * len(kinds)
