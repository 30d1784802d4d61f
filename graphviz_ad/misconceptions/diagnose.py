"""Trace and misconceptions → the wrong numbers they lead to; a wrong number → its diagnoses and a feedback text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, combinations, islice, product

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import local_name, name_leaf
from graphviz_ad.explain.phrase import gap, phrase, plain
from graphviz_ad.items.model import Diagnosis, Number, Place, Slip, Text, Wrong
from graphviz_ad.language.tree import Tree
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.mutants import AppliedMistakes, Mistake, Mutant, mutate_all
from graphviz_ad.misconceptions.spots import Spots

BY_NAME: dict[str, Mistake] = {mistake.name: mistake for mistake in (*FORWARD, *BACKWARD)}
"""All mistakes by name."""

MAX_PAIRS = 2_000
"""Pairs of slips that are tried."""

_SMALLEST_WRITTEN, _LARGEST_WRITTEN = 1e-7, 1e9
"""Sizes of numbers that are handed in: at others one sees that something is wrong."""

_MAX_DIAGNOSES = 2
"""Explanations that are named where a number has several."""


class Slips:
    """Trace → its mutants: one for each mistake at each of its places, and at all of them together.

    `own` are mistakes that every mutant has besides: a student's own numbers, put in the places of the right ones. At
    the nodes `known` no mistake of the forward pass is made; `within`, if given, are the only places for mistakes of
    the backward pass.
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
        """Every mistake of the backward pass at each of its places, and at all of them where it has several."""
        return list(self.with_mutants(BACKWARD))

    @cached_property
    def forward(self) -> list[tuple[Diagnosis, Mutant]]:
        """The same for the forward pass."""
        return list(self.with_mutants(FORWARD))

    def with_mutants(self, mistakes: Iterable[Mistake]) -> Iterator[tuple[Diagnosis, Mutant]]:
        """Mistakes → each as a diagnosis, at each of its places and at all of them, with its mutant."""
        for slip in self.slips_of(mistakes):
            yield (slip,), self.mutant((slip,))

    def slips_of(self, mistakes: Iterable[Mistake]) -> Iterator[Slip]:
        """Mistakes → each at each of its places and at all of them."""
        for mistake in mistakes:
            places = self._places(mistake, self.spots)
            yield from (Slip(mistake.name, (place,)) for place in places)
            if len(places) > 1 and not mistake.edges:
                yield Slip(mistake.name, tuple(places))

    def slips_at(self, spots: Spots, mistakes: Iterable[Mistake]) -> Iterator[Slip]:
        """Some of the operations and edges, and mistakes → each at each of its places among them."""
        for mistake in mistakes:
            yield from (Slip(mistake.name, (place,)) for place in self._places(mistake, spots))

    def _places(self, mistake: Mistake, spots: Spots) -> list[Place]:
        return [place for place in mistake.places(self.trace, spots) if self._possible(mistake, place)]

    @cached_property
    def spots(self) -> Spots:
        """The operations and edges of the trace."""
        return Spots(self.trace)

    def _possible(self, mistake: Mistake, place: Place) -> bool:
        if mistake.value:
            return place[0] not in self.known
        return self.within is None or place in self.within

    @cached_property
    def pairs(self) -> list[tuple[Diagnosis, Mutant]]:
        """Two slips at different places, up to `MAX_PAIRS`: both in the backward pass, or one in the forward pass."""
        forward, backward = _slips_at_one_place(self.forward), _slips_at_one_place(self.single)
        return list(self._pairs(chain(combinations(backward, 2), product(forward, backward))))

    @cached_property
    def forward_pairs(self) -> list[tuple[Diagnosis, Mutant]]:
        """Two slips in the forward pass, up to `MAX_PAIRS`."""
        return list(self._pairs(combinations(_slips_at_one_place(self.forward), 2)))

    def _pairs(self, pairs: Iterable[tuple[Slip, Slip]]) -> Iterator[tuple[Diagnosis, Mutant]]:
        apart = ((first, second) for first, second in pairs if first.places != second.places)
        for pair in islice(apart, MAX_PAIRS):
            yield pair, self.mutant(pair)

    def mutant(self, diagnosis: Diagnosis) -> Mutant:
        """Diagnosis → the trace of a student who makes its slips."""
        return mutate_all(self.trace, [*((BY_NAME[slip.mistake], slip.places) for slip in diagnosis), *self.own])

    def wrong(self, number: Number) -> tuple[Wrong, ...]:
        """A number that is asked for → the wrong numbers that slips lead to, each with all its diagnoses."""
        assert number.quantity is not None
        answers = Answers(number)
        for diagnosis, mutant in self.forward if number.quantity.what == "value" else self.single:
            answers.add(diagnosis, mutant)
        return answers.known


