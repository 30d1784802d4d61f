"""Sums over a part of an axis and shifted indices; what people type for products, quotients and remarks: values by hand."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.autodiff.remarks import remarks
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.language import spans

SQUARE = [[1.0, 2.0], [3.0, 4.0]]
SUMS = [
    ("∑_{k=2}^{4} x_k", {"x": [1, 2, 3, 4, 5]}, 9),
    ("∑_{k=2}^{4} k x_k", {"x": [1, 2, 3, 4, 5]}, 29),
    ("∑_{k=1}^{n-1} x_k", {"x": [1, 2, 3], "n": 3}, 3),
    ("∑_{i=1}^{n-1} (x_{i+1} - x_i)²", {"x": [1, 2, 4], "n": 3}, 5),
    ("∑_i (x_{i+1} - x_i)²", {"x": [1, 2, 4]}, 5),
    ("∑_{i=2}^{n} |x_i - x_{i-1}|", {"x": [1, 2, 4], "n": 3}, 3),
    ("∑_{i=1}^{n} |x_i - x_{i-1}|", {"x": [1, 2, 4], "n": 2}, 3),  # x_0 is the first
    ("G_t = ∑_{k=t}^T γ^{k-t} r_k", {"γ": 0.5, "t": 2, "T": 3, "r": [1, 2, 3]}, 3.5),
    ("∑_{k=t+1}^T r_k", {"t": 2, "T": 4, "r": [1, 2, 3, 4]}, 7),
    ("∑_{k=0}^{T-t} γ^k r_{t+k}", {"γ": 0.5, "t": 1, "T": 3, "r": [1, 2, 3]}, 2.75),
    ("∑_{k=0}^{T-t} γ^k r_{t+k}", {"γ": 0.5, "t": 1, "T": 3, "r": [9, 1, 2, 3]}, 2.75),  # as many as r_0 … r_T
    ("∑_{l=0}^{T-t-1} γ^l d_{t+l}", {"γ": 0.5, "t": 1, "T": 4, "d": [1, 2, 3, 4]}, 4.5),
    ("∑_{k=0}^∞ γ^k r_{t+k}", {"γ": 0.5, "r_{t+k}": [1, 2, 3]}, 2.75),
    ("a_t = ∏_{s=1}^t α_s", {"α": [0.5, 0.2, 0.1], "t": 2}, 0.1),
    ("∑ a_i − ½ ∑∑ a_i a_j y_i y_j K(x_i, x_j)", {"a": [1, 2], "y": [1, -1], "K(x_i,x_j)": [[1, 0], [0, 3]]}, -3.5),
    ("r = √∑(x−1)² · √∑(y−1)²", {"x": [2, 3], "y": [1, 3]}, 20**0.5),
    ("s = ∑(xᵢ − x̄)²", {"xᵢ": [1, 4, 1]}, 6),
    ("L = 1/N ∑_i L_i", {"L_i": [1, 2, 6], "N": 3}, 3),
]
TYPED = [
    ("F1 = 2 x Precision x Recall / (Precision + Recall)", {"Precision": 0.5, "Recall": 0.25}, 1 / 3),
    ("P = V x I", {"V": 12, "I": 1.5}, 18),
    ("2 x 10^-3 x n", {"n": 4}, 0.008),
    ("sin x cos y", {"x": 0, "y": 1}, 0),
    ("2 sin x cos x", {"x": 0}, 0),
    ("mu dot nu", {"mu": [1, 2], "nu": [3, 4]}, 11),
    ("dot(a, b)", {"a": 2, "b": 3}, 6),
    ("dot(A, b)", {"A": SQUARE, "b": [1, 1]}, [3, 7]),
    ("P(A|B) = P(B|A).P(A) / P(B)", {"P(B|A)": 0.5, "P(A)": 0.4, "P(B)": 0.8}, 0.25),
    ("softmax(Q * K^T) * V", {"Q": [[0.0, 0.0]], "K": SQUARE, "V": SQUARE}, [2, 3]),
    ("P = P - K *H *P", {"P": [[1, 0], [0, 2]], "K": [[0.5], [1]], "H": [[1, 0]]}, [[0.5, 0], [-1, 2]]),
    ("softmax(QK'/√d)V", {"Q": [[0.0, 0.0]], "K": SQUARE, "V": SQUARE, "d": 2}, [2, 3]),
    ("h = (H + 2*p - k) // s + 1", {"H": 7, "p": 1, "k": 2, "s": 2}, 4),
    ("m = b*m + g // momentum", {"b": 0.5, "m": 2, "g": 1}, 2),
    ("|v|_p + |v|_1", {"v": [3, 4], "p": 2}, 12),
    ("h = σ_g(W x)", {"W": [[1, 1]], "x": [1, -1]}, 0.5),
    ("X = [ones(size(x,1),1) x] * w'", {"x": [[2], [3]], "w": [[1, 10]]}, [[21], [31]]),
    ("n! / r!(n − r)!", {"n": 5, "r": 2}, 10),
    ("C(n, k) p^k", {"n": 4, "k": 2, "p": 0.5}, 1.5),
    ("nchoosek(5, 2) + math.comb(4, 1)*x", {"x": 1}, 14),
    ("E = E° − (RT/nF)ln(Q)", {"E°": 1, "R": 2, "T": 3, "n": 3, "F": 2, "Q": 1}, 1),
    ("y = 2 sinθ + cosx", {"θ": 0, "x": 0}, 1),
    ("L = s·cosθ_c", {"s": 2, "θ_c": 0}, 2),
    ("A = Pe^(rt)", {"P": 2, "r": 0, "t": 1}, 2),
    ("f = λe^{-λx}", {"λ": 3, "x": 0}, 3),
    ("F = 6πηrv", {"η": 1, "r": 2, "v": 0.5}, 6 * np.pi),
    ("v = Vmax[S] / (Km + [S])", {"Vmax": 2, "S": 3, "Km": 1}, 1.5),
    ("x - [H]^{-1} g", {"x": [1, 1], "H": [[2, 0], [0, 4]], "g": [2, 4]}, [0, 0]),
    ("x_k - [H(x_k)]^{-1} ∇f(x_k)", {"x_k": [1, 1], "H(x_k)": [[2, 0], [0, 4]], "∇f(x_k)": [2, 4]}, [0, 0]),
    ("v = k[S] / q where q = 1 + [I]/c", {"k": 2, "S": 3, "I": 1, "c": 1}, 3),
    ("L = 0.5x² if |x| ≤ d, else d|x|", {"x": 3, "d": 1}, 3),
    ("c = f ⊙ g  [cell state]", {"f": [1, 2], "g": [3, 4]}, [3, 8]),
    ("H = -sum p log p (natural log)", {"p": [1, 1]}, 0),
    ("v = sqrt(2*a*s)        (a = accel, s = track length)", {"a": 2, "s": 4}, 4),
    ("h = tanh(W·[r·h0, x])", {"W": [[1, 1, -2]], "r": [1, 2], "h0": [1, 1], "x": [1.5]}, [0]),
    ("silu = v / (1.0f + std::exp(-v))", {"v": 0}, 0),
    ("b = solve(t(X) %*% X) %*% t(X) %*% y", {"X": [[1, 0], [0, 2]], "y": [1, 4]}, [1, 2]),
    ("δ^l = (W^(l+1))^T δ^(l+1) ⊙ f'(z^l)", {"W^(l+1)": SQUARE, "δ^(l+1)": [1, 0], "f'(z^l)": [2, 1]}, [2, 2]),
    ("x = Ax(k) + Bu(k)", {"A": SQUARE, "x(k)": [1, 0], "B": [[1], [1]], "u(k)": [1]}, [2, 4]),
    ("P_k = (I − K H) P_k^-", {"K": [[1], [0]], "H": [[1, 0]], "P_k^-": [[1, 2], [3, 4]]}, [[0, 0], [3, 4]]),
    ("BMI = weight in kg / height in m²", {"weight in kg": 50, "height in m": 2}, 12.5),
    ("IoU = |A ∩ B| / |A ∪ B|", {"|A ∩ B|": 3, "|A ∪ B|": 6}, 0.5),
    ("Q(S, A) <- Q(S, A) + a*(R − Q(S, A))", {"Q(S,A)": 1, "a": 0.5, "R": 3}, 2),
    ("L_GP = λ·E[(||∇_x̂ D(x̂)||₂ - 1)²]", {"λ": 10, "∇_x̂ D(x̂)": [3, 4]}, 160),
    ("ones(n) / n", {"n": 2}, [0.5, 0.5]),
    ("e(t) = r(t) − y(t); u(t) = K e(t)", {"r(t)": 3, "y(t)": 1, "K": 2}, 4),
    ("E[g²]_t = 0.5 E[g²]_{t-1} + g_t²", {"E[g²]_{t-1}": 2, "g_t": 2}, 5),
    ("Concat(h1, h2) W", {"h1": [[1, 2]], "h2": [[3]], "W": [[1], [1], [1]]}, [[6]]),
]  # fmt: skip


def value(text: str, given: dict[str, object]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Formula and its inputs → its value."""
    graph = parse(text, given=given)
    decided, values = prepared(graph, given)
    result = np.asarray(forward(decided, values)[decided.output], dtype=float)
    return np.asarray(run(graph, given, upstream=np.ones_like(result) if result.ndim else None).values[-1], dtype=float)


