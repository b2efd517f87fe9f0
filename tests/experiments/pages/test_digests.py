"""The digest of results moves when they do, and not with rounding; that of a study with what its code says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments.pages import digests as module
from experiments.pages.digests import study_digest, unfitted_digest, vectors_digest
from sim import simulate
from sim.run import fitted_values
from sim.run.results import Results


def digest(monkeypatch: pytest.MonkeyPatch, *overrides: str, off: float = 0.0) -> str:
    """Return the digest of short runs of one CCG with some settings, all engagement off by a little."""

    def short(*own: str, seed: int) -> Results:
        results: Any = simulate("place.clone_to=1", "timeline.weeks=60", *own, *overrides, seed=seed)
        results.series["engagement"] += off
        return results

    monkeypatch.setattr(module, "simulate", short)
    monkeypatch.setattr(module, "RUNS", {"baseline": 1})
    return module.results_digest.__wrapped__()


def test_rounding_does_not_move_it(monkeypatch: pytest.MonkeyPatch) -> None:
    as_is = digest(monkeypatch)
    assert len(as_is) == 8
    assert digest(monkeypatch, off=1e-13) == as_is
    assert digest(monkeypatch, off=1e-5) != as_is


@pytest.mark.parametrize(
    "change",
    ["hope.beta=1.111", "workload.noise=0.0404", "survey.threshold_highly=2.5", "running_costs.duty_share=0.7"],
)
def test_a_changed_setting_moves_it(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert digest(monkeypatch, change) != digest(monkeypatch)


def test_a_fit_does_not_move_what_it_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNFITTED", ("place.clone_to=1", *module.UNFITTED))
    as_is = unfitted_digest.__wrapped__("only_strain")
    assert unfitted_digest.__wrapped__("baseline") != as_is
    fitted_values.vectors.cache_clear()
    monkeypatch.setattr(fitted_values, "VECTORS", Path("nowhere/vectors.json"))
    assert vectors_digest(["vectors"]) == vectors_digest(["none"])
    assert unfitted_digest.__wrapped__("only_strain") == as_is
    fitted_values.vectors.cache_clear()


def test_every_set_of_vectors_has_a_digest_of_its_own() -> None:
    found = [vectors_digest(names) for names in (["vectors"], ["only_hope"], ["vectors", "only_hope"])]
    assert len(set(found)) == 3


CODE = '"""A study."""\n\nX = 3\n"""A constant."""\n\n\ndef f(x):\n    """Add."""\n    return x + X  # twice\n'


@pytest.mark.parametrize(
    ("code", "same"),
    [
        ("X = 3\ndef f(x):\n    return (x +\n        X)\n", True),  # comments, docstrings and format gone
        (CODE.replace("x + X", "X + x"), False),
        (CODE.replace("X = 3", "X = 4"), False),
        (CODE.replace("return", "'no docstring'\n    return"), True),
        (CODE.replace("x + X", "'text'"), False),
    ],
)
def test_a_study_is_what_its_code_says(code: str, same: bool, tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "part.py").write_text(CODE)
    as_is = study_digest(tmp_path, ["study"])
    (tmp_path / "study" / "part.py").write_text(code)
    assert (study_digest(tmp_path, ["study"]) == as_is) == same


def test_data_claims_and_new_files_belong_to_a_study(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "part.py").write_text(CODE)
    (tmp_path / "data.yaml").write_text("a: 1\n")
    found = [study_digest(tmp_path, ["study", "data.yaml"]), study_digest(tmp_path, ["study", "data.yaml"], "row")]
    (tmp_path / "data.yaml").write_text("a: 2\n")
    found.append(study_digest(tmp_path, ["study", "data.yaml"]))
    (tmp_path / "study" / "other.py").write_text("")
    found.append(study_digest(tmp_path, ["study", "data.yaml"]))
    assert len(set(found)) == 4
    with pytest.raises(FileNotFoundError):
        study_digest(tmp_path, ["gone.yaml"])
