"""Trace and labels → the scene, of several layouts that in which type is largest where it will be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.annotations import Marks
from graphviz_ad.diagram.arriving import says_nothing, symmetric
from graphviz_ad.diagram.columns import widened
from graphviz_ad.diagram.crossings import crossings
from graphviz_ad.diagram.drafts import Draft, draft_of
from graphviz_ad.diagram.edges import is_stacked, joined
from graphviz_ad.diagram.layers import SHORT_RULES
from graphviz_ad.diagram.layout import Placement
from graphviz_ad.diagram.routing import Routed, calmly_routed, routed, trouble
from graphviz_ad.diagram.row_wrap import Span
from graphviz_ad.diagram.scene import Scene, in_rows, scene_of
from graphviz_ad.diagram.style import Fit, Style
from graphviz_ad.diagram.typeset_labels import GraphLabels, Sizes
from graphviz_ad.errors import LimitError
from graphviz_ad.graph.graph import Graph

MARGIN_PT = 26.0
"""Round a picture: twice its type of 13 points, as much as white space needs to read as a margin."""
SLIDE_MARGIN_PT = 12.0
"""The same on a slide, whose rim is the room's: the graph gets what it leaves."""
BAR_GAP_PT, BAR_MARGIN_PT = 5.0, 6.0
"""Above the bar of a slide, and below it: it is a rule at the rim, and no line of words."""
_GAP_PT = 22.0
"""Between header, graph and equation: a little less than the margin, so that they belong together."""
_SLIDE_GAP_PT, _LOW_GAP_PT = 7.0, 5.0
"""The same on a slide, where the graph gets what is left, and where words take as little as they can."""
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
_MAX_CALMED = 1.1
"""How much wider a slide may be than one whose type can be read, for its lines to be looked at: another is taken."""
_LOOSE_SHARE = 0.97
"""Of the width at which type can just be read, what is taken at most to move columns apart: words are counted later."""
_MORE_LOOSE = 1.1
"""How much wider a slide may be whose lines are calmer: its type is smaller by as much."""
_MIN_CALMER = 40.0
"""By how much lines that cross and run beside others cost less, at least, where type is smaller for it."""
_LOW_WORDS_PT = 84.0
"""What they take at least: columns of the graph are moved apart in no more room than that leaves."""
_PAGE_SHARE = 0.5
"""Part of the height of a screen that words and controls leave to the graph."""


def fitted(trace: Trace, style: Style, labels: GraphLabels, marks: Marks, shown: GraphLabels | None = None) -> Scene:
    """Trace, its look and labels, and marks at its nodes → the scene; on a slide or page a compact one where
    type is small otherwise. With `shown` these labels stand in the places of the others."""
    span = partial(_span, style.theme.sizes.local, style.fit)
    readable = style.theme.sizes.local * SLIDE_PT / least_type(style.theme.sizes.local)
    seconds = trace.graph.limits.layout_seconds

    def tried(fit: Span | None = None, **look: bool) -> _Tried:
        draft = draft_of(
            trace.graph, labels, direction=style.direction, seconds=seconds, marks=marks, compact=bool(fit), **look,
            snug=SHORT_RULES in style.layers,
        )  # fmt: skip
        lines = routed(draft)
        return _Tried(draft, lines, fit, look, in_rows(draft, lines, fit))

    def width(trial: _Tried) -> float:
        return span(trial.placement.width, trial.placement.height)

    def calmed(trial: _Tried) -> Scene:
        """The scene with calmer lines, on a slide with its columns as far apart as there is room."""
        draft, lines, placement, fit = trial.draft, trial.lines, trial.placement, trial.fit
        if style.fit != "slide" or width(trial) <= _MAX_CALMED * readable:
            is_loose = style.fit == "slide" and style.annotations.equations is None  # which would stand there
            if is_loose and fit and not draft.upright and not trial.is_in_rows:
                draft, lines, fit = *_loosened(draft, lines, style.theme.sizes.local), None
            else:
                lines = calmly_routed(draft, lines, thorough=style.fit == "slide")
            placement = in_rows(draft, lines, fit)
        return scene_of(draft, lines, placement, marks=marks, shown=shown)

    first = tried()
    if style.fit == "graph" or width(first) == span(0, 0):
        return calmed(first)
    tries = [first]

    def calmest() -> _Tried:
        """Of those that are as narrow, or nearly, as any, the one whose edges cross least."""
        least = min(map(width, tries))
        limit = max(least, min(least * _MORE_WIDTH, readable))
        near = [trial for trial in tries if width(trial) <= limit]
        return min(near, key=lambda trial: (trial.crossings, width(trial)))

    try:
        for straight, stacked in product((False, True), (False, True) if _is_stackable(labels) else (False,)):
            if straight and min(map(width, tries)) <= readable:
                break  # its type can be read
            tries.append(tried(span, stacked=stacked, straight=straight))
        narrowest = min(tries, key=width)
        if style.fit == "slide" and slide_width(narrowest.placement.height, _LOW_WORDS_PT) > readable:
            tries.append(tried(span, **{**narrowest.look, "uneven": True}))
        best = calmest()
        if width(best) <= readable and best.crossings and _is_turnable(trace.graph):
            turned = tried(best.fit, **best.look, turned=True)
            if not turned.crossings and width(turned) <= readable:
                best = turned
    except LimitError:  # the time was enough for fewer layouts
        best = calmest()
    return calmed(best)


