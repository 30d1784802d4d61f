"""Spellings of other communities, and what stands round a formula: the value is what a reader means."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.autodiff.remarks import remarks
from graphviz_ad.errors import ParseError, UnknownNameError

READ = [
    ("dy = 2x  =>  dz = dy + 1", {"x": 1}, 3),
    ("Ci = a Σ (yi - ti)^2,  where i is the i-th example", {"a": 0.5, "y": [1, 2], "t": [0, 0]}, 2.5),
    ("W.T @ g        (k, N) @ (N, 1) → (k, 1)", {"W": [[1, 2]], "g": [2]}, [2, 4]),
    ("線形結合：z = x・w+b", {"x": [1, 2], "w": [3, 4], "b": 1}, 12),
    ("v = (1-b) [∇L(θ)]² + a", {"b": 0.5, "∇L(θ)": 4, "a": 1}, 9),
    ("y = w x + b per example, as above.", {"w": 2, "x": 3, "b": 1}, 7),
    ("a ⊗ b", {"a": [1, 2], "b": [3, 4]}, [3, 8]),
    ("1.0f / (1.0f + expf(-x)) + powl(M_E, 0) + fabsf(x)", {"x": 0}, 1.5),
    ("Math.PI*r + Math.E*0", {"r": 0}, 0),
    ("σ₁(x) + sigma_2(x)", {"x": 0}, 1),
    ("1 - Σ(pi²)", {"p": [0.5, 0.5]}, 0.5),
    ("pi*r + p", {"r": 0, "p": 1}, 1),  # p stands alone: pi is the number
    ("s_ij = q_iᵀ k_j", {"q": [[1, 2], [0, 1]], "k": [[1, 1], [2, 0]]}, [[3, 2], [1, 0]]),
    ("s_ij = q_i · k_j", {"q": [[1, 2], [0, 1]], "k": [[1, 1], [2, 0]]}, [[3, 2], [1, 0]]),
    ("s_ij = ⟨q_i, k_j⟩", {"q": [[1, 2], [0, 1]], "k": [[1, 1], [2, 0]]}, [[3, 2], [1, 0]]),
    ("∑_{(u,i) ∈ D} R_{ui}", {"R": [[1, 2], [3, 4]]}, 10),
    ("b.reshape((len(W), 1)) + W @ x.reshape(-1, 1)", {"b": [1, 2], "W": [[1, 0], [0, 1]], "x": [1, 1]}, [[2], [3]]),
    ("np.sum(W, axis=(0,1))", {"W": [[1, 2], [3, 4]]}, 10),
    ("(x - self.mean)/self.std", {"x": 3, "self.mean": 1, "self.std": 2}, 1),
    ("L = {l_1, …, l_N}ᵀ, l_n = (x_n - y_n)²", {"x": [1, 2], "y": [0, 0]}, [1, 4]),
    (r"\ell(x, y) = L = \{l_1,\dots,l_N\}^\top, \quad l_n = x_n y_n", {"x": [1, 2], "y": [3, 4]}, [3, 8]),
    (r"\hat{A}_t = \delta_t + \gamma\hat{A_{t+1}}", {r"\delta_t": 1, r"\gamma": 2, r"\hat{A_{t+1}}": 5}, 11),
    (r"z = \mathbb{E}(z) + \sqrt{\mathbb{V}(z)}", {r"\mathbb{E}(z)": 1, r"\mathbb{V}(z)": 4}, 3),
    (r"a^{l}_j = \sum_k w^{l}_{jk} a^{l-1}_k", {"w^{l}": [[1, 2], [3, 4]], "a^{l-1}": [1, 1]}, [3, 7]),
    (r"\frac{\partial C}{\partial a^L_j} z^L_j", {r"\frac{\partial C}{\partial a^L}": [1, 2], "z^L": [3, 4]}, [3, 8]),
    (r"\matr{Z} = \matr{X}\transpose{\matr{Y}}", {r"\matr{X}": [[1, 2]], r"\matr{Y}": [[3, 4]]}, [[11]]),
    ("The loss is :math:`\\ell = w x` here.", {"w": 2, "x": 3}, 6),
    ("y = a*x \\\n    + b", {"a": 2, "x": 3, "b": 1}, 7),
    (r"\max_{i} (p_i - c_i), \text{Infinity norm (Maximum)}", {"p": [1, 2], "c": [0.5, 1]}, 1),
    ("∑_i max_{j≠i} (S_i + S_j)", {"S": [1, 2, 3]}, 14),
    (r"\sum_{i=1}^d\sum_{j=i+1}^d x_i x_j", {"x": [1, 2, 3]}, 11),
    ("∑_{j=1}^d ∑_{i=1}^{j-1} x_i x_j", {"x": [1, 2, 3]}, 11),
    ("∑_i ∑_{j: i<j} x_i x_j", {"x": [1, 2, 3]}, 11),
    ("w_1x_1 + w_2x_2 + . . . w_nx_n + b", {"w": [1, 2, 3], "x": [1, 2, 3], "b": 1}, 15),
    ("When $y=\\dfrac{ab}{c}$, $z = y\\times 2$ follows.", {"a": 1, "b": 6, "c": 3}, 4),
    ("Neuron: `z = w·x + b`, `a = z²`, loss `L = (a − y)²`.", {"w": 1, "x": 1, "b": 1, "y": 3}, 1),
    ("第1層\n\n$$ h = \\tanh(w x) $$\n\n第2層\n\n$$ y = v h $$", {"w": 1, "x": 0, "v": 2}, 0),
    ("$ y = ax + b", {"a": 1, "x": 2, "b": 3}, 5),
    ("=$A2*F$1", {"A2": 2, "F1": 3}, 6),
    ("F1-Score:  \n2 * p * r / (p + r)", {"p": 0.5, "r": 0.5}, 0.5),
    ("    z = w*x + b     (linear, same as linear regression)", {"w": 1, "x": 2, "b": 3}, 5),
    ("z = W a + b\n\nwhere:\n  a = activations from previous layer", {"W": 2, "a": 3, "b": 1}, 7),
    ("s = Q @ K // [10, 10] attention map\ns / √4 // scale down", {"Q": [1, 2], "K": [1, 2]}, 2.5),
    ("np.dot(d, self.W.T)", {"d": [[1, 2]], "self.W": [[1, 2]]}, [[5]]),
    ("A[:, H:2*H] + A[:, -H:] + x[len(x)-1]", {"A": [[1, 2, 3], [4, 5, 6]], "H": 1, "x": [1, 2]}, [[7], [13]]),
    ("a.reshape(N, K, 1)", {"a": [[1, 2, 3], [4, 5, 6]], "N": 2, "K": 3}, np.reshape(range(1, 7), (2, 3, 1))),
    (
        "return a.mul(x.pow(tf.scalar(3)))\n   .add(b.mul(x.square()))\n   .add(d);",
        {"a": 1, "x": 2, "b": 3, "d": 4},
        24,
    ),
    ("Σ_c y_c_smoothed*log(p_c)", {"y_c_smoothed": [0, 1], "p_c": [1, 1]}, 0),
    ("𝑍[1]=𝑊[1]𝑋+𝑏[1]", {"𝑊[1]": [[1, 2]], "𝑋": [[1], [2]], "𝑏[1]": [[2]]}, [[7]]),
    (r"\frac{\binom{K}{k} \binom{N-K}{n-k}}{\binom{N}{n}}", {"K": 5, "k": 2, "N": 12, "n": 4}, 14 / 33),
    (r"K^\frac 1{\rho}", {r"\rho": 0.5, "K": 4}, 16),
    (r"-(ylog\ \hat y+(1-y)log\ (1-\hat y))", {r"\hat y": 1 / np.e, "y": 1}, 1),
    ("-Σ y_ilog(p_i)", {"y": [1, 0], "p": [1 / np.e, 0.5]}, 1),
    (r"\delta = \sigma\prime(z^L)", {"z^L": 0}, 0.25),
    ("a <- t(y) %*% log(h)", {"y": [1, 2], "h": [1, 1]}, 0),
    ("  p <- 1 / (1+exp(X%*%-beta))\n  return( sum(p) )", {"X": [[0, 0]], "beta": [1, 2]}, 0.5),
    ("S * st.norm.cdf(d)", {"S": 1, "d": 0}, 0.5),
    ("a = Value(-4.0)\nb = Value(2.0)\nc = (a+b+x).relu()", {"x": 3}, 1),
    ("length(y)", {"y": [1, 2]}, 2),
    ("y = beta(1)*S ./ (beta(2)+S)", {"beta": [2, 1], "S": [1, 3]}, [1, 1.5]),
    ("X(:, 2:end).^2 + X(1, :)", {"X": [[1, 2], [3, 4]]}, [[5, 6], [17, 18]]),
    ("-sum(y .* log.(p)) + g[1]", {"p": [1, 0.5], "y": [1, 0], "g": [3, 4]}, 3),
    ("w = w .- η .* g[1:2]", {"w": [1, 2], "η": 1, "g": [1, 2, 3]}, [0, 0]),
    (r"L_i = \sum_{j\neq y_i} \max(0, s_j - s_{y_i} + \Delta)", {"s": [13, -7, 11], "y_i": 0, r"\Delta": 10}, 8),
    ("∑_{j≠y} max(0, s_j - s_y + 1)", {"s": [3, 5, 4.5], "y": 1}, 0.5),
    (r"-f_{y_i} + \log\sum_j e^{f_j}", {"f": [0, 0], "y_i": 1}, np.log(2)),
    ("w\u200b*x", {"w": 2, "x": 3}, 6),
    ("S = sum(X.^2, 1)", {"X": [[1, 2], [3, 4]]}, [10, 20]),
    ("sum(X, dims=2)", {"X": [[1, 2], [3, 4]]}, [3, 7]),
    ("m = size(X, 1); J = sum((X*w).^2)/m", {"X": [[1, 2], [3, 4], [0, 0]], "w": [1, -1]}, 2 / 3),
    ("max(X, [], 2) + maximum(X)", {"X": [[1, 2], [3, 4]]}, [6, 8]),
    ("sum(abs2, x) + sum(abs2.(x))", {"x": [1, 2]}, 10),
    ("relu.(W * x .+ b)", {"W": [[1, 2], [3, 4]], "x": [1, 1], "b": [1, -9]}, [4, 0]),
    ("=-A1^2 + 0-B1^2", {"A1": 2, "B1": 3}, -5),
    ("=A1^A2^A1", {"A1": 2, "A2": 3}, 64),
    ("= -x^2", {"x": 2}, -4),
    ("=SUM(A1:B2,1)*SUMSQ(A1:A2)/COUNT(A1:B2)", {"A1": 1, "B1": 2, "A2": 3, "B2": 4}, 27.5),
    ("=SUMXMY2($A$1:$A$2,B1:B2)+LOG(C1,2)+MAX(0,A1)", {"A1": 1, "B1": 2, "A2": 3, "B2": 4, "C1": 8}, 6),
    ("exp -γ |x| + exp -x y", {"γ": 0.5, "x": 2, "y": 1}, np.exp(-1) + np.exp(-2)),
    (r"J_\theta = \sum_i y_i h_\theta(x_i)", {"y": [1, 2], r"h_\theta": [3, 4]}, 11),
    ("||w||^2_2 + ‖w‖²₂ + sum_i x²ᵢ + sum_i x^2_i", {"w": [1, 2], "x": [1, 3]}, 30),
    ("y = np.sum(\n    x,\n    axis=0,\n)", {"x": [1, 2]}, 3),
    ("y_hat = x_hat * 2 \\\n  - x_hat", {"x_hat": 3}, 3),
    (
        r"p = \bigg\{\begin{array}{rl} a & \text{if } y = 1 \\ 1-a & \text{if } y = 0 \\ \end{array}",
        {"a": 0.75, "y": 0},
        0.25,
    ),
    (
        r"p = \left\{\begin{array}{ll}{a} & {\text{ if } y=1} \\ {1-a} & {\text{ otherwise }}\end{array}\right.",
        {"a": 0.75, "y": 0},
        0.25,
    ),
    (r"2\begin{vmatrix} a & 2 \\ 3 & a \end{vmatrix} + \begin{Vmatrix} a & a \end{Vmatrix}", {"a": 0}, -12),
    (r"\hat{\mathbb{E}}_t\left[r_t\right] + \mathbb{E}_t [r_t] + E_t[r_t]", {"r_t": [1, 3]}, 6),
    (r"h_w(x) = g(wx) = 2wx \\ g(z) = 2z", {"w": 2, "x": 3}, 12),
    (r"W_f [h_{t-1}, x_t] + W_f [h_{t-1}; x_t]", {"W_f": [[1, 2, 3]], "h_{t-1}": [1, 1], "x_t": [2]}, [18]),
    ("min.(x .+ 1., [0, 9])", {"x": [1, 2]}, [0, 3]),
    ("D_{KL}(p ‖ q) + KL(q || q)", {"p": [0.5, 0.5], "q": [0.25, 0.75]}, 0.5 * np.log(4 / 3)),
    ("KL(p || q) = 2*sum(p)", {"p": [0.5, 0.5]}, 2),
    (r"\min_{w, b} \|w\|^2 + b", {"w": [1, 2], "b": 3}, 8),
    (r"\underset{w}{\min} (w-1)^2", {"w": 3}, 4),
    ("max_a Q(s, a)", {"Q(s, a)": [1, 2]}, 2),
    ("x/np.finfo(float).eps * torch.finfo(torch.float32).eps", {"x": 1}, 2.0**29),
    ("F.mse_loss(x, y, reduction='sum') + F.l1_loss(x, y, reduction='none')", {"x": [1, 2], "y": [0, 0]}, [6, 7]),
    ("F.binary_cross_entropy(p, y, reduction='sum')", {"p": [0.5, 0.25], "y": [1, 1]}, np.log(8)),
    ("F.kl_div(x, p, reduction='none').sum()", {"x": [0, 0], "p": [0.5, 0.5]}, -np.log(2)),
    ("np.linalg.norm(W, 'fro')**2", {"W": [[1, 2]]}, 5),
    (r"\frac{1}{1} \begin{cases} 0 & x <= 0 \\ x & x > 0\end{cases} + 1(x >= 2)", {"x": 2}, 3),
    ("∑_i (1 - C_{ii})² + ∑_i ∑_{i≠j} C_{ij}²", {"C": [[2, 3], [4, 1]]}, 26),
    (r"R_{ij} = A_{ij}/(A_{ii} A_{jj})", {"A": [[2, 4], [8, 4]]}, [[0.5, 0.5], [1, 0.25]]),
    (r"p(x) \propto 2x", {"x": 2}, 4),
    ("x - x.max(dim=-1, keepdim=True)[0] + torch.max(x, 1)[0].sum()", {"x": [[1, 2], [3, 5]]}, [[6, 7], [5, 7]]),
    ("torch.max(x, 1).values[0] + np.max(x, axis=1)[0]", {"x": [[1, 2], [3, 5]]}, 4),
    ("NPV = sum(C_t/(1+r)^t) + w^T w", {"C": [2, 4], "r": 1, "w": [1, 2]}, 7),
    ("w^t x", {"w": [1, 2], "x": [3, 4]}, 11),
    ("math.log(x, b) + min(x, float('inf')) + max(1, float('-inf'))", {"x": 8, "b": 2}, 12),
    ("np.mean(x, (0,1)) + torch.std(x, 0, False)", {"x": [[1, 2], [3, 4]]}, [3.5, 3.5]),
    (r"z = \sqrt{x \over y} + \frac{x \over 2}{y}", {"x": 4, "y": 1}, 4),
    ("h = tanh(Uh)", {"U": 2, "h": 0.5}, np.tanh(1)),
    (r"\log_b(x) + log_{3}(9)", {"b": 2, "x": 8}, 5),
    # a function glued to its argument, before a star
    ("w*cosθ*t", {"w": 2, "θ": 0, "t": 3}, 6),
    ("v + w*sinθ*t - g*sin²θ*t", {"v": 1, "w": 2, "θ": np.pi / 2, "t": 3, "g": 1}, 4),
    ("sinθ*cosθ + lnx*t", {"θ": np.pi / 4, "x": np.e, "t": 2}, 2.5),
]


@pytest.mark.parametrize(("text", "given", "value"), READ, ids=[text[:40] for text, _, _ in READ])
def test_what_stands_round_a_formula_and_how_others_write(
    text: str, given: dict[str, object], value: float | list[float]
) -> None:
    graph = parse(text, given=given)
    trace = run(graph, given, upstream=np.ones(np.shape(value)) if np.ndim(value) else None)
    assert np.allclose(np.ravel(trace.values[trace.graph.output]), np.ravel(value)), trace.graph.notes


@pytest.mark.parametrize(
    ("text", "given", "excerpt"),
    [
        ("Z = sum(mean(X) .* 2)", {"X": [[1, 2]]}, "for each column, as in MATLAB, write mean(X, 1)"),
        ("size(X, 1)", {"X": [[1, 2]]}, "count from 0"),
        ("‖W‖_2", {"W": [[1, 2]]}, "not the one of an operator"),
        ("np.linalg.norm(W, ord=2)", {"W": [[1, 2]]}, "not the one of an operator"),
        ("=-A1^2", {"A1": 2}, "as spreadsheets have it"),
        ("lg(x)", {"x": 2}, "base 10"),
        ("F.kl_div(x, p)", {"x": [0, 0], "p": [0.5, 0.5]}, "also divides by their number"),
        ("min_w (w - 1)^2", {"w": 2}, "not its optimum"),
        ("p ∝ 2x", {"x": 2}, "∝ is read as ="),
        ("sum(scipy.special.softmax(x))", {"x": [1, 2]}, "over all entries"),
        ("w^t x", {"w": [1, 2], "x": [3, 4]}, "transpose"),
        ("mean(Σ x - x)", {"x": [1, 2]}, "the sum Σ x ends before the next sign"),
        (
            "y = Σ_{x,z} p(x|z) p(z)",
            {"p(x|z)": [[0.5, 0.2], [0.5, 0.8]], "p(z)": [0.5, 0.5]},
            "axes x, z in this order",
        ),
        ("cosθ*t", {"θ": 1, "t": 2}, "cosθ*… is read as cos(θ)*…"),
    ],
)
def test_what_others_read_otherwise_is_said(text: str, given: dict[str, object], excerpt: str) -> None:
    graph = parse(text, given=given)
    trace = run(graph, given)
    assert any(excerpt in note for note in [*trace.graph.notes, *remarks(trace)])


@pytest.mark.parametrize(
    ("text", "caret", "hint"),
    [
        (r"w^* = \arg\min_w (w-1)^2", r"\arg", "write only what is minimised"),
        ("F.gelu(x, approximate='tanh')", "approximate='tanh'", "write others as operations"),
        ("F.cross_entropy(x, y, reduction='sum')", "F.cross_entropy", "as operations"),
        ("=SUM(A1:ZZ9)", "A1:ZZ9", "give an array a name"),
        ("return 1 / (1 + np.exp(-x)", "(1 +", "add a ')'"),
        ("y = x if x > 0 else (0", "(0", "add a ')'"),
        ("for i in range(3): x += 1", ":", "there are no loops"),
        ("(x + 1) and (y > 0)", "and", "write a product"),
        ("(x + 1) | (y > 0)", "|", "maximum(a > 0, b > 0)"),
        ("y = print(x)", "print", "without 'print'"),
        ("∑_{i=1}^{n x_i", "{n", "add a '}'"),
        ("sum_{i=1", "{i", "add a '}'"),
        ("[1 -2 3]", "3", "commas"),
        (r"\frac{1}{2} e^-kt", "^-k", "as in e^{-kt}"),
        (r"y + x \bmod 2", r"\bmod", "put it in brackets"),
        (r"z = x \over y", r"\over", "in braces"),
        (r"\frac{d}{dx} x^2", r"\frac{d}{dx}", "write only what is derived"),
        (r"y = \sum_{i=1}", "", "write a number"),
        ("torch.max(x, 1)[1]", "torch.max", "write argmax"),
        ("z = <w, x + b", "<", "write dot(x, y)"),
        ("y = 'abc'", "'", "holds no text"),
    ],
)
def test_what_is_not_read_is_refused_with_its_place(text: str, caret: str, hint: str) -> None:
    with pytest.raises((ParseError, UnknownNameError)) as problem:
        parse(text)
    assert problem.value.span is not None
    assert text[problem.value.span[0] :].startswith(caret)
    assert hint in str(problem.value)
