"""SVG of a web page → the same picture in less text, and rules of style for it.

A paint that several elements have is a class; a text that is always in one place stands there by itself; and numbers
are written as short as paths allow.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from graphviz_ad.diagram.glyphs import shortest

_PAINT = re.compile(r'(?: (?:fill|stroke)(?:-\w+)?="[^"]*")+')
"""Fills and strokes of an element that stand in a row, as ` fill="none" stroke-width="2"`."""
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
"""One of these attributes, its name and its value."""
_USE = re.compile(r'<use href="#([qt]-?[\w-]+)" x="([^"]*)" y="([^"]*)"')
"""Where a text of `states` is used, and its place there, as `<use href="#t3" x="5" y="7.5"`."""
_TEXT = re.compile(r'<g id="([qt]-?[\w-]+)">')
"""The beginning of such a text, as `<g id="t3">`."""
_NAME = re.compile(r' data-name="[^"]*"')
"""The name of a part, which the page does without, as ` data-name="w"`."""
_OUTLINE = re.compile(r' d="[^"]*"')
"""An outline, as ` d="M0 0L0.5 10.25"`."""
_ORIGIN = re.compile(r' [xy]="0"')
"""A coordinate that need not be said, since it is 0: ` x="0"`."""

_BETWEEN = "\0"
"""What no SVG has, between those of a page."""


def condensed(*svgs: str) -> tuple[list[str], str]:
    """SVGs of one page that `states` made → the same, shorter, and CSS for all of them."""
    joined, style = _classed(_BETWEEN.join(_ORIGIN.sub("", _settled(_NAME.sub("", svg))) for svg in svgs))
    return [shortened(svg) for svg in joined.split(_BETWEEN)], style


def shortened(svg: str) -> str:
    """SVG → the same with the numbers of its outlines written as short as paths allow."""
    return _OUTLINE.sub(lambda outline: shortest(outline[0]), svg)


def _settled(svg: str) -> str:
    """SVG → the same, in which a text that is used in one place only has that place itself."""
    places: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for name, x, y in _USE.findall(svg):
        places[name].add((x, y))
    fixed = {name: points.pop() for name, points in places.items() if len(points) == 1}

    def text(match: re.Match[str]) -> str:
        if match[1] not in fixed:
            return match[0]
        x, y = fixed[match[1]]
        return f'{match[0][:-1]} transform="translate({x} {y})">'

    def use(match: re.Match[str]) -> str:
        return f'<use href="#{match[1]}"' if match[1] in fixed else match[0]

    return _TEXT.sub(text, _USE.sub(use, svg))


def _classed(svg: str) -> tuple[str, str]:
    """SVG → the same, in which paints that occur more than once are classes, and the CSS rule of each."""
    counts = Counter(_PAINT.findall(svg))
    repeated = [paint for paint, count in counts.items() if count > 1]
    names = {paint: f"p{number}" for number, paint in enumerate(repeated)}
    style = "".join(
        f".{name}{{{';'.join(f'{key}:{value}' for key, value in _ATTRIBUTE.findall(paint))}}}"
        for paint, name in names.items()
    )
    return _PAINT.sub(lambda match: f' class="{names[match[0]]}"' if match[0] in names else match[0], svg), style
