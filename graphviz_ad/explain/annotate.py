"""The text of a row becomes a local derivative of this graph: names and numbers put in, literals folded.

What the row states over `x, y, out, g` is copied into a tree with the names of the nodes, or with their
values, in their place. It is simplified only where literals meet (2 - 1, x^1, 1*x): the rest stays as the
row has it, so that what is read is what was computed. Of a `where`, only the branch that was taken is
shown, where all entries took the same.
"""

from __future__ import annotations

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.comparisons import Condition
from graphviz_ad.explain.contribution import number_first, summed, times, without_one
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.leaves import DIGITS, derivative, local_name, place_of
from graphviz_ad.explain.rule_instance import RuleInstance
from graphviz_ad.explain.tidied import tidied
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.printer import TYPST, Dialect, write
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, DERIVATIVE, NAME, NUMBER, OPERATOR, VALUE, Leaf, Tree
from graphviz_ad.values import as_float

MAX_EDGE_PARTS = 18
"""Parts of a derivative above which an edge has only its name: longer, it pushes the nodes apart.

The caption of its step writes it out.
"""
SHORT_EDGE_PARTS = 7
"""The same where there is little room: the pullback of softmax has ten."""
_MAX_CLOSED_PARTS = 14
"""The same for a part that is closed, whose derivative has no parts that are not shown."""


def partial_tree(
    where: Trace | Graph, node: int, slot: int, into: Tree, *, values: bool = False, digits: int = DIGITS,
    because: list[Condition] | None = None,
) -> int:  # fmt: skip
    """Edge of a pointwise operation → its local derivative, put into the tree, with names or with values in it.

    Without a trace every branch of a `where` is shown. The conditions that chose a branch are added to `because`.
    """
    return RuleInstance(where, node, slot, into, values, digits, because=because).run()


def pullback_tree(
    where: Trace | Graph, node: int, slot: int, into: Tree, *, values: bool = False, digits: int = DIGITS,
    upstream: Leaf | None = None,
) -> int:  # fmt: skip
    """Edge of a structural operation → what it sends back, put into the tree.

    The upstream gradient is ∂output/∂node, or its value, or what `upstream` puts there. Where no text says what is
    sent back, it is the transposed Jacobian times the upstream gradient, in names.
    """
    graph = where.graph if isinstance(where, Trace) else where
    bound = graph.ops[node]
    if bound is not None and bound.row.untold:
        return transposed_jacobian(graph, node, slot, into, upstream)
    return RuleInstance(where, node, slot, into, values, digits, upstream).run()


def transposed_jacobian(graph: Graph, node: int, slot: int, into: Tree, upstream: Leaf | None = None) -> int:
    """Edge → what its operation sends back, in names: its Jacobian, transposed, times the upstream gradient."""
    jacobian = into.add(OPERATOR, "T", (local_name(graph, node, graph.args[node][slot], into),))
    arriving = derivative(graph, node, into) if upstream is None else upstream(into)
    return into.add(OPERATOR, "@", (jacobian, arriving))


def edge_parts(
    trace: Trace, node: int, slot: int, digits: int = DIGITS, notation: Dialect = TYPST, longest: int = MAX_EDGE_PARTS
) -> tuple[str, str]:
    """Edge → what stands on it in the picture: the symbol, and its number ("" where it is one).

    Between numbers it is the local derivative, `frac(partial m, partial w) = x` and `3`. Where arrays go over the edge
    it is how the contribution is made from the upstream gradient, `frac(partial L, partial m) dot.o x`, and ""; with
    the Jacobian where an operation's text has more parts than `longest`.
    """
    graph, tree = trace.graph, Tree()
    bound = graph.ops[node]
    assert bound is not None
    dialect = reading(notation, digits)
    if bound.row.pointwise and has_arrays(trace, node, slot):
        return _entrywise(trace, node, slot, digits, dialect, longest), ""
    if not bound.row.pointwise:
        return _structural_parts(trace, node, slot, dialect, longest)
    symbol = local_symbol(trace, node, slot, tree, dialect)
    before = len(tree)
    partial = partial_tree(trace, node, slot, tree, digits=digits)
    partial, is_long = _shown(trace, node, tree, before, partial, longest)
    derived, equals = write(tree, partial, dialect), dialect.relation("=")
    local = trace.local(node, slot)
    number = write(tree, tree.add(VALUE, local), dialect) if isinstance(local, float) else ""
    if is_long:
        return symbol, number
    if is_known(local) and _is_number(tree, partial):
        return symbol + equals + derived, ""
    return symbol + equals + derived, "" if number == derived else number


