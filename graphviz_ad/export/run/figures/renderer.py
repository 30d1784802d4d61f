"""What matplotlib draws → plain SVG: g, path, ellipse, with presentation attributes alone.

This is a backend of matplotlib (https://matplotlib.org/stable/api/backend_template_api.html). Texts of the figure are
Typst markup: they are measured and set as the labels of our pictures are, so that both look alike, in any script. Lines
are cut at the edge of their axes here, since the plain subset has no clipping.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase, GraphicsContextBase, RendererBase
from matplotlib.path import Path

from graphviz_ad.diagram.fonts import Fonts
from graphviz_ad.diagram.typeset import Label, Request, short, typeset

_DECIMALS = 2
"""Of a coordinate: a hundredth of a pixel."""
_MAX_SIGN = 4
"""Corners of a marker that is drawn with lines: a tick, a cross."""
_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}
"""Kinds of pieces of a path → their commands in SVG."""
_ASCENT_EM, _DESCENT_EM = 0.7, 0.2
"""Of a line of type, at least: texts side by side stand on one line whatever letters they have."""


class PlainRenderer(RendererBase):
    """Collects the parts of an SVG as matplotlib draws them; lines and markers are `weight` times as large as asked."""

    def __init__(self, width: float, height: float, fonts: Fonts, lang: str, weight: float = 1.0) -> None:
        super().__init__()
        self.weight = weight
        self.width, self.height, self.fonts, self.lang = width, height, fonts, lang
        self.parts: list[str] = []
        self.markers = 0
        self.attributes: Callable[[str], str] = lambda name: ""

    def label(self, markup: str, size: float) -> Label:
        """Typst markup and its size → the set text."""
        return typeset([Request(markup, size)], self.lang, self.fonts)[0]

    # -- what matplotlib asks ---------------------------------------------------------------------------

    def get_canvas_width_height(self) -> tuple[float, float]:
        """→ the size of the figure in pixels."""
        return self.width, self.height

    def flipy(self) -> bool:
        """Whether y grows downwards: not in what is handed to `draw_path`, which turns it."""
        return False

    def points_to_pixels(self, points: object) -> Any:
        """Points → pixels, which are the same here."""
        return points

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: object) -> tuple[float, float, float]:
        """Markup and its font → width, height and what is below the baseline."""
        size = prop.get_size_in_points()
        label = self.label(s, size)
        descent = max(label.box[3], _DESCENT_EM * size)
        return max(label.width, label.box[2]), descent + max(-label.box[1], _ASCENT_EM * size), descent

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begins the group of some axes, with the attributes that say their scale."""
        if s == "axes":
            self.parts.append(f"<g{self.attributes(gid) if gid else ''}>")

    def close_group(self, s: str) -> None:
        """Ends it."""
        if s == "axes":
            self.parts.append("</g>")

    def draw_path(self, gc: GraphicsContextBase, path: Any, transform: object, rgbFace: object = None) -> None:  # noqa: N803
        """Path → a path of the SVG, cut at the edge of its axes."""
        paint = self._paint(gc, rgbFace)
        if paint is None:
            return
        outline = self._outline(path.transformed(transform), gc, rgbFace is not None)
        if outline:
            self.parts.append(f'<path d="{outline}" {paint}/>')

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Any,
        marker_trans: Any,
        path: Any,
        trans: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        """Marker and places → an ellipse at each that is within the axes; ticks are lines."""
        mark = marker_path.transformed(marker_trans)
        if mark.codes is None or Path.CURVE4 not in mark.codes:
            if len(mark.vertices) <= _MAX_SIGN:
                self._signs(gc, mark, trans.transform(path.vertices), self._paint(gc, None))
            else:  # an area: matplotlib draws a single one so
                super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
            return
        box = mark.get_extents()
        self._ellipses(
            gc,
            trans.transform(path.vertices),
            self.weight * box.width / 2,
            self.weight * box.height / 2,
            self._paint(gc, rgbFace),
        )

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: Any, angle: float, ismath: object = False,
        mtext: object = None,
    ) -> None:  # fmt: skip
        """Markup → its outlines in the colour, turned by the angle."""
        label = self.label(s, prop.get_size_in_points())
        if not label.runs:
            return
        place = f"translate({_short(x)} {_short(self.height - y)})"
        turn = f" rotate({_short(-angle)})" if angle % 360 else ""
        colour, alpha = _colour(gc.get_rgb())
        opacity = f' fill-opacity="{alpha:g}"' if alpha < 1 else ""
        path = "".join(run.path for run in label.runs)
        self.parts.append(f'<path transform="{place}{turn}" fill="{colour}"{opacity} d="{path}"/>')

    # -- how it is written ------------------------------------------------------------------------------

    def _paint(self, gc: GraphicsContextBase, face: object) -> str | None:
        return _paint(gc, face, self.weight)

    def _signs(self, gc: object, mark: Any, places: Any, paint: str | None) -> None:
        """Marker of lines in pixels → it at each place: ticks, crosses."""
        box = _clip(gc)
        for x, y in places:
            if paint and math.isfinite(x + y) and (box is None or _is_within(x, y, box)):
                points = [f"{_short(x + dx)} {_short(self.height - y - dy)}" for dx, dy in self.weight * mark.vertices]
                codes = ["M", *["L"] * (len(points) - 1)] if mark.codes is None else [_LETTERS[c] for c in mark.codes]
                pairs = zip(codes, points, strict=True)
                outline = "".join(code if code == "Z" else code + point for code, point in pairs)
                self.parts.append(f'<path d="{outline}" {paint}/>')

    def _ellipses(self, gc: object, places: Any, rx: float, ry: float, paint: str | None) -> None:
        box = _clip(gc)
        for x, y in places:
            if paint and math.isfinite(x + y) and (box is None or _is_within(x, y, box)):
                self.markers += 1
                at = f'cx="{_short(x)}" cy="{_short(self.height - y)}" rx="{_short(rx)}" ry="{_short(ry)}"'
                self.parts.append(f"<ellipse {at} {paint}/>")

    def _outline(self, path: Any, gc: Any, filled: bool) -> str:
        """Path in pixels → the text of its outline."""
        box = _clip(gc)
        if box is not None and filled:
            if path.codes is None or Path.CURVE4 not in path.codes:
                path = path.clip_to_bbox(gc.get_clip_rectangle(), inside=True)
            box = None
        pieces: list[str] = []
        last, before = "", ["", ""]
        segments = path.iter_segments(simplify=False, clip=box, curves=True, snap=False, stroke_width=1.0)
        for points, code in segments:
            pairs = [] if code == Path.CLOSEPOLY else list(zip(points[::2], points[1::2]))
            written = " ".join(f"{_short(x)} {_short(self.height - y)}" for x, y in pairs)
            letter = _LETTERS[code]
            is_further = filled and letter == last == "L" and _are_level(*before, written)  # along the edge of the axes
            if is_further:
                pieces[-1] = pieces[-1][0] + written
            else:
                pieces.append(" " + written if letter == last == "L" else letter + written)
            last, before = letter, [before[0 if is_further else 1], written]
        text = "".join(pieces)
        return text if any(letter in text for letter in "LCQ") else ""


