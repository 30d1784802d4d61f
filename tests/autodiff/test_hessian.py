"""The backward pass as a program, and second derivatives by differentiating it, beside torch.func.hessian."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from gallery.example import chapters
from graphviz_ad import parse
from graphviz_ad.autodiff import forward_mode, passes
from graphviz_ad.autodiff.backward_program import backward_program
from graphviz_ad.autodiff.hessian import hessian, hvp
from graphviz_ad.errors import GraphvizADError, InputError, NotDifferentiableError, ShapeError
from graphviz_ad.ops.gamma import trigamma_of_float
from graphviz_ad.ops.operation import Operation
from tests.autodiff.in_torch import TOLERANCE, agree, directions, is_finite, tensors, torch_blocks, torch_function
from tests.ops.both import cases, draw, formula, label
from tests.strategies import formulas
from tests.thorough import amount

GALLERY = [example for chapter in chapters() for example in chapter.examples]
_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
NEURON: tuple[str, dict[str, Any]] = (
    "z = w*x + b; a = sigmoid(z); L = (a - y)^2", {"w": 2, "x": 3, "b": -1, "y": 1}
)  # fmt: skip


_BY_TRIGAMMA = ("lgamma", "gamma", "factorial")
"""Operations with ψ′ in their second derivatives, of which torch has nine digits."""


def test_trigamma() -> None:
    assert trigamma_of_float(1.0) == pytest.approx(np.pi**2 / 6, rel=1e-15)
    assert trigamma_of_float(0.5) == pytest.approx(np.pi**2 / 2, rel=1e-15)
    assert trigamma_of_float(-0.5) == pytest.approx(np.pi**2 / 2 + 4, rel=1e-15)
    assert trigamma_of_float(0.0) == trigamma_of_float(-3.0) == np.inf


def test_the_program_of_a_neuron() -> None:
    text, values = NEURON
    assert (
        parse(text).grad(values, ["w", "b"]).source.text
        == """\
# forward
v1 = w*x
z = v1 + b
a = sigmoid(z)
v2 = a - y
L = v2^2
# backward: dw is the derivative of L with respect to w
dL = 1
dv2 = 2*(dL*v2)
da = dv2
dz = da*(a*(1 - a))
db = dz
dv1 = dz
dw = dv1*x
db
"""
    )


def test_contributions_that_add_up_and_broadcasts_that_are_summed() -> None:
    text = (
        parse("Z = X @ W + b; L = sum(Z*Z)")
        .grad({"X": [[1, 2], [3, 4]], "W": [[1, 0], [2, 1]], "b": [0, 1]})
        .source.text
    )
    assert "dZ = dv2*Z + dv2*Z\n" in text
    assert "db = fitted(dZ, b)\n" in text
    assert "dW = X.T @ dv1\n" in text


def _gradients(graph: Any, values: dict[str, Any]) -> None:
    """The program computes what the backward pass does; and its text, read again, too."""
    trace = passes.run(graph, values)
    program = backward_program(trace.graph, trace.values)
    for built in (program.graph, parse(program.text)):
        at = {name: trace.values[node] for name, node in trace.graph.inputs.items()}
        given = {own: at[name] for name, own in program.inputs.items() if own in built.inputs}
        computed = passes.forward(built, passes.read_inputs(built, given))
        for name, gradient in program.gradients.items():
            ours, expected = computed[built.find(gradient)], trace.grad(name)
            expected = np.zeros(np.shape(at[name])) if expected is None else expected
            np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-12, err_msg=program.text)


def _torchs(trace: Any, nudge: float = 0.0) -> Any:
    """Torch's second derivatives as one matrix, at the values of a trace, or beside them by a nudge."""
    names, sizes = list(trace.graph.inputs), [np.size(trace.values[node]) for node in trace.graph.inputs.values()]
    primals = [value + nudge * (0.3 + number) for number, value in enumerate(tensors(trace, names))]
    blocks = torch_blocks("hessian", torch_function(trace, names), primals)
    return np.concatenate([
        np.concatenate([b.detach().numpy(force=True).reshape(m, n) for b, n in zip(row, sizes, strict=True)], axis=1)
        for row, m in zip(blocks, sizes, strict=True)
    ])  # fmt: skip


def _second(graph: Any, values: dict[str, Any], tolerance: float = TOLERANCE) -> None:
    """All second derivatives beside torch's, and their product with a direction."""
    trace = forward_mode.reverse(graph, values)
    names = list(trace.graph.inputs)
    theirs = _torchs(trace)
    if not np.all(np.isfinite(theirs)):
        return
    ours = hessian(graph, values)
    scale = max(1.0, float(np.max(np.abs(theirs), initial=0.0)))
    assert agree(ours.matrix, theirs, scale, tolerance), f"{graph.source.text}\n{values}\n{ours.matrix}\n{theirs}"
    direction = directions(trace)
    product = hvp(graph, values, direction)
    flat = np.concatenate([np.ravel(direction[name]) for name in names])
    assert agree(
        np.concatenate([np.ravel(product[name]) for name in names]),
        theirs @ flat,
        scale * np.abs(flat).sum(),
        tolerance,
    )


@pytest.mark.torch
@pytest.mark.parametrize("example", GALLERY, ids=lambda example: example.name)
def test_the_gallery_beside_torch(example: Any) -> None:
    _gradients(example.graph, example.inputs)
    _second(example.graph, example.inputs)