class Answers:
    """The wrong numbers so far for one that is asked for: each with its tolerance and the diagnoses that lead to it."""

    def __init__(self, number: Number) -> None:
        self.number = number
        self.wrong: list[tuple[float, float, list[Diagnosis]]] = []
        self._seen: dict[float, list[Diagnosis] | None] = {}

    @property
    def known(self) -> tuple[Wrong, ...]:
        """The wrong numbers, each with all its diagnoses."""
        return tuple(Wrong(answer, tuple(diagnoses)) for answer, _, diagnoses in self.wrong)

    def add(self, diagnosis: Diagnosis, mutant: Mutant) -> list[Diagnosis] | None:
        """Diagnosis and its mutant → the diagnoses so far of the same wrong number; None where the number is right."""
        assert self.number.quantity is not None
        answer = self.number.quantity.read(mutant)
        return None if answer is None else self.put(diagnosis, answer)

    def put(self, diagnosis: Diagnosis, answer: float) -> list[Diagnosis] | None:
        """Diagnosis and the answer it leads to → the same."""
        if answer not in self._seen:
            self._seen[answer] = self._diagnoses(answer)
        diagnoses = self._seen[answer]
        if diagnoses is not None:
            diagnoses.append(diagnosis)
        return diagnoses

    def _diagnoses(self, answer: float) -> list[Diagnosis] | None:
        """An answer → the diagnoses of the number it looks like; None where that is right, or no one would write it."""
        if not writable(answer) or near(answer, self.number.right, self.number):
            return None
        for other, reaches, diagnoses in self.wrong:
            if abs(answer - other) <= reaches:
                return diagnoses
        self.wrong.append((answer, reach(answer, self.number), []))
        return self.wrong[-1][2]


def writable(answer: float) -> bool:
    """Whether a number is one that somebody would write down and hand in."""
    return answer == 0 or _SMALLEST_WRITTEN <= abs(answer) <= _LARGEST_WRITTEN


def _slips_at_one_place(mutants: Iterable[tuple[Diagnosis, Mutant]]) -> list[Slip]:
    """Diagnoses of one slip, with their mutants → the slips that are made at a single place."""
    return [diagnosis[0] for diagnosis, _ in mutants if len(diagnosis[0].places) == 1]


def near(answer: float, right: float, number: Number) -> bool:
    """Whether an answer is as good as another one to the question's tolerance, in parts of the larger one."""
    return abs(answer - right) <= reach(right, number)


def reach(right: float, number: Number) -> float:
    """Number that is written down → how far off it may be to the question's tolerance, in parts of itself."""
    share = number.tolerance / abs(number.right) if number.right else 0.01
    return max(share * abs(right), 0.0 if right else number.tolerance)


def feedback(trace: Trace, diagnosis: Sequence[Slip], lang: str) -> Text:
    """Diagnosis → its feedback: the mistake, the edge and the rule, and never the right number."""
    sentences: list[Text] = []
    for slip in diagnosis:
        sentences.append(_sentence(trace, slip, lang))
        if len(slip.places) > 1:
            sentences.append(phrase("slip.everywhere", lang))
    joined: Text = ()
    for text in sentences:
        joined = (*joined, *gap(lang), *text) if joined else text
    return joined


def explained(trace: Trace, diagnoses: Sequence[Diagnosis], lang: str) -> Text:
    """All diagnoses of one wrong answer → its feedback: the mistake, or that there may be several, and two of them."""
    sentences = [feedback(trace, diagnosis, lang) for diagnosis in without_repeats(diagnoses)]
    texts = list({plain(sentence): sentence for sentence in sentences}.values())
    if len(texts) == 1:
        return texts[0]
    joined: Text = phrase("mark.several", lang)
    for number, text in enumerate(texts[:_MAX_DIAGNOSES], 1):
        joined = (*joined, ("text", f" ({number}) "), *text)
    return joined


def without_repeats(diagnoses: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Diagnoses → the same without those that name more places for what another one explains with fewer."""
    return [diagnosis for diagnosis in diagnoses if not any(says_less(other, diagnosis) for other in diagnoses)]


def says_less(diagnosis: Diagnosis, other: Diagnosis) -> bool:
    """Whether a diagnosis is of the same mistakes as the other, but at fewer of its places."""
    return (
        diagnosis != other
        and len(diagnosis) == len(other)
        and all(
            slip.mistake == more.mistake and set(slip.places) <= set(more.places)
            for slip, more in zip(diagnosis, other, strict=True)
        )
    )


def _sentence(trace: Trace, slip: Slip, lang: str) -> Text:
    return phrase(f"slip.{slip.mistake}", lang, **fillings(trace, slip.places[0]))


def fillings(trace: Trace, place: Place) -> dict[str, Chain]:
    """Place of a mistake → what fills the sentence about it: names, of an edge its local derivative too."""
    graph = trace.graph
    node, slot = place
    if slot is None:
        args = graph.args[node] or (node,)
        return {"x": named(trace, node), "a": named(trace, args[0]), "b": named(trace, args[-1])}
    arg, tree = graph.args[node][slot], Tree()
    symbol = Chain((Expression(tree, local_name(graph, node, arg, tree)),), ("",))
    return {"x": named(trace, arg), "out": named(trace, node), "d": symbol}


def named(trace: Trace, node: int) -> Chain:
    """Node → its name as mathematics."""
    tree = Tree()
    return Chain((Expression(tree, name_leaf(trace.graph, node)(tree)),), ("",))
