"""Formula → products with its Jacobian: what a graph has besides the passes over it."""

from __future__ import annotations

from collections.abc import Mapping

from graphviz_ad.autodiff import forward_mode, passes
from graphviz_ad.graph import graph
from graphviz_ad.values import Value


class Derivatives(graph.Graph):
    """The methods of a graph that give derivatives of another form than a trace has them."""

    def jvp(self, values: Mapping[str, object], tangents: Mapping[str, object]) -> tuple[Value, Value]:
        """Values of the inputs, and tangents of some → the output and its tangent, by one sweep of forward mode.

        The other inputs stay. Raises InputError, ShapeError.

        >>> from graphviz_ad import parse
        >>> parse("y = w*x").jvp({"w": 2, "x": 3}, {"w": 1})
        (6.0, 3.0)
        """
        return forward_mode.jvp(self, values, tangents)

    def vjp(self, values: Mapping[str, object], upstream: object = None) -> tuple[Value, dict[str, Value | None]]:
        """Values of the inputs, and a gradient of the output → the output, and the gradient of each input by name.

        One sweep of reverse mode; `upstream` is 1 unless given. Raises InputError, ShapeError.

        >>> from graphviz_ad import parse
        >>> parse("y = w*x").vjp({"w": 2, "x": 3})
        (6.0, {'w': 3.0, 'x': 2.0})
        """
        traced = passes.run(self, values, upstream=upstream)
        return traced.values[traced.graph.output], traced.gradients
