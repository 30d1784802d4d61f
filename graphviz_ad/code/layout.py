"""Syntax tree of Python → its text, laid out as `ruff format` does it: 88 columns, brackets only where needed."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

WIDTH = 88
"""Columns of a line."""
_INDENT = "    "
"""Of a line in brackets, as PEP 8 has it."""
_COMPARE, _AND, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(7)
"""How tightly the parts of an expression bind."""
_SIGNS: dict[type, tuple[str, int]] = {
    ast.Add: ("+", _SUM), ast.Sub: ("-", _SUM), ast.Mult: ("*", _PRODUCT), ast.Div: ("/", _PRODUCT),
    ast.MatMult: ("@", _PRODUCT), ast.Mod: ("%", _PRODUCT), ast.FloorDiv: ("//", _PRODUCT), ast.Pow: ("**", _POWER),
    ast.BitAnd: ("&", _AND), ast.Lt: ("<", _COMPARE), ast.LtE: ("<=", _COMPARE), ast.Gt: (">", _COMPARE),
    ast.GtE: (">=", _COMPARE), ast.Eq: ("==", _COMPARE), ast.NotEq: ("!=", _COMPARE),
}  # fmt: skip


def write(node: ast.expr, level: int = 0) -> str:
    """Expression → its text on one line, in brackets where it binds looser than `level`."""
    own, text = _text(node)
    return f"({text})" if own < level else text


def _text(node: ast.expr) -> tuple[int, str]:
    match node:
        case ast.BinOp() | ast.Compare():
            return _chain(node)
        case ast.UnaryOp(operand=operand):
            return _SIGN, "-" + write(operand, _SIGN if isinstance(operand, ast.UnaryOp | ast.Constant) else _ATOM)
        case ast.Constant(value=value) if value is ...:
            return _ATOM, "..."
        case ast.Constant(value=bool() | None | str()):
            return _ATOM, f'"{node.value}"' if isinstance(node.value, str) else repr(node.value)
        case ast.Constant(value=int() | float() as value):
            return _SIGN if math.copysign(1.0, value) < 0 else _ATOM, repr(value)
        case ast.Name(id=name):
            return _ATOM, name
        case ast.Attribute(value=value, attr=attr):
            return _ATOM, f"{write(value, _ATOM)}.{attr}"
        case ast.Call(func=func):
            return _ATOM, f"{write(func, _ATOM)}({', '.join(_arguments(node))})"
        case ast.List(elts=parts):
            return _ATOM, f"[{', '.join(map(write, parts))}]"
        case ast.Tuple(elts=parts):
            return _ATOM, f"({', '.join(map(write, parts))}{',' if len(parts) == 1 else ''})"
        case ast.Starred(value=value):
            return _ATOM, f"*{write(value, _ATOM)}"
        case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)) if parts:
            return _ATOM, f"{write(value, _ATOM)}[{', '.join(map(write, parts))}]"
        case ast.Subscript(value=value, slice=part):
            return _ATOM, f"{write(value, _ATOM)}[{write(part)}]"
        case ast.Slice(lower=lower, upper=upper, step=step):
            ends = [write(end) if end is not None else "" for end in (lower, upper)]
            return _ATOM, ":".join([*ends, write(step)] if step is not None else ends)
    raise TypeError(f"no text is known for {type(node).__name__}")


def _arguments(call: ast.Call) -> list[str]:
    return [*map(write, call.args), *(f"{keyword.arg}={write(keyword.value)}" for keyword in call.keywords)]


def _chain(node: ast.BinOp | ast.Compare) -> tuple[int, str]:
    """Operators one behind the other, however many: a long sum leans to the left, and is no deep call here."""
    parts: list[str] = []
    first: ast.expr = node
    outer = level = _sign(node)[1]
    while isinstance(first, ast.BinOp | ast.Compare) and _sign(first)[1] >= level:
        sign, level = _sign(first)
        left, right = _sides(first)
        between = f" {sign} "
        if sign == "**":
            hugs = _text(left)[0] > _POWER and _is_simple(left) and _is_simple(right)
            between = "**" if hugs else between
            parts += [write(right, _SIGN), between, write(left, _POWER + 1)]
            return outer, "".join(reversed(parts))
        parts += [write(right, level + 1), between]
        first = left
        if sign in _COMPARISONS:
            level = _AND
    parts.append(write(first, level))
    return outer, "".join(reversed(parts))


_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
"""Signs that Python would chain: what stands in one of another is in brackets."""


def _sign(node: ast.BinOp | ast.Compare) -> tuple[str, int]:
    return _SIGNS[type(node.op if isinstance(node, ast.BinOp) else node.ops[0])]


def _sides(node: ast.BinOp | ast.Compare) -> tuple[ast.expr, ast.expr]:
    return (node.left, node.right) if isinstance(node, ast.BinOp) else (node.left, node.comparators[0])


def _is_simple(node: ast.expr) -> bool:
    """Whether a power of it, or to it, is written without spaces."""
    match node:
        case ast.Name():
            return True
        case ast.Constant(value=int() | float() as value):
            return not isinstance(value, str)
        case ast.UnaryOp(operand=inner) | ast.Attribute(value=inner):
            return _is_simple(inner)
    return False


def statement(before: str, node: ast.expr, indent: str = "") -> list[str]:
    """What stands before an expression ("z = "), and the expression → its lines."""
    flat = f"{indent}{before}{write(node)}"
    return [flat] if len(flat) <= WIDTH else _broken(node, indent + before, "", indent)


def _broken(node: ast.expr, before: str, after: str, indent: str) -> list[str]:
    """An expression that is too long for the rest of its line → lines; at the top, not within brackets."""
    if _opens(node, 0):
        return _expanded(node, 0, before, after, indent)
    if isinstance(node, ast.UnaryOp) and _has_parts(node.operand):
        return _expanded(node.operand, _ATOM, before + "-", after, indent)
    if isinstance(node, ast.BinOp | ast.Compare):
        sign, level = _sign(node)
        left, right = _sides(node)
        least = (level + (sign == "**"), level + (sign != "**"))
        single = not (isinstance(left, ast.BinOp) and _sign(left)[1] == level)
        if single and isinstance(right, ast.BinOp) and not _opens(right, least[1]):
            start, last = _up_to_the_last(right, f"{before}{write(left, least[0])} {sign} ")
            lines = _expanded(*last, start, after, indent) if _opens(*last) else [""]
            if len(lines) > 1 and all(len(line) <= WIDTH for line in lines):
                return lines
        if single and (_is_bracketed(left, least[0]) or _opens(right, least[1])):
            lines = _two_sides((left, least[0]), f" {sign} ", (right, least[1]), before, after, indent)
            if all(len(line) <= WIDTH for line in lines):
                return lines
    return [before + "(", *_within(node, "", indent + _INDENT), f"{indent}){after}"]


def _up_to_the_last(node: ast.BinOp, start: str) -> tuple[str, tuple[ast.expr, int]]:
    """Operators one in the other → the text up to the last operand, and that operand."""
    operand: ast.expr = node
    while isinstance(operand, ast.BinOp):
        sign, level = _sign(operand)
        start += f"{write(operand.left, level + (sign == '**'))} {sign} "
        operand, least = operand.right, level + (sign != "**")
        if _text(operand)[0] < least:
            return start, (operand, least)
    return start, (operand, 0)


def _two_sides(
    left: tuple[ast.expr, int], sign: str, right: tuple[ast.expr, int], before: str, after: str, indent: str
) -> list[str]:
    """Two operands that may be opened at their brackets → the lines, the left one whole if the right can be opened."""
    start = f"{before}{write(*left)}{sign}"
    if _opens(*right):
        lines = _expanded(*right, start, after, indent)
        if len(lines[0]) <= WIDTH:
            return lines
    if not _opens(*left):
        return [start + write(*right) + after]
    *lines, last = _expanded(*left, before, "", indent)
    end = f"{last}{sign}{write(*right)}{after}"
    if len(end) > WIDTH and _opens(*right):
        return [*lines, *_expanded(*right, last + sign, after, indent)]
    return [*lines, end]


def _is_bracketed(node: ast.expr, level: int) -> bool:
    """Whether it begins with a bracket that is no call's."""
    if isinstance(node, ast.List) or _text(node)[0] < level:
        return True
    peeled = _peeled(node)
    return peeled is not None and _is_bracketed(peeled[0], _ATOM)


