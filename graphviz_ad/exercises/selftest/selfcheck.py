"""Exercise → what a page needs to check answers on its own, in which no answer can be read."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from random import Random
from typing import Any

from graphviz_ad.autodiff.passes import forward, run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.selftest.recipe import key, recipe
from graphviz_ad.exercises.selftest.sealing import ROUNDS, Sealer, ciphered, mark
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items import written
from graphviz_ad.items.model import Choice, Diagnosis, Exercise, Field, Formula, Number, Place, Text
from graphviz_ad.misconceptions.diagnose import Slips, feedback, says_less
from graphviz_ad.misconceptions.follow_through import computed_anew, refutes
from graphviz_ad.ops.broadcasting import shape

POINTS = 12
"""At which a formula is compared."""
_MAX_DRAWS = 200
"""Of inputs, to find these points: a formula that is undefined nearly everywhere gets fewer, but ends."""
_SAME = 5e-7
"""Share by which a formula may be off at a point, for rounding."""
_TOLERANCE_FACTOR = 1.35
"""Of an answer with few digits, which may be off by a third more than its tolerance: marks are in whole percents."""


class Checks:
    """The checks of an exercise; `written` sets a text as HTML."""

    def __init__(self, exercise: Exercise, written: Callable[[Text], str]) -> None:
        self.exercise, self.trace, self.written = exercise, exercise.trace, written
        self.sealer = Sealer(hashlib.sha256(dumps(exercise).encode()).digest())
        self.slips = Slips(self.trace)
        self.numbers: dict[Diagnosis, int] = {}
        self.texts: dict[str, tuple[int, str]] = {}
        self.points, self.samples = sampled(self.trace) if self._has_formulas() else ([], [])

    def _has_formulas(self) -> bool:
        return any(isinstance(field.response, Formula) for field in self.exercise.fields)

    def data(self) -> dict[str, object]:
        """→ the object that the page's script reads."""
        fields = {field.name: self._field(field) for field in self.exercise.fields}
        lines = recipe(self.trace)
        return {
            "salt": self.sealer.salt,
            "rounds": ROUNDS,
            "zero": 0.5 * 10.0 ** (1 - self.exercise.digits),
            "fields": fields,
            "texts": [sealed for _, sealed in self.texts.values()],
            "points": self.points,
            "recipe": None if lines is None else self.sealer.seal("recipe", json.dumps(lines))[1],
        }

    def sealed(self, word: str, text: str) -> str:
        """Word that stands in the script, and a text → the text sealed."""
        return self.sealer.seal(word, text)[1]

    # -- fields --------------------------------------------------------------------------------

    def _field(self, field: Field) -> dict[str, object]:
        match field.response:
            case Number() as number:
                return self._number(field, number)
            case Choice() as choice:
                return self._choice(field, choice)
            case Formula() as formula:
                return self._formula(field, formula)

    def _choice(self, field: Field, choice: Choice) -> dict[str, object]:
        verdicts: list[tuple[int | float | str, dict[str, object]]] = [(choice.right, {"right": 1, "ways": []})]
        verdicts += [
            (wrong.answer, {"right": 0, "rank": rank, "ways": self._diagnosed(wrong.diagnoses)})
            for rank, wrong in enumerate(field.wrong)
        ]
        sealed = (self.sealer.seal(f"{field.name}|{option}", _json(verdict)) for option, verdict in verdicts)
        return {"type": "choice", "entries": dict(sorted(sealed)), "options": len(choice.options)}

    def _number(self, field: Field, number: Number) -> dict[str, object]:
        share = _share(number)
        diagnoses = [diagnosis for wrong in field.wrong for diagnosis in wrong.diagnoses]
        refuted = [self._numbered(diagnosis) for diagnosis in diagnoses if diagnosis in refutes(field)]
        anew = computed_anew(self.trace, number.quantity)
        listed = [
            (
                number.right,
                {"right": 1, "ways": [self._numbered(diagnosis) for diagnosis in diagnoses], "refuted": refuted},
            )
        ]
        listed += [
            (float(wrong.answer), {"right": 0, "rank": rank, "ways": self._diagnosed(wrong.diagnoses, anew)})
            for rank, wrong in enumerate(field.wrong)
        ]
        entries, begins = {}, set()
        for answer, verdict in reversed(listed):  # where two have one mark, the first counts
            word, begin = mark(answer, share)
            begins.add(begin)
            tag, blob = self.sealer.seal(f"{field.name}|{word}", _json(verdict))
            entries[tag] = blob
        check: dict[str, object] = {
            "type": "number", "share": share, "begins": sorted(begins), "entries": dict(sorted(entries.items())),
        }  # fmt: skip
        quantity = number.quantity
        if number.follows is not None:
            parts = {"terms": number.follows.terms, "rest": number.follows.rest}
            check["follows"] = self.sealed(f"{field.name}|follows", json.dumps(parts))
        if quantity is not None:
            check["of"] = key(quantity.what, quantity.node, quantity.slot, quantity.entry)
        return check

    def _formula(self, field: Field, formula: Formula) -> dict[str, object]:
        values = values_at(formula, self.points)
        least = written.noise(values)
        right = _words(values, least)
        groups: dict[tuple[str, str], list[Diagnosis]] = {right: []}
        for diagnosis, words in self._mutants(formula, least):
            groups.setdefault(words, []).append(diagnosis)
        entries = []
        for rank, ((word, begins), diagnoses) in enumerate(groups.items()):
            verdict: dict[str, object] = {"right": 1, "ways": []}
            if rank:
                verdict = {"right": 0, "rank": rank, "ways": self._diagnosed(diagnoses)}
            entries.append([begins, *self.sealer.seal(f"{field.name}|{word}", _json(verdict))])
        return {
            "type": "formula", "share": _SAME, "least": least, "names": list(formula.names), "forms": sorted(entries),
        }  # fmt: skip

    def _mutants(self, formula: Formula, least: float) -> Iterator[tuple[Diagnosis, tuple[str, str]]]:
        """Formula → the words for what each slip makes of it, where that has a number at every point."""
        if formula.quantity is None:
            return
        for diagnosis, _ in self.slips.single:
            values = [formula.quantity.read(slips.mutant(diagnosis)) for slips in self.samples]
            if all(value is not None and math.isfinite(value) for value in values):
                yield diagnosis, _words([value for value in values if value is not None], least)

    # -- feedback ------------------------------------------------------------------------------

    def _numbered(self, diagnosis: Diagnosis) -> int:
        return self.numbers.setdefault(diagnosis, len(self.numbers))

    def _diagnosed(self, diagnoses: Sequence[Diagnosis], anew: Collection[Place] = ()) -> list[list[object]]:
        """Diagnoses of one answer → for each its number, the number and the key of its feedback, the diagnoses
        beside which it adds nothing, and whether no other answer refutes it."""
        listed = []
        for diagnosis in diagnoses:
            text = feedback(self.trace, diagnosis, self.exercise.lang)
            words = plain(text)
            if words not in self.texts:
                sealed = ciphered(self.sealer.key(words).encode(), self.written(text))
                self.texts[words] = len(self.texts), sealed
            less = [self._numbered(other) for other in diagnoses if says_less(other, diagnosis)]
            firm = int(any(place in slip.places for slip in diagnosis for place in anew))
            listed.append([self._numbered(diagnosis), self.texts[words][0], self.sealer.key(words), less, firm])
        return listed


