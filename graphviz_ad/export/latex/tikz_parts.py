r"""What the parts of a TikZ picture are made of: the slides a line is on, labels, paths, points."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.typeset import short

_WIDTH_SLACK_PT = 3.0
"""How much wider LaTeX may set a label than Typst measured it before it is made smaller: other fonts, other gaps."""
_MAX_LINE_HEIGHT_PT = 20.0
"""Height of labels above which they are more than one line: one of type of 13 pt is lower, a matrix of two rows not."""
_STRAIGHT_PT = 0.05
"""Distance from a line up to which a point lies on it: less than a pixel of a projector, more than rounding."""


def slide_ranges(shown: Sequence[bool]) -> str:
    """Whether something is there, slide by slide → "1-3,5-", "" where it always is."""
    ranges: list[list[int]] = []
    for slide, there in enumerate(shown, 1):
        if there and ranges and ranges[-1][1] == slide - 1:
            ranges[-1][1] = slide
        elif there:
            ranges.append([slide, slide])
    if ranges == [[1, len(shown)]]:
        return ""
    texts = [str(a) if a == b else f"{a}-{'' if b == len(shown) else b}" for a, b in ranges]
    if ranges and ranges[-1] == [len(shown)] * 2:
        texts[-1] += "-"
    return ",".join(texts)


def only(shown: Sequence[bool], line: str) -> list[str]:
    """Whether a line is there, slide by slide → the line, with its slides where it is not always there."""
    if not any(shown):
        return []
    ranges = slide_ranges(shown)
    return [rf"\only<{ranges}>{{{line}}}" if ranges else line]


def label(style: str, placed: Placed, text: str, *, centred: bool = False, ink: str = "") -> str:
    """Label in its place → a node that is no wider than it was measured, about its middle or from where it begins."""
    x0, y0, x1, _ = placed.label.box
    anchor, place = "", (placed.x, placed.y)
    if centred and placed.label.height > _MAX_LINE_HEIGHT_PT:  # brackets of an array may not touch what is above them
        anchor, place = ", anchor=north", (placed.x + (x0 + x1) / 2, placed.y + y0)
    elif centred:
        anchor, place = ", anchor=base", (placed.x + (x0 + x1) / 2, placed.y)
    colour = f", text={ink}" if ink else ""
    return rf"\node[ad {style}={_room(placed)}{anchor}{colour}] at {at(place)} {{${text}$}};"


def _room(placed: Placed) -> str:
    return f"{{{short(max(placed.label.width, placed.label.ink_width) + _WIDTH_SLACK_PT)}}}"


def path(points: tuple[Point, ...]) -> str:
    """Bézier points → the path; pieces that are straight are drawn as one line."""
    pieces = [at(points[0])]
    start = points[0]
    for number in range(1, len(points), 3):
        a, b, end = points[number : number + 3]
        if all(_between(start, point, end) for point in (a, b)):
            straight = pieces[-2:-1] == ["--"] and number > 3 and _between(points[number - 4], start, end)
            pieces[-1:] = [at(end)] if straight else [pieces[-1], "--", at(end)]
        else:
            pieces += [f".. controls {at(a)} and {at(b)} ..", at(end)]
        start = end
    return " ".join(pieces)


def _between(start: Point, point: Point, end: Point) -> bool:
    """Three points → whether the middle one lies on the line between the others."""
    (x0, y0), (x, y), (x1, y1) = start, point, end
    return abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) <= _STRAIGHT_PT * max(abs(x1 - x0), abs(y1 - y0))


def at(point: Point) -> str:
    return f"({short(point[0])},{short(point[1])})"
