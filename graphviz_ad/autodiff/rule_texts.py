"""An operation and names for its arguments → what it computes and what it sends back, in the language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import prod
from typing import TYPE_CHECKING, Any

from graphviz_ad.graph.simplified import product
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.tree import (
    CALL,
    INDEX,
    KEYWORD,
    LIST,
    NAME,
    NOTHING,
    NUMBER,
    OPERATOR,
    SLICE,
    Leaf,
    Tree,
)
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation, parsed
from graphviz_ad.ops.linear import key_of
from graphviz_ad.ops.operation import Option
from graphviz_ad.ops.table import BY_NAME, KINDS
from graphviz_ad.values import Shape

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_FOLDED: dict[str, Callable[..., float]] = {
    "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "neg": lambda x: -x,
}  # fmt: skip
"""Signs between two numbers of a text that are worked out: the 2 of 3*x^(3 - 1)."""


def forward_rule(tree: Tree, bound: BoundOperation, args: Sequence[Leaf]) -> int:
    """Operation and its arguments → what it computes, as a person writes it."""
    row, parts = bound.row, [arg(tree) for arg in args]
    if row.name == "index":
        return tree.add(INDEX, None, (*parts, *(_place(tree, at) for at in bound.options["at"])))
    if row.name == "stack" and bound.options["axis"] == 0:
        return tree.add(LIST, None, tuple(parts))
    if row.name == "power":
        return tree.add(OPERATOR, "^", (parts[0], _number(tree, float(bound.options["n"]))))
    key = next((alias for alias in row.aliases if alias in OPERATORS and alias != "odot"), None)
    key = {"transpose": "T", "negate": "neg"}.get(row.name, key)
    if key is not None and not bound.options and OPERATORS[key].arity == min(2, len(parts)):
        if len(parts) == 1:
            return tree.add(OPERATOR, key, tuple(parts))
        return reduce(lambda left, right: tree.add(OPERATOR, key, (left, right)), parts)
    changed = {name: value for name, value in bound.options.items() if value is not None and value != row.options[name]}
    options = [tree.add(KEYWORD, name, (_option(tree, value),)) for name, value in changed.items()]
    return tree.add(CALL, row.name, (*parts, *options))


def backward_rule(
    tree: Tree, bound: BoundOperation, slot: int, args: Sequence[Leaf], out: Leaf, upstream: Leaf,
    shapes: Sequence[Shape], size: Shape,
) -> int | None:  # fmt: skip
    """Operation, argument, what stands for its arguments, its result and the gradient that arrives, the shapes →
    the contribution to the argument; None where the path ends."""
    row, ndims = bound.row, tuple(map(len, shapes))
    if bound.can_end and row.ends_at(slot, ndims):
        return None
    if row.pointwise:
        local = _copied(tree, row.partials[slot], _leaves(tree, bound, slot, args, out, upstream, shapes))
        if _is_number(tree, local, 0.0):
            return None
        contribution = product(tree, upstream(tree), local)
        return contribution if shapes[slot] == size else _fitted(tree, contribution, args[slot])
    if row.name in ("index", "concat", "stack"):
        return _moved(tree, bound, slot, args, upstream, shapes)
    text = row.pullback_text(slot, ndims)
    contribution = _copied(tree, text, _leaves(tree, bound, slot, args, out, upstream, shapes))
    is_broadcast = len(shapes) == 2 and shapes[0] != shapes[1] and (row.name in _BROADCASTING or max(ndims) > 2)
    return _fitted(tree, contribution, args[slot]) if is_broadcast or row.variadic else contribution


_BROADCASTING = frozenset(row.name for row in KINDS["losses"]) - {"cross_entropy", "nll"} | {
    "cross", "cosine_similarity",
}  # fmt: skip
"""Operations on two arrays that broadcast them, besides products of arrays with more than two axes."""


def _leaves(
    tree: Tree, bound: BoundOperation, slot: int, args: Sequence[Leaf], out: Leaf, upstream: Leaf,
    shapes: Sequence[Shape],
) -> dict[str, Leaf]:  # fmt: skip
    """What the names of a row's text stand for."""
    row = bound.row
    leaves: dict[str, Leaf] = {"g": upstream, "out": out, "k": lambda into: into.add(NUMBER, float(slot))}
    if row.variadic:
        leaves |= {"x": args[slot], "xs": lambda into: into.add(LIST, None, tuple(arg(into) for arg in args))}
    else:
        leaves |= dict(zip(row.params, args, strict=True))
    for name, value in bound.options.items():
        leaves[name] = _option_leaf(value)
    return leaves


def _option_leaf(value: Option) -> Leaf:
    return lambda into: NOTHING if value is None else _option(into, value)


