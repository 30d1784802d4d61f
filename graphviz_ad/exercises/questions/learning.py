"""Trace → what questions on learning are made of: its parameters, the numbers of an update, and known wrong answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from graphviz_ad.autodiff.passes import rerun
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.exercises.inputs import ROUNDING
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.by_hand import names_in, stated, worked
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.phrase import join
from graphviz_ad.items.model import Diagnosis, Field, Number, Question, Slip, Text, Wrong, half_unit, tolerance
from graphviz_ad.items.quantities import Quantity, entries
from graphviz_ad.language.tree import NAME, VALUE, Tree
from graphviz_ad.misconceptions.diagnose import Answers, near
from graphviz_ad.misconceptions.learning import distinguished
from graphviz_ad.training.optimizers import Optimizer, instance
from graphviz_ad.training.statements import computed
from graphviz_ad.values import Value

RATES = (0.1, 0.2, 0.5, 0.05, 0.3, 0.02, 0.01, 0.001)
"""Learning rates of questions, those that are easy to compute with first."""
_DATA = frozenset("xytXYT")
"""First letters of names that stand for data and labels: inputs that are given, not learnt."""
_LEAST_SHARE = 0.05
"""What is left of two numbers must be this part of the larger one: else rounding on the way shows in the answer."""
_MARGIN = 1 + 1e-6
"""A wrong number at the very edge of what is right counts as right, whichever way it is rounded."""
_LEAST_UNITS = 10
"""Units of the last digit that a step has at least, so that it can be told from none."""
_LARGEST = 1e4
"""Size up to which a student can carry on with a number by hand."""

Candidate = tuple[Diagnosis, float | None]
"""A mistake, and the answer it leads to, if any."""


def is_data(name: str) -> bool:
    """Whether a name is one that data and labels have."""
    return name[0] in _DATA


def learnt(ask: Asker) -> list[int]:
    """→ the inputs that get a gradient and are no data; all that get one where all are called as data are."""
    graph, grads = ask.trace.graph, ask.trace.grads
    nodes = [node for node in graph.inputs.values() if grads[node] is not None and node != graph.output]
    return [node for node in nodes if not is_data(graph.names[node])] or nodes


def learnt_numbers(ask: Asker) -> list[Quantity]:
    """→ the gradients of what is learnt that are numbers and not 0."""
    single = [Quantity("gradient", node) for node in learnt(ask)]
    return [quantity for quantity in single if quantity.read(ask.trace)]


def parts(quantities: Iterable[Quantity], trace: Trace) -> list[Quantity]:
    """Gradients → those of all their entries."""
    return [entry for quantity in quantities for entry in entries(quantity, trace)]


def old_value(quantity: Quantity, trace: Trace) -> float:
    """Gradient of an input → the value of that input."""
    value = replace(quantity, what="value").read(trace)
    assert value is not None
    return value


def at(trace: Trace, changed: Mapping[int, Value]) -> Trace:
    """Trace and other values of some inputs, by node → both passes with these."""
    return rerun(trace, {name: changed.get(node, trace.values[node]) for name, node in trace.graph.inputs.items()})


def number_of(text: str, known: Mapping[str, Value], name: str) -> float | None:
    """Statements, numbers for their names → the number of a name they compute; None where it is none."""
    try:
        value = computed(text, known).get(name)
    except GraphvizADError:
        return None
    return value if isinstance(value, float) and math.isfinite(value) else None


def by(mistake: str, node: int) -> Diagnosis:
    """Mistake made at a node → its diagnosis."""
    return (Slip(mistake, ((node, None),)),)


def field(
    ask: Asker, name: str, label: Text, right: float, wrong: Iterable[Candidate], passes: Iterable[Candidate] = (),
    old: float | None = None,
) -> Field:  # fmt: skip
    """Name, label and right number, and mistakes with the answers they lead to → the field.

    Of a new value that was `old` before, the step has to be right, not only the sum.

    Mistakes of the `passes` behind it are named where none of its own leads to the same answer.
    """
    right = 0.0 if abs(right) < ROUNDING else right
    within = tolerance(right, ask.digits) if old is None else tolerance_of_step(right, old, ask.digits)
    number = Number(right, within)
    answers = Answers(number)
    for diagnosis, answer in wrong:
        if answer is not None and _differs(answer, number):
            answers.put(diagnosis, 0.0 if abs(answer) < ROUNDING else answer)
    own = [float(wrong.answer) for wrong in answers.known]
    for diagnosis, answer in passes:
        if answer is not None and _differs(answer, number) and not any(near(answer, other, number) for other in own):
            answers.put(diagnosis, answer)
    known = (Wrong(wrong.answer, tuple(dict.fromkeys(wrong.diagnoses))) for wrong in answers.known)
    return Field(name, label, number, wrong=tuple(known))


def tolerance_of_step(new: float, old: float, digits: int) -> float:
    """New and old value → how far off an answer may be: 1 % of the step, or half a unit of the last shown digit.

    >>> tolerance_of_step(1.9, 2.0, 4), tolerance_of_step(1.998, 2.0, 4)
    (0.001, 0.0005)
    """
    return max(half_unit(new, digits), round(0.01 * abs(new - old), 15))


def moves(new: float, old: float, digits: int) -> bool:
    """Whether a step shows in the digits that are written, so that an answer without it is wrong."""
    return abs(new - old) >= _LEAST_UNITS * 2 * half_unit(new, digits)


def _differs(answer: float, number: Number) -> bool:
    """Whether an answer does not count as right, not even at the very edge."""
    return abs(answer - number.right) > number.tolerance * _MARGIN


def is_workable(*numbers: tuple[float, float]) -> bool:
    """Whether numbers, each with the largest that it was computed from, can be computed by hand with few digits."""
    return all(_LEAST_SHARE * before <= abs(number) <= _LARGEST for number, before in numbers)


def kindest(candidates: Iterable[tuple[Question, bool]], distinct: int) -> Question | None:
    """Questions with other given numbers, and whether these are workable → the first that tells most mistakes apart.

    None is looked at any more after one that is workable and tells `all_told` of them.
    """
    best, highest = None, (False, -1)
    for question, workable in candidates:
        rating = workable, distinguished(question.kind, question.fields)
        if rating > highest:
            best, highest = question, rating
        if highest >= (True, distinct):
            break
    return best


class Rule:
    """A rule of updates for one parameter, under the names that the sheet has for it."""

    def __init__(self, ask: Asker, rule: Optimizer, node: int) -> None:
        graph = ask.trace.graph
        self.ask = ask
        self.names, statements = instance(rule, graph.names[node], frozenset(graph.names))
        self.own = "; ".join(statements)
        if not set(self.names.values()) <= names_in(self.own):  # a name such as W^{(1)} is no subscript
            self.names, self.own = {name: name for name in self.names}, rule.text

    def symbol(self, word: str) -> Chain:
        """A word of the rule → how the sheet writes it."""
        return symbol(self.names[word])

    def equals(self, word: str, value: float) -> Chain:
        """A word of the rule and its number → that it is this number."""
        return equals(self.names[word], value, self.ask.digits)

    @property
    def written(self) -> Text:
        """The rule in symbols."""
        return join("ask.and", self.ask.lang, self.lines)

    @property
    def lines(self) -> tuple[Text, ...]:
        """The rule in symbols, a line for each statement."""
        return as_lines(stated(self.own))

    def worked(self, numbers: Mapping[str, Value]) -> tuple[Text, ...]:
        """The numbers of a run of the rule → its equations with numbers put in."""
        known = {self.names[word]: value for word, value in numbers.items() if word in self.names}
        return as_lines(worked(self.own, known, self.ask.digits))


def as_lines(chains: Iterable[Chain]) -> tuple[Text, ...]:
    """Equations → a line for each."""
    return tuple((("math", chain),) for chain in chains)


def symbol(name: str) -> Chain:
    """Name → how it is written."""
    tree = Tree()
    return Chain((Expression(tree, tree.add(NAME, name)),), ("",))


def equals(name: str, value: float, digits: int) -> Chain:
    """Name and number → that the one is the other."""
    tree = Tree()
    return Chain((Expression(tree, tree.add(NAME, name)), Expression(tree, tree.add(VALUE, value))), ("", "="), digits)


def shown(value: Value, digits: int) -> Chain:
    """Number → mathematics."""
    tree = Tree()
    return Chain((Expression(tree, tree.add(VALUE, value)),), ("",), digits)
