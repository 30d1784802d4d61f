"""Sentences as segments: text, and mathematics that each medium sets in its own way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

from graphviz_ad.errors import InputError
from graphviz_ad.explain.chain import Chain
from graphviz_ad.language.printer import DISPLAY, LATEX
from graphviz_ad.language.tree import NAME
from graphviz_ad.messages.catalogue import between, languages, say

Segment = tuple[Literal["text"], str] | tuple[Literal["math"], Chain]
"""A piece of a sentence: `("text", words)` or `("math", chain)`, where `chain.write(dialect)` sets it."""

Filling = str | Chain | Sequence[Segment]
"""What is put into an entry of the catalogue: words, mathematics, or segments that were made before."""

_ESCAPES = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\^{}", "~": r"\~{}", "<": r"\textless{}", ">": r"\textgreater{}", "×": r"$\times$", "σ": r"$\sigma$",
})  # fmt: skip
"""Characters of our sentences that LaTeX would obey, or has not in its text fonts."""


_EAST_ASIAN = "\u3000"
"""Before all letters and marks of Japanese and Chinese, between which there is no space."""
_KANJI = re.compile("[\u4e00-\u9fff]")
"""A letter of Chinese."""


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
        if isinstance(filling, str) and max(filling, default="") > _EAST_ASIAN:  # no space between words without spaces
            pieces[at - 1], pieces[at + 1] = pieces[at - 1].rstrip(" "), pieces[at + 1].lstrip(" ")
    for at, piece in enumerate(pieces):
        content: Filling = piece if at % 2 == 0 else fillings[piece]
        if isinstance(content, str):
            segments += [("text", content)] if content else []
        elif isinstance(content, Chain):
            segments.append(("math", content))
        else:
            segments += content
    return _closed_up(segments)


def _closed_up(segments: list[Segment]) -> tuple[Segment, ...]:
    """Segments → the same without spaces between a name in kanji or kana and the words beside it in such: 損失は.

    Between two kanji the space stays, since nothing else says where the name begins: 因子 入力.
    """
    closed = list(segments)
    for at, (kind, content) in enumerate(segments):
        name = _east_asian_name(content) if kind == "math" and isinstance(content, Chain) else ""
        before, behind = (closed[beside][1] if 0 <= beside < len(closed) else "" for beside in (at - 1, at + 1))
        if name and isinstance(before, str) and _runs_on(before.rstrip(" ")[-1:], name[0]):
            closed[at - 1] = ("text", before.rstrip(" "))
        if name and isinstance(behind, str) and _runs_on(behind.lstrip(" ")[:1], name[-1]):
            closed[at + 1] = ("text", behind.lstrip(" "))
    return tuple(closed)


def _runs_on(letter: str, other: str) -> bool:
    """Whether two letters beside one another are Japanese or Chinese, and not both of them kanji."""
    return min(letter, other) > _EAST_ASIAN and not (_KANJI.match(letter) and _KANJI.match(other))


def _east_asian_name(chain: Chain) -> str:
    """Mathematics → the name that it is, where letters of Japanese or Chinese begin or end it, "" elsewhere."""
    if len(chain.parts) != 1:
        return ""
    tree, root = chain.parts[0].tree, chain.parts[0].root
    name = str(tree.head[root]) if tree.kind[root] == NAME else ""
    return name if max(name, default="") > _EAST_ASIAN else ""


def join(key: str, lang: str, parts: Iterable[Sequence[Segment]]) -> tuple[Segment, ...]:
    """Segments of several things → one list, with the catalogue's word between them."""
    word: tuple[Segment, ...] = (("text", say(key, lang)),)
    segments: list[Segment] = []
    for part in parts:
        segments += [*word, *part] if segments else [*part]
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
