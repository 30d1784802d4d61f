"""A two-layer perceptron over a batch: forward and backward, beside numpy written by hand and autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphviz_ad.api import parse, run

from .comparing import Comparison, Cost, microseconds

_BATCH, _IN, _HIDDEN, _OUT = 64, 30, 128, 10
"""Products small enough for OpenBLAS to stay in one thread: two would wait for each other on a busy machine."""
_REPEAT = 20
"""Passes in one measurement."""

Arrays = dict[str, Any]


def inputs() -> Arrays:
    """Weights, a batch and its targets."""
    random = np.random.default_rng(0)
    shapes = {
        "X": (_BATCH, _IN), "W": (_IN, _HIDDEN), "b": (_HIDDEN,), "V": (_HIDDEN, _OUT), "c": (_OUT,), "Y": (_BATCH, _OUT),
    }  # fmt: skip
    return {name: random.normal(scale=0.3, size=shape) for name, shape in shapes.items()}


def formula(activation: str) -> str:
    """The perceptron as it is typed."""
    return f"H = {activation}(X @ W + b); P = H @ V + c; L = mean((P - Y)^2)"


def by_hand(activation: str, given: Arrays) -> Arrays:
    """The same with the derivatives written by hand, for every input as ours are."""
    X, W, b, V, c, Y = (given[name] for name in "XWbVcY")
    Z = X @ W + b
    H = np.tanh(Z) if activation == "tanh" else np.maximum(Z, 0)
    P = H @ V + c
    D = P - Y
    np.mean(D**2)
    dP = 2 * D / D.size
    dZ = dP @ V.T
    dZ = dZ * (1 - H**2) if activation == "tanh" else dZ * (Z > 0)
    return {"X": dZ @ W.T, "W": X.T @ dZ, "b": dZ.sum(0), "V": H.T @ dP, "c": dP.sum(0), "Y": -dP}


def by_autograd(activation: str) -> Callable[[Arrays], Any]:
    """The same by autograd → the function that gives all gradients."""
    import autograd  # type: ignore[import-untyped]
    from autograd import numpy as anp

    def loss(given: Arrays) -> Any:
        Z = anp.dot(given["X"], given["W"]) + given["b"]
        H = anp.tanh(Z) if activation == "tanh" else anp.maximum(Z, 0)
        P = anp.dot(H, given["V"]) + given["c"]
        return anp.mean((P - given["Y"]) ** 2)

    gradients: Callable[[Arrays], Any] = autograd.grad(loss)
    return gradients


def _against(activation: str, peer: Callable[[Arrays], Any]) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        given = inputs()
        graph = parse(formula(activation))
        theirs = peer(given)
        for name, gradient in run(graph, given).gradients.items():  # the same work, or there is nothing to compare
            np.testing.assert_allclose(gradient, theirs[name], atol=1e-12)
        return microseconds(_often(lambda: run(graph, given)), _REPEAT), microseconds(
            _often(lambda: peer(given)), _REPEAT
        )

    return prepare


def _often(work: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(_REPEAT):
            work()

    return repeated


def _rows(activation: str) -> tuple[Comparison, Comparison]:
    what, unit = f"two-layer perceptron ({activation}), batch of {_BATCH}: forward, backward", "{:.0f} µs"
    return (
        Comparison(
            what, "numpy by hand", 1.6, unit, _against(activation, lambda given: by_hand(activation, given)), 31
        ),
        Comparison(what, "autograd", 0.5, unit, _against(activation, lambda given: by_autograd(activation)(given)), 31),
    )


COMPARISONS = (*_rows("tanh"), *_rows("relu"))
