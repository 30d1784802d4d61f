"""A power behind the closing bracket of a function → a note that says whose power is computed: log(x)^2."""

from __future__ import annotations

import re
from dataclasses import replace

from graphviz_ad.language.tokens import closer
from graphviz_ad.language.tree import CALL, OPERATOR, Program

_NAMED = re.compile(
    r"\\?(?P<name>log10|log|ln|exp|sin|cos)(?![A-Za-z0-9])(?P<base>[ \t]*_(?:\{[ \t]*\w+[ \t]*\}|\w+))?"
)
"""A function behind whose brackets a power is read in two ways, and the base of a logarithm."""
_OPENER = re.compile(r"[ \t]*(?:\\left[ \t]*)?[(\[]")
"""The bracket of its argument."""
_POWER = re.compile(r"[ \t]*(\^[ \t]*(?:\{[^{}]*\}|\([^()]*\)|[-−]?[0-9.]*[0-9]|\w)|[⁻⁰¹²³⁴-⁹ⁿˣ]+)")
"""A power right behind a bracket."""
_MAX_ARGUMENT = 200
"""Characters that an argument has which a note repeats."""
_CODE = re.compile(
    r"\*\*|\.\^|\.\*|\./|;[ \t]*(?:\n|$)|<-|%\*%|\b(?:np|math|torch|numpy|Math|tf|jnp)\.|^[ \t]*=|\breturn\b"
)
"""Signs of programs and spreadsheets, in which the power is that of the value."""


def with_notes_on_powers(program: Program) -> Program:
    """Program → the same with a note for each power behind the brackets of a function, which some read as the power of
    what is in them."""
    tree, text = program.tree, program.source.text
    if not ("^" in text or "²" in text or "³" in text) or _CODE.search(text) is not None:
        return program
    notes: dict[str, None] = {}
    for kind, head, args in zip(tree.kind, tree.head, tree.args, strict=True):
        if kind != OPERATOR or head != "^" or tree.kind[args[0]] != CALL:
            continue
        start, stop = program.span(args[0])
        named = _NAMED.match(text, start)
        opener = _OPENER.match(text, named.end()) if named is not None else None
        close = closer(text, opener.end() - 1, opener.end() + _MAX_ARGUMENT) if opener is not None else -1
        power = _POWER.match(text, close + 1) if close >= 0 else None
        if named is None or power is None or stop > power.start(1) + 2:
            continue
        call, inside = text[start : close + 1], text[named.end() : close + 1].strip()
        other = f"{named[0].rstrip()}({inside}{power[1]})"
        notes[f"{call}{power[1]} is read as ({call}){power[1]}; for the power of the argument write {other}"] = None
    return replace(program, notes=(*program.notes, *notes)) if notes else program
