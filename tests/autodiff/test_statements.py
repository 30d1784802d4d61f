"""Steps grouped by the statements of a formula."""

from __future__ import annotations

import pytest
from hypothesis import given

from graphviz_ad import parse
from graphviz_ad.autodiff.statements import statement_members, statement_steps
from tests.diagram.cases import NEURON, trace_of
from tests.strategies import formulas


def members(text: str, **options: object) -> list[tuple[str, list[str], list[str]]]:
    """Formula → for each statement its value, what is computed for it, and from what."""
    graph = parse(text, **options)  # type: ignore[arg-type]
    names = graph.names
    return [
        (names[root], sorted(names[node] for node in inside), [names[node] for node in inputs])
        for root, inside, inputs in statement_members(graph)
    ]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("w*x + b", {}, [("v2", ["v1", "v2"], ["w", "x", "b"])]),
        ("z = w*x + b; L = (z - y)^2", {}, [("z", ["v1", "z"], ["w", "x", "b"]), ("L", ["L", "v2"], ["z", "y"])]),
        ("y = x; L = y^2", {}, [("L", ["L"], ["x"])]),  # the first computes nothing
        ("c = 3; L = h*tanh(c)*h", {}, [("L", ["L", "v1"], ["h", "3"])]),
        # an operation that two statements share belongs to the first
        ("a = sin(x*y); b = cos(x*y)", {"share": True}, [("a", ["a", "v1"], ["x", "y"]), ("b", ["b"], ["v1"])]),
        # what a function computes belongs to where it is called
        (
            "f(t) = t*t + 1; a = f(x); L = f(a)", {},
            [("a", ["a", "v1"], ["x", "1"]), ("L", ["L", "v2"], ["a", "1"])],
        ),
        ("u = x^2; k = q*3; L = x + 1", {}, [("u", ["u"], ["x"]), ("k", ["k"], ["q", "3"]), ("L", ["L"], ["x", "1"])]),
    ],
)  # fmt: skip
def test_what_belongs_to_a_statement(
    text: str, options: dict[str, object], expected: list[tuple[str, list[str], list[str]]]
) -> None:
    assert members(text, **options) == expected


def test_steps_of_both_passes() -> None:
    statements = statement_steps(trace_of(NEURON))
    assert [(statement.k, statement.phase, statement.number, statement.of, statement.steps[0].k) for statement in statements] == [
        (2, "forward", 1, 3, 1), (3, "forward", 2, 3, 3), (8, "forward", 3, 3, 4),
        (17, "backward", 3, 3, 9), (18, "backward", 2, 3, 18), (23, "backward", 1, 3, 19),
    ]  # fmt: skip


def test_of_a_closed_graph_each_statement_is_a_step_of_each_pass() -> None:
    statements = statement_steps(trace_of(NEURON).closed("statement"))
    assert [(statement.phase, statement.number, len(statement.members)) for statement in statements] == [
        ("forward", 1, 1), ("forward", 2, 1), ("forward", 3, 1), ("backward", 3, 1), ("backward", 2, 1),
        ("backward", 1, 1),
    ]  # fmt: skip


@given(formulas())
def test_every_step_is_told_once(formula: tuple[str, dict[str, object]]) -> None:
    text, inputs = formula
    trace = parse(text).run(inputs)
    statements = statement_steps(trace)
    steps = [step for statement in statements for step in statement.steps]
    computing = [step for step in trace.steps if trace.graph.ops[step.node] is not None]
    assert sorted(step.k for step in steps) == [step.k for step in computing]
    assert [statement.k for statement in statements] == sorted(statement.k for statement in statements)
    assert all(
        step.phase == statement.phase and step.node in statement.members
        for statement in statements
        for step in statement.steps
    )