def _loosened(draft: Draft, lines: Routed, local: float) -> tuple[Draft, Routed]:
    """Draft for a slide, its lines, size of the labels → the same with its columns apart, and calmer lines.

    They are as far apart as there is room beside the words, or as type allows that can be read, if that is calmer.
    """
    placement, margins = draft.placement, 2 * SLIDE_MARGIN_PT
    wide = max(slide_width(placement.height, _LOW_WORDS_PT), placement.width + margins)
    carried = min(_LOOSE_SHARE * local * SLIDE_PT / least_type(local), _MORE_LOOSE * wide)
    room, limit = wide - placement.width - margins, carried - placement.width - margins

    def loosened(more: float) -> tuple[Draft, Routed]:
        wider = replace(draft, placement=widened(placement, draft.rects, more)) if more else draft
        return wider, calmly_routed(wider, routed(wider) if more else lines, thorough=True)

    near = loosened(room)
    if limit > room and (cost := trouble(*near)) > _MIN_CALMER:
        far = loosened(limit)
        return far if trouble(*far) < cost - _MIN_CALMER else near
    return near


@dataclass(frozen=True, slots=True)
class _Tried:
    """A layout that may be taken: draft, lines, for what it is folded, its look, and what comes of them."""

    draft: Draft
    lines: Routed
    fit: Span | None
    look: Mapping[str, bool]
    placement: Placement

    @property
    def is_in_rows(self) -> bool:
        """Whether an edge leads back to the beginning of another row."""
        return self.placement is not self.lines.placement

    @property
    def crossings(self) -> int:
        """How often edges cross, but for those that leave one node."""
        routes = self.placement.routes
        whole = list(map(joined, routes[::2], routes[1::2]))
        return crossings(whole, alike=[arg for args in self.draft.graph.args for arg in args])


def _is_turnable(graph: Graph) -> bool:
    """Whether it makes a difference where edges come in from the last to the first: at nodes of several edges."""
    return any(says_nothing(graph, node) and not symmetric(graph, node) for node in range(len(graph)))


def _is_stackable(labels: GraphLabels) -> bool:
    """Whether it makes a difference where numbers may stand under symbols: with both, or with the terms of a sum."""
    return any(is_stacked(texts, stacked=True) for texts in labels.edges.values()) or any(
        node.terms.runs for node in labels.nodes
    )


def room(fit: Fit, *, is_low: bool) -> tuple[float, float]:
    """What a picture is to fit, and whether its words are low → the margin round it, and the gap between what stands
    one under the other."""
    return (SLIDE_MARGIN_PT, _LOW_GAP_PT if is_low else _SLIDE_GAP_PT) if fit == "slide" else (MARGIN_PT, _GAP_PT)


def words_scale(width: float, sizes: Sizes) -> float:
    """Width of a graph on a slide, and sizes of type → by how much header and captions are scaled."""
    return min(width / _WORDS_WIDTH_PT, _MAX_WORDS_OF_LABELS * sizes.local / sizes.equation)


def least_type(local: float) -> float:
    """Size of the labels of a theme → the size that they have on a slide at least: a theme for slides is larger."""
    return GOOD_TYPE_PT if local >= GOOD_TYPE_PT else MIN_TYPE_PT


def slide_width(height: float, words: float = _WORDS_HEIGHT_PT) -> float:
    """Height of a graph → how wide a slide is on which it has room above and below for the words."""
    return (height + words) * SLIDE_PX[0] / SLIDE_PX[1]


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
