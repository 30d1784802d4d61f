"""Formula → products with its Jacobian: what a graph has besides the passes over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Self

from graphviz_ad.autodiff import forward_mode, passes, sweeps
from graphviz_ad.autodiff import hessian as hessians
from graphviz_ad.autodiff.backward_program import backward_program
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

    def hessian(self, values: Mapping[str, object], wrt: Sequence[str] | None = None) -> Jacobian:
        """Values of the inputs → the second derivatives of the output, one number, as `jacobian` has the first.

        Rows and columns are the entries of `wrt`, all inputs unless said. Raises InputError, ShapeError, LimitError,
        and NotDifferentiableError where the derivative of a derivative is not known, which names its operation.
        """
        return hessians.hessian(self, values, wrt)

    def hvp(
        self, values: Mapping[str, object], tangents: Mapping[str, object], wrt: Sequence[str] | None = None
    ) -> dict[str, Value]:
        """Values of the inputs, a direction → the Hessian times the direction, by the names of `wrt`.

        One sweep; the Hessian itself is never there. Raises what `hessian` raises.

        >>> from graphviz_ad import parse
        >>> parse("L = w^2*b").hvp({"w": 3, "b": 2}, {"w": 1})
        {'w': 4.0, 'b': 6.0}
        """
        return hessians.hvp(self, values, tangents, wrt)

    def grad(self, values: Mapping[str, object], wrt: Sequence[str] | str | None = None) -> Self:
        """Values of the inputs → the graph of both passes, whose output is the gradient with respect to `wrt`.

        Of several names (all inputs unless said) the last is the output; all are there as dw, db …. Only the shapes of
        the values matter. `source.text` is the program, which `parse` reads again. Raises ShapeError where the output
        is no number, UnknownNameError, NotDifferentiableError.

        >>> from graphviz_ad import parse
        >>> print(parse("y = w*x").grad({"w": 2, "x": 3}, "w").source.text)
        # forward
        y = w*x
        # backward: dw is the derivative of y with respect to w
        dy = 1
        dw = dy*x
        <BLANKLINE>
        """
        graph, given = passes.prepared(self, values)
        names = [wrt] if isinstance(wrt, str) else wrt
        program = backward_program(graph, passes.forward(graph, given), names)
        return type(self).of(program.graph)

    @classmethod
    def of(cls, plain: graph.Graph) -> Self:
        """A graph without methods that know other packages → the same with them."""
        columns = {field.name: getattr(plain, field.name) for field in fields(plain)}
        return plain if isinstance(plain, cls) else cls(**columns)

    def vjp(self, values: Mapping[str, object], upstream: object = None) -> tuple[Value, dict[str, Value | None]]:
        """Values of the inputs, and a gradient of the output → the output, and the gradient of each input by name.

        One sweep of reverse mode; `upstream` is 1 unless given. Raises InputError, ShapeError.

        >>> from graphviz_ad import parse
        >>> parse("y = w*x").vjp({"w": 2, "x": 3})
        (6.0, {'w': 3.0, 'x': 2.0})
        """
        traced = passes.run(self, values, upstream=upstream)
        return traced.values[traced.graph.output], traced.gradients
