"""What is said of a statement as a whole: its equation, its sentence, its heading, in every language."""

from __future__ import annotations

import pytest
from hypothesis import given

from graphviz_ad import parse, run
from graphviz_ad.autodiff.statements import statement_steps
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.moments import heading, line, prose
from graphviz_ad.explain.phrase import plain
from graphviz_ad.language.printer import DISPLAY, LATEX, TYPST
from graphviz_ad.messages.catalogue import languages
from tests.diagram.cases import CASES, trace_of
from tests.strategies import formulas

GATES = """i = sigmoid(w_i*x + u_i*h + b_i)
f = sigmoid(w_f*x + u_f*h + b_f)
g = tanh(w_g*x + u_g*h)
C = f*c + i*g
H = tanh(C)"""
INPUTS = {
    "x": 1, "h": 0.5, "c": 0.4, "w_i": 0.5, "u_i": 0.3, "b_i": 0.1, "w_f": -0.4, "u_f": 0.8, "b_f": 1, "w_g": 0.9,
    "u_g": 0.4,
}  # fmt: skip


def lines(trace: Trace) -> list[str]:
    return [line(trace, statement, 4).write(DISPLAY) for statement in statement_steps(trace)]


def test_equations() -> None:
    assert lines(parse(GATES).run(INPUTS)) == [
        "i = sigmoid(w_i · x + u_i · h + b_i) = sigmoid(0.5 · 1 + 0.3 · 0.5 + 0.1) = 0.6792",
        "f = sigmoid(w_f · x + u_f · h + b_f) = sigmoid(-0.4 · 1 + 0.8 · 0.5 + 1) = 0.7311",
        "g = tanh(w_g · x + u_g · h) = tanh(0.9 · 1 + 0.4 · 0.5) = 0.8005",
        "C = f · c + i · g = 0.7311 · 0.4 + 0.6792 · 0.8005 = 0.8361",
        "H = tanh(C) = tanh(0.8361) = 0.6837",
        "∂H/∂C = 1 - H^2 = 0.5325",
        "∂H/∂f = ∂H/∂C · c = 0.5325 · 0.4 = 0.213, ∂H/∂c = ∂H/∂C · f = 0.3893, ∂H/∂i = ∂H/∂C · g = 0.4263, "
        "∂H/∂g = ∂H/∂C · i = 0.3617",
        "∂H/∂w_g = ∂H/∂g · (1 - g^2) · x = 0.3617 · 0.3592 · 1 = 0.1299, ∂H/∂x = 0.1169 + …, "
        "∂H/∂u_g = ∂H/∂g · (1 - g^2) · h = 0.06495, ∂H/∂h = 0.05196 + …",
        "∂H/∂w_f = ∂H/∂f · f · (1 - f) · x = 0.213 · 0.1966 · 1 = 0.04188, ∂H/∂x = -0.01675 + 0.1169 + … = 0.1002 + …, "
        "∂H/∂u_f = ∂H/∂f · f · (1 - f) · h = 0.02094, ∂H/∂h = 0.0335 + 0.05196 + … ≈ 0.08547 + …, "
        "∂H/∂b_f = ∂H/∂f · f · (1 - f) = 0.04188",
        "∂H/∂w_i = ∂H/∂i · i · (1 - i) · x = 0.4263 · 0.2179 · 1 ≈ 0.09288, ∂H/∂x = 0.04644 + (-0.01675) + 0.1169 = 0.1466, "
        "∂H/∂u_i = ∂H/∂i · i · (1 - i) · h = 0.04644, ∂H/∂h = 0.02786 + 0.0335 + 0.05196 = 0.1133, "
        "∂H/∂b_i = ∂H/∂i · i · (1 - i) = 0.09288",
    ]  # fmt: skip


def test_headings_and_sentences() -> None:
    trace = parse("z = w*x + b; L = z^2 + w").run(w=2, x=3, b=-1)
    statement_list = statement_steps(trace)
    assert [heading(trace, statement, "en") for statement in statement_list] == [
        "forward · statement 1 of 2", "forward · statement 2 of 2", "backward · statement 2 of 2",
        "backward · statement 1 of 2",
    ]  # fmt: skip
    assert [plain(prose(trace, statement, "en", 4)) for statement in statement_list] == [
        "z is computed from w, x, b in 2 operations.",
        "L is computed from z and w in 2 operations.",
        "The backward pass starts at the output: the derivative of L with respect to itself is 1. The gradient of L goes "
        "back through all operations of its statement and arrives at z and w. "
        "The gradient of w is not complete yet: other statements use it too.",
        "The gradient of z goes back through all operations of its statement and arrives at w, x, b.",
    ]
    assert [plain(prose(trace, statement, "ja", 4)) for statement in statement_list][::3] == [
        "z は w、x、b から 2 個の演算で計算されます。",
        "z の勾配が、その式のすべての演算を逆向きに通り、w、x、b に届きます。",
    ]
    for lang in languages()[1:]:
        for statement in statement_list:
            assert heading(trace, statement, lang) != heading(trace, statement, "en")
            assert plain(prose(trace, statement, lang, 4)) != plain(prose(trace, statement, "en", 4))


