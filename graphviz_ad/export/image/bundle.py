"""What shows itself in a notebook → the formats asked for, of which none is made that was not."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection
from html import unescape

from graphviz_ad.diagram.glyphs import shared
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.export.image.pages import Shown, picture_png
from graphviz_ad.export.image.palette import with_palette

SVG, PNG, TEXT = "image/svg+xml", "image/png", "text/plain"
"""What a notebook may ask for: JupyterLab shows no SVG in a notebook it does not trust, but a PNG."""

_PNG_SIDE_PX = 1600
"""Longer side of a PNG: a cell of 800 CSS pixels on a screen that has two device pixels for each."""

_CELL_WIDTH_PX = 700
"""What a cell has from left to right on a small screen: a wider picture is scaled down to its cell."""

_DESCRIBED = re.compile(r"<title[^>]*>(.*?)</title>\s*<desc[^>]*>(.*?)</desc>", re.DOTALL)
"""What our SVG says for those who cannot see it: the formula, and what is shown of it."""

Bundle = tuple[dict[str, str], dict[str, dict[str, int | str]]]
"""Data by media type, and what a notebook should know about them."""


def bundle(
    draw: Callable[[], Shown], text: str, include: Collection[str] | None = None,
    exclude: Collection[str] | None = None, *, small: bool = False,
) -> Bundle:  # fmt: skip
    """What draws a picture, and the text in its place → what Jupyter asks of `_repr_mimebundle_`.

    A picture that cannot be drawn, such as one of too many nodes, breaks no notebook: the text says why. A `small` PNG
    has a palette: a fourth of the size, for a little time.
    """
    kinds = [kind for kind in (SVG, PNG, TEXT) if (not include or kind in include) and kind not in (exclude or ())]
    data: dict[str, str] = {}
    metadata: dict[str, dict[str, int | str]] = {}
    try:
        picture = draw() if {SVG, PNG} & set(kinds) else None
        svg = picture.svg() if picture else ""
        if picture and SVG in kinds:
            data[SVG] = fluid(shared(svg), picture.shown[0])
        if picture and PNG in kinds:
            width, height = picture.shown
            scale = min(2.0, max(1.0, _PNG_SIDE_PX / max(width, height)))
            png = picture_png(picture, scale)
            data[PNG] = base64.b64encode(with_palette(png) if small else png).decode()
            metadata[PNG] = {"width": round(width), "height": round(height)}
            if described := _DESCRIBED.search(svg):  # which nbconvert takes for the `alt` of the picture
                metadata[PNG]["alt"] = ": ".join(map(unescape, described.groups()))
    except GraphvizADError as problem:
        return {TEXT: f"{text}\n{problem}"}, {}
    if TEXT in kinds:
        data[TEXT] = text
    return data, metadata


def fluid(svg: str, width: float) -> str:
    """SVG of that width → the same, as wide as its cell where it would be wider than many are.

    JupyterLab shows it in an `img` that no style inside makes narrower, but one without a size of its own fits.
    """
    if width <= _CELL_WIDTH_PX:
        return svg
    return re.sub(r' width="[^"]*" height="[^"]*"', f' width="100%" style="max-width:{width:g}px"', svg, count=1)
