"""Shapes of a slide → XML: outlines with text, formulas, connectors glued to them.

Element order is that of ECMA-376 part 1, 19.3 and 20.1, without which PowerPoint offers to repair the file. A
formula stands in `mc:AlternateContent` as PowerPoint writes it, with its outlines for programs that have no such
mathematics. What a program must know is told by a namespace (ECMA-376 part 3, 9.3), whatever its prefix; LibreOffice
goes by the prefix `a14` and makes of such a formula a black object as large as its box, so the prefix is another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphviz_ad.diagram.fonts import needs_cjk
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke
from graphviz_ad.export.powerpoint.geometry import curve_geometry
from graphviz_ad.export.powerpoint.math_runs import Run
from graphviz_ad.export.powerpoint.mathematics import Looks, omml
from graphviz_ad.export.powerpoint.xml import alt_text, attributes, emu, escape, namespace_declarations
from graphviz_ad.messages.catalogue import fact, han

FIRST_SHAPE_NUMBER = 10
"""Numbers of shapes below this are left to the placeholders of the slide."""
_ALTERNATIVE_LANGUAGE = "en-US"
"""The language whose rules hold where Office does not know that of a text."""
_LETTER_FONT, _FORMULA_FONT, _WORD_FONT = "Cambria", "Cambria Math", "+mn-lt"
"""Fonts of short texts in the graph, of formulas, and of words (that of the master's body)."""
_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative val="1"/></a:ext></a:extLst>'
)
"""Marks a shape as decoration, which screen readers pass over."""
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
"""Of a picture that has a vector form besides ([MS-ODRAWXML] 2.3.1.17)."""


@dataclass(frozen=True, slots=True)
class ShapeIdentity:
    """Number, name and alternative text of a shape; without such a text it is decoration.

    A name that begins with `!!` is that of the same thing on the next slide too (Morph).
    With `is_text` its own text is read out.
    """

    number: int
    name: str
    alt: str | None = None
    is_text: bool = False

    def xml(self) -> str:
        """→ its `p:cNvPr`."""
        alt = None if self.alt is None else alt_text(self.alt)
        written = attributes(("id", self.number), ("name", self.name), ("descr", alt))
        return f"<p:cNvPr{written}/>" if self.alt or self.is_text else f"<p:cNvPr{written}>{_DECORATIVE}</p:cNvPr>"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Size of a text in points, its colour, whether it is bold, whether it is words of the slide, its language."""

    size: float
    colour: str
    bold: bool = False
    words: bool = False
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics of Office line by line; the same as text to be read out, and as outlines in their place in points."""

    lines: tuple[str, ...]
    text: str
    geometry: str
    rect: Rect


Content = str | list[Run] | Formula
"""What stands in a shape."""


def language(text: str, lang: str) -> str:
    """Text and the language of the deck → the language of this text, as Office names it."""
    return fact(han(lang) if needs_cjk(text) else lang, "X-Locale")


