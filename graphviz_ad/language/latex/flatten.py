"""A group of LaTeX that is a name or a part of one → its text: \\hat{\\mathbf{y}}, {t-1}, \\text{pred}."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from graphviz_ad.language.latex.macros import TRANSPOSES
from graphviz_ad.language.latex.pieces import Token
from graphviz_ad.language.latex.symbols import ACCENTS, BLANKS, DROPPED, FONTS, FUNCTIONS, LETTERS, SIGNS, WORDS

FLAT = {
    "langle": "(", "rangle": ")", "top": "⊤", "prime": "'", "_": "_", "star": "*", "ast": "*",
    "cdot": "·", "lt": "<", "gt": ">", "mid": "|", "vert": "|", "|": "‖", "Vert": "‖", "parallel": "‖",
    "ne": "≠", "neq": "≠", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥",
}  # fmt: skip
"""Commands that may stand in a subscript or a label, with their signs."""
LOOKS = FONTS | WORDS | BLANKS | DROPPED | frozenset((*SIGNS, "in", "cdot", "frac", "sqrt", "sum", "partial", "nabla"))
"""Commands that are no name of an author's own."""


def flat(tokens: Sequence[Token]) -> str:
    """Tokens → the text they stand for: letters, digits, signs, Greek; fonts and braces left out."""
    pieces: list[str] = []
    accent = ""
    for token in tokens:
        kind, text = token.kind, token.text
        piece = ""
        if kind == "letter" or kind == "number" or (kind == "sign" and text not in "{}"):
            piece = text
        elif kind == "command":
            if text in ACCENTS:
                accent = ACCENTS[text]
                continue
            piece = LETTERS.get(text) or FLAT.get(text) or (text if text in FUNCTIONS else "")
            if not piece and text.isalpha() and text not in LOOKS:
                piece = "⊤" if text in TRANSPOSES else text
        if piece and accent:
            piece, accent = unicodedata.normalize("NFC", piece + accent), ""
        pieces.append(piece)
    return "".join(pieces)


def worded(text: str) -> str:
    """What stands in \\text{…} → a name: spaces and signs become "_".

    >>> worded(" expected loss "), worded("max\\\\_val"), worded("損失")
    ('expected_loss', 'max_val', '損失')
    """
    plain = text.replace("\\_", "_").replace("~", " ").strip()
    return re.sub(r"[^\w]+", "_", plain).strip("_")
