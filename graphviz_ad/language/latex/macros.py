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
KNOWN_COMMANDS = sorted(
    {
        "frac",
        "dfrac",
        "tfrac",
        "binom",
        "sqrt",
        "sum",
        "prod",
        "left",
        "right",
        "begin",
        "end",
        "partial",
        "nabla",
        "underbrace",
        "overset",
        "underset",
        "stackrel",
        "substack",
        *symbols.LETTERS,
        *symbols.SIGNS,
    }
    | {*symbols.FUNCTIONS, *symbols.ACCENTS, *symbols.WORDS, *symbols.FONTS, *symbols.DROPPED, *symbols.REFUSED}
)
"""Commands that are read, or refused with a message of their own."""
_MIN_SIMILARITY = 0.8
"""How much, of 1, a command looks like a known one if it is taken for a mistyped one."""
_MIN_MISTYPED_LETTERS = 4
"""Letters of a command from which on it can be a mistyped one: \\Vx is an author's own."""


def mistyped(name: str) -> str | None:
    """Unknown command → the known one that it seems to be, None where it is someone's own.

    >>> mistyped("alhpa"), mistyped("matr"), mistyped("Vx")
    ('alpha', None, None)
    """
    near = get_close_matches(name, KNOWN_COMMANDS, 1, _MIN_SIMILARITY) if len(name) >= _MIN_MISTYPED_LETTERS else []
    return near[0] if near and near[0] not in symbols.FONTS | symbols.WORDS else None
