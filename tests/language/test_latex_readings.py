"""LaTeX as books and papers have it: what the letters, bars, dots and remarks in it mean."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.language.dialects import TEXT
from graphviz_ad.language.printer import write

A = [[1.0, 2.0], [3.0, 4.0]]
X = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]

VALUES: list[tuple[str, dict[str, object], float | list[float]]] = [
    # vectors of ones
    (r"s = \mathbf{1}^\top x", {"x": [1.0, 2.0, 3.0]}, 6.0),
    (r"s = \frac{1}{2} \boldsymbol{1}^T X", {"X": X}, [4.5, 6.0]),
    (r"s = \mathbf{1}_n^\top X \mathbf{1}", {"X": X}, 21.0),
    (r"s = X \mathbf{1} + b", {"X": X, "b": 1.0}, [4.0, 8.0, 12.0]),
    (r"s = (\mathbf{1} - a) \odot b", {"a": [0.25, 0.5], "b": [4.0, 2.0]}, [3.0, 1.0]),
    # Σ as a matrix, and as a sum
    (r"q = x^\top \Sigma x", {"x": [1.0, 2.0], "Sigma": A}, 27.0),
    (r"q = \frac{1}{|\boldsymbol{\Sigma}|^{\frac{1}{2}}}", {"Sigma": [[2.0, 0.0], [0.0, 8.0]]}, 0.25),
    (r"q = \hat{\Sigma} x", {r"\hat{\Sigma}": A, "x": [1.0, 1.0]}, [3.0, 7.0]),
    (r"q = \Sigma_{i=1}^n v_i", {"v": [1.0, 2.0]}, 3.0),
    (r"p = \hat{\Pi}_k \tau", {r"\hat{\Pi}_k": 2.0, "tau": 3.0}, 6.0),
    # π with a letter below it
    (r"p = \sum_k \pi_k N_k", {"pi": [0.25, 0.75], "N": [4.0, 8.0]}, 7.0),
    (r"p = \sum_k \pi_k \sin(\pi x_k)", {"pi_k": [0.25, 0.75], "x": [0.5, 0.5]}, 1.0),
    # entries of what stands in brackets
    (r"d_i = \sum_{j=1}^m (\mathbf{W})_{ij}", {"W": A}, [3.0, 7.0]),
    (r"d_{ij} = \sum_k [\mathbf{W}]_{i,k} [X]_{k,j}", {"W": A, "X": A}, [7.0, 10.0, 15.0, 22.0]),
    # vectors side by side in a bracket
    (
        r"f = \mathbf{W}[\mathbf{o}, \mathbf{h}] + b",
        {"W": [[1.0, 2.0, 3.0, 4.0]], "o": [1.0, 2.0], "h": [3.0, 4.0], "b": 1.0},
        31.0,
    ),
    # letters with primes, more terms of a sum in a later side of a chain
    (r"c_t = \sum_{t'} \alpha_{t,t'} h_{t'}", {"alpha": A, "h": [1.0, 10.0]}, [21.0, 43.0]),
    # dots between factors, and what letters run through
    (r"d = \lambda_1 \lambda_2 \cdots \lambda_n", {"lambda": [2.0, 3.0, 4.0]}, 24.0),
    (r"m = \max_{i=1,\ldots,n} x_i", {"x": [1.0, 5.0, 3.0]}, 5.0),
    (r"m = \min_{1 \le i \le n} x_i", {"x": [1.0, 5.0, 3.0]}, 1.0),
    (r"m = \sum_{j=0}^{k-1} x_j", {"x": [1.0, 5.0, 3.0]}, 9.0),
    # remarks behind a formula
    (r"y = 2 x, \quad i = 1, \ldots, n", {"x": 3.0}, 6.0),
    (r"y = 2 x \quad (i = 1, 2, \dots, n)", {"x": 3.0}, 6.0),
    (r"y = 2 x, \quad x > 0", {"x": 3.0}, 6.0),
    (r"y = 2 x \text{ for } 0 \le x \le 4,", {"x": 3.0}, 6.0),
    (r"A = L U \mathrlap{\qquad L \in \mathbb{R}^{n \times n}}", {"L": 2.0, "U": 3.0}, 6.0),
    # rows and matrices below a sum
    (r"q = \sum_i a_i w_i^\top S w_i", {"w": [[1.0, 0.0], [0.0, 1.0]], "S": A, "a": [1.0, 2.0]}, 9.0),
    (
        r"q = \sum_i (x_i - \mu)^\top \Sigma^{-1} (x_i - \mu)",
        {"x": A, "mu": [1.0, 1.0], "Sigma": [[2.0, 0.0], [0.0, 4.0]]},
        0.25 + 2.0 + 2.25,
    ),
    (r"s = \sum_i \sum_j a_i q_i^\top W k_j", {"a": [1.0, 2.0], "q": A, "k": A, "W": A}, 472.0),
    (
        r"t_i = \sum_j \alpha_{ij} V h_j",
        {"alpha": [[1.0, 1.0], [0.0, 2.0]], "V": [[1.0, 2.0], [0.0, 3.0]], "h": [[1.0, 0.0], [0.0, 1.0]]},
        [3.0, 3.0, 4.0, 6.0],
    ),
    (r"t_i = \sum_j \alpha_{ij} N h_j", {"alpha": [[1.0, 2.0]], "N": 2.0, "h": [1.0, 1.0]}, 6.0),
    (r"t = \log(a) [1, 0, 2]^\top", {"a": float(np.e)}, [1.0, 0.0, 2.0]),
    # what is joined, columns, intervals
    (r"y = W [a \Vert b]", {"W": [[1.0, 2.0, 3.0, 4.0]], "a": [1.0, 2.0], "b": [3.0, 4.0]}, 30.0),
    (r"y = \left[\|a\|, \|b\|\right]", {"a": [3.0, 4.0], "b": [0.0, 2.0]}, [5.0, 2.0]),
    (r"$y = (1; 0; 2)^T x$", {"x": [3.0, 4.0, 5.0]}, 13.0),
    (
        r"p(x) = \begin{cases} \frac{1}{b - a} & x \in [a, b) \\ 0 & \text{otherwise} \end{cases}",
        {"x": 2.0, "a": 0.0, "b": 4.0},
        0.25,
    ),
    (r"p(x) = \begin{cases} 1 & \text{if } x \in (0, 2] \\ 0 & \text{otherwise} \end{cases}", {"x": 2.0}, 1.0),
    # functions of one variable throughout, values of a policy
    (r"H_t(x) = H_{t-1}(x) + \alpha_t h_t(x)", {"H_{t-1}": 1.0, "alpha_t": 2.0, "h_t": 3.0}, 7.0),
    (r"A^{\pi}(s, a) = Q^{\pi}(s, a) - V^{\pi}(s)", {r"Q^{\pi}(s, a)": 5.0, r"V^{\pi}(s)": 2.0}, 3.0),
    # what is counted above a left side, scripts of what stands in braces, words with an underscore
    (r"x^{k+1} = x^k - \alpha g^k", {"x^k": 5.0, "alpha": 2.0, "g^k": 1.5}, 2.0),
    (r"h_i^{\ell+1} = w^\ell h_i^\ell", {r"w^\ell": 5.0, r"h_i^\ell": 2.0}, 10.0),
    (r"n = {\| x \|}_1 + {x}_1^2", {"x": [3.0, -4.0], "x_1": 2.0}, 11.0),
    (r"s = \sum_i {{x}_{j}}^{(i)}", {"x": [[1.0, 2.0], [3.0, 5.0]]}, [4.0, 7.0]),
    (r"l = {step\_num}^{-0.5} \cdot lr\_max", {"step_num": 4.0, "lr_max": 3.0}, 1.5),
    (r"$z = x*std + mean$", {"x": 2.0, "std": 3.0, "mean": 1.0}, 7.0),
    (r"\theta’ = 2 \theta", {"theta": 2.0}, 4.0),
    (r"\theta_{t+1} = \theta_t - \eta \Delta\theta_t", {"theta_t": 2.0, "eta": 0.5, "Δθ_t": 4.0}, 0.0),
    (r"a = W \mathbf{e}^{(r)}_{i,j}", {"W": 2.0, "e_{i,j}^{(r)}": 3.0}, 6.0),
    (r"N_k := \sum_{n=1}^N r_{nk}", {"r": A}, [4.0, 6.0]),
    (r"s = \sum_{i=0}^{t-1} \beta^i = \frac{1 - \beta^t}{1 - \beta}", {"beta": 0.5, "t": 3.0}, 1.75),
    # a letter below a name that is another name
    (r"s_h = \sqrt{\frac{1}{n} \sum_i (h_i - m_h)^2}", {"n": 2.0, "h": [1.0, 5.0], "m_h": 3.0}, 2.0),
    # signs
    (r"\frac{dz}{dt} = \frac{\partial z}{\partial u}.\frac{du}{dt}", {"∂z/∂u": 2.0, "∂u/∂t": 3.0}, 6.0),
    (r"$y = {g_l}_i + {x_1}^2$", {"g_{l,i}": 2.0, "x_1": 3.0}, 11.0),
    (r"d = dist_{i \cdot} - \mu", {r"dist_{i \cdot}": 2.0, "mu": 1.0}, 1.0),
    (r"L = \mathbf{y} logh", {"y": 2.0, "h": 1.0}, 0.0),
    (r"w = v + \Delta \boldsymbol{w} + \Delta\theta_j", {"v": 1.0, "Δw": 2.0, "Δθ_j": 4.0}, 7.0),
    (r"r = \frac{\#\text{correct}}{\#\text{all}} \times 100\%", {"correct": 3.0, "all": 4.0}, 75.0),
    (r"$y = 5\% x$", {"x": 40.0}, 2.0),
    (r"y = \text{abs} \cdot \cos(a)", {"abs": 2.0, "a": 0.0}, 2.0),
    (r"y = 2^\text{other}_i", {"other_i": 3.0}, 8.0),
    (r"y = A \mathbin{@} x", {"A": A, "x": [1.0, 1.0]}, [3.0, 7.0]),
    (r"y = \begin{cases} 2 & |x| == 0 \\ 3 & \text{otherwise} \end{cases}", {"x": 0.0}, 2.0),
    (
        r"h = \overrightarrow{h}_t + 2 \overleftarrow{h}_t",
        {r"\overrightarrow{h}_t": 1.0, r"\overleftarrow{h}_t": 3.0},
        7.0,
    ),
]
"""Formulas, values of their inputs, and what numpy makes of them."""


@pytest.mark.parametrize(("text", "inputs", "expected"), VALUES)
def test_value(text: str, inputs: dict[str, object], expected: float | list[float]) -> None:
    graph, given = prepared(parse(text, given=inputs), inputs)
    value = np.ravel(np.asarray(forward(graph, given)[graph.output], dtype=float))
    assert np.allclose(value, np.ravel(expected)), value


NOTES = {
    r"s = \mathbf{1}^\top x": "1ᵀ before a value is its sum over the first axis",
    r"y = 2 x, \quad x > 0": "the condition x > 0 is left out",
    r"r = x \times 100\%": "the value is in percent",
}
"""Formulas, and what is said of how they are read."""


@pytest.mark.parametrize("text", NOTES)
def test_note(text: str) -> None:
    assert NOTES[text] in parse(text).notes


REFUSED = {
    r"f = \sum_m c_m \mathbb{I}(x \in R_m)": "whether something is in a set",
    r"y = \begin{cases} 1 & j \in J \\ 0 & \text{otherwise} \end{cases}": "whether something is in a set",
    r"L = \sum_i (x_i - x)^2": "'x' is the array of all x_i here",
    r"f = \sum_i \alpha_i x_i^\top x": "'x' is the array of all x_i here",
    r"S = \mathbf{1} \mathbf{1}^\top": "how many ones are in this vector",
    r"y_i = \sum_j w_j x_{i-2j}": "'x_{i-2j}' has a shifted index",
    r"H = \beta \mathbf{1}^\top + B": "how many ones are in this vector",
    r"y = \mathbf{f}[\mathbf{x}, \boldsymbol\phi]": "there is no function 'f'",
    r"y_i = (A x)_{12} + b_i": "stands below what is no name",
    r"y = x + FFN(x)": "there is no function 'FFN'",
    r"$y = \# + x$": "'#' stands before no name",
}
"""Formulas that cannot be computed or have no one reading, and what the error says."""


@pytest.mark.parametrize("text", REFUSED)
def test_refusal(text: str) -> None:
    with pytest.raises(GraphvizADError, match="hint: ") as caught:
        parse(text)
    assert REFUSED[text] in str(caught.value)


def test_each_side_of_a_chain_has_the_whole_sum() -> None:
    text = r"l = \log \prod_{i=1}^n p_i^{y_i} = \sum_{i=1}^n y_i \log p_i + (1 - y_i) \log q_i"
    program = parse(text).program
    sides = [write(program.tree, form.root, TEXT) for form in program.statements[-1].forms]
    assert sides[1] == "sum(y*log(p) + (1 - y)*log(q), axis=0)"


def test_a_quantity_used_in_a_later_statement_is_the_one_that_was_set() -> None:
    graph = parse(r"\frac{dJ}{du} = \frac{dJ}{dv} \frac{dv}{du}, \frac{dJ}{db} = \frac{dJ}{du} \frac{du}{db}")
    assert "∂J/∂u" not in graph.inputs


def test_letters_of_a_side_that_is_not_computed_are_those_of_its_own_sums() -> None:
    program = parse(r"\hat{x}_i = \sum_j z_{ij} w_j = W z_i").program
    sides = [write(program.tree, form.root, TEXT) for form in program.statements[-1].forms]
    assert sides == ["z @ w", "z @ W.T"]


@pytest.mark.parametrize(
    "text", [r"q = x^\top \Sigma x", r"q = |\Sigma|^{\frac{1}{2}}", r"A = U \Sigma V^\top", r"q = \Sigma^{-1} x"]
)
def test_a_matrix_that_is_called_sigma_is_an_input(text: str) -> None:
    assert "Σ" in parse(text).inputs


def test_what_is_counted_above_a_left_side_is_no_power() -> None:
    graph = parse(r"x^{k+1} = x^k - \alpha g^k + \beta^k b")
    assert set(graph.inputs) == {"x^{(k)}", "α", "g^{(k)}", "β", "k", "b"}
    assert "k above a name is part of it, as on the left side" in graph.notes


def test_a_letter_below_a_name_may_say_of_what_it_is() -> None:
    program = parse(r"m_h = \frac{1}{n} \sum_i h_i \\ s_h = \frac{1}{n} \sum_i (h_i - m_h)^2").program
    assert write(program.tree, program.statements[-1].root, TEXT) == "1/n·sum((h - m_h)^2, axis=0)"
