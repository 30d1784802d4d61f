"""Graphs of scalars: build, forward and backward, time and memory a node, beside micrograd and torch."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from graphviz_ad.api import run
from graphviz_ad.graph.build import build
from graphviz_ad.graph.graph import Limits
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.tree import Program

from .comparing import Comparison, Cost, microseconds

LIMITS = Limits(length=10**9, nodes=10**7)
INPUTS = {"a": 0.5, "b": 0.25, "c": -0.5}
_WIDTH = 100
"""Terms of the sum that every graph ends in: micrograd's backward pass recurses, so a graph is wide, not deep."""


def formula(nodes: int) -> str:
    """A sum of branches, each as `a*b + c*a + …`, with about so many nodes: 3 inputs, sums and products alone."""
    length = max(1, nodes // _WIDTH)
    names = "abc"
    lines = []
    for branch in range(_WIDTH):
        lines.append(f"t{branch}_0 = {names[branch % 3]}*{names[(branch + 1) % 3]}")
        for step in range(1, length):
            sign = "*" if step % 2 else "+"
            lines.append(f"t{branch}_{step} = t{branch}_{step - 1} {sign} {names[(branch + step) % 3]}")
    ends = [f"t{branch}_{length - 1}" for branch in range(_WIDTH)]
    return "\n".join([*lines, "L = " + " + ".join(ends)])


def statements(nodes: int, leaf: Callable[[float], Any]) -> Any:
    """The same graph in a library that overloads operators → its output."""
    length = max(1, nodes // _WIDTH)
    names = [leaf(INPUTS[name]) for name in "abc"]
    total = None
    for branch in range(_WIDTH):
        value = names[branch % 3] * names[(branch + 1) % 3]
        for step in range(1, length):
            other = names[(branch + step) % 3]
            value = value * other if step % 2 else value + other
        total = value if total is None else total + value
    return total


def _ours(program: Program) -> Any:
    return run(build(program, limits=LIMITS), INPUTS)


def _micrograd(nodes: int) -> Any:
    from micrograd.engine import Value  # type: ignore[import-untyped]

    output = statements(nodes, Value)
    output.backward()
    return output


def _torch(nodes: int) -> Any:
    import torch

    output = statements(nodes, lambda value: torch.tensor(value, dtype=torch.float64, requires_grad=True))
    output.backward()
    return output


def _against(peer: Callable[[int], Any], nodes: int) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        deep()
        program = parse_program(formula(nodes), max_length=LIMITS.length)
        size = len(build(program, limits=LIMITS))
        times = max(1, 10_000 // size)  # a small graph several times in one measurement

        def ours() -> None:
            for _ in range(times):
                _ours(program)

        def theirs() -> None:
            for _ in range(times):
                peer(nodes)

        return microseconds(ours, size * times), microseconds(theirs, size * times)

    return prepare


def deep() -> None:
    """Let micrograd recurse as deep as its graphs here are."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 50_000))


def _memory(nodes: int) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        deep()
        program = parse_program(formula(nodes), max_length=LIMITS.length)
        size = len(build(program, limits=LIMITS))
        return _held(lambda: _ours(program), size), _held(lambda: _micrograd(nodes), size)

    return prepare


def _held(work: Callable[[], object], per: int) -> Cost:
    """Work → bytes that its result keeps, divided by `per`."""

    def cost() -> float:
        gc.collect()
        tracemalloc.start()
        try:
            result = work()
            gc.collect()
            return tracemalloc.get_traced_memory()[0] / per
        finally:
            tracemalloc.stop()
            del result

    return cost


_TIME = "{:.2f} µs a node"
COMPARISONS = (
    Comparison(
        "scalars, 1,000 nodes: build, forward, backward", "micrograd", 1.0, _TIME, _against(_micrograd, 1_000), 41
    ),
    Comparison(
        "scalars, 100,000 nodes: build, forward, backward", "micrograd", 0.5, _TIME, _against(_micrograd, 100_000), 5
    ),
    Comparison("scalars, 1,000 nodes: build, forward, backward", "torch", 0.25, _TIME, _against(_torch, 1_000), 11),
    Comparison("scalars, 100,000 nodes: build, forward, backward", "torch", 0.25, _TIME, _against(_torch, 100_000), 3),
    Comparison("memory of graph and trace, 10,000 nodes", "micrograd", 0.5, "{:.0f} B a node", _memory(10_000), 3),
)


def chain(operations: int) -> str:
    """A million operations, each on the one before: deeper than any recursion goes."""
    lines = ["v0 = a*b"]
    lines += [f"v{n} = v{n - 1} {'+' if n % 2 else '*'} {'ab'[n % 2]}" for n in range(1, operations)]
    return "\n".join(lines)


def report() -> str:
    """The passes over 10⁶ nodes in a chain → a line with their time and memory."""
    import time

    program = parse_program(chain(10**6), max_length=LIMITS.length)
    start = time.perf_counter()
    graph = build(program, limits=LIMITS)
    built = time.perf_counter()
    trace = run(graph, {"a": 0.5, "b": 0.25})
    computed = time.perf_counter()
    assert trace.grads[0] is not None
    del graph, trace
    held = _held(lambda: run(build(program, limits=LIMITS), {"a": 0.5, "b": 0.25}), 10**6)()
    return (
        f"A chain of 10⁶ operations: built in {built - start:.2f} s, both passes in {computed - built:.2f} s, "
        f"{held:.0f} bytes a node."
    )
