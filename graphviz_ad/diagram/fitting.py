"""Trace and labels → the scene, of several layouts that in which type is largest where it will be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from itertools import product
from typing import Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.annotations import Marks
from graphviz_ad.diagram.crossings import crossings
from graphviz_ad.diagram.scene import Scene, build_scene
from graphviz_ad.diagram.style import Fit, Style
from graphviz_ad.diagram.typeset_labels import GraphLabels, Sizes
from graphviz_ad.errors import LimitError

MARGIN_PT = 26.0
"""Round a picture: twice its type of 13 points, as much as white space needs to read as a margin."""
SLIDE_MARGIN_PT = 12.0
"""The same on a slide, whose rim is the room's: the graph gets what it leaves."""
BAR_GAP_PT, BAR_MARGIN_PT = 5.0, 6.0
"""Above the bar of a slide, and below it: it is a rule at the rim, and no line of words."""
_GAP_PT = 22.0
"""Between header, graph and equation: a little less than the margin, so that they belong together."""
_SLIDE_GAP_PT = 7.0
"""The same on a slide: the graph gets what is left."""
SLIDE_PX = (1280.0, 720.0)
"""Width and height of a slide of 16:9, as the programs for slides have it."""
SLIDE_PT = 960.0
"""Width of a slide in points, 13.33 inches, where it is printed or projected."""
MIN_TYPE_PT = 14.0
"""Type that is smaller on a slide cannot be read in the back row."""
GOOD_TYPE_PT = 18.0
"""Type that the back row reads well: it need not become larger."""
_CALM_TYPE_PT = 16.0
"""Type, in themes with smaller labels, for which a graph need not be set closer, or numbers under their symbols."""
_WORDS_HEIGHT_PT = 140.0
"""What margins, formula, equation and sentence take of the height of a slide, in points of the picture: measured."""
MAX_HEADER_LINES: Mapping[Fit, float] = {"slide": 3, "page": math.inf, "graph": math.inf}
"""Lines of a formula above a graph: of a longer one on a slide, the equations below say each statement in its turn."""
_MAX_EQUATION_SHARE = 0.15
"""Part of the height of a slide for its tallest equation: two lines of fractions. A taller one is set smaller."""
_WORDS_WIDTH_PT = 760.0
"""Width of a graph at which header and captions have their own size on a slide."""
_MAX_WORDS_OF_LABELS = 1.5
"""Size of the words on a slide, at most, in sizes of the labels: the graph is what is looked at."""
_MORE_WIDTH = 1.08
"""How much wider a slide may be, if its type can be read then, of which fewer edges cross."""
_PAGE_SHARE = 0.5
"""Part of the height of a screen that words and controls leave to the graph."""


def fitted(trace: Trace, style: Style, labels: GraphLabels, marks: Marks, shown: GraphLabels | None = None) -> Scene:
    """Trace, its look and labels, and marks at its nodes → the scene; on a slide or page a compact one where
    type is small otherwise. With `shown` these labels stand in the places of the others."""
    seconds = trace.graph.limits.layout_seconds
    build = partial(
        build_scene, trace.graph, labels, direction=style.direction, seconds=seconds, marks=marks, shown=shown
    )
    scene = build()
    if style.fit == "graph":
        return scene
    span = partial(_span, style.theme.sizes.local, style.fit)
    if span(scene.width, scene.height) == span(0, 0):
        return scene
    scenes, looks = [scene], list[dict[str, Any]]([{}])

    def width(scene: Scene) -> float:
        return span(scene.width, scene.height)

    def calmest() -> int:
        """The number of the scene with the fewest crossings among those that are as narrow, or nearly, as any."""
        least = min(map(width, scenes))
        limit = max(least, min(least * _MORE_WIDTH, readable))
        near = [number for number, scene in enumerate(scenes) if width(scene) <= limit]
        return min(near, key=lambda number: (_crossings(scenes[number]), width(scenes[number])))

    readable = style.theme.sizes.local * SLIDE_PT / MIN_TYPE_PT
    try:
        for straight, stacked in product((False, True), repeat=2):
            if straight and min(map(width, scenes)) <= readable:
                break  # its type can be read
            looks.append({"fit": span, "stacked": stacked, "straight": straight})
            scenes.append(build(**looks[-1]))
        best = calmest()
        if width(scenes[best]) <= readable and _crossings(scenes[best]):
            turned = build(**looks[best], turned=True)
            if not _crossings(turned) and width(turned) <= readable:
                return turned
    except LimitError:  # the time was enough for fewer layouts
        best = calmest()
    return scenes[best]


def _crossings(scene: Scene) -> int:
    """How often the edges of a scene cross, but for those that leave one node."""
    return crossings([edge.points for edge in scene.edges], alike=[edge.arg for edge in scene.edges])


def room(fit: Fit) -> tuple[float, float]:
    """What a picture is to fit → the margin round it, and the gap between what stands one under the other."""
    return (SLIDE_MARGIN_PT, _SLIDE_GAP_PT) if fit == "slide" else (MARGIN_PT, _GAP_PT)


def words_scale(width: float, sizes: Sizes) -> float:
    """Width of a graph on a slide, and sizes of type → by how much header and captions are scaled."""
    return min(width / _WORDS_WIDTH_PT, _MAX_WORDS_OF_LABELS * sizes.local / sizes.equation)


def slide_width(height: float) -> float:
    """Height of a graph → how wide a slide is on which it has room above and below for the words."""
    return (height + _WORDS_HEIGHT_PT) * SLIDE_PX[0] / SLIDE_PX[1]


def highest_equation(width: float) -> float:
    """Width of a slide → how high an equation on it may be."""
    return _MAX_EQUATION_SHARE * width * SLIDE_PX[1] / SLIDE_PX[0]


def _span(local: float, fit: Fit, width: float, height: float) -> float:
    """Size of the labels, what the graph is to fit, its size → how wide a slide must be for it.

    Never less than one on which the type reads well: a graph that fits there need not be smaller.
    """
    high = slide_width(height) if fit == "slide" else height / _PAGE_SHARE * SLIDE_PX[0] / SLIDE_PX[1]
    margin = SLIDE_MARGIN_PT if fit == "slide" else MARGIN_PT
    enough = GOOD_TYPE_PT if local >= GOOD_TYPE_PT else _CALM_TYPE_PT
    return max(local * SLIDE_PT / enough, width + 2 * margin, high)
