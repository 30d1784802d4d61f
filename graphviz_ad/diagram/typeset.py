"""Texts and formulas → outlines with measures, by Typst: one compile, a page for each label.

What a user typed reaches Typst as data only: names hold letters, digits and primes and are quoted by
`language.notation`, other text is a string literal made by `text`. The compiler's root is an empty folder.
"""

from __future__ import annotations

import atexit
import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from graphviz_ad.diagram.fonts import MATH_FONT, NO_FONTS, TEXT_FONT, Fonts

_BASELINE = "#010203"
_TEMPLATE = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set par(leading: 0.7em)
#let families = json(bytes(sys.inputs.families))
#set text(font: (sys.inputs.textfont, ..families), fallback: true, lang: sys.inputs.lang)
#show math.equation: set text(font: (sys.inputs.mathfont, ..families))
#let T(tag, body) = text(fill: rgb("#" + tag), body)
#let baseline = box(width: 0pt, height: 0pt, place(rect(width: 0.1pt, height: 0.1pt, fill: rgb("BASELINE"))))
#for (i, label) in json(bytes(sys.inputs.labels)).enumerate() {
  if i > 0 { pagebreak() }
  let body = text(size: label.size * 1pt, baseline + eval(label.markup, mode: "markup", scope: (T: T)))
  let side = if label.side == "left" { left } else { center }
  if label.width == none { body } else { block(width: label.width * 1pt, align(side, body)) }
}
""".replace("BASELINE", _BASELINE)


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
    """A set text: outlines relative to the start of its (first) baseline, and its measures in points."""

    runs: tuple[Run, ...]
    width: float
    box: tuple[float, float, float, float]

    @property
    def ink_width(self) -> float:
        """Width of what is printed."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Height of what is printed."""
        return self.box[3] - self.box[1]


EMPTY = Label((), 0.0, (0.0, 0.0, 0.0, 0.0))


def text(plain: str) -> str:
    """Plain text → Typst markup that shows exactly it."""
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'#"{escaped}"'


def typeset(
    requests: Sequence[Request],
    fonts: Fonts = NO_FONTS,
    lang: str = "en",
) -> list[Label]:
    """Requests → labels, in the same order; equal requests are set once."""
    wanted = list(dict.fromkeys(requests))
    if not wanted:
        return []
    pages = _compile(wanted, fonts, lang)
    done = {request: _read(page) for request, page in zip(wanted, pages, strict=True)}
    return [done[request] for request in requests]


def _compile(requests: Iterable[Request], fonts: Fonts, lang: str) -> list[bytes]:
    labels = [{"markup": r.markup, "size": r.size, "width": r.width, "side": r.side} for r in requests]
    pages = compiler(fonts.folders).compile(
        format="svg",
        sys_inputs={
            "labels": json.dumps(labels),
            "families": json.dumps(fonts.families),
            "textfont": TEXT_FONT,
            "mathfont": MATH_FONT,
            "lang": lang,
        },
    )
    return pages if isinstance(pages, list) else [pages]


@lru_cache(maxsize=4)
def compiler(folders: tuple[str, ...] = ()) -> Any:
    """Folders of fonts → a Typst compiler for labels, kept, since starting one costs more than a compile."""
    return new_compiler(_TEMPLATE, folders)


def new_compiler(template: str, folders: tuple[str, ...]) -> Any:
    import typst

    compiler: Any = typst.Compiler
    root = tempfile.TemporaryDirectory(prefix="graphviz_ad-")
    atexit.register(root.cleanup)
    main = Path(root.name) / "main.typ"
    main.write_text(template, encoding="utf-8")
    return compiler(input=str(main), root=root.name, ignore_system_fonts=True, font_paths=[Path(f) for f in folders])


# -- reading Typst's SVG -----------------------------------------------------------------------

