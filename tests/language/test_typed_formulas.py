"""Formulas as people type them: read without values as with them, and with the value that a reader expects."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.draft import Draft
from graphviz_ad.graph.products import _Decision
from graphviz_ad.language import ellipsis, labelled, layout, piecewise, tokens
from graphviz_ad.language.applied import Applied
from graphviz_ad.language.knowledge import Knowledge
from graphviz_ad.language.labelled import Labelled
from graphviz_ad.language.left_sides import LeftSides

_W = [[1.0, 2.0], [3.0, 4.0]]
_NEVER = re.compile(r"(?!)")
"""A pattern that fits nowhere."""
_LAYER = np.tanh(np.array([0.5, 1.2]) + np.array([0.7, 1.7]))
"""The matrix times [0.1, 0.2] with 0 and 0.1, and times [0.1, 0.3] with 0 and 0.2."""

READ = [
    ("y = sum([xᵀ, hᵀ]ᵀ * [1, 2, 3, 4])", {"x": [2.0, 0.5], "h": [1.0, -1.0]}, 2.0),
    ("y = sum([a, b]ᵀ)", {"a": 2.0, "b": 3.0}, 5.0),
    ("P(A,B) = P(A)P(B)", {"P(A)": 0.3, "P(B)": 0.4}, 0.12),
    ("P(A,A) = P(A)P(A)", {"P(A)": 0.3}, 0.09),
    ("P(A ∪ B) = P(A) + P(B) - P(A∩B)", {"P(A)": 0.3, "P(B)": 0.4, "P(A∩B)": 0.1}, 0.6),
    ("P(A and B) = P(A) * P(B)", {"P(A)": 0.3, "P(B)": 0.4}, 0.12),
    ("P(A') = 1 - P(A)", {"P(A)": 0.3}, 0.7),
    ("p(x,y) = p(x)p(y)", {"p(x)": 0.3, "p(y)": 0.4}, 0.12),
    ("H = -P(A)log P(A) - P(B)log P(B)", {"P(A)": 1, "P(B)": 1}, 0),
    ("p(x) = x^2; p(3)", {}, 9),
    ("y(z)’ = y(z)・(1 – y(z))", {"y(z)": 0.3}, 0.21),
    ("y(z) = 2z; y(z)' = y(z)*(1-y(z))", {"z": 0.3}, 0.24),
    ("f(x)' = 2*x", {"x": 3}, 6),
    ("w - f(w)/f'(w)", {"w": 1, "f(w)": 2, "f'(w)": 4}, 0.5),
    ("L = (h(x_i) - y_i)^2", {"h(x_i)": 1, "y_i": 3}, 4),
    ("z = w1*x1 + w2*x2 + ... + b = dot(W, x) + b", {"W": [1, 2], "x": [3, 4], "b": 1}, 12),
    ("F_t = sum(X_t@W_xf + H_t-1@W_hf)", {"X_t": [1, 2], "W_xf": [1, 1], "H_{t-1}": [1, 1], "W_hf": [1, 1]}, 5),
    ("i_t = a x_t + U h_t-1", {"a": 1, "x_t": 2, "U": 3, "h_{t-1}": 4}, 14),
    ("Δ_t = x_t - x_t-1", {"x_t": 2}, -1),
    ("loss = x^2/2 if |x| <= d\nloss = d^2/2 + d*(|x| - d) if |x| > d", {"x": 2, "d": 1}, 1.5),
    ("loss = x^2/2 if |x| ‹= d\nloss = d^2/2 + d*(|x| - d) if |x| › d", {"x": 1, "d": 1}, 0.5),
    ("y = x^2 when x < 0\ny = 2x when x >= 0", {"x": -3}, 9),
    ("y = 0 if x < 0; y = x if x >= 0", {"x": 2}, 2),
    ("y = -x if x < 0; y = x if x >= 0", {"x": -3}, 3),
    ("f(x) = x^2, x < 0\nf(x) = 2x, otherwise", {"x": 2}, 4),
    ("f(x) = x^2, if x < 0\nf(x) = 2x, if x >= 0", {"x": -2}, 4),
    ("y = x if x > 0\ny = y * 2", {"x": 2}, 4),
    (
        "Output Size (Width or Height) = [(Input Size - Kernel Size + 2 * Padding) / Stride] + 1",
        {"Input Size": 28, "Kernel Size": 3, "Padding": 1, "Stride": 1}, 28,
    ),
    ("Mean Squared Error (MSE) = mean((y-t)^2)", {"y": [1, 2], "t": [2, 4]}, 2.5),
    ("r = true positives / (true positives + false negatives)", {"true positives": 3, "false negatives": 1}, 0.75),
    ("p = true positives / (true positives + false positives)", {"true positives": 3, "false positives": 1}, 0.75),
    ("-ylog(ŷ)-(1-y)log(1-ŷ)", {"y": 1, "ŷ": 1 / np.e}, 1),
    ("J = MSE + lambda * w^2", {"MSE": 1, "lambda": 0.5, "w": 2}, 3),
    ("f = 1/(1 + exp(-dot)) + mse", {"dot": 0, "mse": 1}, 1.5),
    ("delta_t = r_t + gamma * V(s_{t+1}) - V(s_t)", {"r_t": 1, "gamma": 2, "V(s_{t+1})": 3, "V(s_t)": 4}, 3),
    ("f_t = W_f * h_(t-1) + x_(t)", {"W_f": 2, "h_{t-1}": 3, "x_{t}": 1}, 7),
    ("exp_z: float = np.exp(x)", {"x": 0}, 1),
    ("z: torch.Tensor = x * 2\na: float = z + 1", {"x": 1}, 3),
    ("let z: f64 = x * 2.0;", {"x": 1}, 2),
    ("ξ*_i + 2", {"ξ*_i": 1}, 3),
]  # fmt: skip

LAYERS = [
    ("h_t = tanh(W_{ih} * x_t + b_i + W_{hh} * h_{(t-1)} + b_h)",
     {"W_{ih}": _W, "x_t": [0.1, 0.2], "b_i": [0, 0.1], "W_{hh}": _W, "h_{(t-1)}": [0.1, 0.3], "b_h": [0, 0.2]},
     _LAYER),
    ("y = W1 * X + b1", {"W1": _W, "X": [[5, 6], [7, 8]], "b1": [1, 2]}, [[20, 24], [44, 52]]),
    ("y = W1 * X + b1", {"W1": _W, "X": [5, 6], "b1": [1, 2]}, [18, 41]),
    ("y = x * W + b", {"W": _W, "x": [5, 6], "b": [1, 2]}, [24, 36]),
    ("y = relu(W * x + U * h)", {"W": _W, "U": _W, "x": [5, 6], "h": [1, 1]}, [20, 46]),
    ("y = np.maximum(W * x + b, 0)", {"W": _W, "x": [5, 6], "b": [1, 2]}, [[6, 14], [16, 26]]),
    ("y = gamma * x + beta", {"x": _W, "gamma": [5, 6], "beta": [1, 2]}, [[6, 14], [16, 26]]),
    ("y = W ⊙ x + b", {"W": _W, "x": [5, 6], "b": [1, 2]}, [[6, 14], [16, 26]]),
    ("y = W * x", {"W": _W, "x": [5, 6]}, [[5, 12], [15, 24]]),
    ("y = W * x + b", {"W": _W, "x": [5, 6], "b": 1}, [[6, 13], [16, 25]]),
]  # fmt: skip


def _computed(text: str, inputs: dict[str, object], *, known: bool = True) -> np.ndarray:
    graph = parse(text, given=inputs) if known else parse(text)
    arrays = [value for value in inputs.values() if np.ndim(value)]
    shapes = [(), *dict.fromkeys(np.shape(value) for value in arrays)]
    for shape in shapes:
        try:
            trace = run(graph, inputs, upstream=np.ones(shape) if shape else None)
            return np.asarray(trace.values[trace.graph.output])
        except GraphvizADError:
            if shape == shapes[-1]:
                raise
    raise AssertionError(text)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("text", "inputs", "value"), READ)
def test_a_formula_is_read_without_values_as_with_them(
    text: str, inputs: dict[str, object], value: object, known: bool
) -> None:
    assert sorted(parse(text).inputs) == sorted(inputs)
    np.testing.assert_allclose(_computed(text, inputs, known=known), value, atol=1e-12)


@pytest.mark.parametrize(("text", "inputs", "value"), LAYERS)
def test_a_star_in_a_layer_is_the_matrix_product(text: str, inputs: dict[str, object], value: object) -> None:
    np.testing.assert_allclose(_computed(text, inputs), value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Output Size (Width or Height) = Input Size + 1", "Output Size"),
        ("Mean Squared Error (MSE) = mean((y-t)^2)", "Mean Squared Error"),
        ("exp_z: float = np.exp(x)", "exp_z"),
        ("y(z)' = 2 * y(z)", "y'"),
        ("P(A,B) = P(A)P(B)", "P(A,B)"),
    ],
)
def test_a_left_side_names_the_result(text: str, name: str) -> None:
    graph = parse(text)
    assert graph.given_names[graph.output] == name


def test_words_on_the_left_that_are_a_factor_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_WORDS_ON_LEFT", _NEVER)
    with pytest.raises((AssertionError, KeyError, GraphvizADError)):
        test_a_left_side_names_the_result("Output Size (Width or Height) = Input Size + 1", "Output Size")


def test_a_star_in_a_layer_is_noted() -> None:
    inputs = {"W": _W, "x": [5, 6], "b": [1, 2]}
    trace = run(parse("y = W * x + b", given=inputs), inputs, upstream=[1, 1])
    assert "for the product of W and x entry by entry write W ⊙ x" in trace.graph.notes


def test_a_side_with_dots_is_left_out() -> None:
    text, inputs = "u=w_1x_1+w_2x_2+..+b=Wx+b", {"W": [1, 2], "x": [3, 4], "b": 1}
    assert _computed(text, inputs) == 12
    assert any("side with dots" in note for note in parse(text, given=inputs).notes)


def test_a_step_before_is_a_difference_in_latex() -> None:
    assert list(parse(r"F_t = \sigma(W H_t - 1)").inputs) == ["W", "H_t"]


def test_a_step_before_in_latex_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "graphviz_ad.language.reading.replace",
        lambda thing, **changes: thing if "is_typed" in changes else replace(thing, **changes),
    )
    with pytest.raises(AssertionError):
        test_a_step_before_is_a_difference_in_latex()


def test_a_step_before_that_is_given_is_no_difference() -> None:
    assert _computed("x_t-1 + 2", {"x_{t-1}": 2}) == 4
    assert _computed("x_t-1 + 2", {"x_t": 2}) == 3
    assert _computed("d_t = x_t - x_t-1", {"x_t": 5, "x_{t-1}": 3}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "f(x) + f(2)",
        "f(x+1)",
        "x(y) + 1",
        "exp + 1",
        "y = x, x > 1",
        "z = a + .. + b",
        "n p → ∞",
        "y = 2x; x → 0",
        "z = w*x; a = f(z)",
    ],
)
def test_what_no_rule_decides_is_refused(text: str) -> None:
    with pytest.raises(GraphvizADError):
        parse(text)


_PIECES = (
    "P(A)", "P(B)", "P(A|B)", "x", "log ", "log(", "2", "(", ")", " ", "*", "=", "'", "f", "Q(s,a)", "Q(s, a)", "h_t-1",
    "h_t", "Input Size", "w*", "a^L", "\n", ";", "_1", "+", "-", "/", "^", "²", "∑_i ", "[", "]", ",", "y(z)'", "y(z)",
    "|", "ξ*_i", "@", "T", "e^", "{", "}", "← ", "zᴸ",
)  # fmt: skip
_GIVEN = ("P(A)", "P(A,B)", "P(A|B)", "Q(s,a)", "Input Size", "h_{t-1}", "y(z)", "x", "f(x)", "w*", "a^L", "y")


def _leaks(cases: int) -> list[str]:
    """Formulas by chance → those of which a name, a note or a message shows a character that stands for a name."""
    chance, leaks = random.Random(7), []
    for _ in range(cases):
        text = "".join(chance.choices(_PIECES, k=chance.randint(2, 9)))
        inputs = dict.fromkeys(chance.sample(_GIVEN, chance.randint(0, 6)), 0.5)
        try:
            graph = parse(text, given=inputs)
            seen = " ".join([*graph.inputs, *graph.notes, *map(str, graph.program.tree.head)])
            run(graph, dict.fromkeys(graph.inputs, 0.5))
        except GraphvizADError as problem:
            seen = str(problem)
        if re.search("[\u3400-\u4dbf]", seen):
            leaks.append(text)
    return leaks


def test_no_message_shows_what_stands_for_a_name() -> None:
    assert _leaks(3000) == []


def test_a_character_that_stands_for_a_name_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test has teeth: were words for names not set apart from what stands behind them, messages would show them."""
    monkeypatch.setattr("graphviz_ad.language.knowledge._STAND_INS", re.compile(".+"))
    assert _leaks(3000)


