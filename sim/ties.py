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


def mix_with_colleagues(
    values: Floats, groups: tuple[Ints, Ints], counts: tuple[int, int], present: NDArray[np.bool_], rate: float,
    keep: float = 1.0,
) -> None:  # fmt: skip
    """Move everybody's values toward the mean of their colleagues, in place: ``v = keep v + rate (mean - v)``.

    Colleagues are the others in two layers of groups together, ``mean_i = sum_g (S_g - v_i) / sum_g (n_g - 1)`` over
    the groups g that i belongs to; who has none keeps the own values. The first layer may hold nearly everybody, the
    second few. Sums run in row order, so that an inserted row that belongs to no group changes no bit.

    Args:
        values: shape (n, k).
        groups: group number of each person in each layer, shape (n,); negative: in none.
        counts: number of groups in each layer.
        present: who counts, shape (n,).
        rate: share of the way, 0 to 1.
        keep: what is left of one's own value besides.
    """
    (wide, narrow), (wide_count, narrow_count) = groups, counts
    few = np.flatnonzero(present & (narrow >= 0))
    inside, own = narrow[few], values[few]
    narrow_sums = group_matrix(inside, narrow_count) @ own
    narrow_others = (np.bincount(inside, minlength=narrow_count) - 1)[inside]

    member = present & (wide >= 0)
    at = np.where(member, wide, wide_count)
    sizes = np.bincount(at, minlength=wide_count + 1)
    sizes[wide_count] = 1
    sums = np.zeros((wide_count + 1, values.shape[1]))
    sums[:-1] = group_matrix(wide, wide_count, member) @ values
    others = (sizes - 1)[at[few]] + narrow_others
    around = np.where(member[few, None], sums[at[few]] - own, 0.0) + narrow_sums[inside] - own
    pull = np.where(others[:, None] > 0, around / np.maximum(others, 1)[:, None] - own, 0.0)

    weight = np.where(sizes > 1, rate / np.maximum(sizes - 1, 1), 0.0)
    sums *= weight[:, None]
    values *= (keep - weight - rate * (sizes > 1))[at][:, None]
    values += sums.take(at, axis=0)
    values[few] = keep * own + rate * pull


def group_matrix(group: Ints, count: int, member: NDArray[np.bool_] | None = None, dtype: str = "float64") -> csc_array:
    """Return the matrix whose product with values of shape (n, k) is their sums within groups, shape (count, k).

    It adds in row order, whatever else there is. Build it once where several products are wanted.

    Args:
        group: group number of each row, 0 to ``count`` - 1, shape (n,).
        count: number of groups.
        member: which rows count, shape (n,); all if not given.
        dtype: of the products; integer for integer values.
    """
    if member is None:
        inside, ends = group, np.arange(group.size + 1)
    else:
        inside, ends = group[member], np.concatenate([[0], np.cumsum(member)])
    return csc_array((np.ones(inside.size, dtype), inside, ends), shape=(count, group.size))
