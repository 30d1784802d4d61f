"""Lines of Japanese in a source → one line, without gaps where the lines ended."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

_LAST_LATIN, _PUNCTUATION = "\u2e7f", "、。・：「」（）"
"""Characters behind the first are Japanese; beside those of the second there is never a gap."""


def join(app: Sphinx, document: nodes.document) -> None:
    """A Japanese document → without the ends of lines in its source, but for gaps around numbers and formulas."""
    if app.config.language != "ja":
        return
    for text in list(document.findall(nodes.Text)):
        if "\n" in text and not isinstance(text.parent, nodes.FixedTextElement | nodes.raw | nodes.math):
            at = text.parent.index(text)
            before = "".join(node.astext() for node in text.parent.children[max(0, at - 1) : at])
            behind = "".join(node.astext() for node in text.parent.children[at + 1 : at + 2])
            text.parent.replace(text, nodes.Text(joined(before, text.astext(), behind)))


def joined(before: str, text: str, behind: str) -> str:
    """Japanese text, and what stands before and behind it → the text in one line.

    >>> joined("", "傾きが\\n最大で、\\n", "0.25"), joined("", "値は\\n", "0.25")
    ('傾きが最大で、', '値は ')
    """
    whole, lines = before + text + behind, list[str]()
    place = len(before)
    for character in text:
        if character == "\n":
            sides = whole[:place].rstrip()[-1:], whole[place + 1 :].lstrip()[:1]
            close = all(side > _LAST_LATIN for side in sides) or any(side in _PUNCTUATION for side in sides)
            lines.append("" if close else " ")
        else:
            lines.append(character)
        place += 1
    return "".join(lines)
