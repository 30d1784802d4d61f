"""Exercise → its graph as a picture, without words: blank, to be filled in, or with all that was computed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.edges import Edge
from graphviz_ad.diagram.frames import EdgeState, Frame, Look, NodeState, frames
from graphviz_ad.diagram.labels import graph_labels
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.paint import Painter, document, ink, part, rect
from graphviz_ad.diagram.scene import Scene, build_scene
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import Style, make_style
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.diagram.typeset import Label, Request, short, typeset
from graphviz_ad.exercises.model import Exercise, Number, Place
from graphviz_ad.exercises.quantities import What
from graphviz_ad.explain.words import say

State = Literal["blank", "finished"]
Spot = tuple[What, int, int | None]
"""A quantity without its entry: where one writes on the graph."""

_MARGIN = 10.0
_BADGE_TYPE = 11.0
_LEAST = (30.0, 15.0)
"""Width and height of a box to write in."""


@dataclass(frozen=True)
class Figure:
    """A picture of a graph as SVG, its size, and the boxes (left, top, right, bottom in it) to write quantities in."""

    svg: str
    width: float
    height: float
    spots: dict[Spot, Rect]

    def png(self, scale: float = 2.0) -> bytes:
        """→ PNG, `scale` pixels a unit of the picture."""
        from graphviz_ad.export.pages import png

        return png(self.svg, scale)


def figure(exercise: Exercise, state: State, style: Style | None = None) -> Figure:
    """Exercise → its graph: blank with the values of the inputs and a box for each number asked, or finished.

    Both have the same size, and their nodes and boxes lie in the same places.
    """
    trace = exercise.trace
    style = style or make_style(lang=exercise.lang, digits=exercise.digits)
    scene = _scene(trace, style)
    asked = {
        (field.response.quantity.what, field.response.quantity.node, field.response.quantity.slot)
        for field in exercise.fields
        if isinstance(field.response, Number) and field.response.quantity is not None
    }
    spots = {spot: box for spot, box in _spots(scene, trace) if spot in asked}
    said = say(f"figure.{state}", style.lang)
    if state == "blank":
        stroke = f'rx="3" fill="{style.theme.paper}" stroke="{style.theme.pale}" stroke-width="0.8"'
        boxes = "".join(rect(x0, y0, x1 - x0, y1 - y0, stroke) for x0, y0, x1, y1 in spots.values())
        unlabelled = replace(scene, edges=tuple(map(_unlabelled, scene.edges)))
        return _painted(trace, unlabelled, _blank(trace, scene), style, spots, said, boxes)
    shown = list(frames(trace, [(edge.node, edge.slot, edge.arg) for edge in scene.edges]))
    return _painted(trace, scene, shown[-1], style, spots, said)


def tally(exercise: Exercise, counts: Mapping[Place, int], students: int) -> Figure:
    """Exercise, and how many of so many students made a mistake at each place → the graph with these numbers on it."""
    trace, style = exercise.trace, make_style(lang=exercise.lang, digits=exercise.digits)
    scene = _scene(trace, style)
    where = dict(_spots(scene, trace))
    labels = typeset([Request(f"${count}$", _BADGE_TYPE) for count in counts.values()], style.lang)
    badges = []
    for ((node, slot), count), label in zip(counts.items(), labels, strict=True):
        box = where.get(("gradient", node, None) if slot is None else ("contribution", node, slot))
        if box is not None:
            badges.append(_badge(box, label, 0.25 + 0.75 * count / max(1, students), style.theme))
    unlabelled = replace(scene, edges=tuple(map(_unlabelled, scene.edges)))
    frame = _blank(trace, scene)
    frame = replace(frame, nodes=tuple(replace(node, known=False) for node in frame.nodes))
    return _painted(trace, unlabelled, frame, style, {}, say("class.picture", style.lang), "".join(badges))


def _badge(box: Rect, label: Label, strength: float, theme: Theme) -> str:
    """A number of students in a disc, the stronger the more they are."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    radius = max(9.0, (label.box[2] - label.box[0]) / 2 + 5)
    disc = (
        f'<ellipse cx="{short(x)}" cy="{short(y)}" rx="{short(radius)}" ry="{short(radius)}" '
        f'fill="{theme.backward_tint}" stroke="{theme.backward}" stroke-width="{short(3 * strength)}"/>'
    )
    in_middle = Placed(label, x - (label.box[0] + label.box[2]) / 2, y - (label.box[1] + label.box[3]) / 2)
    return disc + ink(in_middle, theme.backward)


