"""Deck → its page as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.player.document import document

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, start: int = 0, quiz: bool = False
) -> DeckFiles:
    """Deck → the HTML file that plays the frames of those numbers."""
    return document(deck, numbers, tell, start, quiz=quiz), []
