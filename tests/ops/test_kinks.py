"""At kinks, ties, poles and edges value and gradient are those of torch, asked at the moment of the test."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from tests.ops.both import OPTIONS, formula, same

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

inf, nan = math.inf, math.nan

_POINTS: dict[str | tuple[str, ...], list[list[Any]]] = {
    ("relu", "abs", "sign", "leaky_relu", "elu", "selu", "softplus", "mish", "softsign", "silu", "gelu"): [[0.0], [-0.0], [-1000.0], [1000.0]],
    ("floor", "ceil", "round"): [[0.0], [1.0], [-2.0], [0.5], [1.5], [-0.5], [inf], [nan]],
    ("sqrt", "log", "log2", "log10"): [[0.0], [-1.0], [inf]],
    "log1p": [[-1.0], [-2.0], [1e-20]],
    "expm1": [[1e-20], [1000.0], [-1000.0]],
    "exp": [[1000.0], [-1000.0], [-inf], [nan]],
    "reciprocal": [[0.0], [inf]],
    "cbrt": [[0.0], [8.0], [-8.0], [inf]],
    "square": [[0.0], [1e200]],
    "sigmoid": [[-1000.0], [1000.0], [-inf], [inf], [nan], [0.0]],
    "logsigmoid": [[-1000.0], [1000.0], [0.0], [-inf], [inf]],
    "tanh": [[1000.0], [-1000.0], [inf], [nan]],
    "gelu_tanh": [[0.0], [1000.0], [-1000.0]],
    ("asin", "acos", "atanh"): [[1.0], [-1.0], [2.0]],
    "acosh": [[1.0], [0.5]],
    ("sin", "cos"): [[inf], [0.0]],
    ("sinh", "cosh"): [[1000.0], [-1000.0], [0.0]],
    "atan": [[inf], [0.0]],
    "asinh": [[0.0], [1e200], [inf]],
    "erf": [[0.0], [30.0], [inf], [nan]],
    "hardtanh": [[1.0], [-1.0], [0.5], [inf], [-inf]],
    "hardsigmoid": [[3.0], [-3.0], [inf]],
    "hardswish": [[3.0], [-3.0], [0.0], [-1.5]],
    "clamp": [[1.0], [-1.0], [0.5], [0.0], [nan], [inf]],
    ("maximum", "minimum"): [[1.0, 1.0], [0.0, 0.0], [2.0, 1.0], [[1.0, 2.0], [1.0, 3.0]], [inf, inf]],
    "atan2": [[0.0, 0.0], [0.0, -1.0], [1.0, 0.0]],
    "hypot": [[0.0, 0.0], [3.0, 0.0], [inf, 1.0]],
    ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"): [[1.0, 1.0], [nan, 1.0], [0.0, -0.0]],
    "where": [[0.0, 1.0, 2.0], [1.0, nan, 2.0], [[0.0, 1.0], [inf, 2.0], [3.0, nan]]],
    "divide": [[1.0, 0.0], [0.0, 0.0], [[1.0, 2.0], 0.0], [1.0, [0.0, 2.0]]],
    "power": [[0.0], [-0.0], [-2.0], [[0.0, -1.0, 2.0]]],
    "pow": [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [0.0, 0.5], [-2.0, 2.0], [-2.0, 0.5], [0.0, -1.0], [[0.0, 2.0], 0.0]],
    ("max", "min"): [[[1.0, 3.0, 3.0]], [[1.0, 1.0, 1.0]], [[[1.0, 1.0], [1.0, 0.0]]], [[1.0, nan]]],
    "prod": [[[0.0, 2.0, 3.0]], [[0.0, 0.0, 3.0]], [[[0.0, 2.0], [3.0, 4.0]]]],
    "norm": [[[0.0, 0.0]], [[0.0, 1.0]], [[1.0, -1.0]], [[[0.0, 0.0], [3.0, 4.0]]], [0.0], [-3.0]],
    "std": [[[2.0, 2.0]], [[[1.0, 1.0], [1.0, 2.0]]], [2.0]],
    "var": [[[2.0, 2.0]], [2.0]],
    "logsumexp": [[[-inf, -inf]], [[1000.0, 1000.0]], [[inf, 1.0]], [[-1000.0, 0.0]]],
    ("softmax", "log_softmax"): [[[inf, 0.0]], [[1000.0, 0.0]], [[-inf, 0.0]]],
    "mse": [[1.0, 1.0]],
    "relu6": [[0.0], [6.0], [3.0], [inf], [-inf]],
    "celu": [[0.0], [-0.0], [-1000.0], [1000.0]],
    "prelu": [[0.0, 0.5], [-1.0, 0.5], [1.0, 0.5], [1.0, inf], [[0.0, -2.0], 0.1]],
    "tanhshrink": [[0.0], [1000.0], [-1000.0]],
    "exp2": [[1100.0], [-1100.0], [0.0], [-inf]],
    "erfc": [[0.0], [30.0], [-30.0], [inf], [nan]],
    "normal_cdf": [[0.0], [-30.0], [40.0], [inf], [nan]],
    "normal_pdf": [[0.0], [40.0]],
    "logit": [[0.0], [1.0], [0.5], [1e-20]],
    "lgamma": [[0.0], [-0.5], [-3.5], [1.0], [2.0], [1e-20], [1e300], [inf], [-1.0]],
    "gamma": [[0.0], [-0.5], [-3.5], [1.0], [2.0], [5.0], [1e-20], [200.0], [inf], [-1.0]],
    "factorial": [[0.0], [-0.5], [-3.5], [1.0], [4.0], [inf], [-1.0]],
    ("zeros_like", "ones_like"): [[inf], [nan], [0.0]],
    "logaddexp": [[1000.0, 1000.0], [-inf, 0.0], [0.0, -inf], [-1000.0, 1000.0], [inf, 0.0]],
    "rsqrt": [[0.0], [-1.0], [inf]],
    "mod": [[3.0, 3.0], [-1.0, 3.0], [1.0, -3.0], [0.3, 0.1], [1.0, 0.0], [5.0, inf], [-5.0, inf], [0.0, 2.0]],
    "floor_divide": [[3.0, 3.0], [-1.0, 3.0], [0.3, 0.1], [1.0, 0.0], [0.0, 0.0], [5.0, inf], [-5.0, inf]],
    ("sec", "csc", "cot"): [[0.0], [-0.0], [1.5707963267948966], [inf]],
    ("max_of", "min_of"): [[1.0, 1.0, 1.0], [2.0, 1.0, 2.0], [0.0, -0.0, 1.0], [nan, 1.0, 2.0],
                           [[1.0, 2.0], 1.0, [1.0, 3.0]], [inf, inf, 0.0]],
    ("argmax", "argmin"): [[[1.0, 3.0, 3.0]], [[1.0, 1.0]], [[1.0, nan]], [2.0], [[[1.0, 1.0], [0.0, 1.0]]]],
    "cumsum": [[[1.0, inf, 2.0]], [[0.0]]],
    "max_pool1d": [[[1.0, 1.0]], [[0.0, -0.0, 2.0, 1.0]], [[-inf, -inf, 1.0, inf]], [[1.0, 3.0, 3.0, 2.0]]],
    "max_pool2d": [[[[1.0, 1.0], [0.0, 1.0]]], [[[-inf, -inf, 1.0], [-inf, -inf, 1.0]]], [[[0.0, 2.0], [2.0, 0.0]]]],
    "softmin": [[[inf, 0.0]], [[1000.0, 0.0]]],
    ("layer_norm", "rms_norm"): [[[0.0, 0.0]], [[2.0, 2.0]], [[3.0]]],
    "batch_norm": [[[0.0, 0.0]], [[2.0, 2.0]]],
    "det": [[[[1.0, 2.0], [2.0, 4.0]]], [[[0.0, 0.0], [0.0, 0.0]]], [[[0.0, 1.0], [1.0, 0.0]]], [[[-2.0]]],
            [[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]]]],
    "cosine_similarity": [[[0.0, 0.0], [1.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [2.0, 0.0]],
                          [[1e-9, 0.0], [0.0, 1.0]]],
    "smooth_l1": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.5, 0.0], [5.0, 0.0]],
    "rmse": [[1.0, 1.0], [[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0], [1.0, 3.0]]],
    "diag": [[[[1.0, 2.0], [3.0, 4.0]]]],
    "detach": [[inf], [0.0]],
    "mae": [[1.0, 1.0], [[1.0, 2.0], [1.0, 3.0]]],
    "huber": [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.5, 0.0], [5.0, 0.0]],
    "bce": [[0.3, 1.0], [1.0, 1.0], [[0.0, 1.0], [0.0, 1.0]]],
    "bce_with_logits": [[0.0, 1.0], [1000.0, 0.0], [-1000.0, 1.0]],
    "hinge": [[1.0, 1.0], [[1.0, 0.5, 2.0], [1.0, -1.0, 1.0]]],
    "kl_div": [[[-1.0, -2.0], [0.0, 1.0]]],
    "cross_entropy": [[[1000.0, 0.0], 1.0], [[1000.0, 0.0], [0.0, 1.0]], [[-inf, 0.0], 1.0]],
}  # fmt: skip
"""Where it could be otherwise: arguments of each operation, or of several alike."""

POINTS = {name: points for names, points in _POINTS.items() for name in ([names] if isinstance(names, str) else names)}

CASES = [(name, point, option) for name, points in POINTS.items() for point in points
         for option in OPTIONS.get(name, [""]) if not ("axis" in option and np.ndim(point[0]) < 2)
         and "[" not in option and not ("correction" in option and np.ndim(point[0]) < 1)]  # fmt: skip


def _torch(operation: str | Operation, scope: dict[str, Any], values: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A torch expression, or the operation it stands for, options and arguments → value and gradients."""
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in values.items()}
    row = operation if isinstance(operation, Operation) else None
    named = {"xs": list(tensors.values())} if row and row.variadic else tensors
    expression = row.torch if row else str(operation)
    out = eval(expression, {"torch": torch, "F": torch.nn.functional, **scope, **named})
    if out.requires_grad:
        out.backward(torch.ones_like(out))
    return out.detach().numpy(), {
        n: np.zeros(t.shape) if t.grad is None else t.grad.numpy() for n, t in tensors.items()
    }


