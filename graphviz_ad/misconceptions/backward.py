"""The misconceptions of the backward pass → mutants with the same values and other gradients."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.edges import local_derivative, pull
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.mutants import Mistake, spread, summed
from graphviz_ad.misconceptions.reported import REPORTED
from graphviz_ad.misconceptions.spots import Edge
from graphviz_ad.misconceptions.where import op, pointwise
from graphviz_ad.ops.broadcasting import plain, shape
from graphviz_ad.values import Array, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

LEARNING_RATE = 0.1
"""Learning rate of the mistake that updates a parameter during the backward pass."""


# -- where -----------------------------------------------------------------------------------------


def _fan_out(trace: Trace, node: int) -> bool:
    return trace.contributions_to[node] > 1


def _input(trace: Trace, node: int) -> bool:
    return trace.graph.is_input(node)


def _by_its_result(edge: Edge) -> bool:
    """A function of one number whose derivative is stated by its result: σ, exp, tanh, √ …"""
    return pointwise(edge) and len(edge.args) == 1 and "out" in re.findall(r"\w+", edge.bound.row.partials[0])


def _is_curve(edge: Edge) -> bool:
    """A power, or a function of one number that is no straight line and not its own derivative."""
    row = edge.bound.row
    return (
        pointwise(edge)
        and len(edge.args) == 1
        and not row.mask
        and row.partials[0] not in ("out", "1", "-1", "sign(x)")
    )


def _with_a_minus(edge: Edge) -> bool:
    return pointwise(edge) and edge.bound.row.partials[edge.slot].startswith("-") and not op("subtract")(edge)


def _summed_input(edge: Edge) -> bool:
    return pointwise(edge) and bool(edge.summed) and edge.trace.graph.is_input(edge.arg)


def _beside_a_weight(edge: Edge) -> bool:
    graph = edge.trace.graph
    other = graph.args[edge.node][1 - edge.slot] if len(edge.args) == 2 else edge.arg
    return (
        op("multiply", "matmul")(edge)
        and graph.is_input(other)
        and bool(edge.trace.active[other])
        and other != edge.arg
    )


def _nowhere_zero(value: Value) -> bool:
    return bool(value) if isinstance(value, float) else bool(np.all(value))


def _has_known_derivative(edge: Edge) -> bool:
    """Where a local derivative is known without being stated: a factor of a product of arrays."""
    return pointwise(edge) or op("matmul", "dot")(edge)


def _passes_gradient_on(edge: Edge) -> bool:
    """Where the gradient can be passed on as it came; where it is -1 that is a mistake of the sign."""
    return (pointwise(edge) and not op("subtract", slot=1)(edge) and not op("negate")(edge)) or op(
        "softmax", "log_softmax"
    )(edge)


# -- what ------------------------------------------------------------------------------------------


def _with_updated_weight(edge: Edge) -> Value:
    graph, values = edge.trace.graph, list(edge.trace.values)
    weight = graph.args[edge.node][1 - edge.slot]
    values[weight] = values[weight] - LEARNING_RATE * edge.trace.reached_gradient(weight)
    return pull(graph, edge.node, edge.slot, values, edge.g)[1]


def _wrong_order(edge: Edge) -> Array | None:
    """A matrix product with a transpose forgotten or the factors exchanged that still fits; None where none does."""
    g, other = np.asarray(edge.g), np.asarray(edge.args[1 - edge.slot])
    candidates: tuple[Callable[[], Array], ...] = (
        lambda: g @ other, lambda: other @ g, lambda: np.outer(other, g), lambda: g @ other.T, lambda: other.T @ g,
    )  # fmt: skip
    for candidate in candidates:
        try:
            result = candidate()
        except ValueError:
            continue
        if np.shape(result) == shape(edge.contribution) and not np.array_equal(result, edge.contribution):
            return result
    return None


def _contribution_of_upstream_1(edge: Edge) -> Value:
    """Edge → its contribution for an upstream gradient of 1."""
    if edge.local is not None:
        return spread(edge, edge.local)
    return pull(edge.trace.graph, edge.node, edge.slot, edge.trace.values, plain(np.ones(shape(edge.g))))[1]


def _of_single_row(edge: Edge, row: int) -> Value:
    """Edge whose contribution is summed over rows → the part of a single row."""
    whole = np.broadcast_to(edge.g * edge.derivative, shape(edge.out))
    kept = np.zeros(whole.shape)
    at = tuple(row if axis in edge.summed else slice(None) for axis in range(whole.ndim))
    kept[at] = whole[at]
    return summed(edge, kept)


def _power_derivative(edge: Edge, factor: float, lower: float) -> Value:
    return plain(factor * np.power(edge.args[0], _exponent(edge) - lower))


def _inverse(edge: Edge) -> Value:
    """1/ℓ; infinite where another mistake before it has made ℓ 0."""
    local = edge.derivative
    return 1 / local if _nowhere_zero(local) else plain(np.divide(1.0, local))


def _exponent(edge: Edge) -> float:
    return float(edge.bound.options.get("n", 2.0))


def _part_of_the_rule(edge: Edge) -> Value:
    """1 - out for σ and tanh, 1/out for a root, -out for a divisor."""
    match edge.bound.row.name:
        case "sqrt":
            return plain(np.divide(1.0, edge.out))
        case "divide":
            return -edge.out
    return 1 - edge.out


USUAL: tuple[Mistake, ...] = (
    Mistake("keep the last", "at a fan-out the last contribution replaces the others",
            node=_fan_out, total=lambda before, after: after),
    Mistake("keep the first", "at a fan-out only the first contribution counts",
            node=_fan_out, total=lambda before, after: before),
    Mistake("multiply the paths", "contributions are multiplied instead of added",
            node=_fan_out, total=lambda before, after: before * after),
    Mistake("forget the upstream", "the local derivative alone is sent back",
            at=_has_known_derivative, contribution=_contribution_of_upstream_1),
    Mistake("forget the local derivative", "the gradient is passed through; one factor of the chain is missing",
            at=_passes_gradient_on, contribution=lambda e: summed(e, e.g)),
    Mistake("derivative at the wrong place", "a derivative stated by the result is taken at the argument: x(1 - x)",
            at=_by_its_result, local=lambda e: local_derivative(e.bound, 0, e.args, e.args[0])),
    Mistake("own factor", "by a factor of a product, that factor itself instead of the other",
            at=op("multiply"), local=lambda e: e.args[e.slot]),
    Mistake("sign of a subtraction", "the subtrahend gets +g",
            at=op("subtract", slot=1), local=lambda e: 1.0),
    Mistake("keep the exponent", "n*x^n instead of n*x^(n - 1)",
            at=op("power", "square"), local=lambda e: _power_derivative(e, _exponent(e), 0)),
    Mistake("drop the factor", "x^(n - 1) instead of n*x^(n - 1); for a square the same as a missing ½",
            at=op("power", "square"), local=lambda e: _power_derivative(e, 1.0, 1)),
    Mistake("power rule for an exponential", "x*e^(x - 1) instead of e^x",
            at=op("exp"), local=lambda e: plain(e.args[0] * np.exp(np.subtract(e.args[0], 1.0)))),
    Mistake("not differentiated", "the result itself for its derivative: σ for σ(1 - σ), x^2 for 2x",
            at=_is_curve, local=lambda e: e.out),
    Mistake("sign of a derivative", "+ℓ for -ℓ: sin for -sin, x/y^2 for -x/y^2",
            at=_with_a_minus, local=lambda e: -e.derivative),
    Mistake("part of the rule", "a factor of the derivative is missing: 1 - σ for σ(1 - σ), -x/y for -x/y^2",
            at=lambda e: op("sigmoid", "tanh", "sqrt")(e) or op("divide", slot=1)(e), local=_part_of_the_rule),
    Mistake("value for gradient", "the value of an input is taken for its gradient",
            node=_input, gradient=lambda trace, node, right: trace.values[node]),
    Mistake("upside down", "1/ℓ, the derivative of the argument with respect to the result",
            at=lambda e: pointwise(e) and _nowhere_zero(e.derivative), local=_inverse),
    Mistake("order of a matrix product", "a transpose is forgotten or the factors are exchanged: W g for Wᵀ g",
            at=lambda e: op("matmul")(e) and _wrong_order(e) is not None, contribution=_wrong_order),
    Mistake("broadcast not summed", "a bias over a batch gets one gradient for each row",
            at=_summed_input, contribution=lambda e: plain(e.g * e.derivative)),
    Mistake("broadcast averaged", "a bias over a batch gets the mean instead of the sum",
            at=_summed_input, contribution=lambda e: e.contribution * (np.size(e.contribution) / np.size(e.out))),
    Mistake("broadcast first row", "of a bias over a batch the contribution of the first row alone",
            at=_summed_input, contribution=lambda e: _of_single_row(e, 0)),
    Mistake("broadcast last row", "of a bias over a batch the contribution of the last row alone",
            at=_summed_input, contribution=lambda e: _of_single_row(e, -1)),
    Mistake("mean as a sum", "a mean sends the whole gradient to each entry, not its share 1/n",
            at=op("mean", "mse", "mae"),
            contribution=lambda e: e.contribution * (np.size(e.args[e.slot]) / np.size(e.out))),
    Mistake("softmax entry by entry", "only the diagonal of its Jacobian: g*s*(1 - s)",
            at=op("softmax"), contribution=lambda e: e.g * e.out * (1 - e.out)),
    Mistake("update on the way back", "a weight is updated first, and the new one used further back",
            at=_beside_a_weight, contribution=_with_updated_weight),
    Mistake("gradients not cleared", "a second pass adds to the gradients of the first",
            node=_input, gradient=lambda trace, node, right: 2 * right),
    Mistake("sent on too early", "a gradient is sent on before all contributions have come",
            node=lambda trace, node: _fan_out(trace, node) and not trace.graph.is_input(node), early=True),
    Mistake("no mask", "a ReLU passes the gradient also where x < 0",
            at=op("relu"), local=lambda e: 1.0),
    Mistake("mask by the gradient", "a ReLU passes what is positive in the gradient",
            at=op("relu"), contribution=lambda e: plain(e.g * np.greater(e.g, 0))),
    Mistake("add along a path", "g + ℓ instead of g times ℓ",
            at=pointwise, contribution=lambda e: spread(e, e.g + e.derivative)),
)  # fmt: skip
"""The usual mistakes: inputs are chosen so that they show, and none looks like another."""

BACKWARD: tuple[Mistake, ...] = (*USUAL, *REPORTED)
"""All mistakes, in the order in which they are explained."""
