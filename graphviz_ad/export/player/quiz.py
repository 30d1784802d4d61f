"""Frames of a deck → the questions of its quiz: what the next step brings, and the numbers that mistakes lead to.

All that came before is on the screen, so that a mistake is made at the place that is asked for. Each effect is run on
the author's numbers, and on those of a page that are not known, which makes it a formula for whatever the inputs get.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import chain
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.statements import StatementSteps
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.paint import LAYER_CLASSES
from graphviz_ad.explain.moments import ExplainedStep
from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.player.live import typed
from graphviz_ad.export.player.page_data import QuizData, QuizQuestion, Ref, Wrong
from graphviz_ad.export.player.templates import TemplateTable
from graphviz_ad.items.model import Place, Text, half_unit
from graphviz_ad.items.quantities import Entry, Quantity, What, entries
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.language.number_format import style_of
from graphviz_ad.language.numbers import is_known
from graphviz_ad.lazy import lazy
from graphviz_ad.messages.catalogue import say
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.diagnose import fillings, writable
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.mutants import Mistake, effect
from graphviz_ad.misconceptions.spots import Edge, StudentOperation
from graphviz_ad.tracing.array import code_of
from graphviz_ad.tracing.branches import Fork, explore
from graphviz_ad.values import Shape, Value, as_float

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_WRONG = 8
"""Wrong numbers a question knows; three of them are offered as choices."""
_VALUE_FOR_GRADIENT = next(mistake for mistake in BACKWARD if mistake.name == "value for gradient")
"""The mistake that every question on a gradient offers."""

_NOWHERE = ""
"""The script of a number that only the author's inputs have."""

MistakenNumber = Callable[[Trace], Value | None]
"""Trace of known or unknown numbers → the answer of a student who makes a mistake, None where it cannot be made."""


@dataclass
class Quiz:
    """Makes the questions of a page; `unknown` and `templates` are those of a page whose numbers can change."""

    teller: Teller
    unknown: Trace | None = None
    templates: TemplateTable | None = None
    names: dict[str, int] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def trace(self) -> Trace:
        """The pass of the author's numbers."""
        return self.teller.trace

    def data(self, frames: Sequence[Frame]) -> QuizData:
        """Frames → the questions that come before each, and the sentences."""
        questions = [list(self.asked(frame.step)) if frame.step else [] for frame in frames]
        languages = self.teller.languages
        sentences = [
            [self.teller.written(say(f"slip.{name}", lang), lang) for lang in languages] for name in self.names
        ]
        data: QuizData = {
            "digits": int(self.teller.digits), "style": style_of(self.teller.digits), "questions": questions,
            "sentences": sentences, "fillings": self.places, "later": LAYER_CLASSES["derivative-numbers"],
        }  # fmt: skip
        if not self.templates:
            data["typed"] = typed()
        return data

    def asked(self, step: ExplainedStep) -> Iterator[QuizQuestion]:
        """Step → what it brings: a value, a local derivative and then the contribution, a gradient.

        Of a statement that is what its last step brings.
        """
        match step:
            case Evaluate(node=node):
                yield from self.question("value", Quantity("value", node), forward_mistakes(self.trace, node))
            case Seed(node=node):
                own = [(_VALUE_FOR_GRADIENT, (node, None), lambda trace: trace.values[node])]
                yield from self.question("gradient", Quantity("gradient", node), iter(own))
            case Pull(node=node, slot=slot, to=to, of=of):
                local = (self.unknown or self.trace).local(node, slot)
                if isinstance(local, float) and not (self.unknown and is_known(local)):
                    mistakes = edge_mistakes(self.trace, node, slot, "local")
                    yield from self.question("local", Quantity("local", node, slot), mistakes, f"e{node}-{slot}")
                mistakes = edge_mistakes(self.trace, node, slot, "contribution")
                if of == 1:
                    mistakes = chain(mistakes, sum_mistakes(self.trace, to))
                    yield from self.question("gradient", Quantity("gradient", to), mistakes)
                else:
                    yield from self.question("contribution", Quantity("contribution", node, slot), mistakes)
            case StatementSteps(steps=steps):
                yield from list(self.asked(steps[-1]))[-1:]
            case Accumulate(to=to, count=count, of=of) if count == of:
                yield from self.question("gradient", Quantity("gradient", to), sum_mistakes(self.trace, to))

    def question(
        self, kind: str, quantity: Quantity, mistakes: Iterator[tuple[Mistake, Place, MistakenNumber]], edge: str = ""
    ) -> Iterator[QuizQuestion]:
        """A quantity and the mistakes that can be made at it → its question, of an array that of its richest entry."""
        right = quantity.whole(self.trace)
        if right is None:
            return
        with np.errstate(all="ignore"):
            answers = [(*mistake, wrong) for mistake in mistakes if (wrong := mistake[2](self.trace)) is not None]
        fitting = [mistake for mistake in answers if np.shape(mistake[3]) == np.shape(right)]
        every = [asked.entry for asked in entries(quantity, self.trace)]
        entry = max(every, key=lambda entry: _distinguished(right, [wrong for *_, wrong in fitting], entry))
        asked = Quantity(quantity.what, quantity.node, quantity.slot, entry)
        number = _at(right, entry)
        if not np.isfinite(number):
            return
        known_wrong = list(self.wrong(number, entry, fitting))[:_MAX_WRONG]
        code = _code(quantity.whole(self.unknown)) if self.unknown else None
        symbol = "".join(self.teller.segment(segment, self.teller.words.lang) for segment in self.symbol(asked))
        question: QuizQuestion = {
            "kind": kind, "symbol": symbol, "right": self.ref(number, code, entry, np.shape(right)),
            "wrong": known_wrong,
        }  # fmt: skip
        yield {**question, "edge": edge} if edge else question

    def symbol(self, asked: Quantity) -> Text:
        """Quantity → how it is written; of an entry that has no symbol of its own the gradient it adds to."""
        symbol = asked.symbol(self.trace)
        if asked.what == "contribution" and all(kind == "text" for kind, _ in symbol):
            assert asked.slot is not None
            to = self.trace.graph.args[asked.node][asked.slot]
            return Quantity("gradient", to, None, asked.entry).symbol(self.trace)
        return symbol

    def wrong(
        self, right: float, entry: Entry, answers: Sequence[tuple[Mistake, Place, MistakenNumber, Value]]
    ) -> Iterator[Wrong]:
        """Right number, and what each mistake makes of it → the wrong ones, each once."""
        seen = [right]
        for mistake, place, make, value in answers:
            number = _at(value, entry)
            if not writable(number) or any(abs(number - other) <= self.reach(other) for other in seen):
                continue
            seen.append(number)
            key = f"{place[0]}" if place[1] is None else f"{place[0]}-{place[1]}"
            if key not in self.places:
                filled = fillings(self.trace, place).items()
                self.places[key] = {name: self.teller.math(filling.write(MATHML)) for name, filling in filled}
            name = self.names.setdefault(mistake.name, len(self.names))
            yield self.ref(number, self.anew(make), entry, np.shape(value)), name, key

    def reach(self, number: float) -> float:
        """Number → how near another may come to it and look like it."""
        return max(half_unit(number, self.teller.digits), 0.01 * abs(number))

    def anew(self, make: MistakenNumber) -> str | None:
        """What a mistake makes → what computes it for all inputs; `_NOWHERE` where these decide or it cannot be."""
        if self.unknown is None:
            return None
        unknown = self.unknown
        try:
            outcome = explore(lambda: _code(make(unknown)))
        except (TypeError, ValueError, NotImplementedError, AttributeError, KeyError, AssertionError):
            return _NOWHERE
        return _NOWHERE if isinstance(outcome, Fork) else outcome

    def ref(self, number: float, code: str | None, entry: Entry, shape: Shape) -> Ref:
        """The author's number, and what computes it for other inputs → itself, or where the script reads it."""
        if code == _NOWHERE:
            return (number, 0)
        if code is None or self.templates is None:
            return number
        place = f"[{int(np.ravel_multi_index(entry, shape))}]" if entry else ""
        return (self.templates.read(code + place),)


