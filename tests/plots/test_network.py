from collections import Counter

import numpy as np
import pytest

from sim import CommissioningModel, compose
from sim.plots.network import CENTRE, ROUND, Someone, layout, network, people_of, readings, tied
from tests.plots.tools import find
from tests.worlds import only


def build():
    sites = only("{X: {population: 60000, practices: 6}, Y: {population: 30000, practices: 3}}")
    return CommissioningModel(compose(*sites, "timeline.weeks=30", "timeline.warm_up_weeks=2"), seed=5)


@pytest.fixture(scope="module")
def model():
    return build()


@pytest.fixture(scope="module")
def figure(model):
    return network(model, "X")


def test_everybody_is_drawn_once_where_the_layout_puts_them(model, figure):
    people = people_of(model, "X")
    places, _ = layout(people)
    assert set(people) == set(model.network("X").nodes)
    drawn = {line.get_label(): (line.get_xdata()[0], line.get_ydata()[0]) for line in figure.axes[0].lines}
    assert set(drawn) == set(people)
    for name, place in places.items():
        assert drawn[name] == pytest.approx(tuple(place))
    assert len({tuple(np.round(place, 9)) for place in places.values()}) == len(people)


def test_people_stand_with_their_practice_or_on_the_governing_body(model):
    people = people_of(model, "X")
    places, discs = layout(people)
    for name, someone in people.items():
        if someone.seated:
            assert np.hypot(*places[name]) == pytest.approx(CENTRE)
        elif someone.practice >= 0:
            centre, radius = discs[someone.practice]
            assert np.hypot(*(places[name] - centre)) < radius
            assert np.hypot(*centre) == pytest.approx(ROUND)
    table = model.world.people
    seats = Counter(someone.seated for someone in people.values())
    assert seats[True] == (table.present & table.on_governing_body & (table.ccg == 0)).sum()


def test_lines_are_the_ties_of_the_model(model, figure):
    graph, people = model.network("X"), people_of(model, "X")
    places, _ = layout(people)
    edges = [(a, b, d["tie"], d["weight"]) for a, b, d in graph.edges(data=True)]
    board = {name for name, someone in people.items() if someone.seated}
    for label, kind, at_board in (("heard", "informal", True), ("informal", "informal", False), ("pair", "pair", None)):
        wanted = [e for e in edges if e[2] == kind and at_board in (None, bool({e[0], e[1]} & board))]
        assert wanted
        (lines,) = find(figure, label)
        drawn = {frozenset(map(tuple, np.round(s, 9))) for s in lines.get_segments()}
        assert drawn == {frozenset(tuple(np.round(places[end], 9)) for end in e[:2]) for e in wanted}
        assert len(lines.get_alpha()) == len(wanted)
    strengths = sorted((e[3], k) for k, e in enumerate(e for e in edges if e[2] == "pair"))
    alphas = find(figure, "pair")[0].get_alpha()
    assert alphas[strengths[-1][1]] == max(alphas)


def test_layout_does_not_depend_on_the_order_of_people():
    people = {f"p{k}": Someone("none", k % 3, k in (4, 5)) for k in range(9)} | {"m": Someone("manager", -1, False)}
    once, _ = layout(people)
    again, _ = layout(dict(reversed(people.items())))
    assert set(once) == set(again) == set(people)
    for name in people:
        np.testing.assert_array_equal(once[name], again[name])


def test_the_same_model_looks_the_same(model, figure):
    for again in (network(model, "X"), network(build(), "X")):
        assert [t.get_text() for t in again.texts] == [t.get_text() for t in figure.texts]
        for kind in ("informal", "heard", "pair", "home"):
            (a,), (b,) = find(figure, kind), find(again, kind)
            np.testing.assert_array_equal(a.get_segments(), b.get_segments())


def test_dotted_lines_lead_from_the_governing_body_to_its_practices(model, figure):
    people = people_of(model, "X")
    seated = [someone for someone in people.values() if someone.seated and someone.practice >= 0]
    (home,) = find(figure, "home")
    assert len(home.get_segments()) == len(seated) > 0


def test_legends_and_alt_text_count_people_and_ties(model, figure):
    people, graph = people_of(model, "X"), model.network("X")
    roles = Counter(someone.role for someone in people.values())
    labels = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert f"GPs without a role ({roles['none']})" in labels
    assert any(f"({roles['manager']})" in label and "managers" in label for label in labels)
    said = readings(model, "X")
    kinds = Counter(data["tie"] for *_, data in graph.edges(data=True))
    assert said["informal"] == str(kinds["informal"])
    assert said["pairs"] == str(kinds["pair"])
    assert int(said["heard"]) == len(tied(graph, people)["heard"])
    assert said["practices"] == "6"
    gps = sum(roles[r] for r in ("none", "representative", "locality_lead", "governing_body", "chair"))
    assert f"Network of CCG X before the first week: 6 practices with {gps} GPs" in figure.get_label()
    assert f"{kinds['informal']} informal ties" in figure.get_label()


def test_the_date_is_told_once_a_week_has_run():
    model = build()
    model.step()
    assert "1 run, seed 5; after the week of 2 April 2012" in network(model, "Y").texts[1].get_text()


def test_an_unknown_ccg_is_refused(model):
    with pytest.raises(ValueError, match="ccg='Z' is unknown; allowed is X, Y"):
        network(model, "Z")
