"""LaTeX of our formulas → mathematics of Office (OMML).

It is read from the MathML that `explain.mathml` makes. The order of elements is that of ECMA-376 part 1, 22.1;
run properties inside it are those of DrawingML, as PowerPoint writes them.
"""

from __future__ import annotations

from graphviz_ad.office.linear import ACCENTS, Element, is_italic, parsed, width
from graphviz_ad.office.xml import attributes, escape

_BOLD = {"p": "b", "i": "bi"}
"""Style of a run of mathematics → the same in bold."""
_BRACKETS = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉"}


def omml(latex: str, look: str, *, bold: bool = False) -> str:
    """LaTeX and the properties of its runs (a DrawingML `a:rPr`) → an `m:oMath` element.

    Raises ValueError for what has no form here.
    """
    made = _made(parsed(latex), look)
    for style in ("p", "i") if bold else ():
        made = made.replace(f'<m:sty m:val="{style}"/>', f'<m:sty m:val="{_BOLD[style]}"/>')
    return f"<m:oMath>{made}</m:oMath>"


def _made(element: Element, look: str) -> str:
    """MathML → OMML."""
    tag, children = element.tag, list(element)
    control = f"<m:ctrlPr>{look}</m:ctrlPr>"

    def child(number: int) -> str:
        return _made(children[number], look)

    match tag:
        case "math" | "mrow" | "mstyle" | "mpadded":
            return _row(children, look)
        case "mi" | "mn" | "mo" | "mtext":
            return _run(element, look)
        case "mspace":
            return _text(" " if width(element) < 0.9 else "   ", look, "p")
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
            return f"<m:rad>{hidden}<m:e>{_row(children, look)}</m:e></m:rad>"
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
            return _matrix(children, look)
    raise ValueError(f"no Office mathematics for <{tag}>")


def _row(children: list[Element], look: str) -> str:
    """Things side by side → the same; brackets about something high grow with it."""
    out: list[str] = []
    at = 0
    while at < len(children):
        closing = _closing(children, at)
        if closing is None:
            out.append(_made(children[at], look))
            at += 1
            continue
        ends = (children[n].text or "" if n < len(children) else "" for n in (at, closing))
        begin, end = (attributes(("m:val", text)) for text in ends)
        properties = f"<m:dPr><m:begChr{begin}/><m:endChr{end}/><m:ctrlPr>{look}</m:ctrlPr></m:dPr>"
        out.append(f"<m:d>{properties}<m:e>{_row(children[at + 1 : closing], look)}</m:e></m:d>")
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
            high = any(one.tag in ("mtable", "mfrac", "munder") for child in inside for one in child.iter())
            return number if high else None
        depth += (text == opening) - (text == _BRACKETS[opening])
    return None


def _matrix(rows: list[Element], look: str) -> str:
    columns = max(len(row) for row in rows)
    column = f'<m:mc><m:mcPr><m:count m:val="{columns}"/><m:mcJc m:val="center"/></m:mcPr></m:mc>'
    properties = f"<m:mPr><m:mcs>{column}</m:mcs><m:ctrlPr>{look}</m:ctrlPr></m:mPr>"
    lines = (f"<m:mr>{''.join(f'<m:e>{_row(list(cell), look)}</m:e>' for cell in row)}</m:mr>" for row in rows)
    return f"<m:m>{properties}{''.join(lines)}</m:m>"


def _run(element: Element, look: str) -> str:
    text = element.text or ""
    if element.tag == "mtext":
        return _text(text, look, "")
    return _text(text, look, "i" if is_italic(element) else "p")


def _text(text: str, look: str, style: str) -> str:
    """A run of mathematics: italic, upright, or (no style) words."""
    shown = f'<m:sty m:val="{style}"/>' if style else "<m:nor/>"
    return f'<m:r><m:rPr>{shown}</m:rPr>{look}<m:t xml:space="preserve">{escape(text)}</m:t></m:r>' if text else ""
