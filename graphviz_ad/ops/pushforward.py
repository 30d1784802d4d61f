"""Row of a structural operation → the Jacobian-vector product of each argument, as a text over `t`, its tangent.

The text is derived from what the row states already:

- a pullback that does not read its own argument belongs to an operation that is linear in it: that operation itself,
  applied to the tangent (`mean(t)`, `matmul(t, y)`);
- where the Jacobian is symmetric, the pullback with `t` for `g`;
- where the pullback spreads `g` over axes that were reduced, or `g` is one number, the pullback with `t` in its place,
  summed over these axes, since a sum is what is transposed to a spreading.

What is none of these states it itself (`Operation.jvps`); an operation without a text is taken by its local Jacobian.
"""

from __future__ import annotations

import re

from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, KINDS

TANGENT = "t"
"""What a text calls the tangent of its argument."""

_SHAPE_ONLY = re.compile(r"0\*\w+|\b(?:count|batch|eye)\([^()]*\)")
"""Places of a text at which an argument gives its shape only: 0*x, count(x)."""
_LIKE = re.compile(
    r"\b(spread|placed|shaped|part|on_diagonal|one_hot|scattered|gathered"
    r"|conv\dd_transposed|correlation\dd|\w*avg_unpool\dd)"
    r"\((\w+), \w+"
)
"""Calls whose second argument gives its shape only, as in spread(g, x, axis=axis)."""
_SPREAD = re.compile(r"spread\(g, [^,]+((?:, axis=axis)?(?:, keepdims=keepdims)?)\)")
"""The upstream gradient of a reduction in the shape before it."""
_UPSTREAM = re.compile(r"\bg\b")
"""The upstream gradient in the text of a pullback."""
_SIGNS = {"matmul": "{} @ {}", "transpose": "{}.T"}
"""Operations that a text writes by their sign."""
_LOSSES = frozenset(row.name for row in KINDS["losses"] if not row.internal)
"""Operations that may add something to what is linear in an argument, and so are not linear themselves."""


def pushforward_text(row: Operation, slot: int, ndims: tuple[int, ...], is_number: bool) -> str | None:
    """Row, argument, dimensions of all arguments, whether the result is one number → the text of its tangent.

    "0" where the path ends, None where there is no text.
    """
    if row.jvps:
        texts = row.jvps
        return texts[0] if row.variadic else texts[slot]
    known = BY_NAME.get(row.name)
    if not row.pullbacks or known is None or known.params != row.params:  # a function of the author's
        return None
    if row.ends_at(slot, ndims):
        return "0"
    pullback = row.pullback_text(slot, ndims)
    if row.symmetric_jacobian:
        return _UPSTREAM.sub(TANGENT, pullback)
    if row.variadic:
        return None
    if row.name not in _LOSSES and not _reads(pullback, row.params[slot]):
        return _applied(row, slot)
    if (spread := _SPREAD.search(pullback)) is not None:
        return f"sum({_SPREAD.sub(TANGENT, pullback)}{spread[1]})"
    if is_number:
        return f"sum({_UPSTREAM.sub(TANGENT, pullback)})"
    return None


def is_linear(row: Operation, text: str) -> bool:
    """Row and the text of a tangent → whether the text is the operation itself, applied to the tangent."""
    return text in {_applied(row, slot) for slot in range(len(row.params))}


def _reads(text: str, param: str) -> bool:
    """Whether a pullback reads the numbers of an argument, or the result, and not its shape alone."""
    numbers = _LIKE.sub(r"\1(\2", _SHAPE_ONLY.sub("", text))
    return re.search(rf"\b(?:{param}|out)\b", numbers) is not None


def _applied(row: Operation, slot: int) -> str:
    """The operation itself, with the tangent in place of an argument."""
    args = [TANGENT if at == slot else param for at, param in enumerate(row.params)]
    if row.name in _SIGNS:
        return _SIGNS[row.name].format(*args)
    return f"{row.name}({', '.join([*args, *(f'{name}={name}' for name in row.options)])})"
