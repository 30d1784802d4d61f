"""MathML, as its dialect writes it → mathematics of Office (OMML).

The order of elements is that of ECMA-376 part 1, 22.1;
run properties inside it are those of DrawingML, as PowerPoint writes them: an italic run is one for DrawingML too, and
its letters are the mathematical ones of Unicode.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphviz_ad.export.powerpoint.math_runs import ACCENTS, Element, is_italic, parsed, width
from graphviz_ad.export.powerpoint.xml import attributes, escape

_ITALIC = (0x1D434, 0x1D44E, 0x1D6FC)
"""Where Unicode has the mathematical italic A, a and α."""
_BOLD_ITALIC = (0x1D468, 0x1D482, 0x1D736)
"""Where Unicode has the bold italic ones."""
_GREEK = {"ϵ": 26, "ϑ": 27, "ϕ": 29}
"""Variants of letters → their places behind the mathematical α."""
_STYLES = {("p", False): "p", ("p", True): "b", ("i", False): "i", ("i", True): "bi"}
"""Italic ("i") or upright ("p"), and whether bold → the value of Office's `m:sty`."""
_BRACKETS = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉"}
"""Opening brackets → those that close them."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Properties of runs (a DrawingML `a:rPr` each), upright and in italics, and whether they are bold."""

    upright: str
    italic: str
    bold: bool = False

    @property
    def control(self) -> str:
        """→ properties of what is no run, as a bar of a fraction."""
        return f"<m:ctrlPr>{self.italic}</m:ctrlPr>"


def omml(markup: str, looks: Looks) -> str:
    """MathML → an `m:oMath` element.

    Raises ValueError for what has no form here.
    """
    return f"<m:oMath>{_element(parsed(markup), looks)}</m:oMath>"


def _element(element: Element, looks: Looks) -> str:
    """MathML → OMML."""
    tag, children = element.tag, list(element)
    control = looks.control

    def child(number: int) -> str:
        return _element(children[number], looks)

    match tag:
        case "math" | "mrow" | "mstyle" | "mpadded":
            return _row(children, looks)
        case "mi" | "mn" | "mo" | "mtext":
            return _run(element, looks)
        case "mspace":
            return _text(" " if width(element) < 0.9 else "   ", looks, "p")
        case "msup":
            return f"<m:sSup><m:sSupPr>{control}</m:sSupPr><m:e>{child(0)}</m:e><m:sup>{child(1)}</m:sup></m:sSup>"
        case "msub":
            return f"<m:sSub><m:sSubPr>{control}</m:sSubPr><m:e>{child(0)}</m:e><m:sub>{child(1)}</m:sub></m:sSub>"
        case "msubsup":
            inside = f"<m:e>{child(0)}</m:e><m:sub>{child(1)}</m:sub><m:sup>{child(2)}</m:sup>"
            return f"<m:sSubSup><m:sSubSupPr>{control}</m:sSubSupPr>{inside}</m:sSubSup>"
        case "mfrac":
            return f"<m:f><m:fPr>{control}</m:fPr><m:num>{child(0)}</m:num><m:den>{child(1)}</m:den></m:f>"
        case "msqrt":
            hidden = f'<m:radPr><m:degHide m:val="1"/>{control}</m:radPr><m:deg/>'
            return f"<m:rad>{hidden}<m:e>{_row(children, looks)}</m:e></m:rad>"
        case "mroot":
            shown = f"<m:radPr>{control}</m:radPr><m:deg>{child(1)}</m:deg>"
            return f"<m:rad>{shown}<m:e>{child(0)}</m:e></m:rad>"
        case "munder":
            return (
                f"<m:limLow><m:limLowPr>{control}</m:limLowPr><m:e>{child(0)}</m:e><m:lim>{child(1)}</m:lim></m:limLow>"
            )
        case "mover" if children[1].text in ACCENTS:
            accent = attributes(("m:val", ACCENTS[children[1].text or ""]))
            return f"<m:acc><m:accPr><m:chr{accent}/>{control}</m:accPr><m:e>{child(0)}</m:e></m:acc>"
        case "mtable":
            return _matrix(children, looks)
    raise ValueError(f"no Office mathematics for <{tag}>")