class PlainCanvas(FigureCanvasBase):
    """The canvas of a figure whose texts are measured by our own renderer."""

    renderer: PlainRenderer

    def get_renderer(self) -> PlainRenderer:
        """→ the renderer, which matplotlib asks for where it places things by their size."""
        return self.renderer


def _clip(gc: Any) -> tuple[float, float, float, float] | None:
    """→ the edge at which is cut: left, bottom, right, top."""
    box = gc.get_clip_rectangle()
    return None if box is None else (box.x0, box.y0, box.x1, box.y1)


def _are_level(*points: str) -> bool:
    """Points as they are written → whether they have one x or one y."""
    return any(len(set(values)) == 1 for values in zip(*(point.split(" ") for point in points)))


def _is_within(x: float, y: float, box: Sequence[float]) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _paint(gc: Any, face: Any, weight: float) -> str | None:
    """Line and area → presentation attributes, None where nothing would be seen."""
    width = weight * gc.get_linewidth()
    colour, alpha = _colour(gc.get_rgb())
    stroked = width > 0 and alpha > 0
    filled = face is not None and (len(face) < 4 or face[3] > 0)
    if not stroked and not filled:
        return None
    parts = []
    if filled:
        area, opacity = _colour(face, gc.get_alpha() if gc.get_forced_alpha() else None)
        parts.append(f'fill="{area}"' + (f' fill-opacity="{opacity:.3g}"' if opacity < 1 else ""))
    else:
        parts.append('fill="none"')
    if stroked:
        parts.append(f'stroke="{colour}" stroke-width="{_short(width)}"')
        if alpha < 1:
            parts.append(f'stroke-opacity="{alpha:.3g}"')
        if (join := gc.get_joinstyle()) != "miter":
            parts.append(f'stroke-linejoin="{join}"')
        if (cap := gc.get_capstyle()) != "butt":
            parts.append(f'stroke-linecap="{"square" if cap == "projecting" else cap}"')
        _, dashes = gc.get_dashes()
        if dashes is not None:
            parts.append(f'stroke-dasharray="{" ".join(_short(weight * dash) for dash in dashes)}"')
    return " ".join(parts)


def _colour(rgba: Sequence[float], alpha: float | None = None) -> tuple[str, float]:
    """Red, green, blue and perhaps opacity from 0 to 1 → six hexadecimal digits, and the opacity."""
    opacity = alpha if alpha is not None else rgba[3] if len(rgba) > 3 else 1.0
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgba[:3]), float(opacity)


def _short(value: float) -> str:
    return short(round(float(value), _DECIMALS) + 0.0)
