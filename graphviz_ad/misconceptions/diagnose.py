"""The numbers that those write down who make a mistake, and what is said to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, combinations, islice, product

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import local_name, name_leaf
from graphviz_ad.explain.phrase import gap, phrase, plain
from graphviz_ad.items.model import Number, Place, Slip, Text, Wrong
from graphviz_ad.language.tree import Tree
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.mutants import AppliedMistakes, Mistake, Mutant, mutate_all

Diagnosis = tuple[Slip, ...]
"""Slips made together."""

BY_NAME: dict[str, Mistake] = {mistake.name: mistake for mistake in (*FORWARD, *BACKWARD)}

MOST_PAIRS = 2_000
"""Pairs of slips that are tried."""

_SMALLEST, _LARGEST = 1e-7, 1e9
"""Sizes of numbers that are handed in: at others one sees that something is wrong."""

_MAX_DIAGNOSES = 2
"""Explanations that are named where a number has several."""


class Slips:
    """A trace, and what comes out of it with each mistake made at one place, or at every place there is.

    `own` is what stands beside them in any case: numbers of one's own, which are gone on from. At the nodes `known` no
    mistake is made on the way forward, and on the way back, if it is given, only at the places `within`.
    """

    def __init__(
        self,
        trace: Trace,
        own: AppliedMistakes = (),
        known: Collection[int] = (),
        within: Collection[Place] | None = None,
    ) -> None:
        self.trace, self.own = mutate_all(trace, own) if own else trace, own
        self.known, self.within = known, within

    @cached_property
    def single(self) -> list[tuple[Diagnosis, Mutant]]:
        """Every mistake of the way back at each of its places, and those with several places made everywhere."""
        return list(self.each(BACKWARD))

    @cached_property
    def forward(self) -> list[tuple[Diagnosis, Mutant]]:
        """The same for the way forward."""
        return list(self.each(FORWARD))

    def each(self, mistakes: Iterable[Mistake]) -> Iterator[tuple[Diagnosis, Mutant]]:
        """Mistakes → each at each of its places, and everywhere, with the pass of one who makes it."""
        for mistake in mistakes:
            places = [place for place in mistake.places(self.trace) if self._possible(mistake, place)]
            ways = [Slip(mistake.name, (place,)) for place in places]
            ways += [Slip(mistake.name, tuple(places))] if len(places) > 1 and not mistake.edges else []
            for slip in ways:
                yield (slip,), self.made((slip,))

    def _possible(self, mistake: Mistake, place: Place) -> bool:
        if mistake.value:
            return place[0] not in self.known
        return self.within is None or place in self.within

    @cached_property
    def pairs(self) -> list[tuple[Diagnosis, Mutant]]:
        """Two slips at different places, as far as they are tried: both on the way back, or one on the way forward."""
        forward, backward = _once(self.forward), _once(self.single)
        return list(self._pairs(chain(combinations(backward, 2), product(forward, backward))))

    @cached_property
    def forward_pairs(self) -> list[tuple[Diagnosis, Mutant]]:
        """Two slips on the way forward, as far as they are tried."""
        return list(self._pairs(combinations(_once(self.forward), 2)))

    def _pairs(self, pairs: Iterable[tuple[Slip, Slip]]) -> Iterator[tuple[Diagnosis, Mutant]]:
        for pair in islice((one for one in pairs if one[0].places != one[1].places), MOST_PAIRS):
            yield pair, self.made(pair)

    def made(self, way: Diagnosis) -> Mutant:
        """Slips → the trace of one who makes them."""
        return mutate_all(self.trace, [*((BY_NAME[slip.mistake], slip.places) for slip in way), *self.own])

    def wrong(self, number: Number) -> tuple[Wrong, ...]:
        """A number that is asked for → the wrong numbers that slips lead to; ways to the same number stand together."""
        answers = Answers(number)
        for way, mutant in self.forward if answers.quantity.what == "value" else self.single:
            answers.add(way, mutant)
        return tuple(Wrong(answer, tuple(ways)) for answer, _, ways in answers.found)


class Answers:
    """The wrong numbers found so far for a number that is asked for: each, how far it reaches, all ways to it."""

    def __init__(self, number: Number) -> None:
        assert number.quantity is not None
        self.number, self.quantity = number, number.quantity
        self.found: list[tuple[float, float, list[Diagnosis]]] = []
        self._known: dict[float, list[Diagnosis] | None] = {}

    def add(self, way: Diagnosis, mutant: Mutant) -> list[Diagnosis] | None:
        """A way, and the pass it leads to → the ways so far to the same wrong number; None where it is right."""
        answer = self.quantity.read(mutant)
        if answer is None:
            return None
        if answer not in self._known:
            self._known[answer] = self._ways(answer)
        ways = self._known[answer]
        if ways is not None:
            ways.append(way)
        return ways

    def _ways(self, answer: float) -> list[Diagnosis] | None:
        """An answer → the ways to what it looks like, None where that is right, or no one writes it."""
        if not writable(answer) or near(answer, self.number.right, self.number):
            return None
        for other, reaches, ways in self.found:
            if abs(answer - other) <= reaches:
                return ways
        self.found.append((answer, reach(answer, self.number), []))
        return self.found[-1][2]


def writable(answer: float) -> bool:
    """Whether a number is one that somebody would write down and hand in."""
    return answer == 0 or _SMALLEST <= abs(answer) <= _LARGEST


def _once(ways: Iterable[tuple[Diagnosis, Mutant]]) -> list[Slip]:
    """Ways → the slips that are made at one place."""
    return [way[0] for way, _ in ways if len(way[0].places) == 1]


def near(answer: float, right: float, number: Number) -> bool:
    """Whether an answer is as good as another one to the question's tolerance, in parts of the larger one."""
    return abs(answer - right) <= reach(right, number)


