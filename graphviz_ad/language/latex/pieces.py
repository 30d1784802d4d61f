"""A piece of LaTeX → the token it is: its kind, and what it is in plain notation where one can see that in it alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.lines import LINE

NEVER, CLOSE_BY, ALWAYS, SKIPPED = range(4)
"""When a token may belong to the name or the value before it: never, right behind it, also behind a space; or it only
sets, and what follows may."""

_ENVIRONMENT = re.compile(r"\\(begin|end)[ \t]*\{(.*)\}")
r"""The beginning or the end of an environment, and its name: \begin{pmatrix}."""
BLANK = re.compile(rf"[ \t\r\n\u00a0]+|%[^\n{LINE}]*|\$+")
"""What is not seen: spaces, a comment as "% so", dollar signs."""
_DIGITS = frozenset("0123456789")
"""Digits of ASCII only: `str.isdigit` would take ² too."""
_LETTER = re.compile(r"[^\W\d_]")
"""A letter of any script, as x, θ or 損."""
_LOOKED_AT = frozenset(("d", "N", "B", "φ", "ϕ", "Delta", "phi", "varphi"))
"""Letters and commands for one that may be more with what follows: d\\mathbf{A}, N(d_1), \\phi(z)."""
_JOINING = frozenset(("_", "^", "'", "[", "."))
"""Signs that belong to the name or value before them, even behind a space: of scripts, primes, indices, decimals."""
_CLOSING = frozenset(("|", "‖", ")", "⌋", "⌉", "⟩"))
"""Signs behind which scripts may stand."""
_SPACED = frozenset(("<", ">", "<=", ">=", "!=", ":=", "+"))
"""Signs that get a space on either side in plain notation."""

NESTING = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
"""Brackets, and by how much deeper what stands behind them is."""
SETTING = frozenset(("limits", "nolimits", ",", "!", ";", ":", " "))
"""Commands between a name and what belongs to it that only set."""


@dataclass(slots=True)
class Token:
    """A piece of LaTeX: "command" without its backslash, "letter", "number", "sign", "begin", "end", "row" or "space".

    Pieces that are spelled alike are one token. `written` is what it is in plain notation wherever it stands, `alone`
    what it is where the next token does not join it: where `joins` of that one is less than `reach`. Both are None
    where more must be known. `paired` is whether it opens or closes something.
    """

    kind: str
    text: str
    joins: int = NEVER
    reach: int = ALWAYS
    written: str | None = None
    alone: str | None = None
    paired: bool = False


END = Token("row", "")
"""Stands before and behind all tokens, for those who look there."""


def token_of(piece: str) -> Token:
    """A piece of text → its token."""
    first = piece[0]
    if first in _DIGITS or (first == "." and len(piece) > 1):
        return number(piece)
    if _LETTER.match(piece):
        return Token("letter", piece, CLOSE_BY, CLOSE_BY, alone=None if piece in _LOOKED_AT else piece)
    if piece == "\\prime":
        return token("sign", "'")
    if first == "\\" and len(piece) > 1:
        if piece[1] == "\\" or piece == "\\cr":
            return token("row", piece)
        if environment := _ENVIRONMENT.fullmatch(piece):
            return token(*environment.groups())
        return token("sign" if piece == "\\_" else "command", piece[1:])  # \\_ as Markdown has it
    if piece == LINE:
        return token("row", piece)
    return blank(piece) if BLANK.match(piece) else token("sign", piece)


def number(piece: str) -> Token:
    """Digits, perhaps with a point, or one of these → the token."""
    alone = None if piece == "1" else piece  # before a bracket it may be an indicator: 1(a = b)
    return Token("number", piece, ALWAYS if piece == "." else CLOSE_BY, alone=alone)


def blank(piece: str) -> Token:
    """Spaces and comments → a space, or the end of a line where one is empty."""
    ends = any("\n\n" in part.replace(" ", "") for part in BLANK.findall(piece))
    return token("row" if ends else "space", piece)


def token(kind: str, text: str) -> Token:
    """Kind and text of what is no letter and no number → the token."""
    joins = NEVER
    if kind == "space" or (kind == "command" and text in SETTING):
        joins = SKIPPED
    elif text in _JOINING:
        joins = ALWAYS
    paired = kind in ("begin", "end") or (kind == "sign" and text in ("{", "}"))
    return Token(kind, text, joins, ALWAYS, *_plain(kind, text), paired)


def _plain(kind: str, text: str) -> tuple[str | None, str | None]:
    """Kind and text of a token → what it is wherever it stands, and where nothing joins it."""
    match kind:
        case "space" | "end":
            return "", None
        case "row":
            return "\n", None
        case "sign":
            return _sign(text)
        case "command":
            return _command(text)
    return None, None


def _sign(text: str) -> tuple[str | None, str | None]:
    """The same of a sign."""
    if text in ("&", "~"):
        return " ", None
    if text in ("|", ")", "]", "||"):
        return None, "‖" if text == "||" else text
    if text == "=":
        return None, " = "
    if text in ("{", "}", "[", "_", "^", "'", "/", "."):
        return None, None
    return f" {text} " if text in _SPACED else text, None


def only_sets(token: Token) -> bool:
    """Whether a token is a space, by whatever sign or command, or what stands between formulas."""
    return (
        token.kind == "space"
        or token.text in (",", ";", ":")
        or (token.kind == "command" and token.text in symbols.BLANKS)
    )


def _command(name: str) -> tuple[str | None, str | None]:
    """The same of a command."""
    if name in ("left", "right"):  # with a full stop for no bracket
        return None, ""
    if name in symbols.BLANKS:
        return "   " if name in ("quad", "qquad", "hfill") else "", None
    if name == "times":  # which may be the cross product
        return None, None
    if name in symbols.LETTERS and name not in _LOOKED_AT:
        return None, symbols.LETTERS[name]
    if name in symbols.SIGNS and name not in ("{", "%") and symbols.SIGNS[name] != "…":
        sign = symbols.SIGNS[name]
        if sign in _CLOSING:
            return None, sign
        return f" {sign} " if sign not in "([{⌊⌈⟨" else sign, None
    return None, None
