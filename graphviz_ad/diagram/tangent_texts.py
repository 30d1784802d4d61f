"""Trace → the labels of its picture: those of reverse mode, or in forward mode dual numbers and pushed tangents.

Above a node stands its value and below it its tangent, where the gradient stands in reverse mode: 6 + 3ε, with ε² = 0.
Over an edge stands what goes over it in the direction of the arrow: local derivative × tangent of the argument.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram import label_texts
from graphviz_ad.diagram.label_texts import EdgeText, NodeText, Spelling, value_text
from graphviz_ad.diagram.layers import ALL
from graphviz_ad.diagram.spaces import space_markup
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.leaves import local_name, place_of
from graphviz_ad.explain.tangents import mode_of, pushed_term, tangent_name
from graphviz_ad.language.printer import write
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree
from graphviz_ad.values import Value

_MAX_EDGE_PARTS = 14
"""Parts of a product above which an edge has ∂a/∂z · ż only: it must fit where the local derivative alone stands in
reverse mode, of 18 parts at most."""
_UNIT = "ε"
"""What a tangent is the multiple of in a dual number."""


def node_text(
    trace: Trace, node: int, digits: int, entrywise: bool, spelling: Spelling, layers: Collection[str] = ALL
) -> NodeText:
    """Node → its labels of these layers, in the mode of the trace."""
    text = label_texts.node_text(trace, node, digits, entrywise, spelling, layers)
    mode = trace.forward_mode
    if mode is None or not mode.is_shown(node) or "gradients" not in layers:
        return text
    tangent = _dual(mode.tangent(node), digits, spelling, row=node in trace.rows)
    return NodeText(text.sign, text.name, text.value, {1: tangent})


def _dual(tangent: Value, digits: int, spelling: Spelling, *, row: bool) -> str:
    """Tangent → the second part of a dual number: + 3 ε."""
    dialect = spelling.formulas
    negative = isinstance(tangent, float) and tangent < 0
    size = value_text(-tangent if negative else tangent, digits, spelling, row=row)
    return " ".join((dialect.sign("-" if negative else "+"), spelling.bold(size), dialect.write_name(_UNIT)))


def edge_text(
    trace: Trace, node: int, slot: int, digits: int, spelling: Spelling, layers: Collection[str] = ALL
) -> EdgeText:
    """Edge that has labels → those of these layers, in the mode of the trace."""
    mode = trace.forward_mode
    if mode is None:
        return label_texts.edge_text(trace, node, slot, digits, spelling, layers)
    local, contribution = mode.edges[node, slot]
    dialect, arg, tree = reading(spelling.formulas, digits), trace.graph.args[node][slot], Tree()
    symbol = _symbol(trace, node, slot, tree, digits)
    number = ""
    if isinstance(local, float) and isinstance(mode.tangent(arg), float):
        product = tree.add(OPERATOR, "*", (tree.add(VALUE, local), tree.add(VALUE, mode.tangent(arg))))
        number = write(tree, product, dialect)
    handed_on = bool(number) and "derivative-numbers" in layers and local in (1.0, -1.0)  # 1 · 3 says it all
    has_symbol, alone = "derivatives" in layers and not handed_on, len(mode.into(node)) == 1
    contribution_text = value_text(contribution, digits, spelling, row=node in trace.rows)
    equals = dialect.relation("=").lstrip() if has_symbol else ""
    stands_below = alone and "gradients" in layers
    return EdgeText(
        spelling.full(write(tree, symbol, dialect)) if has_symbol else "",
        equals + number if number and "derivative-numbers" in layers else "",
        contribution_text if "contributions" in layers and not stands_below else "",
        space_markup(trace, node, arg, spelling.signs) if "shapes" in layers else "",
    )


def _symbol(trace: Trace, node: int, slot: int, tree: Tree, digits: int) -> int:
    """Edge → what goes over it in names, `x · ẇ`, or where that is long the name of the local derivative in it."""
    pushed = pushed_term(trace, node, slot, tree, digits)
    if len(tree) <= _MAX_EDGE_PARTS:
        return pushed
    arg, graph = trace.graph.args[node][slot], trace.graph
    by = local_name(graph, node, arg, tree, place_of(graph, node, slot))
    times = "*" if mode_of(trace).edges[node, slot].local is not None else "@"
    return tree.add(OPERATOR, times, (by, tangent_name(trace, arg, tree)))


def layers_at(trace: Trace, has_symbol: bool, layers: Collection[str]) -> Collection[str]:
    """Whether an edge has its symbol in the picture → its layers: in forward mode there may be no room for it."""
    if trace.forward_mode is None or has_symbol:
        return layers
    return [layer for layer in layers if layer != "derivatives"]


def labelled_edges(trace: Trace) -> Sequence[tuple[int, int]]:
    """Trace → the edges that have labels: those a gradient goes over, or a tangent."""
    if trace.forward_mode is None:
        return [(node, slot) for node, slot, _ in trace.backward_edges()]
    return [edge for edge in trace.forward_mode.edges if trace.forward_mode.is_shown(edge[0])]
