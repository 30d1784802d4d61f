"""Comments of the author in a formula → the statement each belongs to; and any text → a comment of Python."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from graphviz_ad.code.layout import WIDTH
from graphviz_ad.language.tree import Program

_COMMENT = re.compile(r"#(.*)")


def remarks(program: Program) -> dict[int, list[str]]:
    """Program → by the place of a statement among those that compute something, the comments that belong to it.

    A comment behind a statement belongs to it, one on a line of its own to the statement that follows.
    """
    text = program.source.text
    spans = [statement.span for statement in program.computed]
    comments: dict[int, list[str]] = {}
    if "\\" in text or "$" in text:
        return comments
    for match in _COMMENT.finditer(text):
        line = text.rfind("\n", 0, match.start()) + 1
        alone = not text[line : match.start()].strip()
        after = [number for number, (start, _) in enumerate(spans) if start > match.start()]
        before = [number for number, (start, _) in enumerate(spans) if start < match.start()]
        places = after[:1] or before[-1:] if alone else before[-1:] or after[:1]
        remark = match[1].strip().lstrip("#").strip()
        if places and remark:
            comments.setdefault(places[0], []).append(remark)
    return comments


def comment(text: str, indent: str = "") -> Iterator[str]:
    """Text → lines of a comment; what could end a line or turn its direction is left out."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    for line in textwrap.wrap(" ".join(shown.split()), WIDTH - len(indent) - 2, break_long_words=False):
        yield f"{indent}# {line}"


def beside(lines: list[str], remark: str) -> list[str]:
    """Lines of a statement and a comment → the comment behind it where there is room, else above."""
    text = next(comment(remark), "# ")
    if len(lines) == 1 and len(lines[0]) + 2 + len(text) <= WIDTH and "\n" not in remark:
        return [f"{lines[0]}  {text}"]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return [*comment(remark, indent), *lines]
