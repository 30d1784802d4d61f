"""Deck → what a reader should know of its pictures, and what to do about it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.diagram.fitting import MIN_TYPE_PT
from graphviz_ad.diagram.own_theme import faults

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck

_MAX_READABLE_NODES = 60
"""Above it a reader is told to close parts. A judgement: about what a page holds in type that can be read."""
TOO_SMALL = (
    "type is {:.1f} points high on a slide 13.33 inches wide, where {:g} can be read: close a part with --close NAME, "
    "leave labels out with --hide derivative-numbers, or take the theme slides"
)
"""What a reader is told where the type of a slide is below `MIN_TYPE_PT`."""


def advice(deck: Deck) -> list[str]:
    """Deck → sentences: too many nodes, type too small, a coarser layout, faults of a theme."""
    remarks = []
    nodes = len(deck.trace.graph)
    if nodes > _MAX_READABLE_NODES:
        remarks.append(f"{nodes} nodes are more than a reader takes in: close parts of it, as --detail does")
    if deck.style.fit == "slide" and deck.type_pt < MIN_TYPE_PT:
        remarks.append(TOO_SMALL.format(math.floor(10 * deck.type_pt) / 10, MIN_TYPE_PT))
    if deck.scene.note:
        remarks.append(deck.scene.note)
    return remarks + faults(deck.style.theme, marked=bool(deck.scene.parts))
