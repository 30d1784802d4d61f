"""Calls on .grad as steps, against PyTorch's own; what is kept for the backward pass, against its saved tensors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse, run
from graphviz_ad.api import Trace
from graphviz_ad.autodiff.grad_calls import grad_counts, total
from graphviz_ad.autodiff.saved import saved_nodes
from graphviz_ad.autodiff.steps import GradCall
from graphviz_ad.errors import GraphvizADError, InputError

TEXT, VALUES = "z = w*x; L = (z - y)^2", {"w": 0.5, "x": 2.0, "y": 0.8}
NEURON = ("z = w*x + b; a = sigmoid(z); L = (a - y)^2", {"w": 0.5, "x": 2.0, "b": -1.0, "y": 1.0})


def trace(calls: str) -> Trace:
    """Calls → the trace of the example with them."""
    return parse(TEXT).run(VALUES).calling(calls)


def grads(trace: Trace) -> list[dict[str, Any]]:
    """Trace → .grad by name after each later call."""
    graph = trace.graph
    return [
        {graph.names[node]: total(trace.reached_gradient(node), count) for node, count in counts.items()}
        for _, counts in grad_counts(trace)
    ]


def test_backward_adds_zero_grad_clears_and_a_result_keeps_its_own() -> None:
    after = grads(trace("z.retain_grad, backward, backward, zero_grad, backward"))
    assert [entry["w"] for entry in after] == [pytest.approx(1.6), None, pytest.approx(0.8)]
    assert [entry["z"] for entry in after] == pytest.approx([0.8, 0.8, 1.2])


@pytest.mark.torch
def test_every_grad_is_that_of_torch() -> None:
    torch = pytest.importorskip("torch")
    leaves = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in VALUES.items()}
    z = leaves["w"] * leaves["x"]
    z.retain_grad()
    loss = (z - leaves["y"]) ** 2
    loss.backward(retain_graph=True)
    optimizer = torch.optim.SGD(leaves.values(), lr=0.1)
    for entry, call in zip(
        grads(trace("z.retain_grad, backward, backward, zero_grad, backward")),
        (loss.backward, optimizer.zero_grad, loss.backward),
        strict=True,
    ):
        call(retain_graph=True) if call == loss.backward else call()
        own = {name: tensor.grad for name, tensor in {**leaves, "z": z}.items()}
        assert {name: None if grad is None else float(grad) for name, grad in own.items()} == pytest.approx(entry)


@pytest.mark.torch
def test_what_is_kept_is_what_torch_saves() -> None:
    torch = pytest.importorskip("torch")
    text, values = NEURON
    saved: list[float] = []

    def pack(tensor: Any) -> Any:
        saved.append(float(tensor))
        return tensor

    w, x, b, y = (torch.tensor(values[name], dtype=torch.float64, requires_grad=True) for name in "wxby")
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        ((torch.sigmoid(w * x + b) - y) ** 2).backward()
    passes = parse(text).run(values)
    kept = {node for node, slot, _ in passes.backward_edges() for node in saved_nodes(passes, node, slot)}
    assert sorted(float(passes.values[node]) for node in kept) == pytest.approx(sorted(saved))


def test_shapes_alone_are_not_kept() -> None:
    passes = parse("L = sum(x*y)").run(x=[1, 2], y=[3, 4])
    assert saved_nodes(passes, passes.graph.output, 0) == ()
    product = passes.graph.find("v1")
    assert saved_nodes(passes, product, 0) == (passes.graph.inputs["y"],)


def test_the_steps_say_what_happens_in_every_language() -> None:
    steps = [step for step in trace("z.retain_grad, backward, backward, zero_grad").steps if isinstance(step, GradCall)]
    assert [step.call for step in steps] == ["retain_grad", "backward", "zero_grad"]
    explanation = str(trace("z.retain_grad, backward, backward, zero_grad").explain())
    for part in ("w.grad = 0.8 + 0.8 = 1.6", "w.grad = None", "z.grad = None", "z is no leaf: its .grad stays."):
        assert part in explanation
    assert "勾配は .grad にある値に足されます" in str(trace("backward, backward").explain("ja"))
    assert "梯度会加到 .grad 已有的值上" in str(trace("backward, backward").explain("zh"))


@pytest.mark.parametrize(
    ("calls", "problem"),
    [
        ("backwards", "'backwards' is no call on .grad"),
        ("zero_grad, backward", "begin with the backward pass"),
        ("z.retain_grad", "begin with the backward pass"),
        ("backward, z.retain_grad", "comes too late"),
        ("q.retain_grad, backward", "q"),
    ],
)
def test_other_calls_and_another_order_are_errors(calls: str, problem: str) -> None:
    with pytest.raises(GraphvizADError, match=problem):
        trace(calls)


def test_without_a_backward_pass_there_are_none() -> None:
    with pytest.raises(InputError, match="need a backward pass"):
        parse("L = 2*3").run().calling("backward, backward")
    with pytest.raises(InputError, match="need a backward pass"):
        run(parse("y = w*x"), {"w": 2, "x": 3}, tangents={"w": 1}).calling("backward, backward")


def test_without_a_leaf_there_are_none() -> None:
    with pytest.raises(InputError, match="no leaf with a gradient"):
        run(parse(TEXT), VALUES, wrt=["z"]).calling("backward, backward")


def test_closing_keeps_the_calls() -> None:
    assert trace("backward, backward").closed("statement").calls == trace("backward, backward").calls


def test_frames_by_node_phase_and_statement_have_every_call() -> None:
    from graphviz_ad.diagram.selection import chosen, make_selection

    passes = trace("backward, backward, backward, zero_grad")
    last = len(passes.steps)
    for by in ("edge", "node", "statement", "phase"):
        assert chosen(passes, make_selection(by))[-4:] == [last - 2, last - 1, last, last + 1]  # type: ignore[arg-type]


FORMULAS = (
    NEURON,
    ("z = X@w + b; p = sigmoid(z); L = mean((p - y)^2)",
     {"X": [[1, 2], [3, 1], [0, 1]], "w": [0.5, -1], "b": [0.1, 0.2, 0.3], "y": [1, 0, 1]}),
    ("S = Q@K.T/sqrt(2); P = softmax(S); O = P@V; L = sum(O*M)", {name: [[1.0, 2.0], [3.0, 1.0]] for name in "QKVM"}),
)  # fmt: skip


@pytest.mark.parametrize(("text", "values"), FORMULAS)
def test_the_program_of_the_backward_pass_goes_in_again_with_the_same_numbers(text: str, values: Any) -> None:
    graph = parse(text)
    passes = graph.run(values)
    program = parse(graph.grad(values).source.text)
    again = run(program, values, upstream=np.ones(np.shape(values[list(graph.inputs)[-1]])))
    for node, name in enumerate(passes.graph.names):
        if passes.grads[node] is not None and f"d{name}" in program.ids:
            assert np.allclose(again.value(f"d{name}"), passes.reached_gradient(node))


@pytest.mark.parametrize(("text", "values"), FORMULAS)
def test_the_program_names_what_is_kept(text: str, values: Any) -> None:
    """The arrows of the picture against the text of the pass, which is written another way."""
    passes = parse(text).run(values)
    graph = passes.graph
    lines = dict(line.split(" = ") for line in parse(text).grad(values).source.text.split("\n") if " = " in line)
    for node, slot, arg in passes.backward_edges():
        if passes.contributions_to[arg] != 1 or "spread" in lines[f"d{graph.names[arg]}"]:
            continue  # of several contributions the line is the sum; spread looks at a shape
        used = set(re.findall(r"[A-Za-z_]\w*", lines[f"d{graph.names[arg]}"])) & {*graph.names}
        assert used == {graph.names[kept] for kept in saved_nodes(passes, node, slot)}
