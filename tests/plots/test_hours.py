import numpy as np
import pytest

from sim.plots.hours import KINDS, ROLES, WORK, hours, readings
from tests.plots.tools import find, of_run

WORKS = {name: works for name, (_, works) in WORK.items()} | {"booked": ("booked",)}


@pytest.fixture(scope="module")
def figure(everything):
    return hours(everything)


def by_hand(results, role, kind, works):
    """Hours a week of one person in the weeks whose Monday lies in 2013/14: one a run."""
    values = []
    for run in range(len(results.seeds)):
        rows = of_run(results.hours, run, role=role)
        rows = rows[(rows["week"] >= 52) & (rows["week"] <= 104)]
        people = rows.loc[rows["work"] == "booked", "n"].sum()
        values.append(rows.loc[rows["work"].isin(works), kind].sum() / people)
    return np.array(values)


@pytest.mark.parametrize("role", ["chair", "none"])
@pytest.mark.parametrize("kind", KINDS)
def test_bars_are_means_and_stand_side_by_side(everything, figure, role, kind):
    ends = {}
    for panel, names in ((0, ["booked"]), (1, list(WORK))):
        start = 0.0
        for name in names:
            (bar,) = (b for b in bars(figure, panel) if b[0] == f"{name} {kind} {role}")
            assert bar[1:] == pytest.approx((start, by_hand(everything, role, kind, WORKS[name]).mean()))
            start += bar[2]
        ends[panel] = start
    (number,) = find(figure, f"number {kind} {role}", panel=1)
    assert number.get_text() == f"{ends[1]:.1f}"


def bars(figure, panel):
    """Label, start and length of every bar of a panel."""
    for container in figure.axes[panel].containers:
        (patch,) = container.patches
        yield container.get_label(), patch.get_x(), patch.get_width()


def test_kinds_of_work_are_complete():
    from sim.state.codes import Work

    shown = [work for works in WORKS.values() for work in works]
    assert sorted(shown) == sorted(work.name.lower() for work in Work)


def test_whiskers_are_the_central_interval_of_a_whole_bar(everything, figure):
    works = tuple(w for name in WORK for w in WORKS[name])
    (whisker,) = find(figure, "whisker paid chair", panel=1)
    expected = np.quantile(by_hand(everything, "chair", "paid", works), [0.025, 0.975])
    assert list(whisker.get_xdata()) == pytest.approx(list(expected))


def test_rows_are_the_roles_there_are(everything, figure):
    here = [role for role in ROLES if role in set(everything.hours["role"])]
    assert "executive" not in here
    labels = {c.get_label() for c in figure.axes[1].containers}
    assert {label.split()[-1] for label in labels} == set(here)
    assert figure.axes[1].get_xlabel() == "hours a week"
    assert "scales differ" in figure.texts[1].get_text()


def test_alt_text_tells_means_of_the_chairs(everything, figure):
    works = tuple(w for name in WORK for w in WORKS[name])
    values = by_hand(everything, "chair", "unpaid", works)
    low, high = np.quantile(values, [0.025, 0.975])
    assert f"{values.mean():.1f} [{low:.1f}, {high:.1f}] unpaid" in figure.get_label()
    assert "in 2013/14" in figure.get_label()
    assert readings(everything)["chair_unpaid"] == f"{values.mean():.1f} [{low:.1f}, {high:.1f}]"


def test_another_year(everything):
    figure = hours(everything, year=2012)
    rows = everything.hours[(everything.hours["week"] < 52) & (everything.hours["role"] == "none")]
    people = rows.loc[rows["work"] == "booked", "n"].sum() / 3
    (bar,) = (b for b in bars(figure, 0) if b[0] == "booked paid none")
    assert bar[2] == pytest.approx(rows.loc[rows["work"] == "booked", "paid"].sum() / 3 / people, rel=0.1)
    assert "2012/13" in figure.texts[0].get_text()
    of_year = everything.series[(everything.series["week"] < 52) & (everything.series["role"] == "none")]
    number = of_year.groupby(["run", "week"])["n"].sum().mean()
    assert f"GPs without a role\n({number:,.0f})" in [text.get_text() for text in figure.texts]


def test_a_year_outside_the_run_is_refused(everything):
    with pytest.raises(ValueError, match="hold no week of 2019/20; choose another year"):
        hours(everything, year=2019)


def test_one_run_has_no_whiskers(alone):
    figure = hours(alone)
    assert not [line for ax in figure.axes for line in ax.lines if str(line.get_label()).startswith("whisker")]
    assert "one run" in figure.get_label()
