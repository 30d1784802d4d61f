"""One operation computed by the engine and by torch: what the tests of the table compare."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphviz_ad import parse
from graphviz_ad.api import Graph, run
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import TABLE

ROWS = [row for row in TABLE if not row.internal]

BROADCASTING: dict[int, list[tuple[tuple[int, ...], ...]]] = {
    1: [((),), ((5,),), ((2, 3),)],
    2: [((), ()), ((4,), (4,)), ((2, 3), (3,)), ((3, 1), (1, 4)), ((), (3,)), ((2, 3), ())],
    3: [((), (), ()), ((2, 3), (3,), (2, 1)), ((), (3,), ()), ((3,), (), (3,))],
}
"""Shapes of the arguments of a pointwise operation, by how many it has."""

_AXES: list[str] = ["", "axis=0", "axis=-1", "axis=[0, 1]", "axis=0, keepdims=1", "keepdims=1"]
OPTIONS: dict[str, list[str]] = {
    **{name: [*_AXES] for name in ("sum", "mean", "max", "min", "logsumexp")},
    **{name: [*_AXES, "correction=0", "axis=1, correction=0.5"] for name in ("var", "std")},
    "prod": [*_AXES, "axis=[0, 1], keepdims=1"],
    "norm": [*_AXES, "p=1", "p=3", "p=1.5, axis=0", "inf", "p=inf, axis=1, keepdims=1"],
    "argmax": ["", "axis=0", "axis=-1, keepdims=1", "axis=1"],
    "argmin": ["", "axis=0", "axis=-1, keepdims=1", "axis=1"],
    "cumsum": ["", "axis=0", "axis=-1"],
    "size": ["", "axis=0", "axis=[0, 1]"],
    "squeeze": ["", "axis=0"],
    "layer_norm": ["", "0.1", "axis=0"],
    "batch_norm": ["", "eps=0.1", "axis=-1"],
    "rms_norm": ["", "eps=0.1", "axis=0"],
    "cosine_similarity": ["", "axis=0", "eps=10"],
    "smooth_l1": ["", "beta=0.5"],
    "celu": ["", "alpha=0.5"],
    "softmin": ["", "axis=0", "axis=[0, 1]"],
    "softmax": ["", "axis=0", "axis=[0, 1]"],
    "log_softmax": ["", "axis=0", "axis=[0, 1]"],
    "stack": ["", "axis=-1"],
    "concat": ["", "axis=0"],
    "power": [f"n={n}" for n in (0, 1, 2, 3, -1, 0.5, -1.5)],
    "clamp": ["lo=-1, hi=1", "lo=0", "hi=0.5"],
    "hardtanh": ["", "lo=-0.5, hi=0.25"],
    "leaky_relu": ["", "slope=0.2"],
    "elu": ["", "alpha=0.5"],
    "huber": ["", "delta=0.5"],
    "unsqueeze": ["", "axis=-1"],
    "permute": ["", "axes=[1, 0]", "axes=[0, 2, 1]", "[-1, 0, 1]"],
    **{f"conv{axes}d": ["", "stride=2", "padding=1", "2, 1, 2"] for axes in (1, 2)},
    **{f"conv_transpose{axes}d": ["", "stride=2, output_padding=1", "padding=1", "2, 1, 0, 2"] for axes in (1, 2)},
    **{f"max_pool{axes}d": ["", "2, stride=1", "size=3, padding=1", "2, 1, 1, 2"] for axes in (1, 2)},
    **{f"avg_pool{axes}d": ["", "2, stride=1", "size=3, stride=2, padding=1"] for axes in (1, 2)},
    **{f"adaptive_avg_pool{axes}d": ["", "2", "size=3"] for axes in (1, 2)},
    "reshape": ["[3, 2]", "[6]", "shape=[-1, 1]"],
}
"""Options to try, as typed; none for the others."""

INDICES = {
    (4,): ["[1]", "[-1]", "[1:3]", "[:]", "[::2]", "[[0, 2, 2, -2]]", "[[[0, 1], [1, 3]]]", "[:, None]", "[None, 1]"],
    (3, 4): [
        "[1]",
        "[1, 2]",
        "[:, 1]",
        "[0:2, ::2]",
        "[-1, 1:]",
        "[[0, 2, 0], [1, 3, 1]]",
        "[:, [0, 0, 3]]",
        "[[2, 0], 1:3]",
        "[1, [0, 0]]",
    ],
}


def cases() -> list[tuple[Operation, tuple[tuple[int, ...], ...], str]]:
    """Every operation with shapes of its arguments and options."""
    chosen = []
    for row in ROWS:
        every: Sequence[tuple[tuple[int, ...], ...]] = row.shapes or BROADCASTING[len(row.params)]
        for shapes in every:
            options = INDICES[shapes[0]] if row.name == "index" else OPTIONS.get(row.name, [""])
            chosen += [(row, shapes, option) for option in options if _fits(row, shapes, option)]
    return chosen


def _fits(row: Operation, shapes: tuple[tuple[int, ...], ...], option: str) -> bool:
    """Whether an operation has an option for arguments of these shapes."""
    ndim = len(shapes[0])
    if row.name == "cumsum":
        return bool(option) or ndim < 2
    if row.name == "squeeze":
        return not option or ndim > 1
    if row.name == "cosine_similarity" and option == "axis=0":
        return len(shapes[0]) == len(shapes[1])
    if "axes" in option or option.startswith("[-1"):
        return option.count(",") + 1 == ndim
    return not (ndim < 2 and ("[0, 1]" in option or "axis=1" in option)) and not (ndim == 0 and "correction" in option)


def label(value: Any) -> str:
    """A case → its name in the list of tests."""
    return value.name if isinstance(value, Operation) else str(value).replace(" ", "")


def formula(row: Operation, names: list[str], options: str) -> str:
    """Operation → a formula that is nothing but a call of it."""
    if row.name == "index":
        return f"{names[0]}{options}"
    return f"{row.name}({', '.join([*names, options] if options else names)})"


def draw(row: Operation, shapes: tuple[tuple[int, ...], ...], seed: int = 1) -> dict[str, Any]:
    """Values by name, from the row's sample; classes where the target is a class."""
    generator = np.random.default_rng(seed)
    names = [f"a{k}" for k in range(len(shapes))] if row.variadic else list(row.params)
    sample = row.sample * len(shapes) if len(row.sample) < len(shapes) else row.sample
    chosen = {}
    for name, shape, (low, high) in zip(names, shapes, sample):
        chosen[name] = generator.uniform(low, high, shape) if shape else float(generator.uniform(low, high))
    if ".long()" in row.torch and len(shapes[1]) < len(shapes[0]):
        classes = generator.integers(0, shapes[0][-1], shapes[1])
        chosen["y"] = classes.astype(float) if shapes[1] else float(classes)
    return chosen


