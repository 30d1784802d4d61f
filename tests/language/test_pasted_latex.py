"""LaTeX as people paste it from notes, papers and notebooks: what stands at sums, labels, rows and remarks."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError

M = [[1.0, 2.0], [3.0, 5.0]]
R = [1.0, 2.0, 4.0]

VALUES: list[tuple[str, dict[str, object], object]] = [
    # sums that begin later than their axis
    (r"\sum_{k=2}^{n} r_k", {"r": R}, 6.0),
    (r"\sum_{k=2}^{4} r_k", {"r": R}, 7.0),
    (r"\sum_{k=t}^{T} r_k", {"r": R, "t": 2, "T": 3}, 6.0),
    (r"G_t = \sum_{k=t}^{T} \gamma^{k-t} r_k", {"r": R, "gamma": 0.5}, [3.0, 4.0, 4.0]),
    (r"G = \sum_{k=t}^{T} \gamma^{k-t} r_k", {"r": R, "gamma": 0.5, "t": 2, "T": 3}, 4.0),
    (r"G_t = \sum_{k=t}^{T} \gamma^{k-t} r_k", {"r": R, "gamma": 0.5, "t": 2, "T": 3}, 4.0),
    (r"n = \sum_{i=t}^{T} \gamma^{i-t}", {"gamma": 0.5, "t": 2, "T": 4}, 1.75),
    (r"s = \sum_{i=3}^{5} i^2 + \sqrt{x}", {"x": 0.0}, 50.0),
    # sums over words, over an entry, without a letter, of equal terms
    (r"J = \frac{1}{4}\sum_{\text{all entries}} (a - b)^2", {"a": M, "b": 1.0}, 5.25),
    (r"c = \sum_{1}^{k} rel_{i}", {"rel": R}, 7.0),
    (r"\tau(x_2) = \sum_{x_1} p(x_2 \mid x_1) p(x_1)", {"p(x_2|x_1)": [0.25, 0.5], "p(x_1)": [0.5, 0.5]}, 0.375),
    (r"-\sum_{k=1}^{K} \frac{1}{K} \log_2 \frac{1}{K}", {"K": 4}, 2.0),
    (r"L = \underset{i}{\sum} x_i", {"x": R}, 7.0),
    # how many there are
    (r"\frac{1}{|Q|} \sum_{i=1}^{|Q|} \frac{1}{r_i}", {"r": R}, 1.75 / 3),
    (r"J = \frac{1}{G} \sum_{i=1}^G \frac{1}{|o_i|} \sum_{t=1}^{|o_i|} l_{i,t}", {"l": M}, 2.75),
    # tables
    (r"p(x) = \sum_z p(x|z) p(z)", {"p(x|z)": [[0.5, 0.25], [0.5, 0.75]], "p(z)": [0.5, 0.5]}, [0.375, 0.625]),
    (r"c_t = \sum_{s=1}^S a_t(s) u_s", {"a_t(s)": [0.5, 1.0], "u": M}, [3.5, 6.0]),
    (r"p(y) = \prod_{k=1}^K p_k^{I_k}", {"p": [0.2, 0.8], "I": [0.0, 1.0]}, 0.8),
    # names of values as they are written
    (r"D = \frac{p_{data}(x)}{p_{data}(x) + p_g(x)}", {"p_{data}(x)": 0.3, "p_g(x)": 0.1}, 0.75),
    (r"D = \frac{1}{2} D_{KL}(P||M)", {"D_{KL}(P||M)": 0.5}, 0.25),
    (r"E = \frac{1}{N}\sum_{i=1}^{N} |u(t^i,x^i) - u^i|^2", {"u(t^i,x^i)": R, "u^i": [0.0, 0.0, 0.0]}, 7.0),
    (r"\ell = \sum_i \log p(y^{(i)} \mid x^{(i)}; \theta)", {"p(y^{(i)}|x^{(i)};\\theta)": [1.0, 1.0]}, 0.0),
    (r"P(Y = 1|X) = \frac{P(X|Y = 1) P(Y = 1)}{P(X)}", {"P(X|Y=1)": 0.5, "P(Y=1)": 0.5, "P(X)": 0.5}, 0.5),
    # labels
    (r"a_{ij}^{k} = h_{ij}^{k} * f_{ij}^{k}", {"h_{ij}^{k}": 2.0, "f_{ij}^{k}": 3.0}, 6.0),
    (r"g_i = b_i^g + \sum_j U_{i,j}^g x_j^{(t)}", {"b^g": [1.0, 2.0], "U^g": M, "x^{(t)}": [1.0, 2.0]}, [6.0, 15.0]),
    (r"Q^{ret}(s_t, a_t) = r_t + \gamma v", {"r_t": 1.0, "gamma": 0.5, "v": 2.0}, 2.0),
    # derivatives and gradients as names
    (r"\frac{\partial J(\mathbf{w},b)}{\partial w_j} = 2 x", {"x": 3.0}, 6.0),
    (r"\frac{\partial L}{\partial \boldsymbol{b}} = \frac{1}{m} \sum d\boldsymbol{A}_h", {"m": 2.0, "dA_h": R}, 3.5),
    (r"\frac{\partial x^\top W x}{\partial x} = 2 W x", {"W": M, "x": [1.0, 0.0]}, [2.0, 6.0]),
    (r"u = w + \Delta w \\ \Delta w = \mu - \eta", {"w": 1.0, "mu": 0.5, "eta": 0.25}, 1.25),
    # matrices
    (r"\begin{bmatrix} 2 & 5 \end{bmatrix} \times \begin{bmatrix} x \\ 3 \end{bmatrix}", {"x": 2.0}, 19.0),
    (r"\begin{bmatrix} x & 1 \end{bmatrix} \begin{bmatrix} x & 1 \end{bmatrix}^T", {"x": 2.0}, 5.0),
    (r"\begin{bmatrix} x \\ 1 \end{bmatrix} \begin{bmatrix} x & 1 \end{bmatrix}", {"x": 2.0}, [4.0, 2.0, 2.0, 1.0]),
    (r"h = W \left[\begin{array}{c} c \\ h_t \end{array}\right]", {"W": [[1.0, 2.0, 3.0]], "c": [1.0], "h_t": [1.0, 1.0]}, 6.0),
    (r"A = W^{-\top} x", {"W": M, "x": [1.0, 2.0]}, [1.0, 0.0]),
    ("\\mathbf\n  K = \\mathbf X \\mathbf X^{\\prime \\top}", {"X": [[1.0, 2.0]], "X'": [[1.0, 3.0]]}, 7.0),
    (r"G = \mathbf{A}_{} \mathbf{A}_{}^T", {"A": [[1.0, 2.0]]}, 5.0),
    # signs
    (r"\phi = 90^\circ - x", {"x": 0.0}, np.pi / 2),
    (r"y = a + b \hspace{1cm} z = y^2", {"a": 1.0, "b": 2.0}, 9.0),
    (r"f_t = \sigma_g(W_f x_t)", {"W_f": 2.0, "x_t": 0.0}, 0.5),
    (r"y = \sigma_g(x); \sigma_g(t) = t + 1", {"x": 3.0}, 4.0),
    (r"y = \sigma_g(x)", {r"\sigma_g": 2.0, "x": 3.0}, 6.0),
    (r"f[x, \phi] = \phi_0 + \phi_1 x", {"phi_0": 1.0, "phi_1": 2.0, "x": 3.0}, 7.0),
    (r"L[\phi] = \sum_{i=1}^I (f[x_i, \phi] - y_i)^2", {r"f[x_i,\phi]": R, "y": [0.0, 0.0, 0.0]}, 21.0),
    (r"a = \frac{1}{1+{\rm e}^{-z}}", {"z": 0.0}, 0.5),
    (r"L = \sum_i [ Q_{\theta}(s,a) - Q_{0}(s,a) ]^2", {r"Q_{\theta}(s,a)": R, "Q_{0}(s,a)": [0.0, 0.0, 0.0]}, 21.0),
    (r"c_t = \sum_s a_{ts} h_s^{(e)}", {"a": M, "h^{(e)}": [1.0, 1.0]}, [3.0, 8.0]),
    (r"d\Gamma_u = dc_{next} * 2", {"dc_{next}": 2.0}, 4.0),
    (r"f(x^{(i)}) = g(z^{(i)}) \\ z^{(i)} = w x \\ g(z^{(i)}) = 1 + z^{(i)}", {"w": 2.0, "x": 3.0}, 7.0),
    (r"y = \dot x + \ddot x", {r"\dot x": 1.0, r"\ddot x": 2.0}, 3.0),
    (r"s = \frac{1}{m}\sum_{i=1}^{m}{({x^{(i)})}^{2}}", {"x": R, "m": 3}, 7.0),
    (r"H = -\sum_k t \cdot \log(o)", {"t": [0.0, 1.0], "o": [0.5, 1.0]}, 0.0),
    # remarks, words, systems
    (r"\begin{cases} v = 2 x \\ w = v + 1 \end{cases}", {"x": 3.0}, 7.0),
    (r"l = \begin{cases} -\log f & \text{if $y=1$} \\ -\log(1 - f) & \text{if $y=0$} \end{cases}", {"f": 0.5, "y": 0.0}, np.log(2)),
    (r"y = 2 w_j \quad \mbox{for $j=0...(n-1)$} \tag{2}", {"w": [1.0, 2.0]}, [2.0, 4.0]),
    (r"y = 2 x \; & \text{for j := 0..n-1}", {"x": 3.0}, 6.0),
    (r"f = 2 x \quad (x\in\mathbb{R}^D,\ d=1,2,\ldots,D)", {"x": 3.0}, 6.0),
    (r"A = \frac{x}{number\ of\ items}", {"x": 3.0, "number_of_items": 2.0}, 1.5),
    (r"\min_{\mathbf{w}, b} \frac{1}{2} \Vert \mathbf{w} \Vert^2", {"w": [3.0, 4.0]}, 12.5),
    (r"\underset{w}{\mbox{max }} \frac{1}{N} \sum_{i=1}^N w_i", {"w": [3.0, 4.0]}, 3.5),
    (r"\begin{align} y &= x + 1 \\[10pt] &= 1 + x \end{align}", {"x": 3.0}, 4.0),
]  # fmt: skip
"""Formulas, values of their inputs, and what a reader means."""


@pytest.mark.parametrize(("text", "given", "expected"), VALUES, ids=[text for text, _, _ in VALUES])
def test_what_is_pasted_is_read_as_meant(text: str, given: dict[str, object], expected: object) -> None:
    graph, values = prepared(parse(text, given=given), given)
    computed = np.asarray(forward(graph, values)[graph.output])
    assert np.allclose(computed.ravel(), np.asarray(expected, dtype=float).ravel(), atol=1e-12)


SAID = [
    (r"p(x) = \sum_z p(x|z) p(z)", {"p(x|z)": M, "p(z)": [0.5, 0.5]}, "axes x, z in this order"),
    (r"x = e^{At} x_0", {"A": M, "t": 1.0, "x_0": [1.0, 2.0]}, "the exponential of a matrix is not computed"),
    (r"\sum_{k=2}^{n} r_k", {"r": R}, "r_k takes the entries 1 to 2 of r, counted from 0"),
]
"""Formulas with two readings, and what is said of the one that is taken."""


@pytest.mark.parametrize(("text", "given", "excerpt"), SAID, ids=[text for text, _, _ in SAID])
def test_the_reading_is_said(text: str, given: dict[str, object], excerpt: str) -> None:
    graph, _ = prepared(parse(text, given=given), given)
    assert any(excerpt in note for note in graph.notes), graph.notes


REFUSED = [
    (r"J = \frac{|A\cap B|}{|A\cup B|}", {}, "sets are not computed"),
    (r"\underset{k}{\text{arg max }} p_k", {"p": R}, "write only what is minimised or maximised"),
    (r"y_i = \sum_j W_{ij} x_j", {"W": R, "x": R}, "give an array with an axis for each of i, j"),
    (r"\sum_{i=1}^{2} x_i", {"x": R}, "give as many"),
    (r"\sum_{k=t}^{T} r_k", {"r": R}, "give t a whole number"),
    (r"\sum_{k=5}^{6} r_k", {"r": R}, "give it an entry for each number, or another bound"),
]
"""Formulas that cannot be computed, and what is said to do."""


@pytest.mark.parametrize(("text", "given", "hint"), REFUSED, ids=[text for text, _, _ in REFUSED])
def test_what_cannot_be_computed_says_what_to_write(text: str, given: dict[str, object], hint: str) -> None:
    with pytest.raises(GraphvizADError) as problem:
        prepared(parse(text, given=given), given)
    assert hint in str(problem.value)
