"""Trace → the mistakes that its numbers hide, or make look like another one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Number, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.diagnose import Answers, Slips, writable
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.mutants import StudentOperation

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_ORDER = sorted(BACKWARD, key=lambda mistake: mistake.name != "add along a path")
"""The mistakes of the way back; the one that is most often like another is first, so that this is seen early."""
PARTS = 1 + len(_ORDER)
"""In which confusions are counted: the way forward, then each mistake of the way back."""


def asked_numbers(trace: Trace, digits: int = numbers.DEFAULT_DIGITS) -> list[Number]:
    """Trace → every gradient of a node as a number that may be asked for."""
    found = []
    for node in range(len(trace.graph)):
        if trace.grads[node] is None or node == trace.graph.output:
            continue
        for quantity in entries(Quantity("gradient", node), trace):
            right = quantity.read(trace)
            assert right is not None
            found.append(Number(right, tolerance(right, digits), quantity))
    return found


def confusions(trace: Trace) -> Iterator[int]:
    """Trace → part by part, how many mistakes its numbers hide, or make look like another one."""
    yield confused_values(trace)
    slips, asked = Slips(trace), list(map(Answers, asked_numbers(trace)))
    for mistake in _ORDER:
        made = list(slips.each((mistake,)))
        shown = [ways for way in made for answers in asked if (ways := answers.add(*way))]
        hidden = 0 if shown else len(made)
        yield hidden + sum(len(ways) > 1 and ways[-2][0].mistake != mistake.name for ways in shown)


def excess(trace: Trace, usual: Sequence[int], enough: float = math.inf) -> tuple[int, bool]:
    """Trace, the confusions that are usual, part by part → how many there are at least, and whether all were counted.

    Parts that are still to come are taken to have what is usual, and nothing more is counted once there are `enough`.
    """
    count, most, left = 0, 0, sum(usual)
    for usually, found in zip(usual, confusions(trace), strict=False):
        count, left = count + found, left - usually
        most = max(most, count + left)
        if most >= enough:
            return most, False
    return most, True


def confused_values(trace: Trace) -> int:
    """Trace → how many mistakes of the way forward do not show at their node, or look like another one there."""
    graph, values, count = trace.graph, trace.values, 0
    for node, plan in enumerate(graph.plans):
        if plan is None:
            continue
        operation = StudentOperation(graph, node, [values[arg] for arg in graph.args[node]], values[node])
        seen: list[tuple[str, Any]] = [("", operation.out)]
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


def _alike(one: Any, other: Any) -> bool:
    """Whether two values of one shape cannot be told apart, to 1 %."""
    if isinstance(one, float):
        return bool(abs(one - other) <= 0.01 * abs(other))
    return all(map(_alike, one.ravel().tolist(), other.ravel().tolist()))
