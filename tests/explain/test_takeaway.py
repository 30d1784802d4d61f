"""What a finished picture ends with: known identities, found by their numbers, and one gradient worked through."""

from __future__ import annotations

from typing import Any

import pytest

from graphviz_ad import Trace, parse, run
from graphviz_ad.autodiff.detail import Detail
from graphviz_ad.explain.equations import equations
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.identities import identities
from graphviz_ad.explain.takeaway import takeaway
from graphviz_ad.language.printer import DISPLAY, LATEX, TYPST, write
from graphviz_ad.language.tree import Tree

NUMBERS = {"w": 0.5, "x": 1.5, "b": -0.2, "y": 1.0}
LAYER = {"W": [[0.1, 0.2], [0.3, -0.4]], "x": [1.0, 2.0], "b": [0.1, 0.2], "t": [0.0, 1.0]}
FORMULAS: list[tuple[str, dict[str, object], list[str], str]] = [
    ("z = w x + b; a = sigmoid(z); L = -(y log a + (1-y) log(1-a))", NUMBERS, ["∂L/∂z = a - y"],
     "∂L/∂w = ∂L/∂z · ∂z/∂w = (a - y) · x = (0.6341 - 1) · 1.5 ≈ -0.5488"),
    ("z = w x + b; a = sigmoid(z); L = bce(a, y)", NUMBERS, ["∂L/∂z = a - y"],
     "∂L/∂w = ∂L/∂z · ∂z/∂w = (a - y) · x = (0.6341 - 1) · 1.5 ≈ -0.5488"),
    ("z = w x + b; L = bce_with_logits(z, y)", NUMBERS, ["∂L/∂z = sigmoid(z) - y"],
     "∂L/∂w = ∂L/∂z · ∂z/∂w = (sigmoid(z) - y) · x = (sigmoid(0.55) - 1) · 1.5 = -0.5488"),
    ("z = W x + b; p = softmax(z); L = -sum(t*log(p))", LAYER, ["∂L/∂z = p - t"],
     "∂L/∂W = outer(p - t, x) = [[0.7109, 1.422], [-0.7109, -1.422]]"),
    ("z = W x + b; p = softmax(z); L = -log p[1]", {**LAYER, "t": None}, ["∂L/∂z = p - one_hot(1, p)"],
     "∂L/∂W = outer(p - one_hot(1, p), x) = [[0.7109, 1.422], [-0.7109, -1.422]]"),
    ("z = W x + b; L = -log_softmax(z)[1]", {**LAYER, "t": None},
     ["∂L/∂z = softmax(z) - one_hot(1, softmax(z))"],
     "∂L/∂W = outer(softmax(z) - one_hot(1, softmax(z)), x) = [[0.7109, 1.422], [-0.7109, -1.422]]"),
    ("z = W x + b; p = softmax(z); L = -log p[0] + 0.1*p[1]", {**LAYER, "t": None}, [], ""),
    ("z = W x + b; L = log(sum(exp(z)))", {**LAYER, "t": None}, ["∂L/∂z = softmax(z)"],
     "∂L/∂W = outer(softmax(z), x) = [[0.7109, 1.422], [0.2891, 0.5781]]"),
    ("z = X w + b; L = sum(z)", {"X": [[1.0, 2.0], [3.0, 4.0]], "w": [[0.5], [1.0]], "b": 0.1}, [], ""),
    ("z = w*x + b; L = (z - y)^2/2", NUMBERS, ["∂L/∂z = z - y"],
     "∂L/∂w = ∂L/∂z · ∂z/∂w = (z - y) · x = (0.55 - 1) · 1.5 = -0.675"),
    ("z = X w + b; L = mean((z - y)^2)", {"X": [[1, 2], [3, 4], [5, 7]], "w": [0.5, 1], "b": -0.2, "y": [1, 2, 3]},
     ["∂L/∂z = 2 · (z - y)/3"], "∂L/∂w = X.T @ (2 · (z - y)/3) = [28.47, 39.93]"),
    ("z = w*x + b; a = 1/(1 + exp(-z)); L = a^2", NUMBERS, ["∂a/∂z = a · (1 - a)"], ""),
    ("z = w*x + b; a = 1/(1 + exp(-z))", NUMBERS, ["∂a/∂z = a · (1 - a)"],
     "∂a/∂w = ∂a/∂z · ∂z/∂w = a · (1 - a) · x = 0.6341 · (1 - 0.6341) · 1.5 = 0.348"),
    ("f = x*x + sin(x)*x", {"x": 2}, [], "∂f/∂x = x + x + x · cos(x) + sin(x)"
     " = 2 + 2 - 0.8323 + 0.9093 = 4.077"),
    ("h = tanh(s*x); y = h*x", {"s": 0.5, "x": 2}, [], "∂y/∂x = x · (1 - h^2) · s + h = 0.42 + 0.7616 = 1.182"),
    ("z = w*x + b; L = huber(z, y)", {**NUMBERS, "y": 3.0}, [],
     "∂L/∂w = ∂L/∂z · ∂z/∂v1 · ∂v1/∂w = -1 · 1 · 1.5 = -1.5"),
    ("z_1 = w_1 x; z_2 = w_2 x; s = exp(z_1) + exp(z_2); p_1 = exp(z_1)/s; p_2 = exp(z_2)/s\n"
     "L = -(y_1 log p_1 + y_2 log p_2)", {"w_1": 0.5, "w_2": -0.2, "x": 1.5, "y_1": 1.0, "y_2": 0.0},
     ["∂L/∂z_1 = p_1 - y_1", "∂L/∂z_2 = p_2 - y_2"],
     "∂L/∂w_1 = ∂L/∂z_1 · ∂z_1/∂w_1 = (p_1 - y_1) · x = (0.7408 - 1) · 1.5 = -0.3888"),
    ("z_1 = w_1 x; z_2 = w_2 x; s = exp(z_1) + exp(z_2); p_1 = exp(z_1)/s; p_2 = exp(z_2)/s\n"
     "L = -(y_1 log p_1 + y_2 log p_2)", {"w_1": 0.5, "w_2": -0.2, "x": 1.5, "y_1": 1.0, "y_2": 0.5}, [], ""),
    ("L = w*x*y", NUMBERS, [], "∂L/∂w = ∂L/∂L · x · y = 1 · 1.5 · 1 = 1.5"),
]  # fmt: skip
"""Formulas, their inputs, the identities in them, and the last line of their pictures (not compared where empty)."""


