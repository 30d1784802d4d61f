"""A sheet as answered → the fewest mistakes and slips of the pen that explain all its numbers together."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphviz_ad.exercises.marking.slips import digits_of, places_of, slip_of_pen
from graphviz_ad.items.model import Diagnosis, Exercise, Field, Number, Slip
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.lazy import lazy
from graphviz_ad.misconceptions.diagnose import Slips, near, reach
from graphviz_ad.misconceptions.follow_through import as_planted_values, between, computed_anew, whole
from graphviz_ad.misconceptions.mutants import Mutant, mutate_all
from graphviz_ad.misconceptions.predictions import Predictions
from graphviz_ad.misconceptions.rounding import rounded_on_the_way
from graphviz_ad.values import Array

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_EXACT = 1e-3
"""Share by which an answer may differ from the number of a mistake that explains nothing but this answer."""
_MAX_DECIMALS, _MAX_ROUNDING_SHARE = 3, 0.25
"""Places behind the point to which one rounds too early, and by what share that may change a number."""
_NOISE = 1e-12
"""Share by which floats of one number may differ."""
_FEWEST_ROOTS = 3
"""Wrong numbers from which it is chance if a mistake explains few of them."""
_MOSTLY = 0.6
"""Share of wrong numbers from which a sheet is taken for another one."""
_MAX_SHEETS = 32
"""Sheets whose predictions are kept."""
_MAX_EXPLANATIONS = 4
"""Pairs of mistakes that are told where so many explain a sheet: with more, its numbers say too little."""

_USUAL = {"sent on too early": "keep the first", "forget the local derivative": "no mask"}
"""Mistakes with the more usual one that differs in the gradient of its place alone, or not at all."""

_kept: OrderedDict[int, tuple[Exercise, Predictions]] = OrderedDict()
"""Predictions of sheets by identity, the newest last, with the sheet so that its identity is not given again."""


def predictions_of(exercise: Exercise) -> Predictions:
    """Exercise → what each mistake makes of its numbers, computed once for all who answer it."""
    if id(exercise) not in _kept:
        numbers = [field.response for field in fields_of(exercise) if isinstance(field.response, Number)]
        _kept[id(exercise)] = exercise, Predictions(exercise.trace, numbers)
        while len(_kept) > _MAX_SHEETS:
            _kept.popitem(last=False)
    return _kept[id(exercise)][1]


def fields_of(exercise: Exercise) -> list[Field]:
    """Exercise → the fields that ask for numbers of its pass."""
    return [field for field in exercise.fields if isinstance(field.response, Number) and field.response.quantity]


@dataclass(frozen=True)
class Root:
    """A field whose number is wrong and does not follow from others: with the number that would follow from them."""

    field: Field
    number: Number
    answer: float
    text: str
    due: float


@dataclass
class Explainer:
    """A sheet, the numbers answered by field, the texts, which numbers are wrong, and which of these are roots."""

    exercise: Exercise
    numbers: Mapping[str, float]
    own: Mapping[Quantity, float]
    roots: Mapping[str, Root]

    def __post_init__(self) -> None:
        self.trace = self.exercise.trace
        self.fields = fields_of(self.exercise)
        self.given = {
            whole(quantity) for field in self.fields if field.name in self.numbers for quantity in [_of(field)]
        }
        self.known = {node for what, node, _ in self.given if what == "value"}

    @cached_property
    def answers(self) -> Array:
        """The numbers answered, nan where there is none."""
        return np.array([self.numbers.get(field.name, math.nan) for field in self.fields])

    @cached_property
    def predictions(self) -> Predictions:
        """What each mistake makes of the numbers asked for."""
        return predictions_of(self.exercise)

    def diagnoses(self, name: str) -> tuple[Diagnosis, ...]:
        """Name of a field that is a root → the diagnoses of its number within the explanation of the sheet."""
        if not self.whole and (self.swapped or self.rounded):
            return ()
        column = next(n for n, field in enumerate(self.fields) if field.name == name)
        named = [diagnosis for diagnosis, row in self.whole if not self._right(row, column)]
        parts = [self._telling(diagnosis, column) for diagnosis in named]
        return tuple(dict.fromkeys(parts)) if self.whole else self.diagnoses_alone[name]

    @cached_property
    def diagnoses_alone(self) -> dict[str, tuple[Diagnosis, ...]]:
        """→ the diagnoses of each root alone; none where they are too few to be more than chance."""
        by_root = {name: self._alone(root) for name, root in self.roots.items()}
        if len(by_root) >= _FEWEST_ROOTS and sum(map(bool, by_root.values())) < len(by_root) / 2:
            return dict.fromkeys(by_root, ())
        return by_root

    @cached_property
    def foreign(self) -> bool:
        """→ whether hardly a number fits the sheet, so that they may be the answers to another one."""
        roots = len(self.roots)
        return roots >= _FEWEST_ROOTS and roots > _MOSTLY * len(self.numbers) and not any(self.diagnoses_alone.values())

    def resembling(self, name: str) -> str | None:
        """Name of a root without a diagnosis → the key of the text about its slip, None where it is no slip."""
        if name in self.swapped:
            return "mark.swapped"
        if self.rounded:
            return "mark.rounded"
        if self.foreign:
            return "mark.foreign"
        root = self.roots[name]
        slip = slip_of_pen(root.text, root.answer, root.due, reach(root.due, root.number))
        return f"mark.{slip}" if slip else None

    def _right(self, row: Array, column: int) -> bool:
        return bool(abs(row[column] - self.predictions.right[column]) <= self.predictions.tolerance[column])

    def _telling(self, diagnosis: Diagnosis, column: int) -> Diagnosis:
        """Diagnosis of the sheet → those of its mistakes that lead to the number in a column."""
        if len(diagnosis) == 1:
            return diagnosis
        rows = {single[0]: n for n, single in enumerate(self.predictions.diagnoses)}
        agree = self.predictions.agreeing(self.answers)
        alone = [(slip,) for slip in diagnosis if agree[rows[slip], column]]
        if len(alone) == 1:
            return alone[0]
        changing = tuple(slip for slip in diagnosis if not self.predictions.unchanged[rows[slip], column])
        return changing or diagnosis

    @cached_property
    def whole(self) -> list[tuple[Diagnosis, Array]]:
        """→ the diagnoses that lead to all numbers of the sheet, with these: single mistakes, else pairs."""
        if self.rounded and self._has_few_decimals:
            return []
        predictions = self.predictions
        hits = predictions.leading(self.answers, self._is_exact)
        exact = [hit for hit in hits if self._is_exact(hit[1])]
        if not exact and (self.swapped or self.rounded or len(self.roots) < 2):
            return []
        if hits:
            fewest = simplest([diagnosis for diagnosis, _ in exact or hits])
            return [hit for hit in exact or hits if hit[0] in fewest]
        pairs = list(predictions.pairs(self.answers))
        pairs = [pair for pair in pairs if self._is_exact(pair[1])] or pairs
        return pairs if len(pairs) <= _MAX_EXPLANATIONS else []

    def _is_exact(self, row: Array) -> bool:
        """Whether all roots are the numbers predicted, but for the digits that are written."""
        return all(
            exactly(root.answer, row[column], root.text)
            for column, field in enumerate(self.fields)
            if (root := self.roots.get(field.name))
        )

    @cached_property
    def swapped(self) -> tuple[str, ...]:
        """→ the names of two fields that have each other's answers, where nothing else is wrong."""
        if len(self.roots) != 2 or len(self.own) != 2:
            return ()
        first, second = self.roots.values()
        is_swapped = near(first.answer, second.number.right, second.number) and near(
            second.answer, first.number.right, first.number
        )
        return (first.field.name, second.field.name) if is_swapped else ()

    @cached_property
    def rounded(self) -> bool:
        """→ whether all numbers follow from rounding to a few decimals on the way, and some are wrong because of it."""
        decimals = self._decimals
        if not 1 <= decimals <= _MAX_DECIMALS or not all(_close(root) for root in self.roots.values()):
            return False
        row = np.array(self.predictions.row(rounded_on_the_way(self.trace, decimals)))
        reach = self.predictions.reach(row) + 0.5 * 10.0**-decimals
        return bool(np.all((np.abs(self.answers - row) <= reach) | np.isnan(self.answers)))

    @cached_property
    def _decimals(self) -> int:
        """Places behind the point of the numbers that are wrong first."""
        return max((places_of(root.text) for root in self.roots.values()), default=0)

    @property
    def _has_few_decimals(self) -> bool:
        """Whether no number has more of them, but for those that are exact."""
        right = self.predictions.right
        inexact = self.answers[np.abs(self.answers - right) > _NOISE * np.abs(right)]
        return bool(np.all(np.abs(np.round(inexact, self._decimals) - inexact) <= _NOISE * np.abs(inexact)))

    # -- a number alone, after one's own numbers

    def _alone(self, root: Root) -> tuple[Diagnosis, ...]:
        """A wrong number → the diagnoses that lead to it, and that no other answer refutes."""
        quantity = _of(root.field)
        own = as_planted_values(self.trace, quantity, self.own)
        diagnoses: list[Diagnosis] = []
        if quantity.what == "value":
            slips = Slips(self.trace, own, self.known - {quantity.node})
            diagnoses = self._leading(slips.forward, root, own) or self._leading(slips.forward_pairs, root, own)
        else:
            within = between(self.trace, quantity, self.given - {whole(quantity)}) | computed_anew(self.trace, quantity)
            slips = Slips(self.trace, own, self.known, within)
            diagnoses = self._leading(slips.single, root, own)
            if not diagnoses:
                diagnoses = self._leading(Slips(self.trace, own, self.known).forward, root, own)
        return tuple(simplest(diagnoses))

    def _leading(self, mutants: Iterable[tuple[Diagnosis, Mutant]], root: Root, own: object) -> list[Diagnosis]:
        quantity = _of(root.field)
        before = mutate_all(self.trace, own) if own else self.trace  # type: ignore[arg-type]
        diagnoses = []
        for diagnosis, mutant in mutants:
            number = quantity.read(mutant)
            if number is None or not near(root.answer, number, root.number):
                continue
            if exactly(root.answer, number, root.text) and not self._is_refuted(diagnosis, mutant, before, quantity):
                diagnoses.append(diagnosis)
        return diagnoses

    def _is_refuted(self, diagnosis: Diagnosis, mutant: Mutant, before: object, quantity: Quantity) -> bool:
        """Whether an answer is what it should be without the mistake, and is not what it would be with it.

        Another entry of the same array refutes nothing: a slip may be made in one of them. Nor does a contribution
        where the gradient may have been computed anew.
        """
        anew = computed_anew(self.trace, quantity)
        for field in self.fields:
            other = _of(field)
            if field.name not in self.numbers or whole(other) == whole(quantity):
                continue
            if other.slot is not None and (other.node, other.slot) in anew and not anew.isdisjoint(diagnosis[0].places):
                continue
            assert isinstance(field.response, Number)
            answer, with_it, without = self.numbers[field.name], other.read(mutant), other.read(before)  # type: ignore[arg-type]
            if with_it is None or without is None or near(answer, with_it, field.response):
                continue
            if near(answer, without, field.response):
                return True
        return False


