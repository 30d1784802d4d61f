"""Deck → PowerPoint: a slide for each step, as a picture or as shapes that can be edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphviz_ad.diagram.picture import Deck, Picture
from graphviz_ad.diagram.slides import Slide, slides
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.export.image.parallel import pngs
from graphviz_ad.export.powerpoint.canvas import Room
from graphviz_ad.export.powerpoint.native import Native
from graphviz_ad.export.powerpoint.presentation import Presentation


def deck(
    deck: Deck, numbers: Sequence[int], folder: str, tell: Callable[[int], None], native: bool = False,
    template: str | None = None,
) -> tuple[bytes, list[tuple[str, bytes]]]:  # fmt: skip
    """Deck → a presentation with a slide for each of its frames.

    A slide has a title, and for the speaker the equation and the sentence. What it shows is a picture (SVG, with a PNG
    for programs that show none), or with `native` shapes that can be edited, between which Morph moves. The master is
    that of `template`, whose slides are left out, or a plain one in the colours of the theme.
    """
    theme, lang = deck.style.theme, deck.style.lang
    made = Presentation(deck.title, theme, lang, template)
    place = _place(deck, made.room)
    scale = (place[2] - place[0]) / deck.full_width
    shapes = Native(deck, Room(place[0], place[1], scale), panel=template is not None) if native else None
    shown = slides(deck, numbers)
    if shapes is None:
        pictures = [Picture(deck, number, counter=False) for number in numbers]  # the title has the number of the step
        for done, (slide, picture, png) in enumerate(zip(shown, pictures, pngs(pictures), strict=True), 1):
            made.slide(_title(slide), _notes(slide)).picture(png, picture.svg().encode(), slide.spoken, place)
            tell(done)
        return made.bytes(), []
    for done, slide in enumerate(shown, 1):
        page = made.slide(_title(slide), _notes(slide))
        page.shapes(shapes.shapes(slide))
        if done > 1:
            page.morph()
        tell(done)
    return made.bytes(), []


def _place(deck: Deck, room: Rect) -> Rect:
    """Room on a slide → the part of it that pictures fill, in its middle."""
    x0, y0, x1, y1 = room
    scale = min((x1 - x0) / deck.full_width, (y1 - y0) / deck.height)
    width, height = scale * deck.full_width, scale * deck.height
    left, top = (x0 + x1 - width) / 2, (y0 + y1 - height) / 2
    return left, top, left + width, top + height


def _title(slide: Slide) -> str:
    return slide.heading[:1].upper() + slide.heading[1:]


def _notes(slide: Slide) -> str:
    """What the speaker reads: the sentence, then the equation."""
    return "\n".join(filter(None, (slide.sentence, slide.equation)))
