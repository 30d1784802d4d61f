"""Formulas for the tests of pictures: every kind of node, edge and label at least once."""

from __future__ import annotations

from typing import Any

from graphviz_ad import parse
from graphviz_ad.api import Trace
from graphviz_ad.diagram.picture import Deck, make_style

Case = tuple[str, dict[str, Any]]

_V = [1.0, 2.0, 3.0]
_M = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]

NEURON: Case = ("z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2", {"w": 2, "x": 3, "b": -1, "y": 1})

CASES: dict[str, Case] = {
    "neuron": NEURON,
    "an input alone": ("x", {"x": 3}),
    "fan-out by two edges": ("x*x", {"x": 3}),
    "fan-out over and over": ("a = x*y; b = a*a; c = b*b; d = c*c*a; d/b", {"x": 1.5, "y": -0.7}),
    "functions": ("sin(x)*cos(x) + x^3 - x/2", {"x": 3}),
    "the sigmoid of the textbook": ("1/(1 + exp(-x))", {"x": 3}),
    "three arguments": ("where(x > 0, x, 0.1*x)", {"x": 3}),
    "clamp": ("clamp(x, -1, 1)*y", {"x": 3, "y": 2}),
    "pairwise": ("maximum(x, y)*minimum(x, y) + hypot(x, y)", {"x": 1, "y": 1}),
    "a sum of five": ("x1 + x2 + x3 + x4 + x5", {f"x{n}": n for n in range(1, 6)}),
    "a regression over eight": (
        "L = " + " + ".join(f"(w*x{n} + b - y{n})^2" for n in range(8)),
        {"w": 0.5, "b": -1} | {f"x{n}": n for n in range(8)} | {f"y{n}": 1 - n for n in range(8)},
    ),
    "a list of four": ("sum([a, b, c, d])", {"a": 1, "b": 2, "c": 3, "d": 4}),
    "concat": ("sum(concat(a, b, a))", {"a": _V, "b": _V}),
    "affine layer": ("L = sum(W @ x + b)", {"W": _M, "x": _V, "b": [1.0, 2.0]}),
    "mini-batch with a bias": ("L = mean(X @ W + b)", {"X": _M, "W": [[1, 2], [3, 4], [5, 6]], "b": [0.5, -0.5]}),
    "cross-entropy": ("cross_entropy(W @ x, 1)", {"W": [[1, 2, 3], [4, 5, 6], [0.1, 0.2, 0.3]], "x": _V}),
    "softmax": ("mean(softmax(z)*[1, 2, 3])", {"z": _V}),
    "elided arrays": ("sum(x*y) + sum(M)", {"x": [0.123456] * 9, "y": 2, "M": [[1.5e-7] * 5] * 4}),
    "a norm of matrices": ("L = norm(A @ B - C)", {"A": _M, "B": [[1, 2], [3, 4], [5, 6]], "C": [[1, 2], [3, 4]]}),
    "indices": ("z[0]*z[-1] + sum(z[1:])", {"z": _V}),
    "user functions": ("f(t) = t*sigmoid(t); L = f(w*x) + f(x)", {"w": 2, "x": 3}),
    "long names": (
        "gewichtet = 2*eingabewert; verlustfunktion = (gewichtet - zielwert_vorgegeben)^2",
        {"eingabewert": 2, "zielwert_vorgegeben": 3.123456},
    ),
    "Greek, hats and primes": ("ŷ = θ_0 + θ_max*x'; L = (ŷ - y)^2", {"θ_0": 1, "θ_max": -2, "x'": 0.3, "y": 4}),
    "unused statements": ("u = x^2; v = sin(u); k = q*3; L = x + 1", {"x": 3, "q": 1}),
    "constants alone": ("y = x; 2*3 + 4", {"x": 1}),
    "a formula that cannot be broken": ("tanh(" * 18 + "x" + ")" * 18, {"x": 0.5}),
    "one that is wider still": ("tanh(" * 30 + "x" + ")" * 30, {"x": 0.5}),
    "not finite": ("log(x) - sqrt(y) + 1/z", {"x": -1, "y": 0, "z": 0}),
    "large and small numbers": ("x*y/w + x^7", {"x": 123456.789, "y": 9.87654e-12, "w": -1e300}),
}
"""Formulas and values of their inputs, by what is special about them."""

JAPANESE: Case = (
    "出力 = 重み*入力 + バイアス; 損失 = (出力 - 正解)^2",
    {"重み": 2, "入力": 3, "バイアス": -1, "正解": 5},
)

LOOKS: dict[str, dict[str, Any]] = {
    "from left to right": {},
    "from top to bottom": {"direction": "TB"},
    "slide": {"fit": "slide", "theme": "dark"},
    "slide with large type": {"fit": "slide", "theme": "slides"},
    "many digits": {"digits": 9, "theme": "print"},
}
"""Options of a deck, by what is special about them."""


def trace_of(case: Case) -> Trace:
    """Case → its trace."""
    return parse(case[0]).run(case[1])


def deck_of(case: Case, **options: Any) -> Deck:
    """Case and options of its look → its deck."""
    return Deck(trace_of(case), make_style(**options))
