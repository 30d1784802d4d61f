"""Backward graph → its labels with numbers besides those of every graph: in pullbacks, behind them, in .grad."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.grad_calls import total
from graphviz_ad.diagram.backward_labels import BACKWARD_LAYERS, Edge
from graphviz_ad.diagram.backward_parts import BackwardScene, GradBox, PullbackNode
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.outlines import Request
from graphviz_ad.diagram.typeset import text, typeset
from graphviz_ad.explain.annotate import between_numbers
from graphviz_ad.explain.pullbacks import pullback
from graphviz_ad.export.player.label_marks import drawn, glyphs_in
from graphviz_ad.language.numbers import is_known
from graphviz_ad.tracing.scalar import TracedFloat

if TYPE_CHECKING:
    from graphviz_ad.export.player.number_labels import Marker

_RIM_PT = 4.0
"""Between the outline of a pullback and what stands in it, at least."""


def with_backward_marks(scene: BackwardScene, marker: Marker) -> BackwardScene:
    """Scene, and what marks the labels of its forward half → the same with marks for those of the backward half."""
    style = marker.deck.style
    back = replace(marker, layers=[layer for layer in BACKWARD_LAYERS if layer in style.layers])
    return replace(
        scene,
        gradients={node: back.node(placed) for node, placed in scene.gradients.items()},
        pullbacks={edge: _pullback(placed, edge, marker) for edge, placed in scene.pullbacks.items()},
        grads={node: _grad_box(box, node, marker) for node, box in scene.grads.items()},
    )


def _pullback(node: PullbackNode, edge: Edge, marker: Marker) -> PullbackNode:
    """The node of a pullback → the same with marks: its symbols where they depend on numbers, numbers, contribution."""
    trace, sizes, style = marker.trace, marker.deck.style.theme.sizes, marker.deck.style
    key, valued = f"{edge[0]}-{edge[1]}", "values" in style.layers or "gradients" in style.layers
    local, contribution, is_summed = trace.edge_gradient(*edge)
    factors = trace.reached_gradient(edge[0]), between_numbers(trace, *edge) if local is None else local
    result = node.result and marker.mark(
        f"c{key}", node.result, marker.below, contribution, marker.face(sizes.value, bold=False),
        size=round(sizes.contribution / sizes.value, 4), sum=int(bool(is_summed)),
        row=trace.graph.args[edge[0]][edge[1]] in marker.deck.trace.rows,
    )  # fmt: skip
    numbers, unknown = node.numbers, [factor for factor in factors if isinstance(factor, TracedFloat)]
    if numbers and unknown:
        places = [marker.place(factor) for factor in factors if factor is not None]
        numbers = marker.mark(f"p{key}", numbers, 0.5, unknown[0], marker.face(sizes.local, bold=False), factors=places)
    symbols = node.symbols and marker.variants(
        f"l{key}", node.symbols,
        lambda: pullback(trace, *edge, style.digits, valued=valued).symbols, node.rect[2] - node.rect[0] - 2 * _RIM_PT,
    )  # fmt: skip
    return replace(node, symbols=symbols, numbers=numbers, result=result)


def _grad_box(box: GradBox, node: int, marker: Marker) -> GradBox:
    """The .grad of a node → the same with marks, where it is a number."""
    grad, sizes, style = marker.trace.grads[node], marker.deck.style.theme.sizes, marker.deck.style
    if not isinstance(grad, TracedFloat) or is_known(grad) or "gradients" not in style.layers:
        return box
    [label] = typeset([Request(f"{text('.grad = ')}$bold(8)$", sizes.value)], style.lang, marker.fonts)
    *glyphs, (end, _, _) = glyphs_in(label)
    known = [drawn(marker.live, glyphs), round(float(end), 2), round(label.box[0], 2)]

    def marked(placed: Placed, count: int) -> Placed:
        face = marker.face(sizes.value, bold=True)
        return marker.mark(f"b{node}-{count}", placed, 0.5, total(grad, count), face, known=known)

    return replace(
        box, texts={count: marked(placed, count) if count else placed for count, placed in box.texts.items()}
    )