def reach(right: float, number: Number) -> float:
    """Number that is written down → how far off it may be to the question's tolerance, in parts of itself."""
    share = number.tolerance / abs(number.right) if number.right else 0.01
    return max(share * abs(right), 0.0 if right else number.tolerance)


def feedback(trace: Trace, way: Sequence[Slip], lang: str) -> Text:
    """Slips → what is said of them: the mistake, the edge and the rule, and never the right number."""
    said: list[Text] = []
    for slip in way:
        said.append(_say(trace, slip, lang))
        if len(slip.places) > 1:
            said.append(phrase("slip.everywhere", lang))
    joined: Text = ()
    for text in said:
        joined = (*joined, *gap(lang), *text) if joined else text
    return joined


def explained(trace: Trace, ways: Sequence[Diagnosis], lang: str) -> Text:
    """All ways to one wrong answer → what is said of it: the mistake, or that there are several, and two of them."""
    by_words = {plain(text): text for text in (feedback(trace, way, lang) for way in without_repeats(ways))}
    texts = list(by_words.values())
    if len(texts) == 1:
        return texts[0]
    joined: Text = phrase("mark.several", lang)
    for number, text in enumerate(texts[:_MAX_DIAGNOSES], 1):
        joined = (*joined, ("text", f" ({number}) "), *text)
    return joined


def without_repeats(ways: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Ways → the same without those that say of more places what another one says."""
    return [way for way in ways if not any(says_less(other, way) for other in ways)]


def says_less(one: Diagnosis, other: Diagnosis) -> bool:
    """Whether one way is of the same mistakes as the other, but at fewer of its places."""
    return (
        one != other
        and len(one) == len(other)
        and all(
            slip.mistake == more.mistake and set(slip.places) <= set(more.places)
            for slip, more in zip(one, other, strict=True)
        )
    )


def _say(trace: Trace, slip: Slip, lang: str) -> Text:
    graph = trace.graph
    node, slot = slip.places[0]
    if slot is None:
        args = graph.args[node] or (node,)
        first, last = named(trace, args[0]), named(trace, args[-1])
        return phrase(f"slip.{slip.mistake}", lang, x=named(trace, node), a=first, b=last)
    arg, tree = graph.args[node][slot], Tree()
    symbol = Chain((Expression(tree, local_name(graph, node, arg, tree)),), ("",))
    return phrase(f"slip.{slip.mistake}", lang, x=named(trace, arg), out=named(trace, node), d=symbol)


def named(trace: Trace, node: int) -> Chain:
    """Node → its name as mathematics."""
    tree = Tree()
    return Chain((Expression(tree, name_leaf(trace.graph, node)(tree)),), ("",))
