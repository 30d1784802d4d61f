"""Trace → the labels of its picture, and those that it is laid out for.

These are the same, but in forward mode, whose picture has the layout of reverse mode, so that both lie over one
another: what is larger than what stands there in reverse mode is set in smaller type, or left to the caption.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.edges import is_stacked
from graphviz_ad.diagram.rich_text import RichText
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.surroundings import with_notes
from graphviz_ad.diagram.typeset_labels import AS_WANTED, EdgeLabels, GraphLabels, NodeLabels, Room, graph_labels
from graphviz_ad.explain.equations import gradient_equations
from graphviz_ad.language.printer import TYPST

_SLACK_PT = 4.0
"""What a label may be larger than the one in whose place it stands: less than the band of 5 on each side of that. On a
slide, where all stands closer, it is nothing."""
_GAP_PT = 9.0
"""Between parts of a label side by side, at most."""
_GOOD_SCALE, _MIN_SCALE = 0.85, 0.7
"""How much smaller type may be before the symbol is left out, and at all: 13 points become 9, those of footnotes."""
_MIN_NODE_SCALE = 0.5
"""How much smaller that of a tangent may be: an array with more digits than its gradient."""


def labels_and_places(trace: Trace, style: Style, notes: Mapping[int, RichText]) -> tuple[GraphLabels, GraphLabels]:
    """Trace, its look, notes at its nodes → the labels, and those for which there is a place."""
    if trace.forward_mode is None:
        labels = with_notes(_labels(trace, style, AS_WANTED), notes, style)
        return labels, labels
    places = _labels(trace.forward_mode.reverse, style, AS_WANTED)
    full = _labels(trace, style, AS_WANTED)
    slack = _SLACK_PT if style.fit == "graph" else 0.0
    stacked = style.fit != "graph" and style.direction == "LR"
    room = Room(
        {edge: _room(labels, places.edges[edge], slack, style, stacked) for edge, labels in full.edges.items()},
        [_node_scale(labels, place, slack) for labels, place in zip(full.nodes, places.nodes, strict=True)],
    )
    return with_notes(_labels(trace, style, room), notes, style), with_notes(places, notes, style)


def _labels(trace: Trace, style: Style, room: Room) -> GraphLabels:
    theme, symbol = style.theme, style.annotations.equations
    at_nodes = symbol if style.equations_at_nodes else None
    gradients = gradient_equations(trace, TYPST, at_nodes, style.digits) if at_nodes else {}
    return graph_labels(trace, theme.sizes, style.digits, style.lang, theme.fonts, style.layers, room, gradients)


def _node_scale(full: NodeLabels, place: NodeLabels, slack: float) -> float:
    """Labels of a node, and those in whose place they stand → the factor of type for its tangent."""
    if not full.grads or not place.grads:
        return 1.0
    (tangent,) = full.grads.values()
    above = place.name.width + place.value.ink_width
    wide = max(above, *(label.ink_width for label in (*place.grads.values(), place.terms))) + slack / 2
    high = max(label.height for label in (*place.grads.values(), place.terms, place.name, place.value)) + slack / 4
    return max(_MIN_NODE_SCALE, min(1.0, wide / tangent.ink_width, high / tangent.height))


def _room(
    full: EdgeLabels, place: EdgeLabels, slack: float, style: Style, stacked: bool
) -> tuple[float, frozenset[str]]:  # fmt: skip
    """Labels of an edge, and those in whose place they stand → the factor of type, and the layers that are left out."""
    hidden = set[str]()
    upright = style.direction == "TB"
    contribution, contribution_place = full.contribution, place.contribution
    if upright:
        fits = (
            contribution.ink_width <= contribution_place.ink_width + slack
            and contribution.height <= _high(place) + slack
        )
    else:
        fits = (
            contribution.height <= contribution_place.height + slack / 2
            and contribution.ink_width <= _wide(place) + slack
        )
    if not fits:
        hidden.add("contributions")
    both = _scale(full, place, slack, stacked)
    if both >= _GOOD_SCALE or not full.number.runs:
        if both < _MIN_SCALE:
            hidden |= {"derivatives", "derivative-numbers"}
        return max(both, _MIN_SCALE), frozenset(hidden)
    wide = max(place.local.width, place.number.ink_width) if is_stacked(place, stacked) else _wide(place)
    alone = min(1.0, (wide + slack) / full.number.ink_width)
    hidden.add("derivatives")
    if alone < _MIN_SCALE:
        hidden.add("derivative-numbers")
    return max(alone, _MIN_SCALE), frozenset(hidden)


def _scale(full: EdgeLabels, place: EdgeLabels, slack: float, stacked: bool) -> float:
    """Labels over an edge, and those in whose place they stand → the factor of type with which they fit there."""
    wide, high = _wide(full), _high(full)
    if wide == 0:
        return 1.0
    scale = min(1.0, (_wide(place) + slack) / wide, (_high(place) + slack) / high)
    if is_stacked(place, stacked) and full.local.runs and full.number.runs:
        above, under = place.local.height, place.number.height
        widest = max(place.local.width, place.number.ink_width) + slack
        needed = max(full.local.width, full.number.ink_width)
        scale = min(
            scale,
            widest / needed,
            (above + slack / 2) / full.local.height,
            (under + slack / 2) / full.number.height,
        )
    return scale


def _wide(labels: EdgeLabels) -> float:
    parts = [label for label in (labels.local, labels.number, labels.shape) if label.runs]
    over = sum(label.ink_width for label in parts) + _GAP_PT * max(0, len(parts) - 1)
    return max(over, labels.contribution.ink_width)


def _high(labels: EdgeLabels) -> float:
    return max(label.height for label in (labels.local, labels.number, labels.shape))