def _share(number: Number) -> float:
    """Number → the share of it that an answer may be off by: 1 % where three digits and more are shown.

    With fewer it is a third more than the tolerance, since marks are coarse, in whole percents, since a finer one would
    tell the first digits.
    """
    share = number.tolerance / abs(number.right) if number.right else 0.0
    return math.ceil(100 * _TOLERANCE_FACTOR * share) / 100 if share > 0.0100001 else 0.01


def _json(verdict: dict[str, object]) -> str:
    return json.dumps(verdict, separators=(",", ":"))


def _words(values: Sequence[float], least: float) -> tuple[str, str]:
    """Values of a formula at the points, and below what one is 0 → the word for all of them, and where the grids of
    their marks begin."""
    marks = [mark(0.0 if abs(value) < least else value, _SAME) for value in values]
    return ";".join(word for word, _ in marks), "".join(str(begin) for _, begin in marks)


def sampled(trace: Trace) -> tuple[list[dict[str, float]], list[Slips]]:
    """Trace → the values of its numbers by name at inputs drawn by chance, and the slips there.

    Half of them are drawn about the inputs of the exercise, where all is sure to be defined.
    """
    chance, graph = Random(trace.graph.source.text), trace.graph  # noqa: S311
    points, samples = [], []
    for count in range(_MAX_DRAWS):
        wide = count % 2 == 1
        given = {name: _drawn(trace.values[node], chance, wide) for name, node in graph.inputs.items()}
        try:
            other = run(graph, given, wrt=[name for name, node in graph.inputs.items() if trace.active[node]])
        except GraphvizADError:
            continue
        if other.not_finite:
            continue
        numbers = {name: value for name, node in graph.ids.items() if isinstance(value := other.values[node], float)}
        points.append(numbers)
        samples.append(Slips(other))
        if len(points) == POINTS:
            break
    return points, samples


def _drawn(value: Any, chance: Random, wide: bool) -> object:
    """Value of an input → another one near it, or anywhere within 3 of 0; an array is drawn entry by entry."""
    if shape(value):
        return [_drawn(part, chance, wide) for part in value]
    return chance.uniform(-3, 3) if wide else float(value) * chance.uniform(0.6, 1.4) + chance.uniform(-0.1, 0.1)


def values_at(formula: Formula, points: Sequence[dict[str, float]]) -> list[float]:
    """Formula → its values at the points."""
    graph = written.rule(formula.right)
    inputs = graph.inputs.items()
    return [float(forward(graph, {node: point[name] for name, node in inputs})[graph.output]) for point in points]