def graph_of(row: Operation, values: dict[str, Any], options: str) -> Graph:
    """A call of the operation → its graph."""
    return parse(formula(row, list(values), options))


def upstream_for(shape: tuple[int, ...], seed: int = 7) -> Any:
    """An upstream gradient that is not all ones."""
    generator = random.Random(seed)
    flat = [round(generator.uniform(0.5, 2), 3) for _ in range(math.prod(shape))]
    return np.reshape(flat, shape) if shape else flat[0]


def ours(graph: Graph, values: dict[str, Any], upstream: Any = None) -> tuple[Any, dict[str, Any], Any]:
    """Value, gradients by name and the upstream gradient, by the engine."""
    if upstream is None:
        forward = run(graph, values, wrt=(), upstream=1.0)
        upstream = upstream_for(np.shape(forward.values[graph.output]))
    trace = run(graph, values, upstream=upstream)
    return trace.values[graph.output], trace.gradients, upstream


def theirs(graph: Graph, values: dict[str, Any], upstream: Any) -> tuple[Any, dict[str, Any]]:
    """Value and gradients by name, by torch: the `torch` text of the row over the same arguments."""
    import torch

    bound = graph.ops[graph.output]
    assert bound is not None
    tensors = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in values.items()}
    scope: dict[str, Any] = {"torch": torch, "F": torch.nn.functional, **bound.options}
    scope |= {"xs": list(tensors.values())} if bound.row.variadic else tensors
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*degrees of freedom")
        out = eval(bound.row.torch, scope)
    if out.requires_grad:
        out.backward(torch.tensor(upstream, dtype=torch.float64))
    grads = {name: np.zeros(t.shape) if t.grad is None else t.grad.numpy() for name, t in tensors.items()}
    return out.detach().numpy(), grads


def same(left: Any, right: Any, rtol: float = 1e-12, atol: float = 1e-13) -> bool:
    """Whether shapes are equal, numbers close, nan only beside nan and inf only beside the same inf."""
    return np.shape(left) == np.shape(right) and bool(np.allclose(left, right, rtol=rtol, atol=atol, equal_nan=True))
