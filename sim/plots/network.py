"""The network of one CCG: practices around, the governing body in the middle, and who knows whom."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch
from numpy.typing import NDArray

from sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    LINE_HEIGHT,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    describe,
    heading,
    legend,
    look,
    place_axes,
    write,
)
from sim.run.record import group_of
from sim.run.vocabulary import GPS, ROLE_NAMES, ROLES

if TYPE_CHECKING:
    import networkx as nx

    from sim.run.model import CommissioningModel

Point = NDArray[np.float64]

MARKS: Mapping[str, tuple[str, str, float]] = {
    "none": ("o", "#8c8c8c", 5),
    "representative": ("s", BLUE, 6),
    "locality_lead": ("^", GREEN, 8),
    "governing_body": ("D", VERMILLION, 7),
    "chair": ("*", BLACK, 13),
    "practice_manager": ("o", SKY, 5.5),
    "manager": ("p", PURPLE, 7),
    "executive": ("h", ORANGE, 8.5),
    "lay_member": ("P", QUIET, 7.5),
    "nurse": ("X", QUIET, 7.5),
    "consultant": ("v", QUIET, 7),
    "observer": ("d", QUIET, 6),
}
"""Marker, colour and size of each role."""
HEARD, INFORMAL, PAIR, DISC = BLUE, "#9a9a9a", PURPLE, "#ececec"
LINES = {"informal": (INFORMAL, 0.6, 0.35, 1), "heard": (HEARD, 1.0, 0.8, 2), "pair": (PAIR, 2.4, 1.0, 3)}
"""Colour, width, opacity of the strongest and order of each kind of line."""
CENTRE, OFFICE, ROUND = 0.24, 0.5, 0.98
"""Radius of the rings: governing body, managers, practices."""
WIDTH, TOP, SIZE = 10.0, 0.85, 6.9


@dataclass(frozen=True)
class Someone:
    """A person of the network.

    Attributes:
        role: as in ``series``.
        practice: row of the practice; -1 if none.
        seated: whether on the governing body.
    """

    role: str
    practice: int
    seated: bool


def network(model: CommissioningModel, ccg: str) -> Figure:
    """Draw the ties among the people of one CCG as they are now.

    Practices lie on a circle, their people around them on a grey disc (everybody on it is tied to everybody else).
    In the middle sits the governing body, another such disc; a dotted line leads from each of its GPs to the
    practice. Managers stand between. The layout depends on the people alone, so that the same model looks the same.

    Args:
        model: at any week.
        ccg: name of the CCG.

    Raises:
        ValueError: no CCG of that name.
    """
    names = [site.name for site in model.world.sites]
    if ccg not in names:
        raise ValueError(f"ccg={ccg!r} is unknown; allowed is {', '.join(names)}")
    graph, people = model.network(ccg), people_of(model, ccg)
    places, discs = layout(people)
    week = model.world.week
    last = model.date - dt.timedelta(weeks=1)
    when = f"after the week of {last.day} {last:%B %Y}" if week else "before the first week"
    ties = {kind: len(lines) for kind, lines in tied(graph, people).items()}
    with look():
        fig = Figure((WIDTH, TOP + SIZE + 0.15))
        config = model.config
        runs = f"{config.scenario.name}, {config.place.name}: 1 run, seed {model.seed}"
        heading(fig, f"The network of CCG {ccg}", f"{runs}; {when}")
        ax = place_axes(fig, 0.05, TOP, SIZE, SIZE, xlim=(-1.17, 1.17), ylim=(-1.17, 1.17))
        ax.axis("off")
        for centre, radius in discs.values():
            ax.add_patch(Circle(tuple(centre), radius, fc=DISC, ec="none", zorder=0))
        _ties(ax, graph, people, places, discs)
        for name, someone in people.items():
            marker, colour, size = MARKS[someone.role]
            size *= 1.0 if someone.practice < 0 or someone.seated else min(1.0, 8 * discs[someone.practice][1])
            ax.plot(*places[name], marker, color=colour, ms=size, mec="white", mew=0.6, zorder=4, label=name)
        _legends(fig, people, ties, len(discs) - 1)
        describe(fig, _alt(ccg, when, readings(model, ccg)))
    return fig


def people_of(model: CommissioningModel, ccg: str) -> dict[str, Someone]:
    """Return the people of a CCG by name, as :meth:`CommissioningModel.network` names them."""
    world, people = model.world, model.world.people
    number = [site.name for site in world.sites].index(ccg)
    group = group_of(world)
    return {
        world.path_of("people", row): Someone(
            ROLES[group[row]], int(people.practice[row]), bool(people.on_governing_body[row])
        )
        for row in np.flatnonzero(people.present & (people.ccg == number)).tolist()
    }


def tied(graph: nx.MultiGraph, people: Mapping[str, Someone]) -> dict[str, list[tuple[str, str, float]]]:
    """Return the ties drawn as lines, by kind: both ends and strength.

    ``heard`` are informal ties to a GP of the governing body, through which a matter may be heard outside the queue.
    """
    lines: dict[str, list[tuple[str, str, float]]] = {kind: [] for kind in LINES}
    for a, b, data in graph.edges(data=True):
        if data["tie"] in lines:
            heard = data["tie"] == "informal" and (people[a].seated or people[b].seated)
            lines["heard" if heard else data["tie"]].append((a, b, data["weight"]))
    return lines


def layout(people: Mapping[str, Someone]) -> tuple[dict[str, Point], dict[int, tuple[Point, float]]]:
    """Return where everybody is, and centre and radius of each disc by practice; -1 is the governing body.

    Args:
        people: by name; their order does not matter.
    """
    names = sorted(people)
    practices = sorted({p.practice for p in people.values() if p.practice >= 0})
    radius = min(0.14, 0.85 * np.pi * ROUND / max(len(practices), 1))
    centres = dict(zip(practices, ROUND * _circle(len(practices)), strict=True))
    discs: dict[int, tuple[Point, float]] = {-1: (np.zeros(2), CENTRE + 0.06)}
    discs |= {practice: (centre, radius) for practice, centre in centres.items()}
    board = [n for n in names if people[n].seated]
    board.sort(key=lambda n: (-people[n].practice, n))  # GPs together, ordered as their practices
    office = [n for n in names if not people[n].seated and people[n].practice < 0]
    places = dict(zip(board, CENTRE * _circle(len(board)), strict=True))
    places |= dict(zip(office, OFFICE * _circle(len(office)), strict=True))
    for practice, centre in centres.items():
        here = [n for n in names if not people[n].seated and people[n].practice == practice]
        places |= dict(zip(here, centre + 0.72 * radius * _circle(len(here)), strict=True))
    return places, discs


def _circle(count: int) -> NDArray[np.float64]:
    """Return so many points on the unit circle from the top clockwise; a single one is in the middle."""
    angle = 2 * np.pi * np.arange(count) / max(count, 1)
    return np.stack([np.sin(angle), np.cos(angle)], axis=1) * (count > 1)


def _ties(
    ax: Axes,
    graph: nx.MultiGraph,
    people: Mapping[str, Someone],
    places: Mapping[str, Point],
    discs: Mapping[int, tuple[Point, float]],
) -> None:
    for kind, lines in tied(graph, people).items():
        colour, width, opacity, order = LINES[kind]
        drawn = LineCollection([[places[a], places[b]] for a, b, _ in lines], colors=colour, linewidths=width)
        drawn.set(alpha=[opacity * max(strength, 0.1) for *_, strength in lines], zorder=order, label=kind)
        ax.add_collection(drawn)
    home = [[places[n], discs[p.practice][0]] for n, p in people.items() if p.seated and p.practice >= 0]
    ax.add_collection(LineCollection(home, colors=QUIET, linewidths=1.1, linestyles=":", zorder=2, label="home"))


def _legends(fig: Figure, people: Mapping[str, Someone], ties: Mapping[str, int], practices: int) -> None:
    left, top = TOP + SIZE - 0.55, TOP + 0.35
    roles = Counter(p.role for p in people.values())
    marks: list[Artist] = [
        Line2D([], [], ls="", marker=marker, color=colour, ms=size, label=f"{ROLE_NAMES[role]} ({roles[role]})")
        for role, (marker, colour, size) in MARKS.items()
        if roles[role]
    ]
    kinds: list[Artist] = [
        Line2D([], [], color=INFORMAL, lw=0.8, label=f"GPs who know each other ({ties['informal']})"),
        Line2D([], [], color=HEARD, lw=1, label=f"GP who knows one of the\ngoverning body ({ties['heard']})"),
        Line2D([], [], color=PAIR, lw=2.4, label=f"GP and manager who work\nas a pair ({ties['pair']})"),
        Patch(
            fc=DISC,
            label=f"all on a disc know each other:\na practice ({practices}), in the middle\nthe governing body",
        ),
        Line2D([], [], color=QUIET, ls=":", lw=1.1, label="a GP's own practice"),
    ]
    for title, handles in (("People", marks), ("Ties", kinds)):
        write(fig, left, top, title, fontweight="bold")
        legend(fig, left, top + 0.25, handles)
        top += 0.55 + LINE_HEIGHT * sum(1 + str(h.get_label()).count("\n") for h in handles)
    write(fig, left, top - 0.15, "Darker lines are stronger ties.")


def readings(model: CommissioningModel, ccg: str) -> dict[str, str]:
    """Return what the figure says in numbers: people and ties."""
    people = people_of(model, ccg)
    ties = {kind: len(lines) for kind, lines in tied(model.network(ccg), people).items()}
    return {
        "practices": str(len({p.practice for p in people.values() if p.practice >= 0})),
        "gps": str(sum(p.role in GPS for p in people.values())),
        "seated": str(sum(p.seated for p in people.values())),
        "gps_seated": str(sum(p.seated and p.practice >= 0 for p in people.values())),
        "informal": str(ties["informal"] + ties["heard"]),
        "heard": str(ties["heard"]),
        "pairs": str(ties["pair"]),
    }


def _alt(ccg: str, when: str, said: Mapping[str, str]) -> str:
    return (
        f"Network of CCG {ccg} {when}: {said['practices']} practices with {said['gps']} GPs on a circle around the "
        f"{said['seated']} people of the governing body, {said['gps_seated']} of them GPs. {said['informal']} informal "
        f"ties join GPs of different practices, {said['heard']} of them to a GP of the governing body; {said['pairs']} "
        "pairs of a GP and a manager work together."
    )
