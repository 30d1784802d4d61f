"""The types of what flows along a graph: numbers, and arrays of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating[Any]]
    """An array of floats. Where numpy computes, also its own number, which can do what an array can."""

    ComplexArray = NDArray[np.complexfloating[Any, Any]]
    """The same over complex numbers, for the complex step."""

    Numbers = complex | NDArray[np.inexact[Any]]
    """A value that may be complex: what a function makes of a nudge is, where the nudge is."""

    Value = float | Array
    """The value of a node, or a gradient: a Python float where it has no dimensions, else an array of floats."""

    Result = Value | np.floating[Any]
    """What an operation gives, before `ops.broadcasting.plain` makes a value of it: it may be numpy's own number."""

    Mask = bool | np.bool[bool] | NDArray[np.bool[bool]]
    """An answer for a number, or one for each entry of an array."""
else:  # numpy takes time to import, and not every command needs it
    Array = ComplexArray = Numbers = Value = Result = Mask = object

ArrayFunction = Callable[..., Result]
"""Arrays and options → what an operation makes of them."""

ComplexFunction = Callable[..., Result | ComplexArray]
"""The same for arrays of complex numbers."""

Shape = tuple[int, ...]
"""Lengths of the axes of an array; () is the shape of a number."""


def as_float(value: Value | None) -> float:
    """Value that is known to have no dimensions → the number it is."""
    assert isinstance(value, float)
    return value