def trace_of(text: str, given: dict[str, object]) -> Trace:
    return parse(text).run({name: value for name, value in given.items() if value is not None and name in text})


def written(trace: Trace) -> list[str]:
    """Trace → its identities as text."""
    texts = []
    for identity in identities(trace):
        tree = Tree()
        left, right = identity.equation(trace, tree)
        texts.append(f"{write(tree, left, reading(DISPLAY))} = {write(tree, right, reading(DISPLAY))}")
    return texts


@pytest.mark.parametrize(("text", "given", "lines", "line"), FORMULAS)
def test_identities_and_the_last_line(text: str, given: dict[str, object], lines: list[str], line: str) -> None:
    trace = trace_of(text, given)
    assert written(trace) == lines
    ending = takeaway(trace)
    assert ending is not None
    if line:
        assert ending.write(DISPLAY) == line


VECTORS: dict[str, object] = {"w": [1.0, 2.0, -1.0], "x": [2.0, 0.5, 1.0]}
ATTENTION: dict[str, object] = {
    "Q": [[1.0, 0.5]], "K": [[0.2, 0.7], [1.0, -0.3]], "V": [[1.0, 2.0], [0.0, 1.0]], "d": 2.0,
}  # fmt: skip
TIDIED: list[tuple[str, dict[str, object], str]] = [
    ("D = p log(p/q) + (1-p) log((1-p)/(1-q))", {"p": 0.3, "q": 0.6},
     "∂D/∂p = log(p/q) - log((1 - p)/(1 - q)) = -0.6931 - 0.5596 = -1.253"),
    ("L = 1/2*log(2*pi*s^2) + (x - m)^2/(2*s^2)", {"x": 1.3, "m": 0.8, "s": 0.8},
     "∂L/∂s = 1/s - (x - m)^2/s^3 = 1.25 - 0.4883 = 0.7617"),
    ("s = w·x/(‖w‖ ‖x‖)", VECTORS, "∂s/∂w = x/(norm(w) · norm(x)) - s · w/norm(w)^2 = [0.297, -0.0297, 0.2376]"),
    ("L = max(0, 1 - y*(w·x + b)) + λ/2*‖w‖^2", {**VECTORS, "y": 1.0, "b": -3.0, "λ": 0.2},
     "∂L/∂w = λ · w - y · x = [-1.8, -0.1, -1.2]"),
    ("z = w·x + b; p = sigmoid(z); L = -(y*log(p) + (1-y)*log(1-p)) + λ*‖w‖^2",
     {**VECTORS, "y": 1.0, "b": 0.1, "λ": 0.1}, "∂L/∂w = (p - y) · x + 2 · λ · w ="),
    ("S = Q K^T/sqrt(d); A = softmax(S); Y = A V; L = sum(Y)", ATTENTION, "∂L/∂Q = 1/√d · ∂L/∂S @ K ="),
    ("r = (x - w*z)^2/2; k = u^2/2 + u; z = m + u; L = r + k", {"x": 1.5, "w": 0.8, "m": 0.4, "u": 0.3},
     "∂L/∂u = ∂L/∂z + (1 + u) ="),
]  # fmt: skip
"""Formulas, inputs, and how the last line begins at the level of statements: tidied, over what the author named."""


