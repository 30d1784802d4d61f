"""Operation → what stands in its node: its sign, or what its author wrote where it is closed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.explain.expression import ELLIPSIS
from graphviz_ad.explain.operation import shown_options
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.markup import Markup, Words, renamed
from graphviz_ad.language.printer import DISPLAY, TYPST, Dialect, write, write_markup
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, OPERATOR, VALUE, Leaf, Tree, graft
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import KINDS, NOTATIONS

_GATES = frozenset(row.name for row in KINDS["activations"]) | {"tanh", "softmax"}
"""Functions that a layer is called by: other calls are no name for what stands in their brackets."""
_MAX_SIGN_PARTS = 18
"""Names, numbers and signs of a statement that is still written out in its node: as many as a clipped
objective has; a cross-entropy and the penalty on two layers have fewer."""
_MAX_GATE_PARTS = 9
"""The same where a function is applied last, which its node is called by otherwise: as many as σ(w x + u y + b) has."""
_MANY_TERMS, _LONG_SUM = 5, 12
"""Terms of a sum that are written alike from which on dots stand for those between the first and the last, and names,
numbers and signs from which on they stand for one."""
_DIGITS = re.compile(r"\d+")
"""Numbers in which terms that are alike differ: those of their names."""


def _in_brackets(places: Iterable[Any]) -> tuple[Markup, ...]:
    """Places of an index → their markup: [0, 1]."""
    parts = [part for place in places for part in (", ", _place(place))]
    return ("[", *parts[1:], "]")


def _place(at: Any) -> Markup:
    """One place of an index → its markup: 0, 1:3 for a slice, [0, 2] for a list, None for a new axis."""
    if not isinstance(at, tuple):
        return Words("None") if at is None else ("neg", str(-at)) if at < 0 else str(at)
    if at[0] == "list":
        return _in_brackets(entry if isinstance(entry, int) else ("list", entry) for entry in at[1])
    start, stop, step = ("" if bound is None else str(bound) for bound in at[1:])
    return Words(f"{start}:{stop}" if not step else f"{start}:{stop}:{step}")


def function_typed(graph: Graph, node: int) -> str:
    """Node → the name of the function its author called, "" where it was a sign."""
    origin, tree = graph.origins[node], graph.program.tree
    return str(tree.head[origin]) if tree.kind[origin] == CALL else ""


def _closed_sign(bound: ClosedOperation, dialect: Dialect, args: Sequence[Leaf], short: bool) -> str:
    """Closed part, its arguments → what its author wrote where that is short, else the function it ends with; where
    it ends with none, the name of the part."""
    if (written := bound.written) is not None:
        tree, leaves = Tree(), {name: args[slot] for name, slot in written.slots.items()}
        root = graft(tree, written.tree, written.root, leaves)
        last = bound.body.ops[bound.body.output]
        is_gate = tree.kind[root] == CALL and last is not None and last.row.name in _GATES
        root = _with_dots(tree, root)
        if len(nodes_below(tree, root)) <= (_MAX_SIGN_PARTS if not is_gate else 0 if short else _MAX_GATE_PARTS):
            return write(tree, root, dialect.using(NOTATIONS))
        if is_gate and last is not None:
            return sign_markup(last, str(tree.head[root]), dialect)
    return dialect.write_name(bound.name) if bound.name else dialect.sign("and more")


def _with_dots(tree: Tree, root: int) -> int:
    """Sum of many terms that differ in numbers alone → its first and its last, with dots between: f(m₁) + … + f(m₆).

    What is the negative of such a sum is that of the shorter one.
    """
    if tree.kind[root] == OPERATOR and tree.head[root] == "neg":
        return tree.add(OPERATOR, "neg", (_with_dots(tree, tree.args[root][0]),))
    terms, rest = list[int](), root
    while tree.kind[rest] == OPERATOR and tree.head[rest] == "+":
        rest, term = tree.args[rest]
        terms.insert(0, term)
    terms.insert(0, rest)
    fewest = _MANY_TERMS if len(nodes_below(tree, root)) < _LONG_SUM else 3
    if len(terms) < fewest or len({_DIGITS.sub("", write(tree, term, DISPLAY)) for term in terms}) > 1:
        return root
    dots = tree.add(OPERATOR, "+", (terms[0], tree.add(VALUE, ELLIPSIS)))
    return tree.add(OPERATOR, "+", (dots, terms[-1]))


def sign_markup(
    bound: BoundOperation, typed: str = "", dialect: Dialect = TYPST, args: Sequence[Leaf] = (), *, short: bool = False
) -> str:
    """Operation, names of its arguments → what stands in its node, as `(dot.c)^(2)`; an alias as it was typed.

    `short` is a closed layer by its function alone: ReLU for ReLU(W x + b).
    """
    row = bound.row
    if isinstance(bound, ClosedOperation):
        return _closed_sign(bound, dialect, args, short)
    if row.name not in NOTATIONS:  # a function of the author's
        return dialect.write_name(row.name)
    if row.name == "index":
        return write_markup(_in_brackets(bound.options["at"]), dialect)
    sign = row.sign
    if typed in row.aliases and typed.isascii():
        sign = renamed(sign, typed) or Words(typed, "function")
    return write_markup(sign, dialect, NOTATIONS[row.name], shown_options(row, bound.options) if row.options else {})
