"""Trace and its look → where everything in its pictures stands, and what paints it."""

from __future__ import annotations

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.annotations import Marks
from graphviz_ad.diagram.backward_paint import BackwardPainter
from graphviz_ad.diagram.backward_scene import backward_scene
from graphviz_ad.diagram.fitting import fitted
from graphviz_ad.diagram.in_places import labels_and_places
from graphviz_ad.diagram.paint import Painter
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.style import Style

_KEPT = "scene"
"""Name under which a trace keeps its last scene."""


def geometry(trace: Trace, style: Style, marks: Marks) -> tuple[Scene, Painter]:
    """Trace, its look, marks at its nodes → the scene of its graph, or of its backward graph, and its painter."""
    if style.backward_graph or trace.calls:
        backward = backward_scene(trace, style, marks)
        return backward, BackwardPainter(style.theme, trace, backward)
    scene = _kept_scene(trace, style, marks)
    return scene, Painter(style.theme, trace.graph.names, scene)


def _kept_scene(trace: Trace, style: Style, marks: Marks) -> Scene:
    """Trace, its look, marks at its nodes → the scene of its graph; the last is kept with the trace.

    What is legible on a slide is found by measuring, and then drawn.
    """
    look, kept = (style, style.digits.style, style.digits.entries, marks), vars(trace)
    if _KEPT not in kept or kept[_KEPT][0] != look:
        labels, places = labels_and_places(trace, style, marks.notes)
        kept[_KEPT] = look, fitted(trace, style, places, marks, labels)
    scene: Scene = kept[_KEPT][1]
    return scene