def has_arrays(trace: Trace, node: int, slot: int) -> bool:
    """Whether what goes over an edge, or what comes back, is an array."""
    return bool(trace.shape(node) or trace.shape(trace.graph.args[node][slot]))


def _entrywise(trace: Trace, node: int, slot: int, digits: int, dialect: Dialect, longest: int) -> str:
    """Edge of a pointwise operation on arrays → its contribution in names: upstream gradient ⊙ local derivative."""
    tree, arg = Tree(), trace.graph.args[node][slot]
    local, _, axes = trace.edge_gradient(node, slot)
    upstream = derivative(trace.graph, node, tree)
    arriving = trace.grads[node]
    assert arriving is not None
    partial, is_long = _shown(trace, node, tree, 0, partial_tree(trace, node, slot, tree, digits=digits), longest)
    if is_long:
        partial = local_name(trace.graph, node, arg, tree, place_of(trace.graph, node, slot))
    product = without_one(tree, upstream, partial)
    if product is None:
        product = times(tree, *number_first(tree, upstream, partial), arriving, local)
    return write(tree, summed(tree, product, axes), dialect)


def _is_number(tree: Tree, node: int) -> bool:
    """Whether a derivative is a number already, as it was typed."""
    if tree.kind[node] == OPERATOR and tree.head[node] == "neg":
        (node,) = tree.args[node]
    return tree.kind[node] == NUMBER


def local_symbol(trace: Trace, node: int, slot: int, tree: Tree, dialect: Dialect) -> str:
    """Edge → ∂node/∂argument, with the argument's place where the whole gradient would read the same."""
    arg = trace.graph.args[node][slot]
    place = place_of(trace.graph, node, slot, trace.contributions_to[arg])
    return write(tree, local_name(trace.graph, node, arg, tree, place), dialect)


def slope_parts(trace: Trace, node: int, slot: int, digits: int, dialect: Dialect) -> list[tuple[str, str]]:
    """Edge → its local derivative as symbol, as expression and as number, each with the sign before it."""
    symbol, number = edge_parts(trace, node, slot, digits, dialect)
    own = local_symbol(trace, node, slot, Tree(), reading(dialect, digits))
    equals = dialect.relation("=")
    rest = symbol.removeprefix(own + equals)  # what is passed back may hold comparisons, with signs of their own
    parts = [*([own] if rest != symbol else []), rest, *([number] if number else [])]
    return [("" if at == 0 else equals, part) for at, part in enumerate(parts)]


def _structural_parts(trace: Trace, node: int, slot: int, dialect: Dialect, longest: int) -> tuple[str, str]:
    """Edge of a structural operation → what it sends back, or its local derivative where that is one number.

    At the output, where the upstream gradient is 1, both are the same.
    """
    tree = Tree()
    symbol = local_symbol(trace, node, slot, tree, dialect)
    if (slope := between_numbers(trace, node, slot)) is not None:
        return symbol, write(tree, tree.add(VALUE, slope), dialect)
    before = len(tree)
    if node == trace.graph.output and trace.starts_with_one:  # one derivative for each entry of the argument
        bound = trace.graph.ops[node]
        if bound is not None and bound.row.untold:
            return symbol, ""
        pulled_back = pullback_tree(trace, node, slot, tree, upstream=lambda into: into.add(NUMBER, 1.0))
        pulled_back, is_long = _shown(trace, node, tree, before, without_unit_upstream(tree, pulled_back), longest)
        expression = write(tree, pulled_back, dialect)
        return (symbol if is_long else symbol + dialect.relation("=") + expression), ""
    pulled_back = pullback_tree(trace, node, slot, tree)
    if len(trace.shape(arg := trace.graph.args[node][slot])) == 1:
        turn(trace, arg, tree, before)
    pulled_back, is_long = _shown(trace, node, tree, before, pulled_back, longest)
    expression = write(tree, pulled_back, dialect)
    if is_long:
        expression = write(tree, transposed_jacobian(trace.graph, node, slot, tree), dialect)
    return expression, ""


