"""Ties: sums over groups and neighbours, successors, networkx there and back."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from sim.core.ties import Edges, Ties

NOBODY = Ties("informal").edges["informal"]


def edges(*ends: tuple[int, int, float]) -> Edges:
    source, target, strength = zip(*ends, strict=True)
    return Edges(np.array(source), np.array(target), np.array(strength))


def test_sum_over_neighbours_by_hand() -> None:
    tied = edges((0, 1, 1.0), (0, 2, 0.5))
    assert tied.sum_over_neighbours(np.array([1.0, 10.0, 100.0, 7.0])).tolist() == [60.0, 1.0, 0.5, 0.0]
    assert NOBODY.sum_over_neighbours(np.ones(2)).tolist() == [0.0, 0.0]
    assert tied.neighbours(0).tolist() == [1, 2]
    assert tied.neighbours(2).tolist() == [0]
    assert tied.source.size == 2


def test_a_successor_takes_over_ties_at_a_low_strength() -> None:
    tied = edges((0, 1, 1.0), (2, 0, 0.1), (1, 2, 1.0))
    tied.replace(np.array([0]), np.array([5]), 0.2)
    assert tied.source.tolist() == [5, 2, 1]
    assert tied.target.tolist() == [1, 5, 2]
    assert tied.strength.tolist() == [0.2, 0.1, 1.0], "never stronger than before"
    tied.replace(np.array([], dtype=np.int64), np.array([], dtype=np.int64), 0.0)
    assert tied.strength.tolist() == [0.2, 0.1, 1.0]


def test_only_the_ties_of_whoever_went_are_handed_over() -> None:
    """Two at once, tied to each other; an open end, a row above all that went and one between them stay."""
    tied = edges((3, 1, 1.0), (-1, 3, 1.0), (2, 9, 1.0))
    tied.replace(np.array([1, 3]), np.array([5, 6]), 0.2)
    assert tied.source.tolist() == [6, -1, 2]
    assert tied.target.tolist() == [5, 6, 9]
    assert tied.strength.tolist() == [0.2, 0.2, 1.0]


@pytest.fixture
def ties() -> Ties:
    made = Ties()
    made.edges["informal"] = edges((0, 1, 1.0), (1, 3, 0.25))
    made.edges["pair"] = edges((0, 1, 0.5))
    return made


NAMES = {0: "A/0", 1: "A/1", 2: "A/2", 3: "B/0"}


def test_to_networkx_shows_every_type(ties: Ties) -> None:
    cliques = {"colleagues": np.array([0, 0, 0, -1])}
    graph = ties.to_networkx(np.arange(4), NAMES, cliques, {"ccg": list("AAAB")})
    assert dict(graph.nodes(data="ccg")) == {name: name[0] for name in NAMES.values()}
    assert graph["A/0"]["A/1"]["informal"]["weight"] == 1.0
    assert graph["A/0"]["A/1"]["pair"]["weight"] == 0.5
    assert graph["A/1"]["B/0"]["informal"]["weight"] == 0.25
    colleagues = [(a, b) for a, b, kind in graph.edges(data="tie") if kind == "colleagues"]
    assert {frozenset(e) for e in colleagues} == {
        frozenset(e) for e in (("A/0", "A/1"), ("A/0", "A/2"), ("A/1", "A/2"))
    }


def test_to_networkx_of_some_people_leaves_out_ties_to_others(ties: Ties) -> None:
    graph = ties.to_networkx(np.array([1, 3]), NAMES, {"colleagues": np.array([0, 0, 0, -1])}, {})
    assert sorted(graph) == ["A/1", "B/0"]
    assert list(graph.edges(keys=True)) == [("A/1", "B/0", "informal")]


def test_networkx_there_and_back(ties: Ties) -> None:
    graph = ties.to_networkx(np.arange(4), NAMES, {}, {})
    back, rows = Ties("informal", "pair"), {name: row for row, name in NAMES.items()}
    for kind in ("informal", "pair"):
        back.from_networkx(graph, rows, kind)
        was, now = ties.edges[kind], back.edges[kind]
        assert {(frozenset((a, b)), s) for a, b, s in zip(now.source, now.target, now.strength, strict=True)} == {
            (frozenset((a, b)), s) for a, b, s in zip(was.source, was.target, was.strength, strict=True)
        }


@pytest.mark.parametrize("form", ["gexf", "graphml", "gml", "json"])
def test_a_file_for_other_tools_holds_everybody_and_every_tie(ties: Ties, tmp_path: Path, form: str) -> None:
    """``weight`` is what layouts read; a name that a format keeps for itself, such as ``type``, would be lost in it."""
    about = {"role": ["chair", "none", "none", "manager"], "engagement": [0.5, 1.0, -1.5, 0.0], "seated": [True] * 4}
    graph, path = ties.to_networkx(np.arange(4), NAMES, {"colleagues": np.array([0, 0, 0, -1])}, about), tmp_path / "f"
    if form == "json":
        path.write_text(json.dumps(nx.node_link_data(graph, edges="edges")))
        back = nx.node_link_graph(json.loads(path.read_text()), edges="edges")
    else:
        getattr(nx, f"write_{form}")(graph, path)
        back = getattr(nx, f"read_{form}")(path)
    assert {n: (d["role"], d["engagement"]) for n, d in back.nodes(data=True)} == {
        name: (about["role"][row], about["engagement"][row]) for row, name in NAMES.items()
    }

    def edges_of(one: nx.MultiGraph) -> list[tuple[str, str, str, float]]:
        return sorted((*sorted((a, b)), d["tie"], d["weight"]) for a, b, d in one.edges(data=True))

    assert edges_of(back) == edges_of(graph)
    again = Ties("informal", "pair")
    again.from_networkx(back, {name: row for row, name in NAMES.items()}, "informal")
    assert sorted(again.edges["informal"].strength.tolist()) == [0.25, 1.0]
    if form == "gexf":
        lines = [line for line in path.read_text().splitlines() if "<edge " in line]
        assert len(lines) == graph.number_of_edges()
        assert all('weight="' in line and 'type="' not in line for line in lines), "what viewers take for direction"


def test_from_networkx_takes_any_graph_at_full_strength() -> None:
    ties = Ties("informal")
    ties.from_networkx(nx.MultiGraph([("A/0", "B/0")]), {"A/0": 0, "B/0": 3}, "informal")
    assert ties.edges["informal"].neighbours(3).tolist() == [0]
    assert ties.edges["informal"].strength.tolist() == [1.0]
    ties.from_networkx(nx.MultiGraph(), {}, "informal")
    assert ties.edges["informal"].source.size == 0


def test_from_networkx_says_what_it_cannot_take() -> None:
    graph = nx.MultiGraph([("A/0", "Z/9")])
    with pytest.raises(KeyError, match="'colleagues' is not made of edges; allowed is informal, pair"):
        Ties("informal", "pair").from_networkx(graph, {}, "colleagues")
    with pytest.raises(KeyError, match="'Z/9' names nobody"):
        Ties("informal", "pair").from_networkx(graph, {"A/0": 0}, "informal")
    for weight in (5, -0.1, float("nan"), "much", None):
        graph = nx.MultiGraph()
        graph.add_edge("A/0", "B/0", weight=weight)
        with pytest.raises(ValueError, match=f"weight={weight!r}; allowed is 0 to 1"):
            Ties("informal", "pair").from_networkx(graph, {"A/0": 0, "B/0": 1}, "informal")