@pytest.mark.torch
@pytest.mark.parametrize(("row", "shapes", "options"), cases(), ids=label)
def test_every_operation_is_twice_differentiable(
    row: Operation, shapes: tuple[tuple[int, ...], ...], options: str
) -> None:
    names = [f"x_{n}" for n in range(len(shapes))]
    values = dict(zip(names, draw(row, shapes).values(), strict=True))
    graph = parse(f"y = {formula(row, names, options)}; L = sum(y*sin(y) + y)")
    _gradients(graph, values)
    if row.name not in ("cross_entropy", "nll"):  # torch.func has no second derivatives through long targets
        _second(graph, values, 1e-8 if row.name in _BY_TRIGAMMA else TOLERANCE)


def _random(case: tuple[str, dict[str, Any]]) -> None:
    text, inputs = case
    graph = parse(text)
    assume(inputs)
    trace = forward_mode.reverse(graph, inputs)
    assume(is_finite(trace) and len(trace.graph) > 1)
    assume(sum(np.size(trace.values[node]) for node in trace.graph.inputs.values()) <= 12)
    assume(all(np.all(np.abs(v) < 1e6) for v in (*trace.values, *(g for g in trace.grads if g is not None))))
    here = _torchs(trace)
    for nudge in (1e-7, -1e-7):  # where second derivatives jump, as those of elu at 0, each has its own convention
        assume(np.allclose(_torchs(trace, nudge), here, rtol=1e-3, atol=1e-3))
    names = {bound.row.name for bound in trace.graph.ops if bound is not None}
    _second(graph, inputs, 1e-7 if names.intersection(_BY_TRIGAMMA) else TOLERANCE)


@pytest.mark.torch
@given(formulas())
@settings(_SETTINGS, max_examples=5, derandomize=True)
def test_random_formulas_beside_torch(case: tuple[str, dict[str, Any]]) -> None:
    _random(case)


@pytest.mark.slow
@pytest.mark.torch
@given(formulas(depth=4))
@settings(_SETTINGS, max_examples=amount(100, 1000), derandomize=True)
def test_many_random_formulas_beside_torch(case: tuple[str, dict[str, Any]]) -> None:
    _random(case)


def test_a_planted_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    graph, values = parse("L = sum(softmax(x)^2)"), {"x": [0.1, -0.4, 1.2]}
    _second(graph, values)
    monkeypatch.setattr("graphviz_ad.autodiff.rule_texts._is_number", lambda tree, node, value: False)
    monkeypatch.setattr("graphviz_ad.autodiff.push.text_of", lambda bound, slot, args, out: "0*out")
    with pytest.raises((AssertionError, GraphvizADError)):
        _second(graph, values)


def test_names_that_are_no_identifiers() -> None:
    graph = parse("ŷ = w₁*x' + b^{(1)}; L = (ŷ - y)^2")
    values = {"w₁": 2, "x'": 3, "b^{(1)}": 1, "y": 0}
    program = graph.grad(values, ["w₁"])
    assert "dw₁ = dv1*x_p" in program.source.text
    assert graph.hessian(values, ["w₁"]).matrix.tolist() == [[18]]


def test_a_name_that_is_taken() -> None:
    text = parse("dw = w*x; L = dw^2").grad({"w": 2, "x": 3}).source.text
    assert "Dw = " in text


def test_an_input_without_a_path() -> None:
    assert parse("a = q; L = x^2").hessian({"q": 1, "x": 2}, ["q", "x"]).matrix.tolist() == [[0, 0], [0, 2]]


def test_behind_the_end_of_a_path_nothing_is_multiplied_with_0() -> None:
    assert parse("L = (c < sqrt(c)) + c").hessian({"c": 0}).matrix.tolist() == [[0]]


def test_what_is_not_known_is_named() -> None:
    values = {"x": 2.5}
    third = parse(parse("L = lgamma(x)").grad(values, "x").source.text)
    assert third.jvp(values, {"x": 1})[1] == pytest.approx(0.490357756, rel=1e-8)  # ψ′(2.5)
    with pytest.raises(NotDifferentiableError, match="'trigamma'"):
        parse(third.grad(values, "x").source.text).jvp(values, {"x": 1})
    with pytest.raises(NotDifferentiableError, match="'trigamma'"):
        parse(third.grad(values, "x").source.text).run(values)


@pytest.mark.parametrize(
    ("wrt", "message"),
    [(["q"], "'q' is no input of the formula"), (["z"], "'z' is computed by the formula"), (["w", "w"], "named twice")],
)
def test_what_cannot_be(wrt: list[str], message: str) -> None:
    text, values = NEURON
    with pytest.raises(InputError, match=message):
        parse(text).hessian(values, wrt)


def test_the_output_is_one_number() -> None:
    with pytest.raises(ShapeError, match="the backward pass as a program starts from one number"):
        parse("y = x*x").hessian({"x": [1, 2]})


def test_a_function_in_one_node_has_to_be_opened() -> None:
    with pytest.raises(NotDifferentiableError, match="'f' is one node"):
        parse("f(t) = sin(t)*t; L = f(x)", collapse=["f"]).hessian({"x": 1})
