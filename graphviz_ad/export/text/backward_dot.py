"""Trace and frame → DOT of the backward graph: the forward pass, and its mirror image with gradients and pullbacks.

Edges that lead back are written from the argument on, with their heads behind, so that both halves have one order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.grad_calls import grad_counts, grad_nodes, retained_at, total
from graphviz_ad.autodiff.saved import saved_nodes
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.backward_paint import grad_count, of_forward_pass
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.explain.pullbacks import barred, pullback
from graphviz_ad.export.text.dot import digraph, quoted
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY

if TYPE_CHECKING:
    import graphviz

    from graphviz_ad.diagram.picture import Style


def backward_digraph(trace: Trace, frame: Frame, style: Style) -> graphviz.Digraph:
    """Trace, a frame of it, its look → both passes as one `graphviz.Digraph`."""
    graph, theme, digits = trace.graph, style.theme, style.digits
    dot = digraph(graph, trace, of_forward_pass(frame), style, labelled=False)
    dot.attr("node", color=theme.backward)
    places = [(node, slot) for node, args in enumerate(graph.args) for slot in range(len(args))]
    states = dict(zip(places, frame.edges, strict=True))
    for node, grad in enumerate(trace.grads):
        if grad is not None:
            dot.node(f"g{node}", quoted(_gradient(trace, node, frame, digits)), shape="ellipse", fillcolor=theme.paper)
            dot.body.append(f"\t{{rank=same n{node} g{node}}}\n")
    for node, slot, arg in trace.backward_edges():
        name, there = f"p{node}_{slot}", states[node, slot].contributed
        symbols, product = pullback(trace, node, slot, digits, spelling=DISPLAY)
        words = f"{symbols}\n{product}" if product and there else symbols
        dot.node(name, quoted(words), shape="box", style="filled,rounded", fillcolor=theme.paper)
        contribution = numbers.text(trace.edge_gradient(node, slot).contribution, digits)
        several = there and trace.contributions_to[arg] > 1
        colour = {"color": theme.backward if there else theme.pale, "dir": "back", "fontcolor": theme.contribution}
        dot.edge(f"g{arg}", name, quoted(contribution) if several else None, **colour)
        dot.edge(name, f"g{node}", **colour)
        for source in saved_nodes(trace, node, slot):
            dot.edge(f"n{source}", name, style="dashed", color=theme.forward, constraint="false")
    from_step = retained_at(trace)
    for node in grad_nodes(trace):
        if frame.k >= from_step.get(node, 0):
            count = grad_count(trace, list(grad_counts(trace)), node, frame)
            dot.node(f"grad{node}", quoted(f".grad = {_total(trace, node, count, digits)}"), shape="box",
                     color=theme.at_work("grad")[0], fillcolor=theme.paper)  # fmt: skip
            dot.edge(f"grad{node}", f"g{node}", dir="back", color=theme.at_work("grad")[0])
    return dot


def _gradient(trace: Trace, node: int, frame: Frame, digits: int) -> str:
    """Node → its gradient: the name with a bar, and its value once it is there."""
    name, count = barred(trace.graph.names[node], DISPLAY), frame.nodes[node].grad
    if not count or count < trace.contributions_to[node]:
        return name
    return f"{name} {'≈' if trace.is_dust('gradient', node) else '='} {numbers.text(trace.grads[node], digits)}"


def _total(trace: Trace, node: int, count: int, digits: int) -> str:
    """Node with a .grad, and how many gradients are added up in it → what stands there."""
    value = total(trace.reached_gradient(node), count)
    return "None" if value is None else numbers.text(value, digits)
