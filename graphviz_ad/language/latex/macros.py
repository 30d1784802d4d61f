"""Commands that authors define for themselves: \\norm{w}, \\transpose{Y}, \\matr{X}, \\Vx → what they stand for."""

from __future__ import annotations

from difflib import get_close_matches

from graphviz_ad.language.latex import symbols

WRAPPED = {
    "norm": ("‖", "‖"), "abs": ("|", "|"), "ceil": ("⌈", "⌉"), "floor": ("⌊", "⌋"), "paren": ("(", ")"),
    "parens": ("(", ")"), "pqty": ("(", ")"), "bqty": ("(", ")"), "transpose": ("{", "}ᵀ"), "trans": ("{", "}ᵀ"),
    "inv": ("{", "}^(-1)"),
}  # fmt: skip
"""Commands that put signs round their argument."""
TRANSPOSES = frozenset(("T", "Tsp", "transp", "tran", "trans", "transpose", "tp", "tr"))
"""Commands that stand raised for a transpose."""
_KNOWN = sorted(
    {
        "frac",
        "sqrt",
        "sum",
        "prod",
        "left",
        "right",
        "begin",
        "end",
        "partial",
        "nabla",
        *symbols.LETTERS,
        *symbols.SIGNS,
    }
    | {*symbols.FUNCTIONS, *symbols.ACCENTS, *symbols.WORDS, *symbols.FONTS, *symbols.DROPPED, *symbols.REFUSED}
)
_LIKE = 0.8
"""How much a command may look like a known one before it is taken for a mistyped one."""
_LEAST = 4
"""Letters of a command from which on it can be a mistyped one: \\Vx is no slip."""


def mistyped(name: str) -> str | None:
    """Unknown command → the known one that it seems to be, None where it is someone's own.

    >>> mistyped("alhpa"), mistyped("matr"), mistyped("Vx")
    ('alpha', None, None)
    """
    near = get_close_matches(name, _KNOWN, 1, _LIKE) if len(name) >= _LEAST else []
    return near[0] if near and near[0] not in symbols.FONTS | symbols.WORDS else None
