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
from typing import ParamSpec

from graphviz_ad.autodiff.statements import statement_steps
from graphviz_ad.explain.annotate import slope_parts
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.expression import reading
from graphviz_ad.explain.moments import ExplainedStep, line, sentence_parts
from graphviz_ad.explain.overview import Overview, overview
from graphviz_ad.explain.phrase import Segment, plain
from graphviz_ad.explain.routes import Route, Routes, along, total
from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.player.keys import key_of
from graphviz_ad.language import numbers
from graphviz_ad.language.dialect import IN_ARRAY
from graphviz_ad.language.mathml import MATHML, Several
from graphviz_ad.language.numbers import is_known
from graphviz_ad.language.operators import POWER, PRODUCT, SIGN
from graphviz_ad.language.printer import DISPLAY, Dialect, write
from graphviz_ad.language.tree import DERIVATIVE, NAME, VALUE, Tree
from graphviz_ad.tracing.branches import Fork, explore
from graphviz_ad.tracing.calculation import Calculation
from graphviz_ad.tracing.scalar import LEFT, RIGHT, TracedFloat

_FIRST_SLOT = 0xE100
"""The letter of the first slot, in the private use area behind the letters that `tracing.scalar` has round a number."""
_FIRST_REPEATED = 0xF0000
"""The letter of the first fraction or tag, in another private use area: there may be more than there are slots."""
_FRACTION = re.compile(r"<mfrac>(?:(?!</?mfrac>).)*</mfrac>")
"""A fraction that has none inside: `<mfrac><mn>1</mn><mi>x</mi></mfrac>`."""
_TAG = re.compile(r"(?:</?\w[^<>]*>)+")
"""Tags in a row, as `</mi><mo>`."""
_PLACE = re.compile(f"{LEFT}([^{RIGHT}]*){RIGHT}")
"""The code of a number between the letters that `tracing.scalar` has round it."""
_ONE_ELEMENT = 4
"""Beside what says which brackets a number gets: that it is held together where it is several signs."""


class _Letter(Several):
    """The letter of a number, which is another where the number has to be one element."""

    alone: Callable[[], str]

    def held(self) -> str:
        """→ that one."""
        return self.alone()


P = ParamSpec("P")
"""Parameters of the function that `explored` is given."""
Places = tuple[int, ...]
"""Places of templates in their table: parts of a chain and the signs between them, by turns."""