@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
@pytest.mark.parametrize(("name", "point", "options"), CASES, ids=lambda value: str(value).replace(" ", ""))
def test_an_operation_at_its_edges(name: str, point: list[Any], options: str) -> None:
    row = BY_NAME[name]
    names = [f"a{k}" for k in range(len(point))] if row.variadic else list(row.params)
    values = {name: np.array(x) if isinstance(x, list) else x for name, x in zip(names, point, strict=True)}
    graph = parse(formula(row, list(values), options))
    bound = graph.ops[graph.output]
    assert bound is not None
    value, grads = _torch(row, bound.options, values)
    trace = run(graph, values, upstream=np.ones(value.shape) if value.shape else 1.0)
    # torch keeps the bound of bce in single precision, so that 1e-12 there is 9.99999996e-13
    rtol = 1e-8 if name == "bce" else 1e-12
    assert same(trace.values[graph.output], value), (trace.values[graph.output], value)
    for param in values:
        assert same(trace.gradients[param], grads[param], rtol), (param, trace.gradients[param], grads[param])


SHOWN_ELSEWHERE = {"inv", "solve", "nll"}
"""At their kinks torch raises an error (a singular matrix), or has no gradient to compare (the number of a class)."""


@pytest.mark.parametrize("name", [row.name for row in TABLE if row.kinks and not row.internal])
def test_an_operation_with_kinks_is_compared_there(name: str) -> None:
    assert name in POINTS or name in SHOWN_ELSEWHERE, f"add the points of {name} to _POINTS"


