"""What shows itself in a notebook → the formats asked for, of which none is made that was not."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection
from typing import Any

from graphviz_ad.diagram.states import shared
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.export.image.pages import Shown, picture_png

SVG, PNG, TEXT = "image/svg+xml", "image/png", "text/plain"
"""What a notebook may ask for: JupyterLab shows no SVG in a notebook it does not trust, but a PNG."""

_PIXELS = 1600
"""Pixels of the longer side that a notebook has room for on a fine screen."""

_CELL = 700
"""Pixels that a cell has from left to right on a small screen."""

Bundle = tuple[dict[str, Any], dict[str, Any]]
"""Data by media type, and what a notebook should know about them."""


def bundle(
    draw: Callable[[], Shown], text: str, include: Collection[str] | None = None, exclude: Collection[str] | None = None
) -> Bundle:
    """What draws a picture, and the text in its place → what Jupyter asks of `_repr_mimebundle_`.

    A picture that cannot be drawn, such as one of too many nodes, breaks no notebook: the text says why.
    """
    wanted = [kind for kind in (SVG, PNG, TEXT) if (not include or kind in include) and kind not in (exclude or ())]
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    try:
        picture = draw() if {SVG, PNG} & set(wanted) else None
        if picture and SVG in wanted:
            data[SVG] = fluid(compact(picture.svg()), picture.shown[0])
        if picture and PNG in wanted:
            width, height = picture.shown
            scale = min(2.0, max(1.0, _PIXELS / max(width, height)))
            data[PNG] = base64.b64encode(picture_png(picture, scale)).decode()
            metadata[PNG] = {"width": round(width), "height": round(height)}
    except GraphvizADError as problem:
        return {TEXT: f"{text}\n{problem}"}, {}
    if TEXT in wanted:
        data[TEXT] = text
    return data, metadata


def compact(svg: str) -> str:
    """SVG of a picture → the same in half the text: what stands in it more than once is defined once.

    A notebook keeps a picture for every cell, and browsers alone read it. Ids bear the hash of the picture.
    """
    head, end, body = svg.partition("</desc>")
    key = head.split('<desc id="d')[1].split('"')[0]
    defined, body = (re.sub(r'((?:id="|href="#)[glt]\d+)"', rf'\1-{key}"', part) for part in shared(body))
    return f"{head}{end}{defined}{body}"


def fluid(svg: str, width: float) -> str:
    """SVG of that width → the same, as wide as its cell where it would be wider than many are.

    JupyterLab shows it in an `img` that no style inside makes narrower, but one without a size of its own fits.
    """
    if width <= _CELL:
        return svg
    return re.sub(r' width="[^"]*" height="[^"]*"', f' width="100%" style="max-width:{width:g}px"', svg, count=1)
