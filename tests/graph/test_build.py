"""Formula → graph: names kept, nodes as typed, functions inlined, parts that are not used."""

from __future__ import annotations

import pytest

from graphviz_ad import Graph, parse
from graphviz_ad.errors import ArityError, LimitError, UnknownNameError
from graphviz_ad.graph.graph import Limits


def lines_of(graph: Graph) -> list[str]:
    """Graph → "name = operation(arguments)" for every node, in order."""
    names = graph.names
    return [
        f"{names[node]} = {graph.op_name(node)}({', '.join(names[arg] for arg in args)})" if args else names[node]
        for node, args in enumerate(graph.args)
    ]


GRAPHS: dict[str, list[str]] = {
    "z = w*x + b; a = sigmoid(z)": ["w", "x", "v1 = multiply(w, x)", "b", "z = add(v1, b)", "a = sigmoid(z)"],
    "x*x": ["x", "v1 = multiply(x, x)"],
    "x*x + x*x": ["x", "v1 = multiply(x, x)", "v2 = multiply(x, x)", "v3 = add(v1, v2)"],
    "a-b-c": ["a", "b", "v1 = subtract(a, b)", "c", "v2 = subtract(v1, c)"],
    "v1 = x*y; v1 + x": ["x", "y", "v1 = multiply(x, y)", "u1 = add(v1, x)"],
    "v2 = x*y; sin(v2) + x": ["x", "y", "v2 = multiply(x, y)", "u1 = sin(v2)", "u2 = add(u1, x)"],
    "x^2 + x^n": ["x", "v1 = power(x)", "n", "v2 = pow(x, n)", "v3 = add(v1, v2)"],
    "-x + (-2)": ["x", "v1 = negate(x)", "-2", "v2 = add(v1, -2)"],
    "2": ["2"],
    "x": ["x"],
    "pi*r": ["r", "pi", "v1 = multiply(pi, r)"],
    "pi = 3*k; pi*r": ["k", "3", "pi = multiply(3, k)", "r", "v1 = multiply(pi, r)"],
    "[1, 2] + x": ["x", "[1, 2]", "v1 = add([1, 2], x)"],
    "[x, 2]": ["x", "2", "v1 = stack(x, 2)"],
    "σ(z)·w": ["z", "v1 = sigmoid(z)", "w", "v2 = multiply(v1, w)"],
    "W.T @ x": ["W", "v1 = transpose(W)", "x", "v2 = matmul(v1, x)"],
    "z[0] + √z": ["z", "v1 = index(z)", "v2 = sqrt(z)", "v3 = add(v1, v2)"],
}
"""Formulas and their nodes: nothing is reordered, rewritten or merged."""


@pytest.mark.parametrize("text", GRAPHS)
def test_nodes(text: str) -> None:
    graph = parse(text)
    assert lines_of(graph) == GRAPHS[text]
    assert graph.output == len(graph) - 1


def test_arguments_stand_before_what_reads_them() -> None:
    graph = parse("f(t) = t*sigmoid(t); u = f(w*x) + f(x); L = (u - y)^2 + u", expand=["sigmoid"])
    assert all(arg < node for node, args in enumerate(graph.args) for arg in args)
    assert {node for node in range(len(graph)) if graph.is_input(node)} == set(graph.inputs.values())


SHARED: dict[str, list[str]] = {
    "x*x + x*x": ["x", "v1 = multiply(x, x)", "v2 = add(v1, v1)"],
    "sin(x) + sin(x) + 2 + 2": ["x", "v1 = sin(x)", "2", "v2 = add(v1, v1, 2, 2)"],
    "x*y + y*x": ["x", "y", "v1 = multiply(x, y)", "v2 = multiply(y, x)", "v3 = add(v1, v2)"],
    "clamp(x, 0) + clamp(x, 1)": ["x", "v1 = clamp(x)", "v2 = clamp(x)", "v3 = add(v1, v2)"],
}


@pytest.mark.parametrize("text", SHARED)
def test_share_makes_one_node_of_what_is_the_same(text: str) -> None:
    assert lines_of(parse(text, share=True)) == SHARED[text]


def test_share_changes_no_value_and_no_gradient() -> None:
    text = "u = sin(x)*y; L = sin(x)*y + u*sin(x)"
    apart, shared = (parse(text, share=share).run(x=0.7, y=-1.2) for share in (False, True))
    assert len(shared.graph) < len(apart.graph)
    assert shared.value("L") == pytest.approx(apart.value("L"), rel=1e-15)
    assert shared.gradients == pytest.approx(apart.gradients, rel=1e-15)


