"""A node → its paths to the output: on each the product of the local derivatives, and that their sum is the gradient.

What arrives over one path is found as the backward pass finds it, edge by edge, but without adding anything at the
nodes between: so it holds for arrays too, where the product is one of linear maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from graphviz_ad.autodiff.endings import ends
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import between_numbers
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.expression import ELLIPSIS, printed
from graphviz_ad.explain.leaves import DIGITS, derivative, local_name, place_of
from graphviz_ad.explain.signs import Outcome, either, lost
from graphviz_ad.explain.staged import staged
from graphviz_ad.explain.sums import added, added_up
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree
from graphviz_ad.values import Value

MAX_ROUTES = 12
"""Paths that are shown: more, each with its equation, are no longer read, only counted."""
_MAX_FACTORS = 9
"""Factors of a product that are written out, as many as fit on a line; of more, the first four and the last four."""

Edge = tuple[int, int]
"""A node and the slot of its argument."""


@dataclass(frozen=True, slots=True)
class Route:
    """One path: its edges from the node to the output, what arrives over it, and the equation of that."""

    edges: tuple[Edge, ...]
    contribution: Value
    equation: Equation


@dataclass(frozen=True, slots=True)
class Routes:
    """The paths from a node to the output: how many there are, the first of them, and the edges on any of them.

    `total` says that what arrives over all of them is the gradient; None where there is only one.
    """

    node: int
    count: int
    shown: tuple[Route, ...]
    edges: frozenset[Edge]
    total: Equation | None


def routes(trace: Trace, node: int, digits: int = DIGITS) -> Routes:
    """Node that gets a gradient, and is not the output → its paths to the output."""
    readers = _readers(trace)
    count, edges = _all(trace, readers, node)
    shown = tuple(
        along(trace, edges, count, digits) for edges in islice(_paths(readers, node, trace.graph.output), MAX_ROUTES)
    )
    arrived = [route.contribution for route in shown]
    return Routes(node, count, shown, edges, total(trace, node, arrived, count, digits) if count > 1 else None)


def edges_from(trace: Trace, node: int) -> frozenset[Edge]:
    """Node → the edges on any of its paths to the output over which a gradient comes."""
    return _edges(trace, _readers(trace), node)


def _readers(trace: Trace) -> list[list[Edge]]:
    """For every node, the edges over which its gradient comes."""
    readers: list[list[Edge]] = [[] for _ in trace.values]
    for node, slot, arg in trace.backward_edges():
        readers[arg].append((node, slot))
    return readers


def _all(trace: Trace, readers: list[list[Edge]], node: int) -> tuple[int, frozenset[Edge]]:
    """Node → the number of its paths, counted from the output back without walking them, and all edges on them."""
    counts = [0] * len(readers)
    counts[trace.graph.output] = 1
    for at in range(trace.graph.output - 1, -1, -1):
        counts[at] = sum(counts[reader] for reader, _ in readers[at])
    return counts[node], _edges(trace, readers, node)


def _edges(trace: Trace, readers: list[list[Edge]], node: int) -> frozenset[Edge]:
    """Node → the edges on any of its paths to the output."""
    reached, edges = {node}, set[Edge]()
    for at in range(node, trace.graph.output):  # readers come after what they read
        if at in reached:
            edges.update(readers[at])
            reached.update(reader for reader, _ in readers[at])
    return frozenset(edges)


def _paths(readers: list[list[Edge]], node: int, output: int) -> Iterator[tuple[Edge, ...]]:
    """Node → its paths, in the order of the backward pass; every edge that a gradient goes over leads to the output."""
    stack = [iter(readers[node])]
    path: list[Edge] = []
    while stack:
        edge = next(stack[-1], None)
        if edge is None:
            stack.pop()
            if path:
                path.pop()
        elif edge[0] == output:
            yield (*path, edge)
        else:
            path.append(edge)
            stack.append(iter(readers[edge[0]]))


def along(trace: Trace, edges: tuple[Edge, ...], count: int, digits: int) -> Route:
    """Path → `∂L/∂z · ∂z/∂m · ∂m/∂w`, `-0.3 · 1 · 3`, `-0.9`; arrays are not put in, but what comes out is."""
    graph, tree = trace.graph, Tree()
    factors, numeric, upstream, ended = list[int](), list[Value | None](), trace.seed, False
    if not (isinstance(upstream, float) and upstream == 1):  # the gradient that was given at the output
        factors.append(derivative(graph, graph.output, tree))
        numeric.append(upstream)
    for node, slot in reversed(edges):
        arg = graph.args[node][slot]
        factors.append(local_name(graph, node, arg, tree, place_of(graph, node, slot, trace.contributions_to[arg])))
        local, upstream = trace.vjp(node, slot, upstream, ended=ended)
        ended = ended or ends(graph, node, slot, trace.values)
        numeric.append(between_numbers(trace, node, slot) if local is None else local)
    symbolic = [product_of(tree, factors)]
    if count == 1:
        symbolic.insert(0, derivative(graph, graph.args[edges[0][0]][edges[0][1]], tree))
    numbers, computed = [], list[Outcome]()
    floats = [factor for factor in numeric if isinstance(factor, float)]
    if len(floats) == len(numeric) > 1:
        numbers = [product_of(tree, [tree.add(VALUE, factor) for factor in floats])]
        computed = [multiplied(floats, digits) if len(floats) <= _MAX_FACTORS else Outcome()]
    result = [tree.add(VALUE, upstream)]
    return Route(edges, upstream, staged(tree, digits, symbolic, numbers, result, upstream, computed))


def product_of(tree: Tree, factors: list[int]) -> int:
    """Factors → their product, without those in the middle where there are many."""
    if len(factors) > _MAX_FACTORS:
        factors = [*factors[:4], tree.add(VALUE, ELLIPSIS), *factors[-4:]]
    product, *further = factors
    for factor in further:
        product = tree.add(OPERATOR, "*", (product, factor))
    return product


def multiplied(factors: list[float], digits: int) -> Outcome:
    """Factors → the product of what is printed of them."""
    product, *further = (printed(factor, digits) for factor in factors)
    losses = []
    for factor in further:
        before, product = product, product * factor
        losses.append(lost("*", [before, factor], product, digits))
    return Outcome(product, either(losses))


def total(trace: Trace, node: int, contributions: Sequence[Value], count: int, digits: int) -> Equation:
    """What arrives at a node over the paths that are shown, of `count` → `∂L/∂w`, `-0.9 + 0.4`, `-0.5`."""
    tree, grad = Tree(), trace.grads[node]
    assert grad is not None, "it comes over these paths"
    terms: list[int | None] = [tree.add(VALUE, contribution) for contribution in contributions]
    outcome = Outcome()
    if count > len(contributions):
        terms.append(None)
    else:
        outcome = added(contributions, digits)
    symbolic = [derivative(trace.graph, node, tree)]
    return staged(tree, digits, symbolic, [added_up(tree, terms)], [tree.add(VALUE, grad)], grad, [outcome],
                  dust=trace.is_dust("gradient", node))  # fmt: skip