def _shown(trace: Trace, node: int, tree: Tree, first: int, root: int, longest: int) -> tuple[int, bool]:
    """Derivative of an operation, which begins at `first` → what is shown of it, and whether that is too long.

    That of a part which is closed is tidied: the chain rule has made it, and no row that is read.
    """
    if not isinstance(trace.graph.ops[node], ClosedOperation):
        return root, len(tree) - first > longest
    root = tidied(tree, root, trace)
    return root, len(nodes_below(tree, root)) > min(longest, _MAX_CLOSED_PARTS)


def between_numbers(trace: Trace, node: int, slot: int) -> float | None:
    """Edge of a structural operation → its local derivative where that is one number, 0 for dust, None elsewhere."""
    if not trace.in_symbols and trace.shape(node) == trace.shape(trace.graph.args[node][slot]) == ():
        return 0.0 if trace.is_dust("contribution", node, slot) else as_float(trace.vjp(node, slot, 1.0)[1])
    return None


def without_unit_upstream(tree: Tree, root: int) -> int:
    """An expression in which 1 stands for the upstream gradient → the same without it.

    As a factor it goes without saying, and where it is spread to the shape of an array there is an array of ones.
    """
    instead: dict[int, int] = {}
    minus = set()
    for node in range(len(tree)):
        args = tree.args[node] = tuple(instead.get(arg, arg) for arg in tree.args[node])
        is_unit = [tree.kind[arg] == NUMBER and tree.head[arg] == 1.0 for arg in args]
        if tree.kind[node] == CALL and tree.head[node] == "spread" and is_unit[0]:
            tree.head[node], tree.args[node] = "ones", ()
        elif tree.kind[node] == OPERATOR and tree.head[node] == "neg" and is_unit[0]:
            minus.add(node)
        elif tree.kind[node] == OPERATOR and tree.head[node] in ("*", "odot") and args[0] in minus:
            tree.head[node], tree.args[node] = "neg", args[1:]
        elif tree.kind[node] == OPERATOR and tree.head[node] in ("*", "odot") and any(is_unit):
            instead[node] = args[is_unit.index(False)] if False in is_unit else args[0]
    return instead.get(root, root)


def turn(trace: Trace, node: int, tree: Tree, first: int) -> None:
    """Transpose, in an expression of the gradient of a vector, the factors that lie otherwise than it does.

    A row that is turned stands before the gradient of a number, as a matrix does.
    """
    graph, is_row = trace.graph, node in trace.rows
    for at in range(first, len(tree)):
        if tree.kind[at] != OPERATOR or tree.head[at] not in ("*", "odot"):
            continue
        args = list(tree.args[at])
        for place, arg in enumerate(args):
            if tree.kind[arg] not in (NAME, DERIVATIVE):
                continue
            other = graph.ids.get(tree.head[arg] if tree.kind[arg] == NAME else tree.head[arg][1])
            if other is not None and len(trace.shape(other)) == 1 and (other in trace.rows) != is_row:
                args[place] = tree.add(OPERATOR, "T", (arg,))
        is_turned = tree.kind[args[-1]] == OPERATOR and tree.head[args[-1]] == "T"
        if is_turned and not is_row and len(args) == 2 and tree.kind[args[0]] == DERIVATIVE:
            args.reverse()  # a column times a number: W^T ∂J/∂o, as for a matrix
        tree.args[at] = tuple(args)


def edge_symbol(graph: Graph, node: int, slot: int, digits: int = DIGITS, notation: Dialect = TYPST) -> str:
    """Edge of a graph without values → its local derivative in symbols, `frac(partial m, partial w) = x`.

    For a structural operation it is what it sends back. Every branch of a `where` is shown.
    """
    bound, tree = graph.ops[node], Tree()
    assert bound is not None
    dialect = reading(notation, digits)
    arg = graph.args[node][slot]
    place = place_of(graph, node, slot, sum(graph.reaches[reader] for reader, _ in graph.consumers[arg]))
    symbol = write(tree, local_name(graph, node, arg, tree, place), dialect)
    before = len(tree)
    if bound.row.pointwise:
        label = f"{symbol} = {write(tree, partial_tree(graph, node, slot, tree, digits=digits), dialect)}"
    else:
        label = write(tree, pullback_tree(graph, node, slot, tree, digits=digits), dialect)
    return symbol if len(tree) - before > MAX_EDGE_PARTS else label
