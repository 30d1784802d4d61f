"""Sentences as segments: text, and mathematics that each medium sets in its own way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from graphviz_ad.errors import InputError
from graphviz_ad.explain.chain import Chain
from graphviz_ad.language.printer import DISPLAY, LATEX
from graphviz_ad.messages.catalogue import between, languages, say

Segment = tuple[Literal["text"], str] | tuple[Literal["math"], Chain]
"""A piece of a sentence: `("text", words)` or `("math", chain)`, where `chain.write(dialect)` sets it."""

Filling = str | Chain | tuple[Segment, ...]
"""What is put into an entry of the catalogue: words, mathematics, or segments that were made before."""

_ESCAPES = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\^{}", "~": r"\~{}", "<": r"\textless{}", ">": r"\textgreater{}", "×": r"$\times$", "σ": r"$\sigma$",
})  # fmt: skip
"""Characters of our sentences that LaTeX would obey, or has not in its text fonts."""


def require(lang: str) -> None:
    """Raises InputError where there is no such language."""
    if lang not in languages():
        raise InputError(f"there are no explanations in '{lang}'", hint="choose one of " + ", ".join(languages()))


@cache
def _pieces(key: str, lang: str, several: int | None) -> tuple[str, ...]:
    """Entry of the catalogue → text and names of fillings, by turns."""
    require(lang)
    return tuple(re.split(r"\{(\w+)\}", say(key, lang, several)))


def phrase(key: str, lang: str, several: int | None = None, /, **fillings: Filling) -> tuple[Segment, ...]:
    """Entry of the catalogue and what to put into it → segments; `several` chooses among its plural forms."""
    segments: list[Segment] = []
    pieces = list(_pieces(key, lang, several))
    for at in range(1, len(pieces), 2):
        filling = fillings[pieces[at]]
        if isinstance(filling, str) and max(filling, default="") > "\u3000":  # no space between words without spaces
            pieces[at - 1], pieces[at + 1] = pieces[at - 1].rstrip(" "), pieces[at + 1].lstrip(" ")
    for at, piece in enumerate(pieces):
        content: Filling = piece if at % 2 == 0 else fillings[piece]
        if isinstance(content, str):
            segments += [("text", content)] if content else []
        elif isinstance(content, Chain):
            segments.append(("math", content))
        else:
            segments += content
    return tuple(segments)


def join(key: str, lang: str, parts: Iterable[tuple[Segment, ...]]) -> tuple[Segment, ...]:
    """Segments of several things → one list, with the catalogue's word between them."""
    word: tuple[Segment, ...] = (("text", say(key, lang)),)
    segments: list[Segment] = []
    for part in parts:
        segments += [*word, *part] if segments else part
    return tuple(segments)


def gap(lang: str) -> tuple[Segment, ...]:
    """Language → what stands between two of its sentences."""
    space = between("language.gap", lang)
    return (("text", space),) if space else ()


def plain(segments: Iterable[Segment]) -> str:
    """Segments → text for a terminal."""
    return "".join(piece[1] if piece[0] == "text" else piece[1].write(DISPLAY) for piece in segments)


def latex(segments: Iterable[Segment]) -> str:
    """Segments → LaTeX text with mathematics in it."""
    return "".join(
        piece[1].translate(_ESCAPES) if piece[0] == "text" else f"${piece[1].write(LATEX)}$" for piece in segments
    )
