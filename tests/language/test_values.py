"""Formulas with values → what a reader computes: readings that only values or shapes can settle."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.language.printer import LATEX, TEXT, write
from graphviz_ad.values import Result, Value

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
W = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.4]])
THETA = np.array([0.5, -1.0])
SQUARE = np.array([[1.0, 2.0], [-0.5, 3.0]])
A = np.array([0.5, -1.2, 2.0])
B = np.array([0.1, 0.6, 0.3])
SIGMOID = 1 / (1 + np.exp(-A))

Expected = Result | list[float]
"""The value that a reader means."""


def value(text: str, **given: object) -> Value:
    """Formula and values → its value."""
    graph, values = prepared(parse(text, given=given), given)
    return forward(graph, values)[graph.output]


P, Q = np.array([[0.7, 0.3], [0.4, 0.6]]), np.array([[0.5, -1.0], [2.0, 1.5]])
COLUMN = np.array([[0.1], [0.2], [0.3]])
ENTROPY = -np.log(0.7) - np.log(0.6)
POWERS = sum(w * 2.0**n for n, w in enumerate(B))
VALUES: dict[str, tuple[str, dict[str, object], Expected]] = {
    "number of the entry": (r"\sum_{j=0}^{M} w_j x^j", {"w": B, "x": 2.0}, POWERS),
    "weights of logarithms": ("-Σ Y log P", {"Y": np.eye(2), "P": P}, ENTROPY),
    "of both": ("-mean(Y·log(P) + (1 - Y)·log(1 - P))", {"Y": np.eye(2), "P": P}, ENTROPY / 2),
    "of three": ("-Σ (1 - P)^2 Y log P", {"Y": np.eye(2), "P": P}, -0.09 * np.log(0.7) - 0.16 * np.log(0.6)),
    "a transpose beside a logarithm": ("sum(Qᵀ log(P))", {"P": P, "Q": Q}, (Q.T @ np.log(P)).sum()),
    "no logarithm": ("sum(P Q)", {"P": P, "Q": Q}, (P @ Q).sum()),
    "rows with one letter": ("Σ_i exp(P_i·Q_i)", {"P": P, "Q": Q}, np.exp((P * Q).sum(1)).sum()),
    "rows with one letter, added": ("Σ_i P_i·Q_i", {"P": P, "Q": Q}, (P * Q).sum()),
    "rows of logarithms": ("Σ_i P_iᵀ log P_i", {"P": P}, (P * np.log(P)).sum()),
    "rows in angles": ("Σ_i ⟨w, P_i⟩²", {"P": P, "w": Q[0]}, ((P @ Q[0]) ** 2).sum()),
    "outer products of rows": ("Σ_i P_i P_iᵀ", {"P": P}, P.T @ P),
    "primes below": (r"\max_{a^\prime} Q(s^\prime,a^\prime)", {r"Q(s^\prime,a^\prime)": A}, A.max()),
    "a label counted from one": ("(W^{l+1})ᵀ d", {"W^{l+1}": P, "d": Q[0]}, P.T @ Q[0]),
    "a label that is a left side": ("Q = P W^Q; K = P W^K; Q Kᵀ", {"P": P, "W^Q": Q, "W^K": P}, P @ Q @ (P @ P).T),
    "a function of rows": ("Σ_i (f(P_i) - 1)², f(x) = wᵀ x", {"P": P, "w": Q[0]}, ((P @ Q[0] - 1) ** 2).sum()),
    "two matrices before rows": (r"\sum_i \|P_i - Q^\top Q P_i\|^2", {"P": P, "Q": Q}, ((P - P @ Q.T @ Q) ** 2).sum()),
    "the next state": ("c_t = f_t·c_{t-1} + i_t·g_t", {"f_t": P[0], "c_{t-1}": Q[0], "i_t": P[1], "g_t": Q[1]}, P[0] * Q[0] + P[1] * Q[1]),
    "no next state": ("s_t = f_t·c_{t-1}", {"f_t": P[0], "c_{t-1}": Q[0]}, P[0] @ Q[0]),
    "four factors and rows": ("Σ_i Σ_j a_i a_j P_iᵀ P_j", {"a": Q[0], "P": P}, (Q[0] @ P) @ (Q[0] @ P)),
    "a factor and an inner product": ("Σ_i a_i w·P_i", {"a": Q[0], "P": P, "w": Q[1]}, Q[0] @ (P @ Q[1])),
    "examples by raised letters": ("1/2m Σ_i (wᵀ x^(i) − y^(i))²", {"m": 3, "w": THETA, "x": X, "y": A}, ((X @ THETA - A) ** 2).sum() / 6),
    "a raised letter that is a power": ("∑_{i=0}^M w_i x^(i)", {"w": B, "x": 2.0}, POWERS),
    "weights of rows": (r"c_i = \sum_j P_{ij} Q_j", {"P": P, "Q": Q}, P @ Q),
    "a power of a diagonal": ("D^{-1/2} Q", {"D": np.diag([4.0, 9.0]), "Q": Q}, np.diag([1 / 2, 1 / 3]) @ Q),
    "a vector added to a product": ("g·(x - 1)/2 + b", {"g": P[0], "x": Q[1], "b": P[1]}, P[0] * (Q[1] - 1) / 2 + P[1]),
    "a quotient by a vector": (r"x - \frac{a}{\sqrt{v}} m", {"x": Q[0], "a": 1.0, "v": P[0], "m": Q[1]}, Q[0] - Q[1] / P[0] ** 0.5),
    "softmax of columns": ("softmax(W P + b)", {"W": np.zeros((3, 2)), "P": P, "b": COLUMN}, np.exp(COLUMN) / np.exp(COLUMN).sum() * np.ones(2)),
    "softmax of rows": ("softmax(W P + b, axis=1)", {"W": np.zeros((3, 2)), "P": P, "b": COLUMN}, np.full((3, 2), 0.5)),
    "a quotation mark behind a bracket": ("Z[l] A[l-1]'", {"Z[l]": P, "A[l-1]": Q}, P @ Q.T),
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
    "MATLAB, a column": ("X(:, k)' * y", {"X": X, "k": 2, "y": A}, X[:, 1] @ A),
    "from 0 beside a transpose": ("X[:, 0]'*y", {"X": X, "y": A}, X[:, 0] @ A),
    "MATLAB, a range": ("x(2:n) - x(1:end-1)", {"x": A, "n": 3}, np.diff(A)),
    "MATLAB, an entry": ("X(k, 1) .* x(end-1)", {"X": X, "x": A, "k": 3}, X[2, 0] * A[-2]),
    "MATLAB, all entries": ("W(:)' * V(:)", {"W": W, "V": W}, (W**2).sum()),
    "MATLAB, softmax of rows": ("exp(X) ./ sum(exp(X), 2)", {"X": X[:2]}, np.exp(X[:2]) / np.exp(X[:2]).sum(1, keepdims=True)),
    "MATLAB, less the largest": ("X - max(X, [], 2)", {"X": X[:2]}, X[:2] - X[:2].max(1, keepdims=True)),
    "MATLAB, rows alone": ("sum(X.^2, 2) - y", {"X": X[:2], "y": THETA}, (X[:2] ** 2).sum(1) - THETA),
    "Julia, softmax of rows": ("X .- log.(sum(exp.(X), dims=2))", {"X": X[:2]},
                               X[:2] - np.log(np.exp(X[:2]).sum(1, keepdims=True))),
    "R, softmax of rows": ("P <- exp(X) / rowSums(exp(X))", {"X": X[:2]}, np.exp(X[:2]) / np.exp(X[:2]).sum(1, keepdims=True)),
    "MATLAB, a function": ("f = @(a, b) a*b + 1;\nf(x, 3)", {"x": 2.0}, 7.0),
    "R, a vector": ("w <- c(1, 2, 3); u <- c(exp(x)); sum(w*u)", {"x": A}, ([1, 2, 3] * np.exp(A)).sum()),
    "a layer in round brackets": ("H^(l+1) = tanh(A H^(l) W^(l))", {"A": P, "H^(l)": Q, "W^(l)": P}, np.tanh(P @ Q @ P)),
    "a title with a number": ("x^2 + 1   [Type 1]", {"x": 2.0}, 5.0),
    "four letters": ("s = Σ_i Σ_j Σ_k Σ_l c_ijkl", {"c": np.ones((2, 2, 2, 2))}, 16.0),
    "an objective over an array": ("min_x 0.5*||A x - b||^2", {"A": P, "x": P[0], "b": Q[0]}, 0.5 * ((P @ P[0] - Q[0]) ** 2).sum()),
    "a glued objective": ("min_x ||Ax - b||^2", {"A": P, "x": P[0], "b": Q[0]}, ((P @ P[0] - Q[0]) ** 2).sum()),
    "rows in a loop": ("sum((P[i, :] @ x - y[i])^2 for i in range(m))", {"P": P, "x": Q[0], "y": Q[1], "m": 2},
                       ((P @ Q[0] - Q[1]) ** 2).sum()),
    "a product in words": ("Product_i [x_i + 2]", {"x": A}, np.prod(A + 2)),
    "a remark with a semicolon": ("x + 1      (scalar input; discretised)", {"x": 2.0}, 3.0),
    "a gradient times a slope": ("∂L/∂z = g · σ'(z)", {"g": B, "z": A}, B * SIGMOID * (1 - SIGMOID)),
    "an inverse at parameters": ("θ_{t+1} = θ_t - η F⁻¹(θ_t) g", {"θ_t": THETA, "η": 0.1, "F": P, "g": Q[0]},
                                 THETA - 0.1 * np.linalg.solve(P, Q[0])),
    "per cent": ("mean(|x - y| × 100%)", {"x": A, "y": B}, 100 * np.abs(A - B).mean()),
    "pairs in lowered letters": ("Σᵢ Σⱼ>ᵢ xᵢxⱼ", {"x": A}, (A.sum() ** 2 - (A**2).sum()) / 2),
    "a denominator without brackets": ("exp(-(x - b)^2 / 2c^2)", {"x": 1.0, "b": 0.5, "c": 1.5}, np.exp(-0.25 / 4.5)),
    "a denominator with an index": ("Σ_i (x_i - y_i)² / 2l_i²", {"x": A, "y": B, "l": B}, ((A - B) ** 2 / (2 * B**2)).sum()),
    "one over a product in brackets": ("(1 / 2n) * sum(x)", {"n": 3.0, "x": A}, A.sum() / 6),
    "half of a value": ("1/2x + 3/2x", {"x": 4.0}, 8.0),
    "primes before an index": ("Σ_i (x_i - x'_i)", {"x": A, "x'": B}, (A - B).sum()),
    "an inner product in angles": ("0.5 * <y, x>", {"x": A, "y": B}, 0.5 * A @ B),
    "an objective in words": ("minimize 1/2 * sum(x^2)", {"x": A}, 0.5 * (A**2).sum()),
    "an objective as a call": ("minimise(2 + sum(x))", {"x": A}, 2 + A.sum()),
    "a mean of what a sum gives": ("E[log(1/K * sum_k w_k)]", {"K": 3.0, "w": B}, np.log(B.mean())),
    "an expectation over a distribution": ("E_{q(z|x)}[log p]", {"p": B}, np.log(B).mean()),
    "degrees": ("np.degrees(np.arccos(x)) + radians(180)", {"x": 0.5}, 60 + np.pi),
    "TensorFlow, softmax": ("tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=P, labels=Y))",
                            {"P": P, "Y": np.eye(2)}, np.mean(np.log(np.exp(P).sum(1)) - np.diag(P))),
    "TensorFlow, sigmoid": ("tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)", {"x": A, "y": B},
                            np.log1p(np.exp(A)) - A * B),
    "a tensor on a device": ("(x * w.to(x.device)).sum()", {"x": A, "w": B}, A @ B),
    "semicolons of a spreadsheet": ("=IF(A1>0; A1; 0.1*A1) + PI()", {"A1": -2.0}, np.pi - 0.2),
    "a base that is a letter": ("log_b x y + log_b(x)", {"b": 3.0, "x": 9.0, "y": 3.0}, 5.0),
    "a method in place": ("x.sub(1).neg_().relu_()", {"x": A}, np.maximum(1 - A, 0)),
    "the gain of what is normalised": ("x/√(mean(x²)) · γ", {"x": A, "γ": B}, A / np.sqrt((A**2).mean()) * B),
    "the gain before it": ("y = gamma · x/√(mean(x²))", {"x": A, "gamma": B}, A / np.sqrt((A**2).mean()) * B),
    "a residual that is set below": ("L(w) = ‖r‖²\nr = y - X w", {"X": X, "w": THETA, "y": A}, ((A - X @ THETA) ** 2).sum()),
    "its parts below an operation": ("LayerNorm(x) = g ⊙ (x - μ)/σ\nμ = mean(x), σ = 2", {"x": A, "g": B}, B * (A - A.mean()) / 2),
    "names given with their labels": ("d = sum((A_s - A_t)²)", {"A_s": X, "A_t": 2 * X}, (X**2).sum()),
    "a determinant's name": ("log|Σ| = log(1 - r) + log(1 + r)", {"r": 0.5}, np.log(0.75)),
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
    "a mean with a bar": (r"\sum_i (y_i - \bar{y})^2", {"y": A}, ((A - A.mean()) ** 2).sum()),
    "an indicator": (r"\frac{1}{N}\sum_i^N 1(y_i = \hat{y}_i)", {"y": np.array([1.0, 2.0]), r"\hat{y}": np.array([1.0, 3.0])}, 0.5),
    "bold indicator": (r"\sum_i \mathbf{1}[x_i > 0]", {"x": A}, 2.0),
    "limits in brackets": ("ŷ = Σ(i=0 to n) βᵢxᵢ", {"β": A, "x": B}, A @ B),
    "the identity": ("np.eye(X.shape[1]) + X.T @ X", {"X": X}, np.eye(2) + X.T @ X),
    "a method of one's own": ("self.W.dot(x)", {"self.W": W, "x": A}, W @ A),
    "the side that can be computed": (r"d = \sum_i 2 e_i u_i = \sum_i 2 (x_i - y_i)", {"x": A, "y": B}, 2 * (A - B).sum()),
    "a norm of order p": ("‖x‖_p", {"x": A, "p": 3}, (np.abs(A) ** 3).sum() ** (1 / 3)),
    "how many there are": (r"\frac{1}{n_s} \sum_{i=0}^{n_s - 1} x_i", {"x": A, "n_s": 3}, A.mean()),
    "two lists in a row": ("concat([2.0], [0.3])", {}, [2.0, 0.3]),
    "a comment": ("# E = Σ(x * tanh(x))", {"x": A}, (A * np.tanh(A)).sum()),
    "a power before its letter": ("Σ_d (1 + log σ²_d - μ²_d - σ²_d)", {"σ": A, "μ": B},
                                  (1 + np.log(A**2) - B**2 - A**2).sum()),
    "a given default": ("eta = 0.1; w - eta*g", {"w": 1.0, "g": 0.5, "eta": 0.5}, 0.75),
    "numbers and rows": ("y_i = a_i x_i", {"a": THETA, "x": SQUARE}, THETA[:, None] * SQUARE),
    "sums of rows with weights": ("μ_k = (1/N_k) Σ_i γ_ik x_i", {"N": [2.0, 4.0], "γ": SQUARE.T, "x": SQUARE},
                                  SQUARE @ SQUARE / [[2.0], [4.0]]),
    "rows and their norms": ("x_i / ‖x_i‖", {"x": SQUARE}, SQUARE / np.linalg.norm(SQUARE, axis=1, keepdims=True)),
    "errors times rows": ("Σ_i (W x_i + b - y_i) x_i", {"W": THETA, "x": SQUARE, "b": 0.5, "y": [1.0, 2.0]},
                          (SQUARE @ THETA + 0.5 - [1.0, 2.0]) @ SQUARE),
    "the next case": ("f(z) = 1 if z > 0\n = 0 if z ≤ 0", {"z": 0.5}, 1.0),
    "a starred name": ("α* = (gᵀg)/(gᵀHg)", {"g": A, "H": np.eye(3) * 2}, 0.5),
    "a name with a tilde": ("z*h + (1-z)h~", {"z": 0.25, "h": 1.0, "h~": 2.0}, 1.75),
    "a title": (r"\text{更新:}\quad y = 2x", {"x": 3.0}, 6.0),
    "a column of a data frame": ("mean(df$x)", {"df$x": A}, A.mean()),
    "juxtaposed behind ⊙": (r"r \odot W h + b", {"W": W, "h": A, "r": THETA, "b": 1.0}, THETA * (W @ A) + 1),
    "a function behind ⊙": ("r ⊙ W tanh h", {"W": W, "h": A, "r": THETA}, THETA * (W @ np.tanh(A))),
    "number of the equation": (r"$h = \frac{g}{s} \odot a + b \quad (83)$", {"g": A, "s": 2.0, "a": B, "b": 1.0}, A / 2 * B + 1),
    "number in words": (r"h = w x \qquad\text{(1.2)}", {"w": 3.0, "x": 2.0}, 6.0),
    "a function of a number": ("y = exp   (3)", {}, np.exp(3)),
    "call and value of one name": ("(x - mean)/sqrt(mean((x-mean)²))", {"x": A, "mean": 0.5},
                                   (A - 0.5) / np.sqrt(((A - 0.5) ** 2).mean())),
    "a value and what it depends on": ("MSE(θ) + α θ", {"MSE": 2.0, "α": 0.5, "θ": A}, 2 + 0.5 * A),
    "a value before a bracket": ("norm (a + 1)", {"a": A, "norm": 0.5}, 0.5 * (A + 1)),
    "bars round entries": (r"w_{i,j} = \exp(-\left| \cos(x_i) - \cos(x_j) \right|)", {"x": A},
                           np.exp(-np.abs(np.cos(A)[:, None] - np.cos(A)))),
    "a star behind a row": ("(x - m)^T * S * (x - m)", {"x": A, "m": B, "S": np.diag([1.0, 2.0, 4.0])},
                            ((A - B) ** 2 * [1, 2, 4]).sum()),
    "a star between vectors": ("w^T * x", {"w": A, "x": B}, A @ B),
    "a star before a row": ("x * w^T", {"w": A, "x": B}, np.outer(B, A)),
    "a star behind a turned matrix": ("Wᵀ * d", {"W": W, "d": THETA}, W.T @ THETA),
    "a power of two digits": (r"\frac{1}{2} x^12", {"x": 1.1}, 1.1**12 / 2),
    "a negative power": (r"\frac{1}{1+e^-x}", {"x": A}, 1 / (1 + np.exp(-A))),
    "a negative bracket above": (r"\frac{1}{1+e^-(x + 1)}", {"x": A}, 1 / (1 + np.exp(-A - 1))),
    "a power in braces behind a space": (r"\frac{1}{2} e^ {-x + 1}", {"x": A}, np.exp(1 - A) / 2),
    "a negative number above": (r"\frac{k^-2}{2}", {"k": 2.0}, 0.125),
    "a minus above a name": (r"\frac{1}{2} a^-b", {"a^-": 3.0, "b": 4.0}, 6.0),
    "labels in angle brackets": (r"c^{<t>} = \Gamma c^{<t-1>}", {"Gamma": 0.5, "c^{<t-1>}": A}, A / 2),
    "two labelled vectors in a row": (r"W [a^{<t-1>}, \Gamma * x^{<t>}]", {"W": W, "a^{<t-1>}": [2.0], "Gamma": 0.5, "x^{<t>}": THETA},
                                      W @ [2, 0.25, -0.5]),
    "a remark in brackets": (r"\mu = \frac{1}{m}\sum_i x_i \quad \text{(平均値)}", {"x": A, "m": 3}, A.mean()),
    "number with its word": ("y = 2x - Eq.1", {"x": 3.0}, 6.0),
    "words behind a gap": ("J = ½ Σ(y - z)²     y is a constant", {"y": A, "z": B}, ((A - B) ** 2).sum() / 2),
    "an operation defined below": ("mish(x) = x * tanh(softplus(x)); softplus(x) = log(exp(x) + 1)", {"x": 0.8},
                                   0.8 * np.tanh(np.log(np.exp(0.8) + 1))),
    "a tilde and a subscript": ("u * h~_t", {"u": 0.5, "h~_t": A}, A / 2),
    "the best of the next state": (r"r + \gamma \max_{a'}Q(s',a')", {"r": 0.5, "gamma": 0.5, "Q(s', a')": A}, 0.5 + A.max() / 2),
    "the best, in plain text": ("r + γ max_a' Q(s',a')", {"r": 0.5, "γ": 0.5, "Q(s', a')": A}, 0.5 + A.max() / 2),
    "a blank behind a comma": (r"2 \max_a Q(S_{t+1}, a)", {"Q(S_{t+1},a)": A}, 2 * A.max()),
    "two letters with two labels": (r"\frac{1}{m} \sum_{i=1}^m dZ^{[l](i)}", {"m": 3, "dZ^{[l]}": A}, A.mean()),
    "names below a slash": (r"\exp(-E/k_BT) + \frac{1}{2}", {"E": 2.0, "k_B": 4.0, "T": 0.5}, np.exp(-1) + 0.5),
    "a name and a call below a slash": (r"x/n\sigma(z)", {"x": 1.0, "n": 2.0, "z": 0.0}, 0.25),
    "a title in a chain": ("y = layer_norm(x) = (x - mean)/sqrt(var + eps)", {"x": A, "mean": 0.5, "var": 2.0, "eps": 0.25},
                           (A - 0.5) / 1.5),
    "a star where only the matrix product fits": ("tanh(W * x + b)", {"W": W, "x": A, "b": THETA}, np.tanh(W @ A + THETA)),
    "a star behind a vector": ("d * W + b", {"W": W, "d": THETA, "b": A}, THETA @ W + A),
    "a star that fits": ("W * x", {"W": W, "x": A}, W * A),
    "a number before an inner product": (r"\sum_i \log(1 + e^{-y_i w^\top x_i})", {"w": THETA, "y": B, "x": X},
                                         np.log(1 + np.exp(-B * (X @ THETA))).sum()),
    "a number and a dot before it": (r"\max_i (y^{(i)} \cdot w^\mathsf{T} x^{(i)})", {"w": THETA, "y": B, "x": X},
                                     (B * (X @ THETA)).max()),
    "a sum of such products": ("∑_i a y_i wᵀ x_i", {"a": 2.0, "w": THETA, "y": B, "x": X}, 2 * B @ (X @ THETA)),
    "under a brace": (r"y = \underbrace{w + x}_{\text{what}} c \overbrace{- x}^{u}", {"w": 3.0, "x": 2.0, "c": 4.0}, 18.0),
    "by definition": (r"y \stackrel{\text{def}}{=} w + 1", {"w": 3.0}, 4.0),
    "with a sign above": (r"y \overset{!}{\approx} w + 1", {"w": 3.0}, 4.0),
    "a remark at the end": (r"E = 1 - \max_c p_c \ (\text{error})", {"p": B}, 0.4),
    "a density on the left": (r"\log \mathcal{N}(x; \mu, \sigma^2) = -\frac{(x - \mu)^2}{2\sigma^2}",
                              {"x": 2.0, r"\mu": 1.0, r"\sigma": 0.5}, -2.0),
    "a density with a minus": ("-log P(y;x) = y x", {"x": 2.0, "y": 3.0}, 6.0),
    "a tilde behind a letter": ("h~_t = x + 1; c~ = 2h~_t; y = c~ * h~_t", {"x": 1.0}, 8.0),
    "a given name with a shifted index": (r"e_{ij} = v^\top (W s_{i-1} + h_j)", {"v": THETA, "W": W, "s_{i-1}": A, "h": X},
                                          (W @ A + X) @ THETA),
    "a conditional entry": (r"1 - \sum_{k=1}^K p(k|t)^2", {"p": B}, 1 - (B**2).sum()),
    "a conditional value": (r"p(k|t)^2", {"p(k|t)": 0.5}, 0.25),
    "an affine row": ("xᵀ W + b", {"x": THETA, "W": W, "b": A}, THETA @ W + A),
    "float of a norm": ("return float(np.linalg.norm(a - b))", {"a": A, "b": B}, np.linalg.norm(A - B)),
    "int": ("int(x)/2 + (3*x).astype(int)", {"x": A}, np.trunc(A) / 2 + np.trunc(3 * A)),
    "a tensor of a kind": ("torch.log(torch.tensor(n, dtype=torch.float32, device=device))", {"n": 4.0}, np.log(4)),
    "a cast": ("tf.cast(x > 0, tf.float32) + tf.cast(x, tf.int32)", {"x": A}, (A > 0) + np.trunc(A)),
    "a kind in its name": ("tf.to_float(x) + as.numeric(x)", {"x": A}, 2 * A),
    "lambda": ("lambda a, b: np.exp(-np.square(a - b)/2)", {"a": A, "b": B}, np.exp(-((A - B) ** 2) / 2)),
    "lambda with a name": ("f = lambda a, b: a*b + 1\nf(x, 3)", {"x": A}, A * 3 + 1),
    "function of R": ("rmse <- function(p, t) sqrt(mean((p - t)^2))", {"p": A, "t": B}, np.sqrt(((A - B) ** 2).mean())),
    "function of R, called": ("f <- function(p) p^2\nf(x) + 1", {"x": A}, A**2 + 1),
    "missing values of R": ("mean(p - t, na.rm = TRUE)", {"p": A, "t": B}, (A - B).mean()),
    "sums of R": ("rowSums(X)*rowMeans(X)", {"X": X}, X.sum(1) * X.mean(1)),
    "sums of columns": ("colSums(X)/colMeans(X)", {"X": X}, [3.0, 3.0]),
    "pmax": ("pmax(x, 0) + pmin(x, 0)", {"x": A}, A),
    "Julia": ("S = @. exp(-(W^2) / (d*x'))", {"W": W, "d": THETA, "x": A}, np.exp(-(W**2) / np.outer(THETA, A))),
    "Julia, entry by entry": ("y = @. W * V'", {"W": W, "V": X}, W * X.T),
    "lines of MATLAB": ("J = (1/m) * sum( ...\n (-Y .* log(a)) ... % first\n - (1 - Y) .* log(1 - a)...\n );",
                        {"m": 2.0, "Y": A, "a": B}, (-A * np.log(B) - (1 - A) * np.log(1 - B)).sum() / 2),
    "factorials": ("n!/(k!(n-k)!)", {"n": 5.0, "k": 2.0}, 10.0),
    "a factorial binds tightest": ("2^k! + -k! + log k!", {"k": 3.0}, 64 - 6 + np.log(6)),
    "factorial, LaTeX": (r"\frac{\lambda^k e^{-\lambda}}{k!}", {r"\lambda": 2.0, "k": 3.0}, 8 * np.exp(-2) / 6),
    "Gamma": (r"\Gamma(x + 1)/\Gamma(x)", {"x": 2.5}, 2.5),
    "gamma of a library": ("scipy.special.gamma(x) * gamma", {"x": 5.0, "gamma": 0.5}, 12.0),
    "gamma that is given": ("gamma(x + 1)", {"x": 2.0, "gamma": 0.5}, 1.5),
    "ones as many as": ("(ones(size(X)) - X) .* zeros(size(X)) + np.ones(X.shape)", {"X": X}, np.ones((3, 2))),
    "arange of a length": ("p[np.arange(len(y)), y]", {"p": X, "y": [1, 0, 1]}, [2.0, 3.0, 7.0]),
    "range of a number": ("-np.mean(np.log(p[range(n), y]))", {"p": X, "y": [1, 0, 1], "n": 3}, -np.log([2, 3, 7]).mean()),
    "arange with a step": ("np.arange(1, 2*n, 2) + arange(0, 1.5, 0.5, dtype=float)", {"n": 3}, [1.0, 3.5, 6.0]),
    "a list of places": ("x[[0, 2, 2]] + x[idx]", {"x": A, "idx": [0, -1, 1]}, A[[0, 2, 2]] + A[[0, -1, 1]]),
    "rows that are picked": ("E[idx]", {"E": X, "idx": [[2, 0], [1, 1]]}, X[[[2, 0], [1, 1]]]),
    "a length that is set": ("n = len(y)\nx[arange(n)] * y", {"x": A, "y": [0.5, 1.5]}, A[:2] * [0.5, 1.5]),
    "m v": ("½mv²", {"m": 2.0, "v": 3.0}, 9.0),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_reader_computes_the_same(name: str) -> None:
    text, given, expected = VALUES[name]
    assert np.allclose(value(text, **given), expected, rtol=1e-12, atol=0)


REFUSED = {
    "softmax'(x)": "softmax'(…) cannot be read: 'softmax' is no function of one number",
    "einsum('ii', X)": "'ii' has one letter twice in an array",
    "einsum('i', X, x)": "'i' does not say which letters the axes of the 2 arrays have",
    "einsum(X, x)": "'X' does not say which letters the axes of the 1 arrays have",
    "x_2 + x_3 + … + x_n": "these dots do not say what goes on",
    "X x + I": "no value for 'I'",
    "x.T * x + sum(X)": "the product of x.T and x can be read in two ways",
    "@. exp(x - x') + sum(X)": "one of x and x' stands as a row, the other as a column",
    "x - xᵀ + sum(X)": "one of x and xᵀ stands as a row, the other as a column",
    "arange(k) + x*X": "the numbers of arange(…) are not known",
    "arange(3, 1) + x*X": "arange(…) has 0 entries",
    "X[[0, 3], 1] + sum(x)": "'X' has 3 entries along axis 0, and none at 3",
    "X[[0, 1], [0, 1, 1]] + sum(x)": "the lists that pick from 'X' are of different lengths",
    "X[x]": "an index is a whole number",
    "x!! + sum(X)": "'!!' can be read in two ways",
    "Xᵀ * x * x": "the shapes do not fit for 'multiply'",
}


NOTED = {
    "W * x + d": "W * x is read as the matrix product, which is written W @ x",
    "x^T * x": "x^T * x is read as the inner product, which is written x^T @ x",
    "gamma(mean)": "gamma(…) is the Gamma function; a value that is given for gamma makes it a factor",
    "d ⊙ W x": "a product without a sign binds tighter than ⊙: r ⊙ W h is read as r ⊙ (W h)",
    "mean(x) - mean": "mean(…) is the operation, mean alone the value of that name",
    "y = mean(x)   (3.2)": "(3.2) at the end is the number of the equation",
    "1/√(2π)mean": "…/√(2π)m… is read as (…/√(2π))·m…; write …/(√(2π)·…) for the other reading",
    r"\exp(-mean/2\mu)": r"/2\mu… is read as (…/2)\mu…; write /(2\mu…) for the other reading",
    r"\frac{1}{2} mean^12": "^12 is read as ^{12}",
    "1/(mean + 17 + 23)(mean + 1)": "…/(…)(… is read as (…/(…))·(…; write …/((…)·…) for the other reading",
}
"""Formulas that have two readings, and what is said."""


def test_a_reading_that_is_chosen_is_told() -> None:
    for text, note in NOTED.items():
        given = {"W": W, "x": A, "d": THETA, "mean": 0.5, "X": X, "μ": 2.0}
        names = parse(text, given=given).inputs
        given = {name: given[name] for name in names}
        assert note in prepared(parse(text, given=given), given)[0].notes, text


def test_from_where_entries_are_counted_is_told() -> None:
    (note,) = parse("softmax(z)_y", given={"z": A, "y": 1}).notes
    assert note == "softmax(z)_y is read as softmax(z)[y], entries counted from 0"


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


def test_the_condition_of_a_sum_is_shown() -> None:
    program = parse(r"g_j = \sum_{i \ne j} x_i", given={"x": A}).program.shown
    assert program is not None
    root = program.statements[-1].root
    assert write(program.tree, root, TEXT) == "∑_{i≠j} x_i"
    assert write(program.tree, root, LATEX) == r"\sum_{i \ne j} x_{i}"


def test_a_name_below_its_label_is_another() -> None:
    """L is new in L = L^{(1)} + …, and no update of itself."""
    graph = parse("L^{(1)} = (w - 2)^2; L^{(2)} = (w - 3)^2; L = (L^{(1)} + L^{(2)})/2")
    assert graph.names[graph.output] == "L"
