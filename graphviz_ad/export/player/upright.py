"""Deck → the same steps drawn from top to bottom, for windows as narrow as those of phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphviz_ad.diagram.backward_parts import BackwardScene
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.errors import LimitError

_MAX_NODES = 60
"""Of more, the second layout would take a second, and would be wider than a phone in both directions."""
_NARROW_PT = 360.0
"""The width of a phone: a picture that is no wider needs no other."""
_WORTH = 0.75
"""How much narrower the other picture has to be at least: else a page would be larger for little."""


def upright_deck(deck: Deck, numbers: Sequence[int]) -> Deck | None:
    """Deck and the frames shown → a deck of the same from top to bottom; None where that is not much narrower."""
    across = deck.style.direction == "LR" and not isinstance(deck.scene, BackwardScene)
    if not across or len(deck.trace.graph) > _MAX_NODES or deck.scene.width <= _NARROW_PT:
        return None
    try:
        turned = Deck(deck.trace, replace(deck.style, direction="TB"), numbers[-1:], selection=deck.selection)
    except LimitError:  # which the page can do without
        return None
    return turned if turned.scene.width <= _WORTH * deck.scene.width else None
