"""Names in LaTeX: one letter each, with their accents and scripts; words where it says so; scripts of anything else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.tokens import Token, fail, partners
from graphviz_ad.language.names import identity
from graphviz_ad.language.vocabulary import Vocabulary
from graphviz_ad.source import Source

if TYPE_CHECKING:
    from graphviz_ad.language.latex.writing import Task, Written

Range = tuple[int, int]

_LABEL = re.compile(r"(?:\([^\W_]{1,8}(?:[-+][0-9]{1,4})?\)|\[[^\W_]{1,8}(?:[-+][0-9]{1,4})?\])+")
_LABELS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TURNED = re.compile(rf"({_LABEL.pattern})[T⊤]")
_ENDS_IN_NAME = re.compile(r"[\w'}\u0300-\u036f]$")
_LEAST_WORD = 4
"""Letters side by side from which on they are taken for one word: target, not t·a·r·g·e·t."""


class Names:
    """The tokens of a formula, and what is known of its names."""

    out: Written

    def __init__(self, source: Source, tokens: list[Token], vocabulary: Vocabulary) -> None:
        self.source, self.tokens, self.vocabulary = source, tokens, vocabulary
        self.partners = partners(source, tokens)
        self.notes: dict[str, None] = {}
        self.compared: set[int] = set()  # tokens in conditions, where "=" compares
        self.given = {identity(name) for name in vocabulary.values}

    def is_function(self, word: str) -> bool:
        """Whether a word is an operation."""
        return self.vocabulary.function(word) is not None or word in ("sum", "mean")

    def function_name(self, word: str) -> str:
        """The name of an operation as the table has it."""
        return word if word in self.vocabulary.functions else self.vocabulary.function(word) or word

    def apart(self, text: str) -> str:
        """A space where a name would run into the one before it."""
        last = self.out.last
        return " " if last and text and _ENDS_IN_NAME.search(last) and (text[0].isalnum() or text[0] in "∂∇_") else ""

    # -- words ---------------------------------------------------------------------------------

    def word(self, at: int, stop: int) -> tuple[str, int]:
        """Letters side by side → the one name that is meant here, and where to go on.

        Each letter is a name, but for the name of an operation, a name with a value, the whole left side of a
        statement, and long words.
        """
        end = at
        while (
            end < stop
            and self.tokens[end].kind == "letter"
            and self.tokens[end].start == self.tokens[at].start + (end - at)
        ):
            end += 1
        run = "".join(token.text for token in self.tokens[at:end])
        digits = self.tokens[at + 1] if at + 1 < stop else None
        if len(run) == 1 and digits is not None and digits.kind == "number" and digits.start == self.tokens[at].stop:
            return run + digits.text, at + 2  # x1
        if len(run) == 1 or len(run) != end - at:
            return self.tokens[at].text, at + 1
        if end >= len(self.tokens):
            return (
                (run, end)
                if identity(run) in self.given or (len(run) >= _LEAST_WORD and not self.all_known(run))
                else (self.tokens[at].text, at + 1)
            )
        called = (
            end < len(self.tokens) and self.tokens[self.skip_blanks(end)].text in ("(", "[", "left")
            if end < len(self.tokens)
            else False
        )
        if run == "Var" and self.tokens[self.skip_blanks(end)].text == "[":
            return run, end
        below, _, _ = self.script_ranges(end, stop)
        lowered = f"{run}_{{{flat(self.tokens[below[0] : below[1]])}}}" if below else run
        if (
            identity(run) in self.given
            or identity(lowered) in self.given
            or (self.is_function(run) and (called or len(run) > 2))
        ):
            return run, end
        if self.is_left_side(at, end) or (len(run) >= _LEAST_WORD and not self.all_known(run)):
            return run, end
        return self.tokens[at].text, at + 1

    def all_known(self, run: str) -> bool:
        """Whether each letter of a word has a value."""
        return bool(self.given) and all(identity(letter) in self.given for letter in run)

    def is_left_side(self, at: int, end: int) -> bool:
        """Whether letters are all that stands left of "="."""
        before = at - 1
        while before >= 0 and (self.tokens[before].kind == "space" or self.tokens[before].text in symbols.BLANKS):
            before -= 1
        begins = before < 0 or self.tokens[before].kind in ("row", "begin")
        following = self.skip_blanks(end)
        while following < len(self.tokens) and self.tokens[following].text in ("_", "^"):
            following = self.skip_blanks(self.argument(following + 1, self.tokens[following])[2])
        return begins and following < len(self.tokens) and self.tokens[following].text in ("=", "(", ":=", "&")

    def symbol(self, at: int, stop: int) -> tuple[str, int]:
        """A command that is a letter or puts an accent on one → the name without scripts, and where to go on."""
        token = self.tokens[at]
        if token.text in symbols.ACCENTS:
            first, last, following = self.argument(at + 1, token)
            letters = flat(self.tokens[first:last])
            if not letters:
                fail(self.source, f"'\\{token.text}' stands over nothing", (token.start, token.stop), "as in \\hat{y}")
            if len(letters) > 1 and letters[1] in "_^":
                return letters[0] + symbols.ACCENTS[token.text] + letters[1:], following
            return unicodedata.normalize("NFC", letters + symbols.ACCENTS[token.text]), following
        if token.text in ("partial", "nabla"):
            sign = "∂" if token.text == "partial" else "∇"
            following = self.skip_blanks(at + 1)
            below, _, after = self.script_ranges(following, stop)
            lower = f"_{{{flat(self.tokens[below[0] : below[1]])}}}" if below else ""
            after = self.skip_blanks(after)
            if after < len(self.tokens):
                first, last, end = self.argument(after, token)
                if sign == "∂" and below:
                    return f"∂{flat(self.tokens[first:last])}/∂{flat(self.tokens[below[0] : below[1]])}", end
                return sign + lower + flat(self.tokens[first:last]), end
            return sign + lower, after
        letter = symbols.LETTERS[token.text]
        if letter == "Δ":
            following = self.skip_blanks(at + 1)
            if following < stop and self.tokens[following].kind == "letter":
                return "Δ" + self.tokens[following].text, following + 1
        return letter, at + 1

    def derivative(self, above: Sequence[Token], below: Sequence[Token]) -> str:
        """Numerator and denominator → the name ∂L/∂w that they are; "" where they are a quotient."""
        top, bottom = self.with_signs(above), self.with_signs(below)
        for sign in ("∂", "d"):
            if top.startswith(sign) and bottom.startswith(sign) and len(bottom) > 1 and len(top) > 1:
                names = top[1:], bottom[1:]
                if all(re.fullmatch(r"[^\W\d_][\w{}^()\[\]'\u0300-\u036f+-]*", name) for name in names):
                    return f"∂{names[0]}/∂{names[1]}"
        return ""

    def with_signs(self, tokens: Sequence[Token]) -> str:
        """Tokens → their text, braces of scripts kept."""
        pieces = []
        for number, token in enumerate(tokens):
            if token.kind == "command" and token.text == "partial":
                pieces.append("∂")
            elif token.text in "{}" and token.kind == "sign":
                pieces.append(token.text if self.is_script(tokens, number) else "")
            else:
                pieces.append(flat([token]))
        text = "".join(pieces)
        return re.sub(r"_\{(\w)\}", r"_\1", text)

    def is_script(self, tokens: Sequence[Token], number: int) -> bool:
        """Whether a brace belongs to a script."""
        if tokens[number].text == "{":
            return number > 0 and tokens[number - 1].text in "_^"
        opener = next(
            (o for o, c in self.partners.items() if c < len(self.tokens) and self.tokens[c] is tokens[number]), None
        )
        return opener is not None and opener > 0 and self.tokens[opener - 1].text in "_^"

    def alone(self, first: int, last: int) -> str | None:
        """A group that is one letter, perhaps with an accent or in another font → it; None for anything else."""
        inside = [token for token in self.tokens[first:last] if token.kind != "space" and token.text not in "{}"]
        kinds = [
            token for token in inside
            if not (token.kind == "command" and (token.text in symbols.FONTS or token.text in symbols.BLANKS or token.text in symbols.ACCENTS))
        ]  # fmt: skip
        if len(kinds) != 1 or not (kinds[0].kind == "letter" or kinds[0].text in symbols.LETTERS):
            return None
        if any(token.text in ("mathcal", "cal") for token in inside):
            return "ℒ" if kinds[0].text == "L" else flat(inside)
        return flat(inside)

    # -- arguments and scripts -----------------------------------------------------------------

    def skip_blanks(self, at: int) -> int:
        """The next token that is no space."""
        while at < len(self.tokens) and (
            self.tokens[at].kind == "space" or (self.tokens[at].kind == "command" and self.tokens[at].text in ("limits", "nolimits", ",", "!", ";", ":", " "))
        ):  # fmt: skip
            at += 1
        return at

    def opens(self, at: int) -> bool:
        """Whether a token begins an argument in brackets."""
        token = self.tokens[at]
        return token.text in ("(", "[", "left", "big", "Big", "bigl", "Bigl") or (
            token.kind == "command" and token.text == "{"
        )

    def braced_word(self, at: int, close: int) -> str | None:
        """{pred} before a script is one name."""
        inside = self.tokens[at + 1 : close]
        following = self.skip_blanks(close + 1)
        scripted = (
            following < len(self.tokens)
            and self.tokens[following].kind == "sign"
            and self.tokens[following].text in "_^"
        )
        if len(inside) < 2 or not scripted or any(token.kind != "letter" for token in inside):
            return None
        return "".join(token.text for token in inside)

    def argument(self, at: int, command: Token) -> tuple[int, int, int]:
        """Where an argument stands → its first token, the one behind its last, and where to go on."""
        at = self.skip_blanks(at)
        if at >= len(self.tokens):
            fail(
                self.source,
                f"'\\{command.text}' has no argument",
                (command.start, command.stop),
                "write it in braces behind it",
            )
        token = self.tokens[at]
        if (token.kind, token.text) == ("sign", "{"):
            return at + 1, self.partners[at], self.partners[at] + 1
        if token.kind == "command" and (
            token.text in symbols.FONTS or token.text in symbols.ACCENTS or token.text in symbols.WORDS
        ):
            inner = self.argument(at + 1, token)
            return at, inner[2], inner[2]
        if (token.kind == "sign" and token.text in ("}", "&")) or token.kind in ("row", "end"):
            fail(
                self.source,
                f"'{'' if command.text in '_^' else chr(92)}{command.text}' has no argument",
                (command.start, command.stop),
                "write it in braces behind it",
            )
        return at, at + 1, at + 1

    def script_ranges(self, at: int, stop: int) -> tuple[Range | None, Range | None, int]:
        """Scripts behind a token → the ranges of the lower and of the upper one, and where to go on."""
        below = above = None
        while True:
            following = self.skip_blanks(at)
            if (
                following >= stop
                or self.tokens[following].kind != "sign"
                or self.tokens[following].text not in "_^"
            ):
                return below, above, at
            token = self.tokens[following]
            if (below if token.text == "_" else above) is not None:
                fail(
                    self.source,
                    "a second script of one name",
                    (token.start, token.stop),
                    "put both into one pair of braces, as in x_{ij}",
                )
            first, last, at = self.argument(following + 1, token)
            if token.text == "_" and (end := self.long_subscript(following, first, last)) is not None:
                last = at = end
            if token.text == "_":
                below = first, last
            else:
                above = first, last

    def long_subscript(self, script: int, first: int, last: int) -> int | None:
        """n_samples, where that is a name with a value: where its letters end."""
        if last - first != 1 or self.tokens[first].kind != "letter" or script == 0:
            return None
        end = last
        while (
            end < len(self.tokens)
            and self.tokens[end].kind == "letter"
            and self.tokens[end].start == self.tokens[end - 1].stop
        ):
            end += 1
        word = self.tokens[script - 1].text + "_" + "".join(token.text for token in self.tokens[first:end])
        return end if end > last and identity(word) in self.given else None

    def raised(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A power or a transpose behind a value that is no name → where to go on, and its tasks."""
        below, above, after = self.script_ranges(at, stop)
        if below is not None:
            token = self.tokens[below[0]]
            fail(
                self.source, "a subscript of what is no name", (token.start, token.stop), "give the value a name first"
            )
        return after, self.power(above) if above is not None else []

    def power(self, above: Range) -> list[Task]:
        """What stands raised → a transpose, or an exponent."""
        first, last = above
        text = flat(self.tokens[first:last])
        place = self.tokens[first].start if first < last else 0
        if text == "⊤" or self.tokens[first].text == "intercal":
            return [("ᵀ", place)]
        if text == "T" and identity("T") not in self.given:
            return [("^T", place)]
        if set(text) <= {"'"} and text:
            return [(text, place)]
        return [("^(", place), (first, last, ""), (")", place)]

    def scripts(
        self, at: int, stop: int, name: str, place: int, *, number: bool = False, closing: bool = False
    ) -> tuple[int, list[Task]]:
        """A name, a number or a closing bracket with its scripts: a lower one joins the name, an upper one is a
        power."""
        primes = ""
        while at < stop and self.tokens[at].text == "'" and not number:
            primes += "'"
            at += 1
        below, above, after = self.script_ranges(at, stop)
        following = after
        while following < stop and self.tokens[following].text == "'" and not number and not closing:
            primes += "'"
            following += 1
        after = following
        text = name
        tasks: list[Task] = []
        if below is not None:
            text += self.lower(below, closing=closing)
        if above is not None:
            label = self.label(above, name) if not number and not closing and name else ""
            turned = _TURNED.fullmatch(flat(self.tokens[above[0] : above[1]]).replace(" ", "")) if name else None
            if label:
                text += label
            elif turned is not None:  # W^{[l]T}
                text += "".join(f"^{{{one}}}" for one in _LABELS.findall(turned[1]))
                tasks = [("ᵀ", place)]
            else:
                tasks = self.power(above)
                if tasks and set(str(tasks[0][0])) == {"'"}:
                    primes, tasks = primes + str(tasks[0][0]), tasks[1:]
        return after, [(self.apart(text) + text + primes, place), *tasks]

    def lower(self, below: Range, *, closing: bool) -> str:
        """A lower script → what joins the name, or the order of a norm."""
        text = flat(self.tokens[below[0] : below[1]]).replace(" ", "").replace("−", "-")
        text = text.replace("_", "") if "_" in text and not closing else text
        return f"_{text}" if text.isalnum() and text.isascii() else f"_{{{text}}}"

    def label(self, above: Range, name: str) -> str:
        """An upper script that is a label, as (1), [l], * or ⟨t⟩ → what joins the name; "" where it is a power."""
        text = flat(self.tokens[above[0] : above[1]]).replace(" ", "").replace("−", "-")
        if text in ("*", "-", "+"):
            return f"_{{{text}}}"
        if name == "e" or not _LABEL.fullmatch(text):
            return ""
        return "".join(f"^{{{label}}}" for label in _LABELS.findall(text))
