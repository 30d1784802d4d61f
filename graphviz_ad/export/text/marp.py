"""Deck → Marp (Markdown for slides, https://marp.app): a slide for each step, what to say in its comment."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from urllib.parse import quote

from graphviz_ad.diagram.glyphs import Glyphs
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide, markdown, slides
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.messages.catalogue import tag

_KEYWORDS = re.compile(
    r"(?<!\S)(bg|auto|contain|cover|fit|left|right|vertical|horizontal|blur|brightness|contrast|drop-shadow|grayscale"
    r"|hue-rotate|invert|opacity|saturate|sepia)(?=[:\s]|$)",
    re.ASCII,
)
"""Words that Marp would obey in the text of a picture (https://marpit.marp.app/image-syntax)."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, svg: Glyphs = "shared") -> DeckFiles:
    """Deck → a Marp text, and an SVG for each of its frames in the folder beside it.

    A picture is the background of its slide, which it fills whatever the theme; its text is read aloud all the same.
    Nothing but Markdown is used, since raw HTML is off in Marp unless asked for. To make PDF or PowerPoint of it,
    Marp needs `--allow-local-files`.
    """
    front = f"---\nmarp: true\ntitle: {json.dumps(deck.title, ensure_ascii=False)}\nlang: {tag(deck.style.lang)}\n---"
    pictures, pages = [], []
    for done, slide in enumerate(slides(deck, numbers), 1):
        name = f"step-{slide.number:03d}.svg"
        pictures.append((name, deck.svg(slide.number, glyphs=svg).encode()))
        pages.append(_slide(slide, quote(f"{folder}/{name}")))
        tell(done)
    body = "\n\n---\n\n".join(pages)
    return f"{front}\n\n{body}\n".encode(), pictures


def _slide(slide: Slide, link: str) -> str:
    """The words of a step, and where its picture is → its slide."""
    alt = markdown(_KEYWORDS.sub("\\1\u2060", slide.spoken))  # a word joiner is not seen, and makes it another word
    notes = "\n".join(filter(None, (slide.heading, slide.equation, slide.sentence)))
    comment = re.sub("-(?=-)", "- ", notes)  # or it could end here
    return f"![bg fit {alt}]({link})\n\n<!--\n{comment}\n-->"
