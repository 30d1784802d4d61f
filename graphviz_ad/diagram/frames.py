"""Steps → what is shown at each: the state of every node and edge, as a fold over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import overload

from graphviz_ad.autodiff.statements import Phase, StatementSteps
from graphviz_ad.autodiff.steps import (
    Accumulate,
    Evaluate,
    GradCall,
    Pull,
    Push,
    Seed,
    SeedTangent,
    Step,
    Total,
    Update,
)
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.moments import Moment

_MAX_STATES = 5_000_000
"""States in the frames that are kept, of 8 bytes each."""


class Look(Enum):
    """How a node or an edge is drawn."""

    TODO = "todo"
    FORWARD = "forward"  # at work in the forward pass
    DONE = "done"
    WAITING = "waiting"  # its gradient is to come
    BACKWARD = "backward"  # at work in the backward pass
    SENDER = "sender"  # the node whose gradient goes over the edge at work
    CONTRIBUTED = "sent"  # its contribution has gone over it; LaTeX styles have this name
    IDLE = "idle"  # no gradient goes here
    UPDATE = "update"  # at work in an update
    UPDATED = "updated"
    TANGENT = "tangent"  # at work in forward mode


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
    contributed: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: step k (0 before the first), its node of the formula, and the state of all parts.

    `step` may be all steps of a pass over one statement, of which k is the last.
    """

    k: int
    step: Step | StatementSteps | None
    at: int | None
    nodes: tuple[NodeState, ...]
    edges: tuple[EdgeState, ...]
    ending: Phase = "backward"

    @property
    def moment(self) -> Moment:
        """What it tells of: its step, or the beginning or the end."""
        return self.step or ("finished" if self.k else "start")

    @property
    def phase(self) -> Phase:
        """The phase it belongs to; the beginning is forward, the end that of the last pass."""
        if self.step is not None:
            phase: Phase = self.step.phase  # type: ignore[assignment]  # a class attribute of each step
            return phase
        return self.ending if self.k else "forward"


