"""Forward mode beside torch.func.jvp: every operation, the gallery, random formulas; and what cannot be asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings

import graphviz_ad
from gallery.example import chapters
from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.autodiff import forward_mode
from graphviz_ad.autodiff.steps import Evaluate, Push, SeedTangent, Total
from graphviz_ad.check.torch_operations import TorchOperations
from graphviz_ad.errors import DomainError, GraphvizADError, InputError, ShapeError
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME
from tests.autodiff.in_torch import agree, directions, is_finite, tensors, torch_func, torch_function
from tests.ops.both import cases, draw, formula, label
from tests.strategies import formulas
from tests.thorough import amount

NEURON = "z = w*x + b; a = sigmoid(z); L = (a - y)^2"
GALLERY = [example for chapter in chapters() for example in chapter.examples]
AT = {"w": 2, "x": 3, "b": -1, "y": 1}

_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def test_the_steps_of_a_neuron() -> None:
    trace = run(parse(NEURON), AT, tangents={"w": 1})
    kinds = [(type(step), trace.graph.names[step.node]) for step in trace.steps]
    assert kinds[:6] == [
        (SeedTangent, "w"), (Evaluate, "v1"), (Push, "v1"), (Evaluate, "z"), (Push, "z"), (Evaluate, "a"),
    ]  # fmt: skip
    assert [step.k for step in trace.steps] == list(range(1, len(trace.steps) + 1))
    assert trace.tangent("z") == 3.0
    assert trace.tangent("b") is None
    assert trace.tangent("L") == pytest.approx(parse(NEURON).run(AT).grad("w"), rel=1e-14)


def test_contributions_of_several_arguments_add_up() -> None:
    trace = run(parse("m = w*x"), {"w": 2, "x": 3}, tangents={"x": 10, "w": 1})
    pushes = [step for step in trace.steps if isinstance(step, Push)]
    assert [(step.contribution, step.count, step.of) for step in pushes] == [(3.0, 1, 2), (20.0, 2, 2)]
    assert trace.steps[-1] == Total(6, 2, 23.0)


def test_an_argument_used_twice_pushes_over_both_edges() -> None:
    assert parse("y = x*x").jvp({"x": 3}, {"x": 1}) == (9.0, 6.0)


def test_no_tangent_reaches_the_output() -> None:
    assert parse("a = x + y; L = y").jvp({"x": 3, "y": 1}, {"x": 1}) == (1.0, 0.0)


def test_an_infinite_tangent_ends_at_a_comparison() -> None:
    value, tangent = parse("y = where(x > 0, 1, 2) + (log(x - 1) > 3)").jvp({"x": 1}, {"x": 1})
    assert (value, tangent) == (1.0, 0.0)


@pytest.mark.torch
@pytest.mark.parametrize(("row", "shapes", "options"), cases(), ids=label)
def test_every_operation_beside_torch(row: Operation, shapes: tuple[tuple[int, ...], ...], options: str) -> None:
    names = [f"x_{n}" for n in range(len(shapes))]
    values = dict(zip(names, draw(row, shapes).values(), strict=True))
    graph = parse(f"y = {formula(row, names, options)}")
    _compare(forward_mode.reverse(graph, values), values)


def _compare(reverse: Any, values: dict[str, Any], given: dict[str, Any] | None = None) -> None:
    """The tangent of the output beside torch's, in a direction of all inputs that are no classes."""
    moving = given or directions(reverse)
    if not moving:
        return
    trace = forward_mode.with_tangents(reverse, moving)
    names = list(moving)
    primals = tensors(reverse, names)
    tangents = tuple(map(TorchOperations().tensor, moving.values()))
    _, theirs = torch_func("jvp", torch_function(reverse, names), primals, tangents)
    ours = trace.forward_mode.tangents[trace.graph.output]
    ours = np.zeros(trace.shape(trace.graph.output)) if ours is None else ours
    assert agree(ours, theirs, _scale(trace)), f"{trace.graph.source.text}\n{values}\n{moving}\n{ours}\n{theirs}"


def _scale(trace: Any) -> float:
    """The largest contribution that went into any tangent: its rounding is what may differ."""
    sizes = [float(np.max(np.abs(edge.contribution), initial=0.0)) for edge in trace.forward_mode.edges.values()]
    return max(sizes, default=1.0)


def test_a_planted_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    reverse = forward_mode.reverse(parse("p = softmax(x)"), {"x": [0.1, -0.4, 1.2]})
    _compare(reverse, {})
    monkeypatch.setattr("graphviz_ad.autodiff.push.text_of", lambda bound, slot, args, out: "out*t")
    with pytest.raises(AssertionError):
        _compare(reverse, {})


@pytest.mark.torch
@pytest.mark.parametrize("example", GALLERY, ids=lambda example: example.name)
def test_the_gallery_beside_torch(example: Any) -> None:
    reverse = forward_mode.reverse(example.graph, example.inputs)
    _compare(reverse, example.inputs)


