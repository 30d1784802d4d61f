"""Calculation → the functions of nodes with one argument as JavaScript, with their derivatives: a page plots them."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.explain.known import Known
from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.player.page_data import PlotData
from graphviz_ad.language.mathml import mathml_name
from graphviz_ad.language.numbers import is_known
from graphviz_ad.tracing.calculation import Calculation, forward_code, partial
from graphviz_ad.tracing.scalar import atom, written
from graphviz_ad.values import Value, as_float


def plots(teller: Teller, calculation: Calculation) -> Iterator[tuple[PlotData, str]]:
    """Teller and calculation → each plot, and `[x=>…,(x,y)=>…]`: the function and, by argument and value, its slope.

    Straight lines are not plotted.
    """
    graph, trace, known = teller.graph, teller.trace, Known(teller.trace)
    x, y = atom("x"), atom("y")
    for node, bound in enumerate(graph.ops):
        args = graph.args[node]
        if bound is None or not bound.row.pointwise or len(args) != 1 or not isinstance(trace.values[args[0]], float):
            continue
        if (node, 0) not in teller.sends or is_known(calculation.trace.values[args[0]]):
            continue
        slope: Value = partial(bound, 0, [x], y)
        if is_known(slope):
            continue
        name = teller.math(mathml_name(graph.names[args[0]]))
        data: PlotData = {"node": node, "argument": args[0], "name": name, "known": known.value[node]}
        yield data, f"[x=>+{forward_code(bound, [x])},(x,y)=>+{written(as_float(slope))}]"
