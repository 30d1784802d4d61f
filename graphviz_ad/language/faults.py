"""Text that is no formula → a message that points at the place and says what to write."""

from __future__ import annotations

from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.habits import HABITS, foreign_word
from graphviz_ad.language.tokens import closer
from graphviz_ad.source import Source, Span

OPENERS = {
    "group": "(", "vector": "(", "range": "(", "call": "(", "list": "[", "index": "[", "brace": "{", "abs": "|",
    "norm": "‖", "double": "||",
    "floor": "⌊", "ceil": "⌈", "dot": "⟨",
}  # fmt: skip
"""The sign that opens each kind of bracket."""
CLOSERS = {
    "(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "||": "||", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩",
}  # fmt: skip
"""The sign that closes each opening one."""

_CHARACTER_HINTS = {
    "&": "write a product: (a > 0)*(b > 0)",
    "\\": "a formula with \\ is read as LaTeX; in plain text write the name: alpha for α",
    "!": "write '!=' for unequal", "?": "write where(x > 0, x, 0)", '"': "a formula holds no text",
    "'": "a prime follows its name: x'", "%": "write 0.05 for 5 %, or mod(x, y) for a remainder",
    "∈": "a formula has no sets; write the values as inputs",
    "∩": "a formula has no sets; write names for their sizes, as in TP/(TP + FP + FN)",
    "∪": "a formula has no sets; write names for their sizes, as in TP/(TP + FP + FN)",
    "∫": "an integral cannot be differentiated step by step here",
    "…": "write all terms out", "~": "a formula has no distributions; write how the value is computed",
    "°": "write a number of degrees as 30*π/180; a name with ° needs a value",
    "±": "± stands for two values: write one formula with + and one with −",
    "∓": "∓ stands for two values: write one formula with − and one with +",
    "∂": "a derivative is a name, as ∂L/∂w", "$": "a formula between $ and $ is LaTeX, and both must be there",
}  # fmt: skip
"""What to write in place of a character that is no part of a formula."""


class Faults:
    """Holds a text, and raises the errors that point into it."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def fail(self, message: str, span: Span, hint: str | None = None) -> NoReturn:
        """Raise ParseError at the place."""
        word = foreign_word(self.source.text, span)
        hint = HABITS[word] if word is not None else hint
        raise ParseError(message, source=self.source, span=span, hint=hint)

    def fail_missing(self, start: int, before: str) -> NoReturn:
        """Raise ParseError where a value should stand, but something else does."""
        text = self.source.text
        if before in ("^", "_") and text[start + 1 : start + 2] == "{" and closer(text, start + 1) < 0:
            self.fail_open("brace", start + 1)
        where = "at the end" if before in ("the end", ";") else f"before '{before}'"
        hint = "write a number, a name or a bracket here"
        if before == "<" and "," in text[start:].partition(">")[0]:
            hint = "for an inner product write dot(x, y)"
        if before in ("<", ">") and self.source.text[start - 1 : start] == "=":
            hint = f"to compare write '{before}='"
        sign = self.source.text[start - 1 : start]
        if before == "=" and sign and sign in "+-*/":
            hint = f"a name is set once: write the {'sum' if sign == '+' else 'result'} under a new name with '='"
        if before == sign == "/":
            hint = "a comment begins with '#'; for a quotient rounded down write floor(x/y)"
        self.fail(f"a value is missing {where}", (start, start + 1), hint)

    def fail_two_readings(self, function: str, start: int, mark: int, sign: str) -> NoReturn:
        """Raise ParseError where a sign stands behind the argument of a function without brackets."""
        argument = self.source.text[start:mark].strip()
        argument = argument[len(function) :].strip() if argument.startswith(function) else "x"
        argument = argument if 0 < len(argument) < 20 and "\n" not in argument else "x"
        right = self.source.text[mark + len(sign) :].split("\n")[0].strip()[:1] or "y"
        self.fail(
            f"'{function} {argument} {sign} …' can be read in two ways", (start, mark + len(sign)),
            f"write {function}({argument}){sign}{right}… or {function}({argument}{sign}{right}…)",
        )  # fmt: skip

    def fail_open(self, what: str, mark: int) -> NoReturn:
        """Raise ParseError where a bracket has no end."""
        opener = OPENERS[what]
        hint = f"add a '{CLOSERS[opener]}'"
        if opener in ("|", "||") and self.source.text[:mark].rstrip()[-1:] in (")", "]"):
            hint += "; for 'or' write maximum(a > 0, b > 0)"
        span = mark, mark + len(opener)
        raise ParseError(f"this '{opener}' is never closed", source=self.source, span=span, hint=hint)

    def fail_side_by_side(self, span: Span) -> NoReturn:
        """Raise ParseError where a number stands behind a value."""
        word = self.source.text[span[0] : span[1]]
        if word[0] == "." and self.source.text[span[0] - 1].isdecimal():
            self.fail("a number has one decimal point", span, "as in 1.5")
        before = self.source.text[: span[0]]
        if before.rfind("[") > max(before.rfind("]"), before.rfind("(")):
            self.fail(f"a comma is missing before '{word}'", span, "entries have commas between them, as in [1, 2]")
        self.fail(
            f"an operator is missing before '{word}'", span,
            f"write '* {word}' for a product; a number comes first in one without a sign, as in 2x",
        )  # fmt: skip

    def fail_character(self, sign: str, start: int) -> NoReturn:
        """Raise ParseError for a character that has no place in a formula."""
        printable = sign if sign.isprintable() else f"U+{ord(sign):04X}"
        hint = _CHARACTER_HINTS.get(sign, "a formula has numbers, names, + - * / ^ @, brackets and calls")
        text = self.source.text
        if sign == "'" and text.find("'", start + 1) > start:
            hint = _CHARACTER_HINTS['"']
        if sign.isascii() and sign.isdecimal():
            stop = start
            while text[stop : stop + 1].isalnum() or text[stop : stop + 1] in ("_", "."):
                stop += 1
            plain = text[start:stop].replace("_", "")
            hint = f"write {plain}" if plain.isdecimal() else "a name begins with a letter"
            self.fail(f"'{text[start:stop]}' is not a number", (start, stop), hint)
        if sign.isdecimal() or sign == ".":
            hint = "write numbers in the digits 0-9 with a point, as in 1.5"
        self.fail(f"'{printable}' is not part of a formula", (start, start + 1), hint)
