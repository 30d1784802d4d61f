"""Typst's SVG → labels: outlines relative to their baselines, with measures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graphviz_ad.diagram.windings import one_way

MARK = "#01"
"""How the colour of a mark begins; the rest is the number of the label it stands before, and behind where the
width is asked for."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something to set: Typst markup (formulas between `$`), its size in points, a width to wrap at, a side."""

    markup: str
    size: float
    width: float | None = None
    side: str = "center"


@dataclass(frozen=True, slots=True)
class Run:
    """Outlines of one colour: an SVG path, and the box of its ink (x0, y0, x1, y1; y down from the baseline).

    `tag` is the colour given with `T`, six hexadecimal digits, or "" for the label's own.
    """

    tag: str
    path: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A set text: outlines relative to the start of its (first) baseline, and its measures in points.

    `request` is what was set, where that is known.
    """

    runs: tuple[Run, ...]
    width: float
    box: tuple[float, float, float, float]
    request: Request | None = field(default=None, compare=False, repr=False)

    @property
    def ink_width(self) -> float:
        """Width of what is printed."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Height of what is printed."""
        return self.box[3] - self.box[1]


EMPTY = Label((), 0.0, (0.0, 0.0, 0.0, 0.0))
"""For a place where nothing is written: no outlines, no room."""


_TAG = re.compile(
    r'<g transform="matrix\(1 0 0 -1 (\S+) (\S+)\)">((?:<use [^>]*>)+)</g>'
    r"|<path ([^>]*)/>|<(/)g>"
    r'|<g(?: transform="([^"]*)")?(/?)>'
)
"""The tags Typst writes: the glyphs of a text, a shape, the ends of a group."""
_USE = re.compile(r'<use xlink:href="#(\w+)" x="([^"]*)" y="([^"]*)" fill="([^"]*)"')
"""A glyph of a text: its outline, its place and its colour."""
_MAX_KEPT_TEXTS = 4_096
"""Most are a letter of mathematics or a few words of a sentence, in one label as in another."""
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
"""An attribute of a tag, its name and its value, as `fill="none"`."""
_PATH = re.compile(r'<path d="([^"]*)"')
"""The outline in a definition of a glyph, as `<path d="M 0 0 l 5 0 Z"`."""
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
"""A number of an outline, as -1.5 or 2e-7."""
_COMMAND = re.compile(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)")
"""A command of an outline and what stands behind it, as `l 5 0`; e is none, since it belongs to a number."""
_DECIMALS = 9
"""That Typst writes of a number: digits behind them come from adding large coordinates."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""

_glyphs: dict[str, tuple[str, Box]] = {}
"""Outline of every glyph met so far, y turned down, by Typst's content hash; relative commands only."""


@dataclass(slots=True)
class _Reading:
    """What was read of a label: where its baseline begins, where it ends, its outlines by colour.

    `heights` are those on the page that were met: how far they are below the baseline, and that as text.
    """

    x: float
    y: float
    end: float = 0.0
    parts: dict[str, list[tuple[str, Box]]] = field(default_factory=dict)
    heights: dict[float, tuple[float, str]] = field(default_factory=dict)

    def below(self, y: float) -> float:
        """Height on the page → how far below the baseline it is, without what is lost where large numbers are added."""
        return round(y - self.y, _DECIMALS)

    def add(self, colour: str, glyph: tuple[str, Box], x: float, y: float) -> None:
        """A glyph, and its place on the page → one more of the label."""
        known = self.heights.get(y)  # few lines have many glyphs
        if known is None:
            low = self.below(y)
            known = self.heights[y] = low, short(low)
        low, down = known
        outline, (x0, y0, x1, y1) = glyph
        placed = f"M{short(x)} {down}{outline}", (x0 + x, y0 + low, x1 + x, y1 + low)
        self.parts.setdefault(colour, []).append(placed)

    def label(self, request: Request) -> Label:
        """The finished label."""
        runs = tuple(_run(colour, placed) for colour, placed in self.parts.items())
        width = self.end - self.x if request.width is None else request.width
        return Label(runs, width, union([run.box for run in runs]), request)


def _run(colour: str, placed: Sequence[tuple[str, Box]]) -> Run:
    """Colour and the outlines in it, each with its box → all of them in one."""
    paths, boxes = zip(*placed, strict=True)
    return Run("" if colour == "#000000" else colour[1:], "".join(paths), union(boxes))


