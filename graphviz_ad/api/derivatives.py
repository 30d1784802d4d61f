"""Formula → products with its Jacobian: what a graph has besides the passes over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphviz_ad.autodiff import forward_mode, passes, sweeps
from graphviz_ad.autodiff.sweeps import Jacobian, Mode
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

    def jacobian(
        self, values: Mapping[str, object], of: str | None = None, wrt: Sequence[str] | None = None,
        mode: Mode = "auto",
    ) -> Jacobian:  # fmt: skip
        """Values of the inputs → the Jacobian of a node (the output unless said) with respect to others.

        `wrt` are names of inputs or of results, all inputs unless said. `mode` is "forward", a column a sweep,
        "reverse", a row a sweep, or "auto", which takes fewer. The result has `matrix`, `rows` and `columns` (names),
        `sweeps` and `reason`. Raises UnknownNameError, InputError, ShapeError, LimitError.
        """
        return sweeps.jacobian(self, values, of, wrt, mode)

    def vjp(self, values: Mapping[str, object], upstream: object = None) -> tuple[Value, dict[str, Value | None]]:
        """Values of the inputs, and a gradient of the output → the output, and the gradient of each input by name.

        One sweep of reverse mode; `upstream` is 1 unless given. Raises InputError, ShapeError.

        >>> from graphviz_ad import parse
        >>> parse("y = w*x").vjp({"w": 2, "x": 3})
        (6.0, {'w': 3.0, 'x': 2.0})
        """
        traced = passes.run(self, values, upstream=upstream)
        return traced.values[traced.graph.output], traced.gradients