@pytest.mark.parametrize(("text", "given", "line"), TIDIED)
def test_the_last_line_is_tidied(text: str, given: dict[str, object], line: str) -> None:
    trace = parse(text).run(given)
    ending = takeaway(trace.closed("statement") if ";" in text else trace)
    assert ending is not None
    assert ending.write(DISPLAY).startswith(line)


def test_nothing_that_only_looks_like_an_identity_is_one() -> None:
    """With 0.9 in place of 1 the cross-entropy is another function; at y = 1 alone the numbers would agree."""
    text = "z = w x + b; a = sigmoid(z); L = -(y log a + (0.9-y) log(1-a)) + 0.1*log(1-a)*y"
    assert written(trace_of(text, NUMBERS)) == []
    assert written(trace_of("z = w*x + b; L = (z - y)^3/3", {**NUMBERS, "y": -0.45})) == []  # z - y = 1, its square too


def test_another_input_with_the_value_of_the_answer_is_not_taken_for_it() -> None:
    text = "z = w_1*x_1 + w_2*x_2; a = sigmoid(z); L = bce(a, y)"
    assert written(parse(text).run(w_1=0.3, x_1=2, w_2=-0.2, x_2=1, y=1)) == ["∂L/∂z = a - y"]


def test_where_there_is_no_gradient_there_is_no_last_line() -> None:
    assert takeaway(parse("L = 2 + 3").run()) is None


def test_a_gradient_is_not_told_by_itself() -> None:
    """No text says what comes over an edge of the one statement: ∂L/∂x = (∂L/∂x)ᵀ 1 says nothing."""
    trace = trace_of("L = sum(reshape(x, [2, 1])*x)", {"x": [1.0, 2.0]})
    assert takeaway(trace.closed("statement")) is None
    ending = takeaway(trace)
    assert ending is not None
    assert ending.write(DISPLAY) == "∂L/∂x = (∂v1/∂x).T @ ∂L/∂v1 + (∂v2/∂x).T @ ∂L/∂v2 = [6, 6]"


def test_a_long_chain_goes_from_statement_to_statement() -> None:
    text = "u = sin(w*x)^2; v = exp(cos(u)); L = sqrt(v + 1)"
    ending = takeaway(trace_of(text, NUMBERS))
    assert ending is not None
    assert ending.write(DISPLAY).startswith("∂L/∂w = ∂L/∂v · ∂v/∂u · ∂u/∂w = ")


