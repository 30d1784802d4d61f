"""Edge → its contribution as a formula: upstream gradient times local derivative, in names or with numbers."""

from __future__ import annotations

from graphviz_ad.explain.expression import SUM
from graphviz_ad.language.tree import CALL, NUMBER, OPERATOR, VALUE, Tree
from graphviz_ad.values import Value


def times(tree: Tree, upstream: int, local: int, upstream_value: Value, local_value: Value | None) -> int:
    """upstream · local, without brackets where the local derivative is a product itself; the values say of what kind.

    Between arrays the product is entry by entry, but for a factor that is one number.
    """
    arrays = not isinstance(upstream_value, float)
    spine = [local]
    while tree.kind[spine[-1]] == OPERATOR and tree.head[spine[-1]] in ("*", "odot"):
        spine.append(tree.args[spine[-1]][0])

    def sign(factor: int) -> str:
        return "odot" if arrays and not (isinstance(local_value, float) or _is_number(tree, factor)) else "*"

    product = tree.add(OPERATOR, sign(spine[-1]), (upstream, spine[-1]))
    for at in reversed(spine[:-1]):
        right = tree.args[at][1]
        product = tree.add(OPERATOR, sign(right), (product, right))
    return product


def number_first(tree: Tree, upstream: int, local: int) -> tuple[int, int]:
    """upstream · (2 · x) → the same as (2 · upstream) · x, so that no sign stands between two numbers or two arrays."""
    if tree.kind[local] == OPERATOR and tree.head[local] in ("*", "odot"):
        first, rest = tree.args[local]
        if _is_number(tree, first):
            return tree.add(OPERATOR, "*", (first, upstream)), rest
    return upstream, local


def _is_number(tree: Tree, at: int) -> bool:
    """Whether a factor of the local derivative of an array operation is one number for all entries."""
    while tree.kind[at] == OPERATOR and tree.head[at] == "neg":
        at = tree.args[at][0]
    return tree.kind[at] in (NUMBER, VALUE) and isinstance(tree.head[at], float)


def summed(tree: Tree, at: int, axes: tuple[int, ...]) -> int:
    """The sum that undoes a broadcast, where there was one."""
    return tree.add(CALL, SUM, (at,)) if axes else at


def without_one(tree: Tree, upstream: int, local: int) -> int | None:
    """Upstream gradient times a local derivative of 1 or -1 → it, or its negative; None for any other."""
    if tree.kind[local] == NUMBER and tree.head[local] == 1:
        return upstream
    if tree.kind[local] == OPERATOR and tree.head[local] == "neg":
        (inside,) = tree.args[local]
        if tree.kind[inside] == NUMBER and tree.head[inside] == 1:
            return tree.add(OPERATOR, "neg", (upstream,))
    return None