def shape(
    identity: ShapeIdentity, rect: Rect, preset: str = "rect", stroke: Stroke | None = None, content: Content = "",
    style: TextStyle | None = None, *, wrap: bool = False, corner: float = 0.0, side: str = "ctr",
) -> str:  # fmt: skip
    """Shape with its text, in points → XML; `preset` is its geometry, `corner` the radius of its corners.

    A formula makes of it two, of which a program shows the one it can. Text that wraps begins at the top.
    """
    adjust = ""
    if preset == "roundRect":
        shorter = max(1e-6, min(rect[2] - rect[0], rect[3] - rect[1]))
        adjust = f'<a:gd name="adj" fmla="val {min(50000, round(100000 * corner / shorter))}"/>'
    geometry = f'<a:prstGeom prst="{preset}"><a:avLst>{adjust}</a:avLst></a:prstGeom>'
    fill = None if stroke is None or stroke.fill == "none" else stroke.fill
    box = attributes(("txBox", None if stroke else 1))

    def whole(*paragraphs: str, middle: bool = not wrap) -> str:
        body = _body(paragraphs, "square" if wrap else "none", side, middle, shrink=wrap and not middle)
        return _shape(identity, box, rect, geometry, fill, _line(stroke), body)

    if not content or style is None:
        return whole(f"<a:endParaRPr{attributes(('lang', 'en-US'))}/>")
    if not isinstance(content, Formula):
        return whole(_runs(content, style))
    justification = {"l": "left", "ctr": "center", "r": "right"}[side]
    upright, italic = (_run_properties(style, "en-US", _FORMULA_FONT, italic=slanted) for slanted in (False, True))
    looks = Looks(upright, italic, style.bold)
    lines = (
        f'<d14:m><m:oMathPara><m:oMathParaPr><m:jc m:val="{justification}"/></m:oMathParaPr>'
        f"{omml(line, looks)}</m:oMathPara></d14:m>"
        for line in content.lines
    )
    spoken = replace(identity, alt=content.text)
    outlines = _shape(spoken, "", content.rect, content.geometry, style.colour, _line(None))
    return (
        f"<mc:AlternateContent{namespace_declarations('mc', 'd14', 'm')}>"
        f'<mc:Choice Requires="d14">{whole(*lines, middle=True)}</mc:Choice>'
        f"<mc:Fallback>{outlines}</mc:Fallback></mc:AlternateContent>"
    )


def _shape(
    identity: ShapeIdentity, box: str, rect: Rect, geometry: str, fill: str | None, line: str, body: str = ""
) -> str:  # fmt: skip
    filling = "<a:noFill/>" if fill is None else f"<a:solidFill>{_colour(fill)}</a:solidFill>"
    return (
        f"<p:sp><p:nvSpPr>{identity.xml()}<p:cNvSpPr{box}/><p:nvPr/></p:nvSpPr>"
        f"<p:spPr>{_transform(rect)}{geometry}{filling}{line}</p:spPr>{body}</p:sp>"
    )