@pytest.mark.parametrize(
    ("text", "inputs", "expected"),
    [
        ("L = sum(W @ x + b)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "b": [0, 1]}, [
            "L = sum(W @ x + b) = sum([[1, 2], [3, 4]] @ [1, 2] + [0, 1]) = 17",
            "∂L/∂W = [[1, 2], [1, 2]], ∂L/∂x = [4, 6], ∂L/∂b = [1, 1]",
        ]),
        # numbers and arrays of factors
        ("Z = 2*X + 1; L = sum(Z^2)", {"X": [1, 2]}, [
            "Z = 2 · X + 1 = 2 · [1, 2] + 1 = [3, 5]", "L = sum(Z^2) = sum([3, 5]^2) = 34", "∂L/∂Z = [6, 10]",
            "∂L/∂X = ∂L/∂Z · 2 = [12, 20]",
        ]),
        # two ways through one statement
        ("L = x*sin(x)", {"x": 1}, ["L = x · sin(x) = 1 · sin(1) = 0.8415", "∂L/∂x = 0.5403 + 0.8415 = 1.382"]),
        ("f(t) = t*t; L = f(a)", {"a": 3}, ["L = a · a = 3 · 3 = 9", "∂L/∂a = 3 + 3 = 6"]),
        ("L = a/b", {"a": 1, "b": 3}, ["L = a/b = 1/3 = 0.3333", "∂L/∂a = 1/b = 0.3333, ∂L/∂b = -L/b = -0.1111"]),
        # four local derivatives are too many for a line
        ("L = sin(sin(sin(sin(x))))", {"x": 1}, ["L = sin(sin(sin(sin(x)))) = sin(sin(sin(sin(1)))) = 0.6276", "∂L/∂x = 0.2059"]),
        ("L = log(x)*y", {"x": -1, "y": 2}, ["L = log(x) · y = log(-1) · 2 = nan", "∂L/∂x = y · (1/x) = 2 · (-1) = -2, ∂L/∂y = v1 = nan"]),
    ],
)  # fmt: skip
def test_other_equations(text: str, inputs: dict[str, object], expected: list[str]) -> None:
    assert lines(parse(text).run(inputs)) == expected


def test_only_products_of_arrays_have_the_sign_of_products_entry_by_entry() -> None:
    trace = parse("L = sum((2*x)*y)", pairs=True).run(x=[1, 2], y=[3, 4])
    assert lines(trace)[0] == "L = sum(2 · x ⊙ y) = sum(2 · [1, 2] ⊙ [3, 4]) = 22"


def test_one_operation_and_a_closed_statement_have_sentences_of_their_own() -> None:
    trace = parse("z = w*x + b; L = z^2").run(w=2, x=3, b=-1)
    assert plain(prose(trace, statement_steps(trace)[1], "en", 4)) == "L is the square of z."
    trace = trace.closed("statement")
    closed = statement_steps(trace)[0]
    assert plain(prose(trace, closed, "en", 4)) == plain(prose(trace, closed.steps[0], "en", 4))
    assert line(trace, closed, 4).write(DISPLAY) == "z = w · x + b = 2 · 3 + (-1) = 5"


def test_a_given_gradient_is_a_factor() -> None:
    trace = run(parse("L = w*x"), {"w": 2, "x": 3}, upstream=5)
    assert lines(trace)[1] == "∂L/∂w = ∂L/∂L · x = 5 · 3 = 15, ∂L/∂x = ∂L/∂L · w = 10"


def test_of_a_long_statement_the_last_operation_is_shown() -> None:
    trace = trace_of(CASES["a regression over eight"])
    assert lines(trace)[0].startswith("L = v4 + v8 + v12 + ")
    assert plain(prose(trace, statement_steps(trace)[0], "en", 4)) == (
        "L is computed from w, x0, b, y0, x1, y1, x2, y2, … in 33 operations."
    )


def test_why_a_number_is_not_finite() -> None:
    trace = parse("a = 2*log(x); L = a + x").run(x=-1)
    first = statement_steps(trace)[0]
    assert plain(prose(trace, first, "en", 4)).endswith("The logarithm of a negative number is not defined: the result is nan (not a number).")  # fmt: skip


@given(formulas())
def test_every_statement_can_be_told_everywhere(formula: tuple[str, dict[str, object]]) -> None:
    text, inputs = formula
    trace = parse(text).run(inputs).shown
    for statement_list in statement_steps(trace):
        shown = line(trace, statement_list, 4)
        assert all(shown.pieces(dialect) for dialect in (DISPLAY, TYPST, LATEX))
        assert isinstance(shown, Equation) == (statement_list.phase == "forward")
        for lang in languages():
            assert plain(prose(trace, statement_list, lang, 4))
