import math
from dataclasses import replace

import pytest

from sim.evidence import facts
from sim.plots.answers import QUESTIONS, answers, observed, readings
from sim.survey.items import ITEMS
from tests.plots.tools import central, find, of_run

WAVES = ("2013-02-15", "2014-01-31")
FIRST, SECOND = 0, 1


@pytest.fixture(scope="module")
def figure(everything):
    return answers(everything)


def by_run(results, question, wave, column):
    keys = {"instrument": "panel", "group_by": "all", "item": question.item, "answer": question.answer, "wave": wave}
    return [float(of_run(results.survey, run, **keys)[column].iloc[0]) for run in range(len(results.seeds))]


def test_every_item_of_the_questionnaire_is_shown(figure):
    assert {question.item for question in QUESTIONS} == set(ITEMS)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert set(labels) == {q.text for q in QUESTIONS} | {"Asked of those with a role:"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q.item} {q.answer}")
@pytest.mark.parametrize("panel", [FIRST, SECOND])
def test_respondents_and_everyone_are_medians_and_intervals_over_runs(everything, figure, question, panel):
    low, median, high = central(by_run(everything, question, WAVES[panel], "share"))
    (box,) = find(figure, f"box {question.text}", panel)
    (line,) = find(figure, f"respondents {question.text}", panel)
    assert (box.get_x(), box.get_x() + box.get_width()) == pytest.approx((low, high))
    assert list(line.get_xdata()) == pytest.approx([median, median])
    low, median, high = central(by_run(everything, question, WAVES[panel], "share_of_everyone"))
    (dot,) = find(figure, f"everyone {question.text}", panel)
    (whisker,) = find(figure, f"whisker {question.text}", panel)
    assert dot.get_xdata()[0] == pytest.approx(median)
    assert list(whisker.get_xdata()) == pytest.approx([low, high])
    assert box.get_y() < dot.get_ydata()[0]  # respondents in the upper lane: the axis runs downwards
    assert figure.axes[panel].yaxis_inverted()


def test_observed_shares_are_the_facts(figure):
    for panel, year, any_engaged, highly in ((FIRST, "2013", 0.73, 0.19), (SECOND, "2014", 0.71, 0.12)):
        for share, question in ((any_engaged, QUESTIONS[0]), (highly, QUESTIONS[1])):
            (mark,) = find(figure, f"observed {question.text}", panel)
            assert mark.get_xdata()[0] == share == facts()[question.fact].value[year] / 100
    shown = {q.item: find(figure, f"observed {q.text}", SECOND) for q in QUESTIONS[2:]}
    at = {item: marks[0].get_xdata()[0] for item, marks in shown.items() if marks}
    assert at == {
        "informed": 0.54, "decisions_reflect_views": 0.46, "can_influence": 0.40, "time": 0.40, "training": 0.35,
        "support": 0.46,
    }  # fmt: skip
    assert not [q for q in QUESTIONS[2:] if find(figure, f"observed {q.text}", FIRST)]


def test_an_upper_bound_is_an_arrow(figure):
    markers = {q.item: m[0].get_marker() for q in QUESTIONS if (m := find(figure, f"observed {q.text}", SECOND))}
    assert [item for item, marker in markers.items() if marker == "<"] == ["time"]


def test_wilson_intervals_stand_where_it_is_known_how_many_answered(figure):
    known = {q.item for q in QUESTIONS if find(figure, f"wilson {q.text}", SECOND)}
    assert known == {"engagement", "informed", "decisions_reflect_views", "can_influence"}
    (line,) = find(figure, f"wilson {QUESTIONS[2].text}", SECOND)
    n, share, z = 279, 0.54, 1.959964
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    assert list(line.get_xdata()) == pytest.approx([middle - half, middle + half], abs=1e-6)


def test_nothing_was_reported_of_ownership():
    (owned,) = (q for q in QUESTIONS if q.item == "owned_by_members")
    assert observed(owned, WAVES[SECOND]) is None


def test_alt_text_and_readings_count_what_is_missed(everything, figure):
    compared, missed = 0, []
    for question in QUESTIONS:
        for wave in WAVES:
            seen = observed(question, wave)
            if seen and not seen.below:
                low, _, high = central(by_run(everything, question, wave, "share"))
                compared += 1
                missed += [question] if not low <= seen.share <= high else []
    said = readings(everything)
    assert (said["compared"], said["missed"]) == (str(compared), str(len(missed)))
    assert f"{len(missed)} of {compared} observed shares" in figure.get_label()
    low, median, high = (f"{100 * v:.0f}" for v in central(by_run(everything, QUESTIONS[0], WAVES[1], "share")))
    assert f"In 2014 {median} [{low}, {high}]% of respondents" in figure.get_label()


def test_one_run_has_dots_without_intervals(alone):
    figure = answers(alone)
    assert not find(figure, f"box {QUESTIONS[2].text}")
    assert len(find(figure, f"respondents {QUESTIONS[2].text}")) == 2
    assert "(one run)" in figure.get_label()


def test_a_run_without_a_wave_is_refused(everything):
    short = replace(everything, survey=everything.survey.iloc[:0])
    with pytest.raises(ValueError, match="hold no wave of the survey; the waves are 2013-02-15 and 2014-01-31"):
        answers(short)
