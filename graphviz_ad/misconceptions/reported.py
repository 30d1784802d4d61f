"""Mistakes of the backward pass that courses and question sites report beside the usual ones → mutants.

They are named in marking, and do not take part in the choice of inputs: these hide now and then one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.edges import local_derivative, pull
from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.mutants import Mistake
from graphviz_ad.misconceptions.spots import Edge
from graphviz_ad.misconceptions.where import op, pointwise
from graphviz_ad.ops.broadcasting import plain, shape
from graphviz_ad.values import Array, Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_LOSSES = ("cross_entropy", "bce_with_logits", "bce")
"""Losses whose gradient is p - y, or is taken for it."""
_OTHER_NAMES = ("power", "square", "log")
"""Operations of one number whose derivative at the result is another mistake: the exponent kept, 1/log x."""


def _matrices(edge: Edge, how: Callable[[Array, Array], Result]) -> Result | None:
    """A contribution in a product of matrices made of upstream and other factor in another way, where it fits."""
    if edge.bound.row.name != "matmul":
        return None
    try:
        wrong = how(np.asarray(edge.g), np.asarray(edge.args[1 - edge.slot]))
    except ValueError:
        return None
    return wrong if np.shape(wrong) == shape(edge.contribution) and not np.allclose(wrong, edge.contribution) else None


def _without_transpose(edge: Edge) -> Result | None:
    return _matrices(edge, (lambda g, other: g @ other) if edge.slot == 0 else lambda g, other: other @ g)


def _exchanged(edge: Edge) -> Result | None:
    return _matrices(edge, (lambda g, other: other.T @ g) if edge.slot == 0 else lambda g, other: g @ other.T)


def _both_wrong(edge: Edge) -> Result | None:
    return _matrices(edge, (lambda g, other: other @ g) if edge.slot == 0 else lambda g, other: g @ other)


def _entry_by_entry(edge: Edge) -> Result | None:
    return _matrices(edge, lambda g, other: g * other)


def _transposed(edge: Edge) -> Result | None:
    return _matrices(edge, lambda g, other: np.transpose(edge.contribution))


def _unlike(how: Callable[[Edge], Result | None]) -> Callable[[Edge], bool]:
    """A way to take a product of matrices wrongly → whether it fits at an edge, between matrices."""

    def at(edge: Edge) -> bool:
        both = op("matmul")(edge) and all(np.ndim(arg) == 2 for arg in edge.args)
        return both and how(edge) is not None

    return at


def _or_right(how: Callable[[Edge], Result | None]) -> Callable[[Edge], Value | None]:
    """The same as an effect: after another mistake it may not fit any more."""

    def effect(edge: Edge) -> Value | None:
        wrong = how(edge)
        return None if wrong is None else plain(wrong)

    return effect


def _weights_of_a_batch(edge: Edge) -> bool:
    """Where a matrix of weights gets a sum over the rows of a batch: w in X @ w."""
    return (
        op("matmul", slot=1)(edge)
        and edge.trace.graph.is_input(edge.arg)
        and np.ndim(edge.args[0]) == 2
        and np.shape(edge.args[0])[0] > 1
    )


def _of_first_row(edge: Edge) -> Value:
    x, g = np.asarray(edge.args[0])[0], np.asarray(edge.g)[0]
    return plain(x * g if np.ndim(g) == 0 else np.outer(x, g))


def _probabilities(edge: Edge) -> Array:
    """The probabilities that a loss compares with its targets."""
    x = np.asarray(edge.args[0])
    match edge.bound.row.name:
        case "bce":
            return np.asarray(x)
        case "bce_with_logits":
            return np.asarray(1 / (1 + np.exp(-x)))
    powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
    shares: Array = powers / np.sum(powers, axis=-1, keepdims=True)
    return shares


def _targets_given(edge: Edge) -> bool:
    """Where cross-entropy has a probability for each class as its target."""
    return op("cross_entropy", slot=0)(edge) and np.shape(edge.args[0]) == np.shape(edge.args[1])


def _rows(edge: Edge) -> int:
    """How many examples a loss is the mean of."""
    return int(np.shape(edge.args[0])[0]) if np.ndim(edge.args[0]) == 2 else 1


def _p_minus_y_again(edge: Edge) -> Value:
    """(p - y) where p - y is already past the activation, or times p(1 - p) where it is."""
    p = _probabilities(edge)
    if edge.bound.row.name == "bce":
        return plain(edge.g * (p - edge.args[1]) / max(np.size(p), 1))
    return plain(edge.contribution * p * (1 - p))


def _derivative_at_result(edge: Edge) -> Value:
    with np.errstate(all="ignore"):
        out = evaluate(edge.trace.graph, edge.node, edge.bound, [edge.out])
        return local_derivative(edge.bound, 0, [edge.out], out)


def _is_function(edge: Edge) -> bool:
    row = edge.bound.row
    return (
        pointwise(edge)
        and len(edge.args) == 1
        and not row.mask
        and row.name not in _OTHER_NAMES
        and row.partials[0] not in ("1", "-1")
    )


def _rest_of_the_sum(edge: Edge) -> Value | None:
    """What is added to a product and nothing else is done with it: b in w*x + b."""
    graph, consumers = edge.trace.graph, edge.trace.graph.consumers[edge.node]
    if len(consumers) != 1:
        return None
    node, slot = consumers[0]
    bound = graph.ops[node]
    args = graph.args[node]
    return edge.trace.values[args[1 - slot]] if bound and bound.row.name == "add" and len(args) == 2 else None


def _constant_kept(edge: Edge) -> Value:
    rest = _rest_of_the_sum(edge)
    return edge.derivative if rest is None else plain(edge.derivative + rest)


def _beyond_a_weight(edge: Edge) -> bool:
    """Where a gradient goes back through a product with a weight that gets a gradient too.

    For a gradient of 1 that of the weight is the other factor, which is a mistake of its own.
    """
    graph = edge.trace.graph
    if not op("multiply", "matmul")(edge) or len(edge.args) != 2 or graph.is_input(edge.arg) or np.all(edge.g == 1):
        return False
    weight = graph.args[edge.node][1 - edge.slot]
    return graph.is_input(weight) and bool(edge.trace.active[weight])


def _by_gradient_of_weight(edge: Edge) -> Value:
    graph, values = edge.trace.graph, list(edge.trace.values)
    weight = graph.args[edge.node][1 - edge.slot]
    values[weight] = pull(graph, edge.node, 1 - edge.slot, values, edge.g).contribution
    return pull(graph, edge.node, edge.slot, values, edge.g).contribution


def _product_of_two(trace: Trace, node: int) -> list[tuple[int, Value, Value]]:
    """A node → the products and quotients of two functions of it, with the derivatives of both with respect to it."""
    graph, products = trace.graph, []
    for product, bound in enumerate(graph.ops):
        if bound is None or bound.row.name not in ("multiply", "divide") or trace.grads[product] is None:
            continue
        slopes = [_slope(trace, factor, node) for factor in graph.args[product]]
        if len(slopes) == 2 and slopes[0] is not None and slopes[1] is not None:
            products.append((product, slopes[0], slopes[1]))
    return products


def _slope(trace: Trace, factor: int, node: int) -> Value | None:
    """A factor and a node → ∂factor/∂node, None where it is no function of the node alone."""
    if factor == node:
        return 1.0
    if trace.graph.args[factor] != (node,) and list(trace.graph.args[factor]) != [node]:
        return None
    return trace.local(factor, 0)


def _is_in_a_product(trace: Trace, node: int) -> bool:
    return trace.contributions_to[node] == 2 and len(_product_of_two(trace, node)) == 1


def _product_of_derivatives(trace: Trace, node: int, right: Value) -> Value:
    for product, first, second in _product_of_two(trace, node):
        bound = trace.graph.ops[product]
        if bound is not None:
            slopes = first * second if bound.row.name == "multiply" else plain(np.divide(first, second))
            return plain(trace.reached_gradient(product) * slopes)
    return right


def _over_entries(edge: Edge) -> Result:
    """The gradient of a maximum, with the axis over which it was taken."""
    axis = edge.bound.options.get("axis")
    kept = isinstance(axis, int | float) and np.ndim(edge.g) < np.ndim(edge.args[0])
    return np.expand_dims(edge.g, int(axis)) if kept and isinstance(axis, int | float) else edge.g


def _over_all_entries(edge: Edge) -> Value:
    return plain(np.broadcast_to(_over_entries(edge), shape(edge.contribution)))


def _fan_out(trace: Trace, node: int) -> bool:
    return trace.contributions_to[node] > 1


REPORTED: tuple[Mistake, ...] = (
    Mistake("paths averaged", "the mean of the contributions at a fan-out",
            node=_fan_out, gradient=lambda trace, node, right: right / trace.contributions_to[node]),
    Mistake("paths subtracted", "the difference of the contributions at a fan-out",
            node=_fan_out, total=lambda before, after: before - after),
    Mistake("product of derivatives", "a'b' for the derivative of ab, a'/b' for that of a/b",
            node=_is_in_a_product, gradient=_product_of_derivatives),
    Mistake("numerator forgotten", "-1/y^2 for -x/y^2",
            at=op("divide", slot=1), local=lambda e: plain(np.divide(-1.0, np.square(e.args[1])))),
    Mistake("reciprocal of the logarithm", "1/log x for 1/x",
            at=op("log"), local=lambda e: plain(np.divide(1.0, e.out))),
    Mistake("power rule for the exponent", "x a^(x - 1) for a^x log a",
            at=op("pow", slot=1),
            local=lambda e: plain(np.multiply(e.args[1], np.power(e.args[0], np.subtract(e.args[1], 1.0))))),
    Mistake("logarithm of the base forgotten", "a^x for a^x log a, 1/x for 1/(x log b)",
            at=lambda e: op("pow", slot=1)(e) or op("exp2", "log2", "log10")(e),
            local=lambda e: plain(np.divide(1.0, e.args[0])) if op("log2", "log10")(e) else e.out),
    Mistake("derivative at the result", "f'(f(x)) for f'(x)",
            at=_is_function, local=_derivative_at_result),
    Mistake("constant kept", "x + b for the derivative of wx + b with respect to w",
            at=lambda e: op("multiply")(e) and len(e.args) == 2 and isinstance(_rest_of_the_sum(e), float),
            local=_constant_kept),
    Mistake("gradient of the weight for the weight", "dW for W on the way back",
            at=_beyond_a_weight, contribution=_by_gradient_of_weight),
    Mistake("value of the ReLU as its slope", "max(0, x) for 1",
            at=op("relu"), local=lambda e: e.out),
    Mistake("max to all entries", "the gradient of a maximum goes to every entry",
            at=op("max", "min"), contribution=_over_all_entries),
    Mistake("activation differentiated again", "(p - y) p(1 - p), where p - y has the activation in it",
            at=op(*_LOSSES, slot=0), contribution=_p_minus_y_again),
    Mistake("one-hot forgotten", "p for p - y",
            at=op("cross_entropy", "bce_with_logits", slot=0),
            contribution=lambda e: plain(e.g * _probabilities(e) / _rows(e))),
    Mistake("sign of p - y", "y - p for p - y",
            at=op(*_LOSSES, slot=0), contribution=lambda e: -e.contribution),
    Mistake("cross-entropy entry by entry", "y(p - 1) for p - y: the other entries of the softmax are forgotten",
            at=_targets_given,
            contribution=lambda e: plain(e.g * np.asarray(e.args[1]) * (_probabilities(e) - 1) / _rows(e))),
    Mistake("transpose forgotten on the way back", "G B for G Bᵀ",
            at=_unlike(_without_transpose), contribution=_or_right(_without_transpose)),
    Mistake("factors exchanged on the way back", "Bᵀ G for G Bᵀ",
            at=_unlike(_exchanged), contribution=_or_right(_exchanged)),
    Mistake("order and transpose", "B G for G Bᵀ",
            at=_unlike(_both_wrong), contribution=_or_right(_both_wrong)),
    Mistake("matrix product entry by entry", "G ∘ B for G Bᵀ",
            at=_unlike(_entry_by_entry), contribution=_or_right(_entry_by_entry)),
    Mistake("result transposed", "the right contribution to a matrix, rows and columns exchanged",
            at=_unlike(_transposed), contribution=_or_right(_transposed)),
    Mistake("weights averaged over the batch", "Xᵀg/m for Xᵀg",
            at=_weights_of_a_batch, contribution=lambda e: e.contribution / np.shape(e.args[0])[0]),
    Mistake("weights of a single row", "of a batch the first row alone",
            at=_weights_of_a_batch, contribution=_of_first_row),
)  # fmt: skip
"""All of them, in the order in which they are explained."""
