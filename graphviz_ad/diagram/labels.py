"""Trace → every text that any frame will show, typeset and measured: one compile for the graph, one for the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphviz_ad.autodiff.steps import Accumulate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.fonts import PLAIN_FONTS, Fonts
from graphviz_ad.diagram.layers import ALL
from graphviz_ad.diagram.typeset import EMPTY, Label, Request, typeset
from graphviz_ad.explain.annotate import edge_parts
from graphviz_ad.explain.expression import number
from graphviz_ad.explain.operation import shown_options
from graphviz_ad.explain.sums import sum_at_node
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.markup import Infix, Markup, Words, power, renamed
from graphviz_ad.language.printer import TYPST, Dialect, write, write_markup
from graphviz_ad.language.tree import CALL, VALUE, Tree
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import NOTATIONS


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
    """What stands in a node, above it (name, value) and below it: `grads[k]` after k contributions.

    `terms` stands before the last of these: the numbers that it is the sum of, where there are several.
    """

    sign: Label
    name: Label
    value: Label
    grads: Mapping[int, Label]
    terms: Label = EMPTY


@dataclass(frozen=True, slots=True)
class EdgeLabels:
    """What stands at an edge: the local derivative as symbol and as number, the contribution, the shape."""

    local: Label
    number: Label
    sent: Label
    shape: Label


@dataclass(frozen=True, slots=True)
class GraphLabels:
    """All labels of a graph; edges without a gradient have none. `unknown` is the "?" of a gradient to come."""

    nodes: tuple[NodeLabels, ...]
    edges: Mapping[tuple[int, int], EdgeLabels]
    groups: tuple[Label, ...]
    unknown: Label


def graph_labels(
    trace: Trace, sizes: Sizes, digits: int, lang: str, fonts: Fonts = PLAIN_FONTS, layers: Collection[str] = ALL
) -> GraphLabels:
    """Trace → the labels that stand at nodes and edges, of the layers that are shown."""
    graph = trace.graph
    requests: list[Request] = []

    def want(markup: str, size: float) -> int:
        requests.append(Request(markup, size))
        return len(requests) - 1

    unknown = want("$?$", sizes.value)
    entrywise = entrywise_products(trace)
    nodes = [_node_requests(trace, node, sizes, digits, want, node in entrywise, layers) for node in range(len(graph))]
    grads: list[dict[int, int]] = [{} for _ in nodes]
    terms: dict[int, int] = {}
    for node, count in enumerate(trace.contributions_to):
        if trace.grads[node] is not None and "gradients" in layers:
            about = _near(trace, "gradient", node)
            summands, equals = sum_at_node(trace, node, digits, TYPST) if "sums" in layers else ("", "")
            if summands:
                terms[node] = want(f"${summands}$", sizes.value)
                about = "= " if equals == "=" else "approx "
            whole = f"bold({value_markup(trace.grads[node], digits)})"
            grads[node][max(1, count)] = want(f"${about}{whole}$", sizes.value)
    for step in trace.steps:
        if isinstance(step, Accumulate) and step.count < step.of and "gradients" in layers:
            grads[step.to][step.count] = want(f"${_so_far(trace, step, digits, layers)} + dots.c$", sizes.value)
    edges = {
        (node, slot): _edge_requests(trace, node, slot, arg, sizes, digits, want, layers)
        for node, slot, arg in trace.backward_edges()
    }
    groups = [want(f"${TYPST.write_name(group.name)}$", sizes.group) for group in graph.groups]
    labels = typeset(requests, lang, fonts)

    def get(number: int | None) -> Label:
        return EMPTY if number is None else labels[number]

    return GraphLabels(
        tuple(
            NodeLabels(
                get(sign), get(name), get(value), {count: labels[n] for count, n in found.items()}, get(terms.get(node))
            )
            for node, ((sign, name, value), found) in enumerate(zip(nodes, grads, strict=True))
        ),
        {edge: EdgeLabels(*map(get, found)) for edge, found in edges.items()},
        tuple(labels[number] for number in groups),
        labels[unknown],
    )


def _so_far(trace: Trace, step: Accumulate, digits: int, layers: Collection[str]) -> str:
    """Step at a fan-out before the last one → what has arrived by then: the contributions, or for arrays their sum."""
    summands = sum_at_node(trace, step.to, digits, TYPST, step.count)[0] if "sums" in layers else ""
    return summands or f"{_near(trace, 'total', step.node, step.slot)}{value_markup(step.total, digits)}"


Want = Callable[[str, float], int]


def _node_requests(
    trace: Trace, node: int, sizes: Sizes, digits: int, want: Want, entrywise: bool, layers: Collection[str]
) -> tuple[int, int | None, int | None]:
    """Sign, name and value of one node."""
    graph = trace.graph
    plan = graph.plans[node]
    value = value_markup(trace.values[node], digits)
    if node in graph.constants:
        typed = graph.constant_name(node)
        shown = TYPST.write_name(typed) if typed else constant_markup(trace.values[node], digits)
        return want(f"${shown}$", sizes.value + 1), None, None
    name = f"${TYPST.write_name(graph.names[node])}$"
    has_value, has_name = "values" in layers, "names" in layers
    if plan is None:
        return want(name, sizes.name), None, want(f"${value}$", sizes.value) if has_value else None
    markup = write_markup("⊙", TYPST) if entrywise else sign_markup(plan, function_typed(graph, node))
    sign = want(f"${markup}$", sizes.sign)
    equals = "approx" if trace.is_dust("value", node) else "=" if has_name else ""
    return (
        sign,
        want(name, sizes.value) if has_name else None,
        want(f"${equals} {value}$", sizes.value) if has_value else None,
    )


def _edge_requests(
    trace: Trace, node: int, slot: int, arg: int, sizes: Sizes, digits: int, want: Want, layers: Collection[str]
) -> tuple[int | None, int | None, int | None, int | None]:
    """Local derivative as symbol and number, contribution, shape of one edge."""
    symbol, value = edge_parts(trace, node, slot, digits)
    _, contribution, summed = trace.edge_gradient(node, slot)
    about = _near(trace, "contribution", node, slot)
    total = f"sum {about or '= '}" if summed else about  # the sum that undoes a broadcast
    equals = "approx" if trace.is_dust("local", node, slot) else "="
    if "derivatives" not in layers:
        equals, value = equals.strip("="), value or symbol  # the symbol is the number itself where that is all it says
    shape = space_markup(trace, node, arg)
    stands_below = "gradients" in layers and trace.contributions_to[arg] == 1 and not summed  # as the gradient
    return (
        want(f"${symbol}$", sizes.local) if "derivatives" in layers else None,
        want(f"${equals} {value}$", sizes.local) if value and "derivative-numbers" in layers else None,
        want(f"${total}{value_markup(contribution, digits)}$", sizes.contribution)
        if "contributions" in layers and not stands_below
        else None,
        want(f"${shape}$", sizes.shape) if shape and "shapes" in layers else None,
    )


def _near(trace: Trace, kind: str, node: int, slot: int = 0) -> str:
    """What stands before a number that is rounding dust, and shown as 0."""
    return "approx " if trace.is_dust(kind, node, slot) else ""


def space_markup(trace: Trace, node: int, arg: int, dialect: Dialect = TYPST) -> str:
    """Edge → the space of what goes over it, and of what it is broadcast to: ℝ³, ℝ → ℝ³, "" between scalars."""
    plan = trace.graph.plans[node]
    small, large = trace.shape(arg), trace.shape(node)
    if plan is not None and plan.row.pointwise and small != large:
        return write_markup((_space(small), Infix("->"), _space(large)), dialect)
    return write_markup(_space(small), dialect) if small else ""


def _space(shape: tuple[int, ...]) -> Markup:
    """Shape → the space of arrays that have it."""
    lengths = [part for length in shape for part in (Infix("times"), str(length))]
    return power("RR", tuple(lengths[1:])) if shape else "RR"


def _in_brackets(places: Iterable[Any]) -> tuple[Markup, ...]:
    """Places of an index → their markup: [0, 1]."""
    parts = [part for place in places for part in (", ", _place(place))]
    return ("[", *parts[1:], "]")


def _place(at: Any) -> Markup:
    """One place of an index → its markup: 0, 1:3 for a slice, [0, 2] for a list."""
    if not isinstance(at, tuple):
        return ("neg", str(-at)) if at < 0 else str(at)
    if at[0] == "list":
        return _in_brackets(one if isinstance(one, int) else ("list", one) for one in at[1])
    start, stop, step = ("" if bound is None else str(bound) for bound in at[1:])
    return Words(f"{start}:{stop}" if not step else f"{start}:{stop}:{step}")


def entrywise_products(trace: Trace) -> set[int]:
    """Trace → the products of two arrays: written ⊙, since side by side they would read as a matrix product."""
    graph = trace.graph
    return {
        node
        for node, plan in enumerate(graph.plans)
        if plan is not None and plan.row.name == "multiply" and all(trace.shape(arg) for arg in graph.args[node])
    }


def function_typed(graph: Graph, node: int) -> str:
    """Node → the name of the function its author called, "" where it was a sign."""
    origin, tree = graph.origins[node], graph.program.tree
    return str(tree.head[origin]) if tree.kind[origin] == CALL else ""


def sign_markup(plan: BoundOperation, typed: str = "", dialect: Dialect = TYPST) -> str:
    """Operation → what stands in its node, options put in, as in `(dot.c)^(2)`; an alias as it was typed."""
    row = plan.row
    if row.name == "index":
        return write_markup(_in_brackets(plan.options["at"]), dialect)
    sign = row.sign
    if typed in row.aliases and typed.isascii():
        sign = renamed(sign, typed) or Words(typed, "function")
    return write_markup(sign, dialect, NOTATIONS[row.name], shown_options(row, plan.options) if row.options else {})


def constant_markup(value: Any, digits: int) -> str:
    """Number or array of the formula → Typst mathematics, a number as it was typed."""
    if not isinstance(value, float):
        return value_markup(value, digits)
    tree = Tree()
    return write(tree, number(tree, value, digits), TYPST.using(NOTATIONS, digits))


def value_markup(value: Any, digits: int) -> str:
    """Float or array → Typst mathematics, as it stands in a picture.

    An array is set in full size, which Typst would set small within a line.
    """
    tree = Tree()
    written = write(tree, tree.add(VALUE, value), TYPST.using(NOTATIONS, digits))
    return written if isinstance(value, float) else f"#math.display(${written}$)"
