"""Numbers that record what is computed with them, as formulas of the language.

Each is a number of a trace too, which decides on comparisons. It is no float, so that what forgets to ask is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphviz_ad.lazy import lazy
from graphviz_ad.tracing.scalar import COMPARED, SIGNS, operator, operators

np = lazy("numpy")

_METHODS = ("exp", "log", "sqrt")
"""Methods that numpy calls of the entries of an array."""


class TracedFormula:
    """A number as a formula, and as it is in the trace."""

    __slots__ = ("number", "text")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str, number: float) -> None:
        self.text, self.number = text, number

    def __repr__(self) -> str:
        return f"TracedFormula({self.text}, {self.number})"


def text_of(value: Any) -> str:
    """Number, known or not → its formula."""
    return value.text if isinstance(value, TracedFormula) else f"({float(value)!r})"


def compute(name: str, args: Sequence[Any]) -> TracedFormula | bool:
    """numpy's name of an operation, and numbers of which some are formulas → the formula; of a comparison its answer.

    Raises TypeError where there is none that is right on both sides of a kink, ArithmeticError where it has no value.
    """
    known = [arg.number if isinstance(arg, TracedFormula) else float(arg) for arg in args]
    with np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore"):
        number = getattr(np, name)(*known)
    if name in COMPARED:
        return bool(number)
    texts = list(map(text_of, args))
    if name in SIGNS:
        return TracedFormula(f"({SIGNS[name].join(texts)})", float(number))
    if name == "negative":
        return TracedFormula(f"(-{texts[0]})", float(number))
    if name not in (*_METHODS, "power"):
        raise TypeError(f"no formula calls {name}")
    return TracedFormula(f"{name}({','.join(texts)})", float(number))


operators(TracedFormula, compute)
for _name in _METHODS:
    setattr(TracedFormula, _name, operator(_name, compute))