def _row(children: list[Element], looks: Looks) -> str:
    """Things side by side → the same; brackets about something high grow with it."""
    out: list[str] = []
    at = 0
    while at < len(children):
        closing = _closing(children, at)
        if closing is None:
            out.append(_element(children[at], looks))
            at += 1
            continue
        ends = (children[n].text or "" if n < len(children) else "" for n in (at, closing))
        begin, end = (attributes(("m:val", text)) for text in ends)
        properties = f"<m:dPr><m:begChr{begin}/><m:endChr{end}/>{looks.control}</m:dPr>"
        out.append(f"<m:d>{properties}<m:e>{_row(children[at + 1 : closing], looks)}</m:e></m:d>")
        at = closing + 1
    return "".join(out)


def _closing(children: list[Element], at: int) -> int | None:
    """Place of a bracket about something high → place of the one that closes it; None for anything else.

    A brace before cases is closed by nothing, behind the last of them.
    """
    opening = children[at].text or ""
    if children[at].tag not in ("mo", "mi") or opening not in _BRACKETS:
        return None
    if opening == "{" and [child.tag for child in children[at + 1 :]] == ["mtable"]:
        return len(children)
    depth = 0
    for number in range(at + 1, len(children)):
        if children[number].tag not in ("mo", "mi"):
            continue
        text = children[number].text
        if text == _BRACKETS[opening] and depth == 0:
            inside = children[at + 1 : number]
            high = any(part.tag in ("mtable", "mfrac", "munder") for child in inside for part in child.iter())
            return number if high else None
        depth += (text == opening) - (text == _BRACKETS[opening])
    return None


def _matrix(rows: list[Element], looks: Looks) -> str:
    columns = max(len(row) for row in rows)
    column = f'<m:mc><m:mcPr><m:count m:val="{columns}"/><m:mcJc m:val="center"/></m:mcPr></m:mc>'
    properties = f"<m:mPr><m:mcs>{column}</m:mcs>{looks.control}</m:mPr>"
    lines = (f"<m:mr>{''.join(f'<m:e>{_row(list(cell), looks)}</m:e>' for cell in row)}</m:mr>" for row in rows)
    return f"<m:m>{properties}{''.join(lines)}</m:m>"


def _run(element: Element, looks: Looks) -> str:
    text = element.text or ""
    if element.tag == "mtext":
        return _text(text, looks, "")
    return _text(text, looks, "i" if is_italic(element) else "p")


def _text(text: str, looks: Looks, style: str) -> str:
    """A run of mathematics: italic ("i"), upright ("p"), or (no style) words."""
    if not text:
        return ""
    shown = f'<m:sty m:val="{_STYLES[style, looks.bold]}"/>' if style else "<m:nor/>"
    if style == "i":
        text = "".join(_slanted(letter, *(_BOLD_ITALIC if looks.bold else _ITALIC)) for letter in text)
    look = looks.italic if style == "i" else looks.upright
    return f'<m:r><m:rPr>{shown}</m:rPr>{look}<m:t xml:space="preserve">{escape(text)}</m:t></m:r>'


def _slanted(letter: str, capital: int, small: int, greek: int) -> str:
    """Letter, and where its alphabets begin → the mathematical letter.

    >>> [_slanted(letter, *_ITALIC) for letter in "xhθϕ"] == ["\U0001d465", "\u210e", "\U0001d703", "\U0001d719"]
    True
    """
    if letter == "h" and small == _ITALIC[1]:
        return "\u210e"  # Planck's constant, which was there before
    if "A" <= letter <= "Z":
        return chr(capital + ord(letter) - ord("A"))
    if "a" <= letter <= "z":
        return chr(small + ord(letter) - ord("a"))
    if "α" <= letter <= "ω":
        return chr(greek + ord(letter) - ord("α"))
    return chr(greek + _GREEK[letter]) if letter in _GREEK else letter
