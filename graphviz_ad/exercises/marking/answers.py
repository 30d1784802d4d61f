"""What a student wrote → a number (decimals, fractions, expressions; our own parser, never `eval`) or an option."""

from __future__ import annotations

import math
import re
import unicodedata

from graphviz_ad.autodiff.passes import forward
from graphviz_ad.errors import ExerciseError, GraphvizADError
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Limits
from graphviz_ad.items.model import Choice, Text
from graphviz_ad.items.written import MAX_CHARACTERS, cleaned, second

LIMITS = Limits(length=MAX_CHARACTERS, nodes=200, array=16)
"""Of an expression that stands for a number: no hand writes more, and it is read in a moment."""
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
"""A comma between digits, as many languages write decimals."""
SPACES = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3})")
"""What stands between groups of three digits."""
DATE = re.compile(
    r"\d{1,2}-[A-Za-z]{3}(-\d+)?|[A-Za-z]{3}-\d{2}|\d{1,2}月\d{1,2}日|(19|20)\d\d([-/])\d{1,2}\3\d{1,2}( [\d:]+)?"
)
"""What a spreadsheet makes of a fraction as 2/3."""
_MAX_NAME_CHARACTERS = 40
"""Characters of a name that are repeated in feedback, which is a line or two."""


class UnreadableError(ExerciseError):
    """What was written is no number or no formula; `sentence` tells the student why, in their language."""

    def __init__(self, key: str, **fillings: str) -> None:
        self.key, self.fillings = f"read.{key}", fillings
        super().__init__(plain(self.sentence("en")))

    def sentence(self, lang: str) -> Text:
        """Language → why it cannot be read."""
        return phrase(self.key, lang, **self.fillings)


def read_number(text: str, *, decimal_comma: bool = False) -> float:
    """Text of an answer → its number; `2/3`, `-0.5`, `3e-4`, `sqrt(2)/2`, and `1,5` where a decimal comma is asked for.

    Raises UnreadableError, with what can be written, where it is no number.

    >>> read_number("2/3"), read_number("−0,5", decimal_comma=True), read_number("z = e^0")
    (0.6666666666666666, -0.5, 1.0)
    """
    written = SPACES.sub("", cleaned(text))
    if decimal_comma:
        written = DECIMAL_COMMA.sub(".", written)
    if not written:
        raise UnreadableError("missing")
    if len(written) > MAX_CHARACTERS:
        raise UnreadableError("long", most=str(MAX_CHARACTERS))
    if DATE.fullmatch(written):
        raise UnreadableError("date")
    try:
        return _finite(float(written))
    except ValueError:
        pass
    if DECIMAL_COMMA.search(written):
        raise UnreadableError("comma")
    try:
        graph = parse(written, limits=LIMITS)
        unknown = [name for name in graph.inputs if name != "e"]
        if unknown:
            raise UnreadableError("name", name=unknown[0][:_MAX_NAME_CHARACTERS])
        value = forward(graph, dict.fromkeys(graph.inputs.values(), math.e))[graph.output]
    except UnreadableError:
        raise
    except GraphvizADError:
        raise UnreadableError("number") from None
    if not isinstance(value, float) or second(graph) is not None:
        raise UnreadableError("many")
    return _finite(value)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise UnreadableError("finite")
    return value


def choice_of(text: str, choice: Choice) -> int | None:
    """Answer → the option meant: its letter (A, B …) or its number counted from 1; None where it is none.

    >>> from graphviz_ad.items.model import Option
    >>> choice_of("b", Choice((Option(()), Option(())), 0)), choice_of("3", Choice((Option(()), Option(())), 0))
    (1, None)
    """
    word = unicodedata.normalize("NFKC", text).strip(" \t\n().:、。").upper()
    if len(word) == 1 and "A" <= word <= "Z":
        number = ord(word) - ord("A")
    elif word.isdecimal() and len(word) < 4:
        number = int(word) - 1
    else:
        return None
    return number if 0 <= number < len(choice.options) else None
