"""Labels of both halves of a backward graph → the room that each place must have in either of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphviz_ad.diagram.backward_labels import BackwardLabels, PullbackLabels
from graphviz_ad.diagram.nodes import sum_size
from graphviz_ad.diagram.typeset import EMPTY, Label, Run
from graphviz_ad.diagram.typeset_labels import EdgeLabels, GraphLabels, NodeLabels

PADDING_PT = (8.0, 6.0)
"""Of the node of a pullback about its labels, along its width and its height."""
LINE_GAP_PT = 5.0
"""Between the names in it and the numbers below them."""
_DOT_PT = 12.0
"""Side of the node of a pullback in which nothing stands, since its layers are hidden."""
RESULT_GAP_PT = 4.0
"""Between such a node and its contribution behind it."""
GRAD_GAP_PT, GRAD_PADDING_PT = 15.0, 5.0
"""From a gradient to its .grad, with an arrow between them; and about the text in it."""
LEAVE_PT, ARRIVE_PT = 6.0, 9.0
"""Where a dashed arrow is free: from the outline it leaves, and before the node it leads to, longer than its head."""


def _space(width: float, height: float) -> Label:
    """Width and height → a label in whose place something else will stand."""
    box = (0.0, -height, width, 0.0)
    return Label((Run("", "", box),), width, box)


def pullback_size(labels: PullbackLabels) -> tuple[float, float]:
    """Labels of a pullback → width and height of its node."""
    lines = [label for label in (labels.symbols, labels.numbers) if label.runs]
    if not lines:
        return _DOT_PT, _DOT_PT
    wide, high = PADDING_PT
    between = LINE_GAP_PT * (len(lines) - 1)
    return max(26.0, labels.width + 2 * wide), max(20.0, sum(line.height for line in lines) + between + 2 * high)


def room(labels: BackwardLabels, upright: bool) -> GraphLabels:
    """Labels of both halves → labels that take as much room as the larger of two that mirror one another."""
    nodes = []
    for node, (front, back) in enumerate(zip(labels.forward.nodes, labels.backward.nodes, strict=True)):
        wide = max(front.sign.ink_width, back.sign.ink_width)
        sign = _space(wide, max(front.sign.height, back.sign.height))
        around = NodeLabels(sign, front.name, front.value, back.grads, back.terms, front.note)
        nodes.append(_with_box(around, grad_size(labels.grads[node]), upright) if node in labels.grads else around)
    edges = {}
    for edge, pullback in labels.pullbacks.items():
        wide, high = pullback_size(pullback)
        result, shape = pullback.contribution, labels.forward.edges[edge].shape
        behind = RESULT_GAP_PT if result.runs else 0.0
        if upright:
            over = _space(max(wide / 2 + behind + result.ink_width, shape.ink_width), high)
            edges[edge] = EdgeLabels(over, EMPTY, _space(wide / 2 + ARRIVE_PT, high), EMPTY)
        else:
            over = _space(max(wide, result.ink_width, shape.ink_width), high / 2 + behind + result.height)
            edges[edge] = EdgeLabels(over, EMPTY, _space(wide, high / 2 + ARRIVE_PT), EMPTY)
    return replace(labels.forward, nodes=tuple(nodes), edges=edges)


def grad_size(texts: Mapping[int, Label]) -> tuple[float, float]:
    """Texts of a .grad → width and height of its box, in which each of them has room."""
    wide = max(label.ink_width for label in texts.values())
    return wide + 2 * GRAD_PADDING_PT, max(label.height for label in texts.values()) + 2 * GRAD_PADDING_PT


def _with_box(labels: NodeLabels, box: tuple[float, float], upright: bool) -> NodeLabels:
    """Labels of a node, and the size of the box behind its gradient → labels that take as much room as all of it."""
    wide, high = box
    last = max(labels.grads, default=1)
    whole = labels.grads.get(last, EMPTY)
    across, along = sum_size(labels, stacked=False) if labels.terms.runs else (whole.ink_width, whole.height)
    if upright:
        grads = {last: _space(across + GRAD_GAP_PT + wide, max(along, high))}
        return replace(labels, grads=grads, terms=EMPTY)
    value = _space(max(labels.value.ink_width, wide), labels.value.height)
    grads = {**labels.grads, last: _space(whole.ink_width, along + GRAD_GAP_PT + high)}
    return replace(labels, value=value, grads=grads)
