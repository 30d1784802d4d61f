"""Deck → a script that puts its player into the page of another, where `<script src="deck.js"></script>` stands.

The scripts of a player have the document, its address and its keys to themselves, and styles and ids of the page around
must not meet its own: so it is a frame, which the script makes and the page in it makes as high as it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.player.document import document
from graphviz_ad.export.player.shell import player_file, script_json, short_script

if TYPE_CHECKING:
    from graphviz_ad.diagram.picture import Deck


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, quiz: bool = False) -> DeckFiles:
    """Deck → the script with the page that plays the frames of those numbers.

    It begins with a byte order mark, by which browsers read its letters in pages of any encoding.
    """
    page = document(deck, numbers, tell, quiz=quiz).decode()
    function = short_script(player_file("embed.js")).strip().removesuffix(";")
    return f"{function}({script_json(page)},{script_json(deck.title)});\n".encode("utf-8-sig"), []
