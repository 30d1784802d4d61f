"""Trace → its steps statement by statement: what is computed for one, and what goes back through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graphviz_ad.autodiff.steps import Evaluate, GradCall, Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.graph.graph import Graph

Phase = Literal["forward", "backward", "update", "grad", "tangent"]
"""One of the two passes, the update behind them, calls on .grad, or what forward mode adds to the forward pass."""


@dataclass(frozen=True, slots=True)
class StatementSteps:
    """All steps of one pass over one statement, told as one: `number` of `of`, the last step being `k`.

    `node` is the statement's value, `members` are the nodes that are computed for it, and `inputs` what they are
    computed from, constants too, in the order in which the statement has them.
    """

    k: int
    phase: Phase
    node: int
    number: int
    of: int
    members: frozenset[int]
    inputs: tuple[int, ...]
    steps: tuple[Step, ...]

    kind = "statement"


def statement_steps(trace: Trace) -> tuple[StatementSteps, ...]:
    """Trace → the statements that compute something, in the order of the forward and then of the backward pass."""
    statements = list(statement_members(trace.graph))
    place_of = {node: place for place, (_, members, _) in enumerate(statements) for node in members}
    groups: dict[tuple[Phase, int], list[Step]] = {}
    for step in trace.steps:
        if step.node in place_of and not isinstance(step, GradCall):
            groups.setdefault(
                ("forward" if isinstance(step, Evaluate) else "backward", place_of[step.node]), []
            ).append(step)
    steps_of_statements = [
        StatementSteps(steps[-1].k, phase, node, at + 1, len(statements), members, inputs, tuple(steps))
        for (phase, at), steps in groups.items()
        for node, members, inputs in (statements[at],)
    ]
    return tuple(sorted(steps_of_statements, key=lambda statement: statement.k))


def statement_members(graph: Graph) -> Iterator[tuple[int, frozenset[int], tuple[int, ...]]]:
    """Graph → for each statement that computes something the node of its value, the operations it needs, their inputs.

    An operation that several statements need belongs to the first of them; those of a function to where it is called.
    """
    taken = bytearray(len(graph))
    statements = graph.program.computed
    for statement in statements:
        name = statement.name
        root = graph.output if name is None and statement is statements[-1] else graph.scope.get(name or "")
        waiting, members, inputs = [] if root is None else [root], set[int](), dict[int, None]()
        while waiting:
            node = waiting.pop()
            if not taken[node] and graph.ops[node] is not None:
                taken[node] = 1
                members.add(node)
                waiting.extend(reversed(graph.args[node]))
            elif node not in members:
                inputs[node] = None
        if root is not None and members:
            yield root, frozenset(members), tuple(inputs)
