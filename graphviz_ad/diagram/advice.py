"""Deck → what a reader should know of its pictures, and what to do about it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_ad.diagram.fitting import MIN_TYPE_PT
from graphviz_ad.diagram.own_theme import faults
from graphviz_ad.diagram.theme import SLIDES, Theme

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck

_MAX_READABLE_NODES = 60
"""Above it a reader is told to close parts. A judgement: about what a page holds in type that can be read."""


def advice(deck: Deck) -> list[str]:
    """Deck → sentences: too many nodes, type too small, a coarser layout, faults of a theme."""
    remarks = []
    nodes = len(deck.trace.graph)
    if nodes > _MAX_READABLE_NODES:
        remarks.append(f"{nodes} nodes are more than a reader takes in: close parts of it, as --detail does")
    if deck.style.fit == "slide" and deck.type_pt < MIN_TYPE_PT:
        remarks.append(too_small(deck.type_pt, deck.style.theme))
    if deck.scene.note:
        remarks.append(deck.scene.note)
    return remarks + faults(deck.style.theme, marked=bool(deck.scene.parts))


def too_small(type_pt: float, theme: Theme) -> str:
    """Height of the type of a slide in points, and the theme → what a reader is told below `MIN_TYPE_PT`."""
    remedies = ["close a part with --close NAME", "leave labels out with --hide derivative-numbers"]
    if theme.name != SLIDES.name:
        remedies.append("take the theme slides")
    return (
        f"type is {math.floor(10 * type_pt) / 10:.1f} points high on a slide 13.33 inches wide, where {MIN_TYPE_PT:g} "
        f"can be read: {', '.join(remedies[:-1])}, or {remedies[-1]}"
    )
