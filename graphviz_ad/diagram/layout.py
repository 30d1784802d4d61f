"""Boxes of fixed size → places, by Graphviz's dot: called once for a whole deck.

Each node of the graph is a box as large as everything that will ever stand at it, and each label of an
edge is a box of its own on the way of its edge, so that nothing can overlap: dot keeps boxes apart and
leads edges around them.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from graphviz_ad.diagram.budget import seconds_left
from graphviz_ad.diagram.dot_lines import dot_text
from graphviz_ad.diagram.run_dot import in_child, in_process
from graphviz_ad.errors import LimitError

if TYPE_CHECKING:
    pass

Direction = Literal["LR", "TB"]
"""From left to right, or from top to bottom, as Graphviz calls it."""
Point = tuple[float, float]
"""x and y in points, y growing downwards."""

_MAX_PARTS_IN_PROCESS = 300
"""Boxes and links above which dot runs in a child process, since C code in this one could not be stopped.

Up to here the densest graphs take 0.3 s; starting the child takes 0.1 s, more than most layouts.
"""

_SETTINGS: tuple[tuple[dict[str, str], float, str | None], ...] = (
    ({}, 0.6, None),
    ({"mclimit": "0.1", "nslimit": "2", "nslimit1": "2", "splines": "polyline"}, 0.6, "a coarser layout was used"),
    ({"mclimit": "0.01", "nslimit": "0.5", "nslimit1": "0.5", "splines": "line"}, 1.0, "the coarsest layout was used"),
)
"""Attributes to try in turn, the part of the time left that each gets, and what to say where not the first ones did."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle to be placed: its size in points; `main` where it lies on the path to be kept straight.

    `ports` are the places, in points from the middle of the side (downwards, or to the right), at which
    links come in; without any they come in at the middle. What leads to an `ordered` box keeps the order of its links.
    """

    width: float
    height: float
    main: bool = False
    ports: tuple[int, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class GroupFrame:
    """A frame round some boxes, with room of its own for a title; frames that share boxes lie one in the other."""

    boxes: frozenset[int]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Link:
    """A connection from one box to another, by their positions in the list of boxes; `port` is one of the head's,
    `tail_port` one of the tail's."""

    tail: int
    head: int
    weight: int = 1
    port: int | None = None
    tail_port: int | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """Boxes that stand in one column (one row from top to bottom), those `ordered` in that order; `first` before all
    others."""

    boxes: tuple[int, ...]
    ordered: tuple[int, ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Centres of the boxes, Bézier points of the links (1 + 3n each), the frames, the size of it all.

    y grows downwards. `note` says where the layout had to be coarser than wanted.
    """

    centres: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    frames: tuple[tuple[float, float, float, float], ...]
    width: float
    height: float
    note: str | None = None


def place(
    boxes: Sequence[Box],
    links: Sequence[Link],
    frames: Sequence[GroupFrame] = (),
    *,
    ranks: Sequence[Rank] = (),
    direction: Direction = "LR",
    gap: float = 16.0,
    rank_gap: float = 28.0,
    seconds: float = 10.0,
    order: Sequence[int] | None = None,
) -> Placement:
    """Boxes and links → their places; those of each of `ranks` in one column or row.

    `order` is that in which dot reads the boxes, theirs unless given; of layouts that are equal for it, it finds
    another then.
    `gap` is the least distance of boxes side by side, `rank_gap` that along the direction, both in points.
    Large graphs are laid out in a child process, coarser where that takes too long, in `seconds` for all attempts
    together, or in what is left for the picture.

    Raises LimitError where none of the settings was quick enough, MissingPartError without Graphviz.
    """

    def dot(settings: Mapping[str, str]) -> str:
        return dot_text(
            boxes, links, frames, settings, ranks, direction=direction, gap=gap, rank_gap=rank_gap, order=order
        )  # fmt: skip

    if len(boxes) + len(links) <= _MAX_PARTS_IN_PROCESS:
        return _cached(dot({}), len(boxes), len(links), len(frames))
    ends = time.perf_counter() + min(seconds, seconds_left())
    for settings, part, note in _SETTINGS:
        remaining = ends - time.perf_counter()
        if remaining <= 0:
            break
        try:
            answer = in_child(dot(settings), part * remaining)
        except subprocess.TimeoutExpired:
            continue
        return _read(answer, len(boxes), len(links), len(frames), note)
    raise LimitError(
        f"the graph is too dense to be laid out in {seconds:g} s ({len(boxes)} boxes, {len(links)} links)",
        hint="close parts of it (--detail, --close NAME), draw a smaller formula, or raise --max-seconds",
    )


@lru_cache(maxsize=256)
def _cached(dot: str, boxes: int, links: int, frames: int) -> Placement:
    """DOT and how much is in it → its places, kept: sheets of a class, and options of a question, are often alike."""
    return _read(in_process(dot), boxes, links, frames, None)


def _read(answer: str, boxes: int, links: int, frames: int, note: str | None) -> Placement:
    """Graphviz's JSON → Placement."""
    data = json.loads(answer)
    _, _, width, height = map(float, data["bb"].split(","))
    centres: list[Point] = [(0.0, 0.0)] * boxes
    frame_rects = [(0.0, 0.0, 0.0, 0.0)] * frames
    for part in data.get("objects", ()):
        name = part["name"]
        if name.startswith("cluster"):
            x0, y0, x1, y1 = map(float, part["bb"].split(","))
            frame_rects[int(name.removeprefix("cluster"))] = (x0, height - y1, x1, height - y0)
        elif "pos" in part:  # a rank has none
            x, y = map(float, part["pos"].split(","))
            centres[int(name[1:])] = (x, height - y)
    routes: list[tuple[Point, ...]] = [()] * links
    for edge in data.get("edges", ()):
        if "id" not in edge:  # it keeps boxes in order
            continue
        points = [p for p in edge["pos"].split(" ") if p[0] not in "es"]
        routes[int(edge["id"][1:])] = tuple(
            (float(x), height - float(y)) for x, y in (point.split(",") for point in points)
        )
    return Placement(tuple(centres), tuple(routes), tuple(frame_rects), width, height, note)
