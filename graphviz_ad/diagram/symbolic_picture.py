"""Graph without values → its picture: the nodes with their names, and on the edges the local derivatives in symbols."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.passes import active_nodes
from graphviz_ad.diagram.fitting import MARGIN_PT
from graphviz_ad.diagram.frames import EdgeState, Look, NodeState
from graphviz_ad.diagram.label_texts import PICTURE, constant_text, function_typed, sign_markup
from graphviz_ad.diagram.labels import EdgeLabels, GraphLabels, NodeLabels
from graphviz_ad.diagram.paint import Painter, document, rect
from graphviz_ad.diagram.scene import build_scene, require_drawable
from graphviz_ad.diagram.style import Style, make_style
from graphviz_ad.diagram.typeset import EMPTY, Request, short, typeset
from graphviz_ad.explain.annotate import edge_symbol
from graphviz_ad.graph.graph import Graph, Limits
from graphviz_ad.language.printer import TYPST


@dataclass(frozen=True)
class SymbolicPicture:
    """The picture of a graph without values."""

    text: str
    shown: tuple[float, float]
    limits: Limits

    def svg(self) -> str:
        """→ SVG text."""
        return self.text


def symbolic_picture(graph: Graph) -> SymbolicPicture:
    """Graph → its picture, in which no number stands but those of the formula.

    Raises LimitError where it has more nodes than are drawn.
    """
    require_drawable(graph)
    style = make_style()
    scene = build_scene(graph, _labels(graph, style), seconds=graph.limits.layout_seconds)
    quiet = replace(style.theme, forward=style.theme.quiet)  # names stand where values would, in another colour
    painter = Painter(quiet, graph.names, scene)
    parts = [
        *painter.groups,
        *(painter.edge(n, EdgeState(Look.DONE, known=True, contributed=False)) for n in range(len(scene.edges))),
        *(painter.node(n, NodeState(Look.DONE, known=True, grad=None)) for n in range(len(scene.nodes))),
    ]
    width, height = math.ceil(scene.width + 2 * MARGIN_PT), math.ceil(scene.height + 2 * MARGIN_PT)
    title = "; ".join(" ".join(line.split()) for line in graph.source.text.splitlines() if line.strip())
    key = hashlib.sha256(title.encode() + b"".join(digest for _, digest in parts)).hexdigest()[:10]
    before = rect(0, 0, width, height, f'fill="{style.theme.paper}"')
    shift = f'<g transform="translate({short(MARGIN_PT)} {short(MARGIN_PT)})">'
    body = [before, shift, *(svg for svg, _ in parts), "</g>"]
    svg = document(body, width, height, title=title, description=repr(graph), shown=(width, height), key=key)
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
    labels = iter(typeset(requests, style.lang))
    signs, names = [next(labels) for _ in nodes], [next(labels) for _ in nodes]
    return GraphLabels(
        tuple(NodeLabels(signs[node], EMPTY, names[node] if graph.plans[node] else EMPTY, {}) for node in nodes),
        {edge: EdgeLabels(next(labels), EMPTY, EMPTY, EMPTY) for edge in edges},
        tuple(labels),
        EMPTY,
    )


def sign(graph: Graph, node: int, style: Style) -> Request:
    """Node → what stands in it."""
    sizes, plan = style.theme.sizes, graph.plans[node]
    if plan is not None:
        return Request(f"${sign_markup(plan, function_typed(graph, node))}$", sizes.sign)
    if node not in graph.constants:
        return Request(f"${TYPST.write_name(graph.names[node])}$", sizes.name)
    return Request(f"${constant_text(graph, node, style.digits, PICTURE)}$", sizes.value + 1)
