"""Outlines of set texts, for programs that have no mathematics of Office, and curves → DrawingML's own geometry.

ECMA-376 part 1, 20.1.9.8 (`a:custGeom`). Each glyph is a path of its own: where those of a high bracket overlap, one
path for all would have holes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.smooth import Rect

_UNITS_PER_POINT = 20
"""Of a path; DrawingML takes whole numbers, and a twentieth of a point is not seen."""
_COMMAND = re.compile(r"([MmHhVvLlQqCcz])([^MmHhVvLlQqCcz]*)")
"""A command of a path and its numbers, as `l5 -.5`."""
_NUMBER = re.compile(r"-?\d*\.?\d+")
"""A number of a path, as 5 or -.5."""
_TAGS = {"l": "lnTo", "q": "quadBezTo", "c": "cubicBezTo"}
"""Commands of a path → elements of DrawingML; those that are not here draw straight lines."""

Outlines = tuple[tuple[str, float, float], ...]
"""Paths of SVG as `diagram.outlines` makes them, and where the origin of each is."""


@lru_cache(maxsize=8192)
def geometry(outlines: Outlines, width: float, height: float) -> str:
    """Outlines in a box of that size → `a:custGeom`; the same text on many slides is converted once."""
    # rounded up, so that all points are inside
    size = f'w="{math.ceil(_UNITS_PER_POINT * width + 0.5)}" h="{math.ceil(_UNITS_PER_POINT * height + 0.5)}"'
    paths = "".join(
        f"<a:path {size}>{''.join(_path_elements(f'M{glyph}', x, y))}</a:path>"
        for path, x, y in outlines
        for glyph in path.split("M")[1:]
        if "z" in glyph  # a space has no outline
    )
    return (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst>{paths}</a:pathLst></a:custGeom>"
    )


def curve_geometry(points: Sequence[Point], rect: Rect) -> str:
    """Bézier points (1 + 3n) and the box they are in → `a:custGeom` of a line, which has no area."""
    left, top, right, bottom = rect
    size = f'w="{round(_UNITS_PER_POINT * (right - left))}" h="{round(_UNITS_PER_POINT * (bottom - top))}"'
    first, *others = (_point(point, -left, -top) for point in points)
    curves = "".join(f"<a:cubicBezTo>{''.join(others[at : at + 3])}</a:cubicBezTo>" for at in range(0, len(others), 3))
    return (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f'<a:pathLst><a:path {size} fill="none"><a:moveTo>{first}</a:moveTo>{curves}</a:path></a:pathLst></a:custGeom>'
    )


def _path_elements(path: str, left: float, top: float) -> Iterator[str]:
    """Path of a glyph → the elements of `a:path`.

    >>> list(_path_elements("M1 2m0 1h2zm5 0l1 1", 0, 0))[3:]
    ['<a:moveTo><a:pt x="120" y="60"/></a:moveTo>', '<a:lnTo><a:pt x="140" y="80"/></a:lnTo>']
    """
    x = y = 0.0
    start, moved = (0.0, 0.0), False
    for command, listed in _COMMAND.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(listed)]
        relative = command.islower()
        if command == "z":
            x, y = start
            yield "<a:close/>"
            continue
        if command in "Hh":
            numbers.append(0.0 if relative else y)
        elif command in "Vv":
            numbers.insert(0, 0.0 if relative else x)
        ax, ay = (x, y) if relative else (0.0, 0.0)
        points = [(ax + a, ay + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        x, y = points[-1]
        if command in "Mm":
            start, moved = (x, y), True
            continue
        if moved:  # of several moves the last
            yield f"<a:moveTo>{_point(start, left, top)}</a:moveTo>"
            moved = False
        tag = _TAGS.get(command.lower(), "lnTo")
        yield f"<a:{tag}>{''.join(_point(point, left, top) for point in points)}</a:{tag}>"


def _point(point: tuple[float, float], left: float, top: float) -> str:
    return f'<a:pt x="{round(_UNITS_PER_POINT * (point[0] + left))}" y="{round(_UNITS_PER_POINT * (point[1] + top))}"/>'
