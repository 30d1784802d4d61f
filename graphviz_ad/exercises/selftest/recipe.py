"""Trace → both passes as formulas, number by number, by which a page finds what follows from a wrong number.

The formulas are in the language of formulas, which the page reads with the reader of answers. An operation over the
entries of an array is run on entries that write down what is done to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.quantities import Entry
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.ops.table import BY_NAME, OfTerms
from graphviz_ad.tracing.formulas import TracedFormula, text_of

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Line = tuple[str, str, str]
"""Name of a number, the formula for it, and the quantity it is, "" where it is none."""

_LONGEST = 480
"""Characters of a formula that the page's reader takes."""
_WORD = re.compile(r"[^\W\d]\w*(?!\w|\s*\()")
"""A name that is not called: x and out, but not exp, in exp(x) + out."""


def key(what: str, node: int, slot: int | None, entry: Entry) -> str:
    """A quantity → the text by which the page knows it; what stands before the last space is that of its array.

    >>> key("contribution", 3, 1, (0, 2)), key("value", 3, None, ())
    ('contribution 3 1 0,2', 'value 3 - ')
    """
    return f"{what} {node} {'-' if slot is None else slot} {','.join(map(str, entry))}"


def recipe(trace: Trace) -> list[Line] | None:
    """Trace → the lines of both passes in order; None where an operation cannot be written down entry by entry."""
    try:
        lines = list(_lines(trace))
    except (_Unwritten, ArithmeticError, TypeError, AttributeError, ValueError):
        return None
    return lines if all(len(formula) <= _LONGEST for _, formula, _ in lines) else None


class _Unwritten(Exception):
    """An operation for which there is no formula."""


# -- the passes --------------------------------------------------------------------------------


def _lines(trace: Trace) -> Iterator[Line]:
    graph = trace.graph
    values = [_symbols(f"v{node}", value) for node, value in enumerate(trace.values)]
    for node, bound in enumerate(graph.ops):
        formulas = trace.values[node] if bound is None else _forward(bound, [values[arg] for arg in graph.args[node]])
        yield from _named(f"v{node}", formulas, trace.values[node], ("value", node, None))
    arriving: dict[int, list[Any]] = {graph.output: [trace.seed]}
    edges = trace.backward_edges()
    for node in range(graph.output, -1, -1):
        if node not in arriving:
            continue
        first, *others = arriving[node]
        yield from _named(f"g{node}", sum(others, first), trace.grads[node], ("gradient", node, None))
        for number, (_, slot, arg) in ((n, edge) for n, edge in enumerate(edges) if edge[0] == node):
            yield from _edge(trace, number, node, slot, values)
            contribution = trace.edge_gradient(node, slot).contribution
            arriving.setdefault(arg, []).append(_symbols(f"c{number}", contribution))


def _edge(trace: Trace, number: int, node: int, slot: int, values: list[object]) -> Iterator[Line]:
    """Edge, its number, and the symbols of all values → the lines of its local derivative and its contribution."""
    bound, local, slopes = trace.graph.ops[node], trace.local(node, slot), None
    assert bound is not None
    args, out, g = (
        [values[arg] for arg in trace.graph.args[node]],
        values[node],
        _symbols(f"g{node}", trace.grads[node]),
    )
    if local is not None:
        slopes = _symbols(f"d{number}", local)
        formulas = _local(bound, slot, args, out, shape(local))
        yield from _named(f"d{number}", formulas, local, ("local", node, slot))
    contribution = _contribution(bound, slot, args, out, g, slopes)
    yield from _named(
        f"c{number}", contribution, trace.edge_gradient(node, slot).contribution, ("contribution", node, slot)
    )


def _symbols(name: str, value: Any) -> object:
    """Name and a float or array → an array of symbols, each with a name of its own."""
    symbols = np.empty(shape(value), dtype=object)
    for entry in np.ndindex(symbols.shape):
        symbols[entry] = TracedFormula("_".join([name, *map(str, entry)]), float(np.asarray(value)[entry]))
    return symbols


def _named(name: str, formulas: object, value: Any, what: tuple[str, int, int | None]) -> Iterator[Line]:
    """Name of an array, the formulas of its entries, its value and what it is → its lines."""
    spread = np.broadcast_to(np.asarray(formulas, dtype=object), shape(value))
    for entry in np.ndindex(shape(value)):
        yield "_".join([name, *map(str, entry)]), text_of(spread[entry]), key(*what, entry)


def _forward(bound: BoundOperation, args: list[Any]) -> object:
    """Operation and the symbols of its arguments → those of its value."""
    if isinstance(bound, OfTerms):  # add and multiply are called with two
        return reduce(np.add if bound.row.name == "add" else np.multiply, args)
    if not bound.row.pointwise:
        return bound.forward(*args)
    row = bound.row
    if row.scalar is None or BY_NAME.get(row.name) is None:
        raise _Unwritten
    options = [repr(float(option)) for option in bound.options.values() if isinstance(option, int | float)]

    def called(*ones: object) -> TracedFormula:
        return TracedFormula(f"{row.name}({','.join([*map(text_of, ones), *options])})", 0.0)

    return np.frompyfunc(called, len(args), 1)(*args)


def _local(bound: BoundOperation, slot: int, args: list[Any], out: Any, size: tuple[int, ...]) -> object:
    """Edge → the formulas of its local derivative, which has that shape: its text with symbols for the names."""
    spread = dict(zip((*bound.row.params, "out"), np.broadcast_arrays(*args, out), strict=True))
    options = {name: f"({option!r})" for name, option in bound.options.items()}
    formulas = np.empty(size, dtype=object)
    places = _places(size, np.shape(out))
    for n, entry in enumerate(np.ndindex(size)):
        at = np.unravel_index(places.index(n), np.shape(out))
        formulas[entry] = _put(
            {name: text_of(symbols[at]) for name, symbols in spread.items()} | options, bound.row.partials[slot]
        )
    return formulas


def _put(names: dict[str, str], text: str) -> TracedFormula:
    """What names stand for, and the text of a derivative → the formula."""
    return TracedFormula(_WORD.sub(lambda match: names.get(match[0], match[0]), text), 0.0)


def _places(size: tuple[int, ...], large: tuple[int, ...]) -> list[int]:
    """Shape, and one it is broadcast to → for each entry of the large one the number of its entry in the small one."""
    return list(map(int, np.broadcast_to(np.arange(int(np.prod(size))).reshape(size), large).ravel()))


def _contribution(bound: BoundOperation, slot: int, args: list[Any], out: Any, g: object, slopes: Any) -> object:
    """Edge, the symbols of the gradient at its node and of its local derivative → those of the contribution."""
    if slopes is None:
        return bound.pullback(slot, tuple(np.ndim(arg) for arg in args))(g, *args, out)
    size, large = np.shape(args[slot]), np.shape(out)
    formulas = np.empty(size, dtype=object)
    for place, contribution in zip(_places(size, large), np.broadcast_to(g * slopes, large).ravel(), strict=True):
        formulas.flat[place] = contribution if formulas.flat[place] is None else formulas.flat[place] + contribution
    return formulas
