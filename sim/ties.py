"""Typed ties: a multiplex network over people, with fast neighbour operations and networkx in and out.

Two shapes of tie: *cliques* (everybody in a group is tied to everybody else: colleagues in a practice, members of a
governing body), kept as a group number a person, and *edges* (informal acquaintance, GP-manager pairs), kept as
arrays with a strength in [0, 1] that processes may change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

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
        counts = values != 0  # most are 0 where it matters
        sums = np.zeros(size)
        for end, other in ((self.source, self.target), (self.target, self.source)):
            some = np.flatnonzero(counts[other])
            sums += np.bincount(end[some], self.strength[some] * values[other[some]], size)
        return sums

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


@dataclass(frozen=True)
class Mixing:
    """One step toward the mean of one's colleagues, ``v = keep v + rate (mean - v)``, as two sparse products.

    Colleagues are the others in all groups that one belongs to, ``mean_i = sum_g (S_g - v_i) / sum_g (n_g - 1)``; who
    has none keeps the own values. Sums run in row order: an inserted row that belongs to no group changes no bit.

    Args:
        own: what is left of one's own values, shape (n, 1).
        within: sums within groups, (groups, n).
        around: weight of the sum of each of one's groups, (n, groups).
    """

    own: Floats
    within: csc_array
    around: csr_array

    @classmethod
    def of(cls, layers: Sequence[tuple[Ints, int]], present: NDArray[np.bool_], rate: float, keep: float) -> Mixing:
        """Work out the step for a membership.

        Args:
            layers: group number of each person, shape (n,), negative in none; and number of groups.
            present: who counts, shape (n,).
            rate: share of the way, 0 to 1.
            keep: what is left of one's own value besides.
        """
        inside = [present & (group >= 0) for group, _ in layers]
        memberships = np.sum(inside, axis=0)
        ends = np.concatenate([[0], np.cumsum(memberships)])
        at, groups, free = np.empty(ends[-1], dtype=np.int32), 0, ends[:-1].copy()
        for (group, count), some in zip(layers, inside, strict=True):
            at[free[some]] = groups + group[some]
            free += some
            groups += count
        row = np.repeat(np.arange(present.size), memberships)
        others = np.bincount(row, np.bincount(at, minlength=groups)[at] - 1, present.size)
        weight = np.where(others > 0, rate / np.maximum(others, 1), 0.0)
        own = keep - rate * (others > 0) - weight * memberships
        within, around = csc_array((groups, present.size)), csr_array((present.size, groups))
        _fill(within, np.ones(at.size), at, ends)
        _fill(around, weight[row], at, ends)
        return cls(own[:, None], within, around)

    def step(self, values: Floats) -> None:
        """Move values of shape (n, k), in place."""
        moved = self.around @ (self.within @ values)
        np.multiply(values, self.own, out=values)
        values += moved


def group_sums(group: Ints, count: int, member: NDArray[np.bool_], dtype: str = "float64") -> csc_array:
    """Return the matrix whose product with values of shape (n, k) is their sums within groups, shape (count, k).

    It adds in row order, whatever else there is. Build it once where several products are wanted.

    Args:
        group: group number of each row, 0 to ``count`` - 1, shape (n,).
        count: number of groups.
        member: which rows count, shape (n,); the values of others must be finite.
        dtype: of the products; integer for integer values.
    """
    matrix = csc_array((count, group.size))
    _fill(matrix, member.astype(dtype), group, np.arange(group.size + 1))
    return matrix


def _fill(matrix: csc_array | csr_array, data: NDArray[Any], indices: Ints, ends: Ints) -> None:
    """Put entries into an empty matrix; scipy's constructor spends more on checks than a product takes."""
    matrix.data, matrix.indices, matrix.indptr = data, indices.astype(np.int32), ends.astype(np.int32)
