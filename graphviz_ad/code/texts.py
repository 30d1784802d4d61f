"""A text of a row (a derivative, a definition) and what stands for its names → the expression in a library.

A case that does not occur at the values of this program is left out: no `where` guards against 0 where nothing is 0.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_ad.code import losses, shaped, sliding, vectors
from graphviz_ad.code.common import TEMPLATES
from graphviz_ad.code.operand import Operand
from graphviz_ad.code.pullbacks import INTERNAL
from graphviz_ad.code.trees import (
    binary,
    is_one,
    is_zero,
    negative,
    number,
    product,
    quotient,
    total,
)
from graphviz_ad.code.writer import COMPARISONS, SPECIAL, Options, Writer, compute
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

RULES = (losses, shaped, sliding, vectors)
"""Modules that say how operations are written, which is known once they are imported."""
_SIGNS = {"root": "sqrt", "T": "transpose", "neg": "negate", "·": "multiply"}
"""Signs of the language, and the operations they stand for."""


class Texts:
    """Reads texts of rows with operands for their names."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def value(self, text: str, names: Mapping[str, Operand], options: Mapping[str, object]) -> Operand:
        """Text, operands and options by name → the expression of its last statement."""
        program = parsed(text)
        tree = program.tree
        known = dict(names)
        done: list[Any] = []
        ends = {statement.root: statement for statement in program.statements}
        for node, (kind, head, args) in enumerate(zip(tree.kind, tree.head, tree.args, strict=True)):
            parts = [done[arg] for arg in args]
            if kind == NUMBER:
                done.append(Operand(number(float(head)), float(head), constant=True))
            elif kind == NAME:
                done.append(self.name(str(head), known, options))
            elif kind == KEYWORD:
                done.append((str(head), parts[0]))
            elif kind == CALL:
                done.append(self.call(BY_NAME[str(head)], parts))
            else:
                assert kind == OPERATOR, "texts of rows hold numbers, names, operators and calls"
                done.append(self.sign(str(head), parts))
            if node in ends and ends[node].name:
                known[str(ends[node].name)] = done[-1]
        result: Operand = done[program.statements[-1].root]
        return result

    def name(self, name: str, known: Mapping[str, Operand], options: Mapping[str, object]) -> object:
        """Name → the operand, π, or the value of an option."""
        if name in known:
            return known[name]
        if name == "pi":
            return self.writer.pi()
        value = options[name]
        if isinstance(value, int | float) and not isinstance(value, bool) and name not in ("axis", "keepdims"):
            return Operand(number(float(value)), float(value), constant=True)
        return value

    def call(self, row: Operation, parts: list[Any]) -> Operand:
        """Operation and its arguments, options behind them or by name → the operand."""
        arguments: list[Any] = [part for part in parts if not _is_keyword(part)]
        count = len(row.params)
        options = dict(row.options)
        options |= dict(zip(row.options, map(_plain, arguments[count:]), strict=False))
        options |= {key: _plain(value) for key, value in (part for part in parts if _is_keyword(part))}
        args = arguments[:count]
        special = INTERNAL.get(row.name)
        if special is not None:
            return special(self.writer, options, args)
        if row.name == "where":
            condition, _, no = args
            if condition.constant and is_zero(condition.code):
                otherwise: Operand = no
                return otherwise
        if row.name == "maximum" and self.writer.at_values and _is_above(args[0], args[1]):
            above: Operand = args[0]
            return above
        if row.name == "sum" and self.writer.at_values and args[0].boolean and _all_ones(compute(row, options, args)):
            return Operand(ast.Constant(1), compute(row, options, args), constant=True)
        return self.writer.operation(row, options, args)

    def sign(self, key: str, parts: list[Operand]) -> Operand:
        """Sign and its operands → the operand, in the simplest form that computes the same."""
        row = BY_NAME[_SIGNS.get(key, key)]
        if key == "^":
            return self.power(*parts)
        value = compute(row, {}, parts)
        constant = all(part.constant for part in parts)
        if row.name in COMPARISONS:
            never = self.writer.at_values and value is not None and not np.any(value)
            if row.name == "equal" and never and not parts[0].boolean:
                return Operand(ast.Constant(0), value, constant=True)
            return self.writer.operation(row, {}, parts)
        if row.name == "multiply" and not all(part.boolean for part in parts):
            return self.times(*parts)
        if row.name in ("multiply", "transpose", "matmul"):
            return self.writer.operation(row, {}, parts)
        codes = [self.writer.as_number(part).code for part in parts]
        if constant and all(isinstance(code, ast.Constant) for code in codes) and key != "/":
            return Operand(number(float(value)), value, constant=True)  # type: ignore[arg-type]
        code = self.simple(row.name, codes)
        if row.name == "negate" and parts[0].boolean:
            code = negative(codes[0])
        return Operand(code, value, constant=constant)

    def simple(self, name: str, codes: list[ast.expr]) -> ast.expr:
        """Arithmetic without what changes nothing: + 0, / 1, a number over itself."""
        if name == "negate":
            return negative(codes[0])
        left, right = codes
        if name == "divide":
            same = isinstance(left, ast.Name) and isinstance(right, ast.Name) and left.id == right.id
            return ast.Constant(1) if same else ast.Constant(0) if is_zero(left) else quotient(left, right)
        if is_zero(right):
            return left
        if is_zero(left):
            return right if name == "add" else negative(right)
        return total(left, right) if name == "add" else binary(left, ast.Sub, right)

    def times(self, left: Operand, right: Operand) -> Operand:
        """Two factors → their product; a comparison as a factor stands as it is."""
        value = compute(BY_NAME["multiply"], {}, [left, right])
        constant = left.constant and right.constant
        if is_one(left.code) or is_one(right.code):
            kept = right if is_one(left.code) else left
            return replace(self.writer.as_number(kept), value=value)
        if is_zero(left.code) or is_zero(right.code):
            return Operand(ast.Constant(0), value, constant=constant)
        if isinstance(left.code, ast.Constant) and isinstance(right.code, ast.Constant):
            return Operand(number(float(value)), value, constant=True)  # type: ignore[arg-type]
        return Operand(product(left.code, right.code), value, constant=constant)

    def power(self, base: Operand, exponent: Operand) -> Operand:
        """A power; the first is the base itself."""
        value = compute(BY_NAME["pow"], {}, [base, exponent])
        base = self.writer.as_number(base)
        if is_one(exponent.code):
            return base
        if isinstance(base.code, ast.Constant) and isinstance(exponent.code, ast.Constant):
            return Operand(number(float(value)), value, constant=True)  # type: ignore[arg-type]
        return Operand(binary(base.code, ast.Pow, exponent.code), value, constant=base.constant and exponent.constant)


def _is_keyword(part: object) -> bool:
    return isinstance(part, tuple) and bool(part) and isinstance(part[0], str)


def _plain(value: object) -> Any:
    """Argument that is an option → its value."""
    if isinstance(value, Operand):
        return float(value.value)  # type: ignore[arg-type]
    return value


def _is_above(operand: Operand, bound: Operand) -> bool:
    return bound.constant and operand.value is not None and bool(np.all(np.greater(operand.value, bound.value or 0.0)))


def _all_ones(value: Any) -> bool:
    return value is not None and bool(np.all(np.equal(value, 1)))


def _defined(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> Operand:
    """Operation that no template writes → its definition."""
    assert row.definition is not None
    return Texts(writer).value(row.definition, dict(zip(row.params, args)), options)


SPECIAL |= {row.name: _defined for row in TABLE if row.definition and row.name not in {*SPECIAL, *TEMPLATES}}