@pytest.mark.parametrize(
    ("text", "expression", "values"),
    [
        ("maximum(x, 0)", "torch.maximum(x, torch.zeros_like(x))", {"x": 0.0}),
        ("1/√x", "1/torch.sqrt(x)", {"x": 0.0}),
        ("x^0.5", "x**0.5", {"x": 0.0}),
        ("1/(1 + exp(-x))", "1/(1 + torch.exp(-x))", {"x": -1000.0}),
        ("sqrt(sum(x^2))", "torch.sqrt(torch.sum(x**2))", {"x": [0.0, 0.0]}),
        ("log(sum(exp(x)))", "torch.log(torch.sum(torch.exp(x)))", {"x": [1000.0, 1000.0]}),
        ("where(x > 0, log(x), 0)", "torch.where(x > 0, torch.log(x), 0.0)", {"x": 0.0}),
        (
            "where(x > 0, log(where(x > 0, x, 1)), 0)",
            "torch.where(x > 0, torch.log(torch.where(x > 0, x, 1.0)), 0.0)",
            {"x": 0.0},
        ),
        ("relu(√x)", "F.relu(torch.sqrt(x))", {"x": 0.0}),
        ("clamp(1/x, 0, 1)", "torch.clamp(1/x, 0, 1)", {"x": 0.0}),
        ("floor(1/x)", "torch.floor(1/x)", {"x": 0.0}),
        ("abs(x)*sign(x)", "torch.abs(x)*torch.sign(x)", {"x": 0.0}),
        ("softplus(x)", "F.softplus(x)", {"x": 3.0}),
        ("x*x", "x*x", {"x": 0.0}),
    ],
)
def test_formulas_at_their_edges(text: str, expression: str, values: dict[str, Any]) -> None:
    value, grads = _torch(expression, {}, values)
    trace = parse(text).run(values)
    assert same(trace.values[trace.graph.output], value)
    assert same(trace.grad("x"), grads["x"]), (trace.grad("x"), grads["x"])


def test_softplus_differs_from_the_threshold_of_torch_as_little_as_its_convention_says() -> None:
    x = np.linspace(20, 40, 500)
    trace = run(parse("softplus(x)"), {"x": x}, upstream=np.ones(500))
    value, grads = _torch("F.softplus(x)", {}, {"x": x})
    assert np.max(np.abs(trace.values[-1] - value)) < 3e-9
    assert np.max(np.abs(trace.grad("x") - grads["x"])) < 3e-9
