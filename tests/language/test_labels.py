"""Letters above names, bars round vectors, sides of chains: readings of lectures' formulas, and how values are given."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.autodiff.inputs import read_inputs
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.autodiff.remarks import remarks
from graphviz_ad.errors import GraphvizADError, InputError, ParseError, ShapeError
from graphviz_ad.language.assignments import read_assignment
from graphviz_ad.language.names import identity
from tests.language.test_corpus import by_id

A = [[1.0, 2.0], [3.0, 4.0]]

LABELS: list[tuple[str, list[str]]] = [
    (r"\sigma(z^l_j + \Delta z^l_j)", ["z_j^{(l)}", "Δz_j^{(l)}"]),
    (
        r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)",
        ["w^{(l+1)}", "δ^{(l+1)}", "z^{(l)}"],
    ),
    (r"z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b_j", ["w^{(l)}", "a^{(l-1)}", "b"]),
    (r"\delta^L = \nabla_a C \odot \sigma'(z^L)", ["∇_{a}C", "z^{(L)}"]),
    (r"\delta^L_j = \frac{\partial C}{\partial a^L_j} \sigma'(z^L_j)", ["∂C/∂a^{(L)}_j", "z_j^{(L)}"]),
    (r"L = \frac12 (a^L - y)^2", ["a^{(L)}", "y"]),
    (r"z^{\ell} = W^\ell a^{\ell - 1}", ["W^{(ℓ)}", "a^{(ℓ-1)}"]),
    (r"y = \mathbf{W}^{l} x", ["W^{(l)}", "x"]),
    (r"u = x^k_j + 1", ["x_j^{(k)}"]),
    (r"h = \tanh(W x^{t} + U h^{t-1})", ["W", "x^{(t)}", "U", "h^{(t-1)}"]),
    (r"\Gamma_u = \sigma(W_u[a^{\langle t-1 \rangle}, x^t] + b_u)", ["W_u", "a^{(t-1)}", "x^{(t)}", "b_u"]),
    # plain text
    ("z^l = w^l a^{l-1} + b^l", ["w^{(l)}", "a^{(l-1)}", "b^{(l)}"]),
    ("z^l_j = sum_k w^l_{jk} a^{l-1}_k + b_j", ["w^{(l)}", "a^{(l-1)}", "b"]),
    ("h = tanh(W x^t + U h^(t-1))", ["W", "x^{(t)}", "U", "h^{(t-1)}"]),
    ("zˡ = Wˡ aˡ⁻¹ + bˡ", ["W^{(l)}", "a^{(l-1)}", "b^{(l)}"]),
    ("y = aˡ + 1", ["a^{(l)}"]),
    # powers
    (r"y = l x^l", ["l", "x"]),
    (r"y = (1 + r)^l x^l", ["r", "l", "x"]),
    (r"e^l + x^l", ["l", "x"]),
    (r"k x^{k-1} + x^k", ["k", "x"]),
    (r"m_t / (1 - \beta^t_1)", ["m_t", "β_1", "t"]),
    ("v = β^t v_0", ["β", "t", "v_0"]),
    ("2 l x^l", ["l", "x"]),
    (r"x^\top A^T x", ["x", "A"]),
    # e with a label
    (r"\vec{e}^{(t)}", ["e^{(t)}"]),
    (r"\mathbf{e}^{(t)} + e^{x}", ["e⃗^{(t)}", "x"]),
    (r"{\bf e}^2", ["e"]),
    (r"\hat{e}^{(t)}", ["ê^{(t)}"]),
    ("$e^{(i)}$", ["e^{(i)}"]),
    ("2 e^{(i)}", ["e^{(i)}"]),
    ("$e^{(x)}$", ["x"]),
    (r"t e^{(t)}", ["t"]),
    (r"\mathrm{e}^{x}", ["x"]),
]


@pytest.mark.parametrize(("text", "names"), LABELS, ids=[text for text, _ in LABELS])
def test_a_letter_above_a_name_is_a_label_or_a_power(text: str, names: list[str]) -> None:
    graph = parse(text)
    assert list(graph.inputs) == names
    if any("(" in name for name in names) and "e" not in text:
        assert any("above a name" in note for note in graph.notes)


VALUES: list[tuple[str, dict[str, object], float | list[float]]] = [
    (r"y = x^l + 1", {"x": 2.0, "l": 3.0}, 9.0),
    ("y = x^l + 1", {"x": 2.0, "l": 3.0}, 9.0),
    ("x^y_i", {"x": 3.0, "y_i": 2.0}, 9.0),
    (r"\sigma(z^l_j)", {"z^l_j": 0.0}, 0.5),
    (r"z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b_j", {"w^l": A, "a^{l-1}": [1.0, 1.0], "b": 1.0}, [4.0, 8.0]),
    (r"z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b_j", {"w^l_{jk}": A, "a^{l-1}_k": [1.0, 1.0], "b_j": 1.0}, [4.0, 8.0]),
    (r"z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b_j", {"w^{(l)}": A, "a^{(l-1)}": [1.0, 1.0], "b": 1.0}, [4.0, 8.0]),
    ("z^l = w^l a^{l-1} + b^l", {"w^l": 2.0, "a^{l-1}": 3.0, "b^{(l)}": 1.0}, 7.0),
    (
        r"h^t_i = \sum_j W_{ij} x^t_j + h^{t-1}_i",
        {"W": A, "x^{(t)}": [1.0, 1.0], "h^{(t-1)}": [0.0, 1.0]},
        [3.0, 8.0],
    ),
    (r"\vec{e}^{(t)}", {r"\vec{e}^{(t)}": 2.0}, 2.0),
    (r"\vec{e}^{(t)}", {"e^{(t)}": 2.0}, 2.0),
    ("$e^{(t)}$", {"t": 0.0}, 1.0),
    # braces of functions
    (r"\hat{v}_t := max{\hat{v}_{t-1}, v_t}", {r"\hat{v}_{t-1}": 3.0, "v_t": 2.0}, 3.0),
    (r"\max{a, b}^2", {"a": 3.0, "b": 2.0}, 9.0),
    (r"\text{max}{a, b} + 1", {"a": 3.0, "b": 2.0}, 4.0),
    (r"\exp{a - b}", {"a": 3.0, "b": 3.0}, 1.0),
    (r"\tanh{w x + b}", {"w": 1.0, "x": 1.0, "b": -1.0}, 0.0),
    (r"\log{x} + 1", {"x": 1.0}, 1.0),
    ("relu{x + 1}", {"x": 0.0}, 1.0),
]


def value(text: str, values: dict[str, object]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A formula and its values → the value of its output."""
    graph, given = prepared(parse(text, given=values), values)
    return np.asarray(forward(graph, given)[graph.output])


