"""Nineteen formulas of lectures as slides: how large their type is, and what it takes to make it so.

`python -m tests.diagram.lectures` prints a table; with a folder behind it the finished pictures and one of the middle
are written there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphviz_ad import Trace, parse
from graphviz_ad import run as run_passes
from graphviz_ad.autodiff.random_inputs import random_inputs
from graphviz_ad.diagram.legible import legible
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.style import StyleOptions, make_style
from graphviz_ad.export.image.pages import png
from graphviz_ad.language.assignments import Value


@dataclass(frozen=True)
class Lecture:
    """A formula, its inputs (others are drawn), and which of them are data."""

    formula: str
    inputs: dict[str, Value] = field(default_factory=dict)
    data: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def trace(self) -> Trace:
        """Both passes over it."""
        graph = parse(self.formula)
        given = {**random_inputs(graph, 1, self.inputs), **self.inputs}
        return run_passes(graph, given, wrt=[name for name in graph.inputs if name not in self.data])


def _unit(name: str, of: Sequence[str], number: str) -> str:
    """A unit of a network, what it reads, and its number → its statement."""
    terms = " + ".join(f"w_{number}{k}*{value}" for k, value in enumerate(of, 1))
    return f"{name} = tanh({terms} + b_{number})"


def _network() -> str:
    """A network of three layers over two inputs, written out: 80 operations."""
    first = [_unit(f"f_{k}", ("x_1", "x_2"), f"1{k}") for k in range(1, 5)]
    second = [_unit(f"g_{k}", ("f_1", "f_2", "f_3", "f_4"), f"2{k}") for k in range(1, 5)]
    third = [_unit(f"h_{k}", ("g_1", "g_2", "g_3", "g_4"), f"3{k}") for k in range(1, 4)]
    return "\n".join([*first, *second, *third, "o = v_1*h_1 + v_2*h_2 + v_3*h_3 + c", "L = (o - y)^2/2"])


LECTURES: dict[str, Lecture] = {
    "neuron": Lecture(
        "f = 1/(1 + exp(-(w_0*x_0 + w_1*x_1 + w_2)))", {"w_0": 2, "x_0": -1, "w_1": -3, "x_1": -2, "w_2": -3},
    ),
    "logistic": Lecture(
        "z = w_1*x_1 + w_2*x_2 + b; a = σ(z); L = -(y log a + (1 - y) log(1 - a))",
        {"w_1": 0.5, "x_1": 2, "w_2": -1, "x_2": 1, "b": 0.5, "y": 1}, ("x_1", "x_2", "y"),
    ),
    "layers with L2": Lecture(
        "z = W_1 x; h = tanh(z); o = W_2 h; L = ½ (o - y)²; s = λ/2 (‖W_1‖² + ‖W_2‖²); J = L + s",
        {"W_1": [[0.5, -0.3], [0.2, 0.8]], "x": [1, 2], "W_2": [0.7, -0.4], "y": 1, "λ": 0.1}, ("x", "y", "λ"),
    ),
    "fan-out": Lecture("f = x*x + sin(x)*x", {"x": 2}),
    "LSTM": Lecture(
        "i = σ(w_i x + u_i h + b_i); f = σ(w_f x + u_f h + b_f); o = σ(w_o x + u_o h + b_o)\n"
        "g = tanh(w_g x + u_g h + b_g); c_t = f c + i g; h_t = o tanh(c_t)", data=("x",),
    ),
    "GRU": Lecture(
        "z = σ(w_z x + u_z h + b_z); r = σ(w_r x + u_r h + b_r)\n"
        "n = tanh(w_n x + r*(u_n h) + b_n); h_t = (1 - z)*n + z*h", data=("x",),
    ),
    "attention": Lecture(
        "Q = X @ W_Q; K = X @ W_K; V = X @ W_V; S = Q @ K.T / √2; A = softmax(S, axis=1); O = A @ V; L = sum(O)",
        {"X": [[1, 0], [0, 1], [1, 1]], "W_Q": [[0.5, 0.1], [-0.2, 0.3]], "W_K": [[0.2, 0.4], [0.1, -0.3]],
         "W_V": [[1, 0.5], [0.3, -1]]}, ("X",),
    ),
    "80 operations": Lecture(_network(), data=("x_1", "x_2", "y")),
    "RMSNorm": Lecture(
        "r = sqrt(mean(x^2) + ε); n = x/r; y = γ*n; L = sum(y^2)", {"x": [1, -2, 3], "γ": [1, 0.5, 2], "ε": 1e-5},
        ("ε",),
    ),
    "VAE": Lecture(
        "μ = w_μ*x + b_μ; σ = exp(w_σ*x + b_σ); z = μ + σ*ε; MSE = (w_d*z + b_d - x)^2\n"
        "KL = (μ^2 + σ^2 - 1)/2 - log(σ); L = MSE + KL", data=("x", "ε"),
    ),
    "softmax regression": Lecture(
        "z_1 = w_1*x + b_1; z_2 = w_2*x + b_2; z_3 = w_3*x + b_3; s = e^(z_1) + e^(z_2) + e^(z_3)\n"
        "p_1 = e^(z_1)/s; p_2 = e^(z_2)/s; p_3 = e^(z_3)/s; L = -(y_1 log p_1 + y_2 log p_2 + y_3 log p_3)",
        {"y_1": 0, "y_2": 1, "y_3": 0}, ("x", "y_1", "y_2", "y_3"),
    ),
    "six points": Lecture(
        "ŷ = w*x + b; L = mean((ŷ - y)^2)", {"x": [1, 2, 3, 4, 5, 6], "y": [2, 4, 5, 4, 6, 7], "w": 0.8, "b": 1},
        ("x", "y"),
    ),
    "Newton": Lecture("x_1 = (x_0 + a/x_0)/2; x_2 = (x_1 + a/x_1)/2", {"x_0": 1.5, "a": 2}),
    "long names": Lecture(
        "expected_loss = probability_of_default * loss_given_default * exposure_at_default\n"
        "capital = risk_weight * exposure_at_default; return_on_capital = (interest_income - expected_loss)/capital",
        {"probability_of_default": 0.02, "loss_given_default": 0.45, "exposure_at_default": 1000, "risk_weight": 0.08,
         "interest_income": 30},
    ),
    "Japanese names": Lecture(
        "予測 = 重み*入力 + バイアス; 損失 = (予測 - 正解)^2 + λ*重み^2",
        {"重み": 0.5, "入力": 2, "バイアス": 0.1, "正解": 3, "λ": 0.1}, ("入力", "正解", "λ"), "ja",
    ),
    "recurrent": Lecture(
        "h_1 = tanh(w*x_1 + u*h_0 + b); h_2 = tanh(w*x_2 + u*h_1 + b); h_3 = tanh(w*x_3 + u*h_2 + b)\nL = (h_3 - y)^2",
        data=("x_1", "x_2", "x_3", "h_0", "y"),
    ),
    "residual block": Lecture(
        "u = relu(W_1 x + b_1); v = W_2 u + b_2; s = x + v; y = layer_norm(s); L = sum((y - t)^2)",
        {"W_1": [[0.5, -0.3, 0.4], [0.2, 0.8, -0.6]], "b_1": [0.1, -0.1], "W_2": [[0.3, 0.2], [1, -0.4], [-0.5, 0.6]],
         "b_2": [0, 0.1, 0.2], "x": [1, 2, -1], "t": [0.5, 1, -1.5]}, ("t",),
    ),
    "triplet": Lecture(
        "p = W a; q = W b; r = W c; d_1 = ‖p - q‖²; d_2 = ‖p - r‖²; L = max(0, d_1 - d_2 + m)",
        {"W": [[0.5, -0.3], [0.2, 0.8]], "a": [1, 0], "b": [1, 1], "c": [0, 1], "m": 2}, ("a", "b", "c", "m"),
    ),
    "six margins": Lecture(
        "f(m) = log(1 + exp(-m))\n"
        + "; ".join(f"m_{k} = y_{k}*(w*x_{k} + b)" for k in range(1, 7))
        + "\nL = " + " + ".join(f"f(m_{k})" for k in range(1, 7)),
        {f"y_{k}": (-1) ** k for k in range(1, 7)}, tuple(f"{x}_{k}" for k in range(1, 7) for x in "xy"),
    ),
}  # fmt: skip
"""What lecturers draw, by name; none of them is an example of the gallery."""


def deck_of(lecture: Lecture, theme: str = "light", *, every: bool = False) -> Deck:
    """Lecture → its slides: the finished one, or all."""
    look: StyleOptions = {"fit": "slide", "theme": theme, "lang": lecture.lang}
    trace, style, remark = legible(lecture.trace, make_style(**look))
    return Deck(trace, style, None if every else [len(trace.steps) + 1], remark=remark)


def main(folder: str | None) -> None:
    """Print the table; write pictures into the folder."""
    for name, lecture in LECTURES.items():
        sizes = []
        for theme in ("light", "slides"):
            deck = deck_of(lecture, theme, every=folder is not None)
            last = len(deck.trace.steps) + 1
            sizes.append(f"{deck.type_pt:5.1f}")
            if folder:
                for label, number in (("end", last), ("middle", int(0.7 * last))):
                    picture = png(deck.svg(number), 1.25)
                    (Path(folder) / f"{name.replace(' ', '-')}-{theme}-{label}.png").write_bytes(picture)
        print(
            f"{name:20} {'  '.join(sizes)}  {len(deck.trace.graph):3} of {len(lecture.trace.graph)} nodes", flush=True
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
