"""Trace → the texts of a page for whatever numbers its inputs get: templates, and where numbers decide, forks.

A template is a text in which one letter of the private use area stands for each number; `slots` says which number,
and whether it gets brackets where it is negative or has a power of ten. What a formula consists of, `=` between the
parts or `≈`, is a list of templates, since parts that come out alike are written once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphviz_ad.autodiff.steps import Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.annotate import edge_parts, local_symbol
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.overview import overview
from graphviz_ad.explain.phrase import Segment, plain
from graphviz_ad.explain.routes import Route, Routes, along, total
from graphviz_ad.explain.sentence import parts
from graphviz_ad.explain.stories import Teller
from graphviz_ad.language import numbers
from graphviz_ad.language.mathml import MATHML, Several
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.operators import PRODUCT, SIGN
from graphviz_ad.language.printer import DISPLAY, Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree
from graphviz_ad.tracing.branches import Fork, explore
from graphviz_ad.tracing.calculation import Calculation
from graphviz_ad.tracing.scalar import LEFT, RIGHT, TracedFloat

_FIRST = 0xE100
"""The letter of the first slot."""
_OFTEN = 0xF0000
"""The letter of the first fraction or tag, in another private use area."""
_FRACTION = re.compile(r"<mfrac>(?:(?!</?mfrac>).)*</mfrac>")
_TAG = re.compile(r"(?:</?\w[^<>]*>)+")
_PLACE = re.compile(f"{LEFT}([^{RIGHT}]*){RIGHT}")


_ONE_ELEMENT = 4
"""Beside what says which brackets a number gets: that it is held together where it is several signs."""


class _Letter(Several):
    """The letter of a number, which is another where the number has to be one element."""

    alone: Callable[[], str]

    def held(self) -> str:
        """→ that one."""
        return self.alone()


@dataclass
class TemplateTable:
    """What the templates of a page share: numbers, questions, and the templates themselves, each once."""

    digits: int
    reads: dict[str, int] = field(default_factory=dict)
    asks: dict[str, int] = field(default_factory=dict)
    slots: dict[tuple[int, int], int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    ends: dict[tuple[int, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mathml = replace(MATHML, slot=self.element)
        self.display = replace(DISPLAY, slot=self.slot)

    def read(self, code: str) -> int:
        """JavaScript of a number → its place among them."""
        return self.reads.setdefault(code, len(self.reads))

    def slot(self, value: TracedFloat, level: int, tight: bool) -> str:
        """Number and its place in a formula → its letter; brackets: 1 where it is negative, 2 where it is a product."""
        return self._letter(value.code, self._brackets(level, tight))

    @staticmethod
    def _brackets(level: int, tight: bool) -> int:
        return (level > SIGN or tight) + 2 * (level > PRODUCT)

    def element(self, value: TracedFloat, level: int, tight: bool) -> str:
        """Number and its place in mathematics → its letter, and another for where it has to be one element."""
        letter = _Letter(self.slot(value, level, tight))
        brackets = self._brackets(level, tight)
        letter.alone = lambda: self._letter(value.code, brackets | _ONE_ELEMENT)
        return letter

    def _letter(self, code: str, brackets: int = 0) -> str:
        return chr(_FIRST + self.slots.setdefault((self.read(code), brackets), len(self.slots)))

    def text(self, written: str) -> int:
        """A text with numbers in it → the place of its template."""
        template = _PLACE.sub(lambda found: self._letter(found[1]), written)
        return self.texts.setdefault(template, len(self.texts))

    def chain(self, relations: Sequence[tuple[str, str]], put: Callable[[str], int]) -> tuple[int, ...]:
        """Parts of a chain, each with the sign before it → templates and signs by turns."""
        (_, first), *rest = relations
        return put(first), *(one for sign, part in rest for one in (put(sign), put(part)))

    def explored(self, make: Callable[..., Any], *given: Any) -> int:
        """What makes places of templates, and what it is given → the place of the end or the fork that comes of it."""
        return self.coded(explore(lambda: make(*given)))

    def coded(self, found: Any) -> int:
        """What was found by `explore` → its place among the ends: [-1 - question, yes, no], or places of templates."""
        if isinstance(found, Fork):
            question = self.asks.setdefault(found.ask, len(self.asks))
            return self.end((-1 - question, self.coded(found.yes), self.coded(found.no)))
        return self.end(found)

    def written(self) -> tuple[list[str], list[str]]:
        """→ the templates, in which letters stand for fractions and tags that occur more than once, and what for each.

        There are letters for tags in fractions too.
        """
        fractions = _often(_FRACTION, self.texts)
        tags = _often(_TAG, [*self.texts, *fractions])
        letters = {one: chr(_OFTEN + number) for number, one in enumerate((*fractions, *tags))}

        def short(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
            return [pattern.sub(lambda found: letters.get(found[0], found[0]), text) for text in texts]

        return short(_TAG, short(_FRACTION, self.texts)), [*short(_TAG, fractions), *tags]

    def end(self, places: tuple[int, ...]) -> int:
        """Places of templates, or a fork → its place among the ends."""
        return self.ends.setdefault(places, len(self.ends))


def _often(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    """What of the pattern is more than once in the texts."""
    counts = Counter(one for text in texts for one in pattern.findall(text))
    return [one for one, count in counts.items() if count > 1]


class LiveTexts:
    """The texts of a trace of unknown numbers, under what they are of: `math` those of `Teller`, and plain text.

    `said` has the parts of the sentence of step 7 (`t7`), each for all languages as pieces of HTML, and the titles of
    stories (`n3`, `e7-0`); `plain` tells the text of a piece where it is another. `spoken` has equations as text,
    under the keys of `math`.
    """

    def __init__(self, teller: Teller, calculation: Calculation, book: TemplateTable, routes: Sequence[Routes]) -> None:
        self.teller, self.calculation, self.book = teller, calculation, book
        self.trace, self.graph, self.digits = calculation.trace, calculation.trace.graph, book.digits
        self.mathml, self.display = reading(book.mathml, book.digits), reading(book.display, book.digits)
        self.math: dict[str, int] = {}
        self.spoken: dict[str, int] = {}
        self.plain: dict[int, int] = {}
        self.said: dict[str, list[int]] = {}
        self._steps()
        self._ends()
        self._numbers()
        self._slopes()
        self._titles()
        self._routes(routes)

    def _tell(self, to: dict[str, int], key: str, make: Callable[..., Any], *given: Any) -> None:
        to[key] = self.book.explored(make, *given)

    def _chain(self, equation: Equation) -> tuple[int, ...]:
        return self.book.chain(equation.whole.relations(self.book.mathml), self.book.text)

    def _steps(self) -> None:
        book, trace, digits = self.book, self.trace, self.digits

        def shown(step: Step) -> tuple[int, ...]:
            return self._chain(equation(trace, step, digits))

        def spoken(step: Step) -> tuple[int, ...]:
            return book.chain(equation(trace, step, digits).whole.relations(book.display), book.text)

        def told(step: Step, part: int) -> tuple[int, ...]:
            return tuple(
                book.end(tuple(self._segment(one, lang) for one in parts(trace, step, lang, digits)[part]()))
                for lang in self.teller.languages
            )

        for step in trace.steps:
            self._tell(self.math, f"e{step.k}", shown, step)
            self._tell(self.spoken, f"e{step.k}", spoken, step)
            count = len(parts(trace, step, self.teller.words.lang, digits))
            self.said[f"t{step.k}"] = [book.explored(told, step, part) for part in range(count)]

    def _segment(self, segment: Segment, lang: str) -> int:
        """A piece of a sentence → the place of its HTML; that of its text is noted where it is another."""
        html = self.book.text(self.teller.segment(segment, lang, self.book.mathml))
        text = self.book.text(plain([segment]))
        if text != html:
            self.plain[html] = text
        return html

    def _ends(self) -> None:
        """The line of the beginning and that of the end."""
        for what in ("start", "finished"):
            line = overview(self.trace, what, self.digits)
            if line.pairs:
                self.math[what] = self._one(line.write(self.book.mathml))
            self.spoken[what] = self.book.end((self.book.text(line.write(self.book.display)),))

    def _numbers(self) -> None:
        """Values, gradients and contributions, alone and beside what they are of."""
        graph, trace = self.graph, self.trace
        for node, (value, grad) in enumerate(zip(trace.values, trace.grads, strict=True)):
            self._number(f"v{node}", value)
            if graph.plans[node] is None and node not in graph.constants:
                self._number(f"n{node}", value, (NAME, graph.names[node]))
            if grad is not None:
                self._number(f"g{node}", grad)
                self._number(f"u{node}", grad, (DERIVATIVE, (graph.names[graph.output], graph.names[node])))
        for node, slot, _ in trace.backward_edges():
            self._number(f"c{node}-{slot}", trace.edge_gradient(node, slot).contribution)

    def _one(self, markup: str) -> int:
        return self.book.end((self.book.text(markup),))

    def _number(self, key: str, value: Any, of: tuple[int, Any] | None = None) -> None:
        tree = Tree()
        parts = [tree.add(*of)] if of else []
        self.math[key] = self._one(
            self.mathml.relation("=").join(write(tree, part, self.mathml) for part in (*parts, tree.add(VALUE, value)))
        )

    def _slopes(self) -> None:
        """Local derivatives: the symbol, what it is, the number, of which none is written twice."""

        def slope(node: int, slot: int, dialect: Dialect, put: Callable[[str], int]) -> tuple[int, ...]:
            return self.book.chain(slope_parts(self.trace, node, slot, self.digits, dialect), put)

        for node, slot, _ in self.trace.backward_edges():
            self._tell(self.math, f"l{node}-{slot}", slope, node, slot, self.mathml, self.book.text)
            self._tell(self.spoken, f"l{node}-{slot}", slope, node, slot, self.display, self.book.text)

    def _titles(self) -> None:
        """What the stories are called: those of edges end in the local derivative."""
        for story, titles in self.teller.titles().items():
            if story[0] == "n" and not is_known(value := self.trace.values[int(story[1:])]):
                own, now = (numbers.text(one, self.digits) for one in (self.teller.trace.values[int(story[1:])], value))
                places = [self.book.text(title.removesuffix(own).removesuffix("≈ ") + now) for title in titles.values()]
            elif f"l{story[1:]}" in self.spoken:
                places = [self.book.text(title.split(": ", 1)[0] + ": ") for title in titles.values()]
            else:
                continue
            self.said[story] = [self.book.end(tuple(self.book.end((place,)) for place in places))]

    def _routes(self, found: Sequence[Routes]) -> None:
        """What arrives over each path, and the sum."""
        trace = self.trace

        def way(route: Route, count: int) -> tuple[int, ...]:
            return self._chain(along(trace, route.edges, count, self.digits).equation)

        def whole(one: Routes) -> tuple[int, ...]:
            arrived = [trace.over(route.edges) for route in one.shown]
            return self._chain(total(trace, one.node, arrived, one.count, self.digits))

        for one in found:
            for number, route in enumerate(one.shown):
                self._tell(self.math, f"r{one.node}-{number}", way, route, one.count)
            if one.total:
                self._tell(self.math, f"r{one.node}", whole, one)


def slope_parts(trace: Trace, node: int, slot: int, digits: int, dialect: Dialect) -> list[tuple[str, str]]:
    """Edge → its local derivative as symbol, as expression and as number, each with the sign before it."""
    symbol, number = edge_parts(trace, node, slot, digits, dialect)
    own = local_symbol(trace, node, slot, Tree(), reading(dialect, digits))
    equals = dialect.relation("=")
    rest = symbol.removeprefix(own + equals)  # what is sent back may hold comparisons, with signs of their own
    parts = [*([own] if rest != symbol else []), rest, *([number] if number else [])]
    return [("" if at == 0 else equals, part) for at, part in enumerate(parts)]
