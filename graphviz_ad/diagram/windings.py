"""Outline of a glyph → the same, drawn the way round that others are, so that both can overlap in one path.

A bracket that is as high as a matrix is set from several glyphs, which overlap. Where one of them goes round the other
way, as the middle of ‖ does in New Computer Modern Math, the two cancel each other where they overlap, and the bar has
gaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = complex
"""A point, its y upwards."""
Segment = tuple[Point, ...]
"""A straight line or a Bézier curve: from where to where, with the control points between."""

_COMMAND = re.compile(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)")
"""A command of an outline and what stands behind it; e is none, since it belongs to a number."""
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
"""A number of an outline."""
_DECIMALS = 6
"""Decimals that are written: Typst has three."""


def one_way(d: str) -> str:
    """Typst's outline (one absolute move, then relative commands) → the same, or where it goes clockwise, reversed.

    >>> one_way("M 0 0m 2 0h -1v 3h 1Z ")
    'M 0 0m 2 3l -1 0l 0 -3l 1 0Z'
    """
    contours = list(_contours(d))
    if sum(map(_area, contours)) >= 0:
        return d
    out, at = "M 0 0", 0j
    for contour in contours:
        backwards = [segment[::-1] for segment in reversed(contour)]
        start = backwards[0][0]
        out += f"m {_text([start - at])}"
        for segment in backwards:
            out += f"{'lqc'[len(segment) - 2]} {_text([point - segment[0] for point in segment[1:]])}"
        out, at = out + "Z", start
    return out


def _contours(d: str) -> Iterator[list[Segment]]:
    """Outline → its closed contours, without the line that closes each."""
    at = start = 0j
    segments: list[Segment] = []
    for command, numbers in _COMMAND.findall(d):
        values = [float(number) for number in _NUMBER.findall(numbers)]
        points = [complex(x, y) for x, y in zip(values[::2], values[1::2])]
        match command:
            case "M" | "m":
                at = start = points[0] + (at if command == "m" else 0)
            case "h" | "v":
                segments.append((at, at := at + (values[0] if command == "h" else 1j * values[0])))
            case "l" | "c" | "q":
                size = {"l": 1, "q": 2, "c": 3}[command]
                for first in range(0, len(points), size):
                    segments.append((at, *(at + point for point in points[first : first + size])))
                    at = segments[-1][-1]
            case "Z" | "z" if segments:
                yield segments
                segments, at = [], start


def _area(contour: Sequence[Segment]) -> float:
    """Contour → twice the area within the points that it is drawn by, below 0 where they go round clockwise."""
    points = [point for segment in contour for point in segment]
    return sum((a.conjugate() * b).imag for a, b in pairwise([*points, points[0]]))


def _text(points: Sequence[Point]) -> str:
    return " ".join(f"{round(number, _DECIMALS):g}" for point in points for number in (point.real, point.imag))
