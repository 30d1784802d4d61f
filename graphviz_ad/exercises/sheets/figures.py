"""Exercise → pictures that stand on their own: its finished graph, and a blank one with something written on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from graphviz_ad.diagram.frames import Frames
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.paint import Painter, document, rect
from graphviz_ad.diagram.scene import build_scene
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import Label, short
from graphviz_ad.diagram.typeset_labels import graph_labels
from graphviz_ad.exercises.sheets.fillable_graph import FillableGraph, cropped
from graphviz_ad.items.model import Exercise
from graphviz_ad.messages.catalogue import say


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG, with a title and a description, and its size."""

    svg: str
    width: float
    height: float

    def png(self, scale: float = 2.0) -> bytes:
        """→ PNG, `scale` pixels a unit of the picture."""
        from graphviz_ad.export.image.pages import png

        return png(self.svg, scale)


def finished(exercise: Exercise, style: Style) -> Figure:
    """Exercise → its graph with every value, local derivative, contribution and gradient."""
    trace = exercise.trace
    labels = graph_labels(trace, style.theme.sizes, style.digits, style.lang)
    scene = build_scene(trace.graph, labels, direction=style.direction, seconds=trace.graph.limits.layout_seconds)
    last = Frames(trace, [(edge.node, edge.slot, edge.arg) for edge in scene.edges])[-1]
    body = "".join(svg for svg, _ in Painter(style.theme, trace.graph.names, scene).parts(last))
    (left, top), size = cropped(scene)
    moved = f'<g transform="translate({short(left)} {short(top)})">{body}</g>'
    return _figure(moved, *size, style.theme.paper, exercise.title, say("figure.finished", style.lang))


def centred(label: Label, box: Rect) -> Placed:
    """Label and box → the label in the middle of the box."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return Placed(label, x - (label.box[0] + label.box[2]) / 2, y - (label.box[1] + label.box[3]) / 2)


def written_on(blank: FillableGraph, over: str, paper: str, title: str, description: str) -> Figure:
    """A blank graph and the SVG that lies over it → the figure."""
    body = blank.svg[blank.svg.index(">") + 1 : blank.svg.rindex("</svg>")]
    return _figure(body + over, blank.width, blank.height, paper, title, description)


def _figure(body: str, width: float, height: float, paper: str, title: str, description: str) -> Figure:
    key = hashlib.sha256((title + body).encode()).hexdigest()[:10]
    ground = rect(0, 0, width, height, f'fill="{paper}"')
    parts = (ground, body)
    svg = document(parts, width, height, title=title, description=description, shown=(width, height), key=key)
    return Figure(svg, width, height)
