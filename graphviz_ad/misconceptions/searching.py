"""Answers to a sheet → the single mistakes that lead to all of them, each given up at the first number that differs.

A class whose students have a sheet each needs what every mistake makes of every number only for those answers that no
single one explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Number, Place
from graphviz_ad.items.quantities import Entry
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.mutants import AppliedMistakes, Mistake, Mutant, effect, mutate_while
from graphviz_ad.misconceptions.spots import Spots
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_SLACK = 1.01
"""Times the tolerance from which a number is surely another one than the right one."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An entry of a value, a gradient or a contribution, the answer to it, and how far off a prediction may be: a share
    of it, or so much at least."""

    entry: Entry
    answer: float
    share: float
    least: float

    def agrees(self, number: float) -> bool:
        """Whether a number that is predicted is the answer."""
        return abs(number - self.answer) <= max(abs(number) * self.share, self.least)


@dataclass
class Search:
    """A trace, the numbers that are asked for, for each the answer (nan where there is none) with the share and the
    least by which a prediction may be off; and the operations and edges of the trace."""

    trace: Trace
    asked: Sequence[Number]
    answers: Sequence[tuple[float, float, float]]
    spots: Spots
    _answered: dict[tuple[str, int, int | None], list[Answered]] = field(default_factory=dict)
    _wrong: list[tuple[str, Place]] = field(default_factory=list)
    _right_values: set[int] = field(default_factory=set)
    _known: dict[tuple[bool, Place], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, (answer, share, least) in zip(self.asked, self.answers, strict=True):
            quantity = number.quantity
            if quantity is None or answer != answer:
                continue
            answered = Answered(quantity.entry, answer, share, least)
            self._answered.setdefault((quantity.what, quantity.node, quantity.slot), []).append(answered)
            if abs(answer - number.right) > _SLACK * max(abs(number.right) * share, least):
                self._wrong.append((quantity.what, (quantity.node, quantity.slot)))
            elif quantity.what == "value" and not quantity.entry:
                self._right_values.add(quantity.node)

    def mutant(self, mistakes: AppliedMistakes) -> Mutant | None:
        """Mistakes with their places → the pass of a student who makes them, None where it gives other answers."""
        at = [(mistake.value is not None, place) for mistake, places in mistakes for place in places]
        if not self._may_lead_to_all(at) or (len(at) == 1 and not self._may_begin(mistakes[0][0], at[0][1])):
            return None
        return mutate_while(self.trace, mistakes, self._fits)

    @cached_property
    def spots_of_one(self) -> Spots:
        """The operations and edges at one of which a mistake may lead to all wrong answers."""
        return self.spots.where(lambda forward, place: self._may_lead_to_all([(forward, place)]))

    def _may_lead_to_all(self, at: Iterable[tuple[bool, Place]]) -> bool:
        """Whether mistakes at places, each in the forward pass or not, may lead to all wrong answers together."""
        left = self._all_wrong
        for forward, place in at:
            left &= ~self._changed(forward, place)
        return not left

    def _may_begin(self, mistake: Mistake, place: Place) -> bool:
        """Whether the number at the place of a mistake, the only one that is made, is that of the answers."""
        node, slot = place
        with np.errstate(all="ignore"):
            if mistake.value is not None:
                instead = mistake.instead(self.spots.operation(node), slot)
                return instead is None or self._fits("value", node, None, instead)
            if slot is None:
                return True
            edge = self.spots.edge(place)
            contribution = effect(mistake, edge).contribution
        alone = self.trace.contributions_to[edge.arg] == 1
        return self._fits("contribution", node, slot, contribution) and not (
            alone and not self._fits("gradient", edge.arg, None, contribution)
        )

    def _fits(self, what: str, node: int, slot: int | None, value: Value) -> bool:
        for answered in self._answered.get((what, node, slot), ()):
            if isinstance(value, float):
                if answered.entry or not answered.agrees(value):
                    return False
            elif len(shape(value)) != len(answered.entry):
                return False
            else:
                try:
                    entry = float(value[answered.entry])
                except IndexError:
                    return False
                if not answered.agrees(entry):
                    return False
        return True

    @property
    def has_wrong_values(self) -> bool:
        """Whether a value is wrong, to which no mistake on the way back leads."""
        return any(what == "value" for what, _ in self._wrong)

    @cached_property
    def _all_wrong(self) -> int:
        """All wrong answers, as the bits of a number."""
        return (1 << len(self._wrong)) - 1

    def _changed(self, forward: bool, mistake: Place) -> int:
        """A mistake at a place → the wrong answers that it may lead to, as the bits of a number."""
        if forward and mistake[0] in self._right_values:
            return 0
        if (forward, mistake) not in self._known:
            changes = (self._changes(forward, mistake, *wrong) for wrong in self._wrong)
            self._known[forward, mistake] = sum(1 << n for n, does in enumerate(changes) if does)
        return self._known[forward, mistake]

    def _changes(self, forward: bool, mistake: Place, what: str, wrong: Place) -> bool:
        """Whether a mistake at a place may change a number: values behind it, on the way back what comes after it."""
        if what == "value":
            return forward and bool(self._below[wrong[0]] >> mistake[0] & 1)
        if forward or mistake == wrong:
            return True
        start = mistake[0] if mistake[1] is None else self.trace.graph.args[mistake[0]][mistake[1]]
        return bool(self._below[start] >> wrong[0] & 1)

    @cached_property
    def _below(self) -> list[int]:
        """For each node the nodes that it is made of, itself among them, as the bits of a number."""
        below: list[int] = []
        for node, args in enumerate(self.trace.graph.args):
            bits = 1 << node
            for arg in args:
                bits |= below[arg]
            below.append(bits)
        return below
