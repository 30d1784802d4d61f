"""Spellings of shaders, spreadsheets, MATLAB and notes: functions, norms, cases, bullets, hats, inner products."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.language.test_corpus import Entry, outcome

S, M = np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]])
ONE = np.eye(2)
V = {"v": [3.0, -4.0], "w": [1.0, 1.0]}
N = {"a": 1.0, "b": 3.0, "t": 0.25, "v": [3.0, 4.0], "w": [0.0, 1.0]}
ROWS = {"X": M, "Y": [[1.0, 1.0, 0.0], [0.0, 2.0, 1.0], [-1.0, 0.0, 0.5]], "t": 0.25, "a": 1.0}
CASES = {"h": 0.7, "y": 0}
MATLAB = {"S": S, "M": M, "n": 2, "v": [1.0, 2.0, 3.0]}

VALUES: list[tuple[str, dict[str, object], object]] = [
    # single bars with the index of a norm
    ("|v|₁ + |v|₂²", V, 32),
    ("|v|_2 + |w|^2_2 + |w|²₂", V, 9),
    ("|v|∞ + ‖v‖∞", V, 8),
    ("|v - |w||₁ - 1", V, 6),
    ("$|v - w|₂²/2$", V, 14.5),
    # functions of shaders and means
    ("mix(b, a, t) - t", N, 2.25),
    ("mix(v, w, t)[0] + lerp(a, b, t)", N, 3.75),
    ("saturate(b) + fract(-t) + step(t, a)", N, 2.75),
    ("smoothstep(0.0, 1.0, t)", N, 0.15625),
    ("vec2 c = mix(v, w, 0.0);\nreturn distance(c, w)/inversesqrt(4.0);", N, 2 * np.sqrt(18)),
    ("gmean(v) + stats.hmean(v) + GEOMEAN(v)", N, 2 * np.sqrt(12) + 24 / 7),
    ("=GEOMEAN(A1:A3)/SUM(A1:A3)", {"A1:A3": [1.0, 2.0, 4.0]}, 2 / 7),
    ("=STDEV.P(A1,B1) + VAR.S(A1,B1)", {"A1": 3.0, "B1": 4.0}, 1),
    ("=HARMEAN(A1,B1)", {"A1": 3.0, "B1": 4.0}, 24 / 7),
    # cases on lines of their own
    ("-log(h) if y = 1\n-log(1-h) if y = 0", CASES, -np.log(0.3)),
    ("    −log(h), if y=1\n\n    −log(1−h), if y=0", CASES, -np.log(0.3)),
    ("-log(h) when y == 1\n-log(1-h) otherwise", CASES, -np.log(0.3)),
    ("-log(h) (if y = 1)\nelse -log(1-h)", CASES, -np.log(0.3)),
    ("{ -log(h) if y = 1\n{ -log(1-h) if y = 0", CASES, -np.log(0.3)),
    ("L = {-log(h), y = 1; -log(1-h), y = 0}", CASES, -np.log(0.3)),
    ("Cost = -log(h) if y = 1\nCost = -log(1-h) if y = 0", CASES, -np.log(0.3)),
    ("L = -log(h)     if y = 1\n  = -log(1-h)   if y = 0\nwhere h = sigmoid(z)", {"y": 0, "z": 0}, np.log(2)),
    ("a = h^2\na + 1 for y < 0\na for y >= 0", CASES, 0.49),
    ("h if y = 1; h^2 if y = 0", CASES, 0.49),
    # hats behind their letters
    ("L = mean(min(r A^, clip(r,1-ϵ,1+ϵ)A^))", {"r": [1.3, 0.7], "A^": [1.0, -2.0], "ϵ": 0.2}, -0.2),
    ("(y^ - y)^2 + Σ_i (2y^_i - 1)²", {"y^": [1.0, 3.0], "y": 1.0}, [26.0, 30.0]),
    ("y^ = w x\nL = (y - y^)²/2 + |y^|", {"w": 3.0, "x": 1.0, "y": 1.0}, 5),
    ("-(y*log(ŷ) + (1-y)*log(1-y^))", {"ŷ": 0.7, "y": 1.0}, -np.log(0.7)),
    ("p^(1-p^)/n", {"p^": 0.5, "n": 2.0}, 0.125),
    ("w - a m^ / (sqrt(v^) + ε) + β^ x", {"w": 1, "a": 1, "m^": 2, "v^": 4, "ε": 0, "β^": 3, "x": 2}, 6),
    ("y^-1 + y^ 2 + e^ -y + y^(2)", {"y": 2.0}, 8.5 + np.exp(-2)),
    # bullets, numbers and labels
    ("- radial basis: exp(-a * ‖v - w‖^2)", N, np.exp(-18)),
    ("* polynomial kernel (degree 2): (a * v' * w + 1)^2", N, 25),
    ("1. word word: a + b", N, 4),
    ("• **RBF**: -a", N, -1),
    ("a) exp kernel: a\nb) other: -b", N, -3),
    ("* a\n* a + b", N, 4),
    ("1. a + b\n2. b + 1", N, 4),
    ("1. - a + 1. / (2. * b)", N, 1 / 6),
    ("y = (a +\n2. b)", N, 7),
    # inner products in angles, numbers with powers of ten
    ("K(X, Y) = tanh(t <X, Y> + a)[0]", ROWS, np.tanh(0.25 * np.array([1.0, 2.0, 0.0]) + 1)),
    ("(t <v, w> + a)^b + 2<v, w>", N, 16),
    ("max(0, 1 - b <v, w>) + <v, w> <v, v>/v[1]", N, 25),
    ("⟨M, M⟩_F", MATLAB, 6.25),
    ("mean(where(a <t, t> b, b))", N, 3),
    ("-1.99x10**(-2)*(a**(2)) + 2.5x10^2 b", N, 749.9801),
    ("2x1 + 3x10^2", {"x1": 1.0, "x10": 2.0}, 14),
    # functions without parameters, values below updates
    ("d <- function(){return(a*b)}\nf <- function(t){d() - t}", N, 2.75),
    ("def d():\n    return a*b\n2*d()", N, 6),
    ("  v = v[v > 3]/sum(w)\n  -sum(v)", N, -4),
    ("a = a*2\n    -b*a", N, -1),
    # a space before the bracket of a call
    ("np.log (linalg.det (S) / linalg.det (S)) + pl.np.log (n)", MATLAB, np.log(2)),
    ("linalg.trace (linalg.inv (S).dot (S)) * v.sum ()", MATLAB, 12),
    ("def f (arr):\n    return arr.max () - arr.min ()\nf (v)", MATLAB, 2),
    # words before the right side of a name
    ("y = (a - m)/2, where m is the mean given by m = b/4", N, 0.125),
    ("=SUM(A1:A3)*X1\nwhere X1 is the part computed by:\n=1/COUNT(A1:A3)", {"A1:A3": [1.0, 2.0, 6.0]}, 3),
    # MATLAB's identity
    (r"S\eye(size(S))", MATLAB, np.linalg.inv(S)),
    (r"K = S*(S\eye(size(S,1)));", MATLAB, ONE),
    ("eye(size(M)) + M", MATLAB, M + np.eye(2, 3)),
    ("P = (eye(size(S)) - S*S)*S;", MATLAB, (ONE - S @ S) @ S),
    ("eye(n, 3) - eye(2, 3) + np.eye(len(v))[0]", MATLAB, np.eye(2, 3) * 0 + np.array([1.0, 0.0, 0.0])),
    # tags and signs of HTML
    ("c = a + b <br />\nd = 2*c<br>\n", N, 8),
    ("<li>c = a + b</li>", N, 4),
    ("c = a + b<br>d = c &minus; 2&nbsp;a", N, 2),
    ("<p>c = a &lt;= b</p>\n", N, 1),
]


def entry(text: str, given: dict[str, object], value: object = None) -> Entry:
    """Formula, inputs, value → the entry of a corpus."""
    used = {
        name: array for name, array in given.items() if re.search(rf"(?<![^\W\d_]){re.escape(name)}(?![^\W_])", text)
    }
    return Entry(id=text, text=text, source="", inputs=used, value=value, error=None, note=None)


@pytest.mark.parametrize(("text", "given", "value"), VALUES, ids=[text[:40] for text, _, _ in VALUES])
def test_what_is_meant_is_computed(text: str, given: dict[str, object], value: object) -> None:
    result = outcome(entry(text, given, value))
    assert result.kind == "read", result


@pytest.mark.parametrize(
    ("text", "given", "excerpt"),
    [
        ("y^ - 1", {"y": 2.0}, "read as a power"),
        ("p^(1-p^)", {"p": 2.0, "p^": 0.5}, "read as a power"),
        ("y^-y", {"y": 2.0, "y^": 0.5}, "y^ is read as ŷ"),
        ("<X, Y>[0]", ROWS, "X @ Y.T"),
        ("2. w", {"w": 3.0}, "leave it out where it is the number"),
        ("1. v\n2. v[0] + 1", V, "for a product write 2*"),
        ("length(v) - 1", V, "as GLSL has it, is norm(v)"),
    ],
)
def test_another_reading_is_said(text: str, given: dict[str, object], excerpt: str) -> None:
    result = outcome(entry(text, given, -1e9))
    assert result.kind == "noted", result
    assert excerpt in result.message


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("sum(x)/length(x)", {"x": 2.0}),
        ("=MAX(A1:A3, 0)", {"A1:A3": [1.0, 2.0]}),
        ("step(x)", {"x": 2.0}),
        ("np.eye(3, k=1)", {}),
        ("z = 3x for x = 2\nw = 4z for z = 1", {}),
        ("-log(h) if y = 1\nsum(x)", {"h": 1.0, "y": 1.0, "x": [1.0, 2.0]}),
        ("⟨M, M⟩", MATLAB),
        ("1/2x10^3", {}),
        ("|x|₁₂", {"x": [1.0, 2.0]}),
        ("sin θ*t", {"θ": 1.0, "t": 2.0}),
        ("sinω*t", {"ω": 1.0, "t": 2.0}),
        ("sinθ/t", {"θ": 1.0, "t": 2.0}),
    ],
)
def test_what_has_two_readings_is_refused(text: str, given: dict[str, object]) -> None:
    result = outcome(entry(text, given, 0.0))
    assert result.kind == "refused", result
    assert "hint: " in result.message
