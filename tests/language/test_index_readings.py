"""What letters below names, brackets and functions mean: entries, rows, columns, windows, sums without a sign; and what
statistics has names for."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError

A = [[1.0, 2.0], [3.0, 4.0]]
B = [[0.5, -1.0], [2.0, 1.0]]
V = [1.0, 2.0]
Z = [1.0, 2.0, 3.0]
X = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
ROWS = [[1.0, 2.0], [0.5, -1.0], [1.5, 0.3]]
LABELS = [1.0, 0.0, 1.0]
THETA = [0.3, -0.6]
S = [[2.0, 0.3], [0.3, 1.0]]

_a, _b, _v, _z, _x, _rows, _labels, _theta = map(np.array, (A, B, V, Z, X, ROWS, LABELS, THETA))
_soft = np.exp(_z) / np.exp(_z).sum()
_hypothesis = 1 / (1 + np.exp(-_rows @ _theta))


def _along(scores: np.ndarray, axis: int) -> np.ndarray:
    """Scores → their softmax."""
    exponentials = np.exp(scores)
    quotient: np.ndarray = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return quotient


def _windows(array: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Array and a kernel of two rows and two columns → the sum of their products at each place."""
    places = [[np.sum(kernel * array[i : i + 2, j : j + 2]) for j in range(2)] for i in range(2)]
    return np.array(places)


def _normal(x: np.ndarray | float, mean: np.ndarray | float, variance: np.ndarray | float) -> np.ndarray:
    """Value, mean and variance → the normal density."""
    density: np.ndarray = np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return density


