"""What a student wrote → a number: decimals, fractions, expressions; read by our own parser, never by `eval`."""

from __future__ import annotations

import math
import re

from graphviz_ad.autodiff.passes import forward
from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Limits

LONGEST = 2_000
"""Characters of an answer."""

_LIMITS = Limits(length=LONGEST, nodes=200, array=16)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_SPACES = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'](?=\d{3})")
"""What stands between groups of three digits."""


def read_number(text: str, *, decimal_comma: bool = False) -> float:
    """Text of an answer → its number; `2/3`, `-0.5`, `3e-4`, `sqrt(2)/2`, and `1,5` where a decimal comma is asked for.

    Raises ExerciseError, with what can be written, where it is no number.

    >>> read_number("2/3"), read_number("−0,5", decimal_comma=True)
    (0.6666666666666666, -0.5)
    """
    written = _SPACES.sub("", text.strip())
    if decimal_comma:
        written = _DECIMAL_COMMA.sub(".", written)
    if not written:
        raise ExerciseError("there is no answer")
    try:
        return _finite(float(written))
    except ValueError:
        pass
    hint = "write a number, a fraction or an expression, as in -0.5, 2/3 or sqrt(2)/2"
    if _DECIMAL_COMMA.search(written) and not decimal_comma:
        hint = "write a decimal point, as in 1.5, or mark with --decimal-comma"
    try:
        graph = parse(written, limits=_LIMITS)
        if graph.inputs:
            raise ExerciseError(f"'{next(iter(graph.inputs))}' is no number", hint=hint)
        found = forward(graph, {})[graph.output]
    except ExerciseError:
        raise
    except GraphvizADError as problem:
        raise ExerciseError(f"this is no number: {str(problem).splitlines()[0]}", hint=hint) from None
    if not isinstance(found, float):
        raise ExerciseError("this is not one number", hint=hint)
    return _finite(found)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ExerciseError("this is not a finite number", hint="write a number, as in -0.5 or 2/3")
    return value
