"""A graph as a function of torch, from the `torch` text of each row: nothing of our own derivatives is in it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.check.torch_operations import TorchOperations

TOLERANCE = 1e-10
"""Of a derivative beside torch's, relative to the larger of 1 and its size."""


def torch_function(trace: Trace, names: Sequence[str], of: int | None = None) -> Callable[..., Any]:
    """Trace and names of inputs → the function of these (the others stay) that computes a node, the output unless
    said."""
    graph, operations = trace.graph, TorchOperations()

    def function(*given: Any) -> Any:
        tensors: list[Any] = []
        moving = dict(zip((graph.inputs[name] for name in names), given, strict=True))
        for node, bound in enumerate(graph.ops):
            if node in moving:
                tensors.append(moving[node])
            elif bound is None:
                tensors.append(operations.tensor(trace.values[node]))
            else:
                tensors.append(operations.apply(bound, [tensors[arg] for arg in graph.args[node]]))
        return tensors[graph.output if of is None else of]

    return function


def torch_func(name: str, *arguments: Any, **options: Any) -> Any:
    """A function of torch.func, called without the warnings it gives of its own parts."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(torch.func, name)(*arguments, **options)


def torch_blocks(name: str, function: Callable[..., Any], primals: Sequence[Any]) -> Any:
    """jacfwd, jacrev or hessian of a function with respect to all its arguments, at these → the blocks."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(torch.func, name)(function, argnums=tuple(range(len(primals))))(*primals)


def tensors(trace: Trace, names: Sequence[str]) -> tuple[Any, ...]:
    """Trace and names of inputs → their values in torch."""
    operations = TorchOperations()
    return tuple(operations.tensor(trace.values[trace.graph.inputs[name]]) for name in names)


def directions(trace: Trace, seed: int = 0) -> dict[str, Any]:
    """Trace → a direction in which its inputs move, by chance, without rounding."""
    chance = np.random.default_rng(seed)
    chosen = {name: chance.integers(-8, 9, trace.shape(node)) / 4 for name, node in trace.graph.inputs.items()}
    return {name: value if np.ndim(value) else float(value) for name, value in chosen.items()}


def agree(ours: Any, theirs: Any, scale: float = 1.0, tolerance: float = TOLERANCE) -> bool:
    """Whether a derivative is torch's up to rounding."""
    theirs = theirs.detach().numpy() if hasattr(theirs, "detach") else np.asarray(theirs)
    ours = np.asarray(ours)
    room = tolerance * np.maximum(np.maximum(1.0, scale), np.abs(theirs))
    return ours.shape == theirs.shape and bool(np.all(np.abs(ours - theirs) <= room))


def is_finite(trace: Trace, *more: Mapping[str, Any]) -> bool:
    """Whether all numbers of a trace are, and no value is so large that rounding is larger than the tolerance."""
    numbers = [*trace.values, *(grad for grad in trace.grads if grad is not None)]
    return all(bool(np.all(np.isfinite(number))) for number in numbers)
