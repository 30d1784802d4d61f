"""What PyTorch keeps in .grad: each backward() adds to it, zero_grad() clears it, retain_grad() keeps it elsewhere.

The pass of a trace is the first backward(); every later one is over the same graph, with the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.steps import GradCall
from graphviz_ad.errors import InputError, nearest
from graphviz_ad.language.names import listed
from graphviz_ad.ops.broadcasting import added
from graphviz_ad.values import Value

if TYPE_CHECKING:
    from graphviz_ad.autodiff.trace import Trace

_CALLS = ("backward", "zero_grad")
"""Calls without the name of a node."""
_RETAIN = ".retain_grad"
"""What stands behind the name of a node whose gradient is kept."""
_EXAMPLE = 'as in "backward, backward, zero_grad", or "z.retain_grad, backward"'
"""What a hint shows of calls."""


@dataclass(frozen=True, slots=True)
class GradCalls:
    """Names of the results whose gradients are kept too, and the calls behind the first backward()."""

    retained: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def calling(trace: Trace, calls: str | Iterable[str]) -> Trace:
    """Trace, and calls in order ("backward, backward, zero_grad") → the trace with a step for each.

    The first backward is the pass itself; "z.retain_grad" stands before it. Raises InputError for what is no such
    call, where the order is another, and where there is no backward pass.
    """
    names = [name.strip().removesuffix("()") for name in listed(calls)]
    if trace.forward_mode is not None or trace.updates or not trace.active[trace.graph.output]:
        raise InputError("calls on .grad need a backward pass", hint="run the formula in reverse mode, with an input")
    for name in names:
        if name not in _CALLS and not name.endswith(_RETAIN):
            near = nearest(name, _CALLS)
            raise InputError(f"'{name}' is no call on .grad", hint=f"did you mean '{near}'?" if near else _EXAMPLE)
    if not any(grad_nodes(trace).values()):
        hint = "leave parameters out of nodes, as --detail statement does"
        raise InputError("no leaf with a gradient is in the picture", hint=hint)
    first = names.index("backward") if "backward" in names else len(names)
    retained, later = names[:first], names[first + 1 :]
    if first == len(names) or "zero_grad" in retained:
        raise InputError("the calls begin with the backward pass of the picture", hint=_EXAMPLE)
    if late := next((name for name in later if name not in _CALLS), None):
        raise InputError(f"'{late}' comes too late: the gradient is gone then", hint="put it before the first backward")
    return replace(trace, calls=GradCalls(tuple(_retained(trace, name) for name in retained), tuple(later)))


def _retained(trace: Trace, call: str) -> str:
    """z.retain_grad → z. Raises UnknownNameError for no node, InputError for one without a gradient."""
    name = call.removesuffix(_RETAIN)
    node = trace.graph.find(name)
    if trace.grads[node] is None:
        raise InputError(f"no gradient reaches '{name}', so that there is none to keep", hint="leave the call out")
    return trace.graph.names[node]


def grad_nodes(trace: Trace) -> dict[int, bool]:
    """Trace → the nodes that have a .grad, and whether each is a leaf: leaves, and results where it is kept."""
    graph = trace.graph
    leaves = {node: True for node in graph.inputs.values() if trace.grads[node] is not None}
    kept = trace.calls.retained if trace.calls else ()
    return {**{graph.ids[name]: graph.ops[graph.ids[name]] is None for name in kept if name in graph.ids}, **leaves}


def grad_call_steps(trace: Trace) -> tuple[list[GradCall], list[GradCall]]:
    """Trace → the steps of calls before its backward pass, and behind it."""
    calls, output = trace.calls, trace.graph.output
    nodes = grad_nodes(trace)
    if calls is None or not any(nodes.values()):  # parameters may be inside of nodes
        return [], []
    before = [GradCall(0, node, "retain_grad", {node: 0}, {node: 0}) for node, leaf in nodes.items() if not leaf]
    counts, later = dict.fromkeys(nodes, 1), []
    for call in calls.later:
        after = {node: _count(call, count, leaf=nodes[node]) for node, count in counts.items()}
        later.append(GradCall(0, output, call, counts, after))
        counts = after
    return before, later


def _count(call: str, count: int, *, leaf: bool) -> int:
    """A call, and how many gradients are added up → how many there are after it; zero_grad() knows only leaves."""
    if call == "backward":
        return count + 1
    return 0 if leaf else count


def total(grad: Value, count: int) -> Value | None:
    """A gradient, and how often it was added → what .grad is; None before the first time."""
    value: Value | None = None
    for _ in range(count):
        value = added(value, grad)
    return value


def grad_counts(trace: Trace) -> Iterator[tuple[int, dict[int, int]]]:
    """Trace → the later calls: number of the step, and how many gradients are added up after it."""
    for step in trace.steps:
        if isinstance(step, GradCall) and step.call != "retain_grad":
            yield step.k, dict(step.after)


def retained_at(trace: Trace) -> dict[int, int]:
    """Trace → the results whose gradients are kept, each with the number of the step that says so."""
    return {step.node: step.k for step in trace.steps if isinstance(step, GradCall) and step.call == "retain_grad"}
