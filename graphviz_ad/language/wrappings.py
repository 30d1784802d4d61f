"""What is wrapped round a whole formula, or stands behind it in words → blanks: `y = x`., (r <- x), (e.g. y = 2)."""

from __future__ import annotations

import re

from graphviz_ad.language.tokens import blank

_QUOTED = re.compile(r"[ \t]*`([^`\n]+)`[ \t]*[.,;:]?[ \t]*")
"""A formula between backticks, perhaps with a full stop behind."""
_EMPHASIS = re.compile(r"[ \t]*(\*{1,3})(?=[^\s*])([^\n]*[^\s*])\1[ \t]*")
"""A formula between stars, as Markdown has what is bold; no formula begins with a star."""
_C_COMMENT = re.compile(r"/\*(?!\*?/).*?\*/", re.DOTALL)
"""A comment of C."""
_PRINTED = re.compile(r"[ \t]*\((?=[ \t]*[^\W\d][\w.]*[ \t]*<-)(.*)\)[ \t]*", re.DOTALL)
"""R's assignment in brackets, which shows the value too: (r <- x)."""
_EXAMPLE = re.compile(r"[ \t]+\((?:e\.g\.|i\.e\.|for example)[^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
"""An example in brackets behind a formula."""
_DASHED = re.compile(r"(?m)[ \t]{2,}[—–][ \t]+[^\W\d_]{2,}(?:[ \t]+[^\W\d_]{2,})+[ \t.]*$")
"""Words behind a dash with several blanks before it."""
_MEMBER = re.compile(r"\w\$(?=[^\W\d])")
"""What R writes between a table and a column: df$x."""


def without_wrappings(text: str) -> str:
    """Formula → the same length of text without what is wrapped round the whole of it, and words behind it."""
    if "`" in text and (quoted := _QUOTED.fullmatch(text)) is not None:
        text = blank(text[: quoted.start(1)]) + quoted[1] + blank(text[quoted.end(1) :])
    if "*" in text and (bold := _EMPHASIS.fullmatch(text)) is not None:
        text = blank(text[: bold.start(2)]) + bold[2] + blank(text[bold.end(2) :])
    if "/*" in text:
        text = _C_COMMENT.sub(lambda comment: blank(comment[0]), text)
    if "<-" in text and (printed := _PRINTED.fullmatch(text)) is not None:
        text = blank(text[: printed.start(1)]) + printed[1] + blank(text[printed.end(1) :])
    if "(e.g." in text or "(i.e." in text or "(for example" in text:
        text = _EXAMPLE.sub(lambda example: blank(example[0]), text)
    if "  —" in text or "  –" in text:
        text = _DASHED.sub(lambda words: blank(words[0]), text)
    return text


def has_members(text: str) -> bool:
    """Whether each dollar sign stands between a table and its column, df$x, and none round LaTeX.

    >>> has_members("sum(d$y - d$x)"), has_members("$x$"), has_members("a$x$b")
    (True, False, False)
    """
    return "$" in text and len(_MEMBER.findall(text)) == text.count("$") and re.search(r"\$\w+\$", text) is None
