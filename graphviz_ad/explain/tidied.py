"""A derivative as the rules give it → as a person writes it: factors that cancel are gone, numbers and powers are one.

2 · x · y/(2 · y · y) is x/y, √v · √v is v, a + b - a is b, Xᵀ (2 (X w - y)) is 2 Xᵀ (X w - y), e^a/(1 + e^a) is σ(a).
What is left stands in the order in which it stood; only what is one number cancels, since an array may have entries
that are 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.expression import SUM
from graphviz_ad.explain.sigmoids import with_sigmoids
from graphviz_ad.language.numbers import FULL, is_short
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, DERIVATIVE, KEYWORD, NAME, NUMBER, OPERATOR, VALUE, Tree

_MAX_DIVISOR = 12
"""Divisors up to which a factor is a fraction: x/3, and else a decimal number where that is short: 0.044715 x."""
_LARGE = 1e15
"""Numbers below it are shown in full."""
_MAX_EXPONENT = 6
"""Powers of a product up to which each of its factors is raised."""
_ONE_NUMBER = frozenset(("sum", "mean", "norm", "dot", "det", "trace", "var", "std", "max", "min", "count"))
"""Functions whose result is one number where nothing is said of axes."""
_LINEAR, _LINEAR_CALLS = frozenset(("@", "odot", "T")), frozenset(("outer", "sum", "mean", SUM))
"""Signs, and functions, before which a number may stand as well as in them."""


@dataclass
class _Product:
    """A number times factors, each with its exponent, in order."""

    number: Fraction = Fraction(1)
    factors: dict[str, tuple[int, Fraction]] = field(default_factory=dict)

    def multiply(self, key: str, node: int, exponent: Fraction) -> None:
        """Take one more factor in."""
        before, power = self.factors.get(key, (node, Fraction(0)))
        if power + exponent:
            self.factors[key] = before, power + exponent
        else:
            self.factors.pop(key, None)

    @property
    def key(self) -> tuple[tuple[str, Fraction], ...]:
        """What is the same for terms that are added up."""
        return tuple(sorted((key, exponent) for key, (_, exponent) in self.factors.items()))


class Tidying:
    """Tree, and whether a name is that of one number → how parts of it are tidied."""

    def __init__(self, tree: Tree, is_scalar: Callable[[str], bool]) -> None:
        self.tree, self.is_scalar = tree, is_scalar
        self.done: dict[int, int] = {}

    def run(self, root: int) -> int:
        """Part of the tree → the same, tidied."""
        if root not in self.done:
            self.done[root] = self._sum(root)
        return self.done[root]

    # -- sums ---------------------------------------------------------------------------------

    def _terms(self, root: int) -> list[_Product]:
        """Part of the tree → the products it is the sum of: those that are alike are one, what is 0 is gone."""
        alike: dict[tuple[tuple[str, Fraction], ...], _Product] = {}
        for sign, node in self.split(root):
            term = _Product(Fraction(sign))
            self._multiply(term, node, Fraction(1))
            if term.key in alike:
                alike[term.key].number += term.number
            else:
                alike[term.key] = term
        return [term for term in alike.values() if term.number]

    def split(self, root: int) -> list[tuple[int, int]]:
        """Part of the tree → its terms, each with its sign, in order."""
        terms, stack = [], [(1, root)]
        while stack:
            sign, node = stack.pop()
            match self._head(node):
                case "+":
                    first, second = self.tree.args[node]
                    stack += [(sign, second), (sign, first)]
                case "-":
                    first, second = self.tree.args[node]
                    stack += [(-sign, second), (sign, first)]
                case "neg":
                    stack.append((-sign, self.tree.args[node][0]))
                case _:
                    terms.append((sign, node))
        return terms

    def _sum(self, root: int) -> int:
        terms = self._terms(root)
        if not terms:
            return self.tree.add(NUMBER, 0.0)
        if terms[0].number < 0 and (above := [term for term in terms if term.number > 0]):
            terms.remove(above[0])
            terms.insert(0, above[0])
        whole = self._signed(self._built(terms[0]), terms[0].number < 0)
        for term in terms[1:]:
            whole = self.tree.add(OPERATOR, "-" if term.number < 0 else "+", (whole, self._built(term)))
        return whole

    # -- products -----------------------------------------------------------------------------

    def _multiply(self, product: _Product, node: int, exponent: Fraction) -> None:
        """Take a part of the tree into a product, raised to a power."""
        args = self.tree.args[node]
        head, whole = self._head(node), exponent.denominator == 1
        if whole and (number := self._fraction(node)) is not None and (number or exponent > 0):
            product.number *= number ** int(exponent)
        elif head == "neg" and whole:
            product.number *= Fraction(-1) ** int(exponent)
            self._multiply(product, args[0], exponent)
        elif head == "odot" and exponent == 1 and any(map(self._is_number, args)):  # with a number it is the product
            self._multiply(product, args[0], exponent)
            self._multiply(product, args[1], exponent)
        elif head == "*" and (exponent == 1 or all(map(self._is_number, args))):
            for arg in args:
                self._multiply(product, arg, exponent)
        elif head == "/" and (exponent == 1 or all(map(self._is_number, args))):
            self._multiply(product, args[0], exponent)
            self._multiply(product, args[1], -exponent)
        elif (power := self._power(node)) is not None and self._is_number(args[0]):
            if power.denominator == 1:
                self._multiply(product, args[0], exponent * power)
            else:  # √x² is no x
                self._factor(product, self.run(args[0]), exponent * power)
        elif self._is_linear(node) and exponent == 1:
            self._linear(product, node)
        elif head in ("+", "-") and exponent.denominator == 1 and abs(exponent) <= _MAX_EXPONENT:
            terms = self._terms(node)
            if len(terms) == 1 and (exponent == 1 or self._is_number(node)):
                self._join(product, terms[0], exponent)
            else:
                self._factor(product, self.run(node), exponent)
        else:
            self._factor(product, self._inside(node), exponent)

    def _join(self, product: _Product, other: _Product, exponent: Fraction) -> None:
        """Take a product into another, raised to a power."""
        product.number *= other.number ** int(exponent)
        for key, (node, power) in other.factors.items():
            product.multiply(key, node, power * exponent)

    def _is_linear(self, node: int) -> bool:
        tree = self.tree
        if any(tree.kind[arg] == KEYWORD for arg in tree.args[node]):
            return False
        return self._head(node) in _LINEAR or (tree.kind[node] == CALL and tree.head[node] in _LINEAR_CALLS)

    def _linear(self, product: _Product, node: int) -> None:
        """Take in a product of arrays or a transpose, what is one number in it before it."""
        tree, parts = self.tree, []
        for arg in tree.args[node]:
            terms = self._terms(arg)
            numbers = {} if len(terms) != 1 else {k: f for k, f in terms[0].factors.items() if self._is_number(f[0])}
            arrays = {k: f for k, f in terms[0].factors.items() if k not in numbers} if len(terms) == 1 else {}
            if not arrays or terms[0].number.denominator != 1:
                parts.append(self.run(arg))
                continue
            self._join(product, _Product(terms[0].number, numbers), Fraction(1))
            parts.append(self._built(_Product(Fraction(1), arrays)))
        self._factor(product, tree.add(tree.kind[node], tree.head[node], tuple(parts)), Fraction(1))

    def _factor(self, product: _Product, node: int, exponent: Fraction) -> None:
        """Take in a part that is no product itself; what is an array stands by itself."""
        key = write(self.tree, node, TEXT)
        if not self._is_number(node):
            key += f"#{node}"
        product.multiply(key, node, exponent)

    def _inside(self, node: int) -> int:
        """Part that is no sum and no product → the same with its arguments tidied."""
        tree = self.tree
        kinds = (OPERATOR, CALL)
        if tree.kind[node] not in kinds or any(tree.kind[arg] == KEYWORD for arg in tree.args[node]):
            return node
        args = tuple(self.run(arg) for arg in tree.args[node])
        return node if args == tree.args[node] else tree.add(tree.kind[node], tree.head[node], args)

    def _fraction(self, node: int) -> Fraction | None:
        """Number as it was typed, or a third that was computed → the fraction it is; None for others."""
        kind, head = self.tree.kind[node], self.tree.head[node]
        if kind not in (NUMBER, VALUE) or type(head) is not float or not abs(head) < _LARGE:
            return None
        near = Fraction(head).limit_denominator(_MAX_DIVISOR)
        if float(near) == head:
            return near
        return Fraction(repr(head)) if kind == NUMBER else None

    def _power(self, node: int) -> Fraction | None:
        """Part → the exponent of a power, ½ for a root, None for others."""
        tree = self.tree
        match self._head(node), tree.args[node]:
            case "root", (_,):
                return Fraction(1, 2)
            case "^", (_, exponent) if tree.kind[exponent] == NUMBER and abs(tree.head[exponent]) <= _MAX_EXPONENT:
                value = float(tree.head[exponent])
                return Fraction(value) if value.is_integer() else None
        if tree.kind[node] == CALL and len(tree.args[node]) == 1:
            return {"square": Fraction(2), "sqrt": Fraction(1, 2)}.get(str(tree.head[node]))
        return None

    # -- what is written ----------------------------------------------------------------------

    def _built(self, product: _Product) -> int:
        """Product → its text without its sign: derivatives, its number, and the rest, as one fraction."""
        tree, number = self.tree, abs(product.number)
        factors = with_sigmoids(tree, product.factors).values()
        above = [self._raised(node, power) for node, power in factors if power > 0]
        below = [self._raised(node, -power) for node, power in factors if power < 0]
        top, bottom = float(number.numerator), float(number.denominator)
        if bottom > _MAX_DIVISOR and is_short(float(number), FULL):
            top, bottom = float(number), 1.0
        if bottom != 1:
            below.insert(0, tree.add(NUMBER, bottom))
        first = [node for node in above if tree.kind[node] == DERIVATIVE]
        beside = [node for node in above if below and node not in first and self._has_derivative(node)]
        above = [node for node in above if node not in first and node not in beside]
        if top != 1 or not (above or first or beside):
            above.insert(0, tree.add(NUMBER, top))
        if below:
            rest = self._times(above) if above else tree.add(NUMBER, 1.0)
            above = [tree.add(OPERATOR, "/", (rest, self._times(below)))]
        return self._times([*first, *above, *beside])

    def _raised(self, node: int, power: Fraction) -> int:
        tree = self.tree
        if power.denominator == 2:
            root = tree.add(OPERATOR, "root", (node,))
            if power == Fraction(1, 2):
                return root
            whole = self._raised(node, power - Fraction(1, 2))
            return tree.add(OPERATOR, "*", (whole, root))
        return node if power == 1 else tree.add(OPERATOR, "^", (node, tree.add(NUMBER, float(power))))

    def _times(self, factors: Sequence[int]) -> int:
        return reduce(self._by, factors)

    def _by(self, left: int, right: int) -> int:
        """Two factors → their product; numbers stand before one of arrays without brackets: 2 Xᵀ (X w - y)."""
        tree = self.tree
        is_of_arrays = self._head(right) in ("@", "odot") or (tree.kind[right] == CALL and tree.head[right] == "outer")
        if is_of_arrays and self._is_number(left):
            first, *rest = tree.args[right]
            return tree.add(tree.kind[right], tree.head[right], (self._by(left, first), *rest))
        return tree.add(OPERATOR, "*", (left, right))

    def _signed(self, node: int, negative: bool) -> int:
        """Product → the same with a minus before its first factor."""
        if not negative:
            return node
        if self._head(node) == "*":
            first, second = self.tree.args[node]
            return self.tree.add(OPERATOR, "*", (self._signed(first, True), second))
        return self.tree.add(OPERATOR, "neg", (node,))

    # -- what is there ------------------------------------------------------------------------

    def _head(self, node: int) -> str:
        return str(self.tree.head[node]) if self.tree.kind[node] == OPERATOR else ""

    def _has_derivative(self, node: int) -> bool:
        """Whether a derivative stands in a part, which would be a fraction in a fraction."""
        return any(self.tree.kind[part] == DERIVATIVE for part in nodes_below(self.tree, node))

    def _is_number(self, node: int) -> bool:
        """Whether a part is one number."""
        tree, stack = self.tree, [node]
        while stack:
            node = stack.pop()
            kind, head, args = tree.kind[node], tree.head[node], tree.args[node]
            if kind == CALL and head in _ONE_NUMBER and len(args) == 1:
                continue
            if kind == NAME and not self.is_scalar(head):
                return False
            if kind == DERIVATIVE and not all(map(self.is_scalar, head[:2])):
                return False
            if (kind == VALUE and not isinstance(head, float)) or (kind == OPERATOR and head in _LINEAR):
                return False
            if kind not in (NUMBER, NAME, OPERATOR, CALL, DERIVATIVE, VALUE):
                return False
            stack += args
        return True


def tidied(tree: Tree, root: int, trace: Trace) -> int:
    """Expression over names of a trace → the same, tidied, in the same tree."""
    ids = trace.graph.ids
    return Tidying(tree, lambda name: name == "π" or (name in ids and trace.shape(ids[name]) == ())).run(root)
