"""Shapes of a slide as XML: outlines with text, formulas, connectors glued to them.

Element order is that of ECMA-376 part 1, 19.3 and 20.1, without which PowerPoint offers to repair the file. A
formula stands in `mc:AlternateContent` as PowerPoint writes it, with plain text for programs that know none.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.diagram.fonts import needs_japanese
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.theme import Stroke
from graphviz_ad.office.linear import Run
from graphviz_ad.office.mathematics import omml
from graphviz_ad.office.xml import alternative, attributes, declared, emu, escape

_LETTERS, _FORMULAS, _WORDS = "Cambria", "Cambria Math", "+mn-lt"
_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative val="1"/></a:ext></a:extLst>'
)
_LANGUAGES = {"en": "en-US", "ja": "ja-JP"}


@dataclass(frozen=True, slots=True)
class Named:
    """Number and name of a shape, and what it says to who cannot see it; without that it is decoration.

    A name that begins with `!!` is that of the same thing on the next slide too (Morph). A `text` is read out itself.
    """

    number: int
    name: str
    alt: str | None = None
    text: bool = False

    def xml(self) -> str:
        """→ its `p:cNvPr`."""
        alt = None if self.alt is None else alternative(self.alt)
        same = attributes(("id", self.number), ("name", self.name), ("descr", alt))
        return f"<p:cNvPr{same}/>" if self.alt or self.text else f"<p:cNvPr{same}>{_DECORATIVE}</p:cNvPr>"


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set: size in points, colour, bold or not, whether as words of the slide, and its language."""

    size: float
    colour: str
    bold: bool = False
    words: bool = False
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics of Office, and the same as text for programs that have none."""

    latex: str
    text: str


Content = str | list[Run] | Formula


def language(text: str, lang: str) -> str:
    """Text and the language of the deck → the language of this text, as Office names it."""
    return _LANGUAGES["ja" if needs_japanese(text) else lang]


def shape(
    named: Named, rect: Rect, form: str = "rect", stroke: Stroke | None = None, content: Content = "",
    type: Type | None = None, *, wrap: bool = False, corner: float = 0.0, side: str = "ctr",
) -> str:  # fmt: skip
    """A shape with its text, in points; `corner` is the radius of its corners. → XML

    A formula makes of it two, of which a program shows the one it can.
    """
    adjust = ""
    if form == "roundRect":
        least = max(1e-6, min(rect[2] - rect[0], rect[3] - rect[1]))
        adjust = f'<a:gd name="adj" fmla="val {min(50000, round(100000 * corner / least))}"/>'
    fill = f"<a:solidFill>{_colour(stroke.fill)}</a:solidFill>" if stroke and stroke.fill != "none" else "<a:noFill/>"
    geometry = f'<a:prstGeom prst="{form}"><a:avLst>{adjust}</a:avLst></a:prstGeom>'
    head = (
        f"<p:nvSpPr>{named.xml()}<p:cNvSpPr{attributes(('txBox', None if stroke else 1))}/><p:nvPr/>"
        f"</p:nvSpPr><p:spPr>{_transform(rect)}{geometry}{fill}{_line(stroke)}</p:spPr>"
    )

    def whole(paragraph: str) -> str:
        return f"<p:sp>{head}{_body(paragraph, wrap, side)}</p:sp>"

    if not content or type is None:
        return whole(f"<a:endParaRPr{attributes(('lang', 'en-US'))}/>")
    if not isinstance(content, Formula):
        return whole(_runs(content, type))
    place = {"l": "left", "ctr": "center"}[side]
    looks = _look(type, "en-US", _FORMULAS)
    known = (
        f'<a14:m><m:oMathPara><m:oMathParaPr><m:jc m:val="{place}"/></m:oMathParaPr>'
        f"{omml(content.latex, looks, bold=type.bold)}</m:oMathPara></a14:m>"
    )
    return (
        f'<mc:AlternateContent><mc:Choice Requires="a14">{whole(known)}</mc:Choice>'
        f"<mc:Fallback>{whole(_runs(content.text, type))}</mc:Fallback></mc:AlternateContent>"
    )


def _body(paragraph: str, wrap: bool, side: str) -> str:
    how = attributes(("wrap", "square" if wrap else "none"), *((f"{e}Ins", 0) for e in "ltrb"), ("rtlCol", 0),
                     ("anchor", "t" if wrap else "ctr"))  # fmt: skip
    return (
        f"<p:txBody><a:bodyPr{how}><a:noAutofit/></a:bodyPr><a:lstStyle/>"
        f'<a:p><a:pPr algn="{side}"><a:buNone/></a:pPr>{paragraph}</a:p></p:txBody>'
    )


def _runs(content: str | list[Run], type: Type) -> str:
    """Text → its runs, with italics, raised and lowered signs."""
    if isinstance(content, str):
        content = [Run(content)]
    font = _WORDS if type.words else _LETTERS
    made = []
    for run in content:
        raised = {1: 30000, -1: -25000}.get(run.script)
        look = _look(type, language(run.text, type.lang), font, italic=run.italic, raised=raised)
        made.append(f"<a:r>{look}<a:t>{escape(run.text)}</a:t></a:r>")
    return "".join(made)


def _look(type: Type, lang: str, font: str, *, italic: bool = False, raised: int | None = None) -> str:
    how = attributes(
        ("lang", lang), ("altLang", "en-US" if lang != "en-US" else None), ("sz", round(100 * type.size)),
        ("b", int(type.bold)), ("i", int(italic)), ("baseline", raised), ("dirty", 0),
    )  # fmt: skip
    return (
        f"<a:rPr{how}><a:solidFill>{_colour(type.colour)}</a:solidFill>"
        f'<a:latin typeface="{font}"/><a:ea typeface="+mn-ea"/></a:rPr>'
    )


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connector: where it is, the shape it is glued to, and which of its connection sites."""

    at: Point
    number: int
    site: int