@pytest.mark.parametrize(("text", "values", "expected"), VALUES)
def test_values_are_taken_under_any_spelling(text: str, values: dict[str, object], expected: object) -> None:
    np.testing.assert_allclose(value(text, values), np.asarray(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("text", [text for text, _ in LABELS])
def test_names_are_taken_as_the_error_lists_them(text: str) -> None:
    names = list(parse(text).inputs)
    with pytest.raises(InputError) as problem:
        prepared(parse(text), {})
    assert all(name in str(problem.value) for name in names[:6])
    other = parse(text, given=dict.fromkeys(names, 1.0))
    assert {identity(name) for name in other.inputs} == {identity(name) for name in names}


def test_a_sum_over_the_letter_is_no_label() -> None:
    with pytest.raises(ParseError, match="the letter l stands for a number"):
        parse(r"\sum_{l=1}^L x^l")


W = [1.0, 2.0]
X2 = [[1.0, 2.0], [3.0, 4.0]]
BARS: list[tuple[str, dict[str, object], float | list[float], str]] = [
    (r"\alpha \cdot |w|^2 = \alpha \sum_{j=1}^m w_j^2", {"w": W, "alpha": 2.0}, 10.0, "as the other side says"),
    (r"|w|^2 = w^\top w", {"w": W}, 5.0, "as the other side says"),
    (r"|w|^2 = w \cdot w", {"w": W}, 5.0, "as the other side says"),
    ("|w|² = sum(w²)", {"w": W}, 5.0, "as the other side says"),
    (
        r"\frac1n\sum(\hat y_i - y_i)^2 = \frac1n |X \cdot w - y|^2",
        {"X": X2, "w": W, "y": [3.0, 4.0], "n": 2.0},
        26.5,
        "as the other side says",
    ),
    (r"L + \lambda |w|^2", {"w": W, "lambda": 2.0, "L": 1.0}, 11.0, "since it is added to a number"),
    ("L + λ|w|²", {"w": W, "lambda": 2.0, "L": 1.0}, 11.0, "since it is added to a number"),
    ("λ|w|² + L", {"w": W, "lambda": 2.0, "L": 1.0}, 11.0, "since it is added to a number"),
    (
        r"J = (y - t)^2 + \frac{\lambda}{2} |w|^2 / n",
        {"w": W, "lambda": 2.0, "y": 1.0, "t": 0.0, "n": 5.0},
        2.0,
        "since it is added to a number",
    ),
    # entry by entry
    (r"|w|^2", {"w": W}, [1.0, 4.0], "is entry by entry"),
    (r"1 + |w|^2", {"w": W}, [2.0, 5.0], "is entry by entry"),
    (r"\pi + |w|^2", {"w": W}, [1.0 + np.pi, 4.0 + np.pi], "is entry by entry"),
    (r"b + |w|", {"w": W, "b": 1.0}, [2.0, 3.0], "is entry by entry"),
    (r"b + |w|^2", {"w": W, "b": [1.0, 1.0]}, [2.0, 5.0], "is entry by entry"),
    (r"|w|^2 = w^2", {"w": W}, [1.0, 4.0], "is entry by entry"),
]


@pytest.mark.parametrize(("text", "values", "expected", "note"), BARS)
def test_bars_round_a_vector(text: str, values: dict[str, object], expected: object, note: str) -> None:
    graph, given = prepared(parse(text, given=values), values)
    np.testing.assert_allclose(np.asarray(forward(graph, given)[graph.output]), np.asarray(expected), rtol=1e-12)
    assert any(note in sentence for sentence in graph.notes)


MSE = r"\frac1n\sum(\hat y_i - y_i)^2 = \frac1n |X \cdot w - y|^2"
FIRST: dict[str, object] = {"y": [3.0, 4.0], r"\hat{y}": [5.0, 11.0], "n": 2.0}


def notes_of(text: str, values: dict[str, object]) -> str:
    """A formula and its values → all that is said of how it was read."""
    trace = run(parse(text, given=values), values)
    return "; ".join([*trace.graph.notes, *remarks(trace)])


def test_sides_of_a_chain_are_compared_where_their_values_are_given() -> None:
    both = {**FIRST, "X": X2, "w": W}
    assert "not compared: it needs X, w, which have no value" in notes_of(MSE, FIRST)
    assert "form 2" not in notes_of(MSE, both)
    assert "form 2 (\\frac1n |X \\cdot w - y|^2) is another quantity" in notes_of(MSE, {**both, "w": [1.0, 3.0]})
    assert "form 2 (w z) is another quantity" in notes_of("L = a b = w z", {"a": 1.0, "b": 1.0, "w": 1.0, "z": 2.0})


@pytest.mark.parametrize(
    ("text", "given", "missing"),
    [
        (MSE.replace("\\frac1n\\sum", "\\frac1s\\sum"), ["y", r"\hat{y}"], "'s'"),
        ("L = ½ Σ(ŷ - y)² = w z", ["ŷ"], "'y'"),
        ("L = a b q = c d = p r s", ["c"], "'d'"),
    ],
)
def test_values_are_asked_for_the_side_that_needs_the_fewest(text: str, given: list[str], missing: str) -> None:
    values: dict[str, object] = {name: [1.0, 2.0] for name in given}
    with pytest.raises(InputError, match=f"no value for {missing}\n"):
        prepared(parse(text, given=values), values)


@pytest.mark.parametrize(
    ("text", "values", "note"),
    [
        (
            r"(\mathbf{X}^\top \mathbf{X})^{-1} v^2",
            {"X": X2, "v": 1.0},
            r"(\mathbf{X}^\top \mathbf{X}) to the power of -1 is the inverse",
        ),
        (r"$$ y = \left(A + B\right)^2 $$", {"A": X2, "B": X2}, "write (A + B) @ (A + B)"),
        (r"$$\begin{align} y &= a^2 \\ &= 2 a \end{align}$$", {"a": 3.0}, "form 2 (2 a) is another"),
        (r"$$ y = a^2 = \frac{a}{2} $$", {"a": 3.0}, "(\\frac{a}{2}) is another"),
    ],
)
def test_notes_quote_whole_latex(text: str, values: dict[str, object], note: str) -> None:
    graph, given = prepared(parse(text, given=values), values)
    upstream = np.ones_like(forward(graph, given)[graph.output])
    trace = run(parse(text, given=values), values, upstream=upstream if upstream.ndim else None)
    assert note in "; ".join([*trace.graph.notes, *remarks(trace)])


@pytest.mark.parametrize(
    "text",
    [
        r"softmax(x_i) = \frac{e^{x_i}}{\sum_j e^{x_j}}",
        "softmax(x_i) = exp(x_i)/sum_j exp(x_j)",
        r"\text{softmax}(\hat{y}_i) = \frac{e^{\hat{y}_i}}{\sum_j e^{\hat{y}_j}}",
        r"h(x_i) = \sum_j W_{ij} x_j",
    ],
)
def test_an_entry_of_what_is_used_is_used(text: str) -> None:
    assert not any("never used" in note for note in parse(text).notes)


def test_what_is_not_used_is_said() -> None:
    assert any("x_i stands on the left side" in note for note in parse(r"p(x_i) = \frac{1}{1+e^{-y_i}}").notes)


NOT_AS_LISTED = {"t020", "x068", "d004", "d067", "w022", "la006", "lc015", "ly002", "lw017"}
"""A star before a subscript, two readings that values decide, p(x, y) whose sums are not read, words behind a formula, a
norm of order 0, a norm and the sum that it is, a function that no one defines."""


@pytest.mark.slow
def test_every_name_that_is_listed_is_taken_as_typed() -> None:
    refused = []
    for key, entry in by_id().items():
        try:
            names = list(parse(entry["text"]).inputs)
        except GraphvizADError:
            continue
        try:
            typed = dict(read_assignment(f"{name}=1.5") for name in names)
            read_inputs(parse(entry["text"], given=typed), typed)
        except ShapeError:  # a matrix is needed
            continue
        except GraphvizADError:
            refused.append(key)
    assert set(refused) <= NOT_AS_LISTED