def picture(identity: ShapeIdentity, rect: Rect, png: str, svg: str) -> str:
    """Picture in its place in points → XML; `png` and `svg` are the names of its relations.

    The SVG is an extension of the other, as PowerPoint writes it ([MS-ODRAWXML] 2.3.1.17).
    """
    vector = f'<a:extLst><a:ext uri="{_SVG_EXTENSION}"><asvg:svgBlip r:embed="{svg}"/></a:ext></a:extLst>'
    return (
        f'<p:pic><p:nvPicPr>{identity.xml()}<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/>'
        f'</p:nvPicPr><p:blipFill><a:blip r:embed="{png}">{vector}</a:blip><a:stretch><a:fillRect/></a:stretch>'
        f'</p:blipFill><p:spPr>{_transform(rect)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )


def _body(paragraphs: Sequence[str], wrap: str, side: str, middle: bool, *, shrink: bool) -> str:
    """Paragraphs → the text of a shape; with `shrink` it becomes smaller where another font is too wide for its box."""
    properties = attributes(("wrap", wrap), *((f"{e}Ins", 0) for e in "ltrb"), ("rtlCol", 0),
                            ("anchor", "ctr" if middle else "t"))  # fmt: skip
    fit = "<a:normAutofit/>" if shrink else "<a:noAutofit/>"
    text = "".join(f'<a:p><a:pPr algn="{side}"><a:buNone/></a:pPr>{paragraph}</a:p>' for paragraph in paragraphs)
    return f"<p:txBody><a:bodyPr{properties}>{fit}</a:bodyPr><a:lstStyle/>{text}</p:txBody>"


def _runs(content: str | list[Run], style: TextStyle) -> str:
    """Text → its runs, with italics, raised and lowered signs."""
    if isinstance(content, str):
        content = [Run(content)]
    font = _WORD_FONT if style.words else _LETTER_FONT
    written = []
    for run in content:
        raised = {1: 30000, -1: -25000}.get(run.script)
        properties = _run_properties(style, language(run.text, style.lang), font, italic=run.italic, raised=raised)
        written.append(f"<a:r>{properties}<a:t>{escape(run.text)}</a:t></a:r>")
    return "".join(written)


def _run_properties(
    style: TextStyle, lang: str, font: str, *, italic: bool = False, raised: int | None = None
) -> str:  # fmt: skip
    """Style, language and font of a run → its `a:rPr`; `raised` is in thousandths of a percent of its size."""
    properties = attributes(
        ("lang", lang), ("altLang", _ALTERNATIVE_LANGUAGE if lang != _ALTERNATIVE_LANGUAGE else None),
        ("sz", max(100, round(100 * style.size))),
        ("b", int(style.bold)), ("i", int(italic)), ("baseline", raised), ("dirty", 0),
    )  # fmt: skip
    return (
        f"<a:rPr{properties}><a:solidFill>{_colour(style.colour)}</a:solidFill>"
        f'<a:latin typeface="{font}"/><a:ea typeface="+mn-ea"/></a:rPr>'
    )


@dataclass(frozen=True, slots=True)
class ConnectorEnd:
    """Where a connector ends, the number of the shape it is glued to there, and which of its connection sites."""

    at: Point
    number: int
    site: int


def connector(identity: ShapeIdentity, start: ConnectorEnd, stop: ConnectorEnd, stroke: Stroke, arrow: str) -> str:
    """Straight line from shape to shape → XML of a connector; `arrow` is where its head is: "start" or "stop"."""
    (x1, y1), (x2, y2) = start.at, stop.at
    rect = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    turn: tuple[tuple[str, object], ...] = (("flipH", int(x2 < x1) or None), ("flipV", int(y2 < y1) or None))
    ends = "".join(
        f'<a:{tag} id="{end.number}" idx="{end.site}"/>' for tag, end in (("stCxn", start), ("endCxn", stop))
    )
    return (
        f"<p:cxnSp><p:nvCxnSpPr>{identity.xml()}<p:cNvCxnSpPr>{ends}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>"
        f'<p:spPr>{_transform(rect, turn)}<a:prstGeom prst="straightConnector1"><a:avLst/></a:prstGeom>'
        f"{_line(stroke, arrow)}</p:spPr></p:cxnSp>"
    )


def curve(identity: ShapeIdentity, points: Sequence[Point], stroke: Stroke, arrow: str = "") -> str:
    """Bézier points on a slide → XML of a freeform curve; `arrow` is where its head is: "start", "stop" or ""."""
    xs, ys = zip(*points, strict=True)
    rect = (min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1)  # a path as flat as a line has no scale
    body = f"<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr{attributes(('lang', 'en-US'))}/></a:p></p:txBody>"
    return _shape(identity, "", rect, curve_geometry(points, rect), None, _line(stroke, arrow), body)


def _transform(rect: Rect, turn: tuple[tuple[str, object], ...] = ()) -> str:
    x0, y0, x1, y1 = rect
    return (
        f'<a:xfrm{attributes(*turn)}><a:off x="{emu(x0)}" y="{emu(y0)}"/>'
        f'<a:ext cx="{emu(x1 - x0)}" cy="{emu(y1 - y0)}"/></a:xfrm>'
    )


def _line(stroke: Stroke | None, arrow: str = "") -> str:
    if stroke is None or stroke.colour == "none":
        return "<a:ln><a:noFill/></a:ln>"
    dash = f'<a:prstDash val="{"dash" if stroke.dashed else "solid"}"/>'
    tip = {"start": "headEnd", "stop": "tailEnd"}.get(arrow)
    head = f'<a:{tip} type="triangle" w="med" len="med"/>' if tip else ""
    fill = f"<a:solidFill>{_colour(stroke.colour)}</a:solidFill>"
    return f'<a:ln w="{emu(stroke.width)}">{fill}{dash}<a:round/>{head}</a:ln>'


def _colour(colour: str) -> str:
    return f'<a:srgbClr val="{colour.removeprefix("#").upper()}"/>'


def fragment(shapes: str) -> str:
    """XML of shapes → one element that holds them and declares their namespaces."""
    return f"<p:all{namespace_declarations('p', 'a', 'r', 'adec', 'asvg')}>{shapes}</p:all>"
