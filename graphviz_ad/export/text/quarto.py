"""Deck → Quarto (`format: revealjs`, https://quarto.org): one slide on which the steps lie one on the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote

from graphviz_ad.diagram.glyphs import Glyphs
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide, markdown, size_within, slides
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.messages.catalogue import tag

_ROOM_PX = (1000.0, 600.0)
"""Width and height of Quarto's slide of 1050 × 700, without its margins."""


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, svg: Glyphs = "shared") -> DeckFiles:
    """Deck → a Quarto text, and an SVG for each of its frames in the folder beside it.

    The first picture lies under the others, which come as fragments, each until the next one; a fragment brings its
    own notes. No picture has a caption, which would show too early (quarto-cli#12598).
    """
    pictures, parts = [], []
    size = "width={}px height={}px".format(*size_within(deck, *_ROOM_PX))
    words = slides(deck, numbers)
    for done, slide in enumerate(words, 1):
        name = f"step-{slide.number:03d}.svg"
        pictures.append((name, deck.svg(slide.number, glyphs=svg).encode()))
        image = f'![]({quote(f"{folder}/{name}")}){{{size} fig-alt="{_attribute(slide.spoken)}"}}'
        parts.append(_fragment(image, slide, done - 2) if done > 1 else image)
        tell(done)
    stack = "\n\n".join([":::: {.r-stack}", *parts, "::::"])
    text = f"{_front(deck)}\n\n## {{#graph}}\n\n{stack}\n\n::: {{.notes}}\n{markdown(_notes(words[0]))}\n:::\n"
    return text.encode(), pictures


def _front(deck: Deck) -> str:
    """Deck → what Quarto should know; `-smart` leaves primes and minus signs as they are."""
    title = json.dumps(markdown(deck.title), ensure_ascii=False)
    return "\n".join((
        "---", f"pagetitle: {title}", f"lang: {tag(deck.style.lang)}", "from: markdown-smart",
        "format:", "  revealjs:", "    embed-resources: true", "    transition: none", "---",
    ))  # fmt: skip


def _fragment(image: str, slide: Slide, index: int) -> str:
    """Picture and words of a step → the fragment that shows it."""
    notes = _attribute(_notes(slide))
    head = f'::: {{.fragment .current-visible fragment-index={index} data-notes="{notes}"}}'
    return f"{head}\n{image}\n:::"


def _notes(slide: Slide) -> str:
    return " ".join(filter(None, (f"{slide.heading}.", f"{slide.equation}.", slide.sentence)))


def _attribute(text: str) -> str:
    """Text → what stands between the quotes of an attribute."""
    return markdown(text).replace('"', '\\"')
