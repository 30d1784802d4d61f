"""The JSON of a trace: its keys, its kinds of value, and a chain that is long."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.record import listed
from tests.strategies import formulas

NODE = {"id", "name", "op", "inputs", "shape", "value", "grad"}
EDGE = {"from", "to", "slot", "partial", "partial_latex", "local", "upstream", "contribution"}
STEP = {"k", "phase", "kind", "node", "to", "slot", "symbolic", "substituted", "result", "text"}
KINDS = {"evaluate": "forward", "seed": "backward", "pull": "backward", "accumulate": "backward"}


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("z = w*x + b; L = (z - y)^2 + 0.1*w^2", {"w": 2, "x": 3, "b": -1, "y": 1}),
        ("p = softmax(W @ x); L = -log(p[0])", {"W": [[1, 2], [3, 4]], "x": [1, -1]}),
        ("L = log(x) + 1/y", {"x": -1, "y": 0}),
        ("u = a*b; L = a + 1", {"a": 1, "b": 2}),
    ],
)
def test_schema(formula: str, values: dict[str, object]) -> None:
    trace = parse(formula).run(values)
    record = trace.explain().json()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["schema"] == "graphviz-ad/trace/1"
    assert record["formula"] == formula
    assert record["nodes"][record["output"]]["name"] == "L"
    assert [node["id"] for node in record["nodes"]] == list(range(len(trace.graph)))
    assert all(set(node) == NODE for node in record["nodes"])
    assert all(set(edge) == EDGE for edge in record["edges"])
    assert all(set(step) == STEP for step in record["steps"])
    assert [step["k"] for step in record["steps"]] == list(range(1, len(trace.steps) + 1))
    assert all(KINDS[step["kind"]] == step["phase"] for step in record["steps"])
    for edge in record["edges"]:
        assert record["nodes"][edge["to"]]["inputs"][edge["slot"]] == edge["from"]
    assert record["gradients"].keys() == values.keys()


def test_numbers_of_an_edge() -> None:
    record = parse("m = w*x; L = m^2").run(w=2, x=3).explain().json()
    edge = next(edge for edge in record["edges"] if record["nodes"][edge["from"]]["name"] == "w")
    assert edge == {
        "from": 0, "to": 2, "slot": 0, "partial": "x", "partial_latex": "x",
        "local": 3.0, "upstream": 12.0, "contribution": 36.0,
    }  # fmt: skip
    step = next(step for step in record["steps"] if step["kind"] == "pull" and step["to"] == 0)
    assert (step["symbolic"], step["substituted"], step["result"]) == (
        "∂L/∂w = ∂L/∂m · ∂m/∂w = ∂L/∂m · x", "12 · 3", "36",
    )  # fmt: skip


def test_structural_edges_have_their_jacobian() -> None:
    W, x = np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([1.0, -1])
    record = parse("L = sum(W @ x)").run(W=W, x=x).explain().json()
    by_name = {record["nodes"][edge["from"]]["name"]: edge for edge in record["edges"]}
    assert by_name["x"]["local"] == W.tolist()
    assert np.shape(by_name["W"]["local"]) == (3, 3, 2)
    assert by_name["x"]["partial"] == "W.T @ g"


def test_a_large_jacobian_is_null() -> None:
    record = parse("L = sum(softmax(x)*x)").run(x=np.linspace(0, 1, 65)).explain().json()
    edge = next(e for e in record["edges"] if record["nodes"][e["to"]]["op"] == "softmax")
    assert edge["local"] is None
    assert np.shape(edge["contribution"]) == (65,)


def test_not_reached_and_not_finite() -> None:
    record = parse("u = a*b; L = log(c) + 0*a").run(a=1, b=2, c=0).explain().json()
    grads = {node["name"]: node["grad"] for node in record["nodes"]}
    assert grads["u"] is None
    assert grads["b"] is None
    assert grads["c"] == "inf"
    assert {node["name"]: node["value"] for node in record["nodes"]}["L"] == "-inf"
    assert "the value of L is -inf" in record["warnings"]
    assert "the gradient of c is inf" in record["warnings"]
    unreached = next(edge for edge in record["edges"] if record["nodes"][edge["from"]]["name"] == "b")
    assert unreached["upstream"] is None
    assert unreached["contribution"] is None
    assert unreached["local"] == 1.0


def test_listed() -> None:
    assert listed(np.array([[1.0, np.nan], [np.inf, -np.inf]])) == [[1.0, "nan"], ["inf", "-inf"]]
    assert listed(None) is None
    assert listed(-np.inf) == "-inf"


def test_wrt_narrows_the_gradients() -> None:
    record = run(parse("L = x*y"), {"x": 2, "y": 3}, wrt=["x"]).explain().json()
    assert record["gradients"] == {"x": 3.0, "y": None}
    assert [step["to"] for step in record["steps"] if step["kind"] == "pull"] == [0]


@pytest.mark.slow
def test_a_chain_of_four_thousand_operations() -> None:
    trace = parse("L = " + "sin(" * 4_000 + "x" + ")" * 4_000).run(x=0.5)
    explanation = trace.explain()
    record = explanation.json()
    assert len(record["steps"]) == 8_001
    assert max(len(step["symbolic"]) for step in record["steps"]) < 80  # one operation each, never a subexpression
    assert str(explanation).count("\n") == 3 * 8_001 - 2


@pytest.mark.slow
def test_a_fan_out_of_two_thousand() -> None:
    trace = parse("L = " + " + ".join(["x"] * 2_000)).run(x=0.5)
    record = trace.explain().json()
    assert max(len(step["symbolic"] + step["substituted"]) for step in record["steps"]) < 200
    assert record["steps"][-1]["result"] == "2000"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(formulas(), st.sampled_from(["en", "ja"]))
@pytest.mark.slow
def test_every_random_formula_is_explained(drawn: tuple[str, dict[str, object]], lang: str) -> None:
    formula, values = drawn
    try:
        trace = parse(formula).run(values)
    except GraphvizADError:  # shapes that do not fit
        return
    explanation = trace.explain(lang=lang)
    record = explanation.json()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert all(step["text"] and step["result"] for step in record["steps"])
    for text in (str(explanation), explanation.table(), explanation.latex()):
        assert "None" not in text
        assert "array(" not in text


# -- as text, piece by piece -----------------------------------------------------------------------


def require_same_text(trace: Trace, lang: str = "en") -> None:
    explanation = trace.explain(lang=lang)
    assert "".join(explanation.json_text()) == json.dumps(explanation.json(), ensure_ascii=False, indent=2)


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("z = w*x + b; L = (z - y)^2", {"w": 2, "x": 3, "b": -1, "y": 1}),
        ("p = softmax(W @ x); L = -log(p[0])", {"W": [[1, 2], [3, 4]], "x": [1, -1]}),
        ("損失 = log(x) + 1/y", {"x": -1, "y": 0}),
        ("L = sum(log(x)/y)", {"x": [-1, 0, 2], "y": [1, 1, 0]}),
        ("L = sum(x)", {"x": np.linspace(0, 1, 10_000)}),
        ("L = sum(log(x))", {"x": np.linspace(-1, 1, 9_001).reshape(1, 9001, 1)}),
        ("L = sum(a*b) + x", {"a": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "b": -0.0, "x": 1e300}),
        ("L = 2*3; x", {"x": 1}),
    ],
)
@pytest.mark.slow
def test_the_text_is_that_of_json(formula: str, values: dict[str, object]) -> None:
    require_same_text(parse(formula).run(values), "ja" if formula[0] == "損" else "en")


def test_of_an_output_without_inputs_too() -> None:
    require_same_text(run(parse("y = 2*3"), {}))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(formulas())
@pytest.mark.slow
def test_the_text_of_a_random_formula_is_that_of_json(drawn: tuple[str, dict[str, object]]) -> None:
    require_same_text(parse(drawn[0]).run(drawn[1]))


@pytest.mark.slow
def test_a_large_trace_is_not_there_as_a_whole() -> None:
    import tracemalloc

    trace = parse("L = sum(x*x)").run(x=np.random.default_rng(1).normal(size=100_000))
    pieces = trace.explain().json_text()
    tracemalloc.start()
    written = sum(map(len, pieces))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 20e6
    assert peak < 12e6  # the arrays have 0.8 MB each
