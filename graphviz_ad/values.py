"""The types of what flows along a graph: numbers, and arrays of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.floating[Any]]"
"""An array of floats. Where numpy computes it is also numpy's own number, which has all that an array has."""

ComplexArray: TypeAlias = "NDArray[np.complex128]"
"""The same over complex numbers, for the complex step."""

Value: TypeAlias = "float | Array"
"""The value of a node, or a gradient: a Python float where it has no dimensions, else an array of floats."""

Result: TypeAlias = "Value | np.floating[Any]"
"""What an operation gives before `ops.broadcasting.plain` makes a value of it: also numpy's number of another size."""

ArrayFunction: TypeAlias = Callable[..., Result]
"""Arrays and options → what an operation makes of them."""

ComplexFunction: TypeAlias = "Callable[..., Result | NDArray[np.complexfloating[Any, Any]]]"
"""The same for arrays of complex numbers."""

Shape: TypeAlias = tuple[int, ...]
"""Lengths of the axes of an array; () is the shape of a number."""
