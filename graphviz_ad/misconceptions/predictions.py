"""Trace and the numbers that are asked for → what each single mistake makes of all of them, carried on to the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from graphviz_ad.autodiff.edges import local_derivative
from graphviz_ad.autodiff.passes import evaluate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.model import Diagnosis, Number, Slip
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.diagnose import BY_NAME, Slips
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.mutants import AppliedMistakes, Mistake, Mutant, mutate_all
from graphviz_ad.misconceptions.searching import Search
from graphviz_ad.misconceptions.spots import Edge
from graphviz_ad.values import Array, Value

Truths: TypeAlias = "np.ndarray[tuple[Any, ...], np.dtype[np.bool]]"
"""Whether something is so, for each mistake and number."""

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MAX_PAIRS = 300
"""Pairs of mistakes that are computed for a sheet: about a fortieth of a second."""
_SMALLEST = 1e-12
"""Below this numbers differ by rounding alone."""


@dataclass
class Predictions:
    """A sheet's trace and the numbers it asks for → for every single mistake a row of these numbers."""

    trace: Trace
    asked: Sequence[Number]

    def __post_init__(self) -> None:
        self.slips, self._is_searched = Slips(self.trace), False
        self.right = np.array([number.right for number in self.asked])
        self.tolerance = np.array([number.tolerance for number in self.asked])

    @cached_property
    def mutants(self) -> list[tuple[Diagnosis, Mutant]]:
        """Every single mistake, in the order of the rows.

        Who has a wrong value of a function may take its derivative from that value, or compute it anew from the
        argument: such a mistake has two rows.
        """
        forward = [diagnosis[0] for diagnosis, _ in self.slips.forward]
        anew = [((slip,), mutate_all(self.trace, mistakes)) for slip, mistakes in self._anew(forward)]
        return [*self.slips.forward, *anew, *self.slips.single]

    def _anew(self, forward: Iterable[Slip]) -> Iterator[tuple[Slip, AppliedMistakes]]:
        """Mistakes in values → the same with the derivatives taken anew where they could be taken from the value."""
        anew, stated = Mistake("anew", "", local=_derivative_anew), stated_by_result(self.trace)
        for slip in forward:
            edges = [place for place in stated if place[0] == slip.places[0][0]]
            if edges and len(slip.places) == 1:
                yield slip, [*_applied(slip), (anew, edges)]

    def leading(self, answers: Array, is_enough: Callable[[Array], bool]) -> list[tuple[Diagnosis, Array]]:
        """Answers, nan where there is none → the single mistakes that lead to all of them, with their rows.

        Those that are made at several places may be left out where the row of one at one place is enough. For the first
        answers to a sheet it is not computed what mistakes make of all its numbers: often there are no others.
        """
        if self._is_searched:
            agree = self.agreeing(answers)
            return [(self.diagnoses[n], self.numbers[n]) for n in np.flatnonzero(agree.all(axis=1)).tolist()]
        self._is_searched = True
        share, least = self._share.tolist(), self._least.tolist()
        search = Search(
            self.trace, self.asked, list(zip(answers.tolist(), share, least, strict=True)), self.slips.spots
        )
        backward = () if search.has_wrong_values else BACKWARD
        forward = list(self.slips.slips_at(search.spots_of_one, FORWARD))
        alone = [(slip, _applied(slip)) for slip in forward]
        alone += self._anew(forward)
        alone += [(slip, _applied(slip)) for slip in self.slips.slips_at(search.spots_of_one, backward)]
        hits = list(self._hits(search, answers, alone))
        if any(is_enough(row) for _, row in hits):
            return hits
        everywhere = (slip for slip in self.slips.slips_of((*FORWARD, *backward)) if len(slip.places) > 1)
        return [*hits, *self._hits(search, answers, ((slip, _applied(slip)) for slip in everywhere))]

    def _hits(
        self, search: Search, answers: Array, tried: Iterable[tuple[Slip, AppliedMistakes]]
    ) -> Iterator[tuple[Diagnosis, Array]]:
        """Mistakes → those that lead to all answers, with their rows."""
        for slip, mistakes in tried:
            mutant = search.mutant(mistakes)
            if mutant is None:
                continue
            row = np.array(self.row(mutant))
            if np.all((np.abs(row - answers) <= self.reach(row)) | np.isnan(answers)):
                yield (slip,), row

    @cached_property
    def diagnoses(self) -> list[Diagnosis]:
        """Every single mistake, in the order of the rows."""
        return [diagnosis for diagnosis, _ in self.mutants]

    @cached_property
    def numbers(self) -> Array:
        """A row for each mistake, a column for each number; nan where there is none."""
        return np.array([self.row(mutant) for _, mutant in self.mutants]).reshape(-1, len(self.asked))

    def row(self, mutant: Mutant) -> list[float]:
        """A pass with mistakes → the numbers that are asked for."""
        numbers = (number.quantity.read(mutant) if number.quantity else None for number in self.asked)
        return [float("nan") if number is None else number for number in numbers]

    def reach(self, numbers: Array) -> Array:
        """Numbers that are predicted → how far off each may be; what is not finite is no answer's number."""
        reaches: Array = np.maximum(np.abs(numbers) * self._share, self._least)
        return np.where(np.isfinite(numbers), reaches, -1.0)

    @cached_property
    def _share(self) -> Array:
        """By what share of itself each predicted number may be off."""
        share = np.full(len(self.right), 0.01)
        np.divide(self.tolerance, np.abs(self.right), out=share, where=self.right != 0)
        return share

    @cached_property
    def _least(self) -> Array:
        """By how much each predicted number may be off, however small it is."""
        return np.where(self.right == 0, self.tolerance, _SMALLEST)

    @cached_property
    def reaches(self) -> Array:
        """How far off each predicted number may be."""
        return self.reach(self.numbers)

    @cached_property
    def unchanged(self) -> Truths:
        """Which numbers each mistake leaves right."""
        unchanged: Truths = np.abs(self.numbers - self.right) <= self.reach(self.right)
        return unchanged

    def agreeing(self, answers: Array) -> Truths:
        """Answers, nan where there is none → which of them each mistake leads to; what is not answered agrees."""
        agree: Truths = (np.abs(self.numbers - answers) <= self.reaches) | np.isnan(answers)
        return agree

    def pairs(self, answers: Array) -> Iterator[tuple[Diagnosis, Array]]:
        """Answers → two mistakes that lead to all of them, with the numbers they lead to."""
        agree, unchanged = self.agreeing(answers), self.unchanged | np.isnan(answers)
        single = np.array([n for n, (slip,) in enumerate(self.diagnoses) if len(slip.places) == 1], dtype=int)
        agree, unchanged = agree[single], unchanged[single]
        possible = np.ones((len(single), len(single)), dtype=bool)
        for field in range(len(self.asked)):
            alone, left = agree[:, field], unchanged[:, field]
            possible &= (alone[:, None] & left) | (left[:, None] & alone) | ~(left[:, None] | left)
        candidates = np.argwhere(np.triu(possible, 1))
        best_first = sorted(candidates.tolist(), key=lambda pair: -int(agree[pair[0]].sum() + agree[pair[1]].sum()))
        for first, second in islice(best_first, MAX_PAIRS):
            pair = (*self.diagnoses[single[first]], *self.diagnoses[single[second]])
            if pair[0].places == pair[1].places:
                continue
            row = np.array(self.row(self.slips.mutant(pair)))
            if np.all((np.abs(row - answers) <= self.reach(row)) | np.isnan(answers)):
                yield pair, row


def _applied(slip: Slip) -> AppliedMistakes:
    return [(BY_NAME[slip.mistake], slip.places)]


def stated_by_result(trace: Trace) -> list[tuple[int, int]]:
    """Trace → the edges whose derivative is stated by the result: of σ, exp, √, of a divisor."""
    edges = []
    for node, slot, _ in trace.backward_edges():
        bound = trace.graph.ops[node]
        if bound and bound.row.partials and "out" in re.findall(r"\w+", bound.row.partials[slot]):
            edges.append((node, slot))
    return edges


def _derivative_anew(edge: Edge) -> Value:
    """Edge → its local derivative at the argument, whatever the value of the node is."""
    value = evaluate(edge.trace.graph, edge.node, edge.bound, edge.args)
    return local_derivative(edge.bound, edge.slot, edge.args, value)
