"""Text → tokens, by one regular expression.

The text is brought to Unicode NFC first, and the full-width letters and signs of a Japanese keyboard are
read as their ASCII forms, so positions are those of the text after that.
"""

from __future__ import annotations

import re
import unicodedata

from graphviz_ad.language.numbers import Vulgar

SPACE, NUMBER, NAME, SIGN, END, POWER, OTHER = range(1, 8)
"""Groups of TOKEN, which are the kinds of token."""
PLAIN = SPACE
"""In the place of SPACE in VISIBLE: a sign of one character that begins no longer one."""

RAISED = str.maketrans(
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴷᴸᴹᴺᴾᴿᵁᵂᵅᵝᵞˠ",
    "0123456789-+abcdefghijklmnoprstuvwxyzABDEGHKLMNPRUWαβγɣ",
)
"""Table for `str.translate`: raised digits, signs and letters as plain ones."""
RAISED_SIGNS = "".join(map(chr, RAISED))
"""Raised digits, signs and letters."""
RAISED_LETTERS = {code: plain for code, plain in RAISED.items() if chr(plain).isalpha()}
"""The part of that table that is letters."""
FRACTIONS = {
    sign: Vulgar(*map(int, unicodedata.normalize("NFKC", sign).split("\N{FRACTION SLASH}")))
    for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
}
"""Fractions that are one character."""
_NOT_IN_NAMES = f"[{RAISED_SIGNS}{''.join(FRACTIONS)}ᵀ]"
"""Characters that end a name though they count as letters or digits."""
_LOWERED = "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ"
"""Lowered digits, signs and letters, which end a name."""
_IN_NAMES = "\\w\u0300-\u036f\u20d6\u20d7"
"""Characters within a name: letters, digits, and accents behind their letter."""
_LABEL = r"[^\W_]{1,8}(?:[-+−][0-9]{1,4})?"
"""What stands in a raised label: a letter, a number, or one counted from another, as l-1."""

NAME_PATTERN = (
    r"(?:(?>[A-Za-z][A-Za-z0-9]*)(?![\w'′″⁽₊₋∞\u0300-\u036f\u20d6\u20d7]|\^\{)|"  # most names, the quick way
    rf"(?:[ΣΠ](?![\u0300-\u036f])(?:_(?!\{{)(?:(?!{_NOT_IN_NAMES})\w)+|[0-9₀-₉ᵢⱼₖₗₘₙₜ]+)?|(?:(?![ΣΠ](?![\u0300-\u036f])|{_NOT_IN_NAMES})[^\W\d])(?:(?!_\{{|[ΣΠ{_LOWERED}{_NOT_IN_NAMES[1:-1]}])[{_IN_NAMES}])*[{_LOWERED}]*(?:_(?!\{{)\w+|∞)?)"
    rf"(?:_\{{[^{{}}\n]{{1,64}}\}}|(?<!\be)\^\{{(?:\({_LABEL}\)|\[{_LABEL}\])+\}}(?:_(?!\{{)\w+)?|⁽[^⁾\n]{{1,8}}⁾)*['′″]*|∞)"
)
"""A name: letters, digits and _; subscripts in braces, as h_{t-1}; raised labels, as W^{(1)}; primes."""

_SPACES = r" \t\r\u00a0\u2009"
"""Blanks within a line."""
_COMMENT = r"\#[^\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]*"
"""A comment, of what XML can hold."""
_VISIBLE = (
    r"((?>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?!_))"
    rf"|({NAME_PATTERN})"
    r"|([-+/@(),\[\]{}](?![=>])|\*\*|[-+*/@]=(?!=)|<=|>=|==|!=|:=|<-(?!-)|->|\.[*/^]|%\*%|\.'|\.[A-Za-z]\w*|\^(?:\{[T⊤⊺]\}|[T⊤⊺])(?!\w)|(?:\|\||‖|∥)(?:_(?:\{[^{}\n]*\}|inf(?!\w)|[0-9]+|[A-Za-z∞](?![A-Za-z0-9_Α-ω]))|[₁₂])?"
    r"|[-+*/@^<>=(),\[\]{}:|√∛·⋅•∙・×✕⨯∗∘⊙⨀⊗−–—÷∕⁄≤⩽≦≥⩾≧≠≈←→≔≜≝ᵀ⊤⊺∑∏⟨⟩⌊⌋⌈⌉])"
    r"|([;\n；])"
    rf"|([{RAISED_SIGNS}]+)"
)
"""The groups between the first and the last one."""

TOKEN = rf"([{_SPACES}]+|{_COMMENT})|{_VISIBLE}|([\s\S])"
"""One token; its groups are the kinds above. The parser has VISIBLE for it."""
VISIBLE = re.compile(rf"(?:([-+*/@=(),\[\]{{}}^·])(?![=>*{{T⊤⊺])|{_VISIBLE}|({_COMMENT}|[^{_SPACES}]))[{_SPACES}]*")
"""One token and the blanks behind it: most signs the quick way, as PLAIN; a comment is OTHER."""

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x3001: 0x2C,
    0x3002: 0x2E,
    0xFF65: 0xB7,
    0x2019: 0x27,
    0xB4: 0x27,
}
"""Table for `str.translate`: full-width signs and Japanese punctuation as ASCII."""
_WIDE_SIGN = re.compile(f"[{''.join(map(chr, WIDE))}]")
"""One of these signs."""
UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u2060\ufeff]")
"""Characters without a width, which come along where text is copied from a page."""
STYLED = re.compile("[\U0001d400-\U0001d7ff]")
"""Letters and digits of mathematical alphabets: 𝜀, 𝐱."""


def normalise(text: str) -> str:
    """Text as typed → NFC, full-width signs as ASCII, one kind of line end."""
    if text.isascii():
        return text.replace("\r\n", "\n") if "\r" in text else text
    text = UNSEEN.sub("", text).replace("‹", "<").replace("›", ">")
    text = STYLED.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), text)
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    return text.translate(WIDE) if _WIDE_SIGN.search(text) else text


def superscript(text: str) -> str:
    """Raised digits and letters → plain ones: '⁻¹' → '-1', '⁻ˣ' → '-x'."""
    return text.translate(RAISED)


def closer(text: str, opener: int, stop: int | None = None) -> int:
    """Place of a bracket → that of the one that closes it before `stop`, −1 where none does; others are not counted.

    >>> closer("f((a) + b) c", 1), closer("(a", 0)
    (9, -1)
    """
    opening, depth = text[opener], 0
    closing = {"(": ")", "[": "]", "{": "}"}[opening]
    for at in range(opener, len(text) if stop is None else min(stop, len(text))):
        depth += (text[at] == opening) - (text[at] == closing)
        if not depth:
            return at
    return -1


def apart(text: str, signs: str) -> list[str]:
    """Text → what stands between some signs in it that are outside all brackets.

    >>> apart("x, f(y, z)", ",")
    ['x', ' f(y, z)']
    """
    depth, parts = 0, [""]
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign in signs and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def blank(text: str) -> str:
    """Text → as many blanks, its lines kept."""
    return re.sub(r"[^\n]", " ", text)


def is_name(text: str) -> bool:
    """Whether the whole text is one name."""
    name = normalise(text)
    match = VISIBLE.fullmatch(name)
    return match is not None and match[NAME] == name
