"""Graph without values → its picture: the nodes with their names, and on the edges the local derivatives in symbols."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.passes import active_nodes
from graphviz_ad.diagram.annotations import marks
from graphviz_ad.diagram.fitting import MARGIN_PT
from graphviz_ad.diagram.frames import EdgeState, Look, NodeState
from graphviz_ad.diagram.gaps import painting_order
from graphviz_ad.diagram.label_texts import PICTURE, constant_text
from graphviz_ad.diagram.node_signs import function_typed, sign_markup
from graphviz_ad.diagram.paint import Painter, document, rect
from graphviz_ad.diagram.scene import build_scene, require_drawable
from graphviz_ad.diagram.style import Style, make_style
from graphviz_ad.diagram.surroundings import plain_caption, plain_title, surroundings, with_notes
from graphviz_ad.diagram.typeset import EMPTY, Request, short, typeset
from graphviz_ad.diagram.typeset_labels import EdgeLabels, GraphLabels, NodeLabels
from graphviz_ad.explain.annotate import edge_symbol
from graphviz_ad.graph.graph import Graph, Limits
from graphviz_ad.language.printer import TYPST

_MIN_WIDTH_PT = 420.0
"""Of title and caption above and below a small graph: some sixty letters, a line that reads well."""


@dataclass(frozen=True)
class SymbolicPicture:
    """The picture of a graph without values."""

    text: str
    shown: tuple[float, float]
    limits: Limits

    def svg(self) -> str:
        """→ SVG text."""
        return self.text


def symbolic_picture(graph: Graph, style: Style | None = None) -> SymbolicPicture:
    """Graph and its look → its picture as large as it needs, in which no number stands but those of the formula.

    `draw.draw` makes those for slides, with parts closed, and with equations, of `random_inputs.in_symbols`.

    Raises LimitError where it has more nodes than are drawn, and what `annotations.marks` raises.
    """
    require_drawable(graph)
    style = style or make_style()
    placed = marks(graph, style.annotations)
    labels = with_notes(_labels(graph, style), placed.notes, style)
    scene = build_scene(graph, labels, direction=style.direction, seconds=graph.limits.layout_seconds, marks=placed)
    symbols = replace(style, layers=("derivatives",))  # names stand where values would
    words = surroundings(None, scene, symbols, style.theme.sizes, max(scene.width, _MIN_WIDTH_PT), caption=True)
    quiet = replace(style.theme, forward=style.theme.quiet)  # and in another colour
    painter = Painter(quiet, graph.names, scene)
    parts = [
        *painter.groups,
        *(painter.edge(n, EdgeState(Look.DONE, known=True, contributed=False)) for n in painting_order(scene.edges)),
        *(painter.node(n, NodeState(Look.DONE, known=True, grad=None)) for n in range(len(scene.nodes))),
    ]
    words_width = max((label.box[2] for label in (words.title, words.caption)), default=0.0)
    legend = words.entries(0.0, 0.0, style.direction == "TB")
    inner = max(scene.width, words_width, *(2 * entry.word.rect[2] for entry in legend))
    shift_x, top = MARGIN_PT + (inner - scene.width) / 2, MARGIN_PT + words.above
    below = top + scene.height
    width = math.ceil(inner + 2 * MARGIN_PT)
    height = math.ceil(below + words.caption_height + words.legend_height + MARGIN_PT)
    title = plain_title(style.annotations) or graph.source.line
    key = hashlib.sha256(title.encode() + b"".join(digest for _, digest in parts)).hexdigest()[:10]
    before = rect(0, 0, width, height, f'fill="{style.theme.paper}"')
    shift = f'<g transform="translate({short(shift_x)} {short(top)})">'
    around = words.painted(style, MARGIN_PT, MARGIN_PT, inner, below)
    body = [before, shift, *(svg for svg, _ in parts), "</g>", around]
    description = " ".join(filter(None, (repr(graph), plain_caption(style.annotations))))
    svg = document(body, width, height, title=title, description=description, shown=(width, height), key=key)
    return SymbolicPicture(svg, (width, height), graph.limits)


def _labels(graph: Graph, style: Style) -> GraphLabels:
    """Graph → signs and names at its nodes, derivatives at the edges a gradient goes over."""
    sizes, active, nodes = style.theme.sizes, active_nodes(graph), range(len(graph))
    edges = [
        (node, slot) for node in nodes for slot, arg in enumerate(graph.args[node]) if active[node] and active[arg]
    ]
    requests = [sign(graph, node, style) for node in nodes]
    requests += [Request(f"${TYPST.write_name(graph.names[node])}$", sizes.value) for node in nodes]
    requests += [Request(f"${PICTURE.full(edge_symbol(graph, *edge, style.digits))}$", sizes.local) for edge in edges]
    requests += [Request(f"${TYPST.write_name(group.name)}$", sizes.group) for group in graph.groups]
    labels = iter(typeset(requests, style.lang, style.theme.fonts))
    signs, names = [next(labels) for _ in nodes], [next(labels) for _ in nodes]
    has_names, has_derivatives = "names" in style.layers, "derivatives" in style.layers
    derivatives = {edge: next(labels) for edge in edges}
    return GraphLabels(
        tuple(
            NodeLabels(signs[node], EMPTY, names[node] if graph.ops[node] and has_names else EMPTY, {})
            for node in nodes
        ),
        {
            edge: EdgeLabels(label if has_derivatives else EMPTY, EMPTY, EMPTY, EMPTY)
            for edge, label in derivatives.items()
        },
        tuple(labels),
        EMPTY,
    )


def sign(graph: Graph, node: int, style: Style) -> Request:
    """Node → what stands in it."""
    sizes, bound = style.theme.sizes, graph.ops[node]
    if bound is not None:
        return Request(f"${sign_markup(bound, function_typed(graph, node))}$", sizes.sign)
    if node not in graph.constants:
        return Request(f"${TYPST.write_name(graph.names[node])}$", sizes.name)
    return Request(f"${constant_text(graph, node, style.digits, PICTURE)}$", sizes.value + 1)