def simplest(diagnoses: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Diagnoses → those at the fewest places, each once, without one that only another name tells from one of them."""
    fewest = min((sum(len(slip.places) for slip in diagnosis) for diagnosis in diagnoses), default=0)
    kept = [
        diagnosis for diagnosis in dict.fromkeys(diagnoses) if sum(len(slip.places) for slip in diagnosis) == fewest
    ]
    return [
        diagnosis
        for diagnosis in kept
        if tuple(map(_usual, diagnosis)) == diagnosis or tuple(map(_usual, diagnosis)) not in kept
    ]


def _usual(slip: Slip) -> Slip:
    """Slip → the one that it cannot be told from where the gradient of its place is not asked for."""
    return Slip(_USUAL.get(slip.mistake, slip.mistake), slip.places)


def exactly(answer: float, number: float, text: str) -> bool:
    """Whether an answer is a number but for the digits it is written with, one more place being allowed to be off."""
    written = abs(answer) * 10.0 ** (1 - digits_of(text)) if digits_of(text) >= 3 else 0.0
    return abs(answer - number) <= max(_EXACT * abs(number), min(written, 5 * _EXACT * abs(number)))


def _close(root: Root) -> bool:
    """Whether a wrong number is so near to the right one that rounding may have made it: a share, or a last place."""
    last_place = 10.0 ** -places_of(root.text)
    return abs(root.answer - root.number.right) <= max(_MAX_ROUNDING_SHARE * abs(root.number.right), last_place)


def _of(field: Field) -> Quantity:
    """Field of a number of the pass → its quantity."""
    assert isinstance(field.response, Number)
    assert field.response.quantity is not None
    return field.response.quantity
