"""A hat that is typed behind its letter → the letter with its accent, as long: (y^ - y)^2 is (ŷ - y)^2."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from graphviz_ad.language.left_names import set_names
from graphviz_ad.language.names import GREEK, identity, unaccented

_HAT = "\u0302"
_NAME = (
    rf"(?<![^\W\d])(?<!\\)(?P<stem>[^\W\d_]|{'|'.join(GREEK)})"
    r"(?P<below>_[^\W_]{1,8}|_\{[^{}\n]{1,16}\}|[₀-₉ᵢⱼₖₙₜ]{1,4})?[ \t]?\^"
)
"""A letter, perhaps with something below it, and the sign."""
_SURE = (
    r"(?<! \^)(?=_[\w{]|[ \t]*(?:[,)\]};\n]|$|={1,2}(?!=)|[/·⋅⊙@<>≤≥≠≈←])|[ \t]+(?:\*(?!\*)|[×])[ \t]|\^(?![T({])|[²³ᵀ]"
    r"|\|{1,2}[ \t]*(?:$|[\n,)\]*/=²^_₁₂<>]|[-+−][ \t]))"
)
"""What no exponent begins with."""
_APART = r"(?<! \^)(?=[ \t]+[-+−][ \t])"
"""A sign with blanks round it, which belongs to no exponent to most readers."""
_BESIDE = r"(?<! \^)(?=[-+−*][ \t]*[^\W\d]|[ \t]+(?![ \t])[^\W\d])"
"""What may be an exponent, and is none to who has a value for the letter with its hat."""
_BEFORE_BRACKET = re.compile(rf"{_NAME}(?<! \^)(?=\()")
"""The same before a bracket: p^(1-p^)/n, where only the letter with its hat has a value."""
_SURE_HAT, _HAT_APART, _HAT_BESIDE = (re.compile(_NAME + behind) for behind in (_SURE, _APART, _BESIDE))


def with_hats(text: str, values: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Formula, and the names that values are given for → the same length of text with accents for hats, and the notes
    that say where it could be read otherwise.

    >>> with_hats("min(r A^, 1)", ())[0], with_hats("y^ - 1", ("y",))[0]
    ('min(r Â , 1)', 'y^ - 1')
    """
    if "^" not in text:
        return text, ()
    given = frozenset(map(identity, values)).union(map(unaccented, values))
    known = {hat for name in _SURE_HAT.finditer(text) if (hat := _identity(name)) in given or _is_left(name)}
    notes = dict[str, None]()

    def accented(name: re.Match[str]) -> str:
        """Name and its hat → the name with the accent, with a blank where both are one character."""
        letter = unicodedata.normalize("NFC", f"{name['stem']}{_HAT}") + (name["below"] or "")
        behind = name["below"] or name.string.startswith("_", name.end())
        return letter.rjust(len(name[0])) if behind else letter.ljust(len(name[0]))

    def doubtful(name: re.Match[str]) -> str:
        """The same where the sign could be that of a power."""
        base = f"{name['stem']}{name['below'] or ''}"
        letter = unicodedata.normalize("NFC", f"{name['stem']}{_HAT}") + (name["below"] or "")
        is_known = _identity(name) in known or _identity(name) in given
        has_base = base == "e" or (bool(values) and identity(base) in given)
        is_apart, is_beside = name.re is _HAT_APART, name.re is _HAT_BESIDE
        if not is_known and (has_base or not is_apart):
            if is_apart and base != "e":
                notes[f"{base}^ before a sign is read as a power; give a value for {letter} for a hat"] = None
            return name[0]
        if not (is_apart or is_beside) and (has_base or not values or base in set_names(text)):
            if has_base:
                notes[f"{base}^(…) is read as a power; for the product write {letter}*(…)"] = None
            return name[0]
        if not is_known or (has_base and is_beside):
            notes[f"{base}^ is read as {letter}; write {base}^(…) for a power"] = None
        return accented(name)

    text = _SURE_HAT.sub(accented, text)
    for pattern in (_HAT_APART, _HAT_BESIDE, _BEFORE_BRACKET):
        text = pattern.sub(doubtful, text)
    return text, tuple(notes)


def _identity(name: re.Match[str]) -> object:
    """Name and its hat → what is equal for all spellings of it."""
    return identity(f"{name['stem']}{_HAT}{name['below'] or ''}")


def _is_left(name: re.Match[str]) -> bool:
    """Whether a name with its hat is a left side."""
    return re.match(r"[ \t]*=(?!=)", name.string[name.end() :][:9]) is not None
