"""Sums and products of derivatives as a person writes them: y·(1/a) is y/a, ½·2(a - y) is a - y, x + (-y) is x - y."""

from __future__ import annotations

from functools import reduce

from graphviz_ad.language.numbers import FULL, is_short
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, Tree


def number(tree: Tree, value: float) -> int:
    """Put a number into a tree."""
    node = tree.add(NUMBER, abs(value))
    return tree.add(OPERATOR, "neg", (node,)) if value < 0 else node


def added(tree: Tree, left: int, right: int) -> int:
    """Two terms → their sum."""
    if tree.kind[right] == OPERATOR and tree.head[right] == "neg":
        return tree.add(OPERATOR, "-", (left, tree.args[right][0]))
    return tree.add(OPERATOR, "+", (left, right))


def product(tree: Tree, upstream: int, local: int) -> int:
    """Two factors → their product, the numbers in them multiplied, what stands over 1 as a quotient."""
    (first, left), (second, right) = _parted(tree, upstream), _parted(tree, local)
    factor = first * second
    if not is_short(factor, FULL):
        return _times(tree, upstream, local)
    rest = [part for part in (left, right) if part is not None]
    if not rest:
        return number(tree, factor)
    whole = reduce(lambda x, y: _times(tree, x, y), rest)
    if abs(factor) == 1:
        return whole if factor == 1 else _negative(tree, whole)
    if 0 < abs(factor) < 1 and (1 / factor).is_integer():
        quotient = _divided(tree, whole, tree.add(NUMBER, abs(1 / factor)))
        return quotient if factor > 0 else tree.add(OPERATOR, "neg", (quotient,))
    return _times(tree, number(tree, factor), whole)


def without_factor(tree: Tree, node: int, factor: str) -> int | None:
    """Product → the same without a factor that is written so, None where it has none."""
    if tree.kind[node] != OPERATOR or tree.head[node] not in ("*", "/"):
        return None
    first, second = tree.args[node]
    if tree.head[node] == "*":
        if write(tree, second, TEXT) == factor:
            return first
        if write(tree, first, TEXT) == factor:
            return second
        rest = without_factor(tree, second, factor)
        if rest is not None:
            return tree.add(OPERATOR, "*", (first, rest))
    rest = without_factor(tree, first, factor)
    return None if rest is None else tree.add(OPERATOR, str(tree.head[node]), (rest, second))


def _negative(tree: Tree, node: int) -> int:
    """Expression → the same with a minus before it, in a product before its first factor."""
    if tree.kind[node] == OPERATOR and tree.head[node] == "*":
        first, second = tree.args[node]
        return tree.add(OPERATOR, "*", (_negative(tree, first), second))
    return tree.add(OPERATOR, "neg", (node,))


def _times(tree: Tree, left: int, right: int) -> int:
    """x and 1/y, in either order → x/y; other factors → their product."""
    for quotient, factor in ((right, left), (left, right)):
        if tree.kind[quotient] == OPERATOR and tree.head[quotient] == "/":
            above, below = tree.args[quotient]
            if tree.kind[above] == NUMBER and tree.head[above] == 1:
                return _divided(tree, factor, below)
    return tree.add(OPERATOR, "*", (left, right))


def _divided(tree: Tree, whole: int, below: int) -> int:
    """Dividend and divisor → their quotient, with one fraction bar where there would be two, and x/x as 1."""
    if tree.kind[whole] == NAME == tree.kind[below] and tree.head[whole] == tree.head[below]:
        return tree.add(NUMBER, 1.0)
    if tree.kind[whole] == OPERATOR and tree.head[whole] == "/":
        above, first = tree.args[whole]
        factors = (below, first) if tree.kind[below] == NUMBER else (first, below)
        return tree.add(OPERATOR, "/", (above, tree.add(OPERATOR, "*", factors)))
    return tree.add(OPERATOR, "/", (whole, below))


def _parted(tree: Tree, node: int) -> tuple[float, int | None]:
    """Expression → the number it is multiplied by, and the rest, None where it is a number."""
    if tree.kind[node] == NUMBER:
        return float(tree.head[node]), None
    if tree.kind[node] != OPERATOR or tree.head[node] not in ("neg", "*", "/"):
        return 1.0, node
    parts = [_parted(tree, part) for part in tree.args[node]]
    match tree.head[node], parts:
        case "neg", [(factor, rest)]:
            return -factor, rest
        case "*", [(factor, None), (other, rest)] | [(other, rest), (factor, None)]:
            return factor * other, rest
        case "*", [(factor, left), (other, right)] if factor != 1 or other != 1:
            assert left is not None
            assert right is not None
            return factor * other, tree.add(OPERATOR, "*", (left, right))
        case "/", [(factor, None), (other, None)] if other:
            return factor / other, None
        case "/", [(factor, rest), (other, None)] if other and is_short(factor / other, FULL):
            return factor / other, rest
        case "/", [(-1.0, rest), (1.0, below)] if rest is not None and below is not None:
            return -1.0, tree.add(OPERATOR, "/", (rest, below))
        case "/", [(factor, rest), (other, below)] if other not in (0, 1) and is_short(factor / other, FULL):
            assert below is not None
            return factor / other, tree.add(OPERATOR, "/", (tree.add(NUMBER, 1.0) if rest is None else rest, below))
    return 1.0, node


def turned_once(old: Tree, *, matrices: bool) -> tuple[Tree, list[int]]:
    """Tree → one without needless transposes, and where its nodes are in it: (Wᵀ)ᵀ is W, (Xᵀ G)ᵀ is Gᵀ X."""
    tree, new = Tree(), list[int]()
    for kind, head, args in zip(old.kind, old.head, old.args, strict=True):
        parts = tuple(new[arg] for arg in args)
        if (kind, head) not in ((OPERATOR, "T"), (CALL, "transpose")):
            new.append(tree.add(kind, head, parts))
            continue
        (part,) = parts
        first = _turned(tree, tree.args[part][0]) if matrices and _is(tree, part, "@") else None
        if _is(tree, part, "T"):
            new.append(tree.args[part][0])
        elif first is not None:
            right = tree.args[part][1]
            beside = _turned(tree, right)
            left = tree.add(OPERATOR, "T", (right,)) if beside is None else beside
            new.append(tree.add(OPERATOR, "@", (left, first)))
        else:
            new.append(tree.add(OPERATOR, "T", parts))
    return tree, new


def _is(tree: Tree, node: int, sign: str) -> bool:
    return tree.kind[node] == OPERATOR and tree.head[node] == sign


def _turned(tree: Tree, node: int) -> int | None:
    """A transpose → what it is the transpose of."""
    return tree.args[node][0] if _is(tree, node, "T") else None
