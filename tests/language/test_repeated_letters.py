"""Products with a letter below two arrays: Einstein's sums, where a reader adds them up."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run

_A, _B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.5], [2.0, -1.0]])
_X, _C = np.array([1.0, 3.0]), np.array([0.5, -0.5])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("C_ij = A_ik B_kj", _A @ _B),
        ("A_ik B_kj", _A @ _B),
        ("C_{ij} = A_{ik} * B_{jk}", _A @ _B.T),
        ("y_i = A_ij x_j + c_i", _A @ _X + _C),
        ("y_i = tanh(A_ij x_j + c_i)", np.tanh(_A @ _X + _C)),
        ("z_j = A_ij x_i", _A.T @ _X),
        ("D_il = A_ij B_jk A_kl", _A @ _B @ _A),
        ("s = x_i A_ij x_j", _X @ _A @ _X),
        ("y_i = x_i (1 - A_ij x_j)", _X * (1 - _A @ _X)),
        ("y_i = x_i c_i", _X * _C),
        ("A_ij B_ij", _A * _B),
        ("y_i = Σ_j A_ij x_j", _A @ _X),
        ("y_i = A_ij ⊙ x_j", _A * _X),
    ],
)
def test_the_letter_is_added_up(text: str, value: np.ndarray) -> None:
    inputs = {name: array.tolist() for name, array in {"A": _A, "B": _B, "x": _X, "c": _C}.items() if name in text}
    trace = run(parse(text, given=inputs), inputs, upstream=np.ones_like(value) if np.ndim(value) else None)
    np.testing.assert_allclose(np.asarray(trace.values[trace.graph.output]), value, rtol=1e-12)


def test_it_is_said() -> None:
    (note,) = parse("y_i = A_ij x_j", given={"A": _A.tolist(), "x": _X.tolist()}).notes
    assert note.startswith("j stands twice in a product and not on the left side")
