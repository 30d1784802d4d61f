"""The formats of decks: one table, which the command's help, the gallery, the errors and the tests read.

A new format is a module with a function `deck`, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from graphviz_ad.export.deck_files import DeckFiles, PicturesDone

if TYPE_CHECKING:  # the command's help reads this table, and waits for nothing
    from graphviz_ad.diagram.picture import Deck, Picture
    from graphviz_ad.diagram.style import Fit


@dataclass(frozen=True, slots=True)
class Format:
    """A format of decks: the module of `export` that makes it, what opens it, and the options it takes beyond the look.

    Its function `deck(deck, numbers, folder, tell, **options) -> DeckFiles` gets the frames to show, the name of the
    folder beside the file for pictures, and what to call with the number of pictures done. A picture named as the
    folder and `.pdf` stands beside the file itself: it has a page for each step. `fit` is that of its pictures,
    whatever is asked. Without `captions` its words are no outlines, so that nothing is set under its frames. With
    `titles` its slides have titles, in which the author's own stands. `extra` is what has to be installed for it.
    """

    module: str
    opens: str
    extra: str = ""
    options: tuple[str, ...] = ()
    fit: Fit | None = None
    captions: bool = True
    titles: bool = False

    @property
    def folder_name(self) -> str:
        """What the folder of its pictures has in its name."""
        return self.module.rpartition(".")[2]


DECKS: dict[str, Format] = {
    "html": Format("player.page", "a browser: player with keys, live numbers, stories, several languages",
                   options=("quiz",), fit="page", captions=False),
    "js": Format("player.script", """any page of your own: `<script src="deck.js"></script>` puts the player there""",
                 options=("quiz",), fit="page", captions=False),
    "pptx": Format(
        "powerpoint.deck",
        "PowerPoint, LibreOffice, Google Slides; `--native` for shapes to edit, `--template` for your own look",
        "slides", ("native", "template"), fit="slide", titles=True,
    ),
    "pdf": Format("image.pdf", "a PDF viewer: a page a step, 16:9, with real text", fit="slide"),
    "reveal.html": Format(
        "text.reveal", "reveal.js; `--fragment` for a section to paste", options=("fragment",), fit="slide"
    ),
    "qmd": Format("text.quarto", "Quarto", options=("svg",), fit="slide"),
    "marp.md": Format("text.marp", "Marp", options=("svg",), fit="slide"),
    "md": Format("text.markdown", "any Markdown", options=("svg",)),
    "tex": Format("latex.beamer", "LaTeX with beamer and TikZ: overlays by step", fit="slide"),
    "pages.tex": Format("latex.beamer_pages", "LaTeX with beamer: a PDF with a page for each overlay", fit="slide"),
    "standalone.tex": Format("latex.standalone", "LaTeX with standalone and TikZ: a page a step"),
    "ipynb": Format("text.notebook", "Jupyter: runs from top to bottom"),
    "animated.svg": Format("image.animated", "anything that shows an SVG in `<img>`: a README, a wiki, a chat"),
    "gif": Format("image.gif", "anything: chat, e-mail", "slides"),
}  # fmt: skip
"""Formats of a deck in one file, by suffix."""


def _png(picture: Picture) -> bytes:
    from graphviz_ad.export.image.pages import picture_png

    return picture_png(picture)


def _pdf(picture: Picture) -> bytes:
    from graphviz_ad.export.image.pages import pdf

    return pdf([picture.svg()])


def _dot(picture: Picture) -> bytes:
    from graphviz_ad.diagram.backward_parts import BackwardScene
    from graphviz_ad.export.text.backward_dot import backward_digraph
    from graphviz_ad.export.text.dot import digraph

    deck = picture.deck
    if isinstance(deck.scene, BackwardScene):
        return str(backward_digraph(deck.trace, deck.frames[picture.number], deck.style).source).encode()
    return str(digraph(deck.trace.graph, deck.trace, deck.frames[picture.number], deck.style).source).encode()


def _tex(picture: Picture) -> bytes:
    from graphviz_ad.export.latex.standalone import included

    return included(picture.deck, picture.number).encode()


PICTURES: dict[str, Callable[[Picture], bytes]] = {
    "svg": lambda picture: picture.svg().encode(), "png": _png, "pdf": _pdf, "dot": _dot, "tex": _tex,
}  # fmt: skip
"""Formats of one picture, by suffix."""


def make(kind: str, deck: Deck, numbers: list[int], folder: str, tell: PicturesDone, **options: object) -> DeckFiles:
    """Format and what its function gets → the deck in that format."""
    module = import_module(f"graphviz_ad.export.{DECKS[kind].module}")
    files: DeckFiles = module.deck(deck, numbers, folder, tell, **options)
    return files


def table() -> str:
    """→ the suffixes with what opens each, a line each, for a terminal."""
    wide = max(map(len, DECKS)) + 3
    return "\n".join(f"  {'.' + suffix:<{wide}}{format.opens.replace('`', '')}" for suffix, format in DECKS.items())
