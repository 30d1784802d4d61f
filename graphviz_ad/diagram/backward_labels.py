"""Trace → the texts of its backward graph, set: values, gradients with a bar, pullbacks, what stands in .grad."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.grad_calls import grad_counts, grad_nodes, total
from graphviz_ad.autodiff.saved import saved_nodes
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.label_texts import PICTURE, value_text
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, text, typeset
from graphviz_ad.diagram.typeset_labels import EdgeLabels, GraphLabels, graph_labels
from graphviz_ad.explain.pullbacks import Pullback, barred, pullback
from graphviz_ad.messages.catalogue import between, say

Edge = tuple[int, int]
"""A node and the slot of one of its arguments."""

_FORWARD, BACKWARD_LAYERS = ("names", "values", "shapes"), ("gradients", "sums", "contributions")
"""Layers of the two halves of the picture; those of derivatives stand in the nodes of pullbacks."""
LARGEST_COUNT = 3
"""Gradients that are written out in .grad one by one: w̄ + w̄ + w̄."""


@dataclass(frozen=True, slots=True)
class PullbackLabels:
    """What stands in the node of a pullback: names, below them numbers; and behind it the contribution."""

    symbols: Label
    numbers: Label
    contribution: Label

    @property
    def width(self) -> float:
        """Of what stands in the node."""
        return max(self.symbols.ink_width, self.numbers.ink_width)


@dataclass(frozen=True, slots=True)
class BackwardLabels:
    """Labels of both halves; `grads` by node are the texts of .grad by how many gradients are added up in it."""

    forward: GraphLabels
    backward: GraphLabels
    pullbacks: Mapping[Edge, PullbackLabels]
    grads: Mapping[int, Mapping[int, Label]]
    key: Label


def backward_labels(trace: Trace, style: Style, key_width: float) -> BackwardLabels:
    """Trace and the look of its picture → the labels of its backward graph; the key is no wider than `key_width`."""
    requests = dict(_requests(trace, style))
    requests["key"] = Request(_meaning_of_bar(trace, style), style.theme.sizes.value, key_width)
    labels = typeset(list(requests.values()), style.lang, style.theme.fonts)
    own: dict[object, Label] = dict(zip(requests, labels, strict=True))
    forward, backward = (_half(trace, style, layers) for layers in (_FORWARD, BACKWARD_LAYERS))
    edges = [(node, slot) for node, slot, _ in trace.backward_edges()]
    bare = {edge: EdgeLabels(EMPTY, EMPTY, EMPTY, forward.edges[edge].shape) for edge in edges}
    nodes = tuple(
        replace(label, sign=own.get(("bar", node), EMPTY), name=EMPTY, value=EMPTY)
        for node, label in enumerate(backward.nodes)
    )
    pullbacks = {
        edge: PullbackLabels(
            own.get(("symbols", edge), EMPTY), own.get(("numbers", edge), EMPTY), backward.edges[edge].contribution
        )
        for edge in edges
    }
    grads = {node: {count: own["grad", node, count] for count in _counts(trace, node)} for node in grad_nodes(trace)}
    return BackwardLabels(
        replace(forward, edges=bare), replace(backward, nodes=nodes, edges={}), pullbacks, grads, own["key"]
    )


def _half(trace: Trace, style: Style, layers: tuple[str, ...]) -> GraphLabels:
    """Trace, its look, layers → the labels of those of them that are shown."""
    shown = [layer for layer in layers if layer in style.layers]
    return graph_labels(trace, style.theme.sizes, style.digits, style.lang, style.theme.fonts, shown)


def _requests(trace: Trace, style: Style) -> Iterator[tuple[object, Request]]:
    """Trace and its look → what is to be set besides: gradients with a bar, pullbacks, texts of .grad."""
    sizes, valued = style.theme.sizes, "values" in style.layers or "gradients" in style.layers
    for node, grad in enumerate(trace.grads):
        if grad is not None:
            yield ("bar", node), Request(f"${barred(trace.graph.names[node])}$", sizes.name)
    for node, slot, _ in trace.backward_edges():
        shown = _shown(pullback(trace, node, slot, style.digits, valued=valued), style)
        for part, markup in zip(("symbols", "numbers"), shown, strict=True):
            if markup:
                yield (part, (node, slot)), Request(f"${PICTURE.full(markup)}$", sizes.local)
    for node in grad_nodes(trace):
        for count in _counts(trace, node):
            yield ("grad", node, count), Request(_grad_text(trace, node, count, style), sizes.value)


def _shown(labels: Pullback, style: Style) -> tuple[str, str]:
    """What could stand in the node of a pullback → what does, of the layers that are shown."""
    symbols = labels.symbols if "derivatives" in style.layers else ""
    return symbols, labels.numbers if "derivative-numbers" in style.layers else ""


def _counts(trace: Trace, node: int) -> list[int]:
    """Node with a .grad → how many gradients are added up in it at one time or another."""
    return sorted({0, 1, *(counts[node] for _, counts in grad_counts(trace))})


def _grad_text(trace: Trace, node: int, count: int, style: Style) -> str:
    """Node with a .grad, and how many gradients are added up in it → what stands there: a number, or w̄ of arrays."""
    name, value = barred(trace.graph.names[node]), total(trace.reached_gradient(node), count)
    if value is None:
        content = text("None")
    elif isinstance(value, float) and "gradients" in style.layers:
        content = f"${PICTURE.bold(value_text(value, style.digits, PICTURE))}$"
    else:
        several = " + ".join([name] * count) if count <= LARGEST_COUNT else f"{count} {name}"
        content = f"${several}$"
    return f"{text('.grad = ')}{content}"


def gradient_named(trace: Trace) -> int:
    """Trace → the node by which a reader is told what the bar means: an input if one has a gradient."""
    nodes: list[int] = [*trace.graph.inputs.values(), *range(len(trace.graph))]
    return next(node for node in nodes if trace.grads[node] is not None and node != trace.graph.output)


def _meaning_of_bar(trace: Trace, style: Style) -> str:
    """What the bar means, and dashed arrows where there are any, as Typst markup."""
    graph, node = trace.graph, gradient_named(trace)
    name, output = (PICTURE.formulas.write_name(graph.names[at]) for at in (node, graph.output))
    meaning = f"${barred(graph.names[node])} = ∂{output}\\/∂{name}$"
    if not any(saved_nodes(trace, node, slot) for node, slot, _ in trace.backward_edges()):
        return meaning
    return text(say("player.saved", style.lang) + between("language.gap", style.lang)) + meaning
