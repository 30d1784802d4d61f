"""Simulated students, marked → how often marking names what they did: `python -m tests.exercises.simulator.measure [SEEDS]`."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np

from graphviz_ad import parse
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.marking.marks import MarkedSheet
from graphviz_ad.items.model import Number
from tests.exercises.simulator.formulas import FORMULAS, Formula, Values
from tests.exercises.simulator.student import AppliedMistake, Place, Student, number_of, possible, written

STEPS = ("values", "contributions", "inputs")
RESULTS = ("inputs",)
RESULTS_AND_ONE = ("inputs", "telling")
_DIGITS = 4
"""Significant digits of an answer, unless a student gives others; one more is carried on."""
_SMALLEST, _LARGEST = 1e-6, 1e9
"""Of numbers that somebody hands in: who has others sees that something is wrong."""
_PAIRS = 12
"""Pairs of mistakes for a sheet."""
_ELSEWHERE = 6
"""Other inputs at which it is seen whether two mistakes always give the same numbers."""
_SLIPS = 6
"""Slips of each kind for a sheet."""

Answers = dict[str, str]
Named = tuple[str, frozenset[Place]]
"""A mistake as marking calls it, and where."""


@dataclass
class Sheet:
    """A formula, what is asked and a seed → a sheet of the program, and students who answer it."""

    formula: Formula
    ask: tuple[str, ...]
    seed: int

    def __post_init__(self) -> None:
        graph = parse(self.formula.text)
        self.exercise = of_formula(
            graph, self.seed, asked=self.ask, shapes=self.formula.shapes, given=self.formula.given
        )
        self.names, self.args = graph.names, graph.args
        self.inputs = {
            name: np.array(self.exercise.trace.values[node], dtype=float) for name, node in graph.inputs.items()
        }
        self.asked = {}
        self.right = {}
        for asked_field in self.exercise.fields:
            assert isinstance(asked_field.response, Number)
            quantity = asked_field.response.quantity
            assert quantity is not None
            self.asked[asked_field.name] = (quantity.what, graph.names[quantity.node], quantity.slot, quantity.entry)
            self.right[asked_field.name] = asked_field.response

    def answers(self, *applied: AppliedMistake, digits: int = _DIGITS, decimals: int | None = None) -> Answers:
        """Mistakes → what a student who makes them hands in."""
        student = Student(self.formula, self.inputs, applied, digits + 1, decimals)
        return {name: written(number_of(student, asked), digits) for name, asked in self.asked.items()}

    def shows(self, answers: Answers) -> bool:
        """Whether any answer is wrong, and all are numbers."""
        return all(
            text and (text == "0" or _SMALLEST < abs(float(text)) < _LARGEST) for text in answers.values()
        ) and any(
            abs(float(answer) - self.right[name].right) > self.right[name].tolerance for name, answer in answers.items()
        )

    @cached_property
    def single(self) -> list[tuple[AppliedMistake, Answers]]:
        """Every mistake that shows, with what is handed in."""
        singles = [(applied, self.answers(applied)) for applied in possible(self.formula, self.inputs)]
        return [(applied, answers) for applied, answers in singles if self.shows(answers)]

    def pairs(self, chance: random.Random) -> Iterator[tuple[AppliedMistake, AppliedMistake, Answers]]:
        """Two mistakes that both show beside one another."""
        for _ in range(_PAIRS * 10):
            if len(self.single) < 2:
                return
            (first, alone), (two, other) = chance.sample(self.single, 2)
            both = self.answers(first, two)
            if (
                first.place != two.place
                and self.shows(both)
                and not self.same(both, alone)
                and not self.same(both, other)
            ):
                yield first, two, both

    def same(self, answers: Answers, other: Answers) -> bool:
        """Whether two students hand in the same numbers, but for rounding."""
        return all(abs(float(answers[name]) - float(other[name])) <= 1e-3 * abs(float(other[name])) for name in answers)

    def always_same(self, first: AppliedMistake, other: AppliedMistake) -> bool:
        """Whether two mistakes give the same numbers at any inputs at which both can be made."""
        chance = np.random.default_rng(0)
        for _ in range(_ELSEWHERE):
            inputs = {
                name: value
                if name in self.formula.given
                else np.asarray(chance.choice([-1, 1], value.shape) * chance.uniform(0.3, 2.5, value.shape))
                for name, value in self.inputs.items()
            }
            applied = possible(self.formula, inputs)
            if first in applied and other in applied:
                both = [self._numbers(inputs, mistake) for mistake in (first, other)]
                if np.isfinite(both).all() and not np.allclose(*both, rtol=1e-9):
                    return False
        return True

    def _numbers(self, inputs: Values, applied: AppliedMistake) -> list[float]:
        student = Student(self.formula, inputs, (applied,))
        return [number_of(student, asked) for asked in self.asked.values()]

    def named(self, marked: MarkedSheet) -> list[set[Named]]:
        """Marked sheet → for each field with diagnoses, the mistakes of each of them, and where."""

        def place(node: int, slot: int | None) -> Place:
            return self.names[node], slot

        return [
            {(slip.mistake, frozenset(place(*at) for at in slip.places)) for diagnosis in field_mark.diagnoses for slip in diagnosis}
            for field_mark in marked.marks if field_mark.diagnoses
        ]  # fmt: skip


def is_of(applied: AppliedMistake, named: Named) -> bool:
    """Whether what marking names is the mistake that was made."""
    return named[0] in applied.mistake.names and named[1] == {applied.place}


def outcome(applied: AppliedMistake, fields: list[set[Named]]) -> str:
    """Mistake and what is named → which kind of answer that is."""
    if not fields:
        return "none"
    right = [all(is_of(applied, names) for names in named) for named in fields]
    among = [any(is_of(applied, names) for names in named) for named in fields]
    if all(right):
        return "right"
    if all(among):
        return "several"
    return "right and another" if any(among) else "another"


def slips(sheet: Sheet, chance: random.Random) -> Iterator[tuple[str, Answers]]:
    """Sheet → slips of one who computes right: what is handed in, by kind. What follows a slip is right for all that."""
    right = sheet.answers()
    names = list(right)
    for _ in range(_SLIPS):
        name = chance.choice(names)
        for kind, text in _slipped(right[name], chance):
            yield kind, {**right, name: text}
    if len(names) > 1:
        first, two = chance.sample(names, 2)
        yield "two answers exchanged", {**right, first: right[two], two: right[first]}
    neighbour = Sheet(sheet.formula, sheet.ask, sheet.seed + 100)
    yield "another sheet", neighbour.answers()


def _slipped(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    places = [n for n, letter in enumerate(text) if letter.isdigit()]
    at = chance.choice(places)
    digit = str((int(text[at]) + chance.randint(1, 9)) % 10)
    yield "a wrong digit", text[:at] + digit + text[at + 1 :]
    beside = [n for n in range(len(text) - 1) if text[n].isdigit() and text[n + 1].isdigit() and text[n] != text[n + 1]]
    if beside:
        at = chance.choice(beside)
        yield "digits exchanged", text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    yield "decimal point", written(float(text) * chance.choice((0.1, 10.0, 100.0)), 6)
    yield "sign", text[1:] if text.startswith("-") else f"-{text}"


@dataclass
class Table:
    """Counts of what was named."""

    single: Counter[str] = field(default_factory=Counter)
    alike: int = 0
    always_alike: int = 0
    slips: Counter[str] = field(default_factory=Counter)
    misconceived: Counter[str] = field(default_factory=Counter)
    pairs: Counter[int] = field(default_factory=Counter)
    right: int = 0
    accused: int = 0
    rounding: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    marked: int = 0
    seconds: float = 0.0
    kinds: dict[str, Counter[str]] = field(default_factory=dict)

    def marked_sheet(self, sheet: Sheet, answers: Answers) -> MarkedSheet:
        """A sheet and answers → marked, with the CPU time taken."""
        begun = time.process_time()
        marked = mark(sheet.exercise, answers)
        self.seconds += time.process_time() - begun
        self.marked += 1
        return marked

    def add(self, sheet: Sheet, chance: random.Random, *, only_single: bool = False) -> None:
        """All students of a sheet."""
        for applied, answers in sheet.single:
            fields = sheet.named(self.marked_sheet(sheet, answers))
            result = outcome(applied, fields)
            self.single[result] += 1
            self.kinds.setdefault(applied.mistake.kind, Counter())[result] += 1
            twins = [other for other, given in sheet.single if other != applied and sheet.same(answers, given)
                     and not (other.place == applied.place and set(other.mistake.names) & set(applied.mistake.names))]  # fmt: skip
            self.alike += bool(twins)
            self.always_alike += any(sheet.always_same(applied, twin) for twin in twins)
            if result != "right":
                self.misses.append(
                    f"{result}{' (alike)' if twins else ''}: {applied.mistake.kind} at {applied.place} in {sheet.formula.text}: {fields}"
                )
        if only_single:
            return
        for kind, answers in slips(sheet, chance):
            if sheet.shows(answers):
                self.slips[kind] += 1
                fields = sheet.named(self.marked_sheet(sheet, answers))
                self.misconceived[kind] += bool(fields)
                if fields:
                    self.misses.append(f"slip, {kind} in {sheet.formula.text} {sheet.ask[0]}: {fields}")
        for first, two, answers in islice(sheet.pairs(chance), _PAIRS):
            named_slips = set().union(*sheet.named(self.marked_sheet(sheet, answers)))
            self.pairs[sum(any(is_of(applied, named) for named in named_slips) for applied in (first, two))] += 1
        for digits in range(3, 13):
            self.right += 1
            marked = self.marked_sheet(sheet, sheet.answers(digits=digits))
            self.accused += any(field_mark.verdict != "right" for field_mark in marked.marks)
        early = sheet.answers(decimals=2)
        if sheet.shows(early):
            fields = sheet.named(self.marked_sheet(sheet, early))
            self.rounding["named as a misconception" if fields else "not named so"] += 1

    def __str__(self) -> str:
        total, slipped, paired = sum(self.single.values()), sum(self.slips.values()), max(sum(self.pairs.values()), 1)
        lines = [
            f"single mistakes that show: {total}, told apart by their numbers {100 * (1 - self.alike / total):.1f} %, "
            f"at other inputs perhaps {100 * (1 - self.always_alike / total):.1f} %"
        ]
        lines += [
            f"  {result}: {100 * self.single[result] / total:.1f} %"
            for result in ("right", "several", "right and another", "another", "none")
        ]
        lines += [
            f"slips: {slipped}, named as a misconception {100 * sum(self.misconceived.values()) / max(slipped, 1):.1f} %"
        ]
        lines += [f"  {kind}: {self.misconceived[kind]} of {count}" for kind, count in sorted(self.slips.items())]
        lines += [
            f"pairs: both {100 * self.pairs[2] / paired:.0f} %, one {100 * self.pairs[1] / paired:.0f} %, none {100 * self.pairs[0] / paired:.0f} %"
        ]
        lines += [f"right: {self.accused} of {self.right} accused", f"rounded too early: {dict(self.rounding)}"]
        return "\n".join([*lines, f"marked: {self.marked / max(self.seconds, 1e-9):.0f} a second"])


def measure(
    ask: tuple[str, ...], seeds: range, formulas: tuple[Formula, ...] = FORMULAS, *, only_single: bool = False
) -> Table:
    """What is asked, seeds → the table over all formulas."""
    table = Table()
    for formula in formulas:
        for seed in seeds:
            table.add(Sheet(formula, ask, seed), random.Random(f"{formula.text} {seed}"), only_single=only_single)
    return table


def main(seeds: int) -> None:
    """Number of seeds → tables on standard output, what was missed on standard error."""
    for title, ask in (
        ("steps asked", STEPS),
        ("results alone", RESULTS),
        ("results and one number on the way", RESULTS_AND_ONE),
    ):
        table = measure(ask, range(1, seeds + 1))
        print(f"== {title}\n{table}", flush=True)
        print(f"== {title}", *table.misses, sep="\n", file=sys.stderr)
        for kind, results in sorted(table.kinds.items(), key=lambda entry: entry[1]["right"] / sum(entry[1].values())):
            print(f"{kind}: {dict(results)}", file=sys.stderr)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
