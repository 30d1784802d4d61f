"""Trace with closed parts → the same with others of them open or closed, between which a page goes by clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.detail import closed
from graphviz_ad.autodiff.statements import StatementSteps
from graphviz_ad.autodiff.steps import Accumulate, Pull, Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.errors import GraphvizADError

_MAX_LEVELS = 8
"""Up to which all combinations of open parts are carried, as of three parts; of more, one part is open at a time."""
_MAX_SINGLE = 12
"""Levels that are carried then, at most: each takes a second to make, and a tenth of a megabyte."""
_MAX_NODES = 60
"""Nodes of a level, at most: more are no explanation of a part."""

Names = frozenset[str]
"""Names of the parts that are open."""


@dataclass(frozen=True)
class Level:
    """A trace in which the parts in `open` are open."""

    open: Names
    trace: Trace
    whole: Trace

    @cached_property
    def parts(self) -> dict[int, str]:
        """The nodes that stand for a part with a name, and these names."""
        operations = enumerate(self.trace.graph.ops)
        return {node: bound.name for node, bound in operations if isinstance(bound, ClosedOperation) and bound.name}

    @cached_property
    def kept(self) -> Sequence[int]:
        """For every node its id in the open graph."""
        return self.trace.closing.kept if self.trace.closing else range(len(self.trace.graph))

    @cached_property
    def inside(self) -> list[int]:
        """For every node of the open graph the node here that it is, or that it is inside of."""
        here = {node: new for new, node in enumerate(self.kept)}
        places: dict[int, int] = {}
        for node in reversed(range(len(self.whole.graph))):
            readers = self.whole.graph.consumers[node]
            places[node] = here[node] if node in here else places[readers[0][0]]
        return [places[node] for node in range(len(places))]

    def steps_of(self, frames: Iterable[Frame]) -> list[int]:
        """Frames in order → for each the step of the open graph after which as much is known."""
        return list(accumulate(map(self._step_of, frames), max))  # gradients may go back in another order

    def _step_of(self, frame: Frame) -> int:
        """Frame → the last step of the open graph of those that make its step."""
        step = frame.step.steps[-1] if isinstance(frame.step, StatementSteps) else frame.step
        if step is None:
            return 0 if frame.moment == "start" else len(self.whole.steps) + 1
        return max((other.k for other in self.whole.steps if self._is_of(other, step)), default=step.k)

    def _is_of(self, step: Step, own: Step) -> bool:
        """Whether a step of the open graph is one of those that make a step here."""
        if isinstance(own, Pull | Accumulate):
            return (
                isinstance(step, type(own))
                and (self.inside[step.node], step.to) == (own.node, self.kept[own.to])
                and (own.node in self.parts or step.slot == own.slot)  # else it is the same edge
            )
        return step.kind == own.kind and step.node == self.kept[own.node]


def levels(trace: Trace) -> list[Level]:
    """Trace → its own level, and those that are reached from it by opening and closing parts; [] where none is closed.

    Where these are too many, one part is open at a time besides those that the author has opened.
    """
    closing, whole = trace.closing, trace.opened
    if closing is None or whole is None or trace.calls or trace.updates:
        return []

    def make(names: Names) -> Level | None:
        if names == closing.open:
            return Level(names, trace, whole)
        try:
            level = Level(names, closed(whole, closing.detail, closing.close, names), whole)
        except GraphvizADError:  # a name that cannot be asked for, as one with a comma
            return None
        return level if len(level.trace.graph) <= _MAX_NODES else None

    return _all(closing.open, make) or _one_by_one(closing.open, make)


def _all(own: Names, make: Callable[[Names], Level | None]) -> list[Level]:
    """Names open at first → the levels with all combinations of open parts; [] where these are too many."""
    waiting, by_names = [own, frozenset[str]()], dict[Names, Level]()
    while waiting:
        names = waiting.pop(0)
        level = None if names in by_names else make(names)
        if level is None:
            continue
        by_names[names] = level
        if len(by_names) > _MAX_LEVELS:
            return []
        waiting += [names | {name} for name in dict.fromkeys(level.parts.values())]
    return list(by_names.values())


def _one_by_one(own: Names, make: Callable[[Names], Level | None]) -> list[Level]:
    """Names open at first → that level, those with one part more, and those with a part of such a part."""
    first = make(own)
    assert first is not None
    by_names = {own: first}
    outer = set(first.parts.values())

    def inner() -> Iterator[Names]:
        for name in dict.fromkeys(first.parts.values()):
            yield own | {name}
        for level in list(by_names.values())[1:]:
            for name in dict.fromkeys(level.parts.values()):
                if name not in outer:
                    yield level.open | {name}

    for names in inner():
        level = make(names) if names not in by_names and len(by_names) < _MAX_SINGLE else None
        if level:
            by_names[names] = level
    return list(by_names.values())


def opening(level: Level, carried: Sequence[Level]) -> dict[int, tuple[Level, str]]:
    """Level, and all that are carried, that of the page first → by node the level where that part is open, its name."""
    by_names = {other.open: other for other in carried}
    targets = {}
    for node, name in level.parts.items():
        target = by_names.get(level.open | {name}) or by_names.get(carried[0].open | {name})
        if target:
            targets[node] = target, name
    return targets


def shutting(level: Level, carried: Sequence[Level]) -> list[tuple[Level, str, list[int]]]:
    """Level, and all that a page carries → for each open part the level without it, its name, and its nodes here."""
    targets: dict[str, Level] = {}
    for other in sorted(carried, key=lambda other: len(other.open)):
        if other.open < level.open:
            targets |= {name: other for name in other.parts.values() if name in level.open - other.open}
    return [
        (other, name, [own for own, whole in enumerate(level.kept) if other.inside[whole] == node])
        for name, other in targets.items()
        for node, part in other.parts.items()
        if part == name
    ]