def read(page: bytes, requests: Sequence[Request]) -> list[Label]:
    """Typst's SVG → the labels on it. It holds groups, glyphs and shapes only, so its tags are read one by one.

    A label is the same wherever it stands on the page, to the last bit.
    """
    body, _, glyphs = page.decode().partition("<defs>")
    for symbol in glyphs.split('<symbol id="')[1:]:
        name = symbol[: symbol.index('"')]
        if name not in _glyphs:
            path = _PATH.search(symbol)
            _glyphs[name] = _outline(one_way(path[1]) if path else "", flip=True)
    readings: dict[int, _Reading] = {}
    now = _Reading(0.0, 0.0)
    x = y = 0.0
    groups: list[tuple[float, float]] = []
    for left, low, text, shape, closed, move, empty in _TAG.findall(body):
        if text:
            begins, line = x + float(left), y + float(low)
            for glyph, along, up, colour in _used(text):
                now.add(colour, glyph, begins + along, line - up)
        elif closed:
            x, y = groups.pop()
        elif shape:
            attributes = dict(_ATTRIBUTE.findall(shape))
            dx, dy = _shift(attributes.get("transform", ""))
            colour = attributes["stroke" if attributes.get("fill", "none") == "none" else "fill"]
            if not colour.startswith(MARK):
                now.parts.setdefault(colour, []).append(_shape(attributes, x + dx, now.below(y + dy)))
                continue
            number = int(colour[3:], 16)
            if number in readings:
                readings[number].end = x + dx
            else:
                now = readings[number] = _Reading(x + dx if requests[number].width is None else 0.0, y + dy)
        elif not empty:
            groups.append((x, y))
            dx, dy = _shift(move)
            x, y = x + dx, y + dy
    return [readings[number].label(request) for number, request in enumerate(requests)]


@lru_cache(maxsize=_MAX_KEPT_TEXTS)
def _used(text: str) -> list[tuple[tuple[str, Box], float, float, str]]:
    """Glyphs of a text as Typst writes them → each with its outline, its place in the text, and its colour."""
    return [(_glyphs[name], float(along), float(up), colour) for name, along, up, colour in _USE.findall(text)]


def _shape(attributes: Mapping[str, str], x: float, y: float) -> tuple[str, Box]:
    """A line of Typst (fraction bar, root) → a filled rectangle; a filled shape as it is."""
    outline, box = _outline(attributes["d"], flip=False)
    if attributes.get("fill", "none") != "none":
        return _placed(outline, box, x, y)
    half = float(attributes["stroke-width"]) / 2
    x0, y0, x1, y1 = box[0] + x, box[1] + y - half, box[2] + x, box[3] + y + half
    return f"M{short(x0)} {short(y0)}H{short(x1)}V{short(y1)}H{short(x0)}z", (x0, y0, x1, y1)


def _placed(outline: str, box: Box, x: float, y: float) -> tuple[str, Box]:
    """Outline, its box, and a place → both there."""
    return f"M{short(x)} {short(y)}{outline}", (box[0] + x, box[1] + y, box[2] + x, box[3] + y)


def _outline(d: str, *, flip: bool) -> tuple[str, Box]:
    """Typst's path (one absolute move, then relative commands) → relative commands and the box of its points."""
    sign = -1.0 if flip else 1.0
    out: list[str] = []
    x = y = 0.0
    start = (0.0, 0.0)
    xs, ys = [], []
    for command, numbers in _COMMAND.findall(d):
        values = [float(n) for n in _NUMBER.findall(numbers)]
        if command in "Zz":
            out.append("z")
            x, y = start
            continue
        if command == "M":
            x, y = values[0], values[1] * sign
            out.append(f"m{_join((x, y))}" if (x, y) != (0, 0) else "")
            start = (x, y)
            if not flip:  # a line begins where it stands; a glyph's origin is no ink
                xs.append(x)
                ys.append(y)
            continue
        if command == "h":
            pairs = [(values[0], 0.0)]
        elif command == "v":
            pairs = [(0.0, values[0] * sign)]
        else:
            pairs = [(a, b * sign) for a, b in zip(values[::2], values[1::2], strict=True)]
        for a, b in pairs:
            xs.append(x + a)
            ys.append(y + b)
        x, y = x + pairs[-1][0], y + pairs[-1][1]
        if command == "m":
            start = (x, y)
        points = [n for pair in pairs for n in pair]
        out.append(command + _join(points[:1] if command == "h" else points[1:] if command == "v" else points))
    return "".join(out), ((min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0))


def extent(outline: str) -> tuple[float, float]:
    """Outline of a glyph, without the move to its place → from where to where its ink goes."""
    x0, _, x1, _ = _outline(f"M0 0{outline}", flip=True)[1]
    return x0, x1


def union(boxes: Sequence[Box]) -> Box:
    """Boxes → the box around them."""
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def short(number: float) -> str:
    """Coordinate → text with at most two decimals, no trailing zeros, no -0.

    >>> short(3.0), short(-0.001), short(1.256)
    ('3', '0', '1.26')
    """
    text = f"{number:.2f}"
    if text[-1] != "0":  # most numbers
        return text
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _join(numbers: Iterable[float]) -> str:
    """Numbers → SVG's shortest list: a minus sign separates by itself."""
    out = ""
    for number in numbers:
        text = short(number)
        out += text if not out or text[0] == "-" else " " + text
    return out


def _shift(transform: str) -> tuple[float, float]:
    """Typst's transforms are shifts, and flips of glyphs that are flipped already → the shift."""
    if not transform:
        return 0.0, 0.0
    numbers = transform[transform.index("(") + 1 : -1].split()
    return (float(numbers[-2]), float(numbers[-1])) if len(numbers) > 1 else (float(numbers[0]), 0.0)
