"""What each partner compares, where it is no witness, and what it leaves out."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphviz_ad
from graphviz_ad import Limits, parse
from graphviz_ad.api import run
from graphviz_ad.check import complex_step, paths
from graphviz_ad.check.comparison import agree
from graphviz_ad.check.perturb import MAX_OPERATIONS
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import TABLE

POINTWISE = [row for row in TABLE if row.pointwise and not row.internal]


def verdicts(text: str, *partners: str, **inputs: Any) -> set[str]:
    """Formula and inputs → the verdicts of partners on it."""
    return {row.verdict for row in parse(text).run(inputs).check(*partners).rows}


@pytest.mark.parametrize("row", POINTWISE, ids=lambda row: row.name)
@pytest.mark.parametrize("shape", [(), (3,)], ids=["number", "vector"])
def test_differences_and_complex_step_settle_every_pointwise_operation(row: Operation, shape: tuple[int, ...]) -> None:
    draw = np.random.default_rng(7)
    inputs = {name: draw.uniform(*row.sample[i], size=shape).tolist() for i, name in enumerate(row.params)}
    text = f"L = {row.name}({', '.join(row.params)})"
    trace = run(parse(text), inputs, upstream=None if shape == () else [1.0, -2.0, 0.5])
    report = trace.check("complex-step", "finite-difference")
    assert {row.verdict for row in report.rows} == {"ok"}, str(report)


_CANCELLING = frozenset(("layer_norm", "batch_norm", "rms_norm"))
"""Operations whose gradients may nearly cancel, so that they drown in the rounding of differences."""

STRUCTURAL = [(row, shapes) for row in TABLE if not row.pointwise and not row.internal for shapes in row.shapes]


@pytest.mark.parametrize(("row", "shapes"), STRUCTURAL, ids=lambda v: v.name if isinstance(v, Operation) else str(v))
def test_differences_and_complex_step_settle_every_structural_operation(
    row: Operation, shapes: tuple[Any, ...]
) -> None:
    draw = np.random.default_rng(7)
    names = [f"a{i}" for i in range(len(shapes))]
    call = {"index": "a0[1]", "reshape": "reshape(a0, 3, 2)", "cumsum": "cumsum(a0, axis=-1)"}.get(
        row.name, f"{row.name}({', '.join(names)})"
    )
    inputs = {name: draw.uniform(*row.sample[min(i, 1)], size=shapes[i]).tolist() for i, name in enumerate(names)}
    if row.name in ("cross_entropy", "nll") and len(shapes[1]) < len(shapes[0]):
        call = f"{row.name}(a0, {'1' if shapes[1] == () else [1] * shapes[1][0]})"  # a class has no neighbours
        del inputs["a1"]
    report = parse(f"v = {call}; L = sum(v*v)").run(inputs).check("complex-step", "finite-difference")
    weak = {"inconclusive"} if row.name in _CANCELLING else set()
    assert {row.verdict for row in report.rows if row.partner == "complex-step"} == {"ok"}, str(report)
    assert {row.verdict for row in report.rows} - weak == {"ok"}, str(report)


@pytest.mark.parametrize(
    ("text", "x"),
    [("relu(x)", 0), ("abs(x)", 0), ("maximum(x, 1)", 1), ("sqrt(x)", 0), ("1/x", 0), ("log(x)", -1), ("log(x)", 0),
     ("floor(x)", 2), ("sign(x)", 0), ("clamp(x, -1, 1)", 1), ("x^0.5", -1), ("cbrt(x)^3", 0), ("sqrt(x^2)", 0),
     ("where(x > 0, log(x), 0)", 0), ("exp(x)", 1000), ("1/(1 + exp(x))", 1000), ("hardswish(x)", 3)],
)  # fmt: skip
def test_at_a_kink_or_a_pole_nothing_is_called_wrong(text: str, x: float) -> None:
    assert verdicts(f"L = {text}", "complex-step", "finite-difference", x=x) <= {"ok", "inconclusive"}


def test_a_weak_witness_says_so() -> None:
    rows = parse("L = relu(x)").run(x=0).check("finite-difference").rows
    gradient = next(row for row in rows if row.what == "∂L/∂x")
    assert (gradient.ours, gradient.theirs, gradient.verdict) == (0.0, 0.5, "inconclusive")
    assert (
        gradient.note == "a weak witness here: its own steps disagree, as near a kink or a pole, or rounding is larger"
    )


def test_just_beside_a_kink_the_complex_step_is_exact() -> None:
    rows = parse("L = relu(x)").run(x=1e-9).check("complex-step").rows
    assert {row.verdict for row in rows} == {"ok"}


@pytest.mark.slow
@pytest.mark.torch
def test_the_rounding_of_a_function_does_not_put_partners_on_two_sides_of_a_kink() -> None:
    # numpy's and torch's results may differ in the last digit; both sides of == must not
    for x in np.linspace(0.1, 3, 40):
        assert verdicts("a = exp(log(x)); L = relu(a - x) + maximum(a, x)", "torch", x=float(x)) == {"ok"}


@pytest.mark.torch
def test_the_sign_of_a_zero_does_not_put_partners_on_two_sides_of_a_pole() -> None:
    # the remainder of 0 by a negative number is -0 in Python and 0 in torch
    rows = parse("v = mod(x, y); L = 1/v + 2*v").run(x=0, y=-1).check("torch").rows
    assert {row.verdict for row in rows} == {"ok"}
    assert next(row for row in rows if row.what == "L").ours == -np.inf


@pytest.mark.torch
def test_infinities_and_nan_agree_with_torch_and_say_so() -> None:
    rows = parse("L = x/y").run(x=0, y=0).check("torch").rows
    assert {row.verdict for row in rows} == {"ok"}
    assert {row.what for row in rows if row.note == "not finite, and the same"} == {"L", "∂L/∂x", "∂L/∂y"}


@pytest.mark.torch
def test_an_upstream_that_is_no_scalar_and_wrt_are_respected() -> None:
    graph = parse("v = w*x; L = v + b")
    trace = run(graph, {"w": [1, 2], "x": [[1, 2], [3, 4]], "b": 1}, upstream=[[1, 2], [3, 4]], wrt=["w"])
    report = trace.check()
    assert report.ok
    gradients = {row.what for row in report.rows if row.kind == "gradient"}
    assert gradients == {f"∂(upstream·L)/∂{name}" for name in "Lvw"}


@pytest.mark.torch
def test_wrt_a_node_in_the_middle() -> None:
    graph = parse("v = w*x; L = v^2")
    report = run(graph, {"w": 2, "x": 3}, wrt=["v"]).check()
    assert report.ok
    assert {row.what for row in report.rows if row.kind == "gradient"} == {"∂L/∂L", "∂L/∂v"}


@pytest.mark.torch
def test_parallel_edges_and_the_same_result_are_two_things() -> None:
    checked = parse("L = x*x + x^1").run(x=3).check()
    assert checked.ok
    assert [row.what for row in checked.rows if row.partner == "torch" and "argument" in row.what] == [
        "∂v1/∂x (argument 1)", "∂v1/∂x (argument 2)",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_limit_of_operations_is_said_and_the_inputs_come_first() -> None:
    trace = parse("L = " + "tanh(" * 900 + "x" + ")" * 900).run(x=0.5)
    rows = list(complex_step.with_complex_step(trace))
    assert rows[0].what == "∂L/∂x"
    assert rows[0].verdict == "ok"
    left_out = [row for row in rows if row.verdict == "not run"]
    assert left_out
    assert all(re.search(rf"limit of {MAX_OPERATIONS}|of {MAX_OPERATIONS} are left", row.note) for row in left_out)


def test_paths_are_counted_before_they_are_walked() -> None:
    trace = parse("v0 = x; " + "; ".join(f"v{i + 1} = v{i}*v{i}" for i in range(60)) + "; L = v60").run(x=1)
    counts, lengths = paths.count_paths(trace)
    x = trace.graph.find("x")
    assert counts[x] == 2**60
    assert lengths[x] == 60 * 2**60
    started = time.process_time()
    rows = {row.node: row for row in paths.with_paths(trace)}
    assert time.process_time() - started < 20
    assert rows[x].verdict == "not run"
    assert rows[x].note == "it has 1.153e+18 paths to the output, more than 10000"
    assert rows[trace.graph.find("v50")].verdict == "ok"


@pytest.mark.slow
def test_a_long_chain_is_checked_within_the_limits() -> None:
    trace = parse("L = " + "+".join(["x"] * 3000), limits=Limits(nodes=10_000)).run(x=1)
    assert {row.verdict for row in paths.with_paths(trace)} <= {"ok", "not run"}


def test_the_views_of_networkx() -> None:
    view = parse("L = x*x + 2").to_networkx()
    assert sorted(view.edges(keys=True)) == [(0, 1, 0), (0, 1, 1), (1, 3, 0), (2, 3, 1)]
    assert view.nodes(data=True)[1] == {"name": "v1", "op": "multiply"}
    assert view.nodes(data=True)[2] == {"name": "2", "op": "constant"}
    assert view.graph == {"formula": "L = x*x + 2", "output": 3}


def test_agreement_is_relative_with_a_floor_of_what_went_in() -> None:
    assert agree(1e6, 1e6 * (1 + 1e-9))
    assert not agree(1e6, 1e6 * (1 + 1e-7))
    assert not agree(1e-9, 2e-9)
    assert agree(0.0, 1e-9, scale=1e4)
    assert agree(np.inf, np.inf)
    assert not agree(np.inf, -np.inf)
    assert agree(np.nan, np.nan)
    assert not agree(np.nan, 0.0)
    assert not agree(np.inf, 1e300)


def test_the_derivative_of_the_table_is_used_by_paths_alone() -> None:
    house = Path(graphviz_ad.__file__).parent / "check"
    for name in ("torch_partner", "torch_operations", "complex_step", "finite_difference", "perturb"):
        names = {
            node.attr
            for node in ast.walk(ast.parse((house / f"{name}.py").read_text()))
            if isinstance(node, ast.Attribute)
        }
        assert not names & {"partial", "pullback", "partials", "pullbacks", "pull", "definition"}, name


def test_one_module_imports_torch() -> None:
    house = Path(graphviz_ad.__file__).parent
    importing = [
        path.name
        for path in house.rglob("*.py")
        if path.parent.name not in ("capture", "code")
        and re.search(r"import torch|import_module\(.torch", path.read_text())
    ]
    assert sorted(importing) == ["pytorch.py", "torch_operations.py"]


@pytest.mark.slow
def test_the_other_partners_do_not_wait_for_torch() -> None:
    code = (
        "import sys; from graphviz_ad import parse; "
        "parse('L = x*x').run(x=2).check('complex-step', 'paths'); print('torch' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout == "False\n"