def _scene(trace: Trace, style: Style) -> Scene:
    return build_scene(
        trace.graph, graph_labels(trace, style.theme.sizes, style.digits, style.lang),
        direction=style.direction, seconds=trace.graph.limits.layout_seconds,
    )  # fmt: skip


def _unlabelled(edge: Edge) -> Edge:
    """An edge without what it would tell."""
    return replace(edge, local=None, number=None, sent=None, shape=None)


def _blank(trace: Trace, scene: Scene) -> Frame:
    """The frame in which nothing but the inputs is known, and nothing looks as if it were still to come."""
    nodes = tuple(NodeState(Look.DONE, plan is None, None) for plan in trace.graph.plans)
    return Frame(0, None, None, nodes, tuple(EdgeState(Look.DONE, False, False) for _ in scene.edges))


def _spots(scene: Scene, trace: Trace) -> Iterator[tuple[Spot, Rect]]:
    """Where each quantity of the pass stands."""
    for node in scene.nodes:
        yield from _of_node(node, trace)
    for edge in scene.edges:
        if found := _around([edge.local, edge.number]):
            yield ("local", edge.node, edge.slot), found
        if found := _around([edge.sent]):
            yield ("contribution", edge.node, edge.slot), found


def _of_node(node: Node, trace: Trace) -> Iterator[tuple[Spot, Rect]]:
    if trace.graph.plans[node.id] is not None and node.value and (found := _around([node.value])):
        left = node.value.rect[0] - found[0]  # the name stands before it
        yield ("value", node.id, None), (found[0] + left, found[1], found[2] + left, found[3])
    last = max(node.grads, default=None)
    if last is not None and (found := _around([node.grads[last]])):
        yield ("gradient", node.id, None), found


def _around(labels: Sequence[Placed | None]) -> Rect | None:
    """Labels beside each other → the box round them, not smaller than what one can write in."""
    boxes = [label.rect for label in labels if label is not None and label.label.runs]
    if not boxes:
        return None
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, y1 = max(box[2] for box in boxes), max(box[3] for box in boxes)
    wide, high = max(0.0, _LEAST[0] - (x1 - x0)) / 2, max(0.0, _LEAST[1] - (y1 - y0)) / 2
    return x0 - wide, y0 - high, x1 + wide, y1 + high


def _painted(
    trace: Trace, scene: Scene, frame: Frame, style: Style, spots: dict[Spot, Rect], said: str, over: str = ""
) -> Figure:
    """A frame of a scene, and what lies over it → the figure."""
    painter = Painter(style.theme, trace.graph.names, scene)
    width, height = (float(math.ceil(size + 2 * _MARGIN)) for size in (scene.width, scene.height))
    paper = rect(0, 0, width, height, f'fill="{style.theme.paper}"')
    before = paper + f'<g transform="translate({short(_MARGIN)} {short(_MARGIN)})">'
    body = [part(before), *painter.parts(frame), part(over + "</g>")]
    title = "; ".join(" ".join(line.split()) for line in trace.graph.source.text.splitlines() if line.strip())
    key = hashlib.sha256(title.encode() + b"".join(digest for _, digest in body)).hexdigest()[:10]
    svg = document(
        (svg for svg, _ in body), width, height, title=title, description=said, shown=(width, height), key=key
    )  # fmt: skip
    moved = {spot: (x0 + _MARGIN, y0 + _MARGIN, x1 + _MARGIN, y1 + _MARGIN) for spot, (x0, y0, x1, y1) in spots.items()}
    return Figure(svg, width, height, moved)
