"""Which entry of the catalogue tells of a slope: the same at every point, or decided by this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import OPERATION, STATEMENT
from graphviz_ad.autodiff.steps import Pull
from graphviz_ad.lazy import lazy
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_FLAT_SLOPE = 0.01
"""A slope below it is remarked upon: of a gradient it leaves less than a hundredth, so that learning all but stops."""

POWERS = frozenset(("power", "pow", "square"))
"""Operations explained by the power rule, whatever the slope."""


def is_zero(value: Value) -> bool:
    """Whether a float, or every entry of an array, is 0."""
    return value == 0 if isinstance(value, float) else not np.any(value)


def plain_key(name: str, step: Pull) -> str | None:
    """The entry for an operation whose sentence is the same at every point, None for others."""
    local, first = step.local, step.slot == 0
    match name:
        case "add" | "negate" | "detach":
            return f"pull.{name}"
        case "subtract" | "divide":
            return f"pull.{name}.{'first' if first else 'second'}"
        case "multiply":
            if not isinstance(local, float):
                return "pull.multiply"
            return "pull.multiply" + (".zero" if local == 0 else ".one" if local == 1 else "")
        case "where" if first:
            return "pull.condition"
        case "where":
            if isinstance(local, float) or (local is not None and np.all(local == local.flat[0])):
                return "pull.where.other" if is_zero(local) else "pull.where.taken"
            return "pull.where.entries"
        case _:
            return None


def slope_key(name: str, slot: int, local: float, reason: bool) -> str:
    """The entry for a slope at this point, with or without a reason."""
    if name == "abs" and local != 0:
        return "pull.abs"
    if local == 0 or (local == 1 and name not in POWERS):
        return ("pull.zero" if local == 0 else "pull.one") + (".because" if reason else "")
    if name in POWERS:
        return "pull.exponent" if slot else "pull.power"
    if reason:
        return "pull.because"
    return "pull.flat" if abs(local) < _FLAT_SLOPE and name not in (STATEMENT, OPERATION) else "pull"
