"""Trace → how many mistakes its numbers hide, or make look like another mistake."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Number, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.backward import USUAL
from graphviz_ad.misconceptions.diagnose import Answers, Slips, writable
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.spots import StudentOperation
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_ORDER = sorted(USUAL, key=lambda mistake: mistake.name != "add along a path")
"""The usual mistakes of the backward pass; first that which most often looks like another, to be seen early."""
_ALIKE = 0.01
"""By what share of the one two numbers may differ that look alike: that to which answers are right."""
PARTS = 1 + len(_ORDER)
"""How many parts confusions are counted in: the forward pass, then each mistake of the backward pass."""


def asked_numbers(trace: Trace, digits: int = numbers.DEFAULT_DIGITS) -> list[Number]:
    """Trace → every gradient of a node as a number that may be asked for."""
    questions = []
    for node in range(len(trace.graph)):
        if trace.grads[node] is None or node == trace.graph.output:
            continue
        for quantity in entries(Quantity("gradient", node), trace):
            right = quantity.read(trace)
            assert right is not None
            questions.append(Number(right, tolerance(right, digits), quantity))
    return questions


def confusions(trace: Trace) -> Iterator[int]:
    """Trace → part by part, how many mistakes its numbers hide, or make look like another one."""
    yield confused_values(trace)
    slips, asked = Slips(trace), list(map(Answers, asked_numbers(trace)))
    for mistake in _ORDER:
        mutants = list(slips.with_mutants((mistake,)))
        shown = [alike for mutant in mutants for answers in asked if (alike := answers.add(*mutant))]
        hidden = 0 if shown else len(mutants)
        yield hidden + sum(len(alike) > 1 and alike[-2][0].mistake != mistake.name for alike in shown)


def excess(trace: Trace, usual: Sequence[int], enough: float = math.inf) -> tuple[int, bool]:
    """Trace, the confusions that are usual, part by part → how many there are at least, and whether all were counted.

    Parts that are still to come are taken to have what is usual, and nothing more is counted once there are `enough`.
    """
    count, at_least, left = 0, 0, sum(usual)
    for usually, confused in zip(usual, confusions(trace), strict=False):
        count, left = count + confused, left - usually
        at_least = max(at_least, count + left)
        if at_least >= enough:
            return at_least, False
    return at_least, True


def confused_values(trace: Trace) -> int:
    """Trace → how many mistakes of the forward pass do not show at their node, or look like another one there."""
    graph, values, count = trace.graph, trace.values, 0
    for node, bound in enumerate(graph.ops):
        if bound is None:
            continue
        operation = StudentOperation(graph, node, [values[arg] for arg in graph.args[node]], values[node])
        seen: list[tuple[str, Value]] = [("", operation.out)]
        with np.errstate(all="ignore"):
            for mistake in FORWARD:
                for slot in range(len(operation.args)) if mistake.edges else (None,):
                    instead = mistake.instead(operation, slot)
                    if instead is None:
                        continue
                    shows = all(map(writable, [instead] if isinstance(instead, float) else instead.ravel().tolist()))
                    count += not shows or any(name != mistake.name and _alike(instead, other) for name, other in seen)
                    seen.append((mistake.name, instead))
    return count


def _alike(value: Value, other: Value) -> bool:
    """Whether two values of one shape look alike in every entry."""
    if isinstance(value, float) and isinstance(other, float):
        return abs(value - other) <= _ALIKE * abs(other)
    pairs = zip(np.ravel(value).tolist(), np.ravel(other).tolist(), strict=True)
    return all(abs(entry - looked_like) <= _ALIKE * abs(looked_like) for entry, looked_like in pairs)
