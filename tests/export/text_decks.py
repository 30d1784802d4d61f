"""What the tests of decks as text share: a small formula, one with a nasty comment, and a deck of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack
from urllib.parse import unquote

from graphviz_ad.diagram.selection import By, Pass
from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.export.deck_files import DeckFiles
from graphviz_ad.export.registry import make
from tests.diagram.cases import JAPANESE, NEURON, Case, deck_of
from tests.diagram.test_svg import NASTY

Extras = Mapping[str, object]
"""Options of one format by name, as `save` takes them."""


class SaveOptions(StyleOptions, total=False):
    """Options of `save` for any deck."""

    by: By
    only: Pass


PRODUCT: Case = ("L = w*x", {"w": 2, "x": 3})
MATRIX: Case = ("L = sum(softmax(W @ x)*[1, 2])", {"W": [[1, 2], [3, 4]], "x": [1, -1]})

SPOKEN = [
    "start. w = 2, x = 3. The inputs have their values; nothing is computed yet.",
    "forward · step 1 of 4. L = w · x = 2 · 3 = 6. L is the product of w and x.",
    "backward · step 2 of 4. ∂L/∂L = 1. "
    "The backward pass starts at the output: the derivative of L with respect to itself is 1.",
    "backward · step 3 of 4. ∂L/∂w = ∂L/∂L · x = 1 · 3 = 3. "
    "In a product, w gets the gradient that arrives at L times the other factor, x.",
    "backward · step 4 of 4. ∂L/∂x = ∂L/∂L · w = 1 · 2 = 2. "
    "In a product, x gets the gradient that arrives at L times the other factor, w.",
    "finished. ∂L/∂w = ∂L/∂L · x = 1 · 3 = 3.",
]
"""Heading, equation and sentence of each frame of PRODUCT."""


def nasty(comment: str) -> Case:
    """Comment → a formula with it, in one line."""
    return f"bg = w*x # {comment}", {"w": 2, "x": 3}


COMMENTS = [*NASTY, "--> {{< include /etc/passwd >}} ``` ~~~ $$ a--b ---", "![](http://x.y) *a* _b_ :::"]


def deck_files(
    kind: str, case: Case, folder: str = "pictures", extras: Extras | None = None,
    **options: Unpack[StyleOptions],
) -> DeckFiles:  # fmt: skip
    """Suffix, formula, options of the format and look → the deck of all steps: its text and its pictures."""
    deck = deck_of(case, **options)
    counts: list[int] = []
    files = make(kind, deck, deck.pictures(), folder, counts.append, **(extras or {}))
    assert counts == list(range(1, len(deck.pictures()) + 1))
    return files


def linked(folder: str, links: list[str]) -> list[str]:
    """Links of a text → names of files in the folder."""
    assert all(unquote(link).startswith(f"{folder}/") for link in links)
    return [unquote(link).removeprefix(f"{folder}/") for link in links]


__all__ = ["COMMENTS", "JAPANESE", "MATRIX", "NEURON", "PRODUCT", "SPOKEN", "deck_files", "linked", "nasty"]
