"""Text of a row and values → its value and how large the terms are that it is added up from: see `autodiff.dust`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.operation import Option
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Result

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

DUST_SHARE = 1e-12
"""Of the sum of the terms: what is smaller is dust."""
LINEAR = frozenset((
    "sum", "mean", "matmul", "@", "dot", "outer", "outers", "transpose", "T", "concat", "stack", "reshape", "index",
    "spread", "part", "entry", "shaped", "placed", "fitted", "rows",
))  # fmt: skip
"""Operations that add up entries, or only move them."""


@dataclass(frozen=True, slots=True)
class Size:
    """A number, or an array, in which dust is 0, and beside it how large the terms were that it came of."""

    value: Result
    terms: Result

    @classmethod
    def of(cls, value: Result) -> Size:
        """A number that was given, not computed → itself as its only term."""
        return cls(value, np.abs(value))

    @property
    def swept(self) -> Size:
        """The same with 0 in place of dust; what is no dust counts as its own only term."""
        value, terms = np.broadcast_arrays(self.value, self.terms)
        dust = (value != 0) & np.isfinite(value) & np.isfinite(terms) & (np.abs(value) <= DUST_SHARE * terms)
        clean = np.where(dust, 0.0, value)
        return Size(clean, np.where(clean == 0, terms, np.abs(clean)))


Operand = Size | Result | Option
"""What a name of a text stands for: a number with the size of its terms, or an option."""


def terms_of(text: str, scope: Mapping[str, Operand], raw: Result) -> Result:
    """Text of a row, what its names stand for, and its value → the size of its terms where it should be 0."""
    try:
        weighed = _weighed(text, scope)
    except (ValueError, TypeError, IndexError):  # an operation on what has no sizes
        return np.abs(raw)
    return np.where(weighed.value == 0, weighed.terms, np.abs(weighed.value))


def _weighed(text: str, scope: Mapping[str, Operand]) -> Size:
    """Text of a row and what its names stand for → its value without dust, and the size of its terms.

    Raises what an operation raises that is called with what it cannot take.
    """
    program = parsed(text)
    names, results = dict(scope), list[Operand]()
    for statement in program.statements:
        for node in range(len(results), statement.root + 1):
            results.append(_weigh(program.tree, node, results, names))
        if statement.name is not None:
            names[statement.name] = results[statement.root]
    return _sized(results[program.statements[-1].root]).swept


def _sized(value: Operand) -> Size:
    return value if isinstance(value, Size) else Size.of(value)  # type: ignore[arg-type]  # numpy raises for an option


def _weigh(tree: Tree, node: int, results: list[Operand], names: Mapping[str, Operand]) -> Operand:
    kind, head = tree.kind[node], tree.head[node]
    args = [results[arg] for arg in tree.args[node]]
    if kind == NUMBER:
        return float(head)
    if kind == NAME:
        return math.inf if head == "inf" else names[head]
    if kind == KEYWORD:
        return args[0]
    if kind == OPERATOR:
        return _operated(str(head), [_sized(arg) for arg in args])
    assert kind == CALL, "texts of rows hold numbers, names, operators and calls"
    named = {
        str(tree.head[child]): arg for child, arg in zip(tree.args[node], args, strict=True)
        if tree.kind[child] == KEYWORD
    }  # fmt: skip
    plain_args = [arg for child, arg in zip(tree.args[node], args, strict=True) if tree.kind[child] != KEYWORD]
    return _called(str(head), plain_args, {name: _bare(option) for name, option in named.items()})


def _bare(value: Operand) -> Result | Option:
    return value.value if isinstance(value, Size) else value


def _operated(key: str, args: list[Size]) -> Size:
    values = [arg.value for arg in args]
    match key:
        case "+" | "-" if len(args) == 2:
            value = values[0] + values[1] if key == "+" else values[0] - values[1]
            return Size(value, args[0].terms + args[1].terms).swept
        case "*":
            return Size(values[0] * values[1], args[0].terms * args[1].terms)
        case "/":
            return Size(np.divide(values[0], values[1]), np.divide(args[0].terms, np.abs(values[1])))
        case "neg":
            return Size(-values[0], args[0].terms)
        case "^":
            power = np.power(np.asarray(values[0], dtype=float), values[1])
            return Size(power, np.where(values[0] == 0, np.power(args[0].terms, values[1]), np.abs(power)))
        case "@":
            return Size(np.matmul(values[0], values[1]), np.matmul(args[0].terms, args[1].terms)).swept
        case "T" | "root":
            return _called("transpose" if key == "T" else "sqrt", list(args), {})
    return Size.of(BY_NAME[key].forward(*values))


def _called(name: str, args: list[Operand], options: Mapping[str, Operand]) -> Size:
    if name == "where":
        condition, yes, no = map(_sized, args)
        chosen = np.where(condition.value, yes.value, no.value)
        return Size(chosen, np.where(condition.value, yes.terms, no.terms))
    values = [_bare(arg) for arg in args]
    row = BY_NAME[name]
    if row.definition and not row.pointwise and name not in LINEAR:
        given = {**row.options, **dict(zip(row.options, args[len(row.params) :])), **options}
        return _weighed(row.definition, dict(zip(row.params, args)) | given)
    function = row.forward
    value = function(*values, **options)
    if name in LINEAR:
        terms = [_sized(arg).terms if isinstance(arg, Size) else arg for arg in args]
        return Size(value, np.abs(function(*terms, **options))).swept
    sizes = [arg for arg in args if isinstance(arg, Size)]
    inherited = sum((np.max(np.where(arg.value == 0, arg.terms, 0.0)) for arg in sizes if np.size(arg.terms)), 0.0)
    return Size(value, np.where(np.asarray(value) == 0, inherited, np.abs(value)))