VALUES: list[tuple[str, dict[str, object], object]] = [
    # Einstein's convention
    (r"C_{ik} = A_{ij} B_{jk}", {"A": A, "B": B}, _a @ _b),
    ("C_ik = A_ij B_jk", {"A": A, "B": B}, _a @ _b),
    (r"y_i = \tanh(W_{ij} x_j + U_{ij} h_j + b_i)", {"W": A, "x": V, "U": B, "h": V, "b": V}, np.tanh(_a @ _v + _b @ _v + _v)),
    (r"C_{i,j} = A_{i,k}B_{k,j} = \sum_{k}A_{i,k}B_{k,j}", {"A": A, "B": B}, _a @ _b),
    (r"s_i = a_i b_i", {"a": V, "b": V}, _v * _v),
    (r"y_i = W_{ij} x_j", {"W_{ij}": 2.0, "x_j": 3.0}, 6.0),
    # windows
    (r"y_i = \sum_{k=0}^{K-1} w_k x_{i+k} + b", {"w": V, "x": Z, "b": 1.0}, [6.0, 9.0]),
    (r"y_i = \sum_k w_k x_{i-k}", {"w": V, "x": Z}, [4.0, 7.0]),
    (r"Y_{i,j} = \sum_{m}\sum_{n} X_{i+m,j+n} K_{m,n}", {"X": X, "K": A}, _windows(_x, _a)),
    (r"Y_{ij} = \text{ReLU}\left(\sum_{m,n} X_{i-m,j-n} K_{mn} + b\right)", {"X": X, "K": A, "b": 0.5}, _windows(_x, _a[::-1, ::-1]) + 0.5),
    (r"Y_{i,j} = \sum_m \sum_n X_{m,n} K_{i-m,j-n}", {"X": X, "K": A}, _windows(_x, _a[::-1, ::-1])),
    # entries of what has no name
    (r"q_j = \operatorname{softmax}(z)_j", {"z": Z}, _soft),
    (r"q_j = \left[W x\right]_j + b_j", {"W": A, "x": V, "b": V}, _a @ _v + _v),
    (r"L = -\log [\operatorname{softmax}(z)]_y", {"z": Z, "y": 1}, -np.log(_soft[1])),
    (r"s = \sum_i \left(W x - y\right)_i^2", {"W": A, "x": V, "y": V}, np.sum((_a @ _v - _v) ** 2)),
    (r"A_{ij} = (X X^\top)_{ij}", {"X": A}, _a @ _a.T),
    ("y_i = (A x)_i + b_i", {"A": A, "x": V, "b": V}, _a @ _v + _v),
    # a function of two points that is given as a matrix, of one as a vector
    (r"f = \sum_i \sum_j b_i b_j K(x_i, x_j)", {"b": V, "K": A}, _v @ _a @ _v),
    ("L = ∑_i log K(x_i, x_i) - ∑_i log ∑_j K(x_i, x_j)", {"K": A}, np.sum(np.log(np.diag(_a) / _a.sum(axis=1)))),
    ("f = ∑_i b_i k(x, x_i)", {"b": V, "k": V}, _v @ _v),
    # functions along an axis
    (r"\alpha_{ij} = \mathrm{softmax}_j(e_{ij})", {"e": A}, _along(_a, 1)),
    (r"\alpha_{ij} = \mathrm{softmax}_i(e_{ij})", {"e": A}, _along(_a, 0)),
    (r"c_i = \sum_j \operatorname{softmax}_j(q_i^\top k_j) v_j", {"q": A, "k": B, "v": V}, _along(_a @ _b.T, 1) @ _v),
    (r"a = \mathrm{softmax}_k(Wx)", {"W": A, "x": V}, _along(_a @ _v, 0)),
    # rows and columns
    (r"s = \sum_k \|X_{:,k}\|_2", {"X": X}, np.linalg.norm(_x, axis=0).sum()),
    (r"z = X_{:,1}^\top w", {"X": A, "w": V}, _a[:, 0] @ _v),
    (r"y_j = W_{:,j}^\top x", {"W": A, "x": V}, _a.T @ _v),
    (r"$C_{ij} = A_{i,:} B_{:,j}$", {"A": A, "B": B}, _a @ _b),
    # chosen terms
    (r"s = \sum_{i: y_i = 1} x_i", {"y": LABELS, "x": Z}, 4.0),
    (r"\mu_k = \frac{1}{n_k} \sum_{i: y_i = k} x_i", {"y": LABELS, "x": Z, "n": [1.0, 2.0]}, [2.0, 2.0]),
    (r"s = \sum_{1 \leq i, j \leq n} A_{ij}", {"A": A}, 10.0),
    # rows of data
    (
        r"h_\theta(x) = \frac{1}{1 + e^{-\theta^T x}} \\ J = -\frac{1}{m} \sum_{i=1}^m y^{(i)} \log h_\theta(x^{(i)})",
        {"x": ROWS, "y": LABELS, "theta": THETA},
        -np.mean(_labels * np.log(_hypothesis)),
    ),
    (
        r"g = \sum_i \frac{y_i x_i}{1 + \exp(y_i w^\top x_i)}",
        {"x": ROWS, "y": LABELS, "w": THETA},
        (_labels / (1 + np.exp(_labels * (_rows @ _theta)))) @ _rows,
    ),
    (r"L = \sum_i \|y_i - z_i\|^2", {"y": LABELS, "z": Z}, 8.0),
    (
        r"\sum_{i<j} v_i^\top v_j x_i x_j = \sum_i x_i",
        {"v": A, "x": V},
        22.0,
    ),
    # products that can only be entry by entry
    (r"\text{RMSNorm}(x) = \frac{x}{\sqrt{\text{mean}(x^2)}} \cdot g", {"x": Z, "g": Z}, _z * _z / np.sqrt(np.mean(_z**2))),
    (r"y = (W x) \cdot \sigma(W x)", {"W": A, "x": V}, (_a @ _v) / (1 + np.exp(-_a @ _v))),
    (r"x \leftarrow \frac{x - \mu}{\sigma}", {"x": V, "mu": 1.0, "sigma": 2.0}, [0.0, 0.5]),
    (r"d = \frac{u \cdot v}{{||u||}_2 {||v||}_2}", {"u": V, "v": V}, 1.0),
    (r"C(r) = \sum_{i=1}^N w_i c_i, w_i = T_i d_i", {"c": Z, "T": Z, "d": Z}, 36.0),
    # what statistics has names for
    (r"L = -\log \mathcal{N}(x \mid \mu, \sigma^2)", {"x": 0.3, "mu": 0.1, "sigma": 2.0}, -np.log(_normal(0.3, 0.1, 4.0))),
    (
        r"p(x) = \sum_{k=1}^K \pi_k \mathcal{N}(x; \mu_k, \sigma_k^2)",
        {"x": 0.3, "mu": V, "sigma": V, "pi": [0.3, 0.7]},
        0.3 * _normal(0.3, 1.0, 1.0) + 0.7 * _normal(0.3, 2.0, 4.0),
    ),
    (
        r"q(x_t | x_0) = \mathcal{N}\big(x_t; \sqrt{a}\, x_0, (1 - a) \mathbf{I}\big)",
        {"x_t": V, "x_0": [0.5, 0.3], "a": 0.7},
        np.prod(_normal(_v, np.sqrt(0.7) * np.array([0.5, 0.3]), 1 - 0.7)),
    ),
    (
        r"p = \mathcal{N}(\mathbf{x} \mid \boldsymbol{\mu}, \boldsymbol{\Sigma})",
        {"x": V, "mu": [0.5, 0.3], "Sigma": S},
        np.exp(-np.array([0.5, 1.7]) @ np.linalg.inv(S) @ np.array([0.5, 1.7]) / 2) / np.sqrt(np.linalg.det(2 * np.pi * np.array(S))),
    ),
    (r"p = \mathcal{N}(x | m, \mathrm{diag}(s^2))", {"x": V, "m": 0.5, "s": V}, np.prod(_normal(_v, 0.5, _v**2))),
    (r"c = \operatorname{Cov}(x, y)", {"x": [1.0, 2.0, 4.0], "y": [2.0, 1.0, 3.0]}, 2 / 3),
    (r"r = \mathrm{corr}(x, y)", {"x": [1.0, 2.0, 4.0], "y": [2.0, 1.0, 3.0]}, np.corrcoef([1, 2, 4], [2, 1, 3])[0, 1]),
    (r"v = \operatorname{vec}(A)", {"A": A}, _a.T.ravel()),
    (
        r"L = \mathbb{E}_{x \sim p}[\log D(x)] + \mathbb{E}_{z \sim p_z}[\log(1 - D(G(z)))]",
        {"D(x)": [0.9, 0.8], "D(G(z))": [0.3, 0.4]},
        np.mean(np.log([0.9, 0.8])) + np.mean(np.log([0.7, 0.6])),
    ),
    (r"L = \mathbb{E}_{t,\epsilon}[\|\epsilon - e\|^2]", {"epsilon": V, "e": [0.0, 0.0]}, 5.0),
    # lengths in a mean
    (r"L = \mathbb{E}[\|x - z\|^2]", {"x": ROWS, "z": V}, np.mean(np.sum((_rows - _v) ** 2, axis=1))),
    ("L = mean(‖x - z‖)", {"x": ROWS, "z": V}, np.mean(np.linalg.norm(_rows - _v, axis=1))),
    (r"L = \mathbb{E}[\|x - z\|_F^2]", {"x": ROWS, "z": V}, np.sum((_rows - _v) ** 2)),
    ("L = np.mean(np.linalg.norm(x - z)**2)", {"x": ROWS, "z": V}, np.sum((_rows - _v) ** 2)),
    # what is picked by labels, heads side by side, how many there are
    (
        r"L = -\frac{1}{N}\sum_{i=1}^N \log \frac{e^{z_{i,y_i}}}{\sum_j e^{z_{i,j}}}",
        {"z": X, "y": [0, 2, 1]},
        -np.mean(np.log(_along(_x, 1)[range(3), [0, 2, 1]])),
    ),
    (
        r"M = \text{Concat}(\text{head}_1, \text{head}_2) W^O",
        {"head_1": A, "head_2": B, "W^O": [*A, *B]},
        np.hstack([_a, _b]) @ np.vstack([_a, _b]),
    ),
    (r"q = Q W_i^Q", {"Q": A, "W_i^Q": B}, _a @ _b),
    (r"L = \frac{1}{N}\sum_i (y_i - z_i)^2", {"y": LABELS, "z": Z}, 8 / 3),
    (r"L = \frac{1}{2m}\sum (y - z)^2", {"y": LABELS, "z": Z}, 4 / 3),
    (r"s^2 = \frac{1}{n-1}\sum_i (z_i - 2)^2", {"z": Z}, 1.0),
    (r"L = \frac{1}{N}\sum_i z_i", {"z": Z, "N": 2.0}, 3.0),
    (
        r"L = -\log \frac{\exp(\text{sim}(u, v)/\tau)}{\sum_j \exp(\text{sim}(u, k_j)/\tau)}",
        {"u": V, "v": V, "k": B, "tau": 0.5},
        -np.log(np.exp(2) / np.exp(2 * (_b @ _v) / np.linalg.norm(_b, axis=1) / np.sqrt(5)).sum()),
    ),
    (r"\text{sim}(u, v) = u^\top v", {"u": V, "v": V}, 5.0),
]  # fmt: skip
"""Formulas, the values of their inputs, and what a reader means."""