class Frames(Sequence[Frame]):
    """A frame for the beginning, for each step, and for the end, each folded from the one before when it is asked for.

    Of a large graph only one may be, and all together hold as many states as nodes times steps. The last frame is the
    finished pass, with nothing at work. In the frame of the last step of one of `statements` all its steps are at work
    together.
    """

    def __init__(
        self, trace: Trace, edges: Sequence[tuple[int, int, int]], statements: Sequence[StatementSteps] = ()
    ) -> None:
        self._begin = partial(_Fold, trace, edges)
        self._steps = trace.steps
        self._ending: Phase = "backward" if trace.forward_mode is None else "tangent"
        self._told_at = {statement.k: statement for statement in statements}
        self._told_with = {step.k: statement.k for statement in statements for step in statement.steps}
        self._fold, self._at = self._begin(), 0
        self._cached: dict[int, Frame] = {}
        self._max_frames = max(1, _MAX_STATES // (len(self._fold.nodes) + len(edges)))

    def __len__(self) -> int:
        return len(self._steps) + 2

    @overload
    def __getitem__(self, number: int) -> Frame: ...
    @overload
    def __getitem__(self, number: slice) -> list[Frame]: ...
    def __getitem__(self, number: int | slice) -> Frame | list[Frame]:
        if isinstance(number, slice):
            return [self[index] for index in range(len(self))[number]]
        number = range(len(self))[number]
        if number not in self._cached:
            if len(self._cached) == self._max_frames:
                self._cached.clear()
            self._cached[number] = self._folded(number)
        return self._cached[number]

    def _folded(self, number: int) -> Frame:
        if number < self._at:
            self._fold, self._at = self._begin(), 0
        while self._at < number:
            if not self._goes_on(self._at):
                self._fold.finish_step()
            if self._at < len(self._steps):
                self._fold.take(self._steps[self._at])
            self._at += 1
        nodes, lines = tuple(self._fold.nodes), tuple(self._fold.lines)
        if 0 < number <= len(self._steps):
            step = self._told_at.get(number) or self._steps[number - 1]
            return Frame(step.k, step, None if isinstance(step, Update | GradCall) else step.node, nodes, lines)
        return Frame(min(number, len(self._steps)), None, None, nodes, lines, self._ending)

    def _goes_on(self, k: int) -> bool:
        """Whether the step after step k is told together with it."""
        return k in self._told_with and self._told_with[k] == self._told_with.get(k + 1)


_AFTER = {Look.BACKWARD: Look.CONTRIBUTED, Look.UPDATE: Look.UPDATED}
"""What an edge at work looks like afterwards, where it is not as any other."""


class _Fold:
    """The states of all nodes and edges (node, slot, argument), changed by one step after the other."""

    def __init__(self, trace: Trace, edges: Sequence[tuple[int, int, int]]) -> None:
        graph, active = trace.graph, trace.active
        self._edges = edges
        self._sends = {(node, slot) for node, slot, _ in trace.backward_edges()}
        self._into: list[list[int]] = [[] for _ in range(len(graph))]
        for number, (node, _, _) in enumerate(edges):
            self._into[node].append(number)
        self._number_of = {(node, slot): number for number, (node, slot, _) in enumerate(edges)}
        self._gets = [0 if active[n] and trace.grads[n] is not None else None for n in range(len(graph))]
        if trace.forward_mode is not None:
            self._gets = [0 if trace.forward_mode.is_shown(n) else None for n in range(len(graph))]
        self._seen = [0] * len(graph)
        self._nodes_at_work: set[int] = set()
        self._lines_at_work: set[int] = set()
        self.nodes = [
            NodeState(Look.DONE if bound is None else Look.TODO, bound is None, grad)
            for bound, grad in zip(graph.ops, self._gets, strict=True)
        ]
        self.lines = [EdgeState(Look.TODO, False, False) for _ in edges]

    def take(self, step: Step) -> None:
        """What changes with a step."""
        match step:
            case Evaluate(node=node):
                self._computed(node, Look.FORWARD)
            case Update(node=node):
                self._computed(node, Look.UPDATE)
            case SeedTangent(node=node) | Total(node=node):
                self._node(node, Look.TANGENT, self._reached(node))
            case Push(node=node, slot=slot, of=of):
                self._line(self._number_of[node, slot], Look.TANGENT, contributed=True)
                self._node(node, Look.TANGENT, self._reached(node) if of == 1 else self._gets[node])
            case Seed(node=node):
                self.lines[:] = [
                    EdgeState(Look.WAITING if edge[:2] in self._sends else Look.IDLE, line.known, False)
                    for edge, line in zip(self._edges, self.lines, strict=True)
                ]
                self._node(node, Look.BACKWARD, 1)
            case Pull(node=node, to=to, slot=slot, of=of):
                self._line(self._number_of[node, slot], Look.BACKWARD, contributed=True)
                self._node(node, Look.SENDER, self.nodes[node].grad)
                self._node(to, Look.BACKWARD, 1 if of == 1 else self._seen[to])
            case Accumulate(node=node, to=to, slot=slot, count=count):
                self._seen[to] = count
                self._line(self._number_of[node, slot], Look.BACKWARD, contributed=True)
                self._node(to, Look.BACKWARD, count)

    def _reached(self, node: int) -> int | None:
        """What a node has when its tangent is there: 1, or None where it is not shown."""
        return None if self._gets[node] is None else 1

    def _computed(self, node: int, look: Look) -> None:
        """A node that is computed, with the edges into it."""
        self._node(node, look, self._gets[node])
        for number in self._into[node]:
            self._line(number, look, contributed=False)

    def finish_step(self) -> None:
        """What was at work → done."""
        for n in self._nodes_at_work:
            node = self.nodes[n]
            look = Look.UPDATED if node.look is Look.UPDATE else Look.DONE
            self.nodes[n] = NodeState(look, node.known, node.grad)
        for n in self._lines_at_work:
            line = self.lines[n]
            look = _AFTER.get(line.look, Look.DONE)
            self.lines[n] = EdgeState(look, line.known, line.contributed)
        self._nodes_at_work.clear()
        self._lines_at_work.clear()

    def _node(self, number: int, look: Look, grad: int | None) -> None:
        self.nodes[number] = NodeState(look, True, grad)
        self._nodes_at_work.add(number)

    def _line(self, number: int, look: Look, *, contributed: bool) -> None:
        self.lines[number] = EdgeState(look, True, contributed)
        self._lines_at_work.add(number)
