"""On a slide: a wide graph is set closer, a small one as ever, and the theme for slides has larger type."""

from __future__ import annotations

import pytest

from graphviz_ad.diagram.advice import too_small
from graphviz_ad.diagram.edges import _MAX_LETTER_PT
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.theme import LIGHT, SLIDES
from tests.diagram.cases import CASES, NEURON, Case, deck_of

SMALL: Case = ("L = w*x", {"w": 2, "x": 3})


def pixels(deck: Deck) -> float:
    """Deck → the height of its smallest type with a number on it, on its slide."""
    return deck.shown[0] / deck.full_width * deck.style.theme.sizes.local


CLASSIFIER: Case = ("p = sigmoid(w*x + b); L = bce(p, y)", {"w": 0.5, "x": 0.3, "b": 0.2, "y": 1})
"""A graph that is too wide for a slide, and not too high for numbers under their symbols."""


def stacked(deck: Deck) -> list[bool]:
    """Deck → for each edge with both, but for those of single letters, whether its number stands under its symbol."""
    labelled = [(e.local, e.number) for e in deck.scene.edges if e.local and e.number]
    return [number.rect[1] > local.rect[3] for local, number in labelled if local.label.width > _MAX_LETTER_PT]


def test_a_wide_graph_is_set_closer() -> None:
    wide, plain = deck_of(CLASSIFIER, fit="slide"), deck_of(CLASSIFIER)
    assert all(stacked(wide))
    assert not any(stacked(plain))
    assert wide.scene.width < 0.85 * plain.scene.width


def test_a_small_graph_is_as_ever() -> None:
    assert deck_of(SMALL, fit="slide").scene == deck_of(SMALL).scene


@pytest.mark.parametrize("case", [NEURON, SMALL, CASES["softmax"], CASES["affine layer"]])
def test_the_theme_for_slides_has_larger_type(case: Case) -> None:
    light, slides = (deck_of(case, fit="slide", theme=theme) for theme in ("light", "slides"))
    assert pixels(slides) > pixels(light)
    assert pixels(slides) >= 14
    assert slides.type_pt > light.type_pt


@pytest.mark.slow
def test_what_the_warning_advises_gives_larger_type() -> None:
    case: Case = (
        "s = x1 + x2; h1 = tanh(s - 0.5); h2 = tanh(s - 1.5); p = sigmoid(w*(h1 - h2) - c); L = bce(p, y) + λ w^2",
        {"x1": 1, "x2": 1, "w": 8, "c": 5.5, "y": 0, "λ": 0.1},
    )
    small, large = deck_of(case, fit="slide"), deck_of(case, fit="slide", theme="slides", digits=2)
    assert small.warnings == [too_small(small.type_pt, small.style.theme)]
    assert pixels(large) > 1.1 * pixels(small)


def test_the_slides_are_not_told_to_take_the_theme_that_they_have() -> None:
    assert too_small(11.26, LIGHT).endswith("can be read: close a part with --close NAME, "
                                            "leave labels out with --hide derivative-numbers, or take the theme slides")  # fmt: skip
    assert too_small(11.26, SLIDES).endswith("--close NAME, or leave labels out with --hide derivative-numbers")