def outcome(text: str, inputs: dict[str, object]) -> np.ndarray:
    """Formula and its inputs → its value."""
    graph, given = prepared(parse(text, given=inputs), inputs)
    return np.asarray(forward(graph, given)[graph.output], dtype=float)


@pytest.mark.parametrize(("text", "inputs", "expected"), VALUES, ids=[text for text, _, _ in VALUES])
def test_value(text: str, inputs: dict[str, object], expected: object) -> None:
    value, meant = outcome(text, inputs), np.asarray(expected, dtype=float)
    assert value.size == meant.size
    assert np.allclose(np.ravel(value), np.ravel(meant)), value


NOTES: list[tuple[str, dict[str, object], str]] = [
    (
        r"C_{ik} = A_{ij} B_{jk}",
        {"A": A, "B": B},
        "j stands twice in a product and not on the left side: it is summed over (Einstein's convention)",
    ),
    (
        r"y_i = \sum_k w_k x_{i+k}",
        {"w": V, "x": Z},
        "the sum over k is the convolution of x with w, at each place where that lies within x",
    ),
    (
        r"s = \text{sim}(u, v)",
        {"u": V, "v": V},
        "sim(…, …) is read as the cosine similarity; define it to have another one",
    ),
    (
        r"L = \text{softmax}(z)_y",
        {"z": Z, "y": 1},
        r"\text{softmax}(z)_y is read as \text{softmax}(z)[y], entries counted from 0",
    ),
    (r"$y_i = (W x)_i + b_i$", {"W": A, "x": V, "b": V}, "(W x)_i is the entry i of p = (W x)"),
    (r"$z = X_{:,1}$", {"X": A}, "column 1 of X is counted from 1"),
    (r"L = \frac{1}{N}\sum_i z_i", {"z": Z}, "N is the number of entries that the sum has"),
    (
        r"p = \mathcal{N}(x | m, s)",
        {"x": 1.0, "m": 1.0, "s": 2.0},
        "N(x; m, s) is the density of the normal distribution, s its variance; where it is the standard deviation, write s²",
    ),
    (r"c = \text{cov}(x, y)", {"x": V, "y": V}, "Cov divides by n"),
]
"""Formulas, the values of their inputs, and what is said of how they are read."""


