"""Jacobians, row by row and column by column, beside torch.func.jacrev and jacfwd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from gallery.example import chapters
from graphviz_ad import parse
from graphviz_ad.autodiff import forward_mode
from graphviz_ad.autodiff.sweeps import forward_sweeps, jacobian, jacobian_at, reverse_sweeps
from graphviz_ad.errors import GraphvizADError, InputError, LimitError, UnknownNameError
from graphviz_ad.graph.graph import Limits
from tests.autodiff.in_torch import agree, is_finite, tensors, torch_blocks, torch_function
from tests.strategies import formulas
from tests.thorough import amount

GALLERY = [example for chapter in chapters() for example in chapter.examples]
_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SOFTMAX: tuple[str, dict[str, Any]] = ("z = W @ x; p = softmax(z)", {"W": [[1, 2], [3, 4], [0, 1]], "x": [0.1, 0.2]})


def test_of_and_with_respect_to_results() -> None:
    text, values = SOFTMAX
    jacobian = parse(text).jacobian(values, "p", ["z"])
    p = np.exp([0.5, 1.1, 0.2]) / np.sum(np.exp([0.5, 1.1, 0.2]))
    np.testing.assert_allclose(jacobian.matrix, np.diag(p) - np.outer(p, p), atol=1e-15)
    assert jacobian.rows == ("p[0]", "p[1]", "p[2]")
    assert jacobian.columns == ("z[0]", "z[1]", "z[2]")
    assert (jacobian.mode, jacobian.sweeps) == ("forward", {"forward": 3, "reverse": 3})


def test_auto_takes_fewer_sweeps() -> None:
    text, values = SOFTMAX
    graph = parse(text)
    assert graph.jacobian(values, wrt=["x"]).mode == "forward"
    jacobian = graph.jacobian(values, wrt=["W"])
    assert (jacobian.mode, jacobian.reason) == (
        "reverse",
        "reverse mode was chosen, since there are fewer rows than columns",
    )
    assert jacobian.columns[:3] == ("W[0, 0]", "W[0, 1]", "W[1, 0]")
    assert jacobian.of_name("W").shape == (3, 3, 2)
    assert graph.jacobian(values, wrt=["W"], mode="forward").reason == "forward mode was asked for"


def test_it_fills_sweep_by_sweep() -> None:
    text, values = SOFTMAX
    columns = parse(text).jacobian(values, "p", ["z"], "forward").filled(1)
    assert np.isnan(columns[:, 1:]).all()
    assert not np.isnan(columns[:, 0]).any()
    rows = parse(text).jacobian(values, "p", ["z"], "reverse").filled(2)
    assert np.isnan(rows[2]).all()
    assert not np.isnan(rows[:2]).any()


def _both(graph: Any, values: dict[str, Any]) -> None:
    """Both modes beside torch's jacobians, with respect to all inputs."""
    trace = forward_mode.reverse(graph, values)
    names = list(trace.graph.inputs)
    function, primals = torch_function(trace, names), tensors(trace, names)
    rows = np.size(trace.values[trace.graph.output])
    theirs = {}
    for mode, theirs_mode in (("forward", "jacfwd"), ("reverse", "jacrev")):
        blocks = torch_blocks(theirs_mode, function, primals)
        theirs[mode] = np.concatenate([block.detach().numpy().reshape(rows, -1) for block in blocks], axis=1)
    for mode in ("forward", "reverse"):
        ours = jacobian_at(trace.graph, trace.values, None, names, mode)  # type: ignore[arg-type]
        scale = max(1.0, float(np.max(np.abs(theirs["reverse"]))))
        assert agree(ours.matrix, theirs[mode], scale), f"{mode}\n{graph.source.text}\n{values}"


@pytest.mark.torch
@pytest.mark.parametrize("example", GALLERY, ids=lambda example: example.name)
def test_the_gallery_beside_torch(example: Any) -> None:
    _both(example.graph, example.inputs)


@pytest.mark.torch
@given(formulas())
@settings(_SETTINGS, max_examples=5, derandomize=True)
def test_random_formulas_beside_torch(case: tuple[str, dict[str, Any]]) -> None:
    _random(case)


@pytest.mark.slow
@pytest.mark.torch
@given(formulas(depth=4))
@settings(_SETTINGS, max_examples=amount(150, 1000), derandomize=True)
def test_many_random_formulas_beside_torch(case: tuple[str, dict[str, Any]]) -> None:
    _random(case)


def _random(case: tuple[str, dict[str, Any]]) -> None:
    text, inputs = case
    assume(inputs)
    trace = forward_mode.reverse(parse(text), inputs)
    assume(is_finite(trace) and len(trace.graph) > 1)
    inner = [node for node, bound in enumerate(trace.graph.ops) if bound is not None]
    moved = forward_mode.seeded(trace, {node: trace.values[node] * 0.0 + 1.0 for node in trace.graph.inputs.values()})
    assert moved.forward_mode is not None
    tangents = [moved.forward_mode.tangents[node] for node in inner]
    assume(all(t is None or np.all(np.abs(t) < 1e12) for t in (*tangents, *trace.grads)))
    _both(parse(text), inputs)


def test_a_planted_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    text, values = SOFTMAX
    _both(parse(text), values)
    monkeypatch.setattr("graphviz_ad.autodiff.push.text_of", lambda bound, slot, args, out: "0*out")
    with pytest.raises(AssertionError):
        _both(parse(text), values)


def test_an_input_above_another_result() -> None:
    jacobian = parse("z = x*x; y = z + x").jacobian({"x": 3}, "y", ["x", "z"])
    assert jacobian.matrix.tolist() == [[7, 1]]
    assert parse("z = x*x; y = z + x").jacobian({"x": 3}, "y", ["x", "z"], "reverse").matrix.tolist() == [[7, 1]]


def test_what_has_no_path_is_0() -> None:
    assert parse("a = x + y; b = [y, y]").jacobian({"x": 3, "y": 2}, "b", ["x", "y"]).matrix.tolist() == [
        [0, 1],
        [0, 1],
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"of": "q"}, UnknownNameError, "there is no node 'q' in this graph"),
        ({"wrt": ["q"]}, UnknownNameError, "there is no node 'q' in this graph"),
        ({"wrt": []}, InputError, "there is nothing to differentiate with respect to"),
        ({"wrt": ["x", "x"]}, InputError, "'x' is named twice"),
        ({"mode": "sideways"}, InputError, "there is no mode 'sideways'"),
    ],
)
def test_what_cannot_be(arguments: dict[str, Any], error: type[GraphvizADError], message: str) -> None:
    text, values = SOFTMAX
    with pytest.raises(error, match=message):
        jacobian(parse(text), values, **arguments)


def test_too_large_a_matrix() -> None:
    graph = parse("y = x*x", limits=Limits(array=50))
    with pytest.raises(LimitError, match="would have 10 × 10 entries"):
        graph.jacobian({"x": list(range(10))})


def test_sweeps_are_made_when_they_are_asked_for() -> None:
    trace = forward_mode.reverse(parse("y = x*x"), {"x": [1.0, 2.0, 3.0]})
    node = trace.graph.output
    assert next(forward_sweeps(trace.graph, trace.values, node, [0])).tolist() == [2, 0, 0]
    assert next(reverse_sweeps(trace.graph, trace.values, node, [0])).tolist() == [2, 0, 0]
