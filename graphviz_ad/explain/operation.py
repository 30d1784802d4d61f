"""A node of the graph becomes the one operation it is, with the names or the values of its arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from graphviz_ad.autodiff.closed_operation import OPERATION, STATEMENT, ClosedOperation
from graphviz_ad.explain.expression import number
from graphviz_ad.explain.folding import Folded
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, OPERATOR, SLICE, Leaf, Tree, graft
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.ops.table import BY_NAME, NOTATIONS


def operation_tree(graph: Graph, node: int, into: Tree, leaf: Callable[[int], Leaf]) -> int:
    """Put `w*x` or `sigmoid(z)` into the tree, `leaf` saying how each argument is written."""
    bound = graph.ops[node]
    assert bound is not None
    row, options = bound.row, bound.options
    if isinstance(bound, ClosedOperation) and (written := bound.written) is not None:
        leaves = {name: leaf(graph.args[node][slot]) for name, slot in written.slots.items()}
        return graft(into, written.tree, written.root, leaves)
    args = tuple(leaf(arg)(into) for arg in graph.args[node])
    if row.name == "power" and isinstance(options["n"], float):
        return into.add(OPERATOR, "^", (*args, _option(into, options["n"])))
    if row.name == "transpose":
        return into.add(OPERATOR, "T", args)
    if row.name == "index":
        return into.add(INDEX, None, (*args, *(position(into, at) for at in options["at"])))
    key = operator_key(row)
    if key is not None:
        if len(args) == 1:
            return into.add(OPERATOR, key, args)
        return reduce(lambda left, right: into.add(OPERATOR, key, (left, right)), args)
    changed = tuple(
        into.add(KEYWORD, name, (_option(into, value),)) for name, value in shown_options(row, options).items()
    )
    if row.name == "stack" and not changed:
        return into.add(LIST, None, args)
    return into.add(CALL, called_as(graph, node, row), args + changed)


def shown_options(row: Operation, options: Mapping[str, Option]) -> dict[str, Option]:
    """Operation and options → those that are not their defaults, and those without which no one could compute it."""
    if not row.options:
        return {}
    always = NOTATIONS[row.name].always
    return {
        name: value
        for name, value in options.items()
        if value is not None and (name in always or value != row.options[name])
    }


def operator_key(row: Operation) -> str | None:
    """Operation → the operator that stands for it in a formula, None where it is written as a call."""
    return next((alias for alias in row.aliases if alias in OPERATORS and alias != "root"), None)


def called_as(graph: Graph, node: int, row: Operation) -> str:
    """The name the author called the operation by, or the row's own."""
    if row.name in (STATEMENT, OPERATION):
        return graph.names[node]
    tree, origin = graph.program.tree, graph.origins[node]
    head = tree.head[origin]
    called = BY_NAME.get(head) if tree.kind[origin] == CALL else None
    return head if called is not None and called.name == row.name else row.name


def option_leaf(into: Tree, value: Option | str, digits: int) -> Folded:
    """An option's value: a number is a literal, a list is written out, None is left out."""
    if value is None or isinstance(value, (int, float)):
        return None, None if value is None else float(value)
    if isinstance(value, tuple) and all(isinstance(entry, (int, float)) for entry in value):
        return into.add(LIST, None, tuple(number(into, float(entry), digits) for entry in value)), None
    if isinstance(value, tuple):
        return into.add(LIST, None, tuple(position(into, entry) for entry in value)), None
    return into.add(NAME, str(value)), None


def position(into: Tree, at: float | tuple[Any, ...] | None) -> int:
    """One entry of an index: a whole number, a slice, a list, or None for a new axis."""
    if at is None:
        return into.add(NAME, "None")
    if not isinstance(at, tuple):
        return number(into, float(at))
    if at[0] == "list":
        parts = [position(into, index if isinstance(index, int) else ("list", index)) for index in at[1]]
        return into.add(LIST, None, tuple(parts))
    bounds = {letter: bound for letter, bound in zip("abs", at[1:], strict=True) if bound is not None}
    return into.add(SLICE, "".join(bounds), tuple(number(into, float(bound)) for bound in bounds.values()))


def _option(into: Tree, value: Option | str) -> int:
    """An option's value, in full: a number, a list, a word."""
    if isinstance(value, (int, float)):
        return number(into, float(value), numbers.FULL)
    if isinstance(value, tuple):
        return into.add(LIST, None, tuple(number(into, float(entry), numbers.FULL) for entry in value))
    return into.add(NAME, str(value))