def _random(case: tuple[str, dict[str, object]]) -> None:
    text, inputs = case
    assume(inputs)
    try:
        reverse = forward_mode.reverse(parse(text), inputs)
    except ShapeError:  # brackets round one expression are no list: softmax([exp(a)], axis=1) of a vector
        reject()
    assume(is_finite(reverse) and len(reverse.graph) > 1)
    trace = forward_mode.with_tangents(reverse, directions(reverse))
    assume(all(t is None or np.all(np.abs(t) < 1e12) for t in trace.forward_mode.tangents))
    _compare(reverse, inputs)


@pytest.mark.torch
@given(formulas())
@settings(_SETTINGS, max_examples=10, derandomize=True)
def test_random_formulas_beside_torch(case: tuple[str, dict[str, object]]) -> None:
    _random(case)


@pytest.mark.slow
@pytest.mark.torch
@given(formulas(depth=4))
@settings(_SETTINGS, max_examples=amount(150, 1000), derandomize=True)
def test_many_random_formulas_beside_torch(case: tuple[str, dict[str, object]]) -> None:
    _random(case)


@pytest.mark.parametrize("text", ["softmax(W @ x)", "f(x) = W @ x; y = f(x)*2", "s = [sin(x[0]), x[1], 2]; y = s*x[0]"])
def test_both_modes_agree_in_a_product(text: str) -> None:
    values = {"W": [[1.0, 2.0], [0.5, -1.0]], "x": [0.3, -0.2]}
    graph = parse(text)
    given = {name: values[name] for name in graph.inputs}
    moving = directions(forward_mode.reverse(graph, given), seed=3)
    value, tangent = graph.jvp(given, moving)
    upstream = np.linspace(-1, 1, np.size(value)).reshape(np.shape(value))
    _, gradients = graph.vjp(given, upstream)
    assert np.sum(upstream * tangent) == pytest.approx(sum(np.sum(gradients[name] * moving[name]) for name in moving))


@pytest.mark.parametrize("detail", ["statement", "function"])
def test_closed_parts_have_the_tangents_of_the_open_ones(detail: str) -> None:
    trace = run(parse("f(t) = sin(t)*t; z = f(w)*w + b; p = softmax([z, w, b]); L = p[0]"),
                {"w": 0.5, "b": 0.2}, tangents={"w": 1, "b": -2})  # fmt: skip
    smaller = trace.closed(detail)
    assert len(smaller.graph) < len(trace.graph)
    assert smaller.tangent("L") == pytest.approx(trace.tangent("L"), rel=1e-13)


def test_collapsed_functions_have_the_tangents_of_open_ones() -> None:
    text, values = "f(x) = W @ (x*x); y = sum(f(u))", {"W": [[1.0, 2.0], [0.5, -1.0]], "u": [0.3, -0.2]}
    direction = {"W": [[1, 0], [2, -1]], "u": [1, 3]}
    _, ours = parse(text, collapse=["f"]).jvp(values, direction)
    assert ours == pytest.approx(parse(text).jvp(values, direction)[1], rel=1e-13)


@pytest.mark.parametrize(
    ("tangents", "error", "message"),
    [
        ({}, InputError, "forward mode needs the tangent of an input"),
        ({"q": 1}, InputError, "a tangent is given for 'q', which is no input of the formula"),
        ({"z": 1}, InputError, "a tangent is given for 'z', which is computed by the formula"),
        ({"w": [1, 2]}, ShapeError, "the tangent of 'w' has shape (2), its value is a number"),
        ({"w": "a"}, InputError, "the value of 'w' is not a number"),
    ],
)
def test_what_cannot_be_a_tangent(tangents: dict[str, object], error: type[GraphvizADError], message: str) -> None:
    with pytest.raises(error) as problem:
        run(parse(NEURON), AT, tangents=tangents)
    assert message in str(problem.value)
    assert problem.value.hint


def test_modes_do_not_mix() -> None:
    with pytest.raises(InputError, match="upstream and wrt are of reverse mode"):
        graphviz_ad.run(parse(NEURON), AT, tangents={"w": 1}, wrt=["w"])


def test_strict_looks_at_tangents_too() -> None:
    with pytest.raises(DomainError, match="the tangent of 'y' is inf"):
        run(parse("y = sqrt(x)"), {"x": 0}, tangents={"x": 1}, strict=True)


def test_a_formula_without_a_text_for_its_tangent_takes_the_jacobian() -> None:
    assert BY_NAME["det"].jvps == ()
    _, tangent = parse("f(x) = x @ x; y = f(A)", collapse=["f"]).jvp({"A": [[1, 2], [3, 4]]}, {"A": [[1, 0], [0, 0]]})
    assert tangent.tolist() == [[2, 2], [3, 0]]