GATES = "i = σ(w_i x + b_i); f = σ(w_f x + b_f); c_t = f c + i x; h = tanh(c_t)*x"
REGULARISED = "o = W x; L = sum((o - y)^2); s = λ/2*‖W‖^2; J = L + s"
PARAMETERS: list[tuple[str, dict[str, object], list[str], str]] = [
    (GATES, {"w_i": 0.5, "x": 1.5, "b_i": 0.1, "w_f": -0.3, "b_f": 0.2, "c": 0.4}, ["w_i", "b_i", "w_f", "b_f"],
     "∂h/∂w_i = ∂h/∂c_t · ∂c_t/∂i · ∂i/∂w_i ="),
    (REGULARISED, {"W": [[0.5, 1.0], [2.0, 3.0]], "x": [1.0, 2.0], "y": [0.0, 1.0], "λ": 0.1}, ["W"],
     "∂J/∂W = outer(2 · (o - y), x) + λ · W ="),
    ("p = w*x; q = p*p + p; L = q*p", {"w": 0.5, "x": 2.0}, ["w", "x"], "∂L/∂w = ∂L/∂p · ∂p/∂w = ∂L/∂p · x ="),
]  # fmt: skip
"""Formulas, inputs, which get gradients, and how the last line begins: with a parameter, also where it is in a node."""


@pytest.mark.parametrize("detail", ["operation", "module", "block"])
@pytest.mark.parametrize(("text", "given", "wrt", "line"), PARAMETERS)
def test_the_last_line_is_about_a_parameter(
    text: str, given: dict[str, object], wrt: list[str], line: str, detail: str
) -> None:
    ending = takeaway(run(parse(text), given, wrt=wrt).closed(detail))
    assert ending is not None
    assert ending.write(DISPLAY).startswith(line)


def test_equations_of_both_passes() -> None:
    trace = trace_of("z = w x + b; a = sigmoid(z); L = (a - y)^2/2 + a", NUMBERS)
    lines = equations(trace, DISPLAY)
    assert [" = ".join(sides) for sides in lines.forward] == [
        "z = w · x + b", "a = sigmoid(z)", "L = (a - y)^2/2 + a",
    ]  # fmt: skip
    assert [" = ".join(sides) for sides in lines.backward] == [
        "∂L/∂a = 1 + (a - y)", "∂L/∂z = ∂L/∂a · a · (1 - a)", "∂L/∂y = -(a - y)", "∂L/∂x = ∂L/∂z · w",
        "∂L/∂b = ∂L/∂z", "∂L/∂w = ∂L/∂z · x",
    ]  # fmt: skip
    assert equations(trace, LATEX, "delta").backward[1] == (r"\delta_{z}", r"\delta_{a} \cdot a\,\left(1 - a\right)")
    assert equations(trace, TYPST, "delta").backward[4] == ("delta_(b)", "delta_(z)")


def test_equations_conform_and_leave_out_what_is_1() -> None:
    trace = trace_of(
        "h = V x; o = W h; L = (o - y)^2/2; s = λ*‖W‖^2; J = L + s",
        {"V": [[0.5, -0.3], [0.2, 0.8]], "x": [1.0, 2.0], "W": [0.7, -0.4], "y": 1, "λ": 0.1},
    )
    backward = dict(equations(trace, DISPLAY).backward)
    assert not {"∂J/∂J", "∂J/∂L", "∂J/∂s"} & backward.keys()
    assert backward["∂J/∂o"] == "o - y"
    assert backward["∂J/∂W"] == "∂J/∂o · h.T + 2 · λ · W"
    assert backward["∂J/∂h"] == "W.T · ∂J/∂o"
    assert ("∂L/∂z", "∂L/∂a · a · (1 - a) = a - y") in equations(trace_of(FORMULAS[0][0], NUMBERS), DISPLAY).backward


