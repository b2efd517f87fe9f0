"""A mechanism that ships off is turned on by a file of its own, and several at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.run import config
from sim.run.config import ConfigError, compose


@pytest.fixture
def two_mechanisms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configurations of which two files stand for mechanisms that are turned on."""
    shutil.copytree(config.CONFIGS, tmp_path / "configs")
    folder = tmp_path / "configs" / "with"
    folder.mkdir(exist_ok=True)
    (folder / "one.yaml").write_text("# @package _global_\nhope:\n  beta: 0.5\n")
    (folder / "another.yaml").write_text("# @package _global_\nstrain:\n  beta: 0.25\n")
    monkeypatch.setattr(config, "CONFIGS", tmp_path / "configs")


@pytest.mark.parametrize("given", ["with=[one,another]", "+with=[one,another]"])
def test_several_are_turned_on_together(given: str, two_mechanisms: None) -> None:
    usual, changed = compose(), compose(given)
    assert (changed.hope.beta, changed.strain.beta) == (0.5, 0.25)
    assert usual.hope.beta != 0.5
    assert usual.strain.beta != 0.25


def test_one_is_turned_on_and_what_the_user_sets_wins(two_mechanisms: None) -> None:
    assert compose("with=one").hope.beta == 0.5
    assert compose("with=one").strain.beta == compose().strain.beta
    assert compose("with=one", "hope.beta=0.75").hope.beta == 0.75


def test_a_scenario_wins_too(two_mechanisms: None) -> None:
    assert compose("with=another", "scenario=only_hope").strain.beta == compose("scenario=only_hope").strain.beta == 0


def test_a_mechanism_that_has_no_file_is_one_line(two_mechanisms: None) -> None:
    with pytest.raises(ConfigError, match=r"^with=third does not exist; allowed: another, one$"):
        compose("with=third")