def test_expand_shows_the_sigmoid_of_the_textbook() -> None:
    graph = parse("a = sigmoid(z)", expand=["sigmoid"])
    assert lines_of(graph) == ["z", "v1 = negate(z)", "v2 = exp(v1)", "1", "v3 = add(1, v2)", "1", "a = divide(1, v3)"]
    assert [(group.name, group.members, group.output) for group in graph.groups] == [("sigmoid", (1, 2, 3, 4, 5, 6), 6)]
    plain, expanded = parse("a = sigmoid(z)").run(z=0.3), graph.run(z=0.3)
    assert expanded.value("a") == pytest.approx(plain.value("a"), rel=1e-15)
    assert expanded.grad("z") == pytest.approx(plain.grad("z"), rel=1e-14)


def test_a_user_s_function_is_inlined_as_a_group() -> None:
    graph = parse("f(t) = t^2; g(a, b) = f(a) + b; L = g(x, f(y))")
    assert lines_of(graph) == ["x", "y", "v1 = power(y)", "v2 = power(x)", "L = add(v2, v1)"]
    assert [(group.name, group.members, group.output) for group in graph.groups] == [
        ("f", (2,), 2), ("f", (3,), 3), ("g", (3, 4), 4),
    ]  # fmt: skip


def test_a_user_s_function_can_stay_one_node() -> None:
    text = "f(t) = t*sigmoid(t); L = f(w*x)"
    opened, closed = parse(text), parse(text, collapse=["f"])
    assert lines_of(closed) == ["w", "x", "v1 = multiply(w, x)", "L = f(v1)"]
    inlined, collapsed = opened.run(w=2, x=-0.3), closed.run(w=2, x=-0.3)
    assert collapsed.value("L") == pytest.approx(inlined.value("L"), rel=1e-15)
    assert collapsed.gradients == pytest.approx(inlined.gradients, rel=1e-14)


def test_what_is_not_used_is_there_and_leads_nowhere() -> None:
    graph = parse("u = x^2; v = sin(u); k = q*3; L = x + 1")
    reached = [name for node, name in enumerate(graph.names) if graph.reaches[node]]
    assert reached == ["x", "1", "L"]
    trace = graph.run(x=2, q=5)
    assert (trace.value("v"), trace.value("k")) == (pytest.approx(-0.7568024953), 15)
    assert (trace.grad("u"), trace.grad("v"), trace.grad("q"), trace.grad("x")) == (None, None, None, 1)


def test_consumers_are_the_edges_turned_round() -> None:
    graph = parse("L = x*x + x")
    assert graph.consumers == [[(2, 1), (1, 0), (1, 1)], [(2, 0)], []]


def test_other_libraries() -> None:
    view = parse("L = x*x + 2").to_networkx()
    assert dict(view.nodes(data=True)) == {
        0: {"name": "x", "op": "input"},
        1: {"name": "v1", "op": "multiply"},
        2: {"name": "2", "op": "constant"},
        3: {"name": "L", "op": "add"},
    }
    assert sorted(view.edges(keys=True)) == [(0, 1, 0), (0, 1, 1), (1, 3, 0), (2, 3, 1)]
    assert view.graph == {"formula": "L = x*x + 2", "output": 3}


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(UnknownNameError) as caught:
        parse("loss = w*x").find("los")
    assert str(caught.value) == "there is no node 'los' in this graph\nhint: did you mean 'loss'?"


ERRORS: dict[str, tuple[type[Exception], str]] = {
    "f(t) = t; f(t) = 2t; f(1)": (UnknownNameError, "'f' is defined twice\n  1 | f(t) = t; f(t) = 2t; f(1)\n    |           ^\nhint: choose another name for the function"),
    "exp(t) = t; exp(1)": (UnknownNameError, "'exp' is an operation already, and another one\n  1 | exp(t) = t; exp(1)\n    | ^^^\nhint: choose another name for the function"),
    "sigmoid(x, y)": (ArityError, "'sigmoid' has too many arguments\n  1 | sigmoid(x, y)\n    | ^^^^^^^\nhint: call it as sigmoid(x)"),
    "z[0.5]": (ArityError, "an index is a whole number\n  1 | z[0.5]\n    |   ^^^\nhint: count from 0, as in z[0] or z[-1]"),
}  # fmt: skip


@pytest.mark.parametrize("text", ERRORS)
def test_error(text: str) -> None:
    kind, message = ERRORS[text]
    with pytest.raises(kind) as caught:
        parse(text)
    assert str(caught.value) == message


def test_more_nodes_than_allowed() -> None:
    assert len(parse("x + x + x", limits=Limits(nodes=3), pairs=True)) == 3
    with pytest.raises(LimitError) as caught:
        parse("x + x + x + x", limits=Limits(nodes=3))
    assert str(caught.value).startswith("the graph has more than 3 nodes\n")


def test_every_name_of_a_node_finds_it() -> None:
    trace = parse("a = 2; z = a*w; y = z; L = y").run(w=3)
    assert [trace.value(name) for name in ("a", "z", "y", "L")] == [2, 6, 6, 6]
    assert trace.grad("L") == 1