def _opens(node: ast.expr, level: int) -> bool:
    """Whether an operand has brackets that can stand on lines of their own."""
    return _has_parts(node) or _text(node)[0] < level or _peeled(node) is not None


def _peeled(node: ast.expr) -> tuple[ast.expr, str] | None:
    """`(…).double()` or `(…)[0]` → what stands in the brackets, and the text behind them; None for anything else."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[], keywords=[]):
            after = f".{attr}()"
        case ast.Subscript(value=value):
            after = write(node)[len(write(value, _ATOM)) :]
        case ast.Attribute(value=value, attr=attr):
            after = f".{attr}"
        case _:
            return None
    return (value, after) if _opens(value, _ATOM) else None


def _expanded(node: ast.expr, level: int, before: str, after: str, indent: str) -> list[str]:
    if _text(node)[0] < level:
        return [before + "(", *_within(node, "", indent + _INDENT), f"{indent}){after}"]
    if (peeled := _peeled(node)) is not None:
        return _expanded(peeled[0], _ATOM, before, peeled[1] + after, indent)
    return _opened(node, before, after, indent)


def _has_parts(node: ast.expr) -> bool:
    match node:
        case ast.Call(args=args, keywords=keywords):
            return bool(args or keywords)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return bool(parts)
    return False


def _opened(node: ast.expr, before: str, after: str, indent: str) -> list[str]:
    """A call or a list → its brackets on lines of their own, its parts between them."""
    inner = indent + _INDENT
    if isinstance(node, ast.Call):
        head, tail = write(node.func, _ATOM) + "(", ")"
        parts: list[tuple[str, ast.expr]] = [("", arg) for arg in node.args]
        parts += [(f"{keyword.arg}=", keyword.value) for keyword in node.keywords]
        together = inner + ", ".join(_arguments(node))
        if len(before + head) > WIDTH and isinstance(node.func, ast.Call):
            return _opened(node.func, before, f"({', '.join(_arguments(node))}){after}", indent)
        if len(together) <= WIDTH:
            return [before + head, together, indent + tail + after]
    else:
        assert isinstance(node, ast.List | ast.Tuple)
        head, tail = "[]" if isinstance(node, ast.List) else "()"
        parts = [("", part) for part in node.elts]
    lines = [before + head]
    for name, part in parts:
        lines += _within(part, ",", inner, name)
    return [*lines, indent + tail + after]


def _within(node: ast.expr, after: str, indent: str, before: str = "") -> list[str]:
    """An expression on a line of its own within brackets → its lines."""
    flat = f"{indent}{before}{write(node)}{after}"
    if len(flat) <= WIDTH:
        return [flat]
    if _opens(node, 0):
        return _expanded(node, 0, indent + before, after, indent)
    if isinstance(node, ast.UnaryOp) and _opens(node.operand, _ATOM):
        return _expanded(node.operand, _ATOM, f"{indent}{before}-", after, indent)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        base = _operand(node.left, _POWER + 1, "", indent, before)
        return [*base, *_operand(node.right, _SIGN, after, indent, "** ")]
    if isinstance(node, ast.BinOp | ast.Compare):
        level, parts = _sign(node)[1], []
        first: ast.expr = node
        while isinstance(first, ast.BinOp | ast.Compare) and _sign(first)[1] == level:
            left, right = _sides(first)
            parts.append((_sign(first)[0] + " ", right, level + 1))
            first = left
        parts.append(("", first, level))
        lines: list[str] = []
        for sign, part, least in reversed(parts):
            end = after if part is parts[0][1] else ""
            lines += _operand(part, least, end, indent, before * (not lines) + sign)
        return lines
    return [flat]


def _operand(node: ast.expr, level: int, after: str, indent: str, before: str) -> list[str]:
    flat = f"{indent}{before}{write(node, level)}{after}"
    if len(flat) <= WIDTH or _text(node)[0] < level:
        if len(flat) > WIDTH:
            return [indent + before + "(", *_within(node, "", indent + _INDENT), f"{indent}){after}"]
        return [flat]
    return _within(node, after, indent, before)


def function_head(name: str, params: Sequence[str]) -> list[str]:
    """Name and parameters → the lines that begin a function."""
    flat = f"def {name}({', '.join(params)}):"
    if len(flat) <= WIDTH:
        return [flat]
    together = _INDENT + ", ".join(params)
    inner = [together] if len(together) <= WIDTH else [f"{_INDENT}{param}," for param in params]
    return [f"def {name}(", *inner, "):"]