def test_equations_that_are_alike_but_for_an_index_stand_once() -> None:
    values = dict.fromkeys(("x", "w_i", "w_f", "w_g", "b_i", "b_f", "b_g", "c"), 0.5)
    trace = trace_of("i = σ(w_i x + b_i); f = σ(w_f x + b_f); g = tanh(w_g x + b_g); h = f c + i g", values)
    lines = equations(trace.closed("block"), DISPLAY, "delta")
    assert lines.indices == "k = f, i"
    assert lines.backward == (
        ("δ_{g}", "i"), ("δ_{f}", "c"), ("δ_{i}", "g"), ("δ_{c}", "f"),
        ("δ_{x}", "δ_{i} · i · (1 - i) · w_i + δ_{f} · f · (1 - f) · w_f + δ_{g} · (1 - g^2) · w_g"),
        ("δ_{b_g}", "δ_{g} · (1 - g^2)"), ("δ_{w_g}", "δ_{g} · (1 - g^2) · x"), ("δ_{b_k}", "δ_{k} · k · (1 - k)"),
        ("δ_{w_k}", "δ_{k} · k · (1 - k) · x"),
    )  # fmt: skip
    inside = equations(trace.closed("block"), DISPLAY, "delta", without=trace.closed("block").graph.ids)
    assert [left for left, _ in inside.backward] == ["δ_{b_g}", "δ_{w_g}", "δ_{b_k}", "δ_{w_k}"]
    text = "k = w_1 x + w_2 x; L = k^2 + u_3^2 + u_4^2 + v_3^2 + v_4^2"
    names = ("x", "w_1", "w_2", "u_3", "u_4", "v_3", "v_4")
    lines = equations(trace_of(text, dict.fromkeys(names, 1.0)), DISPLAY)
    assert ("∂L/∂w_j", "∂L/∂k · x (j = 2, 1)") in lines.backward
    assert ("∂L/∂u_j", "2 · u_j") in lines.backward
    assert lines.indices == "j = 4, 3"


def test_between_a_gradient_and_one_name_there_is_no_sign() -> None:
    trace = trace_of("o = W h; L = (o - y)^2", {"W": [1.0, 2.0], "h": [0.5, 1.0], "y": 1.0})
    backward = dict(equations(trace, TYPST).backward)
    assert backward["frac(partial L, partial W)"] == "frac(partial L, partial o) thin h^top"
    assert backward["frac(partial L, partial h)"] == "W^top thin frac(partial L, partial o)"


def test_a_gradient_that_is_0_here_is_known_too() -> None:
    trace = parse("z = w*x + b; L = (z - y)^2").run(w=2, x=3, b=-1, y=5)
    assert trace.gradients["w"] == 0
    assert [trace.graph.names[identity.node] for identity in identities(trace)] == ["z"]


@pytest.mark.parametrize("detail", ["operation", "constants", "statement"])
@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("B = A^2 + A; sum(B*B)/3 + sum(A)", {"A": [[1, 2], [3, 4]]}),
        ("z = w*x + b; (z - 1)^2 + log(z)*w", {"w": 1, "x": 2, "b": 3}),
    ],
)
def test_a_result_without_a_name_is_called_as_in_the_picture(text: str, inputs: dict[str, Any], detail: Detail) -> None:
    trace = parse(text).run(inputs).closed(detail)
    line = takeaway(trace, 4)
    assert line is not None
    assert line.write(DISPLAY).startswith(f"∂{trace.graph.names[trace.graph.output]}/∂")


CELL = "z = sigmoid(w_z x + u_z h); n = tanh(w_n x + u_n h); y = (1 - z) n + z h"
CELL_VALUES = {"w_z": 0.5, "x": 1.0, "u_z": -0.4, "h": 0.8, "w_n": 0.3, "u_n": 0.6}


def test_what_branches_in_the_picture_is_before_a_parameter_inside_of_a_node() -> None:
    trace = run(parse(CELL), CELL_VALUES, wrt=[name for name in CELL_VALUES if name != "x"])
    ending = takeaway(trace.closed("module"))
    assert ending is not None
    assert ending.write(DISPLAY).startswith("∂y/∂h = ∂y/∂z · z · (1 - z) · u_z + ∂y/∂n · (1 - n^2) · u_n + z = ")
    assert "∂y/∂h +" not in ending.write(DISPLAY)
    assert "- ∂y/∂h" not in ending.write(DISPLAY), "a contribution is not called as the whole is"


