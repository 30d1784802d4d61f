"""Steps → what is shown at each: the state of every node and edge, as a fold over the steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed, Step
from graphviz_ad.autodiff.trace import Trace

if TYPE_CHECKING:
    from graphviz_ad.diagram.style import By


class Look(Enum):
    """How a node or an edge is drawn."""

    TODO = "todo"
    FORWARD = "forward"  # at work in the forward pass
    DONE = "done"
    WAITING = "waiting"  # its gradient is to come
    BACKWARD = "backward"  # at work in the backward pass
    SENDER = "sender"  # the node whose gradient goes over the edge at work
    SENT = "sent"  # its contribution has gone over it
    IDLE = "idle"  # no gradient goes here


@dataclass(frozen=True, slots=True)
class NodeState:
    """Look, whether the value is known, and how many contributions the gradient shown is the sum of.

    `grad` is None where the node gets no gradient, 0 where it is not reached yet.
    """

    look: Look
    known: bool
    grad: int | None


@dataclass(frozen=True, slots=True)
class EdgeState:
    """Look, whether the local derivative has its number, and whether the contribution is there."""

    look: Look
    known: bool
    sent: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: step k (0 before the first), its node of the formula, and the state of all parts."""

    k: int
    step: Step | None
    at: int | None
    nodes: tuple[NodeState, ...]
    edges: tuple[EdgeState, ...]


def frames(trace: Trace, edges: list[tuple[int, int, int]]) -> Iterator[Frame]:
    """Trace and its edges (node, slot, argument) → a frame for the beginning, for each step, and for the end.

    The last frame is the finished pass, with nothing at work.
    """
    graph, active = trace.graph, trace.active
    sends = {(node, slot) for node, slot, _ in trace.backward_edges()}
    into: list[list[int]] = [[] for _ in range(len(graph))]
    for number, (node, _, _) in enumerate(edges):
        into[node].append(number)
    number_of = {(node, slot): number for number, (node, slot, _) in enumerate(edges)}
    gets = [0 if active[n] and trace.grads[n] is not None else None for n in range(len(graph))]
    nodes = [
        NodeState(Look.DONE if plan is None else Look.TODO, plan is None, grad)
        for plan, grad in zip(graph.plans, gets, strict=True)
    ]
    lines = [EdgeState(Look.TODO, False, False) for _ in edges]
    yield Frame(0, None, None, tuple(nodes), tuple(lines))
    seen = [0] * len(graph)
    for step in trace.steps:
        _rest(nodes, lines)
        match step:
            case Evaluate(node=node):
                nodes[node] = NodeState(Look.FORWARD, True, gets[node])
                for number in into[node]:
                    lines[number] = EdgeState(Look.FORWARD, True, False)
            case Seed(node=node):
                lines[:] = [
                    EdgeState(Look.WAITING if edge[:2] in sends else Look.IDLE, line.known, False)
                    for edge, line in zip(edges, lines, strict=True)
                ]
                nodes[node] = NodeState(Look.BACKWARD, True, 1)
            case Pull(node=node, to=to, slot=slot, of=of):
                lines[number_of[node, slot]] = EdgeState(Look.BACKWARD, True, True)
                nodes[node] = NodeState(Look.SENDER, True, nodes[node].grad)
                nodes[to] = NodeState(Look.BACKWARD, True, 1 if of == 1 else seen[to])
            case Accumulate(node=node, to=to, slot=slot, count=count):
                seen[to] = count
                lines[number_of[node, slot]] = EdgeState(Look.BACKWARD, True, True)
                nodes[to] = NodeState(Look.BACKWARD, True, count)
        yield Frame(step.k, step, step.node, tuple(nodes), tuple(lines))
    _rest(nodes, lines)
    yield Frame(len(trace.steps), None, None, tuple(nodes), tuple(lines))


def chosen(frames: Sequence[Frame], by: By) -> list[int]:
    """All frames of a deck → the numbers of those to show: for each edge, or each node, or the ends of both phases."""
    last = len(frames) - 2
    if by == "edge":
        return list(range(last + 1))
    if by == "phase":  # the end of the forward pass, and the finished one, which sums up
        forward = sum(isinstance(frame.step, Evaluate) for frame in frames)
        return sorted({0, forward, last + 1})  # what computes nothing has no forward pass
    keep = [0]
    for frame in frames[1 : last + 1]:
        following = frames[frame.k + 1].step if frame.k < last else None
        assert frame.step is not None
        if following is None or _subject(following) != _subject(frame.step):
            keep.append(frame.k)
    return keep


def _subject(step: Step) -> tuple[str, int]:
    """What a step by node is about: in the backward pass the node that sends."""
    return step.phase, step.node


def _rest(nodes: list[NodeState], lines: list[EdgeState]) -> None:
    """What was at work is done."""
    for n, state in enumerate(nodes):
        if state.look in (Look.FORWARD, Look.BACKWARD, Look.SENDER):
            nodes[n] = NodeState(Look.DONE, state.known, state.grad)
    for n, line in enumerate(lines):
        if line.look is Look.FORWARD:
            lines[n] = EdgeState(Look.DONE, line.known, line.sent)
        elif line.look is Look.BACKWARD:
            lines[n] = EdgeState(Look.SENT, line.known, line.sent)
