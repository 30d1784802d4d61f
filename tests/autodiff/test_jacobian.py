"""The Jacobian of one operation, beside central differences of its forward."""

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.autodiff.jacobian import jacobian

CASES = [
    ("softmax(x)", {"x": [0.1, -0.4, 1.2]}),
    ("log_softmax(x)", {"x": [[0.1, -0.4], [1.2, 0.3]]}),
    ("W @ x", {"W": [[1.0, 2, 3], [4, 5, 6]], "x": [0.5, -1, 2]}),
    ("x*y", {"x": [[1.0, 2, 3], [4, 5, 6]], "y": [0.5, -1, 2]}),
    ("mean(x)", {"x": [1.0, 2, 4]}),
    ("x*y", {"x": 2.0, "y": 3.0}),
]


@pytest.mark.parametrize(("formula", "values"), CASES)
def test_against_differences(formula: str, values: dict[str, object]) -> None:
    graph = parse(f"v = {formula}; L = sum(v)")
    trace = graph.run(values)
    node = graph.find("v")
    bound = graph.ops[node]
    assert bound is not None
    args = [np.asarray(trace.values[arg]) for arg in graph.args[node]]
    for slot, arg in enumerate(args):
        matrix = jacobian(trace, node, slot)
        assert matrix.shape == trace.shape(node) + arg.shape
        for at in np.ndindex(arg.shape):
            nudge = np.zeros(arg.shape)
            nudge[at] = 1e-6
            up, down = (
                bound.forward(*[a + sign * nudge if n == slot else a for n, a in enumerate(args)]) for sign in (1, -1)
            )
            np.testing.assert_allclose(matrix[(..., *at)], (up - down) / 2e-6, rtol=1e-6, atol=1e-8)


def test_an_argument_used_twice_has_one_for_each_place() -> None:
    trace = parse("v = x - x; L = sum(v)").run(x=[1, 2])
    node = trace.graph.find("v")
    assert jacobian(trace, node, 0).tolist() == [[1, 0], [0, 1]]
    assert jacobian(trace, node, 1).tolist() == [[-1, 0], [0, -1]]


def test_too_many_entries() -> None:
    trace = parse("v = softmax(x); L = v[0]").run(x=np.ones(65))
    assert jacobian(trace, trace.graph.find("v"), 0) is None
    assert jacobian(trace, trace.graph.find("v"), 0, max_entries=65**2).shape == (65, 65)
