"""What a console cannot show → the same in signs that it has: ∂L/∂σ as dL/dsigma; files are not concerned."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import IO

ON_CONSOLE = "graphviz-ad.console"
"""Name of the error handler by which a codec writes what its encoding lacks."""

_SIGNS = {
    "∂": "d", "∇": "grad ", "·": "*", "⋅": "*", "∙": "*", "×": "*", "⨯": "*", "✕": "x", "∗": "*", "⊙": "(*)",
    "⨀": "(*)", "⊗": "(x)", "⊕": "(+)", "÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-", "—": "--", "±": "+-",
    "∓": "-+", "°": "deg", "★": "*", "⫽": "//", "⧵": "\\", "†": "^H", "ɣ": "gamma",
    "∘": "o", "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⟹": "=>", "⇔": "<=>", "↑": "^", "↓": "v", "∴": "so",
    "≈": "~=", "≠": "!=", "≤": "<=", "≥": ">=", "≦": "<=", "≧": ">=", "⩽": "<=", "⩾": ">=", "≔": ":=",
    "≜": ":=", "≝": ":=", "≡": "==", "∝": "~", "∈": "in", "∑": "sum", "∏": "prod", "∫": "int ", "√": "sqrt",
    "∛": "cbrt", "∞": "inf", "∥": "||", "‖": "||", "∩": "&", "∪": "|", "⌊": "floor(", "⌋": ")", "⟨": "<",
    "⟩": ">", "ħ": "hbar", "⌈": "ceil(", "⌉": ")", "⊤": "T", "⊺": "T", "⋮": ":", "⋯": "...", "⋱": "...",
    "…": "...", "•": "*", "′": "'", "″": "''", "‴": "'''", "¯": "^-", "\u00a0": " ", "‘": "'", "’": "'",
    "“": '"', "”": '"', "«": '"', "»": '"', "─": "-", "│": "|", "┼": "+", "█": "#", "░": ".", "✓": "ok",
    "✗": "x", "ŷ": "yhat", "ẑ": "zhat", "ȳ": "ybar", "ẋ": "xdot", "ẏ": "ydot", "\u0302": "hat",
    "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot", "ß": "ss", "æ": "ae", "ø": "o",
    "∧": "&", "∨": "|", "¬": "not ", "‹": "<", "›": ">", "⎧": "{", "⎨": "{", "⎩": "{", "⎪": "|", "⟶": "->",
    "⸨": "if", "⸩": ";", "⸧": "else", "∼": "~",
    "€": "EUR", "£": "GBP", "¥": "JPY", "\ufffd": "?", "、": ", ", "。": ". ",
}  # fmt: skip
"""Signs → what is written for them; Greek letters, powers, indices, accents are read off their names."""
_RAISED = "<super>"
_LOWERED = "<sub>"
"""What Unicode's decompositions call powers and indices."""


def legible(text: str) -> str:
    """Text → the same in ASCII, as near as it goes; a "?" for each letter of another script.

    >>> legible("∂L/∂w₁₂ = σ′(z)·x² → ŷ ≈ −0.5"), legible("Wᵀ x⁻¹"), legible("損 é ½ x̂")
    ("dL/dw_12 = sigma'(z)*x^2 -> yhat ~= -0.5", 'W^T x^-1', '? e 1/2 xhat')
    """
    written, before = [], ""
    for sign in text:
        kind = unicodedata.decomposition(sign).partition(" ")[0]
        mark = {_RAISED: "^", _LOWERED: "_"}.get(kind, "")
        written.append((mark if mark and mark != before else "") + _written(sign))
        before = mark
    return "".join(written)


def _written(sign: str) -> str:
    """One character → what is written for it."""
    if sign < "\x80":
        return sign
    if sign in _SIGNS:
        return _SIGNS[sign]
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?(\w+)", unicodedata.name(sign, ""))
    if greek:
        name = {"LAMDA": "lambda"}.get(greek[2], greek[2].lower())
        return name if greek[1] == "SMALL" else name.capitalize()
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return "".join(map(_written, plain)) if plain != sign else "?"


def _replaced(problem: UnicodeError) -> tuple[str, int]:
    """What an encoding lacks → what is written instead, and where to go on; half a character stays an escape."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    lacking = problem.object[problem.start : problem.end]
    if any("\ud800" <= sign <= "\udfff" for sign in lacking):
        return codecs.backslashreplace_errors(problem)  # type: ignore[return-value]  # text, since this encodes
    return legible(lacking), problem.end


codecs.register_error(ON_CONSOLE, _replaced)


def encodable(text: str, stream: IO[str]) -> str:
    """Text → the same with what the stream cannot say in signs that it can, and carets still under their place."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if _fits(text, encoding):
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        shown = line.encode(encoding, ON_CONSOLE).decode(encoding)
        carets = re.fullmatch(r"( +\| *)(\^+)", below)
        if carets and shown != line:
            lines[number + 1] = _carets(line, carets, encoding)
        lines[number] = shown
    return "\n".join(lines)


def _carets(line: str, carets: re.Match[str], encoding: str) -> str:
    """A line, and the carets under it → carets for the line as it is shown."""
    start, stop = carets.span(2)
    columns = column = 0
    places: list[int] = []
    for sign in line:
        if column in (start, stop) and len(places) < 1 + (column == stop):
            places.append(columns)
        column += 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        columns += len(sign.encode(encoding, ON_CONSOLE).decode(encoding))
    places += [columns] * (2 - len(places))
    gutter = carets[1].index("|") + 1
    return carets[1][:gutter] + " " * (places[0] - gutter) + "^" * max(1, places[1] - places[0])


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def be_legible(*streams: IO[str] | None) -> None:
    """Standard streams → they write what their encoding lacks so that it can be read, and never fail over it."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=ON_CONSOLE)
