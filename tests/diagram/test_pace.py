"""How long a frame stands: longer where there is more to understand, and where there is more to read."""

from __future__ import annotations

import pytest

from graphviz_ad.autodiff.steps import Accumulate, Evaluate, Pull, Seed
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.timing import seconds
from tests.diagram.cases import JAPANESE, NEURON, Case, deck_of

SENTENCE = "In a product, w gets the other factor."


def stands(step: Evaluate | Seed | Pull | Accumulate | None, k: int = 5, sentence: str = SENTENCE) -> float:
    """Step → how many seconds its frame stands."""
    return seconds(Frame(k, step, None, (), ()), sentence)


def test_the_order_of_kinds() -> None:
    evaluate, first = Evaluate(5, 2, 1.0), Evaluate(1, 2, 1.0)
    pull = Pull(5, 2, 0, 0, 1.0, 1.0, 1.0, (), 1, 1)
    partial, whole = (Accumulate(5, 2, 0, 0, 1.0, 2.0, count, 3) for count in (2, 3))
    kinds = [evaluate, pull, partial, Seed(5, 2, 1.0), whole, None]
    durations = [stands(step) for step in kinds]
    assert durations == sorted(set(durations))
    assert stands(first, k=1) > stands(evaluate)
    assert stands(None) > stands(None, k=0)


def test_a_longer_sentence_stands_longer_up_to_a_limit() -> None:
    step = Evaluate(5, 2, 1.0)
    assert stands(step, sentence="") < stands(step, sentence=SENTENCE) < stands(step, sentence=SENTENCE * 2)
    assert stands(step, sentence=SENTENCE * 20) == stands(step, sentence=SENTENCE * 40) == 9.0


def test_japanese_is_read_as_fast_as_english() -> None:
    """A sentence of 60 letters is one of about 24 kana and kanji."""
    assert stands(None, sentence="x" * 60) == stands(None, sentence="積" * 24)


@pytest.mark.parametrize(
    ("case", "lang"), [(NEURON, "en"), pytest.param(JAPANESE, "ja", marks=pytest.mark.cjk)], ids=["en", "ja"]
)
def test_a_deck_is_neither_hurried_nor_slow(case: Case, lang: str) -> None:
    deck = deck_of(case, lang=lang)
    durations = [seconds(deck.frames[number], deck.captions[number].plain_sentence) for number in deck.pictures()]
    assert all(1.5 <= duration <= 9 for duration in durations)
    assert 2.5 <= sum(durations) / len(durations) <= 5.5
