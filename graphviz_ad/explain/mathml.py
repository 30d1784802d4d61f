"""LaTeX → MathML, as far as our own formulas use it, by latex2mathml."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_VARIANT = re.compile(r'<m(?:i|n|o) mathvariant="(bold|script)">(\w)</m(i|n|o)>')
"""A letter whose style is an attribute, which MathML Core no longer has."""
_ENTITY = re.compile(r"&#x([0-9A-F]{5});")
"""A reference to a character beyond the first plane, as latex2mathml writes letters of alphabets."""
_LOW = re.compile(r"\\left\(((?:(?!\\left|\\right|\\frac|\\begin|\\sqrt|\\sum).)*)\\right\)")
"""Brackets about what is no higher than they are: they need not grow, and grown ones stand apart."""
_SIGN = re.compile(r"((?:<mo(?: [^>]*)?>[^<)\]}!⊤]+</mo>|<mspace[^>]*>(?:</mspace>)?)(?:<mrow(?: [^>]*)?>)*)<mo>−</mo>")
"""A minus after another operator is the sign of what follows."""
_FUNCTION = re.compile(r"<mo>([A-Za-z]\w+)</mo>")
"""Names of functions are identifiers: as operators they would stand apart from their arguments."""
_UPRIGHT = re.compile(r'(?:<mi mathvariant="normal">[^<]</mi>){2,}')
"""A word, of which each letter is an element of its own: together they are read as the word, and set upright."""
_MARKUP = frozenset("<>&")
"""Characters that stay references, since HTML would obey them."""


@lru_cache(maxsize=2048)  # a page whose numbers can be changed has the same formulas many times
def mathml(latex: str, *, block: bool = False) -> str:
    r"""LaTeX → a `math` element; with `block` one in display style.

    `\class{name}{…}` becomes an `mrow` of that class.

    >>> mathml("x^2")
    '<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    grouped = latex.replace(r"\begin{pmatrix}", r"{\begin{pmatrix}").replace(r"\end{pmatrix}", r"\end{pmatrix}}")
    grouped = grouped.replace(r"\textstyle\sum", r"{\textstyle\sum}")  # not what follows it too
    before = ""
    while before != grouped:  # from the inside
        before, grouped = grouped, _LOW.sub(r"{(\1)}", grouped)
    from latex2mathml.converter import convert  # late: pictures do not need it

    element: str = convert(grouped)
    body = element[element.index(">") + 1 :]
    body = _ENTITY.sub(_character, _VARIANT.sub(_letter, body))
    body = _UPRIGHT.sub(lambda word: f"<mi>{re.sub('<[^>]*>', '', word[0])}</mi>", body)
    body = _FUNCTION.sub(r"<mi>\1</mi>", body)
    body = _SIGN.sub(r'\1<mo form="prefix">−</mo>', body)
    return ('<math display="block">' if block else "<math>") + body


def _letter(element: re.Match[str]) -> str:
    """A bold or script letter as its own character, since browsers know no other way (MathML Core, 2.1.4)."""
    style, letter, tag = element.groups()
    name = unicodedata.name(letter).removeprefix("LATIN ").replace(" LETTER", "")
    for prefix in (f"MATHEMATICAL {style.upper()} ", f"{style.upper()} "):
        try:
            return f"<m{tag}>{unicodedata.lookup(prefix + name)}</m{tag}>"
        except KeyError:
            continue
    return f"<m{tag}>{letter}</m{tag}>"


def _character(reference: re.Match[str]) -> str:
    """A reference to a character → the character, where it is no markup."""
    character = chr(int(reference[1], 16))
    return reference[0] if character in _MARKUP else character
