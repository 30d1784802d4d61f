"""Trace → every text that any frame will show, typeset and measured: one compile for the graph, one for the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from graphviz_ad.autodiff.product_signs import entrywise_products
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.fonts import PLAIN_FONTS, Fonts
from graphviz_ad.diagram.label_texts import PICTURE, EdgeText, NodeText
from graphviz_ad.diagram.layers import ALL
from graphviz_ad.diagram.tangent_texts import edge_text, labelled_edges, node_text
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, typeset
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.printer import TYPST


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of type in points, by what is written."""

    sign: float = 17.0
    name: float = 16.0
    value: float = 13.0
    local: float = 13.0
    contribution: float = 12.5
    shape: float = 11.0
    group: float = 12.0
    header: float = 14.0
    equation: float = 16.0
    sentence: float = 14.0
    counter: float = 11.0

    def words_scaled(self, factor: float) -> Sizes:
        """The sizes with header and captions larger by a factor, never smaller."""
        by = max(1.0, factor)
        return replace(
            self, header=self.header * by, equation=self.equation * by, sentence=self.sentence * by,
            counter=self.counter * by,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NodeLabels:
    """What stands in a node, above it (name, value) and below it: `grads[k]` after k contributions; and its note.

    `terms` stands before the last of these: the numbers that it is the sum of, where there are several.
    """

    sign: Label
    name: Label
    value: Label
    grads: Mapping[int, Label]
    terms: Label = EMPTY
    note: Label = EMPTY


@dataclass(frozen=True, slots=True)
class EdgeLabels:
    """What stands at an edge: the local derivative as symbol and as number, the contribution, the shape."""

    local: Label
    number: Label
    contribution: Label
    shape: Label


@dataclass(frozen=True, slots=True)
class GraphLabels:
    """All labels of a graph; edges without a gradient have none. `unknown` is the "?" of a gradient to come."""

    nodes: tuple[NodeLabels, ...]
    edges: Mapping[tuple[int, int], EdgeLabels]
    groups: tuple[Label, ...]
    unknown: Label


_TERMS_OF_LINE = 2
"""Terms of a gradient's equation on a line below its node: as wide as a gate of a recurrent cell has room."""


class Room(NamedTuple):
    """What room there is for labels that stand in the places of others.

    `edges` are by edge the factor of type and the layers that are left out, `nodes` the factors of gradients.
    """

    edges: Mapping[tuple[int, int], tuple[float, frozenset[str]]]
    nodes: Sequence[float]

    def layers(self, edge: tuple[int, int], layers: Collection[str]) -> Collection[str]:
        """Edge and the layers that are shown → those that are shown at it."""
        hidden = self.edges[edge][1] if edge in self.edges else frozenset[str]()
        return [layer for layer in layers if layer not in hidden] if hidden else layers

    def scale(self, node: int) -> float:
        """Node → the factor of type of its gradient."""
        return self.nodes[node] if self.nodes else 1.0


AS_WANTED = Room({}, ())
"""Room for all labels in the sizes of the theme."""


def graph_labels(
    trace: Trace, sizes: Sizes, digits: int, lang: str, fonts: Fonts = PLAIN_FONTS, layers: Collection[str] = ALL,
    room: Room | None = None, gradients: Mapping[int, tuple[str, str]] = MappingProxyType({}),
) -> GraphLabels:  # fmt: skip
    """Trace → the labels that stand at nodes and edges, of the layers that are shown, as there is room for them.

    `gradients` are the two sides of equations by node, that stand in place of the numbers.
    """
    room = room or AS_WANTED
    graph, products = trace.graph, entrywise_products(trace)
    texts = [node_text(trace, node, digits, node in products, PICTURE, layers) for node in range(len(graph))]
    for node, sides in gradients.items():
        texts[node] = _with_equation(texts[node], *sides)
    nodes = [_node_requests(graph, node, sizes, text, room.scale(node)) for node, text in enumerate(texts)]
    edges = {
        (node, slot): _edge_requests(
            sizes,
            edge_text(trace, node, slot, digits, PICTURE, room.layers((node, slot), layers)),
            room.edges.get((node, slot), (1.0,))[0],
        )
        for node, slot in labelled_edges(trace)
    }
    groups = [_request(TYPST.write_name(group.name), sizes.group) for group in graph.groups]
    unknown = _request("?", sizes.value)
    requests = [
        request for node in nodes for request in (node.sign, node.name, node.value, node.terms, *node.grads.values())
    ]
    requests += [*(request for edge in edges.values() for request in edge), *groups, unknown]
    filled = [request for request in requests if request.markup]
    labels = dict(zip(filled, typeset(filled, lang, fonts), strict=True))

    def get(request: Request) -> Label:
        return labels.get(request, EMPTY)

    return GraphLabels(
        tuple(
            NodeLabels(
                get(node.sign),
                get(node.name),
                get(node.value),
                {k: get(grad) for k, grad in node.grads.items()},
                get(node.terms),
            )
            for node in nodes
        ),
        {edge: EdgeLabels(*map(get, edge_requests)) for edge, edge_requests in edges.items()},
        tuple(map(get, groups)),
        get(unknown),
    )


def _with_equation(text: NodeText, left: str, right: str) -> NodeText:
    """Labels of a node, and the sides of its gradient's equation → the labels with it, up to then with dots in it."""
    last, terms = max(text.grads), top_level_terms(right)
    lines = ["".join(terms[at : at + _TERMS_OF_LINE]) for at in range(0, len(terms), _TERMS_OF_LINE)]
    grads = {count: TYPST.sign("and more") if count < last else " \\ & ".join(lines) for count in text.grads}
    written = {count: PICTURE.full(f"{left} = & {grad}") for count, grad in grads.items()}
    return replace(text, grads=written, terms="")


def top_level_terms(markup: str) -> list[str]:
    """Typst markup of a sum → its terms, each but the first with the plus before it, which stays one of two terms."""
    depth, terms = 0, [""]
    for sign in markup:
        depth += (sign in "([") - (sign in ")]")
        if sign == "+" and not depth:
            terms.append('"" ')
        terms[-1] += sign
    return terms


class _NodeRequests(NamedTuple):
    """What is to be set for a node, with no markup where it has no such label."""

    sign: Request
    name: Request
    value: Request
    grads: Mapping[int, Request]
    terms: Request


def _node_requests(graph: Graph, node: int, sizes: Sizes, text: NodeText, scale: float) -> _NodeRequests:
    """Labels of a node → what is to be set."""
    if node in graph.constants:
        sign_size = sizes.value + 1
    else:
        sign_size = sizes.name if graph.ops[node] is None else sizes.sign
    return _NodeRequests(
        _request(text.sign, sign_size),
        _request(text.name if graph.ops[node] else "", sizes.value if text.value else sizes.name),
        _request(text.value, sizes.value),
        {count: _request(grad, sizes.value * scale) for count, grad in text.grads.items()},
        _request(text.terms, sizes.value),
    )


def _edge_requests(sizes: Sizes, text: EdgeText, scale: float) -> tuple[Request, Request, Request, Request]:
    """Labels of an edge → what is to be set."""
    return (
        _request(text.local, sizes.local * scale),
        _request(text.number, sizes.local * scale),
        _request(text.contribution, sizes.contribution),
        _request(text.shape, sizes.shape),
    )


def _request(markup: str, size: float) -> Request:
    """Mathematics and its size → what is to be set."""
    return Request(f"${markup}$" if markup else "", size)
