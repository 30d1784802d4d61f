"""MathML on one line: as runs of text with raised and lowered signs, and as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from graphviz_ad.language.mathml import math

Element = ElementTree.Element


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text: in italics or not, and raised (1), lowered (-1) or neither (0)."""

    text: str
    italic: bool = False
    script: int = 0


class NotOnOneLineError(Exception):
    """A formula that plain text does not hold."""


GROUPS = ("math", "mrow", "mstyle", "mpadded")
"""Elements that only hold others side by side."""
_LEAVES = ("mi", "mn", "mo", "mtext")
"""Elements that hold text: letters, numbers, signs, words."""
_SPACED = frozenset("=≈≠<>≤≥+−-·×⊙→∈") | {"mod"}
"""Signs that get a thin space on either side where they stand between two things."""
ACCENTS = {"^": "\u0302", "¯": "\u0304", "~": "\u0303", "˙": "\u0307", "¨": "\u0308", "→": "\u20d7", "←": "\u20d6"}
"""Signs of MathML above a letter → characters that stand above the one before them."""
_BIG = frozenset("∑∏∫")
"""Signs whose limits stand below and above them, for which one line has no room."""


@cache
def parsed(markup: str) -> Element:
    """MathML → its tree."""
    return ElementTree.fromstring(math(markup))  # noqa: S314 - written by ourselves


def runs(markup: str) -> list[Run] | None:
    """MathML → runs of text; None where it does not stand on one line.

    >>> [(run.text, run.italic, run.script) for run in runs("<msub><mi>w</mi><mn>1</mn></msub>")]
    [('w', True, 0), ('1', False, -1)]
    >>> runs("<mfrac><mn>1</mn><mn>2</mn></mfrac>")
    """
    try:
        return _joined(_flat(parsed(markup), 0))
    except NotOnOneLineError:
        return None


def _flat(element: Element, script: int) -> Iterator[Run]:
    tag, children = element.tag, list(element)
    if tag in GROUPS:
        before: Element | None = None
        for child in children:
            yield from _sign(child, before, script) if child.tag == "mo" else _flat(child, script)
            before = child
    elif tag in _LEAVES:
        yield Run(element.text or "", is_italic(element), script)
    elif tag == "mspace":
        yield Run(" " if width(element) < 0.9 else "   ", False, script)
    elif tag in ("msub", "msup", "msubsup") and script == 0:
        if (children[0].text or "") in _BIG and tag != "msup":
            raise NotOnOneLineError
        yield from _flat(children[0], 0)
        for child, where in zip(children[1:], {"msub": (-1,), "msup": (1,), "msubsup": (-1, 1)}[tag], strict=True):
            yield from _flat(child, 0 if _is_prime(child.text) else where)
    elif tag == "mover" and children[1].text in ACCENTS:
        for run in _flat(children[0], script):
            yield Run(run.text + ACCENTS[children[1].text or ""], run.italic, script)
    else:
        raise NotOnOneLineError


def _is_prime(text: str | None) -> bool:
    return text is not None and set(text) == {"′"}


def _sign(element: Element, before: Element | None, script: int) -> Iterator[Run]:
    """A sign, with spaces about it where it stands between two things."""
    text = element.text or ""
    after_sign = before is None or (before.tag == "mo" and (before.text or "") in _SPACED | set("([,"))
    spaced = text in _SPACED and not script and element.get("form") != "prefix" and (not after_sign or text in "=≈")
    yield Run(
        f"\u2009{text}\u2009" if spaced and before is not None else text + ("\u2009" if spaced else ""), False, script
    )


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Runs that look alike side by side → one."""
    joined: list[Run] = []
    for run in runs:
        if joined and (joined[-1].italic, joined[-1].script) == (run.italic, run.script):
            joined[-1] = Run(joined[-1].text + run.text, run.italic, run.script)
        elif run.text:
            joined.append(run)
    return joined


def is_italic(element: Element) -> bool:
    """Whether a sign is set in italics: a letter that stands for something."""
    text = element.text or ""
    variant = element.get("mathvariant", "italic" if element.tag == "mi" and len(text) == 1 else "normal")
    return variant == "italic" and ((text.isascii() and text.isalpha()) or "α" <= text <= "ω" or text in "ϑϕϵ")


def width(element: Element) -> float:
    """A space → its width in sizes of the type."""
    return float((element.get("width") or "0").removesuffix("em") or 0)


def as_text(markup: str) -> str:
    """MathML → plain text, for programs that know no mathematics of Office.

    >>> as_text("<msqrt><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></msqrt>")
    '√(x + 1)'
    """
    return _plain_text(parsed(markup))


_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
"""Characters → subscripts, for plain text."""
_RAISED = str.maketrans("0123456789+-−⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ᵀ")
"""Characters → superscripts, for plain text."""


def _plain_text(element: Element) -> str:
    children = list(element)
    match element.tag:
        case tag if tag in GROUPS or tag == "mtd":
            before: Element | None = None
            out = ""
            for child in children:
                out += "".join(run.text for run in _sign(child, before, 0)) if child.tag == "mo" else _plain_text(child)
                before = child
            return out.replace("\u2009", " ")
        case "mi" | "mn" | "mo" | "mtext":
            return element.text or ""
        case "mspace":
            return " " if width(element) < 0.9 else "   "
        case "mfrac":
            return f"{_held(children[0])}/{_held(children[1])}"
        case "msub" | "munder":
            return _plain_text(children[0]) + _scripted(children[1], "_", _LOWERED)
        case "msup":
            return _plain_text(children[0]) + _scripted(children[1], "^", _RAISED)
        case "msubsup":
            below = _scripted(children[1], "_", _LOWERED)
            return _plain_text(children[0]) + below + _scripted(children[2], "^", _RAISED)
        case "msqrt":
            return f"√({''.join(map(_plain_text, children))})"
        case "mroot":
            return f"{_plain_text(children[1]).translate(_RAISED)}√({_plain_text(children[0])})"
        case "mover":
            return _plain_text(children[0]) + ACCENTS.get(children[1].text or "", children[1].text or "")
        case "mtable":
            return "; ".join(", ".join(map(_plain_text, row)) for row in children)
    return "".join(map(_plain_text, children))


def _held(element: Element) -> str:
    """A part of a fraction, in brackets where it is a sum or a product."""
    text = _plain_text(element)
    return f"({text})" if " " in text else text


def _scripted(element: Element, sign: str, signs: dict[int, int]) -> str:
    text = _plain_text(element)
    if _is_prime(text):
        return text
    small = text.translate(signs)
    if all(ord(letter) in signs for letter in text):
        return small
    return sign + (text if len(text) == 1 else f"({text})")
