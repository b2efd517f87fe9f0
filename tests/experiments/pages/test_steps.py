"""What is out of date, why, and what `make pages` does about it; studies stand in for the long ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.pages import ROOT, documents, headlines, numbers, steps
from experiments.pages import __main__ as command
from experiments.pages.steps import STEPS, Step, keep_minutes, keep_stamp, stale, stamp_of, stamps, told

STUDY = """
import json, pathlib, sys
name, status = sys.argv[1:]
with open("log", "a") as log:
    log.write(name + "\\n")
if status == "0":
    path = pathlib.Path("docs/numbers.json")
    kept = json.loads(path.read_text())
    kept.setdefault("made_with", {})[name] = json.loads(pathlib.Path("today.json").read_text())[name]
    path.write_text(json.dumps(kept))
sys.exit(int(status))
"""


class Today:
    """What steps would be made with today, in a project of its own with a fit and two studies."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.stamps = {name: {"model": "m1", "study": "s1"} for name in ("fit_a", "of_a", "alone")}
        self.fails = ""
        self.monkeypatch = monkeypatch
        (folder / "docs").mkdir()
        (folder / "docs" / "numbers.json").write_text("{}")
        (folder / "study.py").write_text(STUDY)
        self.plan()

    def plan(self, **changed: str) -> None:
        for name, digest in changed.items():
            self.stamps[name] = {**self.stamps[name], "model": digest}
        (self.folder / "today.json").write_text(json.dumps(self.stamps))
        made = [self.step("fit_a", fits="a"), self.step("of_a", vectors=("a",)), self.step("alone")]
        self.monkeypatch.setattr(steps, "STEPS", tuple(made))
        self.monkeypatch.setattr(command, "STEPS", tuple(made))

    def step(self, name: str, vectors: tuple[str, ...] = (), fits: str = "") -> Step:
        class Known(Step):
            def stamp(self) -> dict[str, str]:
                return stamps_today[name]

        stamps_today = self.stamps
        return Known(name, ("study", name, "1" if name == self.fails else "0"), (), vectors=vectors, fits=fits)

    def ran(self) -> list[str]:
        log = self.folder / "log"
        names = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return names


@pytest.fixture
def today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Today:
    monkeypatch.setattr(numbers, "NUMBERS", tmp_path / "docs" / "numbers.json")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(documents, "main", lambda: 0)
    monkeypatch.setattr(documents, "current", lambda: [])
    return Today(tmp_path, monkeypatch)


def test_what_was_never_made_is_made_in_order_and_then_is_up_to_date(
    today: Today, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--check"]) == 1
    assert today.ran() == []
    assert "alone                     no stamp tells with what model and study it was made\n" in capsys.readouterr().out
    assert command.main([]) == 0
    assert today.ran() == ["fit_a", "of_a", "alone"]
    assert stale() == {}
    assert command.main(["--check"]) == 0
    assert command.main([]) == 0
    assert today.ran() == []


def test_only_what_differs_is_made_again_and_it_is_said_why(today: Today, capsys: pytest.CaptureFixture[str]) -> None:
    command.main([])
    today.ran()
    today.plan(alone="m2")
    assert stale() == {"alone": "the model gives other results (model m1, now m2)"}
    assert command.main([]) == 0
    assert today.ran() == ["alone"]
    out = capsys.readouterr().out
    assert "of_a                      up to date\n" in out
    assert "alone: 1 left, about 0 minutes" in out


def test_what_a_fit_gives_to_is_made_again_only_if_the_fit_gave_something_else(
    today: Today, monkeypatch: pytest.MonkeyPatch
) -> None:
    command.main([])
    today.ran()
    today.plan(fit_a="m2")
    assert list(stale()) == ["fit_a", "of_a"]
    assert stale()["of_a"] == "fitted anew before: a"
    assert command.main([]) == 0
    assert today.ran() == ["fit_a"]  # the vectors are what they were
    today.plan(fit_a="m3")
    monkeypatch.setattr(command, "forget", lambda: today.plan(of_a="other vectors"))
    assert command.main([]) == 0
    assert today.ran() == ["fit_a", "of_a"]


def test_a_step_that_fails_stops_the_others_and_what_was_made_stays(
    today: Today, capsys: pytest.CaptureFixture[str]
) -> None:
    today.fails = "of_a"
    today.plan()
    assert command.main([]) == 1
    assert today.ran() == ["fit_a", "of_a"]
    assert "of_a ended with exit code 1; the same command goes on from there" in capsys.readouterr().err
    today.fails = ""
    today.plan()
    assert command.main([]) == 0
    assert today.ran() == ["of_a", "alone"]


def test_what_is_given_is_checked_first(today: Today, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--chekc"]) == 2
    assert capsys.readouterr().err == "error: --chekc is not allowed; allowed is --check, or nothing\n"
    assert today.ran() == []


def test_a_marker_that_leads_nowhere_is_one_line(
    today: Today, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lost() -> list[str]:
        raise ValueError("docs/a.md: no single number is called 'x'; near: y")

    monkeypatch.setattr(documents, "current", lost)
    assert command.main(["--check"]) == 2
    assert capsys.readouterr().err == "error: docs/a.md: no single number is called 'x'; near: y\n"


def test_without_a_checkout_no_step_begins(
    today: Today, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "DOCS", today.folder / "gone")
    for begin in (command.main, headlines.main):
        assert begin([]) == 2
        assert "holds no docs/ to write pages to; allowed is" in capsys.readouterr().err
    assert today.ran() == []


def test_stamps_are_kept_with_the_time_and_told(today: Today) -> None:
    keep_stamp("alone", stamp_of("alone"))
    keep_minutes("alone", 2.345)
    assert stamps() == {"alone": {"model": "m1", "study": "s1", "minutes": 2.3}}
    assert told()["alone"] == "made with model m1, study s1"
    assert told()["of_a"] == "made with a model that was not noted"
    assert "alone" not in stale()


# The steps of this project


def test_steps_have_names_of_their_own_and_commands_that_exist() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)
    for step in STEPS:
        module = ROOT / step.command[0].replace(".", "/")
        assert module.with_suffix(".py").is_file() or (module / "__main__.py").is_file(), step.command


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_files_of_a_step_exist_and_fits_come_before_what_takes_their_vectors(step: Step) -> None:
    for name in step.files:
        assert (ROOT / name).exists(), name
    before = {earlier.fits for earlier in STEPS[: STEPS.index(step)]}
    assert set(step.vectors) <= before


def test_a_step_depends_on_the_scenarios_that_no_digest_looks_at() -> None:
    from experiments.pages.digests import RUNS

    (of_readme,) = (step for step in STEPS if step.name == "headlines")
    assert {f"configs/scenario/{name}.yaml" for name in set(headlines.SCENARIOS) - set(RUNS)} <= set(of_readme.files)