def _code(value: Value | None) -> str | None:
    """Number or array → the script that computes it, None where it is the same for all inputs."""
    if value is None or (is_known(value) and not np.all(np.isfinite(value))):
        return _NOWHERE  # what forgot that it is not known has come to nothing
    return None if is_known(value) else code_of(value)


def _distinguished(right: Value, wrong: Sequence[Value], entry: Entry) -> tuple[int, bool]:
    """Right and wrong arrays → how many of these are told from the right one at an entry, and whether it is not 0."""
    return len({_at(other, entry) for other in wrong} - {_at(right, entry)}), _at(right, entry) != 0


def _at(value: Value, entry: Entry) -> float:
    return as_float(value) if isinstance(value, float) else float(value[entry])


def forward_mistakes(trace: Trace, node: int) -> Iterator[tuple[Mistake, Place, MistakenNumber]]:
    """Node → the mistakes that can be made at its value, with what they make."""

    def mistaken(mistake: Mistake, slot: int | None, trace: Trace) -> Value | None:
        args = [trace.values[arg] for arg in trace.graph.args[node]]
        return mistake.instead(StudentOperation(trace.graph, node, args, trace.values[node]), slot)

    for mistake in FORWARD:
        for slot in range(len(trace.graph.args[node])) if mistake.edges else (None,):
            yield mistake, (node, slot), partial(mistaken, mistake, slot)


def edge_mistakes(trace: Trace, node: int, slot: int, what: What) -> Iterator[tuple[Mistake, Place, MistakenNumber]]:
    """Edge → the mistakes that can be made at its local derivative or at its contribution, those of it first."""

    def mistaken(mistake: Mistake, trace: Trace) -> Value | None:
        edge = Edge(trace, node, slot, trace.reached_gradient(node), *trace.edge_gradient(node, slot))
        if what == "local":
            return mistake.local(edge) if mistake.local else None
        return effect(mistake, edge).contribution

    edge = Edge(trace, node, slot, trace.reached_gradient(node), *trace.edge_gradient(node, slot))
    fitting = [mistake for mistake in BACKWARD if mistake.at and mistake.at(edge)]
    for mistake in sorted(fitting, key=lambda mistake: mistake.local is not None):
        yield mistake, (node, slot), partial(mistaken, mistake)


def sum_mistakes(trace: Trace, node: int) -> Iterator[tuple[Mistake, Place, MistakenNumber]]:
    """Node where contributions meet → the mistakes that can be made at their sum."""

    def mistaken(mistake: Mistake, trace: Trace) -> Value | None:
        edges = [(reader, slot) for reader, slot, arg in trace.backward_edges() if arg == node]
        arrived = [trace.edge_gradient(*edge).contribution for edge in edges]
        if mistake.total:
            return reduce(mistake.total, arrived)
        return mistake.gradient(trace, node, reduce(operator.add, arrived)) if mistake.gradient else None

    for mistake in BACKWARD:
        if mistake.node and mistake.node(trace, node):
            yield mistake, (node, None), partial(mistaken, mistake)
