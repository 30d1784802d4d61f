"""LaTeX of lecture notes and papers: ranges behind a formula, names with words, vectors of physics, transposes."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError

A = [[1.0, 2.0], [3.0, 4.0]]
V = [[3.0, 4.0], [1.0, 1.0]]
X = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]

VALUES: list[tuple[str, dict[str, object], object]] = [
    # π before a bracket
    (r"\ln(\pi\left(\nu-2\right))", {"ν": 6.0}, np.log(4 * np.pi)),
    ("π(R^2 - r^2) h", {"R": 2.0, "r": 1.0, "h": 3.0}, 9 * np.pi),
    ("pi(2r)", {"r": 2.0}, 4 * np.pi),
    ("π(t) = t^2; π(3 + x)", {"x": 1.0}, 16.0),
    # names letter by letter, and names with a word above them
    (r"d = F V C_{\text {true }} - F V C_{\text {predicted }}", {"FVC_true": 3.0, "FVC_predicted": 1.0}, 2.0),
    (
        r"M S E = \frac{1}{n}\sum_i (y_i - t_i)^2 \\ R M S E = \sqrt{M S E}",
        {"y": [1.0, 2.0], "t": [0.0, 4.0]},
        2.5**0.5,
    ),
    (r"\frac{2 P R}{P + R}", {"P": 0.5, "R": 0.25}, 1 / 3),
    (r"v_{xy} - v^{\mathrm{cmd}}_{xy}", {"v_xy": 1.0, "v^cmd_xy": 3.0}, -2.0),
    (r"v_{xy} - v_{xy}^{\mathrm{cmd}}", {"v_xy": 1.0, "v_xy^{cmd}": 3.0}, -2.0),
    (r"\|v_{xy} - v^{\mathrm{cmd}}_{xy}\|^2", {"v_xy": [1.0, 2.0], "v^{cmd}_{xy}": [3.0, 5.0]}, 13.0),
    # a bare sum over the one letter of arrays, squares of vectors with an arrow or a dot
    (r"\sum m_\alpha v_\alpha^2", {"m": [1.0, 2.0], "v": [3.0, 4.0]}, 41.0),
    (r"\sum m_\alpha {\dot{\mathbf{r}}_\alpha'}^2", {"m": [1.0, 2.0], "ṙ'": V}, 29.0),
    (r"\frac{\vec{p}^2}{2 m}", {"p": [3.0, 4.0], "m": 2.0}, 6.25),
    (r"s = \mathbf{g}^2", {"g": [1.0, 2.0]}, [1.0, 4.0]),
    # conjugate transposes of real values
    (r"\mathbf{x}^H \mathbf{A} \mathbf{x}", {"x": [1.0, 2.0], "A": A}, 27.0),
    (r"(\mathbf{H}^H \mathbf{H})^{-1} \mathbf{H}^H \mathbf{e}", {"H": A, "e": [1.0, 0.0]}, [-2.0, 1.5]),
    (r"\operatorname{tr}(A^* A)", {"A": A}, 30.0),
    (r"x^\dagger A x", {"x": [1.0, 2.0], "A": A}, 27.0),
    (r"\left(1 - r\right)^H", {"r": 0.5, "H": 3.0}, 0.125),
    (r"V^* = \max(V) \cdot 2", {"V": [1.0, 2.0]}, 4.0),
    # letters whose numbers stand behind the formula
    (r"X[k] = \sum_{n=0}^{N-1} x[n] \cos(\pi k n), \quad k = 0, \ldots, N-1", {"x": [1.0, 2.0], "N": 2}, [3.0, -1.0]),
    (r"y_k = (k + 1)^2, \quad k = 0, \ldots, N-1", {"N": 3}, [1.0, 4.0, 9.0]),
    (r"y_k = (k + 1)^2 \quad (k = 0, 1, 2)", {}, [1.0, 4.0, 9.0]),
    (r"w[n] = \frac{n}{N-1}, \quad 0 \le n \le N-1", {"N": 3}, [0.0, 0.5, 1.0]),
    (r"w[n] = \frac{n}{N}, \quad 0 \le n < N", {"N": 2}, [0.0, 0.5]),
    (r"c_{ij} = i + j, \quad i = 1, \ldots, 2,\quad j = 1, \ldots, 2", {}, [2.0, 3.0, 3.0, 4.0]),
    (r"c_k = k x_k, \quad k = 0, \ldots, N-1", {"x": [1.0, 2.0, 3.0]}, [0.0, 2.0, 6.0]),
    (r"\theta_i = 100^{-2i/d}, \quad i = 0, 1, \dots, d/2 - 1", {"d": 4}, [1.0, 0.1]),
    (r"f(k) = \frac{\lambda^k}{k!}, \quad k = 0, 1, 2, \dots", {"λ": 2.0, "k": 2.0}, 2.0),
    # bounds of sums that are products and quotients
    (r"\sum_{n=0}^{2N-1} x_n", {"x": X, "N": 3}, 21.0),
    (r"\sum_{n=1}^{2N} x_n", {"x": X, "N": 2}, 10.0),
    (r"\sum_{n=1}^{N/2} x_n", {"x": X, "N": 6}, 6.0),
    (r"\sum_{n=1}^{2N} n^2", {"N": 2}, 30.0),
    # lines over what is computed, and over names
    (r"\overline{x^2} - \bar{x}^2", {"x": [1.0, 3.0]}, 1.0),
    (r"\overline{XY} - \bar{X}\bar{Y}", {"X": [1.0, 2.0], "Y": [1.0, 3.0]}, 0.5),
    (r"\overline{x + y}", {"x": [2.0, 4.0], "y": [1.0, 1.0]}, 4.0),
    (r"\bar{x_i} - \bar{y^{(i)}}", {"x̄_i": 2.0, "ȳ^{(i)}": 1.0}, 1.0),
    # the logarithm of a conditional probability, and what is multiplied with it
    (r"\log \pi_\theta(a_t|s_t) \hat{A}_t", {r"\pi_\theta(a_t|s_t)": 0.5, "Â_t": 2.0}, -2 * np.log(2)),
    (r"-\log \pi(a|s) G + 1", {"π(a|s)": 0.5, "G": 2.0}, 1 + 2 * np.log(2)),
    (r"\log p(x|z) p(z)", {"p(x|z)": 0.5, "p(z)": 2.0}, 0.0),
    # comments, colours, operators, commas, what is set before a name
    ("\\begin{aligned} a &= 2 \\cdot x \\\\ % first\nb &= a + 1 \\end{aligned}", {"x": 1.0}, 3.0),
    (r"\textcolor{red}{a} + {\color{blue} b}c", {"a": 1.0, "b": 2.0, "c": 3.0}, 7.0),
    (r"\mathop{\mathbb E}\limits_{x\sim p}[f(x)]", {"f(x)": [1.0, 2.0]}, 1.5),
    (r"\underset{x\sim p}{\mathbb{E}}[f(x)]", {"f(x)": [1.0, 2.0]}, 1.5),
    (r"3{,}14 \cdot x", {"x": 1.0}, 3.14),
    (r"{}^{t}\!x A x + 0 \cdot x^{\top} x", {"x": [1.0, 2.0], "A": A}, 27.0),
    (r"{}_n\mathrm{C}_r p^r q^{n-r}", {"n": 3.0, "r": 1.0, "p": 0.5, "q": 0.5}, 0.375),
    (r"{}_n\mathrm{P}_r", {"n": 3.0, "r": 2.0}, 6.0),
    # bars round vectors with arrows
    (r"\frac{\vec{a}\cdot\vec{b}}{|\vec{a}||\vec{b}|}", {"a": [3.0, 4.0], "b": [0.0, 1.0]}, 0.8),
    (r"\left|\overrightarrow{a} - \overrightarrow{b}\right|", {"a": [3.0, 4.0], "b": [0.0, 0.0]}, 5.0),
    (r"|\vec a \cdot \vec b|", {"a": [3.0, 4.0], "b": [0.0, -1.0]}, 4.0),
    # words of Japanese and Chinese round a formula
    (r"y = h(a) \quad (ただし h(a)=\max(0,a))", {"a": 2.0}, 2.0),
    (r"a = wx + b, \quad ただし、b = 1 \cdot c", {"w": 2.0, "x": 3.0, "c": 1.0}, 7.0),
    (r"y = \eta a \qquad(\eta:学習率)", {"a": 2.0, "η": 0.1}, 0.2),
    (r"y = \eta a \quad \cdots (1)", {"a": 2.0, "η": 0.1}, 0.2),
    (r"L = \log (\text{損失})", {"損失": 1.0}, 0.0),
    (r"y = \begin{cases} 1 & (x > 0) \\ 0 & (それ以外) \end{cases}", {"x": -1.0}, 0.0),
    (r"y = \begin{cases} 1 & (x > 0\text{ のとき}) \\ 0 & (\text{それ以外のとき}) \end{cases}", {"x": 1.0}, 1.0),
    (r"y = \begin{cases} 1, & 如果\ x > 0 \\ 0, & 否则 \end{cases}", {"x": -1.0}, 0.0),
    (r"S = \pi r^2 \fallingdotseq 3.14 r^2", {"r": 2.0}, 4 * np.pi),
    # conditions that begin with a minus, or stand in words; what ends a row; brackets whose backslashes are lost
    (r"\begin{cases} 2, & -1 \le x \le 1 \\[4pt] 0, & \text{otherwise} \end{cases}", {"x": -0.5}, 2.0),
    (r"\begin{cases} -\log p & \text{y=1} \\ 3 & \text{y=0} \end{cases}", {"p": 1.0, "y": 0.0}, 3.0),
    (r"\begin{bmatrix} 2x \cr 3 \end{bmatrix}", {"x": 1.0}, [2.0, 3.0]),
    ("[\nA = \n\\frac{r}\n{2}.\n]", {"r": 4.0}, 2.0),
    # entries of a transpose, and inner products of rows before a number
    (r"C_{ij} = \sum_k A^\top_{ik} B_{kj}", {"A": A, "B": [[2.0, 0.0], [1.0, 1.0]]}, [5.0, 3.0, 8.0, 4.0]),
    (r"\mathbf{W}_{hh}^\top x", {"W_hh": A, "x": [1.0, 0.0]}, [1.0, 2.0]),
    (r"\sum_i x_i^\top y_i \cdot c", {"x": A, "y": [[2.0, 0.0], [1.0, 1.0]], "c": 2.0}, 18.0),
    (r"\sum_i \left(x_i^\top y_i\right) \cdot c", {"x": A, "y": [[2.0, 0.0], [1.0, 1.0]], "c": 2.0}, 18.0),
    # a sign in braces is that sign
    (r"y {=} 2 \cdot x", {"x": 3.0}, 6.0),
]
"""Formulas, values of their inputs, and what numpy makes of them."""


@pytest.mark.parametrize(("text", "given", "expected"), VALUES, ids=[text for text, _, _ in VALUES])
def test_value(text: str, given: dict[str, object], expected: object) -> None:
    graph, values = prepared(parse(text, given=given), given)
    value = np.ravel(np.asarray(forward(graph, values)[graph.output], dtype=float))
    assert np.allclose(value, np.ravel(np.asarray(expected, dtype=float))), value


NOTES: list[tuple[str, dict[str, object], str]] = [
    (r"\pi(x + 1)", {"x": 1.0}, "π(…) is read as a product"),
    (r"F V C \cdot 2", {"FVC": 2.0}, "F V C is read as the name FVC"),
    (r"\vec{v}^2", {"v": [3.0, 4.0]}, "is that of its length; else write v ⊙ v"),
    (r"\mathbf{X}^H X", {"X": A}, "^H is the conjugate transpose, which of real values is the transpose"),
    (r"U^\dagger U", {"U": A}, "not the pseudo-inverse"),
    (r"\overline{x^2}", {"x": [1.0, 3.0]}, "a line over what is computed is its mean over all entries"),
    (r"\log \pi(a|s) G", {"π(a|s)": 0.5, "G": 2.0}, "log π(a|s) ends there"),
    (r"y = \eta a \quad (\eta は学習率)", {"a": 2.0, "η": 0.1}, "は学習率)' are left out"),
    (r"{}_n\mathrm{C}_r", {"n": 3.0, "r": 1.0}, "{}_n C_r is n!/(r! (n - r)!)"),
    (r"y_k = k, \quad k = 0, 1, 2", {}, "k alone is the number of the entry, from 0 to 2"),
]
"""Formulas, their inputs, and a note that says how they are read."""


@pytest.mark.parametrize(("text", "given", "note"), NOTES, ids=[text for text, _, _ in NOTES])
def test_note(text: str, given: dict[str, object], note: str) -> None:
    assert note in "; ".join(parse(text, given=given).notes)


REFUSED: list[tuple[str, dict[str, object], str]] = [
    (r"y = \pi(s) x", {"s": 1.0, "x": 1.0}, "for a product write π*(…)"),
    (r"c_k = \cos(k), \quad k = 0, 2, 4", {}, "no value for 'k'"),
    (r"c_k = k x_k, \quad k = 0, \ldots, N-1", {"x": [1.0, 2.0, 3.0], "N": 2}, "how many there are is not known"),
    (r"\widehat{x + y}", {"x": 1.0, "y": 1.0}, "give that a name of its own"),
    (r"\left. x^3 - 2x \right|_{x=2}", {"x": 2.0}, "give the value as that of an input"),
    (r"\left. x^3 \right|_{0}^{1}", {"x": 2.0}, "write it as F(b) - F(a)"),
    (r"\frac{\cancel{2}a}{\cancel{2}b}", {"a": 1.0, "b": 1.0}, "leave out what is crossed out"),
    (r"\operatorname*{arg\,max}_{k} p_k", {"p": [1.0, 2.0]}, "write only what is minimised or maximised"),
    (r"\overrightarrow{AB}", {"A": 1.0, "B": 2.0}, "write it as B - A, or give AB a value"),
    (r"\sum_{n=1}^{2N} x_n", {"x": X, "N": 4}, "takes the entries 1 to 8 of x, which has 6"),
]
"""Formulas that two readers would read in two ways, and a part of what is said."""


@pytest.mark.parametrize(("text", "given", "excerpt"), REFUSED, ids=[text for text, _, _ in REFUSED])
def test_refusal(text: str, given: dict[str, object], excerpt: str) -> None:
    with pytest.raises(GraphvizADError) as problem:
        prepared(parse(text, given=given), given)
    assert excerpt in str(problem.value)
