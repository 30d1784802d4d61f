"""Sums over shifted indices: the kernel of a convolution."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError

_X = np.arange(1.0, 13.0).reshape(3, 4)
_W = np.array([[1.0, 0.5], [-1.0, 2.0]])


def _slid(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """→ At each place the sum of the products with what the kernel covers, as a loop has it."""
    size = tuple(n - k + 1 for n, k in zip(x.shape, w.shape, strict=True))
    out = np.zeros(size)
    for at in np.ndindex(*size):
        out[at] = np.sum(w * x[tuple(slice(i, i + k) for i, k in zip(at, w.shape, strict=True))])
    return out


@pytest.mark.parametrize(
    ("text", "inputs", "value"),
    [
        ("y_{i,j} = Σ_m Σ_n x_{i+m,j+n} w_{m,n}", {"x": _X, "w": _W}, _slid(_X, _W)),
        ("y_ij = Σ_{m,n} w_mn x_{i+m,j+n} + b", {"x": _X, "w": _W, "b": 1.0}, _slid(_X, _W) + 1),
        (r"S_{ij} = \sum_m \sum_n I_{i+m,j+n} K_{m,n}", {"I": _X, "K": _W}, _slid(_X, _W)),
        ("y_i = tanh(Σ_{k=1}^{K} w_k x_{i+k-1} + b)", {"x": _X[0], "w": _W[0], "K": 2, "b": 0.1},
         np.tanh(_slid(_X[0], _W[0]) + 0.1)),
    ],
)  # fmt: skip
def test_the_kernel_slides(text: str, inputs: dict[str, object], value: np.ndarray) -> None:
    given = {name: np.asarray(value).tolist() for name, value in inputs.items()}
    trace = run(parse(text, given=given), given, upstream=np.ones_like(value))
    np.testing.assert_allclose(np.asarray(trace.values[trace.graph.output]), value, rtol=1e-12)


@pytest.mark.parametrize("text", ["y_i = Σ_k w_k x_{i+k} + c_i", "y_{i,j} = Σ_m Σ_n x_{j+m,i+n} w_{m,n}"])
def test_what_does_not_slide_so_is_refused(text: str) -> None:
    given = {"x": _X.tolist() if "," in text else _X[0].tolist(), "w": _W.tolist() if "," in text else [1.0, 2.0]}
    given |= {"c": [1.0, 1.0, 1.0]} if "c_i" in text else {}
    with pytest.raises(GraphvizADError) as caught:
        parse(text, given=given)
    assert "shifted index" in str(caught.value)