@pytest.mark.parametrize(("text", "given", "expected"), [*SUMS, *TYPED])
def test_what_is_typed_has_the_value_that_is_meant(text: str, given: dict[str, object], expected: object) -> None:
    assert value(text, given).ravel() == pytest.approx(np.ravel(expected))  # type: ignore[arg-type]


def test_sums_over_a_part_are_seen_where_entries_are_counted_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test has teeth: with every array taken from its first entry on, sums over a part are others."""
    right = spans.Part

    def first(letter: str, array: str, start: int, count: int, is_whole: bool) -> spans.Part:
        return right(letter, array, 0, count, is_whole)

    monkeypatch.setattr(spans, "Part", first)
    wrong = [text for text, given, expected in SUMS if value(text, given).ravel() != pytest.approx(np.ravel(expected))]
    assert len(wrong) >= 5


@pytest.mark.parametrize(
    ("text", "given", "excerpt"),
    [
        ("∑_{k=2}^{9} x_k", {"x": [1, 2, 3]}, "the sum takes the entries 2 to 9 of x, which has 3"),
        ("∑_k (x_k - x_{k-1})", {"x": [1, 2]}, "say where the sum begins, as in ∑_{i=2}^{n}"),
        ("∑_{k=1}^{n-1} x_k + ∑_{k=1}^{n} x_k", {"x": [1, 2], "n": 2}, "two sums over k have other bounds"),
        ("∑_{k=1}^{3} x_k", {"x": [1, 2, 3, 4]}, "the sum has 3 terms, but 'x' has 4 entries"),
        ("x ± 2", {"x": 1}, "write one formula with + and one with −"),
        ("A ∩ B", {"A": 1, "B": 2}, "a formula has no sets"),
        ("1,440 * x", {"x": 1}, "write 1440, or 1.440 with a decimal point"),
        ("o ⊙ σ_h(c)", {"o": 1, "c": 2}, "σ_h(t) = sigmoid(t) or σ_h(t) = tanh(t)"),
        ("sin(30°)", {}, "write a number of degrees as 30*π/180"),
        ("w* = argmin_w ‖X w‖²", {"X": SQUARE, "w": [1, 2]}, "leave it out, and what it is of is computed"),
        ("concat(A, B, axis=0)", {"A": [[1, 2]], "B": [[3]]}, "must have the same shape but for the axis"),
        ("lambda * x", {"x": 1}, "give one, as in lambda=1"),
    ],
)
def test_what_has_no_value_is_refused_with_what_to_write(text: str, given: dict[str, object], excerpt: str) -> None:
    with pytest.raises(GraphvizADError) as problem:
        run(parse(text, given=given), given)
    assert excerpt in str(problem.value)


@pytest.mark.parametrize(
    ("text", "given", "excerpt"),
    [
        ("∑_{k=2}^{4} x_k", {"x": [1, 2, 3, 4, 5]}, "x_k takes the entries 1 to 3 of x, counted from 0"),
        ("∑_{k=0}^∞ γ^k r_k", {"γ": 0.5, "r": [1, 2]}, "a sum up to ∞ ends with the last entry that is given"),
        ("P = V x I", {"V": 1, "I": 2}, "x between two factors is read as the sign ×"),
        ("a // b", {"a": 1, "b": 2}, "// is the quotient rounded down"),
        ("softmax(Q * K^T) * V", {"Q": SQUARE, "K": SQUARE, "V": SQUARE}, "which is written softmax(Q * K^T) @ V"),
        ("Ae^-x", {"A": 1, "x": 1}, "Ae is read as the product of A, e"),
        ("k[S]", {"k": 1, "S": 2}, "k[S] is read as a product"),
    ],
)
def test_a_choice_between_readings_is_said(text: str, given: dict[str, object], excerpt: str) -> None:
    graph = parse(text, given=given)
    decided, values = prepared(graph, given)
    result = np.asarray(forward(decided, values)[decided.output])
    trace = run(graph, given, upstream=np.ones_like(result) if result.ndim else None)
    assert any(excerpt in note for note in (*trace.graph.notes, *remarks(trace)))


def test_terms_that_are_written_out_are_those_of_the_part() -> None:
    given: dict[str, object] = {"x": [1, 2, 4], "n": 3}
    graph = parse("∑_{i=1}^{n-1} i (x_{i+1} - x_i)²", given=given, unroll={"i": None})
    assert [*graph.inputs] == ["x_2", "x_1", "x_3"]
    assert run(graph, given).values[graph.output] == 9