@pytest.mark.parametrize(("text", "inputs", "note"), NOTES, ids=[text for text, _, _ in NOTES])
def test_note(text: str, inputs: dict[str, object], note: str) -> None:
    assert note in parse(text, given=inputs).notes


def test_an_entry_whose_place_is_not_known_is_refused() -> None:
    with pytest.raises(GraphvizADError, match="give whole numbers for y, counted from 0"):
        parse(r"L = \sum_i \log p_{i,y_i}", given={"p": A})


@pytest.mark.parametrize("text", [r"y_i = \sum_j w_j x_{i-2j}", r"y_i = (A x)_{12} + b_i", r"y = \mathbb{E} + 1"])
def test_refusal(text: str) -> None:
    with pytest.raises(GraphvizADError, match="hint: "):
        parse(text)


def test_a_sum_that_is_left_out_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests have teeth: without Einstein's convention the product of matrices is one of their entries."""
    from graphviz_ad.language import reading

    monkeypatch.setattr(reading, "with_repeated_letters", lambda program, *_: program)
    assert outcome(r"C_{ik} = A_{ij} B_{jk}", {"A": A, "B": B}).size != 4


def test_a_kernel_that_is_not_turned_round_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests have teeth: below x_{i-k} the kernel is turned round."""
    from dataclasses import replace

    from graphviz_ad.language import windows

    original = windows._window
    monkeypatch.setattr(windows, "_window", lambda *args: (w := original(*args)) and replace(w, is_turned=False))
    assert not np.allclose(outcome(r"y_i = \sum_k w_k x_{i-k}", {"w": V, "x": Z}), [4.0, 7.0])