def connector(named: Named, start: End, stop: End, stroke: Stroke, arrow: str, *, upright: bool = False) -> str:
    """A line from shape to shape, curved where it is not straight along the graph. → XML

    `arrow` is where its head is: "start", "stop" or "". It leaves and arrives along the direction of the graph.
    """
    (x1, y1), (x2, y2) = start.at, stop.at
    along, across = (y2 - y1, x2 - x1) if upright else (x2 - x1, y2 - y1)
    form = "straightConnector1" if abs(across) < 0.4 or along <= 0 else "curvedConnector3"
    rect = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    turn: tuple[tuple[str, object], ...] = (("flipH", int(x2 < x1) or None), ("flipV", int(y2 < y1) or None))
    if form == "curvedConnector3" and upright:  # the same curve lying, turned by a quarter
        mx, my = (x1 + x2) / 2, (y1 + y2) / 2
        wide, high = abs(y2 - y1), abs(x2 - x1)
        rect = (mx - wide / 2, my - high / 2, mx + wide / 2, my + high / 2)
        turn = (("rot", 5400000), ("flipV", int(x2 > x1) or None))
    ends = "".join(
        f'<a:{tag} id="{end.number}" idx="{end.site}"/>' for tag, end in (("stCxn", start), ("endCxn", stop))
    )
    return (
        f"<p:cxnSp><p:nvCxnSpPr>{named.xml()}<p:cNvCxnSpPr>{ends}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>"
        f'<p:spPr>{_transform(rect, turn)}<a:prstGeom prst="{form}"><a:avLst/></a:prstGeom>'
        f"{_line(stroke, arrow)}</p:spPr></p:cxnSp>"
    )


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
    return f"<p:all{declared('p', 'a', 'm', 'mc', 'a14', 'adec')}>{shapes}</p:all>"