_USE, _SHAPE = "{http://www.w3.org/2000/svg}use", "{http://www.w3.org/2000/svg}path"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PATH = re.compile(r'<path d="([^"]*)"')
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]

_glyphs: dict[str, tuple[str, Box]] = {}
"""Outline of every glyph met so far, y turned down, by Typst's content hash; relative commands only."""


def _read(page: bytes) -> Label:
    """One page of Typst's SVG → a Label; the mark of the baseline is the first thing on it."""
    body, _, glyphs = page.decode().partition("<defs>")  # every page repeats its glyphs: most are known by now
    for symbol in glyphs.split('<symbol id="')[1:]:
        name = symbol[: symbol.index('"')]
        if name not in _glyphs:
            path = _PATH.search(symbol)
            _glyphs[name] = _outline(path[1] if path else "", flip=True)
    root = ElementTree.fromstring(f"{body}</svg>" if glyphs else body)  # noqa: S314  (Typst wrote it)
    parts: dict[str, list[tuple[str, Box]]] = {}
    baseline = 0.0
    stack: list[tuple[Any, float, float]] = [(child, 0.0, 0.0) for child in reversed(root)]
    while stack:
        element, x, y = stack.pop()
        tag, attributes = element.tag, element.attrib
        if "transform" in attributes:
            dx, dy = _shift(attributes["transform"])
            x, y = x + dx, y + dy
        if tag == _USE:
            outline, box = _glyphs[attributes[_HREF][1:]]
            left, down = float(attributes.get("x", 0)), float(attributes.get("y", 0))
            placed = _placed(outline, box, x + left, y - down - baseline)
            parts.setdefault(attributes.get("fill", "none"), []).append(placed)
        elif attributes.get("fill") == _BASELINE:
            baseline = y
        elif tag == _SHAPE:
            colour = attributes.get("fill", "none")
            if colour == "none":
                colour = attributes["stroke"]
            parts.setdefault(colour, []).append(_shape(element, x, y - baseline))
        for child in reversed(element):
            stack.append((child, x, y))
    runs = tuple(
        Run(
            "" if colour == "#000000" else colour[1:],
            "".join(path for path, _ in placed),
            union([box for _, box in placed]),
        )
        for colour, placed in parts.items()
    )
    return Label(runs, float(root.attrib["width"].removesuffix("pt")), union([run.box for run in runs]))


def _shape(element: Any, x: float, y: float) -> tuple[str, Box]:
    """A line of Typst (fraction bar, root) → a filled rectangle; a filled shape as it is."""
    outline, box = _outline(element.attrib["d"], flip=False)
    if element.attrib.get("fill") != "none":
        return _placed(outline, box, x, y)
    half = float(element.attrib["stroke-width"]) / 2
    x0, y0, x1, y1 = box[0] + x, box[1] + y - half, box[2] + x, box[3] + y + half
    return f"M{short(x0)} {short(y0)}H{short(x1)}V{short(y1)}H{short(x0)}z", (x0, y0, x1, y1)


def _placed(outline: str, box: Box, x: float, y: float) -> tuple[str, Box]:
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


def union(boxes: Sequence[Box]) -> Box:
    """Boxes → the box around them."""
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def short(number: float) -> str:
    """Coordinate → text with at most two decimals, no trailing zeros, no -0.

    >>> short(3.0), short(-0.001), short(1.256)
    ('3', '0', '1.26')
    """
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _join(numbers: Iterable[float]) -> str:
    """Numbers → SVG's shortest list: a minus sign separates by itself."""
    out = ""
    for number in numbers:
        text = short(number)
        out += text if not out or text[0] == "-" else " " + text
    return out


def _shift(transform: str) -> tuple[float, float]:
    """Typst's transforms are shifts, and flips of glyphs that are flipped already → the shift."""
    values = [float(n) for n in transform[transform.rindex("(") + 1 : -1].split()]
    return (values[-2], values[-1]) if len(values) > 1 else (values[0], 0.0)
