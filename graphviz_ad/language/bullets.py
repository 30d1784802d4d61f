"""What stands before formulas in lists → blanks: bullets, numbers, labels: "- RBF: exp(-z)", "1. kernel: x·y"."""

from __future__ import annotations

import re

from graphviz_ad.language.tokens import blank

_LIST_SIGN = r"(?:(?:[-–—*•+]|[0-9]{1,2}[.)]|\([a-z0-9]{1,2}\)|[a-z]\))[ \t]+)?"
"""A bullet or a number before a label."""
BULLET = re.compile(r"(?m)^[ \t]*[-*•][ \t]+(?=-[^-\s]|[^\W\d][\w{}^'′∂/]*(?:\([^()\n]*\))?[ \t]*=(?!=))")
"""A bullet before a minus or a left side."""
_NUMBERED_LINE = re.compile(
    r"(?m)^[ \t]*(?:[0-9]{1,2}[.)]|[a-z]\))[ \t]+(?=[^\W\d][\w{}^'′∂/]*(?:\([^()\n]*\))?[ \t]*=(?!=))"
)
"""A number in a list before a left side: 1. L = …, b) y = …"""
_CLOSED_NUMBER = re.compile(r"(?m)^[ \t]*(?:[0-9]{1,2}|[a-z]|[ivx]{2,4})\)[ \t]+(?=\S)")
"""A number with a bracket behind it: 1) …, a) …"""
_POINTED_NUMBER = re.compile(
    r"(?m)(?:\A\s*|(?<![-+*/^=(,\[{])\n[ \t]*)"
    r"([0-9]{1,2}\.(?=[ \t]+\()|(?:[0-9]{1,2}\.|\([0-9]{1,2}\))(?=[ \t]+[^\W\d]))[ \t]+(?![^\n]*[:=])"
)
"""A number with a full stop, or in brackets, and a space before a formula that begins with no sign: 2. x + 1."""
_STARRED_LINE = re.compile(r"(?m)^[ \t]*[*•][ \t]+")
"""A bullet that begins no value."""
LABEL = re.compile(
    r"(?m)^[ \t]*(?:[-*•][ \t]+(?=[^\W\d]\S*[ \t]*=))?(?:\([0-9]+(?:[.-][0-9]+)*[a-z]?\)[ \t]+(?=[^\n]*=)"
    r"|(?:var|let|const|double|float|auto|vec[234])[ \t]+(?=[^\W\d]\w*[ \t]*=)"
    rf"|{_LIST_SIGN}(?:(?!for\b|while\b|if\b|elif\b|def\b|else\b)[^\W\d_][\w \t'/-]{{0,60}}"
    r"(?:\([\w \t-]{1,30}\)[ \t]*)?:(?!=)(?:[ \t]+(?=\S)|[ \t]*(?=\n))"
    r"|\*\*[^\W\d_][\w \t'/()-]{0,60}(?:\*\*[ \t]*:|:[ \t]*\*\*)[ \t]*(?=[^\s*]))"
    r"|return(?:[ \t]+(?=\S)|(?=\())"
    r"|\w+[ \t]*(?:→|->)[ \t]*(?=[^\W\d]\w*['′]*[ \t]*=))"
)
"""What stands before a formula as its title or number: "MSE: L = …", "(3.2) z = …"."""
_BEGINNINGS = ("var", "const", "double", "float", "auto", "vec", "(", "-", "*", "•")
"""Beginnings of a line that may have a label."""
_LABELLED_LINE = re.compile(r"\n[ \t]*(?:[(*•-]|var|let|const|double|float|auto|vec)")
"""A further line that begins so."""


def without_numbers(text: str) -> str:
    """Formula → the same length of text with blanks for the numbers of lists, and for bullets that begin no value."""
    if "=" in text and (". " in text or ") " in text):
        text = _NUMBERED_LINE.sub(_apart, text)
    if text.count(")") > text.count("("):
        numbers = _CLOSED_NUMBER.findall(text)
        if len(numbers) == text.count(")") - text.count("("):
            text = _CLOSED_NUMBER.sub(_apart, text)
    return _STARRED_LINE.sub(_apart, text) if text.lstrip()[:2] in ("* ", "• ", "*\t", "•\t") else text


def without_pointed_numbers(text: str) -> tuple[str, tuple[str, ...]]:
    """Formula → the same length of text without numbers of lists that could be factors, and the notes that say so; a
    single one is a factor, which is said too.

    >>> without_pointed_numbers("1. x + 1\\n2. x - 3")[0], without_pointed_numbers("2. x")[0]
    ('   x + 1\\n   x - 3', '2. x')
    """
    places = [*_POINTED_NUMBER.finditer(text)] if ". " in text or ") " in text else []
    if len(places) == 1:
        number = places[0][1]
        note = f"{number} at the beginning of a line is a factor; leave it out where it is the number of the formula"
        return text, (note,) if number.strip("().") != "1" else ()
    numbers = dict.fromkeys(place[1] for place in places)
    notes = (f"{n} at the beginning of a line is its number; for a product write {n.strip('().')}*" for n in numbers)
    return (_POINTED_NUMBER.sub(lambda number: blank(number[0]), text) if places else text), tuple(notes)


def without_labels(text: str) -> str:
    """Formula → the same length of text with blanks for bullets before left sides, and for labels."""
    if (
        text.lstrip().startswith(_BEGINNINGS)
        or any(sign in text for sign in (":", "→", "->", "return"))
        or ("\n" in text and _LABELLED_LINE.search(text) is not None)
    ):
        text = LABEL.sub(_apart, BULLET.sub(_apart, text))
    return text


def _apart(mark: re.Match[str]) -> str:
    """A mark at the beginning of a line → blanks; before a sign, the line would go on from the one above, and a
    semicolon ends that."""
    goes_on = mark.start() > 0 and mark.string[mark.end() : mark.end() + 1] in tuple("-−–+")
    return (";" if goes_on else " ").ljust(len(mark[0]))