@dataclass
class TemplateTable:
    """What the templates of a page share: numbers, questions, and the templates themselves, each once."""

    digits: int
    reads: dict[str, int] = field(default_factory=dict)
    asks: dict[str, int] = field(default_factory=dict)
    slots: dict[tuple[int, int], int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    ends: dict[Places, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mathml = replace(MATHML, slot=self.element)
        self.display = replace(DISPLAY, slot=self.slot)

    def read(self, code: str) -> int:
        """JavaScript of a number → its place among them."""
        return self.reads.setdefault(code, len(self.reads))

    def slot(self, value: TracedFloat, level: int, tight: bool) -> str:
        """Number and its place in a formula → its letter, and when it gets brackets (`_brackets`)."""
        return self._letter(value.code, self._brackets(level, tight))

    @staticmethod
    def _brackets(level: int, tight: bool) -> int:
        """Place of a number → its brackets: 1 if negative, 2 with a power of ten or as a fraction, 8 with a slash.

        16 says that it is among the entries of an array, where a fraction has a slash.
        """
        return (level > SIGN or tight) + 2 * (level > POWER) + 8 * (level > PRODUCT) + 16 * (level == IN_ARRAY)

    def element(self, value: TracedFloat, level: int, tight: bool) -> str:
        """Number and its place in mathematics → its letter, and another for where it has to be one element."""
        letter = _Letter(self.slot(value, level, tight))
        brackets = self._brackets(level, tight)
        letter.alone = lambda: self._letter(value.code, brackets | _ONE_ELEMENT)
        return letter

    def _letter(self, code: str, brackets: int = 0) -> str:
        return chr(_FIRST_SLOT + self.slots.setdefault((self.read(code), brackets), len(self.slots)))

    def text(self, written: str) -> int:
        """A text with numbers in it → the place of its template."""
        template = _PLACE.sub(lambda match: self._letter(match[1]), written)
        return self.texts.setdefault(template, len(self.texts))

    def chain(self, relations: Sequence[tuple[str, str]], put: Callable[[str], int]) -> Places:
        """Parts of a chain, each with the sign before it → templates and signs by turns."""
        (_, first), *rest = relations
        return put(first), *(place for sign, part in rest for place in (put(sign), put(part)))

    def explored(self, make: Callable[P, Places], *args: P.args, **options: P.kwargs) -> int:
        """Function that makes places of templates, and its arguments → the place of the end or the fork it leads to."""
        return self.coded(explore(lambda: make(*args, **options)))

    def coded(self, outcome: object) -> int:
        """Outcome of `explore` → its place among the ends: [-1 - question, yes, no], or places of templates."""
        if isinstance(outcome, Fork):
            question = self.asks.setdefault(outcome.ask, len(self.asks))
            return self.end((-1 - question, self.coded(outcome.yes), self.coded(outcome.no)))
        assert isinstance(outcome, tuple)
        return self.end(outcome)

    def written(self) -> tuple[list[str], list[str]]:
        """→ the templates, in which letters stand for fractions and tags that occur more than once, and what for each.

        There are letters for tags in fractions too.
        """
        fractions = _repeated(_FRACTION, self.texts)
        tags = _repeated(_TAG, [*self.texts, *fractions])
        letters = {markup: chr(_FIRST_REPEATED + number) for number, markup in enumerate((*fractions, *tags))}

        def short(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
            return [pattern.sub(lambda match: letters.get(match[0], match[0]), text) for text in texts]

        return short(_TAG, short(_FRACTION, self.texts)), [*short(_TAG, fractions), *tags]

    def end(self, places: Places) -> int:
        """Places of templates, or a fork → its place among the ends."""
        return self.ends.setdefault(places, len(self.ends))


def _repeated(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    """Pattern without groups, and texts → its matches that are in the texts more than once."""
    counts = Counter(match for text in texts for match in pattern.findall(text))
    return [match for match, count in counts.items() if count > 1]


class LiveTexts:
    """The texts of a trace of unknown numbers, under what they are of: `math` those of `Teller`, and plain text.

    `sentences` has the parts of the sentence of step 7 (`t7`), each for all languages as pieces of HTML, and the titles
    of stories (`n3`, `e7-0`); `plain` has the text of a piece where that differs from its HTML. `spoken` has equations
    as text, under the keys of `math`.
    """

    def __init__(
        self, teller: Teller, calculation: Calculation, templates: TemplateTable, routes: Sequence[Routes],
        by_statement: bool = False,
    ) -> None:  # fmt: skip
        self.teller, self.calculation, self.templates = teller, calculation, templates
        self.trace, self.graph, self.digits = calculation.trace, calculation.trace.graph, templates.digits
        self.mathml = reading(templates.mathml, templates.digits)
        self.display = reading(templates.display, templates.digits)
        self.math: dict[str, int] = {}
        self.spoken: dict[str, int] = {}
        self.plain: dict[int, int] = {}
        self.sentences: dict[str, list[int]] = {}
        self._steps(by_statement)
        self._ends()
        self._numbers()
        self._slopes()
        self._titles()
        self._routes(routes)

    def _chain(self, equation: Equation | Overview) -> Places:
        return self.templates.chain(equation.relations(self.templates.mathml), self.templates.text)

    def _steps(self, by_statement: bool) -> None:
        """Equations and sentences of all steps, and where they are told by statement of these too."""
        templates, trace, digits = self.templates, self.trace, self.digits

        def shown(moment: ExplainedStep) -> Places:
            return self._chain(line(trace, moment, digits))

        def spoken(moment: ExplainedStep) -> Places:
            return templates.chain(line(trace, moment, digits).relations(templates.display), templates.text)

        def sentence_part(moment: ExplainedStep, part: int) -> Places:
            return tuple(
                templates.end(
                    tuple(
                        self._segment(segment, lang) for segment in sentence_parts(trace, moment, lang, digits)[part]()
                    )
                )
                for lang in self.teller.languages
            )

        for moment in (*trace.steps, *(statement_steps(trace) if by_statement else ())):
            key = key_of(moment)
            self.math[key] = templates.explored(shown, moment)
            self.spoken[key] = templates.explored(spoken, moment)
            count = len(sentence_parts(trace, moment, self.teller.words.lang, digits))
            self.sentences[f"t{key[1:]}"] = [templates.explored(sentence_part, moment, n) for n in range(count)]

    def _segment(self, segment: Segment, lang: str) -> int:
        """A piece of a sentence → the place of its HTML; that of its text goes to `plain` where it differs."""
        html = self.templates.text(self.teller.segment(segment, lang, self.templates.mathml))
        text = self.templates.text(plain([segment]))
        if text != html:
            self.plain[html] = text
        return html

    def _ends(self) -> None:
        """The line of the beginning and that of the end."""
        for what in ("start", "finished"):
            pairs = overview(self.trace, what, self.digits)
            if pairs.chains:
                self.math[what] = self._formula(pairs.write(self.templates.mathml))
            text = self.templates.text(pairs.write(self.templates.display))
            self.spoken[what] = self.templates.end((text,))

    def _numbers(self) -> None:
        """Values, gradients and contributions, alone and beside what they are of."""
        graph, trace = self.graph, self.trace
        for node, (value, grad) in enumerate(zip(trace.values, trace.grads, strict=True)):
            self._number(f"v{node}", value)
            if graph.ops[node] is None and node not in graph.constants:
                self._number(f"n{node}", value, (NAME, graph.names[node]))
            if grad is not None:
                self._number(f"g{node}", grad)
                self._number(f"u{node}", grad, (DERIVATIVE, (graph.names[graph.output], graph.names[node])))
        for node, slot, _ in trace.backward_edges():
            self._number(f"c{node}-{slot}", trace.edge_gradient(node, slot).contribution)

    def _formula(self, markup: str) -> int:
        """MathML of a formula in which no number decides → the place of its end."""
        return self.templates.end((self.templates.text(markup),))

    def _number(self, key: str, value: object, of: tuple[int, object] | None = None) -> None:
        tree = Tree()
        parts = [tree.add(*of)] if of else []
        self.math[key] = self._formula(
            self.mathml.relation("=").join(write(tree, part, self.mathml) for part in (*parts, tree.add(VALUE, value)))
        )

    def _slopes(self) -> None:
        """Local derivatives: the symbol, what it is, the number, of which none is written twice."""
        templates = self.templates

        def slope(node: int, slot: int, dialect: Dialect, put: Callable[[str], int]) -> Places:
            return templates.chain(slope_parts(self.trace, node, slot, self.digits, dialect), put)

        for node, slot, _ in self.trace.backward_edges():
            self.math[f"l{node}-{slot}"] = templates.explored(slope, node, slot, self.mathml, templates.text)
            self.spoken[f"l{node}-{slot}"] = templates.explored(slope, node, slot, self.display, templates.text)

    def _titles(self) -> None:
        """Titles of the stories: those of nodes end in the value, those of edges in the local derivative."""
        text, end = self.templates.text, self.templates.end
        for story, titles in self.teller.titles().items():
            if story[0] == "n" and not is_known(value := self.trace.values[int(story[1:])]):
                own = numbers.text(self.teller.trace.values[int(story[1:])], self.digits)
                slot = numbers.text(value, self.digits)
                places = [text(title.removesuffix(own).removesuffix("≈ ") + slot) for title in titles.values()]
            elif f"l{story[1:]}" in self.spoken:
                places = [text(title.split(": ", 1)[0] + ": ") for title in titles.values()]
            else:
                continue
            self.sentences[story] = [end(tuple(end((place,)) for place in places))]

    def _routes(self, by_input: Sequence[Routes]) -> None:
        """What arrives over each path, and the sum."""
        trace = self.trace

        def path(route: Route, count: int) -> Places:
            return self._chain(along(trace, route.edges, count, self.digits).equation)

        def path_sum(routes: Routes) -> Places:
            contributions = [trace.over(route.edges) for route in routes.shown]
            return self._chain(total(trace, routes.node, contributions, routes.count, self.digits))

        for routes in by_input:
            for number, route in enumerate(routes.shown):
                self.math[f"r{routes.node}-{number}"] = self.templates.explored(path, route, routes.count)
            if routes.total:
                self.math[f"r{routes.node}"] = self.templates.explored(path_sum, routes)
