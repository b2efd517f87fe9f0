"""Typed ties: a multiplex network over people, with fast neighbour operations and networkx in and out.

Two shapes of tie: *cliques* (everybody in a group is tied to everybody else: colleagues in a practice, members of a
governing body), kept as a group number a person, and *edges* (informal acquaintance, GP-manager pairs), kept as
arrays with a strength in [0, 1] that processes may change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.core.compiled import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Edges(NamedTuple):
    """Undirected ties of one type, each stored once; compiled loops take them as they are.

    Attributes:
        source: row of one end, shape (m,).
        target: row of the other end, shape (m,).
        strength: in [0, 1], shape (m,).
    """

    source: Ints
    target: Ints
    strength: Floats

    def sum_over_neighbours(self, values: Floats) -> Floats:
        """Return, for each row, the strength-weighted sum of its neighbours' values, shape of ``values``."""
        return _neighbour_sums(self.source, self.target, self.strength, values)

    def neighbours(self, row: int) -> Ints:
        """Return the rows tied to ``row``, in rising order."""
        return np.sort(np.r_[self.target[self.source == row], self.source[self.target == row]])

    def replace(self, leaver: Ints, newcomer: Ints, strength: float) -> None:
        """Hand the ties of leavers to those who take their place, at a new strength.

        Args:
            leaver: rows of those who went, shape (k,).
            newcomer: rows of those who came, shape (k,).
            strength: strength of a tie that a newcomer takes over.
        """
        if not leaver.size:
            return
        successor = np.full(leaver.max() + 1, -1)
        successor[leaver] = newcomer
        for end in (self.source, self.target):
            _hand_over(end, self.strength, successor, strength)


@compiled
def _hand_over(end: Ints, strength: Floats, successor: Ints, most: float) -> None:
    # ends may be open (-1), and people who came later than all who went lie beyond the successors
    for e in range(end.size):
        if 0 <= end[e] < successor.size and successor[end[e]] >= 0:
            end[e] = successor[end[e]]
            strength[e] = min(strength[e], most)


@compiled
def _neighbour_sums(source: Ints, target: Ints, strength: Floats, values: Floats) -> Floats:
    sums = np.zeros(values.size)
    for e in range(source.size):
        a, b = source[e], target[e]
        sums[a] += strength[e] * values[b]
        sums[b] += strength[e] * values[a]
    return sums


class Ties:
    """All the ties of a model, by type.

    Args:
        types: of edges; there are none of each at first.

    Attributes:
        edges: by type.
    """

    def __init__(self, *types: str) -> None:
        nothing = Edges(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        self.edges: dict[str, Edges] = dict.fromkeys(types, nothing)

    def to_networkx(
        self, rows: Ints, names: Mapping[int, str], cliques: Mapping[str, Ints], about: Mapping[str, Sequence[Any]]
    ) -> nx.MultiGraph:
        """Return the ties among some people as a networkx multigraph.

        Each edge has the type of tie as key and attribute ``tie``, and its strength as ``weight``: names that layouts
        use and exporters do not keep for themselves.

        Args:
            rows: people to show.
            names: name of each row.
            cliques: by tie type, the group number of every person (negative: in no group).
            about: by attribute, what is told of every person: plain values, as exporters take no others.
        """
        graph = nx.MultiGraph()
        wanted = np.zeros(max((int(g.size) for g in cliques.values()), default=int(rows.max()) + 1), dtype=bool)
        wanted[rows] = True
        graph.add_nodes_from((names[int(r)], {told: of[r] for told, of in about.items()}) for r in rows)
        for kind, edges in self.edges.items():
            keep = (edges.source >= 0) & (edges.target >= 0) & wanted[edges.source] & wanted[edges.target]
            for a, b, s in zip(edges.source[keep], edges.target[keep], edges.strength[keep], strict=True):
                graph.add_edge(names[int(a)], names[int(b)], key=kind, tie=kind, weight=float(s))
        for kind, group in cliques.items():
            for number in np.unique(group[rows][group[rows] >= 0]):
                members = [int(r) for r in rows if group[r] == number]
                for i, a in enumerate(members):
                    for b in members[i + 1 :]:
                        graph.add_edge(names[a], names[b], key=kind, tie=kind, weight=1.0)
        return graph

    def from_networkx(self, graph: nx.MultiGraph, rows: Mapping[str, int], kind: str) -> None:
        """Replace the ties of one edge type by those of a networkx graph (clique types follow from membership).

        Args:
            graph: edges of type ``kind`` with an optional ``weight``, their strength (default 1).
            rows: row of each node's name.
            kind: an edge type; of pairs a running model needs one for each leader's seat, in their order.

        Raises:
            KeyError: an unknown type, or a node that names nobody.
            ValueError: a weight that is no strength.
        """
        if kind not in self.edges:
            raise KeyError(f"tie type {kind!r} is not made of edges; allowed is {', '.join(self.edges)}")
        chosen = [(a, b, d) for a, b, d in graph.edges(data=True) if d.get("tie", kind) == kind]
        unknown = [n for a, b, _ in chosen for n in (a, b) if n not in rows]
        if unknown:
            raise KeyError(f"node {unknown[0]!r} names nobody in the model")
        weights = [d.get("weight", 1.0) for _, _, d in chosen]
        for (a, b, _), weight in zip(chosen, weights, strict=True):
            if not (isinstance(weight, Real) and 0 <= float(weight) <= 1):
                raise ValueError(f"the tie of {a!r} and {b!r} has weight={weight!r}; allowed is 0 to 1")
        self.edges[kind] = Edges(
            np.array([rows[a] for a, _, _ in chosen], dtype=np.int64),
            np.array([rows[b] for _, b, _ in chosen], dtype=np.int64),
            np.array(weights, dtype=np.float64),
        )
