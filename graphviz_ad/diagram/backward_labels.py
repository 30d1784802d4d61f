"""Trace → the texts of its backward graph, set: values, gradients with a bar, pullbacks, what stands in .grad."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphviz_ad.autodiff.grad_calls import grad_counts, grad_nodes, total
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.label_texts import PICTURE, value_text
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, text, typeset
from graphviz_ad.diagram.typeset_labels import EdgeLabels, GraphLabels, graph_labels
from graphviz_ad.explain.pullbacks import Pullback, barred, pullback
from graphviz_ad.messages.catalogue import between, say

Edge = tuple[int, int]
"""A node and the slot of one of its arguments."""

_FORWARD, _BACKWARD = ("names", "values", "shapes"), ("gradients", "sums", "contributions")
"""Layers of the two halves of the picture; those of derivatives stand in the nodes of pullbacks."""
_LARGEST_COUNT = 3
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
    theme, digits, layers = style.theme, style.digits, style.layers
    sizes, edges = theme.sizes, [(node, slot) for node, slot, _ in trace.backward_edges()]

    valued = "values" in layers or "gradients" in layers

    def half(shown: tuple[str, ...]) -> GraphLabels:
        wanted = [layer for layer in shown if layer in layers]
        return graph_labels(trace, sizes, digits, style.lang, theme.fonts, wanted)

    forward, backward = half(_FORWARD), half(_BACKWARD)
    reached = [node for node in range(len(trace.graph)) if trace.grads[node] is not None]
    requests: dict[object, Request] = {
        ("bar", node): Request(f"${barred(trace.graph.names[node])}$", sizes.name) for node in reached
    }
    for edge in edges:
        shown = _shown(pullback(trace, *edge, digits, valued=valued), style)
        for part, markup in zip(("symbols", "numbers"), shown, strict=True):
            if markup:
                requests[part, edge] = Request(f"${PICTURE.full(markup)}$", sizes.local)
    for node in grad_nodes(trace):
        for count, markup in _grad_texts(trace, node, style):
            requests["grad", node, count] = Request(markup, sizes.value)
    requests["key"] = Request(_key(trace, style), sizes.value, key_width)
    set_labels = dict(zip(requests, typeset(list(requests.values()), style.lang, theme.fonts), strict=True))
    nodes = tuple(
        replace(label, sign=set_labels.get(("bar", node), EMPTY), name=EMPTY, value=EMPTY)
        for node, label in enumerate(backward.nodes)
    )
    pullbacks = {
        edge: PullbackLabels(
            set_labels.get(("symbols", edge), EMPTY), set_labels.get(("numbers", edge), EMPTY),
            backward.edges[edge].sent,
        )
        for edge in edges
    }  # fmt: skip
    grads: dict[int, dict[int, Label]] = {node: {} for node in grad_nodes(trace)}
    for request, label in set_labels.items():
        match request:
            case ("grad", int(node), int(count)):
                grads[node][count] = label
    bare = {edge: EdgeLabels(EMPTY, EMPTY, EMPTY, forward.edges[edge].shape) for edge in edges}
    return BackwardLabels(
        replace(forward, edges=bare), replace(backward, nodes=nodes, edges={}), pullbacks, grads, set_labels["key"]
    )


def _shown(labels: Pullback, style: Style) -> tuple[str, str]:
    """What could stand in the node of a pullback → what does, of the layers that are shown."""
    symbols = labels.symbols if "derivatives" in style.layers else ""
    return symbols, labels.numbers if "derivative-numbers" in style.layers else ""


def _grad_texts(trace: Trace, node: int, style: Style) -> Iterator[tuple[int, str]]:
    """Node with a .grad → by how many gradients are added up in it what stands there: a number, or w̄ of arrays."""
    grad, name = trace.reached_gradient(node), barred(trace.graph.names[node])
    for count in sorted({0, 1, *(counts[node] for _, counts in grad_counts(trace))}):
        value = total(grad, count)
        if value is None:
            content = text("None")
        elif isinstance(value, float) and "gradients" in style.layers:
            content = f"${PICTURE.bold(value_text(value, style.digits, PICTURE))}$"
        else:
            several = " + ".join([name] * count) if count <= _LARGEST_COUNT else f"{count} {name}"
            content = f"${several}$"
        yield count, f"{text('.grad = ')}{content}"


def gradient_named(trace: Trace) -> int:
    """Trace → the node by which a reader is told what the bar means: an input if one has a gradient."""
    nodes: list[int] = [*trace.graph.inputs.values(), *range(len(trace.graph))]
    return next(node for node in nodes if trace.grads[node] is not None and node != trace.graph.output)


def _key(trace: Trace, style: Style) -> str:
    """What the bar and the dashed arrows mean, as Typst markup."""
    graph, node = trace.graph, gradient_named(trace)
    name, output = (PICTURE.formulas.write_name(graph.names[at]) for at in (node, graph.output))
    gap = between("language.gap", style.lang)
    return f"{text(say('player.saved', style.lang) + gap)}${barred(graph.names[node])} = ∂{output}\\/∂{name}$"
