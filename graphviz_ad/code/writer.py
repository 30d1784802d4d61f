"""One operation and what stands for its arguments → the expression of its value in a library."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_ad.code.dialects import Dialect
from graphviz_ad.code.operand import Operand
from graphviz_ad.code.trees import (
    binary,
    call,
    decimal,
    filled,
    literal,
    name_of,
    negative,
    number,
    parsed,
    python,
)
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.values import Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Options = Mapping[str, Option]
Special = Callable[["Writer", Operation, Options, list[Operand]], "Operand | ast.expr | None"]
"""Writes an operation in a way that no template says; None where the template will do."""

SPECIAL: dict[str, Special] = {}
"""Such ways by operation, which the modules `shaped`, `losses` and `pullbacks` add."""

_NUMBERS_TOO = frozenset({"where", "clamp", "power", "pow", "add", "subtract", "multiply", "divide", "negate",
                          "reciprocal", "less", "less_equal", "greater", "greater_equal", "equal",
                          "not_equal", "spread", "detach", "maximum", "minimum", "batch", "count"})  # fmt: skip
"""Operations that torch too computes of numbers of Python, besides tensors."""
_MATH = {"exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos", "atan",
         "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "gamma", "lgamma", "floor",
         "ceil"}  # fmt: skip
"""Functions that Python has for its own numbers."""
COMPARISONS = frozenset({"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"})
REDUCTIONS = frozenset({"sum", "mean", "prod", "max", "min", "var", "std", "norm", "logsumexp", "argmax", "argmin",
                        "softmax", "softmin", "log_softmax"})  # fmt: skip


class Writer:
    """Writes operations in one library.

    `at_values` says that cases which do not occur at these values are left out, `derivative` that what is written is
    multiplied with a gradient: a comparison is a factor as it is.
    """

    def __init__(self, dialect: Dialect, *, at_values: bool = False, derivative: bool = False) -> None:
        self.dialect, self.at_values, self.derivative = dialect, at_values, derivative

    def np(self, template: str, **parts: Operand | ast.expr | None) -> ast.expr:
        """A template as numpy has it, with operands or expressions → the expression for this library."""
        given = {
            name: part.code if isinstance(part, Operand) else ast.Constant(None) if part is None else part
            for name, part in parts.items()
        }
        return filled(self.dialect.spelled(template), given)

    def operation(self, row: Operation, options: Options, operands: Sequence[Operand]) -> Operand:
        """Operation, its options and operands → the operand that its value is."""
        args, name = list(operands), row.name
        options = self.options(row, options, args)
        value = compute(row, options, args)
        is_constant = all(arg.constant for arg in args)
        if name in COMPARISONS:
            return replace(self.comparison(row, args), value=value, constant=is_constant)
        if name == "where":
            args[1:] = [self.as_number(arg).as_decimal() for arg in args[1:]]
        elif name != "multiply":
            args = [self.as_number(arg) for arg in args]
        if self.dialect.name == "torch" and is_constant and name in _MATH and len(args) == 1 and _is_finite(value):
            return Operand(call(f"math.{name}", args[0].code), value, constant=True)
        if self.dialect.name == "torch" and name not in _NUMBERS_TOO:
            args = [self.tensor(arg) for arg in args]
            is_constant = False
        special = SPECIAL.get(name)
        code = special(self, row, options, args) if special is not None else None
        if code is None:
            code = self.from_template(row, options, args)
        if isinstance(code, Operand):
            return code
        return Operand(code, value, constant=is_constant)

    def options(self, row: Operation, options: Options, args: list[Operand]) -> dict[str, Option]:
        """Options as they are stored → as Python has them: an axis is a whole number, keepdims is true or false."""
        chosen: dict[str, Any] = {**row.options, **options}
        for name, value in chosen.items():
            if name == "keepdims":
                chosen[name] = bool(value)
            elif name in ("axis", "correction", "n") and isinstance(value, float) and value.is_integer():
                chosen[name] = int(value)
        if row.name in REDUCTIONS and args[0].shape == ():
            chosen |= {name: None for name in ("axis", "keepdims") if name in chosen}
        return chosen

    def from_template(self, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
        """Operation that is written by the template of its name → the expression."""
        template = self.dialect.template(row.name)
        if template is None:
            raise KeyError(row.name)
        parts: dict[str, ast.expr] = {name: python(value) for name, value in options.items()}
        parts |= dict(zip(row.params, (arg.code for arg in args)))
        repeated = [
            param for param, arg in zip(row.params, args)
            if not arg.is_simple and len(re.findall(rf"(?<![\w.]){param}(?![\w(=])", template)) > 1
        ]  # fmt: skip
        if repeated:
            used = [name for name in options if re.search(rf"\b{name}\b", template)]
            return call(row.name, *(arg.code for arg in args), **{name: parts[name] for name in used})
        return filled(template, parts)

    def comparison(self, row: Operation, args: list[Operand]) -> Operand:
        """Two operands → the comparison, which holds or does not; 0 or 1 compared with 0 is the condition itself."""
        x, y = map(self.as_number, args)
        if args[0].boolean and y.value is not None and np.ndim(y.value) == 0 and y.value == 0:
            if row.name == "not_equal":
                return args[0]
            if row.name == "equal" and isinstance(args[0].code, ast.Compare):
                return Operand(inverted(args[0].code), boolean=True)
        sign = {"less": ast.Lt, "less_equal": ast.LtE, "greater": ast.Gt, "greater_equal": ast.GtE, "equal": ast.Eq,
                "not_equal": ast.NotEq}[row.name]  # fmt: skip
        return Operand(ast.Compare(x.code, [sign()], [y.code]), boolean=True)

    def as_number(self, operand: Operand) -> Operand:
        """A comparison → 1 or 0 as a float; anything else as it is."""
        if not operand.boolean:
            return operand
        code: ast.expr = ast.BinOp(decimal(1.0), ast.Mult(), operand.code)
        if self.dialect.name == "torch" and not operand.constant and not self.derivative:
            code = ast.Call(ast.Attribute(operand.code, "double", ast.Load()), [], [])
        return replace(operand, code=code, boolean=False)

    def tensor(self, operand: Operand) -> Operand:
        """For torch: a number of Python → a tensor."""
        if not operand.constant:
            return operand
        return replace(operand, code=self.dialect.array(operand.as_decimal().code), constant=False)

    def constant(self, value: Value) -> Operand:
        """Number or array of the formula → the literal."""
        if isinstance(value, float):
            if not math.isfinite(value):
                name = ast.Attribute(name_of(self.dialect.np), "nan" if math.isnan(value) else "inf", ast.Load())
                return Operand(negative(name) if value < 0 else name, value, constant=True)
            return Operand(number(value), value, constant=True)

        return Operand(self.dialect.array(literal(value.tolist())), value)

    def pi(self) -> Operand:
        """→ π."""
        return Operand(parsed(f"{self.dialect.np}.pi"), math.pi, constant=True)


def _is_finite(value: Result | None) -> bool:
    """Whether it is one number, and neither inf nor nan."""
    return value is not None and np.ndim(value) == 0 and bool(np.isfinite(value))


def inverted(comparison: ast.Compare) -> ast.Compare:
    """A comparison → the one that holds where it does not."""
    other = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
    return ast.Compare(comparison.left, [other[type(comparison.ops[0])]()], comparison.comparators)


def compute(row: Operation, options: Options, args: Sequence[Operand]) -> Result | None:
    """Operation and operands → the value, None where one of theirs is not known."""
    if any(arg.value is None for arg in args):
        return None
    with np.errstate(all="ignore"):
        values = [np.float64(arg.value) if isinstance(arg.value, float) else arg.value for arg in args]
        value: Result = row.forward(*values, **{name: options[name] for name in row.options})
    is_object = getattr(getattr(value, "dtype", None), "kind", "") == "O"
    return np.asarray(value, dtype=float) if is_object else value


def _terms(sign: type[ast.operator]) -> Special:
    """Sign → what writes a sum or product of any number of terms."""

    def write(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> Operand | ast.expr:
        if sign is ast.Mult and all(arg.boolean for arg in args):
            both = _chained([arg.code for arg in args], ast.BitAnd)
            return Operand(both, compute(row, options, args), all(arg.constant for arg in args), boolean=True)
        return _chained([arg.code for arg in args], sign)

    return write


def _chained(codes: list[ast.expr], sign: type[ast.operator]) -> ast.expr:
    whole = codes[0]
    for code in codes[1:]:
        whole = binary(whole, sign, code)
    return whole


def _power(writer: Writer, row: Operation, options: Options, args: list[Operand]) -> ast.expr:
    exponent = options["n"]
    assert isinstance(exponent, int | float)
    return binary(args[0].code, ast.Pow, number(float(exponent)))


SPECIAL |= {"add": _terms(ast.Add), "multiply": _terms(ast.Mult), "power": _power}
