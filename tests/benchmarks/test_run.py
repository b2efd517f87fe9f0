"""What the benchmark measures, prints and shows belongs together; the worlds measured here are tiny."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks import measure, parts, run
from sim.run.model import CommissioningModel
from tests.worlds import config

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Everything that a benchmark measures, of two GPs and within this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "world_of", lambda ccgs: CommissioningModel(config(weeks=80), seed=1))
        patch.setattr(parts, "compose", lambda: config(weeks=3))
        patch.setattr(run, "in_a_process_of_its_own", lambda part: getattr(parts, part[0])(*part[1:]))
        patch.setattr(run, "STARTS", {name: ["-c", "pass"] for name in run.STARTS})
        patch.setattr(run, "STARTED", 1)
        return run.measure()


def test_everything_printed_and_shown_is_measured(found: dict[str, Any]) -> None:
    cells = run.shown(found)
    lines = run.table(cells).splitlines()
    assert len(lines) == 1 + len(run.ROWS)
    assert "{" not in "".join(lines)
    assert max(map(len, lines)) <= 120
    named = set(re.findall(r"<!--n benchmarks\.(\w+)-->", PAGE.read_text(encoding="utf-8")))
    assert named <= set(cells) | set(run.about())
    assert all(value > 0 for value in found.values())


def test_what_is_measured_is_what_is_said(found: dict[str, Any]) -> None:
    model = CommissioningModel(config(weeks=80), seed=1)
    assert found["plain_people"] == found["ccgs_211_people"] == model.world.people.present.sum()
    assert found["national_agents"] == len(model.agents)
    assert found["weeks"] == 3
    assert found["ccgs_6_us"] == pytest.approx(1e3 * found["ccgs_6_ms"] / found["ccgs_6_people"])
    assert found["ccgs_6_us_ratio"] == found["ccgs_6_us"] / found["ccgs_211_us"]
    for name in ("plain", "national"):
        assert found[f"{name}_low"] <= found[f"{name}_ratio"] <= found[f"{name}_high"]
    assert found["plain_low"] <= found["plain_ms"] / found["arrays_ms"] <= found["plain_high"]


@pytest.mark.parametrize(
    ("value", "text"), [(53654, "53,654"), (1370.4, "1,370"), (70.2, "70"), (9.999, "10"), (1.026, "1.03"), (1, "1")]
)
def test_numbers_as_shown(value: float, text: str) -> None:
    assert run.shown({"x": value}) == {"x": text}


def test_two_things_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first round is warm-up; the ratio is the median of ratios, not the ratio of medians."""
    taken = iter([99.0, 1.0, 1.0, 6.0, 2.0, 4.0, 4.0, 3.0])
    monkeypatch.setattr(measure, "seconds", lambda action: next(taken))
    assert measure.in_turn(print, print, 3) == measure.Pair(first=2.0, second=4.0, ratio=0.5, low=1 / 6, high=4 / 3)


def test_processor_time_is_that_of_the_action() -> None:
    few, many = (measure.seconds(lambda n=n: sum(range(n))) for n in (1_000, 3_000_000))
    assert 0 <= few < many
    assert measure.fresh_seconds({"idle": ["-c", "import time; time.sleep(0.2)"]}, 1)["idle"] < 0.2


def test_memory_of_a_process_of_its_own() -> None:
    mine = bytearray(600_000_000)
    there = measure.in_a_process_of_its_own(("only_imported",))["import_mb"]
    assert 30 < there < 600 <= len(mine) / 1e6 <= measure.peak_megabytes()
