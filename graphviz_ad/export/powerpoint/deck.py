"""Deck → PowerPoint: a slide for each step, as a picture or as shapes that can be edited."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.picture import Deck, Picture
from graphviz_ad.diagram.slides import Slide, slides
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.export.deck_files import DeckFiles, PicturesDone
from graphviz_ad.export.image.parallel import pngs
from graphviz_ad.export.powerpoint.canvas import Placement
from graphviz_ad.export.powerpoint.headings import heading
from graphviz_ad.export.powerpoint.native import NativeShapes
from graphviz_ad.export.powerpoint.presentation import Presentation

_PIXELS_PER_UNIT = 1.5
"""Of the PNG of a slide, which programs show that show no SVG: 1920 × 1080."""


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: PicturesDone, native: bool = False,
    template: str | None = None,
) -> DeckFiles:  # fmt: skip
    """Deck → a presentation with a slide for each of its frames.

    A slide has a title that says what the step computes, and for the speaker the equation and the sentence. What it
    shows is a picture (SVG, with a PNG for programs that show none), or with `native` shapes that can be edited,
    between which Morph moves. The master is that of `template`, whose slides are left out, or a plain one in the
    colours of the theme.
    """
    theme, lang = deck.style.theme, deck.style.lang
    presentation = Presentation(deck.title, theme, lang, template)
    rect = _picture_rect(deck, presentation.picture_area)
    placement = Placement(rect[0], rect[1], (rect[2] - rect[0]) / deck.full_width)
    left = placement.x + placement.scale * deck.left
    presentation.align_titles(left, left + placement.scale * deck.width)
    shapes = NativeShapes(deck, placement, panel=template is not None) if native else None
    texts = slides(deck, numbers)
    if shapes is None:
        pictures = [Picture(deck, number) for number in numbers]
        drawn = pngs(pictures, _PIXELS_PER_UNIT, small=True)
        for done, (text, picture, png) in enumerate(zip(texts, pictures, drawn, strict=True), 1):
            slide = presentation.slide(heading(deck, text), _notes(text))
            slide.picture(png, picture.svg().encode(), text.spoken, rect)
            tell(done)
        return presentation.bytes(), []
    for done, text in enumerate(texts, 1):
        slide = presentation.slide(heading(deck, text), _notes(text))
        slide.shapes(shapes.xml(text))
        if done > 1:
            slide.morph()
        tell(done)
    return presentation.bytes(), []


def _picture_rect(deck: Deck, area: Rect) -> Rect:
    """Area for pictures on a slide → the part of it that they fill, in its middle."""
    x0, y0, x1, y1 = area
    scale = min((x1 - x0) / deck.full_width, (y1 - y0) / deck.height)
    width, height = scale * deck.full_width, scale * deck.height
    left, top = (x0 + x1 - width) / 2, (y0 + y1 - height) / 2
    return left, top, left + width, top + height


def _notes(slide: Slide) -> str:
    """What the speaker reads: the sentence, then the equation."""
    return "\n".join(filter(None, (slide.sentence, slide.equation)))
