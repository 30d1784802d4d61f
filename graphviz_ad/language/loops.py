"""Loops of MATLAB that add up → sums, in the same length of text: t = 0; for i = 1:n, t = t + x(i); end."""

from __future__ import annotations

import re

from graphviz_ad.language.tokens import blank

_LOOP = re.compile(
    r"(?m)^[ \t]*for[ \t(]*(?P<letter>[a-z]\w?)[ \t]*=[ \t]*1[ \t]*:[ \t]*(?P<count>\w+(?:\([\w, ]+\))?)[ \t,;)]*\n\s*"
    r"(?P<name>[A-Za-z]\w*)[ \t]*(?:=[ \t]*(?P=name)[ \t]*\+|\+=)(?!=)(?P<body>[^;\n]+)(?:;[ \t]*)?\n\s*"
    r"end(?:for)?[ \t;]*(?=\n|$)"
)
"""A loop from 1 whose only line adds a term to a name."""
_LOOSE = re.compile(r"[<>=|&%#:?]")
"""Signs in a term that bind looser than a plus, or end it."""


def without_loops(text: str) -> str:
    """Program of MATLAB → the same length of text with a sum for each loop that adds up, where its name begins with 0.

    >>> without_loops("t = 0;\\nfor i = 1:n\\n  t = t + x(i);\\nend\\n").split()
    ['t=∑_{i=1}^{n}(', 'x(i))']
    """
    if "for" not in text or "end" not in text:
        return text
    for loop in reversed([*_LOOP.finditer(text)]):
        name, letter, count, body = loop["name"], loop["letter"], loop["count"], loop["body"]
        begin = re.compile(rf"(?m)^[ \t]*{name}[ \t]*=[ \t]*0(?:\.0*)?[ \t;]*$").search(text, 0, loop.start())
        if begin is None or re.search(rf"(?<!\w){name}(?!\w)", text[begin.end() : loop.start()]):
            continue
        if re.search(rf"(?<!\w){name}(?!\w)", body) or not re.search(rf"[(,][ \t]*{letter}[ \t]*[,)]", body):
            continue
        if _LOOSE.search(body) is not None or body.count("(") != body.count(")"):
            continue
        head = f"{name}=∑_{{{letter}=1}}^{{{count}}}("
        room = loop.start("body") - loop.start()
        if len(head) > room:
            continue
        loop_text = head.ljust(room) + body + ")".ljust(loop.end() - loop.end("body"))
        text = (
            text[: begin.start()] + blank(begin[0]) + text[begin.end() : loop.start()] + loop_text + text[loop.end() :]
        )
    return text
