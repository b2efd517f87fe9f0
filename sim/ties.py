"""Typed ties: a multiplex network over people, with fast neighbour operations and networkx in and out.

Two shapes of tie: *cliques* (everybody in a group is tied to everybody else: colleagues in a practice, members of a
governing body), kept as a group number a person, and *edges* (informal acquaintance, GP-manager pairs), kept as
arrays with a strength in [0, 1] that processes may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass
class Edges:
    """Undirected ties of one type, each stored once.

    Args:
        source: row of one end, shape (m,).
        target: row of the other end, shape (m,).
        strength: in [0, 1], shape (m,).
    """

    source: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    target: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    strength: Floats = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return self.source.size

    def sum_over_neighbours(self, values: Floats) -> Floats:
        """Return, for each row, the strength-weighted sum of its neighbours' values, shape of ``values``."""
        size = values.size
        to_source = np.bincount(self.source, self.strength * values[self.target], size)
        return to_source + np.bincount(self.target, self.strength * values[self.source], size)

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
        if not len(self) or not leaver.size:
            return
        lookup = np.arange(max(self.source.max(), self.target.max(), leaver.max()) + 1)
        went = np.zeros(lookup.size, dtype=bool)
        went[leaver] = True
        lookup[leaver] = newcomer
        changed = np.flatnonzero(went[self.source] | went[self.target])
        self.strength[changed] = np.minimum(self.strength[changed], strength)
        self.source[changed] = lookup[self.source[changed]]
        self.target[changed] = lookup[self.target[changed]]


class Ties:
    """All the ties of a model, by type.

    Attributes:
        edges: edge types by name: ``informal`` (GP to GP) and ``pair`` (GP to manager).
    """

    def __init__(self) -> None:
        self.edges: dict[str, Edges] = {"informal": Edges(), "pair": Edges()}

    def to_networkx(self, rows: Ints, names: Mapping[int, str], cliques: Mapping[str, Ints]) -> nx.MultiGraph:
        """Return the ties among some people as a networkx multigraph; edge key and attribute ``type`` is the tie type.

        Args:
            rows: people to show.
            names: name of each row.
            cliques: by tie type, the group number of every person (negative: in no group).
        """
        graph = nx.MultiGraph()
        wanted = np.zeros(max((int(g.size) for g in cliques.values()), default=int(rows.max()) + 1), dtype=bool)
        wanted[rows] = True
        graph.add_nodes_from(names[int(r)] for r in rows)
        for kind, edges in self.edges.items():
            keep = wanted[edges.source] & wanted[edges.target]
            for a, b, s in zip(edges.source[keep], edges.target[keep], edges.strength[keep], strict=True):
                graph.add_edge(names[int(a)], names[int(b)], key=kind, type=kind, strength=float(s))
        for kind, group in cliques.items():
            for number in np.unique(group[rows][group[rows] >= 0]):
                members = [int(r) for r in rows if group[r] == number]
                for i, a in enumerate(members):
                    for b in members[i + 1 :]:
                        graph.add_edge(names[a], names[b], key=kind, type=kind, strength=1.0)
        return graph

    def from_networkx(self, graph: nx.MultiGraph, rows: Mapping[str, int], kind: str) -> None:
        """Replace the ties of one edge type by those of a networkx graph (clique types follow from membership).

        Args:
            graph: edges of type ``kind`` with an optional ``strength`` (default 1).
            rows: row of each node's name.
            kind: an edge type.

        Raises:
            KeyError: an unknown type, or a node that names nobody.
        """
        if kind not in self.edges:
            raise KeyError(f"tie type {kind!r} is not made of edges; allowed is {', '.join(self.edges)}")
        chosen = [(a, b, d) for a, b, d in graph.edges(data=True) if d.get("type", kind) == kind]
        unknown = [n for a, b, _ in chosen for n in (a, b) if n not in rows]
        if unknown:
            raise KeyError(f"node {unknown[0]!r} names nobody in the model")
        self.edges[kind] = Edges(
            np.array([rows[a] for a, _, _ in chosen], dtype=np.int64),
            np.array([rows[b] for _, b, _ in chosen], dtype=np.int64),
            np.array([float(d.get("strength", 1.0)) for _, _, d in chosen]),
        )


def clique_mean(
    values: Floats, groups: tuple[Ints, Ints], counts: tuple[int, int], present: NDArray[np.bool_]
) -> Floats:
    """Return each person's mean over colleagues in two layers of groups together, themselves left out.

    ``mean_i = sum_g (S_g - v_i) / sum_g (n_g - 1)`` over the groups g that i belongs to. People without colleagues
    get their own values. Sums run in row order, so that an inserted row that belongs to no group changes no bit.

    Args:
        values: shape (n, k).
        groups: group number of each person in each layer, shape (n,); negative: in none.
        counts: number of groups in each layer.
        present: who counts, shape (n,).
    """
    result = values.copy()
    rows, total, others = np.zeros(0, np.int64), values[:0], np.zeros(0, np.int64)
    for group, count in zip(groups, counts, strict=True):
        here = np.flatnonzero(present & (group >= 0))
        inside, mine = group.take(here), values.take(here, axis=0)
        around = (group_matrix(inside, count) @ mine).take(inside, axis=0)
        around -= mine
        beside = (np.bincount(inside, minlength=count) - 1).take(inside)
        if rows.size:  # rows are in rising order: find those who are in the first layer too
            at = np.minimum(np.searchsorted(rows, here), rows.size - 1)
            both = np.flatnonzero(rows[at] == here)
            around[both] += total[at[both]]
            beside[both] += others[at[both]]
        result[here] = around / np.maximum(beside, 1)[:, None]
        alone = here[beside <= 0]
        result[alone] = values[alone]
        rows, total, others = here, around, beside
    return result


def group_matrix(group: Ints, count: int) -> csc_array:
    """Return the matrix whose product with values of shape (n, k) is their sums within groups, shape (count, k).

    It adds in row order, whatever else there is. Build it once where several products are wanted.

    Args:
        group: group number of each row, 0 to ``count`` - 1, shape (n,).
        count: number of groups.
    """
    return csc_array((np.ones(group.size), group, np.arange(group.size + 1)), shape=(count, group.size))