FAULTS = [
    ("P(A,B) = P(A)P(B)", Applied, "of_events", lambda *_: None),
    ("y(z)’ = y(z)・(1 – y(z))", labelled, "PRIMED_CALL", _NEVER),
    ("L = (h(x_i) - y_i)^2", Applied, "is_value_at", lambda *_: False),
    ("z = w1*x1 + w2*x2 + ... + b = dot(W, x) + b", ellipsis, "_without_dotted_sides", lambda program: program),
    ("i_t = a x_t + U h_t-1", Labelled, "steps_before", lambda *_: ()),
    ("y = -x if x < 0; y = x if x >= 0", LeftSides, "is_other_case", lambda *_: False),
    ("f(x) = x^2, x < 0\nf(x) = 2x, otherwise", piecewise, "_by_lines", lambda text: text),
    ("p = true positives / (true positives + false positives)", Labelled, "worded_names", lambda *_: []),
    ("-ylog(ŷ)-(1-y)log(1-ŷ)", Knowledge, "glued", lambda *_: None),
    ("J = MSE + lambda * w^2", Draft, "is_quantity", lambda *_: False),
    ("z: torch.Tensor = x * 2\na: float = z + 1", layout, "_TYPE_OF_NAME", _NEVER),
    ("ξ*_i + 2", labelled, "_STARRED_BELOW", _NEVER),
    ("f_t = W_f * h_(t-1) + x_(t)", labelled, "_IN_BRACKETS", _NEVER),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "rule", "fault"), FAULTS)
def test_a_rule_that_is_not_kept_is_seen(
    text: str, place: object, rule: str, fault: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests have teeth: without its rule the formula is refused, or has other inputs or another value."""
    inputs, value = next((inputs, value) for written, inputs, value in READ if written == text)
    monkeypatch.setattr(place, rule, fault)
    with pytest.raises((AssertionError, GraphvizADError)):
        test_a_formula_is_read_without_values_as_with_them(text, inputs, value, known=False)


def test_a_limit_that_gives_a_value_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LeftSides, "require_no_limit", lambda *_: None)
    parse("n p → ∞")


def test_a_star_that_stays_entry_by_entry_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Decision, "square_layers", lambda _: frozenset())
    with pytest.raises((AssertionError, GraphvizADError)):
        test_a_star_in_a_layer_is_the_matrix_product(*LAYERS[2])


def test_a_quotation_mark_that_is_no_comparison_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tokens.normalise("a ‹= b") == "a <= b"
    monkeypatch.setattr("graphviz_ad.language.reading.normalise", lambda text: text)
    monkeypatch.setattr(tokens, "normalise", lambda text: text)
    with pytest.raises(GraphvizADError):
        parse("y = 1 if a ‹= b else 0")
