"""Deck → Markdown (CommonMark): a heading, the picture, the equation between `$$` and the sentence for each step."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from graphviz_ad.diagram.glyphs import Glyphs
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.slides import Slide, markdown, slides
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone


def deck(deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, svg: Glyphs = "shared") -> DeckFiles:
    """Deck → a Markdown text, and an SVG for each of its frames in the folder beside it.

    Only headings, links to pictures and paragraphs are used, so that every reader of Markdown shows it; `$$` is
    mathematics for GitHub, GitLab, Jupyter, Pandoc and MkDocs with arithmatex.
    """
    pictures, blocks = [], [f"# {markdown(deck.title)}"]
    for done, slide in enumerate(slides(deck, numbers), 1):
        name = f"step-{slide.number:03d}.svg"
        pictures.append((name, deck.svg(slide.number, glyphs=svg).encode()))
        blocks += _step(slide, quote(f"{folder}/{name}"))
        tell(done)
    return ("\n\n".join(blocks) + "\n").encode(), pictures


def _step(slide: Slide, link: str) -> list[str]:
    """The words of a step and where its picture is → its blocks."""
    equation = [f"$$\n{slide.latex}\n$$"] if slide.latex else []
    picture = f"![{markdown(slide.spoken)}]({link})"
    sentence = [markdown(slide.sentence)] if slide.sentence else []
    return [f"## {markdown(slide.heading)}", picture, *equation, *sentence]