def test_long_contributions_are_products_of_derivatives_and_what_the_output_reads_itself() -> None:
    gates = "r = sigmoid(w_r x + u_r h); " + CELL.replace("u_n h", "u_n r h")
    given = {**CELL_VALUES, "w_r": 0.2, "u_r": 0.7}
    trace = run(parse(gates), given, wrt=[name for name in given if name != "x"])
    ending = takeaway(trace.closed("module"))
    assert ending is not None
    assert ending.write(DISPLAY).startswith("∂y/∂h = ∂y/∂r · ∂r/∂h + ∂y/∂z · ∂z/∂h + ∂y/∂n · ∂n/∂h + z = ")


@pytest.mark.parametrize(
    ("text", "given", "line"),
    [
        ("m = a x; z = m + m^2 ε; L = z + w (m - 1)", {"a": 0.5, "x": 1.0, "ε": 0.3, "w": 2.0}, "∂L/∂m = 1 + 2 · ε · m + w = 1.3 + 2 = "),
        ("r = sqrt(mean(x^2)); n = x/r; y = γ*n; L = sum(y^2)", {"x": [1.0, -2.0, 3.0], "γ": [1.0, 0.5, 2.0]},
         "∂L/∂x = ∂L/∂r · (x/(3 · r)) + ∂L/∂n · (1/r)"),
        ("m = w*x + b; L = (m - x)^2", {"w": 0.5, "x": 2.0, "b": 0.1}, "∂L/∂w = "),
    ],
)  # fmt: skip
def test_what_branches_early_is_before_a_parameter_that_is_read_late(
    text: str, given: dict[str, object], line: str
) -> None:
    ending = takeaway(parse(text).run(given).closed("statement"))
    assert ending is not None
    assert ending.write(DISPLAY).startswith(line)


SOFTMAX = """z_1 = w_1 x; z_2 = w_2 x; s = exp(z_1) + exp(z_2); p_1 = exp(z_1)/s; p_2 = exp(z_2)/s
L = -(y_1 log p_1 + y_2 log p_2)"""


def test_where_all_weights_are_inside_of_nodes_it_is_about_a_number_in_the_picture_that_branches() -> None:
    given = {"w_1": 0.5, "w_2": -0.3, "x": 1.0, "y_1": 0.0, "y_2": 1.0}
    trace = run(parse(SOFTMAX), given, wrt=["w_1", "w_2"])
    ending = takeaway(trace.closed("block"))
    assert ending is not None
    assert ending.write(DISPLAY).startswith("∂L/∂z_1 = p_1 - y_1 = ")
    whole = takeaway(trace.closed("statement"))
    assert whole is not None
    assert whole.write(DISPLAY).startswith("∂L/∂w_1 = ")


def test_of_a_skip_connection_it_is_about_what_branches() -> None:
    trace = parse("u = relu(W x); s = x + u; L = sum(s^2)").run({"W": [[0.5, -0.3], [0.2, 0.8]], "x": [1.0, 2.0]})
    ending = takeaway(trace.closed("statement"))
    assert ending is not None
    assert ending.write(DISPLAY).startswith("∂L/∂x = ")
    assert "u > 0" in ending.write(DISPLAY), "and ReLU's argument is not written out"


def test_what_cancels_is_shown_as_0_where_weights_are_inside_of_nodes_too() -> None:
    text = "s_1 = a x_1 + b; s_2 = a x_2 + b; s_3 = a x_3 + b; m = (s_1 + s_2 + s_3)/3"
    text += "; V = ((s_1 - m)^2 + (s_2 - m)^2 + (s_3 - m)^2)/3"
    given = {"a": 0.5, "b": 1.0, "x_1": 1.0, "x_2": 2.0, "x_3": 4.0}
    trace = run(parse(text), given, wrt=["a", "b"]).closed("block")
    assert 0 < abs(trace.grads[trace.graph.ids["b"]]) < 1e-12
    ending = takeaway(trace.shown)
    assert ending is not None
    assert ending.write(DISPLAY).endswith(" ≈ 0")
