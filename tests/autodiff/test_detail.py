"""Parts of a formula closed to one node each: same numbers, derivatives that follow from the parts, good errors."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from graphviz_ad import parse, run
from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.diagram.inside import values_inside
from graphviz_ad.diagram.style import make_style
from graphviz_ad.errors import GraphvizADError

LAYERS = "z = w*x + b; a = sigmoid(z); L = (a - y)^2/2"
NUMBERS = {"w": 0.4, "x": 1.5, "b": -0.3, "y": 1.0}
FORMULAS: list[tuple[str, dict[str, object]]] = [
    (LAYERS, NUMBERS),
    ("f(t) = t*sigmoid(w*t + 1); u = f(x) + f(2*x); L = u*u + f(u)", {"w": 0.7, "x": 0.3}),
    ("g(t) = tanh(t)^2 + t; f(t) = g(t)*g(2*t); L = f(x)*3 + w", {"w": 0.7, "x": 0.3}),
    ("z = W x + b; p = softmax(z); L = -sum(t*log(p))",
     {"W": [[0.1, 0.2], [0.3, -0.4]], "x": [1.0, 2.0], "b": [0.1, 0.2], "t": [0.0, 1.0]}),
    ("h = tanh(X W + b); o = h v; L = mean((o - y)^2) + λ*sum(W^2)",
     {"X": [[1.0, 2.0], [0.5, -1.0]], "W": [[0.1, 0.2], [0.3, -0.4]], "b": [0.1, 0.2], "v": [1.0, -1.0],
      "y": [0.3, 0.1], "λ": 0.1}),
    ("s = [x, x*y, y]; L = s[0]*s[1] + max(s)", {"x": 0.4, "y": 1.3}),
    ("J = ‖X w - y‖² + λ ‖w‖² + ‖w‖",
     {"X": [[1.0, 2.0], [3.0, 1.0]], "w": [0.5, -0.2], "y": [1.0, 2.0], "λ": 0.5}),
    ("q = relu(x) + abs(y) + relu(-x); L = q^2", {"x": 0.4, "y": -1.3}),
]  # fmt: skip
"""Formulas with a function, functions in functions, arrays, broadcasting, an index, a kink."""


@pytest.mark.parametrize("detail", ["constants", "function", "statement", "module", "block"])
@pytest.mark.parametrize(("text", "given"), FORMULAS)
def test_numbers_are_those_of_the_open_graph(text: str, given: dict[str, object], detail: str) -> None:
    opened = parse(text).run(given)
    closed = opened.closed(detail)
    for node, name in enumerate(closed.graph.names):
        if name in opened.graph.ids and not name.startswith("v") and closed.graph.ops[node] is not None:
            np.testing.assert_array_equal(closed.value(name), opened.value(name))
            np.testing.assert_array_equal(closed.grad(name), opened.grad(name))
    for name, grad in closed.gradients.items():
        np.testing.assert_array_equal(grad, opened.grad(name))
    for node, total in enumerate(closed.contributions_to):  # what goes over the edges makes these gradients
        if total:
            edges = [(n, slot) for n, slot, arg in closed.backward_edges() if arg == node]
            arriving = [closed.edge_gradient(*edge).contribution for edge in edges]
            np.testing.assert_allclose(sum(arriving), closed.grads[node], rtol=1e-13)


@pytest.mark.parametrize("detail", ["function", "statement", "module"])
@pytest.mark.parametrize(("text", "given"), FORMULAS)
def test_other_ways_agree(text: str, given: dict[str, object], detail: str) -> None:
    report = parse(text).run(given).closed(detail).check("finite-difference", "complex-step", "paths")
    assert report.ok, str(report)


@pytest.mark.torch
@pytest.mark.parametrize("detail", ["statement", "module"])
@pytest.mark.parametrize(("text", "given"), FORMULAS)
def test_torch_agrees(text: str, given: dict[str, object], detail: str) -> None:
    report = parse(text).run(given).closed(detail).check("torch")
    assert report.ok, str(report)


def test_a_statement_is_one_node_with_the_derivative_of_its_body() -> None:
    trace = parse(LAYERS).run(NUMBERS).closed("statement")
    assert trace.graph.names == ["w", "x", "b", "z", "a", "y", "L"]
    text = str(trace.explain())
    assert "z = w · x + b = 0.4 · 1.5 + (-0.3) = 0.3" in text
    assert "∂L/∂a = ∂L/∂L · (a - y) = 1 · (0.5744 - 1)" in text
    assert "z is computed from w, x, b." in text


def test_a_module_has_its_parameters_inside() -> None:
    trace = parse(LAYERS).run(NUMBERS).closed("module")
    assert trace.graph.names == ["x", "z", "a", "y", "L"]
    assert "∂L/∂x = ∂L/∂z · ∂z/∂x = ∂L/∂z · w" in str(trace.explain())


def test_a_block_has_its_data_inside_too() -> None:
    trace = run(parse(LAYERS), NUMBERS, wrt=["w", "b", "x"]).closed("block")
    assert trace.graph.names == ["x", "z", "a", "L"]
    assert trace.grad("z") == parse(LAYERS).run(NUMBERS).grad("z")
    alone = run(parse(LAYERS), NUMBERS, wrt=["w", "b"]).closed("block")
    assert alone.graph.names == ["x", "z", "a", "L"], "a node reads something"


def test_data_are_inside_of_all_nodes_that_read_them() -> None:
    text = "f = sigmoid(w x + u h); g = tanh(v x + b h); L = f c + g - x"
    given = {"w": 0.5, "x": 1.5, "u": -0.3, "h": 0.8, "v": 0.2, "b": 0.6, "c": 0.4}
    whole = run(parse(text), given, wrt=[name for name in given if name != "x"])
    trace = whole.closed("block")
    assert trace.graph.names == ["h", "f", "g", "c", "L"]
    for name in ("h", "f", "g", "c", "L"):
        assert trace.grad(name) == whole.grad(name)
        assert trace.values[trace.graph.ids[name]] == whole.values[whole.graph.ids[name]]
    assert trace.check("complex-step").ok
    assert values_inside(trace, make_style())[-1] == ["x = 1.5"]
    assert sum(row.count("x = 1.5") for row in values_inside(trace, make_style())) == 1


def test_constants_stand_in_the_operation_on_one_value() -> None:
    trace = parse("f = 1/(1 + exp(-x)) + 2*y*3 - max(0, y)").run(x=0.4, y=0.7)
    closed = trace.closed("constants")
    assert closed.graph.names == ["x", "v1", "v2", "v3", "v4", "y", "v5", "v6", "v7", "f"]
    assert [closed.grad(name) for name in "xy"] == [trace.grad(name) for name in "xy"]
    text = str(closed.explain())
    assert "v4 = 1/v3 = 1/1.67 ≈ 0.5987" in text
    assert "∂f/∂v3 = ∂f/∂v4 · ∂v4/∂v3 = ∂f/∂v4 · (-1/v3^2)" in text
    assert "v7 = max(0, y) = max(0, 0.7) = 0.7" in text
    assert "v4 is computed from v3." in text


def test_products_with_constants_have_them_inside() -> None:
    trace = parse("f = log(2*pi*x^2) + 0.5*x*y*2").run(x=0.4, y=0.7)
    closed = trace.closed("constants")
    assert closed.graph.names == ["x", "v1", "v2", "v3", "y", "v4", "f"]
    assert [closed.grad(name) for name in "xy"] == [trace.grad(name) for name in "xy"]
    text = str(closed.explain())
    assert "v2 = 2 · pi · v1" in text
    assert "v4 = 0.5 · x · y · 2" in text


def test_a_number_with_a_name_stands_in_a_product() -> None:
    """N is a length of x, and an input; 1/N is computed from it."""
    closed = parse("μ = 1/N ∑_{i=1}^N x_i").run(N=4, x=[12.5, 8.4, 15.2, 11.1]).closed("constants")
    assert "μ = 1/N · v1" in str(closed.explain())


def test_derivatives_with_an_open_bound_are_written() -> None:
    closed = parse("L = mean(clamp(1 - y*f, min=0))").run(y=[1.0, -1.0], f=[0.5, 2.0]).closed("statement")
    assert "∂L/∂f" in str(closed.explain())
    assert closed.draw(fit="slide").svg()


def test_v_of_attention_is_no_parameter() -> None:
    given = {"Q": [[1.0, 0.5]], "K": [[0.2, 0.7], [1.0, -0.3]], "V": [[1.0, 2.0], [0.0, 1.0]]}
    assert "V" in parse("L = sum(softmax(Q K^T) V)").run(given).closed("module").graph.inputs
    other = parse("h = tanh(V x); L = sum(h)").run(V=[[1.0, 2.0]], x=[0.5, 0.1]).closed("module")
    assert "V" not in other.graph.inputs


def test_what_is_computed_from_numbers_alone_stands_in_the_operation() -> None:
    closed = parse("s = q/sqrt(2) + 1/2*x").run(q=1.0, x=3.0).closed("constants")
    assert closed.graph.names == ["q", "v1", "x", "v2", "s"]
    assert "v1 = q/sqrt(2)" in str(closed.explain())


def test_affine_maps_stand_in_the_operation_that_reads_them() -> None:
    trace = parse("f = 0.5 x (1 + tanh(2 (x + 3 x^3)))").run(x=0.4)
    closed = trace.closed("affine")
    assert closed.graph.names == ["x", "v1", "v2", "v3", "f"]
    assert closed.grad("x") == trace.grad("x")
    text = str(closed.explain())
    assert "v2 = x + 3 · v1" in text
    assert "v3 = tanh(2 · v2)" in text
    assert "f = 0.5 · x · (1 + v3)" in text


def test_deep_numbers_are_closed_without_recursion() -> None:
    trace = parse("f = x*(" + "1 + (" * 3000 + "1" + ")" * 3000 + ")").run(x=2.0)
    assert trace.closed("constants").graph.names == ["x", "f"]


@pytest.mark.parametrize(
    "text",
    [
        "f = max(0, 1 - y z) + max(2 y, 3)",
        "f = (2 y + 1)^3/4 - z",
        "f = -(1 - y)^z log y",
        "f = exp(-y^2/2)/√(2π) + z",
        "f = 1 + 2 y + 3 z + y/2 - 5",
        "f = where(y > 0.5, 2 y + 1, where(y > 0, -y, z))",
    ],
)
@pytest.mark.parametrize("share", [False, True])
def test_affine_parts_have_the_numbers_of_their_operations(text: str, share: bool) -> None:
    trace = parse(text, share=share).run(y=0.3, z=0.7)
    closed = trace.closed("affine")
    assert [closed.grad(name) for name in "yz"] == [trace.grad(name) for name in "yz"]
    for node in closed.graph.inputs.values():
        sent = [closed.edge_gradient(*edge).contribution for edge in closed.graph.consumers[node]]
        np.testing.assert_allclose(sum(sent), closed.grads[node], rtol=1e-12)
    assert closed.draw().svg()


def test_the_slope_of_a_squared_norm_is_the_array() -> None:
    trace = parse("s = λ/2*‖W‖^2; J = s + 1").run(λ=0.1, W=[[0.5, 0.0], [2.0, 3.0]]).closed("statement")
    assert "∂J/∂W = ∂J/∂s · λ · W" in str(trace.explain())
    at_0 = parse("s = ‖w‖^2; J = s + 1").run(w=[0.0, 0.0]).closed("statement")
    np.testing.assert_array_equal(at_0.grad("w"), [0.0, 0.0])


def test_close_and_open_by_name() -> None:
    trace = parse("f(t) = t*sigmoid(t); u = f(x) + 1; L = f(u)^2").run(x=0.3)
    assert trace.closed(close="f").graph.names == ["x", "v1", "1", "u", "v2", "L"]
    assert trace.closed(close=["u"]).graph.names == ["x", "u", "v1", "v2", "L"]
    assert trace.closed("statement", open="u").graph.names == ["x", "v1", "1", "u", "L"]
    assert trace.closed("statement", open="u,f").graph.names == ["x", "v1", "v2", "1", "u", "v3", "v4", "L"]
    assert trace.closed() is not None
    assert trace.closed().graph.names == trace.graph.names


def test_what_is_read_elsewhere_too_stays_a_node() -> None:
    trace = parse("a = sin(x)*y + 1; L = sin(x)*a", share=True).run(x=0.3, y=2).closed("statement")
    assert trace.graph.names == ["x", "v1", "y", "a", "L"]


def test_a_derivative_that_no_text_can_say_is_the_transposed_jacobian() -> None:
    trace = parse("s = [x*y, y]*2; L = sum(s)").run(x=0.4, y=1.3).closed(close="s")
    assert "∂L/∂x = (∂s/∂x).T @ ∂L/∂s = 2.6" in str(trace.explain())
    assert trace.grad("x") == 2.6


def test_a_closed_operation_can_be_sent_to_another_process() -> None:
    trace = parse(LAYERS).run(NUMBERS).closed("module")
    bound = trace.graph.ops[trace.graph.ids["z"]]
    assert isinstance(bound, ClosedOperation)
    again = pickle.loads(pickle.dumps(bound))
    assert (again.forward(1.5), again.row.partials) == (bound.forward(1.5), bound.row.partials)


ERRORS = {
    ("detail", "layer"): (
        "there is no level 'layer'\nhint: use operation, constants, affine, function, statement, module, block"
    ),
    ("close", "zz"): "'zz' cannot be closed: there is no statement or function of that name\nhint: did you mean 'z'?",
    ("close", "x"): "'x' cannot be closed: it is an input\nhint: these can: z, a, L",
    ("open", "q"): "'q' cannot be opened: there is no statement or function of that name\nhint: these can: z, a, L",
    ("close", "a"): "'a' cannot be closed: it is one operation already\nhint: leave it out",
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_what_there_is(case: tuple[str, str]) -> None:
    with pytest.raises(GraphvizADError) as caught:
        parse(LAYERS).run(NUMBERS).closed(**{case[0]: case[1]})
    assert str(caught.value) == ERRORS[case]


def test_a_squared_length_is_one_node_whose_slope_has_no_root() -> None:
    trace = parse("J = ‖X w - y‖² + λ ‖w‖_2^2 + ‖w‖").run(X=[[1, 2], [3, 1]], w=[0.5, -0.2], y=[1, 2], λ=0.5)
    smaller = trace.closed("constants")
    assert [len(trace.graph), len(smaller.graph)] == [13, 11]
    text = str(smaller.explain())
    assert "∂J/∂v2 = 2 · ∂J/∂v3 · v2 =" in text
    assert "2 · ∂J/∂v4 · w" in text
    assert np.allclose(smaller.grad("w"), trace.grad("w"), rtol=0, atol=1e-15)


def test_a_length_that_has_a_name_or_is_read_twice_stays() -> None:
    given = {"w": [0.5, -0.2]}
    for text in ("n = ‖w‖; J = n²", "J = ‖w‖³", "f(n) = n^2 + n; J = f(‖w‖)", "J = ‖w‖_1^2"):
        trace = parse(text).run(given)
        assert len(trace.closed("constants").graph) == len(trace.graph), text
