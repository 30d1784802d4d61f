"""Tags of HTML in a formula → signs, in the same length of text: r<sup>2</sup> is r^(2), x<sub>i</sub> is x_i."""

from __future__ import annotations

import re

from graphviz_ad.language.tokens import blank

_ENTITIES = {
    "lt": "<", "gt": ">", "amp": "&", "le": "≤", "ge": "≥", "ne": "≠", "nbsp": " ", "minus": "-", "times": "×",
    "middot": "·", "sdot": "·", "thinsp": " ", "#39": "'", "#x27": "'", "apos": "'", "quot": '"', "#60": "<",
    "#62": ">", "#38": "&",
}  # fmt: skip
"""Names of signs in HTML."""
_ENTITY = re.compile(rf"&({'|'.join(_ENTITIES)});(=?)")
"""A sign by its name in HTML, perhaps before an equals sign, as in &lt;=."""
_FONTS = "i|b|em|strong|var"
_SCRIPT = re.compile(rf"((?:</(?:{_FONTS})>){{0,3}})<(sub|sup)>((?:(?!</?su[bp]>)[^\n])*)</\2>", re.IGNORECASE)
"""What stands above or below, and the end of the font of the name before it."""
_FONT = re.compile(rf"</?(?:{_FONTS})>", re.IGNORECASE)
"""A tag that only says how names look."""
_END_OF_LINE = re.compile(
    r"</?(?:br|hr|li|div)[ \t]*/?>(?=[ \t]*(?:\n|\Z|</?[a-z]+[ \t]*/?>[ \t]*(?:\n|\Z)))", re.IGNORECASE
)
"""A tag that ends a line of the text."""
_NEW_LINE = re.compile(r"<br[ \t]*/?>|</br>", re.IGNORECASE)
"""A tag between two lines."""
_IN_FONTS = re.compile(f"{_FONT.pattern}|&nbsp;", re.IGNORECASE)
"""What is left out of a script."""


def with_signs(text: str) -> str:
    """Text → the same length of text with the signs that HTML has names for.

    >>> with_signs("x &lt; 1")
    'x <    1'
    """
    return _ENTITY.sub(lambda entity: (_ENTITIES[entity[1]] + entity[2]).ljust(len(entity[0])), text)


def without_ends(text: str) -> str:
    """Formula → the same length of text without tags that end a line, with a new line for one between two.

    >>> without_ends("a = 2x <br />"), without_ends("a = 2x<br>b = a")
    ('a = 2x       ', 'a = 2x   \\nb = a')
    """
    text = _END_OF_LINE.sub(lambda tag: blank(tag[0]), text)
    return _NEW_LINE.sub(lambda tag: "\n".rjust(len(tag[0])), text)


def without_tags(text: str) -> str:
    """Formula with tags of HTML → the same length of text with signs for them.

    >>> without_tags("r<sup>2</sup>").split(), without_tags("x<sub>1</sub>").split()
    (['r^(2)'], ['x_1'])
    """
    if re.search(r"</su[bp]>", text, re.IGNORECASE) is not None:
        text = _SCRIPT.sub(_script, text)
    return _FONT.sub(lambda tag: blank(tag[0]), text)


def _script(script: re.Match[str]) -> str:
    """What stands above or below in a tag → the same with a sign before it."""
    inside = _IN_FONTS.sub("", script[3]).strip()
    if not inside:
        return script[0]
    if script[2].lower() == "sub":
        written = f"_{inside}" if re.fullmatch(r"[^\W_]+", inside) else f"_{{{inside}}}"
    elif inside in ("T", "⊤") or re.fullmatch(r"\(\w+\)|\[\w+\]", inside):
        written = f"^{inside}" if len(inside) == 1 else f"^{{{inside}}}"
    else:
        written = f"^({inside})"
    return written.ljust(len(script[0]))
