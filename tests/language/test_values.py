"""Formulas with values → what a reader computes: readings that only values or shapes can settle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
W = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.4]])
THETA = np.array([0.5, -1.0])
A = np.array([0.5, -1.2, 2.0])
B = np.array([0.1, 0.6, 0.3])
SIGMOID = 1 / (1 + np.exp(-A))


def value(text: str, **given: Any) -> Any:
    """Formula and values → its value."""
    graph, values = prepared(parse(text, given=given), given)
    return forward(graph, values)[graph.output]


POWERS = sum(w * 2.0**n for n, w in enumerate(B))
VALUES: dict[str, tuple[str, dict[str, Any], Any]] = {
    "number of the entry": (r"\sum_{j=0}^{M} w_j x^j", {"w": B, "x": 2.0}, POWERS),
    "number of the entry from 1": ("∑_{i=1}^n x_i/i", {"x": A}, A[0] + A[1] / 2 + A[2] / 3),
    "as many as n says": (r"\sum_{i=1}^n i^{-2}", {"n": 4}, 1 + 1 / 4 + 1 / 9 + 1 / 16),
    "polynomial with dots": (r"y = w_0 + w_1 x + w_2 x^2 + \ldots + w_M x^M", {"w": B, "x": 2.0}, POWERS),
    "all but one": (r"g_j = \sum_{i \neq j} x_i", {"x": A}, A.sum() - A),
    "pairs": (r"E = \sum_{i<j} x_i x_j", {"x": A}, (A.sum() ** 2 - (A**2).sum()) / 2),
    "up to n": (r"\sum_{i \le n} x_i", {"x": A}, A.sum()),
    "a condition in brackets": ("∑_i [i > 1] x_i", {"x": A}, A[1:].sum()),
    "Kronecker delta": (r"J_{ij} = s_i(\delta_{ij} - s_j)", {"s": B}, np.diag(B) - np.outer(B, B)),
    "two letters": ("χ² = Σ (Oᵢⱼ − Eᵢⱼ)² / Eᵢⱼ", {"O": X, "E": X + 1}, (1 / (X + 1)).sum()),
    "a sum without brackets": (
        r"J = -\frac{1}{m}\sum_{i=1}^{m} y^{(i)}\log(a^{(i)}) + (1-y^{(i)})\log(1-a^{(i)})",
        {"y": np.array([1.0, 0.0, 1.0]), "a": B}, -(np.log(0.1) + np.log(0.4) + np.log(0.3)) / 3,
    ),
    "entries of a capital": (r"\sqrt{\sum_i \sum_j x_{ij}^2}", {"X": X}, np.sqrt((X**2).sum())),
    "letters that touch": ("1/n * Σ (xi - m)²", {"x": A, "m": 0.5, "n": 3}, ((A - 0.5) ** 2).mean()),
    "layers": (r"\delta_j^L = a_j^L(1-a_j^L)(a_j^L - t_j)", {"a^L": B, "t": A}, B * (1 - B) * (B - A)),
    "a capital below": (r"\frac{1}{m} \sum_{i=1}^m \mu_B^{(i)}", {r"\mu_B": A, "m": 3}, A.mean()),
    "a word above": (r"\sum_i \beta^{\text{ridge}}_i", {r"\beta^{\text{ridge}}": A}, A.sum()),
    "slope of an operation": ("δ = (Wᵀ d) ⊙ σ'(z)", {"W": W, "d": THETA, "z": A}, W.T @ THETA * SIGMOID * (1 - SIGMOID)),
    "slope of a function": ("f(t) = a t^3; f'(x)", {"a": 2.0, "x": 0.5}, 1.5),
    "slope of a step": (r"\mathrm{ReLU}'(x)", {"x": A}, (A > 0) * 1.0),
    "an index that is given": ("((X[i] - c)**2).sum()", {"X": X, "i": 1, "c": 0.5}, ((X[1] - 0.5) ** 2).sum()),
    "an axis that is given": ("x.mean(axis)", {"x": X, "axis": -1}, X.mean(-1)),
    "MATLAB, cost": ("J = (X*theta - y)' * (X*theta - y) / (2*m)", {"X": X, "theta": THETA, "y": A, "m": 3},
                     ((X @ THETA - A) ** 2).sum() / 6),
    "MATLAB, gradient": ("X' * (X*theta - y) / m", {"X": X, "theta": THETA, "y": A, "m": 3}, X.T @ (X @ THETA - A) / 3),
    "MATLAB, entry by entry": ("sum((X*theta - y).^2)", {"X": X, "theta": THETA, "y": A}, ((X @ THETA - A) ** 2).sum()),
    "Mahalanobis": ("sqrt((x - y)' V^-1 (x - y))", {"x": A, "y": B, "V": np.diag([1.0, 2.0, 4.0])},
                    np.sqrt(((A - B) ** 2 / [1, 2, 4]).sum())),
    "einsum": ("np.einsum('ik,jk->ij', Q, K)", {"Q": X, "K": W.T}, X @ W),
    "einsum of three": ('einsum("ij,jk,k->i", X, W, b)', {"X": X, "W": W, "b": B}, X @ W @ B),
    "einsum without an arrow": ("einsum('ji,j', X, a)", {"X": X, "a": A}, X.T @ A),
    "two vectors in a row": ("W_f * [h, x]", {"W_f": W, "h": [2.0], "x": THETA}, W @ [2, 0.5, -1]),
    "two vectors in a row, LaTeX": (r"W \cdot [h, x]", {"W": W, "h": [2.0], "x": THETA}, W @ [2, 0.5, -1]),
    "identity": ("β = (XᵀX + λI)⁻¹ Xᵀy", {"X": X, "λ": 0.5, "y": A}, np.linalg.solve(X.T @ X + 0.5 * np.eye(2), X.T @ A)),
    "positive part": ("sum((1 - x)_+)", {"x": A}, np.maximum(1 - A, 0).sum()),
    "negative part": (r"\sum_i [x_i]_-", {"x": A}, np.maximum(-A, 0).sum()),
    "an unknown module": ("t.exp(-x)", {"x": A}, np.exp(-A)),
    "dot between": ("x dot W", {"x": THETA, "W": W}, THETA @ W),
    "small t": ("w^t x", {"w": A, "x": B}, A @ B),
    "a comment": ("# E = Σ(x * tanh(x))", {"x": A}, (A * np.tanh(A)).sum()),
    "a power before its letter": ("Σ_d (1 + log σ²_d - μ²_d - σ²_d)", {"σ": A, "μ": B},
                                  (1 + np.log(A**2) - B**2 - A**2).sum()),
    "a given default": ("eta = 0.1; w - eta*g", {"w": 1.0, "g": 0.5, "eta": 0.5}, 0.75),
    "the next case": ("f(z) = 1 if z > 0\n = 0 if z ≤ 0", {"z": 0.5}, 1.0),
    "a starred name": ("α* = (gᵀg)/(gᵀHg)", {"g": A, "H": np.eye(3) * 2}, 0.5),
    "a name with a tilde": ("z*h + (1-z)h~", {"z": 0.25, "h": 1.0, "h~": 2.0}, 1.75),
    "a title": (r"\text{更新:}\quad y = 2x", {"x": 3.0}, 6.0),
    "a column of a data frame": ("mean(df$x)", {"df$x": A}, A.mean()),
    "m v": ("½mv²", {"m": 2.0, "v": 3.0}, 9.0),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_reader_computes_the_same(name: str) -> None:
    text, given, wanted = VALUES[name]
    assert np.allclose(value(text, **given), wanted, rtol=1e-12, atol=0)


REFUSED = {
    "softmax'(x)": "softmax'(…) cannot be read: 'softmax' is no function of one number",
    "einsum('ii', X)": "'ii' has one letter twice in an array",
    "einsum('i', X, x)": "'i' does not say which letters the axes of the 2 arrays have",
    "einsum(X, x)": "'X' does not say which letters the axes of the 1 arrays have",
    "x_2 + x_3 + … + x_n": "these dots do not say what goes on",
    "X x + I": "no value for 'I'",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_read_says_why(text: str) -> None:
    with pytest.raises(GraphvizADError) as caught:
        value(text, X=X, x=A)
    assert caught.value.message.startswith(REFUSED[text])
    assert caught.value.hint


def test_sums_with_numbers_and_conditions_are_written_out() -> None:
    unrolled = parse("∑_{i<j} x_i x_j", given={"x": A}, unroll=["i", "j"])
    assert unrolled.run(x=A).values[unrolled.output] == pytest.approx((A.sum() ** 2 - (A**2).sum()) / 2)
    numbered = parse("∑_i x_i/i", given={"x": A}, unroll=["i"])
    assert numbered.run(x=A).values[numbered.output] == pytest.approx(A[0] + A[1] / 2 + A[2] / 3)
