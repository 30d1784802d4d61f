"""Whatever the text: a Program or one of our errors that can be shown, in bounded time and depth."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError, LimitError
from graphviz_ad.graph.graph import Graph, Limits
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.tree import Program
from tests.formulas import ANYTHING, PROGRAMS, TEXTS, TOKEN_SOUP, damaged

pytestmark = pytest.mark.slow

FUZZ = settings(max_examples=400, deadline=2000)


def told_well(text: str, error: GraphvizADError) -> None:
    """Require that an error has a hint, and a caret where it has a place."""
    lines = str(error).split("\n")
    assert error.hint, f"{text!r}: {error.message!r} says nothing that can be done"
    assert error.span is None or set(lines[-2][6:].strip()) == {"^"}


def outcome(text: str) -> Program | GraphvizADError:
    """Text → what the parser makes of it."""
    try:
        return parse_program(text)
    except GraphvizADError as error:
        return error


@pytest.mark.parametrize(
    "texts", [PROGRAMS, damaged(), TOKEN_SOUP, ANYTHING], ids=["right", "damaged", "tokens", "anything"]
)
def test_every_outcome_is_a_program_or_one_of_our_errors(texts: SearchStrategy[str]) -> None:
    @FUZZ
    @given(texts)
    def every(text: str) -> None:
        result = outcome(text)
        if isinstance(result, GraphvizADError):
            told_well(text, result)
        else:
            assert all(0 <= a < b <= len(result.source.text) for a, b in zip(result.starts, result.stops, strict=True))

    every()


_LATEX_SOUP = st.lists(
    st.sampled_from(
        [
            r"\frac",
            r"{",
            r"}",
            r"_",
            r"^",
            r"(",
            r")",
            r"[",
            r"]",
            r"\sum",
            r"\prod",
            r"\left",
            r"\right",
            r"|",
            r"\|",
            r"&",
            r"\\",
            r"\begin{cases}",
            r"\end{cases}",
            r"\text{if}",
            r"x",
            r"y_i",
            r"W",
            r"T",
            r",",
            r";",
            r"=",
            r"+",
            r"-",
            r"*",
            r"/",
            r"\cdot",
            r"\sqrt",
            r"\hat",
            r"\mathbf",
            r"1",
            r"2",
            r"0.5",
            r"\log",
            r"\exp",
            r"i=1",
            r"N",
            r"\partial",
            r"\nabla",
            r"e",
            r"∑_i",
            r"…",
            r"E[",
            r"'",
            r"if",
            r"else",
            r"for",
            r"√",
            r"²",
            r"₁",
            r"⊙",
            r"‖",
            r":",
            r"sum(",
            r"+=",
            r"<-",
            r"?",
        ]
    ),
    max_size=20,
).map(" ".join)
"""The alphabet of LaTeX, and of what people write besides, in any order."""

KNOWN = {"x": [1.0, 2.0], "W": [[1.0, 2.0], [3.0, 4.0]], "y": [1.0, 2.0]}

BROKEN_ONCE = [
    "d += 0.01 * aW3).gad", "0 if … + 1", r"∂L/∂w = xᵀ(ŷ - y_k)ad \)", "a +=", "T+=", " <- (a log(1+e) z)", "^x}{e^x loss", "a[i²]",
    "logp -= (2*(x)).sum(axis=1)i=1", r"0\text{if}… \log E[0/sum(", "x for if y", "y_i^{t_²i}", "E[x", "p[i", "||₂", r"\frac{\partial}{",
]  # fmt: skip
"""Texts that once gave something else than a Program or one of our errors."""


@pytest.mark.parametrize("latex", [True, False], ids=["latex", "plain"])
@pytest.mark.parametrize("text", BROKEN_ONCE)
def test_what_broke_once_is_one_of_our_errors_or_read(text: str, latex: bool) -> None:
    try:
        run(parse(text, given=KNOWN, latex=latex), KNOWN)
    except GraphvizADError as error:
        told_well(text, error)


@pytest.mark.parametrize("latex", [True, False], ids=["latex", "plain"])
@pytest.mark.parametrize("texts", [_LATEX_SOUP, TEXTS], ids=["soup", "texts"])
def test_with_values_every_outcome_is_a_graph_or_one_of_our_errors(texts: SearchStrategy[str], latex: bool) -> None:
    @FUZZ
    @given(texts)
    def every(text: str) -> None:
        try:
            parse(text, given=KNOWN, latex=latex, limits=Limits(nodes=300, array=1000))
        except GraphvizADError as error:
            told_well(text, error)

    every()


@pytest.mark.parametrize("latex", [True, False], ids=["latex", "plain"])
def test_twenty_thousand_parentheses(latex: bool) -> None:
    text = "(" * 20_000 + "x" + ")" * 20_000
    assert len(parse(text, latex=latex)) == 1


@FUZZ
@given(TEXTS)
def test_building_and_running_gives_a_trace_or_one_of_our_errors(text: str) -> None:
    try:
        graph = parse(text, limits=Limits(nodes=300, array=1000))
        trace = run(graph, dict.fromkeys(graph.inputs, 0.5))
    except GraphvizADError as error:
        told_well(text, error)
        return
    assert len(trace.steps) >= len(graph) - len(graph.inputs) - len(graph.constants)


LARGE = Limits(length=1_000_000)
DEEP: dict[str, Callable[[], str]] = {  # deeper than Python's limit of 1,000 calls in one another
    "20,000 parentheses": lambda: "(" * 20_000 + "x" + ")" * 20_000,
    "a sum of 1,500 terms": lambda: "+".join(["x"] * 1_500),
    "a power tower of 1,500": lambda: "x" + "^x" * 1_500,
    "1,500 calls in one another": lambda: "sin(" * 1_500 + "x" + ")" * 1_500,
    "1,500 signs": lambda: "-" * 1_500 + "x",
    "10,000 lists in one another": lambda: "[" * 10_000 + "x" + "]" * 10_000,
    "a chain of 1,500 operations": lambda: "; ".join(["a0 = x"] + [f"a{k + 1} = sin(a{k})" for k in range(1_500)]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DEEP)
def test_depth_is_no_limit(name: str) -> None:
    began = time.process_time()
    graph: Graph = parse(DEEP[name](), limits=LARGE)
    if "lists" in name:  # of one entry each, and so one in two axes
        assert run(graph, {"x": 1.0}).grad("x") == 1.0
        return
    trace = run(graph, {"x": 1.0})
    assert trace.grad("x") == {"20,000 parentheses": 1.0, "a sum of 1,500 terms": 1_500.0, "1,500 signs": 1.0}.get(
        name, trace.grad("x")
    )
    explanation = trace.explain()
    assert len(json.loads(as_text(explanation.json()))["steps"]) == len(trace.steps)
    assert str(explanation)
    assert time.process_time() - began < 60


def as_text(value: object) -> str:
    """Record → its JSON."""
    return value if isinstance(value, str) else json.dumps(value)


class TestBoundedWork:
    """A short text cannot ask for much more than the limits allow."""

    def timed(self, text: str) -> LimitError:
        """Text that is too much → the LimitError, which has to come soon."""
        began = time.process_time()
        with pytest.raises(LimitError) as caught:
            parse(text)
        assert time.process_time() - began < 15
        return caught.value

    @pytest.mark.slow
    def test_doubling_without_a_node(self) -> None:
        text = "f0(x) = x; " + "".join(f"f{k}(x) = f{k - 1}(f{k - 1}(x)); " for k in range(1, 41)) + "f40(y)"
        assert "written out too often" in self.timed(text).message

    @pytest.mark.slow
    def test_doubling_with_nodes(self) -> None:
        text = "f0(x) = x + x; " + "".join(f"f{k}(x) = f{k - 1}(x) * f{k - 1}(x); " for k in range(1, 41)) + "f40(y)"
        assert self.timed(text).message == "the graph has more than 100000 nodes"

    def test_a_large_body_called_often(self) -> None:
        text = "g(x) = [" + ",".join(["x"] * 15_000) + "]; " + "g(y);" * 6_000
        assert "written out too often" in self.timed(text).message

    def test_length(self) -> None:
        assert self.timed("x" * 70_000).message == "the formula has 70000 characters; the limit is 65536"
