"""Small pieces of Python's syntax: numbers, names, products without needless brackets, templates with parts put in."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

_LARGEST_WHOLE = 1e15
"""Numbers below it are written without a point where they are whole, as people write 2 * x."""


def number(value: float) -> ast.expr:
    """Number → as it is typed: 2, 0.5; inf and nan by the name they have in every library."""
    if not math.isfinite(value):
        name: ast.expr = attribute(name_of("math"), "nan" if math.isnan(value) else "inf")
        return ast.UnaryOp(ast.USub(), name) if value < 0 else name
    is_negative_zero = value == 0 and math.copysign(1.0, value) < 0
    whole = value.is_integer() and abs(value) < _LARGEST_WHOLE and not is_negative_zero
    return ast.Constant(int(value) if whole else value)


def decimal(value: float) -> ast.expr:
    """Number → a literal of a float: 2.0."""
    return ast.Constant(float(value)) if math.isfinite(value) else number(value)


def literal(value: Any) -> ast.expr:
    """Array as nested lists → lists of floats."""
    return ast.List([literal(part) for part in value], ast.Load()) if isinstance(value, list) else decimal(value)


def python(value: Any) -> ast.expr:
    """Value of an option → Python."""
    if isinstance(value, tuple):
        return ast.Tuple([python(part) for part in value], ast.Load())
    if value is None or isinstance(value, bool | str | int):
        return ast.Constant(value)
    return number(float(value))


def name_of(text: str) -> ast.Name:
    """Text → a name."""
    return ast.Name(text, ast.Load())


def attribute(value: ast.expr, name: str) -> ast.Attribute:
    """Expression → an attribute of it."""
    return ast.Attribute(value, name, ast.Load())


def call(function: str, *args: ast.expr, **keywords: ast.expr | None) -> ast.Call:
    """Function as text, arguments → the call; keywords that are None are left out."""
    given = [ast.keyword(name, value) for name, value in keywords.items() if value is not None]
    return ast.Call(parsed(function), list(args), given)


@cache
def parsed(text: str) -> ast.expr:
    """Text → the expression it is."""
    return ast.parse(text, mode="eval").body


def filled(template: str, parts: Mapping[str, ast.expr]) -> ast.expr:
    """A template as text, expressions by name → the expression with them in place of the names.

    Keywords whose value becomes None or False are left out: they say what holds anyway.
    """
    whole: ast.expr = _Filler(parts).visit(ast.parse(template, mode="eval").body)
    return whole


class _Filler(ast.NodeTransformer):
    """Puts expressions in place of names, and makes products of products plain ones."""

    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.parts.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        open_ones = {keyword.arg for keyword in node.keywords if isinstance(keyword.value, ast.Name)}
        self.generic_visit(node)
        node.keywords = [k for k in node.keywords if k.arg not in open_ones or not _says_nothing(k.value)]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult) and (is_one(node.left) or is_one(node.right)):
            return node.right if is_one(node.left) else node.left
        return node.left if isinstance(node.op, ast.Div) and is_one(node.right) else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        return negative(node.operand) if isinstance(node.op, ast.USub) else node


def _says_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)


def is_one(node: ast.expr) -> bool:
    """Whether it is the number 1."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == 1


def is_zero(node: ast.expr) -> bool:
    """Whether it is the number 0."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == 0


def binary(left: ast.expr, sign: type[ast.operator], right: ast.expr) -> ast.BinOp:
    """Two expressions and an operator → the operation."""
    return ast.BinOp(left, sign(), right)


def product(left: ast.expr, right: ast.expr) -> ast.expr:
    """Two factors → their product, whose own factors stand in a row: a * (b * c) becomes a * b * c."""
    if is_one(right):
        return left
    if is_one(left):
        return right
    match right:
        case ast.BinOp(left=first, op=ast.Mult(), right=second):
            return product(product(left, first), second)
        case ast.BinOp(left=first, op=ast.Div(), right=second):
            return quotient(product(left, first), second)
        case ast.UnaryOp(operand=operand):
            return negative(product(left, operand))
        case ast.Constant(value=int() | float() as value) if value < 0:
            return negative(product(left, ast.Constant(-value)))
    return binary(left, ast.Mult, right)


def quotient(above: ast.expr, below: ast.expr) -> ast.expr:
    """Two expressions → their quotient."""
    return above if is_one(below) else binary(above, ast.Div, below)


def negative(node: ast.expr) -> ast.expr:
    """Expression → the same with a minus, which of a product stands before the first factor."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return operand
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return ast.Constant(-value)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as sign, right=right):
            return ast.BinOp(negative(left), sign, right)
    return ast.UnaryOp(ast.USub(), node)


def total(left: ast.expr, right: ast.expr) -> ast.expr:
    """Two terms → their sum: a + (-b) is written a - b, and a sum as the second term without its brackets."""
    match right:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return binary(left, ast.Sub, operand)
        case ast.BinOp(op=ast.Mult() | ast.Div()) if _starts_negative(right):
            return binary(left, ast.Sub, negative(right))
        case ast.BinOp(left=first, op=ast.Add() | ast.Sub() as sign, right=second):
            return ast.BinOp(total(left, first), sign, second)
    return binary(left, ast.Add, right)


def _starts_negative(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        node = node.left
    match node:
        case ast.UnaryOp(op=ast.USub()):
            return True
        case ast.Constant(value=int() | float() as value):
            return value < 0
    return False


def names_in(node: ast.AST) -> Iterator[str]:
    """Expression → the names in it, each as often as it stands there."""
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