def _copied(tree: Tree, text: str, leaves: dict[str, Leaf]) -> int:
    """Text of a row, and what its names stand for → its expression, numbers in it worked out."""
    program = parsed(text)
    source, root = program.tree, program.statements[-1].root
    copies: list[int] = []
    for node in range(root + 1):
        kind, head = source.kind[node], source.head[node]
        parts = tuple(copies[part] for part in source.args[node] if copies[part] != NOTHING)
        if kind == NAME and head in leaves:
            copies.append(leaves[str(head)](tree))
        elif kind == KEYWORD and (not parts or _goes_without_saying(tree, source, node, root, parts)):
            copies.append(NOTHING)
        elif kind == CALL and head == "tied":
            copies.append(_tied(tree, parts))
        elif kind == OPERATOR:
            copies.append(_operated(tree, str(head), parts))
        else:
            copies.append(tree.add(kind, head, parts))
    return copies[root]


def _goes_without_saying(tree: Tree, source: Tree, node: int, root: int, parts: tuple[int, ...]) -> bool:
    """Whether an option of a call in a text has its default."""
    call = next(at for at in range(node + 1, root + 1) if node in source.args[at])
    row = BY_NAME.get(str(source.head[call]))
    value = _literal(tree, parts[0])
    return row is not None and value is not None and value == row.options.get(str(source.head[node]))


def _tied(tree: Tree, parts: tuple[int, ...]) -> int:
    """tied(out, [a, b]) → (a == out) + (b == out), which needs no list of arrays of different shapes."""
    out, listed = parts
    terms = [tree.add(OPERATOR, "==", (part, out)) for part in tree.args[listed]]
    return reduce(lambda left, right: tree.add(OPERATOR, "+", (left, right)), terms)


def _operated(tree: Tree, key: str, parts: tuple[int, ...]) -> int:
    """A sign and its operands → the expression; of numbers the number, and of x^1 and 1*x the x."""
    literals = [_literal(tree, part) for part in parts]
    known = [number for number in literals if number is not None]
    if key in _FOLDED and len(known) == len(parts):
        return _number(tree, float(_FOLDED[key](*known)))
    if key in ("*", "^") and literals[1] == 1.0:
        return parts[0]
    if key == "*" and literals[0] == 1.0:
        return parts[1]
    return tree.add(OPERATOR, key, parts)


def _literal(tree: Tree, node: int) -> float | None:
    if tree.kind[node] == NUMBER:
        return float(tree.head[node])
    if tree.kind[node] == OPERATOR and tree.head[node] == "neg":
        inner = _literal(tree, tree.args[node][0])
        return None if inner is None else -inner
    return None


def _is_number(tree: Tree, node: int, value: float) -> bool:
    return _literal(tree, node) == value


def _fitted(tree: Tree, contribution: int, like: Leaf) -> int:
    """A contribution, and the argument it is for → the sum over the axes along which the argument was repeated."""
    return tree.add(CALL, "fitted", (contribution, like(tree)))


def _moved(
    tree: Tree, bound: BoundOperation, slot: int, args: Sequence[Leaf], upstream: Leaf, shapes: Sequence[Shape]
) -> int:
    """What an operation that only moves entries sends back, with the places as the shapes have them."""
    g = upstream(tree)
    if bound.row.name == "index":
        places = np.arange(prod(shapes[0])).reshape(shapes[0])[key_of(bound.options["at"])]
        at = tree.add(KEYWORD, "at", (_option(tree, tuple(map(int, np.ravel(places)))),))
        return tree.add(CALL, "scattered", (g, args[0](tree), at))
    axis = int(bound.options["axis"])
    ndim = len(shapes[0]) + (bound.row.name == "stack")
    before = [("slice", None, None, None)] * (axis % ndim)
    if bound.row.name == "stack":
        return tree.add(INDEX, None, (g, *(_place(tree, at) for at in (*before, slot))))
    start = sum(size[axis] for size in shapes[:slot])
    part = ("slice", start, start + shapes[slot][axis], None)
    return tree.add(INDEX, None, (g, *(_place(tree, at) for at in (*before, part))))


def _place(tree: Tree, at: Any) -> int:
    """One place of an index → its node."""
    if at is None:
        return tree.add(NAME, "None")
    if isinstance(at, int):
        return _number(tree, float(at))
    if at[0] == "list":
        return _nested(tree, at[1])
    bounds = [(letter, bound) for letter, bound in zip("abs", at[1:], strict=True) if bound is not None]
    letters = "".join(letter for letter, _ in bounds)
    return tree.add(SLICE, letters, tuple(_number(tree, float(bound)) for _, bound in bounds))


def _nested(tree: Tree, entries: tuple[Any, ...]) -> int:
    return tree.add(LIST, None, tuple(
        _nested(tree, entry) if isinstance(entry, tuple) else _number(tree, float(entry)) for entry in entries
    ))  # fmt: skip


def _option(tree: Tree, value: Option) -> int:
    """Value of an option → its node."""
    if isinstance(value, tuple):
        return _nested(tree, value)
    assert value is not None
    return _number(tree, float(value))


def _number(tree: Tree, value: float) -> int:
    node = tree.add(NUMBER, abs(value))
    return tree.add(OPERATOR, "neg", (node,)) if value < 0 else node
